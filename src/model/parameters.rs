//! Parameters that have passed validation.

use std::fmt;

use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use crate::secret::{names, without_named};
use crate::value::json::write as json;
use crate::value::{Map, Value};

/// The parameters of a request. `Debug` hides secrets, as it does for every [`Value`], and shows no values at all where
/// they were not validated.
pub(crate) struct Parameters {
    map: Map,
    typed: bool,
}

impl Parameters {
    /// Parameters that are known to fit the operation's table.
    pub(crate) fn new(map: Map) -> Parameters {
        Parameters { map, typed: true }
    }

    /// Parameters that were not validated, and that the SDK's types cannot hold.
    pub(crate) fn untyped(map: Map) -> Parameters {
        Parameters { map, typed: false }
    }

    /// The text of a member, if it was given.
    pub(crate) fn string(&self, name: &str) -> Option<String> {
        text(self.map.get(name)?)
    }

    /// The number of a member, if it was given.
    pub(crate) fn integer(&self, name: &str) -> Option<i32> {
        match self.map.get(name)? {
            Value::Integer(number) => number.as_str().parse().ok(),
            _ => None,
        }
    }

    /// The members of a structure, if it was given.
    pub(crate) fn structure(&self, name: &str) -> Option<Structure<'_>> {
        self.map.get(name)?.as_map().map(Structure)
    }

    /// The texts of all sensitive members, and what stands below or behind the name of a secret elsewhere.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        secrets(&self.map)
    }

    /// The body of the request where it must not be made of the SDK's types: `None` when it can be.
    pub(crate) fn body(&self) -> Option<Zeroizing<String>> {
        (!self.typed).then(|| json::to_wire(&Value::Map(self.map.clone().into())))
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.typed {
            true => without_named(&Value::Map(self.map.clone().into())).0.fmt(f),
            false => f.debug_set().entries(self.map.iter().map(|(name, _)| name)).finish(),
        }
    }
}

/// A structure inside parameters.
#[derive(Clone, Copy)]
pub(crate) struct Structure<'a>(&'a Map);

impl Structure<'_> {
    /// The text of a member, if it was given.
    pub(crate) fn string(&self, name: &str) -> Option<String> {
        text(self.0.get(name)?)
    }
}

/// The texts of all sensitive members of a request, and what stands below or behind the name of a secret elsewhere.
pub(crate) fn secrets(map: &Map) -> Vec<&str> {
    let mut found = Vec::new();
    collect_members(map, &mut found);
    found
}

fn collect_members<'a>(map: &'a Map, found: &mut Vec<&'a str>) {
    map.iter().for_each(|(name, value)| match names::names_secret(name) {
        true => collect_texts(value, found),
        false => collect_secrets(value, found),
    });
}

fn collect_secrets<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Secret(secret) => found.push(secret.expose_secret()),
        Value::Map(map) => collect_members(map, found),
        Value::List(list) => list.iter().for_each(|value| collect_secrets(value, found)),
        Value::String(text) => found.extend(names::values(text)),
        _ => {}
    }
}

/// The texts below the name of a secret that is no member.
fn collect_texts<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Map(map) => map.iter().for_each(|(_, value)| collect_texts(value, found)),
        Value::List(list) => list.iter().for_each(|value| collect_texts(value, found)),
        _ => collect_secrets(value, found),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_string()),
        Value::Secret(secret) => Some(secret.expose_secret().to_owned()),
        _ => None,
    }
}
