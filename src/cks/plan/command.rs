//! Commands to copy: lines that do what another line asks for, without its secrets.

use super::make::{self, CREDENTIAL, NAME};
use super::problems;
use crate::cks::Order;
use crate::cks::store::Store;
use crate::cli::cks::Task;
use crate::cli::globals::Globals;
use crate::cli::tree::cks::CONFIGURATION_FILE;
use crate::cli::words::Word;
use crate::secret::urls;
pub(in crate::cks) use crate::syntax::shell_words::quoted;
use crate::value::{Map, Value};

const DOCUMENTS: [&str; 2] = ["cli-input-json", "cli-input-yaml"];

/// The options that say in which state a change ends.
pub(super) const WHITHER: [&str; 2] = ["connect", "leave-disconnected"];

/// The options that say how a change is made.
const HOW: [&str; 5] = ["yes", "no-check", "on-failure", "timeout", "interval"];

/// A line that asks for the same changes of a store, and for `more`: options with their values. Left out is what `store` has
/// already, where nothing on the line says otherwise. A secret that the line holds becomes `prompt://`; one that it reads from
/// a file is read from there again.
pub(in crate::cks) fn command(task: Task, store: &Store, order: &Order, more: &[&str]) -> String {
    let mut words = vec!["aws".to_owned(), "cks".to_owned(), task.name().to_owned(), name(store, order)];
    words.extend(globals(order.globals));
    if task.takes_changes() {
        words.extend(changes(store, order));
    }
    if task == Task::Apply {
        words.extend(kept(order, &WHITHER));
        words.extend(kept(order, &HOW));
    }
    words.extend(
        more.iter().map(|word| (*word).to_owned()).filter(|word| !words.contains(word)).collect::<Vec<_>>(),
    );
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// A line that asks for nothing but the command itself, such as `connect`, with these global options.
pub(in crate::cks) fn plain(task: Task, store: &Store, options: &Globals) -> String {
    let words = ["aws", "cks", task.name(), store.title()].map(str::to_owned).into_iter();
    words.chain(globals(options)).map(|word| quoted(&word).into_owned()).collect::<Vec<_>>().join(" ")
}

/// A line that asks for these members of an update, none of which is a secret, and for `more`.
pub(in crate::cks) fn command_of(store: &Store, order: &Order, request: &Map, more: &[&str]) -> String {
    let mut words =
        vec!["aws".to_owned(), "cks".to_owned(), Task::Apply.name().to_owned(), name(store, order)];
    words.extend(globals(order.globals));
    for member in make::members() {
        if let Some(value) = request.get(member.name).and_then(Value::as_str) {
            words.extend(option_words(member.option(), value.to_owned()));
        }
    }
    words.extend(kept(order, &HOW));
    words.extend(more.iter().map(|word| (*word).to_owned()));
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// Those of these options that the line has, with their values.
fn kept(order: &Order, options: &[&str]) -> Vec<String> {
    let given = &order.invocation.options;
    let words = options.iter().filter(|option| given.has(option));
    words
        .flat_map(|option| match given.text(option) {
            Some(value) => option_words(format!("--{option}"), value.to_owned()),
            None => vec![format!("--{option}")],
        })
        .collect()
}

/// The store as the line names it; its identifier where the name changes, is not its name any more or looks like an option.
fn name(store: &Store, order: &Order) -> String {
    let given = order.invocation.stores.first();
    let given = given.filter(|given| !given.starts_with('-') && [&store.id, &store.name].contains(given));
    let changes_name = order.changes.get(NAME).is_some_and(|name| !make::is_so(store, NAME, name));
    match given {
        Some(name) if !changes_name => name.clone(),
        _ => store.id.clone(),
    }
}

/// The global options that decide which account and Region are asked.
pub(crate) fn globals(globals: &Globals) -> Vec<String> {
    let endpoint = globals.endpoint_url.as_deref().map(urls::shown);
    let ca_bundle = globals.ca_bundle.as_ref().map(|path| path.to_string_lossy());
    let given = [
        ("--profile", globals.profile.as_deref()),
        ("--region", globals.region.as_deref()),
        ("--endpoint-url", endpoint.as_deref()),
        ("--ca-bundle", ca_bundle.as_deref()),
    ];
    let given = given.into_iter().filter_map(|(option, value)| Some((option.to_owned(), value?.to_owned())));
    let verification = globals.no_verify_ssl.then(|| "--no-verify-ssl".to_owned());
    given.flat_map(|(option, value)| option_words(option, value)).chain(verification).collect()
}

/// The options for the changes. Documents that files hold are named; the members of others become options.
fn changes(store: &Store, order: &Order) -> Vec<String> {
    let given = &order.invocation.changes.options;
    let document = |option: &&str| given.get(*option).and_then(Option::as_ref).map(|word| word.text.clone());
    let documents: Vec<(&str, String)> =
        DOCUMENTS.iter().filter_map(|option| Some((*option, document(option)?))).collect();
    let is_inline = documents.iter().any(|(_, text)| !is_file(text));
    let file = order.invocation.options.text(CONFIGURATION_FILE);
    // An option may keep a file from changing what is as it shall be.
    let has_files = file.is_some() || documents.iter().any(|(_, text)| is_file(text));
    let mut words = Vec::new();
    for member in make::members() {
        let Some(value) = order.changes.get(member.name) else { continue };
        let option = given.get(member.name).and_then(Option::as_ref);
        let is_so = make::is_so(store, member.name, value) && !has_files;
        if is_so || (option.is_none() && !is_inline) {
            continue;
        }
        let text = match (member.shape.holds_secret(), option) {
            (true, _) => without_secret(member.name, value, option),
            (false, Some(option)) if !is_stdin(&option.text) => option.text.clone(),
            (false, _) => value.as_str().unwrap_or_default().to_owned(),
        };
        words.extend(option_words(member.option(), text));
    }
    for (option, text) in documents.into_iter().filter(|(_, text)| is_file(text)) {
        words.extend(option_words(format!("--{option}"), text));
    }
    if let Some(file) = file {
        words.extend(option_words(format!("--{CONFIGURATION_FILE}"), file.to_owned()));
    }
    words
}

/// An option with its value: one word where the value looks like an option itself.
pub(crate) fn option_words(option: String, value: String) -> Vec<String> {
    if value.starts_with('-') { vec![format!("{option}={value}")] } else { vec![option, value] }
}

/// A value that holds a secret, with where the secret comes from in its place.
fn without_secret(member: &str, value: &Value, option: Option<&Word>) -> String {
    let text = option.map(|word| word.text.as_str()).unwrap_or_default();
    if is_file(text) {
        return text.to_owned();
    }
    if member != CREDENTIAL {
        return "prompt://".to_owned();
    }
    let file =
        text.split_once("RawSecretAccessKey@=").map(|(_, file)| file.split(',').next().unwrap_or(file));
    let file = file.filter(|file| is_file(file)).unwrap_or("prompt://");
    let id = make::access_key_id(value).filter(|id| problems::can_be_access_key_id(id)).unwrap_or("ID");
    format!("AccessKeyId={id},RawSecretAccessKey@={file}")
}

/// Whether a value names a file that can be read again.
fn is_file(text: &str) -> bool {
    (text.starts_with("file://") || text.starts_with("fileb://")) && !is_stdin(text)
}

/// Whether a value was read from stdin, which has it once only.
fn is_stdin(text: &str) -> bool {
    matches!(text, "file://-" | "fileb://-")
}
