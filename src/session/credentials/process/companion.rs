//! A process that is not left behind.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::process::Child;
use std::task::Poll;

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGQUIT, SIGTERM};
use signal_hook::low_level::emulate_default_handler;

use crate::signals::Listening;

/// A process that is ended, if it has not ended yet, when this is dropped: by a wait that is given up.
pub(super) struct Companion {
    process: Option<Pid>,
    signals: Listening,
}

impl Companion {
    /// One that is about to be started: signals are listened to before that, by the runtime that this is called in.
    pub(super) fn expected() -> Companion {
        Companion { process: None, signals: Listening::to(&[SIGTERM, SIGHUP, SIGQUIT]) }
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
        if let Some(process) = self.process.take() {
            // It may have ended meanwhile.
            let _ = kill_process(process, Signal::TERM);
        }
    }
}

impl Drop for Companion {
    fn drop(&mut self) {
        self.end();
    }
}
