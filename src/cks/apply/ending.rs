//! What is said in the end: where the store stands, whether its keys can be used, and how to go on.

use serde::Serialize;

use super::super::error::CksError;
use super::super::plan::make::CREDENTIAL;
use super::super::plan::{self, Plan, Step};
use super::super::progress::clock;
use super::super::store::{State, Store};
use super::super::view;
use super::back;
use super::journey::{Halt, HaltKind, Journey, changes_since};
use crate::cli::cks::Task;
use crate::value::Map;

/// The KMS Developer Guide, "Edit external key store properties".
const PROPAGATION: &str = "\
KMS may use the old credential for up to five minutes: keep it at the proxy for as long.";

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Applied,
    NothingToDo,
    /// Problems stand in the way.
    Refused,
    /// The question was answered with no.
    Declined,
    RolledBack,
    /// It could not be put back either.
    NotPutBack,
    Stopped,
    Interrupted,
}

/// All that the ending is made of.
pub(super) struct Ending<'a> {
    pub(super) plan: &'a Plan,
    pub(super) journey: &'a Journey<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Report<'a> {
    /// The plan's, but for its steps.
    #[serde(flatten)]
    plan: serde_json::Map<String, serde_json::Value>,
    result: &'static str,
    steps: Vec<StepReport<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    out_of_reach_seconds: u64,
    /// `None` where nobody knows.
    state_now: Option<&'a str>,
    next: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct StepReport<'a> {
    step: &'static str,
    outcome: &'static str,
    seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Outcome::Applied => "applied",
            Outcome::NothingToDo => "nothing-to-do",
            Outcome::RolledBack => "rolled-back",
            _ => "stopped",
        }
    }

    fn exit_code(self) -> u8 {
        match self {
            Outcome::Applied | Outcome::NothingToDo => 0,
            Outcome::Interrupted => 130,
            _ => 1,
        }
    }
}

/// Whether it did not go on because there is no such store any more.
fn is_gone(halt: Option<&Halt>) -> bool {
    halt.is_some_and(|halt| halt.kind == HaltKind::Gone)
}

