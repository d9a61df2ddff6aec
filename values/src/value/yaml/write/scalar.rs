//! Which style a text is written in: plain, single-quoted or double-quoted.

use std::sync::LazyLock;

use super::super::scalar::{Kind, kind};

/// A key that takes more bytes than this, or more than one line, is written with a `?` of its own.
const SIMPLE_KEY_BYTES: usize = 128;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
}

impl Style {
    /// The simplest style in which the text reads back as the same text.
    pub(super) fn of(text: &str) -> Style {
        // Most texts are words, in which nothing else can be found.
        let is_letter = |byte: &u8| byte.is_ascii_alphabetic();
        if text.as_bytes().first().is_some_and(is_letter) && split_off(text, &PLAIN_INSIDE).1.is_empty() {
            return if kind(text) == Kind::Text { Style::Plain } else { Style::Single };
        }
        let (mut special, mut has_breaks) = (false, false);
        let (mut space_before_break, mut space_after_break) = (false, false);
        let mut indicator = text.starts_with("---") || text.starts_with("...");
        let mut previous = None;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let after = &rest[c.len_utf8()..];
            let blank_follows = after.chars().next().is_none_or(is_blank);
            indicator |= match previous {
                None => is_leading_indicator(c, blank_follows),
                Some(previous) => (c == ':' && blank_follows) || (c == '#' && is_blank(previous)),
            };
            special |= !is_printable(c);
            has_breaks |= is_break(c);
            space_after_break |= c == ' ' && previous.is_some_and(is_break);
            space_before_break |= is_break(c) && previous == Some(' ');
            let (passed, after) = split_off(after, &PLAIN_INSIDE);
            previous = Some(passed.bytes().next_back().map_or(c, char::from));
            rest = after;
        }
        let edge = |c: char| c == ' ' || is_break(c);
        let edges = text.starts_with(edge) || text.ends_with(edge);
        if special || space_before_break || space_after_break {
            Style::Double
        } else if indicator || edges || has_breaks || kind(text) != Kind::Text {
            Style::Single
        } else {
            Style::Plain
        }
    }
}

/// Whether a text of this style may stand before a `:` without a `?`. A plain one has no breaks.
pub(super) fn is_simple_key(text: &str, style: Style) -> bool {
    text.len() <= SIMPLE_KEY_BYTES && (style == Style::Plain || !text.contains(is_break))
}

/// A character that ends a line in YAML 1.1, the version libyaml follows.
pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a character may stand as it is in a quoted text. libyaml knows none above U+FFFF, and no tab.
pub(super) fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') && c != '\u{feff}'
}

/// The characters that mean nothing behind the first one, whatever stands around them.
static PLAIN_INSIDE: LazyLock<Bytes> = LazyLock::new(|| graphic_but(b":#"));

/// A set of bytes: most of a document is looked up in one.
pub(super) type Bytes = [bool; 256];

/// The visible characters of ASCII, but for these.
pub(super) fn graphic_but(excluded: &[u8]) -> Bytes {
    let mut set = [false; 256];
    for byte in (b'!'..=b'~').filter(|byte| !excluded.contains(byte)) {
        set[usize::from(byte)] = true;
    }
    set
}

/// Splits a text behind the bytes at its start that are in the set, all of ASCII.
pub(super) fn split_off<'t>(text: &'t str, set: &Bytes) -> (&'t str, &'t str) {
    let end = text.bytes().position(|byte| !set[usize::from(byte)]);
    text.split_at(end.unwrap_or(text.len()))
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\0') || is_break(c)
}

fn is_leading_indicator(c: char, blank_follows: bool) -> bool {
    match c {
        '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => {
            true
        }
        '?' | ':' | '-' => blank_follows,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_is_the_simplest_that_reads_back_as_the_same_text() {
        for (text, want) in [
            ("word", Style::Plain),
            ("x y", Style::Plain),
            ("-x", Style::Plain),
            ("?x", Style::Plain),
            ("x:y", Style::Plain),
            ("x#y", Style::Plain),
            ("http://x", Style::Plain),
            ("\u{a0}", Style::Plain),
            ("", Style::Single),
            ("1", Style::Single),
            ("- x", Style::Single),
            ("-", Style::Single),
            ("x:", Style::Single),
            ("x #y", Style::Single),
            ("---x", Style::Single),
            (" x", Style::Single),
            ("a\nb\n", Style::Single),
            ("a \nb", Style::Double),
            ("a\n b", Style::Double),
            ("\t", Style::Double),
            ("\u{1f511}", Style::Double),
            ("\u{feff}", Style::Double),
        ] {
            assert_eq!(Style::of(text), want, "{text:?}");
        }
    }
}
