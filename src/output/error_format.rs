//! The formats of error messages.

/// The format of errors, `--cli-error-format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ErrorFormat {
    /// `aws: [ERROR]: An error occurred (CODE): MESSAGE`.
    #[default]
    Enhanced,
    /// `aws: [ERROR]: MESSAGE`.
    Legacy,
    /// A JSON object.
    Json,
    /// A YAML mapping.
    Yaml,
    /// Tab-separated values.
    Text,
    /// A table.
    Table,
}

impl ErrorFormat {
    /// The format of this name, which is compared exactly.
    pub(crate) fn named(name: &str) -> Option<ErrorFormat> {
        Some(match name {
            "enhanced" => ErrorFormat::Enhanced,
            "legacy" => ErrorFormat::Legacy,
            "json" => ErrorFormat::Json,
            "yaml" => ErrorFormat::Yaml,
            "text" => ErrorFormat::Text,
            "table" => ErrorFormat::Table,
            _ => return None,
        })
    }

    /// Whether stderr is data that programs read.
    pub(crate) fn is_structured(self) -> bool {
        match self {
            ErrorFormat::Enhanced | ErrorFormat::Legacy => false,
            ErrorFormat::Json | ErrorFormat::Yaml | ErrorFormat::Text | ErrorFormat::Table => true,
        }
    }
}
