//! Ctrl-C while a request is on its way.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// Waits for the future, or for an interrupt: `None` is the interrupt.
///
/// Interrupts are listened for before the future starts. When both are there, the interrupt counts: Ctrl-C on a
/// terminal also ends the programs that a future may wait for.
///
/// Where the system lets nobody listen for interrupts, they end the program as usual.
pub async fn or_interrupted<F: Future>(future: F) -> Option<F::Output> {
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
