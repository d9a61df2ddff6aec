//! The limits of this project's program, all of them. A report marks what does not keep to them.

use crate::programs::Linking;

/// What one run may use, and how it must compare.
#[derive(Clone, Copy)]
pub struct Limits {
    /// User instructions.
    pub instructions: Option<u64>,
    /// Peak resident memory, in bytes.
    pub peak_rss: Option<u64>,
    /// How many times as long each other `aws` must take at least.
    pub times_faster: Option<f64>,
    /// How many times the cpu time of its yardstick it may take.
    pub times_yardstick: Option<f64>,
}

/// The limits of a scenario for each of the two ways to link the program. Those of instructions lie just above what was
/// measured, to notice what makes a command dearer.
#[derive(Clone, Copy)]
pub struct Both {
    /// For the release file.
    pub release: Limits,
    /// For a file as `cargo build --release` makes it.
    pub dynamic: Limits,
}

impl Both {
    /// Where the C library and its loader are too small a part to matter.
    const fn alike(limits: Limits) -> Self {
        Both { release: limits, dynamic: limits }
    }

    /// The limits of a file that is linked so.
    pub fn of(self, linking: Linking) -> Limits {
        match linking {
            Linking::Static => self.release,
            Linking::Dynamic => self.dynamic,
        }
    }
}

/// For other people's programs.
pub const UNLIMITED: Limits =
    Limits { instructions: None, peak_rss: None, times_faster: None, times_yardstick: None };

/// For what is only measured to compare.
pub const NONE: Both = Both::alike(UNLIMITED);

/// `--version`, which needs the global options and nothing else.
pub const VERSION: Both = Both {
    release: Limits { times_yardstick: Some(1.5), ..instructions(320_000) },
    dynamic: instructions(600_000),
};

/// A skeleton, which needs the table of one operation.
pub const SKELETON: Both = Both { release: instructions(450_000), dynamic: instructions(750_000) };

/// A usage error, which needs the same and a report.
pub const USAGE_ERROR: Both = Both { release: instructions(500_000), dynamic: instructions(800_000) };

/// A page of help, which is made of the tree of commands.
pub const HELP: Both = Both { release: instructions(3_300_000), dynamic: instructions(3_650_000) };

/// Candidates for a line, which need the tree of commands. A reader waits for them at every Tab.
pub const COMPLETION: Both = Both { release: instructions(1_250_000), dynamic: instructions(1_550_000) };

/// One call over HTTP.
pub const HTTP: Both = Both {
    release: Limits { peak_rss: Some(5_500_000), times_yardstick: Some(0.24), ..instructions(1_500_000) },
    dynamic: Limits { peak_rss: Some(6_000_000), ..instructions(1_750_000) },
};

/// One call over TLS, where the configured CA bundle is all that is trusted.
pub const TLS: Both = Both {
    release: Limits { times_yardstick: Some(0.27), ..instructions(4_350_000) },
    dynamic: instructions(4_500_000),
};

/// One call over HTTP with a configuration file of 5,000 profiles, which are to cost 12 ms at most.
pub const PROFILES: Both = Both::alike(instructions(70_000_000));

/// `aws cks status` with a few stores: one call, and a reply that is read.
pub const STATUS: Both = Both { release: instructions(2_250_000), dynamic: instructions(2_550_000) };

/// 10,000 stores in a format that is written page by page: no more than a few pages at a time.
pub const PAGES: Both = Both::alike(DESCRIBE);

/// 10,000 stores in a format that is written at the end: all stores at a time.
pub const WHOLE: Both = Both::alike(Limits { peak_rss: Some(40_000_000), ..DESCRIBE });

/// 10,000 stores with certificates, page by page: the memory, which is what they are measured for.
pub const LARGE_PAGES: Both = Both::alike(Limits { peak_rss: DESCRIBE.peak_rss, ..UNLIMITED });

/// What ten pages may use.
const DESCRIBE: Limits = Limits {
    peak_rss: Some(12_000_000),
    times_faster: Some(25.0),
    times_yardstick: Some(11.0),
    instructions: None,
};

const fn instructions(count: u64) -> Limits {
    Limits { instructions: Some(count), ..UNLIMITED }
}

/// The program's file without symbols, in bytes.
pub fn file_size(linking: Linking) -> u64 {
    match linking {
        Linking::Static => 6_000_000,
        Linking::Dynamic => 8_000_000,
    }
}
