//! JSON as Python's `json` module writes it.
//!
//! Three forms are needed: the indented one of `--output json`, the one that goes into pagination tokens
//! and requests, and the one that the query function `to_string` returns.

use std::io::{self, Write};

use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use crate::value::json::plain_length;
use crate::value::{Map, Value, python};

/// How the parts of a document are put together.
struct Form {
    separator: &'static str,
    colon: &'static str,
    line_feed: &'static str,
    /// What each level adds to the start of a line.
    indent: &'static str,
    /// Whether characters outside ASCII are written as `\uXXXX`.
    ascii: bool,
    /// Whether secrets are written as they are; otherwise they are hidden.
    secrets: bool,
}

const INDENTED: Form =
    Form { separator: ",", colon: ": ", line_feed: "\n", indent: "    ", ascii: false, secrets: false };
const WIRE: Form =
    Form { separator: ", ", colon: ": ", line_feed: "", indent: "", ascii: true, secrets: true };
const COMPACT: Form =
    Form { separator: ",", colon: ":", line_feed: "", indent: "", ascii: true, secrets: false };

/// Writes the value as `--output json` shows it, with the final line feed.
///
/// The rule that an empty mapping at the top prints nothing is not applied here: it belongs to the command's
/// result, and an error or a skeleton has no such rule.
pub fn write(value: &Value, out: &mut impl Write) -> io::Result<()> {
    Writer::new(&INDENTED, out).value(value)?;
    out.write_all(b"\n")
}

/// The text of [`write()`].
pub fn to_string(value: &Value) -> String {
    let mut text = Vec::new();
    let _ = write(value, &mut text);
    String::from_utf8(text).unwrap_or_default()
}

/// The value as the reference puts it into tokens and requests: on one line, ASCII only, with a space after
/// each comma and colon. Secrets are written as they are, here and nowhere else; the text is wiped when
/// dropped.
pub fn to_wire(value: &Value) -> Zeroizing<String> {
    // Growing would leave copies behind that nobody wipes, so the text gets its room at once.
    let mut text = Vec::with_capacity(wire_room(value));
    let _ = Writer::new(&WIRE, &mut text).value(value);
    String::from_utf8(text).unwrap_or_default().into()
}

/// The value on one line, ASCII only and without spaces, as the query function `to_string` returns it.
pub fn to_compact(value: &Value) -> String {
    let mut text = Vec::new();
    let _ = Writer::new(&COMPACT, &mut text).value(value);
    String::from_utf8(text).unwrap_or_default()
}

/// No fewer bytes than [`to_wire`] writes for the value.
fn wire_room(value: &Value) -> usize {
    // An escaped byte takes up to six bytes; quotes and a separator come on top.
    let text = |text: &str| text.len() * 6 + 4;
    match value {
        Value::Null | Value::Bool(_) | Value::Float(_) | Value::Integer(_) => 48,
        Value::String(string) => text(string),
        Value::Secret(secret) => text(secret.expose_secret()),
        Value::List(list) => 4 + list.iter().map(wire_room).sum::<usize>(),
        Value::Map(map) => 4 + map.iter().map(|(key, value)| text(key) + wire_room(value)).sum::<usize>(),
        _ => text(&python::str(value)),
    }
}

struct Writer<'o, W> {
    form: &'static Form,
    /// What stands before an element at the present depth: the separator, and where there are lines a line feed and
    /// the indent.
    start: String,
    out: &'o mut W,
}

