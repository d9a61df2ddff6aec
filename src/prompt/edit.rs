//! A line of text that is being typed. What it held is wiped from memory.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use zeroize::{Zeroize, Zeroizing};

/// Enough for what members may have, so that a secret is not copied while it is typed.
const CAPACITY: usize = 512;

pub(super) struct Edit {
    text: Zeroizing<String>,
    /// The place of the cursor, in characters.
    cursor: usize,
}

impl Edit {
    pub(super) fn new(text: &str) -> Edit {
        let mut edit = Edit { text: Zeroizing::new(String::with_capacity(CAPACITY)), cursor: 0 };
        edit.set(text);
        edit
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The place of the cursor, in characters.
    pub(super) fn cursor(&self) -> usize {
        self.cursor
    }

    /// Puts another text in the place of this one, the cursor at its end.
    pub(super) fn set(&mut self, text: &str) {
        self.text.zeroize();
        self.cursor = 0;
        self.insert_as_it_is(text);
    }

    /// Inserts a text where the cursor is. Line ends and what terminals obey are left out.
    pub(super) fn insert(&mut self, text: &str) {
        if text.chars().any(char::is_control) {
            let text: Zeroizing<String> = Zeroizing::new(text.chars().filter(|c| !c.is_control()).collect());
            self.insert_as_it_is(&text);
        } else {
            self.insert_as_it_is(text);
        }
    }

    /// Inserts a text where the cursor is.
    pub(super) fn insert_as_it_is(&mut self, text: &str) {
        let length = self.text.len() + text.len();
        if length > self.text.capacity() {
            let mut larger = Zeroizing::new(String::with_capacity(2 * length));
            larger.push_str(&self.text);
            self.text = larger;
        }
        let at = self.at(self.cursor);
        self.text.insert_str(at, text);
        self.cursor += text.chars().count();
    }

    /// Does what a key stands for. Says whether it stands for anything here.
    pub(super) fn key(&mut self, key: KeyEvent) -> bool {
        let has_control = key.modifiers.contains(KeyModifiers::CONTROL);
        let has_alt = key.modifiers.contains(KeyModifiers::ALT);
        match key.code {
            KeyCode::Char('a') if has_control => self.cursor = 0,
            KeyCode::Char('e') if has_control => self.cursor = self.length(),
            KeyCode::Char('u') if has_control => self.remove(0, self.cursor),
            KeyCode::Char('k') if has_control => self.remove(self.cursor, self.length()),
            KeyCode::Char('w') if has_control => self.remove(self.start_of_word(), self.cursor),
            KeyCode::Char(c) if !has_control && !has_alt => self.insert(c.encode_utf8(&mut [0; 4])),
            KeyCode::Backspace => self.remove(self.cursor.saturating_sub(1), self.cursor),
            KeyCode::Delete => self.remove(self.cursor, (self.cursor + 1).min(self.length())),
            KeyCode::Left => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Right => self.cursor = (self.cursor + 1).min(self.length()),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.length(),
            _ => return false,
        }
        true
    }

    fn length(&self) -> usize {
        self.text.chars().count()
    }

    /// The place in bytes of a place in characters.
    fn at(&self, place: usize) -> usize {
        self.text.char_indices().nth(place).map_or(self.text.len(), |(at, _)| at)
    }

    fn start_of_word(&self) -> usize {
        let before: Vec<char> = self.text.chars().take(self.cursor).collect();
        let end = before.iter().rposition(|c| *c != ' ').map_or(0, |at| at + 1);
        before[..end].iter().rposition(|c| *c == ' ').map_or(0, |at| at + 1)
    }

    fn remove(&mut self, from: usize, to: usize) {
        let (start, end) = (self.at(from), self.at(to));
        self.text.drain(start..end);
        self.cursor = from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[(KeyCode, KeyModifiers)]) -> String {
        let mut edit = Edit::new("uno dos  tres");
        for (code, modifiers) in keys {
            assert!(edit.key(KeyEvent::new(*code, *modifiers)), "{code:?}");
        }
        edit.insert("|");
        edit.text().to_owned()
    }

    #[test]
    fn keys_move_and_remove_as_in_a_shell() {
        use KeyCode::{Backspace, Char, Delete, End, Home, Left, Right};
        let plain = KeyModifiers::NONE;
        let control = KeyModifiers::CONTROL;
        assert_eq!(typed(&[]), "uno dos  tres|");
        assert_eq!(typed(&[(Char('w'), control), (Char('w'), control)]), "uno |");
        assert_eq!(typed(&[(Home, plain), (Delete, plain), (Right, plain)]), "n|o dos  tres");
        assert_eq!(typed(&[(Char('a'), control), (Char('e'), control), (Backspace, plain)]), "uno dos  tre|");
        assert_eq!(typed(&[(Left, plain), (Left, plain), (Char('k'), control)]), "uno dos  tr|");
        assert_eq!(typed(&[(Left, plain), (Char('u'), control)]), "|s");
        assert_eq!(typed(&[(End, plain), (Delete, plain), (Char('é'), plain)]), "uno dos  tresé|");
    }

    #[test]
    fn what_terminals_obey_is_not_taken() {
        let mut edit = Edit::new("");
        edit.insert("a\n\u{1b}[2Jb\r");
        assert_eq!(edit.text(), "a[2Jb");
        assert!(!edit.key(KeyEvent::new(KeyCode::Char('x'), KeyModifiers::CONTROL)));
    }
}
