//! What is to be said about the form while it is typed: what a request lacks, and what KMS would refuse.

use super::form::{Form, STORE};
use crate::cks;
use crate::cks::plan::{Plan, problems};
use crate::cks::store::{Kind, State, Store};
use crate::input::validate::{self, Violation};
use crate::model::{Shape, cli_name};
use crate::syntax::shell_words;
use crate::value::Map;

/// What KMS demands of a new store, by its type.
const OF_CLUSTERS: [&str; 3] = ["CloudHsmClusterId", "TrustAnchorCertificate", "KeyStorePassword"];
const OF_PROXIES: [&str; 5] =
    ["XksProxyConnectivity", "XksProxyUriEndpoint", "XksProxyUriPath", "AccessKeyId", "RawSecretAccessKey"];

/// A sentence about a field, or about the whole.
pub(super) struct Note {
    /// The member, of the request or of a structure in it.
    pub(super) member: Option<&'static str>,
    pub(super) text: String,
    pub(super) weight: Weight,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// There is no request with it.
    Blocks,
    /// KMS would refuse it, or it is likely to be a mistake.
    Warns,
    /// KMS wants something that is not given yet.
    Lacks,
}

#[derive(Default)]
pub(super) struct Checked {
    pub(super) notes: Vec<Note>,
    /// The plan of an update, if the store is known.
    pub(super) plan: Option<Plan>,
    /// Members that the request needs beside those that are typed.
    pub(super) more: Map,
    /// Whether something on the line is left out.
    pub(super) is_less: bool,
}

impl Checked {
    pub(super) fn of<'c>(&'c self, member: &str) -> impl Iterator<Item = &'c Note> {
        self.notes.iter().filter(move |note| note.member == Some(member))
    }

    fn warn(&mut self, member: Option<&'static str>, text: impl Into<String>) {
        self.notes.push(Note { member, text: text.into(), weight: Weight::Warns });
    }
}

/// Checks a form; `stores` are those of the account and Region, if they are known.
pub(super) fn check(form: &Form, stores: &[Store]) -> Checked {
    let mut checked = Checked::default();
    if form.has_document() {
        checked
            .warn(None, "The document on the line counts, too. What is in it is not shown or checked here.");
    }
    for option in form.unread() {
        let text = format!("The value of {option} is not understood here. It stays on the line as it is.");
        checked.warn(None, text);
    }
    let values = form.values();
    let input = form.call.operation.input;
    if !form.has_document() {
        let violations = validate::violations(&values, input);
        checked.notes.extend(violations.iter().filter_map(|violation| blocking(form, violation)));
    }
    let at = stores.iter().position(|store| store.id == form.text(STORE));
    // What the request needs beside the fields may stand in a document, and the document wins over what the store has.
    let has_plan = form.call.operation.name == "UpdateCustomKeyStore" && !form.has_document();
    match at.filter(|_| has_plan) {
        Some(at) => plan(form, values, stores, at, &mut checked),
        None => {
            let mut problems = Vec::new();
            for member in input {
                values
                    .get(member.name)
                    .into_iter()
                    .for_each(|value| problems::in_value(member, value, &mut problems));
            }
            problems.into_iter().for_each(|problem| checked.warn(problem.member, problem.message));
        }
    }
    if let Some(store) = at.map(|at| &stores[at]) {
        state(form, store, &mut checked);
    } else if !stores.is_empty() && !form.text(STORE).is_empty() {
        checked.warn(Some(STORE), "None of the stores of this account and Region has this identifier.");
    }
    if form.call.operation.name == "CreateCustomKeyStore" {
        missing(form, &mut checked);
    }
    let is_of_file = |note: &Note| {
        form.fields.iter().any(|field| field.names_file() && Some(field.member.name) == note.member)
    };
    checked.notes.retain(|note| !is_of_file(note));
    left_out(form, &mut checked);
    checked
}

