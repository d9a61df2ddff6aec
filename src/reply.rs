//! Reads what the service answered: the data of a success, or its error.

pub(crate) mod error;
pub(crate) mod failure;

use std::rc::Rc;

use secrecy::ExposeSecret;

use crate::error::Error;
use crate::model::parameters::Parameters;
use crate::model::{Member, Operation, Protocol, Shape};
use crate::reply::error::{Foreign, ReplyError, ServiceError};
use crate::secret;
use crate::transport::recorder::{Record, Reply};
use crate::value::json::{JsonErrorKind, parse_reply};
use crate::value::python::type_name;
use crate::value::timestamp::Timestamps;
use crate::value::{Map, Value};
use failure::{Failure, Modelled};

/// The attempts that were made for a reply, and those that were allowed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempts {
    /// How many were made, the first included.
    pub(crate) made: u32,
    /// How many may be made.
    pub(crate) allowed: u32,
}

/// The data of a reply, in the order of the operation's output members.
///
/// # Errors
/// The service's error, or a reply that cannot be read.
pub(crate) fn read(
    operation: &'static Operation,
    reply: &Reply,
    attempts: Attempts,
    timestamps: &Timestamps,
) -> Result<Value, Error> {
    let name = operation.name;
    match reply.status {
        200..=299 => Ok(success(operation, reply, timestamps)?),
        // The reference takes 300 for a success first and finds no error in it later.
        300 => Err(Failure::unknown().of(name, attempts)),
        _ => Err(failure::read(Protocol::AwsJson, reply, &MODELLED)?.of(name, attempts)),
    }
}

/// The error without the secrets of the request: a service, or a proxy on the way, may repeat what it received.
pub(crate) fn without_secrets(error: Error, parameters: &Parameters, record: &Record) -> Error {
    let sent = record.secrets();
    let in_parameters = secret::parameters::secrets(parameters.as_map());
    let secrets: Vec<&str> =
        in_parameters.into_iter().chain(sent.iter().map(ExposeSecret::expose_secret)).collect();
    match error {
        Error::Service(error) => Error::Service(error.without(&secrets)),
        Error::Reply(ReplyError::NotOfService(foreign)) => {
            let content_type = foreign.content_type.map(|kind| secret::text_without(&kind, &secrets));
            Error::Reply(ReplyError::NotOfService(Foreign { content_type, ..foreign }))
        }
        error => error,
    }
}

/// The errors of the KMS model.
const MODELLED: Modelled = Modelled { is_code: ServiceError::is_modelled, members: &["message"] };

/// The body as text.
///
/// # Errors
/// It is not UTF-8.
pub(crate) fn text(reply: &Reply) -> Result<&str, ReplyError> {
    let invalid = |error: std::str::Utf8Error| ReplyError::NotUtf8 { position: error.valid_up_to() };
    std::str::from_utf8(reply.bytes()).map_err(invalid)
}

/// Whether the body, read as one without members, is no JSON at all.
pub(crate) fn is_unread(reply: &Reply) -> bool {
    text(reply).is_ok_and(|text| !text.trim().is_empty() && matches!(json(text), Ok(None)))
}

/// What is worth a hint where [`is_unread`] is true.
pub(crate) fn unread(operation: &Operation) -> String {
    let name = operation.name;
    let look = " Look with describe-custom-key-stores whether the change was made.";
    let look = if operation.is_change { look } else { "" };
    format!("The reply to {name} says that it is JSON and is none: nothing in it was read.{look}")
}

/// The body as JSON. One that is none counts as a message, as it does for the reference.
///
/// # Errors
/// It is nested too deep, or has too many values.
pub(crate) fn body(text: &str) -> Result<Value, ReplyError> {
    Ok(json(text)?.unwrap_or_else(|| message(text)))
}

/// The body as JSON, an empty one as an object; `None` if it is something else.
fn json(text: &str) -> Result<Option<Value>, ReplyError> {
    if text.is_empty() {
        return Ok(Some(Value::Map(Map::new().into())));
    }
    match parse_reply(text) {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind == JsonErrorKind::Depth => Err(ReplyError::TooDeep),
        Err(error) if error.kind == JsonErrorKind::TooMany => Err(ReplyError::TooMany),
        Err(_) => Ok(None),
    }
}

fn message(text: &str) -> Value {
    Value::map([("message", Value::string(text))])
}

