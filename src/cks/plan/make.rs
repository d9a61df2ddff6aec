//! Plans, from stores as they were read and a line. Nothing is sent here.

use super::command::WHITHER;
use super::problems::{self, Judged};
use super::{Change, Plan, Step};
use crate::cks::Order;
use crate::cks::error::CksError;
use crate::cks::store::{Kind, State, Store};
use crate::model::{Member, Shape};
use crate::operations::UPDATE;
use crate::value::{Map, Value};

pub(in crate::cks) const ID: &str = "CustomKeyStoreId";
pub(super) const NAME: &str = "NewCustomKeyStoreName";
pub(in crate::cks) const ENDPOINT: &str = "XksProxyUriEndpoint";
pub(super) const PATH: &str = "XksProxyUriPath";
pub(in crate::cks) const SERVICE: &str = "XksProxyVpcEndpointServiceName";
pub(in crate::cks) const OWNER: &str = "XksProxyVpcEndpointServiceOwner";
pub(in crate::cks) const CREDENTIAL: &str = "XksProxyAuthenticationCredential";
pub(in crate::cks) const CONNECTIVITY: &str = "XksProxyConnectivity";
pub(in crate::cks) const PUBLIC: &str = "PUBLIC_ENDPOINT";
pub(super) const VPC: &str = "VPC_ENDPOINT_SERVICE";

/// What is known about a change before its steps.
struct Way<'o> {
    order: &'o Order<'o>,
    store: &'o Store,
    goal: &'o State,
    /// Whether the goal does not come from the state now.
    is_wished: bool,
    changes: &'o [Change],
}

/// The plan for the store at this place of all stores of its account and Region. `goal` is the state in the end, unless the
/// line and the state now decide it.
///
/// # Errors
/// A document names another store.
pub(in crate::cks) fn make(
    order: &Order,
    stores: &[Store],
    at: usize,
    goal: Option<State>,
) -> Result<Plan, CksError> {
    let store = stores.get(at).ok_or(CksError::NotShown)?;
    check_identifier(order, store)?;
    let asked = with_companions(&order.changes, store);
    let changes: Vec<Change> =
        members().filter_map(|member| Some(change(member, asked.get(member.name)?, &asked, store))).collect();
    let is_wished = goal.is_some() || WHITHER.iter().any(|option| order.invocation.options.has(option));
    let goal = goal.unwrap_or_else(|| self::goal(order, &store.state));
    let steps = Way { order, store, goal: &goal, is_wished, changes: &changes }.steps();
    let mut problems = Judged { asked: &asked, changes: &changes, stores, at, store }.problems();
    problems.extend(problems::no_way_back(&changes, &steps));
    let request = request(&asked, &changes, store);
    Ok(Plan { store: store.clone(), changes, problems, steps, goal, request })
}

/// The members that can be changed, in the order of the operation's table.
pub(super) fn members() -> impl Iterator<Item = &'static Member> {
    UPDATE.operation.input.iter().filter(|member| member.name != ID)
}

/// The members of the proxy's credential.
pub(super) fn credential_members() -> &'static [Member] {
    match members().find(|member| member.name == CREDENTIAL).map(|member| member.shape) {
        Some(Shape::Structure(members)) => members,
        _ => &[],
    }
}

/// A document that was written for update-custom-key-store names its store.
fn check_identifier(order: &Order, store: &Store) -> Result<(), CksError> {
    match order.changes.get(ID).and_then(Value::as_str) {
        Some(id) if id != store.id => {
            Err(CksError::OtherStore { document: id.to_owned(), store: store.id.clone() })
        }
        _ => Ok(()),
    }
}

/// What was asked for, with the members that KMS wants beside a new connectivity: the endpoint, even if it stays as it is,
/// and for a public endpoint a service name that says that there is none.
fn with_companions(asked: &Map, store: &Store) -> Map {
    let mut all = asked.clone();
    let Some(connectivity) = new_connectivity(asked, store) else { return all };
    if let (None, Some(endpoint)) = (asked.get(ENDPOINT), store.current(ENDPOINT)) {
        all.insert(ENDPOINT, Value::string(endpoint));
    }
    if connectivity == PUBLIC && !asked.contains_key(SERVICE) {
        all.insert(SERVICE, Value::string(""));
    }
    all
}

