//! What a query makes of a value.

use std::rc::Rc;

use super::allowance::Allowance;
use super::ast::{Kind, Node, Slice};
use super::compare;
use super::error::RuntimeError;
use super::functions::{self, Argument};
use crate::value::{Map, Value, python};

/// An expression that is to be asked of other values, and what may be made for it.
#[derive(Clone, Copy)]
pub(super) struct Question<'q> {
    node: &'q Node,
    allowance: &'q Allowance<'q>,
}

impl Question<'_> {
    /// The answer for a value.
    pub(super) fn ask(self, value: &Value) -> Result<Value, RuntimeError> {
        evaluate(self.node, value, self.allowance)
    }

    /// The answers for all elements, nulls included.
    pub(super) fn ask_all(self, elements: &[Value]) -> Result<Value, RuntimeError> {
        list(elements.iter().map(|element| self.ask(element)), self.allowance)
    }
}

/// The answer of a node for a value. Recursion is as deep as the tree is high, which the parser limits.
pub(super) fn evaluate(node: &Node, value: &Value, allowance: &Allowance) -> Result<Value, RuntimeError> {
    allowance.spend(1)?;
    match &node.kind {
        Kind::Current => Ok(value.clone()),
        Kind::Field(name) => Ok(value.as_map().and_then(|map| map.get(name)).cloned().unwrap_or(Value::Null)),
        Kind::Literal(literal) => Ok(literal.clone()),
        Kind::Pipe(parts) => evaluate(&parts[1], &evaluate(&parts[0], value, allowance)?, allowance),
        Kind::Index(base, index) => Ok(element(&evaluate(base, value, allowance)?, *index)),
        Kind::Slice(base, slice) => sliced(&evaluate(base, value, allowance)?, *slice),
        Kind::Flatten(base) => Ok(flattened(&evaluate(base, value, allowance)?)),
        Kind::Values(map) => Ok(match evaluate(map, value, allowance)? {
            Value::Map(map) => Value::list(map.iter().map(|(_, member)| member.clone()).collect()),
            _ => Value::Null,
        }),
        Kind::Filter(parts) => filtered(parts, value, allowance),
        Kind::Projection(parts) => project(parts, value, allowance),
        Kind::Comparison(operator, operands) => {
            let holds = compare::holds(
                *operator,
                &evaluate(&operands[0], value, allowance)?,
                &evaluate(&operands[1], value, allowance)?,
            )?;
            Ok(holds.map_or(Value::Null, Value::Bool))
        }
        Kind::Or(operands) => {
            let left = evaluate(&operands[0], value, allowance)?;
            if is_false(&left) { evaluate(&operands[1], value, allowance) } else { Ok(left) }
        }
        Kind::And(operands) => {
            let left = evaluate(&operands[0], value, allowance)?;
            if is_false(&left) { Ok(left) } else { evaluate(&operands[1], value, allowance) }
        }
        Kind::Not(operand) => Ok(Value::Bool(is_false(&evaluate(operand, value, allowance)?))),
        Kind::MultiSelectList(_) | Kind::MultiSelectHash(_) if matches!(value, Value::Null) => {
            Ok(Value::Null)
        }
        Kind::MultiSelectList(nodes) => {
            list(nodes.iter().map(|node| evaluate(node, value, allowance)), allowance)
        }
        Kind::MultiSelectHash(pairs) => hash(pairs, value, allowance),
        Kind::Function(name, nodes) => {
            let arguments = nodes.iter().map(|node| argument(node, value, allowance));
            functions::call(name, &arguments.collect::<Result<Vec<_>, _>>()?, allowance)
        }
        Kind::ExpressionReference(_) => Err(RuntimeError::ExpressionAsValue),
    }
}

fn hash(pairs: &[(Rc<str>, Node)], value: &Value, allowance: &Allowance) -> Result<Value, RuntimeError> {
    let mut members = Map::new();
    for (key, node) in pairs {
        members.insert(Rc::clone(key), evaluate(node, value, allowance)?);
    }
    let map = Value::Map(Rc::new(members));
    allowance.spend_value(&map).map(|()| map)
}

