//! Hints: lines of our own on stderr that begin with `hint: `.
//!
//! They are printed below the reference's words for an error, or after a success, where they are all that stderr has. They
//! are never printed on stdout, never change an exit code, and never hold a secret. Where errors have a structured format
//! stderr is data, so there are none; `AWS_KMS_CLI_HINTS=off` switches them off.
//!
//! Any step adds its hints, without the prefix, to the [`Hints`] of the run.

use std::cell::RefCell;

#[derive(Debug)]
pub(crate) struct Hints {
    wanted: bool,
    texts: RefCell<Vec<String>>,
}

impl Hints {
    /// No hints yet; those that are not wanted are never printed.
    pub(crate) fn new(wanted: bool) -> Hints {
        Hints { wanted, texts: RefCell::default() }
    }

    /// Adds a hint, unless there is one with the same text.
    pub(crate) fn add(&self, text: String) {
        let mut texts = self.texts.borrow_mut();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }

    /// Puts the hint of the error itself before all others.
    pub(crate) fn add_first(&self, text: String) {
        self.texts.borrow_mut().insert(0, text);
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.wanted || self.texts.borrow().is_empty()
    }

    /// The lines to print: none where stderr is structured data.
    pub(crate) fn lines(&self, structured: bool) -> String {
        if !self.wanted || structured {
            return String::new();
        }
        let texts = self.texts.borrow();
        let lines = texts.iter().flat_map(|text| text.lines()).filter(|line| !line.trim().is_empty());
        lines.map(|line| format!("hint: {line}\n")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hints(wanted: bool, texts: &[&str]) -> Hints {
        let hints = Hints::new(wanted);
        texts.iter().for_each(|text| hints.add((*text).to_owned()));
        hints
    }

    #[test]
    fn each_line_of_each_hint_has_the_prefix() {
        let hints = hints(true, &["one\n\ntwo", "three\n", "one\n\ntwo"]);
        assert_eq!(hints.lines(false), "hint: one\nhint: two\nhint: three\n");
    }

    #[test]
    fn data_on_stderr_has_no_hints() {
        assert_eq!(hints(true, &["one"]).lines(true), "");
    }

    #[test]
    fn hints_that_are_not_wanted_are_not_printed() {
        let hints = hints(false, &["one"]);
        assert!(hints.is_empty() && hints.lines(false).is_empty());
    }
}
