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
//! The tables in [`operations`] say what an operation is; everything else reads them.

#![forbid(unsafe_code)]

pub(crate) mod advice;
pub(crate) mod cli;
pub(crate) mod client;
pub(crate) mod core_dump;
pub(crate) mod environment;
pub(crate) mod error;
pub(crate) mod hints;
pub(crate) mod input;
pub(crate) mod model;
pub(crate) mod operations;
pub(crate) mod output;
pub(crate) mod query;
pub(crate) mod reply;
pub(crate) mod report;
pub(crate) mod secret;
pub(crate) mod session;
pub(crate) mod syntax;
#[doc(hidden)]
pub mod testing;
pub(crate) mod transport;
pub(crate) mod value;
pub(crate) mod version;

use std::ffi::OsString;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::rc::Rc;

use cli::alias::{Aliases, Line};
use cli::foreign::{self, program};
use cli::globals::{Globals, Unchecked};
use cli::help::Topic;
use cli::words::Word;
use cli::{Invocation, Request, Skeleton, Start};
use client::Sender;
use client::pages::{self as paginate, Plan};
pub use environment::Environment;
use error::Error;
use hints::Hints;
use input::{bind, skeleton, validate};
use model::Operation;
use output::Format;
use output::Output;
use output::color::Coloring;
use output::error_format::ErrorFormat;
use query::Expression;
use report::report;
use session::Session;
use session::config_file::{self, ConfigFiles};
use session::error::SessionError;
use session::secrets::Secrets;
use session::settings::{AutoPrompt, Settings};
use transport::tls::warning;
use value::{Map, Value};

/// Runs one command line (without the program's name) and returns its exit code.
///
/// Nothing else prints or decides on an exit code: what a step found wrong comes here as an [`Error`].
pub fn run(arguments: Vec<OsString>, environment: &Environment) -> u8 {
    let words = cli::words::words(arguments.iter().cloned());
    let aliases = config_file::aliases(environment);
    let none = Aliases::default();
    let hints = Hints::new(environment);
    // A broken file of aliases is for the program to tell that runs the command.
    if foreign::is_foreign(&words, aliases.as_ref().unwrap_or(&none))
        && let Some(program) = program::fallback(environment)
    {
        return hand_over(&program, arguments, environment, &hints);
    }
    let files = match ConfigFiles::load(environment) {
        Ok(files) => files,
        Err(error) => return tell(&before_files(error.into(), environment), &hints, &Secrets::default()),
    };
    let mut settings = Settings::resolve(Globals::default(), &files, environment);
    let prompt = settings.auto_prompt(&words);
    if prompt == AutoPrompt::On
        && let Some(program) = program::fallback(environment)
    {
        return hand_over(&program, arguments, environment, &hints);
    }
    advice::of_words(&words, &hints);
    let failure = match perform(&words, aliases, prompt, &mut settings, &hints) {
        Ok(code) => {
            if !hints.is_empty() {
                let lines = hints.lines(settings.error_format().is_structured());
                print_on_stderr(&Secrets::of(environment, &files).and_of(&words).hidden_in(&lines));
            }
            return code;
        }
        Err(failure) => failure,
    };
    if prompt == AutoPrompt::OnPartial
        && failure.error.exit_code() == 252
        && let Some(program) = program::fallback(environment)
    {
        return hand_over(&program, arguments, environment, &hints);
    }
    advice::of_error(&failure.error, &words, environment, &hints);
    tell(&failure, &hints, &Secrets::of(environment, &files).and_of(&words))
}

/// Another program takes the line. This comes back on Unix only if that fails.
fn hand_over(program: &Path, arguments: Vec<OsString>, environment: &Environment, hints: &Hints) -> u8 {
    match environment.core_dumps.restored(|| foreign::hand_over(program, arguments, environment)) {
        Ok(code) => code,
        Err(error) => tell(&before_files(error.into(), environment), hints, &Secrets::default()),
    }
}

/// What ended a run early, and how it is to be told.
struct Failure {
    error: Box<Error>,
    format: ErrorFormat,
    /// The name of a format that is none, where the reference says so.
    unknown_format: Option<String>,
    coloring: Coloring,
}

fn plainly(error: Error) -> Failure {
    Failure {
        error: error.into(),
        format: ErrorFormat::Enhanced,
        unknown_format: None,
        coloring: Coloring::default(),
    }
}

/// A failure before the options of the line count. Of these the reference knows the format of errors alone, and only
/// here does it say that a configured one is none.
fn early(error: Error, globals: &Globals, settings: &mut Settings) -> Failure {
    settings.globals.error_format = globals.error_format;
    let coloring = Coloring::new(globals.color, settings.environment);
    Failure {
        format: settings.error_format(),
        unknown_format: settings
            .unknown_error_format()
            .filter(|_| error.code().is_some() && !error.is_of_first_pass()),
        error: error.into(),
        coloring,
    }
}