fn argument<'n>(
    node: &'n Node,
    value: &Value,
    allowance: &'n Allowance,
) -> Result<Argument<'n>, RuntimeError> {
    match &node.kind {
        Kind::ExpressionReference(node) => Ok(Argument::Expression(Question { node, allowance })),
        _ => evaluate(node, value, allowance).map(Argument::Value),
    }
}

fn element(value: &Value, index: isize) -> Value {
    let Some(list) = value.as_list() else { return Value::Null };
    let place = match usize::try_from(index) {
        Ok(place) => Some(place),
        Err(_) => list.len().checked_sub(index.unsigned_abs()),
    };
    place.and_then(|place| list.get(place)).cloned().unwrap_or(Value::Null)
}

/// The elements of a slice, chosen as Python chooses them.
fn sliced(value: &Value, [start, stop, step]: Slice) -> Result<Value, RuntimeError> {
    let Some(list) = value.as_list() else { return Ok(Value::Null) };
    let step = step.unwrap_or(1);
    if step == 0 {
        return Err(RuntimeError::SliceStepZero);
    }
    let length = list.len() as isize;
    // A backward slice runs from the last element to before the first, which is -1 here.
    let (lowest, highest) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let clamp = |bound: isize| {
        let bound = if bound < 0 { bound.saturating_add(length) } else { bound };
        bound.clamp(lowest, highest)
    };
    let (first, last) = if step > 0 { (lowest, highest) } else { (highest, lowest) };
    let mut at = start.map_or(first, clamp);
    let stop = stop.map_or(last, clamp);
    let mut elements = Vec::new();
    while (step > 0 && at < stop) || (step < 0 && at > stop) {
        elements.extend(usize::try_from(at).ok().and_then(|at| list.get(at)).cloned());
        at = at.saturating_add(step);
    }
    Ok(Value::list(elements))
}

fn flattened(base: &Value) -> Value {
    let Some(list) = base.as_list() else { return Value::Null };
    let mut elements = Vec::with_capacity(list.len());
    for element in list {
        match element {
            Value::List(inner) => elements.extend(inner.iter().cloned()),
            _ => elements.push(element.clone()),
        }
    }
    Value::list(elements)
}

/// The answers for all elements, without the nulls.
fn project([base, each]: &[Node; 2], value: &Value, allowance: &Allowance) -> Result<Value, RuntimeError> {
    let Value::List(elements) = evaluate(base, value, allowance)? else { return Ok(Value::Null) };
    let answers = elements.iter().map(|element| evaluate(each, element, allowance));
    list(answers.filter(|answer| !matches!(answer, Ok(Value::Null))), allowance)
}

/// A list of answers, or the first error among them.
fn list(
    answers: impl Iterator<Item = Result<Value, RuntimeError>>,
    allowance: &Allowance,
) -> Result<Value, RuntimeError> {
    let mut elements = Vec::with_capacity(answers.size_hint().0);
    for answer in answers {
        elements.push(answer?);
    }
    let list = Value::list(elements);
    allowance.spend_value(&list).map(|()| list)
}

fn filtered(
    [base, condition]: &[Node; 2],
    value: &Value,
    allowance: &Allowance,
) -> Result<Value, RuntimeError> {
    let Value::List(list) = evaluate(base, value, allowance)? else { return Ok(Value::Null) };
    let mut chosen = Vec::new();
    for element in list.iter() {
        if !is_false(&evaluate(condition, element, allowance)?) {
            chosen.push(element.clone());
        }
    }
    Ok(Value::list(chosen))
}

/// What counts as false: null, `false` and everything empty; a number never does.
fn is_false(value: &Value) -> bool {
    !matches!(value, Value::Integer(_) | Value::Float(_)) && !python::is_truthy(value)
}
