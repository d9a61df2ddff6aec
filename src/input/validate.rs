//! Validation: every error of the parameters at once, as the reference reports them.
//!
//! Checked are required members, unknown members, types and minimum lengths. Maximum lengths, patterns and
//! enumerations are the service's to judge.

use std::fmt;

use crate::input::error::ParameterError;
use crate::model::parameters::Parameters;
use crate::model::{Member, Shape, Text};
use crate::secret;
use crate::value::python::{self, HIDDEN};
use crate::value::{Map, Value};
use secrecy::ExposeSecret;

/// One thing that is wrong with the parameters.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// Where: `input` or a path such as `XksProxyAuthenticationCredential.AccessKeyId`.
    pub(crate) path: String,
    /// What.
    pub(crate) kind: ViolationKind,
}

/// The kinds of violations.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ViolationKind {
    /// A required member is not there.
    Missing {
        /// The member.
        name: &'static str,
    },
    /// A member that the structure does not have.
    Unknown {
        /// Its name, masked if it may be a secret.
        name: String,
        /// The members that it has.
        members: Vec<&'static str>,
    },
    /// A value of the wrong type.
    Type {
        /// The value as Python's `str()` shows it, hidden if it is a secret.
        value: String,
        /// Python's name of its type.
        found: &'static str,
        /// Python's name of the right type.
        valid: &'static str,
    },
    /// A number that is too small.
    Range {
        /// The number.
        value: String,
        /// The least number.
        min: i64,
    },
    /// A text that is too short.
    Length {
        /// Its length in characters.
        length: usize,
        /// The least length.
        min: usize,
    },
}