fn success(operation: &Operation, reply: &Reply, timestamps: &Timestamps) -> Result<Value, ReplyError> {
    let content_type = reply.content_type();
    let foreign = || {
        ReplyError::NotOfService(Foreign {
            operation: operation.name,
            is_change: operation.is_change,
            status: reply.status,
            content_type: content_type.map(str::to_owned),
            size: reply.bytes().len(),
            url: reply.url.clone(),
        })
    };
    let is_json = content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("json"));
    let text = match text(reply) {
        Err(_) if !is_json => return Err(foreign()),
        text => text?,
    };
    let mut body = match json(text)? {
        None if !is_json => return Err(foreign()),
        Some(_) if !is_json && text.is_empty() => return Err(foreign()),
        body => body.unwrap_or_else(|| message(text)),
    };
    match body {
        Value::Null => Err(ReplyError::NotAnObject { found: type_name(&Value::Null) }),
        _ if operation.output.is_empty() => Ok(Value::Map(Map::new().into())),
        _ => structure(&mut body, operation.output, timestamps).map(|()| body),
    }
}

/// Leaves the known members of a structure, in the order of the model. Unknown ones and nulls are dropped; scalars
/// are taken as they are, whatever the model says.
fn structure(value: &mut Value, members: &[Member], timestamps: &Timestamps) -> Result<(), ReplyError> {
    let Value::Map(map) = value else { return Err(ReplyError::NotAnObject { found: type_name(value) }) };
    let map = Rc::make_mut(map);
    let mut shown = 0;
    for member in members {
        match map.bring_to(shown, member.name) {
            None | Some(Value::Null) => {}
            Some(value) => {
                shape(value, member.shape, timestamps)?;
                shown += 1;
            }
        }
    }
    map.truncate(shown);
    Ok(())
}

/// Brings what has just been read into the shape of the model.
fn shape(value: &mut Value, shape_of: &Shape, timestamps: &Timestamps) -> Result<(), ReplyError> {
    match shape_of {
        Shape::Structure(members) => structure(value, members, timestamps)?,
        Shape::List(element) => {
            let Value::List(list) = value else {
                return Err(ReplyError::NotAList { found: type_name(value) });
            };
            for value in Rc::make_mut(list).iter_mut().filter(|value| !matches!(value, Value::Null)) {
                shape(value, element, timestamps)?;
            }
        }
        Shape::Timestamp => *value = timestamps.show(value)?,
        Shape::String(_) | Shape::Integer { .. } | Shape::Boolean => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;
    use crate::operations::OPERATIONS;

    fn timestamps() -> Timestamps {
        Timestamps::new(crate::value::timestamp::TimestampFormat::Iso8601, &Environment::default())
    }

    fn told(status: u16, body: &str) -> String {
        let reply = Reply { status, url: String::new(), headers: Vec::new(), body: body.into() };
        let attempts = Attempts { made: 1, allowed: 3 };
        match read(OPERATIONS[0], &reply, attempts, &timestamps()) {
            Ok(value) => format!("{value:?}"),
            Err(error) => format!("{} {error}", error.exit_code()),
        }
    }

    fn error(code: &str, message: &str) -> String {
        let name = OPERATIONS[0].name;
        format!("254 An error occurred ({code}) when calling the {name} operation: {message}")
    }

    #[test]
    fn codes_are_shortened_and_messages_found() {
        assert_eq!(told(400, r#"{"__type":"com.x#A:http://y#z","message":"m"}"#), error("A", "m"));
        assert_eq!(told(400, r#"{"__type":"A","Message":"m"}"#), error("A", "m"));
        assert_eq!(told(400, r#"{"message":null}"#), error("400", "None"));
        assert_eq!(told(403, ""), error("403", ""));
        assert_eq!(told(400, "<html>"), error("400", "<html>"));
        assert_eq!(told(503, " <html>x"), error("503", "Service Unavailable"));
        assert_eq!(told(300, "{}"), error("Unknown", "Unknown"));
    }

    #[test]
    fn odd_replies_are_errors_of_their_own() {
        assert!(told(400, "[]").starts_with("255 "));
        assert!(told(400, r#"{"__type":5}"#).starts_with("255 "));
        assert!(told(200, "null").starts_with("255 "));
    }

    proptest::proptest! {
        #[test]
        fn no_reply_makes_it_panic(status in 0u16..1000, body in proptest::collection::vec(proptest::num::u8::ANY, 0..60)) {
            let reply = Reply { status, url: String::new(), headers: Vec::new(), body: body.into() };
            let _ = read(OPERATIONS[0], &reply, Attempts { made: 1, allowed: 1 }, &timestamps());
        }
    }
}
