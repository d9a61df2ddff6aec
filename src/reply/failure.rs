//! Error replies: what the service says went wrong, in the places of its protocol.

use super::{json, message, text, wrong_type};
use crate::model::{Operation, Protocol, Service};
use crate::reply::error::{ReplyError, ServiceError};
use crate::transport::recorder::Reply;
use crate::value::python::type_name;
use crate::value::{Map, Value, xml};

/// The error of a reply that is not a success.
///
/// # Errors
/// A reply that is not of the protocol.
pub(super) fn read(
    operation: &'static Operation,
    reply: &Reply,
    reached_max_retries: Option<u32>,
) -> Result<ServiceError, ReplyError> {
    let unknown = ServiceError {
        code: "Unknown".to_owned(),
        message: Value::string("Unknown"),
        members: Map::new(),
        code_first: false,
        operation: operation.name,
        status: reply.status,
        reached_max_retries,
    };
    // The reference takes 300 for a success first and finds no error in it later.
    if reply.status == 300 {
        return Ok(unknown);
    }
    let trimmed = text(reply)?.trim();
    if reply.status >= 500 && (trimmed.is_empty() || trimmed.starts_with("<html>")) {
        let status = http::StatusCode::from_u16(reply.status).ok();
        let phrase = status.and_then(|status| status.canonical_reason()).unwrap_or_default();
        return Ok(ServiceError {
            code: reply.status.to_string(),
            message: Value::string(phrase),
            ..unknown
        });
    }
    match operation.service.protocol {
        Protocol::Query => of_xml(operation.service, reply, unknown),
        Protocol::AwsJson | Protocol::RestJson => of_json(operation.service, reply, unknown),
    }
}

fn of_json(service: &Service, reply: &Reply, unknown: ServiceError) -> Result<ServiceError, ReplyError> {
    let text = text(reply)?;
    let body = json(text)?.unwrap_or_else(|| message(text));
    let Some(map) = body.as_map() else { return Err(wrong_type(&body, "an object")) };
    let code = match (reply.code_in(service.protocol, map), map.get("__type")) {
        (Some(code), _) => code,
        (None, None) => reply.status.to_string(),
        (None, Some(Value::Null)) => String::new(),
        (None, Some(other)) => return Err(ReplyError::CodeIsNoText { found: type_name(other) }),
    };
    let message = map.get("message").or_else(|| map.get("Message")).cloned();
    let message = message.unwrap_or_else(|| Value::string(""));
    Ok(ServiceError { members: modelled(service, &code, map), code, message, ..unknown })
}

fn of_xml(service: &Service, reply: &Reply, unknown: ServiceError) -> Result<ServiceError, ReplyError> {
    let document = xml::parse(reply.bytes()).map_err(|reason| ReplyError::NotXml { reason })?;
    let Some(error) = xml::error(&document) else { return Ok(unknown) };
    let code = reply.code_in(service.protocol, error).unwrap_or(unknown.code);
    let first = error.iter().map(|(name, _)| name.as_ref()).find(|name| ["Code", "Message"].contains(name));
    let message = error.get("Message").cloned().unwrap_or(unknown.message);
    let (code_first, members) = (first == Some("Code"), modelled(service, &code, error));
    Ok(ServiceError { code, message, members, code_first, ..unknown })
}

/// The modelled members of an error, if its code is modelled.
fn modelled(service: &Service, code: &str, body: &Map) -> Map {
    if !service.errors.lines().any(|modelled| modelled == code) {
        return Map::new();
    }
    let given = service.error_members.iter().filter_map(|name| Some((*name, body.get(name)?.clone())));
    given.filter(|(_, value)| !matches!(value, Value::Null)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::operations::{assume_role, create_o_auth2_token};

    fn reported(protocol: Protocol, status: u16, body: &str) -> String {
        let reply = Reply { status, url: String::new(), headers: Default::default(), body: body.into() };
        let operation = match protocol {
            Protocol::Query => assume_role::CALL.operation,
            Protocol::AwsJson | Protocol::RestJson => create_o_auth2_token::CALL.operation,
        };
        match read(operation, &reply, None) {
            Ok(error) => format!("{:?} {}", error.as_value(), error.details().unwrap_or_default()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn xml_keeps_the_order_of_code_and_message() {
        let query = |status, body| reported(Protocol::Query, status, body);
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
        let words = reported(Protocol::Query, 400, "{\"SecretAccessKey\":\"hush\"}");
        assert!(words.starts_with(start) && !words.contains("hush"), "{words}");
    }

    #[test]
    fn modelled_members_are_kept_and_reported() {
        let body = r#"{"__type":"ValidationException","message":"m","error":"INVALID","other":1}"#;
        assert_eq!(
            reported(Protocol::RestJson, 400, body),
            "{'Message': 'm', 'Code': 'ValidationException', 'error': 'INVALID', 'message': 'm'} Additional error \
             details:\nerror: INVALID"
        );
        assert_eq!(
            reported(Protocol::RestJson, 400, r#"{"code":"X","error":"Y"}"#),
            "{'Message': '', 'Code': 'X'} "
        );
        assert_eq!(reported(Protocol::RestJson, 418, "tea"), "{'Message': 'tea', 'Code': '418'} ");
    }
}
