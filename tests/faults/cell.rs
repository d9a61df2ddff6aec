//! What must come of a fault at a place: the cells of the table, and its rows.

use std::collections::BTreeMap;

use crate::fault::{ENDING, Fault};
use crate::stage::Stage;

/// A cell.
pub enum Cell {
    /// There is no such fault at this place, and why.
    Never(&'static str),
    Ends(Expected),
}

/// How a run must end.
#[derive(Clone)]
pub struct Expected {
    /// The exit code, as a shell has it: with 128 and its number for a signal.
    pub code: i32,
    /// What stderr, or the terminal, says; nothing is no word at all.
    pub says: &'static str,
    pub prints: &'static str,
    /// Whether stdout has something before and behind that.
    pub prints_more: bool,
    /// How many whole requests were sent, to whomever.
    pub requests: usize,
    /// The files that are new or not what they were; a `*` stands for what is random.
    pub left: &'static [&'static str],
    /// Whether a terminal shows what is typed afterwards.
    pub shows_typing: bool,
    /// What else there is to know.
    pub note: &'static str,
}

/// A run that ends so.
pub fn ends(code: i32) -> Expected {
    Expected {
        code,
        says: "",
        prints: "",
        prints_more: false,
        requests: 0,
        left: &[],
        shows_typing: true,
        note: "",
    }
}

/// What makes no sense, and why.
pub fn never(reason: &'static str) -> Cell {
    Cell::Never(reason)
}

impl Expected {
    pub fn says(self, says: &'static str) -> Expected {
        Expected { says, ..self }
    }

    pub fn prints(self, prints: &'static str) -> Expected {
        Expected { prints, ..self }
    }

    /// Prints this among other things.
    pub fn shows(self, prints: &'static str) -> Expected {
        Expected { prints, prints_more: true, ..self }
    }

    pub fn has_printed(&self, stdout: &str) -> bool {
        if self.prints_more { stdout.contains(self.prints) } else { stdout == self.prints }
    }

    pub fn requests(self, requests: usize) -> Expected {
        Expected { requests, ..self }
    }

    pub fn left(self, left: &'static [&'static str]) -> Expected {
        Expected { left, ..self }
    }

    /// The terminal stays as it is.
    pub fn leaves_terminal(self) -> Expected {
        Expected { shows_typing: false, ..self }
    }

    pub fn note(self, note: &'static str) -> Expected {
        Expected { note, ..self }
    }
}

impl From<Expected> for Cell {
    fn from(expected: Expected) -> Cell {
        Cell::Ends(expected)
    }
}

/// How a place is set up, with a fault or without.
pub type Setup = dyn Fn(Option<Fault>) -> Stage + Send + Sync;

/// A place, and what must come of each fault there.
pub struct Row {
    pub place: &'static str,
    /// What is run, for the document.
    pub about: &'static str,
    pub setup: Box<Setup>,
    /// Without a fault.
    pub well: Expected,
    pub cells: BTreeMap<Fault, Cell>,
    /// Whether a fault can be made on this machine.
    pub is_possible: fn(Option<Fault>) -> bool,
}

impl Row {
    pub fn new(
        place: &'static str,
        about: &'static str,
        setup: impl Fn(Option<Fault>) -> Stage + Send + Sync + 'static,
        well: Expected,
    ) -> Row {
        Row { place, about, setup: Box::new(setup), well, cells: BTreeMap::new(), is_possible: |_| true }
    }

    pub fn cell(mut self, fault: Fault, cell: impl Into<Cell>) -> Row {
        let before = self.cells.insert(fault, cell.into());
        assert!(before.is_none(), "{} {} stands twice", self.place, fault.name());
        self
    }

    /// What the row needs of the machine; where that is missing, its cells are told as ignored.
    pub fn needs(self, is_possible: fn(Option<Fault>) -> bool) -> Row {
        Row { is_possible, ..self }
    }

    /// Faults that make no sense, for one reason.
    pub fn never(self, faults: &[Fault], reason: &'static str) -> Row {
        faults.iter().fold(self, |row, fault| row.cell(*fault, never(reason)))
    }

    /// As [`Row::ended_by_signals`], and a stop changes nothing.
    pub fn signals(self, requests: usize) -> Row {
        let well = self.well.clone();
        self.ended_by_signals(requests).cell(Fault::Stopped, well)
    }

    /// Signals do what they do to any program; only Ctrl-C has the reference's own end. So many requests were sent by then.
    /// After a kill, the next run is as one without a fault.
    pub fn ended_by_signals(self, requests: usize) -> Row {
        ENDING.iter().fold(self, |row, fault| row.cell(*fault, by_default(*fault).requests(requests)))
    }
}

/// What a signal does to a program that does nothing about it.
pub fn by_default(fault: Fault) -> Expected {
    match fault.signal().map(|signal| signal.as_raw()) {
        Some(2) => ends(130).prints("\n"),
        Some(number) => ends(128 + number),
        None => ends(255),
    }
}
