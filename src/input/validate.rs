//! Validation: every error of the parameters at once, as the reference reports them.
//!
//! Checked are required members, unknown members, types and minimum lengths. Maximum lengths, patterns and
//! enumerations are the service's to judge.

use crate::input::error::ParameterError;
use crate::model::parameters::Parameters;
use crate::model::{Member, Shape, Text};
use crate::secret;
use crate::value::python::{self, HIDDEN, is_truthy};
use crate::value::{Map, Value};

/// One thing that is wrong with the parameters. A path is `input` or such as `XksProxyAuthenticationCredential.AccessKeyId`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Violation {
    #[error("Missing required parameter in {path}: \"{name}\"")]
    Missing { path: String, name: &'static str },
    /// A member that the structure does not have. Its name is masked if it may be a secret.
    #[error("Unknown parameter in {path}: \"{name}\", must be one of: {}", .members.join(", "))]
    Unknown { path: String, name: String, members: Vec<&'static str> },
    /// A value of the wrong type, hidden if it is a secret. Value and types are Python's.
    #[error(
        "Invalid type for parameter {path}, value: {value}, type: <class '{found}'>, valid types: <class '{valid}'>"
    )]
    Type { path: String, value: String, found: &'static str, valid: &'static str },
    #[error("Invalid value for parameter {path}, value: {value}, valid min value: {min}")]
    Range { path: String, value: String, min: i64 },
    /// A text that is too short, in characters.
    #[error("Invalid length for parameter {path}, value: {length}, valid min length: {min}")]
    Length { path: String, length: usize, min: usize },
}

impl Violation {
    /// Hides secrets of the request in what it shows.
    fn hide(&mut self, secrets: &[&str]) {
        if let Violation::Unknown { name: shown, .. } | Violation::Type { value: shown, .. } = self {
            *shown = secret::text_without(shown, secrets);
        }
    }
}

/// Checks the parameters against the members of the operation's input.
///
/// With `strict` off (`parameter_validation = false`) types and lengths pass; what cannot be sent at all is
/// still refused.
///
/// # Errors
/// All violations, or, with `strict` off, the first that makes a request impossible.
pub(crate) fn validate(
    mut parameters: Map,
    members: &'static [Member],
    strict: bool,
) -> Result<Parameters, ParameterError> {
    remove_absent(&mut parameters, members);
    let mut violations = violations(&parameters, members);
    if !violations.is_empty() {
        // A document may say the same in another place, by an anchor too.
        let secrets = secret::long_enough(secret::parameters::secrets(&parameters));
        violations.iter_mut().for_each(|violation| violation.hide(&secrets));
    }
    if strict && !violations.is_empty() {
        return Err(ParameterError::Validation(violations));
    }
    let are_lengths = violations.iter().all(|violation| matches!(violation, Violation::Length { .. }));
    match violations.into_iter().find(|violation| !can_be_sent(violation)) {
        Some(violation) => Err(ParameterError::NotSendable(violation)),
        None => {
            let is_typed = are_lengths && fits_types(&parameters, members);
            Ok(Parameters::new(parameters, is_typed))
        }
    }
}

/// What is wrong with a structure of these members.
pub(crate) fn violations(given: &Map, members: &'static [Member]) -> Vec<Violation> {
    let mut violations = Vec::new();
    check_structure(given, members, "", &mut violations);
    violations
}

/// Takes out members that are null where that says that there is to be none.
fn remove_absent(parameters: &mut Map, members: &[Member]) {
    let is_null = |member: &Member| matches!(parameters.get(member.name), Some(Value::Null));
    let is_absent = |member: &&Member| is_null(member) && is_to_be_none(&Value::Null, member, parameters);
    let absent: Vec<&Member> = members.iter().filter(is_absent).collect();
    for member in absent {
        parameters.remove(member.name);
    }
}

/// Whether an empty text or null stands beside the value of another member with which it says that there is to be none.
fn is_to_be_none(value: &Value, member: &Member, given: &Map) -> bool {
    let Shape::String(Text { empty_beside: Some((other, wanted)), .. }) = member.shape else { return false };
    let is_empty = matches!(value, Value::Null) || value.exposed() == Some("");
    is_empty && given.get(other).and_then(Value::as_str) == Some(wanted)
}

