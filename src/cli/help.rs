//! Help pages, made from the tables. `clap` lays them out; it does not parse anything here.

use std::path::Path;

use clap::builder::StyledStr;
use clap::{Arg, ArgAction, Command};

use super::alias::{Aliases, Line};
use super::foreign;
use super::globals::GLOBALS;
use super::words::{self, OptionSpec, Positional, Takes, Word};
use super::{Slot, option_spec, slots};
use crate::cli::error::Error;
use crate::model::{Member, Operation, Shape};
use crate::operations::{self, OPERATIONS};

/// The width of a page that does not go to a terminal, in columns.
const PLAIN_WIDTH: usize = 80;

/// The topics of the reference's help, each between line feeds, for near names.
static TOPICS: &str =
    "\nconfig-vars\nddb-expressions\nreturn-codes\ns3-case-insensitivity\ns3-config\ns3-faq\ntopics\n";

/// What a page is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Topic {
    /// The program.
    Top,
    /// `aws kms`.
    Service,
    /// An operation.
    Operation(&'static Operation),
}

/// The page that `--help` or `-h` asks for, if one of them stands where an option can.
pub(crate) fn asked_by_option(words: &[Word], aliases: &Aliases) -> Option<Topic> {
    let names = foreign::names(words, aliases);
    if !names.help {
        return None;
    }
    match (names.command.as_deref(), names.operation.as_deref()) {
        (None | Some("help"), _) => Some(Topic::Top),
        (Some("kms"), None | Some("help")) => Some(Topic::Service),
        (Some("kms"), Some(operation)) => operations::by_command(operation).map(Topic::Operation),
        (Some(_), _) => None,
    }
}

/// The page that `aws help` and the words behind it ask for: that of a command of this program. All else is a topic, which
/// only the full AWS CLI has. The reference takes no commands there.
///
/// # Errors
/// A topic (252).
pub(crate) fn named(line: &Line) -> Result<Topic, Error> {
    let parsed = words::parse(&line.rest, &[], Positional::Optional)?;
    match parsed.positional {
        None => Ok(Topic::Top),
        Some(word) if word.text == "kms" => {
            let operation = parsed.unknown.iter().find_map(|word| operations::by_command(&word.text));
            Ok(operation.map_or(Topic::Service, Topic::Operation))
        }
        Some(word) => Err(super::unknown_choice("subcommand", &word, TOPICS, None, &line.all).into()),
    }
}

/// The page as plain text, `width` columns wide if a terminal shows it. `other` is the program that has all other
/// commands.
pub(crate) fn page(topic: Topic, width: Option<usize>, other: Option<&Path>) -> String {
    let width = width.unwrap_or(PLAIN_WIDTH);
    let (command, examples) = match topic {
        Topic::Top => (top(other), String::new()),
        Topic::Service => (service(other), String::new()),
        Topic::Operation(operation) => (self::operation(operation), examples(operation, width)),
    };
    let page: StyledStr = command
        .term_width(width)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .args(GLOBALS.iter().map(|global| {
            let arg = Arg::new(global.name).long(&global.name[2..]).help(global.doc);
            let arg = taking(arg, global.takes, global.value_name);
            arg.help_heading("Global options")
        }))
        .render_long_help();
    // Lines that hold nothing but the indent of their paragraph are of no use.
    let lines: Vec<String> = page.to_string().lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n") + "\n" + &examples
}

/// Where the commands are that this program does not have: `help` is how the other program is asked for them.
fn others(other: Option<&Path>, help: &str) -> String {
    match other {
        Some(other) => format!("Here that is {0}: {0} {help} shows them.", other.display()),
        None => "Here there is none.".to_owned(),
    }
}

fn top(other: Option<&Path>) -> Command {
    Command::new("aws")
        .override_usage("aws [options] kms <subcommand> [parameters]\n       aws [options] kms <subcommand> help")
        .about("The AWS CLI's commands for the custom key stores of AWS KMS.")
        .subcommand(Command::new("kms").about("Create, change, look at and connect custom key stores."))
        .subcommand_help_heading("Commands")
        .after_long_help(format!(
            "All other commands of the AWS CLI, and the topics of its help, are handed over, as they are, to the next aws \
             on PATH or to the program that the environment variable AWS_KMS_CLI_FALLBACK names; \
             AWS_KMS_CLI_FALLBACK=off switches this off. {}\n\nLines on stderr that begin with \"hint: \" are advice; \
             AWS_KMS_CLI_HINTS=off switches them off.\n\nAliases in ~/.aws/cli/alias work as in the AWS CLI.\n\nExit codes: 0 success; 252 usage or parameters; 253 configuration; 254 the service \
             answered with an error; 255 anything else; 130 interrupted.",
            others(other, "help")
        ))
}

