//! The part of the tree that is this program's own: `aws cks`, and the waiters below `aws kms wait`.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command};

use super::{DOCUMENTS, Row, described, described_member, option};
use crate::cli::cks::{Shell, Task, Waiter};
use crate::model::Member;
use crate::operations::UPDATE;

/// The identifier of the positional argument that names stores.
pub(crate) const STORE: &str = "STORE";

/// The identifier of the positional argument that names a shell.
pub(crate) const SHELL: &str = "SHELL";

/// The file that the console takes, too.
pub(crate) const CONFIGURATION_FILE: &str = "xks-proxy-configuration-file";

pub(super) const CONFIGURATION: [Row; 1] = [(
    CONFIGURATION_FILE,
    "FILE",
    "Read the proxy's path and credential from this JSON file, as the console does. Options win over it.",
)];

const WAITING: [Row; 2] = [
    ("timeout", "DURATION", "The longest wait for a state, such as 90s or 45m (the default)."),
    ("interval", "DURATION", "The longest pause between two looks at the state; 15s unless given."),
];

const STATUS: [Row; 2] = [
    ("watch", "", "Show the stores again and again, until Ctrl-C."),
    ("interval", "DURATION", "The pause between two looks with --watch; 5s unless given."),
];

const PLAN: [Row; 1] = [(
    "detailed-exitcode",
    "",
    "Exit with 2 when there is something to change, and with 0 when there is not.",
)];

const AFTERWARDS: [Row; 2] = [
    ("connect", "", "Connect the store in the end, in whatever state it is now."),
    ("leave-disconnected", "", "Leave the store disconnected in the end."),
];

const APPLY: [Row; 3] = [
    ("yes", "", "Do not ask. Without a terminal nothing is changed without it."),
    ("no-check", "", "Do not check the proxy first."),
    (
        "on-failure",
        "ACTION",
        "What to do when the store does not connect with the changes: roll-back or keep. A terminal is asked; else roll-back, \
         where all that was changed can be read.",
    ),
];

impl Task {
    /// The options of its own, beside those that say what shall change.
    fn rows(self) -> Vec<&'static Row> {
        let rows: &[&'static [Row]] = match self {
            Task::Status => &[&STATUS],
            Task::Plan => &[&PLAN, &AFTERWARDS],
            Task::Apply => &[&APPLY, &AFTERWARDS, &WAITING],
            Task::Connect | Task::Disconnect => &[&WAITING],
            Task::Check | Task::Keys | Task::Completion => &[],
        };
        rows.iter().copied().flatten().collect()
    }

    /// The options of update-custom-key-store that it takes: all but that of the store, which is an argument.
    fn members(self) -> &'static [Member] {
        if self.takes_changes() { &UPDATE.operation.input[1..] } else { &[] }
    }

    /// Its level of the command line.
    pub(crate) fn level(self) -> Command {
        let stores = match self {
            Task::Status => Arg::new(STORE).num_args(0..).action(ArgAction::Append),
            Task::Completion => {
                Arg::new(SHELL).required(true).value_parser(PossibleValuesParser::new(Shell::NAMES))
            }
            _ => Arg::new(STORE).required(true),
        };
        let documents = DOCUMENTS.iter().take(2).chain(&CONFIGURATION);
        let documents = documents.filter(|_| self.takes_changes());
        Command::new(self.name())
            .arg(stores)
            .args(
                self.members()
                    .iter()
                    .map(|member| Arg::new(member.name).long(member.option()[2..].to_owned())),
            )
            .args(documents.chain(self.rows()).map(option))
    }

    /// Its level with all texts.
    fn page(self) -> Command {
        let members = self.members();
        let member = |option: &Arg| members.iter().find(|member| option.get_id() == member.name);
        let (about, text) = self.texts();
        self.level().about(about).long_about(text).mut_args(|option| match member(&option) {
            Some(member) => described_member(option, member),
            None if option.get_id() == SHELL => option.help("The shell that the script is for."),
            None if option.is_positional() => {
                option.help("The store: its identifier (cks-…) or its exact name.")
            }
            None => with_text(option, &self.rows()),
        })
    }
}

impl Waiter {
    /// Its level of the command line.
    pub(crate) fn level(self) -> Command {
        let member = |(name, _): (&'static str, &str)| Arg::new(name).long(crate::model::cli_name(name));
        Command::new(self.name()).args(Waiter::MEMBERS.map(member)).args(WAITING.iter().map(option))
    }

    fn page(self) -> Command {
        let member = |option: &Arg| Waiter::MEMBERS.into_iter().find(|(name, _)| option.get_id() == *name);
        self.level().about(self.about()).mut_args(|option| match member(&option) {
            Some((_, text)) => option.help_heading("Options").value_name("value").help(text),
            None => with_text(option, &WAITING.each_ref()),
        })
    }
}

/// `aws cks` with its commands and all texts.
pub(super) fn whole() -> Command {
    Command::new("cks")
        .about("Look at custom key stores, and change them safely.")
        .long_about(ABOUT)
        .subcommands(Task::ALL.map(Task::page))
}

/// `aws kms wait` with its waiters and all texts.
pub(super) fn waiters() -> Command {
    Command::new("wait")
        .about("Wait until a custom key store has reached a state.")
        .subcommands(Waiter::ALL.map(Waiter::page))
}

/// The options of all levels here.
pub(super) fn options() -> impl Iterator<Item = Arg> {
    let levels = Task::ALL.map(Task::level).into_iter().chain(Waiter::ALL.map(Waiter::level));
    levels
        .flat_map(|level| level.get_arguments().cloned().collect::<Vec<_>>())
        .filter(|option| !option.is_positional())
}

/// An option with its text, if this is its row.
fn with_text(option: Arg, rows: &[&'static Row]) -> Arg {
    match rows.iter().find(|(name, ..)| option.get_id() == *name) {
        Some((_, "", help)) => option.help_heading("Options").help(*help),
        Some((_, value, help)) => option.help_heading("Options").value_name(*value).help(*help),
        None => described(option),
    }
}

const ABOUT: &str = "\
Look at custom key stores, and change them safely.

These commands are this program's own. They say in which state a store is and what to do about it, plan a change and carry \
it out step by step: disconnect, update, connect, and back again where that fails.

Secrets: the value of an option for a secret may be prompt:// (a hidden question at the terminal) or file://- (stdin), so \
that it is neither in the history of the shell nor among the processes.

--output and --query give data for scripts instead of text for people.";