impl<'o, W: Write> Writer<'o, W> {
    fn new(form: &'static Form, out: &'o mut W) -> Writer<'o, W> {
        Writer { form, start: [form.separator, form.line_feed].concat(), out }
    }

    fn value(&mut self, value: &Value) -> io::Result<()> {
        match value {
            Value::Null => self.push("null"),
            Value::Bool(truth) => write!(self.out, "{truth}"),
            Value::Integer(number) => write!(self.out, "{number}"),
            Value::Float(number) => self.float(*number),
            Value::String(text) => self.text(text),
            Value::Secret(secret) if self.form.secrets => self.text(secret.expose_secret()),
            Value::List(list) => self.list(list),
            Value::Map(map) => self.map(map),
            _ => self.text(&python::str(value)),
        }
    }

    fn list(&mut self, list: &[Value]) -> io::Result<()> {
        self.open("[")?;
        for (index, element) in list.iter().enumerate() {
            self.begin(index)?;
            self.value(element)?;
        }
        self.close("]", list.is_empty())
    }

    fn map(&mut self, map: &Map) -> io::Result<()> {
        self.open("{")?;
        for (index, (key, value)) in map.iter().enumerate() {
            self.begin(index)?;
            self.text(key)?;
            self.push(self.form.colon)?;
            self.value(value)?;
        }
        self.close("}", map.is_empty())
    }

    fn open(&mut self, bracket: &str) -> io::Result<()> {
        self.start.push_str(self.form.indent);
        self.push(bracket)
    }

    /// Begins an element. Before the first one there is nothing to separate it from.
    fn begin(&mut self, index: usize) -> io::Result<()> {
        let skipped = if index == 0 { self.form.separator.len() } else { 0 };
        self.out.write_all(&self.start.as_bytes()[skipped..])
    }

    /// Ends what [`Writer::open`] began. What is empty stays on its line.
    fn close(&mut self, bracket: &str, empty: bool) -> io::Result<()> {
        self.start.truncate(self.start.len() - self.form.indent.len());
        if !empty {
            self.begin(0)?;
        }
        self.push(bracket)
    }

    /// NaN and the infinities are bare words, as Python writes them.
    fn float(&mut self, number: f64) -> io::Result<()> {
        match number {
            _ if number.is_nan() => self.push("NaN"),
            f64::INFINITY => self.push("Infinity"),
            f64::NEG_INFINITY => self.push("-Infinity"),
            _ => self.push(&python::repr_float(number)),
        }
    }

    /// Where all is ASCII, everything outside its printable characters is escaped, DEL included; elsewhere only what
    /// JSON demands.
    fn text(&mut self, text: &str) -> io::Result<()> {
        self.push("\"")?;
        let mut rest = text;
        loop {
            let plain =
                if self.form.ascii { plain_ascii_length(rest) } else { plain_length(rest.as_bytes()) };
            let (before, after) = rest.split_at(plain);
            self.push(before)?;
            let mut after = after.chars();
            let Some(special) = after.next() else { break };
            self.escape(special)?;
            rest = after.as_str();
        }
        self.push("\"")
    }

    fn escape(&mut self, c: char) -> io::Result<()> {
        match c {
            '"' => self.push("\\\""),
            '\\' => self.push("\\\\"),
            '\n' => self.push("\\n"),
            '\r' => self.push("\\r"),
            '\t' => self.push("\\t"),
            '\u{8}' => self.push("\\b"),
            '\u{c}' => self.push("\\f"),
            _ => c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(self.out, "\\u{unit:04x}")),
        }
    }

    fn push(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }
}

/// The number of bytes before the first one that is escaped where all is ASCII.
fn plain_ascii_length(text: &str) -> usize {
    text.bytes().take_while(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')).count()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::rc::Rc;

    use proptest::prelude::*;
    use secrecy::SecretString;

    use super::*;
    use crate::value::json;

    /// Any value that a reply can hold.
    pub fn any_value() -> impl Strategy<Value = Value> {
        let text = prop_oneof![any::<String>(), "[a-c \n'\":.-]{0,60}"];
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::integer),
            any::<f64>().prop_map(Value::Float),
            text.clone().prop_map(Value::string),
        ];
        scalar.prop_recursive(5, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::list),
                prop::collection::vec((text.clone(), inner), 0..6).prop_map(Value::map),
            ]
        })
    }

    #[test]
    fn containers_are_indented_by_four_and_empty_ones_stay_inline() {
        let value = Value::map([
            ("a", Value::list(vec![Value::integer(1), Value::list(vec![]), Value::Null])),
            ("b", Value::map::<&str>([])),
        ]);
        let want = "{\n    \"a\": [\n        1,\n        [],\n        null\n    ],\n    \"b\": {}\n}\n";
        assert_eq!(to_string(&value), want);
    }

    #[test]
    fn only_what_json_demands_is_escaped() {
        let text = Value::string("\"\\\n\r\t\u{8}\u{c}\u{1}/\u{7f}\u{2028}\u{e9}\u{1f511}");
        let want = "\"\\\"\\\\\\n\\r\\t\\b\\f\\u0001/\u{7f}\u{2028}\u{e9}\u{1f511}\"\n";
        assert_eq!(to_string(&text), want);
    }

    #[test]
    fn numbers_are_written_as_python_does() {
        let numbers = [1e16, 1e-5, 1.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        let texts: Vec<String> = numbers.iter().map(|n| to_string(&Value::Float(*n))).collect();
        assert_eq!(texts.concat(), "1e+16\n1e-05\n1.0\n-0.0\nNaN\nInfinity\n-Infinity\n");
    }

    #[test]
    fn the_wire_form_is_ascii_on_one_line() {
        let value = Value::map([
            ("\u{e9}", Value::list(vec![Value::Null, Value::Bool(true)])),
            ("k", Value::string("\u{7f}\u{1f511}")),
        ]);
        assert_eq!(*to_wire(&value), r#"{"\u00e9": [null, true], "k": "\u007f\ud83d\udd11"}"#);
    }

    #[test]
    fn a_secret_is_in_clear_on_the_wire_only() {
        let secret = Value::Secret(Rc::new(SecretString::from("hush")));
        assert_eq!(*to_wire(&secret), "\"hush\"");
        assert_eq!(to_string(&secret), "\"****\"\n");
        assert_eq!(to_compact(&Value::list(vec![secret.clone(), secret])), "[\"****\",\"****\"]");
    }

    proptest! {
        #[test]
        fn every_form_reads_back_as_the_same_value(value in any_value()) {
            for text in [to_string(&value), to_wire(&value).to_string(), to_compact(&value)] {
                let read = json::parse(&text).unwrap();
                prop_assert_eq!(python::repr(&read), python::repr(&value));
            }
            prop_assert!(to_wire(&value).len() <= wire_room(&value));
        }
    }
}
