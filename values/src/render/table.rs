//! `--output table`: boxes for people to read.
//!
//! A value becomes a row of sections, one below the other; a nested member is a section of its own, drawn
//! with one more bar at each side. All sections are as wide as the widest one. When that is wider than the
//! terminal, sections with a single row are turned: a line for each member instead of a column.

mod draw;
mod section;
mod width;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Write;
use std::rc::Rc;

use self::section::{Header, Section};
use super::Error;
use super::is_container;
use crate::value::{Map, Value, python, sorted};

/// Whether the cells and the bars of nested sections are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// No colour.
    Off,
    /// Colour, for a pager.
    On,
    /// Colour, for the standard output itself. The reference's terminal library then resets the colour after
    /// every piece that it writes.
    OnWithResets,
}

/// Writes the table of a value, titled with the operation's name in the API's spelling.
///
/// `terminal_width` is in columns: those of the terminal, or 80 when there is none. A value that is empty,
/// null, false or zero prints nothing.
///
/// # Errors
///
/// The value does not fit into a table; nothing is written then.
pub fn write(
    title: &str,
    value: &Value,
    terminal_width: usize,
    colour: Colour,
    out: &mut impl Write,
) -> Result<(), Error> {
    let mut sections = Vec::new();
    add(Some(title), value, 0, &mut sections)?;
    if sections.is_empty() {
        return Ok(());
    }
    if widest(&sections) > terminal_width {
        sections.iter_mut().for_each(Section::turn);
    }
    Ok(draw::sections(&sections, widest(&sections), colour, out)?)
}

fn widest(sections: &[Section]) -> usize {
    sections.iter().map(Section::total_width).max().unwrap_or(0)
}

/// Adds the sections of a value. Without a title, what comes goes into the last section.
fn add<'a>(
    title: Option<&'a str>,
    value: &'a Value,
    indent: usize,
    sections: &mut Vec<Section<'a>>,
) -> Result<(), Error> {
    if !python::is_truthy(value) {
        return Ok(());
    }
    if title.is_some() {
        sections.push(Section::new(title, indent));
    }
    match value {
        Value::Map(map) => add_map(map, indent, sections),
        Value::List(list) if matches!(list.first(), Some(Value::Map(_))) => {
            add_maps(title, list, indent, sections)
        }
        Value::List(list) => list.iter().try_for_each(|element| add_element(element, sections)),
        // A scalar at the top has a title and nothing else.
        _ => Ok(()),
    }
}

/// Python's `str()` of a cell, containers included.
fn cell(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        _ => Cow::Owned(python::str(value)),
    }
}

/// The section that rows without a title of their own go to. There is one as soon as anything is added,
/// because the root always has a title.
fn last<'v, 'a>(sections: &'v mut Vec<Section<'a>>) -> &'v mut Section<'a> {
    if sections.is_empty() {
        sections.push(Section::new(None, 0));
    }
    let index = sections.len() - 1;
    &mut sections[index]
}

/// An element of a list that does not begin with a mapping. A mapping here contributes its keys.
fn add_element<'a>(element: &'a Value, sections: &mut Vec<Section<'a>>) -> Result<(), Error> {
    match element {
        Value::List(list) if list.iter().any(is_container) => add(None, element, 0, sections),
        Value::List(list) => last(sections).add_row(list.iter().map(cell)),
        Value::Map(map) => last(sections).add_row(map.iter().map(|(key, _)| Cow::Borrowed(&**key))),
        _ => last(sections).add_row([cell(element)].into_iter()),
    }
}

/// A mapping: its scalar members are a row, the others are sections of their own.
fn add_map<'a>(map: &'a Map, indent: usize, sections: &mut Vec<Section<'a>>) -> Result<(), Error> {
    let (nested, scalars): (Vec<_>, Vec<_>) =
        sorted(map.iter()).into_iter().partition(|(_, value)| is_container(value));
    let section = last(sections);
    match scalars.as_slice() {
        [] => {}
        [(key, value)] => section.add_row([Cow::Borrowed(&***key), cell(value)].into_iter())?,
        _ => {
            section.add_header(scalars.iter().map(|(key, _)| &***key).collect())?;
            section.add_row(scalars.iter().map(|(_, value)| cell(value)))?;
        }
    }
    nested.into_iter().try_for_each(|(key, value)| add(Some(key), value, indent + 1, sections))
}

/// A list of mappings: one header for all of them. If any has nested members, each mapping gets a section of
/// its own, followed by theirs.
fn add_maps<'a>(
    title: Option<&'a str>,
    list: &'a [Value],
    indent: usize,
    sections: &mut Vec<Section<'a>>,
) -> Result<(), Error> {
    let mut columns = BTreeSet::new();
    let mut nested = BTreeSet::new();
    for element in list {
        for (key, value) in members(element)? {
            if is_container(value) {
                nested.insert(&**key)
            } else {
                columns.insert(&**key)
            };
        }
    }
    let header: Header = columns.iter().copied().collect();
    last(sections).add_header(Rc::clone(&header))?;
    for (index, element) in list.iter().enumerate() {
        let map = match element {
            Value::Map(map) => Some(map),
            // Without columns nothing is asked of it.
            _ if columns.is_empty() => None,
            _ => return Err(Error::no_attribute(element, "get")),
        };
        if index > 0 && !nested.is_empty() {
            sections.push(Section::new(title, indent));
            last(sections).add_header(Rc::clone(&header))?;
        }
        let cells =
            columns.iter().map(|key| map.and_then(|map| map.get(key)).map_or(Cow::Borrowed(""), cell));
        last(sections).add_row(cells)?;
        for key in &nested {
            if let Some(value) = map.and_then(|map| map.get(key)) {
                add(Some(key), value, indent + 1, sections)?;
            }
        }
    }
    Ok(())
}

