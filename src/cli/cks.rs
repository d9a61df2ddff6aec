//! The lines of `aws cks` and of `aws kms wait`, which are this program's own: options in full spelling only.

use std::collections::BTreeMap;
use std::time::Duration;

use clap::Command;
use jiff::SignedDuration;

use super::alias::Line;
use super::tree::TOP;
use super::tree::cks::{CONFIGURATION_FILE, SHELL, STORE};
use super::words::{self, Parsed, Word};
use super::{Request, help, mask, required, unknown_choice};
use crate::cli::Invocation as Changes;
use crate::cli::error::{Error, UsageError};
use crate::operations::UPDATE;

/// The commands of `aws cks`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Status,
    Plan,
    Apply,
    Connect,
    Disconnect,
    Check,
    Keys,
    Completion,
}

/// A shell that there is a script for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

/// What a waiter waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiter {
    Connected,
    Disconnected,
}

/// A line of `aws cks`.
pub(crate) struct Invocation {
    pub(crate) task: Task,
    /// Identifiers or names.
    pub(crate) stores: Vec<String>,
    /// The options of update-custom-key-store, and the documents that hold some.
    pub(crate) changes: Changes,
    pub(crate) options: Options,
}

/// A line of `aws kms wait`.
pub(crate) struct Waiting {
    pub(crate) waiter: Waiter,
    pub(crate) options: Options,
}

/// The options of a line that are not those of an operation, by their names without dashes.
#[derive(Default)]
pub(crate) struct Options(BTreeMap<String, Option<Word>>);

impl Task {
    pub(crate) const ALL: [Task; 8] = [
        Task::Status,
        Task::Plan,
        Task::Apply,
        Task::Connect,
        Task::Disconnect,
        Task::Check,
        Task::Keys,
        Task::Completion,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Task::Status => "status",
            Task::Plan => "plan",
            Task::Apply => "apply",
            Task::Connect => "connect",
            Task::Disconnect => "disconnect",
            Task::Check => "check",
            Task::Keys => "keys",
            Task::Completion => "completion",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Task> {
        Task::ALL.into_iter().find(|task| task.name() == name)
    }

    /// Whether it takes options that say what shall change.
    pub(crate) fn takes_changes(self) -> bool {
        matches!(self, Task::Plan | Task::Apply | Task::Check)
    }

    /// What it does: in a line, and more.
    pub(crate) fn texts(self) -> (&'static str, &'static str) {
        match self {
            Task::Status => ("Show the state of stores, and what to do about it.", STATUS),
            Task::Plan => ("Show what a change would do, without changing anything.", PLAN),
            Task::Apply => ("Change a store, step by step, and back where that fails.", APPLY),
            Task::Connect => ("Connect a store and wait until it is connected.", CONNECT),
            Task::Disconnect => ("Disconnect a store and wait until it is disconnected.", DISCONNECT),
            Task::Check => ("Check the proxy of an external key store, as KMS will.", CHECK),
            Task::Keys => ("Show the KMS keys in a store.", KEYS),
            Task::Completion => ("Print a script with which a shell completes aws commands.", COMPLETION),
        }
    }
}

const STATUS: &str = "\
All stores of the account and Region, or those that are named. Below a store that is FAILED stand the reason, what to do, and \
the commands for it. KMS does not tell since when a store is in its state: with --watch is shown for how long it has been seen \
so. A terminal is drawn anew after each look; elsewhere the stores are shown again when something has changed. Exit codes: 0; \
130 when Ctrl-C has ended --watch.";
const PLAN: &str = "\
Shows each change as old → new, whether the store has to be disconnected for it, the steps, and all problems that can be seen \
beforehand. Exit codes: 0; 1 when a problem stands in the way; with --detailed-exitcode 2 when there is something to change.";
const APPLY: &str = "\
Shows the plan and carries it out: checks the proxy, disconnects the store if that is needed, updates and connects it, and \
compares. The store ends in the state that it has now, unless an option says otherwise. If it does not connect with the \
changes, they are taken back where that is possible. Exit codes: 0 done; 1 not done, with the reason.";
const CONNECT: &str = "If it cannot be connected, the reason and the remedy are shown. Exit codes: 0; 1 when it is not connected.";
const DISCONNECT: &str =
    "While a store is disconnected its keys cannot be used. Exit codes: 0; 1 when it is not disconnected.";
const CHECK: &str = "\
Looks up the proxy's name, connects, checks the certificate and asks for the proxy's health. With options for changes the \
proxy is checked as it would be asked after them. Exit codes: 0; 1 when something was found that KMS would refuse.";
const KEYS: &str = "\
These cannot be used while the store is not connected. KMS does not list keys by store, so all keys of the account and \
Region are looked at; this needs the permissions kms:ListKeys and kms:DescribeKey.";

const COMPLETION: &str = "\
The script is read when the shell starts:

In bash: eval \"$(aws cks completion bash)\" in ~/.bashrc.

In zsh: source <(aws cks completion zsh) in ~/.zshrc, behind compinit.

In fish: aws cks completion fish > ~/.config/fish/completions/aws.fish, once.

In PowerShell: aws cks completion powershell | Out-String | Invoke-Expression in $PROFILE.

Commands, options and values are completed, and identifiers and names of stores: these are asked for once, and kept for a \
minute. AWS_KMS_CLI_COMPLETION_CACHE=off keeps nothing. Other commands are completed by the full AWS CLI, if there is one.";

impl Shell {
    const ALL: [Shell; 4] = [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Powershell];

