//! How much a query may make and do: a short one can double a list, or a text, at each of its steps.

use std::cell::Cell;

use super::error::RuntimeError;
use crate::value::Value;

/// Steps and values that any document allows.
const FREE: usize = 200_000;

/// How many more each value of the document allows.
const FOR_EACH_VALUE: usize = 100;

/// Bytes of a text that count as a value.
const BYTES_OF_VALUE: usize = 16;

/// What a query may still make of a document. A value counts as often as it is written out, wherever it is shared.
pub(super) struct Allowance<'d> {
    document: &'d Value,
    spent: Cell<usize>,
    /// Known as soon as the document has to be counted.
    most: Cell<usize>,
}

impl<'d> Allowance<'d> {
    /// That of a query which nothing has been made for.
    pub(super) fn new(document: &'d Value) -> Allowance<'d> {
        Allowance { document, spent: Cell::new(0), most: Cell::new(FREE) }
    }

    /// Counts so many steps or values.
    pub(super) fn spend(&self, count: usize) -> Result<(), RuntimeError> {
        let spent = self.spent.get().saturating_add(count);
        self.spent.set(spent);
        if spent > self.most.get() && self.most.get() == FREE {
            let mut values = 0_usize;
            weigh(self.document, &mut |weight| {
                values = values.saturating_add(weight);
                Ok(())
            })?;
            self.most.set(values.saturating_mul(FOR_EACH_VALUE).saturating_add(FREE));
        }
        if spent > self.most.get() { Err(RuntimeError::TooMuch) } else { Ok(()) }
    }

    /// Counts a text of so many bytes.
    pub(super) fn spend_text(&self, bytes: usize) -> Result<(), RuntimeError> {
        self.spend(bytes / BYTES_OF_VALUE)
    }

    /// Counts a value that the query has made, with all in it.
    pub(super) fn spend_value(&self, value: &Value) -> Result<(), RuntimeError> {
        weigh(value, &mut |weight| self.spend(weight))
    }
}

/// Adds up a value and all in it, until there is too much.
fn weigh(value: &Value, add: &mut impl FnMut(usize) -> Result<(), RuntimeError>) -> Result<(), RuntimeError> {
    add(1 + value.exposed().map_or(0, str::len) / BYTES_OF_VALUE)?;
    match value {
        Value::List(list) => list.iter().try_for_each(|element| weigh(element, add)),
        Value::Map(map) => map.iter().try_for_each(|(key, member)| {
            add(key.len() / BYTES_OF_VALUE)?;
            weigh(member, add)
        }),
        _ => Ok(()),
    }
}
