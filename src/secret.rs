//! How secrets are hidden in what is shown.

pub(crate) mod forms;
pub(crate) mod names;
pub(crate) mod parameters;
pub(crate) mod urls;

use std::collections::BTreeSet;

use crate::model::{Member, Shape};
use crate::operations;
use crate::value::python::{self, HIDDEN};
use crate::value::{Map, Value};

/// The characters of the shortest secret, an MFA code.
const SHORTEST_SECRET: usize = 6;

/// The characters of the shortest name that may be a piece of a secret.
const SHORTEST_PIECE: usize = 4;

/// Characters of a masked text that stay, so that its form can still be seen and carets point to the right
/// place.
const KEPT: &str = ",={}[]\"':@";

/// The text of a member, as it may be shown.
///
/// A secret becomes `****`. In the text of a structure that holds secrets every character becomes `*` except
/// white space, `,={}[]"':@` and the names of the structure's members. Other texts stay.
pub(crate) fn masked(text: &str, shape: &Shape) -> String {
    match shape {
        Shape::String(string) if string.sensitive => HIDDEN.to_owned(),
        Shape::Structure(members) if shape.holds_secret() => masked_structure(text, members),
        _ => text.to_owned(),
    }
}

/// The name of an unknown member of a structure, as it may be shown: the one rule for names in documents and shorthand.
///
/// What follows the name of a secret in it is hidden ([`names`]). Behind a secret (`follows_secret`) the name may be the
/// rest of it, cut off by a comma: then it is hidden, unless it is a member's or nearly so, or too short for one. Where the
/// structure holds secrets, a name as long as the shortest of them, or one with letters and digits, may be a secret that was
/// written without its name.
pub(crate) fn masked_name(name: &str, members: &[Member], follows_secret: bool) -> String {
    if is_member(name) {
        return name.to_owned();
    }
    let length = name.chars().count();
    let secret_lengths = members.iter().filter_map(|member| match member.shape {
        Shape::String(text) if text.sensitive => text.min,
        _ => None,
    });
    let has_digit_and_letter =
        name.contains(|c: char| c.is_ascii_digit()) && name.contains(char::is_alphabetic);
    let is_like_secret = secret_lengths
        .min()
        .is_some_and(|shortest| length >= shortest || (length >= SHORTEST_SECRET && has_digit_and_letter));
    let is_slip = |rest: &str| {
        rest.chars().count() < SHORTEST_SECRET && rest.chars().filter(|c| c.is_alphanumeric()).count() < 2
    };
    let is_word =
        name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphabetic());
    let is_short = length < SHORTEST_PIECE || (is_word && length < SHORTEST_SECRET);
    match names::end_of_name(name) {
        _ if follows_secret && !is_short => HIDDEN.to_owned(),
        // Signs behind a name are a slip.
        Some(end) if is_slip(&name[end..]) => name.to_owned(),
        Some(end) => names::hidden_from(name, end).into_owned(),
        None if is_like_secret => HIDDEN.to_owned(),
        None => name.to_owned(),
    }
}

/// Whether a name is that of a member, or differs from one by two letters at most.
fn is_member(name: &str) -> bool {
    let members = operations::operations().flat_map(|operation| operation.input);
    let mut names = members.flat_map(|member| match member.shape {
        Shape::Structure(inner) => inner.iter().chain([member]).map(|member| member.name).collect(),
        _ => vec![member.name],
    });
    names.any(|member| member == name || (member.len() > 6 && names::distance(member, name, 2).is_some()))
}

/// A value as it may be shown, and whether it has the name of a secret in it. What follows such a name is hidden: the
/// value below it, the rest of its text, and the members and elements behind it, which may be its rest.
pub(crate) fn without_named(value: &Value) -> (Value, bool) {
    match value {
        Value::String(text) => (Value::string(names::hidden_after_name(text)), names::names_secret(text)),
        Value::List(list) => {
            let mut found = false;
            let shown = list.iter().map(|element| match found {
                true => Value::string(HIDDEN),
                false => {
                    let (element, names_secret) = without_named(element);
                    found = names_secret;
                    element
                }
            });
            (Value::list(shown.collect()), found)
        }
        Value::Map(map) => {
            let mut found = false;
            let mut shown = Map::new();
            for (name, value) in map.iter() {
                let (known, names_secret) = (is_member(name), names::names_secret(name));
                let (inner, in_value) = without_named(value);
                let hide = names_secret || (found && !known);
                let inner = if hide && !matches!(value, Value::Null) { Value::string(HIDDEN) } else { inner };
                shown.insert(masked_name(name, &[], found), inner);
                found |= names_secret || in_value;
            }
            (Value::Map(shown.into()), found)
        }
        Value::Bytes(_) if names::names_secret(&python::str(value)) => (Value::string(HIDDEN), true),
        other => (other.clone(), false),
    }
}

/// A value that came from outside, with `****` in place of each of the secrets, in whatever form ([`forms`]).
/// Short ones stay: they are no keys or passwords, and every text has their letters.
pub(crate) fn without(value: &Value, secrets: &[&str]) -> Value {
    match value {
        Value::String(text) => Value::string(text_without(text, secrets)),
        Value::List(list) => Value::list(list.iter().map(|element| without(element, secrets)).collect()),
        Value::Map(map) => {
            Value::map(map.iter().map(|(key, value)| (text_without(key, secrets), without(value, secrets))))
        }
        _ => value.clone(),
    }
}

