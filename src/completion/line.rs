//! The line that is being typed: the words before and behind the cursor, and the part of a word in front of it, read as a
//! POSIX shell reads them. Nothing is expanded, and what is not finished is no error.

/// A line as far as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// The words before that of the cursor, without the name of the program.
    pub(crate) before: Vec<String>,
    /// The word of the cursor, up to the cursor.
    pub(crate) partial: String,
    /// The words behind that of the cursor.
    pub(crate) after: Vec<String>,
    /// `partial` as it was typed, with quotes and backslashes.
    pub(crate) typed: String,
}

/// What is open at the end of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Open {
    #[default]
    Nothing,
    Single,
    Double,
    Backslash,
}

/// A word as it was typed, and as the program gets it.
#[derive(Default)]
struct Token<'t> {
    typed: &'t str,
    text: String,
}

/// What a text was read as.
struct Read<'t> {
    /// The words that a blank ends.
    ended: Vec<Token<'t>>,
    /// The word that the text ends in.
    last: Option<Token<'t>>,
    open: Open,
}

impl Line {
    /// The line of a shell with the cursor at this byte. `None` if the cursor is in the name of the program.
    pub(crate) fn of_text(text: &str, cursor: usize) -> Option<Line> {
        let cursor = (0..=cursor.min(text.len())).rev().find(|at| text.is_char_boundary(*at))?;
        let Read { ended, last, open } = read(&text[..cursor]);
        // What stands directly behind the cursor belongs to its word.
        let behind =
            if open == Open::Nothing { text[cursor..].trim_start_matches(|c| !is_blank(c)) } else { "" };
        let mut words = ended.into_iter().map(|token| token.text).skip_while(|word| is_assignment(word));
        words.next()?;
        let last = last.unwrap_or_default();
        let Read { ended, last: end, .. } = read(behind);
        let after = ended.into_iter().chain(end).map(|token| token.text).collect();
        Some(Line { before: words.collect(), partial: last.text, after, typed: last.typed.to_owned() })
    }

    /// The line of words without quotes, with the name of the program in front and the cursor at the end of one of them.
    pub(crate) fn of_words(mut words: Vec<String>, at: usize) -> Option<Line> {
        if at == 0 || words.is_empty() {
            return None;
        }
        words.remove(0);
        let after = words.split_off(at.min(words.len()));
        let partial = if words.len() == at { words.pop() } else { None }.unwrap_or_default();
        Some(Line { before: words, typed: partial.clone(), partial, after })
    }

    /// What a shell has to put in place of `replaced`, the end of the word as it was typed, so that the word is `value`.
    /// `None` if it cannot be that then.
    pub(crate) fn instead_of(&self, replaced: &str, value: &str) -> Option<String> {
        let kept = self.typed.strip_suffix(replaced).unwrap_or_default();
        let rest = value.strip_prefix(unquoted(kept).as_str())?;
        let open = read(kept).open;
        (!rest.chars().any(char::is_control)).then(|| escaped(rest, open))
    }
}

/// The text of a word that may not be finished.
pub(crate) fn unquoted(typed: &str) -> String {
    read(typed).last.unwrap_or_default().text
}

/// `NAME=value`, which stands before a command.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

fn read(text: &str) -> Read<'_> {
    let mut ended = Vec::new();
    let mut open = Open::Nothing;
    let mut start = None;
    let mut word = String::new();
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        if open == Open::Nothing && is_blank(c) {
            let start = start.take();
            ended.extend(
                start.map(|start| Token { typed: &text[start..at], text: std::mem::take(&mut word) }),
            );
            continue;
        }
        start.get_or_insert(at);
        match (open, c) {
            (Open::Nothing, '\'') => open = Open::Single,
            (Open::Nothing, '"') => open = Open::Double,
            (Open::Single, '\'') | (Open::Double, '"') => open = Open::Nothing,
            (Open::Nothing | Open::Double, '\\') => match characters.next() {
                Some((_, next)) => {
                    if open == Open::Double && !matches!(next, '"' | '\\' | '$' | '`') {
                        word.push('\\');
                    }
                    word.push(next);
                }
                None if open == Open::Nothing => open = Open::Backslash,
                None => {}
            },
            (_, c) => word.push(c),
        }
    }
    Read { ended, last: start.map(|start| Token { typed: &text[start..], text: word }), open }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// A text as it is typed where this is open.
