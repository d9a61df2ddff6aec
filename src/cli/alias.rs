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

use super::globals::Globals;
use super::tree::{self, KMS, TOP};
use super::words::{self, Word};
use super::{
    KMS_COMMANDS, Request, TOP_COMMANDS, check_command, has_name, mask, required, shell, unknown_choice,
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
const UNSUPPORTED: [&str; 2] = ["debug", "profile"];

/// The aliases of a user.
#[derive(Debug, Default)]
pub(crate) struct Aliases {
    /// By the commands below which they stand, with a space between them.
    tables: BTreeMap<String, Section>,
}

impl Aliases {
    /// The aliases of a file's sections `[toplevel]` and `[command NAME …]`. Of two sections that say the same,
    /// the later counts.
    pub(crate) fn new(sections: Sections) -> Aliases {
        let mut tables = BTreeMap::new();
        for (name, section) in sections {
            if let Some(commands) = name.strip_prefix("command ") {
                let commands: Vec<&str> = commands.split(is_space).filter(|name| !name.is_empty()).collect();
                tables.insert(commands.join(" "), section);
            } else if name == "toplevel" {
                tables.insert(String::new(), section);
            }
        }
        Aliases { tables }
    }

    /// The names of the aliases below these commands.
    pub(crate) fn names(&self, commands: &str) -> impl Iterator<Item = &str> {
        self.below(commands).into_iter().flat_map(Section::texts).map(|(name, _)| name)
    }

    /// The aliases below these commands.
    pub(super) fn below(&self, commands: &str) -> Option<&Section> {
        self.tables.get(commands)
    }

    /// What an alias stands for.
    pub(super) fn value(&self, commands: &str, name: &str) -> Option<&str> {
        Some(self.below(commands)?.text(name)?.trim_matches(is_space))
    }
}

/// A command line behind the parser of the global options.
pub(crate) struct Line {
    pub(crate) command: Word,
    /// The words that are left for the parsers of the command.
    pub(crate) rest: Vec<Word>,
    /// All words of the line, and behind them those of the aliases that were followed.
    pub(crate) all: Vec<Word>,
}

/// Why a line leads to no command.
pub(crate) enum Stop {
    /// It asks for a page or the version, or is a command line for the shell.
    Done(Request),
    Error(Error),
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Stop {
        Stop::Error(error.into())
    }
}

/// Follows aliases: those of one user in one line.
struct Follower<'a> {
    aliases: &'a Aliases,
    globals: &'a mut Globals,
    line: Line,
    followed: usize,
}

/// The line that a line with aliases stands for. Global options of aliases win over those of the line.
///
/// # Errors
/// Usage errors in a value (252); an alias that cannot be followed (255).
pub(crate) fn expand(line: Line, aliases: &Aliases, globals: &mut Globals) -> Result<Line, Stop> {
    let mut follower = Follower { aliases, globals, line, followed: 0 };
    follower.command()?;
    if follower.line.command.text == SERVICE && follower.operation()? {
        follower.subcommand()?;
    }
    Ok(follower.line)
}

