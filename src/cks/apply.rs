//! `aws cks apply`: carries a plan out, step by step, and back where that fails.

mod back;
mod ending;
mod journey;

use std::io::{self, IsTerminal};
use std::time::Instant;

use super::change;
use super::error::CksError;
use super::plan::{self, Plan, Step};
use super::progress::Progress;
use super::store::{self, State, Store};
use super::{Context, Order};
use crate::client::error::ClientError;
use ending::{Ending, Outcome};
use journey::{Halt, HaltKind, Journey};

pub(super) fn run(order: &Order, context: &Context) -> Result<u8, CksError> {
    let options = &order.invocation.options;
    let progress = Progress::new();
    let given = order.invocation.stores.first().map(String::as_str).unwrap_or_default();
    let (stores, at) = read(given, context)?;
    let mut plan = plan::make(order, &stores, at, None)?;
    let ending = |plan: &Plan, journey: &Journey, outcome, halt: Option<&Halt>| {
        Ending { plan, journey }.show(outcome, halt)
    };
    context.session.settings.runtime.heed_termination(true).map_err(ClientError::from)?;
    let mut journey = Journey::new(order, context, &progress, &plan);
    if plan.is_stopped() {
        show(&plan, context)?;
        return ending(&plan, &journey, Outcome::Refused, None);
    }
    if plan.steps.is_empty() {
        show(&plan, context)?;
        return ending(&plan, &journey, Outcome::NothingToDo, None);
    }
    let asks = !options.has("yes");
    if asks && !is_interactive() {
        return Err(CksError::NeedsYes);
    }
    if plan.steps.first() == Some(&Step::Settle) {
        match settled(&plan, &mut journey) {
            Ok(again) => plan = again,
            Err(halt) => {
                let is_interrupt = halt.kind == HaltKind::Interrupted;
                let outcome = if is_interrupt { Outcome::Interrupted } else { Outcome::Stopped };
                return ending(&plan, &journey, outcome, Some(&halt));
            }
        }
        journey.store = plan.store.clone();
    }
    show(&plan, context)?;
    if plan.is_stopped() {
        return ending(&plan, &journey, Outcome::Refused, None);
    }
    if asks && !plan.steps.is_empty() {
        match answer(&question(&plan), &progress, context) {
            Ok(answer) if matches!(answer.as_str(), "y" | "yes") => {}
            Ok(_) => return ending(&plan, &journey, Outcome::Declined, None),
            Err(_) => return ending(&plan, &journey, Outcome::Interrupted, None),
        }
    }
    match journey.go(&plan) {
        Ok(()) => ending(&plan, &journey, Outcome::Applied, None),
        Err(halt) => {
            let (outcome, halt) = back::after(halt, &plan, &mut journey, asks);
            ending(&plan, &journey, outcome, Some(&halt))
        }
    }
}

/// All stores, and the place of the one that has this identifier or name.
fn read(given: &str, context: &Context) -> Result<(Vec<Store>, usize), CksError> {
    let stores = store::all(context.client)?;
    let at = store::find(&stores, given)?;
    Ok((stores, at))
}

/// The plan from the state that a passing one has become. A store that was CONNECTING is to be CONNECTED in the end, whatever
/// it has become.
fn settled(plan: &Plan, journey: &mut Journey) -> Result<Plan, Halt> {
    journey.settle()?;
    let (order, context, limits, began) = (journey.order, journey.context, journey.limits, Instant::now());
    let settled = journey.store.state.clone();
    let mut failed = |error| journey.failed(Step::Settle, error, began);
    // Its name may be another store's by now.
    let found = change::patiently(context.client, limits, || read(&plan.store.id, context));
    let (mut stores, at) = found.map_err(&mut failed)?;
    // KMS may show the state from before once more.
    if let Some(store) = stores.get_mut(at).filter(|store| store.state == plan.store.state) {
        store.state = settled;
    }
    let goal = (plan.goal == State::Connected).then_some(State::Connected);
    plan::make(order, &stores, at, goal).map_err(failed)
}

/// Shows the plan to people. Data has it together with what became of it.
fn show(plan: &Plan, context: &Context) -> Result<(), CksError> {
    if context.view.is_data() {
        return Ok(());
    }
    context.view.text(&plan::text(plan, context.view.width()))
}

fn question(plan: &Plan) -> String {
    let name = plan.store.title();
    let goes_dark = plan.steps.contains(&Step::Disconnect) && plan.store.state == State::Connected;
    match (goes_dark, plan.request.is_some()) {
        (true, true) => format!("Disconnect {name} and change it? Its keys cannot be used meanwhile. [y/N] "),
        (true, false) => format!("Disconnect {name}? Its keys cannot be used then. [y/N] "),
        (false, true) => format!("Change {name}? [y/N] "),
        (false, false) if !plan.steps.contains(&Step::Connect) => format!("Disconnect {name}? [y/N] "),
        (false, false) => format!("Connect {name}? [y/N] "),
    }
}

/// Whether there is somebody to ask.
fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks a question, and returns the answer in lower case; none is an empty one.
///
/// # Errors
/// An interrupt.
fn answer(question: &str, progress: &Progress, context: &Context) -> Result<String, CksError> {
    let line = progress.ask(question, &context.session.settings.runtime)?;
    Ok(line.trim().to_lowercase())
}
