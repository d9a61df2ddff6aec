//! What a store shows of a request.

use std::fmt::Write;

use crate::cks::plan::make::{CREDENTIAL, ID, access_key_id};
use crate::cks::store::Store;
use crate::model::Member;
use crate::operations::UPDATE;
use crate::value::Map;

/// What can be seen of a request: the member, its value in the store, and the one that was asked for. Of a credential that
/// is its identifier.
fn readable<'r>(
    store: &'r Store,
    request: &'r Map,
) -> impl Iterator<Item = (&'r str, Option<&'r str>, &'r str)> {
    request.iter().filter(|(name, _)| &***name != ID).filter_map(|(name, value)| match &**name {
        CREDENTIAL => Some((CREDENTIAL, Some(store.access_key_id()?), access_key_id(value)?)),
        name => Some((name, store.current(name), value.as_str()?)),
    })
}

/// Whether a store shows what a request asked for: all of it or not; `None` if nothing of it can be seen.
pub(super) fn shows(store: &Store, request: &Map) -> Option<bool> {
    let mut members = readable(store, request).peekable();
    members.peek()?;
    Some(members.all(|(_, now, asked)| now.unwrap_or_default() == asked))
}

/// Whether a store shows that a request was carried out; `None` if nothing of it can be seen, or the store showed the same
/// before.
pub(super) fn shows_change(before: &Store, now: &Store, request: &Map) -> Option<bool> {
    if shows(before, request)? { None } else { shows(now, request) }
}

/// The members of a request with their values, none of which is a secret.
pub(super) fn members_of(request: &Map) -> String {
    let members = request.iter().filter(|(name, _)| &***name != ID);
    let members = members.map(|(name, value)| format!("{name} {}", or_none(value.as_str())));
    members.collect::<Vec<_>>().join(", ")
}

/// In what a store differs from a request.
pub(super) fn differences(store: &Store, request: &Map) -> String {
    let wrong = readable(store, request).filter(|(_, now, asked)| now.unwrap_or_default() != *asked);
    let shown = wrong.map(|(name, now, asked)| match name {
        // What was asked for is hidden as half of the secret.
        CREDENTIAL => format!("AccessKeyId is {}, not the new one", or_none(now)),
        name => format!("{name} is {}, not {asked}", or_none(now)),
    });
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
