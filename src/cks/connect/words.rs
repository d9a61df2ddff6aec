//! What is said about the way of a store to its new state.

use serde::Serialize;

use super::{Asked, End, Way};
use crate::cks::error::CksError;
use crate::cks::failed::{self, Failed};
use crate::cks::plan::command::plain;
use crate::cks::store::{Kind, Store};
use crate::cks::view::wrapped;
use crate::cks::wait;
use crate::cli::cks::Task;
use crate::client::error::ClientError;

/// The result as data.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Report<'r> {
    custom_key_store_id: &'r str,
    custom_key_store_name: &'r str,
    connection_state: &'r str,
    result: &'static str,
    seconds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem<'r>>,
    /// Commands to go on with.
    next: Vec<String>,
}

/// Why the new state was not reached.
#[derive(Serialize)]
#[serde(untagged)]
enum Problem<'r> {
    Failed(Failed),
    /// The failure of the last look.
    #[serde(rename_all = "PascalCase")]
    Call {
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<&'r str>,
        message: String,
    },
}

impl Way<'_> {
    /// Shows where the way has ended. Returns the exit code.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn show(&self, end: &End) -> Result<u8, CksError> {
        let (store, view) = (self.seen.borrow(), &self.context.view);
        if view.is_data() {
            view.data(self.task.name(), &self.report(end, &store))?;
        } else {
            view.text(&self.text(end, &store, view.width()))?;
        }
        Ok(u8::from(!matches!(end, End::Already | End::Reached)))
    }

    /// A command for the store, with the global options of the line.
    fn command(&self, task: Task, store: &Store) -> String {
        plain(task, store, self.order.globals)
    }

    fn report<'r>(&self, end: &'r End, store: &'r Store) -> Report<'r> {
        let (result, error) = match end {
            End::Already => ("nothing-to-do", None),
            End::Reached if self.task == Task::Connect => ("connected", None),
            End::Reached => ("disconnected", None),
            End::Failed => ("failed", Some(Problem::Failed(Failed::of(store, self.order.globals)))),
            End::Elsewhere => ("stopped", None),
            End::TimedOut(error) => ("timed-out", error.as_ref().map(problem)),
        };
        let next = match (end, &error) {
            (_, Some(Problem::Failed(failed))) => failed.commands.clone(),
            (End::Already | End::Reached, _) if self.task == Task::Connect => Vec::new(),
            (End::Already | End::Reached, _) => vec![self.command(Task::Connect, store)],
            _ => vec![self.command(self.task, store)],
        };
        Report {
            custom_key_store_id: &store.id,
            custom_key_store_name: &store.name,
            connection_state: store.state.name(),
            result,
            seconds: self.began.elapsed().as_secs(),
            error,
            next,
        }
    }

    fn text(&self, end: &End, store: &Store, width: usize) -> String {
        let (name, state, keys) = (store.title(), &store.state, store.state.keys());
        let is_connect = self.task == Task::Connect;
        let command = |task| failed::commands(&[self.command(task, store)]);
        match end {
            End::Already if is_connect => wrapped(&format!("{name} is CONNECTED already."), width),
            End::Reached if is_connect => wrapped(&format!("{name} is CONNECTED. {keys}"), width),
            End::Already | End::Reached => {
                let already = if matches!(end, End::Already) { " already" } else { "" };
                let text = format!(
                    "{name} is DISCONNECTED{already}. Its keys cannot be used until it is connected again:"
                );
                wrapped(&text, width) + &command(Task::Connect)
            }
            End::Failed => {
                let begin = match self.asked.get() {
                    Asked::No => "it must be disconnected before it can be connected again.",
                    _ => "it could not be connected.",
                };
                let failed = Failed::of(store, self.order.globals).text(width);
                wrapped(&format!("{name} is FAILED: {begin} {keys}"), width) + "\n" + &failed
            }
            End::Elsewhere => {
                let (target, other) = (self.target(), if is_connect { "disconnected" } else { "connected" });
                let text = format!(
                    "{name} is {state}, which does not lead to {target}. Somebody else may have {other} it. {keys}"
                );
                wrapped(&text, width) + "To do:\n" + &command(self.task)
            }
            End::TimedOut(error) => {
                let time = wait::words(self.limits.timeout);
                let error = error.as_ref().map(|error| format!("The last look failed: {error} "));
                let error = error.unwrap_or_default();
                let text = format!("{name} is still {state} after {time}. {error}{keys}");
                wrapped(&text, width) + "Go on:\n" + &command(self.task)
            }
        }
    }

    /// Says on stderr what is being waited for.
    pub(super) fn announce(&self) {
        let store = self.seen.borrow();
        let (name, state) = (store.title(), &store.state);
        let line = match (self.asked.get(), self.task) {
            (Asked::Yes, Task::Disconnect) => {
                format!("KMS is disconnecting {name}. Its keys cannot be used from now on.")
            }
            (Asked::Yes, _) if store.kind == Kind::External => {
                format!("KMS is connecting {name}, which usually takes some minutes.")
            }
            (Asked::Yes, _) => format!("KMS is connecting {name}, which may take 20 minutes."),
            _ => format!("{name} is {state} already."),
        };
        self.progress.line(&line);
    }

    /// Where the store stands in the middle of its way.
    pub(super) fn position(&self) -> String {
        self.position_after("")
    }

    /// What is said after Ctrl-C.
    pub(super) fn interrupted(&self) -> String {
        self.position_after("Stopped. ")
    }

    fn position_after(&self, begin: &str) -> String {
        let store = self.seen.borrow();
        let (name, state, task) = (store.title(), &store.state, self.task.name());
        let text = match self.asked.get() {
            Asked::No => format!("{name} is {state}; nothing was sent to change that. {}", state.keys()),
            Asked::Perhaps => {
                format!(
                    "KMS may have been asked to {task} {name}, which was {state}: whether its keys can be used is not known."
                )
            }
            Asked::Yes => format!("{name} is {state}. {}", state.keys()),
        };
        let text = wrapped(&(begin.to_owned() + &text), self.context.view.width());
        format!("{text}Go on:\n  {}", self.command(self.task, &store))
    }
}

fn problem(error: &ClientError) -> Problem<'_> {
    let code = error.service().map(|error| error.code.as_str());
    Problem::Call { code, message: error.to_string() }
}
