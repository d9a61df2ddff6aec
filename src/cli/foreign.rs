//! Commands that are not this program's: they are handed over to another AWS CLI, whole and untouched.
//!
//! The next `aws` on PATH that is not this very file takes them, or the one that `AWS_KMS_CLI_FALLBACK` names;
//! `AWS_KMS_CLI_FALLBACK=off` switches this off ([`program`]). Before that only the user's aliases have been read, which may
//! make any name one of this program's commands; nothing has been written.
//!
//! So does a line without a command for which the prompt is wanted (`--cli-auto-prompt`): the prompt here is for the commands
//! of this program.
//!
//! # Circles
//!
//! The other program may be a script that runs `aws "$@"`, which is this program again. So each program that gets a line
//! also gets a mark in its environment: a hash of the program's path and the whole line, behind those of the mark that was
//! there already. A line that would go to a program which has got this very line already is an error: nothing has changed
//! in between, so it would go round for ever. A script that adds words to the line each time ends at some depth.
//!
//! The other program may run this one for a good reason: a `credential_process`, an alias, a script. That is another line,
//! or leads to another program; a few such steps below each other are fine. The environment is otherwise as it was.

pub(crate) mod program;

use std::ffi::{OsStr, OsString};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::Command;

use super::alias::{self, Aliases, Line, Stop};
use super::globals::Globals;
use super::help::GLOBAL_OPTIONS;
use super::shell;
use super::tree::{KMS, TOP};
use super::words::{self, Word};
use super::{OWN, Request};
use crate::cli::error::Error;
use crate::environment::Environment;
use crate::operations;

/// The environment variable that says which lines have been handed over on the way here.
const MARK: &str = "AWS_KMS_CLI_HANDED_OVER";

/// How many times the programs on the way here may have handed a line over.
const DEEPEST: usize = 16;

/// The command and the operation that a line leads to, past any usage error; a line that leads nowhere has none. `None` for
/// one that leads to a shell.
pub(crate) fn names(words: &[Word], aliases: &Aliases) -> Option<(Option<String>, Option<String>)> {
    let top = words::read(words, &TOP, |_| Ok(()));
    let Some(command) = top.positional else { return Some((None, None)) };
    let line = Line { command, rest: top.unknown, all: words.to_vec() };
    let line = match alias::expand(line, aliases, &mut Globals::default()) {
        Ok(line) => line,
        Err(Stop::Done(Request::Shell(_))) => return None,
        Err(_) => return Some((None, None)),
    };
    let operation = words::read(&line.rest, &KMS, |_| Ok(())).positional;
    Some((Some(line.command.text), operation.map(|word| word.text)))
}

/// Whether the line names a command or an operation that this program does not have.
pub(crate) fn is_foreign(words: &[Word], aliases: &Aliases) -> bool {
    let (command, operation) = names(words, aliases).unwrap_or_default();
    match (command.as_deref(), operation.as_deref()) {
        (None, _) | (Some("kms"), None | Some("help" | "wait")) | (Some(OWN), _) => false,
        // A topic.
        (Some("help"), topic) => topic.is_some_and(|topic| !matches!(topic, "kms" | OWN | GLOBAL_OPTIONS)),
        (Some("kms"), Some(operation)) => operations::by_command(operation).is_none(),
        (Some(_), _) => true,
    }
}

/// Hands the line over: on Unix this process becomes the other program, elsewhere it waits for it and returns its exit
/// code.
///
/// # Errors
/// The program cannot be run, or it is one that has handed this very line to this program.
pub(crate) fn hand_over(
    program: &Path,
    arguments: &[OsString],
    environment: &Environment,
) -> Result<u8, Error> {
    let Some(mark) = mark(program, arguments, environment.get_os(MARK)) else {
        let this = program::own_file().unwrap_or_else(|| "aws".into());
        return Err(Error::Circle { program: program.to_owned(), this });
    };
    let failed = |reason| Error::HandOver { program: program.to_owned(), reason };
    if program::is_bare_name(program) {
        return Err(failed("no such file in the folders of PATH".to_owned()));
    }
    shell::start(Command::new(program).args(arguments).env(MARK, mark))
        .map_err(|error| failed(program::why_unusable(program, error)))
}

/// The mark for a program that gets this line, unless it would go round in a circle.
fn mark(program: &Path, arguments: &[OsString], before: Option<&OsStr>) -> Option<String> {
    let mut hasher = DefaultHasher::new();
    let file = program.canonicalize();
    (file.as_deref().unwrap_or(program), arguments).hash(&mut hasher);
    let own = format!("{:016x}", hasher.finish());
    let before = before.map(OsStr::to_string_lossy).unwrap_or_default();
    let mut marks: Vec<&str> = before.split(',').filter(|mark| !mark.is_empty()).collect();
    if marks.contains(&own.as_str()) || marks.len() >= DEEPEST {
        return None;
    }
    marks.push(&own);
    Some(marks.join(","))
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    fn foreign(line: &[&str]) -> bool {
        is_foreign(&words(line.iter().map(OsString::from)), &Aliases::default())
    }

    #[test]
    fn commands_of_custom_key_stores_are_ours() {
        assert!(!foreign(&["kms", "update-custom-key-store", "--custom-key-store-id", "x"]));
        assert!(!foreign(&["--region", "s3", "--output=text", "kms", "--debug", "update-custom-key-store"]));
        assert!(!foreign(&["--reg", "s3", "kms", "help"]));
    }

    #[test]
    fn usage_errors_and_pages_without_a_command_are_ours() {
        for line in [&[][..], &["--version"], &["kms"], &["help"], &["--output", "xml"], &["--profile"]] {
            assert!(!foreign(line), "{line:?}");
        }
    }

    #[test]
    fn topics_of_help_are_foreign() {
        assert!(foreign(&["help", "config-vars"]) && foreign(&["--debug", "help", "nonsense"]));
        assert!(!foreign(&["help", "kms"]) && !foreign(&["help", "kms", "update-custom-key-store"]));
    }

    #[test]
    fn a_line_that_comes_back_is_a_circle_and_others_are_not() {
        let arguments = |line: &[&str]| line.iter().map(OsString::from).collect::<Vec<_>>();
        let (this, other) = (Path::new("/no/such/a"), Path::new("/no/such/b"));
        let line = arguments(&["s3", "ls"]);
        let first = mark(this, &line, None).expect("no circle");
        assert_eq!(mark(this, &line, Some(OsStr::new(&first))), None);
        for (program, line) in [(other, &line), (this, &arguments(&["s3l", "s"])), (this, &arguments(&[]))] {
            let second = mark(program, line, Some(OsStr::new(&first))).expect("no circle");
            assert!(second.starts_with(&first) && second.len() > first.len(), "{second}");
            assert_eq!(mark(this, &arguments(&["s3", "ls"]), Some(OsStr::new(&second))), None);
        }
    }

    #[test]
    fn a_line_that_grows_for_ever_is_a_circle_at_some_depth() {
        let line = |length| vec![OsString::from("x"); length];
        let mut before = None;
        for length in 0..DEEPEST {
            before = mark(Path::new("/no/such/a"), &line(length), before.as_deref().map(OsStr::new));
            assert!(before.is_some(), "{length}");
        }
        assert_eq!(mark(Path::new("/no/such/a"), &line(DEEPEST), before.as_deref().map(OsStr::new)), None);
    }

    #[test]
    fn all_else_is_foreign() {
        for line in
            [&["s3", "ls"][..], &["kms", "encrypt"], &["--profile", "kms", "configure"], &["--", "s3"]]
        {
            assert!(foreign(line), "{line:?}");
        }
    }
}
