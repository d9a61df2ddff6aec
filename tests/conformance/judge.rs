//! Compares what a program did with what the reference did.

use std::fmt::{self, Display, Write};

use regex_lite::Regex;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::case::{Case, Outcome, Request, Strip, Text};

/// The lines that are shown around a difference, and of each side of it.
const CONTEXT: usize = 2;
const SHOWN: usize = 12;

/// What this program's own lines on stderr begin with.
const HINT: &str = "hint: ";

/// One part of an outcome. All but `stderr` must match wholly; `stderr` may go on after the reference's text, after an empty
/// one with hints only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Key {
    Exit,
    Stdout,
    Stderr,
    Requests,
    Files,
}

/// One part that differs.
#[derive(Debug)]
pub struct Difference {
    pub key: Key,
    want: String,
    got: String,
}

impl Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Key::Exit => "exit",
            Key::Stdout => "stdout",
            Key::Stderr => "stderr",
            Key::Requests => "requests",
            Key::Files => "files",
        })
    }
}

/// The lines that differ, with those around them.
impl Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (want, got): (Vec<&str>, Vec<&str>) = (self.want.lines().collect(), self.got.lines().collect());
        let same = want.iter().zip(&got).take_while(|(w, g)| w == g).count();
        let rest = want.len().min(got.len()) - same;
        let tail = want.iter().rev().zip(got.iter().rev()).take(rest).take_while(|(w, g)| w == g).count();
        writeln!(f, "  {} differs (- want, + got), line {}:", self.key, same + 1)?;
        for line in &want[same.saturating_sub(CONTEXT)..same] {
            writeln!(f, "      {line}")?;
        }
        for (mark, lines) in [('-', &want[same..want.len() - tail]), ('+', &got[same..got.len() - tail])] {
            for line in lines.iter().take(SHOWN) {
                writeln!(f, "    {mark} {line}")?;
            }
            if lines.len() > SHOWN {
                writeln!(f, "    {mark} ... {} lines more", lines.len() - SHOWN)?;
            }
        }
        for line in want[want.len() - tail..].iter().take(CONTEXT) {
            writeln!(f, "      {line}")?;
        }
        Ok(())
    }
}

/// The parts that differ between the reference's outcome and a program's.
pub fn judge(case: &Case, want: &Outcome, got: &Outcome) -> Vec<Difference> {
    let (mut want, mut got) = (comparable(case, want), comparable(case, got));
    if case.strip == Some(Strip::YamlComments) {
        for outcome in [&mut want, &mut got] {
            outcome.stdout = outcome.stdout.take().map(without_yaml_comments);
        }
    }
    if case.tty {
        // A terminal shows both streams.
        got.stdout = got.stdout.take().map(without_hints);
    }
    if let (Some(Text(want)), Some(Text(got))) = (&mut want.stderr, &mut got.stderr) {
        if let Some(until) = &case.stderr_until {
            for text in [&mut *want, &mut *got] {
                text.truncate(text.find(until).unwrap_or(text.len()));
            }
        }
        let hints_alone = want.is_empty() && got.lines().all(|line| line.starts_with(HINT));
        if hints_alone || got.starts_with(want.as_str()) && !want.is_empty() {
            got.truncate(want.len());
        }
    }
    [
        difference(Key::Exit, &want.exit, &got.exit, |exit| format!("{exit:?}")),
        difference(Key::Stdout, &want.stdout, &got.stdout, text),
        difference(Key::Stderr, &want.stderr, &got.stderr, text),
        difference(Key::Requests, &want.requests, &got.requests, pretty),
        difference(Key::Files, &want.files, &got.files, pretty),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The outcome without what the case ignores: what is compared, and what is recorded. `stderr` ends with the text
/// up to which it is compared; requests to the metadata service do not count.
pub fn comparable(case: &Case, outcome: &Outcome) -> Outcome {
    let mut outcome = outcome.clone();
    let ignored = |key: Key| case.ignore.iter().any(|ignored| *ignored == key.to_string());
    outcome.exit = outcome.exit.filter(|_| !ignored(Key::Exit));
    outcome.stdout = outcome.stdout.filter(|_| !ignored(Key::Stdout));
    outcome.stderr = outcome.stderr.filter(|_| !ignored(Key::Stderr));
    outcome.files = outcome.files.filter(|_| !ignored(Key::Files));
    if let (Some(until), Some(Text(stderr))) = (&case.stderr_until, &mut outcome.stderr) {
        stderr.truncate(stderr.find(until).map_or(stderr.len(), |start| start + until.len()));
    }
    let counted = |request: &Request| !member(request, "path").starts_with("/latest/");
    outcome.requests = outcome.requests.filter(|_| !ignored(Key::Requests)).map(|requests| {
        requests.into_iter().filter(counted).map(|request| comparable_request(case, request)).collect()
    });
    outcome
}

/// A request without what the case ignores; forms and queries without their order.
fn comparable_request(case: &Case, mut request: Request) -> Request {
    const FORM: &str = "application/x-www-form-urlencoded";
    request.retain(|name, _| !case.ignore.contains(name));
    if member(&request, "content_type").starts_with(FORM) {
        request["content_type"] = Value::from(FORM);
        if let Some(Value::String(body)) = request.get("body") {
            request["body"] = form(body);
        }
    }
    if let (Some((path, query)), "") = (member(&request, "path").split_once('?'), member(&request, "target"))
    {
        let mut fields: Vec<&str> = query.split('&').collect();
        fields.sort_unstable();
        request["path"] = Value::from(format!("{path}?{}", fields.join("&")));
    }
    request
}

/// The fields of a form, by name.
fn form(body: &str) -> Value {
    let fields = form_urlencoded::parse(body.as_bytes());
    let mut fields: Value =
        fields.map(|(name, value)| (name.into_owned(), Value::from(value))).collect::<Map<_, _>>().into();
    fields.sort_all_objects();
    fields
}

fn member<'a>(request: &'a Request, name: &str) -> &'a str {
    request.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn without_hints(Text(text): Text) -> Text {
    Text(text.split_inclusive('\n').filter(|line| !line.starts_with(HINT)).collect())
}

fn without_yaml_comments(Text(text): Text) -> Text {
    let comment = Regex::new("[ ]*#.*").expect("the pattern is right");
    Text(comment.replace_all(&text, "").into_owned())
}

fn difference<T: PartialEq>(
    key: Key,
    want: &Option<T>,
    got: &Option<T>,
    shown: impl Fn(&T) -> String,
) -> Option<Difference> {
    let shown = |part: &Option<T>| part.as_ref().map_or("(nothing recorded)".to_owned(), &shown);
    (want != got).then(|| Difference { key, want: shown(want), got: shown(got) })
}

/// The text with its control characters and its last line's end made visible.
fn text(Text(text): &Text) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let _ = writeln!(out, "{}", Value::from(line));
    }
    out
}

fn pretty<T: Serialize>(part: &T) -> String {
    serde_json::to_string_pretty(part).expect("an outcome can be written as JSON")
}
