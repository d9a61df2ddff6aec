//! What the form makes: the words of the line that is run, the line to copy, and a document. Only the first has secrets.

use super::field::{ACCESS_KEY_ID, Field};
use super::form::{Filled, Form, STORE, option_words};
use crate::cks::plan::problems::can_be_access_key_id;
use crate::model::cli_name;
use crate::secret::urls;
use crate::syntax::shell_words;
use crate::value::json::write as json;
use crate::value::yaml::write::write as yaml;
use crate::value::{Map, Value};

/// Whether secrets stand in what is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Secrets {
    /// As they were typed.
    Open,
    /// A file in place of each.
    Files,
}

/// What is done with the form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The call itself.
    Call,
    /// The command of `aws cks` that does the same step by step.
    Safe,
}

impl Form {
    /// The command of `aws cks` that does the same as the form's, if there is one.
    pub(super) fn safe_task(&self) -> Option<&'static str> {
        match self.call.operation.name {
            "UpdateCustomKeyStore" => Some("apply"),
            "ConnectCustomKeyStore" => Some("connect"),
            "DisconnectCustomKeyStore" => Some("disconnect"),
            _ => None,
        }
    }

    /// The words of a line, without the program's name. `more` are members that a request needs beside those that are typed.
    pub(super) fn words(&self, way: Way, secrets: Secrets, more: &Map) -> Vec<String> {
        let task = self.safe_task().filter(|_| way == Way::Safe);
        let command = match task {
            Some(task) => ["cks".to_owned(), task.to_owned()],
            None => ["kms".to_owned(), self.call.operation.command()],
        };
        let store = task.map(|_| self.text(STORE).to_owned());
        let mut words: Vec<String> = command.into_iter().chain(store).collect();
        words.extend(self.global_words(secrets));
        for (member, given) in self.given() {
            if task.is_some() && member.name == STORE {
                continue;
            }
            words.extend(option_words(&member.option(), Some(text(&given, secrets))));
        }
        for (name, value) in more.iter().filter(|_| task.is_none()) {
            let text = value.as_str().unwrap_or_default().to_owned();
            words.extend(option_words(&format!("--{}", cli_name(name)), Some(text)));
        }
        words.extend(self.other_words(secrets));
        words
    }

    /// The words of the line for global options.
    fn global_words(&self, secrets: Secrets) -> impl Iterator<Item = String> {
        self.globals.iter().map(move |word| match (secrets, word.strip_prefix("--endpoint-url=")) {
            (Secrets::Files, Some(url)) => format!("--endpoint-url={}", urls::shown(url)),
            _ => word.clone(),
        })
    }

    /// The line to copy: it has no secrets.
    pub(super) fn line(&self, way: Way, more: &Map) -> String {
        let words = self.words(way, Secrets::Files, more);
        let quoted = words.iter().map(|word| shell_words::quoted(word).into_owned());
        std::iter::once("aws".to_owned()).chain(quoted).collect::<Vec<_>>().join(" ")
    }

    /// Whether something in the form is a secret that was typed.
    pub(super) fn has_typed_secret(&self) -> bool {
        self.fields.iter().any(|field| field.is_given() && field.is_secret() && !field.names_file())
            || self.unread().next().is_some()
    }

    /// A document for `--cli-input-yaml`, without the members that hold secrets or are read from files; and the line that
    /// goes with it.
    pub(super) fn document(&self, file: &str, more: &Map) -> (String, String) {
        let is_of_document = |given: &Filled| match given {
            Filled::Text(field) => !field.member.shape.holds_secret() && !field.names_file(),
            Filled::Structure(_) => false,
        };
        let (inside, beside): (Vec<_>, Vec<_>) =
            self.given().into_iter().partition(|(_, given)| is_of_document(given));
        let mut document = more.clone();
        for (name, value) in self.values().into_entries() {
            if inside.iter().any(|(member, _)| *member.name == *name) {
                document.insert(name, value);
            }
        }
        let mut text = Vec::new();
        // It is written to memory.
        let _ = yaml(&Value::Map(document.into()), &mut text);
        let mut words = vec!["aws".to_owned(), "kms".to_owned(), self.call.operation.command()];
        words.extend(self.global_words(Secrets::Files));
        words.extend(["--cli-input-yaml".to_owned(), format!("file://{file}")]);
        for (member, given) in &beside {
            words.extend(option_words(&member.option(), Some(self::text(given, Secrets::Files))));
        }
        words.extend(self.other_words(Secrets::Files));
        let line = words.iter().map(|word| shell_words::quoted(word)).collect::<Vec<_>>().join(" ");
        (String::from_utf8(text).unwrap_or_default(), line)
    }
}

/// The value of an option.
fn text(given: &Filled, secrets: Secrets) -> String {
    match given {
        Filled::Text(field) => value(field, secrets),
        Filled::Structure(fields) => structure(fields, secrets),
    }
}

fn value(field: &Field, secrets: Secrets) -> String {
    let is_open = secrets == Secrets::Open || !field.is_secret() || field.names_file();
    if is_open { field.text().to_owned() } else { placeholder(&field.member.option()) }
}

/// The file that stands for the secret of an option.
pub(super) fn placeholder(option: &str) -> String {
    format!("file://{}.txt", option.trim_start_matches('-'))
}

/// Shorthand where it is plain or names files, JSON elsewhere.
fn structure(fields: &[&Field], secrets: Secrets) -> String {
    let pair = |field: &&Field| {
        let mut text = value(field, secrets);
        if secrets == Secrets::Files && field.member.name == ACCESS_KEY_ID && !can_be_access_key_id(&text) {
            text = "ID".to_owned();
        }
        (field.member.name, text)
    };
    let pairs: Vec<(&str, String)> = fields.iter().map(pair).collect();
    let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "/+=-_.:@".contains(c));
    let is_file = |text: &str| super::field::names_file(text);
    if pairs.iter().all(|(_, text)| is_file(text) || is_plain(text))
        || pairs.iter().any(|(_, text)| is_file(text))
    {
        let sign = |text: &str| if is_file(text) { "@=" } else { "=" };
        let pairs = pairs.iter().map(|(key, text)| format!("{key}{}{}", sign(text), quoted(text)));
        return pairs.collect::<Vec<_>>().join(",");
    }
    json::to_compact(&Value::map(pairs.iter().map(|(key, text)| (*key, Value::string(text.as_str())))))
}

/// A value of shorthand.
fn quoted(text: &str) -> String {
    let is_plain = text.chars().all(|c| !c.is_whitespace() && !",'\"[]{}\\".contains(c));
    if is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', r"\'")) }
}
