//! Characters that look like those that are meant: from word processors, web pages and files of Windows.

/// What a character looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looks {
    /// A hyphen.
    Hyphen,
    /// A space.
    Space,
    Invisible,
    /// A quotation mark.
    Quote,
}

/// The characters with their Unicode names. Joiners are not among them: scripts and emoji need them.
const TABLE: &[(char, Looks, &str)] = &[
    ('\r', Looks::Invisible, "CARRIAGE RETURN"),
    ('\u{85}', Looks::Invisible, "NEXT LINE"),
    ('\u{a0}', Looks::Space, "NO-BREAK SPACE"),
    ('\u{ad}', Looks::Invisible, "SOFT HYPHEN"),
    ('\u{2002}', Looks::Space, "EN SPACE"),
    ('\u{2003}', Looks::Space, "EM SPACE"),
    ('\u{2007}', Looks::Space, "FIGURE SPACE"),
    ('\u{2009}', Looks::Space, "THIN SPACE"),
    ('\u{200b}', Looks::Invisible, "ZERO WIDTH SPACE"),
    ('\u{2010}', Looks::Hyphen, "HYPHEN"),
    ('\u{2011}', Looks::Hyphen, "NON-BREAKING HYPHEN"),
    ('\u{2012}', Looks::Hyphen, "FIGURE DASH"),
    ('\u{2013}', Looks::Hyphen, "EN DASH"),
    ('\u{2014}', Looks::Hyphen, "EM DASH"),
    ('\u{2015}', Looks::Hyphen, "HORIZONTAL BAR"),
    ('\u{2018}', Looks::Quote, "LEFT SINGLE QUOTATION MARK"),
    ('\u{2019}', Looks::Quote, "RIGHT SINGLE QUOTATION MARK"),
    ('\u{201a}', Looks::Quote, "SINGLE LOW-9 QUOTATION MARK"),
    ('\u{201b}', Looks::Quote, "SINGLE HIGH-REVERSED-9 QUOTATION MARK"),
    ('\u{201c}', Looks::Quote, "LEFT DOUBLE QUOTATION MARK"),
    ('\u{201d}', Looks::Quote, "RIGHT DOUBLE QUOTATION MARK"),
    ('\u{201e}', Looks::Quote, "DOUBLE LOW-9 QUOTATION MARK"),
    ('\u{2028}', Looks::Invisible, "LINE SEPARATOR"),
    ('\u{2029}', Looks::Invisible, "PARAGRAPH SEPARATOR"),
    ('\u{202f}', Looks::Space, "NARROW NO-BREAK SPACE"),
    ('\u{2060}', Looks::Invisible, "WORD JOINER"),
    ('\u{2212}', Looks::Hyphen, "MINUS SIGN"),
    ('\u{3000}', Looks::Space, "IDEOGRAPHIC SPACE"),
    ('\u{fe63}', Looks::Hyphen, "SMALL HYPHEN-MINUS"),
    ('\u{feff}', Looks::Invisible, "ZERO WIDTH NO-BREAK SPACE"),
    ('\u{ff0d}', Looks::Hyphen, "FULLWIDTH HYPHEN-MINUS"),
];

/// A character of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lookalike {
    /// What it looks like.
    pub(crate) looks: Looks,
    code: u32,
    name: &'static str,
}

/// Its name and number, as in `EN DASH (U+2013)`; never the character itself.
impl std::fmt::Display for Lookalike {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (U+{:04X})", self.name, self.code)
    }
}

impl Lookalike {
    /// What this character is, if it is one of them.
    pub(crate) fn of(c: char) -> Option<Lookalike> {
        // Plain text has none of them.
        if matches!(c, ' '..='~') {
            return None;
        }
        let (c, looks, name) = TABLE.iter().find(|(known, ..)| *known == c)?;
        Some(Lookalike { looks: *looks, code: u32::from(*c), name })
    }
}

