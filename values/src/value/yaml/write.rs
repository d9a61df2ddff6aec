//! `--output yaml` and `yaml-stream`: YAML as libyaml's emitter writes it.
//!
//! Block style everywhere, members sorted by name, lines folded at 80 columns, and an anchor where the very
//! same list or mapping stands at two places, which a query can bring about.

mod scalar;
mod writer;

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::rc::Rc;

use self::scalar::{Style, is_simple_key};
use self::writer::Writer;
use crate::value::json::write as json;
use crate::value::{Map, Value, python, sorted};

/// Columns by which a nested block is indented.
const INDENT: usize = 2;

/// Writes the value as `--output yaml` shows it. A scalar at the top is written as JSON, as the reference does.
///
/// The rule that an empty mapping at the top prints nothing is not applied here; see [`json::write`].
pub fn write(value: &Value, out: &mut impl Write) -> io::Result<()> {
    match value {
        Value::List(_) | Value::Map(_) => write_document(value, out),
        _ => json::write(value, out),
    }
}

/// Writes one page as `--output yaml-stream` shows it: a list of that one element. All pages together read
/// as one list.
pub fn write_page(page: &Value, out: &mut impl Write) -> io::Result<()> {
    write_document(&Value::list(vec![page.clone()]), out)
}

fn write_document(value: &Value, out: &mut impl Write) -> io::Result<()> {
    let mut anchors = Anchors::default();
    anchors.find(value);
    let mut emitter = Emitter { writer: Writer::new(out), anchors };
    emitter.node(value, 0, false)?;
    emitter.writer.line_feed()
}

/// Which lists and mappings stand at more than one place.
#[derive(Default)]
struct Anchors {
    /// By address; 0 for what was met at one place only.
    numbers: HashMap<*const (), usize>,
    last: usize,
    /// The numbers whose list or mapping is written, so that later places refer to it.
    written: HashSet<usize>,
}

impl Anchors {
    /// Looks through the whole value. Numbers are given in the order in which things are met for the second
    /// time, as libyaml's serializer does.
    fn find(&mut self, value: &Value) {
        let Some((address, is_shared)) = container(value) else { return };
        // What only one place holds cannot be met again.
        if is_shared {
            if let Some(number) = self.numbers.get_mut(&address) {
                if *number == 0 {
                    self.last += 1;
                    *number = self.last;
                }
                return;
            }
            self.numbers.insert(address, 0);
        }
        match value {
            Value::List(list) => list.iter().for_each(|element| self.find(element)),
            Value::Map(map) => {
                let nested = map.iter().filter(|(_, member)| container(member).is_some());
                sorted(nested).into_iter().for_each(|(_, member)| self.find(member));
            }
            _ => {}
        }
    }

    /// The number of a list or mapping that stands at several places.
    fn number(&self, value: &Value) -> Option<usize> {
        let (address, _) = container(value)?;
        self.numbers.get(&address).copied().filter(|number| *number > 0)
    }
}

/// Where a list or mapping is in memory, and whether it may stand at several places.
fn container(value: &Value) -> Option<(*const (), bool)> {
    match value {
        Value::List(list) => Some((Rc::as_ptr(list).cast(), Rc::strong_count(list) > 1)),
        Value::Map(map) => Some((Rc::as_ptr(map).cast(), Rc::strong_count(map) > 1)),
        _ => None,
    }
}

struct Emitter<'o, W> {
    writer: Writer<'o, W>,
    anchors: Anchors,
}

impl<W: Write> Emitter<'_, W> {
    /// Writes a value. `indent` is that of a block at its place.
    fn node(&mut self, value: &Value, indent: usize, in_mapping: bool) -> io::Result<()> {
        if let Some(number) = self.anchors.number(value) {
            if !self.anchors.written.insert(number) {
                return self.writer.word(&format!("*id{number:03}"));
            }
            self.writer.word(&format!("&id{number:03}"))?;
        }
        match value {
            Value::Null => self.writer.word("null"),
            Value::Bool(truth) => self.writer.word(&truth.to_string()),
            Value::Integer(number) => self.writer.word(&number.to_string()),
            Value::Float(number) => self.writer.word(&float(*number)),
            Value::String(text) => self.string(text, indent),
            Value::List(list) if list.is_empty() => self.writer.word("[]"),
            Value::List(list) => self.list(list, indent, in_mapping),
            Value::Map(map) if map.is_empty() => self.writer.word("{}"),
            Value::Map(map) => self.map(map, indent),
            _ => self.string(&python::str(value), indent),
        }
    }

    fn list(&mut self, list: &[Value], block: usize, in_mapping: bool) -> io::Result<()> {
        // The items of a list under a key stand right below the key.
        let is_below_key = in_mapping && !self.writer.at_block_start;
        let indent = if is_below_key { block - INDENT } else { block };
        for element in list {
            self.writer.line_at(indent)?;
            self.writer.block_indicator("-")?;
            self.node(element, indent + INDENT, false)?;
        }
        Ok(())
    }

    fn map(&mut self, map: &Map, indent: usize) -> io::Result<()> {
        for (key, value) in sorted(map.iter()) {
            self.writer.line_at(indent)?;
            let style = Style::of(key);
            if is_simple_key(key, style) {
                self.writer.text(key, style, indent + INDENT, false)?;
                self.writer.colon()?;
            } else {
                self.writer.block_indicator("?")?;
                self.writer.text(key, style, indent + INDENT, true)?;
                self.writer.line_at(indent)?;
                self.writer.block_indicator(":")?;
            }
            self.node(value, indent + INDENT, true)?;
        }
        Ok(())
    }

    /// The later lines of a text are indented even if it is the whole document.
    fn string(&mut self, text: &str, indent: usize) -> io::Result<()> {
        self.writer.text(text, Style::of(text), indent.max(INDENT), true)
    }
}

