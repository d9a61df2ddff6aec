//! The words of a command line, and how one parser of the reference (Python's `argparse`) reads them.
//!
//! The reference runs several parsers in a row. Each looks at all words that the one before did not know, so
//! an option's place on the line hardly matters, and each takes unique prefixes for its own options.

use std::ffi::{OsStr, OsString};

use super::mask;
use crate::cli::error::UsageError;
use crate::secret::names;
use crate::value::number::{python_int, saturating_i64};

/// A word of the command line.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// The text. A byte that is not UTF-8 is shown in it as Python shows it, such as `\udcff`.
    pub(crate) text: String,
    /// The whole word as it was given, if it is not UTF-8.
    pub(crate) raw: Option<OsString>,
    /// Its place among all words of the line, from 0; those of aliases come behind it.
    pub(crate) place: usize,
}

impl Word {
    /// The word as it was given.
    pub(crate) fn as_given(&self) -> &OsStr {
        self.raw.as_deref().unwrap_or(OsStr::new(&self.text))
    }
}

/// An option of a parser.
#[derive(Clone, Debug)]
pub(crate) struct OptionSpec {
    /// The name with its dashes.
    pub(crate) name: String,
    /// What it takes.
    pub(crate) takes: Takes,
}

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Nothing: a flag.
    Nothing,
    /// Nothing, and the reading ends here, as with `--version`.
    NothingAndEnds,
    /// One value.
    Value,
    /// One whole number.
    Integer,
    /// One value out of a few.
    Choice(&'static [&'static str]),
    /// One value out of a few, or nothing.
    OptionalChoice(&'static [&'static str]),
}

/// How a parser takes words that are no options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Positional {
    /// It leaves them all.
    None,
    /// It takes the first one, and must find one.
    One,
    /// It takes the first one, if there is one.
    Optional,
}

/// What follows an option.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Given {
    /// Nothing: the option is a flag, or its value was left out.
    Nothing,
    /// A value.
    Value(Word),
    /// `--option=--`, which the reference reads as an empty list.
    EmptyList,
}

impl Given {
    /// The text of the value, if there is one.
    pub(crate) fn text(self) -> Option<String> {
        match self {
            Given::Value(word) => Some(word.text),
            Given::Nothing | Given::EmptyList => None,
        }
    }

    /// The number that the value is; one too large for the type is the largest.
    pub(crate) fn number(self) -> Option<i64> {
        self.text().and_then(|text| python_int(&text)).map(|number| saturating_i64(&number))
    }
}

/// What a parser made of the words.
pub(crate) struct Parsed {
    /// The options in the order of their appearance: index into the table, and the value.
    pub(crate) options: Vec<(usize, Given)>,
    /// The word it took, if it takes one.
    pub(crate) positional: Option<Word>,
    /// The words that it does not know, in order.
    pub(crate) unknown: Vec<Word>,
    /// Whether an option ended the reading before the last word.
    pub(crate) ended: bool,
}