    pub(crate) const NAMES: [&str; 4] = ["bash", "zsh", "fish", "powershell"];

    pub(crate) fn named(name: &str) -> Option<Shell> {
        let at = Shell::NAMES.iter().position(|known| *known == name)?;
        Some(Shell::ALL[at])
    }
}

impl Waiter {
    pub(crate) const ALL: [Waiter; 2] = [Waiter::Connected, Waiter::Disconnected];

    /// The options that name the store, one of which is needed.
    pub(crate) const MEMBERS: [(&'static str, &'static str); 2] = [
        ("CustomKeyStoreId", "The identifier of the store. Not together with a name."),
        ("CustomKeyStoreName", "The name of the store. Not together with an identifier."),
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Waiter::Connected => "custom-key-store-connected",
            Waiter::Disconnected => "custom-key-store-disconnected",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Waiter> {
        Waiter::ALL.into_iter().find(|waiter| waiter.name() == name)
    }

    pub(super) fn about(self) -> &'static str {
        match self {
            Waiter::Connected => {
                "Wait until a custom key store is CONNECTED. Fails at once when it is FAILED or cannot become CONNECTED."
            }
            Waiter::Disconnected => {
                "Wait until a custom key store is DISCONNECTED. Fails at once when it cannot become DISCONNECTED."
            }
        }
    }
}

impl Options {
    pub(crate) fn has(&self, option: &str) -> bool {
        self.0.contains_key(option)
    }

    pub(crate) fn text(&self, option: &str) -> Option<&str> {
        Some(self.0.get(option)?.as_ref()?.text.as_str())
    }

    /// The value of an option as it was given.
    pub(crate) fn word(&self, option: &str) -> Option<&Word> {
        self.0.get(option)?.as_ref()
    }

    /// The duration that an option gives, which is known to be one.
    pub(crate) fn duration(&self, option: &str) -> Option<Duration> {
        duration(self.text(option)?)
    }

