//! The words of a command line, and how one parser of the reference (Python's `argparse`) reads them.
//!
//! The reference runs several parsers in a row. Each looks at all words that the one before did not know, so
//! an option's place on the line hardly matters, and each takes unique prefixes for its own options.

use std::any::TypeId;
use std::ffi::{OsStr, OsString};

use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, Command};

use super::mask;
use crate::cli::error::UsageError;
use crate::secret::names;
use crate::syntax::near_names::close_matches;
use crate::value::number::python_int;

/// A word of the command line.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// A byte that is not UTF-8 is shown in it as Python shows it, such as `\udcff`.
    pub(crate) text: String,
    /// The word as it was given, if it is not UTF-8.
    pub(crate) raw: Option<OsString>,
    /// Its place among all words of the line, from 0; those of aliases come behind it.
    pub(crate) place: usize,
}

/// What a parser made of the words.
#[derive(Default)]
pub(crate) struct Parsed<'t> {
    /// The options in the order of their appearance: the id, and the value. None have flags, options whose value can be
    /// left out, and those like `--option=--`, which the reference reads as an empty list.
    pub(crate) options: Vec<(&'t str, Option<Word>)>,
    /// The first word that is no option: the command, the operation or the like.
    pub(crate) positional: Option<Word>,
    pub(crate) unknown: Vec<Word>,
    /// The words that are no options, on a level with arguments of its own: those are this program's.
    pub(crate) arguments: Vec<Word>,
    /// Whether `--version` ended the reading before the last word.
    pub(crate) ended: bool,
    /// The first error.
    pub(crate) error: Option<UsageError>,
}

/// The kind of a word, as far as it is known before its neighbours are.
enum Kind<'t> {
    Argument,
    /// The first `--`.
    Dashes,
    /// An option of this parser, perhaps with a value after `=`.
    Option(&'t Arg, Option<String>),
    /// It looks like an option that this parser does not know.
    Unknown,
}

impl Word {
    pub(crate) fn as_given(&self) -> &OsStr {
        self.raw.as_deref().unwrap_or(OsStr::new(&self.text))
    }
}

impl Parsed<'_> {
    /// # Errors
    /// The first error on the line.
    pub(crate) fn checked(mut self) -> Result<Self, UsageError> {
        self.error.take().map_or(Ok(self), Err)
    }
}

/// Makes words of the arguments of the process, without the program's name.
pub(crate) fn words(arguments: impl IntoIterator<Item = OsString>) -> Vec<Word> {
    let word = |(place, argument): (usize, OsString)| match argument.into_string() {
        Ok(text) => Word { text, raw: None, place },
        Err(raw) => Word { text: shown(raw.as_encoded_bytes()), raw: Some(raw), place },
    };
    arguments.into_iter().enumerate().map(word).collect()
}

/// Bytes as text; those that are not UTF-8 as Python's escapes of them.
fn shown(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|byte| format!("\\udc{byte:02x}")));
    }
    out
}

/// Reads words with one parser, left to right.
///
/// # Errors
/// An ambiguous prefix anywhere; else the first option whose value is missing, not wanted or not allowed.
pub(crate) fn parse<'t>(words: &[Word], level: &'t Command) -> Result<Parsed<'t>, UsageError> {
    read(words, level, |_| Ok(())).checked()
}

/// Reads words as far as they make sense, past errors, and checks the positional word as soon as it is found.
pub(crate) fn read<'t>(
    words: &[Word],
    level: &'t Command,
    check: impl Fn(&Word) -> Result<(), UsageError>,
) -> Parsed<'t> {
    let mut parsed = Parsed::default();
    let kinds = classify(words, level, &mut parsed.error);
    let is_required = level.is_subcommand_required_set();
    let is_own = is_own(level);
    let mut taken = false;
    let mut at = 0;
    while at < words.len() && !parsed.ended {
        let used = match &kinds[at] {
            Kind::Option(option, explicit) => {
                let next = words.get(at + 1).filter(|_| matches!(kinds.get(at + 1), Some(Kind::Argument)));
                let (explicit, next) = (explicit.as_deref(), next.filter(|_| explicit.is_none()));
                let value = value_of(option, explicit, &words[at], next);
                let error = check_value(option, explicit, value.as_ref()).err();
                parsed.error = parsed.error.or(error);
                parsed.options.push((option.get_id().as_str(), value));
                parsed.ended = matches!(option.get_action(), ArgAction::Version);
                if takes_value(option) && next.is_some() { 2 } else { 1 }
            }
            Kind::Argument if is_own => {
                parsed.arguments.push(words[at].clone());
                1
            }
            Kind::Dashes if is_own => 1,
            Kind::Argument | Kind::Dashes if !taken => {
                let used = positional_at(&kinds[at..], is_required);
                taken = used > 0;
                parsed.positional = without_dashes(&words[at..at + used]).cloned();
                let error = parsed.positional.as_ref().and_then(|word| check(word).err());
                parsed.error = parsed.error.or(error);
                used
            }
            Kind::Argument | Kind::Dashes | Kind::Unknown => 0,
        };
        if used == 0 {
            parsed.unknown.push(words[at].clone());
        }
        at += used.max(1);
    }
    parsed
}