fn service(other: Option<&Path>) -> Command {
    let about = |operation: &&Operation| first_sentence(operation.doc);
    Command::new("aws kms")
        .override_usage(
            "aws [options] kms <subcommand> [parameters]\n       aws [options] kms <subcommand> help",
        )
        .about("The custom key stores of AWS KMS.")
        .subcommands(
            OPERATIONS.iter().map(|operation| Command::new(operation.command()).about(about(operation))),
        )
        .subcommand_help_heading("Subcommands")
        .after_long_help(format!(
            "aws kms <subcommand> help shows the options of a subcommand.\n\nAll other subcommands are handed over to \
             another AWS CLI. {}",
            others(other, "kms help")
        ))
}

fn operation(operation: &'static Operation) -> Command {
    let name = format!("aws kms {}", operation.command());
    let required: Vec<String> = operation
        .input
        .iter()
        .filter(|member| member.required)
        .map(|m| format!("{} <value>", m.option()))
        .collect();
    let words = [name.clone()].into_iter().chain(required).chain(["[options]".to_owned()]);
    let usage = words.collect::<Vec<_>>().join(" ");
    Command::new(name)
        .override_usage(usage)
        .about(first_sentence(operation.doc))
        .long_about(operation.doc)
        .args(slots(operation).iter().filter(|slot| !is_hidden(slot, operation)).map(option))
        .after_long_help(
            "Values: any option takes its value from a file with file://path (text) or fileb://path (bytes).",
        )
}

/// Whether an option is left out: those that divide pages by hand, in favour of those for all pages, as in the
/// reference.
fn is_hidden(slot: &Slot, operation: &Operation) -> bool {
    match (slot, &operation.paginator) {
        (Slot::Member(member), Some(paginator)) => paginator.is_by_hand(member.name),
        _ => false,
    }
}

/// The examples, which can be pasted into a shell whatever the width.
fn examples(operation: &Operation, width: usize) -> String {
    let example = |(title, words): &(&str, &str)| {
        format!("{}\n{}", title_of_example(title, width), command(words, width))
    };
    format!("\nExamples:\n{}\n", operation.examples.iter().map(example).collect::<Vec<_>>().join("\n\n"))
}

fn title_of_example(title: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in format!("{title}:").split(' ') {
        let length = lines.last().map_or(0, |line| line.chars().count());
        match lines.last_mut() {
            Some(line) if line.is_empty() || length + 1 + word.chars().count() < width => {
                *line += &format!(" {word}")
            }
            _ => lines.push(format!(" {word}")),
        }
    }
    lines.iter().map(|line| format!(" {line}")).collect::<Vec<_>>().join("\n")
}

/// A command line of the shell: each option on a line of its own, its value on the next where both are too long.
fn command(words: &str, width: usize) -> String {
    let parts = format!("aws kms {words}").replace(" --", "\n--");
    let mut lines = Vec::new();
    for (index, part) in parts.split('\n').enumerate() {
        let indent = if index == 0 { 4 } else { 6 };
        if indent + part.chars().count() + " \\".len() <= width {
            lines.push(format!("{:indent$}{part}", ""));
        } else {
            let word = |(index, word): (usize, &str)| {
                format!("{:1$}{word}", "", if index == 0 { indent } else { indent + 2 })
            };
            lines.extend(part.split(' ').enumerate().map(word));
        }
    }
    lines.join(" \\\n")
}

fn member(member: &Member) -> Arg {
    let mut doc = member.doc.to_owned();
    let value_name = match member.shape {
        Shape::String(text) => {
            if !text.values.is_empty() {
                doc.push_str(&format!("\n\nPossible values: {}.", text.values.join(", ")));
            }
            let range = match (text.min, text.max) {
                (Some(min), Some(max)) if min == max => format!("{min} characters"),
                (Some(min), Some(max)) => format!("{min} to {max} characters"),
                (Some(min), None) => format!("at least {min} characters"),
                (None, Some(max)) => format!("at most {max} characters"),
                (None, None) => String::new(),
            };
            let pattern = text.pattern.map(|pattern| format!("pattern {pattern}"));
            let constraints: Vec<String> =
                [Some(range), pattern].into_iter().flatten().filter(|part| !part.is_empty()).collect();
            if !constraints.is_empty() {
                doc.push_str(&format!("\n\nConstraints: {}.", constraints.join(", ")));
            }
            "value"
        }
        Shape::Integer { min, max } => {
            doc.push_str(&format!("\n\nConstraints: {min} to {max}."));
            "number"
        }
        Shape::Boolean | Shape::Timestamp | Shape::List(_) => "value",
        Shape::Structure(members) => {
            let pairs: Vec<String> = members.iter().map(|member| format!("{}=value", member.name)).collect();
            doc.push_str(&format!("\n\nShorthand: {}\n\n", pairs.join(",")));
            let lines: Vec<String> = members.iter().map(|m| format!("{}: {}", m.name, m.doc)).collect();
            doc.push_str(&lines.join("\n\n"));
            doc.push_str(
                "\n\nKey@=file://path reads one value from a file; a JSON object can stand in place of it.",
            );
            "structure"
        }
    };
    let required = if member.required { "Required. " } else { "" };
    Arg::new(member.name)
        .long(member.option()[2..].to_owned())
        .value_name(value_name)
        .long_help(format!("{required}{doc}"))
        .help_heading("Options")
}

