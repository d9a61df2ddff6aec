//! The characters of a table, once its sections are known.

use super::Colour;
use super::section::Section;
use super::width::columns;
use crate::value::PIECE;

const RESET: &str = "\x1b[0m";
const DASHES: &str = "----------------------------------------------------------------";
const SPACES: &str = "                                                                ";
/// Bright blue.
const CELL: &str = "\x1b[1m\x1b[34m";
/// Dim yellow.
const BAR: &str = "\x1b[2m\x1b[33m";

/// Appends all sections, each `total` columns wide. `full` gets what is there after each line that makes it much.
pub(super) fn sections(
    sections: &[Section],
    total: usize,
    colour: Colour,
    out: &mut String,
    full: &mut dyn FnMut(&mut String),
) {
    push_times(DASHES, total as isize, out);
    out.push('\n');
    reset(colour, out);
    for section in sections {
        let mut canvas = Canvas::new(section, total, colour, out, full);
        canvas.title(section);
        canvas.columns(section);
    }
}

/// Appends the first `count` characters of an endless row of spaces or dashes.
fn push_times(row: &str, count: isize, out: &mut String) {
    let mut missing = count.max(0).unsigned_abs();
    while missing > 0 {
        let now = missing.min(row.len());
        out.push_str(&row[..now]);
        missing -= now;
    }
}

fn reset(colour: Colour, out: &mut String) {
    match colour {
        Colour::Off | Colour::On => {}
        Colour::OnWithResets => out.push_str(RESET),
    }
}

/// Where the lines of one section go.
struct Canvas<'o> {
    out: &'o mut String,
    full: &'o mut dyn FnMut(&mut String),
    colour: Colour,
    /// The bars at each side of a line, with their colours.
    bars: String,
    /// The columns between the bars.
    width: isize,
}

impl<'o> Canvas<'o> {
    fn new(
        section: &Section,
        total: usize,
        colour: Colour,
        out: &'o mut String,
        full: &'o mut dyn FnMut(&mut String),
    ) -> Canvas<'o> {
        let bar = match colour {
            Colour::Off => "|".to_owned(),
            Colour::On | Colour::OnWithResets => format!("{BAR}|{RESET}"),
        };
        let width = total as isize - 2 * section.indent as isize;
        Canvas { out, full, colour, bars: bar.repeat(section.indent), width }
    }

    /// One line between the bars. The reference writes it in four pieces, and resets the colour after each of
    /// them, empty ones included.
    fn line(&mut self, content: impl FnOnce(&mut String, Colour)) {
        self.out.push_str(&self.bars);
        reset(self.colour, self.out);
        content(self.out, self.colour);
        reset(self.colour, self.out);
        self.out.push_str(&self.bars);
        reset(self.colour, self.out);
        self.out.push('\n');
        reset(self.colour, self.out);
        if self.out.len() >= PIECE {
            (self.full)(self.out);
        }
    }

    fn title(&mut self, section: &Section) {
        let Some(title) = section.title.filter(|title| !title.is_empty()) else { return };
        let width = self.width;
        self.line(|out, _| push_centred(title, columns(title), width, true, out));
        if section.header().is_empty() && section.is_empty() {
            self.border(&[width]);
        }
    }

    fn columns(&mut self, section: &Section) {
        let widths = section.column_widths(self.width);
        if !section.header().is_empty() {
            self.border(&widths);
            self.line(|out, _| {
                for (index, (name, width)) in section.header().iter().zip(&widths).enumerate() {
                    push_centred(name, columns(name), *width, index == 0, out);
                }
            });
        }
        if section.is_empty() || widths.is_empty() {
            return;
        }
        self.border(&widths);
        for line in section.lines() {
            self.line(|out, colour| {
                for (index, (cell, width)) in line.into_iter().zip(&widths).enumerate() {
                    push_cell(cell, *width, index == 0, colour, out);
                }
            });
        }
        self.border(&widths);
    }

    fn border(&mut self, widths: &[isize]) {
        self.line(|out, _| {
            for (index, width) in widths.iter().enumerate() {
                let corners = if index == 0 { "+" } else { "" };
                out.push_str(corners);
                push_times(DASHES, width - 1 - corners.len() as isize, out);
                out.push('+');
            }
        });
    }
}

/// A text in the middle of its column. The bar at its left belongs to the first column only.
fn push_centred(text: &str, text_width: usize, width: isize, first: bool, out: &mut String) {
    let text_width = text_width as isize;
    let left_bar = isize::from(first);
    let start = width / 2 - text_width / 2 - 1;
    if first {
        out.push('|');
    }
    push_times(SPACES, start, out);
    out.push_str(text);
    push_times(SPACES, width - 1 - (left_bar + start + text_width), out);
    out.push('|');
}

/// A cell at the left of its column, two columns away from the bar if there is room.
fn push_cell(cell: &str, width: isize, first: bool, colour: Colour, out: &mut String) {
    let left_bar = isize::from(first);
    let text_width = columns(cell) as isize;
    let padding = if width - (text_width + 2 + left_bar + 1) >= 0 { 2 } else { 0 };
    if first {
        out.push('|');
    }
    push_times(SPACES, padding, out);
    match colour {
        Colour::Off => out.push_str(cell),
        Colour::On | Colour::OnWithResets => {
            out.push_str(CELL);
            out.push_str(cell);
            out.push_str(RESET);
        }
    }
    push_times(SPACES, width - (left_bar + padding + text_width) - 1, out);
    out.push('|');
}
