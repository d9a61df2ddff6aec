//! The limits of this project's program, all of them. A report marks what is over.

/// What one run may use.
#[derive(Clone, Copy)]
pub struct Limits {
    /// User instructions.
    pub instructions: Option<u64>,
    /// Peak resident memory, in bytes.
    pub peak_rss: Option<u64>,
}

/// For other people's programs.
pub const NONE: Limits = Limits { instructions: None, peak_rss: None };

/// A command that asks nobody. Half as much again as the argument parser alone takes.
pub const LOCAL: Limits = Limits { instructions: Some(700_000), peak_rss: None };

/// One call over HTTP.
pub const HTTP: Limits = Limits { instructions: Some(2_000_000), peak_rss: Some(6_000_000) };

/// One call over TLS, where the configured CA bundle is all that is trusted.
pub const TLS: Limits = Limits { instructions: Some(4_500_000), peak_rss: None };

/// The program's file without symbols, in bytes.
pub const BINARY_SIZE: u64 = 6_000_000;
