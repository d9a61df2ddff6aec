//! Core files: this program leaves none, for the secrets in its memory would be in it.
//!
//! The limit is inherited, so a program that is started or becomes of this one gets back what was set before: its core
//! files are its user's to decide on. Only the limit in force changes, which may be raised again up to the highest one.

/// The limit of core files that the process was started with.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CoreDumps {
    /// `None` if it was not changed; in it, `None` is no limit.
    #[cfg(unix)]
    before: Option<Option<u64>>,
}

#[cfg(unix)]
mod limit {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    use super::CoreDumps;

    impl CoreDumps {
        /// Switches core files off. Where the system refuses, which it has no reason to, it is as without.
        pub(crate) fn off() -> CoreDumps {
            let before = getrlimit(Resource::Core).current;
            if before == Some(0) {
                return CoreDumps::default();
            }
            set(Some(0));
            CoreDumps { before: Some(before) }
        }

        /// Does what starts another program with the limit from before, then switches core files off again.
        ///
        /// The limit is set for this whole process, as long as that takes. Setting it for the child alone would need
        /// code between `fork` and `exec`, which is `unsafe`; setting it for the child once it runs would come too late
        /// for a program that crashes at once or starts others.
        pub(crate) fn restored<T>(self, start: impl FnOnce() -> T) -> T {
            let Some(before) = self.before else { return start() };
            set(before);
            let started = start();
            set(Some(0));
            started
        }
    }

    fn set(current: Option<u64>) {
        let maximum = getrlimit(Resource::Core).maximum;
        let _ = setrlimit(Resource::Core, Rlimit { current, maximum });
    }
}

#[cfg(not(unix))]
impl CoreDumps {
    /// There are none.
    pub(crate) fn off() -> CoreDumps {
        CoreDumps::default()
    }

    /// Starts another program.
    pub(crate) fn restored<T>(self, start: impl FnOnce() -> T) -> T {
        start()
    }
}
