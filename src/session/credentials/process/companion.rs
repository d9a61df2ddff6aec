//! A process that is not left behind.

use std::future::{Future, poll_fn};
use std::os::unix::process::CommandExt;
use std::pin::pin;
use std::process::{Child, Command};
use std::task::Poll;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGQUIT, SIGTERM};
use signal_hook::low_level::emulate_default_handler;

use crate::signals::Listening;

/// A process that is ended, if it has not ended yet, when this is dropped: by a wait that is given up.
pub(super) struct Companion {
    process: Option<Pid>,
    /// Whether it is the first of a process group, with all that it has started.
    has_group: bool,
    signals: Listening,
}

impl Companion {
    /// One that is about to be started by this command: signals are listened to before that, by the runtime that this is
    /// called in. One that `asks_nobody` gets a process group, so that what it has started ends with it; the terminal, which
    /// it would not get then, is not its.
    pub(super) fn expected(command: &mut Command, asks_nobody: bool) -> Companion {
        if asks_nobody {
            command.process_group(0);
        }
        let signals = Listening::to(&[SIGTERM, SIGHUP, SIGQUIT]);
        Companion { process: None, has_group: asks_nobody, signals }
    }

    pub(super) fn is(&mut self, child: &Child) {
        self.process = Some(Pid::from_child(child));
    }

    /// Waits for the future that ends with the process. A signal that ends this program ends the process first.
    pub(super) async fn during<F: Future>(mut self, ended: F) -> F::Output {
        let mut ended = pin!(ended);
        let done = poll_fn(|context| {
            while let Poll::Ready(number) = self.signals.poll(context) {
                self.end();
                let _ = emulate_default_handler(number);
            }
            ended.as_mut().poll(context)
        });
        let done = done.await;
        self.process = None;
        done
    }

    fn end(&mut self) {
        let Some(process) = self.process.take() else { return };
        // It may have ended meanwhile.
        if self.has_group {
            let _ = kill_process_group(process, Signal::TERM);
            // One that has asked for the terminal is stopped.
            let _ = kill_process_group(process, Signal::CONT);
        } else {
            let _ = kill_process(process, Signal::TERM);
        }
    }
}

impl Drop for Companion {
    fn drop(&mut self) {
        self.end();
    }
}
