//! Characters written as two escapes, as JSON writes those beyond U+FFFF: `"\ud83d\udd11"`.
//!
//! YAML has no such pairs. The reference takes each half for a character, and joins them again when it writes
//! its request as JSON, so a JSON document works as YAML.

/// Joins all pairs of a line into one escape each; `None` if there are none.
///
/// The line is taken to be inside double quotes.
pub(super) fn join_surrogates(line: &str) -> Option<String> {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(index) = rest.find('\\') {
        let (before, escape) = rest.split_at(index);
        out += before;
        rest = match pair(escape) {
            Some((c, after)) => {
                out += &format!("\\U{:08x}", u32::from(c));
                after
            }
            None => {
                // The character after the backslash goes along: it may be a backslash.
                let length = escape.chars().take(2).map(char::len_utf8).sum();
                let (escape, after) = escape.split_at(length);
                out += escape;
                after
            }
        };
    }
    out += rest;
    (out != line).then_some(out)
}

fn pair(text: &str) -> Option<(char, &str)> {
    let (high, rest) = unit(text)?;
    let (low, rest) = unit(rest)?;
    let c = char::decode_utf16([high, low]).next()?.ok()?;
    (u32::from(c) > 0xffff).then_some((c, rest))
}

/// One `\uXXXX`.
fn unit(text: &str) -> Option<(u16, &str)> {
    let rest = text.strip_prefix("\\u")?;
    let digits = rest.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    Some((u16::from_str_radix(digits, 16).ok()?, &rest[4..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pairs_that_are_not_escaped_themselves_are_joined() {
        assert_eq!(join_surrogates(r"a\ud83d\uDD11b").as_deref(), Some(r"a\U0001f511b"));
        assert_eq!(join_surrogates(r"\\\ud83d\udd11").as_deref(), Some(r"\\\U0001f511"));
        for line in [r"\\ud83d\udd11", r"\ud83d", r"\ud83d\u0041", r"\u00e9\u00e8", r"\ud83é\udd11", "\\"] {
            assert_eq!(join_surrogates(line), None, "{line}");
        }
    }
}
