//! Which words are names of secrets, however they are written: the one rule for words, documents and shorthand.
//!
//! A name is compared without its dashes, underscores and points and in lower case, and a few letters of it may be wrong.
//! It is the name of a secret when it is one of the service's (`KeyStorePassword`) or has a word in it by which people
//! name secrets (`secret`, `password`). What follows it in a text is hidden, with or without anything between both.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::model::{Member, Shape};
use crate::operations;
use crate::value::python::HIDDEN;

/// Words by which people name secrets, and how many letters of each may be wrong.
const WORDS: [(&str, usize); 13] = [
    ("password", 2),
    ("passwd", 0),
    ("passphrase", 1),
    ("secret", 1),
    ("credential", 2),
    ("accesskey", 1),
    ("privatekey", 1),
    ("apikey", 0),
    ("token", 0),
    ("passcode", 0),
    ("authorization", 1),
    ("mfacode", 0),
    ("masterkey", 1),
];

/// Names that name a secret only if nothing stands around them.
const WHOLE_WORDS: [&str; 6] = ["pass", "pwd", "pw", "passwort", "pin", "otp"];

/// Words that may follow one of the others in a name.
const SUFFIXES: [&str; 8] = ["s", "id", "key", "keys", "name", "file", "value", "text"];

/// The most bytes of a text that are looked at for a name before a sign.
const LONGEST_NAME: usize = 64;

/// The letters of a name for each of which one may be wrong.
const LETTERS_PER_MISTAKE: usize = 5;

/// The most letters that may be wrong.
const MISTAKES: usize = 3;

/// The service's names of secrets and [`WORDS`], folded, with the letters that may be wrong.
static PATTERNS: LazyLock<Vec<(Vec<char>, usize)>> = LazyLock::new(|| {
    let own = secret_members().into_iter().map(|member| {
        let name: Vec<char> = fold(member.name).map(|(c, _)| c).collect();
        let mistakes = (name.len() / LETTERS_PER_MISTAKE).min(MISTAKES);
        (name, mistakes)
    });
    let words = WORDS.iter().map(|(word, mistakes)| (word.chars().collect(), *mistakes));
    // Operations share members.
    own.chain(words).collect::<BTreeSet<_>>().into_iter().collect()
});

/// The members of all requests that are secrets or hold some, and those inside them.
pub(crate) fn secret_members() -> Vec<&'static Member> {
    let mut found = Vec::new();
    let members = operations::operations().flat_map(|operation| operation.input);
    for member in members.filter(|member| member.shape.holds_secret()) {
        found.push(member);
        if let Shape::Structure(inner) = member.shape {
            found.extend(inner.iter().filter(|inner| inner.shape.holds_secret()));
        }
    }
    found
}

/// The characters by which names are compared, in lower case, each with the byte at which it ends. Other characters
/// than letters, digits and what joins words are a zero character, which is in no name.
pub(crate) fn fold(text: &str) -> impl Iterator<Item = (char, usize)> {
    text.char_indices().filter(|(_, c)| !joins_words(*c)).map(|(at, c)| {
        let folded = if c.is_alphanumeric() { c.to_lowercase().next().unwrap_or(c) } else { '\0' };
        (folded, at + c.len_utf8())
    })
}

/// Whether a character may stand between the words of a name, or is not to be seen at all.
fn joins_words(c: char) -> bool {
    matches!(c, '_' | '.' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}') || is_dash(c)
}

/// Whether it looks like a dash.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

/// Where the first name of a secret in a text ends, in bytes.
pub(crate) fn end_of_name(text: &str) -> Option<usize> {
    let folded: Vec<(char, usize)> = fold(text).collect();
    let found = PATTERNS.iter().filter_map(|(pattern, mistakes)| {
        let length = end_of(pattern, *mistakes, &folded)?;
        Some((length, length.saturating_sub(pattern.len())))
    });
    let all: Vec<(usize, usize)> = found.collect();
    let length = match all.iter().map(|(length, _)| *length).min() {
        // A longer name may have a shorter one in it.
        Some(first) => all.iter().filter(|(_, start)| *start < first).map(|(length, _)| *length).max()?,
        None => one_of(&WHOLE_WORDS, &folded)?,
    };
    let suffix = one_of(&SUFFIXES, &folded[length..]).unwrap_or_default();
    Some(folded.get((length + suffix).checked_sub(1)?)?.1)
}

/// The length of a text that is one of these words, up to what may part a name from its value.
fn one_of(words: &[&str], folded: &[(char, usize)]) -> Option<usize> {
    let name = folded.iter().map(|(c, _)| *c).take_while(|c| *c != '\0');
    words.iter().find(|word| name.clone().eq(word.chars())).map(|word| word.len())
}

/// Whether a text has the name of a secret in it.
pub(crate) fn names_secret(text: &str) -> bool {
    end_of_name(text).is_some()
}

/// The text up to the end of the first name of a secret, then `****`. A single character behind the name is a slip.
pub(crate) fn hidden_after_name(text: &str) -> Cow<'_, str> {
    match end_of_name(text) {
        Some(end) => hidden_from(text, end),
        None => Cow::Borrowed(text),
    }
}

/// The text up to the end of a name, and what parts it from its value; then `****`.
pub(crate) fn hidden_from(text: &str, end: usize) -> Cow<'_, str> {
    let (name, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    if rest.chars().count() < 2 {
        return Cow::Borrowed(text);
    }
    let separator = rest.chars().next().filter(|c| matches!(c, '=' | ':'));
    Cow::Owned(format!("{name}{}{HIDDEN}", separator.map(String::from).unwrap_or_default()))
}

