//! What a store shows of a request.

use crate::cks::plan::Plan;
use crate::cks::store::Store;
use crate::value::Map;

/// Whether a store shows what a request asked for: all of it or not; `None` if nothing of it can be seen.
pub(super) fn shows(store: &Store, request: &Map) -> Option<bool> {
    let readable = request.iter().filter(|(name, _)| &***name != "CustomKeyStoreId");
    let mut readable = readable.filter_map(|(name, value)| Some((name, value.as_str()?))).peekable();
    readable.peek()?;
    Some(readable.all(|(name, value)| store.current(name).unwrap_or_default() == value))
}

/// Whether a store shows the credential of a request, if that has another identifier than before.
pub(super) fn shows_credential(store: &Store, request: &Map, plan: &Plan) -> Option<bool> {
    let new = request.get("XksProxyAuthenticationCredential")?.as_map()?.get("AccessKeyId")?.exposed()?;
    let identifier = |store: &Store| store.proxy.as_ref().and_then(|proxy| proxy.access_key_id.clone());
    let (before, now) = (identifier(&plan.store)?, identifier(store)?);
    (before != new).then_some(now == new)
}

/// The members of a request with their values, none of which is a secret.
pub(super) fn members_of(request: &Map) -> String {
    let members = request.iter().filter(|(name, _)| &***name != "CustomKeyStoreId");
    let members = members.map(|(name, value)| format!("{name} {}", or_none(value.as_str())));
    members.collect::<Vec<_>>().join(", ")
}

pub(super) fn differences(store: &Store, request: &Map) -> String {
    let readable = request.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
    let wrong = readable.filter(|(name, value)| {
        &***name != "CustomKeyStoreId" && store.current(name).unwrap_or_default() != *value
    });
    let shown = wrong.map(|(name, value)| format!("{name} is {}, not {value}", or_none(store.current(name))));
    shown.collect::<Vec<_>>().join("; ")
}

pub(super) fn or_none(value: Option<&str>) -> &str {
    value.filter(|value| !value.is_empty()).unwrap_or("none")
}
