//! Errors of handing a line over to another program.

use std::io::ErrorKind;
use std::path::PathBuf;

/// A line could not be handed over to the program that was found for it. Exit code 255.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct HandOverError {
    /// The program.
    pub(crate) program: PathBuf,
    /// What keeps it from taking the line.
    pub(crate) reason: Unusable,
}

/// What keeps a program from taking a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// There is no such file.
    Missing,
    /// It is a name, and no folder of PATH has it.
    NotOnPath,
    /// It is a directory.
    Folder,
    /// It is a file that nobody may run.
    NotExecutable,
    /// It is a script for a program that does not exist.
    NoInterpreter,
    /// It has got this very line already, and has run this program with it.
    Circle {
        /// The file of this program.
        this: PathBuf,
    },
    /// What else the system says.
    Other(ErrorKind),
}

impl std::fmt::Display for HandOverError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let program = self.program.display();
        if let Unusable::Circle { this } = &self.reason {
            return write!(
                f,
                "The command goes round in a circle: {} has handed it over to {program}, which has run {0} again.",
                this.display()
            );
        }
        write!(f, "Could not run {program} for what this program does not have: ")?;
        match &self.reason {
            Unusable::Missing => f.write_str("no such file."),
            Unusable::NotOnPath => f.write_str("no such file in the folders of PATH."),
            Unusable::Folder => f.write_str("it is a directory."),
            Unusable::NotExecutable => f.write_str("it is not executable."),
            Unusable::NoInterpreter => f.write_str(
                "the program that its first line names, or a library that it needs, does not exist.",
            ),
            Unusable::Other(kind) => write!(f, "{kind}."),
            Unusable::Circle { .. } => Ok(()),
        }
    }
}

impl HandOverError {
    /// A line of our own: what to set.
    pub(crate) fn hint(&self) -> String {
        match self.reason {
            Unusable::Circle { .. } => {
                "AWS_KMS_CLI_FALLBACK can name the full AWS CLI itself; off switches handing over off.".to_owned()
            }
            _ => "AWS_KMS_CLI_FALLBACK names the program for all other commands; without it that is the next aws on \
                  PATH, and with off there is none."
                .to_owned(),
        }
    }
}
