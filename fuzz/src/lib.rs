//! The limit of time that holds for every input, whatever else the machine does: libFuzzer's own counts the time of others too.

use std::time::Duration;

use cpu_time::ThreadTime;

/// The longest that an input may take of a processor.
const LONGEST: Duration = Duration::from_secs(1);

/// Runs an input.
pub fn run(target: fn(&[u8]), data: &[u8]) {
    let began = ThreadTime::now();
    target(data);
    let time = began.elapsed();
    assert!(time < LONGEST, "it takes {time:?}");
}
