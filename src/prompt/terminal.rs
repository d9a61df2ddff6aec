//! The terminal of the process, whatever its streams are: raw while the prompt is there, and afterwards as it was.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::Mutex;

use ratatui_core::layout::Size;
use rustix::process::{Signal, getpgrp, getpid, getppid, getsid, kill_process, kill_process_group};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

/// What brings the terminal back if the program panics.
static BACK: Mutex<Option<(File, Termios)>> = Mutex::new(None);

/// Pasted text comes as such, so that a line end in it is no key.
const BEGIN: &[u8] = b"\x1b[?2004h";

const END: &[u8] = b"\x1b[?2004l\x1b[0m\x1b[?25h";

/// What the prompt is drawn on.
pub(super) type Screen = File;

/// A terminal that is raw until this is dropped.
pub(super) struct Tty {
    file: File,
    before: Termios,
}

impl Tty {
    /// Opens it; stderr is one where there is no other. `None` where there is none.
    pub(super) fn open() -> Option<Tty> {
        let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty").ok();
        let file = match terminal {
            Some(file) => file,
            None if io::stderr().is_terminal() && io::stdin().is_terminal() => {
                File::from(io::stderr().as_fd().try_clone_to_owned().ok()?)
            }
            None => return None,
        };
        let before = tcgetattr(&file).ok()?;
        if let (Ok(mut back), Ok(file)) = (BACK.lock(), file.try_clone()) {
            *back = Some((file, before.clone()));
        }
        let default = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if let Some((file, before)) = BACK.lock().ok().and_then(|mut back| back.take()) {
                restore(&file, &before);
            }
            default(panic);
        }));
        let tty = Tty { file, before };
        tty.begin().ok()?;
        Some(tty)
    }

    pub(super) fn screen(&self) -> io::Result<Screen> {
        self.file.try_clone()
    }

    /// Its columns and lines; those of an old terminal where it does not say.
    pub(super) fn size(&self) -> Size {
        let size = terminal_size::terminal_size_of(&self.file);
        let size = size.map(|(width, height)| Size::new(width.0, height.0));
        size.filter(|size| size.width > 0 && size.height > 0).unwrap_or(Size::new(80, 24))
    }

    /// Whether there is nobody any more at the other end.
    pub(super) fn is_gone(&self) -> bool {
        tcgetattr(&self.file).is_err()
    }

    fn begin(&self) -> io::Result<()> {
        let mut raw = self.before.clone();
        raw.make_raw();
        tcsetattr(&self.file, OptionalActions::Drain, &raw)?;
        (&self.file).write_all(BEGIN)
    }

    /// Lets all stop that share the line with this process, as Ctrl-Z does. This one hears of it, and calls [`Tty::stop`].
    pub(super) fn ask_to_stop() {
        let _ = kill_process_group(getpgrp(), Signal::TSTP);
    }

    /// Stops the process until somebody continues it, if there is somebody.
    ///
    /// # Errors
    /// The terminal is gone.
    pub(super) fn stop(&self) -> io::Result<()> {
        let session = |process| getsid(process).ok();
        if getppid().is_none_or(|parent| session(Some(parent)) != session(None)) {
            return Ok(());
        }
        restore(&self.file, &self.before);
        let _ = kill_process(getpid(), Signal::STOP);
        self.begin()
    }
}

fn restore(file: &File, before: &Termios) {
    // A terminal that has gone has nothing to restore.
    let _ = (&*file).write_all(END);
    let _ = tcsetattr(file, OptionalActions::Flush, before);
}

impl Drop for Tty {
    fn drop(&mut self) {
        restore(&self.file, &self.before);
        if let Ok(mut back) = BACK.lock() {
            *back = None;
        }
    }
}

/// Whether there is a terminal.
pub(super) fn is_there() -> bool {
    let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty");
    terminal.is_ok() || (io::stderr().is_terminal() && io::stdin().is_terminal())
}
