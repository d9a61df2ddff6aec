//! Help pages of the tree, as `clap` lays them out.

use std::path::Path;

use clap::Command;

use super::OWN;
use super::alias::{Aliases, Line};
use super::cks::{Task, Waiter};
use super::error::Error;
use super::foreign;
use super::tree;
use super::words::{self, Word};
use crate::model::Operation;
use crate::operations::remedies::CONNECTION_ERRORS;
use crate::operations::states::STATES;
use crate::operations::{self, DESCRIBE, UPDATE};
use crate::syntax::shell_words;

/// The width of a page that does not go to a terminal, in columns.
const PLAIN_WIDTH: usize = 80;

const NO_BREAK_SPACE: &str = "\u{a0}";

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
    /// `aws kms wait`, or a waiter.
    Wait(Option<Waiter>),
    /// `aws cks`, or a command of it.
    Cks(Option<Task>),
}

/// The page that `--help` or `-h` asks for, if one of them stands where an option can.
pub(crate) fn asked_by_option(words: &[Word], aliases: &Aliases) -> Option<Topic> {
    let mut before_dashes = words.iter().take_while(|word| word.text != "--");
    if !before_dashes.any(|word| matches!(word.text.as_str(), "--help" | "-h")) {
        return None;
    }
    let (command, operation) = foreign::names(words, aliases);
    match (command.as_deref(), operation.as_deref()) {
        (None | Some("help"), _) => Some(Topic::Top),
        (Some("kms"), None | Some("help")) => Some(Topic::Service),
        (Some("kms"), Some("wait")) => {
            Some(Topic::Wait(words.iter().find_map(|word| Waiter::named(&word.text))))
        }
        (Some(OWN), task) => Some(Topic::Cks(task.and_then(Task::named))),
        (Some("kms"), Some(operation)) => {
            operations::by_command(operation).map(|call| Topic::Operation(call.operation))
        }
        (Some(_), _) => None,
    }
}

/// The page that `aws help` and the words behind it ask for: that of a command of this program. All else is a topic, which
/// only the full AWS CLI has. The reference takes no commands there.
///
/// # Errors
/// A topic (252).
pub(crate) fn named(line: &Line) -> Result<Topic, Error> {
    let level = Command::new("help");
    let parsed = words::parse(&line.rest, &level)?;
    match parsed.positional {
        None => Ok(Topic::Top),
        Some(word) if word.text == "kms" => {
            let operation = parsed.unknown.iter().find_map(|word| operations::by_command(&word.text));
            Ok(operation.map_or(Topic::Service, |call| Topic::Operation(call.operation)))
        }
        Some(word) if word.text == OWN => {
            Ok(Topic::Cks(parsed.unknown.iter().find_map(|word| Task::named(&word.text))))
        }
        Some(word) => Err(super::unknown_choice("subcommand", &word, TOPICS, None, &line.all).into()),
    }
}

/// The page as plain text, `width` columns wide if a terminal shows it. `other` is the program that has all other
/// commands.
pub(crate) fn page(topic: Topic, width: Option<usize>, other: Option<&Path>) -> String {
    let width = width.unwrap_or(PLAIN_WIDTH);
    let mut tree = tree::whole().term_width(width);
    tree.build();
    let kms = tree.find_subcommand("kms");
    let (command, end) = match topic {
        Topic::Top => (Some(&tree), elsewhere(other, "help")),
        Topic::Service => (kms, elsewhere(other, "kms help")),
        Topic::Operation(operation) => {
            let end = states(operation) + &examples(operation, width);
            (kms.and_then(|kms| kms.find_subcommand(operation.command())), end)
        }
        Topic::Wait(waiter) => {
            (below(kms.and_then(|kms| kms.find_subcommand("wait")), waiter.map(Waiter::name)), String::new())
        }
        Topic::Cks(task) => (below(tree.find_subcommand(OWN), task.map(Task::name)), String::new()),
    };
    let Some(command) = command else { return String::new() };
    let after = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    let page = command.clone().after_long_help(format!("{after}\n\n{end}")).render_long_help().to_string();
    // Lines that hold nothing but the indent of their paragraph are of no use.
    let lines = page.lines().map(|line| line.trim_end().replace(NO_BREAK_SPACE, " "));
    lines.map(|line| line + "\n").collect()
}

