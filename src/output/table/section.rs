//! A section of a table: its title, header and rows, and the widths they ask for.

use std::borrow::Cow;

use super::Error;
use super::width::columns;

/// Columns that every cell takes beside its text.
const PADDING: usize = 4;

/// A text and the columns it takes.
pub(super) struct Cell<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) width: usize,
}

/// A part of a table with columns of its own.
pub(super) struct Section<'a> {
    /// A section without a title is not headed; an empty title is not printed either.
    pub(super) title: Option<&'a str>,
    /// How many bars stand at each side.
    pub(super) indent: usize,
    pub(super) header: Vec<Cell<'a>>,
    pub(super) rows: Vec<Vec<Cell<'a>>>,
    /// Cells of each row, once the first row or header is known.
    length: Option<usize>,
    /// The widest cell of each column.
    widest: Vec<usize>,
}

impl<'a> Section<'a> {
    pub(super) fn new(title: Option<&'a str>, indent: usize) -> Section<'a> {
        Section { title, indent, header: Vec::new(), rows: Vec::new(), length: None, widest: Vec::new() }
    }

    /// Sets the header; an earlier one is forgotten, but not the room it asked for.
    pub(super) fn add_header(&mut self, cells: impl Iterator<Item = Cow<'a, str>>) -> Result<(), Error> {
        let header = measured(cells);
        if !self.widest.is_empty() && header.len() > self.widest.len() {
            return Err(Error::HeaderLength);
        }
        self.widen(&header);
        self.length.get_or_insert(header.len());
        self.header = header;
        Ok(())
    }

    pub(super) fn add_row(&mut self, cells: impl Iterator<Item = Cow<'a, str>>) -> Result<(), Error> {
        let row = measured(cells);
        self.add_measured(row)
    }

    fn add_measured(&mut self, row: Vec<Cell<'a>>) -> Result<(), Error> {
        let expected = *self.length.get_or_insert(row.len());
        if row.len() != expected {
            return Err(Error::RowLength { expected, found: row.len() });
        }
        self.widen(&row);
        self.rows.push(row);
        Ok(())
    }

    fn widen(&mut self, cells: &[Cell<'a>]) {
        if self.widest.is_empty() {
            self.widest = cells.iter().map(|cell| cell.width).collect();
        } else {
            for (widest, cell) in self.widest.iter_mut().zip(cells) {
                *widest = (*widest).max(cell.width);
            }
        }
    }

    /// The columns that the section asks for, its bars included.
    pub(super) fn total_width(&self) -> usize {
        // The reference measures a missing title as the text `None`.
        let title = self.title.map_or(4, columns);
        let cells: usize = self.widest.iter().map(|width| width + PADDING).sum();
        title.max(cells) + 2 + 2 * self.indent
    }

    /// The widths of the columns when the section is to be `total` wide: each grows by the same factor, and
    /// what rounding leaves is taken from the left columns or given to the right ones.
    pub(super) fn column_widths(&self, total: isize) -> Vec<isize> {
        let padded: Vec<f64> = self.widest.iter().map(|width| (width + PADDING) as f64).collect();
        let factor = total as f64 / padded.iter().sum::<f64>();
        let mut widths: Vec<isize> =
            padded.iter().map(|width| (factor * width).round_ties_even() as isize).collect();
        let count = widths.len();
        if count == 0 {
            return widths;
        }
        let excess = widths.iter().sum::<isize>() - total;
        for step in 0..excess.unsigned_abs() {
            let place = step % count;
            if excess > 0 {
                widths[place] -= 1;
            } else {
                widths[count - 1 - place] += 1;
            }
        }
        widths
    }

    /// The section with a line for each member instead of a column, if it has a header and a single row.
    pub(super) fn turned(self) -> Section<'a> {
        if self.header.is_empty() || self.rows.len() != 1 {
            return self;
        }
        let mut turned = Section::new(self.title, self.indent);
        turned.length = Some(2);
        for (key, value) in self.header.into_iter().zip(self.rows.into_iter().flatten()) {
            let row = vec![key, value];
            turned.widen(&row);
            turned.rows.push(row);
        }
        turned
    }
}

fn measured<'a>(cells: impl Iterator<Item = Cow<'a, str>>) -> Vec<Cell<'a>> {
    cells.map(|text| Cell { width: columns(&text), text }).collect()
}