/// An error from before the line and the files were read: only the environment tells the format.
fn before_files(error: Error, environment: &Environment) -> Failure {
    let format =
        environment.get("AWS_CLI_ERROR_FORMAT").and_then(|name| ErrorFormat::named(&name.to_lowercase()));
    Failure { format: format.unwrap_or_default(), ..plainly(error) }
}

fn tell(failure: &Failure, hints: &Hints, secrets: &Secrets) -> u8 {
    let Failure { error, format, unknown_format, coloring } = failure;
    if error.is_interrupt() {
        // The reference ends the line on which the terminal has shown ^C, and says nothing.
        let _ = output::print("\n");
    } else {
        let unknown_format = unknown_format
            .as_ref()
            .map(|name| format!("Invalid cli_error_format: '{name}'. Using 'enhanced' format.\n"));
        let told = unknown_format.unwrap_or_default() + &report(error, *format, coloring.wanted());
        let text = secrets.hidden_in(&told);
        if let Some(hint) = error.hint() {
            hints.add_first(hint);
        }
        let hints = secrets.hidden_in(&hints.lines(format.is_structured()));
        print_on_stderr(&(coloring.message(text) + &hints));
    }
    if *format == ErrorFormat::Structured(Format::Table) && error.code().is_some() {
        coloring.begin(Format::Table);
    }
    let _ = output::print(coloring.end());
    error.exit_code()
}

/// Without stderr there is nobody to tell; the exit code still says it.
fn print_on_stderr(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// The global options, which decide how everything after them is told.
fn perform(
    words: &[Word],
    aliases: Result<Aliases, SessionError>,
    prompt: AutoPrompt,
    settings: &mut Settings,
    hints: &Hints,
) -> Result<u8, Failure> {
    let environment = settings.environment;
    let aliases = aliases.map_err(|error| plainly(error.into()))?;
    let (unchecked, line) = match cli::start(words, &aliases) {
        Ok(Start::Version) => return show_version().map(|()| 0).map_err(plainly),
        Ok(Start::Help(topic)) => {
            return help(topic, environment).map(|()| 0).map_err(plainly);
        }
        Ok(Start::Command(unchecked, line)) => (unchecked, line),
        Err(error) => return Err(early(error.into(), &Globals::default(), settings)),
    };
    let Unchecked { mut globals, timeouts } = *unchecked;
    if globals.debug {
        report::debug::log_to_stderr(Secrets::of(environment, settings.files).and_of(words));
        tracing::debug!(version = version::line().trim_end(), "start");
    }
    cli::check(&mut globals, timeouts).map_err(|error| early(error.into(), &globals, settings))?;
    settings.change_globals(|before| *before = globals);
    let request = if prompt == AutoPrompt::On {
        Err(cli::error::Error::AutoPrompt.into())
    } else {
        request(line, &aliases, settings)
    };
    let coloring = Coloring::new(settings.globals.color, environment);
    let done = request.and_then(|request| match request {
        Request::Shell(line) => {
            let ran = environment.core_dumps.restored(|| cli::shell::run(&line));
            Ok(ran.map_err(|error| cli::error::Error::Shell(error.kind()))?)
        }
        Request::Version => show_version().map(|()| 0),
        Request::Help(topic) => help(topic, environment).map(|()| 0),
        Request::Invocation(invocation) => {
            let done = call(&invocation, settings, &coloring, hints);
            done.inspect_err(|error| advice::of_failed(error, &invocation, environment, hints)).map(|()| 0)
        }
    });
    match done {
        Ok(code) => match output::print(coloring.end()) {
            Ok(()) => Ok(code),
            Err(error) => Err(plainly(error.into())),
        },
        Err(error) => {
            let format = settings.error_format();
            Err(Failure { error: error.into(), format, unknown_format: None, coloring })
        }
    }
}

/// What the line asks for, with the checks that the reference makes before it looks.
fn request(line: Line, aliases: &Aliases, settings: &mut Settings) -> Result<Request, Error> {
    settings.check_early()?;
    Ok(settings.change_globals(|globals| cli::request(line, aliases, globals))?)
}

/// One call, from its words to its output.
fn call(
    invocation: &Invocation,
    settings: &Settings,
    coloring: &Coloring,
    hints: &Hints,
) -> Result<(), Error> {
    let (operation, environment, globals) = (invocation.operation, settings.environment, &settings.globals);
    paginate::check(invocation, globals.no_paginate)?;
    let options = bind::options(invocation, environment)?;
    warn(invocation);
    let starting_token = options.starting_token.clone();
    let mut parameters = bind::bind(invocation, options)?;
    let pages = paginate::pages(invocation, starting_token, globals.no_paginate, &mut parameters);
    match invocation.skeleton {
        Some(Skeleton::Input) => return Ok(output::print(&skeleton::json(operation))?),
        Some(Skeleton::YamlInput) => return Ok(output::print(&skeleton::yaml(operation))?),
        Some(Skeleton::Output) | None => {}
    }
    if invocation.skeleton.is_none() {
        advice::of_parameters(invocation, &parameters, hints);
    }
    let session = Session::resolve(settings, hints)?;
    let is_paged = pages.is_some() && invocation.skeleton.is_none();
    let style = |format| output::Style {
        format,
        title: operation.name,
        query: globals.query.as_deref().and_then(|query| Expression::compile(query).ok()),
        color: coloring.wanted(),
        pages: is_paged,
    };
    let validated =
        |request: &Map| validate::validate(request.clone(), operation.input, session.parameter_validation);
    if let Some(Skeleton::Output) = invocation.skeleton {
        let reply = skeleton::reply(operation)?;
        validated(&parameters)?;
        let mut output = open(style, &session, coloring, environment)?;
        return Ok(output.show(&reply).map(drop)?);
    }
    match pages {
        None => {
            let request = validated(&parameters)?;
            let reply = sender(operation, &session, environment, hints)?.send(&request)?;
            let mut output = open(style, &session, coloring, environment)?;
            output.show(&reply).map(drop)?;
            advice::of_success(operation, &parameters, hints);
            Ok(())
        }
        Some(pages) => {
            let plan = pages.plan()?;
            let first = plan.first(&parameters);
            validated(&first)?;
            let mut output = open(style, &session, coloring, environment)?;
            let sender = sender(operation, &session, environment, hints)?;
            let fetch = |request: &Map| sender.send(&validated(request)?);
            show_pages(&plan, first, fetch, &mut output)
        }
    }
}

/// Gets ready to send. Says on stderr, as the reference does, when nothing proves which server answers.
fn sender<'s>(
    operation: &'static Operation,
    session: &'s Session,
    environment: &Environment,
    hints: &'s Hints,
) -> Result<Sender<'s>, Error> {
    let sender = Sender::new(operation, session, hints)?;
    let is_silenced =
        || environment.get("PYTHONWARNINGS").is_some_and(|filters| warning::is_silenced(&filters));
    if session.is_unverified() && !is_silenced() {
        let _ = std::io::stderr().write_all(warning::UNVERIFIED.as_bytes());
    }
    Ok(sender)
}

