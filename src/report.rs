//! How a run is reported on stderr: errors in all formats, hints and warnings.

pub(crate) mod debug;

use std::io::{self, IsTerminal, Write};

use crate::cks::error::CksError;
use crate::cli::{self, globals::Globals};
use crate::environment::Environment;
use crate::error::Error;
use crate::hints::Hints;
use crate::output;
use crate::output::color::Coloring;
use crate::output::error_format::ErrorFormat;
use crate::render::table::Colour;
use crate::render::{self, Format, Style};
use crate::reply::error::ServiceError;
use crate::session::secrets::Secrets;
use crate::session::settings::Settings;
use crate::signals::interruptible;
use crate::syntax::printable::printable_lines;
use crate::value::Value;

/// What ended a run early, and how it is reported.
pub(crate) struct Failure {
    pub(crate) error: Box<Error>,
    format: ErrorFormat,
    /// The name of a format that does not exist, where the reference says so.
    unknown_format: Option<String>,
    coloring: Coloring,
}

impl Failure {
    pub(crate) fn new(error: Error, settings: &Settings, coloring: Coloring) -> Failure {
        Failure { error: error.into(), format: settings.error_format(), unknown_format: None, coloring }
    }

    /// An error that is reported in the same way whatever is configured.
    pub(crate) fn plain(error: impl Into<Error>) -> Failure {
        Failure {
            error: Box::new(error.into()),
            format: ErrorFormat::Enhanced,
            unknown_format: None,
            coloring: Coloring::default(),
        }
    }

    /// An error from before the line and the files were read: only the environment says the format.
    pub(crate) fn before_files(error: impl Into<Error>, environment: &Environment) -> Failure {
        let name = environment.get("AWS_CLI_ERROR_FORMAT");
        let format = name.and_then(|name| ErrorFormat::named(&name.to_lowercase())).unwrap_or_default();
        Failure { format, ..Failure::plain(error) }
    }

    /// A failure before the options of the line count. Of these the reference knows the format of errors alone, and
    /// only here does it say that a configured one does not exist.
    pub(crate) fn early(error: impl Into<Error>, globals: &Globals, settings: &mut Settings) -> Failure {
        let error = error.into();
        settings.globals.error_format = globals.error_format;
        let says_unknown = error.code().is_some() && !error.is_of_first_pass();
        let unknown_format = settings.unknown_error_format().filter(|_| says_unknown);
        let coloring = Coloring::new(globals.color, settings.environment);
        Failure { unknown_format, ..Failure::new(error, settings, coloring) }
    }

    /// Writes the error and the hints. Returns the exit code.
    pub(crate) fn report(&self, hints: &Hints, secrets: &Secrets) -> u8 {
        let Failure { error, format, coloring, .. } = self;
        if error.is_interrupt() {
            // The reference ends the line on which the terminal has shown ^C, and says nothing.
            let _ = output::print("\n");
        } else if let Error::Cks(CksError::Interrupted(text)) = &**error {
            warn(&secrets.hidden_in(&format!("\n{text}\n")));
        } else {
            warn(&coloring.message(self.text(hints, secrets)));
            self::hints(hints, *format, secrets);
        }
        if *format == ErrorFormat::Structured(Format::Table) && error.code().is_some() {
            coloring.begin(Format::Table);
        }
        let _ = output::print(coloring.end());
        error.exit_code()
    }

    /// The error in its format, without these secrets. Its hint becomes the first one.
    pub(crate) fn text(&self, hints: &Hints, secrets: &Secrets) -> String {
        let Failure { error, format, unknown_format, coloring } = self;
        let mut text = String::new();
        if let Some(name) = unknown_format {
            text = format!("Invalid cli_error_format: '{name}'. Using 'enhanced' format.\n");
        }
        text += &error_text(error, *format, coloring.wanted());
        if let Some(hint) = error.hint() {
            hints.add_first(hint);
        }
        let text = secrets.hidden_in(&text);
        if format.is_structured() { text } else { for_terminal(text) }
    }

    #[cfg(fuzzing)]
    pub(crate) fn format(&self) -> ErrorFormat {
        self.format
    }
}

/// Writes the hints.
pub(crate) fn hints(hints: &Hints, format: ErrorFormat, secrets: &Secrets) {
    warn(&hints_text(hints, format, secrets));
}

/// The hints as they are written.
pub(crate) fn hints_text(hints: &Hints, format: ErrorFormat, secrets: &Secrets) -> String {
    for_terminal(secrets.hidden_in(&hints.lines(format.is_structured())))
}

/// On a terminal, what it would obey is made visible: a service or a file may have it in its words.
fn for_terminal(text: String) -> String {
    if io::stderr().is_terminal() { printable_lines(&text) } else { text }
}

/// Writes a text to stderr. Without stderr there is nobody to read it; the exit code still counts.
pub(crate) fn warn(text: &str) {
    let _ = interruptible(|| io::stderr().write_all(text.as_bytes()));
}

/// The text of an error; without a code the format does not matter. `color` colours a table.
pub(crate) fn error_text(error: &Error, format: ErrorFormat, color: bool) -> String {
    let message = error.to_string();
    match (error.code(), format) {
        (None, _) if matches!(error, Error::Cli(cli::error::Error::UnknownOptions { .. })) => {
            format!("\n{}\n\naws: [ERROR]: {message}\n", cli::error::USAGE)
        }
        (None, _) | (Some(_), ErrorFormat::Legacy) => framed(&message),
        (Some(code), ErrorFormat::Enhanced) => match error.service() {
            // Below it stands what else the body says.
            Some(service) => {
                let details = service.details().map(|details| format!("\n{details}\n"));
                framed(&message) + &details.unwrap_or_default()
            }
            None => framed(&format!("An error occurred ({code}): {}", message.trim())),
        },
        (Some(code), ErrorFormat::Structured(format)) => {
            // Of a service error that is the message, then the modelled members of its body.
            let value = error.service().map(ServiceError::as_value).unwrap_or_else(|| {
                Value::map([("Code", Value::string(code)), ("Message", Value::string(message))])
            });
            let mut out = Vec::new();
            let colour = if color { Colour::On } else { Colour::Off };
            let style = Style { title: "error", query: None, pages: false };
            // An error is one mapping of scalars, which fits every format.
            let _ = render::write(&value, format, &style, output::terminal_width, colour, &mut out);
            String::from_utf8(out).unwrap_or_default()
        }
    }
}

fn framed(message: &str) -> String {
    let message = message.trim();
    let blank = if message.is_empty() { "" } else { " " };
    format!("\naws: [ERROR]:{blank}{message}\n")
}
