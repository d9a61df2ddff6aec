//! Progress on stderr: a line that moves on a terminal, and nothing that moves elsewhere.

/// The progress of one command.
pub(super) struct Progress {
    is_terminal: bool,
}

impl Progress {
    pub(super) fn new() -> Progress {
        Progress { is_terminal: std::io::IsTerminal::is_terminal(&std::io::stderr()) }
    }

    /// What the line that moves says from now on, with the time since then. Only on a terminal.
    pub(super) fn moving(&self, _text: &str) {}

    /// A line that stays, whatever stderr is.
    pub(super) fn line(&self, _text: &str) {}
}
