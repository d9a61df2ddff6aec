//! The prompt without its terminal: what it shows, and what becomes of a key.

use std::cell::Cell;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::checks::{self, Checked, Weight};
use super::edit::Edit;
use super::files;
use super::form::Form;
use super::request::{Secrets, Way};
use crate::cks::store::Store;
use crate::cli::partial::Partial;
use crate::environment::Environment;
use crate::operations;

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Screen {
    /// The commands, one of which is to be chosen.
    Commands,
    Form,
    /// What would be done, and the choices.
    Review,
    /// The name of the file that a document is written to.
    Save,
}

/// The stores of the account and Region.
pub(super) enum Stores {
    /// They are being fetched.
    Awaited,
    Here(Vec<Store>),
    /// The reason why they are not known.
    Failed(String),
}

/// How the prompt ends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A line is run: its words without the program's name, which hold secrets, and itself without.
    Run {
        words: Vec<String>,
        line: String,
    },
    /// A line is shown.
    Print(String),
    /// A document is written; the line goes with it.
    Write {
        file: String,
        text: String,
        line: String,
    },
    /// Another program takes the line.
    HandOver,
    Leave,
}

pub(crate) struct App<'e> {
    pub(super) screen: Screen,
    /// What is typed to find a command, or the name of a file.
    pub(super) query: Edit,
    /// The place of the row that is chosen in a list.
    pub(super) row: usize,
    pub(super) form: Option<Form>,
    pub(super) stores: Stores,
    pub(super) checked: Checked,
    /// Whether the secret in the field that is typed in is shown.
    pub(super) is_revealed: bool,
    pub(super) has_all_help: bool,
    /// Whether what is missing is shown, too.
    pub(super) was_reviewed: bool,
    /// The first line of the review that is shown.
    pub(super) scroll: usize,
    /// The greatest of those that leave nothing free at the bottom, as it was drawn last.
    pub(super) last_scroll: Cell<usize>,
    /// What is to be said below everything.
    pub(super) message: Option<String>,
    /// Where requests go.
    pub(super) place: String,
    /// How often the terminal was drawn while something was awaited.
    pub(super) ticks: usize,
    /// Whether the key before is to be pressed once more.
    is_asked: bool,
    partial: Partial,
    pub(super) can_hand_over: bool,
    pub(super) environment: &'e Environment,
}

