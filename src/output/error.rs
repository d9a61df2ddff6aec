//! What can go wrong when a result is shown.

use std::io;

use crate::render;
use crate::syntax::python::{repr_str, system_words};
use crate::syntax::shell_words::Unfinished;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("Unknown output type: {0}")]
    UnknownFormat(String),
    /// The query fails on the result, or the result does not fit the format.
    #[error(transparent)]
    Unfit(render::Error),
    /// The words are the reference's, and Python's.
    #[error(
        "Unable to redirect output to pager. Received the following error when opening pager:\n\
         [Errno 2] No such file or directory: {}\n\n\
         Learn more about configuring the output pager by running \"aws help config-vars\".",
        repr_str(program)
    )]
    PagerNotFound { program: String },
    /// The command of the pager cannot be divided into words.
    #[error(transparent)]
    PagerCommand(#[from] Unfinished),
    #[error("The pager's command is blank. An empty one switches the pager off.")]
    BlankPager,
    #[error("Could not write the output: {}.", system_words(.0))]
    Write(io::Error),
}

impl Error {
    pub(crate) fn exit_code(&self) -> u8 {
        if self.code().is_some() { 253 } else { 255 }
    }

    /// The code by which structured formats name the error.
    pub(crate) fn code(&self) -> Option<&'static str> {
        matches!(self, Error::PagerNotFound { .. }).then_some("Pager")
    }

    /// Whether whoever read the output has gone away, which is not a failure.
    pub(crate) fn is_of_reader_gone(&self) -> bool {
        matches!(self, Error::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// A pager is started by the first byte that is written; why it cannot be comes through the writer.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        error.downcast().unwrap_or_else(Error::Write)
    }
}

impl From<render::Error> for Error {
    fn from(error: render::Error) -> Error {
        match error {
            render::Error::Write(error) => error.into(),
            error => Error::Unfit(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_pager_comes_through_a_writer_as_itself() {
        let error = Error::from(io::Error::other(Error::PagerNotFound { program: "x".to_owned() }));
        assert_eq!((error.exit_code(), error.code()), (253, Some("Pager")));
        let error = Error::from(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!((error.exit_code(), error.code(), error.is_of_reader_gone()), (255, None, false));
    }
}
