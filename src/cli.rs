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
pub(crate) mod words;

use std::ffi::OsString;

use alias::{Aliases, Expansion, Line};
use globals::{GLOBALS, Globals, TimeoutTexts, Unchecked};
use words::{Given, OptionSpec, Parsed, Positional, Takes, Word};

use crate::cli::error::{Error, UsageError};
use crate::model::{Member, Operation};
use crate::operations::{self, OPERATIONS};
use crate::query::Expression;
use crate::syntax::ini::Section;
use crate::syntax::near_names;
use crate::value::number::{python_int, saturating_i64};

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
    /// A command: the global options, not yet checked, and what is left of the line.
    Command(Box<Unchecked>, Line),
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

const SKELETONS: &[&str] = &["input", "yaml-input", "output"];

/// What stands in the table of an operation's parser.
#[derive(Clone, Copy)]
enum Slot {
    Member(&'static Member),
    CliInputJson,
    CliInputYaml,
    StartingToken,
    PageSize,
    MaxItems,
    Skeleton,
}

/// Reads the global options and finds the command, which may be an alias.
///
/// # Errors
/// Usage errors (252).
pub(crate) fn start(words: &[Word], aliases: &Aliases) -> Result<Start, Error> {
    if let Some(topic) = help::asked_by_option(words, aliases) {
        return Ok(Start::Help(topic));
    }
    words::parse(words, &globals::first_pass_table(), Positional::None)
        .map_err(|error| Error::Usage { error, first_pass: true })?;
    let has = |name: &str| words.iter().any(|word| word.text == name);
    if has("--cli-auto-prompt") && has("--no-cli-auto-prompt") {
        return Err(Error::AutoPromptConflict);
    }
    let known = |word: &Word| check_command(word, words, aliases);
    let parsed = words::parse_checking(words, &globals::table(), Positional::One, known)?;
    if parsed.ended {
        return Ok(Start::Version);
    }
    let command = required(parsed.positional, "command")?;
    let line = Line { command, rest: parsed.unknown, all: words.to_vec() };
    if !matches!(line.command.text.as_str(), "kms" | "help") && !aliases.has_command(&line.command.text) {
        return Err(unknown_command(&line.command, &line.all, aliases).into());
    }
    Ok(Start::Command(Box::new(Globals::collect(parsed.options)), line))
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
    let line = match alias::expand(line, aliases, globals)? {
        Expansion::Line(line) => line,
        Expansion::Shell(command) => return Ok(Request::Shell(command)),
        Expansion::Version => return Ok(Request::Version),
    };
    match line.command.text.as_str() {
        "kms" => {}
        "help" => return help::named(&line).map(Request::Help),
        _ => return Err(unknown_command(&line.command, &line.all, aliases).into()),
    }
    let service = words::parse(&line.rest, &[], Positional::One)?;
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
    let slots = slots(operation);
    let table = table(operation);
    let parsed = words::parse(rest, &table, Positional::Optional)?;
    let given = |index: usize| parsed.options.iter().any(|(option, _)| *option == index);
    let missing: Vec<String> = slots
        .iter()
        .enumerate()
        .filter_map(|(index, slot)| match slot {
            Slot::Member(member) if member.required && !given(index) => Some(member.option()),
            _ => None,
        })
        .collect();
    let asks_for_help = parsed.positional.as_ref().is_some_and(|word| word.text == "help");
    if !missing.is_empty() && !asks_for_help && !lifts_requirements(rest) {
        return Err(UsageError::Required(missing).into());
    }
    if asks_for_help {
        return Ok(Request::Help(help::Topic::Operation(operation)));
    }
    let Parsed { options, positional, mut unknown, ended: _ } = parsed;
    unknown.extend(positional.filter(|word| !word.text.is_empty()));
    if !unknown.is_empty() {
        let options = table.into_iter().map(|option| option.name).chain(global_names()).collect();
        let masked = mask::Masked::new(all);
        let words = unknown.iter().map(|word| masked.shown(word)).collect();
        return Err(Error::UnknownOptions { words, options });
    }
    Ok(Request::Invocation(collect(operation, &slots, options).into()))
}

/// The names of all options, global ones and those of each operation.
pub(crate) fn option_names() -> impl Iterator<Item = String> {
    let own = OPERATIONS.iter().flat_map(|operation| table(operation)).map(|option| option.name);
    own.chain(global_names())
}

fn global_names() -> impl Iterator<Item = String> {
    GLOBALS.iter().map(|global| global.name.to_owned())
}

fn slots(operation: &'static Operation) -> Vec<Slot> {
    let members = operation.input.iter().map(Slot::Member);
    let paging: &[Slot] = match operation.paginator {
        Some(_) => &[Slot::StartingToken, Slot::PageSize, Slot::MaxItems],
        None => &[],
    };
    let documents = [Slot::CliInputJson, Slot::CliInputYaml];
    members.chain(documents).chain(paging.iter().copied()).chain([Slot::Skeleton]).collect()
}

/// The table of an operation's parser.
fn table(operation: &'static Operation) -> Vec<OptionSpec> {
    slots(operation).iter().map(option_spec).collect()
}

fn option_spec(slot: &Slot) -> OptionSpec {
    let (name, takes) = match slot {
        Slot::Member(member) => (member.option(), Takes::Value),
        Slot::CliInputJson => ("--cli-input-json".to_owned(), Takes::Value),
        Slot::CliInputYaml => ("--cli-input-yaml".to_owned(), Takes::Value),
        Slot::StartingToken => ("--starting-token".to_owned(), Takes::Value),
        Slot::PageSize => ("--page-size".to_owned(), Takes::Integer),
        Slot::MaxItems => ("--max-items".to_owned(), Takes::Integer),
        Slot::Skeleton => ("--generate-cli-skeleton".to_owned(), Takes::OptionalChoice(SKELETONS)),
    };
    OptionSpec { name, takes }
}

fn collect(operation: &'static Operation, slots: &[Slot], options: Vec<(usize, Given)>) -> Invocation {
    let mut last: Vec<Option<Given>> = vec![None; slots.len()];
    for (index, given) in options {
        last[index] = Some(given);
    }
    let mut invocation = Invocation {
        operation,
        arguments: Vec::new(),
        documents: Documents::default(),
        paging: Paging::default(),
        skeleton: None,
    };
    for (slot, given) in slots.iter().zip(last) {
        let Some(given) = given else { continue };
        match slot {
            Slot::Member(member) => invocation.arguments.push((member, given)),
            Slot::CliInputJson => invocation.documents.json = Some(given),
            Slot::CliInputYaml => invocation.documents.yaml = Some(given),
            Slot::StartingToken => invocation.paging.starting_token = Some(given),
            Slot::PageSize => invocation.paging.page_size = given.number(),
            Slot::MaxItems => invocation.paging.max_items = given.number(),
            Slot::Skeleton => invocation.skeleton = Some(Skeleton::named(&given)),
        }
    }
    invocation
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

/// The checks that the reference makes between the main parser and the operation's.
///
/// # Errors
/// A bad `--query` or `--endpoint-url` (252), a time-out that is no number (255).
pub(crate) fn check(globals: &mut Globals, timeouts: TimeoutTexts) -> Result<(), Error> {
    if let Some(query) = &globals.query {
        Expression::compile(query).map_err(|error| Error::Query { text: query.clone(), error })?;
    }
    if let Some(url) = &globals.endpoint_url
        && !globals::has_scheme(url)
    {
        return Err(Error::EndpointWithoutScheme { url: url.clone() });
    }
    let number = |option: &'static str, text: Option<String>| match text {
        None => Ok(None),
        Some(text) => match python_int(&text) {
            Some(number) => Ok(Some(saturating_i64(&number))),
            None => Err(Error::NotAnInteger { option, text }),
        },
    };
    let TimeoutTexts { read, connect } = timeouts;
    globals.read_timeout = number("--cli-read-timeout", read)?.or(globals.read_timeout);
    globals.connect_timeout = number("--cli-connect-timeout", connect)?.or(globals.connect_timeout);
    Ok(())
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
            Start::Command(unchecked, line) => {
                let globals::Unchecked { mut globals, timeouts } = *unchecked;
                check(&mut globals, timeouts)?;
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