/// As [`without`], for a text.
pub(crate) fn text_without(text: &str, secrets: &[&str]) -> String {
    forms::hidden(text, &long_enough(secrets.iter().copied()))
}

/// The value of a header `Authorization`, and what follows its scheme (`Bearer`), if it has one.
pub(crate) fn with_token(value: &str) -> [&str; 2] {
    [value, value.trim_start().split_once(char::is_whitespace).map_or("", |(_, token)| token)]
}

/// Those that are looked for in texts, each once: shorter ones would be found in ordinary words.
pub(crate) fn long_enough<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let trimmed = secrets.into_iter().map(str::trim);
    let long = trimmed.filter(|secret| secret.chars().count() >= SHORTEST_SECRET);
    long.collect::<BTreeSet<_>>().into_iter().collect()
}

fn masked_structure(text: &str, members: &[Member]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let name = members.iter().map(|member| member.name).find(|name| rest.starts_with(name));
        let taken = name.map_or(c.len_utf8(), str::len);
        match name {
            Some(name) => out.push_str(name),
            None if c.is_whitespace() || KEPT.contains(c) => out.push(c),
            None => out.push('*'),
        }
        rest = &rest[taken..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::shapes;

    #[test]
    fn the_form_of_a_structure_stays_and_its_values_go() {
        let masked = |text| masked(text, &shapes::XKS_PROXY_AUTHENTICATION_CREDENTIAL);
        assert_eq!(
            masked("AccessKeyId=ABC, RawSecretAccessKey='x y é'"),
            "AccessKeyId=***, RawSecretAccessKey='* * *'"
        );
        assert_eq!(masked("[{\"AccessKeyId\":\"A\"}]"), "[{\"AccessKeyId\":\"*\"}]");
        assert_eq!(masked(""), "");
    }

    #[test]
    fn a_message_that_repeats_secrets_is_shown_without_them() {
        let value = Value::map([(
            "pass\"word",
            Value::list(vec![Value::string("a pass\"word, a pass\\\"word, a key")]),
        )]);
        let shown = without(&value, &["pass\"word", "key"]);
        assert_eq!(format!("{shown:?}"), "{'****': ['a ****, a ****, a key']}");
    }

    #[test]
    fn a_secret_is_found_beside_its_parts_and_without_its_line_end() {
        let shown = |text: &str| text_without(text, &["secret", "secret-longer", "Secret-Line\n"]);
        assert_eq!(shown("a secret-longer, a secret"), "a ****, a ****");
        assert_eq!(
            shown("'Secret-Line', and in lower case 'secret-line'"),
            "'****', and in lower case '****'"
        );
    }

    #[test]
    fn a_long_unknown_name_beside_secrets_may_be_one() {
        let Shape::Structure(members) = &shapes::XKS_PROXY_AUTHENTICATION_CREDENTIAL else {
            panic!("a structure")
        };
        for (name, follows_secret, shown) in [
            ("Extra", true, "Extra"),
            ("x1", true, "x1"),
            ("er22", true, "****"),
            ("ter22xPart", true, "****"),
            ("ter22xPart", false, "****"),
            ("Access-Key_Id.#/:9", false, "Access-Key_Id.#/:9"),
            ("some/thing", false, "some/thing"),
            ("with-dash", false, "with-dash"),
            ("rawSecretAccesKey", true, "rawSecretAccesKey"),
            ("NewCustomKeyStoreNam", true, "NewCustomKeyStoreNam"),
            ("KeyStorePassword:Hunter22x", false, "KeyStorePassword:****"),
            ("KeyStorePassword\":\"Hunter22x\"", false, "KeyStorePassword****"),
            ("ABCDEFGHIJKLMNOPQRST", false, "****"),
        ] {
            assert_eq!(masked_name(name, members, follows_secret), shown);
        }
    }

    #[test]
    fn what_follows_the_name_of_a_secret_in_a_value_is_hidden() {
        for (document, shown) in [
            (r#"{"KeyStorePassword": "Hunter22x"}"#, "{'KeyStorePassword': '****'}"),
            (
                r#"{"keyStorePasword": ["Hunter22x"], "ter22x": 5}"#,
                "{'keyStorePasword': '****', '****': '****'}",
            ),
            (r#"["a", "KeyStorePassword", "Hunter22x"]"#, "['a', 'KeyStorePassword', '****']"),
            (r#"[{"b": {"password": null}}, "Hunter22x"]"#, "[{'b': {'password': None}}, '****']"),
            (r#"["KeyStorePassword=Hunter22x", 5]"#, "['KeyStorePassword=****', '****']"),
            (
                r#"{"a": [1.0, "it's"], "CustomKeyStoreId": 5}"#,
                "{'a': [1.0, \"it's\"], 'CustomKeyStoreId': 5}",
            ),
        ] {
            let value = crate::value::json::parse(document).expect("the document is JSON");
            assert_eq!(python::repr(&without_named(&value).0), shown);
        }
    }
}