/// The word of a positional, of which one `--` beside it does not count.
fn without_dashes(words: &[Word]) -> Option<&Word> {
    let dashes = words.iter().position(|word| word.text == "--");
    words.iter().enumerate().find(|(index, _)| Some(*index) != dashes).map(|(_, word)| word)
}

/// How many words from here on a positional takes: an argument and the `--` before and after it.
fn positional_at(kinds: &[Kind], is_required: bool) -> usize {
    let dashes = |from: usize| kinds[from..].iter().take_while(|kind| matches!(kind, Kind::Dashes)).count();
    let before = dashes(0);
    match kinds.get(before) {
        Some(Kind::Argument) => before + 1 + dashes(before + 1),
        _ if is_required => 0,
        _ => before,
    }
}

fn value_of(option: &Arg, explicit: Option<&str>, word: &Word, next: Option<&Word>) -> Option<Word> {
    match explicit {
        _ if !takes_value(option) => None,
        Some("--") => None,
        Some(value) => {
            let raw = word.raw.as_deref().map(behind_equals);
            Some(Word { text: value.to_owned(), raw, place: word.place })
        }
        None => next.cloned(),
    }
}

/// The value of an option in a word that is not UTF-8.
#[cfg(unix)]
fn behind_equals(word: &OsStr) -> OsString {
    use std::os::unix::ffi::OsStrExt;
    let value = word.as_bytes().splitn(2, |byte| *byte == b'=').nth(1);
    OsStr::from_bytes(value.unwrap_or_default()).to_owned()
}

/// The same where words are not bytes.
#[cfg(not(unix))]
fn behind_equals(word: &OsStr) -> OsString {
    word.to_string_lossy().split_once('=').map(|(_, value)| value).unwrap_or_default().into()
}

/// Whether the level is this program's: it has arguments, and its options are not abbreviated.
fn is_own(level: &Command) -> bool {
    level.get_positionals().next().is_some()
}

fn takes_value(option: &Arg) -> bool {
    option.get_action().takes_values()
}

fn check_value(option: &Arg, explicit: Option<&str>, value: Option<&Word>) -> Result<(), UsageError> {
    let without_secrets = |value: &str| names::hidden_after_name(value).into_owned();
    let name = name_of(option);
    let Some(word) = value else {
        let is_optional = option.get_num_args().is_some_and(|range| range.min_values() == 0);
        return match explicit {
            Some(value) if !takes_value(option) => {
                Err(UsageError::IgnoredExplicitArgument { option: name, value: without_secrets(value) })
            }
            None if takes_value(option) && !is_optional => {
                Err(UsageError::ExpectedOneArgument { option: name })
            }
            _ => Ok(()),
        };
    };
    let choices = option.get_possible_values();
    let choices = choices.iter().map(PossibleValue::get_name);
    if choices.len() > 0 && !choices.clone().any(|choice| choice == word.text) {
        return Err(UsageError::InvalidChoice {
            argument: name,
            value: without_secrets(&word.text),
            near: close_matches(&word.text, choices).into_iter().map(str::to_owned).collect(),
            perhaps_foreign: false,
        });
    }
    let is_integer = option.get_value_parser().type_id() == TypeId::of::<i64>();
    if is_integer && python_int(&word.text).is_none() {
        return Err(UsageError::InvalidInteger { option: name, value: without_secrets(&word.text) });
    }
    Ok(())
}

/// The name of an option with its dashes.
pub(crate) fn name_of(option: &Arg) -> String {
    format!("--{}", option.get_long().unwrap_or_default())
}

fn classify<'t>(words: &[Word], level: &'t Command, error: &mut Option<UsageError>) -> Vec<Kind<'t>> {
    let mut after_dashes = false;
    let kind = |word: &Word| {
        if after_dashes {
            return Kind::Argument;
        }
        after_dashes = word.text == "--";
        if after_dashes { Kind::Dashes } else { classify_word(&word.text, level, error) }
    };
    words.iter().map(kind).collect()
}

