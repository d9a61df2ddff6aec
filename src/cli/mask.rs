//! Secrets among the words of a line: the one rule for what usage errors show of them.
//!
//! A secret reaches such an error when a value was split by the shell (`--key-store-password two words`), when its
//! option is misspelt, written in another way or glued to it, or when it stands where the command should. So:
//!
//! - what follows the name of a secret ([`names`]) in its word is hidden, and so are the words behind it, whatever they
//!   look like, up to an option that the reference knows;
//! - an option is known by its name, its abbreviation, or a name that differs in two letters at most;
//! - a hidden word has no near names.

use std::sync::LazyLock;

use clap::Arg;
use secrecy::SecretString;

use super::tree;
use super::words::{self, Word};
use super::{KMS_COMMANDS, TOP_COMMANDS, has_name};
use crate::cli::error::USAGE;
use crate::operations;
use crate::secret::{names, urls};
use crate::value::python::HIDDEN;

/// How many letters of the name of a known option may differ.
const MISTAKES: usize = 2;

/// The letters of the shortest name that is looked at for mistakes, and of the shortest beginning of one that tells it.
const LETTERS: usize = 5;

/// The characters of a secret that is looked for in all that is reported. A shorter one may be a word that messages need.
const SHORTEST: usize = 6;

/// The most secrets of a line that are looked for in all that is reported; further ones are hidden where they stand.
const MOST_SECRETS: usize = 50;

/// What hiding needs of an option that the reference knows.
struct Facts {
    name: String,
    is_secret: bool,
    takes_value: bool,
}

/// The options of all operations, and the global ones, by name.
static OPTIONS: LazyLock<Vec<Facts>> = LazyLock::new(|| {
    let secrets = names::secret_members();
    let facts = |option: Arg| Facts {
        name: words::name_of(&option),
        is_secret: secrets.iter().any(|member| option.get_id() == member.name),
        takes_value: option.get_action().takes_values(),
    };
    let mut options: Vec<Facts> = tree::all_options().into_iter().map(facts).collect();
    options.sort_by(|a, b| a.name.cmp(&b.name));
    options.dedup_by(|a, b| a.name == b.name);
    options
});

/// What messages are made of beside what was given.
static VOCABULARY: LazyLock<String> = LazyLock::new(|| {
    let mut words: Vec<String> = OPTIONS.iter().map(|option| option.name.clone()).collect();
    words.extend([TOP_COMMANDS.to_owned(), KMS_COMMANDS.to_owned(), USAGE.to_owned()]);
    for operation in operations::operations() {
        words.push(operation.name.to_owned());
        words.extend(operation.input.iter().map(|member| member.name.to_owned()));
    }
    words.join("\n").to_lowercase()
});

/// What a word is by itself.
enum Kind {
    /// An option that is no secret's, and whether its value is the next word.
    Option {
        value_follows: bool,
    },
    /// It has the name of a secret, which ends here.
    Name(usize),
    Other,
}

/// What a word is on its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Plain,
    /// It is the value of an option that is no secret's.
    Value,
    /// It has the name of a secret, which ends here.
    Name(usize),
    /// It may be a secret.
    Secret,
}

/// A line, and what its words are.
pub(crate) struct Masked<'a> {
    words: &'a [Word],
    roles: Vec<Role>,
}

impl<'a> Masked<'a> {
    /// All words of a line, with those of its aliases behind them.
    pub(crate) fn new(words: &'a [Word]) -> Masked<'a> {
        let mut next = Role::Plain;
        let mut follows_name = false;
        let role = |word: &Word| {
            let text = word.text.as_str();
            let kind = kind(text);
            let role = match kind {
                Kind::Option { .. } => Role::Plain,
                // A value may have such a name in it.
                _ if next == Role::Value && !text.starts_with('-') && !is_own_name(text) => Role::Value,
                Kind::Name(end) if next != Role::Secret || is_own_name(text) => Role::Name(end),
                _ if next == Role::Secret => Role::Secret,
                _ => Role::Plain,
            };
            let is_secret = match kind {
                // They part the line from its aliases; an option still has its value behind them.
                _ if text == "--" => follows_name,
                _ => matches!(role, Role::Name(_) | Role::Secret),
            };
            follows_name = matches!(kind, Kind::Name(_)) && role != Role::Value;
            next = match kind {
                Kind::Option { value_follows: true } => Role::Value,
                _ if is_secret => Role::Secret,
                _ => Role::Plain,
            };
            role
        };
        Masked { words, roles: words.iter().map(role).collect() }
    }

    /// The word as it may be shown.
    pub(crate) fn shown(&self, word: &Word) -> String {
        match self.roles.get(word.place) {
            Some(Role::Plain) => word.text.clone(),
            Some(Role::Name(end)) => names::hidden_from(&word.text, *end).into_owned(),
            Some(Role::Secret) => HIDDEN.to_owned(),
            Some(Role::Value) | None => names::hidden_after_name(&word.text).into_owned(),
        }
    }

    /// The secrets of the line, to be looked for in all that is reported.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        let mut found = Vec::new();
        for (at, word) in self.words.iter().enumerate() {
            let text = word.text.as_str();
            let before = at.checked_sub(1).map_or("", |before| self.words[before].text.as_str());
            if text.starts_with("--e") || before.starts_with("--e") {
                found.extend(urls::secrets(text.split_once('=').map_or(text, |(_, url)| url)));
            }
            found.extend(match self.roles[at] {
                Role::Plain => names::values(text.split_once('=').map_or("", |(_, value)| value)),
                Role::Value => names::values(text),
                Role::Name(end) => pieces(&text[end..]),
                Role::Secret => pieces(text),
            });
        }
        // There it asks for a secret.
        let is_own = self.words.iter().any(|word| word.text == "cks");
        found.retain(|text| is_worth_hiding(text) && !(is_own && *text == "prompt://"));
        found.into_iter().take(MOST_SECRETS).map(SecretString::from).collect()
    }
}

