//! The common names of a certificate's subject: what a host is compared with when the certificate has no
//! alternative names. The reference still does that, and hand-made certificates still rely on it.

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OBJECT_IDENTIFIER: u8 = 0x06;
/// `UTF8String`, `PrintableString`, `TeletexString` and `IA5String`.
const TEXTS: [u8; 4] = [0x0c, 0x13, 0x14, 0x16];
/// 2.5.4.3, `commonName`.
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];

/// The common names in a subject, given as the contents of its DER sequence (RFC 5280, 4.1.2.4):
/// sets of attributes, each a sequence of type and value. What is malformed is left out.
pub fn common_names(subject: &[u8]) -> Vec<String> {
    let attributes = elements(subject, SET).flat_map(|set| elements(set, SEQUENCE));
    attributes.filter_map(common_name).collect()
}

/// Whether a common name stands for the host: the same, whatever the case, or a pattern such as
/// `*.example.com`, whose `*` is one label.
pub fn fits(name: &str, host: &str) -> bool {
    match (name.strip_prefix("*."), host.split_once('.')) {
        (Some(parent), Some((label, rest))) => !label.is_empty() && parent.eq_ignore_ascii_case(rest),
        (Some(_), None) => false,
        (None, _) => name.eq_ignore_ascii_case(host),
    }
}

fn common_name(attribute: &[u8]) -> Option<String> {
    let (tag, kind, rest) = element(attribute)?;
    let (text_tag, text, _) = element(rest)?;
    let is_common_name = tag == OBJECT_IDENTIFIER && kind == COMMON_NAME && TEXTS.contains(&text_tag);
    is_common_name.then(|| String::from_utf8_lossy(text).into_owned())
}

/// The contents of consecutive DER elements, up to the first that is malformed or has another tag.
fn elements(bytes: &[u8], tag: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (found, contents, after) = element(rest)?;
        rest = after;
        (found == tag).then_some(contents)
    })
}

/// Tag, contents and remainder of a DER element with a one-byte tag and at most 65,535 bytes.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (length, rest) = match bytes.get(1..)? {
        [0x81, length, rest @ ..] => (usize::from(*length), rest),
        [0x82, high, low, rest @ ..] => (usize::from(*high) << 8 | usize::from(*low), rest),
        [length @ ..=0x7f, rest @ ..] => (usize::from(*length), rest),
        _ => return None,
    };
    let (contents, after) = rest.split_at_checked(length)?;
    Some((*bytes.first()?, contents, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(kind: u8, tag: u8, text: &str) -> Vec<u8> {
        let size = |extra| u8::try_from(text.len() + extra).expect("a short text");
        let mut bytes = vec![SET, size(9), SEQUENCE, size(7), OBJECT_IDENTIFIER, 3, 0x55, 0x04, kind];
        bytes.extend([tag, size(0)]);
        bytes.extend(text.as_bytes());
        bytes
    }

    #[test]
    fn only_common_names_are_taken() {
        let inside = String::from_utf8(attribute(3, 0x13, "forged")).expect("ASCII");
        let subject =
            [attribute(6, 0x13, "DE"), attribute(10, 0x0c, &inside), attribute(3, 0x0c, "kms.test")];
        assert_eq!(common_names(&subject.concat()), ["kms.test"]);
        assert_eq!(common_names(&[attribute(3, 0x13, "a"), attribute(3, 0x16, "b")].concat()), ["a", "b"]);
        assert!(common_names(&attribute(3, 0x1e, "two-byte characters")).is_empty());
    }

    #[test]
    fn a_star_is_one_label() {
        assert!(fits("KMS.test", "kms.TEST"));
        assert!(fits("*.test", "kms.test"));
        for (name, host) in
            [("*.test", "a.b.test"), ("*.test", ".test"), ("*.test", "test"), ("k*.test", "k.test")]
        {
            assert!(!fits(name, host), "{name} {host}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..80)) {
            assert!(common_names(&bytes).len() <= bytes.len());
        }
    }
}