/// The kind of a word, as far as it can be told before acting.
enum Kind {
    /// An argument, that is, no option.
    Argument,
    /// The first `--`.
    Dashes,
    /// An option of the table, perhaps with a value after `=`.
    Known(usize, Option<String>),
    /// It looks like an option but is not in the table.
    Unknown,
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
/// An ambiguous prefix anywhere; else the first option whose value is missing, not wanted or no choice.
pub(crate) fn parse(
    words: &[Word],
    table: &[OptionSpec],
    positional: Positional,
) -> Result<Parsed, UsageError> {
    parse_checking(words, table, positional, |_| Ok(()))
}

/// Reads words as [`parse`] does, and checks the word that it takes as soon as it has it.
///
/// # Errors
/// Those of [`parse`] and of the check, whichever comes first on the line.
pub(crate) fn parse_checking(
    words: &[Word],
    table: &[OptionSpec],
    positional: Positional,
    check: impl Fn(&Word) -> Result<(), UsageError>,
) -> Result<Parsed, UsageError> {
    let kinds = classify(words, table)?;
    let mut parsed = Parsed { options: Vec::new(), positional: None, unknown: Vec::new(), ended: false };
    let mut wanted = positional != Positional::None;
    let mut at = 0;
    while let Some(kind) = kinds.get(at) {
        match kind {
            Kind::Known(option, explicit) => {
                let next = words.get(at + 1).filter(|_| matches!(kinds.get(at + 1), Some(Kind::Argument)));
                let (given, used) = value_of(&table[*option], explicit.as_deref(), &words[at], next)?;
                parsed.options.push((*option, given));
                if table[*option].takes == Takes::NothingAndEnds {
                    parsed.ended = true;
                    break;
                }
                at += 1 + used;
            }
            Kind::Unknown => {
                parsed.unknown.push(words[at].clone());
                at += 1;
            }
            Kind::Argument | Kind::Dashes => {
                let taken = if wanted { positional_at(&kinds[at..], positional) } else { 0 };
                if taken == 0 {
                    parsed.unknown.push(words[at].clone());
                    at += 1;
                    continue;
                }
                wanted = false;
                parsed.positional = without_dashes(&words[at..at + taken]).cloned();
                parsed.positional.as_ref().map_or(Ok(()), &check)?;
                at += taken;
            }
        }
    }
    Ok(parsed)
}

/// The word of a positional, of which one `--` beside it does not count.
fn without_dashes(words: &[Word]) -> Option<&Word> {
    let dashes = words.iter().position(|word| word.text == "--");
    words.iter().enumerate().find(|(index, _)| Some(*index) != dashes).map(|(_, word)| word)
}

/// How many words from here on a positional takes: an argument and the `--` before and after it.
fn positional_at(kinds: &[Kind], positional: Positional) -> usize {
    let dashes = |from: usize| kinds[from..].iter().take_while(|kind| matches!(kind, Kind::Dashes)).count();
    let before = dashes(0);
    match (kinds.get(before), positional) {
        (Some(Kind::Argument), _) => before + 1 + dashes(before + 1),
        (_, Positional::Optional) => before,
        _ => 0,
    }
}

fn value_of(
    option: &OptionSpec,
    explicit: Option<&str>,
    word: &Word,
    next: Option<&Word>,
) -> Result<(Given, usize), UsageError> {
    let (value, used) = match (option.takes, explicit) {
        (Takes::Nothing | Takes::NothingAndEnds, Some(value)) => {
            let (option, value) = (option.name.clone(), without_secrets(value));
            return Err(UsageError::IgnoredExplicitArgument { option, value });
        }
        (Takes::Nothing | Takes::NothingAndEnds, None) => return Ok((Given::Nothing, 0)),
        (Takes::OptionalChoice(_), Some("--")) => return Ok((Given::Nothing, 0)),
        (_, Some("--")) => return Ok((Given::EmptyList, 0)),
        (_, Some(value)) => (Word { text: value.to_owned(), ..word.clone() }, 0),
        (Takes::OptionalChoice(_), None) if next.is_none() => return Ok((Given::Nothing, 0)),
        (_, None) => match next {
            Some(next) => (next.clone(), 1),
            None => return Err(UsageError::ExpectedOneArgument { option: option.name.clone() }),
        },
    };
    if let Takes::Choice(choices) | Takes::OptionalChoice(choices) = option.takes {
        check_choice(&option.name, &value.text, choices.iter().copied())?;
    }
    if option.takes == Takes::Integer && python_int(&value.text).is_none() {
        return Err(UsageError::InvalidInteger {
            option: option.name.clone(),
            value: without_secrets(&value.text),
        });
    }
    Ok((Given::Value(value), used))
}

/// Refuses a word that is not one of the choices; the error has the near ones.
pub(crate) fn check_choice(
    argument: &str,
    value: &str,
    choices: impl IntoIterator<Item = &'static str> + Clone,
) -> Result<(), UsageError> {
    if choices.clone().into_iter().any(|choice| choice == value) {
        return Ok(());
    }
    Err(UsageError::InvalidChoice {
        argument: argument.to_owned(),
        value: without_secrets(value),
        near: crate::syntax::near_names::close_matches(value, choices)
            .into_iter()
            .map(str::to_owned)
            .collect(),
        perhaps_foreign: false,
    })
}

fn without_secrets(value: &str) -> String {
    names::hidden_after_name(value).into_owned()
}

fn classify(words: &[Word], table: &[OptionSpec]) -> Result<Vec<Kind>, UsageError> {
    let mut after_dashes = false;
    let mut kinds = Vec::with_capacity(words.len());
    for word in words {
        let kind = if after_dashes {
            Kind::Argument
        } else if word.text == "--" {
            after_dashes = true;
            Kind::Dashes
        } else {
            classify_word(&word.text, table)?
        };
        kinds.push(kind);
    }
    Ok(kinds)
}

/// The order of these questions is `argparse`'s.
fn classify_word(word: &str, table: &[OptionSpec]) -> Result<Kind, UsageError> {
    if !word.starts_with('-') {
        return Ok(Kind::Argument);
    }
    let position = |name: &str| table.iter().position(|option| option.name == name);
    if let Some(option) = position(word) {
        return Ok(Kind::Known(option, None));
    }
    if word == "-" {
        return Ok(Kind::Argument);
    }
    let (name, explicit) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (word, None),
    };
    if let (Some(option), Some(_)) = (position(name), &explicit) {
        return Ok(Kind::Known(option, explicit));
    }
    if name.starts_with("--") {
        let candidates: Vec<usize> =
            (0..table.len()).filter(|index| table[*index].name.starts_with(name)).collect();
        match candidates[..] {
            [] => {}
            [option] => return Ok(Kind::Known(option, explicit)),
            _ => {
                let candidates = candidates.iter().map(|index| table[*index].name.clone()).collect();
                return Err(UsageError::Ambiguous { word: mask::text(word), candidates });
            }
        }
    }
    if is_negative_number(word) || word.contains(' ') { Ok(Kind::Argument) } else { Ok(Kind::Unknown) }
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

