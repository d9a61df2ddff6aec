//! Progress on stderr: a line that moves on a terminal, and nothing that moves elsewhere.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use super::error::CksError;
use crate::client::error::ClientError;
use crate::syntax::printable::printable;
use crate::transport::runtime::{Runtime, in_thread};

/// How often the time of the line that moves is drawn.
const TICK: Duration = Duration::from_millis(250);

/// The most bytes of an answer that are read.
const LONGEST_ANSWER: u64 = 1024;

/// The progress of one command.
pub(super) struct Progress {
    is_terminal: bool,
    /// The line that moves, while there is one.
    bar: RefCell<Option<ProgressBar>>,
}

impl Progress {
    pub(super) fn new() -> Progress {
        Progress { is_terminal: io::stderr().is_terminal(), bar: RefCell::default() }
    }

    /// What the line that moves says from now on, with the time since it began to say so. Only on a terminal.
    pub(super) fn moving(&self, text: &str) {
        if !self.is_terminal {
            return;
        }
        let mut bar = self.bar.borrow_mut();
        let (bar, text) = (bar.get_or_insert_with(begin), printable(text));
        if bar.message() != text {
            bar.reset_elapsed();
            bar.set_message(text);
            bar.tick();
        }
    }

    /// How much of something is done, as a bar. Only on a terminal.
    pub(super) fn count(&self, text: &str, done: usize, of: usize) {
        if self.is_terminal {
            let mut bar = self.bar.borrow_mut();
            bar.get_or_insert_with(|| begin_counting(text, of)).set_position(done as u64);
        }
    }

    /// Takes the line that moves away, so that something else can be written.
    pub(super) fn clear(&self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    /// Asks a question, and returns the line that stdin has for an answer.
    ///
    /// # Errors
    /// An interrupt.
    pub(super) fn ask(&self, question: &str, runtime: &Runtime) -> Result<String, CksError> {
        self.clear();
        let _ = io::stderr().write_all(question.as_bytes());
        let answer = in_thread(|| {
            let mut line = String::new();
            // No answer is an empty one.
            let _ = io::stdin().lock().take(LONGEST_ANSWER).read_line(&mut line);
            line
        });
        Ok(runtime.wait(answer).map_err(ClientError::from)?.unwrap_or_default())
    }

    /// A line that stays, whatever stderr is.
    pub(super) fn line(&self, text: &str) {
        self.clear();
        // Without stderr there is nobody to read it.
        let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// A line that moves.
fn begin() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{clock:>5}  {wide_msg}") {
        bar.set_style(style.with_key("clock", |state: &ProgressState, out: &mut dyn fmt::Write| {
            // What is written to is a text.
            let _ = out.write_str(&clock(state.elapsed()));
        }));
    }
    bar.enable_steady_tick(TICK);
    bar
}

/// A bar.
fn begin_counting(text: &str, of: usize) -> ProgressBar {
    let bar = ProgressBar::new(of as u64).with_message(printable(text));
    if let Ok(style) = ProgressStyle::with_template("{msg}  {wide_bar}  {pos} of {len}") {
        bar.set_style(style);
    }
    bar
}

/// A time as a clock for stopping shows it: `0:52`, `12:00`, `1:02:03`.
pub(super) fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_as_a_clock_shows_them() {
        let shown = [0, 52, 720, 3723].map(|seconds| clock(Duration::from_secs(seconds)));
        assert_eq!(shown, ["0:00", "0:52", "12:00", "1:02:03"]);
    }
}
