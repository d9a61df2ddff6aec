//! The steps of a change, each taken only if the store still is as the one before has left it.

mod halt;
mod seen;
mod send;

use std::time::{Duration, Instant};

use super::super::change::{self, LOOKS};
use super::super::plan::{Plan, Step};
use super::super::progress::{Progress, clock};
use super::super::store::{State, Store};
use super::super::wait::{self, Limits, Outcome};
use super::super::{Context, Order, check};
use crate::operations::{CONNECT, DISCONNECT, UPDATE};
use crate::value::{Map, Value};
pub(super) use halt::{Halt, HaltKind};
pub(super) use seen::changes_since;
use seen::{differences, members_of, shows, shows_change};

/// How long KMS may show the store as it was before an update.
const SHOWN_LATE: Duration = Duration::from_secs(30);

/// The blanks before what went wrong with a step.
const INDENT: usize = 6;

/// A store on its way to its goal.
pub(super) struct Journey<'a> {
    pub(super) order: &'a Order<'a>,
    pub(super) context: &'a Context<'a>,
    pub(super) progress: &'a Progress,
    pub(super) limits: Limits,
    /// As it was last seen.
    pub(super) store: Store,
    /// Whether an update has been made that is not taken back.
    pub(super) is_changed: bool,
    pub(super) taken: Vec<Taken>,
    /// When its keys went out of reach on the way; `None` while they are in reach, or have not been.
    dark_since: Option<Instant>,
    /// How long they were out of reach before that.
    dark: Duration,
    /// Whether it is on the way back.
    pub(super) is_returning: bool,
    /// The step whose request is under way: what it has done is not known.
    pub(super) under_way: Option<Step>,
}

/// A step that was taken, or tried.
pub(super) struct Taken {
    pub(super) step: Step,
    pub(super) outcome: &'static str,
    pub(super) time: Duration,
    /// What went wrong.
    pub(super) error: Option<String>,
}

