//! What a store shows of a request.

use std::fmt::Write;

use crate::cks::plan::Plan;
use crate::cks::plan::make::{CREDENTIAL, ID, access_key_id};
use crate::cks::store::Store;
use crate::model::Member;
use crate::operations::UPDATE;
use crate::value::Map;

/// Whether a store shows what a request asked for: all of it or not; `None` if nothing of it can be seen.
pub(super) fn shows(store: &Store, request: &Map) -> Option<bool> {
    let readable = request.iter().filter(|(name, _)| &***name != ID);
    let mut readable = readable.filter_map(|(name, value)| Some((name, value.as_str()?))).peekable();
    readable.peek()?;
    Some(readable.all(|(name, value)| store.current(name).unwrap_or_default() == value))
}

/// Whether a store shows the credential of a request, if that has another identifier than before.
pub(super) fn shows_credential(store: &Store, request: &Map, plan: &Plan) -> Option<bool> {
    let new = access_key_id(request.get(CREDENTIAL)?)?;
    let (before, now) = (plan.store.access_key_id()?, store.access_key_id()?);
    (before != new).then_some(now == new)
}

/// The members of a request with their values, none of which is a secret.
pub(super) fn members_of(request: &Map) -> String {
    let members = request.iter().filter(|(name, _)| &***name != ID);
    let members = members.map(|(name, value)| format!("{name} {}", or_none(value.as_str())));
    members.collect::<Vec<_>>().join(", ")
}

pub(super) fn differences(store: &Store, request: &Map) -> String {
    let readable = request.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
    let wrong =
        readable.filter(|(name, value)| &***name != ID && store.current(name).unwrap_or_default() != *value);
    let shown = wrong.map(|(name, value)| format!("{name} is {}, not {value}", or_none(store.current(name))));
    shown.collect::<Vec<_>>().join("; ")
}

pub(super) fn or_none(value: Option<&str>) -> &str {
    value.filter(|value| !value.is_empty()).unwrap_or("none")
}

/// In what a store differs from how it was before, in sentences with a blank before each; none where it does not.
pub(in crate::cks::apply) fn changes_since(before: &Store, now: &Store) -> String {
    let mut what = String::new();
    if now.state != before.state {
        let _ = write!(what, " It is {} now, and was {}.", now.state, before.state);
    }
    for Member { name, .. } in UPDATE.operation.input {
        let (old, new) = (before.current(name), now.current(name));
        if old != new {
            let _ = write!(what, " {name} is {} now, and was {}.", or_none(new), or_none(old));
        }
    }
    if now.access_key_id() != before.access_key_id() {
        what.push_str(" It has another credential now.");
    }
    what
}
