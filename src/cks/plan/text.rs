//! A plan as text for people.

use comfy_table::{ContentArrangement, Table, presets};

use super::make::{CREDENTIAL, ENDPOINT, PATH, SERVICE};
use super::{Change, Plan, Step};
use crate::cks::store::{Kind, State, Store};
use crate::cks::view;
use crate::model::Member;
use crate::operations::remedies;
use crate::syntax::printable::printable;

/// The columns left of and between those of the list of changes.
const MARGIN: usize = 2;

/// The most characters that are shown of a value: as many as the longest that KMS takes has.
const LONGEST: usize = 256;

/// The plan: the store, each change, what it means for the keys, the problems and the steps. Ends with a line feed.
pub(crate) fn text(plan: &Plan, width: usize) -> String {
    let store = &plan.store;
    let head = format!("{} ({}), {}, {}", store.name, store.id, store.kind.words(), store.state);
    let code = store.error_code.as_deref().map(|code| wrapped(&explained(code), width, ""));
    let mut parts = vec![wrapped(&head, width, "") + &code.unwrap_or_default()];
    if !plan.changes.is_empty() {
        parts.push(changes(plan, width));
    }
    if !plan.problems.is_empty() {
        let lines = plan.problems.iter().map(|problem| {
            let mark = if problem.stops { "✗ " } else { "! " };
            wrapped(&problem.message, width, mark)
        });
        parts.push(lines.collect());
    }
    let mut outcome = String::new();
    if !plan.is_stopped() {
        let sentences = keys(plan).into_iter().chain(care(plan).map(str::to_owned));
        outcome.extend(sentences.map(|sentence| wrapped(&sentence, width, "")));
    }
    let steps: Vec<&str> = plan.steps.iter().map(|step| step.words()).collect();
    outcome += &match steps.is_empty() {
        false => wrapped(&steps.join(" · "), width, "Steps: "),
        true if plan.is_stopped() => String::new(),
        true => wrapped(&nothing(plan), width, ""),
    };
    parts.push(outcome);
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn explained(code: &str) -> String {
    match remedies::of_connection_error(code) {
        Some(known) => format!("{code}: {}.", known.meaning),
        None => format!("{code}."),
    }
}

/// A list: the member, old → new, and what is to be known about it, on the same line if that is wide enough.
fn changes(plan: &Plan, width: usize) -> String {
    let Plan { changes, store, .. } = plan;
    let names = changes.iter().map(|change| change.member.name.len()).max().unwrap_or(0);
    let room = width.saturating_sub(MARGIN + names + MARGIN);
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    for change in changes {
        let (what, note) = (printable(&what(change)), note(change, &store.state));
        let fits = what.chars().count() + 3 + note.len() <= room;
        let separator = if note.is_empty() {
            ""
        } else if fits {
            "   "
        } else {
            "\n"
        };
        table.add_row([change.member.name.to_owned(), format!("{what}{separator}{note}")]);
    }
    for (column, padding) in table.column_iter_mut().zip([(2, 2), (0, 0)]) {
        column.set_padding(padding);
    }
    table.trim_fmt() + "\n"
}

fn what(change: &Change) -> String {
    let none =
        |value: Option<&str>| value.filter(|value| !value.is_empty()).map_or("none".to_owned(), shortened);
    let (from, to) = (none(change.from.as_deref()), none(change.to.as_deref()));
    if !change.member.shape.holds_secret() {
        return if change.from == change.to || change.unchanged { to } else { format!("{from} → {to}") };
    }
    match &change.to {
        _ if !is_credential(change.member) => "new value, cannot be compared".to_owned(),
        None => "AccessKeyId not shown, secret key: new value, cannot be compared".to_owned(),
        Some(id) if change.from.as_ref() == Some(id) => {
            format!("AccessKeyId {id}, secret key: new value, cannot be compared")
        }
        Some(id) => format!("AccessKeyId {from} → {id}, secret key: new value, cannot be compared"),
    }
}

/// A value that is far longer than any that KMS takes shows how it begins.
fn shortened(value: &str) -> String {
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

fn is_credential(member: &Member) -> bool {
    member.name == CREDENTIAL
}

fn note(change: &Change, state: &State) -> &'static str {
    match change {
        Change { unchanged: true, .. } => "(already so, not sent)",
        Change { from: Some(from), to: Some(to), member, .. } if from == to && !is_credential(member) => {
            "(already so, sent beside the connectivity)"
        }
        Change { needs_disconnect: true, .. } if *state != State::Disconnected => "needs DISCONNECTED",
        _ => "",
    }
}

/// What the way means for the keys, if there is one.
fn keys(plan: &Plan) -> Option<String> {
    if plan.steps.is_empty() {
        return None;
    }
    let how_long = match plan.store.kind {
        Kind::External => "usually some minutes for an external store",
        Kind::CloudHsm => "up to 20 minutes for a CloudHSM store",
    };
    let ends_connected = plan.goal == State::Connected;
    Some(match (plan.takes_keys_out_of_reach(), ends_connected) {
        (true, true) => {
            format!("Its keys cannot be used from the disconnect until it is connected again: {how_long}.")
        }
        (true, false) => "Its keys cannot be used from the disconnect until it is connected again, which is not one of the steps.".to_owned(),
        (false, true) if plan.steps.contains(&Step::Connect) => {
            format!("Its keys cannot be used until it is CONNECTED: {how_long}.")
        }
        (false, true) if plan.steps.first() == Some(&Step::Settle) => "Its keys can be used when it is CONNECTED.".to_owned(),
        (false, true) => "Its keys can be used all the time.".to_owned(),
        (false, false) if plan.steps.contains(&Step::Disconnect) => {
            "Its keys cannot be used until it is connected.".to_owned()
        }
        (false, false) => "Its keys cannot be used until it is connected; --connect adds that to the steps.".to_owned(),
    })
}

/// What is to be taken care of beside KMS.
fn care(plan: &Plan) -> impl Iterator<Item = &'static str> {
    let changes = |names: &[&str]| {
        let is_new = |change: &Change| !change.unchanged && (change.to.is_none() || change.from != change.to);
        plan.changes.iter().any(|change| is_new(change) && names.contains(&change.member.name))
    };
    [
        (changes(&[CREDENTIAL]), "KMS may use the old credential for up to five minutes more: the proxy must accept both until then."),
        (changes(&["KeyStorePassword"]), "This only tells KMS the password: kmsuser must have it in the cluster already."),
        (changes(&["CloudHsmClusterId", ENDPOINT, PATH, SERVICE]), "The new settings must lead to the same keys: else nothing that was encrypted under the store's KMS keys can be decrypted."),
    ]
    .into_iter()
    .filter_map(|(is_so, sentence)| is_so.then_some(sentence))
}

/// Why there is no step.
fn nothing(plan: &Plan) -> String {
    let Store { name, state, .. } = &plan.store;
    match state {
        State::Failed => format!(
            "Nothing to change. {name} stays FAILED: with --connect it is disconnected and connected again."
        ),
        state => format!("Nothing to change: {name} is as it shall be, and {state}."),
    }
}

/// Lines of at most `width` columns where words allow that. The first one starts with `first`, the others with as many
/// blanks.
fn wrapped(text: &str, width: usize, first: &str) -> String {
    let indent = first.chars().count();
    let text = view::wrapped(&printable(text), width.saturating_sub(indent));
    let lines = text.lines().enumerate().map(|(number, line)| match number {
        0 => format!("{first}{line}\n"),
        _ => format!("{:indent$}{line}\n", ""),
    });
    lines.collect()
}
