//! From the words of the command line to an [`Invocation`]: the first step of the line.
//!
//! The reference parses in four passes: a first one for `--profile` and `--debug`, one for the global options
//! and the command, one for the operation, one for the options of the operation. So does this module; the
//! order of its checks is the reference's. Aliases are followed between the passes (`alias`).

pub(crate) mod alias;
pub(crate) mod error;
pub(crate) mod foreign;
pub(crate) mod globals;
pub(crate) mod help;
pub(crate) mod mask;
pub(crate) mod shell;
pub(crate) mod tree;
pub(crate) mod words;

use std::collections::BTreeMap;
use std::ffi::OsString;

use clap::{Arg, Command};

use alias::{Aliases, Line, Stop};
use globals::Globals;
use tree::{KMS, TOP};
use words::{Given, Parsed, Word};

use crate::cli::error::{Error, UsageError};
use crate::model::{Member, Operation};
use crate::operations::{self, OPERATIONS};
use crate::syntax::ini::Section;
use crate::syntax::near_names;

/// The commands of the reference, each between line feeds, for near names.
static TOP_COMMANDS: &str = include_str!("cli/commands-top.txt");

/// The operations of `aws kms` in the reference, for near names.
static KMS_COMMANDS: &str = include_str!("cli/commands-kms.txt");

/// What the words before the operation's own say.
pub(crate) enum Start {
    /// `--version`.
    Version,
    /// A page is wanted.
    Help(help::Topic),
    /// A command: what the checks of the global options found, and what is left of the line.
    Command { globals: Box<Globals>, checked: Result<(), Error>, line: Line },
}

