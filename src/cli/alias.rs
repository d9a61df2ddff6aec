//! Aliases: the user's own names for commands, and what a line with one of them stands for.
//!
//! ```text
//! [toplevel]
//! ks = kms --region eu-west-1            a command, perhaps with global options and more words
//! whoami = !aws sts get-caller-identity  a command line for the shell
//!
//! [command kms]
//! ucks = update-custom-key-store         an operation of kms
//!
//! [command kms update-custom-key-store]
//! dev = --custom-key-store-id cks-1      options of an operation
//! ```
//!
//! What follows the name on the line follows the value. An alias may name another one. One that has the name of
//! a command or an operation stands in its place and can use it.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::globals::{self, GLOBALS, Globals, Id};
use super::words::{self, Positional, Word};
use super::{
    KMS_COMMANDS, TOP_COMMANDS, check, check_command, is_choice, mask, required, shell, unknown_choice,
};
use crate::cli::error::Error;
use crate::operations;
use crate::output::color::Color;
use crate::syntax::ini::{Section, Sections};
use crate::syntax::python::is_space;
use crate::syntax::shell_words;

/// The command whose operations this program has.
const SERVICE: &str = "kms";

/// How many aliases a line may lead through. The reference ends at the limit of Python's stack.
const LIMIT: usize = 100;

/// The global options that an alias must not have, in the order in which the reference looks for them.
const UNSUPPORTED: [(Id, &str); 2] = [(Id::Debug, "debug"), (Id::Profile, "profile")];

/// The aliases of a user.
#[derive(Debug, Default)]
pub(crate) struct Aliases {
    /// By the commands below which they stand.
    tables: BTreeMap<Vec<String>, Section>,
}

