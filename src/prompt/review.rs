//! The review: what would be done, before it is.

use ratatui_core::text::Line;

use super::app::App;
use super::draw::{Page, wrapped_all};
use super::form::Form;
use super::request::Way;
use super::styles;
use crate::cks::plan::{data, text};
use crate::cks::view::{columns, wrapped};
use crate::syntax::shell_words;
use crate::value::Map;

/// The columns that everything below a heading stands further right.
const INDENT: usize = 2;

/// The fewest columns of a line of a command.
const LEAST: usize = 12;

pub(super) fn page(app: &App, width: usize) -> Page {
    let mut lines = Vec::new();
    let Some(form) = &app.form else { return Page::default() };
    let room = width.saturating_sub(INDENT + 1);
    let mut part = |heading: &str, text: Vec<String>| {
        lines.push(Line::styled(format!(" {heading}"), styles::title()));
        lines.extend(text.into_iter().map(Line::raw));
    };
    let indented = |text: &str| text.lines().map(|line| format!(" {:INDENT$}{line}", "")).collect();
    let notes: Vec<String> = app.checked.notes.iter().flat_map(|note| noted(&note.text, room)).collect();
    if !notes.is_empty() {
        part("Look at this first", indented(&notes.join("\n")));
    }
    let more = &app.checked.more;
    if let Some(plan) = &app.checked.plan {
        part("Plan of the safe run", indented(&text::text(plan, room)));
    }
    let request: Map = form.values().into_entries().chain(more.clone().into_entries()).collect();
    part("Request", indented(&data::request(&request)));
    part("Command", command(form, Way::Call, more, width));
    if form.safe_task().is_some() {
        part("Command of the safe run", command(form, Way::Safe, more, width));
    }
    let typed = match (form.has_typed_secret(), form.has_typed_document()) {
        (false, false) => None,
        (true, false) => Some("secrets that were typed"),
        (false, true) => Some("document that was typed"),
        (true, true) => Some("secrets and the document that were typed"),
    };
    if let Some(typed) = typed {
        let text = format!("The files in the commands stand for the {typed}.");
        part("", indented(&wrapped(&text, room)));
    }
    Page { lines, cursor: None, focus: 0 }
}

/// The lines of a note, with its mark.
pub(super) fn noted(text: &str, room: usize) -> Vec<String> {
    let lines = wrapped_all(text, room.saturating_sub(2)).into_iter().enumerate();
    lines.map(|(at, line)| format!("{}{line}", if at == 0 { "! " } else { "  " })).collect()
}

/// A line to copy. A word that is cut off goes on at the beginning of the next line.
fn command(form: &Form, way: Way, more: &Map, width: usize) -> Vec<String> {
    let broken = shell_words::broken(&form.line(way, more), INDENT + 1, width);
    broken.lines().flat_map(|line| pieces(line, width)).collect()
}

/// Lines that a shell reads as this one. Quotes close before the end of a line and open again behind it.
fn pieces(line: &str, width: usize) -> Vec<String> {
    let room = width.max(LEAST);
    let end = |quote: &str| if quote.is_empty() { "\\" } else { "'\\" };
    let mut pieces = vec![String::new()];
    let (mut quote, mut rest, mut free) = ("", line, room);
    while !rest.is_empty() {
        let (token, next) = token(rest, quote);
        let needed = if token.len() == rest.len() { 0 } else { end(next).len() };
        if columns(token) + needed > free {
            pieces.last_mut().into_iter().for_each(|piece| piece.push_str(end(quote)));
            pieces.push(quote.to_owned());
            free = room - quote.len();
        }
        pieces.last_mut().into_iter().for_each(|piece| piece.push_str(token));
        free = free.saturating_sub(columns(token));
        (quote, rest) = (next, &rest[token.len()..]);
    }
    pieces
}

/// What must not be cut at the beginning of a text, and the quote that is open behind it.
fn token<'t>(text: &'t str, quote: &'static str) -> (&'t str, &'static str) {
    let (length, next) = match (quote, text) {
        ("", _) if text.starts_with("$'") => (2, "$'"),
        ("", _) if text.starts_with('\'') => (1, "'"),
        ("'" | "$'", _) if text.starts_with('\'') => (1, ""),
        ("$'", _) if text.starts_with("\\u") => (6, quote),
        ("" | "$'", _) if text.starts_with('\\') => (2, quote),
        _ => (text.chars().next().map_or(0, char::len_utf8), quote),
    };
    (text.get(..length).unwrap_or(text), next)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_word_that_is_cut_goes_on_in_the_next_line() {
        assert_eq!(pieces("aws --name abcdefghijklmnopqrst", 16), ["aws --name abcd\\", "efghijklmnopqrst"]);
        assert_eq!(pieces("--name 'ab cd ef gh ij kl'", 16), ["--name 'ab cd '\\", "'ef gh ij kl'"]);
        assert_eq!(pieces("short", 16), ["short"]);
    }

    proptest! {
        #[test]
        fn pieces_are_read_as_one_line(words in prop::collection::vec("[a-c '漢\\\\$-]{0,30}", 1..4), width in 0_usize..60) {
            let line = words.iter().map(|word| shell_words::quoted(word)).collect::<Vec<_>>().join(" ");
            let pieces = pieces(&line, width);
            prop_assert!(pieces.iter().all(|piece| columns(piece) <= width.max(LEAST)), "{:?}", pieces);
            let (last, cut) = pieces.split_last().expect("a piece");
            prop_assert!(cut.iter().all(|piece| piece.ends_with('\\')));
            let joined: String = cut.iter().map(|piece| &piece[..piece.len() - 1]).collect();
            prop_assert_eq!(shell_words::split(&(joined + last)), Ok(words));
        }
    }
}
