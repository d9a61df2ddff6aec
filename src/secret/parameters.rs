//! The secrets among the parameters of a request.

use std::fmt;

use secrecy::ExposeSecret;

use super::{names, without_named};
use crate::model::parameters::Parameters;
use crate::value::{Map, Value};

/// The secrets of a request: its sensitive members, and what is below or behind the name of a secret elsewhere.
pub(crate) fn secrets(map: &Map) -> Vec<&str> {
    let mut found = Vec::new();
    collect_members(map, false, &mut found);
    found
}

/// `is_named` says that the map, or what it is in, has the name of a secret.
fn collect_members<'a>(map: &'a Map, is_named: bool, found: &mut Vec<&'a str>) {
    for (name, value) in map.iter() {
        collect(value, is_named || names::names_secret(name), found);
    }
}

fn collect<'a>(value: &'a Value, is_named: bool, found: &mut Vec<&'a str>) {
    match value {
        Value::Secret(secret) => found.push(secret.expose_secret()),
        Value::String(text) if is_named => found.push(text),
        Value::String(text) => found.extend(names::values(text)),
        Value::Map(map) => collect_members(map, is_named, found),
        Value::List(list) => list.iter().for_each(|value| collect(value, is_named, found)),
        _ => {}
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
