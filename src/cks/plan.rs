//! What a change would do: computed from the store as it is and the options, without sending anything.

pub(super) mod asked;
pub(crate) mod command;
pub(super) mod configuration;
pub(crate) mod data;
pub(super) mod make;
mod pattern;
pub(crate) mod problems;
pub(crate) mod text;

use super::error::CksError;
use super::store::{self, State, Store};
use super::{Context, Order};
use crate::cli::cks::Task;
use crate::model::Member;
use crate::syntax::shell_words;
use crate::value::Map;
pub(super) use command::{command, command_of};
pub(super) use make::make;
pub(super) use text::text;

/// A change of one store.
pub(crate) struct Plan {
    /// As it was found.
    pub(crate) store: Store,
    /// What was asked for, in the order of the operation's table.
    pub(crate) changes: Vec<Change>,
    /// What stands in the way.
    pub(crate) problems: Vec<Problem>,
    pub(crate) steps: Vec<Step>,
    /// The state that the store is to have in the end: CONNECTED or DISCONNECTED.
    pub(crate) goal: State,
    /// The parameters of UpdateCustomKeyStore: the identifier and what changes, with secrets. `None` if nothing does.
    pub(crate) request: Option<Map>,
}

/// One member that was asked for.
pub(crate) struct Change {
    pub(crate) member: &'static Member,
    /// The value now, if it can be read and is there. For a credential its AccessKeyId.
    pub(crate) from: Option<String>,
    /// The value that was asked for. `None` for a secret; for a credential its AccessKeyId, if that may be one.
    pub(crate) to: Option<String>,
    /// Whether it is so already, and is not sent.
    pub(crate) unchanged: bool,
    /// Whether KMS changes it only in a store that is DISCONNECTED.
    pub(crate) needs_disconnect: bool,
}

/// Something that KMS would refuse, or that is likely to be a mistake.
pub(crate) struct Problem {
    /// The member that it is about, if it is about one.
    pub(crate) member: Option<&'static str>,
    /// The rule, in a word such as `pattern`, for scripts.
    pub(crate) rule: &'static str,
    /// A sentence.
    pub(crate) message: String,
    /// Whether nothing can be done because of it.
    pub(crate) stops: bool,
}

impl Plan {
    /// Whether a problem stands in the way.
    pub(crate) fn is_stopped(&self) -> bool {
        self.problems.iter().any(|problem| problem.stops)
    }
}

/// A step of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Wait until the state is one that does not pass by itself.
    Settle,
    CheckProxy,
    Disconnect,
    Update,
    Connect,
    /// Read the store back.
    Compare,
}

impl Step {
    /// For scripts.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Step::Settle => "settle",
            Step::CheckProxy => "check-proxy",
            Step::Disconnect => "disconnect",
            Step::Update => "update",
            Step::Connect => "connect",
            Step::Compare => "compare",
        }
    }

    /// As people say it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Step::Settle => "wait until the state no longer changes",
            Step::CheckProxy => "check the proxy",
            step => step.name(),
        }
    }
}

/// # Errors
/// There is no such store; what the call of KMS and the output fail with.
pub(super) fn run(order: &Order, context: &Context) -> Result<u8, CksError> {
    let stores = store::all(context.client)?;
    let given = order.invocation.stores.first().map_or("", String::as_str);
    let plan = make(order, &stores, store::find(&stores, given)?, None)?;
    let view = &context.view;
    if view.is_data() {
        view.data("Plan", &plan.report())?;
    } else {
        view.text(&shown(&plan, order, view.width()))?;
    }
    Ok(match plan.steps.is_empty() {
        _ if plan.is_stopped() => 1,
        false if order.invocation.options.has("detailed-exitcode") => 2,
        _ => 0,
    })
}

/// The plan, and the line that carries it out, if something would.
fn shown(plan: &Plan, order: &Order, width: usize) -> String {
    let text = text(plan, width);
    if plan.steps.is_empty() || plan.is_stopped() {
        return text;
    }
    let line = command(Task::Apply, &plan.store, order, &[]);
    let label = "Do it:  ";
    if label.len() + line.chars().count() <= width {
        return format!("{text}{label}{line}\n");
    }
    format!("{text}Do it:\n{}\n", shell_words::broken(&line, 2, width))
}

#[cfg(test)]
mod tests;
