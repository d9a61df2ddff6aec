//! What can stand at the cursor.

use clap::{Arg, Command};

use super::place::{Level, Place, Slot};
use super::sources::{Known, Sources};
use super::{query, shorthand};
use crate::cli::cks::{Task, Waiter};
use crate::cli::globals::Globals;
use crate::cli::help::{self, topics};
use crate::cli::tree;
use crate::cli::tree::cks::CONFIGURATION_FILE;
use crate::cli::{KMS_COMMANDS, TOP_COMMANDS};
use crate::model::{Member, Shape};
use crate::operations::UPDATE;
use crate::session::regions::REGIONS;

/// A text of more characters is rather read from a file.
const LONG: usize = 1000;

/// A word that can stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The whole word.
    pub(crate) value: String,
    /// What it is, in a few words; may be empty.
    pub(crate) about: String,
    /// Whether more of the word follows, so that no blank does: a directory, `Key=`.
    pub(crate) is_open: bool,
}

/// Collects candidates of one place.
struct Collector<'p> {
    place: &'p Place,
    sources: &'p dyn Sources,
    whole: Command,
    found: Vec<Candidate>,
}

impl Candidate {
    pub(crate) fn new(value: impl Into<String>, about: impl Into<String>) -> Candidate {
        Candidate { value: value.into(), about: about.into(), is_open: false }
    }

    pub(crate) fn open(self) -> Candidate {
        Candidate { is_open: true, ..self }
    }
}

/// What can stand at a place, in the order of the tables. Each begins with what is typed.
pub(crate) fn candidates(mut place: Place, sources: &dyn Sources) -> Vec<Candidate> {
    let globals = std::mem::take(&mut place.globals);
    let mut all = Collector { place: &place, sources, whole: tree::whole(), found: Vec::new() };
    match &place.slot {
        Slot::Argument => all.arguments(globals),
        Slot::Option => all.options("--"),
        Slot::Value(id) => all.values(id, globals),
    }
    let mut seen = std::collections::HashSet::new();
    let mut found = all.found;
    found.retain(|candidate| {
        candidate.value.starts_with(&place.partial) && seen.insert(candidate.value.clone())
    });
    for candidate in &mut found {
        candidate.value.insert_str(0, &place.name);
    }
    found
}

