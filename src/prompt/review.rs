//! The review: what would be done, before it is.

use ratatui_core::text::Line;

use super::app::App;
use super::draw::{Page, wrapped_all};
use super::form::Form;
use super::request::Way;
use super::styles;
use crate::cks::plan::{data, text};
use crate::syntax::shell_words;
use crate::value::Map;

/// The columns that everything below a heading stands further right.
const INDENT: usize = 2;

pub(super) fn page(app: &App, width: usize) -> Page {
    let mut lines = Vec::new();
    let Some(form) = &app.form else { return Page::default() };
    let room = width.saturating_sub(INDENT + 1);
    let mut part = |heading: &str, text: Vec<String>| {
        lines.push(Line::styled(format!(" {heading}"), styles::title()));
        lines.extend(text.into_iter().map(|line| Line::raw(format!(" {:INDENT$}{line}", ""))));
    };
    let notes: Vec<String> = app.checked.notes.iter().flat_map(|note| noted(&note.text, room)).collect();
    if !notes.is_empty() {
        part("Look at this first", notes);
    }
    let more = &app.checked.more;
    if let Some(plan) = &app.checked.plan {
        part("Plan of the safe run", text::text(plan, room).lines().map(str::to_owned).collect());
    }
    let request: Map = form.values().into_entries().chain(more.clone().into_entries()).collect();
    part("Request", data::request(&request).lines().map(str::to_owned).collect());
    part("Command", command(form, Way::Call, more, room));
    if form.safe_task().is_some() {
        part("Command of the safe run", command(form, Way::Safe, more, room));
    }
    let typed = match (form.has_typed_secret(), form.has_typed_document()) {
        (false, false) => None,
        (true, false) => Some("secrets that were typed"),
        (false, true) => Some("document that was typed"),
        (true, true) => Some("secrets and the document that were typed"),
    };
    if let Some(typed) = typed {
        part("", wrapped_all(&format!("The files in the commands stand for the {typed}."), room));
    }
    Page { lines, cursor: None, focus: 0 }
}

/// The lines of a note, with its mark.
pub(super) fn noted(text: &str, room: usize) -> Vec<String> {
    let lines = wrapped_all(text, room.saturating_sub(2)).into_iter().enumerate();
    lines.map(|(at, line)| format!("{}{line}", if at == 0 { "! " } else { "  " })).collect()
}

/// A line to copy. No word of it is cut off.
fn command(form: &Form, way: Way, more: &Map, room: usize) -> Vec<String> {
    let broken = shell_words::broken(&form.line(way, more), 0, room);
    broken.lines().flat_map(|line| pieces(line, room)).collect()
}

fn pieces(line: &str, room: usize) -> Vec<String> {
    let letters: Vec<char> = line.chars().collect();
    letters.chunks(room.max(1)).map(|piece| piece.iter().collect()).collect()
}
