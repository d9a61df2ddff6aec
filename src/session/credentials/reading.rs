//! Reads what services and caches have to say: the data of replies, and the credentials in documents.

use std::path::Path;

use aws_credential_types::Credentials;

use super::exchange::Exchange;
use super::expiration::Expiration;
use super::fetch::Answer;
use super::temporary::Temporary;
use crate::error::Error;
use crate::model::{Member, Protocol, Shape};
use crate::reply::error::ReplyError;
use crate::reply::failure::{self, Failure};
use crate::reply::{self, Attempts};
use crate::session::credentials::error::CredentialsError;
use crate::session::error::SessionError;
use crate::transport::recorder::Reply;
use crate::value::number::python_int;
use crate::value::{Integer, Map, Value, xml};

/// The data of a reply: the members of the operation's table, in its order. Sensitive ones are sealed.
///
/// # Errors
/// The service's error; a reply that is not of the protocol or lacks a required member.
pub(crate) fn data(exchange: &Exchange, reply: &Reply, attempts: Attempts) -> Result<Map, Error> {
    let name = exchange.name;
    let document = match reply.status {
        200..=299 => match exchange.protocol {
            Protocol::Query => xml::parse(reply.bytes()).map_err(|reason| ReplyError::NotXml { reason })?,
            Protocol::AwsJson | Protocol::RestJson => reply::body(reply::text(reply)?)?,
        },
        300 => return Err(Failure::unknown().of(name, attempts)),
        _ => return Err(failure::read(exchange.protocol, reply, &exchange.modelled)?.of(name, attempts)),
    };
    let body = match exchange.protocol {
        Protocol::Query => {
            let result = format!("{name}Result");
            let found = document.as_map().and_then(|root| root.get(&result)).cloned();
            found.ok_or(ReplyError::Missing { operation: name, member: result })?
        }
        Protocol::AwsJson | Protocol::RestJson => document,
    };
    // An element without children, and whatever is no JSON object, has no members.
    Ok(structure(body.as_map().unwrap_or(&Map::new()), exchange.output, name)?)
}

fn structure(given: &Map, members: &'static [Member], operation: &'static str) -> Result<Map, ReplyError> {
    let missing = |name: &str| ReplyError::Missing { operation, member: name.to_owned() };
    let mut data = Map::new();
    for member in members {
        let name = member.name;
        match given.get(name).filter(|value| !matches!(value, Value::Null)) {
            Some(Value::String(text)) if member.required && text.is_empty() => {
                return Err(missing(name));
            }
            Some(value) => data.insert(name, shaped(value, member, operation)?),
            None if member.required => return Err(missing(name)),
            None => {}
        }
    }
    Ok(data)
}

fn shaped(value: &Value, member: &'static Member, operation: &'static str) -> Result<Value, ReplyError> {
    let unusable = || ReplyError::Unusable { operation, member: member.name };
    match (member.shape, value) {
        (Shape::Structure(members), Value::Map(map)) => {
            Ok(Value::Map(structure(map, members, operation)?.into()))
        }
        (Shape::String(text), Value::String(value)) if text.sensitive => Ok(Value::secret(value.clone())),
        (Shape::String(_), Value::String(_)) | (Shape::Integer { .. }, Value::Integer(_)) => {
            Ok(value.clone())
        }
        (Shape::Integer { .. }, Value::String(text)) => {
            python_int(text).map(Value::Integer).ok_or_else(unusable)
        }
        // As Python's `int` does it. Seconds and milliseconds fit.
        (Shape::Integer { .. }, Value::Float(number)) if number.abs() < 9e15 => {
            Integer::from_decimal(&format!("{:.0}", number.trunc())).map(Value::Integer).ok_or_else(unusable)
        }
        _ => Err(unusable()),
    }
}

/// What the reference keeps of a reply beside its data: the service's own words, status, headers, retries.
pub(crate) fn response_metadata(answer: &Answer) -> Value {
    let document = xml::parse(answer.reply.bytes()).ok();
    let own = document.as_ref().and_then(|root| root.as_map()?.get("ResponseMetadata")?.as_map());
    let mut metadata = own.cloned().unwrap_or_default();
    metadata.insert("HTTPStatusCode", Value::integer(answer.reply.status.into()));
    let headers = answer.reply.headers.iter();
    let headers = Value::map(headers.map(|(name, value)| (name.as_str(), Value::string(value.as_str()))));
    metadata.insert("HTTPHeaders", headers);
    if answer.attempts.made >= answer.attempts.allowed {
        metadata.insert("MaxAttemptsReached", Value::Bool(true));
    }
    metadata.insert("RetryAttempts", Value::integer(i64::from(answer.attempts.made.saturating_sub(1))));
    Value::Map(metadata.into())
}

/// When the credentials of a cached document expire.
///
/// # Errors
/// The document does not say, or not in a form that is understood.
pub(crate) fn cached_expiration(document: &Map, path: &Path) -> Result<Expiration, SessionError> {
    let expiration = credentials(document).and_then(|credentials| text(credentials, "Expiration"));
    Expiration::read(&expiration.map_err(|member| incomplete(path, member))?)
}

/// The credentials of a cached document.
///
/// # Errors
/// A part of them is missing.
pub(crate) fn cached_credentials(document: &Map, path: &Path) -> Result<Temporary, SessionError> {
    temporary(document, |member| incomplete(path, member))
}

