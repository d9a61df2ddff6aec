//! The one runtime of a run, and what is waited for in it: requests, pauses, and work that may block for ever. Ctrl-C ends
//! every wait.

use std::cell::{Cell, OnceCell, RefCell};
use std::fs::{self, File};
use std::future::{self, Future, poll_fn};
use std::io::{self, Read};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use zeroize::Zeroizing;

#[cfg(unix)]
use crate::signals;
use crate::syntax::python::system_words;

/// Starts when something is first waited for. What a client keeps open belongs to it, so one serves a whole run.
#[derive(Default)]
pub(crate) struct Runtime {
    started: OnceCell<tokio::runtime::Runtime>,
    /// Listens from the first wait on, so that an interrupt between two waits ends the second. `None` where the system
    /// does not allow to listen: then an interrupt ends the program as usual.
    interrupt: RefCell<Option<Interrupt>>,
    /// When every wait ends.
    deadline: Cell<Option<Instant>>,
    /// Whether there is nobody who could answer a question.
    asks_nobody: Cell<bool>,
}

type Interrupt = Pin<Box<dyn Future<Output = io::Result<()>>>>;

/// Why a wait was given up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stopped {
    /// By Ctrl-C. Nothing is said then.
    #[error("interrupted")]
    Interrupted,
    /// It reached the moment that [`Runtime::before`] sets.
    #[error("There was no answer before the time was up.")]
    TimeUp,
    /// The system refuses what waiting needs.
    #[error("The request could not be sent: {0}.")]
    Refused(String),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Stopped {
        Stopped::Refused(system_words(&error))
    }
}

impl Runtime {
    /// Waits for a future. When it is ready and there is an interrupt too, the interrupt counts: Ctrl-C on a terminal
    /// also ends the programs that a future may wait for.
    ///
    /// # Errors
    /// An interrupt, a deadline that is reached, or no runtime.
    pub(crate) fn wait<F: Future>(&self, future: F) -> Result<F::Output, Stopped> {
        let runtime = match self.started.get() {
            Some(runtime) => runtime,
            None => {
                let runtime = new()?;
                #[cfg(unix)]
                let _ = signals::disarm_interrupts();
                *self.interrupt.borrow_mut() = Some(interrupt());
                self.started.get_or_init(|| runtime)
            }
        };
        let mut future = pin!(future);
        let deadline = self.deadline.get();
        let mut time_up = pin!(async {
            match deadline {
                Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
                None => future::pending().await,
            }
        });
        let mut interrupt = self.interrupt.borrow_mut();
        runtime.block_on(poll_fn(|context| {
            match interrupt.as_mut().map(|interrupt| interrupt.as_mut().poll(context)) {
                Some(Poll::Ready(Ok(()))) => {
                    *interrupt = None;
                    #[cfg(unix)]
                    signals::interrupt_is_heard();
                    return Poll::Ready(Err(Stopped::Interrupted));
                }
                Some(Poll::Ready(Err(_))) => *interrupt = None,
                Some(Poll::Pending) | None => {}
            }
            match future.as_mut().poll(context) {
                Poll::Ready(done) => Poll::Ready(Ok(done)),
                Poll::Pending => time_up.as_mut().poll(context).map(|()| Err(Stopped::TimeUp)),
            }
        }))
    }

    /// From now on nobody is asked anything: there may be a terminal, but it is not this run's.
    pub(crate) fn ask_nobody(&self) {
        self.asks_nobody.set(true);
    }

    pub(crate) fn asks_nobody(&self) -> bool {
        self.asks_nobody.get()
    }

    /// Does work in which no wait goes on beyond this moment.
    pub(crate) fn before<T>(&self, deadline: Instant, work: impl FnOnce() -> T) -> T {
        let outer = self.deadline.get();
        self.deadline.set(Some(outer.map_or(deadline, |outer| outer.min(deadline))));
        let done = work();
        self.deadline.set(outer);
        done
    }

    /// From now on termination (SIGTERM) counts as an interrupt, so that a run can say where it stands. The end of the
    /// terminal (SIGHUP) counts too, or, for a run that `outlives_terminal`, not at all.
    ///
    /// # Errors
    /// As for [`Runtime::wait`].
    #[cfg(unix)]
    pub(crate) fn heed_termination(&self, outlives_terminal: bool) -> Result<(), Stopped> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        use tokio::signal::unix::Signal;

