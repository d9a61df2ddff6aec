//! The pages of the program, of `aws kms`, and of the topics.

use std::path::Path;

use clap::Command;

use super::options;
use super::own::commands;
use super::page::{Block, Page, Section};
use crate::cli::KMS_COMMANDS;
use crate::operations;

/// The topics that have a page here. The full AWS CLI, where there is one, shows all but the last, which is ours.
const TOPICS: [(&str, &str); 4] = [
    ("topics", "Lists the topics of the help."),
    ("config-vars", "Environment variables and settings of the configuration files."),
    ("return-codes", "What the exit codes mean."),
    (GLOBAL_OPTIONS, "The options that every command takes."),
];

/// The topic that is this program's own.
pub(crate) const GLOBAL_OPTIONS: &str = "global-options";

/// The settings: a line for each with the variable, the option of the profile, and the text, divided by tabs.
static SETTINGS: &str = include_str!("settings.txt");

/// The topics that have a page here, each with a text.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    TOPICS.into_iter()
}

/// The topic of this name that has a page here.
pub(crate) fn named(name: &str) -> Option<&'static str> {
    TOPICS.iter().find(|(topic, _)| *topic == name).map(|(topic, _)| *topic)
}

/// The page of a topic.
pub(super) fn topic(name: &'static str, other: Option<&Path>, top: &Command) -> Page {
    let about = TOPICS.iter().find(|(topic, _)| *topic == name).map_or("", |(_, about)| *about);
    let sections = match name {
        "topics" => list(other),
        "config-vars" => settings(),
        "return-codes" => vec![exit_codes()],
        _ => options::section(top, &[]).into_iter().collect(),
    };
    Page {
        command: format!("aws help {name}"),
        about: about.to_owned(),
        description: Vec::new(),
        synopsis: Vec::new(),
        sections,
    }
}

fn list(other: Option<&Path>) -> Vec<Section> {
    let rows = TOPICS.iter().map(|(name, about)| ((*name).to_owned(), (*about).to_owned())).collect();
    let elsewhere = match other {
        Some(_) => elsewhere(other, "help topics"),
        None => "A full AWS CLI has more topics. Here there is none.".to_owned(),
    };
    let how = Block::text("aws help TOPIC shows one.");
    vec![Section::new("AVAILABLE TOPICS", [Block::Rows(rows), how, Block::Text(elsewhere)])]
}

fn settings() -> Vec<Section> {
    let mut blocks = vec![Block::text(
        "An option on the command line wins over a variable, and a variable over a setting of the profile. Profiles are in \
         ~/.aws/config as [profile NAME] and in ~/.aws/credentials as [NAME].",
    )];
    for line in SETTINGS.lines() {
        let mut columns = line.splitn(3, '\t');
        if let (Some(variable), Some(setting), Some(text)) = (columns.next(), columns.next(), columns.next())
        {
            let names = [variable, setting].into_iter().filter(|name| !name.is_empty());
            blocks.push(Block::item(names.collect::<Vec<_>>().join(", "), text));
        }
    }
    vec![Section::new("SETTINGS", blocks)]
}

fn exit_codes() -> Section {
    Section::new("EXIT CODES", [rows(EXIT_CODES)])
}

const EXIT_CODES: &str = "\
0: Success.
1: aws cks: what was wanted is not done, or a problem was found; the text says which.
2: aws cks plan --detailed-exitcode: there is something to change.
130: Interrupted with Ctrl-C.
252: The command line or a parameter is not valid. Nothing was changed.
253: No Region, no credentials or an unknown cli_timestamp_format: nothing was sent. Or the pager was not found.
254: The service has answered with an error.
255: Anything else, such as no connection to the service or a configuration file that is not valid.";

/// A line each: the name, a colon, and what there is to say.
fn rows(text: &str) -> Block {
    let rows = text.lines().filter_map(|line| line.split_once(": "));
    Block::Rows(rows.map(|(name, text)| (name.to_owned(), text.to_owned())).collect())
}

