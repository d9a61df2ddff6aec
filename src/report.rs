//! How an error is told: the layouts of stderr.

pub(crate) mod debug;

use crate::cli;
use crate::error::Error;
use crate::output::error_format::ErrorFormat;
use crate::output::table::Colour;
use crate::output::{self, Style};
use crate::value::Value;

/// The text that tells an error on stderr. `color` colours a table.
pub(crate) fn report(error: &Error, format: ErrorFormat, color: bool) -> String {
    let message = error.to_string();
    let Some(code) = error.code() else {
        return plain(error, &message);
    };
    let enhanced = match error {
        Error::Service(_) => message.clone(),
        _ => format!("An error occurred ({code}): {}", message.trim()),
    };
    match format {
        ErrorFormat::Enhanced => with_details(framed(&enhanced), error),
        ErrorFormat::Legacy => framed(&message),
        ErrorFormat::Structured(format) => {
            let mut out = Vec::new();
            let colour = if color { Colour::On } else { Colour::Off };
            let style = Style { format, title: "error", query: None, color, pages: false };
            // An error is one mapping of scalars, which fits every format.
            let _ = output::render(&structured(error, code, &message), &style, colour, &mut out);
            String::from_utf8(out).unwrap_or_default()
        }
    }
}

/// Errors without a code: the format does not matter.
fn plain(error: &Error, message: &str) -> String {
    match error {
        Error::Cli(cli::error::Error::UnknownOptions { .. }) => {
            format!("\n{}\n\naws: [ERROR]: {message}\n", cli::error::USAGE)
        }
        _ => framed(message),
    }
}

fn framed(message: &str) -> String {
    let message = message.trim();
    let blank = if message.is_empty() { "" } else { " " };
    format!("\naws: [ERROR]:{blank}{message}\n")
}

/// Below the error of a service stands what else its body says.
fn with_details(mut text: String, error: &Error) -> String {
    if let Error::Service(error) = error
        && let Some(details) = error.details()
    {
        text.push('\n');
        text.push_str(&details);
        text.push('\n');
    }
    text
}

/// The error as an object: of a service error the message first, then the modelled members of its body.
fn structured(error: &Error, code: &str, message: &str) -> Value {
    match error {
        Error::Service(error) => error.as_value(),
        _ => Value::map([("Code", Value::string(code)), ("Message", Value::string(message))]),
    }
}