/// Those in a text, in their order. A carriage return counts at the end only.
pub(crate) fn all_in(text: &str) -> impl Iterator<Item = Lookalike> {
    let last = text.len();
    let counts = move |(at, c): &(usize, char)| *c != '\r' || at + 1 == last;
    text.char_indices().filter(counts).filter_map(|(_, c)| Lookalike::of(c))
}

/// Those in a text that people write, where dashes and quotation marks are common: spaces and invisible ones, a dash at the
/// start, and quotation marks where a value of shorthand or JSON begins or ends.
pub(crate) fn misplaced_in(text: &str) -> impl Iterator<Item = Lookalike> {
    let limits = |c: Option<char>| c.is_none_or(|c| "=,:[]{}".contains(c));
    let mut before = None;
    text.char_indices().filter_map(move |(at, c)| {
        let previous = before.replace(c);
        let found = Lookalike::of(c)?;
        let after = text[at + c.len_utf8()..].chars().next();
        let counts = match found.looks {
            Looks::Quote => limits(previous) || limits(after),
            Looks::Hyphen => at == 0,
            Looks::Space => true,
            // That of a word has a hint of its own.
            Looks::Invisible => c != '\r',
        };
        counts.then_some(found)
    })
}

/// The text with plain characters in place of those: what was meant, if it is a name. A dash at the start stands for two
/// hyphens, as word processors have it.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match Lookalike::of(c).map(|found| found.looks) {
            None => plain.push(c),
            Some(Looks::Hyphen) => plain.push('-'),
            Some(Looks::Space | Looks::Invisible | Looks::Quote) => {}
        }
    }
    match text.chars().next().and_then(Lookalike::of) {
        Some(Lookalike { looks: Looks::Hyphen, .. }) => format!("--{}", plain.trim_start_matches('-')),
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(found: impl Iterator<Item = Lookalike>) -> Vec<String> {
        found.map(|found| found.to_string()).collect()
    }

    #[test]
    fn names_are_plain_again_without_them() {
        for word in [
            "\u{2014}region",
            "\u{2013}\u{2013}region",
            "-\u{2011}region",
            "--region\u{a0}",
            "--reg\u{200b}ion\r",
        ] {
            assert_eq!(plain(word), "--region", "{word:?}");
        }
        assert_eq!(plain("\u{201c}kms\u{201d}"), "kms");
        assert_eq!(plain("--a\u{2013}b"), "--a-b");
    }

    #[test]
    fn what_people_write_is_not_suspicious() {
        for text in [
            "plain",
            "A \u{2013} B",
            "Martin\u{2019}s store",
            "the \u{201c}red\u{201d} one",
            "\u{1f469}\u{200d}\u{1f4bb}",
            "a\rb",
            "",
        ] {
            assert_eq!(named(misplaced_in(text)), [""; 0], "{text:?}");
        }
    }

    #[test]
    fn what_nobody_sees_is_suspicious() {
        assert_eq!(named(misplaced_in("a\u{a0}b")), ["NO-BREAK SPACE (U+00A0)"]);
        assert_eq!(named(misplaced_in("a\u{feff}")), ["ZERO WIDTH NO-BREAK SPACE (U+FEFF)"]);
        assert_eq!(named(misplaced_in("\u{2013}a")), ["EN DASH (U+2013)"]);
        let quotes = ["LEFT DOUBLE QUOTATION MARK (U+201C)", "RIGHT DOUBLE QUOTATION MARK (U+201D)"];
        assert_eq!(named(misplaced_in("\u{201c}a\u{201d}")), quotes);
    }

    #[test]
    fn quotes_count_where_a_value_begins_or_ends() {
        assert_eq!(named(misplaced_in("A=\u{2018}x")), ["LEFT SINGLE QUOTATION MARK (U+2018)"]);
        assert_eq!(named(misplaced_in("{\u{201c}A: x")), ["LEFT DOUBLE QUOTATION MARK (U+201C)"]);
        assert_eq!(named(misplaced_in("Martin\u{2019}s")), [""; 0]);
        assert_eq!(named(misplaced_in("a\u{2014}b")), [""; 0]);
    }
}
