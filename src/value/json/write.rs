//! JSON as Python's `json` module writes it.
//!
//! Three forms are needed: the indented one of `--output json`, the one that goes into pagination tokens
//! and requests, and the one that the query function `to_string` returns.

use std::fmt::Write;

use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use crate::value::json::plain_length;
use crate::value::{Map, Value, python};
use crate::value::{PIECE, keep};

/// How the parts of a document are put together.
struct Form {
    /// Between the elements of a list and the members of a mapping.
    separator: &'static str,
    /// Between a key and its value.
    colon: &'static str,
    /// What ends a line, if there are lines.
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

/// Appends the value as `--output json` shows it, with the final line feed.
///
/// The rule that an empty mapping at the top prints nothing is not applied here: it belongs to the command's
/// result, and an error or a skeleton has no such rule. `full` gets what has been appended whenever that is much, and
/// must empty it; [`keep`] lets all of it stay.
pub(crate) fn write(value: &Value, out: &mut String, full: &mut dyn FnMut(&mut String)) {
    Writer::new(&INDENTED, out, full).value(value);
    out.push('\n');
}

/// The value as the reference puts it into tokens and requests: on one line, ASCII only, with a space after
/// each comma and colon. Secrets are written as they are, here and nowhere else; the text is wiped when
/// dropped.
pub(crate) fn to_wire(value: &Value) -> Zeroizing<String> {
    // Growing would leave copies behind that nobody wipes, so the text gets its room at once.
    let mut out = Zeroizing::new(String::with_capacity(wire_room(value)));
    Writer::new(&WIRE, &mut out, &mut keep).value(value);
    out
}

/// Appends the value on one line, ASCII only and without spaces, as the query function `to_string` returns
/// it.
pub(crate) fn write_compact(value: &Value, out: &mut String) {
    Writer::new(&COMPACT, out, &mut keep).value(value);
}

/// No fewer bytes than [`to_wire`] writes for the value.
fn wire_room(value: &Value) -> usize {
    // An escaped byte takes up to six bytes; quotes and a separator come on top.
    let text = |text: &str| text.len() * 6 + 4;
    match value {
        Value::Null | Value::Bool(_) | Value::Float(_) => 32,
        Value::Integer(number) => number.as_str().len() + 2,
        Value::String(string) => text(string),
        Value::Secret(secret) => text(secret.expose_secret()),
        Value::List(list) => 4 + list.iter().map(wire_room).sum::<usize>(),
        Value::Map(map) => 4 + map.iter().map(|(key, value)| text(key) + wire_room(value)).sum::<usize>(),
        Value::Bytes(_) => text(&python::str(value)),
    }
}

/// Where a document goes, and how.
struct Writer<'o> {
    form: &'static Form,
    /// What stands before an element at the present depth: the separator, and where there are lines a line feed and
    /// the indent.
    start: String,
    out: &'o mut String,
    full: &'o mut dyn FnMut(&mut String),
}

impl<'o> Writer<'o> {
    fn new(form: &'static Form, out: &'o mut String, full: &'o mut dyn FnMut(&mut String)) -> Writer<'o> {
        Writer { form, start: [form.separator, form.line_feed].concat(), out, full }
    }

    fn value(&mut self, value: &Value) {
        let form = self.form;
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(true) => self.out.push_str("true"),
            Value::Bool(false) => self.out.push_str("false"),
            Value::Integer(number) => self.out.push_str(number.as_str()),
            Value::Float(number) => write_float(*number, self.out),
            Value::String(text) => write_text(text, form.ascii, self.out),
            Value::Secret(secret) if form.secrets => {
                write_text(secret.expose_secret(), form.ascii, self.out);
            }
            Value::Secret(_) => write_text(python::HIDDEN, form.ascii, self.out),
            Value::List(list) => self.list(list),
            Value::Map(map) => self.map(map),
            Value::Bytes(_) => write_text(&python::str(value), form.ascii, self.out),
        }
    }

    fn list(&mut self, list: &[Value]) {
        self.out.push('[');
        self.indent();
        for (index, element) in list.iter().enumerate() {
            self.begin(index);
            self.value(element);
            if self.out.len() >= PIECE {
                (self.full)(self.out);
            }
        }
        self.outdent(list.is_empty());
        self.out.push(']');
    }

