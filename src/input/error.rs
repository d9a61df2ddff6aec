//! Errors of parameters: values, documents and parameter files.

use crate::input::paramfile::FileError;
use crate::input::shorthand::ShorthandError;
use crate::input::sources::StdinError;
use crate::input::validate::Violation;
use crate::secret::names;
use crate::value::json::JsonError;
use crate::value::yaml::YamlError;

/// What is wrong with the parameters. Options have their dashes, and the texts of values are masked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ParameterError {
    #[error("interrupted")]
    Interrupted,
    #[error("Error parsing parameter '{option}': The value is not valid UTF-8.")]
    NotUtf8 { option: String },
    /// A file named inside shorthand cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    #[error("Error parsing parameter '{option}': {error}")]
    OptionFile { option: String, error: FileError },
    #[error(transparent)]
    Stdin(#[from] StdinError),
    #[error("AWS_CLI_FILE_ENCODING names an unknown encoding: {0}.")]
    UnknownEncoding(String),
    #[error("Error parsing parameter '{option}': {error}")]
    Shorthand { option: String, error: ShorthandError },
    #[error("Error parsing parameter '{option}': Invalid JSON: {error}\nJSON received: {received}")]
    Json { option: String, error: JsonError, received: String },
    /// A JSON list in place of a structure.
    #[error("Error parsing parameter '{option}': Invalid JSON:\n{received}")]
    JsonList { option: String, received: String },
    /// Options for pages beside one that shows a single page.
    #[error("Cannot specify --no-paginate along with pagination arguments: {}", .options.join(", "))]
    PagingConflict { options: Vec<&'static str> },
    #[error("The value of {name} in PaginationConfig must be a whole number.")]
    PagingNumber { name: &'static str },
    /// The token does not hold a place in the pages.
    #[error("The value of --starting-token is not a token of an earlier command.")]
    StartingToken,
    /// The token holds a place in other pages.
    #[error("Bad starting token: {token}")]
    BadStartingToken { token: String },
    #[error("The value of PaginationConfig must be a mapping.")]
    PaginationConfig,
    #[error("The value of {option} must be a whole number, not '{}'.", names::hidden_after_name(.value))]
    NotAnInteger { option: String, value: String },
    #[error("The value of {option} must be text: read it with file:// instead of fileb://.")]
    BytesForStructure { option: String },
    #[error("Only one --cli-input- parameter may be specified.")]
    TwoDocuments,
    #[error("Error parsing parameter 'cli-input-json': Invalid JSON received.")]
    JsonDocument(Option<JsonError>),
    #[error("Error parsing parameter 'cli-input-yaml': Invalid YAML received.")]
    YamlDocument(YamlError),
    #[error("Error parsing parameter '{option}': Invalid type: expecting map, received <class '{found}'>")]
    DocumentIsNoMap { option: &'static str, found: &'static str },
    /// The parameters are not what the operation takes.
    #[error("{}", report(.0))]
    Validation(Vec<Violation>),
    /// The parameters cannot be sent as they are, although validation is switched off.
    #[error("Validation is switched off (parameter_validation), but the request cannot be made: {0}")]
    NotSendable(Violation),
}

fn report(violations: &[Violation]) -> String {
    let lines: Vec<String> = violations.iter().map(Violation::to_string).collect();
    format!("Parameter validation failed:\n{}", lines.join("\n"))
}

impl ParameterError {
    /// 252; 255 where the reference ends with the text of an exception.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            ParameterError::File(_)
            | ParameterError::UnknownEncoding(_)
            | ParameterError::BytesForStructure { .. }
            | ParameterError::NotAnInteger { .. }
            | ParameterError::PagingNumber { .. }
            | ParameterError::StartingToken
            | ParameterError::BadStartingToken { .. }
            | ParameterError::PaginationConfig
            | ParameterError::NotSendable(_) => 255,
            _ => 252,
        }
    }

    /// A line of our own: where a document is broken. It never shows any of its text.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            ParameterError::JsonDocument(Some(error)) => Some(error.to_string()),
            ParameterError::YamlDocument(error) => Some(error.to_string()),
            _ => None,
        }
    }
}