impl Violation {
    /// It, without secrets of the request in what it shows.
    fn without(self, secrets: &[&str]) -> Violation {
        let kind = match self.kind {
            ViolationKind::Unknown { name, members } => {
                ViolationKind::Unknown { name: secret::text_without(&name, secrets), members }
            }
            ViolationKind::Type { value, found, valid } => {
                ViolationKind::Type { value: secret::text_without(&value, secrets), found, valid }
            }
            other => other,
        };
        Violation { kind, ..self }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.kind {
            ViolationKind::Missing { name } => write!(f, "Missing required parameter in {path}: \"{name}\""),
            ViolationKind::Unknown { name, members } => {
                write!(f, "Unknown parameter in {path}: \"{name}\", must be one of: {}", members.join(", "))
            }
            ViolationKind::Type { value, found, valid } => write!(
                f,
                "Invalid type for parameter {path}, value: {value}, type: <class '{found}'>, valid types: <class \
                 '{valid}'>"
            ),
            ViolationKind::Range { value, min } => {
                write!(f, "Invalid value for parameter {path}, value: {value}, valid min value: {min}")
            }
            ViolationKind::Length { length, min } => {
                write!(f, "Invalid length for parameter {path}, value: {length}, valid min length: {min}")
            }
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
    let mut violations = Vec::new();
    check_structure(&parameters, members, "input", "", &mut violations);
    let fits_types = fits_types(&parameters, members);
    if violations.is_empty() {
        return Ok(if fits_types { Parameters::new(parameters) } else { Parameters::untyped(parameters) });
    }
    // A document may say the same in another place, by an anchor too.
    let secrets = secret::long_enough(secret::parameters::secrets(&parameters));
    let violations: Vec<Violation> =
        violations.into_iter().map(|violation| violation.without(&secrets)).collect();
    if strict {
        return Err(ParameterError::Validation(violations));
    }
    if violations.iter().all(|v| matches!(v.kind, ViolationKind::Length { .. })) && fits_types {
        return Ok(Parameters::new(parameters));
    }
    match violations.into_iter().find(|violation| !can_be_sent(violation)) {
        Some(violation) => Err(ParameterError::NotSendable(violation)),
        None => Ok(Parameters::untyped(parameters)),
    }
}

/// What is wrong with a structure of these members.
pub(crate) fn violations(value: &Value, members: &'static [Member]) -> Vec<Violation> {
    let mut violations = Vec::new();
    if let Value::Map(map) = value {
        check_structure(map, members, "input", "", &mut violations);
    }
    violations
}

/// Takes out members that are null where that says that there is to be none.
fn remove_absent(parameters: &mut Map, members: &[Member]) {
    for member in members {
        let given = parameters.get(member.name);
        if given.is_some_and(|value| matches!(value, Value::Null) && is_to_be_none(value, member, parameters))
        {
            parameters.remove(member.name);
        }
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
    match &violation.kind {
        ViolationKind::Missing { .. } | ViolationKind::Length { .. } | ViolationKind::Range { .. } => true,
        ViolationKind::Unknown { .. } => false,
        ViolationKind::Type { found, valid, .. } => {
            *valid != "dict"
                && matches!(*found, "NoneType" | "bool" | "int" | "float" | "list" | "dict" | "str")
        }
    }
}

fn check_structure(
    given: &Map,
    members: &'static [Member],
    path: &str,
    prefix: &str,
    violations: &mut Vec<Violation>,
) {
    let mut report = |path: &str, kind| violations.push(Violation { path: path.to_owned(), kind });
    for member in members.iter().filter(|member| member.required && !given.contains_key(member.name)) {
        report(path, ViolationKind::Missing { name: member.name });
    }
    let member_of = |name: &str| members.iter().find(|member| member.name == name);
    if given.iter().any(|(name, _)| member_of(name).is_none()) {
        let unknown = unknown_names(given, members, prefix.is_empty());
        unknown.into_iter().for_each(|unknown| report(path, unknown));
    }
    for (name, value) in given.iter() {
        if let Some(member) = member_of(name).filter(|member| !is_to_be_none(value, member, given)) {
            let dot = if prefix.is_empty() { "" } else { "." };
            check_value(value, member.shape, &format!("{prefix}{dot}{name}"), violations);
        }
    }
}

/// The names that a structure does not have, as they may be shown.
fn unknown_names(given: &Map, members: &'static [Member], is_top: bool) -> Vec<ViolationKind> {
    let mut unknown = Vec::new();
    let mut follows_secret = false;
    for (name, value) in given.iter() {
        let member = members.iter().find(|member| *member.name == **name);
        if member.is_none() {
            let beside = if is_top { &[] } else { members };
            let name = secret::masked_name(name, beside, follows_secret);
            let members = members.iter().map(|member| member.name).collect();
            unknown.push(ViolationKind::Unknown { name, members });
        }
        follows_secret |= member.is_some_and(|member| member.shape.holds_secret())
            || secret::names::names_secret(name)
            || secret::without_named(value).1;
    }
    unknown
}

fn check_value(value: &Value, shape: &'static Shape, path: &str, violations: &mut Vec<Violation>) {
    let wrong_type =
        |valid| ViolationKind::Type { value: shown(value, shape), found: python::type_name(value), valid };
    let kind = match (shape, value) {
        (Shape::Structure(members), Value::Map(map)) => {
            return check_structure(map, members, path, path, violations);
        }
        (Shape::Structure(_), _) => wrong_type("dict"),
        (Shape::String(text), Value::String(_) | Value::Secret(_)) => {
            let length = length(value);
            match text.min {
                Some(min) if length < min => ViolationKind::Length { length, min },
                Some(_) | None => return,
            }
        }
        (Shape::String(_), _) => wrong_type("str"),
        (Shape::Integer { min, .. }, Value::Integer(number)) => {
            if **number >= i128::from(*min) {
                return;
            }
            ViolationKind::Range { value: number.to_string(), min: *min }
        }
        (Shape::Integer { min, .. }, Value::Bool(bool)) if i64::from(*bool) < *min => {
            ViolationKind::Range { value: python::str(value), min: *min }
        }
        (Shape::List(element), Value::List(list)) => {
            for (index, value) in list.iter().enumerate() {
                check_value(value, element, &format!("{path}[{index}]"), violations);
            }
            return;
        }
        (Shape::Integer { .. } | Shape::Boolean, Value::Bool(_)) => return,
        (Shape::Timestamp, _) => return,
        (Shape::Integer { .. }, _) => wrong_type("int"),
        (Shape::Boolean, _) => wrong_type("bool"),
        (Shape::List(_), _) => wrong_type("list"),
    };
    violations.push(Violation { path: path.to_owned(), kind });
}

fn length(text: &Value) -> usize {
    match text {
        Value::String(text) => text.chars().count(),
        Value::Secret(secret) => secret.expose_secret().chars().count(),
        _ => 0,
    }
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
