//! Values: what a JSON or YAML document holds, what a reply holds, and what a query makes of them.
//!
//! One type serves the whole line, because the reference passes the same Python objects along it: the texts
//! of its messages, cells and queries depend on the difference between `1` and `1.0`, on the order of members
//! and on whether two places hold the very same list.

pub mod json;
pub mod number;
mod places;
mod position;
pub mod python;
pub mod xml;
pub mod yaml;

use std::fmt;
use std::rc::Rc;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroize;

use places::Places;
pub use position::Position;

/// A value of a document, a parameter or a reply. Cloning is cheap: containers are shared, and sharing is
/// visible through [`Value::same_object`], which the YAML output needs for its anchors.
#[derive(Clone)]
pub enum Value {
    /// JSON `null`, Python `None`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number. Larger ones than these, which Python has too, occur nowhere. It is
    /// shared because it would make every value larger.
    Integer(Rc<i128>),
    /// A floating-point number; NaN and the infinities are allowed, as in Python's `json`.
    Float(f64),
    /// A text.
    String(Rc<str>),
    /// A text of a sensitive member. It is wiped when dropped and never shown.
    Secret(Rc<SecretString>),
    /// A list.
    List(Rc<Vec<Value>>),
    /// A mapping with texts as keys.
    Map(Rc<Map>),
    /// The content of a `fileb://` file. It is never part of a valid request, but is named in errors.
    Bytes(Rc<[u8]>),
}

/// A mapping that keeps the order in which its keys were first inserted, as Python's `dict` does.
#[derive(Clone, Debug, Default)]
pub struct Map {
    entries: Vec<(Rc<str>, Value)>,
    places: Places,
}

impl Value {
    /// A text value.
    pub fn string(text: impl Into<Rc<str>>) -> Value {
        Value::String(text.into())
    }

    /// A whole number.
    pub fn integer(number: impl Into<i128>) -> Value {
        Value::Integer(Rc::new(number.into()))
    }

    /// A list of the given elements.
    pub fn list(elements: Vec<Value>) -> Value {
        Value::List(Rc::new(elements))
    }

    /// A mapping of the given entries; a later duplicate replaces the value of the first.
    pub fn map<K: Into<Rc<str>>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Map(Rc::new(entries.into_iter().collect()))
    }

    /// A secret text. The given one is wiped, if nothing else holds it.
    pub fn secret(mut text: Rc<str>) -> Value {
        let secret = SecretString::from(&*text);
        if let Some(text) = Rc::get_mut(&mut text) {
            text.zeroize();
        }
        Value::Secret(Rc::new(secret))
    }

    /// The text, if this is a text that is not secret.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text, if this is a text, secret or not.
    pub fn exposed(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            Value::Secret(secret) => Some(secret.expose_secret()),
            _ => None,
        }
    }

    /// The mapping, if this is one with texts as keys.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The elements, if this is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// Whether both are the very same list or mapping, not only equal ones.
    pub fn same_object(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::List(a), Value::List(b)) => Rc::ptr_eq(a, b),
            (Value::Map(a), Value::Map(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// Shows the value as JSON would, with secrets hidden; for logs and test failures.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&python::repr(self))
    }
}

impl Map {
    /// An empty mapping.
    pub fn new() -> Map {
        Map::default()
    }

    /// A mapping of keys that are known to differ, without looking for duplicates.
    pub fn of_unique(entries: impl Iterator<Item = (Rc<str>, Value)>) -> Map {
        Map { entries: entries.collect(), places: Places::default() }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.places.of(key, &self.entries).map(|place| &self.entries[place].1)
    }

    /// Looks for a key at this place and behind it, brings it to this place and returns its value. Those in between
    /// move up.
    pub fn bring_to(&mut self, place: usize, key: &str) -> Option<&mut Value> {
        let from = self.entries.iter().skip(place).position(|(k, _)| &**k == key)?;
        self.places.forget();
        self.entries[place..=place + from].rotate_right(1);
        self.entries.get_mut(place).map(|(_, value)| value)
    }

