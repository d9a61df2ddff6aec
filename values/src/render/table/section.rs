//! A section of a table: its title, header and rows, and the widths they ask for.

use std::borrow::Cow;
use std::rc::Rc;

use super::width::columns;
use crate::render::Error;

/// Columns that every cell takes beside its text.
const PADDING: usize = 4;

/// A part of a table with columns of its own. A table can have ten thousand of them, so each takes little room:
/// like sections share one header, and the rows stand one behind the other.
#[derive(Clone, Default)]
pub(super) struct Section<'a> {
    /// A section without a title is not headed; an empty title is not printed either.
    pub(super) title: Option<&'a str>,
    /// How many bars stand at each side.
    pub(super) indent: usize,
    header: Header<'a>,
    /// The cells of all rows.
    cells: Vec<Cow<'a, str>>,
    rows: usize,
    /// Cells of each row, once the first row or header is known.
    length: Option<usize>,
    /// The widest cell of each column.
    widest: Vec<usize>,
    /// Whether the names of the columns are the first column, and the cells of the only row the second.
    is_turned: bool,
}

/// The names of the columns.
pub(super) type Header<'a> = Rc<[&'a str]>;

impl<'a> Section<'a> {
    pub(super) fn new(title: Option<&'a str>, indent: usize) -> Section<'a> {
        Section { title, indent, ..Section::default() }
    }

    /// Sets the header; an earlier one is forgotten, but not the room it asked for.
    pub(super) fn add_header(&mut self, header: Header<'a>) -> Result<(), Error> {
        if !self.widest.is_empty() && header.len() > self.widest.len() {
            return Err(Error::Unfit("list index out of range".to_owned()));
        }
        widen(&mut self.widest, header.iter().map(|name| columns(name)));
        self.length.get_or_insert(header.len());
        self.header = header;
        Ok(())
    }

    pub(super) fn add_row(
        &mut self,
        cells: impl ExactSizeIterator<Item = Cow<'a, str>>,
    ) -> Result<(), Error> {
        let found = cells.len();
        let expected = *self.length.get_or_insert(found);
        if found != expected {
            let words = format!("Row should have {expected} elements, instead it has {found}");
            return Err(Error::Unfit(words));
        }
        let row = self.cells.len();
        if self.rows == 0 {
            self.cells.reserve_exact(found);
        }
        self.cells.extend(cells);
        self.rows += 1;
        widen(&mut self.widest, self.cells[row..].iter().map(|cell| columns(cell)));
        Ok(())
    }

    /// The names of the columns; none above a turned section.
    pub(super) fn header(&self) -> &[&'a str] {
        if self.is_turned { &[] } else { &self.header }
    }

    /// The number of rows.
    pub(super) fn rows(&self) -> usize {
        if self.is_turned { self.cells.len() } else { self.rows }
    }

    /// The cell of a row and a column, both counted from 0.
    pub(super) fn cell(&self, row: usize, column: usize) -> &str {
        match (self.is_turned, column) {
            (true, 0) => self.header[row],
            (true, _) => &self.cells[row],
            (false, _) => &self.cells[row * self.widest.len() + column],
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

    /// Makes a row of each column, if there is a header and a single row.
    pub(super) fn turn(&mut self) {
        if self.header.is_empty() || self.rows != 1 {
            return;
        }
        let widest = |cells: &mut dyn Iterator<Item = usize>| cells.max().unwrap_or_default();
        let names = widest(&mut self.header.iter().map(|name| columns(name)));
        let cells = widest(&mut self.cells.iter().map(|cell| columns(cell)));
        self.widest = vec![names, cells];
        self.is_turned = true;
    }
}

fn widen(widest: &mut Vec<usize>, widths: impl Iterator<Item = usize>) {
    if widest.is_empty() {
        widest.extend(widths);
    } else {
        for (widest, width) in widest.iter_mut().zip(widths) {
            *widest = (*widest).max(width);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The widths of columns of cells that are so wide, in a table that is `total` wide.
    fn widths(cells: &[usize], total: isize) -> Vec<isize> {
        let mut section = Section::new(None, 0);
        let cells: Vec<String> = cells.iter().map(|width| "x".repeat(*width)).collect();
        section.add_row(cells.iter().map(|cell| Cow::from(cell.as_str()))).expect("a row");
        section.column_widths(total)
    }

    #[test]
    fn halves_are_rounded_to_the_even_neighbour_as_python_does() {
        // With its padding each cell is 5 or 7 wide; a table of half the width has halves everywhere.
        assert_eq!(widths(&[3, 1], 6), [4, 2], "3.5 and 2.5");
        assert_eq!(widths(&[3, 3, 1, 1], 12), [4, 4, 2, 2], "3.5 and 2.5, twice each");
        assert_eq!(widths(&[3, 1], 18), [10, 8], "10.5 and 7.5");
        assert_eq!(widths(&[1, 1], 15), [7, 8], "7.5 twice is 16, and the left one gives one back");
        assert_eq!(widths(&[1, 1], 5), [2, 3], "2.5 twice is 4, and the right one gets one more");
    }
}
