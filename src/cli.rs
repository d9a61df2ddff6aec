//! From the words of the command line to an [`Invocation`]: the first step of the line.
//!
//! The reference parses in four passes: a first one for `--profile` and `--debug`, one for the global options
//! and the command, one for the operation, one for the options of the operation. So does this module; the
//! order of its checks is the reference's. Aliases are followed between the passes (`alias`).

pub(crate) mod alias;
pub(crate) mod cks;
pub(crate) mod error;
pub(crate) mod foreign;
pub(crate) mod globals;
pub(crate) mod help;
pub(crate) mod mask;
pub(crate) mod partial;
pub(crate) mod shell;
pub(crate) mod tree;
pub(crate) mod words;

use std::collections::BTreeMap;
use std::ffi::OsString;

use clap::Arg;

use alias::{Aliases, Line, Stop};
use globals::Globals;
use tree::{KMS, TOP};
use words::{Parsed, Word};

use crate::cli::error::{Error, UsageError};
use crate::model::send::Call;
use crate::operations;
use crate::syntax::ini::Section;
use crate::syntax::near_names;
use crate::value::number::python_int;

/// The commands of the reference, each between line feeds, for near names.
pub(crate) static TOP_COMMANDS: &str = include_str!("cli/commands-top.txt");

/// The command that is this program's own.
const OWN: &str = "cks";

/// The operations of `aws kms` in the reference, for near names.
pub(crate) static KMS_COMMANDS: &str = include_str!("cli/commands-kms.txt");

/// What the words before the operation's own say: the global options, what their checks found, and what is left of the line.
pub(crate) struct Start {
    pub(crate) globals: Globals,
    pub(crate) checked: Result<(), Error>,
    pub(crate) line: Line,
}

/// A command line that was understood.
pub(crate) struct Invocation {
    pub(crate) call: &'static Call,
    /// The options of the operation by their ids ([`tree`]), the last of each. One like `--option=--` has no word.
    pub(crate) options: BTreeMap<String, Option<Word>>,
    /// `--generate-cli-skeleton`.
    pub(crate) skeleton: Option<Skeleton>,
}

/// The kinds of skeleton.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Skeleton {
    /// A JSON document to fill in.
    Input,
    /// A YAML document to fill in, with comments.
    YamlInput,
    /// What a reply could look like.
    Output,
}

/// Reads the global options and finds the command, which may be an alias.
///
/// # Errors
/// Usage errors (252), and lines that need no command.
pub(crate) fn start(words: &[Word], aliases: &Aliases) -> Result<Start, Stop> {
    if let Some(subject) = help::asked(words, aliases) {
        return Err(Stop::Done(Request::Help(subject)));
    }
    words::parse(words, &tree::first_pass()).map_err(|error| Error::Usage { error, first_pass: true })?;
    let has = |name: &str| words.iter().any(|word| word.text == name);
    if has("--cli-auto-prompt") && has("--no-cli-auto-prompt") {
        return Err(Error::AutoPromptConflict.into());
    }
    let known = |word: &Word| check_command(word, words, aliases);
    let parsed = words::read(words, &TOP, known).checked()?;
    if parsed.ended {
        return Err(Stop::Done(Request::Version));
    }
    let command = required(parsed.positional, "command")?;
    let line = Line { command, rest: parsed.unknown, all: words.to_vec() };
    let mut globals = Globals::default();
    let checked = globals.update(parsed.options);
    Ok(Start { globals, checked, line })
}

/// What a line asks for.
pub(crate) enum Request {
    /// `--version`.
    Version,
    /// A page.
    Help(help::Subject),
    /// A command line for the shell.
    Shell(OsString),
    /// A call.
    Invocation(Invocation),
    /// `aws kms wait`.
    Wait(cks::Waiting),
    /// `aws cks`.
    Cks(Box<cks::Invocation>),
    /// `aws cks completion`.
    Completion(cks::Shell),
}

/// Reads what [`start`] left of the line: aliases, the operation and its options. Global options of an alias
/// become those of the line.
///
/// # Errors
/// Usage errors and unknown options (252), aliases that cannot be followed (255).
pub(crate) fn request(line: Line, aliases: &Aliases, globals: &mut Globals) -> Result<Request, Error> {
    let line = match alias::expand(line, aliases, globals) {
        Ok(line) => line,
        Err(Stop::Done(request)) => return Ok(request),
        Err(Stop::Error(error)) => return Err(error),
    };
    match line.command.text.as_str() {
        "kms" => {}
        OWN => return cks::request(&line),
        "help" => return help::named(&line).map(|topic| Request::Help(topic.into())),
        _ => return Err(unknown_command(&line.command, &line.all, aliases).into()),
    }
    let service = words::parse(&line.rest, &KMS)?;
    let name = required(service.positional, "operation")?;
    if name.text == "help" {
        return Ok(Request::Help(help::Topic::Service.into()));
    }
    if name.text == "wait" {
        return cks::waiting(&service.unknown, &line);
    }
    match operations::by_command(&name.text) {
        Some(call) => invocation(call, &service.unknown, &line.all),
        None => Err(unknown_choice("operation", &name, KMS_COMMANDS, aliases.below("kms"), &line.all).into()),
    }
}

