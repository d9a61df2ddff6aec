//! The log of `--debug`: what was resolved, and each attempt with its outcome.
//!
//! Only this program's own events are shown. Those of the SDK repeat whole requests, which may hold secrets.

use std::io::{self, Write};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::session::secrets::Secrets;

/// Stderr for the log, without these secrets. Each write is a whole event.
struct Log(Secrets);

impl Write for Log {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        io::stderr().write_all(self.0.hidden_in(&String::from_utf8_lossy(event)).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Writes the events of this program to stderr from now on, without these secrets.
pub(crate) fn log_to_stderr(secrets: Secrets) {
    let own = Targets::new().with_target("aws_kms_cli", LevelFilter::DEBUG);
    let log = move || Log(secrets.clone());
    let layer = tracing_subscriber::fmt::layer().with_writer(log).with_ansi(false);
    // A log that is there already is as good.
    let _ = tracing_subscriber::registry().with(own).with(layer).try_init();
}