/// An option of an operation, as its parser takes it.
fn option(slot: &Slot) -> Arg {
    let (heading, value, doc) = match slot {
        Slot::Member(member) => return self::member(member),
        Slot::CliInputJson => (
            "Documents",
            "document",
            "Read the parameters from this JSON document, inline or file://path. Options win over it.",
        ),
        Slot::CliInputYaml => (
            "Documents",
            "document",
            "Read the parameters from this YAML document, inline or file://path. Options win over it.",
        ),
        Slot::Skeleton => (
            "Documents",
            "kind",
            "Print a document to fill in and send nothing: input (JSON, the default), yaml-input (YAML with \
             comments), or output, which checks the parameters and prints what a reply could look like.",
        ),
        Slot::StartingToken => (
            "Pages",
            "token",
            "Go on where an earlier command has stopped: the NextToken that it has printed.",
        ),
        Slot::PageSize => (
            "Pages",
            "number",
            "How many elements to ask the service for at a time. It changes nothing about what is printed.",
        ),
        Slot::MaxItems => (
            "Pages",
            "number",
            "How many elements to print at most. If there are more, a NextToken is printed with them.",
        ),
    };
    let OptionSpec { name, takes } = option_spec(slot);
    let arg = Arg::new(name.clone())
        .long(name[2..].to_owned())
        .value_name(value)
        .long_help(doc)
        .help_heading(heading);
    if matches!(takes, Takes::OptionalChoice(_)) { arg.num_args(0..=1) } else { arg }
}

fn taking(arg: Arg, takes: Takes, value_name: &'static str) -> Arg {
    match takes {
        Takes::Nothing | Takes::NothingAndEnds => arg.action(ArgAction::SetTrue),
        Takes::Value | Takes::Integer => arg.value_name(value_name),
        Takes::Choice(choices) | Takes::OptionalChoice(choices) => {
            arg.value_name(value_name).value_parser(choices.to_vec())
        }
    }
}

fn first_sentence(doc: &'static str) -> &'static str {
    let end = doc.find(". ").or_else(|| doc.find(".\n")).map_or(doc.len(), |dot| dot + 1);
    &doc[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_well_formed_and_names_what_it_is_about() {
        for built in [top(None), service(None)] {
            built.debug_assert();
        }
        for operation in OPERATIONS {
            self::operation(operation).debug_assert();
            let page = page(Topic::Operation(operation), None, None);
            assert!(page.contains("--cli-input-json") && page.contains("--profile"), "{page}");
        }
    }

    #[test]
    fn a_page_has_the_options_that_the_parser_takes() {
        for operation in OPERATIONS {
            let page = page(Topic::Operation(operation), None, None);
            let shown: Vec<&str> = page
                .lines()
                .take_while(|line| *line != "Global options:")
                .filter_map(|line| line.trim_start().split(' ').next().filter(|word| word.starts_with("--")))
                .collect();
            let taken = super::super::table(operation).into_iter().map(|option| option.name);
            // These two work, and are told of nowhere: the options for pages stand in their place.
            let taken: Vec<String> =
                taken.filter(|name| !matches!(name.as_str(), "--limit" | "--marker")).collect();
            assert_eq!(sorted(shown.iter().copied()), sorted(taken.iter().map(String::as_str)), "{page}");
        }
    }

    fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn a_page_keeps_to_the_width() {
        let page = page(Topic::Operation(OPERATIONS[0]), Some(60), None);
        let prose = page
            .lines()
            .filter(|line| line.contains(' ') && !line.contains("aws kms") && !line.contains("pattern"));
        for line in prose.take(20) {
            assert!(line.chars().count() <= 60, "{line:?}");
        }
    }
}
