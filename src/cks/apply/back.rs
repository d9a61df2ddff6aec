//! The way back: what was changed is put back where all of it can be read.

use super::super::error::CksError;
use super::super::plan::make::{CONNECTIVITY, ENDPOINT, ID, OWNER, PUBLIC, SERVICE};
use super::super::plan::{Plan, Step};
use super::super::store::State;
use super::ending::Outcome;
use super::journey::{Halt, HaltKind, Journey};
use crate::value::{Map, Value};

/// What becomes of a change that did not go on: it is put back where that helps, is possible and is wanted. Returns also why
/// it went no further, on the way there or on the way back.
pub(super) fn after(halt: Halt, plan: &Plan, journey: &mut Journey, may_ask: bool) -> (Outcome, Halt) {
    if halt.kind == HaltKind::Interrupted {
        return (Outcome::Interrupted, halt);
    }
    if halt.kind != HaltKind::NotPossible || halt.step == Step::Compare {
        return (Outcome::Stopped, halt);
    }
    let stays = plan.goal == State::Disconnected && halt.step == Step::Disconnect;
    if stays || matches!(journey.store.state, State::Other(_)) {
        return (Outcome::Stopped, halt);
    }
    let is_dark = plan.store.state.has_usable_keys() && !journey.store.state.has_usable_keys();
    let request = reverse(plan).filter(|_| journey.is_changed);
    let is_possible = request.is_some() || !journey.is_changed;
    if !(is_dark || journey.is_changed) || !is_possible {
        return (Outcome::Stopped, halt);
    }
    match goes_back(&halt, journey, may_ask) {
        Ok(true) => {}
        Ok(false) => return (Outcome::Stopped, halt),
        Err(other) => return (Outcome::Interrupted, other.unwrap_or(halt)),
    }
    match put_back(plan, request.as_ref(), journey) {
        Ok(()) => (Outcome::RolledBack, halt),
        Err(halt) if halt.kind == HaltKind::Interrupted => (Outcome::Interrupted, halt),
        Err(halt) => (Outcome::NotPutBack, halt),
    }
}

/// Whether to go back: that is wanted, and no connection has come after the time-out, be it while somebody was asked.
///
/// # Errors
/// An interrupt; its halt, if it came while the store was looked at.
fn goes_back(halt: &Halt, journey: &mut Journey, may_ask: bool) -> Result<bool, Option<Halt>> {
    let has_connected = |journey: &mut Journey| -> Result<bool, Halt> {
        journey.look_again()?;
        Ok(halt.step == Step::Connect && journey.store.state.has_usable_keys())
    };
    if has_connected(journey)? || !is_wanted(journey, may_ask).map_err(|_| None)? {
        return Ok(false);
    }
    Ok(!has_connected(journey)?)
}

/// Whether the change is to be put back: as `--on-failure` says, else as a terminal says.
fn is_wanted(journey: &Journey, may_ask: bool) -> Result<bool, CksError> {
    match journey.order.invocation.options.text("on-failure") {
        Some("keep") => Ok(false),
        // Whoever has gone away meanwhile does not say no.
        None if may_ask => {
            let name = journey.store.title();
            let question = match journey.is_changed {
                true => "Put back what was changed? [Y/n] ".to_owned(),
                false => format!("Connect {name} again? Its keys cannot be used until then. [Y/n] "),
            };
            let answer = super::answer(&question, journey.progress, journey.context)?;
            Ok(!matches!(answer.as_str(), "n" | "no"))
        }
        _ => Ok(true),
    }
}

fn put_back(plan: &Plan, request: Option<&Map>, journey: &mut Journey) -> Result<(), Halt> {
    journey.is_returning = true;
    if journey.store.state.is_passing() && journey.store.state != State::Connecting {
        journey.settle()?;
    }
    let needs_disconnect = plan.changes.iter().any(|change| !change.unchanged && change.needs_disconnect);
    let disconnects = match &journey.store.state {
        State::Failed => true,
        State::Connecting => request.is_some(),
        State::Connected => request.is_some() && needs_disconnect,
        _ => false,
    };
    if disconnects {
        journey.disconnect()?;
    }
    if let Some(request) = request {
        journey.update(request)?;
    }
    if plan.store.state.has_usable_keys() && journey.store.state == State::Disconnected {
        journey.connect()?;
    }
    Ok(())
}

/// The update that takes a plan's changes back. `None` where a value cannot be read, or there was none that can be set.
pub(super) fn reverse(plan: &Plan) -> Option<Map> {
    let mut request = Map::new();
    request.insert(ID, Value::string(plan.store.id.as_str()));
    let changed = plan.changes.iter().filter(|change| !change.unchanged);
    let back_to_public = changed
        .clone()
        .any(|change| change.member.name == CONNECTIVITY && change.from.as_deref() == Some(PUBLIC));
    for change in changed {
        if change.member.shape.holds_secret() {
            return None;
        }
        match (&change.from, change.member.name) {
            (Some(value), name) => request.insert(name, Value::string(value.as_str())),
            (None, SERVICE) if back_to_public => request.insert(SERVICE, Value::string("")),
            (None, OWNER) if back_to_public => {}
            (None, _) => return None,
        }
    }
    if request.contains_key(CONNECTIVITY) {
        // Another connectivity takes its companions with it, those too that stay as they are.
        for name in [ENDPOINT, SERVICE] {
            if !request.contains_key(name) {
                let empty = back_to_public && name == SERVICE;
                let value = if empty { "" } else { plan.store.current(name)? };
                request.insert(name, Value::string(value));
            }
        }
        // Without its owner a service is one of the caller's account.
        let owner = plan.store.current(OWNER).filter(|_| !back_to_public && !request.contains_key(OWNER));
        if let Some(owner) = owner {
            request.insert(OWNER, Value::string(owner));
        }
    }
    Some(request)
}