impl Aliases {
    /// The aliases of a file's sections `[toplevel]` and `[command NAME …]`. Of two sections that say the same,
    /// the later counts.
    pub(crate) fn new(sections: Sections) -> Aliases {
        let mut tables = BTreeMap::new();
        for (name, section) in sections {
            let lineage = match name.strip_prefix("command ") {
                Some(lineage) => {
                    lineage.split(is_space).filter(|name| !name.is_empty()).map(str::to_owned).collect()
                }
                None if name == "toplevel" => Vec::new(),
                None => continue,
            };
            tables.insert(lineage, section);
        }
        Aliases { tables }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// The aliases below these commands.
    pub(crate) fn of(&self, lineage: &[&str]) -> Option<&Section> {
        self.tables.get(&lineage.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    /// What an alias stands for.
    fn value(&self, lineage: &[&str], name: &str) -> Option<&str> {
        Some(self.of(lineage)?.text(name)?.trim_matches(is_space))
    }

    /// Whether there is an alias of this name for a command.
    pub(crate) fn has_command(&self, name: &str) -> bool {
        self.value(&[], name).is_some()
    }
}

/// A command line behind the parser of the global options.
pub(crate) struct Line {
    /// The command.
    pub(crate) command: Word,
    /// The words that are left for its parsers.
    pub(crate) rest: Vec<Word>,
    /// All words of the line, and behind them those of the aliases that were followed.
    pub(crate) all: Vec<Word>,
}

/// What a line stands for.
pub(crate) enum Expansion {
    /// A line without aliases.
    Line(Line),
    /// A command line for the shell.
    Shell(OsString),
    /// `--version`.
    Version,
}

/// Follows the aliases of a line. Their global options win over those of the line.
///
/// # Errors
/// Usage errors in a value (252); an alias that cannot be followed (255).
pub(crate) fn expand(line: Line, aliases: &Aliases, globals: &mut Globals) -> Result<Expansion, Error> {
    let mut expansion = Expansion::Line(line);
    if aliases.is_empty() {
        return Ok(expansion);
    }
    for level in [command, operation, subcommand] {
        let Expansion::Line(line) = expansion else { break };
        expansion = level(line, aliases, globals)?;
    }
    Ok(expansion)
}

/// Follows aliases for commands.
fn command(mut line: Line, aliases: &Aliases, globals: &mut Globals) -> Result<Expansion, Error> {
    for _ in 0..LIMIT {
        let name = line.command.text.clone();
        let Some(value) = aliases.value(&[], &name) else { return Ok(Expansion::Line(line)) };
        if let Some(command) = value.strip_prefix('!') {
            return Ok(Expansion::Shell(shell::command_line(command, &line.rest)));
        }
        let Some((command, words)) = read(&name, value, None, &mut line.all, aliases, globals)? else {
            return Ok(Expansion::Version);
        };
        line.command = command;
        line.rest.splice(0..0, words);
        if line.command.text == name && is_choice(&name, TOP_COMMANDS) {
            return Ok(Expansion::Line(line));
        }
    }
    Err(Error::EndlessAlias { alias: line.command.text })
}

/// Follows aliases for operations.
fn operation(mut line: Line, aliases: &Aliases, globals: &mut Globals) -> Result<Expansion, Error> {
    if line.command.text != SERVICE {
        return Ok(Expansion::Line(line));
    }
    let mut last = String::new();
    for _ in 0..LIMIT {
        let service = words::parse(&line.rest, &[], Positional::One)?;
        let Some(name) = service.positional else { return Ok(Expansion::Line(line)) };
        let value = aliases.value(&[SERVICE], &name.text).filter(|_| name.text != "help");
        let Some(value) = value else { return Ok(Expansion::Line(line)) };
        if let Some(command) = value.strip_prefix('!') {
            return Ok(Expansion::Shell(shell::command_line(command, &service.unknown)));
        }
        let read = read(&name.text, value, Some(&line.command), &mut line.all, aliases, globals)?;
        let Some((_, words)) = read else { return Ok(Expansion::Version) };
        line.rest = words.into_iter().chain(service.unknown).collect();
        if is_choice(&name.text, KMS_COMMANDS) {
            // The reference takes the first word for the operation's name without a look at it.
            let first = line.rest.len().min(1);
            line.rest.splice(..first, [name]);
            return Ok(Expansion::Line(line));
        }
        last = name.text;
    }
    Err(Error::EndlessAlias { alias: last })
}

/// Follows aliases below an operation.
fn subcommand(mut line: Line, aliases: &Aliases, globals: &mut Globals) -> Result<Expansion, Error> {
    if line.command.text != SERVICE {
        return Ok(Expansion::Line(line));
    }
    let service = words::parse(&line.rest, &[], Positional::One)?;
    let Some(name) = service.positional else { return Ok(Expansion::Line(line)) };
    let lineage = [SERVICE, &name.text];
    let Some((operation, own)) = operations::by_command(&name.text).zip(aliases.of(&lineage)) else {
        return Ok(Expansion::Line(line));
    };
    let table = super::table(operation);
    let mut rest = service.unknown;
    for _ in 0..LIMIT {
        let asks_for_help = rest.len() == 1 && rest[0].text == "help";
        let parsed = words::parse(&rest, &table, Positional::Optional)?;
        let Some(word) = parsed.positional.filter(|_| !asks_for_help) else {
            line.rest = std::iter::once(name).chain(rest).collect();
            return Ok(Expansion::Line(line));
        };
        let Some(value) = aliases.value(&lineage, &word.text) else {
            return Err(unknown_choice("subcommand", &word, "", Some(own), &line.all).into());
        };
        let place = rest.iter().position(|other| other.text == word.text);
        place.map(|place| rest.remove(place));
        if let Some(command) = value.strip_prefix('!') {
            return Ok(Expansion::Shell(shell::command_line(command, &rest)));
        }
        let read = read(&word.text, value, Some(&line.command), &mut line.all, aliases, globals)?;
        let Some((_, words)) = read else { return Ok(Expansion::Version) };
        rest.splice(0..0, words);
    }
    Err(Error::EndlessAlias { alias: name.text })
}

/// Reads the value of an alias with the parser of the global options, and takes over those that it has. Returns
/// the command, which is the one given unless the value begins with one, and the words that are left; `None` is
/// `--version`.
fn read(
    alias: &str,
    value: &str,
    command: Option<&Word>,
    all: &mut Vec<Word>,
    aliases: &Aliases,
    globals: &mut Globals,
) -> Result<Option<(Word, Vec<Word>)>, Error> {
    tracing::debug!(alias, "alias");
    let texts = shell_words::split(value).map_err(|reason| Error::AliasValue {
        alias: alias.to_owned(),
        reason,
        value: mask::command_line(value),
    })?;
    // The dashes end what an option before them says about the words behind it.
    for text in ["--"].into_iter().chain(texts.iter().map(|text| text.trim_matches('\n'))) {
        all.push(Word { text: text.to_owned(), raw: None, place: all.len() });
    }
    let own = &all[all.len() - texts.len()..];
    let words: Vec<Word> = command.into_iter().chain(own).cloned().collect();
    let parsed = words::parse_checking(&words, &globals::table(), Positional::One, |word| {
        check_command(word, all, aliases)
    })?;
    if parsed.ended {
        return Ok(None);
    }
    let command = required(parsed.positional, "command")?;
    let has = |id: Id| parsed.options.iter().any(|(index, _)| GLOBALS[*index].id == id);
    if let Some((_, option)) = UNSUPPORTED.into_iter().find(|(id, _)| has(*id)) {
        return Err(Error::AliasOption { alias: alias.to_owned(), option });
    }
    let color = globals.color;
    let timeouts = globals.update(parsed.options);
    if globals.color == Color::Auto {
        // The default says nothing.
        globals.color = color;
    }
    check(globals, timeouts)?;
    Ok(Some((command, parsed.unknown)))
}

#[cfg(test)]
mod tests;
