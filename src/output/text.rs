//! `--output text`: lines of fields joined by tabs, made for `cut`, `awk` and `read`.
//!
//! A mapping gives one line with its scalar members in the order of their names; the members that hold lists
//! or mappings follow on lines of their own, which begin with the member's name in upper case.

use std::rc::Rc;

use thiserror::Error;

use crate::value::{Map, Value, python};

/// Why a value has no text form.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// A list holds mappings and also something else.
    #[error("'{found}' object has no attribute 'items'")]
    MixedList {
        /// Python's name for the type of the element that is not a mapping.
        found: &'static str,
    },
}

/// Appends the lines of a value, of one page for a paginated operation.
///
/// # Errors
///
/// [`Error`](enum@Error) for a list of mappings and other things. What stands before it is in `out` then: the
/// reference has printed it when it fails.
pub fn write(value: &Value, out: &mut String) -> Result<(), Error> {
    write_item(value, None, out)
}

fn write_item(item: &Value, identifier: Option<&str>, out: &mut String) -> Result<(), Error> {
    match item {
        Value::Map(map) => write_map(map, identifier, out),
        Value::List(list) => write_list(list, identifier, out),
        _ => {
            write_scalar(item, out);
            out.push('\n');
            Ok(())
        }
    }
}

fn is_container(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Map(_))
}

/// Appends Python's `str()` of the value, containers included.
fn write_scalar(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => out.push_str(text),
        _ => out.push_str(&python::str(value)),
    }
}

/// A mapping that is not an element of a list: its own scalar members make the line.
fn write_map(map: &Map, identifier: Option<&str>, out: &mut String) -> Result<(), Error> {
    let mut members: Vec<(&Rc<str>, &Value)> = map.iter().collect();
    members.sort_unstable_by_key(|(key, _)| *key);
    let (rest, scalars): (Vec<_>, Vec<_>) = members.into_iter().partition(|(_, value)| is_container(value));
    write_fields(scalars.into_iter().map(|(_, value)| Some(value)), identifier, out);
    write_rest(rest, out)
}

/// A mapping in a list: the columns are those of all elements, so that every line has the same fields. A list
/// or mapping under a column's name is shown as Python prints it.
fn write_row(
    map: &Map,
    columns: &[&Rc<str>],
    identifier: Option<&str>,
    out: &mut String,
) -> Result<(), Error> {
    write_fields(columns.iter().map(|key| map.get(key)), identifier, out);
    let mut rest: Vec<(&Rc<str>, &Value)> =
        map.iter().filter(|(key, _)| columns.binary_search(key).is_err()).collect();
    rest.sort_unstable_by_key(|(key, _)| *key);
    write_rest(rest, out)
}

/// One line of fields; a missing one is empty. No fields make no line.
fn write_fields<'a>(
    mut fields: impl ExactSizeIterator<Item = Option<&'a Value>>,
    identifier: Option<&str>,
    out: &mut String,
) {
    if fields.len() == 0 {
        return;
    }
    if let Some(identifier) = identifier {
        out.push_str(&identifier.to_uppercase());
        out.push('\t');
    }
    if let Some(Some(first)) = fields.next() {
        write_scalar(first, out);
    }
    for field in fields {
        out.push('\t');
        if let Some(value) = field {
            write_scalar(value, out);
        }
    }
    out.push('\n');
}

fn write_rest(rest: Vec<(&Rc<str>, &Value)>, out: &mut String) -> Result<(), Error> {
    rest.into_iter().try_for_each(|(key, value)| write_item(value, Some(key), out))
}

fn write_list(list: &[Value], identifier: Option<&str>, out: &mut String) -> Result<(), Error> {
    if list.iter().any(|element| matches!(element, Value::Map(_))) {
        let maps = list.iter().map(as_element).collect::<Result<Vec<_>, _>>()?;
        let columns = columns(&maps);
        return maps.into_iter().try_for_each(|map| write_row(map, &columns, identifier, out));
    }
    let (lists, scalars): (Vec<_>, Vec<_>) = list.iter().partition(|element| is_container(element));
    if !scalars.is_empty() {
        write_scalars(&scalars, identifier, out);
    }
    lists.into_iter().try_for_each(|list| write_item(list, identifier, out))
}

