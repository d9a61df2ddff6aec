//! The patterns of the service model, matched so that the character that breaks one can be named.
//!
//! They use few things: characters, classes, groups, alternatives, repetitions, `\d` and `\u0020`. All must match the whole
//! text. A text is walked through at all its places at once, so that no pattern takes long.

use std::iter::Peekable;
use std::ops::RangeInclusive;
use std::str::Chars;

/// An item and how often it may follow itself.
struct Piece {
    item: Item,
    least: usize,
    most: usize,
}

enum Item {
    Class(Vec<RangeInclusive<char>>),
    Group(Vec<Vec<Piece>>),
}

struct Walk<'t> {
    text: &'t [char],
    /// The last place at which a character did not fit.
    furthest: usize,
}

/// The place of the first character that does not fit the pattern, or the end of the text if that comes too early. `None`
/// if the text fits, or if the pattern has something that patterns here do not have.
pub(super) fn misfit(pattern: &str, text: &str) -> Option<usize> {
    let mut reader = pattern.chars().peekable();
    let alternatives = alternatives(&mut reader).filter(|_| reader.peek().is_none())?;
    let text: Vec<char> = text.chars().collect();
    let mut start = vec![false; text.len() + 1];
    start[0] = true;
    let mut walk = Walk { text: &text, furthest: 0 };
    let ends = walk.group(&alternatives, &start);
    let last = ends.iter().rposition(|is_end| *is_end);
    (last != Some(text.len())).then(|| walk.furthest.max(last.unwrap_or(0)))
}

fn alternatives(reader: &mut Peekable<Chars>) -> Option<Vec<Vec<Piece>>> {
    let mut alternatives = vec![Vec::new()];
    while let Some(c) = reader.next_if(|c| *c != ')') {
        let item = match c {
            '|' => {
                alternatives.push(Vec::new());
                continue;
            }
            '^' | '$' => continue,
            '(' => {
                let group = self::alternatives(reader)?;
                reader.next_if_eq(&')')?;
                Item::Group(group)
            }
            '[' => Item::Class(class(reader)?),
            '\\' => Item::Class(vec![escape(reader)?]),
            '.' | '*' | '+' | '?' | '{' => return None,
            c => Item::Class(vec![c..=c]),
        };
        let (least, most) = repetition(reader)?;
        alternatives.last_mut()?.push(Piece { item, least, most });
    }
    Some(alternatives)
}

/// What follows `[`, up to its `]`.
fn class(reader: &mut Peekable<Chars>) -> Option<Vec<RangeInclusive<char>>> {
    let mut ranges = Vec::new();
    loop {
        let first = match reader.next()? {
            ']' => return Some(ranges),
            '\\' => escape(reader)?,
            c => c..=c,
        };
        let mut ahead = reader.clone();
        let is_range = ahead.next() == Some('-') && ahead.peek().is_some_and(|c| *c != ']');
        if !is_range {
            ranges.push(first);
            continue;
        }
        reader.next();
        let last = match reader.next()? {
            '\\' => *escape(reader)?.end(),
            c => c,
        };
        ranges.push(*first.start()..=last);
    }
}

/// What follows `\`.
fn escape(reader: &mut Peekable<Chars>) -> Option<RangeInclusive<char>> {
    match reader.next()? {
        'd' => Some('0'..='9'),
        'u' => {
            let digits: String = reader.by_ref().take(4).collect();
            let c = char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?;
            Some(c..=c)
        }
        c if c.is_ascii_punctuation() => Some(c..=c),
        _ => None,
    }
}

fn repetition(reader: &mut Peekable<Chars>) -> Option<(usize, usize)> {
    let Some(sign) = reader.next_if(|c| "+*?{".contains(*c)) else { return Some((1, 1)) };
    match sign {
        '+' => Some((1, usize::MAX)),
        '*' => Some((0, usize::MAX)),
        '?' => Some((0, 1)),
        _ => {
            let limits: String = reader.by_ref().take_while(|c| *c != '}').collect();
            let (least, most) = limits.split_once(',').unwrap_or((&limits, &limits));
            Some((least.parse().ok()?, most.parse().ok()?))
        }
    }
}