fn below<'a>(command: Option<&'a Command>, name: Option<&str>) -> Option<&'a Command> {
    match name {
        Some(name) => command?.find_subcommand(name),
        None => command,
    }
}

/// Where the commands are that this program does not have: `help` is how the other program is asked for them.
fn elsewhere(other: Option<&Path>, help: &str) -> String {
    match other {
        Some(other) => format!("Here that is {0}: {0} {help} shows them.", other.display()),
        None => "Here there is none.".to_owned(),
    }
}

/// The examples, which can be pasted into a shell whatever the width: `clap` does not break a line at these spaces.
fn examples(operation: &Operation, width: usize) -> String {
    let example = |(title, words): &(&str, &str)| {
        format!(
            "  {title}:\n{}",
            shell_words::broken(&format!("aws kms {words}"), 4, width).replace(' ', NO_BREAK_SPACE)
        )
    };
    format!("Examples:\n{}", operation.examples.iter().map(example).collect::<Vec<_>>().join("\n\n"))
}

/// The states of a store, why it can be FAILED, and where there is help, for those operations that have to do with all of it.
fn states(operation: &Operation) -> String {
    if ![UPDATE, DESCRIBE].iter().any(|call| call.operation.name == operation.name) {
        return String::new();
    }
    let mut text = "Connection states:\n".to_owned();
    for (state, meaning) in STATES {
        text += &format!("  {state}\n      {meaning}\n");
    }
    text += "\nConnection error codes of a FAILED store, and what to do:\n";
    for remedy in CONNECTION_ERRORS {
        text += &format!("  {}\n      {}\n", remedy.code, remedy.text());
    }
    text + STATES_END
}

const STATES_END: &str = "
aws cks status shows all stores with these remedies as commands. aws cks plan shows what a change would take, and aws cks \
apply does it: it disconnects the store where that is needed, updates it, connects it and waits.

";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::tree::{KMS, TOP};
    use crate::operations;

    #[test]
    fn the_tree_is_well_formed() {
        tree::whole().debug_assert();
    }

    /// The names of the options on a page.
    fn shown(page: &str) -> Vec<&str> {
        let words = page.lines().filter_map(|line| line.trim_start().split(' ').next());
        sorted(words.filter(|word| word.starts_with("--")))
    }

    fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    #[test]
    fn a_page_has_the_options_that_the_reader_takes() {
        let operations = operations::operations().map(|own| (Topic::Operation(own), tree::operation(own)));
        let levels = [(Topic::Top, TOP.clone()), (Topic::Service, KMS.clone())];
        for (topic, level) in levels.into_iter().chain(operations) {
            let page = page(topic, None, None);
            let (options, _) = page.split_once("\nExamples:").unwrap_or((&page, ""));
            let taken =
                TOP.get_arguments().chain(level.get_arguments()).filter(|option| !option.is_hide_set());
            let taken: Vec<String> = taken.map(words::name_of).collect();
            assert_eq!(shown(options), sorted(taken.iter().map(String::as_str)), "{page}");
            for option in shown(options) {
                let line = words::words([option.into(), "input".into()]);
                let known = |level| words::read(&line, level, |_| Ok(())).unknown.is_empty();
                assert!(known(&TOP) || known(&level), "{option}");
            }
        }
    }

    #[test]
    fn pages_about_states_explain_each_state_and_each_code() {
        for call in operations::COMMANDS {
            let page = page(Topic::Operation(call.operation), None, None);
            let explains = |code: &str| page.contains(&format!("\n  {code}\n      "));
            let about_states =
                ["UpdateCustomKeyStore", "DescribeCustomKeyStores"].contains(&call.operation.name);
            let codes = CONNECTION_ERRORS.iter().map(|remedy| remedy.code);
            for code in codes.chain(STATES.iter().map(|(state, _)| *state)) {
                assert_eq!(explains(code), about_states, "{code}: {page}");
            }
            assert_eq!(page.contains("aws cks apply"), about_states, "{page}");
        }
    }

    #[test]
    fn a_page_keeps_to_the_width() {
        for operation in [operations::COMMANDS[0].operation, DESCRIBE.operation] {
            let page = page(Topic::Operation(operation), Some(60), None);
            let prose = page.lines().filter(|line| {
                line.trim().contains(' ') && !line.contains("pattern") && !line.starts_with("Usage")
            });
            for line in prose {
                assert!(line.chars().count() <= 60, "{line:?}");
            }
        }
    }
}
