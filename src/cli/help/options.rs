//! Options on a page: their types, limits and forms.

use std::borrow::Cow;

use clap::builder::PossibleValue;
use clap::{Arg, Command};

use super::page::{Block, Section};
use crate::cli::words::name_of;
use crate::model::{Member, Shape, Text};

const GLOBAL: &str = "Global options";

/// The options of a level, and its arguments before them. `members` are those of the request.
pub(super) fn section(level: &Command, members: &'static [Member]) -> Option<Section> {
    let blocks: Vec<Block> = shown(level).map(|option| entry(option, members)).collect();
    (!blocks.is_empty()).then(|| Section::new("OPTIONS", blocks))
}

/// The options of a level that are on its page.
pub(super) fn shown(level: &Command) -> impl Iterator<Item = &Arg> {
    level.get_arguments().filter(|option| !option.is_hide_set())
}

/// All that there is to say about an option.
pub(super) fn entry(option: &Arg, members: &'static [Member]) -> Block {
    let member = members.iter().find(|member| option.get_id() == member.name);
    let required = if option.is_required_set() { " [required]" } else { "" };
    let kind = if option.is_positional() { String::new() } else { format!(" ({})", kind(option)) };
    let help = option.get_help().map(ToString::to_string).unwrap_or_default();
    let mut blocks = vec![Block::Text(help)];
    match member {
        Some(member) => blocks.extend(demands(member.shape)),
        None => blocks.extend(values(option.get_possible_values().iter().map(PossibleValue::get_name))),
    }
    Block::Item(format!("{}{kind}{required}", name(option)), blocks)
}

/// The parts of a command line: its options, those that can be left out in brackets.
pub(super) fn synopsis(command: &str, level: &Command) -> Vec<String> {
    let part = |option: &Arg| {
        let optional_value = option.get_num_args().is_some_and(|range| range.min_values() == 0);
        let many = if option.is_positional() && optional_value { "..." } else { "" };
        let whole = match value(option) {
            _ if option.is_positional() => name(option),
            None => name(option),
            Some(value) if optional_value => format!("{} [<{value}>]", name(option)),
            Some(value) => format!("{} <{value}>", name(option)),
        };
        if option.is_required_set() { whole } else { format!("[{whole}{many}]") }
    };
    let globals = "[global options]".to_owned();
    [command.to_owned()].into_iter().chain(shown(level).map(part)).chain([globals]).collect()
}

/// The global options in a few lines.
pub(super) fn globals(top: &Command) -> Section {
    let options = shown(top).filter(|option| option.get_help_heading() == Some(GLOBAL));
    let names = options.map(|option| match value(option) {
        Some(value) => format!("{} <{value}>", name(option)),
        None => name(option),
    });
    Section::new(
        "GLOBAL OPTIONS",
        [Block::list(names), Block::text("aws help global-options explains them.")],
    )
}

fn name(option: &Arg) -> String {
    if option.is_positional() { option.get_id().to_string() } else { name_of(option) }
}

/// The word for an option's value. A flag has none.
pub(super) fn value(option: &Arg) -> Option<&str> {
    let names = option.get_value_names().filter(|_| option.get_action().takes_values());
    names?.first().map(|name| name.as_str())
}

fn kind(option: &Arg) -> Cow<'_, str> {
    match value(option) {
        None => "boolean".into(),
        Some(_) if !option.get_possible_values().is_empty() => "string".into(),
        Some("number") => "integer".into(),
        Some("JMESPATH" | "NAME" | "REGION" | "URL" | "FILE" | "token") => "string".into(),
        Some("SECONDS") => "integer".into(),
        Some(word) => word.to_lowercase().into(),
    }
}

/// What the service demands of a value, and how it is written.
fn demands(shape: &'static Shape) -> Vec<Block> {
    match shape {
        Shape::String(text) => limits(text).into_iter().chain(values(text.values.iter().copied())).collect(),
        Shape::Integer { min, max } => vec![Block::Text(format!("From {min} to {max}."))],
        Shape::Structure(members) => {
            let required = |member: &Member| if member.required { " [required]" } else { "" };
            let item = |member: &'static Member| {
                let head = format!("{} ({}){}", member.name, member.shape.word(), required(member));
                let text = [Block::text(member.doc)];
                Block::Item(head, text.into_iter().chain(demands(member.shape)).collect())
            };
            members.iter().map(item).chain(forms(members)).collect()
        }
        Shape::Boolean | Shape::Timestamp | Shape::List(_) => Vec::new(),
    }
}

fn limits(text: &Text) -> Option<Block> {
    let (min, max) = text.min.zip(text.max)?;
    let length = if min == max { min.to_string() } else { format!("{min} to {max}") };
    let pattern = text.pattern.map(|pattern| format!("\nPattern: {pattern}")).unwrap_or_default();
    Some(Block::Text(format!("Length: {length} characters{pattern}")))
}

fn values<'v>(values: impl Iterator<Item = &'v str>) -> Option<Block> {
    let values: Vec<&str> = values.collect();
    (!values.is_empty())
        .then(|| Block::Item("Possible values:".to_owned(), vec![Block::Lines(values.join("\n"))]))
}

/// The two forms of a structure.
fn forms(members: &[Member]) -> [Block; 3] {
    let pair = |member: &Member| format!("{}={}", member.name, member.shape.word());
    let pairs: Vec<String> = members.iter().map(pair).collect();
    let json = |member: &Member| format!("  \"{}\": \"{}\"", member.name, member.shape.word());
    let json: Vec<String> = members.iter().map(json).collect();
    let file: Vec<String> = members
        .iter()
        .map(|m| format!("{}{}", m.name, if m.required { "@=file://path" } else { "=…" }))
        .collect();
    let last = file.last().cloned().unwrap_or_default();
    [
        Block::Item("Shorthand syntax:".to_owned(), vec![Block::Lines(pairs.join(","))]),
        Block::Item("JSON syntax:".to_owned(), vec![Block::Lines(format!("{{\n{}\n}}", json.join(",\n")))]),
        Block::Text(format!("In shorthand {last} reads the value of one key from a file.")),
    ]
}