impl<'a> Journey<'a> {
    pub(super) fn new(
        order: &'a Order,
        context: &'a Context<'a>,
        progress: &'a Progress,
        plan: &Plan,
    ) -> Journey<'a> {
        Journey {
            order,
            context,
            progress,
            limits: Limits::of(&order.invocation.options),
            store: plan.store.clone(),
            is_changed: false,
            taken: Vec::new(),
            dark_since: None,
            dark: Duration::ZERO,
            is_returning: false,
            under_way: None,
        }
    }

    /// Takes the steps of a plan.
    pub(super) fn go(&mut self, plan: &Plan) -> Result<(), Halt> {
        for step in &plan.steps {
            match step {
                Step::Settle => self.settle()?,
                Step::CheckProxy => self.check_proxy(plan)?,
                Step::Disconnect => self.disconnect()?,
                Step::Update => {
                    if let Some(request) = &plan.request {
                        self.update(request)?;
                    }
                }
                Step::Connect => self.connect()?,
                Step::Compare => self.compare(plan)?,
            }
        }
        Ok(())
    }

    /// Waits until the state is one that does not pass by itself, whichever that is.
    pub(super) fn settle(&mut self) -> Result<(), Halt> {
        let step = Step::Settle;
        let began = Instant::now();
        let (target, before) = match self.store.state {
            State::Connecting => (State::Connected, State::Disconnected),
            _ => (State::Disconnected, State::Connected),
        };
        match self.wait(step, &target, Some(&before))? {
            Outcome::Reached(store) | Outcome::Failed(store) | Outcome::Elsewhere(store) => self.see(store),
            outcome => return Err(self.not_reached(step, outcome, began)),
        }
        self.took(step, began, &format!("is {}", self.store.state), "");
        Ok(())
    }

    fn check_proxy(&mut self, plan: &Plan) -> Result<(), Halt> {
        let step = Step::CheckProxy;
        let began = Instant::now();
        self.progress.moving("checking the proxy");
        let changes = plan.request.clone().unwrap_or_default();
        let Some(target) = check::Target::of(&plan.store, &changes) else { return Ok(()) };
        let report = check::proxy(self.context, &target).map_err(|error| self.failed(step, error, began))?;
        if let Some(failed) = report.failed() {
            let lines = report.lines(self.context.view.width());
            lines.iter().for_each(|line| self.progress.line(line));
            let reason = format!("KMS would refuse the proxy: {}: {}.", failed.check, failed.message);
            return Err(self.halted(step, HaltKind::NotPossible, reason, None, began));
        }
        self.took(step, began, "proxy checked", &report.summary(&target));
        Ok(())
    }

    pub(super) fn disconnect(&mut self) -> Result<(), Halt> {
        let step = Step::Disconnect;
        let began = Instant::now();
        self.same_as_before(step, began)?;
        self.progress.moving("disconnecting");
        let before = self.store.state.clone();
        self.send(step, DISCONNECT, self.named(), began, |store| match store.state {
            State::Disconnecting | State::Disconnected => Some(true),
            State::Connected | State::Connecting | State::Failed => Some(false),
            State::Other(_) => None,
        })?;
        let note = match before.has_usable_keys() {
            true => format!("keys out of reach since {}", self.time_of_day()),
            false => String::new(),
        };
        self.accepted(State::Disconnecting);
        match self.wait(step, &State::Disconnected, Some(&before))? {
            Outcome::Reached(store) => self.see(store),
            outcome => return Err(self.not_reached(step, outcome, began)),
        }
        self.took(step, began, "disconnected", &note);
        Ok(())
    }

    /// Sends an update, and waits until KMS shows it.
    pub(super) fn update(&mut self, request: &Map) -> Result<(), Halt> {
        let step = Step::Update;
        let began = Instant::now();
        self.same_as_before(step, began)?;
        self.progress.moving("updating");
        let before = self.store.clone();
        let happened = |store: &Store| shows_change(&before, store, request);
        self.send(step, UPDATE, request.clone(), began, happened)?;
        // A way back that KMS does not show yet may still not be gone.
        match self.is_returning {
            true => self.under_way = Some(step),
            false => self.is_changed = true,
        }
        let late = Instant::now() + SHOWN_LATE.min(self.limits.timeout);
        let is_shown = loop {
            let seen = change::look_patiently(self.context.client, &self.store.id, self.limits);
            let store = seen.map_err(|error| self.failed(step, error, began))?;
            let is_shown = shows(&store, request) != Some(false);
            // The state is that of before the update, whatever a late look shows.
            self.see(Store { state: self.store.state.clone(), ..store });
            if is_shown || Instant::now() > late {
                break is_shown;
            }
            self.pause(step, began)?;
        };
        if !self.is_returning {
            self.took(step, began, "updated", "");
            return Ok(());
        }
        (self.is_changed, self.under_way) = (!is_shown, None);
        if !is_shown {
            let reason = format!("KMS does not show the change: {}.", differences(&self.store, request));
            return Err(self.halted(step, HaltKind::ChangedByOthers, reason, None, began));
        }
        self.took(step, began, "put back", &members_of(request));
        Ok(())
    }

    pub(super) fn connect(&mut self) -> Result<(), Halt> {
        let step = Step::Connect;
        let began = Instant::now();
        self.same_as_before(step, began)?;
        self.progress.moving("connecting");
        self.send(step, CONNECT, self.named(), began, |store| match store.state {
            State::Connecting | State::Connected | State::Failed => Some(true),
            State::Disconnected => Some(false),
            State::Disconnecting | State::Other(_) => None,
        })?;
        self.accepted(State::Connecting);
        match self.wait(step, &State::Connected, Some(&State::Disconnected))? {
            Outcome::Reached(store) => self.see(store),
            outcome => return Err(self.not_reached(step, outcome, began)),
        }
        let note = match self.dark() {
            dark if dark.is_zero() => String::new(),
            dark => {
                format!("keys in reach again at {}, out of reach for {}", self.time_of_day(), clock(dark))
            }
        };
        self.took(step, began, "connected", &note);
        Ok(())
    }

    /// Reads the store back.
    fn compare(&mut self, plan: &Plan) -> Result<(), Halt> {
        let step = Step::Compare;
        let began = Instant::now();
        for looks in 1.. {
            let seen = change::look_patiently(self.context.client, &self.store.id, self.limits);
            let store = seen.map_err(|error| self.failed(step, error, began))?;
            let wrong = plan.request.as_ref().filter(|request| shows(&store, request) == Some(false));
            let reason = match wrong {
                Some(request) => format!("KMS does not show the change: {}.", differences(&store, request)),
                None if store.state != plan.goal => {
                    format!("The store is {} now, not {}.", store.state, plan.goal)
                }
                None => {
                    self.see(store);
                    break;
                }
            };
            if looks == LOOKS {
                self.see(store);
                return Err(self.halted(step, HaltKind::ChangedByOthers, reason, None, began));
            }
            self.pause(step, began)?;
        }
        let is_seen = plan
            .request
            .as_ref()
            .is_some_and(|request| shows_change(&plan.store, &self.store, request).is_some());
        match is_seen {
            true => self.took(step, began, "compared", ""),
            false => self.took(step, began, "read back", "KMS does not show secrets"),
        }
        Ok(())
    }

    /// Makes sure that nobody else has changed the store since it was last seen. KMS may show an older state for a moment,
    /// so what differs is looked at again.
    fn same_as_before(&mut self, step: Step, began: Instant) -> Result<(), Halt> {
        for looks in 1.. {
            let seen = change::look_patiently(self.context.client, &self.store.id, self.limits);
            let store = seen.map_err(|error| self.failed(step, error, began))?;
            let what = changes_since(&self.store, &store);
            // A connection may fail at any time by itself.
            let has_failed = self.store.state == State::Connecting && store.state == State::Failed;
            let with_state = Store { state: store.state.clone(), ..self.store.clone() };
            if what.is_empty() || (has_failed && changes_since(&with_state, &store).is_empty()) {
                self.see(store);
                break;
            }
            if looks == LOOKS {
                self.see(store);
                let reason = format!("Somebody else has changed the store meanwhile.{what}");
                return Err(self.halted(step, HaltKind::ChangedByOthers, reason, None, began));
            }
            self.pause(step, began)?;
        }
        Ok(())
    }

    /// Takes note that KMS has accepted a change of the state. It may show the state before for a moment.
    fn accepted(&mut self, state: State) {
        self.see(Store { state, ..self.store.clone() });
    }

    /// Waits for a state. A look that still shows the state `before` is not taken note of.
    fn wait(&mut self, step: Step, target: &State, before: Option<&State>) -> Result<Outcome, Halt> {
        let began = Instant::now();
        let id = self.store.id.clone();
        let mut last = None;
        let progress = self.progress;
        let mut look = |store: &Store| {
            if before != Some(&store.state) {
                progress.moving(&format!("{} is {}", store.title(), store.state));
                last = Some(store.clone());
            }
        };
        let outcome = wait::until(self.context.client, &id, target, before, self.limits, &mut look);
        if let Some(store) = last {
            self.see(store);
        }
        outcome.map_err(|error| self.failed(step, error, began))
    }

    fn took(&mut self, step: Step, began: Instant, what: &str, note: &str) {
        let time = began.elapsed();
        self.progress.line(&line('✓', what, time, note));
        self.taken.push(Taken { step, outcome: "done", time, error: None });
    }

    fn pause(&mut self, step: Step, began: Instant) -> Result<(), Halt> {
        let paused = self.context.client.pause(self.limits.first_pause());
        paused.map_err(|error| self.failed(step, error.into(), began))
    }

    /// How long keys that could be used have been out of reach.
    pub(super) fn dark(&self) -> Duration {
        self.dark + self.dark_since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Takes note of the store as it is, and of the time that its keys are out of reach.
    fn see(&mut self, store: Store) {
        if store.state.has_usable_keys() {
            self.dark += self.dark_since.take().map_or(Duration::ZERO, |since| since.elapsed());
        } else if self.store.state.has_usable_keys() {
            self.dark_since = Some(Instant::now());
        }
        self.store = store;
    }

    /// Looks whether a connection that was waited for has come after all.
    pub(super) fn look_again(&mut self) -> Result<(), Halt> {
        if self.store.state == State::Connecting
            && let Some(store) = self.look(Step::Connect, Instant::now())?
            && store.state != State::Disconnected
        {
            self.see(store);
        }
        Ok(())
    }

    fn named(&self) -> Map {
        [("CustomKeyStoreId", Value::string(self.store.id.as_str()))].into_iter().collect()
    }

    /// The time of day, in the local zone.
    fn time_of_day(&self) -> String {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let shown = self.context.session.timestamps.show(&Value::Float(now.as_secs_f64()));
        let shown = shown.ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
        shown.get(11..19).unwrap_or_default().to_owned()
    }
}

fn line(mark: char, what: &str, time: Duration, note: &str) -> String {
    format!("  {mark} {what:<30}{:>6}     {note}", clock(time)).trim_end().to_owned()
}
