//! The characters of a table, once its sections are known.

use std::io::{self, Write};

use super::Colour;
use super::section::Section;
use super::width::columns;
use crate::render::RESET;

const DASHES: &str = "----------------------------------------------------------------";
const SPACES: &str = "                                                                ";
/// Bright blue.
const CELL: &str = "\x1b[1m\x1b[34m";
/// Dim yellow.
const BAR: &str = "\x1b[2m\x1b[33m|\x1b[0m";

/// Writes all sections, each `total` columns wide.
pub(super) fn sections(
    sections: &[Section],
    total: usize,
    colour: Colour,
    out: &mut impl Write,
) -> io::Result<()> {
    let total = total as isize;
    let mut canvas = Canvas { out, colour, bars: String::new(), width: total };
    canvas.times(DASHES, total)?;
    canvas.push("\n")?;
    canvas.reset()?;
    for section in sections {
        canvas.bars = if colour == Colour::Off { "|" } else { BAR }.repeat(section.indent);
        canvas.width = total - 2 * section.indent as isize;
        canvas.title(section)?;
        canvas.columns(section)?;
    }
    Ok(())
}

/// Where the lines go.
struct Canvas<'o, W> {
    out: &'o mut W,
    colour: Colour,
    /// The bars at each side of a line, with their colours.
    bars: String,
    /// The columns between the bars.
    width: isize,
}

impl<W: Write> Canvas<'_, W> {
    fn title(&mut self, section: &Section) -> io::Result<()> {
        let Some(title) = section.title.filter(|title| !title.is_empty()) else { return Ok(()) };
        self.line(|canvas| canvas.centred(title, canvas.width, true))?;
        if section.header().is_empty() && section.rows() == 0 { self.border(&[self.width]) } else { Ok(()) }
    }

    fn columns(&mut self, section: &Section) -> io::Result<()> {
        let widths = section.column_widths(self.width);
        if !section.header().is_empty() {
            self.border(&widths)?;
            self.line(|canvas| {
                let mut columns = section.header().iter().zip(&widths).enumerate();
                columns.try_for_each(|(index, (name, width))| canvas.centred(name, *width, index == 0))
            })?;
        }
        if section.rows() == 0 || widths.is_empty() {
            return Ok(());
        }
        self.border(&widths)?;
        for row in 0..section.rows() {
            self.line(|canvas| {
                let mut columns = widths.iter().enumerate();
                columns.try_for_each(|(column, width)| {
                    canvas.cell(section.cell(row, column), *width, column == 0)
                })
            })?;
        }
        self.border(&widths)
    }

    fn border(&mut self, widths: &[isize]) -> io::Result<()> {
        self.line(|canvas| {
            widths.iter().enumerate().try_for_each(|(index, width)| {
                let corner = if index == 0 { "+" } else { "" };
                canvas.push(corner)?;
                canvas.times(DASHES, width - 1 - corner.len() as isize)?;
                canvas.push("+")
            })
        })
    }

    /// One line between the bars. The reference writes it in four pieces, and resets the colour after each of
    /// them, empty ones included.
    fn line(&mut self, content: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        self.out.write_all(self.bars.as_bytes())?;
        self.reset()?;
        content(self)?;
        self.reset()?;
        self.out.write_all(self.bars.as_bytes())?;
        self.reset()?;
        self.push("\n")?;
        self.reset()
    }

    /// A text in the middle of its column. The bar at its left belongs to the first column only.
    fn centred(&mut self, text: &str, width: isize, first: bool) -> io::Result<()> {
        let text_width = columns(text) as isize;
        let start = width / 2 - text_width / 2 - 1;
        let left_bar = self.left_bar(first)?;
        self.times(SPACES, start)?;
        self.push(text)?;
        self.times(SPACES, width - 1 - (left_bar + start + text_width))?;
        self.push("|")
    }

    /// A cell at the left of its column, two columns away from the bar if there is room.
    fn cell(&mut self, cell: &str, width: isize, first: bool) -> io::Result<()> {
        let text_width = columns(cell) as isize;
        let left_bar = self.left_bar(first)?;
        let padding = if width - (text_width + 2 + left_bar + 1) >= 0 { 2 } else { 0 };
        self.times(SPACES, padding)?;
        match self.colour {
            Colour::Off => self.push(cell)?,
            Colour::On | Colour::OnWithResets => {
                [CELL, cell, RESET].iter().try_for_each(|part| self.push(part))?
            }
        }
        self.times(SPACES, width - (left_bar + padding + text_width) - 1)?;
        self.push("|")
    }

    /// Writes the bar of a first column. Returns its width.
    fn left_bar(&mut self, first: bool) -> io::Result<isize> {
        self.push(if first { "|" } else { "" })?;
        Ok(isize::from(first))
    }

    fn reset(&mut self) -> io::Result<()> {
        if self.colour == Colour::OnWithResets { self.push(RESET) } else { Ok(()) }
    }

    /// The first `count` characters of an endless row of spaces or dashes.
    fn times(&mut self, row: &str, count: isize) -> io::Result<()> {
        let mut missing = count.max(0).unsigned_abs();
        while missing > 0 {
            let now = missing.min(row.len());
            self.push(&row[..now])?;
            missing -= now;
        }
        Ok(())
    }

    fn push(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }
}