/// Refuses a word that is no command of the reference and no alias, before anything behind it is looked at.
fn check_command(word: &Word, all: &[Word], aliases: &Aliases) -> Result<(), UsageError> {
    if has_name(TOP_COMMANDS, &word.text) || word.text == OWN || aliases.value("", &word.text).is_some() {
        return Ok(());
    }
    Err(unknown_command(word, all, aliases))
}

fn unknown_command(word: &Word, all: &[Word], aliases: &Aliases) -> UsageError {
    unknown_choice("command", word, TOP_COMMANDS, aliases.below(""), all)
}

fn invocation(call: &'static Call, rest: &[Word], all: &[Word]) -> Result<Request, Error> {
    let level = tree::operation(call.operation);
    let parsed = words::parse(rest, &level)?;
    let is_given = |option: &Arg| parsed.options.iter().any(|(id, _)| option.get_id() == id);
    let missing = level.get_arguments().filter(|option| option.is_required_set() && !is_given(option));
    let missing: Vec<String> = missing.map(words::name_of).collect();
    let asks_for_help = parsed.positional.as_ref().is_some_and(|word| word.text == "help");
    if !missing.is_empty() && !asks_for_help && !lifts_requirements(rest) {
        return Err(UsageError::Required(missing).into());
    }
    if asks_for_help {
        return Ok(Request::Help(help::Topic::Operation(call.operation).into()));
    }
    let Parsed { options, positional, mut unknown, .. } = parsed;
    unknown.extend(positional.filter(|word| !word.text.is_empty()));
    if !unknown.is_empty() {
        let options = level.get_arguments().chain(TOP.get_arguments()).map(words::name_of).collect();
        let masked = mask::Masked::new(all);
        let words = unknown.iter().map(|word| masked.shown(word)).collect();
        return Err(Error::UnknownOptions { words, options });
    }
    let options: BTreeMap<String, Option<Word>> =
        options.into_iter().map(|(id, value)| (id.to_owned(), value)).collect();
    let skeleton = options.get("generate-cli-skeleton").map(|kind| Skeleton::named(kind.as_ref()));
    Ok(Request::Invocation(Invocation { call, options, skeleton }))
}

impl Invocation {
    /// The value of an option that is a whole number.
    pub(crate) fn number(&self, option: &str) -> Option<i128> {
        python_int(&self.options.get(option)?.as_ref()?.text)
    }
}

impl Skeleton {
    fn named(kind: Option<&Word>) -> Skeleton {
        match kind.map(|word| word.text.as_str()) {
            Some("yaml-input") => Skeleton::YamlInput,
            Some("output") => Skeleton::Output,
            _ => Skeleton::Input,
        }
    }
}

/// Whether the words make required options optional: the reference looks for these very words, so neither
/// `--cli-input-json=…` nor an abbreviation does.
fn lifts_requirements(words: &[Word]) -> bool {
    let position = |name: &str| words.iter().position(|word| word.text == name);
    if position("--cli-input-json").or(position("--cli-input-yaml")).is_some() {
        return true;
    }
    let skeleton = position("--generate-cli-skeleton");
    skeleton.is_some_and(|at| words.get(at + 1).is_none_or(|next| next.text != "output"))
}

fn required(word: Option<Word>, argument: &str) -> Result<Word, Error> {
    word.ok_or_else(|| UsageError::Required(vec![argument.to_owned()]).into())
}

/// A word that is not one of the reference's `choices`, each between line feeds, and no alias, or one that is not
/// this program's.
fn unknown_choice(
    argument: &str,
    word: &Word,
    choices: &str,
    aliases: Option<&Section>,
    all: &[Word],
) -> UsageError {
    let own = aliases.into_iter().flat_map(Section::texts).map(|(name, _)| name);
    let choices_and_own =
        choices.trim_matches('\n').split('\n').chain(own.filter(|name| !has_name(choices, name)));
    let value = mask::Masked::new(all).shown(word);
    // A name near a secret would tell much of it.
    let near =
        if value == word.text { near_names::close_matches(&word.text, choices_and_own) } else { Vec::new() };
    UsageError::InvalidChoice {
        argument: argument.to_owned(),
        value,
        perhaps_foreign: has_name(choices, &word.text),
        near: near.into_iter().filter(|choice| *choice != word.text).map(str::to_owned).collect(),
    }
}

/// Whether a name is one of these, each between line feeds.
fn has_name(names: &str, name: &str) -> bool {
    names.contains(&format!("\n{name}\n"))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    /// Reads a whole line, as a run does.
    fn read(line: Vec<String>) -> Result<(), Error> {
        let words = words::words(line.into_iter().map(OsString::from));
        let aliases = Aliases::default();
        match start(&words, &aliases) {
            Ok(Start { mut globals, checked, line }) => {
                checked?;
                request(line, &aliases, &mut globals).map(drop)
            }
            Err(Stop::Done(_)) => Ok(()),
            Err(Stop::Error(error)) => Err(error),
        }
    }

    proptest::proptest! {
        #[test]
        fn no_line_makes_it_panic_and_every_error_is_one_of_usage(
            line in proptest::collection::vec("\\PC{0,12}|--[a-z-]{0,30}(=.{0,5})?|kms|update-custom-key-store|help|--|-", 0..9),
        ) {
            if let Err(error) = read(line) {
                proptest::prop_assert!(matches!(error.exit_code(), 252 | 255), "{}", error);
            }
        }
    }
}