/// The page of the program.
pub(super) fn top(other: Option<&Path>, tree: &Command) -> Page {
    let sections = vec![
        Section::new("AVAILABLE COMMANDS", tree.get_subcommands().map(group)),
        Section::new("OTHER COMMANDS", [Block::text(HANDED_OVER), Block::Text(elsewhere(other, "help"))]),
        Section::new("HELP", [rows(HELP)]),
        Section::new("HINTS", [Block::text(HINTS)]),
        Section::new("ALIASES", [Block::text("Aliases in ~/.aws/cli/alias work as in the AWS CLI.")]),
        exit_codes(),
        options::globals(tree),
    ];
    Page {
        command: "aws".to_owned(),
        about: tree.get_about().map(ToString::to_string).unwrap_or_default(),
        description: vec![Block::text(DESCRIPTION)],
        synopsis: vec!["aws [options] <command> <subcommand> [parameters]".to_owned()],
        sections,
    }
}

/// A command with its commands.
fn group(command: &Command) -> Block {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    Block::Item(format!("aws {}", command.get_name()), vec![Block::Text(about), commands(command)])
}

const DESCRIPTION: &str = "\
aws kms has the commands of the AWS CLI for custom key stores, with the same options, requests, results and exit codes. aws \
cks has commands of this program that look at custom key stores and change them safely.";

const HANDED_OVER: &str = "\
All other commands of the AWS CLI, and the topics of its help, are handed over, as they are, to the next aws on PATH or to \
the program that the environment variable AWS_KMS_CLI_FALLBACK names; AWS_KMS_CLI_FALLBACK=off switches this off.";

const HELP: &str = "\
aws kms help: the commands for custom key stores
aws kms COMMAND help: a command and its options; --help and -h do the same
aws kms COMMAND help OPTION: one option
aws help TOPIC: a topic: topics, config-vars, return-codes or global-options";

const HINTS: &str =
    "Lines on stderr that begin with \"hint: \" are advice; AWS_KMS_CLI_HINTS=off switches them off.";

/// The page of `aws kms`.
pub(super) fn service(other: Option<&Path>, top: &Command, level: &Command) -> Page {
    let how = "aws kms COMMAND help shows the options of a command, aws kms COMMAND help OPTION one of them.";
    let mut handed_over = vec![
        Block::text("All other commands of aws kms are handed over, as they are, to another AWS CLI."),
        Block::Text(elsewhere(other, "kms help")),
    ];
    if other.is_some() {
        let is_ours =
            |name: &&str| operations::by_command(name).is_some() || *name == "wait" || *name == "help";
        let names: Vec<&str> = KMS_COMMANDS.trim().lines().filter(|name| !is_ours(name)).collect();
        handed_over.push(Block::Text(format!("These are: {}.", names.join(", "))));
    }
    let sections = vec![
        Section::new("AVAILABLE COMMANDS", [commands(level), Block::text(how)]),
        Section::new("OTHER COMMANDS", handed_over),
        Section::new("SEE ALSO", [Block::text("aws cks help, aws help")]),
        options::globals(top),
    ];
    let about = level.get_about().map(ToString::to_string).unwrap_or_default();
    let description = vec![Block::text(SERVICE)];
    let synopsis = vec!["aws kms <command> [options]".to_owned()];
    Page { command: "aws kms".to_owned(), about, description, synopsis, sections }
}

const SERVICE: &str = "\
A custom key store holds KMS keys in a CloudHSM cluster of yours (AWS_CLOUDHSM), or uses keys of a key manager outside AWS \
through a proxy (EXTERNAL_KEY_STORE). A store is created, connected, and then used when keys are created in it. Most of its \
properties can change only while it is disconnected.";

/// Where the commands are that this program does not have: `help` is how the other program is asked for them.
fn elsewhere(other: Option<&Path>, help: &str) -> String {
    match other {
        Some(other) => format!("Here that is {0}: {0} {help} shows them.", other.display()),
        None => "Here there is none.".to_owned(),
    }
}
