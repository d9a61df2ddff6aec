//! Errors of aliases.

use crate::syntax::shell_words::Unfinished;

/// Why an alias cannot be followed. Exit code 255.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AliasError {
    /// The value has no words.
    #[error(
        "Value of alias \"{alias}\" could not be parsed. Received error: {reason} when parsing:\n{value}"
    )]
    Unfinished {
        /// The alias.
        alias: String,
        /// What is missing.
        reason: Unfinished,
        /// Its value, as it may be shown.
        value: String,
    },
    /// A global option that must stand on the line.
    #[error(
        "Global parameter \"{option}\" detected in alias \"{alias}\" which is not supported in subcommand aliases."
    )]
    Global {
        /// The alias.
        alias: String,
        /// The option, with its dashes.
        option: &'static str,
    },
    /// Aliases that lead to each other for ever.
    #[error(
        "The alias \"{alias}\" leads back to itself. An alias that is to run the command of its own name begins with that name."
    )]
    Endless {
        /// One of them.
        alias: String,
    },
    /// The shell of an alias did not start.
    #[error("The shell for an alias could not be started: {0}.")]
    Shell(std::io::ErrorKind),
}
