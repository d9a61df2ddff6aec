//! `aws cks`: looks at custom key stores and changes them safely, on top of the operations of KMS. And the waiters of
//! `aws kms wait`.
//!
//! stdout has the result: text for people, or data where `--output` or `--query` ask for it. stderr has progress, questions
//! and hints.

mod apply;
mod change;
mod check;
mod connect;
pub(crate) mod error;
mod failed;
mod keys;
pub(crate) mod plan;
mod progress;
pub(crate) mod secrets;
mod status;
pub(crate) mod store;
pub(crate) mod view;
mod wait;

use std::collections::BTreeMap;

use crate::cli::Invocation as Changes;
use crate::cli::cks::{Invocation, Options, Task, Waiting};
use crate::cli::globals::Globals;
use crate::client::Client;
use crate::hints::Hints;
use crate::input::sources::Sources;
use crate::operations::UPDATE;
use crate::output::color::Coloring;
use crate::session::Session;
use crate::session::settings::Settings;
use crate::value::Map;
use error::CksError;
use plan::Plan;
use store::Store;
use view::View;

/// A line of `aws cks`, with all files read.
pub(crate) struct Order<'i> {
    pub(crate) invocation: &'i Invocation,
    /// The parameters of UpdateCustomKeyStore that say what shall change: validated, secrets sealed, and in [`run`] asked
    /// for.
    changes: Map,
    /// The global options of the line.
    globals: &'i Globals,
}

/// What every command needs.
pub(crate) struct Context<'s> {
    session: &'s Session<'s>,
    client: &'s Client<'s>,
    view: View<'s>,
}

/// Reads the files that the line names. Nothing is asked for yet: there may be another reason why nothing comes of it.
///
/// # Errors
/// The first bad option (252), a file that cannot be read.
pub(crate) fn read<'i>(
    invocation: &'i Invocation,
    settings: &'i Settings,
    hints: &Hints,
) -> Result<Order<'i>, CksError> {
    secrets::check(&invocation.changes)?;
    let sources = Sources::files_and_stdin(settings.environment, hints);
    let changes = plan::asked::read(invocation, &sources)?;
    plan::asked::validated(secrets::assumed(changes.clone())?)?;
    Ok(Order { invocation, changes, globals: &settings.globals })
}

/// Does what a line of `aws cks` asks for, once its secrets have been typed. Returns the exit code.
///
/// # Errors
/// A secret that is asked for in vain; there is no such store; what calls of KMS and the output fail with.
pub(crate) fn run(
    mut order: Order,
    session: &Session,
    client: &Client,
    coloring: &Coloring,
) -> Result<u8, CksError> {
    let store = order.invocation.stores.first().map_or("", String::as_str);
    let changes = secrets::asked(order.changes, store, &session.settings.runtime)?;
    order.changes = plan::asked::validated(changes)?;
    let order = &order;
    let context = Context { session, client, view: View::new(session, coloring) };
    match order.invocation.task {
        Task::Status => status::run(order, &context),
        Task::Plan => plan::run(order, &context),
        Task::Apply => apply::run(order, &context),
        Task::Connect | Task::Disconnect => connect::run(order, &context),
        Task::Check => check::run(order, &context),
        Task::Keys => keys::run(order, &context),
        // Its script is printed without a call.
        Task::Completion => Ok(0),
    }
}

/// The plan for changes of the store at this place of all, as they are so far: of the prompt.
///
/// # Errors
/// There is no such place.
pub(crate) fn planned(changes: Map, stores: &[Store], at: usize) -> Result<Plan, CksError> {
    let no_changes = Changes { call: UPDATE, options: BTreeMap::new(), skeleton: None };
    let invocation =
        Invocation { task: Task::Plan, stores: Vec::new(), changes: no_changes, options: Options::default() };
    let order = Order { invocation: &invocation, changes, globals: &Globals::default() };
    plan::make(&order, stores, at, None)
}

/// Waits as the line says, silently unless stderr is a terminal.
///
/// # Errors
/// The state cannot be reached, or not in time.
pub(crate) fn wait(waiting: &Waiting, session: &Session, client: &Client) -> Result<(), CksError> {
    wait::waiter::run(waiting, &session.settings.globals, client)
}

/// What the targets of fuzzing need of this module.
#[cfg(fuzzing)]
pub(crate) mod fuzzing {
    use super::*;
    use crate::value::json;

    pub(crate) use super::check::fuzzing::health;

    /// What a plan of such a line shows.
    pub(crate) fn plan(order: &Order) -> Vec<String> {
        let shown = json::parse(
            r#"{"CustomKeyStoreId": "cks-1", "CustomKeyStoreName": "prod xks", "ConnectionState": "CONNECTED",
              "CustomKeyStoreType": "EXTERNAL_KEY_STORE", "XksProxyConfiguration": {"Connectivity": "PUBLIC_ENDPOINT",
              "AccessKeyId": "ABCDEFGHIJKLMNOPQRST", "UriEndpoint": "https://old.example.com", "UriPath": "/kms/xks/v1"}}"#,
        );
        let Some(store) = shown.ok().as_ref().and_then(Store::of) else { return Vec::new() };
        let Ok(plan) = plan::make(order, &[store], 0, None) else { return Vec::new() };
        let data = serde_json::to_string(&plan.report()).unwrap_or_default();
        vec![plan::text(&plan, 80), data, plan::command(Task::Apply, &plan.store, order, &[])]
    }
}
