//! What a change would do: computed from the store as it is and the options, without sending anything.

pub(super) mod command;
mod make;

use super::error::CksError;
use super::store::{self, State, Store};
use super::{Context, Order};
use crate::cli::cks::Task;
use crate::model::Member;
use crate::value::Map;
pub(super) use command::command;
pub(super) use make::make;

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

/// Something that KMS would refuse.
pub(crate) struct Problem {
    /// The member that it is about, if it is about one.
    pub(crate) member: Option<&'static str>,
    /// The rule, in a word such as `pattern`, for scripts.
    pub(crate) rule: &'static str,
    /// A sentence.
    pub(crate) message: String,
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

pub(super) fn run(order: &Order, context: &Context) -> Result<u8, CksError> {
    let stores = store::all(context.client)?;
    let given = order.invocation.stores.first().map_or("", String::as_str);
    let plan = make(order, &stores, store::find(&stores, given)?)?;
    context.view.text(&format!("{}\n", command(Task::Apply, &plan.store, order, &[])))?;
    Ok(0)
}
