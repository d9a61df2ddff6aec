//! Words as a POSIX shell quotes them: splitting a text into them, by the rules of Python's `shlex.split`, and quoting one.
//!
//! The reference splits section names, `credential_process` and the pager's command this way. Nothing is
//! expanded, no character but the quotes and the backslash is special, and `#` starts no comment.

use std::borrow::Cow;

use thiserror::Error;

/// Why a text has no words.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Unfinished {
    /// A quote is not closed.
    #[error("No closing quotation")]
    Quotation,
    /// The text ends with a backslash.
    #[error("No escaped character")]
    Escape,
}

/// Splits at blanks, tabs and line ends that are not quoted. `''` is a word of its own.
pub fn split(text: &str) -> Result<Vec<String>, Unfinished> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (None, ' ' | '\t' | '\r' | '\n') => words.extend(word.take()),
            (None, '\'' | '"') => {
                quote = Some(character);
                // Even an empty quoted part makes a word.
                word.get_or_insert_default();
            }
            (Some(open), _) if open == character => quote = None,
            (None | Some('"'), '\\') => {
                let escaped = characters.next().ok_or(Unfinished::Escape)?;
                let word = word.get_or_insert_default();
                // Between double quotes a backslash only escapes the quote and itself.
                if quote.is_some() && escaped != '\\' && escaped != '"' {
                    word.push('\\');
                }
                word.push(escaped);
            }
            _ => {
                // All up to the next character that means something is taken at once.
                let rest = characters.as_str();
                let (plain, rest) = rest.split_at(rest.find(is_special).unwrap_or(rest.len()));
                let word = word.get_or_insert_default();
                word.reserve(character.len_utf8() + plain.len());
                word.push(character);
                word.push_str(plain);
                characters = rest.chars();
            }
        }
    }
    if quote.is_some() {
        return Err(Unfinished::Quotation);
    }
    words.extend(word);
    Ok(words)
}

fn is_special(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '\'' | '"' | '\\')
}

/// A word as it is typed for a shell: as it is, or between single quotes where a shell would see more in it. Characters that
/// terminals obey are written as bash and zsh read them.
pub fn quoted(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./:=,@%+-".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return Cow::Borrowed(word);
    }
    if word.chars().any(char::is_control) {
        return Cow::Owned(format!("$'{}'", word.chars().map(escaped).collect::<String>()));
    }
    Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
}

fn escaped(c: char) -> String {
    match c {
        '\'' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    }
}

/// A command line that can be pasted, `indent` columns from the left and no wider than `width` if its words allow it: each
/// option on a line of its own, its value on the next where both are too long.
pub fn broken(line: &str, indent: usize, width: usize) -> String {
    if indent + line.chars().count() <= width {
        return format!("{:indent$}{line}", "");
    }
    let mut parts: Vec<Vec<&str>> = Vec::new();
    for word in typed(line) {
        match parts.last_mut() {
            Some(part) if !word.starts_with("--") => part.push(word),
            _ => parts.push(vec![word]),
        }
    }
    let mut lines = Vec::new();
    for (index, part) in parts.into_iter().enumerate() {
        let indent = if index == 0 { indent } else { indent + 2 };
        let whole = part.join(" ");
        if indent + whole.chars().count() + " \\".len() <= width {
            lines.push(format!("{:indent$}{whole}", ""));
        } else {
            let word = |(at, word): (usize, &str)| {
                format!("{:1$}{word}", "", if at == 0 || index == 0 { indent } else { indent + 2 })
            };
            lines.extend(part.into_iter().enumerate().map(word));
        }
    }
    lines.join(" \\\n")
}

/// The words of a line as they are typed, with their quotes.
fn typed(line: &str) -> impl Iterator<Item = &str> {
    let (mut quote, mut is_escaped, mut before) = (None, false, ' ');
    let is_blank = move |c: char| {
        let was_escaped = std::mem::take(&mut is_escaped);
        match (quote, c) {
            _ if was_escaped => {}
            // In `$'…'` a backslash escapes.
            (None, '\'') if before == '$' => quote = Some('$'),
            (None, '\'' | '"') => quote = Some(c),
            (None | Some('"' | '$'), '\\') => is_escaped = true,
            (Some('$'), '\'') => quote = None,
            (Some(open), _) if open == c && open != '$' => quote = None,
            _ => {}
        }
        before = c;
        quote.is_none() && !was_escaped && c == ' '
    };
    line.split(is_blank)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        split(text).expect("the quotes are balanced")
    }

    #[test]
    fn blanks_separate_words() {
        assert_eq!(words(" less \t-R\n"), ["less", "-R"]);
        assert_eq!(words(""), Vec::<String>::new());
        assert_eq!(words("a\u{a0}b #c"), ["a\u{a0}b", "#c"], "neither a hard space nor # is special");
    }

    #[test]
    fn quotes_group_and_join() {
        assert_eq!(words(r#"profile "with space""#), ["profile", "with space"]);
        assert_eq!(words(r#"a'b c'"d e"f"#), ["ab cd ef"]);
        assert_eq!(words("a '' b"), ["a", "", "b"]);
    }

    #[test]
    fn backslashes_escape_outside_single_quotes() {
        assert_eq!(words(r"a\ b \'"), ["a b", "'"]);
        assert_eq!(words(r#""\" \\ \x""#), [r#"" \ \x"#]);
        assert_eq!(words(r"'\'"), [r"\"]);
    }

    #[test]
    fn a_word_that_terminals_obey_is_written_in_plain_characters() {
        assert_eq!(quoted("it's\u{1b}[2J"), r"$'it\'s\u001b[2J'");
    }

    #[test]
    fn an_open_quote_or_a_last_backslash_is_an_error() {
        assert_eq!(split("cat 'x"), Err(Unfinished::Quotation));
        assert_eq!(split(r#"cat "x"#), Err(Unfinished::Quotation));
        assert_eq!(split(r"cat \"), Err(Unfinished::Escape));
        assert_eq!(split("\"\\"), Err(Unfinished::Escape));
    }

    proptest! {
        #[test]
        fn single_quotes_keep_any_word(word in "[^']*") {
            prop_assert_eq!(split(&format!("'{word}'")), Ok(vec![word]));
        }

        #[test]
        fn a_quoted_word_is_that_word(word in "\\PC*") {
            prop_assert_eq!(split(&quoted(&word)), Ok(vec![word]));
        }

        #[test]
        fn a_line_that_is_broken_has_the_same_words(
            words in proptest::collection::vec("(--)?[ab '\"\\\\-]{1,9}", 1..6), width in 1_usize..40
        ) {
            let line = words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
            let broken = broken(&line, 2, width);
            prop_assert_eq!(split(&broken.replace(" \\\n", " ")), Ok(words), "{}", broken);
        }

        #[test]
        fn no_text_panics(text in "[ab '\"\\\\\n]*") {
            let _ = split(&text);
        }
    }
}
