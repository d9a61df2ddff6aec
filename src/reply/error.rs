//! Errors that the service answers with.

use crate::secret::{text_without, without};
use crate::value::json::{MAX_REPLY_DEPTH, MOST_REPLY_VALUES};
use crate::value::xml::XmlError;
use crate::value::{Map, Value, python};

/// The longest content type that is shown.
const LONGEST_TYPE: usize = 60;

/// An error reply. Exit code 254.
#[derive(Debug, thiserror::Error)]
#[error("An error occurred ({code}) when calling the {operation} operation{}: {}", self.retries(), python::str(.message))]
pub(crate) struct ServiceError {
    /// The code, such as `CustomKeyStoreNotFoundException`, or the HTTP status.
    pub(crate) code: String,
    /// The message as the body has it: usually a text.
    pub(crate) message: Value,
    /// The modelled members of the body, if the code is one of the model.
    pub(crate) members: Map,
    /// Whether structured formats show the code before the message: they keep the order in which the reference
    /// found them.
    pub(crate) code_first: bool,
    /// The API's name of the operation.
    pub(crate) operation: &'static str,
    /// The HTTP status.
    pub(crate) status: u16,
    /// The retries that were made, if no further one was allowed.
    pub(crate) reached_max_retries: Option<u32>,
}

impl ServiceError {
    /// The error as structured formats show it.
    pub(crate) fn as_value(&self) -> Value {
        let mut map = Map::new();
        if self.code_first {
            map.insert("Code", Value::Null);
        }
        map.insert("Message", self.message.clone());
        map.insert("Code", Value::string(self.code.as_str()));
        for (name, value) in self.members.iter() {
            map.insert(name.clone(), value.clone());
        }
        Value::Map(map.into())
    }

    /// The lines that follow the message where the body has more modelled members than that.
    pub(crate) fn details(&self) -> Option<String> {
        let others = self.members.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("message"));
        let lines: Vec<String> =
            others.map(|(name, value)| format!("{name}: {}", python::str(value))).collect();
        (!lines.is_empty()).then(|| format!("Additional error details:\n{}", lines.join("\n")))
    }

    fn retries(&self) -> String {
        self.reached_max_retries
            .map_or_else(String::new, |retries| format!(" (reached max retries: {retries})"))
    }

    /// The error without these secrets of the request, which the service may repeat.
    pub(crate) fn without(self, secrets: &[&str]) -> ServiceError {
        let members = self.members.iter().map(|(name, value)| (name.clone(), without(value, secrets)));
        ServiceError {
            code: text_without(&self.code, secrets),
            message: without(&self.message, secrets),
            members: members.collect(),
            ..self
        }
    }
}

/// A success that no service of AWS sends.
#[derive(Debug, thiserror::Error)]
#[error(
    "The reply to {operation} is not one of the service: {url} answered with status {status}, {}, and {size} bytes that \
     are not JSON.{}",
    kind(.content_type.as_deref()), if *.is_change { " The change may not have been made." } else { "" }
)]
pub(crate) struct Foreign {
    /// The API's name of the operation.
    pub(crate) operation: &'static str,
    /// Whether the operation changes something.
    pub(crate) is_change: bool,
    /// The HTTP status.
    pub(crate) status: u16,
    /// The content type, without its parameters.
    pub(crate) content_type: Option<String>,
    /// The bytes of the body.
    pub(crate) size: usize,
    /// The URL of the request.
    pub(crate) url: String,
}

/// A content type as it may be shown.
fn kind(content_type: Option<&str>) -> String {
    match content_type {
        None => "no content type".to_owned(),
        Some(kind) if kind.len() <= LONGEST_TYPE && kind.bytes().all(|byte| byte.is_ascii_graphic()) => {
            format!("content type {kind}")
        }
        Some(_) => "an unknown content type".to_owned(),
    }
}

/// A reply that has no data. Exit code 254 for the service's error, 255 for the others.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReplyError {
    /// The service's error.
    #[error(transparent)]
    Service(Box<ServiceError>),
    #[error("The reply of the service is not valid UTF-8 (at byte {position}).")]
    NotUtf8 { position: usize },
    /// It is a success, but not the service's.
    #[error(transparent)]
    NotOfService(Foreign),
    /// A success of which nothing could be read.
    #[error("{0}")]
    Unread(String),
    #[error("The reply of the service is nested more than {MAX_REPLY_DEPTH} levels deep.")]
    TooDeep,
    #[error("The reply of the service has more than {MOST_REPLY_VALUES} values.")]
    TooMany,
    /// Its body should be XML and is not. The body is not shown: it may hold credentials.
    #[error("Unable to parse response ({reason}), invalid XML received. Further retries may succeed:")]
    NotXml { reason: XmlError },
    /// A member that must be there is not. The reference says no more than its name.
    #[error("'{member}'")]
    Missing { operation: &'static str, member: String },
    #[error("The member {member} in the reply of {operation} cannot be used.")]
    Unusable { operation: &'static str, member: &'static str },
    /// `wanted` is an article and `object` or `list`.
    #[error("The reply of the service has a value of type {found} where {wanted} belongs.")]
    WrongType { found: &'static str, wanted: &'static str },
    #[error(transparent)]
    Timestamp(#[from] crate::timestamp::TimestampError),
    #[error("The error code in the reply of the service has the type {found}, not text.")]
    CodeIsNoText { found: &'static str },
}

impl ReplyError {
    /// A line of our own below the reference's words.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            ReplyError::Missing { operation, member } => {
                Some(format!("The reply of {operation} has no {member}."))
            }
            ReplyError::NotXml { .. } => {
                Some("The body is not shown, because it may hold credentials.".to_owned())
            }
            ReplyError::NotOfService(foreign) => {
                let instead =
                    "A sign-in page of the network or an inspecting proxy may have answered instead.";
                let look = " Look with describe-custom-key-stores before you repeat the command.";
                Some([instead, if foreign.is_change { look } else { "" }].concat())
            }
            _ => None,
        }
    }
}
