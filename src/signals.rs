//! Signals: listened to for a while, so that a terminal can be restored or another program ended first; and those that
//! must not end the program, or must.
//!
//! Whoever has once listened to a signal is its handler for good. So a second handler does what the system does by default
//! as long as nobody listens.
//!
//! A signal that was ignored when the program started stays ignored, here and in the programs that it starts: `nohup` and a
//! shell's `&` rely on it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::task::{Context, Poll};
#[cfg(target_os = "linux")]
use std::{fs::File, io::Read};

use rustix::process::{Resource, getrlimit};
use signal_hook::consts::{SIGCONT, SIGINT, SIGXFSZ};
use signal_hook::flag;
use signal_hook::low_level::emulate_default_handler;
use tokio::signal::unix::{Signal, SignalKind};

/// Whether a signal does what it does by default, for each that was ever listened to.
static IS_DEFAULT: Mutex<Vec<(i32, Arc<AtomicBool>)>> = Mutex::new(Vec::new());

/// The signals that were ignored when the program started, in bits: signal 1 is bit 0. A handler takes the place of that, so
/// this is read before the first one is there. Only Linux tells.
static IGNORED: LazyLock<u64> = LazyLock::new(|| ignored_signals().unwrap_or_default());

/// The 31st field behind the name of the program, which stands in parentheses and may have anything in it: the standard
/// signals. `/proc/self/status` has all signals, but at no certain place.
#[cfg(target_os = "linux")]
fn ignored_signals() -> Option<u64> {
    let mut stat = [0; 1024];
    let length = File::open("/proc/self/stat").ok()?.read(&mut stat).ok()?;
    let stat = String::from_utf8_lossy(&stat[..length]);
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_ascii_whitespace().nth(30)?.parse().ok()
}

#[cfg(not(target_os = "linux"))]
fn ignored_signals() -> Option<u64> {
    None
}

/// Whether a signal was ignored when the program started.
pub(crate) fn is_ignored(number: i32) -> bool {
    (1..=31).contains(&number) && *IGNORED >> (number - 1) & 1 == 1
}

/// Listens to a signal, in the runtime that this is called in, unless it is ignored.
///
/// # Errors
/// The system does not allow that.
pub(crate) fn signal(number: i32) -> io::Result<Option<Signal>> {
    let listen = || tokio::signal::unix::signal(SignalKind::from_raw(number));
    (!is_ignored(number)).then(listen).transpose()
}

/// Signals that do nothing by themselves until this is dropped.
pub(crate) struct Listening(Vec<(i32, Signal)>);

impl Listening {
    /// Listens from now on, in the runtime that this is called in. Where the system does not allow that, a signal does what
    /// it does. Where somebody listens already, it is that one's.
    pub(crate) fn to(numbers: &[i32]) -> Listening {
        let listen = |number: &i32| {
            let is_free = disarm(*number).ok()?;
            is_free.then(|| Some((*number, signal(*number).ok()??)))?
        };
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

/// From now on a signal does nothing by itself. Returns whether it did until now.
///
/// # Errors
/// The system does not allow that.
pub(crate) fn disarm(number: i32) -> io::Result<bool> {
    if is_ignored(number) {
        return Ok(false);
    }
    if let Some(was_default) = set_default(number, false) {
        return Ok(was_default);
    }
    // By default nothing is done with this one.
    if number != SIGCONT {
        let is_default = Arc::new(AtomicBool::new(false));
        flag::register_conditional_default(number, Arc::clone(&is_default))?;
        if let Ok(mut signals) = IS_DEFAULT.lock() {
            signals.push((number, is_default));
        }
    }
    Ok(true)
}

/// Says whether a signal does what it does by default, if it was ever listened to. Returns whether it did until now.
fn set_default(number: i32, is_default: bool) -> Option<bool> {
    let signals = IS_DEFAULT.lock().ok()?;
    let (_, flag) = signals.iter().find(|(known, _)| *known == number)?;
    Some(flag.swap(is_default, Ordering::SeqCst))
}

/// From now on a signal is that of who listens to it, whatever is being done.
pub(crate) fn give_away(number: i32) {
    if let Ok(mut signals) = IS_DEFAULT.lock() {
        signals.retain(|(known, _)| *known != number);
    }
}

/// From now on Ctrl-C does not end this program; a wait notices it all the same. Where the system refuses, it is as without.
pub(crate) fn outlive_interrupts() {
    if disarm(SIGINT).is_ok() {
        give_away(SIGINT);
    }
}

/// Whether Ctrl-C was pressed, and nobody has heard of it yet.
static IS_INTERRUPTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// From now on Ctrl-C is that of who waits, and of [`interruptible`] work.
///
/// # Errors
/// The system does not allow that.
pub(crate) fn disarm_interrupts() -> io::Result<()> {
    disarm(SIGINT)?;
    if !is_ignored(SIGINT) {
        flag::register(SIGINT, Arc::clone(&IS_INTERRUPTED))?;
    }
    Ok(())
}

/// A wait was ended by Ctrl-C.
pub(crate) fn interrupt_is_heard() {
    IS_INTERRUPTED.store(false, Ordering::SeqCst);
}

/// Does what may block for as long as somebody does not read: Ctrl-C ends the program then, though waits listen to it, and
/// so does one from before that no wait has heard.
pub(crate) fn interruptible<T>(work: impl FnOnce() -> T) -> T {
    let before = set_default(SIGINT, true);
    if before.is_some() && IS_INTERRUPTED.load(Ordering::SeqCst) {
        let _ = emulate_default_handler(SIGINT);
    }
    let done = work();
    before.map(|before| set_default(SIGINT, before));
    done
}

/// A file that may not grow any more is an error of who writes, and does not end the program in the middle of it.
pub(crate) fn outlive_limit_of_files() {
    if getrlimit(Resource::Fsize).current.is_some() {
        // Where the system refuses, it is as without.
        let _ = flag::register(SIGXFSZ, Arc::default());
    }
}
