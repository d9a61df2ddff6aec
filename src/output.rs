//! From a result to what is printed: the last step of the line.

pub(crate) mod color;
pub(crate) mod error;
pub(crate) mod error_format;
pub(crate) mod pager;
pub(crate) mod screen;
mod sink;
pub(crate) mod table;
pub(crate) mod text;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::ops::ControlFlow;

use crate::environment::Environment;
use crate::query::Expression;
use crate::value::Value;
use crate::value::json::write as json;
use crate::value::yaml::write as yaml;
use color::Coloring;
use error::Error;
use sink::Sink;
pub(crate) use sink::{print, print_on};
use table::Colour;

/// The width of a table that goes to no terminal, in columns.
const DEFAULT_WIDTH: usize = 80;

/// Bytes that are worth a write of their own.
const BUFFER: usize = 1 << 16;

/// The output formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Text,
    Table,
    Yaml,
    /// A YAML list with an element for each reply.
    YamlStream,
    Off,
}

/// How the results of a command are shown, in whatever format.
pub(crate) struct Style {
    /// The title of a table: the API's name of the operation.
    pub(crate) title: &'static str,
    /// The query, known to compile.
    pub(crate) query: Option<Expression>,
    /// Whether results are pages: an empty one is an element of a YAML stream.
    pub(crate) pages: bool,
}

/// Shows the results of one command.
pub(crate) struct Output {
    format: Format,
    style: Style,
    colour: Colour,
    sink: BufWriter<Sink>,
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
            _ => return Err(Error::UnknownFormat(name.to_owned())),
        })
    }
}

impl Output {
    /// # Errors
    /// There is no format of this name, or the pager's command cannot be read.
    pub(crate) fn open(
        format: &str,
        style: Style,
        coloring: &Coloring,
        pager: Option<&str>,
        environment: &Environment,
    ) -> Result<Output, Error> {
        let format = Format::named(format)?;
        coloring.begin(format);
        let sink = Sink::open(pager, environment)?;
        let colour = sink.colour(coloring.wanted());
        Ok(Output { format, style, colour, sink: BufWriter::with_capacity(BUFFER, sink) })
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Shows a result. `Break` says that nobody reads any more.
    ///
    /// # Errors
    /// The query fails on it, it does not fit the format, or it cannot be written. What stands before the place that
    /// does not fit is shown.
    pub(crate) fn show(&mut self, result: &Value) -> Result<ControlFlow<()>, Error> {
        let shown = render(result, self.format, &self.style, self.colour, &mut self.sink);
        let flushed = self.sink.flush();
        match shown.and_then(|()| Ok(flushed?)) {
            Ok(()) => Ok(ControlFlow::Continue(())),
            Err(error) if error.is_of_reader_gone() => Ok(ControlFlow::Break(())),
            Err(error) => Err(error),
        }
    }
}

/// Writes a result. An empty mapping prints nothing, whatever the format, but for a page of a YAML stream.
pub(crate) fn render(
    result: &Value,
    format: Format,
    style: &Style,
    colour: Colour,
    out: &mut impl Write,
) -> Result<(), Error> {
    if format == Format::Off {
        return Ok(());
    }
    let selected = match &style.query {
        None => result.clone(),
        Some(query) => query.search(result)?,
    };
    let is_element = style.pages && format == Format::YamlStream;
    if !is_element && selected.as_map().is_some_and(|map| map.is_empty()) {
        return Ok(());
    }
    match format {
        Format::Json => Ok(json::write(&selected, out)?),
        Format::Yaml => Ok(yaml::write(&selected, out)?),
        Format::YamlStream => Ok(yaml::write_page(&selected, out)?),
        Format::Text => text::write(&selected, out),
        Format::Table => table::write(style.title, &selected, terminal_width(), colour, out),
        Format::Off => Ok(()),
    }
}

/// The columns of the terminal that stdout is, else 80.
pub(crate) fn terminal_width() -> usize {
    width_of_terminal().unwrap_or(DEFAULT_WIDTH)
}

/// The columns of the terminal that stdout is.
pub(crate) fn width_of_terminal() -> Option<usize> {
    Some(size_of_terminal()?.0)
}

/// The columns and the lines of the terminal that stdout is; 0 if it does not say.
pub(crate) fn size_of_terminal() -> Option<(usize, usize)> {
    let stdout = io::stdout();
    if !stdout.is_terminal() {
        return None;
    }
    let size = terminal_size::terminal_size_of(stdout);
    Some(size.map_or((0, 0), |(width, height)| (usize::from(width.0), usize::from(height.0))))
}

fn is_container(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Map(_))
}
