//! Completion: what can follow what is typed on a command line, for shells that ask.
//!
//! ```text
//! the line, the cursor ── line ─────────→ Line        words, quotes
//!                      ── place::find ──→ Place       the command, the option
//!                      ── candidates ───→ Candidates  from tables, files, KMS
//!                      ── the shell's ──→ stdout
//! ```
//!
//! A shell starts `aws cks complete SHELL …`, in the scripts that `aws cks completion` prints, or `aws_completer`, which starts
//! `aws cks complete line`: then the line is in variables and the reply is as the AWS CLI's `aws_completer` writes it. Nothing
//! is ever an error here: a line is being typed.

mod candidates;
mod foreign;
mod line;
mod place;
mod query;
#[cfg(any(test, fuzzing))]
mod sample;
mod shorthand;
mod sources;
mod stores;

use std::ffi::OsString;

use crate::cli::cks::Shell;
use crate::environment::Environment;
use crate::syntax::shell_words;
use candidates::Candidate;
use line::Line;
use place::Found;
use sources::{Sources, World};

/// How many folders are unfolded where a shell would put a blank behind the only one that can follow.
const DEEPEST: usize = 8;

/// The width of a listing where the shell does not say it, in columns.
const USUAL_WIDTH: usize = 80;

/// How a shell asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    /// As the AWS CLI's `aws_completer`.
    Line,
    Shell(Shell),
}

/// A line that something is wanted for.
struct Asked {
    line: Line,
    /// The line and the cursor in characters, for another completer.
    text: String,
    cursor: usize,
}

/// The reply for a shell, if that is what the arguments ask for.
pub(crate) fn reply(arguments: &[OsString], environment: &Environment) -> Option<String> {
    let [first, second, protocol, rest @ ..] = arguments else { return None };
    if first != "cks" || second != "complete" {
        return None;
    }
    let protocol = match protocol.to_str()? {
        "line" => Protocol::Line,
        name => Protocol::Shell(Shell::named(name)?),
    };
    let words: Vec<String> = rest.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    Some(match protocol {
        Protocol::Line | Protocol::Shell(Shell::Bash) => of_variables(protocol, &words, environment),
        Protocol::Shell(shell) => of_words(shell, words, environment),
    })
}

/// The script of a shell.
pub(crate) fn script(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => include_str!("completion/scripts/aws.bash"),
        Shell::Zsh => include_str!("completion/scripts/aws.zsh"),
        Shell::Fish => include_str!("completion/scripts/aws.fish"),
        Shell::Powershell => include_str!("completion/scripts/aws.ps1"),
    }
}

/// The reply where the line is in variables.
fn of_variables(protocol: Protocol, words: &[String], environment: &Environment) -> String {
    // bash counts bytes and says what it will replace; others count characters.
    let is_bash = environment.get_os("COMP_TYPE").is_some();
    let replaced = match protocol {
        Protocol::Line => words.get(1).filter(|_| is_bash),
        Protocol::Shell(_) => words.first(),
    };
    let Some(asked) = of_environment(environment, is_bash) else { return "\n".to_owned() };
    let world = World::new(environment);
    let mut found = candidates(&asked, &world, environment);
    let Some(replaced) = replaced else {
        return lines(found.into_iter().map(|candidate| candidate.value));
    };
    let can_leave_open = protocol != Protocol::Line && !asked.line.typed.starts_with(['\'', '"']);
    if !can_leave_open {
        unfold(&mut found, &asked, &world, environment);
    }
    let instead = |candidate: Candidate| {
        let value = asked.line.instead_of(replaced, &candidate.value)?;
        Some(Candidate { value, ..candidate })
    };
    let found: Vec<Candidate> = found.into_iter().filter_map(instead).collect();
    if protocol == Protocol::Line {
        return lines(found.into_iter().map(|candidate| candidate.value));
    }
    let blank = if found.iter().any(|candidate| candidate.is_open) { "nospace" } else { "" };
    let is_listing = found.len() > 1 && puts_nothing_in(environment, &found, replaced);
    let width = environment.get("COLUMNS").and_then(|columns| columns.parse().ok()).unwrap_or(USUAL_WIDTH);
    let shown = if is_listing { listed(found, width) } else { found.into_iter().map(|c| c.value).collect() };
    lines([blank.to_owned()].into_iter().chain(shown))
}

fn lines(words: impl Iterator<Item = String>) -> String {
    let text = words.map(|word| word + "\n").collect::<String>();
    if text.is_empty() { "\n".to_owned() } else { text }
}

/// The line of `COMP_LINE` and `COMP_POINT`, or of `COMMAND_LINE`, as tcsh has it.
fn of_environment(environment: &Environment, counts_bytes: bool) -> Option<Asked> {
    let text = environment.get("COMP_LINE").or_else(|| environment.get("COMMAND_LINE"))?;
    let point = environment.get("COMP_POINT").and_then(|point| point.trim().parse::<usize>().ok());
    let byte = |character| text.char_indices().nth(character).map_or(text.len(), |(at, _)| at);
    let point = point.unwrap_or(text.len());
    let at = if counts_bytes { point.min(text.len()) } else { byte(point) };
    let line = Line::of_text(&text, at)?;
    let cursor = text.char_indices().take_while(|(index, _)| *index < at).count();
    Some(Asked { line, text, cursor })
}

