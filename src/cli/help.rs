//! Help: which page a line asks for, and what is on it.

mod operation;
mod options;
mod own;
pub(crate) mod page;
pub(crate) mod topics;

use std::path::Path;

use clap::{Arg, Command};

use super::OWN;
use super::alias::{Aliases, Line};
use super::cks::{Task, Waiter};
use super::error::Error;
use super::foreign;
use super::tree::{self, TOP};
use super::words::{self, Word};
use crate::model::{Member, Operation};
use crate::operations::{self, UPDATE};
use page::{Block, Page, Section};

pub(crate) use topics::GLOBAL_OPTIONS;

/// The topics of the reference's help, each between line feeds, for near names.
pub(crate) static TOPICS: &str = "\nconfig-vars\nddb-expressions\nglobal-options\nreturn-codes\ns3-case-insensitivity\ns3-config\ns3-faq\ntopics\n";

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
    /// A topic that has a page here.
    Named(&'static str),
}

/// A page, or one option on it.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) topic: Topic,
    /// The option, without dashes.
    pub(crate) option: Option<String>,
}

impl From<Topic> for Subject {
    fn from(topic: Topic) -> Subject {
        Subject { topic, option: None }
    }
}

/// What `--help` or `-h` asks for, if one of them stands where an option can; and what a line does that ends with one of them
/// or with `help`, and the name of an option. A line for the shell asks for nothing here.
pub(crate) fn asked(words: &[Word], aliases: &Aliases) -> Option<Subject> {
    if let [before @ .., help, option] = words
        && is_help(help)
        && let Some(subject) = about_option(before, help, option, aliases)
    {
        return Some(subject);
    }
    let mut before_dashes = words.iter().take_while(|word| word.text != "--");
    if !before_dashes.any(|word| matches!(word.text.as_str(), "--help" | "-h")) {
        return None;
    }
    topic(words, aliases).map(Subject::from)
}

fn is_help(word: &Word) -> bool {
    matches!(word.text.as_str(), "help" | "--help" | "-h")
}

fn topic(words: &[Word], aliases: &Aliases) -> Option<Topic> {
    let (command, operation) = foreign::names(words, aliases)?;
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

fn about_option(before: &[Word], help: &Word, option: &Word, aliases: &Aliases) -> Option<Subject> {
    let topic = topic(before, aliases)?;
    let tree = tree::whole();
    let level = topic.level(&tree).filter(|level| level.get_arguments().next().is_some())?;
    let options =
        || level.get_arguments().chain(TOP.get_arguments()).filter(|option| !option.is_positional());
    // The word `help` behind an option is its value.
    let is_value = |word: &Word| {
        word.text.starts_with("--")
            && options().any(|option| {
                words::name_of(option).starts_with(&word.text) && option.get_action().takes_values()
            })
    };
    if help.text == "help" && before.last().is_some_and(is_value) {
        return None;
    }
    let name = option.text.strip_prefix("--").unwrap_or(&option.text);
    let named = options().filter_map(Arg::get_long).filter(|long| long.starts_with(name));
    let named: Vec<&str> = named.collect();
    let option = named.iter().find(|long| **long == name).or(named.first().filter(|_| named.len() == 1))?;
    Some(Subject { topic, option: Some((*option).to_owned()) })
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
            let waiter = || parsed.unknown.iter().find_map(|word| Waiter::named(&word.text));
            let topic = parsed.unknown.iter().find_map(|word| match word.text.as_str() {
                "wait" => Some(Topic::Wait(waiter())),
                name => operations::by_command(name).map(|call| Topic::Operation(call.operation)),
            });
            Ok(topic.unwrap_or(Topic::Service))
        }
        Some(word) if word.text == OWN => {
            Ok(Topic::Cks(parsed.unknown.iter().find_map(|word| Task::named(&word.text))))
        }
        Some(word) => match topics::named(&word.text) {
            Some(topic) => Ok(Topic::Named(topic)),
            None => Err(super::unknown_choice("subcommand", &word, TOPICS, None, &line.all).into()),
        },
    }
}

