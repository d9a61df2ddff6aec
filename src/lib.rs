//! `aws kms` for custom key stores: a drop-in for the commands of the AWS CLI v2.
//!
//! A run follows one line, and [`run`] is that line:
//!
//! ```text
//! words ── cli::start, cli::request ──→ Invocation       usage errors, 252
//!       ── input::bind ───────────────→ parameters       252
//!       ── Session::resolve ──────────→ Session          253, 255
//!       ── input::validate ───────────→ Parameters       252
//!       ── send ──────────────────────→ reply            254, 255
//!       ── output::render ────────────→ stdout           0
//! ```
//!
//! The tables in `operations` say what an operation is; everything else reads them.

#![forbid(unsafe_code)]

pub(crate) mod advice;
pub(crate) mod cks;
pub(crate) mod cli;
pub(crate) mod client;
pub(crate) mod completion;
pub(crate) mod core_dump;
pub(crate) mod environment;
pub(crate) mod error;
#[cfg(fuzzing)]
#[allow(clippy::panic, reason = "a finding is a panic")]
pub mod fuzzing;
pub(crate) mod hints;
pub(crate) mod input;
pub(crate) mod model;
pub(crate) mod operations;
pub(crate) mod output;
pub(crate) mod prompt;
pub(crate) mod reply;
pub(crate) mod report;
pub(crate) mod secret;
pub(crate) mod session;
#[cfg(unix)]
pub(crate) mod signals;
#[cfg(not(unix))]
#[path = "signals/none.rs"]
pub(crate) mod signals;
#[doc(hidden)]
pub mod testing;
pub(crate) mod timestamp;
pub(crate) mod transport;
pub(crate) mod version;

pub(crate) use values::{query, render, syntax, value};

use std::ffi::OsString;
use std::path::Path;

use cli::alias::{Aliases, Line, Stop};
use cli::foreign::{self, program};
use cli::globals::Globals;
use cli::help::page::Look;
use cli::partial::{self, Owner};
use cli::words::Word;
use cli::{Invocation, Request, Skeleton, Start};
use client::Client;
use client::pages as paginate;
pub use environment::Environment;
use error::Error;
use hints::Hints;
use input::sources::Sources;
use input::{bind, skeleton, validate};
use model::Operation;
use output::Output;
use output::color::Coloring;
use output::screen::Screen;
use prompt::Outcome;
use query::Expression;
use render::Style;
use report::Failure;
use session::Session;
use session::config_file::{self, ConfigFiles};
use session::error::SessionError;
use session::secrets::Secrets;
use session::settings::{AutoPrompt, Settings};
use transport::tls::warning;
use value::Map;

/// Runs one command line (without the program's name) and returns its exit code.
///
/// Nothing else prints or decides on an exit code: what a step found wrong comes here as an `Error`.
pub fn run(arguments: Vec<OsString>, environment: &Environment) -> u8 {
    if let Some(reply) = completion::reply(&arguments, environment) {
        // The shell may be gone, or its user may have typed on.
        let _ = output::print(&reply);
        return 0;
    }
    let words = cli::words::words(arguments.iter().cloned());
    let aliases = config_file::aliases(environment);
    let none = Aliases::default();
    let hints = Hints::new(advice::is_wanted(environment));
    let hand_over =
        || program::fallback(environment).map(|program| hand_over(&program, &arguments, environment, &hints));
    // A broken file of aliases is for the program to tell that runs the command.
    if foreign::is_foreign(&words, aliases.as_ref().unwrap_or(&none))
        && let Some(code) = hand_over()
    {
        return code;
    }
    let files = match ConfigFiles::load(environment) {
        Ok(files) => files,
        Err(error) => return Failure::before_files(error, environment).report(&hints, &Secrets::default()),
    };
    let mut settings = Settings::resolve(Globals::default(), &files, environment);
    let (aliases, broken) = match aliases {
        Ok(aliases) => (aliases, None),
        Err(error) => (Aliases::default(), Some(error)),
    };
    let mut line = Typed { words, aliases, broken, files: &files, environment, hints: &hints };
    let prompt = match settings.auto_prompt(&line.words) {
        AutoPrompt::Off => AutoPrompt::Off,
        wanted => match partial::owner(&line.words, &line.aliases) {
            Owner::Form => wanted,
            Owner::Anybody if wanted == AutoPrompt::On => match hand_over() {
                Some(code) => return code,
                None => wanted,
            },
            Owner::Anybody => wanted,
            Owner::Nobody => AutoPrompt::Off,
        },
    };
    if prompt == AutoPrompt::On {
        return line.prompted(None, &hand_over);
    }
    advice::carriage_returns(&line.words, &hints);
    match line.perform(&mut settings) {
        Err(failure)
            if prompt == AutoPrompt::OnPartial
                && failure.error.exit_code() == 252
                && prompt::is_possible() =>
        {
            line.prompted(Some(&failure.error), &hand_over)
        }
        done => line.end(done, &settings),
    }
}

