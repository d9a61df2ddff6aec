//! Where values may come from beside the line: files, and in `aws cks` stdin too.

use std::cell::Cell;
use std::io::{self, IsTerminal};

use zeroize::Zeroizing;

use super::error::ParameterError;
use crate::environment::Environment;
use crate::hints::Hints;
use crate::transport::runtime::{Runtime, Stopped};
use crate::value::Value;

/// The value that stands for stdin.
const STDIN: &str = "file://-";

/// The most bytes that are taken from stdin.
const MOST_BYTES: u64 = 1 << 20;

/// Where values may come from.
pub(crate) struct Sources<'a> {
    pub(crate) environment: &'a Environment,
    own: Option<Own<'a>>,
}

/// What only `aws cks` does.
struct Own<'a> {
    is_stdin_read: Cell<bool>,
    hints: &'a Hints,
}

/// Why stdin gives no value.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StdinError {
    #[error("Only one value can be read from stdin (file://-).")]
    Twice,
    /// It would show what is typed.
    #[error("stdin is a terminal, so nothing is read from it (file://-). prompt:// asks for a secret there.")]
    Terminal,
    #[error("stdin (file://-) has more than a megabyte.")]
    TooLong,
    #[error("stdin (file://-) cannot be read: {0}.")]
    Unreadable(String),
}

impl<'a> Sources<'a> {
    /// Files only, as in the reference.
    pub(crate) fn files(environment: &'a Environment) -> Sources<'a> {
        Sources { environment, own: None }
    }

    /// Files and stdin. A line end at the end of a secret is taken off.
    pub(crate) fn files_and_stdin(environment: &'a Environment, hints: &'a Hints) -> Sources<'a> {
        Sources { environment, own: Some(Own { is_stdin_read: Cell::new(false), hints }) }
    }

    /// The bytes of stdin, if that is what a value stands for.
    ///
    /// # Errors
    /// It cannot be read, or was read before; an interrupt.
    pub(super) fn stdin(&self, word: &str) -> Option<Result<Zeroizing<Vec<u8>>, ParameterError>> {
        let own = self.own.as_ref().filter(|_| word == STDIN)?;
        if own.is_stdin_read.replace(true) {
            return Some(Err(StdinError::Twice.into()));
        }
        if io::stdin().is_terminal() {
            return Some(Err(StdinError::Terminal.into()));
        }
        Some(match Runtime::default().read_stdin(MOST_BYTES) {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(reason)) if reason.kind() == io::ErrorKind::FileTooLarge => {
                Err(StdinError::TooLong.into())
            }
            Ok(Err(reason)) => Err(StdinError::Unreadable(reason.kind().to_string()).into()),
            Err(Stopped::Interrupted) => Err(ParameterError::Interrupted),
            Err(Stopped::TimeUp) => Err(StdinError::Unreadable(io::ErrorKind::TimedOut.to_string()).into()),
            Err(Stopped::Refused(reason)) => Err(StdinError::Unreadable(reason).into()),
        })
    }

    /// A secret that was read, without the line end at its end: that is the editor's, not the secret's.
    pub(super) fn secret(&self, content: Value, word: &str) -> Value {
        let Some(Own { hints, .. }) = &self.own else { return content };
        let Some(text) = content.as_str().and_then(|text| text.strip_suffix('\n')) else { return content };
        let place = if word == STDIN { "from stdin" } else { &format!("in {word}") };
        hints.add(format!("One line end at the end of the secret {place} was taken off."));
        let text = Value::string(text);
        if let Value::String(whole) = content {
            // Wipes it.
            drop(Value::secret(whole));
        }
        text
    }
}
