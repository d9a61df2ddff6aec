//! Where the cursor stands on the line, found with the reader that runs lines: the word of the cursor is replaced by a mark,
//! and whoever takes the mark says what can stand there.

use std::collections::BTreeSet;

use clap::{Arg, Command};

use super::line::Line;
use crate::cli::alias::{self, Aliases};
use crate::cli::cks::{Task, Waiter};
use crate::cli::globals::Globals;
use crate::cli::tree::{self, KMS, TOP};
use crate::cli::words::{self, Parsed, Word};
use crate::model::Operation;
use crate::operations;

/// A value, a command or the like, which no line can have.
const VALUE: &str = "\u{1}";

/// An option that does not exist.
const OPTION: &str = "--\u{1}";

/// The command that the words in front of the cursor lead to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Level {
    Top,
    Kms,
    Operation(&'static Operation),
    Wait,
    Waiter(Waiter),
    Cks,
    Task(Task),
    /// `aws help`, and the command behind it.
    Help(Option<&'static str>),
}

/// What can stand at the cursor.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// A word that is no option: a command, a store.
    Argument,
    /// The name of an option.
    Option,
    /// The value of the option with this id.
    Value(String),
}

/// The place of the cursor.
pub(crate) struct Place {
    pub(crate) level: Level,
    pub(crate) slot: Slot,
    /// Whether the word `help` stands before the cursor, behind which the name of an option can be.
    pub(crate) asks_for_help: bool,
    /// What of the word in front of the cursor is no value: `--output=`.
    pub(crate) name: String,
    /// What of the word in front of the cursor is to be completed.
    pub(crate) partial: String,
    /// The options and the arguments that the line has elsewhere.
    pub(crate) given: BTreeSet<String>,
    /// The global options of the line and its aliases.
    pub(crate) globals: Globals,
}

/// What a line leads to.
pub(crate) enum Found {
    Place(Box<Place>),
    /// A command that this program does not have.
    Foreign,
    Nowhere,
}

/// The line with the mark in place of the word of the cursor.
struct Marked<'l> {
    line: &'l Line,
    at: usize,
    given: BTreeSet<String>,
    globals: Globals,
    asks_for_help: bool,
}

/// Finds the place of the cursor.
pub(crate) fn find(line: &Line, aliases: &Aliases) -> Found {
    let mark = if line.partial.starts_with('-') { OPTION } else { VALUE };
    let texts =
        line.before.iter().map(String::as_str).chain([mark]).chain(line.after.iter().map(String::as_str));
    let words = words::words(texts.map(Into::into));
    let (given, globals) = (BTreeSet::new(), Globals::default());
    let mut marked = Marked { line, at: line.before.len(), given, globals, asks_for_help: false };
    let mut top = words::read(&words, &TOP, |_| Ok(()));
    if top.ended {
        return Found::Nowhere;
    }
    if let Some(id) = marked.value(&mut top) {
        return value_of_global(id, line, aliases);
    }
    // An error here is for the run to report.
    let _ = marked.globals.update(top.options);
    let Some(command) = top.positional else { return marked.option(Level::Top) };
    if command.place == marked.at {
        return marked.argument(Level::Top);
    }
    let own = alias::Line { command, rest: top.unknown, all: words };
    let Ok(own) = alias::expand(own, aliases, &mut marked.globals) else { return Found::Nowhere };
    match own.command.text.as_str() {
        "kms" => marked.kms(&own.rest),
        "cks" => marked.cks(&own.rest),
        "help" => marked.help(&own.rest),
        _ => Found::Foreign,
    }
}

/// The place of the value of a global option, whose level is that of the line without it.
fn value_of_global(id: String, line: &Line, aliases: &Aliases) -> Found {
    let before = line.before.split_last().map_or(&[][..], |(_, before)| before);
    let before = before.iter().chain(&line.after).cloned().collect();
    let without = Line { before, partial: "--".to_owned(), ..Line::default() };
    match find(&without, aliases) {
        Found::Place(place) => {
            let (name, partial) = (String::new(), line.partial.clone());
            Found::Place(Box::new(Place { slot: Slot::Value(id), name, partial, ..*place }))
        }
        other => other,
    }
}