/// A line with all that it is read with.
struct Typed<'a> {
    words: Vec<Word>,
    aliases: Aliases,
    /// What is wrong with the file of aliases.
    broken: Option<SessionError>,
    files: &'a ConfigFiles,
    environment: &'a Environment,
    hints: &'a Hints,
}

impl<'a> Typed<'a> {
    /// Runs the line as it is.
    fn perform(&mut self, settings: &mut Settings) -> Result<u8, Failure> {
        match self.broken.take() {
            Some(error) => Err(Failure::plain(error)),
            None => perform(&self.words, &self.aliases, settings, self.hints),
        }
    }

    fn settings(&self) -> Settings<'a> {
        Settings::resolve(Globals::default(), self.files, self.environment)
    }

    /// Reports what there is to report. Returns the exit code.
    fn end(&self, done: Result<u8, Failure>, settings: &Settings) -> u8 {
        let secrets = || Secrets::of(self.environment, self.files).and_of(&self.words);
        match done {
            Ok(code) => {
                if !self.hints.is_empty() {
                    report::hints(self.hints, settings.error_format(), &secrets());
                }
                code
            }
            Err(failure) => {
                advice::of_error(&failure.error, &self.words, settings, self.hints);
                failure.report(self.hints, &secrets())
            }
        }
    }

    /// Prompts, and runs what was chosen as if it had been typed.
    fn prompted(mut self, reason: Option<&Error>, hand_over: &dyn Fn() -> Option<u8>) -> u8 {
        let mut settings = self.settings();
        let done = match self.ask(reason, &mut settings) {
            Ok(Outcome::Run { words, .. }) => {
                self.words = cli::words::words(words.into_iter().map(OsString::from));
                self.aliases = Aliases::default();
                settings = self.settings();
                self.perform(&mut settings)
            }
            Ok(Outcome::Print(line)) => {
                output::print(&format!("{line}\n")).map(|()| 0).map_err(Failure::plain)
            }
            Ok(Outcome::HandOver) => return hand_over().unwrap_or(INTERRUPTED),
            Ok(Outcome::Write { .. } | Outcome::Leave) => return INTERRUPTED,
            Err(failure) => Err(failure),
        };
        self.end(done, &settings)
    }

    fn ask(&mut self, reason: Option<&Error>, settings: &mut Settings) -> Result<Outcome, Failure> {
        if let Some(error) = self.broken.take() {
            return Err(Failure::plain(error));
        }
        let partial = partial::read(&self.words, &self.aliases);
        let partial = partial.map_err(|error| Failure::early(error, &Globals::default(), settings))?;
        settings.change_globals(|globals| *globals = partial.globals.clone());
        let start = prompt::Start {
            partial,
            message: reason.map(|error| {
                let secrets = Secrets::of(self.environment, self.files).and_of(&self.words);
                secrets.hidden_in(&headline(&error.to_string()))
            }),
            can_hand_over: program::is_there(self.environment),
        };
        prompt::ask(start, settings).map_err(Failure::plain)
    }
}

/// The first line of a message, with the next one where it says what the first announces.
fn headline(message: &str) -> String {
    let mut lines = message.lines();
    let first = lines.next().unwrap_or_default();
    match lines.next().filter(|_| first.ends_with(':')) {
        Some(next) => format!("{first} {}", next.trim()),
        None => first.to_owned(),
    }
}

/// The exit code of a prompt that was left.
const INTERRUPTED: u8 = 130;

/// Another program takes the line. This comes back on Unix only if that fails.
fn hand_over(program: &Path, arguments: &[OsString], environment: &Environment, hints: &Hints) -> u8 {
    match environment.core_dumps.restored(|| foreign::hand_over(program, arguments, environment)) {
        Ok(code) => code,
        Err(error) => Failure::before_files(error, environment).report(hints, &Secrets::default()),
    }
}

/// Reads the line, the global options first: they decide how everything after them is reported.
fn perform(words: &[Word], aliases: &Aliases, settings: &mut Settings, hints: &Hints) -> Result<u8, Failure> {
    let environment = settings.environment;
    let Start { globals, checked, line } = match cli::start(words, aliases) {
        Ok(start) => start,
        Err(Stop::Done(request)) => {
            return execute(request, settings, &Coloring::default(), hints).map_err(Failure::plain);
        }
        Err(Stop::Error(error)) => return Err(Failure::early(error, &Globals::default(), settings)),
    };
    if globals.debug {
        report::debug::log_to_stderr(Secrets::of(environment, settings.files).and_of(words));
        log::debug!(version = version::line().trim_end(); "start");
    }
    checked.map_err(|error| Failure::early(error, &globals, settings))?;
    settings.change_globals(|before| *before = globals);
    let request = request(line, aliases, settings);
    let coloring = Coloring::new(settings.globals.color, environment);
    match request.and_then(|request| execute(request, settings, &coloring, hints)) {
        Ok(code) => output::print(coloring.end()).map(|()| code).map_err(Failure::plain),
        Err(error) => Err(Failure::new(error, settings, coloring)),
    }
}

