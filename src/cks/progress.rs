//! Progress on stderr: a line that moves on a terminal, and nothing that moves elsewhere.
