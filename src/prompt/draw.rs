//! How the prompt looks.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Position, Rect};
use ratatui_core::style::{Modifier, Style};
use ratatui_core::text::{Line, Span};
use ratatui_core::widgets::Widget;

use super::app::{App, Screen, Stores};
use super::checks::Weight;
use super::field::{Field, names_file};
use super::form::{Form, STORE};
use super::{review, styles};
use crate::cks::view::{columns, wrapped};
use crate::model::Shape;
use crate::syntax::printable::printable;

/// The columns of the mark and the label of a field.
const LABEL: usize = 30;

/// The most rows of a list.
const ROWS: usize = 10;

/// Lines, and where the cursor is among them.
#[derive(Default)]
pub(super) struct Page {
    pub(super) lines: Vec<Line<'static>>,
    pub(super) cursor: Option<(usize, usize)>,
    /// The line that must be seen.
    pub(super) focus: usize,
}

/// The most lines of the terminal that the prompt takes.
pub(super) const LINES: u16 = 28;

/// Draws all of it. Returns where the cursor is, if something is typed.
pub(super) fn draw(app: &App, buffer: &mut Buffer) -> Option<Position> {
    let area = buffer.area;
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    if height == 0 || width == 0 {
        return None;
    }
    let title = title(app, width);
    let (page, below) = match app.screen {
        Screen::Commands => (query("Command: ", app), commands(app, width)),
        Screen::Form => (form(app, width), below_form(app, width)),
        Screen::Review => (review::page(app, width), Vec::new()),
        Screen::Save => (query("Write to the file: ", app), Vec::new()),
    };
    let inside = height.saturating_sub(2);
    let room_below = below.len().min((inside / 2).max(inside.saturating_sub(page.lines.len())));
    let room = inside - room_below;
    app.last_scroll.set(page.lines.len().saturating_sub(room));
    let top = match app.screen {
        Screen::Review => app.scroll.min(app.last_scroll.get()),
        _ => page.focus.saturating_sub(room.saturating_sub(2)).min(page.lines.len().saturating_sub(room)),
    };
    let mut put = |line: Line<'static>, y: usize| {
        if y < height {
            let y = u16::try_from(y).unwrap_or(u16::MAX);
            line.render(Rect { y, height: 1, ..area }, buffer);
        }
    };
    put(title, 0);
    let shown = page.lines.len().saturating_sub(top).min(room);
    page.lines.into_iter().skip(top).take(room).enumerate().for_each(|(at, line)| put(line, 1 + at));
    let start = match app.screen {
        Screen::Commands => 1 + shown,
        _ => height.saturating_sub(1 + room_below).max(1 + shown),
    };
    below.into_iter().take(room_below).enumerate().for_each(|(at, line)| put(line, start + at));
    if height > 1 {
        put(foot(app, width), height - 1);
    }
    let (x, y) = page.cursor.filter(|(_, y)| (top..top + room).contains(y))?;
    let place = |at: usize, most: u16| u16::try_from(at).unwrap_or(u16::MAX).min(most.saturating_sub(1));
    Some(Position::new(place(x, area.width), place(1 + y - top, area.height)))
}

fn title(app: &App, width: usize) -> Line<'static> {
    let command = app.form.as_ref().map(|form| form.call.operation.command());
    let title = format!(" aws kms {}", command.unwrap_or_default());
    let free = width.saturating_sub(title.chars().count() + 1);
    let place = shortened(&app.place, free);
    let gap = free.saturating_sub(place.chars().count());
    let blanks = " ".repeat(gap);
    Line::from(vec![
        Span::styled(title, styles::title()),
        Span::raw(blanks),
        Span::styled(place, styles::faint()),
    ])
}

