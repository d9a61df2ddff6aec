//! From bytes to text, and the characters that a YAML text may have.

use super::{Position, Reason, YamlError};

/// Decodes a document: UTF-16 if it starts with a byte order mark of it, else UTF-8.
///
/// As in the reference there is no UTF-32: its marks read as UTF-16 with NUL characters, or as invalid UTF-8.
///
/// # Errors
/// [`Reason::Encoding`] if the bytes are not of that encoding.
pub(super) fn text(bytes: &[u8]) -> Result<String, YamlError> {
    let decoded = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => std::str::from_utf8(bytes).ok().map(str::to_owned),
    };
    decoded.ok_or(YamlError::Invalid { reason: Reason::Encoding, at: Position { line: 1, column: 1 } })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<_, _>>().ok()
}

/// Takes the byte order mark off and looks at every character.
///
/// # Errors
/// [`Reason::Character`] at the first character that a YAML text may not have.
pub(super) fn printable(text: &str) -> Result<&str, YamlError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.char_indices().find(|(_, c)| !is_printable(*c)) {
        None => Ok(text),
        Some((offset, _)) => {
            Err(YamlError::Invalid { reason: Reason::Character, at: Position::of(text, offset) })
        }
    }
}

/// The printable characters of YAML 1.2, 5.1, except that C1 controls other than NEL are not.
fn is_printable(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_order_marks_choose_the_encoding() {
        assert_eq!(text(b"a: b").as_deref(), Ok("a: b"));
        assert_eq!(text(b"\xff\xfea\0\xe9\0").as_deref(), Ok("a\u{e9}"));
        assert_eq!(text(b"\xfe\xff\0a").as_deref(), Ok("a"));
        assert_eq!(text(b"\xef\xbb\xbfa").as_deref().map(printable), Ok(Ok("a")));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        for bytes in [&b"a\xff"[..], b"\xff\xfea", b"\xff\xfe\x00\xd8", b"\0\0\xfe\xff"] {
            let refused = text(bytes);
            assert!(
                matches!(refused, Err(YamlError::Invalid { reason: Reason::Encoding, .. })),
                "{refused:?}"
            );
        }
    }

    #[test]
    fn control_characters_are_refused_with_their_place() {
        let want = Err(YamlError::Invalid { reason: Reason::Character, at: Position { line: 2, column: 3 } });
        for c in ['\0', '\u{1}', '\u{7f}', '\u{80}', '\u{9f}', '\u{fffe}'] {
            assert_eq!(printable(&format!("a\n\u{e9}b{c}")), want);
        }
        assert_eq!(printable("\t\r\n\u{85}\u{a0}\u{1f511}"), Ok("\t\r\n\u{85}\u{a0}\u{1f511}"));
    }
}
