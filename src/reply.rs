//! Reads what a service replied: the data of a success, or its error.

pub(crate) mod error;
mod failure;

use std::rc::Rc;
use std::time::Duration;

use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use crate::model::parameters::Parameters;
use crate::model::{Member, Operation, Protocol, Shape};
use crate::reply::error::{Foreign, ReplyError};
use crate::secret;
use crate::timestamp::Timestamps;
use crate::transport::recorder::{Record, Reply};
use crate::value::json::{self, parse_reply};
use crate::value::number::python_int;
use crate::value::python::type_name;
use crate::value::{Map, Value, xml};

/// The data of a reply, in the order of the operation's output members. Sensitive members are sealed. `reached_max_retries` are
/// the retries that were made, if no further one was allowed.
///
/// # Errors
/// The service's error, or a reply that cannot be read.
pub(crate) fn read(
    operation: &'static Operation,
    reply: &Reply,
    reached_max_retries: Option<u32>,
    timestamps: &Timestamps,
) -> Result<Value, ReplyError> {
    if !(200..=299).contains(&reply.status) {
        return Err(ReplyError::Service(failure::read(operation, reply, reached_max_retries)?.into()));
    }
    let mut body = match operation.service.protocol {
        Protocol::Query => query_result(operation, reply)?,
        Protocol::AwsJson | Protocol::RestJson => json_body(operation, reply)?,
    };
    match body {
        Value::Null => Err(wrong_type(&body, "an object")),
        _ if operation.output.is_empty() => Ok(Value::Map(Map::new().into())),
        _ => structure(&mut body, operation, operation.output, timestamps).map(|()| body),
    }
}

/// The error without the secrets of the request: a service, or a proxy on the way, may repeat what it received.
pub(crate) fn without_secrets(error: ReplyError, parameters: &Parameters, record: &Record) -> ReplyError {
    let sent = record.secrets();
    let in_parameters = secret::parameters::secrets(parameters.as_map());
    let secrets: Vec<&str> =
        in_parameters.into_iter().chain(sent.iter().map(ExposeSecret::expose_secret)).collect();
    match error {
        ReplyError::Service(error) => ReplyError::Service(error.without(&secrets).into()),
        ReplyError::NotOfService(foreign) => {
            let content_type = foreign.content_type.map(|kind| secret::text_without(&kind, &secrets));
            ReplyError::NotOfService(Foreign { content_type, ..foreign })
        }
        ReplyError::Timestamp(error) => {
            ReplyError::Timestamp(error.with_text(|text| secret::text_without(text, &secrets)))
        }
        error => error,
    }
}

/// The data of a reply, for code that uses it.
pub(crate) struct Data {
    operation: &'static str,
    pub(crate) members: Map,
}

impl Data {
    pub(crate) fn new(operation: &Operation, data: &Value) -> Data {
        Data { operation: operation.name, members: data.as_map().cloned().unwrap_or_default() }
    }

    /// # Errors
    /// The member is not a string.
    pub(crate) fn text(&self, member: &'static str) -> Result<Zeroizing<String>, ReplyError> {
        let text = self.members.get(member).and_then(Value::exposed);
        text.map(|text| Zeroizing::new(text.to_owned())).ok_or(self.unusable(member))
    }

    /// # Errors
    /// The member is not a whole number that fits.
    pub(crate) fn number(&self, member: &'static str) -> Result<i64, ReplyError> {
        let number = match self.members.get(member) {
            Some(Value::Integer(number)) => i64::try_from(**number).ok(),
            Some(Value::String(text)) => python_int(text).and_then(|number| i64::try_from(number).ok()),
            _ => None,
        };
        number.ok_or(self.unusable(member))
    }

    /// # Errors
    /// The member is not a number of seconds.
    pub(crate) fn duration(&self, member: &'static str) -> Result<Duration, ReplyError> {
        let seconds = self.number(member)?.try_into().map_err(|_| self.unusable(member))?;
        Ok(Duration::from_secs(seconds))
    }

    /// # Errors
    /// The member is not a structure.
    pub(crate) fn structure(&self, member: &'static str) -> Result<Data, ReplyError> {
        match self.members.get(member) {
            Some(Value::Map(members)) => Ok(Data { operation: self.operation, members: (**members).clone() }),
            _ => Err(self.unusable(member)),
        }
    }

    fn unusable(&self, member: &'static str) -> ReplyError {
        ReplyError::Unusable { operation: self.operation, member }
    }
}

/// The body as text.
///
/// # Errors
/// It is not UTF-8.
fn text(reply: &Reply) -> Result<&str, ReplyError> {
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
    format!("The reply to {name} is of type JSON but is not valid JSON: nothing in it was read.{look}")
}

/// The body as JSON, an empty one as an object; `None` if it is something else.
fn json(text: &str) -> Result<Option<Value>, ReplyError> {
    if text.is_empty() {
        return Ok(Some(Value::Map(Map::new().into())));
    }
    match parse_reply(text) {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.problem == json::TOO_DEEP => Err(ReplyError::TooDeep),
        Err(error) if error.problem == json::TOO_MANY => Err(ReplyError::TooMany),
        Err(_) => Ok(None),
    }
}

fn wrong_type(value: &Value, wanted: &'static str) -> ReplyError {
    ReplyError::WrongType { found: type_name(value), wanted }
}

fn message(text: &str) -> Value {
    Value::map([("message", Value::string(text))])
}