    /// # Errors
    /// The first duration that is not one.
    fn check(&self) -> Result<(), UsageError> {
        let durations = ["timeout", "interval"].into_iter().filter_map(|name| Some((name, self.text(name)?)));
        match durations.into_iter().find(|(_, text)| duration(text).is_none()) {
            Some((name, text)) => {
                Err(UsageError::InvalidDuration { option: format!("--{name}"), value: text.to_owned() })
            }
            None => Ok(()),
        }
    }
}

/// A duration such as `90s`, `45m` or `1h 30m`; longer than nothing.
fn duration(text: &str) -> Option<Duration> {
    let duration: SignedDuration = text.parse().ok()?;
    Duration::try_from(duration).ok().filter(|duration| !duration.is_zero())
}

/// Reads what is behind `aws cks`.
///
/// # Errors
/// Usage errors and unknown options (252).
pub(super) fn request(line: &Line) -> Result<Request, Error> {
    let at = line.rest.iter().position(|word| !word.text.starts_with('-'));
    let Some(name) = at.map(|at| &line.rest[at]) else {
        return Ok(Request::Help(help::Topic::Cks(None).into()));
    };
    if name.text == "help" {
        let task = line.rest.iter().find_map(|word| Task::named(&word.text));
        return Ok(Request::Help(help::Topic::Cks(task).into()));
    }
    let Some(task) = Task::named(&name.text) else {
        return Err(
            unknown_choice("command", name, &names(Task::ALL.map(Task::name)), None, &line.all).into()
        );
    };
    let words: Vec<Word> = line
        .rest
        .iter()
        .enumerate()
        .filter(|(place, _)| Some(*place) != at)
        .map(|(_, word)| word.clone())
        .collect();
    let level = task.level();
    let Parsed { options, arguments, .. } = checked(&words, &level, &line.all)?;
    if arguments.iter().any(|word| word.text == "help") && arguments.len() == 1 {
        return Ok(Request::Help(help::Topic::Cks(Some(task)).into()));
    }
    match (task, &arguments[..]) {
        (Task::Status, _) | (_, [_]) => {}
        (Task::Completion, []) => return Err(UsageError::Required(vec![SHELL.to_owned()]).into()),
        (_, []) => return Err(UsageError::Required(vec![STORE.to_owned()]).into()),
        (_, [_, others @ ..]) => return Err(unknown(others, &level, &line.all)),
    }
    if let (Task::Completion, [name]) = (task, &arguments[..]) {
        let shell = Shell::named(&name.text);
        return shell
            .map(Request::Completion)
            .ok_or_else(|| unknown_choice("shell", name, &names(Shell::NAMES), None, &line.all).into());
    }
    let is_change = |id: &str| {
        id != CONFIGURATION_FILE && (id.starts_with(char::is_uppercase) || id.starts_with("cli-input"))
    };
    let (changes, options): (Vec<_>, Vec<_>) = options.into_iter().partition(|(id, _)| is_change(id));
    let options = Options(owned(options));
    options.check()?;
    if options.has("connect") && options.has("leave-disconnected") {
        return Err(UsageError::NotTogether("--connect and --leave-disconnected").into());
    }
    if task == Task::Status && options.has("interval") && !options.has("watch") {
        return Err(UsageError::OnlyWith { option: "--interval", other: "--watch" }.into());
    }
    let changes = Changes { call: UPDATE, options: owned(changes), skeleton: None };
    let stores = arguments.into_iter().map(|word| word.text).collect();
    Ok(Request::Cks(Box::new(Invocation { task, stores, changes, options })))
}

/// Reads what is behind `aws kms wait`.
///
/// # Errors
/// Usage errors and unknown options (252).
pub(super) fn waiting(rest: &[Word], line: &Line) -> Result<Request, Error> {
    let level = Command::new("wait").subcommand_required(true);
    let parsed = words::parse(rest, &level)?;
    let name = required(parsed.positional, "waiter")?;
    if name.text == "help" {
        let waiter = parsed.unknown.iter().find_map(|word| Waiter::named(&word.text));
        return Ok(Request::Help(help::Topic::Wait(waiter).into()));
    }
    let Some(waiter) = Waiter::named(&name.text) else {
        return Err(
            unknown_choice("waiter", &name, &names(Waiter::ALL.map(Waiter::name)), None, &line.all).into()
        );
    };
    let level = waiter.level();
    let asks_for_help = parsed.unknown.first().is_some_and(|word| word.text == "help");
    if asks_for_help {
        return Ok(Request::Help(help::Topic::Wait(Some(waiter)).into()));
    }
    let parsed = checked(&parsed.unknown, &level, &line.all)?;
    let options = Options(owned(parsed.options));
    options.check()?;
    match Waiter::MEMBERS.map(|(name, _)| options.has(name)) {
        [false, false] => {
            let both = "--custom-key-store-id or --custom-key-store-name".to_owned();
            Err(UsageError::Required(vec![both]).into())
        }
        [true, true] => {
            Err(UsageError::NotTogether("--custom-key-store-id and --custom-key-store-name").into())
        }
        _ => Ok(Request::Wait(Waiting { waiter, options })),
    }
}

/// The words of one level, all of which it knows.
fn checked<'t>(words: &[Word], level: &'t Command, all: &[Word]) -> Result<Parsed<'t>, Error> {
    let mut parsed = words::parse(words, level)?;
    let positional = parsed.positional.take();
    let unknown = std::mem::take(&mut parsed.unknown).into_iter().chain(positional);
    let unknown: Vec<Word> = unknown.chain(abbreviated(level, all)).collect();
    if unknown.is_empty() { Ok(parsed) } else { Err(self::unknown(&unknown, level, all)) }
}

/// The words that the reader of the global options took for abbreviations of them.
fn abbreviated<'a>(level: &Command, all: &'a [Word]) -> impl Iterator<Item = Word> + 'a {
    let names: Vec<String> = level.get_arguments().chain(TOP.get_arguments()).map(words::name_of).collect();
    let options = all.iter().take_while(|word| word.text != "--").filter(|word| word.text.starts_with("--"));
    let is_known = move |word: &&Word| {
        let name = word.text.split('=').next().unwrap_or_default();
        names.iter().any(|known| known == name)
            || TOP.get_arguments().all(|option| !words::name_of(option).starts_with(name))
    };
    options.filter(move |word| !is_known(word)).cloned()
}

fn unknown(unknown: &[Word], level: &Command, all: &[Word]) -> Error {
    let options = level.get_arguments().chain(TOP.get_arguments());
    let options = options.filter(|option| !option.is_positional()).map(words::name_of).collect();
    let masked = mask::Masked::new(all);
    Error::UnknownOptions { words: unknown.iter().map(|word| masked.shown(word)).collect(), options }
}

fn owned(options: Vec<(&str, Option<Word>)>) -> BTreeMap<String, Option<Word>> {
    options.into_iter().map(|(id, value)| (id.to_owned(), value)).collect()
}

/// Names, each between line feeds.
fn names<const N: usize>(names: [&str; N]) -> String {
    format!("\n{}\n", names.join("\n"))
}