/// A command line that was understood.
pub(crate) struct Invocation {
    /// The operation.
    pub(crate) operation: &'static Operation,
    /// The options of the operation that were given, in the order of its table; the last of each.
    pub(crate) arguments: Vec<(&'static Member, Given)>,
    /// `--cli-input-json` and `--cli-input-yaml`.
    pub(crate) documents: Documents,
    /// `--starting-token`, `--page-size` and `--max-items`.
    pub(crate) paging: Paging,
    /// `--generate-cli-skeleton`.
    pub(crate) skeleton: Option<Skeleton>,
}

/// The options for the pages of a paginated operation.
#[derive(Clone, Default)]
pub(crate) struct Paging {
    /// `--starting-token`: where to go on, as it was given.
    pub(crate) starting_token: Option<Given>,
    /// `--page-size`: the elements of a page.
    pub(crate) page_size: Option<i64>,
    /// `--max-items`: the elements in all.
    pub(crate) max_items: Option<i64>,
}

/// The documents of an invocation as they were given.
#[derive(Default)]
pub(crate) struct Documents {
    /// `--cli-input-json`.
    pub(crate) json: Option<Given>,
    /// `--cli-input-yaml`.
    pub(crate) yaml: Option<Given>,
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
/// Usage errors (252).
pub(crate) fn start(words: &[Word], aliases: &Aliases) -> Result<Start, Error> {
    if let Some(topic) = help::asked_by_option(words, aliases) {
        return Ok(Start::Help(topic));
    }
    words::parse(words, &tree::first_pass()).map_err(|error| Error::Usage { error, first_pass: true })?;
    let has = |name: &str| words.iter().any(|word| word.text == name);
    if has("--cli-auto-prompt") && has("--no-cli-auto-prompt") {
        return Err(Error::AutoPromptConflict);
    }
    let known = |word: &Word| check_command(word, words, aliases);
    let parsed = words::parse_checking(words, &TOP, known)?;
    if parsed.ended {
        return Ok(Start::Version);
    }
    let command = required(parsed.positional, "command")?;
    let line = Line { command, rest: parsed.unknown, all: words.to_vec() };
    let mut globals = Box::<Globals>::default();
    let checked = globals.update(parsed.options);
    Ok(Start::Command { globals, checked, line })
}

/// What a line asks for.
pub(crate) enum Request {
    /// `--version`, said by an alias.
    Version,
    /// A page.
    Help(help::Topic),
    /// A command line for the shell.
    Shell(OsString),
    /// A call.
    Invocation(Box<Invocation>),
}

/// Reads what [`start`] left of the line: aliases, the operation and its options. Global options of an alias
/// become those of the line.
///
/// # Errors
/// Usage errors and unknown options (252), aliases that cannot be followed (255).
pub(crate) fn request(line: Line, aliases: &Aliases, globals: &mut Globals) -> Result<Request, Error> {
    let line = match alias::expand(line, aliases, globals) {
        Ok(line) => line,
        Err(Stop::Shell(command)) => return Ok(Request::Shell(command)),
        Err(Stop::Version) => return Ok(Request::Version),
        Err(Stop::Error(error)) => return Err(error),
    };
    match line.command.text.as_str() {
        "kms" => {}
        "help" => return help::named(&line).map(Request::Help),
        _ => return Err(unknown_command(&line.command, &line.all, aliases).into()),
    }
    let service = words::parse(&line.rest, &KMS)?;
    let name = required(service.positional, "operation")?;
    if name.text == "help" {
        return Ok(Request::Help(help::Topic::Service));
    }
    match operations::by_command(&name.text) {
        Some(operation) => invocation(operation, &service.unknown, &line.all),
        None => Err(unknown_choice("operation", &name, KMS_COMMANDS, aliases.of(&["kms"]), &line.all).into()),
    }
}

/// Refuses a word that is no command of the reference and no alias, before anything behind it is looked at.
fn check_command(word: &Word, all: &[Word], aliases: &Aliases) -> Result<(), UsageError> {
    if is_choice(&word.text, TOP_COMMANDS) || aliases.has_command(&word.text) {
        return Ok(());
    }
    Err(unknown_command(word, all, aliases))
}

fn unknown_command(word: &Word, all: &[Word], aliases: &Aliases) -> UsageError {
    unknown_choice("command", word, TOP_COMMANDS, aliases.of(&[]), all)
}

fn invocation(operation: &'static Operation, rest: &[Word], all: &[Word]) -> Result<Request, Error> {
    let level = tree::operation(operation);
    let parsed = words::parse(rest, &level)?;
    let is_given = |option: &Arg| parsed.options.iter().any(|(id, _)| option.get_id() == id);
    let missing = level.get_arguments().filter(|option| option.is_required_set() && !is_given(option));
    let missing: Vec<String> = missing.map(words::name_of).collect();
    let asks_for_help = parsed.positional.as_ref().is_some_and(|word| word.text == "help");
    if !missing.is_empty() && !asks_for_help && !lifts_requirements(rest) {
        return Err(UsageError::Required(missing).into());
    }
    if asks_for_help {
        return Ok(Request::Help(help::Topic::Operation(operation)));
    }
    let Parsed { options, positional, mut unknown, .. } = parsed;
    unknown.extend(positional.filter(|word| !word.text.is_empty()));
    if !unknown.is_empty() {
        let options = level.get_arguments().chain(TOP.get_arguments()).map(words::name_of).collect();
        let masked = mask::Masked::new(all);
        let words = unknown.iter().map(|word| masked.shown(word)).collect();
        return Err(Error::UnknownOptions { words, options });
    }
    Ok(Request::Invocation(Invocation::new(operation, options).into()))
}

impl Invocation {
    fn new(operation: &'static Operation, options: Vec<(&str, Given)>) -> Invocation {
        // The last of a repeated option counts.
        let mut given: BTreeMap<&str, Given> = options.into_iter().collect();
        let arguments = operation.input.iter();
        let arguments = arguments.filter_map(|member| Some((member, given.remove(member.name)?))).collect();
        Invocation {
            operation,
            arguments,
            documents: Documents {
                json: given.remove("cli-input-json"),
                yaml: given.remove("cli-input-yaml"),
            },
            paging: Paging {
                starting_token: given.remove("starting-token"),
                page_size: given.remove("page-size").and_then(Given::number),
                max_items: given.remove("max-items").and_then(Given::number),
            },
            skeleton: given.remove("generate-cli-skeleton").as_ref().map(Skeleton::named),
        }
    }
}

/// The names of all options, global ones and those of each operation.
pub(crate) fn option_names() -> impl Iterator<Item = String> {
    let names = |level: &Command| level.get_arguments().map(words::name_of).collect::<Vec<_>>();
    let operations = OPERATIONS.iter().flat_map(move |operation| names(&tree::operation(operation)));
    operations.chain(TOP.get_arguments().map(words::name_of))
}

impl Skeleton {
    fn named(given: &Given) -> Skeleton {
        match given {
            Given::Value(word) if word.text == "yaml-input" => Skeleton::YamlInput,
            Given::Value(word) if word.text == "output" => Skeleton::Output,
            Given::Value(_) | Given::Nothing | Given::EmptyList => Skeleton::Input,
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

/// A word that is none of the reference's `choices`, each between line feeds, and no alias, or one that is not
/// this program's.
fn unknown_choice(
    argument: &str,
    word: &Word,
    choices: &'static str,
    aliases: Option<&Section>,
    all: &[Word],
) -> UsageError {
    let own = aliases.into_iter().flat_map(Section::texts).map(|(name, _)| name);
    let choices_and_own =
        choices.trim_matches('\n').split('\n').chain(own.filter(|name| !is_choice(name, choices)));
    let value = mask::Masked::new(all).shown(word);
    // A name near a secret would tell much of it.
    let near =
        if value == word.text { near_names::close_matches(&word.text, choices_and_own) } else { Vec::new() };
    UsageError::InvalidChoice {
        argument: argument.to_owned(),
        value,
        perhaps_foreign: is_choice(&word.text, choices),
        near: near.into_iter().filter(|choice| *choice != word.text).map(str::to_owned).collect(),
    }
}

fn is_choice(word: &str, choices: &str) -> bool {
    choices.contains(&format!("\n{word}\n"))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    /// Reads a whole line, as a run does.
    fn read(line: Vec<String>) -> Result<(), Error> {
        let words = words::words(line.into_iter().map(OsString::from));
        let aliases = Aliases::default();
        match start(&words, &aliases)? {
            Start::Version | Start::Help(_) => Ok(()),
            Start::Command { mut globals, checked, line } => {
                checked?;
                request(line, &aliases, &mut globals).map(drop)
            }
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