        [SIGHUP, SIGTERM].iter().for_each(|number| _ = signals::disarm(*number));
        let signals =
            self.wait(async { Ok::<_, io::Error>((signals::signal(SIGHUP)?, signals::signal(SIGTERM)?)) })?;
        let (mut hangup, mut terminate) = signals?;
        let mut interrupt = interrupt();
        let ended = poll_fn(move |context| {
            let mut has_come = |signal: &mut Option<Signal>| {
                signal.as_mut().is_some_and(|signal| signal.poll_recv(context).is_ready())
            };
            let is_hung_up = has_come(&mut hangup) && !outlives_terminal;
            if is_hung_up || has_come(&mut terminate) {
                return Poll::Ready(Ok(()));
            }
            interrupt.as_mut().poll(context)
        });
        *self.interrupt.borrow_mut() = Some(Box::pin(ended));
        // Where it stands is said even if it is interrupted while it prints.
        signals::give_away(SIGINT);
        Ok(())
    }

    /// From now on the end of the console, of the session and of the system count as interrupts, so that a run can say where
    /// it stands. Windows ends a program a few seconds after each, so none can be outlived.
    ///
    /// # Errors
    /// As for [`Runtime::wait`].
    #[cfg(windows)]
    pub(crate) fn heed_termination(&self, _outlives_terminal: bool) -> Result<(), Stopped> {
        use tokio::signal::windows::{ctrl_close, ctrl_logoff, ctrl_shutdown};

        let events =
            self.wait(async { Ok::<_, io::Error>((ctrl_close()?, ctrl_logoff()?, ctrl_shutdown()?)) })?;
        let (mut close, mut logoff, mut shutdown) = events?;
        let mut interrupt = interrupt();
        let ended = poll_fn(move |context| {
            let is_closed = close.poll_recv(context).is_ready();
            let is_logged_off = logoff.poll_recv(context).is_ready();
            if is_closed || is_logged_off || shutdown.poll_recv(context).is_ready() {
                return Poll::Ready(Ok(()));
            }
            interrupt.as_mut().poll(context)
        });
        *self.interrupt.borrow_mut() = Some(Box::pin(ended));
        Ok(())
    }

    /// Lets time go by.
    ///
    /// # Errors
    /// As for [`Runtime::wait`].
    pub(crate) fn pause(&self, time: Duration) -> Result<(), Stopped> {
        self.wait(async { tokio::time::sleep(time).await })
    }

    /// Reads a file. Nobody knows when a pipe or a device ends: the wait for it can be interrupted.
    ///
    /// # Errors
    /// It cannot be read, or has more bytes than `most`.
    pub(crate) fn read_file(
        &self,
        path: &Path,
        most: u64,
    ) -> Result<io::Result<Zeroizing<Vec<u8>>>, Stopped> {
        match fs::metadata(path) {
            Ok(found) if found.is_file() && found.len() > most => Ok(Err(io::ErrorKind::FileTooLarge.into())),
            Ok(found) if !found.is_file() && !found.is_dir() => {
                let path = path.to_owned();
                Ok(self.wait(in_thread(move || read_at_most(&path, most)))?.flatten())
            }
            _ => Ok(fs::read(path).map(Zeroizing::new)),
        }
    }

    /// Reads stdin to its end.
    ///
    /// # Errors
    /// It cannot be read, or has more bytes than `most`.
    pub(crate) fn read_stdin(&self, most: u64) -> Result<io::Result<Zeroizing<Vec<u8>>>, Stopped> {
        Ok(self.wait(in_thread(move || all_of(io::stdin().lock(), most)))?.flatten())
    }
}

/// The next Ctrl-C.
#[cfg(not(windows))]
fn interrupt() -> Interrupt {
    Box::pin(async {
        match signals::signal(signal_hook::consts::SIGINT)? {
            Some(mut signal) => _ = signal.recv().await,
            None => future::pending().await,
        }
        Ok(())
    })
}

/// The next Ctrl-C or Ctrl-Break.
#[cfg(windows)]
fn interrupt() -> Interrupt {
    Box::pin(async {
        let (mut c, mut pause) = (tokio::signal::windows::ctrl_c()?, tokio::signal::windows::ctrl_break()?);
        poll_fn(|context| match c.poll_recv(context) {
            Poll::Ready(_) => Poll::Ready(Ok(())),
            Poll::Pending => pause.poll_recv(context).map(|_| Ok(())),
        })
        .await
    })
}

/// Reads a file of any kind, which may block.
///
/// # Errors
/// It cannot be read, or has more bytes than `most`.
pub(crate) fn read_at_most(path: &Path, most: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    all_of(File::open(path)?, most)
}

fn all_of(input: impl Read, most: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    let size = input.take(most + 1).read_to_end(&mut bytes)?;
    if size as u64 > most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

/// A runtime of one thread.
///
/// # Errors
/// The system refuses what it needs.
pub(super) fn new() -> io::Result<tokio::runtime::Runtime> {
    // The runtime needs six descriptors, and panics where the last ones are missing.
    #[cfg(unix)]
    drop([UnixStream::pair()?, UnixStream::pair()?, UnixStream::pair()?]);
    tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()
}

/// The most bytes that are taken from a file, a pipe or a device.
pub(crate) const LARGEST_FILE: u64 = 64 << 20;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_blocks_is_not_waited_for_when_the_runtime_ends() {
        let began = Instant::now();
        let runtime = Runtime::default();
        let waiting = runtime.wait(async {
            let blocked = in_thread(|| thread::sleep(Duration::from_secs(600)));
            tokio::time::timeout(Duration::from_millis(20), blocked).await
        });
        drop(runtime);
        assert!(waiting.expect("a runtime").is_err());
        assert!(began.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn no_wait_goes_on_beyond_its_deadline() {
        let runtime = Runtime::default();
        let soon = Instant::now() + Duration::from_millis(20);
        let hanging = || runtime.wait(future::pending::<()>());
        assert_eq!(runtime.before(soon, hanging), Err(Stopped::TimeUp));
        let later = Instant::now() + Duration::from_secs(600);
        assert_eq!(runtime.before(soon, || runtime.before(later, hanging)), Err(Stopped::TimeUp));
        assert_eq!(runtime.before(later, || runtime.wait(async { 7 })), Ok(7));
        assert_eq!(runtime.deadline.get(), None);
    }

    #[test]
    fn the_work_has_its_result() {
        assert_eq!(Runtime::default().wait(in_thread(|| 7)).map(Result::ok), Ok(Some(7)));
    }
}