impl Collector<'_> {
    fn add(&mut self, value: impl Into<String>, about: impl Into<String>) {
        self.found.push(Candidate::new(value, about));
    }

    fn arguments(&mut self, globals: Globals) {
        let level = self.place.level;
        if self.place.asks_for_help {
            return self.options("");
        }
        match level {
            Level::Top => self.commands(),
            Level::Kms => self.operations(true),
            Level::Wait => Waiter::ALL
                .map(Waiter::name)
                .into_iter()
                .for_each(|name| self.command(&["kms", "wait", name])),
            Level::Cks | Level::Help(Some("cks")) => {
                Task::ALL.map(Task::name).into_iter().for_each(|name| self.command(&["cks", name]));
            }
            Level::Task(Task::Completion) => self.choices("SHELL"),
            Level::Task(_) => self.stores(globals, true, true),
            Level::Operation(operation) => self.aliases(&format!("kms {}", operation.command())),
            Level::Waiter(_) => {}
            Level::Help(None) => self.topics(),
            Level::Help(Some(_)) => self.operations(false),
        }
        if matches!(level, Level::Help(_)) {
            return;
        }
        let has_options = matches!(level, Level::Operation(_) | Level::Waiter(_));
        if has_options && self.place.partial.is_empty() {
            self.options("--");
        }
        // Behind a store it would be a second one.
        if !matches!(level, Level::Task(_)) || self.place.given.is_empty() {
            self.add("help", "Show the help page.");
        }
    }

    fn commands(&mut self) {
        self.command(&["kms"]);
        self.command(&["cks"]);
        self.aliases("");
        if self.sources.has_other_program() {
            TOP_COMMANDS.split('\n').filter(|name| !name.is_empty()).for_each(|name| self.add(name, ""));
        }
    }

    fn topics(&mut self) {
        ["kms", "cks"].into_iter().for_each(|name| self.command(&[name]));
        topics::all().for_each(|(name, about)| self.add(name, about));
        if self.sources.has_other_program() {
            help::TOPICS.split('\n').filter(|name| !name.is_empty()).for_each(|name| self.add(name, ""));
        }
    }

    fn operations(&mut self, with_others: bool) {
        let names = KMS_COMMANDS.split('\n').filter(|name| !name.is_empty() && *name != "help");
        let is_own = |name: &&str| crate::operations::by_command(name).is_some();
        let has_others = with_others && self.sources.has_other_program();
        for name in names.filter(|name| has_others || is_own(name)) {
            self.command(&["kms", name]);
        }
        self.command(&["kms", "wait"]);
        if with_others {
            self.aliases("kms");
        }
    }

    /// The last of these names, with what the tree says about it.
    fn command(&mut self, path: &[&str]) {
        let mut command = Some(&self.whole);
        for name in path {
            command = command.and_then(|command| command.find_subcommand(name));
        }
        let about = command.and_then(Command::get_about).map(ToString::to_string).unwrap_or_default();
        self.add(path.last().copied().unwrap_or_default(), about);
    }

    fn aliases(&mut self, commands: &str) {
        let names = self.sources.aliases().names(commands).map(str::to_owned).collect::<Vec<_>>();
        names.into_iter().for_each(|name| self.add(name, "An alias of yours."));
    }

    /// The level of the place, with texts.
    fn level(&self) -> Option<&Command> {
        let kms = || self.whole.find_subcommand("kms");
        match self.place.level {
            Level::Operation(operation) => kms()?.find_subcommand(operation.command()),
            Level::Waiter(waiter) => kms()?.find_subcommand("wait")?.find_subcommand(waiter.name()),
            Level::Task(task) => self.whole.find_subcommand("cks")?.find_subcommand(task.name()),
            Level::Top | Level::Kms | Level::Wait | Level::Cks | Level::Help(_) => None,
        }
    }

    /// The options that the line does not have yet, also those that pages do not show, as in the reference; their names begin with `dashes`.
    fn options(&mut self, dashes: &str) {
        let own = self.level().into_iter().flat_map(Command::get_arguments);
        let options = own.chain(self.whole.get_arguments());
        let is_new = |option: &&Arg| {
            let is_again = self.place.asks_for_help
                || matches!(option.get_action(), clap::ArgAction::Append)
                || !self.place.given.contains(option.get_id().as_str());
            is_again && !option.is_positional()
        };
        let names = options.filter(is_new).map(|option| {
            let name = option.get_long().unwrap_or_default();
            Candidate::new(format!("{dashes}{name}"), about(option))
        });
        let names: Vec<Candidate> = names.collect();
        self.found.extend(names);
    }

    fn values(&mut self, id: &str, globals: Globals) {
        let partial = self.place.partial.as_str();
        let prefix = ["file://", "fileb://"].into_iter().find(|prefix| partial.starts_with(prefix));
        if let Some(prefix) = prefix {
            return self.files(prefix);
        }
        match id {
            "profile" => self.sources.profiles().into_iter().for_each(|name| self.add(name, "")),
            "region" => REGIONS
                .lines()
                .filter_map(|line| line.split_once('\t'))
                .for_each(|(region, name)| self.add(region, name)),
            "query" => self.query(),
            "ca-bundle" | CONFIGURATION_FILE => self.files(""),
            "CustomKeyStoreId" => self.stores(globals, true, false),
            "CustomKeyStoreName" if !self.creates() => self.stores(globals, false, true),
            _ => self.choices(id),
        }
        if self.found.is_empty() {
            self.document(id);
        }
    }

    fn creates(&self) -> bool {
        matches!(self.place.level, Level::Operation(operation) if operation.name == "CreateCustomKeyStore")
    }

    /// The values that an option or argument is limited to.
    fn choices(&mut self, id: &str) {
        let arguments =
            self.level().into_iter().flat_map(Command::get_arguments).chain(self.whole.get_arguments());
        let argument = arguments.into_iter().find(|argument| argument.get_id() == id);
        let values = argument.map(Arg::get_possible_values).unwrap_or_default();
        values.iter().for_each(|value| self.add(value.get_name(), ""));
    }

    fn query(&mut self) {
        if let Level::Operation(operation) = self.place.level {
            self.found.extend(query::candidates(operation.output, &self.place.partial));
        }
    }

    /// What begins a value that is not typed on the line: a structure, a secret, a document.
    fn document(&mut self, id: &str) {
        let member = self.member(id);
        let can_ask = matches!(self.place.level, Level::Task(_));
        let partial = self.place.partial.as_str();
        if let Some(Shape::Structure(members)) = member.map(|member| member.shape) {
            let files = |path: &str| self.sources.files(path);
            self.found.extend(shorthand::candidates(members, partial, can_ask, files));
        }
        let is_secret = member.is_some_and(|member| member.shape.holds_secret());
        let is_long = member.is_some_and(
            |member| matches!(member.shape, Shape::String(text) if text.max.is_some_and(|max| max > LONG)),
        );
        let is_document = id.starts_with("cli-input-");
        // Where it is rare, it has to be begun.
        if (is_secret || is_long || is_document || member.is_some() && partial.starts_with('f'))
            && self.found.is_empty()
        {
            self.found.push(Candidate::new("file://", "Read the value from a file.").open());
        }
        if can_ask && member.is_some_and(|member| member.shape.is_secret()) {
            self.add("prompt://", "Ask for the value.");
        }
    }

    /// The member that an option of this id sets.
    fn member(&self, id: &str) -> Option<&'static Member> {
        let members = match self.place.level {
            Level::Operation(operation) => operation.input,
            Level::Task(_) => UPDATE.operation.input,
            _ => return None,
        };
        members.iter().find(|member| member.name == id)
    }

    fn files(&mut self, prefix: &str) {
        let path = &self.place.partial[prefix.len()..];
        let files = self.sources.files(path).into_iter();
        self.found.extend(files.map(|file| Candidate { value: format!("{prefix}{}", file.value), ..file }));
    }

    /// The stores of the account and Region of the line.
    fn stores(&mut self, globals: Globals, with_ids: bool, with_names: bool) {
        let about = |other: &str, store: &Known| format!("{other}, {}, {}", store.kind, store.state);
        let stores = self.sources.stores(globals);
        let is_new =
            |store: &&Known| ![&store.id, &store.name].iter().any(|name| self.place.given.contains(*name));
        let stores: Vec<&Known> = stores.iter().filter(is_new).collect();
        let names = stores
            .iter()
            .filter(|_| with_names)
            .map(|store| Candidate::new(&store.name, about(&store.id, store)));
        let ids = stores
            .iter()
            .filter(|_| with_ids)
            .map(|store| Candidate::new(&store.id, about(&store.name, store)));
        let found: Vec<Candidate> = names.chain(ids).collect();
        self.found.extend(found);
    }
}

/// The first sentence about an option; whether it is required is said, too.
fn about(option: &Arg) -> String {
    let text = option.get_long_help().or(option.get_help()).map(ToString::to_string).unwrap_or_default();
    let text = text.strip_prefix("Required. ").unwrap_or(&text);
    let end = text.find(". ").into_iter().chain(text.find(".\n")).chain(text.find("\n")).min();
    let first = &text[..end.map_or(text.len(), |end| end + 1)];
    let required = if option.is_required_set() { "Required. " } else { "" };
    format!("{required}{}", first.trim())
}