/// The connectivity that the store does not have and is to get.
fn new_connectivity<'v>(asked: &'v Map, store: &Store) -> Option<&'v str> {
    let connectivity = asked.get(CONNECTIVITY).and_then(Value::as_str)?;
    let changes = store.kind == Kind::External && store.current(CONNECTIVITY) != Some(connectivity);
    changes.then_some(connectivity)
}

/// One member that was asked for or is needed.
fn change(member: &'static Member, value: &Value, asked: &Map, store: &Store) -> Change {
    let is_credential = member.name == CREDENTIAL;
    let current = if is_credential { store.access_key_id() } else { store.current(member.name) };
    let to = if is_credential {
        access_key_id(value).filter(|id| problems::can_be_access_key_id(id)).map(str::to_owned)
    } else {
        value.as_str().map(str::to_owned)
    };
    let is_companion = matches!(member.name, ENDPOINT | SERVICE) && new_connectivity(asked, store).is_some();
    Change {
        member,
        from: current.map(str::to_owned),
        unchanged: is_so(store, member.name, value) && !is_companion,
        to,
        needs_disconnect: !matches!(member.name, NAME | PATH | CREDENTIAL),
    }
}

/// Whether a store has this value already. That of a secret nobody knows.
pub(super) fn is_so(store: &Store, member: &str, value: &Value) -> bool {
    match (value.as_str(), store.current(member)) {
        (Some(""), None) => member == SERVICE && store.kind == Kind::External,
        (Some(value), Some(current)) => value == current,
        _ => false,
    }
}

/// The identifier in a credential.
pub(in crate::cks) fn access_key_id(credential: &Value) -> Option<&str> {
    credential.as_map()?.get("AccessKeyId")?.exposed()
}

/// The state that a store is to have in the end.
fn goal(order: &Order, state: &State) -> State {
    let options = &order.invocation.options;
    if options.has("connect") {
        return State::Connected;
    }
    match state {
        State::Connected | State::Connecting if !options.has("leave-disconnected") => State::Connected,
        _ => State::Disconnected,
    }
}

/// The parameters of the update, if anything changes.
fn request(asked: &Map, changes: &[Change], store: &Store) -> Option<Map> {
    let sent: Vec<&str> =
        changes.iter().filter(|change| !change.unchanged).map(|change| change.member.name).collect();
    let entries = sent.iter().filter_map(|name| Some((*name, asked.get(name)?.clone())));
    (!sent.is_empty()).then(|| [(ID, Value::string(store.id.as_str()))].into_iter().chain(entries).collect())
}

impl Way<'_> {
    /// The steps from the state as it was found, or as it will be when it no longer passes.
    fn steps(&self) -> Vec<Step> {
        let (settled, is_passing) = match &self.store.state {
            State::Connecting => (State::Connected, true),
            State::Disconnecting => (State::Disconnected, true),
            State::Other(_) => return Vec::new(),
            state => (state.clone(), false),
        };
        let mut steps = self.steps_from(&settled);
        if is_passing {
            steps.insert(0, Step::Settle);
        }
        steps
    }

    fn steps_from(&self, state: &State) -> Vec<Step> {
        let mut sent = self.changes.iter().filter(|change| !change.unchanged).peekable();
        let updates = sent.peek().is_some();
        let needs_disconnect = sent.any(|change| change.needs_disconnect);
        let disconnects = match state {
            State::Failed => updates || self.is_wished,
            State::Connected => needs_disconnect || *self.goal == State::Disconnected,
            _ => false,
        };
        let is_connected = *state == State::Connected && !disconnects;
        let connects = *self.goal == State::Connected && !is_connected;
        let touches_proxy =
            self.changes.iter().any(|change| !change.unchanged && change.member.name.starts_with("XksProxy"));
        let checks = self.store.kind == Kind::External
            && (touches_proxy || connects)
            && !self.order.invocation.options.has("no-check");
        let steps = [
            (checks, Step::CheckProxy),
            (disconnects, Step::Disconnect),
            (updates, Step::Update),
            (connects, Step::Connect),
            (updates, Step::Compare),
        ];
        steps.into_iter().filter(|(is_taken, _)| *is_taken).map(|(_, step)| step).collect()
    }
}
