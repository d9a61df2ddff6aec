//! Why a store is FAILED, and what helps.

use serde::Serialize;

use super::plan::command;
use super::store::{Kind, Store};
use super::view::wrapped;
use crate::cli::cks::Task;
use crate::cli::globals::Globals;
use crate::operations::remedies;
use crate::syntax::printable::printable;

/// What is said about a code that is not known.
const UNKNOWN: &str = "Disconnect the store and connect it again.";

/// Why a store is FAILED.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Failed {
    /// KMS's ConnectionErrorCode, if it shows one.
    code: Option<String>,
    /// A sentence without its full stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    meaning: Option<&'static str>,
    /// What to do, in sentences.
    pub(super) remedy: &'static str,
    /// The commands that do it.
    #[serde(skip)]
    pub(super) commands: Vec<String>,
}

impl Failed {
    /// The reason of a store that is FAILED. `globals` are those of the line, which the commands repeat.
    pub(super) fn of(store: &Store, globals: &Globals) -> Failed {
        let code = store.error_code.clone();
        let is_external = store.kind == Kind::External;
        let known = code.as_deref().and_then(|code| remedies::of_failed(code, is_external));
        let commands = match known {
            Some(known) => known.lines(store.title(), &command::globals(globals)).collect(),
            None => {
                [Task::Disconnect, Task::Connect].map(|task| command::plain(task, store, globals)).to_vec()
            }
        };
        Failed {
            code,
            meaning: known.map(|known| known.meaning),
            remedy: known.map_or(UNKNOWN, |known| known.remedy),
            commands,
        }
    }

    /// The code and its meaning, in a sentence.
    pub(super) fn reason(&self) -> String {
        match (self.code.as_deref().map(printable), self.meaning) {
            (Some(code), Some(meaning)) => format!("{code}: {meaning}."),
            (Some(code), None) => format!("{code}."),
            (None, _) => "KMS does not say why.".to_owned(),
        }
    }

    /// The code, its meaning, the remedy and the commands, in lines of this width; commands are not broken.
    pub(super) fn text(&self, width: usize) -> String {
        let remedy = wrapped(&format!("To do: {}", self.remedy), width);
        format!("{}{remedy}{}", wrapped(&self.reason(), width), commands(&self.commands))
    }
}

/// Commands below a text.
pub(super) fn commands(commands: &[String]) -> String {
    commands.iter().map(|command| format!("  {command}\n")).collect()
}
