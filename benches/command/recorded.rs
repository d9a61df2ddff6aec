//! What version 2.36.7 of the AWS CLI took in earlier runs: a yardstick also where it is not installed.

/// Whose figures they are.
pub const PROGRAM: &str = "aws-cli/2.36.7";

/// When they were taken, and where.
pub const TAKEN: &str = "2026-11, a machine with 2 cores";

/// A figure for a scenario.
pub struct Recorded {
    /// The scenario's name.
    pub scenario: &'static str,
    /// What was measured.
    pub time: Time,
    /// How much of it.
    pub milliseconds: f64,
}

/// A kind of time.
#[derive(Clone, Copy)]
pub enum Time {
    /// User and system time.
    Cpu,
    /// From start to end.
    Wall,
}

/// All of them.
pub const FIGURES: &[Recorded] = &[
    cpu("--version", 502.0),
    cpu("update over HTTP", 791.0),
    cpu("update over TLS", 767.0),
    wall("describe 10,000 json", 2200.0),
    wall("describe 10,000 text", 1500.0),
    wall("describe 10,000 table", 6500.0),
    wall("describe 10,000 yaml", 5900.0),
    wall("describe 10,000 yaml-stream", 5600.0),
];

const fn cpu(scenario: &'static str, milliseconds: f64) -> Recorded {
    Recorded { scenario, time: Time::Cpu, milliseconds }
}

const fn wall(scenario: &'static str, milliseconds: f64) -> Recorded {
    Recorded { scenario, time: Time::Wall, milliseconds }
}
