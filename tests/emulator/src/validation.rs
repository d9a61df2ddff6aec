//! The member tables of the inputs, and the two checks KMS makes before an operation sees its input: the JSON
//! types (SerializationException) and the constraints of the model (ValidationException).

use regex_lite::Regex;
use serde_json::{Map, Value};

use crate::error::{Mismatch, ServiceError};

/// One member of an input.
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) shape: &'static Shape,
    pub(crate) required: bool,
}

/// The type and the constraints of a member.
pub(crate) enum Shape {
    Text(Text),
    Choice(&'static [&'static str]),
    Integer { min: i64, max: i64 },
    Structure(&'static [Member]),
}

/// The constraints of a string: lengths in characters, and a pattern that the whole value must match.
pub(crate) struct Text {
    pub(crate) min: usize,
    pub(crate) max: usize,
    pub(crate) pattern: Option<&'static str>,
    /// The value is never repeated, in no message and no log.
    pub(crate) sensitive: bool,
    /// The empty string means "no value" and passes.
    pub(crate) or_empty: bool,
}

impl Text {
    /// A string of `min` to `max` characters, without other constraints.
    pub(crate) const fn new(min: usize, max: usize) -> Self {
        Self { min, max, pattern: None, sensitive: false, or_empty: false }
    }

    /// The same, and the whole value must match `pattern`.
    pub(crate) const fn matching(min: usize, max: usize, pattern: &'static str) -> Self {
        Self { pattern: Some(pattern), ..Self::new(min, max) }
    }
}

/// A broken constraint of one member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// Member names in lower camel case, joined by dots, as KMS writes them.
    pub(crate) path: String,
    pub(crate) value: Shown,
    pub(crate) constraint: Constraint,
}

/// What a message may say about a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Null,
    Value(String),
    Hidden,
}

/// A constraint of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Constraint {
    NotNull,
    MinLength(usize),
    MaxLength(usize),
    Pattern(&'static str),
    OneOf(&'static [&'static str]),
    Min(i64),
    Max(i64),
}

/// The checked input of an operation: known members only, none of them null.
#[derive(Debug, Default)]
pub(crate) struct Input(Map<String, Value>);

impl Input {
    /// The member's string, if the member was sent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// The member's integer, if the member was sent.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(integer)
    }

    /// A string inside a structure, if it was sent.
    pub(crate) fn text_in(&self, structure: &str, name: &str) -> Option<&str> {
        self.0.get(structure)?.get(name)?.as_str()
    }

    /// The names of the members that were sent.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether the member was sent with a value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A member that the table requires; the check has made sure that it is there.
    pub(crate) fn required(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }
}

/// Checks `body` against `members` and returns what the operation may use.
///
/// Null counts as absent and unknown members are dropped. Errors: SerializationException for the first value of
/// a wrong type, ValidationException with all broken constraints.
pub(crate) fn check(members: &'static [Member], body: &Map<String, Value>) -> Result<Input, ServiceError> {
    let known = typed(members, body)?;
    let mut violations = Vec::new();
    constrain(members, &known, "", &mut violations);
    if violations.is_empty() { Ok(Input(known)) } else { Err(ServiceError::Constraints(violations)) }
}

/// The known members that are not null, each of its shape's JSON type.
fn typed(members: &[Member], body: &Map<String, Value>) -> Result<Map<String, Value>, Mismatch> {
    let mut known = Map::new();
    for (name, value) in body {
        let Some(member) = members.iter().find(|member| member.name == name) else { continue };
        let value = match (member.shape, value) {
            (_, Value::Null) => continue,
            (Shape::Text(_) | Shape::Choice(_), Value::String(_)) => value.clone(),
            (Shape::Integer { .. }, Value::Number(_)) => value.clone(),
            (Shape::Structure(members), Value::Object(body)) => Value::Object(typed(members, body)?),
            (shape, value) => return Err(Mismatch { wanted: shape.type_name(), found: found(value) }),
        };
        known.insert(name.clone(), value);
    }
    Ok(known)
}

