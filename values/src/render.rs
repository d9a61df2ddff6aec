//! From a result to bytes: one writer for each output format.

pub mod table;
pub mod text;

use std::io::{self, BufWriter, Write};

use crate::query::{Expression, RuntimeError};
use crate::value::json::write as json;
use crate::value::python::type_name;
use crate::value::yaml::write as yaml;
use crate::value::{Map, Value};
use table::Colour;

/// Bytes that are worth a write of their own.
const BUFFER: usize = 1 << 16;

/// Ends all colours.
pub const RESET: &str = "\x1b[0m";

/// The output formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Indented JSON.
    Json,
    /// Lines of fields joined by tabs.
    Text,
    /// Boxes for people.
    Table,
    /// A YAML document.
    Yaml,
    /// A YAML list with an element for each reply.
    YamlStream,
    /// No output.
    Off,
}

impl Format {
    /// The format of this name, which is compared exactly.
    pub fn named(name: &str) -> Option<Format> {
        Some(match name {
            "json" => Format::Json,
            "text" => Format::Text,
            "table" => Format::Table,
            "yaml" => Format::Yaml,
            "yaml-stream" => Format::YamlStream,
            "off" => Format::Off,
            _ => return None,
        })
    }
}

/// How the results of a command are shown, in whatever format.
pub struct Style {
    /// The title of a table: the API's name of the operation.
    pub title: &'static str,
    /// The query, known to compile.
    pub query: Option<Expression>,
    /// Whether results are pages: an empty one is an element of a YAML stream.
    pub pages: bool,
}

/// Why a result cannot be rendered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The query fails on the result.
    #[error(transparent)]
    Query(#[from] RuntimeError),
    /// The result has no text or no table form. The words are Python's.
    #[error("{0}")]
    Unfit(String),
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] io::Error),
}

impl Error {
    /// A method is called that values of this type do not have.
    fn no_attribute(value: &Value, attribute: &str) -> Error {
        Error::Unfit(format!("'{}' object has no attribute '{attribute}'", type_name(value)))
    }
}

/// Writes a result, in pieces that are worth it. An empty mapping prints nothing, whatever the format, but for a page of a
/// YAML stream. `width` tells the columns that a table may take.
///
/// # Errors
/// The query fails on it, it does not fit the format, or it cannot be written. What stands before the place that does not
/// fit is written.
pub fn write(
    result: &Value,
    format: Format,
    style: &Style,
    width: fn() -> usize,
    colour: Colour,
    out: &mut dyn Write,
) -> Result<(), Error> {
    if format == Format::Off {
        return Ok(());
    }
    let selected = match &style.query {
        None => result.clone(),
        Some(query) => query.search(result)?,
    };
    let is_element = style.pages && format == Format::YamlStream;
    if !is_element && selected.as_map().is_some_and(Map::is_empty) {
        return Ok(());
    }
    let mut out = BufWriter::with_capacity(BUFFER, out);
    let written = match format {
        Format::Json => json::write(&selected, &mut out).map_err(Error::from),
        Format::Yaml => yaml::write(&selected, &mut out).map_err(Error::from),
        Format::YamlStream => yaml::write_page(&selected, &mut out).map_err(Error::from),
        Format::Text => text::write(&selected, &mut out),
        Format::Table => table::write(style.title, &selected, width(), colour, &mut out),
        Format::Off => Ok(()),
    };
    let flushed = out.flush();
    written.and_then(|()| Ok(flushed?))
}

fn is_container(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Map(_))
}