/// What follows a name, and the values that shorthand or JSON would make of it.
fn pieces(text: &str) -> Vec<&str> {
    let value = text.trim_start_matches(['=', ':', '"', '\'', ' ']);
    let mut found = vec![value, value.trim_start_matches('-')];
    if text.contains(['{', '[']) {
        found.extend(value.split(['"', '\'', ',', '=', '{', '}', '[', ']']));
    } else if text.contains('=') {
        found.extend(value.split(',').map(|pair| match pair.split_once('=') {
            // A key in Base64 ends so.
            Some((_, value)) if !value.trim_matches('=').is_empty() => value.trim_matches(['"', '\'']),
            _ => pair,
        }));
    }
    found
}

/// Whether a text can be looked for in messages: they do not need it.
fn is_worth_hiding(text: &str) -> bool {
    let is_file = text.starts_with("file://") || text.starts_with("fileb://");
    text.chars().count() >= SHORTEST
        && !is_file
        && !is_own_name(text)
        && !VOCABULARY.contains(&text.to_lowercase())
}

/// A text that would have been split into words: up to the first name of a secret.
pub(crate) fn command_line(text: &str) -> String {
    let mut words = text.split_whitespace().map(|word| word.trim_start_matches(['"', '\'']));
    let name = words.find_map(|word| match kind(word) {
        Kind::Name(end) => word.get(..end),
        Kind::Option { .. } | Kind::Other => None,
    });
    match name.and_then(|name| Some((text.split_once(name)?.0, name))) {
        Some((before, name)) => format!("{before}{name} {HIDDEN}"),
        None => text.to_owned(),
    }
}

/// A text that stands alone: up to the name of a secret.
pub(crate) fn text(text: &str) -> String {
    match kind(text) {
        Kind::Name(end) => names::hidden_from(text, end).into_owned(),
        Kind::Option { .. } | Kind::Other => names::hidden_after_name(text).into_owned(),
    }
}

fn kind(text: &str) -> Kind {
    let (name, has_value) = match text.split_once('=') {
        Some((name, _)) => (name, true),
        None => (text, false),
    };
    if let Some(option) = innocent_option(name) {
        return Kind::Option { value_follows: option.takes_value && !has_value };
    }
    if has_name(TOP_COMMANDS, text) || has_name(KMS_COMMANDS, text) {
        return Kind::Other;
    }
    names::end_of_name(text).or_else(|| end_of_abbreviation(text)).map_or(Kind::Other, Kind::Name)
}

/// The option that is no secret's and has this name, or one that differs a little, or begins so.
fn innocent_option(name: &str) -> Option<&'static Facts> {
    if !name.starts_with("--") || name.len() < 3 {
        return None;
    }
    let mut options: Vec<&Facts> = OPTIONS.iter().filter(|option| option.name.starts_with(name)).collect();
    if options.is_empty() {
        let is_near = |option: &&Facts| names::distance(&option.name, name, MISTAKES).is_some();
        options = OPTIONS.iter().filter(is_near).filter(|option| option.name.len() > 2 + LETTERS).collect();
    }
    // The shortest is the first.
    if options.first()?.name == name {
        options.truncate(1);
    }
    options.iter().all(|option| !option.is_secret).then(|| options[0])
}

/// Where an abbreviation of the option of a secret ends, with or without something glued to it.
fn end_of_abbreviation(text: &str) -> Option<usize> {
    if !text.starts_with(names::is_dash) {
        return None;
    }
    let folded: Vec<(char, usize)> = names::fold(text).take_while(|(c, _)| *c != '\0').collect();
    let name: String = folded.iter().map(|(c, _)| *c).collect();
    let common = |option: &Facts| {
        let letters = names::fold(&option.name).zip(&folded);
        letters.take_while(|((a, _), (b, _))| a == b).count()
    };
    let longest = |is_secret| {
        let options = OPTIONS.iter().filter(|option| option.is_secret == is_secret);
        options.map(common).max().unwrap_or_default()
    };
    let (secret, innocent) = (longest(true), longest(false));
    let end = |length: usize| Some(folded.get(length.checked_sub(1)?)?.1);
    let is_whole = secret == folded.len() && text.chars().take_while(|c| names::is_dash(*c)).count() > 1;
    if is_whole || name == "p" || secret >= LETTERS && secret > innocent {
        return end(if name == "p" { 1 } else { secret });
    }
    let letters: Vec<char> = name.chars().collect();
    let is_near = |option: &Facts| {
        let option = names::fold(&option.name).map(|(c, _)| c);
        names::distances(&letters, option, true).any(|distance| distance <= 1)
    };
    let mut secrets = OPTIONS.iter().filter(|option| option.is_secret);
    end(folded.len()).filter(|_| folded.len() >= LETTERS && secrets.any(is_near))
}

/// Whether a word begins with a name of the service for a secret, or nearly does, and a value may follow.
fn is_own_name(text: &str) -> bool {
    let name = text.split(['=', ':']).next().unwrap_or_default();
    names::secret_members().iter().any(|own| names::distance(own.name, name, MISTAKES).is_some())
}

#[cfg(test)]
mod tests;