impl Topic {
    /// Its level of the tree.
    fn level(self, tree: &Command) -> Option<&Command> {
        let below = |names: &[&str]| names.iter().try_fold(tree, |level, name| level.find_subcommand(name));
        match self {
            Topic::Top | Topic::Named(_) => Some(tree),
            Topic::Service => below(&["kms"]),
            Topic::Operation(operation) => below(&["kms", &operation.command()]),
            Topic::Wait(None) => below(&["kms", "wait"]),
            Topic::Wait(Some(waiter)) => below(&["kms", "wait", waiter.name()]),
            Topic::Cks(None) => below(&[OWN]),
            Topic::Cks(Some(task)) => below(&[OWN, task.name()]),
        }
    }

    /// The members of a request that its options set.
    fn members(self) -> &'static [Member] {
        match self {
            Topic::Operation(operation) => operation.input,
            Topic::Cks(_) => UPDATE.operation.input,
            _ => &[],
        }
    }
}

/// What has a manual page: all but the program itself, whose page is the full AWS CLI's.
pub(crate) fn topics() -> impl Iterator<Item = Topic> {
    let kms = operations::operations().map(Topic::Operation);
    let waiters = [None].into_iter().chain(Waiter::ALL.map(Some)).map(Topic::Wait);
    let cks = [None].into_iter().chain(Task::ALL.map(Some)).map(Topic::Cks);
    [Topic::Service, Topic::Named(GLOBAL_OPTIONS)].into_iter().chain(kms).chain(waiters).chain(cks)
}

/// What a line asks to see. `other` is the program that has all other commands.
pub(crate) fn page(subject: &Subject, other: Option<&Path>) -> Option<Page> {
    let tree = tree::whole();
    let topic = subject.topic;
    let level = topic.level(&tree)?;
    let page = match topic {
        Topic::Top => topics::top(other, &tree),
        Topic::Named(name) => topics::topic(name, other, &tree),
        Topic::Service => topics::service(other, &tree, level),
        Topic::Operation(operation) => operation::page(operation, &tree, level),
        Topic::Wait(waiter) => own::wait(waiter, &tree, level),
        Topic::Cks(task) => own::cks(task, &tree, level),
    };
    match &subject.option {
        Some(name) => {
            let named = |option: &&Arg| option.get_long() == Some(name);
            let option = level.get_arguments().find(named).or_else(|| tree.get_arguments().find(named))?;
            Some(one_option(page, option, topic.members()))
        }
        None => Some(page),
    }
}

/// What a page says about one option, and the examples that have it.
fn one_option(page: Page, option: &Arg, members: &'static [Member]) -> Page {
    let name = words::name_of(option);
    let has_option = |block: &Block| match block {
        Block::Item(_, blocks) => blocks
            .iter()
            .any(|block| matches!(block, Block::Command(line) if line.split(' ').any(|word| word == name))),
        _ => false,
    };
    let all = page.sections.into_iter().filter(|section| section.heading == "EXAMPLES");
    let examples: Vec<Block> = all.flat_map(|section| section.blocks).filter(has_option).collect();
    let mut sections = vec![Section::new("OPTION", [options::entry(option, members)])];
    if !examples.is_empty() {
        sections.push(Section::new("EXAMPLES", examples));
    }
    let whole = format!("{} help shows all options.", page.command);
    sections.push(Section::new("SEE ALSO", [Block::Text(whole)]));
    Page { description: Vec::new(), synopsis: Vec::new(), sections, ..page }
}

#[cfg(test)]
mod tests {
    use super::page::Look;
    use super::*;
    use crate::operations::remedies::CONNECTION_ERRORS;
    use crate::operations::states::STATES;

    #[test]
    fn the_tree_is_well_formed() {
        tree::whole().debug_assert();
    }

    fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    const PLAIN: Look = Look { width: 80, is_bold: false };