fn foot(app: &App, width: usize) -> Line<'static> {
    if let Some(message) = &app.message {
        return Line::styled(format!(" {}", shortened(message, width.saturating_sub(1))), styles::warning());
    }
    let field = app.form.as_ref().map(Form::field);
    let more = if app.last_scroll.get() > 0 { "↑↓ more" } else { "" };
    let keys: Vec<&str> = match app.screen {
        Screen::Commands => vec!["Enter choose", "Esc leave"],
        Screen::Form if app.fitting_stores().is_some_and(|stores| !stores.is_empty()) => {
            vec!["Enter take", "Tab next", "^R review", "Esc leave", "F1 more help"]
        }
        Screen::Form if field.is_some_and(|field| !field.choices().is_empty()) => {
            vec!["←→ choose", "Tab next", "^R review", "Esc leave", "F1 more help"]
        }
        Screen::Form if field.is_some_and(Field::is_secret) => {
            vec!["Tab next", "^R review", "F2 show", "Esc leave", "F1 more help"]
        }
        Screen::Form => vec!["Tab next", "^R review", "Esc leave", "F1 more help"],
        Screen::Review if app.form.as_ref().is_some_and(|form| form.safe_task().is_some()) => {
            vec!["^X run", "^S safe run", "p print", "w write YAML", "b back", "q leave", more]
        }
        Screen::Review => vec!["^X run", "p print", "w write YAML", "b back", "q leave", more],
        Screen::Save => vec!["Enter write", "Esc back"],
    };
    let mut text = String::new();
    for key in keys {
        if text.chars().count() + key.chars().count() + 3 <= width {
            text += &format!("{}{key}", if text.is_empty() { " " } else { "  " });
        }
    }
    Line::styled(text, styles::keys())
}

/// One line to type in.
fn query(label: &str, app: &App) -> Page {
    let line = Line::from(vec![
        Span::raw(format!(" {label}")),
        Span::styled(app.query.text().chars().map(shown).collect::<String>(), styles::typed()),
    ]);
    let before: String = app.query.text().chars().take(app.query.cursor()).map(shown).collect();
    let cursor = Some((1 + columns(label) + columns(&before), 0));
    Page { lines: vec![line], cursor, focus: 0 }
}

fn commands(app: &App, width: usize) -> Vec<Line<'static>> {
    let rows = app.commands();
    let names = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let row = |(at, (name, about)): (usize, &(String, &str))| {
        let text = shortened(&format!("   {name:names$}  {about}"), width);
        Line::styled(text, styles::row(at == app.row))
    };
    rows.iter().enumerate().map(row).collect()
}

fn form(app: &App, width: usize) -> Page {
    let mut page = Page::default();
    let Some(form) = &app.form else { return page };
    let general = app.checked.notes.iter().filter(|note| note.member.is_none());
    for note in general {
        let lines = review::noted(&note.text, width.saturating_sub(2)).into_iter();
        page.lines.extend(lines.map(|line| Line::styled(format!(" {line}"), styles::note(false))));
    }
    for place in form.shown(app.store()) {
        let field = &form.fields[place];
        let has_focus = place == form.focus;
        if has_focus {
            page.focus = page.lines.len();
        }
        let (line, cursor) = row(app, field, has_focus, width);
        page.cursor = page.cursor.or(cursor.map(|x| (x, page.lines.len())));
        page.lines.push(line);
        let is_found = has_focus && app.fitting_stores().is_some_and(|stores| !stores.is_empty());
        for note in app.checked.of(field.member.name).filter(|_| !is_found) {
            let is_early = !field.is_given() && !app.was_reviewed && note.weight != Weight::Warns;
            if is_early {
                continue;
            }
            let blocks = note.weight == Weight::Blocks;
            let mark = if blocks { "✗" } else { "!" };
            let text = wrapped(&note.text, width.saturating_sub(7));
            let lines = text.lines().enumerate().map(|(at, line)| {
                let mark = if at == 0 { mark } else { " " };
                Line::styled(format!("     {mark} {line}"), styles::note(blocks))
            });
            page.lines.extend(lines);
            if has_focus {
                page.focus = page.lines.len() - 1;
            }
        }
    }
    page
}

