//! What is worth a hint in the values of a request, whichever way they were given. No value is ever shown.

use super::lookalikes::{self, Lookalike};
use crate::cli::Invocation;
use crate::hints::Hints;
use crate::model::{Member, Operation, Shape, Text};
use crate::value::{Map, Value};

/// Looks at the parameters of a request.
pub(crate) fn of_parameters(invocation: &Invocation, parameters: &Map, hints: &Hints) {
    let is_yaml = invocation.options.contains_key("cli-input-yaml");
    let place = |member: &Member| {
        let is_option = invocation.options.contains_key(member.name);
        let without_line_end = match (is_option, is_yaml) {
            (true, _) => " printf %s writes a file without one.",
            (false, true) => " In YAML, |- in place of | leaves it out.",
            (false, false) => "",
        };
        let is_text = matches!(member.shape, Shape::String(_));
        let path = if is_option && is_text { member.option() } else { member.name.to_owned() };
        Place { path, without_line_end }
    };
    structure(parameters, invocation.call.operation.input, &place, hints);
}

/// Where a value stands.
struct Place {
    /// What a person has written: the option, or the name in a document.
    path: String,
    /// How it is given without its line end.
    without_line_end: &'static str,
}

/// `place` is that of a member of the structure.
fn structure(map: &Map, members: &'static [Member], place: &dyn Fn(&Member) -> Place, hints: &Hints) {
    for (name, value) in map.iter() {
        let Some(member) = members.iter().find(|member| *member.name == **name) else {
            misspelt_name(name, members, hints);
            continue;
        };
        match (value, member.shape) {
            (Value::Map(map), Shape::Structure(members)) => {
                let inner = |inner: &Member| {
                    let Place { path, without_line_end } = place(member);
                    Place { path: format!("{path}.{}", inner.name), without_line_end }
                };
                structure(map, members, &inner, hints);
            }
            (value, Shape::String(shape)) => {
                // Nearly all are plain, and need no name.
                if let Some(value) = value.exposed().filter(|value| !is_plain(value)) {
                    text(value, shape, member, &place(member), hints);
                }
            }
            _ => {}
        }
    }
}

/// A name that would be a member's without such characters.
fn misspelt_name(name: &str, members: &'static [Member], hints: &Hints) {
    let plain = lookalikes::plain(name);
    if let Some(member) = members.iter().find(|member| member.name == plain.trim()) {
        for found in lookalikes::all_in(name) {
            hints.add(format!("The name {} is given with {found}.", member.name));
        }
    }
}

fn is_plain(value: &str) -> bool {
    value.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !is_like_a_file(value)
}

/// Whether a person may have meant a file, as with `file:x` or `FILE://x` too.
fn is_like_a_file(value: &str) -> bool {
    let begins = |with: &str| value.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    begins("file:") || begins("fileb:")
}

fn text(value: &str, shape: &Text, member: &Member, place: &Place, hints: &Hints) {
    let Place { path, without_line_end } = place;
    let line = value.trim_end_matches(['\r', '\n']);
    // A text of several lines, such as a certificate, usually ends so.
    if value.ends_with('\n') && (shape.sensitive || !line.contains('\n')) {
        hints
            .add(format!("The value of {path} ends in a line end, which is a part of it.{without_line_end}"));
    }
    if is_like_a_file(value) {
        hints.add(not_read(member, path));
    }
    // Only a line end at the very end has a hint above.
    let found: &mut dyn Iterator<Item = Lookalike> = if is_code(shape, member) {
        &mut lookalikes::all_in(line)
    } else {
        &mut lookalikes::misplaced_in(line)
    };
    for found in found {
        hints.add(format!("The value of {path} has the character {found}."));
    }
}

/// Whether people do not write such a text freely: it is a key, an identifier or a word out of a few.
fn is_code(shape: &Text, member: &Member) -> bool {
    shape.sensitive || shape.pattern.is_some() || !shape.values.is_empty() || member.name.ends_with("Id")
}

fn not_read(member: &Member, path: &str) -> String {
    let instead = if path.contains('.') {
        format!("In shorthand, {}@=file://... reads a file.", member.name)
    } else {
        format!("The option {} file://... reads a file.", member.option())
    };
    format!("The value of {path} is taken as it stands: no file is read here. {instead}")
}

/// Looks at a request that has succeeded.
pub(crate) fn of_success(operation: &Operation, parameters: &Map, hints: &Hints) {
    let changes = |member: &&Member| !member.required && parameters.contains_key(member.name);
    if operation.name.starts_with("Update") && !operation.input.iter().any(|member| changes(&member)) {
        hints.add("Nothing was changed: no option says what to change.".to_owned());
    }
}
