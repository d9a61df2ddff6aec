//! A line that need not be whole: what is already said on it, for the prompt to go on from.

use super::alias::{self, Aliases, Line};
use super::globals::Globals;
use super::mask::Masked;
use super::tree::{self, KMS, TOP};
use super::words::{self, Word};
use crate::cli::error::Error;
use crate::model::send::Call;
use crate::operations;

/// What a line says, past all that is missing or wrong on it but its global options.
pub(crate) struct Partial {
    pub(crate) globals: Globals,
    /// The operation, if it is one of this program's.
    pub(crate) call: Option<&'static Call>,
    /// The words behind the operation, or behind the word that stands where it should.
    rest: Vec<Word>,
    /// All words of the line and its aliases.
    all: Vec<Word>,
}

/// What a line says about an operation.
pub(crate) struct Given {
    /// Its options by their ids ([`tree`]). Of one that stands there several times the last counts.
    pub(crate) options: Vec<(String, Option<Word>)>,
    /// The words that mean nothing to it, as they may be shown.
    pub(crate) unknown: Vec<String>,
}

impl Partial {
    fn without_operation(globals: Globals, rest: Vec<Word>, all: Vec<Word>) -> Partial {
        Partial { globals, call: None, rest, all }
    }

    /// What the line says about an operation, be it that of the line or one that was chosen since.
    pub(crate) fn given(&self, call: &Call) -> Given {
        let level = tree::operation(call.operation);
        let parsed = words::read(&self.rest, &level, |_| Ok(()));
        let mut options: Vec<(String, Option<Word>)> = Vec::new();
        for (id, word) in parsed.options {
            options.retain(|(before, _)| before != id);
            options.push((id.to_owned(), word));
        }
        let mut unknown: Vec<Word> = parsed.unknown.into_iter().chain(parsed.positional).collect();
        unknown.sort_by_key(|word| word.place);
        let masked = Masked::new(&self.all);
        Given { options, unknown: unknown.iter().map(|word| masked.shown(word)).collect() }
    }
}

/// Whose prompt a line gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// That of the operations of custom key stores.
    Form,
    /// Nobody's: it is a line of `aws cks`, a waiter, or one for the shell.
    Nobody,
    /// It names no command at all.
    Anybody,
}

/// Whose prompt a line gets that is not foreign.
pub(crate) fn owner(words: &[Word], aliases: &Aliases) -> Owner {
    if words::read(words, &TOP, |_| Ok(())).positional.is_none() {
        return Owner::Anybody;
    }
    match super::foreign::names(words, aliases) {
        Some((Some(command), operation)) if command == "kms" && operation.as_deref() != Some("wait") => {
            Owner::Form
        }
        _ => Owner::Nobody,
    }
}

/// Reads a line as far as it makes sense.
///
/// # Errors
/// A global option that is not valid, an alias that cannot be followed.
pub(crate) fn read(words: &[Word], aliases: &Aliases) -> Result<Partial, Error> {
    let top = words::read(words, &TOP, |_| Ok(()));
    let mut globals = Globals::default();
    globals.update(top.options)?;
    let Some(command) = top.positional else {
        return Ok(Partial::without_operation(globals, top.unknown, words.to_vec()));
    };
    let line = Line { command, rest: top.unknown, all: words.to_vec() };
    let line = match alias::expand(line, aliases, &mut globals) {
        Ok(line) => line,
        Err(alias::Stop::Error(error)) => return Err(error),
        Err(alias::Stop::Done(_)) => {
            return Ok(Partial::without_operation(globals, Vec::new(), words.to_vec()));
        }
    };
    let service = words::read(&line.rest, &KMS, |_| Ok(()));
    let call = service.positional.and_then(|name| operations::by_command(&name.text));
    Ok(Partial { globals, call, rest: service.unknown, all: line.all })
}
