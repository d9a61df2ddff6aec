//! Error replies: what the service says went wrong, in the places of its protocol.

use super::{Attempts, body, text};
use crate::error::Error;
use crate::model::Protocol;
use crate::reply::error::{ReplyError, ServiceError};
use crate::transport::recorder::Reply;
use crate::value::python::type_name;
use crate::value::{Map, Value, xml};

/// An error as a reply tells it.
#[derive(Debug)]
pub(crate) struct Failure {
    code: String,
    message: Value,
    members: Map,
    code_first: bool,
}

/// The errors of a service's model.
pub(crate) struct Modelled {
    /// Whether a code is one of them.
    pub(crate) is_code: fn(&str) -> bool,
    /// Their members, in the order of the model.
    pub(crate) members: &'static [&'static str],
}

impl Failure {
    /// The error of a reply that names none.
    pub(crate) fn unknown() -> Failure {
        let unknown = "Unknown";
        Failure {
            code: unknown.to_owned(),
            message: Value::string(unknown),
            members: Map::new(),
            code_first: false,
        }
    }

    /// The error of an operation.
    pub(crate) fn of(self, operation: &'static str, attempts: Attempts) -> Error {
        let Failure { code, message, members, code_first } = self;
        let reached_max_retries =
            (attempts.made >= attempts.allowed).then(|| attempts.made.saturating_sub(1));
        Error::Service(ServiceError { code, message, members, code_first, operation, reached_max_retries })
    }
}

/// Reads an error reply.
///
/// # Errors
/// A reply that is not of the protocol.
pub(crate) fn read(protocol: Protocol, reply: &Reply, modelled: &Modelled) -> Result<Failure, ReplyError> {
    let trimmed = text(reply)?.trim();
    if reply.status >= 500 && (trimmed.is_empty() || trimmed.starts_with("<html>")) {
        let phrase =
            http::StatusCode::from_u16(reply.status).ok().and_then(|status| status.canonical_reason());
        return Ok(Failure {
            code: reply.status.to_string(),
            message: Value::string(phrase.unwrap_or_default()),
            ..Failure::unknown()
        });
    }
    match protocol {
        Protocol::Query => query(reply, modelled),
        Protocol::AwsJson | Protocol::RestJson => json(protocol, reply, modelled),
    }
}

fn json(protocol: Protocol, reply: &Reply, modelled: &Modelled) -> Result<Failure, ReplyError> {
    let body = body(text(reply)?)?;
    let Some(map) = body.as_map() else { return Err(ReplyError::NotAnObject { found: type_name(&body) }) };
    let code = match (reply.error_code(protocol), map.get("__type")) {
        (Some(code), _) => code,
        (None, None) => reply.status.to_string(),
        (None, Some(Value::Null)) => String::new(),
        (None, Some(other)) => return Err(ReplyError::CodeIsNoText { found: type_name(other) }),
    };
    let message = map.get("message").or_else(|| map.get("Message")).cloned();
    let members = modelled.members_of(&code, map);
    Ok(Failure { code, message: message.unwrap_or_else(|| Value::string("")), members, code_first: false })
}

fn query(reply: &Reply, modelled: &Modelled) -> Result<Failure, ReplyError> {
    let document = xml::parse(reply.bytes()).map_err(|reason| ReplyError::NotXml { reason })?;
    let Some(error) = xml::error(&document) else { return Ok(Failure::unknown()) };
    let unknown = Failure::unknown();
    let code = error.get("Code").and_then(Value::as_str).map_or(unknown.code, str::to_owned);
    let first = error.iter().map(|(name, _)| name.as_ref()).find(|name| ["Code", "Message"].contains(name));
    let (code_first, members) = (first == Some("Code"), modelled.members_of(&code, error));
    let message = error.get("Message").cloned().unwrap_or(unknown.message);
    Ok(Failure { code, message, members, code_first })
}

impl Modelled {
    /// No errors, or none with members that a reply has.
    pub(crate) const NONE: Modelled = Modelled { is_code: |_| false, members: &[] };

    fn members_of(&self, code: &str, body: &Map) -> Map {
        if !(self.is_code)(code) {
            return Map::new();
        }
        let given = |name: &&'static str| body.get(name).map(|value| (*name, value.clone()));
        self.members.iter().filter_map(given).filter(|(_, value)| !matches!(value, Value::Null)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODELLED: Modelled =
        Modelled { is_code: |code| code == "ValidationException", members: &["error", "message"] };

    fn told(protocol: Protocol, status: u16, body: &str) -> String {
        let reply = Reply { status, url: String::new(), headers: Vec::new(), body: body.into() };
        match read(protocol, &reply, &MODELLED) {
            Ok(failure) => {
                let Error::Service(error) = failure.of("Op", Attempts { made: 1, allowed: 3 }) else {
                    panic!("an error of the service")
                };
                format!("{:?} {}", error.as_value(), error.details().unwrap_or_default())
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn xml_keeps_the_order_of_code_and_message() {
        let query = |status, body| told(Protocol::Query, status, body);
        let body = "<E xmlns='u'><Error><Type>Sender</Type><Code>A</Code><Message>m</Message></Error></E>";
        assert_eq!(query(403, body), "{'Code': 'A', 'Message': 'm'} ");
        let body = "<E><Error><Message>m</Message><Code>A</Code></Error></E>";
        assert_eq!(query(403, body), "{'Message': 'm', 'Code': 'A'} ");
        assert_eq!(query(403, "<E/>"), "{'Message': 'Unknown', 'Code': 'Unknown'} ");
        assert_eq!(query(503, ""), "{'Message': 'Service Unavailable', 'Code': '503'} ");
    }

    #[test]
    fn what_is_no_xml_is_not_shown() {
        let start = "Unable to parse response (not well-formed (invalid token): line 1, column 0), invalid XML received.";
        let told = told(Protocol::Query, 400, "{\"SecretAccessKey\":\"hush\"}");
        assert!(told.starts_with(start) && !told.contains("hush"), "{told}");
    }

    #[test]
    fn modelled_members_are_kept_and_told() {
        let body = r#"{"__type":"ValidationException","message":"m","error":"INVALID","other":1}"#;
        assert_eq!(
            told(Protocol::RestJson, 400, body),
            "{'Message': 'm', 'Code': 'ValidationException', 'error': 'INVALID', 'message': 'm'} Additional error \
             details:\nerror: INVALID"
        );
        assert_eq!(
            told(Protocol::RestJson, 400, r#"{"code":"X","error":"Y"}"#),
            "{'Message': '', 'Code': 'X'} "
        );
        assert_eq!(told(Protocol::RestJson, 418, "tea"), "{'Message': 'tea', 'Code': '418'} ");
    }
}