/// What is inside the element of the result. An empty element is a structure without members.
fn query_result(operation: &Operation, reply: &Reply) -> Result<Value, ReplyError> {
    let document = xml::parse(reply.bytes()).map_err(|reason| ReplyError::NotXml { reason })?;
    let result = format!("{}Result", operation.name);
    match document.as_map().and_then(|root| root.get(&result)) {
        Some(Value::String(_)) => Ok(Value::Map(Map::new().into())),
        Some(found) => Ok(found.clone()),
        None => Err(ReplyError::Missing { operation: operation.name, member: result }),
    }
}

/// The body as JSON. Where it only claims to be JSON it counts as a message, as it does for the reference.
fn json_body(operation: &Operation, reply: &Reply) -> Result<Value, ReplyError> {
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
    match json(text)? {
        None if !is_json => Err(foreign()),
        Some(_) if !is_json && text.is_empty() => Err(foreign()),
        body => Ok(body.unwrap_or_else(|| message(text))),
    }
}

/// Leaves the known members of a structure, in the order of the model. Unknown ones and nulls are dropped; scalars
/// are taken as they are, whatever the model says.
fn structure(
    value: &mut Value,
    operation: &Operation,
    members: &[Member],
    timestamps: &Timestamps,
) -> Result<(), ReplyError> {
    let Value::Map(map) = value else { return Err(wrong_type(value, "an object")) };
    let map = Rc::make_mut(map);
    let mut shown = 0;
    for member in members {
        let is_absent = |value: &Value| match value {
            Value::Null => true,
            Value::String(text) => member.required && text.is_empty(),
            _ => false,
        };
        match map.bring_to(shown, member.name).filter(|value| !is_absent(value)) {
            Some(value) => {
                shape(value, operation, member.shape, timestamps)?;
                shown += 1;
            }
            None if member.required => {
                return Err(ReplyError::Missing {
                    operation: operation.name,
                    member: member.name.to_owned(),
                });
            }
            None => {}
        }
    }
    map.truncate(shown);
    Ok(())
}

/// Brings what has just been read into the shape of the model.
fn shape(
    value: &mut Value,
    operation: &Operation,
    shape_of: &Shape,
    timestamps: &Timestamps,
) -> Result<(), ReplyError> {
    match shape_of {
        Shape::Structure(members) => structure(value, operation, members, timestamps)?,
        Shape::List(element) => {
            let Value::List(list) = value else { return Err(wrong_type(value, "a list")) };
            for value in Rc::make_mut(list).iter_mut().filter(|value| !matches!(value, Value::Null)) {
                shape(value, operation, element, timestamps)?;
            }
        }
        Shape::Timestamp => *value = timestamps.show(value)?,
        Shape::String(text) if text.sensitive => {
            if let Value::String(text) = value {
                *value = Value::secret(text.clone());
            }
        }
        Shape::String(_) | Shape::Integer { .. } | Shape::Boolean => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;
    use crate::operations;

    fn timestamps() -> Timestamps {
        Timestamps::new(crate::timestamp::TimestampFormat::Iso8601, &Environment::default())
    }

    fn reported(status: u16, body: &str) -> String {
        let reply = Reply { status, url: String::new(), headers: Default::default(), body: body.into() };
        match read(operations::COMMANDS[0].operation, &reply, None, &timestamps()) {
            Ok(value) => format!("{value:?}"),
            Err(error @ ReplyError::Service(_)) => format!("254 {error}"),
            Err(error) => format!("255 {error}"),
        }
    }

    fn error(code: &str, message: &str) -> String {
        let name = operations::COMMANDS[0].operation.name;
        format!("254 An error occurred ({code}) when calling the {name} operation: {message}")
    }

    #[test]
    fn codes_are_shortened_and_messages_found() {
        assert_eq!(reported(400, r#"{"__type":"com.x#A:http://y#z","message":"m"}"#), error("A", "m"));
        assert_eq!(reported(400, r#"{"__type":"A","Message":"m"}"#), error("A", "m"));
        assert_eq!(reported(400, r#"{"message":null}"#), error("400", "None"));
        assert_eq!(reported(403, ""), error("403", ""));
        assert_eq!(reported(400, "<html>"), error("400", "<html>"));
        assert_eq!(reported(503, " <html>x"), error("503", "Service Unavailable"));
        assert_eq!(reported(300, "{}"), error("Unknown", "Unknown"));
    }

    #[test]
    fn a_secret_that_the_service_repeats_as_a_timestamp_is_not_shown() {
        let body = r#"{"CustomKeyStores":[{"CreationDate":"2023 planted-secret-1"}]}"#;
        let reply = Reply { status: 200, url: String::new(), headers: Default::default(), body: body.into() };
        let error = read(operations::DESCRIBE.operation, &reply, None, &timestamps()).expect_err("no date");
        let sent = [("KeyStorePassword", Value::secret("planted-secret-1".into()))].into_iter().collect();
        let error = without_secrets(error, &Parameters::new(sent, true), &Record::default());
        assert_eq!(error.to_string(), "Invalid timestamp \"2023 ****\": Unknown string format: 2023 ****");
    }

    #[test]
    fn odd_replies_are_errors_of_their_own() {
        assert!(reported(400, "[]").starts_with("255 "));
        assert!(reported(400, r#"{"__type":5}"#).starts_with("255 "));
        assert!(reported(200, "null").starts_with("255 "));
    }

    proptest::proptest! {
        #[test]
        fn no_reply_makes_it_panic(status in 0u16..1000, body in proptest::collection::vec(proptest::num::u8::ANY, 0..60)) {
            let reply = Reply { status, url: String::new(), headers: Default::default(), body: body.into() };
            let _ = read(operations::COMMANDS[0].operation, &reply, Some(0), &timestamps());
        }
    }
}
