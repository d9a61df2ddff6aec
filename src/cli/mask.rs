//! Hides secrets among words that are about to be shown in a usage error.
//!
//! A secret reaches such an error when a value was split by the shell (`--key-store-password two words`), when
//! its option is misspelt, or when it stands where the command should.

use super::suggest;
use super::words::Word;
use crate::error::usage::UsageError;
use crate::model::{Member, Shape};
use crate::operations::OPERATIONS;
use crate::secret;
use crate::value::python::HIDDEN;

/// The word as it may be shown: hidden when it may be a secret, because it follows the option of one, or names
/// a member that is one.
pub fn stray(word: &Word, all: &[Word]) -> String {
    if let Some((name, value)) = word.text.split_once('=')
        && name.starts_with('-')
    {
        return match secret_member(name) {
            Some(member) => format!("{name}={}", secret::masked(value, member.shape)),
            None => word.text.clone(),
        };
    }
    if word.text.starts_with('-') && !word.text.contains(' ') {
        return word.text.clone();
    }
    let option = all[..word.place.min(all.len())].iter().rev().find(|before| before.text.starts_with('-'));
    let named = option.and_then(|option| secret_member(option.text.split('=').next().unwrap_or_default()));
    match named.or_else(|| structure_named_in(&word.text)) {
        Some(member) => secret::masked(&word.text, member.shape),
        None => word.text.clone(),
    }
}

/// A text that would have been split into words: up to the first thing that says that a secret may follow.
pub fn command_line(text: &str) -> String {
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| !c.is_whitespace()) {
        rest = &rest[start..];
        let end = rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
        let word = rest[..end].trim_matches(['"', '\'']);
        let name = word.split('=').next().unwrap_or_default();
        if (name.starts_with('-') && secret_member(name).is_some()) || structure_named_in(word).is_some() {
            let shown = &text[..text.len() - rest.len()];
            return format!(
                "{shown}{}{HIDDEN}",
                if word.starts_with('-') { format!("{name} ") } else { String::new() }
            );
        }
        rest = &rest[end..];
    }
    text.to_owned()
}

/// The error with the value of an ambiguous option hidden when the option may be that of a secret.
pub fn usage_error(error: UsageError) -> UsageError {
    match error {
        UsageError::Ambiguous { word, candidates } => {
            let member = candidates.iter().find_map(|candidate| secret_member(candidate));
            let word = match (word.split_once('='), member) {
                (Some((name, value)), Some(member)) => {
                    format!("{name}={}", secret::masked(value, member.shape))
                }
                _ => word,
            };
            UsageError::Ambiguous { word, candidates }
        }
        other => other,
    }
}

/// The member that holds a secret and whose option this is, or nearly is, or begins with this.
fn secret_member(option: &str) -> Option<&'static Member> {
    let mut members =
        OPERATIONS.iter().flat_map(|operation| operation.input).filter(|member| member.shape.holds_secret());
    members.find(|member| {
        let name = member.option();
        (option.len() > 2 && name.starts_with(option))
            || !suggest::close_matches(option, [name.as_str()]).is_empty()
    })
}

/// The structure with secrets one of whose members the word names.
fn structure_named_in(word: &str) -> Option<&'static Member> {
    let mut members = OPERATIONS.iter().flat_map(|operation| operation.input);
    members.find(|member| match member.shape {
        Shape::Structure(inner) => {
            member.shape.holds_secret() && inner.iter().any(|inner| word.contains(inner.name))
        }
        Shape::String(_) | Shape::Integer { .. } | Shape::Boolean | Shape::Timestamp | Shape::List(_) => {
            false
        }
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::super::words::words;
    use super::*;

    fn shown(line: &[&str], place: usize) -> String {
        let words = words(line.iter().map(OsString::from));
        stray(&words[place], &words)
    }

    #[test]
    fn a_word_after_the_option_of_a_secret_is_hidden() {
        assert_eq!(shown(&["--key-store-password", "two", "words"], 2), "****");
        assert_eq!(shown(&["--key-store-pasword", "hunter2"], 1), "****");
        assert_eq!(shown(&["--key", "hunter2"], 1), "****");
        assert_eq!(shown(&["--key-store-pasword=hunter2"], 0), "--key-store-pasword=****");
    }

    #[test]
    fn a_word_beside_a_structure_keeps_its_form_only() {
        let line =
            ["--xks-proxy-authentication-credential", "AccessKeyId=A", "RawSecretAccessKey=s3cr=", "x"];
        assert_eq!(shown(&line, 2), "RawSecretAccessKey=****=");
        assert_eq!(shown(&line, 3), "*");
        assert_eq!(shown(&["RawSecretAccessKey:abc"], 0), "RawSecretAccessKey:***");
    }

    #[test]
    fn a_text_of_words_is_shown_up_to_a_secret() {
        assert_eq!(command_line("kms update --foo 'bar"), "kms update --foo 'bar");
        assert_eq!(command_line("a\n --key-store-pasword \"x y"), "a\n --key-store-pasword ****");
        assert_eq!(command_line("a '--key-store-password=x"), "a --key-store-password ****");
        assert_eq!(command_line("a RawSecretAccessKey='x"), "a ****");
    }

    #[test]
    fn other_words_are_shown() {
        assert_eq!(shown(&["--new-custom-key-store-name", "two", "words"], 2), "words");
        assert_eq!(shown(&["--foo=bar"], 0), "--foo=bar");
        assert_eq!(shown(&["--key-store-password", "x", "--foo", "bar"], 3), "bar");
    }
}
