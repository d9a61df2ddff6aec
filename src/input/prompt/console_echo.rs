//! A console of Windows that does not show what is typed, and that is left as it was found.

use std::future::Future;

use crossterm_winapi::{ConsoleMode, Handle};

/// The bit of a console's mode by which it shows what is typed (`ENABLE_ECHO_INPUT`).
const ECHO: u32 = 4;

/// A console that does not show what is typed, until this is dropped. Every event that ends the program while this waits is
/// an interrupt (`Runtime::wait`), so it is dropped then too.
pub(super) struct Hidden {
    console: ConsoleMode,
    before: u32,
}

/// Hides what is typed on the console of the process, whatever its streams are; `None` where that is not possible.
pub(super) fn hide<T>(_: &T) -> Option<Hidden> {
    let console = ConsoleMode::from(Handle::current_in_handle().ok()?);
    let before = console.mode().ok()?;
    console.set_mode(before & !ECHO).ok()?;
    Some(Hidden { console, before })
}

impl Hidden {
    /// Waits for a future. Nothing stops a program here, so nothing is done again.
    pub(super) async fn during<F: Future>(self, future: F, _again: impl FnMut()) -> F::Output {
        future.await
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // A console that has gone has nothing to restore.
        let _ = self.console.set_mode(self.before);
    }
}
