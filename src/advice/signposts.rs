//! Where `aws cks` helps: below KMS's errors about custom key stores, and beside a store that is FAILED.

use crate::cks::plan::command;
use crate::cks::store::{Kind, State, Store};
use crate::cli::Invocation;
use crate::cli::globals::Globals;
use crate::client::error::ClientError;
use crate::hints::Hints;
use crate::model::Shape;
use crate::operations::remedies::{self, Remedy};
use crate::operations::{DESCRIBE, UPDATE};
use crate::syntax::shell_words;
use crate::value::{Map, Value};

const INVALID_STATE: &str = "CustomKeyStoreInvalidStateException";

const DOCUMENTS: [&str; 2] = ["cli-input-json", "cli-input-yaml"];

/// What an exception of KMS means, what helps, and the command that does it for the store of the request.
pub(crate) fn of_exception(
    error: &ClientError,
    invocation: &Invocation,
    parameters: &Map,
    globals: &Globals,
    hints: &Hints,
) {
    let Some(remedy) = error.service().and_then(|error| remedies::of_exception(&error.code)) else { return };
    let code = remedy.code;
    let is_ours = ["XksProxy", "CloudHsm"].iter().any(|start| code.starts_with(start));
    if !is_ours && !matches!(code, INVALID_STATE | "CustomKeyStoreHasCMKsException") {
        return;
    }
    hints.add(remedy.text());
    let store = parameters.get("CustomKeyStoreId").and_then(Value::as_str);
    for task in tasks(remedy, invocation) {
        let Some((words, purpose)) = command(task, store, invocation) else { continue };
        hints.add(format!("{} {purpose}", line(words, globals)));
    }
}

/// The tasks of `aws cks` that help.
fn tasks(remedy: &Remedy, invocation: &Invocation) -> Vec<&'static str> {
    match (remedy.code, invocation.call.operation.name) {
        (INVALID_STATE, "UpdateCustomKeyStore") => vec!["apply STORE"],
        (INVALID_STATE, "DeleteCustomKeyStore") => vec!["status STORE", "disconnect STORE"],
        _ => remedy.commands.to_vec(),
    }
}

/// The words behind `aws cks`, and what they do. `None` for a store that the request does not name.
fn command(task: &str, store: Option<&str>, invocation: &Invocation) -> Option<(Vec<String>, &'static str)> {
    let (name, takes_store) = task.split_once(' ').map_or((task, false), |(name, _)| (name, true));
    let mut words = vec![name.to_owned()];
    if takes_store {
        words.push(store?.to_owned());
    }
    let is_update = std::ptr::eq(invocation.call, UPDATE);
    let changes =
        if is_update && matches!(name, "apply" | "check") { changes(invocation) } else { Some(Vec::new()) };
    let purpose = match (name, &changes) {
        ("apply", Some(_)) => "takes all steps that this change needs.",
        ("apply", None) => "with the same changes takes all steps that they need.",
        ("check", Some(_)) => "shows step by step what KMS finds at the proxy.",
        ("check", None) => "with the same changes shows step by step what KMS finds at the proxy.",
        ("disconnect", _) => "disconnects it and waits until that is done.",
        ("keys", _) => "shows them.",
        (_, _) if takes_store => "shows its state and what to do about it.",
        _ => "shows all stores.",
    };
    words.extend(changes.unwrap_or_default());
    Some((words, purpose))
}

/// The options of an update as they were given, but for secrets, which are asked for. `None` if they hold something that
/// cannot be given again.
fn changes(invocation: &Invocation) -> Option<Vec<String>> {
    let given = |name: &str| invocation.options.get(name)?.as_ref().map(|word| word.text.as_str());
    let mut words = Vec::new();
    for member in &UPDATE.operation.input[1..] {
        let Some(text) = given(member.name) else { continue };
        let value = match member.shape {
            shape if !shape.holds_secret() || is_file(text) => text,
            Shape::Structure(_) => "AccessKeyId=ID,RawSecretAccessKey@=prompt://",
            _ => "prompt://",
        };
        words.extend(command::option_words(member.option(), value.to_owned()));
    }
    for option in DOCUMENTS {
        if let Some(text) = given(option) {
            words.extend([format!("--{option}"), is_file(text).then(|| text.to_owned())?]);
        }
    }
    Some(words)
}

/// Whether a value names a file that can be read again.
fn is_file(text: &str) -> bool {
    text.strip_prefix("file://").is_some_and(|path| !path.starts_with("/dev/") && path != "-")
}

/// A line of `aws cks` as it is typed.
fn line(words: Vec<String>, globals: &Globals) -> String {
    let words = words.into_iter().chain(command::globals(globals));
    words.fold("aws cks".to_owned(), |line, word| line + " " + &shell_words::quoted(&word))
}

/// Looks at a store that was asked for by its identifier or name, and is FAILED.
pub(crate) fn of_reply(invocation: &Invocation, reply: &Value, globals: &Globals, hints: &Hints) {
    let asks_for_one = ["CustomKeyStoreId", "CustomKeyStoreName"]
        .iter()
        .any(|member| invocation.options.contains_key(*member));
    if !asks_for_one || !std::ptr::eq(invocation.call, DESCRIBE) {
        return;
    }
    let stores = reply.as_map().and_then(|page| page.get("CustomKeyStores")).and_then(Value::as_list);
    let stores = stores.unwrap_or_default().iter().filter_map(Store::of);
    for store in stores.filter(|store| store.state == State::Failed) {
        let known = store
            .error_code
            .as_deref()
            .and_then(|code| remedies::of_failed(code, store.kind == Kind::External));
        let Some(Remedy { code, meaning, remedy, .. }) = known else { continue };
        let title = store.title();
        hints.add(format!("{title} is FAILED ({code}): {meaning}. {remedy}"));
        let status = line(vec!["status".to_owned(), title.to_owned()], globals);
        hints.add(format!("{status} shows the commands that do it."));
    }
}
