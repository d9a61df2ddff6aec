//! Secrets in the forms in which a service, a proxy or a log may repeat them: the one rule for what comes back.
//!
//! A text is searched as it is, and as it is after each way of decoding it: percent-encoding (also that of forms), the
//! escapes of JSON and of Python, the entities of HTML, Base64 of either alphabet and hexadecimal digits, one inside the
//! other too. So it does not matter which characters were encoded, in which case, or at which place of a longer text a
//! secret stands. What makes up the secret is hidden in the text as it was.

use std::ops::Range;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::value::python::HIDDEN;

/// How many encodings, one inside the other, are undone.
const DEPTH: usize = 3;

/// The longest text in which all of that is done. In a longer one, one encoding is undone, in parts of this length: the
/// work and its memory have a limit.
const LONG: usize = 1 << 20;

/// The most characters that one byte of a secret becomes.
const LONGEST_ENCODING: usize = 32;

/// The characters of the shortest run of Base64 or of digits that is looked into: it has room for six bytes.
const SHORTEST_RUN: usize = 8;

/// Base64 that was cut off anywhere.
static LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The text with `****` in place of each secret in it, in whatever form.
pub(crate) fn hidden(text: &str, secrets: &[&str]) -> String {
    let needles = Needles::new(secrets);
    if needles.0.is_empty() {
        return text.to_owned();
    }
    let depth = if text.len() > LONG { 1 } else { DEPTH };
    let overlap = needles.longest() * LONGEST_ENCODING;
    let mut found = Vec::new();
    for start in (0..text.len()).step_by(LONG) {
        let end = (start + LONG + overlap).min(text.len());
        let mut in_part = Vec::new();
        needles.find(&Layer::plain(&text.as_bytes()[start..end]), depth, &mut in_part);
        found.extend(in_part.into_iter().map(|range| range.start + start..range.end + start));
    }
    replaced(text, found)
}

fn replaced(text: &str, mut ranges: Vec<Range<usize>>) -> String {
    ranges.sort_unstable_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for Range { start, end } in ranges {
        if start < at {
            // Overlapping secrets are hidden by one.
            at = at.max(end);
            continue;
        }
        out.push_str(text.get(at..start).unwrap_or_default());
        out.push_str(HIDDEN);
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Bytes that were decoded, and for each where in the text it begins; one place more is the end.
struct Layer {
    bytes: Vec<u8>,
    starts: Vec<usize>,
}

impl Layer {
    fn plain(bytes: &[u8]) -> Layer {
        Layer { bytes: bytes.to_vec(), starts: (0..=bytes.len()).collect() }
    }

    /// The layer below an encoding; `None` if nothing is encoded so. The decoder gets the bytes from a place on, and
    /// says which bytes begin there and how many were used for them.
    fn decoded(&self, decoder: Decoder) -> Option<Layer> {
        let mut layer = Layer { bytes: Vec::new(), starts: Vec::new() };
        let (mut at, mut changed) = (0, false);
        while at < self.bytes.len() {
            let start = self.starts[at];
            match decoder(&self.bytes[at..]) {
                Some((bytes, used)) => {
                    layer.starts.extend(std::iter::repeat_n(start, bytes.len()));
                    layer.bytes.extend(bytes);
                    at += used.max(1);
                    changed = true;
                }
                None => {
                    layer.bytes.push(self.bytes[at]);
                    layer.starts.push(start);
                    at += 1;
                }
            }
        }
        layer.starts.push(self.starts[self.bytes.len()]);
        changed.then_some(layer)
    }

    fn range(&self, from: usize, to: usize) -> Range<usize> {
        self.starts[from]..self.starts[to]
    }
}

/// Reads what is encoded at the beginning of some bytes: the character, and how many bytes it took.
type Decoder = fn(&[u8]) -> Option<(Vec<u8>, usize)>;

/// The decoders, and the characters without which nothing is encoded so.
const DECODERS: [(&[u8], Decoder); 4] = [(b"%", percent), (b"+", form), (b"\\", escape), (b"&", entity)];

/// The decoders that may find something in these bytes.
fn decoders_of(bytes: &[u8]) -> impl Iterator<Item = Decoder> {
    let is_marked = |marks: &&[u8]| bytes.iter().any(|byte| marks.contains(byte));
    DECODERS.iter().filter(move |(marks, _)| is_marked(marks)).map(|(_, decoder)| *decoder)
}

/// What is looked for, in lower case.
struct Needles(Vec<Vec<u8>>);

impl Needles {
    fn new(secrets: &[&str]) -> Needles {
        let mut needles: Vec<Vec<u8>> = secrets
            .iter()
            .flat_map(|secret| [secret.to_ascii_lowercase().into_bytes(), secret.to_lowercase().into_bytes()])
            .filter(|needle| !needle.is_empty())
            .collect();
        needles.sort_unstable();
        needles.dedup();
        Needles(needles)
    }

    fn longest(&self) -> usize {
        self.0.iter().map(Vec::len).max().unwrap_or_default()
    }

    /// Where secrets are, as places of the text that the layer came from.
    fn find(&self, layer: &Layer, depth: usize, found: &mut Vec<Range<usize>>) {
        let lower = layer.bytes.to_ascii_lowercase();
        for needle in &self.0 {
            let mut from = 0;
            while let Some(at) = position(&lower[from..], needle) {
                found.push(layer.range(from + at, from + at + needle.len()));
                from += at + needle.len();
            }
        }
        if depth == 0 {
            return;
        }
        self.find_in_runs(layer, found);
        for decoder in decoders_of(&layer.bytes) {
            if let Some(below) = layer.decoded(decoder) {
                self.find(&below, depth - 1, found);
            }
        }
    }

    /// Looks into runs of Base64 and of hexadecimal digits. A run with a secret in it is hidden as a whole.
    fn find_in_runs(&self, layer: &Layer, found: &mut Vec<Range<usize>>) {
        let bytes = &layer.bytes;
        let mut at = 0;
        while at < bytes.len() {
            // Long texts of Base64 have lines.
            let is_part = |byte: &&u8| is_base64(**byte) || matches!(byte, b'\r' | b'\n');
            let length =
                if is_base64(bytes[at]) { bytes[at..].iter().take_while(is_part).count() } else { 0 };
            if self.is_in_run(bytes[at..at + length].trim_ascii_end()) {
                found.push(layer.range(at, at + length));
            }
            at += length.max(1);
        }
    }

    fn is_in_run(&self, run: &[u8]) -> bool {
        let has_room = self.0.iter().any(|needle| needle.len() <= run.len() * 3 / 4);
        if run.len() < SHORTEST_RUN || !has_room {
            return false;
        }
        let letters: Vec<u8> = run.iter().copied().filter(|byte| is_base64(*byte)).collect();
        self.is_in_base64(&letters) || self.is_in_digits(run)
    }

    fn is_in_base64(&self, run: &[u8]) -> bool {
        let standard = |byte: &u8| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        };
        let run: Vec<u8> = run.iter().map(standard).collect();
        // Where the encoded text begins in the run is not known, for letters may stand before it.
        (0..4).any(|offset| {
            let text = run.get(offset..).unwrap_or_default();
            let whole = text.len() - usize::from(text.len() % 4 == 1);
            LENIENT.decode(&text[..whole]).is_ok_and(|bytes| self.is_below(&bytes))
        })
    }

    fn is_in_digits(&self, run: &[u8]) -> bool {
        (0..2).any(|offset| {
            let pairs = run.get(offset..).unwrap_or_default().chunks_exact(2);
            let bytes: Option<Vec<u8>> =
                pairs.map(|pair| hex(Some(pair)).and_then(|byte| u8::try_from(byte).ok())).collect();
            bytes.is_some_and(|bytes| self.is_below(&bytes))
        })
    }

    /// Whether decoded bytes have a secret in them, as it is or encoded once more.
    fn is_below(&self, bytes: &[u8]) -> bool {
        let has = |bytes: &[u8]| {
            let lower = bytes.to_ascii_lowercase();
            self.0.iter().any(|needle| position(&lower, needle).is_some())
        };
        let below = |decoder| Layer::plain(bytes).decoded(decoder);
        has(bytes) || decoders_of(bytes).any(|decoder| below(decoder).is_some_and(|below| has(&below.bytes)))
    }
}

fn position(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let first = needle.first()?;
    bytes.windows(needle.len()).position(|window| window.first() == Some(first) && window == needle)
}

/// Whether a byte is a letter of either alphabet of Base64.
fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte)
}