fn as_element(element: &Value) -> Result<&Map, Error> {
    element.as_map().ok_or(Error::MixedList { found: python::type_name(element) })
}

/// The sorted names of the members that are scalar in at least one element.
fn columns<'a>(maps: &[&'a Map]) -> Vec<&'a Rc<str>> {
    let mut columns: Vec<&Rc<str>> = Vec::new();
    for (key, value) in maps.iter().flat_map(|map| map.iter()) {
        if !is_container(value)
            && let Err(place) = columns.binary_search(&key)
        {
            columns.insert(place, key);
        }
    }
    columns
}

/// With a name, each scalar gets a line of its own; without, all share one.
fn write_scalars(scalars: &[&Value], identifier: Option<&str>, out: &mut String) {
    match identifier {
        Some(_) => scalars.iter().for_each(|value| write_fields([Some(*value)].into_iter(), identifier, out)),
        None => write_fields(scalars.iter().map(|value| Some(*value)), None, out),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::output::json::tests::any_value;

    fn text(value: &Value) -> String {
        let mut out = String::new();
        write(value, &mut out).unwrap();
        out
    }

    fn strings(texts: &[&str]) -> Value {
        Value::list(texts.iter().map(|text| Value::string(*text)).collect())
    }

    #[test]
    fn scalars_are_printed_as_python_prints_them() {
        let values =
            [Value::Null, Value::Bool(true), Value::Float(1e16), Value::string("a\tb"), Value::string("")];
        assert_eq!(values.iter().map(text).collect::<String>(), "None\nTrue\n1e+16\na\tb\n\n");
    }

    #[test]
    fn members_are_sorted_and_nested_ones_follow_under_their_names() {
        let value = Value::map([
            ("z", Value::integer(1)),
            ("stores", Value::list(vec![Value::map([("b", Value::integer(2))])])),
            ("ids", strings(&["x", "y"])),
            ("a", Value::Bool(false)),
        ]);
        assert_eq!(text(&value), "False\t1\nIDS\tx\nIDS\ty\nSTORES\t2\n");
    }

    #[test]
    fn the_mappings_of_a_list_share_their_columns() {
        let value = Value::list(vec![
            Value::map([("a", Value::integer(1)), ("m", Value::map([("k", Value::Null)]))]),
            Value::map([("b", Value::integer(2)), ("a", strings(&["x"]))]),
        ]);
        assert_eq!(text(&value), "1\t\nM\tNone\n['x']\t2\n");
    }

    #[test]
    fn the_scalars_of_a_mixed_list_come_before_its_lists() {
        let value =
            Value::list(vec![strings(&["c", "d"]), Value::integer(1), strings(&[]), Value::integer(2)]);
        assert_eq!(text(&value), "1\t2\nc\td\n");
    }

    #[test]
    fn a_list_of_mappings_and_other_things_keeps_what_stands_before_it() {
        let bad = Value::list(vec![Value::map([("k", Value::Null)]), Value::integer(1)]);
        let mut out = String::new();
        let error = write(&Value::map([("a", Value::integer(7)), ("b", bad)]), &mut out).unwrap_err();
        assert_eq!(error.to_string(), "'int' object has no attribute 'items'");
        assert_eq!(out, "7\n");
    }

    #[test]
    fn empty_containers_print_nothing() {
        for value in [Value::list(vec![]), Value::map::<&str>([]), Value::list(vec![Value::map::<&str>([])])]
        {
            assert_eq!(text(&value), "");
        }
    }

    proptest! {
        #[test]
        fn any_value_is_whole_lines_or_an_error(value in any_value()) {
            let mut out = String::new();
            let _ = write(&value, &mut out);
            prop_assert!(out.is_empty() || out.ends_with('\n'));
        }
    }
}
