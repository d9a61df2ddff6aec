//! What is found at a proxy, and what KMS makes of it.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// One thing that was looked at.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Finding {
    /// What was looked at, in a word.
    pub(crate) check: &'static str,
    pub(crate) outcome: Outcome,
    /// How long it took, where that says something.
    #[serde(rename = "Milliseconds", serialize_with = "milliseconds")]
    pub(crate) time: Option<Duration>,
    pub(crate) message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    Ok,
    Warning,
    /// KMS would refuse the proxy.
    Failed,
    /// It cannot be known from here.
    Unknown,
}

fn milliseconds<S: Serializer>(time: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)).serialize(serializer)
}