fn float(number: f64) -> String {
    let text = python::repr_float(number);
    if number.is_finite() { text } else { text.replace("inf", ".inf").replace("nan", ".nan") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use saphyr_parser::{Event, Parser};

    use super::*;
    use crate::value::json::write::tests::any_value;

    fn yaml(value: &Value) -> String {
        let mut out = Vec::new();
        write(value, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn list(elements: &[Value]) -> Value {
        Value::list(elements.to_vec())
    }

    #[test]
    fn blocks_are_compact_and_members_sorted() {
        let value = Value::map([
            (
                "z",
                list(&[
                    Value::map([("b", Value::Null), ("a", Value::Bool(true))]),
                    list(&[Value::integer(1)]),
                ]),
            ),
            ("e", list(&[])),
            ("m", Value::map([("k", Value::map::<&str>([]))])),
        ]);
        assert_eq!(yaml(&value), "e: []\nm:\n  k: {}\nz:\n- a: true\n  b: null\n- - 1\n");
    }

    #[test]
    fn a_scalar_at_the_top_is_json() {
        assert_eq!(yaml(&Value::string("yes")), "\"yes\"\n");
        assert_eq!(yaml(&Value::Float(f64::NAN)), "NaN\n");
        assert_eq!(yaml(&list(&[Value::Float(f64::NAN)])), "- .nan\n");
    }

    #[test]
    fn a_page_is_a_list_of_one_element() {
        let mut out = Vec::new();
        for page in [Value::map([("a", list(&[Value::integer(1)]))]), Value::Null, Value::map::<&str>([])] {
            write_page(&page, &mut out).unwrap();
        }
        assert_eq!(String::from_utf8(out).unwrap(), "- a:\n  - 1\n- null\n- {}\n");
    }

    #[test]
    fn anchors_mark_the_same_object_and_are_numbered_as_they_repeat() {
        let (first, second) = (list(&[Value::integer(1)]), Value::map([("k", Value::integer(1))]));
        let value = list(&[first.clone(), second.clone(), second, first, list(&[Value::integer(1)])]);
        let want = "- &id002\n  - 1\n- &id001\n  k: 1\n- *id001\n- *id002\n- - 1\n";
        assert_eq!(yaml(&value), want);
    }

    #[test]
    fn a_key_of_several_lines_or_over_128_bytes_is_explicit() {
        let long = "k".repeat(129);
        let value = Value::map([(long.as_str(), list(&[Value::integer(1)])), ("a\nb", Value::Null)]);
        assert_eq!(yaml(&value), format!("? 'a\n\n  b'\n: null\n? {long}\n: - 1\n"));
    }

    #[test]
    fn long_lines_are_folded_after_the_word_that_crosses_column_80() {
        let words = "word ".repeat(20) + "end";
        let folded = format!("- {}word\n  {}end\n", "word ".repeat(15), "word ".repeat(4));
        assert_eq!(yaml(&list(&[Value::string(words)])), folded);
        let tabs = "\t ".repeat(30);
        let folded = format!("- \"{}\\t\n  {}\"\n", "\\t ".repeat(26), "\\t ".repeat(3));
        assert_eq!(yaml(&list(&[Value::string(tabs)])), folded);
    }

    /// The texts of a document in order, as another program reads them.
    fn texts(document: &str) -> Vec<String> {
        let events = Parser::new_from_str(document).map(|event| event.unwrap().0);
        let text = |event| if let Event::Scalar(text, ..) = event { Some(text.into_owned()) } else { None };
        events.filter_map(text).collect()
    }

    /// Texts without the two characters that end a line in YAML 1.1, which libyaml writes, but not in 1.2.
    fn any_text() -> impl Strategy<Value = String> {
        let text = prop_oneof![any::<String>(), "[a-c \n'\":#-]{0,200}", "(word |x|é\u{1f511}|\t){0,60}"];
        text.prop_map(|text| text.replace(['\u{2028}', '\u{2029}'], ""))
    }

    proptest! {
        #[test]
        fn any_text_reads_back_as_itself(text in any_text(), key in any_text()) {
            let value = Value::map([(key.as_str(), list(&[list(&[Value::string(text.as_str())])]))]);
            prop_assert_eq!(texts(&yaml(&value)), [key, text]);
        }

        #[test]
        fn any_value_is_whole_lines(value in any_value()) {
            prop_assert!(yaml(&value).ends_with('\n'));
        }
    }
}
