//! Errors that the service answers with.

use crate::value::{Map, Value, python};

/// The exceptions of the KMS model whose bodies have the member `message`.
static MODELLED: &str = include_str!("kms-exceptions.txt");

/// An error reply. Exit code 254.
#[derive(Debug)]
pub struct ServiceError {
    /// The code, such as `CustomKeyStoreNotFoundException`, or the HTTP status.
    pub code: String,
    /// The message as the body has it: usually a text.
    pub message: Value,
    /// The modelled member `message` of the body, if the code is one of the model.
    pub member: Option<Value>,
    /// The API's name of the operation.
    pub operation: &'static str,
    /// The retries that were made, if no further one was allowed.
    pub reached_max_retries: Option<u32>,
}

impl ServiceError {
    /// The error as structured formats show it.
    pub fn as_value(&self) -> Value {
        let mut map = Map::new();
        map.insert("Message", self.message.clone());
        map.insert("Code", Value::string(self.code.as_str()));
        if let Some(member) = &self.member {
            map.insert("message", member.clone());
        }
        Value::Map(std::rc::Rc::new(map))
    }

    /// Whether the code is an exception of the KMS model.
    pub fn is_modelled(code: &str) -> bool {
        MODELLED.lines().any(|name| name == code)
    }
}

impl std::fmt::Display for ServiceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "An error occurred ({}) when calling the {} operation", self.code, self.operation)?;
        if let Some(retries) = self.reached_max_retries {
            write!(f, " (reached max retries: {retries})")?;
        }
        write!(f, ": {}", python::str(&self.message))
    }
}

/// A reply that cannot be read. Exit code 255.
#[derive(Debug, thiserror::Error)]
pub enum ReplyError {
    /// Its body is not UTF-8.
    #[error("The reply of the service is not valid UTF-8 (at byte {position}).")]
    NotUtf8 {
        /// The first byte that is wrong, from 0.
        position: usize,
    },
    /// Its body, or a member of it, is JSON, but no object.
    #[error("The reply of the service has a value of type {found} where an object belongs.")]
    NotAnObject {
        /// Python's name of the type.
        found: &'static str,
    },
    /// A member that must be a list is none.
    #[error("The reply of the service has a value of type {found} where a list belongs.")]
    NotAList {
        /// Python's name of the type.
        found: &'static str,
    },
    /// A timestamp cannot be shown.
    #[error(transparent)]
    Timestamp(#[from] crate::reply::timestamp::TimestampError),
    /// The code of the error is no text.
    #[error("The error code in the reply of the service has the type {found}, not text.")]
    CodeIsNoText {
        /// Python's name of the type.
        found: &'static str,
    },
}