impl Marked<'_> {
    fn kms(mut self, rest: &[Word]) -> Found {
        let service = words::read(rest, &KMS, |_| Ok(()));
        let Some(name) = service.positional else { return self.option(Level::Kms) };
        match name.text.as_str() {
            _ if name.place == self.at => self.argument(Level::Kms),
            "help" => Found::Nowhere,
            "wait" => self.wait(&service.unknown),
            operation => match operations::by_command(operation) {
                Some(call) => {
                    let level = tree::operation(call.operation);
                    let parsed = words::read(&service.unknown, &level, |_| Ok(()));
                    self.last(parsed, Level::Operation(call.operation))
                }
                None => Found::Foreign,
            },
        }
    }

    fn wait(mut self, rest: &[Word]) -> Found {
        let level = Command::new("wait").subcommand_required(true);
        let parsed = words::read(rest, &level, |_| Ok(()));
        match parsed.positional {
            None => self.option(Level::Wait),
            Some(name) if name.place == self.at => self.argument(Level::Wait),
            Some(name) => match Waiter::named(&name.text) {
                Some(waiter) => {
                    let level = waiter.level();
                    self.last(words::read(&parsed.unknown, &level, |_| Ok(())), Level::Waiter(waiter))
                }
                None => Found::Nowhere,
            },
        }
    }

    fn cks(mut self, rest: &[Word]) -> Found {
        let is_name = |word: &&Word| !word.text.starts_with('-');
        match rest.iter().find(is_name) {
            None => self.option(Level::Cks),
            Some(name) if name.place == self.at => self.argument(Level::Cks),
            Some(name) => match Task::named(&name.text) {
                Some(task) => {
                    let words: Vec<Word> = rest.iter().filter(|word| *word != name).cloned().collect();
                    let level = task.level();
                    self.last(words::read(&words, &level, |_| Ok(())), Level::Task(task))
                }
                None => Found::Nowhere,
            },
        }
    }

    fn help(mut self, rest: &[Word]) -> Found {
        let mut names = rest.iter().filter(|word| !word.text.starts_with('-'));
        let level = match (names.next(), names.next()) {
            (Some(name), _) if name.place == self.at => Level::Help(None),
            (Some(name), Some(next)) if next.place == self.at => match name.text.as_str() {
                "kms" => Level::Help(Some("kms")),
                "cks" => Level::Help(Some("cks")),
                _ => return Found::Nowhere,
            },
            _ => return Found::Nowhere,
        };
        self.argument(level)
    }

    /// The place on a level that has nothing below it.
    fn last(mut self, mut parsed: Parsed, level: Level) -> Found {
        if let Some(id) = self.value(&mut parsed) {
            return self.place(level, Slot::Value(id), "", &self.line.partial);
        }
        let is_mark = |word: &Word| word.place == self.at;
        let is_argument = parsed.positional.iter().chain(&parsed.arguments).any(is_mark);
        let arguments = parsed.positional.iter().chain(&parsed.arguments).filter(|word| !is_mark(word));
        let others: Vec<String> = arguments.map(|word| word.text.clone()).collect();
        self.asks_for_help = others.iter().any(|word| word == "help");
        if !is_argument && !self.asks_for_help {
            return self.option(level);
        }
        self.given.extend(others);
        self.argument(level)
    }

    /// The id of the option whose value the mark is. Notes the others that are given.
    fn value(&mut self, parsed: &mut Parsed) -> Option<String> {
        let is_mark = |value: &Option<Word>| value.as_ref().is_some_and(|word| word.place == self.at);
        let own = parsed.options.iter().position(|(_, value)| is_mark(value));
        let own = own.map(|at| parsed.options.remove(at).0.to_owned());
        self.given.extend(parsed.options.iter().map(|(id, _)| (*id).to_owned()));
        own
    }

    fn argument(&mut self, level: Level) -> Found {
        if self.line.partial.starts_with('-') {
            return self.option(level);
        }
        self.place(level, Slot::Argument, "", &self.line.partial)
    }

    /// The name of an option, or its value behind `=`.
    fn option(&mut self, level: Level) -> Found {
        let partial = &self.line.partial;
        if !partial.starts_with('-') {
            return Found::Nowhere;
        }
        let Some((name, value)) = partial.split_once('=') else {
            return self.place(level, Slot::Option, "", partial);
        };
        match named(level, name) {
            Some(id) => self.place(level, Slot::Value(id), &partial[..=name.len()], value),
            None => Found::Nowhere,
        }
    }

    fn place(&mut self, level: Level, slot: Slot, name: &str, partial: &str) -> Found {
        Found::Place(Box::new(Place {
            level,
            slot,
            name: name.to_owned(),
            partial: partial.to_owned(),
            given: std::mem::take(&mut self.given),
            globals: std::mem::take(&mut self.globals),
            asks_for_help: self.asks_for_help,
        }))
    }
}

impl Level {
    /// The options of the level.
    pub(crate) fn command(self) -> Option<Command> {
        match self {
            Level::Operation(operation) => Some(tree::operation(operation)),
            Level::Waiter(waiter) => Some(waiter.level()),
            Level::Task(task) => Some(task.level()),
            Level::Top | Level::Kms | Level::Wait | Level::Cks | Level::Help(_) => None,
        }
    }
}

/// The id of the option that takes a value and has this name, in full or as an abbreviation of no other.
fn named(level: Level, name: &str) -> Option<String> {
    let command = level.command();
    let options = command.iter().flat_map(Command::get_arguments).chain(TOP.get_arguments());
    let options: Vec<&Arg> = options.filter(|option| words::name_of(option).starts_with(name)).collect();
    let exact = options.iter().find(|option| words::name_of(option) == name);
    let option = exact.or_else(|| options.first().filter(|_| options.len() == 1))?;
    option.get_action().takes_values().then(|| option.get_id().to_string())
}
