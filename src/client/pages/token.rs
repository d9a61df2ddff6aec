//! The tokens of `--starting-token` and `NextToken`: base64 of a JSON object with the marker of a page and the
//! place in it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::input::error::ParameterError;
use crate::value::json::write as json;
use crate::value::number::{python_int, saturating_i64};
use crate::value::{Map, Value, json as json_reader};

/// The member of a token that says where in the page to go on.
const TRUNCATION: &str = "boto_truncate_amount";

/// A place in the pages: the members that the next request gets.
#[derive(Clone, Debug)]
pub(super) struct Position {
    members: Map,
}

impl Position {
    /// At the page that this marker names; null stands for the first page.
    pub(super) fn at(member: &'static str, marker: &Value) -> Position {
        Position { members: [(member, marker.clone())].into_iter().collect() }
    }

    /// Reads a token: the reference's own, its old form `marker___index`, or just a marker.
    ///
    /// # Errors
    /// A token that is base64 of JSON, but of no place in the pages; one with more parts than the old form has.
    pub(super) fn decode(token: &str, member: &'static str) -> Result<Position, ParameterError> {
        match decoded(token) {
            Some(Value::Map(members)) => match members.get(TRUNCATION) {
                None | Some(Value::Integer(_)) => Ok(Position { members: (*members).clone() }),
                Some(_) => Err(ParameterError::StartingToken),
            },
            // The reference fails over a list in the way that makes it try the old form.
            Some(Value::List(_)) | None => Position::old_form(token, member),
            Some(_) => Err(ParameterError::StartingToken),
        }
    }

    /// old_form = marker [ "___" index ]
    fn old_form(token: &str, member: &'static str) -> Result<Position, ParameterError> {
        let (marker, index) = match token.split("___").collect::<Vec<_>>()[..] {
            [marker, index] => match python_int(index) {
                Some(index) => (marker, Some(index)),
                None => (token, None),
            },
            [_] => (token, None),
            _ => return Err(ParameterError::BadStartingToken { token: token.to_owned() }),
        };
        let marker = if marker == "None" { Value::Null } else { Value::string(marker) };
        let mut position = Position::at(member, &marker);
        if let Some(index) = index {
            position.members.insert(TRUNCATION, Value::integer(index));
        }
        Ok(position)
    }

    /// Takes out where in the page to go on.
    pub(super) fn take_truncation(&mut self) -> i64 {
        match self.members.remove(TRUNCATION) {
            Some(Value::Integer(number)) => saturating_i64(*number),
            _ => 0,
        }
    }

    /// Says where in the page to go on.
    pub(super) fn truncate_at(&mut self, index: i64) {
        self.members.insert(TRUNCATION, Value::integer(index));
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

/// The JSON that a token holds, if it is base64 of JSON. A file with the token may end in a line end.
fn decoded(token: &str) -> Option<Value> {
    let token: String = token.split_whitespace().collect();
    let bytes = STANDARD.decode(token).ok()?;
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
        assert_eq!(read("None___1"), "{'Marker': None, 'boto_truncate_amount': 1}");
        assert_eq!(read("W10="), "{'Marker': 'W10='}", "a list");
    }

    #[test]
    fn more_parts_than_the_old_form_has_are_refused() {
        for token in ["a___1___2", "a___1___", "______", "a___b___1", "a___1___b", "___a___b___c"] {
            assert_eq!(read(token), format!("Bad starting token: {token}"));
        }
    }

    #[test]
    fn base64_may_have_line_ends_but_needs_its_padding() {
        let token = "eyJNYXJrZXIiOiAibTEifQ==";
        for form in [format!("{token}\n"), format!("{}\r\n{}", &token[..10], &token[10..])] {
            assert_eq!(read(&form), "{'Marker': 'm1'}", "{form}");
        }
        let cut = token.trim_end_matches('=');
        assert_eq!(read(cut), format!("{{'Marker': '{cut}'}}"));
    }

    #[test]
    fn a_token_that_is_no_place_in_pages_is_refused() {
        let token = |json: &str| STANDARD.encode(json);
        for json in ["1", "\"x\"", "null", r#"{"boto_truncate_amount":"1"}"#] {
            assert!(read(&token(json)).starts_with("The value of --starting-token"), "{json}");
        }
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