impl Ending<'_> {
    /// Shows it: to people on stdout where all is well, else on stderr; as data on stdout in any case. Returns the exit
    /// code.
    pub(super) fn show(&self, outcome: Outcome, halt: Option<&Halt>) -> Result<u8, CksError> {
        let Journey { context, progress, .. } = self.journey;
        let next = self.next(outcome, halt);
        let text = self.text(outcome, halt, &next);
        let is_well = outcome.exit_code() == 0;
        if !is_well {
            progress.line(&text);
        }
        let shown = if context.view.is_data() {
            context.view.data("Apply", &self.report(outcome, halt, next))
        } else if is_well {
            progress.clear();
            context.view.text(&format!("{text}\n"))
        } else {
            Ok(())
        };
        // Whatever becomes of stdout: where the store stands is said.
        if is_well && shown.is_err() {
            progress.line(&text);
        }
        shown.map(|()| outcome.exit_code())
    }

    fn text(&self, outcome: Outcome, halt: Option<&Halt>, next: &[(&str, String)]) -> String {
        let first = match outcome {
            Outcome::NothingToDo => Some("There is nothing to do: ".to_owned()),
            Outcome::Applied => Some("Done: ".to_owned()),
            Outcome::Refused | Outcome::Declined => Some("Nothing has changed: ".to_owned()),
            Outcome::Interrupted => Some(format!("Stopped {}.\n", self.place(halt))),
            _ if is_gone(halt) => None,
            _ if self.is_as_found() => Some("Nothing has changed: ".to_owned()),
            _ => None,
        };
        // Data has the plan in the end only, and people may not see it.
        let is_hidden = outcome == Outcome::Refused && self.journey.context.view.is_data();
        let problems = self.plan.problems.iter().filter(|problem| is_hidden && problem.stops);
        let mut lines: Vec<String> = problems.map(|problem| format!("✗ {}", problem.message)).collect();
        lines.push(first.unwrap_or_default() + &self.standing(halt));
        let Journey { is_changed, store, .. } = self.journey;
        let is_for_good = *is_changed && !store.state.has_usable_keys() && back::reverse(self.plan).is_none();
        if is_for_good && halt.is_some_and(|halt| halt.kind == HaltKind::NotPossible) {
            lines.push("It is not put back: KMS does not show all that was there before.".to_owned());
        }
        if let Some(remedy) = halt.and_then(|halt| halt.remedy) {
            lines.push(format!("To do: {}", remedy.remedy));
        }
        if outcome == Outcome::Applied && self.has_new_credential() {
            lines.push(PROPAGATION.to_owned());
        }
        let width = self.journey.context.view.width_of_sentences();
        let mut lines: Vec<String> =
            lines.iter().map(|line| view::wrapped(line, width).trim_end().to_owned()).collect();
        lines.extend(next.iter().map(|(label, command)| format!("{label:<9}{command}")));
        lines.join("\n")
    }

    fn has_new_credential(&self) -> bool {
        let request = self.plan.request.as_ref();
        request.is_some_and(|request| request.contains_key(CREDENTIAL))
    }

    /// Where the store stands, and whether its keys can be used.
    fn standing(&self, halt: Option<&Halt>) -> String {
        let Journey { store, is_changed, is_returning, under_way, .. } = self.journey;
        if is_gone(halt) {
            return format!("There is no custom key store {} any more.", store.title());
        }
        if let Some(step) = under_way {
            let what = match step {
                Step::Disconnect => "been disconnected, so that",
                Step::Connect => "begun to connect;",
                _ if *is_returning => "been put back;",
                _ => "been changed;",
            };
            let keys = match step {
                Step::Disconnect => "cannot be used",
                Step::Update if store.state.has_usable_keys() => "can be used",
                _ => "cannot be used until it is CONNECTED",
            };
            let (name, state) = (store.title(), &store.state);
            return format!(
                "{name} was {state} when it was last seen. It is not known whether it has {what} its keys {keys}."
            );
        }
        let is_seen = halt.is_none_or(|halt| halt.step != Step::Compare);
        let changed = if *is_changed && is_seen { " with the change" } else { "" };
        let keys = match &store.state {
            State::Connected => match self.journey.dark() {
                dark if dark.is_zero() => "its keys can be used".to_owned(),
                dark => format!("its keys can be used again and were out of reach for {}", clock(dark)),
            },
            State::Other(_) => "whether its keys can be used is not known".to_owned(),
            _ => "its keys cannot be used until it is CONNECTED".to_owned(),
        };
        format!("{} is {}{changed}; {keys}.", store.title(), store.state)
    }

    fn place(&self, halt: Option<&Halt>) -> &'static str {
        match halt.map(|halt| halt.step) {
            None => "before anything was done",
            Some(Step::Settle) => "while waiting for the state to pass",
            Some(Step::CheckProxy) => "while checking the proxy",
            Some(Step::Disconnect) => "while disconnecting",
            Some(Step::Update) => "while updating",
            Some(Step::Connect) => "while waiting for the connection",
            Some(Step::Compare) => "while reading the store back",
        }
    }

    /// Whether the store is as it was found.
    fn is_as_found(&self) -> bool {
        !self.journey.is_changed
            && self.journey.under_way.is_none()
            && changes_since(&self.plan.store, &self.journey.store).is_empty()
    }

    /// The commands that go on, and those that go back.
    fn next(&self, outcome: Outcome, halt: Option<&Halt>) -> Vec<(&'static str, String)> {
        let is_over = matches!(outcome, Outcome::Applied | Outcome::NothingToDo | Outcome::Refused);
        if is_over || is_gone(halt) {
            return Vec::new();
        }
        let under_way = self.journey.under_way;
        let is_there = under_way.is_none() && self.journey.store.state == self.plan.goal;
        let connects = self.plan.goal == State::Connected && !is_there;
        let stays = self.plan.goal == State::Disconnected && !is_there;
        let extra: &[&str] = if connects {
            &["--connect"]
        } else if stays {
            &["--leave-disconnected"]
        } else {
            &[]
        };
        let store = &Store { name: self.journey.store.name.clone(), ..self.plan.store.clone() };
        let label = if self.is_as_found() { "Again:" } else { "Go on:" };
        let mut next = vec![(label, plan::command(Task::Apply, store, self.journey.order, extra))];
        let found_usable = self.plan.store.state.has_usable_keys();
        let is_dark = !self.journey.store.state.has_usable_keys();
        let extra: &[&str] = if found_usable { &["--connect"] } else { &[] };
        if self.journey.is_changed || under_way == Some(Step::Update) {
            if let Some(request) = back::reverse(self.plan) {
                next.push(("Back:", plan::command_of(store, self.journey.order, &request, extra)));
            }
        } else if found_usable && (is_dark || under_way == Some(Step::Disconnect)) && halt.is_some() {
            next.push(("Back:", plan::command_of(store, self.journey.order, &Map::new(), extra)));
        }
        next
    }

    fn report<'a>(
        &'a self,
        outcome: Outcome,
        halt: Option<&'a Halt>,
        next: Vec<(&str, String)>,
    ) -> Report<'a> {
        let steps = self.journey.taken.iter().map(|taken| StepReport {
            step: taken.step.name(),
            outcome: taken.outcome,
            seconds: (taken.time.as_secs_f64() * 1000.0).round() / 1000.0,
            error: taken.error.as_deref(),
        });
        let mut plan = match serde_json::to_value(self.plan.report()) {
            Ok(serde_json::Value::Object(plan)) => plan,
            _ => serde_json::Map::new(),
        };
        plan.shift_remove("Steps");
        Report {
            plan,
            result: outcome.name(),
            steps: steps.collect(),
            error: halt.map(|halt| halt.reason.as_str()),
            out_of_reach_seconds: self.journey.dark().as_secs(),
            state_now: match self.journey.under_way {
                Some(Step::Disconnect | Step::Connect) => None,
                _ => Some(self.journey.store.state.name()),
            },
            next: next.into_iter().map(|(_, command)| command).collect(),
        }
    }
}
