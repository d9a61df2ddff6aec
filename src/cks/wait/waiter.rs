//! The waiters of `aws kms wait`.

use std::cell::Cell;

use super::{Limits, Outcome, watch, words};
use crate::cks::error::CksError;
use crate::cks::failed::{self, Failed};
use crate::cks::plan::command::plain;
use crate::cks::progress::Progress;
use crate::cks::store::{self, State, Store};
use crate::cli::cks::{Task, Waiter, Waiting};
use crate::cli::globals::Globals;
use crate::client::Client;
use crate::client::error::ClientError;
use crate::syntax::printable::printable;
use crate::transport::error::TransportError;

impl Waiter {
    /// The name in errors, in the style of the reference's waiters.
    fn title(self) -> &'static str {
        match self {
            Waiter::Connected => "CustomKeyStoreConnected",
            Waiter::Disconnected => "CustomKeyStoreDisconnected",
        }
    }

    fn target(self) -> State {
        match self {
            Waiter::Connected => State::Connected,
            Waiter::Disconnected => State::Disconnected,
        }
    }

    /// The command that leads there.
    fn task(self) -> Task {
        match self {
            Waiter::Connected => Task::Connect,
            Waiter::Disconnected => Task::Disconnect,
        }
    }
}

/// Waits as the line says, silently unless stderr is a terminal.
///
/// # Errors
/// The state cannot be reached, or not in time; failures that do not pass; an interrupt.
pub(in crate::cks) fn run(waiting: &Waiting, globals: &Globals, client: &Client) -> Result<(), CksError> {
    let waiter = waiting.waiter;
    let given = Waiter::MEMBERS.iter().find_map(|(member, _)| Some((*member, waiting.options.text(member)?)));
    let Some((member, given)) = given else { return Err(CksError::NotShown) };
    let limits = Limits::of(&waiting.options);
    let failed = |reason| CksError::Waiter { waiter: waiter.title(), reason };
    let is_first = Cell::new(true);
    let find = || match store::look_by(client, member, given) {
        // Where nobody has ever answered, the endpoint is wrong: that does not pass.
        Err(CksError::Client(ClientError::Transport(
            error @ (TransportError::CouldNotConnect { .. } | TransportError::ConnectTimeout { .. }),
        ))) if is_first.get() => Err(failed(error.to_string())),
        found => {
            is_first.set(false);
            found
        }
    };
    let progress = Progress::new();
    let mut look = |store: &Store| progress.moving(&format!("{} is {}", store.title(), store.state));
    let outcome = watch(client, &find, &waiter.target(), None, 1, limits, &mut look);
    progress.clear();
    match outcome {
        Ok(Outcome::Reached(_)) => Ok(()),
        Ok(outcome) => Err(failed(reason(waiter, given, globals, limits, outcome))),
        Err(CksError::Client(error)) if error.service().is_some() => Err(failed(service(&error))),
        Err(error) => Err(error),
    }
}

/// Why a waiter failed, and what to do.
fn reason(waiter: Waiter, given: &str, globals: &Globals, limits: Limits, outcome: Outcome) -> String {
    let to_do = |store: &Store| format!("To do:\n  {}", plain(waiter.task(), store, globals));
    match outcome {
        Outcome::Reached(store) => store.state.name().to_owned(),
        Outcome::Failed(store) => {
            let failed = Failed::of(&store, globals);
            let begin = format!("{} is FAILED with {}", store.title(), failed.reason());
            match waiter {
                Waiter::Connected => {
                    format!("{begin}\nTo do: {}\n{}", failed.remedy, failed::commands(&failed.commands))
                }
                Waiter::Disconnected => format!("{begin}\n{}", to_do(&store)),
            }
        }
        Outcome::Elsewhere(store) => {
            let (name, state, target) = (store.title(), printable(store.state.name()), waiter.target());
            format!("{name} is {state}, which does not lead to {target}.\n{}", to_do(&store))
        }
        Outcome::TimedOut(store, error) => {
            let time = words(limits.timeout);
            let begin = match store {
                Some(store) => {
                    let state = printable(store.state.name());
                    format!("{} is still {state} after {time}.", store.title())
                }
                None => format!("KMS has not shown the state of {given} within {time}."),
            };
            match error {
                Some(error) => format!("{begin} The last look failed: {error}"),
                None => begin,
            }
        }
        Outcome::Gone(error) => service(&error),
    }
}

/// A service error as the reference's waiters have it.
fn service(error: &ClientError) -> String {
    error.service().map_or_else(
        || error.to_string(),
        |error| format!("An error occurred ({}): {}", error.code, crate::value::python::str(&error.message)),
    )
}
