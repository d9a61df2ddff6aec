//! The part of the terminal that the prompt is drawn on: as many lines as it needs, below what stood there.
//!
//! Where on the terminal that is nobody has to know, so nothing is asked of the terminal: the cursor moves from line to
//! line, seen from the first one.

use std::io::{self, Write};

use crossterm::cursor::{Hide, MoveDown, MoveToColumn, MoveUp, Show};
use crossterm::queue;
use crossterm::terminal::{Clear, ClearType};
use ratatui_core::buffer::{Buffer, Cell};
use ratatui_core::layout::{Position, Rect, Size};
use ratatui_core::style::{Color, Modifier, Style};

pub(super) struct Lines<W: Write> {
    out: W,
    /// The lines and columns of the part.
    size: Size,
    /// The place of the cursor in it.
    at: Position,
    style: Style,
    /// What is there.
    shown: Buffer,
    has_colour: bool,
    is_open: bool,
}

impl<W: Write> Lines<W> {
    /// Makes room for so many lines.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub(super) fn open(out: W, size: Size, has_colour: bool) -> io::Result<Lines<W>> {
        let mut lines = Lines {
            out,
            size,
            at: Position::ORIGIN,
            style: Style::new(),
            shown: Buffer::default(),
            has_colour,
            is_open: true,
        };
        lines.make_room()?;
        Ok(lines)
    }

    fn make_room(&mut self) -> io::Result<()> {
        let more = self.size.height.saturating_sub(1);
        self.out.write_all("\r\n".repeat(usize::from(more)).as_bytes())?;
        self.at = Position::new(0, more);
        self.clear()
    }

    fn clear(&mut self) -> io::Result<()> {
        self.go(Position::ORIGIN)?;
        self.shown = self.frame();
        queue!(self.out, Clear(ClearType::FromCursorDown))
    }

    /// An empty frame.
    pub(super) fn frame(&self) -> Buffer {
        Buffer::empty(Rect::new(0, 0, self.size.width, self.size.height))
    }

    /// Shows a frame, with the cursor at a place in it or without one.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub(super) fn show(&mut self, frame: Buffer, cursor: Option<Position>) -> io::Result<()> {
        queue!(self.out, Hide)?;
        let before = std::mem::take(&mut self.shown);
        for (x, y, cell) in before.diff(&frame) {
            self.put(Position::new(x, y), cell)?;
        }
        self.shown = frame;
        self.set_style(Style::new())?;
        if let Some(cursor) = cursor {
            self.go(cursor)?;
            queue!(self.out, Show)?;
        }
        self.out.flush()
    }

    fn put(&mut self, place: Position, cell: &Cell) -> io::Result<()> {
        if self.at != place {
            self.go(place)?;
        }
        self.set_style(cell.style())?;
        self.out.write_all(cell.symbol().as_bytes())?;
        // Behind the last column, and behind what may be wide, nobody knows where the cursor is.
        let next = place.x.saturating_add(1);
        let is_known = next < self.size.width && cell.symbol().is_ascii();
        self.at.x = if is_known { next } else { u16::MAX };
        Ok(())
    }

    /// Begins again where the part began, with another size.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub(super) fn resize(&mut self, size: Size) -> io::Result<()> {
        self.clear()?;
        self.size = size;
        self.make_room()
    }

    /// Takes everything away; what is written next stands where the part began.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub(super) fn close(&mut self) -> io::Result<()> {
        self.is_open = false;
        self.clear()?;
        queue!(self.out, Show)?;
        self.out.flush()
    }

    fn go(&mut self, to: Position) -> io::Result<()> {
        match (self.at.y, to.y) {
            (from, to) if to < from => queue!(self.out, MoveUp(from - to))?,
            (from, to) if to > from => queue!(self.out, MoveDown(to - from))?,
            _ => {}
        }
        queue!(self.out, MoveToColumn(to.x))?;
        self.at = to;
        Ok(())
    }

    fn set_style(&mut self, style: Style) -> io::Result<()> {
        if style == self.style {
            return Ok(());
        }
        let mut codes = String::from("\x1b[0");
        let modifiers = [(Modifier::BOLD, "1"), (Modifier::UNDERLINED, "4"), (Modifier::REVERSED, "7")];
        for (modifier, code) in modifiers {
            if style.add_modifier.contains(modifier) {
                codes += &format!(";{code}");
            }
        }
        let colour = match style.fg {
            Some(Color::Red) => "31",
            Some(Color::Yellow) => "33",
            Some(Color::Cyan) => "36",
            Some(Color::DarkGray) => "90",
            _ => "",
        };
        if self.has_colour && !colour.is_empty() {
            codes += &format!(";{colour}");
        }
        self.style = style;
        self.out.write_all(format!("{codes}m").as_bytes())
    }
}

impl<W: Write> Drop for Lines<W> {
    fn drop(&mut self) {
        if self.is_open {
            // A terminal that has gone has nothing to restore.
            let _ = self.close();
        }
    }
}
