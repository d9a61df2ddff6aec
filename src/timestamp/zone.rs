//! The local zone, found as the C library finds it.
//!
//! The one file of the system's zone database that is needed is read. A library that lists the whole database
//! first would cost more than the rest of the run.

use std::cell::OnceCell;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use crate::environment::Environment;

/// The zone of the system.
#[cfg(not(windows))]
const LOCAL_TIME: &str = "/etc/localtime";

/// The folder of the zone database, unless `TZDIR` names another.
const DATABASE: &str = "/usr/share/zoneinfo";

/// When summer time begins and ends for the C library, if a `TZ` only says that there is one.
const USUAL_RULE: &str = "M3.2.0,M11.1.0";

/// The most bytes a zone's file may have; real ones have less than 4 KiB.
const LARGEST_FILE: u64 = 1 << 16;

/// The local zone: what `TZ` says, else that of the system, else UTC. It is looked up at the first question.
#[derive(Debug)]
pub(super) struct LocalZone {
    /// `TZ`.
    name: Option<OsString>,
    /// `TZDIR`.
    database: PathBuf,
    found: OnceCell<TimeZone>,
}

impl LocalZone {
    pub(super) fn new(environment: &Environment) -> LocalZone {
        let database = environment.get_os("TZDIR").filter(|folder| !folder.is_empty());
        LocalZone {
            name: environment.get_os("TZ").map(OsStr::to_owned),
            database: database.unwrap_or(OsStr::new(DATABASE)).into(),
            found: OnceCell::new(),
        }
    }

    /// How far local time is ahead of UTC at a moment.
    pub(super) fn offset(&self, at: Timestamp) -> Offset {
        self.found.get_or_init(|| self.find().unwrap_or(TimeZone::UTC)).to_offset(at)
    }

    /// A `TZ` is the name of a file in the database, a path, or a rule of POSIX such as `EST5EDT,M3.2.0,M11.1.0`;
    /// a colon may stand before it. A rule may leave out when summer time begins and ends.
    fn find(&self) -> Option<TimeZone> {
        let Some(name) = &self.name else { return system() };
        let name = name.to_str()?;
        let name = name.strip_prefix(':').unwrap_or(name);
        if name.is_empty() {
            return None;
        }
        let file = read(&self.database.join(name)).or_else(|| TimeZone::posix(name).ok());
        file.or_else(|| TimeZone::posix(&format!("{name},{USUAL_RULE}")).ok())
    }
}

#[cfg(not(windows))]
fn system() -> Option<TimeZone> {
    read(Path::new(LOCAL_TIME))
}

/// The system says the name of its zone; the zones are in the program.
#[cfg(windows)]
fn system() -> Option<TimeZone> {
    TimeZone::try_system().ok()
}

fn read(path: &Path) -> Option<TimeZone> {
    // A pipe could be waited for without end.
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(LARGEST_FILE).read_to_end(&mut bytes).ok()?;
    TimeZone::tzif("local", &bytes).ok()
}
