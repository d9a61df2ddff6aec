//! Where there are no such signals.

/// Does something: Ctrl-C has its own thread here.
pub(crate) fn interruptible<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// There is no such limit.
pub(crate) fn outlive_limit_of_files() {}
