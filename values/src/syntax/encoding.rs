//! From bytes to text: encodings, and the ends of lines.
//!
//! What is decoded may be a secret, so it is wiped when dropped.

use std::borrow::Cow;

use zeroize::Zeroizing;

/// Text with the encoding that a byte order mark tells, or else the zero bytes among the first four (as Python's
/// `json.loads` does): UTF-8, UTF-16 or UTF-32. `None` if it is not valid.
pub fn detected(bytes: &[u8]) -> Option<Zeroizing<String>> {
    match *bytes {
        [0xff, 0xfe, 0, 0, ref rest @ ..] => utf32(rest, u32::from_le_bytes),
        [0, 0, 0xfe, 0xff, ref rest @ ..] => utf32(rest, u32::from_be_bytes),
        [0xff, 0xfe, ref rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, ref rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, ref rest @ ..] => utf8(rest),
        [0, 0, 0, _, ..] => utf32(bytes, u32::from_be_bytes),
        [0, _, _, _, ..] | [0, _] => utf16(bytes, u16::from_be_bytes),
        [_, 0, 0, 0, ..] => utf32(bytes, u32::from_le_bytes),
        [_, 0, _, _, ..] | [_, 0] => utf16(bytes, u16::from_le_bytes),
        _ => utf8(bytes),
    }
}

/// A function that decodes bytes, which gives `None` if they are not valid.
pub type Decoder = fn(&[u8]) -> Option<Zeroizing<String>>;

/// The encoding with this name, by some of the names that Python knows.
pub fn named(name: &str) -> Option<Decoder> {
    let plain = name.to_ascii_lowercase().replace(['_', ' '], "-");
    Some(match plain.as_str() {
        "utf-8" | "utf8" | "u8" | "cp65001" => utf8,
        "utf-8-sig" => |bytes| utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)),
        "ascii" | "us-ascii" | "646" => |bytes| utf8(bytes).filter(|text| text.is_ascii()),
        "iso-8859-1" | "iso8859-1" | "8859" | "cp819" | "latin" | "latin-1" | "latin1" | "l1" => {
            |bytes| Some(Zeroizing::new(bytes.iter().copied().map(char::from).collect()))
        }
        "utf-16" | "utf16" => |bytes| match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => detected(bytes),
            _ => utf16(bytes, u16::from_le_bytes),
        },
        "utf-16-le" | "utf-16le" => |bytes| utf16(bytes, u16::from_le_bytes),
        "utf-16-be" | "utf-16be" => |bytes| utf16(bytes, u16::from_be_bytes),
        _ => return None,
    })
}

/// The text of bytes that are UTF-8.
pub fn utf8(bytes: &[u8]) -> Option<Zeroizing<String>> {
    std::str::from_utf8(bytes).ok().map(|text| Zeroizing::new(text.to_owned()))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Zeroizing<String>> {
    let (pairs, rest) = bytes.as_chunks();
    let text: Result<String, _> = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
    text.ok().filter(|_| rest.is_empty()).map(Zeroizing::new)
}

fn utf32(bytes: &[u8], code: fn([u8; 4]) -> u32) -> Option<Zeroizing<String>> {
    let (fours, rest) = bytes.as_chunks();
    let text: Option<String> = fours.iter().map(|four| char::from_u32(code(*four))).collect();
    text.filter(|_| rest.is_empty()).map(Zeroizing::new)
}

/// The text with `\n` at the end of its lines, where it may have `\r\n` or `\r`.
pub fn fold_newlines(text: &str) -> Cow<'_, str> {
    if !text.contains('\r') {
        return text.into();
    }
    let mut folded = String::with_capacity(text.len());
    for (index, piece) in text.split('\r').enumerate() {
        if index > 0 && !piece.starts_with('\n') {
            folded.push('\n');
        }
        folded.push_str(piece);
    }
    folded.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_detected_by_its_mark_or_its_zeros() {
        let text = "{\"é\":1}";
        let utf16 = |convert: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(convert).collect::<Vec<u8>>();
        let utf32 =
            |convert: fn(u32) -> [u8; 4]| text.chars().flat_map(|c| convert(c.into())).collect::<Vec<u8>>();
        let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
        let forms = [
            text.as_bytes().to_vec(),
            marked(b"\xef\xbb\xbf", text.as_bytes().to_vec()),
            utf16(u16::to_le_bytes),
            marked(b"\xff\xfe", utf16(u16::to_le_bytes)),
            marked(b"\xfe\xff", utf16(u16::to_be_bytes)),
            utf32(u32::to_be_bytes),
            marked(b"\xff\xfe\0\0", utf32(u32::to_le_bytes)),
        ];
        for form in forms {
            assert_eq!(detected(&form).as_deref().map(String::as_str), Some(text), "{form:?}");
        }
        for invalid in [&b"{\"a\":\"\xff\"}"[..], b"\xff\xfea", b"\xff\xfe\x00\xd8"] {
            assert_eq!(detected(invalid), None, "{invalid:?}");
        }
    }

    #[test]
    fn encodings_have_the_names_of_python() {
        let read =
            |name: &str, bytes: &[u8]| named(name).map(|decode| decode(bytes).map(|text| text.to_string()));
        assert_eq!(read("UTF_8", "é".as_bytes()), Some(Some("é".into())));
        assert_eq!(read("utf-8-sig", b"\xef\xbb\xbfa"), Some(Some("a".into())));
        assert_eq!(read("ascii", "é".as_bytes()), Some(None));
        assert_eq!(read("latin1", b"\xe9"), Some(Some("é".into())));
        assert_eq!(read("utf-16", b"\xfe\xff\0a"), Some(Some("a".into())));
        assert_eq!(read("utf-16", b"a\0"), Some(Some("a".into())));
        assert_eq!(read("utf-16-be", b"\0a"), Some(Some("a".into())));
        assert_eq!(read("ebcdic", b""), None);
    }

    #[test]
    fn newlines_become_one_kind() {
        assert_eq!(fold_newlines("a\r\nb\rc\n\r\n"), "a\nb\nc\n\n");
        assert_eq!(fold_newlines("\r\r\n"), "\n\n");
    }
}