/// Whether the SDK's types can hold the numbers: they have 32 bits, and the reference lets `true` pass for one.
fn fits_types(parameters: &Map, members: &[Member]) -> bool {
    members.iter().filter(|member| matches!(member.shape, Shape::Integer { .. })).all(|member| {
        match parameters.get(member.name) {
            None => true,
            Some(Value::Integer(number)) => i32::try_from(**number).is_ok(),
            Some(_) => false,
        }
    })
}

/// Whether the reference, with validation off, would send a request in spite of this.
fn can_be_sent(violation: &Violation) -> bool {
    match violation {
        Violation::Missing { .. } | Violation::Length { .. } | Violation::Range { .. } => true,
        Violation::Unknown { .. } => false,
        Violation::Type { found, valid, .. } => {
            *valid != "dict"
                && matches!(*found, "NoneType" | "bool" | "int" | "float" | "list" | "dict" | "str")
        }
    }
}

/// `path` is empty for the request itself.
fn check_structure(given: &Map, members: &'static [Member], path: &str, violations: &mut Vec<Violation>) {
    let (shown, dot) = if path.is_empty() { ("input", "") } else { (path, ".") };
    for member in members.iter().filter(|member| member.required && !given.contains_key(member.name)) {
        violations.push(Violation::Missing { path: shown.to_owned(), name: member.name });
    }
    let member_of = |name: &str| members.iter().find(|member| member.name == name);
    if given.iter().any(|(name, _)| member_of(name).is_none()) {
        let beside = if path.is_empty() { &[] } else { members };
        for name in unknown_names(given, members, beside) {
            let members = members.iter().map(|member| member.name).collect();
            violations.push(Violation::Unknown { path: shown.to_owned(), name, members });
        }
    }
    for (name, value) in given.iter() {
        if let Some(member) = member_of(name).filter(|member| !is_to_be_none(value, member, given)) {
            check_value(value, member.shape, format!("{path}{dot}{name}"), violations);
        }
    }
}

/// The names that a structure does not have, as they may be shown `beside` members that may be secret.
fn unknown_names(given: &Map, members: &[Member], beside: &[Member]) -> Vec<String> {
    let mut unknown = Vec::new();
    let mut follows_secret = false;
    for (name, value) in given.iter() {
        let member = members.iter().find(|member| *member.name == **name);
        if member.is_none() {
            unknown.push(secret::masked_name(name, beside, follows_secret));
        }
        follows_secret |= member.is_some_and(|member| member.shape.holds_secret())
            || secret::names::names_secret(name)
            || secret::without_named(value).1;
    }
    unknown
}

fn check_value(value: &Value, shape: &'static Shape, path: String, violations: &mut Vec<Violation>) {
    let valid = match (shape, value) {
        (Shape::Timestamp, _) | (Shape::Boolean, Value::Bool(_)) => return,
        (Shape::Structure(members), Value::Map(map)) => {
            return check_structure(map, members, &path, violations);
        }
        (Shape::List(element), Value::List(list)) => {
            for (index, value) in list.iter().enumerate() {
                check_value(value, element, format!("{path}[{index}]"), violations);
            }
            return;
        }
        (Shape::String(text), Value::String(_) | Value::Secret(_)) => {
            let length = value.exposed().map_or(0, |text| text.chars().count());
            if let Some(min) = text.min.filter(|min| length < *min) {
                violations.push(Violation::Length { path, length, min });
            }
            return;
        }
        (Shape::Integer { min, .. }, Value::Integer(_) | Value::Bool(_)) => {
            let is_too_small = match value {
                Value::Integer(number) => **number < i128::from(*min),
                other => i64::from(is_truthy(other)) < *min,
            };
            if is_too_small {
                violations.push(Violation::Range { path, value: python::str(value), min: *min });
            }
            return;
        }
        (Shape::Structure(_), _) => "dict",
        (Shape::String(_), _) => "str",
        (Shape::Integer { .. }, _) => "int",
        (Shape::Boolean, _) => "bool",
        (Shape::List(_), _) => "list",
    };
    let found = python::type_name(value);
    violations.push(Violation::Type { path, value: shown(value, shape), found, valid });
}

/// A value as a message may show it. Nothing that was given for a secret is shown, only that nothing was.
fn shown(value: &Value, shape: &Shape) -> String {
    match (shape, value) {
        (_, Value::Null) => python::str(value),
        (Shape::String(text), _) if text.sensitive => HIDDEN.to_owned(),
        (Shape::Structure(_), _) => secret::masked(&python::str(value), shape),
        (_, _) => python::str(&secret::without_named(value).0),
    }
}

#[cfg(test)]
mod tests;