/// What stands on the line and not in the request.
fn left_out(form: &Form, checked: &mut Checked) {
    let mut texts = Vec::new();
    if !form.unknown.is_empty() {
        let words: Vec<_> = form.unknown.iter().map(|word| shell_words::quoted(word)).collect();
        texts.push(format!(
            "This command does not know these words of the line and leaves them out: {}",
            words.join(" ")
        ));
    }
    for (member, instead) in form.bare().filter(|(member, _)| !checked.more.contains_key(member)) {
        texts.push(format!("--{} has {instead} on the line and is left out.", cli_name(member)));
    }
    checked.is_less = !texts.is_empty();
    let notes = texts.into_iter().map(|text| Note { member: None, text, weight: Weight::Warns });
    checked.notes.splice(0..0, notes);
}

/// What the reference refuses, too.
fn blocking(form: &Form, violation: &Violation) -> Option<Note> {
    let (name, text) = match violation {
        Violation::Missing { name, .. } => (*name, "This is required.".to_owned()),
        Violation::Length { path, length, min } => {
            let name = path.rsplit('.').next().unwrap_or(path);
            let field = form.fields.iter().find(|field| field.member.name == name)?;
            (field.member.name, format!("{length} characters are too few: there must be {min} at least."))
        }
        _ => return None,
    };
    Some(Note { member: Some(name), text, weight: Weight::Blocks })
}

fn plan(form: &Form, mut values: Map, stores: &[Store], at: usize, checked: &mut Checked) {
    values.remove(STORE);
    let Ok(mut plan) = cks::planned(values.clone(), stores, at) else { return };
    let store = &stores[at];
    for problem in std::mem::take(&mut plan.problems) {
        checked.warn(problem.member, problem.message);
    }
    for change in &plan.changes {
        let name = match change.member.shape {
            Shape::Structure(members) => members.first().map_or(change.member.name, |member| member.name),
            _ => change.member.name,
        };
        if change.unchanged {
            checked.warn(Some(name), "The store has this value already.");
        } else if change.needs_disconnect
            && store.state != State::Disconnected
            && values.contains_key(change.member.name)
        {
            checked.warn(
                Some(name),
                format!("KMS changes this only in a store that is DISCONNECTED; it is {}.", store.state),
            );
        }
    }
    let request = plan.request.iter().flat_map(Map::iter);
    let is_more = |name: &str| name != STORE && !values.contains_key(name);
    checked.more = request
        .filter(|(name, _)| {
            is_more(name) && form.call.operation.input.iter().any(|member| *member.name == ***name)
        })
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    checked.plan = Some(plan);
}

/// What the state of the store means for operations without changes.
fn state(form: &Form, store: &Store, checked: &mut Checked) {
    let text = match (form.call.operation.name, &store.state) {
        ("ConnectCustomKeyStore", State::Connected | State::Connecting) => {
            "It is being connected, or is connected."
        }
        ("ConnectCustomKeyStore", State::Failed) => "A store that has FAILED must be disconnected first.",
        ("DisconnectCustomKeyStore", State::Disconnected | State::Disconnecting) => {
            "It is disconnected already."
        }
        ("DisconnectCustomKeyStore", _) => "Its keys cannot be used until it is connected again.",
        ("DeleteCustomKeyStore", State::Disconnected) => "KMS deletes it only if it has no keys.",
        ("DeleteCustomKeyStore", _) => "KMS deletes only stores that are DISCONNECTED.",
        _ => return,
    };
    checked.warn(Some(STORE), text);
}

/// What KMS demands of a new store.
fn missing(form: &Form, checked: &mut Checked) {
    let is_external = form.text("CustomKeyStoreType") == Kind::External.name();
    let is_of_service = form.text("XksProxyConnectivity") == "VPC_ENDPOINT_SERVICE";
    let service = is_of_service.then_some("XksProxyVpcEndpointServiceName");
    let needed: Vec<&'static str> = match is_external {
        true => OF_PROXIES.into_iter().chain(service).collect(),
        false => OF_CLUSTERS.to_vec(),
    };
    for name in needed {
        let is_elsewhere = form.has_document() || form.has_elsewhere(name);
        if form.text(name).is_empty() && !is_elsewhere && checked.of(name).next().is_none() {
            let text = "A store of this type needs it.".to_owned();
            checked.notes.push(Note { member: Some(name), text, weight: Weight::Lacks });
        }
    }
}
