//! `aws cks connect` and `aws cks disconnect`: the operation, then the wait for the state that it leads to.

mod words;

use std::cell::{Cell, RefCell};
use std::time::Instant;

use super::change::{self, Sent};
use super::error::CksError;
use super::progress::Progress;
use super::store::{self, State, Store};
use super::wait::{self, Limits, Outcome};
use super::{Context, Order};
use crate::cli::cks::Task;
use crate::client::error::ClientError;
use crate::model::parameters::Parameters;
use crate::operations::{CONNECT, DISCONNECT};
use crate::transport::runtime::Stopped;
use crate::value::Value;

/// The way of one store to its new state.
struct Way<'w> {
    /// Connect or Disconnect.
    task: Task,
    order: &'w Order<'w>,
    context: &'w Context<'w>,
    limits: Limits,
    progress: Progress,
    began: Instant,
    /// The store as it was last seen.
    seen: RefCell<Store>,
    asked: Cell<Asked>,
}

/// Whether KMS was asked to change the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    No,
    /// The request may have arrived.
    Perhaps,
    Yes,
}

/// Where the way has ended.
enum End {
    /// The store was there from the beginning.
    Already,
    Reached,
    /// A store that is to be connected is FAILED.
    Failed,
    /// The state does not lead to the new one.
    Elsewhere,
    /// The time is up; the failure of the last look, if it failed.
    TimedOut(Option<ClientError>),
}

pub(super) fn run(order: &Order, context: &Context) -> Result<u8, CksError> {
    let limits = Limits::of(&order.invocation.options);
    context.session.settings.runtime.heed_termination(true).map_err(ClientError::from)?;
    let mut stores = context.client.before(Instant::now() + limits.timeout, || store::all(context.client))?;
    let given = order.invocation.stores.first().map(String::as_str).unwrap_or_default();
    let at = store::find(&stores, given)?;
    context.session.settings.runtime.heed_termination(true).map_err(ClientError::from)?;
    let way = Way {
        task: order.invocation.task,
        order,
        context,
        limits,
        progress: Progress::new(),
        began: Instant::now(),
        seen: stores.swap_remove(at).into(),
        asked: Asked::No.into(),
    };
    let end = way.go();
    way.progress.clear();
    match end {
        Ok(end) => way.show(&end),
        Err(CksError::Client(ClientError::Stopped(Stopped::Interrupted))) => {
            Err(CksError::Interrupted(way.interrupted()))
        }
        Err(error) => {
            if way.asked.get() != Asked::No {
                way.progress.line(&way.position());
            }
            Err(error)
        }
    }
}

impl Way<'_> {
    fn target(&self) -> State {
        if self.task == Task::Connect { State::Connected } else { State::Disconnected }
    }

    fn state(&self) -> State {
        self.seen.borrow().state.clone()
    }

    /// Goes all the way.
    ///
    /// # Errors
    /// KMS refuses the change; there is no such store any more; a call fails in a way that does not pass; an interrupt.
    fn go(&self) -> Result<End, CksError> {
        loop {
            let state = self.state();
            match (self.task, &state) {
                (_, state) if *state == self.target() => return Ok(End::Already),
                (Task::Connect, State::Failed) => return Ok(End::Failed),
                (Task::Connect, State::Connecting) | (_, State::Disconnecting) => self.announce(),
                _ => {
                    self.ask(&state)?;
                    return self.wait(&self.target(), Some(&state));
                }
            }
            if self.task == Task::Connect && state == State::Disconnecting {
                // Only then it can be connected.
                if let end @ End::TimedOut(_) = self.wait(&State::Disconnected, None)? {
                    return Ok(end);
                }
            } else {
                return self.wait(&self.target(), None);
            }
        }
    }

    /// Asks KMS to change the state.
    ///
    /// # Errors
    /// KMS refuses it, or nobody knows what became of it; the time is up; an interrupt.
    fn ask(&self, before: &State) -> Result<(), CksError> {
        let (client, id) = (self.context.client, self.seen.borrow().id.clone());
        let call = if self.task == Task::Connect { CONNECT } else { DISCONNECT };
        let parameters =
            Parameters::new([("CustomKeyStoreId", Value::string(&*id))].into_iter().collect(), true);
        self.asked.set(Asked::Perhaps);
        self.progress.moving(&format!("asking KMS to {} {}", self.task.name(), self.seen.borrow().title()));
        let happened = |store: &Store| self.happened(store);
        let send = || change::send(client, call, &parameters, &id, self.limits, happened);
        match client.before(Instant::now() + self.limits.timeout, send)? {
            Sent::Done => {}
            Sent::Refused { error, store } => {
                store.into_iter().for_each(|store| *self.seen.borrow_mut() = *store);
                self.asked.set(Asked::No);
                return Err(error.into());
            }
            Sent::Unknown(error) => return Err(error.into()),
            Sent::Ended(error) => {
                self.asked.set(Asked::No);
                return Err(error);
            }
        }
        self.asked.set(Asked::Yes);
        if self.state() == *before {
            self.seen.borrow_mut().state =
                if self.task == Task::Connect { State::Connecting } else { State::Disconnecting };
        }
        self.announce();
        Ok(())
    }

    /// Whether a store that is read shows that the change has happened.
    fn happened(&self, store: &Store) -> Option<bool> {
        match &store.state {
            State::Other(_) => None,
            State::Connecting | State::Connected | State::Failed => Some(self.task == Task::Connect),
            State::Disconnected => Some(self.task == Task::Disconnect),
            State::Disconnecting => (self.task == Task::Disconnect).then_some(true),
        }
    }

    /// Waits for a state.
    ///
    /// # Errors
    /// As for [`wait::until`]; there is no such store any more.
    fn wait(&self, target: &State, before: Option<&State>) -> Result<End, CksError> {
        let id = self.seen.borrow().id.clone();
        let mut look = |store: &Store| {
            if before != Some(&store.state) {
                *self.seen.borrow_mut() = store.clone();
            }
            self.progress.moving(&format!("{} is {}", store.title(), self.state()));
        };
        match wait::until(self.context.client, &id, target, before, self.limits, &mut look)? {
            Outcome::Reached(_) => Ok(End::Reached),
            Outcome::Failed(store) if self.task == Task::Connect => {
                *self.seen.borrow_mut() = store;
                Ok(End::Failed)
            }
            Outcome::Failed(store) | Outcome::Elsewhere(store) => {
                *self.seen.borrow_mut() = store;
                Ok(End::Elsewhere)
            }
            Outcome::TimedOut(_, error) => Ok(End::TimedOut(error)),
            Outcome::Gone(error) => {
                self.asked.set(Asked::No);
                Err(error.into())
            }
        }
    }
}