/// The reply for a shell that has split the line: the place of the cursor's word, the words before it and its own part in
/// front of the cursor, then those behind.
fn of_words(shell: Shell, mut words: Vec<String>, environment: &Environment) -> String {
    if words.is_empty() {
        return String::new();
    }
    let Ok(at) = words.remove(0).parse::<usize>() else { return String::new() };
    if let (Shell::Fish, Some(partial)) = (shell, words.get_mut(at)) {
        // This shell gives the word of the cursor as it was typed.
        *partial = line::unquoted(partial);
    }
    let before: Vec<_> =
        words.iter().take(at.saturating_add(1)).map(|word| shell_words::quoted(word)).collect();
    let text = before.join(" ");
    let Some(line) = Line::of_words(words, at) else { return String::new() };
    // An empty word is typed as nothing.
    let text = if line.partial.is_empty() { text.trim_end_matches("''").to_owned() } else { text };
    let asked = Asked { line, cursor: text.chars().count(), text };
    let found = candidates(&asked, &World::new(environment), environment);
    let of_shell = |Candidate { value, about, is_open }: Candidate| match shell {
        Shell::Zsh => format!("{}\t{value}\t{about}\n", if is_open { "open" } else { "" }),
        Shell::Fish | Shell::Powershell | Shell::Bash if about.is_empty() => format!("{value}\n"),
        Shell::Fish | Shell::Powershell | Shell::Bash => format!("{value}\t{about}\n"),
    };
    found.into_iter().map(of_shell).collect()
}

/// What can stand at the cursor, without what a terminal would obey.
fn candidates(asked: &Asked, sources: &dyn Sources, environment: &Environment) -> Vec<Candidate> {
    let found = match place::find(&asked.line, sources.aliases()) {
        Found::Place(place) => candidates::candidates(*place, sources),
        Found::Foreign => {
            let words = foreign::words(&asked.text, asked.cursor, environment);
            words.into_iter().map(|word| Candidate::new(word, "")).collect()
        }
        Found::Nowhere => Vec::new(),
    };
    let is_sound = |candidate: &Candidate| !candidate.value.chars().any(char::is_control);
    let plain = |text: String| text.replace(char::is_control, " ");
    let found = found.into_iter().filter(is_sound);
    found.map(|candidate| Candidate { about: plain(candidate.about), ..candidate }).collect()
}

/// Goes on behind the only candidate as long as it is open, for a shell that would put a blank behind it.
fn unfold(found: &mut Vec<Candidate>, asked: &Asked, sources: &dyn Sources, environment: &Environment) {
    for _ in 0..DEEPEST {
        let [only] = &found[..] else { return };
        if !only.is_open {
            return;
        }
        let line = Line { partial: only.value.clone(), ..asked.line.clone() };
        let further = Asked { line, text: asked.text.clone(), cursor: asked.cursor };
        let further = candidates(&further, sources, environment);
        if further.is_empty() {
            return;
        }
        *found = further;
    }
}

/// Whether bash only shows what it gets: after another Tab (`?`), or at once (`!`, `@`) where all go on differently.
fn puts_nothing_in(environment: &Environment, found: &[Candidate], replaced: &str) -> bool {
    let next = |candidate: &Candidate| candidate.value.strip_prefix(replaced)?.chars().next();
    let is_clear = || found.iter().all(|candidate| next(candidate) == next(&found[0]));
    match environment.get("COMP_TYPE").as_deref() {
        Some("63") => true,
        Some("33" | "64") => !is_clear(),
        _ => false,
    }
}

/// Candidates with what is known of them behind, where bash shows them and puts none in.
fn listed(found: Vec<Candidate>, width: usize) -> Vec<String> {
    let length = |text: &str| text.chars().count();
    let widest = found.iter().map(|candidate| length(&candidate.value)).max().unwrap_or_default();
    let line = |Candidate { value, about, .. }: Candidate| {
        let room = width.saturating_sub(widest + "  ()".len() + 1);
        if about.is_empty() || room < 10 {
            return value;
        }
        let is_longer = length(&about) > room;
        let cut: String = about.chars().take(if is_longer { room - 1 } else { room }).collect();
        let blanks = " ".repeat(widest - length(&value));
        format!("{value}{blanks}  ({cut}{})", if is_longer { "…" } else { "" })
    };
    found.into_iter().map(line).collect()
}

/// What the targets of fuzzing need of this module.
#[cfg(fuzzing)]
pub(crate) mod fuzzing {
    use super::*;

    /// Completes a line at its first `|`, or at its end. Each candidate begins with what is typed.
    pub(crate) fn complete(text: &str) {
        thread_local!(static SAMPLE: sample::Sample = sample::sample());
        let cursor = text.find('|').unwrap_or(text.len());
        let text = text.replacen('|', "", 1);
        let Some(line) = Line::of_text(&text, cursor) else { return };
        let asked = Asked { line, text, cursor };
        let found = SAMPLE.with(|sample| candidates(&asked, sample, &Environment::default()));
        for Candidate { value, .. } in found {
            assert!(value.starts_with(&asked.line.partial), "{value:?} after {:?}", asked.line.partial);
            let _ = asked.line.instead_of(&asked.line.typed, &value);
        }
    }
}

#[cfg(test)]
mod tests;