    /// Forgets all keys but the first ones.
    pub fn truncate(&mut self, length: usize) {
        self.entries.truncate(length);
        self.places.forget();
    }

    /// Sets a key. A key that is there already keeps its place.
    pub fn insert(&mut self, key: impl Into<Rc<str>>, value: Value) {
        let key = key.into();
        match self.places.learn(&key, &self.entries) {
            Some(place) => self.entries[place].1 = value,
            None => self.entries.push((key, value)),
        }
    }

    /// Takes a key out and returns its value.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let index = self.places.of(key, &self.entries)?;
        self.places.forget();
        Some(self.entries.remove(index).1)
    }

    /// Whether the key is there.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Takes the map apart, in order.
    pub fn into_entries(self) -> impl Iterator<Item = (Rc<str>, Value)> {
        self.entries.into_iter()
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Rc<str>, &Value)> + ExactSizeIterator {
        self.entries.iter().map(|(k, v)| (k, v))
    }

    /// The number of keys.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// Members in the order of their keys.
pub fn sorted<'v>(members: impl Iterator<Item = (&'v Rc<str>, &'v Value)>) -> Vec<(&'v Rc<str>, &'v Value)> {
    let mut members: Vec<_> = members.collect();
    members.sort_unstable_by_key(|(key, _)| *key);
    members
}

impl<K: Into<Rc<str>>> FromIterator<(K, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Map {
        let mut map = Map::new();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duplicate_key_keeps_its_first_place_and_its_last_value() {
        let map: Map =
            [("a", Value::integer(1)), ("b", Value::Null), ("a", Value::integer(2))].into_iter().collect();
        assert_eq!(python::repr(&Value::Map(Rc::new(map))), "{'a': 2, 'b': None}");
    }

    #[test]
    fn many_keys_are_found_at_their_places() {
        let key = |number: usize| format!("key{number}");
        let mut map: Map = (0..100).map(|number| (key(number), Value::Null)).collect();
        map.insert(key(50), Value::Bool(true));
        assert!(map.remove(&key(3)).is_some() && map.remove(&key(3)).is_none());
        map.insert(key(70), Value::Bool(true));
        map.insert(key(3), Value::Bool(true));
        let keys: Vec<&str> =
            map.iter().filter(|(_, value)| python::is_truthy(value)).map(|(key, _)| &**key).collect();
        assert_eq!(keys, ["key50", "key70", "key3"]);
        assert_eq!(map.len(), 100);
        assert!((0..100).all(|number| map.contains_key(&key(number))));
        map.truncate(60);
        map.insert(key(99), Value::Null);
        assert_eq!(map.len(), 61, "it had been forgotten");
    }

    #[test]
    fn a_map_of_very_many_keys_takes_no_longer_for_each() {
        let before = std::time::Instant::now();
        let map: Map = (0..200_000).map(|number| (number.to_string(), Value::Null)).collect();
        assert!(map.contains_key("199999") && !map.contains_key("x"));
        assert!(before.elapsed().as_secs() < 20, "it took {:?}", before.elapsed());
    }

    #[test]
    fn a_key_is_brought_to_a_place_in_front_of_those_that_stood_there() {
        let mut map: Map = ["a", "b", "c", "d"].map(|key| (key, Value::string(key))).into_iter().collect();
        assert_eq!(map.bring_to(1, "c").and_then(|value| value.as_str()), Some("c"));
        assert!(map.bring_to(2, "a").is_none(), "it stands before that place");
        assert!(map.bring_to(9, "d").is_none());
        assert_eq!(map.iter().map(|(key, _)| &**key).collect::<String>(), "acbd");
        map.truncate(2);
        assert_eq!(map.iter().map(|(key, _)| &**key).collect::<String>(), "ac");
    }

    #[test]
    fn debug_hides_secrets() {
        let secret = Value::Secret(Rc::new(SecretString::from("hush")));
        assert_eq!(format!("{:?}", Value::list(vec![secret])), "['****']");
    }
}
