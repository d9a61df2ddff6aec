//! The limits of this project's program, all of them. A report marks what does not keep to them.

/// What one run may use, and how it must compare.
#[derive(Clone, Copy)]
pub struct Limits {
    /// User instructions.
    pub instructions: Option<u64>,
    /// Peak resident memory, in bytes.
    pub peak_rss: Option<u64>,
    /// How many times as long each other `aws` must take at least.
    pub times_faster: Option<f64>,
    /// How many times the cpu time of a tenth of the work it may take.
    pub growth: Option<f64>,
}

/// For other people's programs.
pub const NONE: Limits = Limits { instructions: None, peak_rss: None, times_faster: None, growth: None };

/// `--version`, which needs the global options and nothing else.
pub const VERSION: Limits = Limits { instructions: Some(600_000), ..NONE };

/// A skeleton, which needs the table of one operation.
pub const SKELETON: Limits = Limits { instructions: Some(750_000), ..NONE };

/// A usage error, which needs the same and a report.
pub const USAGE_ERROR: Limits = Limits { instructions: Some(800_000), ..NONE };

/// One call over HTTP.
pub const HTTP: Limits = Limits { instructions: Some(1_750_000), peak_rss: Some(6_000_000), ..NONE };

/// One call over HTTP with a configuration file of 5,000 profiles, which are to cost 20 ms at most.
pub const PROFILES: Limits = Limits { instructions: Some(120_000_000), ..NONE };

/// One call over TLS, where the configured CA bundle is all that is trusted.
pub const TLS: Limits = Limits { instructions: Some(4_500_000), ..NONE };

/// 10,000 stores in a format that is written page by page: no more than a few pages at a time.
pub const PAGES: Limits =
    Limits { peak_rss: Some(12_000_000), times_faster: Some(25.0), growth: Some(11.0), ..NONE };

/// 10,000 stores in a format that is written at the end: all stores at a time.
pub const WHOLE: Limits = Limits { peak_rss: Some(40_000_000), ..PAGES };

/// 10,000 stores with certificates, page by page: the memory, which is what they are measured for.
pub const LARGE_PAGES: Limits = Limits { peak_rss: PAGES.peak_rss, ..NONE };

/// The program's file without symbols, in bytes.
pub const BINARY_SIZE: u64 = 8_000_000;