    fn text(topic: Topic) -> String {
        page(&topic.into(), None).unwrap().text(PLAIN)
    }

    /// The options that a page explains.
    fn explained(page: &str) -> Vec<&str> {
        let heads = page.lines().filter_map(|line| line.strip_prefix("    --"));
        sorted(heads.filter_map(|head| head.split(' ').next()))
    }

    #[test]
    fn a_page_has_the_options_that_the_reader_takes() {
        let operations = operations::operations().map(|own| (Topic::Operation(own), tree::operation(own)));
        let globals = (Topic::Named(GLOBAL_OPTIONS), TOP.clone());
        for (topic, level) in [globals].into_iter().chain(operations) {
            let page = text(topic);
            let options = page.split("\nGLOBAL OPTIONS\n").next().unwrap();
            let options = options.split("\nOPTIONS\n").nth(1).unwrap();
            let taken = options::shown(&level).filter_map(Arg::get_long);
            assert_eq!(explained(options), sorted(taken), "{page}");
            for option in explained(options) {
                let line = words::words([format!("--{option}").into(), "input".into()]);
                assert!(words::read(&line, &level, |_| Ok(())).unknown.is_empty(), "{option}");
            }
        }
    }

    #[test]
    fn pages_end_with_the_names_of_the_global_options() {
        let kms = operations::operations().map(Topic::Operation);
        let cks = Task::ALL.into_iter().map(|task| Topic::Cks(Some(task)));
        for topic in kms.chain(cks).chain([Topic::Top, Topic::Service, Topic::Cks(None), Topic::Wait(None)]) {
            let page = text(topic);
            let end = page.rsplit_once("\nGLOBAL OPTIONS\n").unwrap().1;
            for option in TOP.get_arguments() {
                assert!(end.contains(&words::name_of(option)), "{end}");
            }
            assert!(end.lines().count() < 12, "{end}");
        }
    }

    #[test]
    fn every_error_of_the_service_model_is_explained() {
        for operation in operations::operations() {
            let page = text(Topic::Operation(operation));
            let errors = page.split("\nERRORS\n").nth(1).unwrap();
            for code in operation::codes(operation).split(' ') {
                assert!(errors.contains(&format!("\n    {code}\n        ")), "{code}: {errors}");
            }
        }
    }

    #[test]
    fn pages_about_states_explain_each_state_and_each_code() {
        for call in operations::COMMANDS {
            let page = text(Topic::Operation(call.operation));
            let explains = |code: &str| page.contains(&format!("\n    {code}\n        "));
            let about_states =
                ["UpdateCustomKeyStore", "DescribeCustomKeyStores"].contains(&call.operation.name);
            let codes = CONNECTION_ERRORS.iter().map(|remedy| remedy.code);
            for code in codes.chain(STATES.iter().map(|(state, _)| *state)) {
                assert_eq!(explains(code), about_states, "{code}: {page}");
            }
        }
    }

    #[test]
    fn a_page_keeps_to_the_width() {
        for call in operations::COMMANDS {
            for width in [60, 80, 132] {
                let page = page(&Topic::Operation(call.operation).into(), None).unwrap();
                let page = page.text(Look { width, is_bold: false });
                // What is to be pasted is broken between words only, and a name with its value stays together.
                let is_prose = |line: &&str| line.trim().contains(' ') && !line.contains("--");
                for line in page.lines().filter(is_prose) {
                    assert!(line.chars().count() <= width, "{line:?}");
                }
            }
        }
    }

    #[test]
    fn bold_changes_nothing_but_the_look() {
        let page = page(&Topic::Operation(UPDATE.operation).into(), None).unwrap();
        let bold = page.text(Look { is_bold: true, ..PLAIN });
        assert!(bold.contains(
            "\n\x1b[1mOPTIONS\x1b[0m\n    \x1b[1m--custom-key-store-id\x1b[0m (string) [required]\n"
        ));
        assert_eq!(bold.replace("\x1b[1m", "").replace("\x1b[0m", ""), page.text(PLAIN));
    }
}
