//! What can go wrong: the columns of the table.

use rustix::process::Signal;

/// A fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    Refused,
    Reset,
    Slow,
    CutShort,
    Garbage,
    Endless,
    ServerError,
    Throttled,
    FullDisk,
    ReadOnly,
    ClosedPipe,
    Interrupt,
    Termination,
    HangUp,
    Killed,
    Stopped,
}

use Fault::*;

/// All of them, in the order of the table, with their names.
pub const ALL: [(Fault, &str); 16] = [
    (Refused, "refused"),
    (Reset, "reset"),
    (Slow, "slow"),
    (CutShort, "cut short"),
    (Garbage, "garbage"),
    (Endless, "endless"),
    (ServerError, "5xx"),
    (Throttled, "throttled"),
    (FullDisk, "full disk"),
    (ReadOnly, "read-only"),
    (ClosedPipe, "closed pipe"),
    (Interrupt, "SIGINT"),
    (Termination, "SIGTERM"),
    (HangUp, "SIGHUP"),
    (Killed, "SIGKILL"),
    (Stopped, "stopped"),
];

/// Signals that end the program.
pub const ENDING: [Fault; 4] = [Interrupt, Termination, HangUp, Killed];

/// Those that somebody sends to the program while it waits.
pub const SIGNALS: [Fault; 5] = [Interrupt, Termination, HangUp, Killed, Stopped];

impl Fault {
    pub fn name(self) -> &'static str {
        ALL.iter().find(|(fault, _)| *fault == self).map_or("", |(_, name)| name)
    }

    /// Whether somebody sends a signal while the program waits.
    pub fn is_signal(self) -> bool {
        SIGNALS.contains(&self)
    }

    /// The signal that is to end the program.
    pub fn signal(self) -> Option<Signal> {
        match self {
            Interrupt => Some(Signal::INT),
            Termination => Some(Signal::TERM),
            HangUp => Some(Signal::HUP),
            Killed => Some(Signal::KILL),
            _ => None,
        }
    }

    /// Whether whoever is asked says nothing: past every time-out, or until a signal comes.
    pub fn is_silence(self) -> bool {
        self == Slow || self.is_signal()
    }
}
