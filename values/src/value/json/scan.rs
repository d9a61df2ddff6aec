//! Finds where a text of JSON stops standing for itself, eight bytes at a time: most of a reply is such texts.

/// The same byte at all eight places of a word.
const fn everywhere(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The number of bytes before the first quote, backslash or control character.
pub fn plain_length(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks();
    for (index, word) in words.iter().enumerate() {
        let plain = plain_in_word(*word);
        if plain < word.len() {
            return index * word.len() + plain;
        }
    }
    let mut last = [b'"'; 8];
    last[..rest.len()].copy_from_slice(rest);
    bytes.len() - rest.len() + plain_in_word(last)
}

/// [`plain_length`] of eight bytes.
///
/// In each term a byte gets its highest bit where it is what the term looks for. Bytes behind such a one may get the
/// bit too, because a subtraction borrows from them; only the first one counts.
fn plain_in_word(bytes: [u8; 8]) -> usize {
    let word = u64::from_le_bytes(bytes);
    let is_less = |word: u64, limit: u8| word.wrapping_sub(everywhere(limit)) & !word;
    let is_equal = |byte: u8| is_less(word ^ everywhere(byte), 1);
    let special = (is_less(word, b' ') | is_equal(b'"') | is_equal(b'\\')) & everywhere(0x80);
    special.trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_byte_is_special_or_not_whatever_is_around_it() {
        for byte in 0..=u8::MAX {
            let special = byte < 0x20 || byte == b'"' || byte == b'\\';
            for around in [b' ', b'!', b'#', 0x7f, 0x80, 0xff] {
                for place in 0..20 {
                    let mut bytes = [around; 20];
                    bytes[place] = byte;
                    assert_eq!(plain_length(&bytes), if special { place } else { 20 }, "{bytes:?}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn it_is_the_length_of_what_is_plain(bytes in prop::collection::vec(0x1eu8..0x24, 0..20)) {
            let plain = bytes.iter().take_while(|byte| **byte >= 0x20 && **byte != b'"').count();
            prop_assert_eq!(plain_length(&bytes), plain);
        }
    }
}