/// What the line asks for, with the checks that the reference makes before it looks.
fn request(line: Line, aliases: &Aliases, settings: &mut Settings) -> Result<Request, Error> {
    settings.check_early()?;
    Ok(settings.change_globals(|globals| cli::request(line, aliases, globals))?)
}

/// Does what the line asks for. Returns the exit code.
fn execute(request: Request, settings: &Settings, coloring: &Coloring, hints: &Hints) -> Result<u8, Error> {
    let environment = settings.environment;
    match request {
        Request::Version => output::print(&version::line())?,
        Request::Help(subject) => {
            let screen = Screen::of_stdout(environment);
            let look = Look { width: screen.width, is_bold: screen.is_bold };
            let page = cli::help::page(&subject, program::fallback(environment).as_deref());
            screen.show(&page.map(|page| page.text(look)).unwrap_or_default(), environment)?;
        }
        Request::Shell(line) => {
            let ran = environment.core_dumps.restored(|| cli::shell::run(&line));
            return Ok(ran.map_err(|error| cli::error::Error::Shell(error.kind()))?);
        }
        Request::Completion(shell) => output::print(completion::script(shell))?,
        Request::Wait(waiting) => {
            let session = Session::resolve(settings, hints, waiting.waiter.name())?;
            cks::wait(&waiting, &session, &client(&session)?)?;
        }
        Request::Cks(invocation) => {
            let order = cks::read(&invocation, settings, hints)?;
            let session = Session::resolve(settings, hints, invocation.task.name())?;
            return Ok(cks::run(order, &session, &client(&session)?, coloring)?);
        }
        Request::Invocation(invocation) => call(&invocation, settings, coloring, hints)
            .inspect_err(|error| advice::of_call_error(error, &invocation, environment, hints))?,
    }
    Ok(0)
}

/// One call, from its words to its output.
fn call(
    invocation: &Invocation,
    settings: &Settings,
    coloring: &Coloring,
    hints: &Hints,
) -> Result<(), Error> {
    let (operation, environment, globals) =
        (invocation.call.operation, settings.environment, &settings.globals);
    paginate::check(invocation, globals.no_paginate)?;
    let options = bind::options(invocation, &Sources::files(environment))?;
    if invocation.number("max-items").is_some_and(|max| max <= 0) {
        report::warn("warning: Non-positive values for --max-items may result in undefined behavior.\n");
    }
    let starting_token = options.starting_token.clone();
    let mut parameters = bind::bind(invocation, options)?;
    let pages = paginate::pages(invocation, starting_token, globals.no_paginate, &mut parameters);
    match invocation.skeleton {
        Some(Skeleton::Input) => return Ok(output::print(&skeleton::json(operation))?),
        Some(Skeleton::YamlInput) => return Ok(output::print(&skeleton::yaml(operation))?),
        Some(Skeleton::Output) => {}
        None => advice::of_parameters(invocation, &parameters, hints),
    }
    let session = Session::resolve(settings, hints, &operation.command())?;
    let is_paged = pages.is_some() && invocation.skeleton.is_none();
    let open = || open(&session, operation, is_paged, coloring);
    let validated =
        |request: &Map| validate::validate(request.clone(), operation.input, session.parameter_validation);
    if let Some(Skeleton::Output) = invocation.skeleton {
        let reply = skeleton::reply(operation)?;
        validated(&parameters)?;
        return Ok(open()?.show(&reply).map(drop)?);
    }
    match pages {
        None => {
            let request = validated(&parameters)?;
            let client = client(&session)?;
            let reply = client.call(invocation.call, &request).inspect_err(|error| {
                advice::of_exception(error, invocation, &parameters, globals, hints);
            })?;
            open()?.show(&reply).map(drop)?;
            advice::of_success(operation, &parameters, hints);
            Ok(())
        }
        Some(pages) => {
            let plan = pages.plan()?;
            let first = plan.first(&parameters);
            validated(&first)?;
            let mut output = open()?;
            let client = client(&session)?;
            let fetch = |request: &Map| {
                let reply = client.call(invocation.call, &validated(request)?)?;
                advice::of_reply(invocation, &reply, globals, hints);
                Ok(reply)
            };
            plan.show(first, fetch, &mut output)
        }
    }
}

/// Where the results of an operation go.
fn open(
    session: &Session,
    operation: &Operation,
    is_paged: bool,
    coloring: &Coloring,
) -> Result<Output, output::error::Error> {
    let Settings { globals, environment, .. } = session.settings;
    let query = globals.query.as_deref().and_then(|query| Expression::compile(query).ok());
    let style = Style { title: operation.name, query, pages: is_paged };
    Output::open(&session.output, style, coloring, session.pager.as_deref(), environment)
}

/// Gets ready to send. Says on stderr, as the reference does, when nothing proves which server answers.
fn client<'s>(session: &'s Session) -> Result<Client<'s>, Error> {
    let client = Client::new(session)?;
    let filters = session.settings.environment.get("PYTHONWARNINGS");
    if session.is_unverified() && !filters.is_some_and(|filters| warning::is_silenced(&filters)) {
        report::warn(warning::UNVERIFIED);
    }
    Ok(client)
}
