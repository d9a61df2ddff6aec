//! The console of Windows, raw while the prompt is there, and afterwards as it was: stderr, which may be written to in any
//! alphabet, and the keys of the process.

use std::io::{self, IsTerminal, Stderr, Write};
use std::panic;

use crossterm::ansi_support::supports_ansi;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui_core::layout::Size;

const END: &[u8] = b"\x1b[0m\x1b[?25h";

/// What the prompt is drawn on.
pub(super) type Screen = Stderr;

/// A console that is raw until this is dropped.
pub(super) struct Tty;

impl Tty {
    /// Makes it raw; `None` where there is none, or one that knows no escape sequences.
    pub(super) fn open() -> Option<Tty> {
        if !is_there() || !supports_ansi() {
            return None;
        }
        enable_raw_mode().ok()?;
        let default = panic::take_hook();
        panic::set_hook(Box::new(move |reason| {
            restore();
            default(reason);
        }));
        Some(Tty)
    }

    pub(super) fn screen(&self) -> io::Result<Screen> {
        Ok(io::stderr())
    }

    /// Its columns and lines; those of an old terminal where it does not say.
    pub(super) fn size(&self) -> Size {
        let size = terminal_size::terminal_size_of(io::stderr());
        let size = size.map(|(width, height)| Size::new(width.0, height.0));
        size.filter(|size| size.width > 0 && size.height > 0).unwrap_or(Size::new(80, 24))
    }
}

fn restore() {
    // A console that has gone has nothing to restore.
    let _ = io::stderr().write_all(END);
    let _ = disable_raw_mode();
}

impl Drop for Tty {
    fn drop(&mut self) {
        restore();
    }
}

/// Whether there is a console.
pub(super) fn is_there() -> bool {
    io::stderr().is_terminal() && io::stdin().is_terminal()
}
