//! From a reply to what is printed: the last step of the line.

pub(crate) mod color;
pub(crate) mod error_format;
pub(crate) mod pager;
pub(crate) mod sink;
pub(crate) mod table;
pub(crate) mod text;

use std::io::{self, IsTerminal};
use std::ops::ControlFlow;
use std::rc::Rc;

use crate::client::pages::Plan;
use crate::error::Error;
use crate::query::Expression;
use crate::syntax::python::system_words;
use crate::value::json::write as json;
use crate::value::yaml::write as yaml;
use crate::value::{Map, Value};
use sink::Sink;
use table::Colour;

/// The width of a table that goes to no terminal, in columns.
pub(crate) const DEFAULT_WIDTH: usize = 80;

/// The output formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Indented JSON.
    Json,
    /// Tab-separated values.
    Text,
    /// A table.
    Table,
    /// YAML.
    Yaml,
    /// A YAML list with an element for each reply.
    YamlStream,
    /// Nothing.
    Off,
}

impl Format {
    /// The format of this name, which is compared exactly.
    ///
    /// # Errors
    /// An unknown name, which the reference looks up only when the reply is there.
    pub(crate) fn named(name: &str) -> Result<Format, Error> {
        Ok(match name {
            "json" => Format::Json,
            "text" => Format::Text,
            "table" => Format::Table,
            "yaml" => Format::Yaml,
            "yaml-stream" => Format::YamlStream,
            "off" => Format::Off,
            _ => return Err(Error::UnknownOutputFormat(name.to_owned())),
        })
    }
}

/// Why a result cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutputError {
    /// The query fails on this result.
    #[error("{0}")]
    Query(crate::query::RuntimeError),
    /// The result has no text form.
    #[error("{0}")]
    Text(text::Error),
    /// The result has no table form.
    #[error("{0}")]
    Table(table::Error),
    /// There is no pager.
    #[error(transparent)]
    Pager(#[from] pager::PagerError),
    /// The output cannot be written.
    #[error("Could not write the output: {}.", system_words(.0))]
    Write(io::Error),
}

impl From<OutputError> for Error {
    fn from(error: OutputError) -> Error {
        Error::Output(error)
    }
}

/// How a result is to be shown.
pub(crate) struct Style {
    /// The title of a table: the API's name of the operation.
    pub(crate) title: &'static str,
    /// The query, known to compile.
    pub(crate) query: Option<Expression>,
    /// Whether a table is coloured.
    pub(crate) color: bool,
    /// Whether results are pages: an empty one is an element of a YAML stream.
    pub(crate) pages: bool,
}

/// Prints a reply. `Break` says that nobody reads any more.
///
/// # Errors
/// The query fails on it, it does not fit the format, or it cannot be written.
pub(crate) fn show(
    reply: &Value,
    format: Format,
    style: &Style,
    sink: &mut Sink,
) -> Result<ControlFlow<()>, Error> {
    let colour = sink.colour(style.color);
    let mut written = Ok(ControlFlow::Continue(()));
    let mut write = |out: &mut String| {
        if let Ok(ControlFlow::Continue(())) = written {
            written = sink.write(out);
        }
        out.clear();
    };
    let (mut rest, outcome) = render(reply, format, style, colour, &mut write);
    write(&mut rest);
    let flow = written?;
    outcome?;
    Ok(flow)
}

/// Fetches pages and prints them: each as it comes where the format is made of lines, else all together.
///
/// # Errors
/// As [`show`], and what `fetch` fails with.
pub(crate) fn show_pages(
    plan: &Plan,
    first: Map,
    mut fetch: impl FnMut(&Map) -> Result<Value, Error>,
    format: Format,
    style: &Style,
    sink: &mut Sink,
) -> Result<(), Error> {
    let fetch = |request: &Map| match fetch(request)? {
        Value::Map(map) => Ok(Rc::unwrap_or_clone(map)),
        _ => Ok(Map::new()),
    };
    match format {
        Format::Text => {
            let mut resume_token = None;
            plan.run(first, fetch, |page| {
                let flow = show(&plan.elements(&page), format, style, sink)?;
                resume_token = page.resume_token;
                Ok(flow)
            })?;
            if let Some(token) = resume_token {
                let token = Value::map([("NextToken", Value::string(token))]);
                show(&Value::map([("NextToken", token)]), format, style, sink).map(drop)?;
            }
        }
        Format::YamlStream => {
            plan.run(first, fetch, |page| show(&Value::Map(page.reply.into()), format, style, sink))?;
        }
        Format::Json | Format::Table | Format::Yaml | Format::Off => {
            let mut pages = Vec::new();
            plan.run(first, fetch, |page| {
                pages.push(page);
                Ok(ControlFlow::Continue(()))
            })?;
            let merged = Value::Map(plan.merged(pages).into());
            let outcome = show(&merged, format, style, sink).map(drop);
            // The program ends now: taking thousands of values apart would only cost time.
            std::mem::forget(merged);
            outcome?;
        }
    }
    Ok(())
}

