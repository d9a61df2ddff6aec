//! Many calls of one operation that only reads, several at a time: no faster than the service allows.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use tokio::task::{JoinSet, LocalSet};
use tokio::time::{Instant, sleep_until};

use super::Client;
use crate::client::error::{ClientError, Effect};
use crate::model::parameters::Parameters;
use crate::model::send::Call;
use crate::reply::error::ReplyError;
use crate::transport::ClientSettings;
use crate::transport::clients::ServiceClient;
use crate::transport::error::TransportError;
use crate::transport::retries::is_throttling;
use crate::transport::runtime::Stopped;
use crate::value::Value;

/// How often one of the calls is sent at most.
const MOST_TIMES: u32 = 12;

/// The pause before a call is sent again; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What a rate falls to at least, in calls a second.
const SLOWEST: f64 = 5.0;

/// The calls that were answered without throttling, after which there is one more a second.
const CALLS_TO_RISE: f64 = 20.0;

/// How many calls there may be.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// At a time.
    pub(crate) at_once: usize,
    /// In a second.
    pub(crate) rate: u32,
}

/// What is called with the place of a call among all, and its result.
pub(crate) type Each<'e> = dyn FnMut(usize, Result<Value, ClientError>) -> Result<(), ClientError> + 'e;

/// A call that is to be made, or made again.
struct Job {
    place: usize,
    parameters: Parameters,
    /// How often it was sent.
    sent: u32,
}

/// A call that was made, and the client that made it.
type Done = (ServiceClient, Job, Result<(), TransportError>);

/// When the next call may begin.
struct Pace {
    next: Instant,
    /// Calls a second.
    rate: f64,
    fastest: f64,
    /// When the rate may fall again: what is under way was sent at the old one.
    settled: Instant,
}

impl Pace {
    fn new(fastest: u32) -> Pace {
        let now = Instant::now();
        Pace { next: now, rate: f64::from(fastest), fastest: f64::from(fastest), settled: now }
    }

    /// The moment at which a call begins that may not begin before another.
    fn turn(&mut self, earliest: Instant) -> Instant {
        let turn = self.next.max(earliest);
        self.next = self.next.max(Instant::now()) + Duration::from_secs_f64(1.0 / self.rate);
        turn
    }

    fn slow_down(&mut self) {
        let now = Instant::now();
        if now >= self.settled {
            self.rate = (self.rate / 2.0).max(SLOWEST);
            self.settled = now + Duration::from_millis(500);
            log::debug!(rate = self.rate; "throttled");
        }
    }

    fn speed_up(&mut self) {
        self.rate = (self.rate + 1.0 / CALLS_TO_RISE).min(self.fastest);
    }
}

/// The clients that make the calls, each with a connection of its own.
struct Lanes {
    call: &'static Call,
    settings: ClientSettings,
    at_once: usize,
    pace: Pace,
    idle: Vec<ServiceClient>,
}

impl Client<'_> {
    /// Calls an operation that only reads once for each of the parameters, and hands each result on as soon as it is there,
    /// in whatever order. Throttling slows all calls down; what passes by itself is ridden out. `each` makes no calls.
    ///
    /// # Errors
    /// An interrupt, no credentials any more, and what `each` fails with: then no further call is made.
    pub(crate) fn call_many(
        &self,
        call: &'static Call,
        parameters: impl Iterator<Item = Parameters>,
        limits: Limits,
        each: &mut Each,
    ) -> Result<(), ClientError> {
        let job = |(place, parameters)| Job { place, parameters, sent: 0 };
        let mut jobs = parameters.enumerate().map(job).peekable();
        let settings = self.settings_of_lanes();
        let pace = Pace::new(limits.rate);
        let mut lanes = Lanes { call, settings, at_once: limits.at_once, pace, idle: Vec::new() };
        while jobs.peek().is_some() {
            self.keep_authenticated()?;
            let settings = self.settings_of_lanes();
            if settings.credentials != lanes.settings.credentials {
                lanes.idle.clear();
                lanes.settings = settings;
            }
            // At least one until they are renewed, however short credentials live.
            let mut is_first = true;
            let mut next = || jobs.next_if(|_| std::mem::take(&mut is_first) || !self.is_due());
            let calls = lanes.work(self, &mut next, each);
            self.session.settings.runtime.wait(LocalSet::new().run_until(calls))??;
        }
        Ok(())
    }

    fn settings_of_lanes(&self) -> ClientSettings {
        ClientSettings { max_attempts: 1, ..self.kms.borrow().settings.clone() }
    }
}