fn escaped(text: &str, open: Open) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match open {
            Open::Single if c == '\'' => out.push_str(r"'\'"),
            Open::Double if matches!(c, '"' | '\\' | '$' | '`') => out.push('\\'),
            Open::Nothing | Open::Backslash if SPECIAL.contains(c) && (at > 0 || open == Open::Nothing) => {
                out.push('\\');
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

/// What shells see more in than a character.
const SPECIAL: &str = " \\'\"$`&;()<>|*?[]{}!#";

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        let cursor = text.find('|').unwrap_or(text.len());
        Line::of_text(&text.replacen('|', "", 1), cursor).expect("a line")
    }

    fn words(text: &str) -> String {
        let Line { before, partial, after, .. } = line(text);
        format!("{} | {partial} | {}", before.join(","), after.join(","))
    }

    #[test]
    fn a_line_is_split_at_the_cursor() {
        assert_eq!(words("aws kms up"), "kms | up | ");
        assert_eq!(words("aws kms "), "kms |  | ");
        assert_eq!(words("aws kms up|date --region us-east-1"), "kms | up | --region,us-east-1");
        assert_eq!(words("aws kms | --region x"), "kms |  | --region,x");
        assert_eq!(words("AWS_PROFILE=dev /usr/bin/aws kms x"), "kms | x | ");
        assert_eq!(words("aws "), " |  | ");
        for text in ["", "a", "aws", "X=1", "X=1 aw"] {
            assert_eq!(Line::of_text(text, text.len()), None, "{text}");
        }
    }

    #[test]
    fn quotes_and_backslashes_are_read_as_a_shell_does() {
        assert_eq!(words(r#"aws "a b" 'c "d' e\ f g"h i"#), r#"a b,c "d,e f | gh i | "#);
        assert_eq!(words(r"aws a\ "), " | a  | ");
        assert_eq!(words(r#"aws "a\"b\n" "#), r#"a"b\n |  | "#);
        assert_eq!(words(r"aws 'x "), " | x  | ");
    }

    #[test]
    fn what_is_put_in_is_quoted_for_its_place() {
        let instead = |text: &str, replaced: &str, value: &str| line(text).instead_of(replaced, value);
        let value = "file://xks cred.json";
        assert_eq!(instead("aws --x file://x", "//x", value).as_deref(), Some(r"//xks\ cred.json"));
        assert_eq!(instead("aws --x 'file://x", "file://x", value).as_deref(), Some(value));
        assert_eq!(instead(r#"aws --x "file://x"#, "file://x", "file://x$").as_deref(), Some(r"file://x\$"));
        assert_eq!(
            instead(r"aws --x file://xks\ c", r"//xks\ c", value).as_deref(),
            Some(r"//xks\ cred.json")
        );
        assert_eq!(instead("aws --output=t", "t", "--output=text").as_deref(), Some("text"));
        assert_eq!(instead("aws x", "", "y"), None);
        assert_eq!(instead("aws ", "", "a\nb"), None);
    }

    proptest::proptest! {
        #[test]
        fn a_value_that_is_put_in_is_read_back(value in "\\PC{0,12}", quote in "['\"]?") {
            let typed = format!("aws {quote}");
            let Some(instead) = line_of(&typed).instead_of("", &value) else { return Ok(()) };
            let whole = line_of(&format!("{typed}{instead}"));
            proptest::prop_assert_eq!(whole.partial, value, "{}", instead);
        }

        #[test]
        fn no_line_makes_it_panic(text in "\\PC{0,20}", cursor in 0usize..30) {
            let _ = Line::of_text(&text, cursor);
        }
    }

    fn line_of(text: &str) -> Line {
        Line::of_text(text, text.len()).expect("a line")
    }
}