/// The line of a field, and the column of the cursor if it is typed in.
fn row(app: &App, field: &Field, has_focus: bool, width: usize) -> (Line<'static>, Option<usize>) {
    let mark = if has_focus { "▸" } else { " " };
    let star = if field.is_required() { "*" } else { " " };
    let label = format!(" {mark} {:<width$}", format!("{}{star}", field.label()), width = LABEL - 3);
    let rest = width.saturating_sub(LABEL);
    let now = now(app, field, rest);
    let room = match columns(&now) {
        0 => rest.saturating_sub(1),
        _ if field.member.name == STORE => columns(field.text()) + 1,
        length => (rest * 11 / 20).max(rest.saturating_sub(length + 2)),
    };
    let is_dotted = field.is_hidden() && !(app.is_revealed && has_focus);
    let (text, cursor) = match (field.choices(), is_dotted) {
        ([], true) => ("•".repeat(field.text().chars().count()), field.edit.cursor()),
        ([], false) => (field.text().chars().map(shown).collect(), field.edit.cursor()),
        (_, _) if has_focus && field.is_given() => (format!("‹ {} ›", field.text()), 2),
        (_, _) if has_focus => ("‹ not given ›".to_owned(), 2),
        _ => (field.text().to_owned(), 0),
    };
    let (visible, cursor) = window(&text, cursor, room);
    let blanks = room.saturating_sub(columns(&visible));
    let now = shortened(&now, rest.saturating_sub(room + 2));
    let line = Line::from(vec![
        Span::styled(label, styles::label(has_focus)),
        Span::styled(format!("{visible}{}", " ".repeat(blanks)), styles::field(has_focus)),
        Span::raw("  "),
        Span::styled(now, styles::faint()),
    ]);
    (line, has_focus.then_some(LABEL + cursor))
}

/// What of a text can be seen in so many columns, and the column of a cursor that stands before one of its characters.
fn window(text: &str, cursor: usize, room: usize) -> (String, usize) {
    let letters: Vec<char> = text.chars().collect();
    let width = |c: char| columns(c.encode_utf8(&mut [0; 4]));
    let cursor = cursor.min(letters.len());
    let (mut from, mut before) = (cursor, 0);
    while from > 0 && before + width(letters[from - 1]) < room {
        from -= 1;
        before += width(letters[from]);
    }
    let mut free = room;
    let fits = |c: &&char| {
        let is_room = width(**c) <= free;
        free = free.saturating_sub(width(**c));
        is_room
    };
    (
        letters[from..].iter().take_while(fits).collect(),
        columns(&letters[from..cursor].iter().collect::<String>()),
    )
}

/// A character of a value, or a sign for one that terminals obey.
fn shown(c: char) -> char {
    let is_plain = printable(c.encode_utf8(&mut [0; 4])).chars().eq([c]);
    match c {
        '\n' => '⏎',
        c if is_plain => c,
        _ => '\u{fffd}',
    }
}

/// What stands beside a field: the value that the store has. Beside the store itself, its name and state, and its type
/// where there is room for it.
fn now(app: &App, field: &Field, rest: usize) -> String {
    let file = field.structure.and_then(|structure| app.form.as_ref()?.other(&structure.option()));
    if let Some(file) = file.filter(|_| !field.is_given()) {
        return if names_file(file) {
            format!("from {}", printable(file))
        } else {
            "as on the line".to_owned()
        };
    }
    let Some(store) = app.store() else { return String::new() };
    if field.member.name != STORE {
        return field.current(store).map_or_else(String::new, |now| format!("now {}", printable(now)));
    }
    let name = printable(&store.name);
    let free = rest.saturating_sub(field.text().chars().count() + 3);
    let whole = format!("{name}, {}, {}", store.kind.words(), store.state);
    if whole.chars().count() <= free {
        return whole;
    }
    let state = format!(", {}", store.state);
    format!("{}{state}", shortened(&name, free.saturating_sub(state.chars().count())))
}