/// The order of these questions is `argparse`'s.
fn classify_word<'t>(word: &str, level: &'t Command, error: &mut Option<UsageError>) -> Kind<'t> {
    if !word.starts_with('-') || word == "-" {
        return Kind::Argument;
    }
    let option = |name: &str| {
        let name = name.strip_prefix("--")?;
        level.get_arguments().find(|option| option.get_long() == Some(name))
    };
    let (name, explicit) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (word, None),
    };
    if let Some(option) = option(name) {
        return Kind::Option(option, explicit);
    }
    if let Some(prefix) = name.strip_prefix("--").filter(|_| !is_own(level)) {
        let begins = |option: &&Arg| option.get_long().is_some_and(|name| name.starts_with(prefix));
        let candidates: Vec<&Arg> = level.get_arguments().filter(begins).collect();
        match candidates[..] {
            [] => {}
            [option] => return Kind::Option(option, explicit),
            _ => {
                let candidates = candidates.into_iter().map(name_of).collect();
                error.get_or_insert(UsageError::Ambiguous { word: mask::text(word), candidates });
            }
        }
    }
    if is_negative_number(word) || word.contains(' ') { Kind::Argument } else { Kind::Unknown }
}

/// `-1`, `-1.5` and `-.5`; not `-1e5`.
fn is_negative_number(word: &str) -> bool {
    let Some(number) = word.strip_prefix('-') else { return false };
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    match number.split_once('.') {
        Some((whole, fraction)) => digits(whole) && !fraction.is_empty() && digits(fraction),
        None => !number.is_empty() && digits(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(is_required: bool) -> Command {
        let option = |name| Arg::new(name).long(name);
        Command::new("test").subcommand_required(is_required).args([
            option("name"),
            option("node"),
            option("flag").action(ArgAction::SetTrue),
            option("skeleton").num_args(0..=1).value_parser(["input", "output"]),
        ])
    }

    /// What a parser makes of the words, as one line.
    fn read(line: &[&str], is_required: bool) -> String {
        let level = level(is_required);
        let words = words(line.iter().map(OsString::from));
        match parse(&words, &level) {
            Err(error) => error.to_string(),
            Ok(parsed) => {
                let option = |(id, value): &(&str, Option<Word>)| match value {
                    Some(word) => format!("--{id}={}", word.text),
                    None => format!("--{id}"),
                };
                let options: Vec<String> = parsed.options.iter().map(option).collect();
                let positional = parsed.positional.map_or("-".to_owned(), |word| word.text);
                let unknown: Vec<String> = parsed.unknown.into_iter().map(|word| word.text).collect();
                format!("{} | {positional} | {}", options.join(" "), unknown.join(" "))
            }
        }
    }

    #[test]
    fn options_take_values_prefixes_and_equals_signs() {
        assert_eq!(read(&["--name", "a", "--flag", "x"], true), "--name=a --flag | x | ");
        assert_eq!(read(&["--na=a=b", "--no="], true), "--name=a=b --node= | - | ");
        assert_eq!(read(&["--name=--"], true), "--name | - | ");
        assert_eq!(read(&["--n", "a"], true), "ambiguous option: --n could match --name, --node");
        assert_eq!(read(&["--name", "--flag"], true), "argument --name: expected one argument");
        assert_eq!(read(&["--flag=1"], true), "argument --flag: ignored explicit argument '1'");
    }

    #[test]
    fn values_may_look_like_options_when_they_are_numbers_or_have_spaces() {
        assert_eq!(read(&["--name", "-5", "--node", "-x y"], true), "--name=-5 --node=-x y | - | ");
        assert_eq!(read(&["--name", "-1e5"], true), "argument --name: expected one argument");
        assert_eq!(read(&["--name", "-"], true), "--name=- | - | ");
    }

    #[test]
    fn an_optional_value_is_taken_when_it_is_there() {
        assert_eq!(read(&["--skeleton", "output", "x"], true), "--skeleton=output | x | ");
        assert_eq!(read(&["--skeleton", "--flag"], true), "--skeleton --flag | - | ");
        assert!(read(&["--skeleton", "inptu"], true).contains("  * input"));
    }

    #[test]
    fn a_positional_swallows_the_dashes_beside_it() {
        assert_eq!(read(&["--", "kms", "--flag"], true), " | kms | --flag");
        assert_eq!(read(&["kms", "--", "--flag"], true), " | kms | --flag");
        assert_eq!(read(&["--flag", "--"], false), "--flag | - | ");
        assert_eq!(read(&["--", "--"], false), " | -- | ");
        assert_eq!(read(&["-x", "a", "b"], true), " | a | -x b");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_shown_as_python_does() {
        assert_eq!(shown(b"a\xff\xfeb\xc3\xa9"), "a\\udcff\\udcfebé");
    }
}