/// The bytes of a result, and what went wrong after them. Of a long result all but the last are given to `full`,
/// which empties what it gets.
///
/// An empty mapping prints nothing, whatever the format, but for a page of a YAML stream.
pub(crate) fn render(
    result: &Value,
    format: Format,
    style: &Style,
    colour: Colour,
    full: &mut dyn FnMut(&mut String),
) -> (String, Result<(), OutputError>) {
    let mut out = String::new();
    if format == Format::Off {
        return (out, Ok(()));
    }
    let selected = match &style.query {
        None => result.clone(),
        Some(query) => match query.search(result) {
            Ok(selected) => selected,
            Err(error) => return (out, Err(OutputError::Query(error))),
        },
    };
    let is_element = style.pages && format == Format::YamlStream;
    if !is_element && selected.as_map().is_some_and(|map| map.is_empty()) {
        return (out, Ok(()));
    }
    let outcome = match format {
        Format::Json => {
            json::write(&selected, &mut out, full);
            Ok(())
        }
        Format::Yaml => {
            yaml::write(&selected, &mut out, full);
            Ok(())
        }
        Format::YamlStream => {
            yaml::write_page(&selected, &mut out, full);
            Ok(())
        }
        Format::Text => text::write(&selected, &mut out, full).map_err(OutputError::Text),
        Format::Table => table::write(style.title, &selected, terminal_width(), colour, &mut out, full)
            .map_err(OutputError::Table),
        Format::Off => Ok(()),
    };
    (out, outcome)
}

/// The columns of the terminal that stdout is, else 80.
pub(crate) fn terminal_width() -> usize {
    width_of_terminal().unwrap_or(DEFAULT_WIDTH)
}

/// The columns of the terminal that stdout is.
pub(crate) fn width_of_terminal() -> Option<usize> {
    let stdout = io::stdout();
    if !stdout.is_terminal() {
        return None;
    }
    Some(terminal_size::terminal_size_of(stdout).map_or(0, |(width, _)| usize::from(width.0)))
}

/// Writes to stdout. A reader that has gone away is no error.
///
/// # Errors
/// Anything else, such as a full disk.
pub(crate) fn print(text: &str) -> Result<(), OutputError> {
    sink::to_stdout(text).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{PIECE, keep};

    #[test]
    fn every_format_hands_a_long_result_on_in_pieces() {
        let text = |length| Value::string("x".repeat(length));
        let stores = (0..3000).map(|_| Value::map([("Name", text(60)), ("Type", text(60))]));
        let result = Value::map([("Stores", Value::list(stores.collect()))]);
        let style = Style { title: "ListStores", query: None, color: false, pages: false };
        for format in [Format::Json, Format::Text, Format::Table, Format::Yaml, Format::YamlStream] {
            let rendered = |full: &mut dyn FnMut(&mut String)| {
                let (rest, outcome) = render(&result, format, &style, Colour::Off, full);
                assert!(outcome.is_ok());
                rest
            };
            let mut pieces = Vec::new();
            let rest = rendered(&mut |written| pieces.push(std::mem::take(written)));
            assert!(pieces.len() > 3 && pieces.iter().all(|piece| piece.len() < PIECE + 1000), "{format:?}");
            assert!(rest.len() < PIECE + 1000, "{format:?}");
            assert_eq!(pieces.concat() + &rest, rendered(&mut keep), "{format:?}");
        }
    }
}
