//! The configuration file of an external key store proxy, which the console of KMS takes too: the path and the credential,
//! nothing else.
//!
//! Source: AWS KMS External Key Store Proxy API Specification 1.0, "XKS proxy configuration in AWS KMS console".

use std::rc::Rc;

use zeroize::Zeroizing;

use super::make::{self, CREDENTIAL, PATH};
use crate::cks::error::CksError;
use crate::cli::tree::cks::CONFIGURATION_FILE;
use crate::cli::words::Word;
use crate::input::bind;
use crate::input::sources::Sources;
use crate::operations::UPDATE;
use crate::secret;
use crate::value::json::{self, JsonError};
use crate::value::python::HIDDEN;
use crate::value::{Map, Value};

const MEMBERS: [&str; 2] = [PATH, CREDENTIAL];
const CREDENTIAL_MEMBERS: [&str; 2] = ["AccessKeyId", "RawSecretAccessKey"];

/// The characters of the shortest secret key.
const SHORTEST_SECRET_KEY: usize = 43;

/// What is wrong with the file. No text of it is shown but names of members.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigurationError {
    #[error("it is not text in UTF-8")]
    NotText,
    #[error("it is not JSON: {0}")]
    Json(JsonError),
    /// With one more brace it would be right.
    #[error("its last brace, }}, is missing")]
    NoLastBrace,
    #[error("{0} must be an object in braces")]
    NotAnObject(&'static str),
    #[error("{0} must be a text in quotes")]
    NotAText(&'static str),
    #[error("{member} is missing")]
    Missing { member: &'static str },
    /// The name is masked if it may be a secret.
    #[error("it has {name}, and may only have {}", .members.join(" and "))]
    Unknown { name: String, members: [&'static str; 2] },
}

/// The members of UpdateCustomKeyStore that the file has. The word is the path, with or without `file://`.
///
/// # Errors
/// The file cannot be read, or has another form.
pub(super) fn read(word: Option<&Word>, sources: &Sources) -> Result<Map, CksError> {
    let file = word.map(|word| word.text.clone()).unwrap_or_default();
    let scheme = if file.starts_with("file://") { "" } else { "file://" };
    let path = word.map(|word| Word { text: format!("{scheme}{file}"), ..word.clone() });
    let content = bind::option_value(path.as_ref(), &format!("--{CONFIGURATION_FILE}"), false, sources)?;
    let parsed = content.as_str().ok_or(ConfigurationError::NotText).and_then(parse);
    parsed.map_err(|error| CksError::Configuration { file, error })
}

fn parse(text: &str) -> Result<Map, ConfigurationError> {
    let text = text.trim_start_matches('\u{feff}');
    let value =
        json::parse(text).map_err(|error| match json::parse(&Zeroizing::new(format!("{text}}}"))) {
            Ok(_) => ConfigurationError::NoLastBrace,
            Err(_) => ConfigurationError::Json(error),
        })?;
    let Value::Map(map) = value else { return Err(ConfigurationError::NotAnObject("all of it")) };
    known(&map, MEMBERS)?;
    expect_text(&map, PATH)?;
    let credential = member(&map, CREDENTIAL)?.as_map();
    let credential = credential.ok_or(ConfigurationError::NotAnObject(CREDENTIAL))?;
    known(credential, CREDENTIAL_MEMBERS)?;
    CREDENTIAL_MEMBERS.into_iter().try_for_each(|name| expect_text(credential, name))?;
    Ok(bind::sealed(Rc::unwrap_or_clone(map), UPDATE.operation.input))
}

fn member<'v>(map: &'v Map, name: &'static str) -> Result<&'v Value, ConfigurationError> {
    map.get(name).ok_or(ConfigurationError::Missing { member: name })
}

fn expect_text(map: &Map, name: &'static str) -> Result<(), ConfigurationError> {
    member(map, name)?.as_str().map(|_| ()).ok_or(ConfigurationError::NotAText(name))
}

/// Refuses members of other names.
fn known(map: &Map, members: [&'static str; 2]) -> Result<(), ConfigurationError> {
    match map.iter().find(|(name, _)| !members.contains(&&***name)) {
        Some((name, _)) => Err(ConfigurationError::Unknown { name: shown_name(name), members }),
        None => Ok(()),
    }
}

/// A name that is as long as a secret key may be one.
fn shown_name(name: &str) -> String {
    match name.chars().count() {
        0..SHORTEST_SECRET_KEY => secret::masked_name(name, make::credential_members(), false),
        _ => HIDDEN.to_owned(),
    }
}
