//! The formats of error messages.

use crate::render::Format;

/// The format of errors, `--cli-error-format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ErrorFormat {
    /// `aws: [ERROR]: An error occurred (CODE): MESSAGE`.
    #[default]
    Enhanced,
    /// `aws: [ERROR]: MESSAGE`.
    Legacy,
    /// An object in a format of results.
    Structured(Format),
}

impl ErrorFormat {
    /// The format of this name, which is compared exactly.
    pub(crate) fn named(name: &str) -> Option<ErrorFormat> {
        Some(match name {
            "enhanced" => ErrorFormat::Enhanced,
            "legacy" => ErrorFormat::Legacy,
            "json" => ErrorFormat::Structured(Format::Json),
            "yaml" => ErrorFormat::Structured(Format::Yaml),
            "text" => ErrorFormat::Structured(Format::Text),
            "table" => ErrorFormat::Structured(Format::Table),
            _ => return None,
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            ErrorFormat::Enhanced => "enhanced",
            ErrorFormat::Legacy => "legacy",
            ErrorFormat::Structured(Format::Yaml | Format::YamlStream) => "yaml",
            ErrorFormat::Structured(Format::Text) => "text",
            ErrorFormat::Structured(Format::Table) => "table",
            ErrorFormat::Structured(Format::Json | Format::Off) => "json",
        }
    }

    /// Whether stderr is data that programs read.
    pub(crate) fn is_structured(self) -> bool {
        matches!(self, ErrorFormat::Structured(_))
    }
}