/// The members of an element among mappings. What has none fails as it does in the reference; an empty text
/// and an empty list fail only when it is their turn to become a row.
fn members(element: &Value) -> Result<impl Iterator<Item = (&Rc<str>, &Value)>, Error> {
    let map = match element {
        Value::Map(map) => Some(&**map),
        Value::String(text) if text.is_empty() => None,
        Value::List(list) if list.is_empty() => None,
        _ => return Err(no_members(element)),
    };
    Ok(map.into_iter().flat_map(|map| map.iter()))
}

fn no_members(element: &Value) -> Error {
    let found = python::type_name(element);
    let words = match element {
        Value::String(_) | Value::Secret(_) => "string indices must be integers, not 'str'".to_owned(),
        Value::List(list) => match list.first() {
            None | Some(Value::Integer(_) | Value::Bool(_)) => return Error::no_attribute(element, "get"),
            Some(first) => {
                format!("list indices must be integers or slices, not {}", python::type_name(first))
            }
        },
        _ => format!("'{found}' object is not iterable"),
    };
    Error::Unfit(words)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::json::write::tests::any_value;

    fn table(value: &Value, terminal_width: usize) -> String {
        let mut out = Vec::new();
        write("ListThings", value, terminal_width, Colour::Off, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn thing(name: &str, size: i64) -> Value {
        Value::map([("Size", Value::integer(size)), ("Name", Value::string(name))])
    }

    #[test]
    fn mappings_of_scalars_are_rows_under_one_header() {
        let value = Value::map([("Things", Value::list(vec![thing("one", 1), thing("second", 22)]))]);
        let want = "\
----------------------
|     ListThings     |
+--------------------+
||      Things      ||
|+---------+--------+|
||  Name   | Size   ||
|+---------+--------+|
||  one    |  1     ||
||  second |  22    ||
|+---------+--------+|
";
        assert_eq!(table(&value, 80), want);
    }

    #[test]
    fn a_single_row_that_is_too_wide_is_turned() {
        let want = "\
-----------------
|  ListThings   |
+-------+-------+
|  Name |  one  |
|  Size |  1    |
+-------+-------+
";
        assert_eq!(table(&thing("one", 1), 17), want);
    }

    #[test]
    fn what_is_falsy_prints_nothing_and_a_scalar_only_the_title() {
        for value in [Value::Null, Value::integer(0), Value::string(""), Value::list(vec![])] {
            assert_eq!(table(&value, 80), "");
        }
        assert_eq!(table(&Value::string("x"), 80), "------------\n|ListThings|\n+----------+\n");
    }

    #[test]
    fn rows_of_different_lengths_are_refused() {
        let row = |cells: &[i64]| Value::list(cells.iter().map(|n| Value::integer(*n)).collect());
        let mut out = Vec::new();
        let value = Value::list(vec![row(&[1, 2]), row(&[3])]);
        let error = write("T", &value, 80, Colour::Off, &mut out).unwrap_err();
        assert_eq!(error.to_string(), "Row should have 2 elements, instead it has 1");
        assert_eq!(out, b"");
    }

    #[test]
    fn colour_is_reset_after_each_piece_only_when_asked_for() {
        let value = Value::map([("b", Value::list(vec![Value::integer(1)]))]);
        let coloured = |colour| {
            let mut out = Vec::new();
            write("T", &value, 80, colour, &mut out).unwrap();
            String::from_utf8(out).unwrap().lines().nth(5).map(str::to_owned)
        };
        let bar = "\x1b[2m\x1b[33m|\x1b[0m";
        let cell = "|  \x1b[1m\x1b[34m1\x1b[0m  |";
        assert_eq!(coloured(Colour::Off).as_deref(), Some("||  1  ||"));
        assert_eq!(coloured(Colour::On), Some(format!("{bar}{cell}{bar}")));
        let with_resets = format!("\x1b[0m{bar}\x1b[0m{cell}\x1b[0m{bar}\x1b[0m");
        assert_eq!(coloured(Colour::OnWithResets), Some(with_resets));
    }

    proptest! {
        #[test]
        fn any_value_is_a_table_or_an_error(value in any_value(), terminal_width in 0..200usize) {
            let mut out = Vec::new();
            match write("T", &value, terminal_width, Colour::OnWithResets, &mut out) {
                Ok(()) => prop_assert_eq!(out.is_empty(), !python::is_truthy(&value)),
                Err(_) => prop_assert!(out.is_empty()),
            }
        }
    }
}
