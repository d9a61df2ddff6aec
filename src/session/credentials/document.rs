//! The JSON object in which a provider gives credentials. The names of its members are compared exactly.

use std::rc::Rc;

use crate::session::credentials::error::provider::ProviderError;
use crate::value::json::{self, JsonError};
use crate::value::{Map, Value};

/// A JSON object.
#[derive(Debug)]
pub(crate) struct Document(Rc<Map>);

/// Why a text is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoDocument {
    /// It is no JSON.
    Json(JsonError),
    /// It is a list or a text.
    Sequence,
    /// It is a number, a truth value or `null`.
    Scalar,
}

impl Document {
    /// Reads a text.
    ///
    /// # Errors
    /// It is no JSON object.
    pub(crate) fn read(text: &str) -> Result<Document, NoDocument> {
        match json::parse(text).map_err(NoDocument::Json)? {
            Value::Map(members) => Ok(Document(members)),
            Value::List(_) | Value::String(_) => Err(NoDocument::Sequence),
            _ => Err(NoDocument::Scalar),
        }
    }

    /// A member as it is.
    pub(crate) fn get(&self, member: &str) -> Option<&Value> {
        self.0.get(member)
    }

    /// A member that is a text; `None` if there is none.
    ///
    /// # Errors
    /// It is anything else.
    pub(crate) fn text(&self, member: &'static str) -> Result<Option<String>, ProviderError> {
        match self.get(member) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_ref().to_owned())),
            Some(_) => Err(ProviderError::NotAText { member }),
        }
    }

    /// A member that is a text; `None` if there is none, or `null` in its place.
    ///
    /// # Errors
    /// It is anything else.
    pub(crate) fn text_or_null(&self, member: &'static str) -> Result<Option<String>, ProviderError> {
        match self.get(member) {
            Some(Value::Null) => Ok(None),
            _ => self.text(member),
        }
    }
}
