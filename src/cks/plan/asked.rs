//! What a line asks for: options, then documents, then the file for the console. Files are read here.

use super::configuration;
use super::make::ID;
use crate::cks::error::CksError;
use crate::cli::cks::{Invocation, Task};
use crate::cli::tree::cks::CONFIGURATION_FILE;
use crate::input::sources::Sources;
use crate::input::{bind, validate};
use crate::operations::UPDATE;
use crate::value::{Map, Value};

/// The members of UpdateCustomKeyStore that a line gives, not validated. The identifier is among them only where a document
/// has it.
///
/// # Errors
/// A bad option (252), a file that cannot be read or is no configuration of a proxy; a plan or a change of nothing.
pub(in crate::cks) fn read(invocation: &Invocation, sources: &Sources) -> Result<Map, CksError> {
    let options = bind::options(&invocation.changes, sources)?;
    let mut changes = bind::bind(&invocation.changes, options)?;
    if invocation.options.has(CONFIGURATION_FILE) {
        let word = invocation.options.word(CONFIGURATION_FILE);
        for (name, value) in configuration::read(word, sources)?.into_entries() {
            if !changes.contains_key(&name) {
                changes.insert(name, value);
            }
        }
    }
    let asks = matches!(invocation.task, Task::Plan | Task::Apply);
    let is_nothing = changes.iter().all(|(name, _)| **name == *ID);
    let is_state = ["connect", "leave-disconnected"].iter().any(|option| invocation.options.has(option));
    if asks && is_nothing && !is_state { Err(CksError::NothingAsked) } else { Ok(changes) }
}

/// The members, valid as `aws kms update-custom-key-store` judges that.
///
/// # Errors
/// Those of that command (252).
pub(in crate::cks) fn validated(mut changes: Map) -> Result<Map, CksError> {
    let has_identifier = changes.contains_key(ID);
    if !has_identifier {
        changes.insert(ID, Value::string("STORE"));
    }
    let mut changes = validate::validate(changes, UPDATE.operation.input, true)?.as_map().clone();
    if !has_identifier {
        changes.remove(ID);
    }
    Ok(changes)
}