/// Fetches pages and shows them: each as it comes where the format is made of lines, else all together.
fn show_pages(
    plan: &Plan,
    first: Map,
    mut fetch: impl FnMut(&Map) -> Result<Value, Error>,
    output: &mut Output,
) -> Result<(), Error> {
    let fetch = |request: &Map| match fetch(request)? {
        Value::Map(map) => Ok(Rc::unwrap_or_clone(map)),
        _ => Ok(Map::new()),
    };
    match output.format() {
        Format::Text => {
            let mut resume_token = None;
            plan.run(first, fetch, |page| {
                let flow = output.show(&plan.elements(&page))?;
                resume_token = page.resume_token;
                Ok(flow)
            })?;
            if let Some(token) = resume_token {
                let token = Value::map([("NextToken", Value::string(token))]);
                output.show(&Value::map([("NextToken", token)])).map(drop)?;
            }
        }
        Format::YamlStream => {
            plan.run(first, fetch, |page| Ok(output.show(&Value::Map(page.reply.into()))?))?;
        }
        Format::Json | Format::Table | Format::Yaml | Format::Off => {
            let mut pages = Vec::new();
            plan.run(first, fetch, |page| {
                pages.push(page);
                Ok(ControlFlow::Continue(()))
            })?;
            let merged = Value::Map(plan.merged(pages).into());
            let outcome = output.show(&merged).map(drop);
            // The program ends now: taking thousands of values apart would only cost time.
            std::mem::forget(merged);
            outcome?;
        }
    }
    Ok(())
}

/// Opens the output in the format of the session.
fn open(
    style: impl FnOnce(Format) -> output::Style,
    session: &Session,
    coloring: &Coloring,
    environment: &Environment,
) -> Result<Output, Error> {
    let format = Format::named(&session.output)?;
    coloring.begin(format);
    Ok(Output::open(style(format), session.pager.as_deref(), environment)?)
}

/// Says on stderr what the reference warns of.
fn warn(invocation: &Invocation) {
    if invocation.paging.max_items.is_some_and(|max| max <= 0) {
        let text = "warning: Non-positive values for --max-items may result in undefined behavior.\n";
        let _ = std::io::stderr().write_all(text.as_bytes());
    }
}

fn show_version() -> Result<(), Error> {
    Ok(output::print(&version::line())?)
}

fn help(topic: Topic, environment: &Environment) -> Result<(), Error> {
    let other = program::fallback(environment);
    Ok(output::print(&cli::help::page(topic, output::width_of_terminal(), other.as_deref()))?)
}
