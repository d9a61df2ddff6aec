//! Signals that end or stop the program, listened to for a while: so that a terminal can be restored first.
//!
//! Whoever has once listened to a signal is its handler for good. So a second handler does what the system does by default
//! as long as nobody listens.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use signal_hook::consts::SIGCONT;
use signal_hook::flag;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Whether a signal does what it does by default, for each that was ever listened to.
static IS_DEFAULT: Mutex<Vec<(i32, Arc<AtomicBool>)>> = Mutex::new(Vec::new());

/// Signals that do nothing by themselves until this is dropped.
pub(crate) struct Listening(Vec<(i32, Signal)>);

impl Listening {
    /// Listens from now on, in the runtime that this is called in. Where the system does not allow that, a signal does what
    /// it does.
    pub(crate) fn to(numbers: &[i32]) -> Listening {
        let listen = |number: &i32| Some((*number, listen(*number).ok()?));
        Listening(numbers.iter().filter_map(listen).collect())
    }

    /// The next signal that came.
    pub(crate) fn poll(&mut self, context: &mut Context) -> Poll<i32> {
        for (number, signal) in &mut self.0 {
            if let Poll::Ready(Some(())) = signal.poll_recv(context) {
                return Poll::Ready(*number);
            }
        }
        Poll::Pending
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        for (number, _) in &self.0 {
            set_default(*number, true);
        }
    }
}

fn listen(number: i32) -> io::Result<Signal> {
    let is_known = set_default(number, false);
    // By default nothing is done with this one.
    if !is_known && number != SIGCONT {
        let is_default = Arc::new(AtomicBool::new(false));
        flag::register_conditional_default(number, Arc::clone(&is_default))?;
        if let Ok(mut signals) = IS_DEFAULT.lock() {
            signals.push((number, is_default));
        }
    }
    signal(SignalKind::from_raw(number))
}

/// Says whether a signal does what it does by default, if it was ever listened to here. Returns whether it was.
pub(super) fn set_default(number: i32, is_default: bool) -> bool {
    let Ok(signals) = IS_DEFAULT.lock() else { return false };
    let found = signals.iter().find(|(known, _)| *known == number);
    found.iter().for_each(|(_, flag)| flag.store(is_default, Ordering::SeqCst));
    found.is_some()
}
