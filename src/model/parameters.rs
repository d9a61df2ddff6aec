//! Parameters that have passed validation.

use zeroize::Zeroizing;

use crate::value::json::write as json;
use crate::value::{Map, Value};

/// The parameters of a request.
pub(crate) struct Parameters {
    map: Map,
    typed: bool,
}

impl Parameters {
    /// Parameters that passed validation, `typed` if the SDK's types can hold them.
    pub(crate) fn new(map: Map, typed: bool) -> Parameters {
        Parameters { map, typed }
    }

    /// The text of a member, if it was given.
    pub(crate) fn string(&self, name: &str) -> Option<String> {
        self.map.get(name)?.exposed().map(str::to_owned)
    }

    /// The text of a member of a structure, if it was given.
    pub(crate) fn string_in(&self, structure: &str, name: &str) -> Option<String> {
        self.map.get(structure)?.as_map()?.get(name)?.exposed().map(str::to_owned)
    }

    /// The number of a member, if it was given.
    pub(crate) fn integer(&self, name: &str) -> Option<i32> {
        match self.map.get(name)? {
            Value::Integer(number) => (**number).try_into().ok(),
            _ => None,
        }
    }

    pub(crate) fn as_map(&self) -> &Map {
        &self.map
    }

    /// Whether the SDK's types can hold them.
    pub(crate) fn is_typed(&self) -> bool {
        self.typed
    }

    /// The body of the request where it must not be made of the SDK's types: `None` when it can be.
    pub(crate) fn body(&self) -> Option<Zeroizing<String>> {
        (!self.typed).then(|| json::to_wire(&Value::Map(self.map.clone().into())))
    }
}