    fn map(&mut self, map: &Map) {
        self.out.push('{');
        self.indent();
        for (index, (key, value)) in map.iter().enumerate() {
            self.begin(index);
            write_text(key, self.form.ascii, self.out);
            self.out.push_str(self.form.colon);
            self.value(value);
        }
        self.outdent(map.is_empty());
        self.out.push('}');
    }

    fn indent(&mut self) {
        self.start.push_str(self.form.indent);
    }

    /// Begins an element. Before the first one there is nothing to separate it from.
    fn begin(&mut self, index: usize) {
        let skipped = if index == 0 { self.form.separator.len() } else { 0 };
        self.out.push_str(&self.start[skipped..]);
    }

    /// Ends what [`Writer::indent`] began. What is empty stays on its line.
    fn outdent(&mut self, empty: bool) {
        self.start.truncate(self.start.len() - self.form.indent.len());
        if !empty {
            self.begin(0);
        }
    }
}

/// NaN and the infinities are bare words, as Python writes them.
fn write_float(number: f64, out: &mut String) {
    if number.is_nan() {
        out.push_str("NaN");
    } else if number.is_infinite() {
        out.push_str(if number > 0.0 { "Infinity" } else { "-Infinity" });
    } else {
        out.push_str(&python::repr_float(number));
    }
}

/// With `ascii`, everything outside the printable ASCII characters is escaped, DEL included; without it only
/// what JSON demands.
fn write_text(text: &str, ascii: bool, out: &mut String) {
    out.push('"');
    let mut rest = text;
    loop {
        let plain = if ascii { plain_ascii_length(rest) } else { plain_length(rest.as_bytes()) };
        let (before, after) = rest.split_at(plain);
        out.push_str(before);
        let mut after = after.chars();
        let Some(special) = after.next() else { break };
        write_escape(special, out);
        rest = after.as_str();
    }
    out.push('"');
}

/// The number of bytes before the first one that is escaped where all is ASCII.
fn plain_ascii_length(text: &str) -> usize {
    text.bytes().take_while(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')).count()
}

fn write_escape(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        _ => {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::rc::Rc;

    use proptest::prelude::*;
    use secrecy::SecretString;

    use super::*;
    use crate::value::{Integer, json};

    /// Any value that a reply can hold.
    pub(crate) fn any_value() -> impl Strategy<Value = Value> {
        let text = prop_oneof![any::<String>(), "[a-c \n'\":.-]{0,60}"];
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(|number| Value::Integer(Integer::from(number))),
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

    fn indented(value: &Value) -> String {
        let mut out = String::new();
        write(value, &mut out, &mut keep);
        out
    }

    #[test]
    fn containers_are_indented_by_four_and_empty_ones_stay_inline() {
        let value = Value::map([
            ("a", Value::list(vec![Value::integer(1), Value::list(vec![]), Value::Null])),
            ("b", Value::map::<&str>([])),
        ]);
        let want = "{\n    \"a\": [\n        1,\n        [],\n        null\n    ],\n    \"b\": {}\n}\n";
        assert_eq!(indented(&value), want);
    }

    #[test]
    fn only_what_json_demands_is_escaped() {
        let text = Value::string("\"\\\n\r\t\u{8}\u{c}\u{1}/\u{7f}\u{2028}\u{e9}\u{1f511}");
        let want = "\"\\\"\\\\\\n\\r\\t\\b\\f\\u0001/\u{7f}\u{2028}\u{e9}\u{1f511}\"\n";
        assert_eq!(indented(&text), want);
    }

    #[test]
    fn numbers_are_written_as_python_does() {
        let numbers = [1e16, 1e-5, 1.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        let texts: Vec<String> = numbers.iter().map(|n| indented(&Value::Float(*n))).collect();
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
        assert_eq!(indented(&secret), "\"****\"\n");
        let mut compact = String::new();
        write_compact(&Value::list(vec![secret.clone(), secret]), &mut compact);
        assert_eq!(compact, "[\"****\",\"****\"]");
    }

    proptest! {
        #[test]
        fn every_form_reads_back_as_the_same_value(value in any_value()) {
            let mut compact = String::new();
            write_compact(&value, &mut compact);
            for text in [indented(&value), to_wire(&value).to_string(), compact] {
                let read = json::parse(&text).unwrap();
                prop_assert_eq!(python::repr(&read), python::repr(&value));
            }
            prop_assert!(to_wire(&value).len() <= wire_room(&value));
        }
    }
}
