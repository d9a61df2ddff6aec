//! How secrets are hidden in what is shown.

pub mod forms;
pub mod known;
pub mod names;
pub mod urls;

use secrecy::ExposeSecret;

use crate::error::Error;
use crate::error::service::{Foreign, ReplyError, ServiceError};
use crate::input::parameters::Parameters;
use crate::model::{Member, Shape};
use crate::operations::OPERATIONS;
use crate::transport::recorder::Record;
use crate::value::Value;
use crate::value::python::HIDDEN;

/// The characters of the shortest secret, an MFA code.
const SHORTEST_SECRET: usize = 6;

/// Characters of a masked text that stay, so that its form can still be seen and carets point to the right
/// place.
const KEPT: &str = ",={}[]\"':@";

/// A text that was given for a member, as it may be shown.
///
/// A secret becomes `****`. In the text of a structure that holds secrets every character becomes `*` except
/// white space, `,={}[]"':@` and the names of the structure's members. Other texts stay.
pub fn masked(text: &str, shape: &Shape) -> String {
    match shape {
        Shape::String(string) if string.sensitive => HIDDEN.to_owned(),
        Shape::Structure(members) if shape.holds_secret() => masked_structure(text, members),
        _ => text.to_owned(),
    }
}

/// The name of an unknown member of a structure, as it may be shown. Where the structure holds secrets, a name
/// as long as the shortest of them may be a secret that was given without its name; not so the name of a member
/// that stands elsewhere.
pub fn masked_name(name: &str, members: &[Member]) -> String {
    if OPERATIONS.iter().any(|operation| operation.member(name).is_some()) {
        return name.to_owned();
    }
    let secret_lengths = members.iter().filter_map(|member| match member.shape {
        Shape::String(text) if text.sensitive => text.min,
        _ => None,
    });
    match secret_lengths.min() {
        Some(shortest) if name.chars().count() >= shortest => HIDDEN.to_owned(),
        _ => name.to_owned(),
    }
}

/// The error without the secrets of the request: a service, or a proxy on the way, may repeat what it got.
pub fn error_without(error: Error, parameters: &Parameters, record: &Record) -> Error {
    let sent = record.secrets();
    let secrets = parameters.secrets().into_iter().chain(sent.iter().map(ExposeSecret::expose_secret));
    let secrets: Vec<&str> = secrets.collect();
    let error = match error {
        Error::Service(error) => error,
        Error::Reply(ReplyError::NotOfService(foreign)) => {
            let content_type = foreign.content_type.map(|kind| text_without(&kind, &secrets));
            return Error::Reply(ReplyError::NotOfService(Foreign { content_type, ..foreign }));
        }
        error => return error,
    };
    let members = error.members.iter().map(|(name, value)| (name.clone(), without(value, &secrets)));
    Error::Service(ServiceError {
        code: text_without(&error.code, &secrets),
        message: without(&error.message, &secrets),
        members: members.collect(),
        ..error
    })
}

/// A value that came from outside, with `****` in place of each of the secrets, in whatever form ([`forms`]).
/// Short ones stay: they are no keys or passwords, and every text has their letters.
pub fn without(value: &Value, secrets: &[&str]) -> Value {
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
pub fn text_without(text: &str, secrets: &[&str]) -> String {
    let trimmed = secrets.iter().map(|secret| secret.trim());
    let long: Vec<&str> = trimmed.filter(|secret| secret.chars().count() >= SHORTEST_SECRET).collect();
    forms::hidden(text, &long)
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
        assert_eq!(masked_name("Extra", members), "Extra");
        assert_eq!(masked_name("ABCDEFGHIJKLMNOPQRST", members), "****");
    }
}