/// A number of hexadecimal digits.
fn hex(digits: Option<&[u8]>) -> Option<u32> {
    let text = std::str::from_utf8(digits?).ok()?;
    let is_hex = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u32::from_str_radix(text, 16).ok())?
}

/// The bytes of a character.
fn utf8(code: u32) -> Option<Vec<u8>> {
    char::from_u32(code).map(|c| c.to_string().into_bytes())
}

/// `%41`
fn percent(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let [b'%', digits @ ..] = bytes else { return None };
    let byte = u8::try_from(hex(digits.get(..2))?).ok()?;
    Some((vec![byte], 3))
}

/// `%41`, and `+` for a blank.
fn form(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    match bytes.first() {
        Some(b'+') => Some((vec![b' '], 1)),
        _ => percent(bytes),
    }
}

/// `\"`, `\n`, `\u0041`, and Python's `\x41` and `\U00000041`.
fn escape(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let [b'\\', escaped, ..] = bytes else { return None };
    let unit = |at: usize| hex(bytes.get(at..at + 4));
    let decoded = match *escaped {
        c @ (b'"' | b'\'' | b'\\' | b'/') => (vec![c], 2),
        b'n' => (vec![b'\n'], 2),
        b'r' => (vec![b'\r'], 2),
        b't' => (vec![b'\t'], 2),
        b'b' => (vec![8], 2),
        b'f' => (vec![12], 2),
        b'x' => (utf8(hex(bytes.get(2..4))?)?, 4),
        b'U' => (utf8(hex(bytes.get(2..10))?)?, 10),
        b'u' => match (unit(2)?, bytes.get(6..8), unit(8)) {
            (high @ 0xd800..0xdc00, Some(b"\\u"), Some(low @ 0xdc00..0xe000)) => {
                (utf8(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))?, 12)
            }
            (code, _, _) => (utf8(code)?, 6),
        },
        _ => return None,
    };
    Some(decoded)
}

/// `&amp;`, `&#65;`, `&#x41;`
fn entity(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let [b'&', rest @ ..] = bytes else { return None };
    let length = rest.iter().take(11).position(|byte| *byte == b';')?;
    let decoded = match &rest[..length] {
        b"amp" => vec![b'&'],
        b"lt" => vec![b'<'],
        b"gt" => vec![b'>'],
        b"quot" => vec![b'"'],
        b"apos" => vec![b'\''],
        [b'#', b'x' | b'X', digits @ ..] => utf8(hex(Some(digits))?)?,
        [b'#', digits @ ..] => utf8(std::str::from_utf8(digits).ok()?.parse().ok()?)?,
        _ => return None,
    };
    Some((decoded, length + 2))
}

#[cfg(test)]
mod tests;