/// A list to choose from, or help for the field that is typed in.
fn below_form(app: &App, width: usize) -> Vec<Line<'static>> {
    let Some(form) = &app.form else { return Vec::new() };
    let field = form.field();
    let mut lines = Vec::new();
    if let Some(stores) = app.fitting_stores() {
        lines.extend(awaited(app, width));
        let names =
            stores.iter().map(|store| printable(&store.name).chars().count()).max().unwrap_or(0).min(30);
        let first = app.row.saturating_sub(ROWS - 1);
        let rows = stores.iter().enumerate().skip(first).take(ROWS).map(|(at, store)| {
            let name = shortened(&printable(&store.name), names);
            let text = format!("   {name:names$}  {}  {}  {}", store.id, store.kind.words(), store.state);
            Line::styled(shortened(&text, width), styles::row(at == app.row))
        });
        lines.extend(rows);
        if lines.is_empty() {
            lines.push(Line::styled("   No store of this account and Region fits.", styles::faint()));
        }
        return lines;
    }
    if let Some(files) = app.fitting_files().filter(|files| files.as_slice() != [field.text()]) {
        let rows = files.iter().take(ROWS).map(|file| {
            let shown = file.chars().count().saturating_sub(width.saturating_sub(4));
            Line::styled(
                format!("   {}", printable(&file.chars().skip(shown).collect::<String>())),
                styles::faint(),
            )
        });
        lines.extend(rows);
        if !lines.is_empty() {
            return lines;
        }
    }
    help(app, field, width)
}

/// Why there is no list of stores yet.
fn awaited(app: &App, width: usize) -> Vec<Line<'static>> {
    match &app.stores {
        Stores::Here(_) => Vec::new(),
        Stores::Awaited => {
            let sign = ["|", "/", "-", "\\"][app.ticks % 4];
            vec![Line::styled(
                format!(" {sign} Fetching the stores of the account and Region"),
                styles::faint(),
            )]
        }
        Stores::Failed(reason) => {
            let text = wrapped(&format!("The stores cannot be listed: {reason}"), width.saturating_sub(2));
            text.lines().map(|line| Line::styled(format!(" {line}"), styles::warning())).collect()
        }
    }
}

fn help(app: &App, field: &Field, width: usize) -> Vec<Line<'static>> {
    let limits = match field.member.shape {
        Shape::String(text) if !text.values.is_empty() => text.values.join(" or "),
        Shape::String(text) => match (text.min, text.max) {
            (Some(min), Some(max)) if min == max => format!("{min} characters"),
            (Some(min), Some(max)) => format!("{min} to {max} characters"),
            _ => String::new(),
        },
        _ => String::new(),
    };
    let required = if field.is_required() { "required, " } else { "" };
    let head = format!(" {}  {required}{limits}", field.option());
    let mut lines = vec![Line::styled(shortened(&head, width), Style::new().add_modifier(Modifier::BOLD))];
    let now = app.store().filter(|_| field.member.name != STORE).and_then(|store| field.current(store));
    let now = now.map(|now| format!("Now: {now}\n")).unwrap_or_default();
    let pattern = match field.member.shape {
        Shape::String(text) => {
            text.pattern.map(|pattern| format!("\nPattern: {pattern}")).unwrap_or_default()
        }
        _ => String::new(),
    };
    let structure = field.structure.map(|structure| format!("\n{}", structure.doc)).unwrap_or_default();
    let more = if app.has_all_help {
        format!("{structure}{pattern}\nfile://path reads the value from a file.")
    } else {
        String::new()
    };
    let text = wrapped_all(&format!("{now}{}{more}", field.member.doc), width.saturating_sub(2));
    let most = if app.has_all_help { usize::MAX } else { 4 };
    lines.extend(text.into_iter().take(most).map(|line| Line::raw(format!(" {line}"))));
    lines
}

/// The lines of a text.
pub(super) fn wrapped_all(text: &str, width: usize) -> Vec<String> {
    wrapped(text, width).lines().map(str::to_owned).collect()
}

/// The text, or its beginning and a sign that there is more.
pub(super) fn shortened(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let (begin, _) = window(text, 0, width.saturating_sub(1));
    if width == 0 { String::new() } else { format!("{begin}…") }
}

#[cfg(test)]
mod tests {
    use super::window;

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(window("abcdef", 6, 4), ("def".to_owned(), 3));
        assert_eq!(window("漢字漢字", 4, 6), ("漢字".to_owned(), 4));
        assert_eq!(window("漢字漢字", 0, 5), ("漢字".to_owned(), 0));
        assert_eq!(window("漢字", 2, 0), (String::new(), 0));
    }
}
