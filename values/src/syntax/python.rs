//! Texts as Python reads and shows them, for the words of the reference's messages.

use std::fmt::Write;
use std::io;

/// Python's `str.isspace` of one character, which knows four control characters more than Unicode.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// Python's `repr()` of a text: single quotes unless the text has some and no double quotes.
pub fn repr_str(text: &str) -> String {
    quoted(text.chars(), is_printable)
}

/// Python's `repr()` of bytes: as that of a text, but for the `b` and for what is not ASCII.
pub fn repr_bytes(bytes: &[u8]) -> String {
    format!("b{}", quoted(bytes.iter().copied().map(char::from), |c| matches!(c, ' '..='~')))
}

fn quoted(characters: impl Iterator<Item = char> + Clone, is_plain: fn(char) -> bool) -> String {
    let has = |quote| characters.clone().any(|c| c == quote);
    let quote = if has('\'') && !has('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in characters {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if c == quote => out.extend(['\\', c]),
            _ if is_plain(c) => out.push(c),
            _ => write_escape(c, &mut out),
        }
    }
    out.push(quote);
    out
}

fn write_escape(c: char, out: &mut String) {
    let _ = match u32::from(c) {
        code @ 0..=0xff => write!(out, "\\x{code:02x}"),
        code @ 0x100..=0xffff => write!(out, "\\u{code:04x}"),
        code => write!(out, "\\U{code:08x}"),
    };
}

/// Python's `str.isprintable` of one character. The standard library knows the same Unicode categories, but
/// only inside `escape_debug`, which also escapes a combining mark that stands first: so it stands second.
fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    let mut pair = [b'a'; 5];
    let length = 1 + c.encode_utf8(&mut pair[1..]).len();
    std::str::from_utf8(&pair[..length]).is_ok_and(|text| text.escape_debug().nth(1) == Some(c))
}

/// Python's text of a failed system call: `[Errno 2] No such file or directory: 'path'`.
pub fn os_error(reason: &io::Error, path: &str) -> String {
    let words = system_words(reason);
    match reason.raw_os_error() {
        Some(code) => format!("[Errno {code}] {words}: {}", repr_str(path)),
        None => format!("{words}: {}", repr_str(path)),
    }
}

/// The system's words for an error, to which Rust adds ` (os error 2)` and Python nothing.
pub fn system_words(error: &io::Error) -> String {
    let mut text = error.to_string();
    text.truncate(text.find(" (os error").unwrap_or(text.len()));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_their_python_form() {
        assert_eq!(repr_bytes(b"na'me\n\xe9"), "b\"na'me\\n\\xe9\"");
    }

    #[test]
    fn texts_are_quoted_and_escaped_as_python_does() {
        let cases = [
            ("a", "'a'"),
            ("it's", "\"it's\""),
            ("'\"", "'\\'\"'"),
            ("\u{a0}\u{200b}\u{1f511}e\u{301}", "'\\xa0\\u200b\u{1f511}e\u{301}'"),
            ("\u{301}", "'\u{301}'"),
            ("\n\r\t\\\u{7f}", "'\\n\\r\\t\\\\\\x7f'"),
            ("\u{e0001}", "'\\U000e0001'"),
        ];
        for (text, want) in cases {
            assert_eq!(repr_str(text), want);
        }
    }
}
