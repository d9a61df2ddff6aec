//! A terminal that does not show what is typed, and that is left as it was found, whatever ends or stops the program.

use std::future::Future;
use std::future::poll_fn;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::pin::pin;
use std::task::Poll;

use crate::signals::Listening;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::low_level::emulate_default_handler;

/// Signals that end the program or stop it, and the one with which it goes on.
const SIGNALS: [i32; 5] = [SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT];

/// A terminal that does not show what is typed, until this is dropped.
pub(super) struct Hidden {
    terminal: OwnedFd,
    before: Termios,
    signals: Listening,
}

/// Hides what is typed; `None` where that is not possible. Signals are listened to before that, by the runtime that this is
/// called in.
pub(super) fn hide(terminal: &impl AsFd) -> Option<Hidden> {
    let terminal = terminal.as_fd().try_clone_to_owned().ok()?;
    let before = tcgetattr(&terminal).ok()?;
    let hidden = Hidden { terminal, before, signals: Listening::to(&SIGNALS) };
    hidden.hide().ok()?;
    Some(hidden)
}

impl Hidden {
    fn hide(&self) -> io::Result<()> {
        let mut silent = self.before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        Ok(tcsetattr(&self.terminal, OptionalActions::Flush, &silent)?)
    }

    fn restore(&self) {
        // A terminal that has gone has nothing to restore.
        let _ = tcsetattr(&self.terminal, OptionalActions::Flush, &self.before);
    }

    /// Waits for a future. A signal that ends or stops the program does so with the terminal restored; when it goes on,
    /// the terminal hides again, and `again` is called.
    pub(super) async fn during<F: Future>(mut self, future: F, mut again: impl FnMut()) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|context| {
            while let Poll::Ready(number) = self.signals.poll(context) {
                if number != SIGCONT {
                    self.restore();
                    let _ = emulate_default_handler(number);
                } else if self.hide().is_ok() {
                    again();
                }
            }
            future.as_mut().poll(context)
        })
        .await
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        self.restore();
    }
}
