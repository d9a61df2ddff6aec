//! Tables in Markdown that can be read as they are.

/// A column: its title, and its text for a row.
pub struct Column<T> {
    title: &'static str,
    align: Align,
    cell: fn(&T) -> String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Align {
    Left,
    Right,
}

impl<T> Column<T> {
    /// A column of words.
    pub const fn words(title: &'static str, cell: fn(&T) -> String) -> Self {
        Column { title, align: Align::Left, cell }
    }

    /// A column of numbers.
    pub const fn number(title: &'static str, cell: fn(&T) -> String) -> Self {
        Column { title, align: Align::Right, cell }
    }
}

/// The table of these rows; nothing where there are none.
pub fn table<T>(columns: &[Column<T>], rows: &[T]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut cells: Vec<Vec<String>> =
        vec![columns.iter().map(|column| column.title.to_owned()).collect(), Vec::new()];
    // A bar would end the cell.
    let cell = |column: &Column<T>, row| (column.cell)(row).replace('|', "\\|");
    cells.extend(rows.iter().map(|row| columns.iter().map(|column| cell(column, row)).collect()));
    let width = |at: usize| {
        let texts = cells.iter().filter_map(|row| row.get(at));
        texts.map(|cell: &String| cell.chars().count()).max().unwrap_or(0).max(3)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    cells[1] = columns.iter().zip(&widths).map(|(column, &width)| column.align.rule(width)).collect();
    let mut text = String::new();
    for row in cells {
        for ((cell, column), &width) in row.iter().zip(columns).zip(&widths) {
            text.push_str(&match column.align {
                Align::Left => format!("| {cell:<width$} "),
                Align::Right => format!("| {cell:>width$} "),
            });
        }
        text.push_str("|\n");
    }
    text.push('\n');
    text
}

impl Align {
    /// What stands below the title of a column.
    fn rule(self, width: usize) -> String {
        match self {
            Align::Left => "-".repeat(width),
            Align::Right => format!("{}:", "-".repeat(width - 1)),
        }
    }
}
