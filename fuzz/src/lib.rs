//! The limit of time that holds for every input, whatever else the machine does: libFuzzer's own counts the time of others too.

use std::time::{Duration, Instant};

use cpu_time::ThreadTime;

/// The longest that an input may take of a processor.
const LONGEST: Duration = Duration::from_secs(1);

/// Runs an input; one that takes long by the clock once more, by the processor's time. To ask for that takes a system call,
/// which is a sixth of what a fast target needs for an input.
pub fn run(target: fn(&[u8]), data: &[u8]) {
    let began = Instant::now();
    target(data);
    if began.elapsed() < LONGEST {
        return;
    }
    let began = ThreadTime::now();
    target(data);
    let time = began.elapsed();
    assert!(time < LONGEST, "it takes {time:?}");
}
