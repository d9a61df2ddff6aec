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

use super::tree::{self, TOP};
use super::words::{self, Word};
use super::{KMS_COMMANDS, TOP_COMMANDS, is_choice};
use crate::cli::error::USAGE;
use crate::model::Member;
use crate::operations::OPERATIONS;
use crate::secret::{names, urls};
use crate::value::python::HIDDEN;

/// How many letters of the name of a known option may differ.
const MISTAKES: usize = 2;

/// The letters of the shortest name that is looked at for mistakes, and of the shortest beginning of one that tells it.
const LETTERS: usize = 5;

/// The characters of a secret that is looked for in all that is told. A shorter one may be a word that messages need.
const SHORTEST: usize = 6;

/// The most secrets of a line that are looked for in all that is told; further ones are hidden where they stand.
const MOST_SECRETS: usize = 50;

/// What hiding needs of an option that the reference knows.
struct Facts {
    name: String,
    is_secret: bool,
    takes_value: bool,
}

/// The options of all operations, and the global ones.
static OPTIONS: LazyLock<Vec<Facts>> = LazyLock::new(|| {
    let mut options: Vec<Facts> = TOP.get_arguments().map(|option| Facts::new(option, &[])).collect();
    for operation in OPERATIONS {
        let level = tree::operation(operation);
        options.extend(level.get_arguments().map(|option| Facts::new(option, operation.input)));
    }
    options.sort_by(|a, b| a.name.cmp(&b.name));
    options.dedup_by(|a, b| a.name == b.name);
    options
});

impl Facts {
    fn new(option: &Arg, members: &[Member]) -> Facts {
        let mut members = members.iter().filter(|member| option.get_id() == member.name);
        Facts {
            name: words::name_of(option),
            is_secret: members.any(|member| member.shape.holds_secret()),
            takes_value: option.get_action().takes_values(),
        }
    }
}

/// What messages are made of beside what was given.
static VOCABULARY: LazyLock<String> = LazyLock::new(|| {
    let mut words: Vec<String> = OPTIONS.iter().map(|option| option.name.clone()).collect();
    words.extend([TOP_COMMANDS.to_owned(), KMS_COMMANDS.to_owned(), USAGE.to_owned()]);
    for operation in OPERATIONS {
        words.push(operation.name.to_owned());
        words.extend(operation.input.iter().map(|member| member.name.to_owned()));
    }
    words.join("\n").to_lowercase()
});

/// What a word is by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An option that is no secret's, and whether its value is the next word.
    Option {
        value_follows: bool,
    },
    /// It has the name of a secret, which ends here.
    Secret(usize),
    Other,
}

/// What the words before make of a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It may be a secret.
    Secret,
    /// It is the value of an option that is no secret's.
    Value,
    Other,
}

/// A line, and what its words are.
pub(crate) struct Masked<'a> {
    words: &'a [Word],
    kinds: Vec<(Kind, Role)>,
}

impl<'a> Masked<'a> {
    /// All words of a line, with those of its aliases behind them.
    pub(crate) fn new(words: &'a [Word]) -> Masked<'a> {
        let mut next = Role::Other;
        let mut is_named = false;
        let kind = |word: &Word| {
            let kind = kind(&word.text);
            let role = if next == Role::Value && word.text.starts_with('-') { Role::Other } else { next };
            let was_named = std::mem::take(&mut is_named);
            next = match kind {
                // They part the line from its aliases; an option still has its value behind them.
                _ if word.text == "--" && was_named => Role::Secret,
                _ if word.text == "--" => Role::Other,
                Kind::Option { value_follows: true } => Role::Value,
                Kind::Option { value_follows: false } => Role::Other,
                // A value may have such a name in it.
                Kind::Secret(_) if role == Role::Value && !is_own_name(&word.text) => Role::Other,
                Kind::Secret(_) => {
                    is_named = true;
                    Role::Secret
                }
                Kind::Other if role == Role::Secret => Role::Secret,
                Kind::Other => Role::Other,
            };
            (kind, role)
        };
        Masked { words, kinds: words.iter().map(kind).collect() }
    }

    /// The word as it may be shown.
    pub(crate) fn shown(&self, word: &Word) -> String {
        let role = self.kinds.get(word.place).map_or(Role::Other, |(_, role)| *role);
        let may_be_secret = role == Role::Secret;
        match kind(&word.text) {
            Kind::Option { .. } => word.text.clone(),
            Kind::Secret(end) if !may_be_secret || is_own_name(&word.text) => {
                names::hidden_from(&word.text, end).into_owned()
            }
            Kind::Other if !may_be_secret => word.text.clone(),
            Kind::Secret(_) | Kind::Other => HIDDEN.to_owned(),
        }
    }

    /// The secrets of the line, to be looked for in all that is told.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        let mut found = Vec::new();
        for (at, word) in self.words.iter().enumerate() {
            let text = word.text.as_str();
            let before = at.checked_sub(1).map_or("", |before| self.words[before].text.as_str());
            if text.starts_with("--e") || before.starts_with("--e") {
                found.extend(urls::secrets(text.split_once('=').map_or(text, |(_, url)| url)));
            }
            let (kind, role) = self.kinds[at];
            match kind {
                _ if role == Role::Value => found.extend(names::values(text)),
                Kind::Option { .. } => {
                    found.extend(text.split_once('=').into_iter().flat_map(|(_, text)| names::values(text)))
                }
                Kind::Secret(end) if role != Role::Secret || is_own_name(text) => {
                    found.extend(pieces(&text[end..]))
                }
                Kind::Secret(_) | Kind::Other if role == Role::Secret => found.extend(pieces(text)),
                Kind::Secret(_) | Kind::Other => {}
            }
        }
        found.retain(|text| is_worth_hiding(text));
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
        Kind::Secret(end) => word.get(..end),
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
        Kind::Secret(end) => names::hidden_from(text, end).into_owned(),
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
    if is_choice(text, TOP_COMMANDS) || is_choice(text, KMS_COMMANDS) {
        return Kind::Other;
    }
    match names::end_of_name(text).or_else(|| end_of_abbreviation(text)) {
        Some(end) => Kind::Secret(end),
        None => Kind::Other,
    }
}

/// The option that is no secret's and has this name, or one that differs a little, or begins so.
fn innocent_option(name: &str) -> Option<&'static Facts> {
    if !name.starts_with("--") || name.len() < 3 {
        return None;
    }
    let mut begin = OPTIONS.iter().filter(|option| option.name.starts_with(name));
    if let Some(option) = begin.clone().find(|option| option.name == name) {
        return (!option.is_secret).then_some(option);
    }
    if begin.clone().any(|option| option.is_secret) {
        return None;
    }
    begin.next().or_else(|| {
        let near = |option: &&Facts| names::distance(&option.name, name, MISTAKES).is_some();
        let mut near = OPTIONS.iter().filter(near);
        let first = near.next().filter(|option| option.name.len() > 2 + LETTERS)?;
        (!first.is_secret && near.all(|option| !option.is_secret)).then_some(first)
    })
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
    let is_near = |option: &Facts| {
        let letters: Vec<char> = names::fold(&option.name).map(|(c, _)| c).collect();
        let lengths = folded.len().saturating_sub(1)..=folded.len() + 1;
        let mut beginnings =
            lengths.filter_map(|length| Some(letters.get(..length)?.iter().collect::<String>()));
        beginnings.any(|beginning| names::distance(&beginning, &name, 1).is_some())
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
