//! The tokens of `--starting-token` and `NextToken`: base64 of a JSON object with the marker of a page and the
//! place in it.

use base64::Engine;
use base64::alphabet::STANDARD as STANDARD_ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

use crate::input::error::ParameterError;
use crate::value::json::write as json;
use crate::value::number::{python_int, saturating_i64};
use crate::value::{Map, Value, json as json_reader, python};

/// Base64 without padding, which need not end in zero bits.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD_ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// The member of a token that says which others are bytes.
const ENCODED_KEYS: &str = "boto_encoded_keys";

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
    /// A token that is base64 of JSON, but of no place in the pages; one with more parts than the old form has.
    pub(super) fn decode(token: &str, member: &'static str) -> Result<Position, ParameterError> {
        match decoded(token) {
            Some(Value::Map(members)) => Position::of_members((*members).clone()),
            // The reference fails over a list in the way that makes it try the old form.
            Some(Value::List(_)) | None => Position::old_form(token, member),
            Some(_) => Err(ParameterError::StartingToken),
        }
    }

    fn of_members(mut members: Map) -> Result<Position, ParameterError> {
        // Where the reference keeps which members are bytes: none is here.
        let bytes = members.remove(ENCODED_KEYS);
        let place = match members.get(TRUNCATION) {
            None | Some(Value::Integer(_)) => None,
            Some(Value::Bool(bool)) => Some(i64::from(*bool)),
            Some(Value::Null) => Some(0),
            Some(_) => return Err(ParameterError::StartingToken),
        };
        let mut position = Position { members };
        place.into_iter().for_each(|place| position.truncate_at(place));
        match bytes {
            None | Some(Value::Null) => Ok(position),
            Some(Value::List(list)) if list.is_empty() => Ok(position),
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

    /// Whether a later command could go on here: only where the token that the user gave names nothing but a page.
    ///
    /// # Errors
    /// It names something else, or nothing.
    pub(super) fn check(&self, member: &'static str) -> Result<(), ParameterError> {
        let is_place = |name: &str| name == member || name == TRUNCATION;
        if self.members.contains_key(member) && self.members.iter().all(|(name, _)| is_place(name)) {
            return Ok(());
        }
        let token = python::repr(&Value::Map(self.members.clone().into()));
        Err(ParameterError::BadStartingToken { token })
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

/// The JSON that a token holds, if it is base64 of JSON.
fn decoded(token: &str) -> Option<Value> {
    let bytes = LENIENT.decode(without_padding(token)?).ok()?;
    json_reader::parse(std::str::from_utf8(&bytes).ok()?).ok()
}

/// Base64 as Python reads it: what is no base64 is passed over, and what follows the padding of a whole group is too.
/// `None` where the last group is not whole.
fn without_padding(token: &str) -> Option<String> {
    let mut plain = String::new();
    let mut padding = 0;
    for c in token.chars() {
        let place = plain.len() % 4;
        if c == '=' && place >= 2 {
            padding += 1;
            if place + padding >= 4 {
                return Some(plain);
            }
        } else if c.is_ascii_alphanumeric() || "+/".contains(c) {
            plain.push(c);
            padding = 0;
        }
    }
    plain.len().is_multiple_of(4).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn base64_is_read_as_python_reads_it() {
        let token = "eyJNYXJrZXIiOiAibTEifQ==";
        let half = &token[..10];
        for form in [
            format!("{token}x"),
            format!("{token}="),
            format!("{token}YQ=="),
            format!("{half}\n-{}", &token[10..]),
        ] {
            assert_eq!(read(&form), "{'Marker': 'm1'}", "{form}");
        }
        let cut = token.trim_end_matches('=');
        assert_eq!(read(cut), format!("{{'Marker': '{cut}'}}"));
    }

    #[test]
    fn a_token_that_is_no_place_in_pages_is_refused() {
        let token = |json: &str| STANDARD.encode(json);
        for json in
            ["1", "\"x\"", "null", r#"{"boto_truncate_amount":"1"}"#, r#"{"boto_encoded_keys":[["Marker"]]}"#]
        {
            assert!(read(&token(json)).starts_with("The value of --starting-token"), "{json}");
        }
        assert_eq!(
            read(&token(r#"{"Marker":"m","boto_truncate_amount":true,"boto_encoded_keys":[]}"#)),
            "{'Marker': 'm', 'boto_truncate_amount': 1}"
        );
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