impl<'e> App<'e> {
    pub(crate) fn new(
        partial: Partial,
        place: String,
        can_hand_over: bool,
        environment: &'e Environment,
    ) -> App<'e> {
        let form = partial.call.map(|call| Form::new(call, &partial));
        let mut app = App {
            screen: if form.is_some() { Screen::Form } else { Screen::Commands },
            query: Edit::new(""),
            row: 0,
            form,
            stores: Stores::Awaited,
            checked: Checked::default(),
            is_revealed: false,
            has_all_help: false,
            was_reviewed: false,
            scroll: 0,
            last_scroll: Cell::new(0),
            message: None,
            place,
            ticks: 0,
            is_asked: false,
            partial,
            can_hand_over,
            environment,
        };
        app.check();
        app
    }

    /// What is to be said before anything is typed.
    pub(crate) fn say(&mut self, text: String) {
        self.message = Some(text);
    }

    /// The stores are here, or the reason why they are not.
    pub(crate) fn set_stores(&mut self, stores: Result<Vec<Store>, String>) {
        self.stores = match stores {
            Ok(stores) => Stores::Here(stores),
            Err(reason) => Stores::Failed(reason),
        };
        self.check();
    }

    /// Time went by while the stores are awaited.
    pub(crate) fn tick(&mut self) {
        self.ticks += 1;
    }

    pub(super) fn known_stores(&self) -> &[Store] {
        if let Stores::Here(stores) = &self.stores { stores } else { &[] }
    }

    pub(super) fn store(&self) -> Option<&Store> {
        self.form.as_ref()?.store(self.known_stores())
    }

    fn check(&mut self) {
        if let Some(form) = &self.form {
            self.checked = checks::check(form, self.known_stores());
        }
    }

    /// A text was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        let text = text.trim_end();
        match (self.screen, &mut self.form) {
            (Screen::Commands | Screen::Save, _) => self.query.insert(text),
            (Screen::Form, Some(form)) if form.field().has_lines() => {
                // Terminals paste a line feed as the key that makes one, and may leave the other half of it there.
                form.field_mut().edit.insert_as_it_is(&text.replace("\r\n", "\n").replace('\r', "\n"));
            }
            (Screen::Form, Some(form)) if form.field().choices().is_empty() => {
                form.field_mut().edit.insert(text);
                let is_cut = text.contains(['\r', '\n']);
                self.message = is_cut.then(|| "Line ends were left out of what was pasted.".to_owned());
            }
            _ => return,
        }
        self.row = 0;
        self.check();
    }

    /// Does what a key stands for. Returns how the prompt ends, if it does.
    pub(crate) fn key(&mut self, key: KeyEvent) -> Option<Outcome> {
        let has_control = key.modifiers.contains(KeyModifiers::CONTROL);
        if has_control && matches!(key.code, KeyCode::Char('c' | 'd')) {
            return Some(Outcome::Leave);
        }
        self.message = None;
        let was_asked = std::mem::take(&mut self.is_asked);
        let outcome = match self.screen {
            Screen::Commands => self.key_of_commands(key),
            Screen::Form if key.code == KeyCode::Esc => self.escape(was_asked),
            Screen::Form => {
                self.key_of_form(key);
                None
            }
            Screen::Review => self.key_of_review(key, was_asked),
            Screen::Save => self.key_of_save(key),
        };
        self.check();
        outcome
    }

    /// Nothing that was typed is thrown away by one key.
    fn escape(&mut self, was_asked: bool) -> Option<Outcome> {
        if was_asked || self.form.as_ref().is_none_or(|form| form.given().is_empty()) {
            return Some(Outcome::Leave);
        }
        self.is_asked = true;
        self.message = Some("Esc again leaves without doing anything.".to_owned());
        None
    }

    fn key_of_commands(&mut self, key: KeyEvent) -> Option<Outcome> {
        let rows = self.commands();
        match key.code {
            KeyCode::Esc => return Some(Outcome::Leave),
            KeyCode::Enter | KeyCode::Tab => {
                let (name, _) = rows.get(self.row)?;
                let Some(call) = operations::by_command(name) else { return Some(Outcome::HandOver) };
                self.form = Some(Form::new(call, &self.partial));
                (self.screen, self.row) = (Screen::Form, 0);
            }
            _ if self.moves_row(key, rows.len()) => {}
            _ => {
                self.query.key(key);
                self.row = 0;
            }
        }
        None
    }

    /// Whether a key chooses another of so many rows.
    fn moves_row(&mut self, key: KeyEvent, rows: usize) -> bool {
        let last = rows.saturating_sub(1);
        match key.code {
            KeyCode::Up => self.row = self.row.min(last).saturating_sub(1),
            KeyCode::Down => self.row = (self.row + 1).min(last),
            KeyCode::PageUp => self.row = self.row.saturating_sub(8),
            KeyCode::PageDown => self.row = (self.row + 8).min(last),
            _ => return false,
        }
        true
    }

    fn key_of_form(&mut self, key: KeyEvent) {
        let has_control = key.modifiers.contains(KeyModifiers::CONTROL);
        let stores = self
            .fitting_stores()
            .map(|stores| stores.iter().map(|store| store.id.clone()).collect::<Vec<_>>());
        let files = self.fitting_files();
        let is_needed = |form: &Form| form.field().is_required() || form.field().is_given();
        let takes_store = self.row > 0 || self.form.as_ref().is_some_and(is_needed);
        match key.code {
            KeyCode::Char('r') if has_control => self.review(),
            KeyCode::F(1) => self.has_all_help = !self.has_all_help,
            KeyCode::F(2) => self.is_revealed = !self.is_revealed,
            KeyCode::Enter if takes_store && stores.as_ref().is_some_and(|stores| !stores.is_empty()) => {
                let id = stores.and_then(|stores| stores.into_iter().nth(self.row));
                self.put(&id.unwrap_or_default());
                self.go(true);
            }
            _ if stores.as_ref().is_some_and(|stores| self.moves_row(key, stores.len())) => {}
            KeyCode::Tab if files.as_ref().is_some_and(|files| self.completes(files)) => {}
            KeyCode::Enter if self.is_last() => self.review(),
            KeyCode::Tab | KeyCode::Down | KeyCode::Enter => self.go(true),
            KeyCode::BackTab | KeyCode::Up => self.go(false),
            _ => self.type_in(key),
        }
    }

    fn is_last(&self) -> bool {
        let shown = self.form.as_ref().map(|form| form.shown(self.store()));
        shown.is_some_and(|shown| shown.last() == self.form.as_ref().map(|form| &form.focus))
    }

    fn put(&mut self, text: &str) {
        if let Some(form) = &mut self.form {
            form.field_mut().edit.set(text);
        }
        self.row = 0;
    }

    /// Whether a path goes on in one way only, at least for some letters.
    fn completes(&mut self, files: &[String]) -> bool {
        let common = files::common(files);
        let is_longer = self.form.as_ref().is_some_and(|form| common.len() > form.field().text().len());
        if is_longer {
            self.put(&common);
        }
        is_longer
    }

    fn go(&mut self, forward: bool) {
        (self.row, self.is_revealed) = (0, false);
        let App { form, stores, .. } = self;
        let stores = if let Stores::Here(stores) = stores { &stores[..] } else { &[] };
        if let Some(form) = form {
            let store = form.store(stores);
            form.go(forward, store);
        }
    }

    fn type_in(&mut self, key: KeyEvent) {
        let Some(form) = &mut self.form else { return };
        let field = form.field_mut();
        let choices = field.choices();
        let is_empty = key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
        match key.code {
            _ if choices.is_empty() => {
                field.edit.key(key);
            }
            KeyCode::Left => field.turn(false),
            KeyCode::Right | KeyCode::Char(' ') => field.turn(true),
            KeyCode::Backspace | KeyCode::Delete => field.edit.set(""),
            KeyCode::Char(c) if is_empty => {
                let choice = choices.iter().find(|choice| choice.starts_with(c.to_ascii_uppercase()));
                choice.into_iter().for_each(|choice| field.edit.set(choice));
            }
            _ => {}
        }
        self.row = 0;
    }

    /// Goes on to the review, unless there is no request yet.
    fn review(&mut self) {
        self.check();
        self.was_reviewed = true;
        let Some(form) = &mut self.form else { return };
        let blocking = self.checked.notes.iter().find(|note| note.weight == Weight::Blocks);
        match blocking {
            None => (self.screen, self.scroll) = (Screen::Review, 0),
            Some(note) => {
                let place = form.fields.iter().position(|field| Some(field.member.name) == note.member);
                form.focus = place.unwrap_or(form.focus);
                self.message = Some("This has to be filled in or corrected first.".to_owned());
            }
        }
        self.is_revealed = false;
    }

    fn key_of_review(&mut self, key: KeyEvent, was_asked: bool) -> Option<Outcome> {
        let has_control = key.modifiers.contains(KeyModifiers::CONTROL);
        let form = self.form.as_ref()?;
        let more = &self.checked.more;
        let run =
            |way| Outcome::Run { words: form.words(way, Secrets::Open, more), line: form.line(way, more) };
        match key.code {
            KeyCode::Char('x' | 's') if has_control && self.checked.is_less && !was_asked => {
                self.is_asked = true;
                self.message =
                    Some("Not all of the line is in the command: the same key again runs it.".to_owned());
            }
            KeyCode::Char('x') if has_control => return Some(run(Way::Call)),
            KeyCode::Char('s') if has_control && form.safe_task().is_some() => return Some(run(Way::Safe)),
            KeyCode::Char('p') => return Some(Outcome::Print(form.line(Way::Call, more))),
            KeyCode::Char('q') => return Some(Outcome::Leave),
            KeyCode::Char('w') if form.has_document() => {
                self.message = Some("The line has a document, and a command takes one only.".to_owned());
            }
            KeyCode::Char('w') => {
                self.query.set(&format!("{}.yaml", form.call.operation.command()));
                self.screen = Screen::Save;
            }
            KeyCode::Char('b') | KeyCode::Esc | KeyCode::Backspace => self.screen = Screen::Form,
            KeyCode::Up => self.scroll = self.scroll.saturating_sub(1),
            KeyCode::Down => self.scroll = (self.scroll + 1).min(self.last_scroll.get()),
            KeyCode::PageUp => self.scroll = self.scroll.saturating_sub(8),
            KeyCode::PageDown => self.scroll = (self.scroll + 8).min(self.last_scroll.get()),
            _ => {}
        }
        None
    }

    fn key_of_save(&mut self, key: KeyEvent) -> Option<Outcome> {
        let form = self.form.as_ref()?;
        match key.code {
            KeyCode::Esc => self.screen = Screen::Review,
            KeyCode::Enter if !self.query.text().is_empty() => {
                let file = self.query.text().to_owned();
                let (text, line) = form.document(&file, &self.checked.more);
                return Some(Outcome::Write { file, text, line });
            }
            _ => {
                self.query.key(key);
            }
        }
        None
    }
}
