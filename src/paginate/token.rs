//! The tokens of `--starting-token` and `NextToken`: base64 of a JSON object with the marker of a page and the
//! place in it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::parameter::ParameterError;
use crate::output::json;
use crate::value::number::{python_int, saturating_i64};
use crate::value::{Integer, Map, Value, json as json_reader};

/// The member of a token that says where in the page to go on.
const TRUNCATION: &str = "boto_truncate_amount";

/// A place in the pages: the members that the next request gets.
#[derive(Clone, Debug)]
pub(super) struct Position {
    members: Map,
}

impl Position {
    /// Before the first page.
    pub(super) fn beginning(member: &'static str) -> Position {
        Position { members: [(member, Value::Null)].into_iter().collect() }
    }

    /// At the page that this marker names.
    pub(super) fn at(member: &'static str, marker: &Value) -> Position {
        Position { members: [(member, marker.clone())].into_iter().collect() }
    }

    /// Reads a token: the reference's own, its old form `marker___index`, or just a marker.
    ///
    /// # Errors
    /// A token that is base64 of JSON, but of no object.
    pub(super) fn decode(token: &str, member: &'static str) -> Result<Position, ParameterError> {
        match decoded(token) {
            Some(Value::Map(members)) => Ok(Position { members: (*members).clone() }),
            Some(_) => Err(ParameterError::StartingToken),
            None => Ok(Position::old_form(token, member)),
        }
    }

    fn old_form(token: &str, member: &'static str) -> Position {
        let (marker, index) = match token.split("___").collect::<Vec<_>>()[..] {
            [marker, index] => match python_int(index) {
                Some(index) => (marker, Some(index)),
                None => (token, None),
            },
            _ => (token, None),
        };
        let marker = if marker == "None" { Value::Null } else { Value::string(marker) };
        let mut position = Position::at(member, &marker);
        if let Some(index) = index {
            position.members.insert(TRUNCATION, Value::Integer(index));
        }
        position
    }

    /// Takes out where in the page to go on.
    pub(super) fn take_truncation(&mut self) -> i64 {
        match self.members.remove(TRUNCATION) {
            Some(Value::Integer(number)) => saturating_i64(&number),
            _ => 0,
        }
    }

    /// Says where in the page to go on.
    pub(super) fn truncate_at(&mut self, index: i64) {
        self.members.insert(TRUNCATION, Value::Integer(Integer::from(index)));
    }

    /// Sets the members in a request; one that is null is taken out of it.
    pub(super) fn apply(&self, request: &mut Map) {
        for (name, value) in self.members.iter().filter(|(name, _)| &***name != TRUNCATION) {
            match value {
                Value::Null => drop(request.remove(name)),
                Value::String(text) if &**text == "None" => drop(request.remove(name)),
                other => request.insert(name.clone(), other.clone()),
            }
        }
    }

    /// The token for this place.
    pub(super) fn encode(&self) -> String {
        STANDARD.encode(json::to_wire(&Value::Map(self.members.clone().into())).as_bytes())
    }
}

/// The JSON that a token holds, if it is base64 of JSON. As in Python, characters that are not base64 are
/// passed over.
fn decoded(token: &str) -> Option<Value> {
    let plain: String = token.chars().filter(|c| c.is_ascii_alphanumeric() || "+/=".contains(*c)).collect();
    let bytes = STANDARD.decode(plain).ok()?;
    json_reader::parse(std::str::from_utf8(&bytes).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::python;

    fn read(token: &str) -> String {
        match Position::decode(token, "Marker") {
            Ok(position) => python::repr(&Value::Map(position.members.into())),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn tokens_of_all_forms_are_read() {
        assert_eq!(read("eyJNYXJrZXIiOiAibTEifQ=="), "{'Marker': 'm1'}");
        assert_eq!(read("m1"), "{'Marker': 'm1'}");
        assert_eq!(read("m1___2"), "{'Marker': 'm1', 'boto_truncate_amount': 2}");
        assert_eq!(read("None"), "{'Marker': None}");
        assert_eq!(read("a___b"), "{'Marker': 'a___b'}");
    }

    #[test]
    fn what_is_encoded_reads_back() {
        let mut position = Position::at("Marker", &Value::string("é"));
        position.truncate_at(7);
        assert_eq!(read(&position.encode()), "{'Marker': 'é', 'boto_truncate_amount': 7}");
    }

    proptest::proptest! {
        #[test]
        fn no_token_makes_it_panic(token in "\\PC*") {
            let _ = read(&token);
        }
    }
}
