//! JSON as the scripted server sends it and as the case files are laid out.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

/// The columns that a line of a case file may have.
const WIDTH: usize = 110;

/// `{"a": 1, "b": [2, 3]}`: a blank after each comma and colon.
struct Spaced {
    /// Whether characters outside printable ASCII are written as `\u` escapes.
    ascii: bool,
}

impl Formatter for Spaced {
    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        if !self.ascii {
            return writer.write_all(text.as_bytes());
        }
        for c in text.chars() {
            if matches!(c, ' '..='~') {
                write!(writer, "{c}")?;
            } else {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }
}

/// The value on one line, in ASCII: the body of a reply.
pub fn ascii(value: &Value) -> String {
    one_line(value, true)
}

/// A case file: one member a line, lists and objects that fit into a line on one.
pub fn case_file(cases: &[Value]) -> String {
    let cases: Vec<String> = cases.iter().map(|case| broken(case, 2)).collect();
    format!("[\n  {}\n]\n", cases.join(",\n  "))
}

/// The value from column `indent` on, with `taken` columns of the line used after that.
fn laid_out(value: &Value, indent: usize, taken: usize) -> String {
    let line = one_line(value, false);
    let empty_or_scalar = match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    };
    if empty_or_scalar || indent + taken + line.chars().count() < WIDTH {
        line
    } else {
        broken(value, indent)
    }
}

/// The value with each of its items or members on a line of its own.
fn broken(value: &Value, indent: usize) -> String {
    let inner = indent + 2;
    let (open, rows, close): (_, Vec<String>, _) = match value {
        Value::Array(items) => ('[', items.iter().map(|item| laid_out(item, inner, 0)).collect(), ']'),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let name = one_line(&Value::from(name.as_str()), false) + ": ";
                let value = laid_out(value, inner, name.chars().count());
                name + &value
            };
            ('{', members.iter().map(member).collect(), '}')
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return one_line(value, false),
    };
    let pad = format!("\n{:inner$}", "");
    format!("{open}{pad}{}\n{:indent$}{close}", rows.join(&format!(",{pad}")), "")
}

fn one_line(value: &Value, ascii: bool) -> String {
    let mut out = Vec::new();
    value
        .serialize(&mut Serializer::with_formatter(&mut out, Spaced { ascii }))
        .expect("a JSON value can be written");
    String::from_utf8(out).expect("JSON is UTF-8")
}