/// What follows names of secrets in a text that has other things in it too, such as a document, where a sign between
/// both says so.
pub(crate) fn values(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(['=', ':']) {
        let from = text.floor_char_boundary(at.saturating_sub(LONGEST_NAME)).max(start);
        let before = text[from..at].trim_end_matches(['"', '\'', ' ']);
        // The name ends where the sign stands.
        if end_of_name(before).is_some_and(|end| end == before.len()) {
            let value = text[at..].trim_start_matches(['=', ':', '"', '\'', ' ']);
            found.push(&value[..value.find(['"', '\'', ',', '}', '\n']).unwrap_or(value.len())]);
        }
        start = at + 1;
    }
    found
}

/// How many characters of a text there are up to the end of a pattern in it, with a few letters wrong, missing or too
/// many, or two of them exchanged: the likest of the first places that are like it.
fn end_of(pattern: &[char], mistakes: usize, text: &[(char, usize)]) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    let mut last = usize::MAX;
    let text = text.iter().map(|(c, _)| *c);
    for (at, distance) in distances(pattern, text, false).enumerate() {
        if at > last {
            break;
        }
        if best.map_or(distance <= mistakes, |(least, _)| distance < least) {
            last = last.min(at + 2 * mistakes);
            best = Some((distance, at + 1));
        }
    }
    best.map(|(_, length)| length)
}

/// How many letters differ between two names, where an exchange of two neighbours is one; more than `most` is `None`.
pub(crate) fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let [a, b] = [a, b].map(|name| fold(name).map(|(c, _)| c).collect::<Vec<char>>());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let distance = distances(&b, a.into_iter(), true).last().unwrap_or(b.len());
    (distance <= most).then_some(distance)
}

/// The distance of a pattern to the text up to each of its characters, from its first character, or from where the
/// distance is least (the search of Sellers).
pub(crate) fn distances(
    pattern: &[char],
    text: impl Iterator<Item = char>,
    is_from_first: bool,
) -> impl Iterator<Item = usize> {
    let (mut before, mut next) = (vec![0; pattern.len() + 1], vec![0; pattern.len() + 1]);
    let mut last: Vec<usize> = (0..=pattern.len()).collect();
    let mut previous = None;
    text.enumerate().map(move |(at, c)| {
        let mut distance = if is_from_first { at + 1 } else { 0 };
        next[0] = distance;
        let mut in_pattern = None;
        for (row, letter) in pattern.iter().enumerate() {
            let is_wrong = *letter != c;
            let step = last[row] + usize::from(is_wrong);
            distance = step.min(last[row + 1] + 1).min(distance + 1);
            if is_wrong && in_pattern == Some(c) && previous == Some(*letter) {
                distance = distance.min(before[row - 1] + 1);
            }
            next[row + 1] = distance;
            in_pattern = Some(*letter);
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut next);
        previous = Some(c);
        distance
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_every_spelling() {
        for text in [
            "KeyStorePassword",
            "keystorepassword",
            "KEY_STORE_PASSWORD",
            "--key-store-password",
            "\u{2013}key\u{2010}store\u{2011}password",
            "key-store-pasword",
            "kye-store-password",
            "keystore.passwrod",
            "RawSecretAccesKey",
            "raw_secret_access_key",
            "secretAccessKey",
            "AccessKeyId",
            "acess-key-id",
            "XksProxyAuthenticationCredential",
            "xks-proxy-authentification-credential",
            "password",
            "passwort",
            "--pwd",
            "SessionToken",
            "--secret-key",
            "token_file",
        ] {
            assert_eq!(hidden_after_name(text), text, "{text}");
            assert!(names_secret(text), "{text}");
            for separator in ["=", ":"] {
                let shown = hidden_after_name(&format!("{text}{separator}Hunter22x")).into_owned();
                assert!(shown.ends_with("****") && !shown.contains("Hunter"), "{shown}");
            }
        }
    }

    #[test]
    fn what_is_glued_to_a_name_is_hidden() {
        for (text, shown) in [
            ("--key-store-passwordS3cretPw1", "--key-store-password****"),
            ("--key-store-paswordS3cretPw1", "--key-store-pasword****"),
            ("KeyStorePassword\":\"Hunter22x\"", "KeyStorePassword****"),
            ("KeyStorePassword:Hunter22x", "KeyStorePassword:****"),
            ("KeyStorePassword=ab", "KeyStorePassword=****"),
            ("passwords", "passwords"),
        ] {
            assert_eq!(hidden_after_name(text), shown);
        }
    }

    #[test]
    fn other_names_are_none() {
        for text in [
            "",
            "CustomKeyStoreId",
            "NewCustomKeyStoreName",
            "XksProxyUriEndpoint",
            "XksProxyVpcEndpointServiceOwner",
            "--cloud-hsm-cluster-id",
            "--trust-anchor-certificate",
            "Zed",
            "Extra",
            "Access",
            "passing",
            "keystore",
        ] {
            assert!(!names_secret(text), "{text}");
        }
    }

    #[test]
    fn distances_count_letters() {
        assert_eq!(distance("--region", "--regoin", 2), Some(1));
        assert_eq!(distance("Region", "--region", 2), Some(0));
        assert_eq!(distance("region", "password", 2), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*", end in 0usize..40) {
            let _ = (hidden_after_name(&text), hidden_from(&text, end));
        }
    }
}