    fn table() -> Vec<OptionSpec> {
        let option = |name: &str, takes| OptionSpec { name: name.to_owned(), takes };
        vec![
            option("--name", Takes::Value),
            option("--node", Takes::Value),
            option("--flag", Takes::Nothing),
            option("--skeleton", Takes::OptionalChoice(&["input", "output"])),
        ]
    }

    /// One line that tells what a parser made of the words.
    fn read(line: &[&str], positional: Positional) -> String {
        let table = table();
        let words = words(line.iter().map(OsString::from));
        match parse(&words, &table, positional) {
            Err(error) => error.to_string(),
            Ok(parsed) => {
                let option = |(index, given): &(usize, Given)| match given {
                    Given::Nothing => table[*index].name.clone(),
                    Given::Value(word) => format!("{}={}", table[*index].name, word.text),
                    Given::EmptyList => format!("{}=[]", table[*index].name),
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
        assert_eq!(read(&["--name", "a", "--flag", "x"], Positional::None), "--name=a --flag | - | x");
        assert_eq!(read(&["--na=a=b", "--no="], Positional::None), "--name=a=b --node= | - | ");
        assert_eq!(read(&["--name=--"], Positional::None), "--name=[] | - | ");
        assert_eq!(read(&["--n", "a"], Positional::None), "ambiguous option: --n could match --name, --node");
        assert_eq!(read(&["--name", "--flag"], Positional::None), "argument --name: expected one argument");
        assert_eq!(read(&["--flag=1"], Positional::None), "argument --flag: ignored explicit argument '1'");
    }

    #[test]
    fn values_may_look_like_options_when_they_are_numbers_or_have_spaces() {
        assert_eq!(
            read(&["--name", "-5", "--node", "-x y"], Positional::None),
            "--name=-5 --node=-x y | - | "
        );
        assert_eq!(read(&["--name", "-1e5"], Positional::None), "argument --name: expected one argument");
        assert_eq!(read(&["--name", "-"], Positional::None), "--name=- | - | ");
    }

    #[test]
    fn an_optional_value_is_taken_when_it_is_there() {
        assert_eq!(read(&["--skeleton", "output", "x"], Positional::None), "--skeleton=output | - | x");
        assert_eq!(read(&["--skeleton", "--flag"], Positional::None), "--skeleton --flag | - | ");
        assert!(read(&["--skeleton", "inptu"], Positional::None).contains("  * input"));
    }

    #[test]
    fn a_positional_swallows_the_dashes_beside_it() {
        assert_eq!(read(&["--", "kms", "--flag"], Positional::One), " | kms | --flag");
        assert_eq!(read(&["kms", "--", "--flag"], Positional::One), " | kms | --flag");
        assert_eq!(read(&["--flag", "--"], Positional::Optional), "--flag | - | ");
        assert_eq!(read(&["--", "--"], Positional::Optional), " | -- | ");
        assert_eq!(read(&["-x", "a", "b"], Positional::One), " | a | -x b");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_shown_as_python_does() {
        assert_eq!(shown(b"a\xff\xfeb\xc3\xa9"), "a\\udcff\\udcfebé");
    }
}
