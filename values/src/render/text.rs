//! `--output text`: lines of fields joined by tabs, made for `cut`, `awk` and `read`.
//!
//! A mapping gives one line with its scalar members in the order of their names; the members that hold lists
//! or mappings follow on lines of their own, which begin with the member's name in upper case.

use std::io::{self, Write};
use std::rc::Rc;

use super::Error;
use super::is_container;
use crate::value::{Map, Value, python, sorted};

/// Writes the lines of a value, of one page for a paginated operation.
///
/// # Errors
///
/// A list has mappings and other things. What stands before it is written then: the reference has printed it when it
/// fails.
pub fn write(value: &Value, out: &mut impl Write) -> Result<(), Error> {
    Writer { out }.item(value, None)
}

/// Where the lines go. An item that stands under a name has it, in upper case, at the start of its lines.
struct Writer<'o, W> {
    out: &'o mut W,
}

impl<W: Write> Writer<'_, W> {
    fn item(&mut self, item: &Value, name: Option<&str>) -> Result<(), Error> {
        match item {
            Value::Map(map) => self.map(map, name),
            Value::List(list) => self.list(list, name),
            _ => Ok(self.fields([Some(item)].into_iter(), None)?),
        }
    }

    /// A mapping that is not an element of a list: its own scalar members make the line.
    fn map(&mut self, map: &Map, name: Option<&str>) -> Result<(), Error> {
        let members = sorted(map.iter());
        let scalars = members.iter().filter(|(_, value)| !is_container(value));
        self.fields(scalars.map(|(_, value)| Some(*value)), name)?;
        let mut nested = members.iter().filter(|(_, value)| is_container(value));
        nested.try_for_each(|(key, value)| self.item(value, Some(&key.to_uppercase())))
    }

    /// A mapping in a list: the columns are those of all elements, so that every line has the same fields. A list
    /// or mapping under a column's name is shown as Python prints it.
    fn row(&mut self, map: &Map, columns: &[&Rc<str>], name: Option<&str>) -> Result<(), Error> {
        self.fields(columns.iter().map(|key| map.get(key)), name)?;
        let is_nested = |key, value| is_container(value) && columns.binary_search(&key).is_err();
        let nested = sorted(map.iter().filter(|(key, value)| is_nested(*key, value)));
        nested.into_iter().try_for_each(|(key, value)| self.item(value, Some(&key.to_uppercase())))
    }

    /// One line of fields; a missing one is empty. No fields make no line.
    fn fields<'a>(
        &mut self,
        mut fields: impl Iterator<Item = Option<&'a Value>>,
        name: Option<&str>,
    ) -> io::Result<()> {
        let Some(first) = fields.next() else { return Ok(()) };
        if let Some(name) = name {
            self.push(name)?;
            self.push("\t")?;
        }
        self.field(first)?;
        for field in fields {
            self.push("\t")?;
            self.field(field)?;
        }
        self.push("\n")
    }

    /// Python's `str()` of the value, containers included.
    fn field(&mut self, value: Option<&Value>) -> io::Result<()> {
        match value {
            None => Ok(()),
            Some(Value::String(text)) => self.push(text),
            Some(value) => self.push(&python::str(value)),
        }
    }

    fn push(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    fn list(&mut self, list: &[Value], name: Option<&str>) -> Result<(), Error> {
        if list.iter().any(|element| matches!(element, Value::Map(_))) {
            let maps = list.iter().map(as_element).collect::<Result<Vec<_>, _>>()?;
            let columns = columns(&maps);
            return maps.into_iter().try_for_each(|map| self.row(map, &columns, name));
        }
        let mut scalars = list.iter().filter(|element| !is_container(element));
        match name {
            // With a name, each scalar gets a line of its own; without, all share one.
            Some(_) => scalars.try_for_each(|value| self.fields([Some(value)].into_iter(), name))?,
            None => self.fields(scalars.map(Some), None)?,
        }
        let mut lists = list.iter().filter(|element| is_container(element));
        lists.try_for_each(|list| self.item(list, name))
    }
}

fn as_element(element: &Value) -> Result<&Map, Error> {
    element.as_map().ok_or_else(|| Error::no_attribute(element, "items"))
}

/// The sorted names of the members that are scalar in at least one element.
fn columns<'a>(maps: &[&'a Map]) -> Vec<&'a Rc<str>> {
    let mut columns: Vec<&Rc<str>> = Vec::new();
    for (key, value) in maps.iter().flat_map(|map| map.iter()) {
        if !is_container(value) && !columns.contains(&key) {
            columns.push(key);
        }
    }
    columns.sort_unstable();
    columns
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::json::write::tests::any_value;

    fn text(value: &Value) -> String {
        let mut out = Vec::new();
        write(value, &mut out).unwrap();
        String::from_utf8(out).unwrap()
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
        let mut out = Vec::new();
        let error = write(&Value::map([("a", Value::integer(7)), ("b", bad)]), &mut out).unwrap_err();
        assert_eq!(error.to_string(), "'int' object has no attribute 'items'");
        assert_eq!(out, b"7\n");
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
            let mut out = Vec::new();
            let _ = write(&value, &mut out);
            prop_assert!(out.is_empty() || out.ends_with(b"\n"));
        }
    }
}
