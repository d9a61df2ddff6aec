//! Long inputs, made of a short one: nothing takes time or memory out of proportion to the length.

use super::{choice, parts};

/// The length of what is repeated.
const LENGTH: usize = 1 << 16;

type Target = fn(&[u8]);

const TARGETS: [Target; 16] = [
    super::json,
    super::yaml,
    super::shorthand,
    super::query,
    super::xml,
    super::configuration,
    super::urls,
    super::bundle,
    super::command_line,
    super::completion_line,
    super::page_token,
    super::pages,
    super::reply,
    super::health,
    super::caches,
    super::yaml,
];

/// Which target, what the input begins with, what is repeated, and what it ends with. The byte 2 stands for a zero byte.
pub fn repetition(data: &[u8]) {
    let (target, data) = choice(data);
    let [start, unit, end] = parts(data);
    if unit.is_empty() {
        return;
    }
    let mut input = [start, &unit.repeat(LENGTH / unit.len()), end].concat();
    input.iter_mut().filter(|byte| **byte == 2).for_each(|byte| *byte = 0);
    TARGETS[target % TARGETS.len()](&input);
}
