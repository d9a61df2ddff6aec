//! Why a document is refused, as data.

/// Why a document is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum YamlError {
    /// The reference says `Invalid YAML received.` and nothing more.
    #[error("{at}: {reason}.")]
    Invalid {
        /// What is wrong.
        reason: Reason,
        /// Where it is.
        at: Position,
    },
    /// The document is well-formed, but a value in it cannot be made. The reference fails with an error of
    /// Python's. The text of this has the same words, but for what Python quotes of the document.
    #[error(transparent)]
    Value(#[from] ValueError),
}

/// A place in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Line {line}, column {column}")]
pub(crate) struct Position {
    /// The line, from 1.
    pub(crate) line: usize,
    /// The column in characters, from 1.
    pub(crate) column: usize,
}

/// What makes a document invalid. The texts never quote the document: it may hold secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Reason {
    /// The bytes are neither UTF-8 nor UTF-16 with a byte order mark.
    #[error("not a UTF-8 text")]
    Encoding,
    /// A control character or a character that Unicode does not assign.
    #[error("a character that YAML does not allow")]
    Character,
    /// A tab outside quotes, block scalars and comments.
    #[error("a tab where only spaces are allowed")]
    Tab,
    /// The parser does not understand it; it says why without quoting the document.
    #[error("{0}")]
    Syntax(String),
    /// A `%YAML` directive without a version, or with another than 1.*.
    #[error("not a version of YAML that is supported")]
    Version,
    /// More than one document.
    #[error("more than one document")]
    SeveralDocuments,
    /// Nested too deep, with aliases counted as what they stand for.
    #[error("nested too deep")]
    Depth,
    /// Too much, with aliases and merges counted as what they stand for.
    #[error("too large with all aliases written out")]
    Size,
    /// A tag that has no meaning here, or a `<<` or `=` where it has none.
    #[error("a tag without a meaning here")]
    Tag,
    /// A tag on a node of another kind, such as `!!str` on a list.
    #[error("a tag that does not fit its value")]
    Kind,
    /// A key given twice.
    #[error("a key that was given before")]
    DuplicateKey,
    /// A mapping or a set as a key.
    #[error("a key that is a mapping or a set")]
    Key,
    /// A `<<` with something else than mappings.
    #[error("'<<' with something else than mappings")]
    Merge,
    /// A `!!binary` that is not Base64.
    #[error("not a Base64 text")]
    Base64,
    /// A `!!timestamp` that does not look like one.
    #[error("not a timestamp")]
    Timestamp,
}

/// What Python says of a value that it cannot make.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ValueError {
    /// `int()` of something else.
    #[error("invalid literal for int() with base {base}")]
    Int {
        /// 2, 8, 10 or 16.
        base: u32,
    },
    /// `float()` of something else.
    #[error("could not convert string to float")]
    Float,
    /// `!!bool` of another word. Python says nothing but the word.
    #[error("not a boolean")]
    Bool,
    /// A number of no characters: the `IndexError` of looking at the first.
    #[error("string index out of range")]
    EmptyNumber,
    /// A whole number of more than 4300 decimal digits.
    #[error(
        "Exceeds the limit (4300 digits) for integer string conversion{}; \
         use sys.set_int_max_str_digits() to increase the limit",
        .digits.map(|count| format!(": value has {count} digits")).unwrap_or_default()
    )]
    IntTooLong {
        /// How many, if it was written in decimal.
        digits: Option<usize>,
    },
    /// The year 0000.
    #[error("year 0 is out of range")]
    YearZero,
    /// A month outside 1 to 12.
    #[error("month must be in 1..12")]
    Month,
    /// A day that the month does not have.
    #[error("day is out of range for month")]
    Day,
    /// An hour above 23.
    #[error("hour must be in 0..23")]
    Hour,
    /// A minute above 59.
    #[error("minute must be in 0..59")]
    Minute,
    /// A second above 59.
    #[error("second must be in 0..59")]
    Second,
    /// A zone of a day or more.
    #[error(
        "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), \
         not datetime.timedelta({}).",
        timedelta(*.minutes)
    )]
    Offset {
        /// Minutes east of UTC.
        minutes: i32,
    },
    /// A fraction that rounds up past the year 9999.
    #[error("date value out of range")]
    DateOverflow,
    /// A key twice in an `!!omap`: in Python an assertion without words.
    #[error("a key twice in an ordered map")]
    DuplicateInOrderedMap,
    /// A key of a kind that cannot be one, inside a sequence that is a key.
    #[error("unhashable type: '{type_name}'")]
    Unhashable {
        /// Python's name of its type.
        type_name: &'static str,
    },
    /// A version such as 1.3.
    #[error("version minor part can only be 2 or 1, got (1, {minor})")]
    MinorVersion {
        /// The digits after the point.
        minor: u32,
    },
}

impl Position {
    /// The place of a byte offset.
    pub(super) fn of(text: &str, offset: usize) -> Position {
        let before = text.get(..offset).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |index| index + 1);
        Position {
            line: before.bytes().filter(|b| *b == b'\n').count() + 1,
            column: before[start..].chars().count() + 1,
        }
    }
}

/// The arguments of Python's `repr()` of a time difference: whole days, then seconds that are not negative.
fn timedelta(minutes: i32) -> String {
    let (days, seconds) = (minutes.div_euclid(24 * 60), minutes.rem_euclid(24 * 60) * 60);
    match (days, seconds) {
        (0, 0) => "0".to_owned(),
        (0, _) => format!("seconds={seconds}"),
        (_, 0) => format!("days={days}"),
        (_, _) => format!("days={days}, seconds={seconds}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        assert_eq!(Position::of("", 0), Position { line: 1, column: 1 });
        assert_eq!(Position::of("a\n\u{e9}b", 4), Position { line: 2, column: 2 });
    }

    #[test]
    fn time_differences_have_their_python_form() {
        assert_eq!(timedelta(1440), "days=1");
        assert_eq!(timedelta(-5999), "days=-5, seconds=72060");
        assert_eq!(timedelta(61), "seconds=3660");
    }
}
