//! A line that need not be whole: what is already said on it, for the prompt to go on from.

use super::alias::{self, Aliases, Line};
use super::globals::Globals;
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
    /// The options of the operation by their ids ([`tree`]), in the order of the line.
    pub(crate) options: Vec<(String, Option<Word>)>,
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
        return Ok(Partial { globals, call: None, options: Vec::new() });
    };
    let line = Line { command, rest: top.unknown, all: words.to_vec() };
    let line = match alias::expand(line, aliases, &mut globals) {
        Ok(line) => line,
        Err(alias::Stop::Error(error)) => return Err(error),
        Err(alias::Stop::Done(_)) => return Ok(Partial { globals, call: None, options: Vec::new() }),
    };
    let service = words::read(&line.rest, &KMS, |_| Ok(()));
    let call = service.positional.and_then(|name| operations::by_command(&name.text));
    let Some(call) = call else { return Ok(Partial { globals, call: None, options: Vec::new() }) };
    let level = tree::operation(call.operation);
    let parsed = words::read(&service.unknown, &level, |_| Ok(()));
    let options = parsed.options.into_iter().map(|(id, word)| (id.to_owned(), word)).collect();
    Ok(Partial { globals, call: Some(call), options })
}
