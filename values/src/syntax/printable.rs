//! Texts from outside, without the characters that terminals obey.

/// The text with an escape in place of each control character and of what turns the direction of writing.
pub fn printable(text: &str) -> String {
    escaped(text, |_| false)
}

/// The same of a text of several lines: line feeds and tabs stay.
pub fn printable_lines(text: &str) -> String {
    escaped(text, |c| matches!(c, '\n' | '\t'))
}

fn escaped(text: &str, stays: fn(char) -> bool) -> String {
    let is_obeyed = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let shown =
        |c: char| if is_obeyed(c) && !stays(c) { c.escape_unicode().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_are_not_told_what_to_do() {
        assert_eq!(printable("a\u{1b}[2J\nb\u{202e}é→"), r"a\u{1b}[2J\u{a}b\u{202e}é→");
        assert_eq!(printable_lines("a\u{1b}\n\tb"), "a\\u{1b}\n\tb");
    }
}