impl Walk<'_> {
    /// The places that the alternatives lead to.
    fn group(&mut self, alternatives: &[Vec<Piece>], from: &[bool]) -> Vec<bool> {
        let mut reached = vec![false; from.len()];
        for pieces in alternatives {
            let ends = pieces.iter().fold(from.to_vec(), |from, piece| self.piece(piece, &from));
            merge(&mut reached, &ends);
        }
        reached
    }

    fn piece(&mut self, piece: &Piece, from: &[bool]) -> Vec<bool> {
        let mut reached = if piece.least == 0 { from.to_vec() } else { vec![false; from.len()] };
        let mut now = from.to_vec();
        for count in 1..=piece.most {
            now = match &piece.item {
                Item::Group(alternatives) => self.group(alternatives, &now),
                Item::Class(ranges) => self.class(ranges, &now),
            };
            let is_new = count < piece.least || merge(&mut reached, &now);
            if !is_new || !now.contains(&true) {
                break;
            }
        }
        reached
    }

    fn class(&mut self, ranges: &[RangeInclusive<char>], from: &[bool]) -> Vec<bool> {
        let mut reached = vec![false; from.len()];
        for (place, _) in from.iter().enumerate().filter(|(_, is_here)| **is_here) {
            match self.text.get(place) {
                Some(c) if ranges.iter().any(|range| range.contains(c)) => reached[place + 1] = true,
                _ => self.furthest = self.furthest.max(place),
            }
        }
        reached
    }
}

/// Whether something came to the places that were not reached before.
fn merge(reached: &mut [bool], more: &[bool]) -> bool {
    let mut is_new = false;
    for (place, is_here) in more.iter().enumerate().filter(|(_, is_here)| **is_here) {
        is_new |= !reached[place];
        reached[place] = *is_here;
    }
    is_new
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex_lite::Regex;

    use super::*;
    use crate::model::{Member, Shape};
    use crate::operations;

    fn patterns(members: &[Member], found: &mut Vec<&'static str>) {
        for member in members {
            match member.shape {
                Shape::String(text) => found.extend(text.pattern),
                Shape::Structure(members) => patterns(members, found),
                _ => {}
            }
        }
    }

    fn all() -> Vec<&'static str> {
        let mut found = Vec::new();
        operations::operations().for_each(|operation| patterns(operation.input, &mut found));
        found
    }

    #[test]
    fn the_first_character_that_does_not_fit_is_found() {
        let path = r"^(/[a-zA-Z0-9\/_-]+/kms/xks/v\d{1,2})$|^(/kms/xks/v\d{1,2})$";
        for (pattern, text, place) in [
            ("^https://[a-zA-Z0-9.-]+$", "https://xks.example.com", None),
            ("^https://[a-zA-Z0-9.-]+$", "https://xks.example.com:443", Some(23)),
            ("^https://[a-zA-Z0-9.-]+$", "http://xks.example.com", Some(4)),
            ("^https://[a-zA-Z0-9.-]+$", "https://", Some(8)),
            (path, "/kms/xks/v1", None),
            (path, "/a/kms/xks/v12", None),
            (path, "/a b/kms/xks/v1", Some(2)),
            ("cluster-[2-7a-zA-Z]{11,16}", "cluster-1a2b3c4d5e6f", Some(8)),
            ("cluster-[2-7a-zA-Z]{11,16}", "cluster-abcdefghijklmnopq", Some(24)),
            ("^[A-Z2-7]+$", "ABCDE12345670EXAMPLE", Some(5)),
            (r"[\u0020-\u00FF]*", "", None),
            ("a.c", "x", None),
        ] {
            assert_eq!(misfit(pattern, text), place, "{text}");
        }
    }

    #[test]
    fn every_pattern_of_the_tables_is_understood() {
        assert!(all().len() > 6);
        for pattern in all() {
            assert_eq!(misfit(pattern, "\u{1}"), Some(0), "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn a_text_fits_exactly_when_a_regular_expression_says_so(
            which in any::<prop::sample::Index>(), text in "[a-z2-7/]{0,3}(cluster-|https://|com.amazonaws.vpce.|/kms/xks/v)?[a-cA-C0-9/.-]{0,20}(/kms/xks/v1|us-east-1.vpce-svc-1)?"
        ) {
            let pattern = *which.get(&all());
            let expression = Regex::new(&format!("^(?:{pattern})$")).expect("an expression");
            prop_assert_eq!(misfit(pattern, &text).is_none(), expression.is_match(&text));
        }
    }
}
