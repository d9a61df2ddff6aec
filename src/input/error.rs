//! Errors of parameters: values, documents and parameter files.

use crate::input::paramfile::FileError;
use crate::input::shorthand::ShorthandError;
use crate::input::validate::Violation;
use crate::secret::names;
use crate::value::json::JsonError;
use crate::value::yaml::YamlError;

/// What is wrong with the parameters. Exit code 252, but for those that are raw exceptions in the reference.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ParameterError {
    /// The run was interrupted, as by Ctrl-C. Nothing is told.
    #[error("interrupted")]
    Interrupted,
    /// A word that is not UTF-8 as a value.
    #[error("Error parsing parameter '{option}': The value is not valid UTF-8.")]
    NotUtf8 {
        /// The option, with its dashes.
        option: String,
    },
    /// The file of a value cannot be read.
    #[error("Error parsing parameter '{option}': {error}")]
    File {
        /// The option, with its dashes.
        option: String,
        /// Why not.
        error: FileError,
    },
    /// A file named inside shorthand cannot be read.
    #[error("{0}")]
    ShorthandFile(FileError),
    /// `AWS_CLI_FILE_ENCODING` names no known encoding.
    #[error("AWS_CLI_FILE_ENCODING names an unknown encoding: {0}.")]
    UnknownEncoding(String),
    /// Shorthand syntax is broken.
    #[error("Error parsing parameter '{option}': {error}")]
    Shorthand {
        /// The option, with its dashes.
        option: String,
        /// What is wrong; its text is masked already.
        error: ShorthandError,
    },
    /// JSON in place of shorthand is broken.
    #[error("Error parsing parameter '{option}': Invalid JSON: {error}\nJSON received: {received}")]
    Json {
        /// The option, with its dashes.
        option: String,
        /// What is wrong.
        error: JsonError,
        /// The text, masked.
        received: String,
    },
    /// A JSON list in place of a structure.
    #[error("Error parsing parameter '{option}': Invalid JSON:\n{received}")]
    JsonList {
        /// The option, with its dashes.
        option: String,
        /// The text, masked.
        received: String,
    },
    /// Options for pages beside one that shows a single page.
    #[error("Cannot specify --no-paginate along with pagination arguments: {}", .options.join(", "))]
    PagingConflict {
        /// The options for pages that were given.
        options: Vec<&'static str>,
    },
    /// An option for pages in a document is no number.
    #[error("The value of {name} in PaginationConfig must be a whole number.")]
    PagingNumber {
        /// The name in the document.
        name: &'static str,
    },
    /// `--starting-token` holds something else than a place in the pages.
    #[error("The value of --starting-token is not a token of an earlier command.")]
    StartingToken,
    /// `--starting-token` names another place than one in these pages.
    #[error("Bad starting token: {token}")]
    BadStartingToken {
        /// The token, or what it holds.
        token: String,
    },
    /// `PaginationConfig` in a document is no mapping.
    #[error("The value of PaginationConfig must be a mapping.")]
    PaginationConfig,
    /// A value that must be a whole number is none.
    #[error("The value of {option} must be a whole number, not '{}'.", names::hidden_after_name(.value))]
    NotAnInteger {
        /// The option, with its dashes.
        option: String,
        /// What was given.
        value: String,
    },
    /// `fileb://` for a structure.
    #[error("The value of {option} must be text: read it with file:// instead of fileb://.")]
    BytesForStructure {
        /// The option, with its dashes.
        option: String,
    },
    /// Both `--cli-input-json` and `--cli-input-yaml`.
    #[error("Only one --cli-input- parameter may be specified.")]
    TwoDocuments,
    /// The document of `--cli-input-json` is no JSON.
    #[error("Error parsing parameter 'cli-input-json': Invalid JSON received.")]
    JsonDocument(Option<JsonError>),
    /// The document of `--cli-input-yaml` is no YAML.
    #[error("Error parsing parameter 'cli-input-yaml': Invalid YAML received.")]
    YamlDocument(YamlError),
    /// A document that is no mapping.
    #[error("Error parsing parameter '{option}': Invalid type: expecting map, received <class '{found}'>")]
    DocumentIsNoMap {
        /// The option, with its dashes.
        option: &'static str,
        /// Python's name of the type.
        found: &'static str,
    },
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
            ParameterError::ShorthandFile(_)
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
