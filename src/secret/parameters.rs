//! The secrets among the parameters of a request.

use std::fmt;

use secrecy::ExposeSecret;

use super::{names, without_named};
use crate::model::parameters::Parameters;
use crate::value::{Map, Value};

/// The secrets of a request: its sensitive members, and what is below or behind the name of a secret elsewhere.
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

/// For the log. Of parameters that were not validated only the names are shown.
impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_typed() {
            true => without_named(&Value::Map(self.as_map().clone().into())).0.fmt(f),
            false => f.debug_set().entries(self.as_map().iter().map(|(name, _)| name)).finish(),
        }
    }
}
