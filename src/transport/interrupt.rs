//! Ctrl-C while something is waited for: a request, or work that may block for ever.

use std::fs::{self, File};
use std::future::{Future, poll_fn};
use std::io::{self, Read};
use std::path::Path;
use std::pin::pin;
use std::task::Poll;
use std::thread;

use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::runtime;

/// Waits for the future, or for an interrupt: `None` is the interrupt.
///
/// Interrupts are listened for before the future starts. When both are there, the interrupt counts: Ctrl-C on a
/// terminal also ends the programs that a future may wait for.
///
/// Where the system lets nobody listen for interrupts, they end the program as usual.
pub(crate) async fn or_interrupted<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut interrupt = pin!(tokio::signal::ctrl_c());
    let mut listening = true;
    poll_fn(|context| {
        if listening {
            match interrupt.as_mut().poll(context) {
                Poll::Ready(Ok(())) => return Poll::Ready(None),
                Poll::Ready(Err(_)) => listening = false,
                Poll::Pending => {}
            }
        }
        future.as_mut().poll(context).map(Some)
    })
    .await
}

/// Does work that may block, such as reading a pipe or looking up a name, in a thread that nobody waits for once the
/// future is dropped. The runtime's own threads are waited for when it ends.
///
/// # Errors
/// There is no thread to be had.
pub(crate) async fn in_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    let (sender, receiver) = oneshot::channel();
    thread::Builder::new().spawn(move || {
        // Nobody may be there any more to hear of it.
        let _ = sender.send(work());
    })?;
    receiver.await.map_err(io::Error::other)
}

/// Does work that may block, outside a runtime; `None` is an interrupt.
///
/// # Errors
/// The system refuses what the wait needs.
fn unless_interrupted<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<Option<T>> {
    runtime()?.block_on(async { or_interrupted(in_thread(work)).await }).transpose()
}

/// The most bytes that are taken from a pipe or a device.
const LARGEST_STREAM: u64 = 64 << 20;

/// Reads a file; `None` is an interrupt. Nobody knows when a pipe or a device ends: the wait for it can be
/// interrupted, and it may not have more bytes than anything that is read here.
///
/// # Errors
/// It cannot be read.
pub(crate) fn read_file(path: &Path) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    if !fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        return fs::read(path).map(|bytes| Some(Zeroizing::new(bytes)));
    }
    let path = path.to_owned();
    unless_interrupted(move || read_at_most(&path, LARGEST_STREAM))?.transpose()
}

/// Reads a file of any kind, which may block.
///
/// # Errors
/// It cannot be read, or has more bytes than `most`.
pub(crate) fn read_at_most(path: &Path, most: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    let size = File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if size as u64 > most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn work_that_blocks_is_not_waited_for_when_the_runtime_ends() {
        let began = Instant::now();
        let runtime = runtime().expect("a runtime");
        let waiting = runtime.block_on(async {
            let blocked = in_thread(|| thread::sleep(Duration::from_secs(600)));
            tokio::time::timeout(Duration::from_millis(20), blocked).await
        });
        drop(runtime);
        assert!(waiting.is_err());
        assert!(began.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn the_work_has_its_result() {
        assert_eq!(unless_interrupted(|| 7).expect("a thread"), Some(7));
    }
}
