//! Where no terminal is known that could hide what is typed.

use std::future::Future;

/// Nothing.
pub(super) enum Hidden {}

/// Never possible here.
pub(super) fn hide<T>(_: &T) -> Option<Hidden> {
    None
}

impl Hidden {
    pub(super) async fn during<F: Future>(self, future: F, _again: impl FnMut()) -> F::Output {
        future.await
    }
}
