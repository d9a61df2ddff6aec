//! Core files: this program leaves none, for the secrets in its memory would be in it.
//!
//! The limit is inherited, so a program that is started or becomes of this one gets back what was set before: its core
//! files are its user's to decide on. Only the limit in force changes, which may be raised again up to the highest one.

/// The limit in force that switches core files off. Linux does not ask what the limit is where a program takes core files over
/// (`core_pattern` with a `|`), but for one byte, which is what such a program itself has: then there is none, and no file is
/// that short.
const OFF: u64 = if cfg!(target_os = "linux") { 1 } else { 0 };

/// The limit of core files that the process was started with: `None` if it was not changed; in it, `None` is no limit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CoreDumps(Option<Option<u64>>);

impl CoreDumps {
    /// Switches core files off. Where the highest limit is 0, it is 0: Linux refuses one byte.
    pub(crate) fn off() -> CoreDumps {
        let before = set(Some(OFF));
        CoreDumps((before != Some(OFF)).then_some(before))
    }

    /// Does what starts another program with the limit from before, then switches core files off again.
    ///
    /// The limit is set for this whole process, as long as that takes. Setting it for the child alone would need
    /// code between `fork` and `exec`, which is `unsafe`; setting it for the child once it runs would come too late
    /// for a program that crashes at once or starts others.
    pub(crate) fn restored<T>(self, start: impl FnOnce() -> T) -> T {
        let Some(before) = self.0 else { return start() };
        set(before);
        let started = start();
        set(Some(OFF));
        started
    }
}

/// Sets the limit in force and returns the one from before.
#[cfg(unix)]
fn set(current: Option<u64>) -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let before = getrlimit(Resource::Core);
    let _ = setrlimit(Resource::Core, Rlimit { current, maximum: before.maximum });
    before.current
}

/// There are no core files.
#[cfg(not(unix))]
fn set(_limit: Option<u64>) -> Option<u64> {
    Some(OFF)
}