impl Shape {
    fn type_name(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Choice(_) => "a String",
            Self::Integer { .. } => "an Integer",
            Self::Structure(_) => "a Structure",
        }
    }

    fn is_sensitive(&self) -> bool {
        match self {
            Self::Text(text) => text.sensitive,
            Self::Choice(_) | Self::Integer { .. } | Self::Structure(_) => false,
        }
    }

    /// The constraints of this shape that `value` breaks.
    fn broken_by(&self, value: &Value) -> Vec<Constraint> {
        match (self, value) {
            (Self::Text(text), Value::String(value)) => text.broken_by(value),
            (Self::Choice(names), Value::String(value)) if !names.contains(&value.as_str()) => {
                vec![Constraint::OneOf(names)]
            }
            (Self::Integer { min, max }, value) => {
                let value = integer(value).unwrap_or(i64::MAX);
                let low = (value < *min).then_some(Constraint::Min(*min));
                low.into_iter().chain((value > *max).then_some(Constraint::Max(*max))).collect()
            }
            (Self::Text(_) | Self::Choice(_) | Self::Structure(_), _) => Vec::new(),
        }
    }
}

impl Text {
    fn broken_by(&self, value: &str) -> Vec<Constraint> {
        if value.is_empty() && self.or_empty {
            return Vec::new();
        }
        let length = value.chars().count();
        let mut broken = Vec::new();
        if length < self.min {
            broken.push(Constraint::MinLength(self.min));
        }
        if length > self.max {
            broken.push(Constraint::MaxLength(self.max));
        }
        if let Some(pattern) = self.pattern
            && !matches_whole(pattern, value)
        {
            broken.push(Constraint::Pattern(pattern));
        }
        broken
    }
}

/// A pattern that does not compile matches nothing; a test makes sure that all of them compile.
fn matches_whole(pattern: &str, value: &str) -> bool {
    Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(value))
}

/// An integer member's value; a fraction is cut off, as KMS does.
fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().map(|float| float as i64))
}

fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "LIST_VALUE",
        Value::Object(_) => "STRUCTURE_VALUE",
    }
}

/// Collects the broken constraints, in the order of the table.
fn constrain(members: &[Member], body: &Map<String, Value>, parent: &str, violations: &mut Vec<Violation>) {
    for member in members {
        let path = format!("{parent}{}", lower_camel(member.name));
        match (body.get(member.name), member.shape) {
            (None, _) if member.required => {
                violations.push(Violation { path, value: Shown::Null, constraint: Constraint::NotNull });
            }
            (None, _) => {}
            (Some(Value::Object(body)), Shape::Structure(members)) => {
                constrain(members, body, &format!("{path}."), violations);
            }
            (Some(value), shape) => {
                violations.extend(shape.broken_by(value).into_iter().map(|constraint| Violation {
                    path: path.clone(),
                    value: shown(shape, value),
                    constraint,
                }))
            }
        }
    }
}

fn shown(shape: &Shape, value: &Value) -> Shown {
    match value {
        _ if shape.is_sensitive() => Shown::Hidden,
        Value::String(text) => Shown::Value(text.clone()),
        other => Shown::Value(other.to_string()),
    }
}

fn lower_camel(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(characters).collect()
}

/// A copy of `body` that may be shown: only members of the table that are not sensitive keep their value.
pub(crate) fn redacted(members: &[Member], body: &Map<String, Value>) -> Map<String, Value> {
    let hidden = || Value::String("***".into());
    body.iter()
        .map(|(name, value)| {
            let shown = match (members.iter().find(|member| member.name == name).map(|m| m.shape), value) {
                (Some(Shape::Structure(members)), Value::Object(body)) => {
                    Value::Object(redacted(members, body))
                }
                (Some(shape), Value::String(_) | Value::Number(_) | Value::Null) if !shape.is_sensitive() => {
                    value.clone()
                }
                _ => hidden(),
            };
            (name.clone(), shown)
        })
        .collect()
}

#[cfg(test)]
mod tests;