impl Follower<'_> {
    /// Follows aliases for commands.
    fn command(&mut self) -> Result<(), Stop> {
        loop {
            let name = self.line.command.text.clone();
            let Some(value) = self.aliases.value("", &name) else { return Ok(()) };
            let rest = std::mem::take(&mut self.line.rest);
            (self.line.command, self.line.rest) = self.follow(&name, value, None, rest)?;
            if self.line.command.text == name && has_name(TOP_COMMANDS, &name) {
                return Ok(());
            }
        }
    }

    /// Follows aliases for operations. Returns whether the operation may have aliases below it: the reference forgets them
    /// where an alias has the operation's name.
    fn operation(&mut self) -> Result<bool, Stop> {
        loop {
            let service = words::parse(&self.line.rest, &KMS)?;
            let Some(name) = service.positional else { return Ok(true) };
            let value = self.aliases.value(SERVICE, &name.text).filter(|_| name.text != "help");
            let Some(value) = value else { return Ok(true) };
            let service_word = Some(self.line.command.clone());
            (_, self.line.rest) = self.follow(&name.text, value, service_word, service.unknown)?;
            if has_name(KMS_COMMANDS, &name.text) {
                // The reference takes the first word for the operation's name without a look at it.
                let first = self.line.rest.len().min(1);
                self.line.rest.splice(..first, [name]);
                return Ok(false);
            }
        }
    }

    /// Follows aliases below an operation.
    fn subcommand(&mut self) -> Result<(), Stop> {
        let service = words::parse(&self.line.rest, &KMS)?;
        let Some(name) = service.positional else { return Ok(()) };
        let commands = format!("{SERVICE} {}", name.text);
        let aliases = self.aliases;
        let Some((call, own)) = operations::by_command(&name.text).zip(aliases.below(&commands)) else {
            return Ok(());
        };
        let level = tree::operation(call.operation);
        let mut rest = service.unknown;
        loop {
            let asks_for_help = rest.len() == 1 && rest[0].text == "help";
            let positional = words::parse(&rest, &level)?.positional;
            let Some(word) = positional.filter(|_| !asks_for_help) else {
                self.line.rest = std::iter::once(name).chain(rest).collect();
                return Ok(());
            };
            let Some(value) = aliases.value(&commands, &word.text) else {
                return Err(unknown_choice("subcommand", &word, "", Some(own), &self.line.all).into());
            };
            let place = rest.iter().position(|other| other.text == word.text);
            place.map(|place| rest.remove(place));
            (_, rest) = self.follow(&word.text, value, Some(self.line.command.clone()), rest)?;
        }
    }

    /// Reads the value of an alias with the parser of the global options, and takes over those that it has. Returns
    /// the command, which is the one given unless the value begins with one, and the words that are left, those behind
    /// the alias at the end.
    fn follow(
        &mut self,
        alias: &str,
        value: &str,
        command: Option<Word>,
        behind: Vec<Word>,
    ) -> Result<(Word, Vec<Word>), Stop> {
        self.followed += 1;
        if self.followed > LIMIT {
            return Err(Error::EndlessAlias { alias: alias.to_owned() }.into());
        }
        if let Some(command) = value.strip_prefix('!') {
            return Err(Stop::Done(Request::Shell(shell::command_line(command, &behind))));
        }
        log::debug!(alias; "alias");
        let texts = shell_words::split(value).map_err(|reason| Error::AliasValue {
            alias: alias.to_owned(),
            reason,
            value: mask::command_line(value),
        })?;
        let all = &mut self.line.all;
        // The dashes end what an option before them says about the words behind it.
        for text in ["--"].into_iter().chain(texts.iter().map(|text| text.trim_matches('\n'))) {
            all.push(Word { text: text.to_owned(), raw: None, place: all.len() });
        }
        let own = &all[all.len() - texts.len()..];
        let words: Vec<Word> = command.into_iter().chain(own.iter().cloned()).collect();
        let check = |word: &Word| check_command(word, all, self.aliases);
        let parsed = words::read(&words, &TOP, check).checked()?;
        if parsed.ended {
            return Err(Stop::Done(Request::Version));
        }
        let command = required(parsed.positional, "command")?;
        let has = |option: &&str| parsed.options.iter().any(|(id, _)| id == option);
        if let Some(option) = UNSUPPORTED.into_iter().find(has) {
            return Err(Error::AliasOption { alias: alias.to_owned(), option }.into());
        }
        let color = self.globals.color;
        let checked = self.globals.update(parsed.options);
        if self.globals.color == Color::Auto {
            // The default says nothing.
            self.globals.color = color;
        }
        checked?;
        Ok((command, parsed.unknown.into_iter().chain(behind).collect()))
    }
}

#[cfg(test)]
mod tests;