impl Lanes {
    /// Makes calls until there is no next one.
    async fn work(
        &mut self,
        client: &Client<'_>,
        next: &mut dyn FnMut() -> Option<Job>,
        each: &mut Each<'_>,
    ) -> Result<(), ClientError> {
        let mut under_way = JoinSet::new();
        let mut again = VecDeque::new();
        loop {
            while under_way.len() < self.at_once
                && let Some((job, earliest)) =
                    again.pop_front().or_else(|| next().map(|job| (job, Instant::now())))
            {
                let lane = self.idle.pop().unwrap_or_else(|| ServiceClient::new(self.settings.clone()));
                under_way.spawn_local(made(lane, self.call, job, self.pace.turn(earliest)));
            }
            let Some(done) = under_way.join_next().await else { return Ok(()) };
            let (lane, mut job, sent): Done =
                done.map_err(|_| Stopped::from(io::Error::from(io::ErrorKind::Interrupted)))?;
            let result = client.data(&lane, self.call, &job.parameters, sent).map(|(data, _)| data);
            self.idle.push(lane);
            job.sent += 1;
            match result {
                Err(error) if job.sent < MOST_TIMES && passes(&error) => {
                    if is_throttled(&error) {
                        self.pace.slow_down();
                    }
                    let pause = FIRST_PAUSE.saturating_mul(1 << (job.sent - 1)).min(LONGEST_PAUSE);
                    again.push_back((job, Instant::now() + pause));
                }
                result => {
                    self.pace.speed_up();
                    each(job.place, result)?;
                }
            }
        }
    }
}

async fn made(lane: ServiceClient, call: &'static Call, job: Job, turn: Instant) -> Done {
    sleep_until(turn).await;
    let sent = lane.send(&call.send, &job.parameters).await;
    (lane, job, sent)
}

/// Whether a call that failed may succeed later.
fn passes(error: &ClientError) -> bool {
    matches!(error, ClientError::Transport(_) | ClientError::Reply(ReplyError::Service(_)))
        && error.effect() != Effect::Refused
}

fn is_throttled(error: &ClientError) -> bool {
    error.service().is_some_and(|error| error.status == 429 || is_throttling(&error.code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_begin_one_after_the_other_and_never_before_their_time() {
        let mut pace = Pace::new(1000);
        let now = Instant::now();
        let first = pace.turn(now);
        let pause = Duration::from_secs(5);
        assert_eq!(pace.turn(now + pause), now + pause);
        assert!(pace.turn(now) >= first + Duration::from_millis(2), "a pause of one call is not one of all");
    }

    #[test]
    fn throttling_halves_the_rate_once_for_all_that_is_under_way() {
        let mut pace = Pace::new(1000);
        (0..50).for_each(|_| pace.slow_down());
        assert_eq!(pace.rate, 500.0);
        (0..200).for_each(|_| pace.speed_up());
        assert_eq!(pace.rate.round(), 510.0);
        for _ in 0..20 {
            pace.settled = Instant::now();
            pace.slow_down();
        }
        assert_eq!(pace.rate, SLOWEST);
        (0..100_000).for_each(|_| pace.speed_up());
        assert_eq!(pace.rate, 1000.0);
    }
}
