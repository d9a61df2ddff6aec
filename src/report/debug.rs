//! The log of `--debug`: what was resolved, and each attempt with its outcome.
//!
//! Only this program's own events are shown. Those of the SDK repeat whole requests, which may hold secrets.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::secret::known::{Known, Log};

/// Shows the events of this program on stderr from now on, without the secrets that are known.
pub(crate) fn log_to_stderr(known: Known) {
    let own = Targets::new().with_target("aws_kms_cli", LevelFilter::DEBUG);
    let log = move || Log::new(known.clone());
    let layer = tracing_subscriber::fmt::layer().with_writer(log).with_ansi(false);
    // A log that is there already is as good.
    let _ = tracing_subscriber::registry().with(own).with(layer).try_init();
}