/// The credentials of a new document.
///
/// # Errors
/// As for [`cached_credentials`].
pub(crate) fn new_credentials(document: &Value) -> Result<Temporary, SessionError> {
    let incomplete = |member| CredentialsError::Incomplete { member };
    temporary(document.as_map().ok_or_else(|| incomplete("Credentials"))?, incomplete)
}

fn incomplete(path: &Path, member: &'static str) -> CredentialsError {
    CredentialsError::CacheIncomplete { path: path.to_owned(), member }
}

fn temporary(
    document: &Map,
    incomplete: impl Fn(&'static str) -> CredentialsError,
) -> Result<Temporary, SessionError> {
    let part =
        |member| credentials(document).and_then(|credentials| text(credentials, member)).map_err(&incomplete);
    let expiration = Expiration::read(&part("Expiration")?)?;
    let (id, secret) = (part("AccessKeyId")?, part("SecretAccessKey")?);
    let credentials = Credentials::new(id, secret, Some(part("SessionToken")?), None, "Fetched");
    Ok(Temporary { credentials, expiration: Some(expiration) })
}

fn credentials(document: &Map) -> Result<&Map, &'static str> {
    document.get("Credentials").and_then(Value::as_map).ok_or("Credentials")
}

/// The text of a member, sealed or not, or the member's name.
pub(crate) fn text(map: &Map, member: &'static str) -> Result<String, &'static str> {
    map.get(member).and_then(Value::exposed).map(str::to_owned).ok_or(member)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::exchange::{ASSUME_ROLE, CREATE_O_AUTH2_TOKEN, CREATE_TOKEN, GET_ROLE_CREDENTIALS};
    use super::*;
    use crate::value::json;

    fn told(exchange: &'static Exchange, status: u16, body: &[u8]) -> String {
        let reply = Reply { status, url: String::new(), headers: Vec::new(), body: body.to_vec().into() };
        match data(exchange, &reply, Attempts { made: 1, allowed: 3 }) {
            Ok(data) => format!("{data:?}"),
            Err(error) => format!("{} {error}", error.exit_code()),
        }
    }

    #[test]
    fn data_has_the_order_of_the_model_and_its_secrets_are_sealed() {
        let body =
            br#"{"idToken":1,"refreshToken":"rt-hunter2","accessToken":"t-hunter2","expiresIn":"900"}"#;
        let whole = told(&CREATE_TOKEN, 200, body);
        assert_eq!(whole, r#"{"expiresIn": 900, "accessToken": '****', "refreshToken": '****'}"#);
        assert_eq!(told(&CREATE_TOKEN, 200, br#"{"expiresIn":1,"accessToken":null}"#), "255 'accessToken'");
        let usable = "255 The member expiresIn in the reply of CreateToken cannot be used.";
        assert_eq!(told(&CREATE_TOKEN, 200, br#"{"expiresIn":[],"accessToken":"t"}"#), usable);
        assert_eq!(
            told(&CREATE_TOKEN, 300, b"{}"),
            "254 An error occurred (Unknown) when calling the CreateToken operation: Unknown"
        );
    }

    #[test]
    fn credentials_need_all_their_parts() {
        let read = |document: &str| {
            let Ok(Value::Map(document)) = json::parse(document) else { panic!("an object") };
            match cached_credentials(&document, Path::new("f")) {
                Ok(Temporary { credentials, expiration }) => {
                    format!("{} {expiration:?}", credentials.access_key_id())
                }
                Err(error) => error.to_string(),
            }
        };
        let parts = r#""AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "t""#;
        let whole = format!(r#"{{"Credentials": {{{parts}, "Expiration": "2099-01-01T00:00:00UTC"}}}}"#);
        assert_eq!(read(&whole), "A Some(2099-01-01T00:00:00Z)");
        assert_eq!(read(&whole.replace("SessionToken", "x")), "'SessionToken'");
        assert_eq!(read(&whole.replace("UTC", "")), "A Some(in no time zone)");
        assert_eq!(read(r#"{"Credentials": 5}"#), "'Credentials'");
    }

    proptest! {
        #[test]
        fn no_reply_makes_it_panic(status in 100u16..1000, body in proptest::collection::vec(any::<u8>(), 0..80)) {
            for exchange in [&ASSUME_ROLE, &GET_ROLE_CREDENTIALS, &CREATE_TOKEN, &CREATE_O_AUTH2_TOKEN] {
                let _ = told(exchange, status, &body);
            }
        }

        #[test]
        fn no_xml_makes_it_panic(
            wrapper in "AssumeRoleResult|A",
            name in "Credentials|AssumedRoleUser|PackedPolicySize",
            inner in "(<(AccessKeyId|Expiration)>[0-9a-z:-]{0,20}</(AccessKeyId|Expiration)>){0,4}|[0-9]{0,30}",
        ) {
            let _ = told(&ASSUME_ROLE, 200, format!("<R><{wrapper}><{name}>{inner}</{name}></{wrapper}></R>").as_bytes());
        }

        #[test]
        fn no_document_makes_it_panic(
            name in "Credentials|x",
            expiration in "\"[0-9TZUC:+. -]{0,30}\"|[0-9]{1,3}|null|\\[\\]",
            token in "\"t\"|null|\\{\\}|1e999",
        ) {
            let text = format!(r#"{{"{name}": {{"Expiration": {expiration}, "SessionToken": {token}, "AccessKeyId": {token}, "SecretAccessKey": {token}}}}}"#);
            if let Ok(Value::Map(document)) = json::parse(&text) {
                let _ = cached_expiration(&document, Path::new("f")).map(|expiration| expiration.remaining());
                let _ = cached_credentials(&document, Path::new("f"));
            }
        }
    }
}
