//! The log of `--debug`: what was resolved, and each attempt with its outcome.
//!
//! Only this program logs. Events of the SDK repeat whole requests, which may hold secrets; they are compiled out.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use jiff::Timestamp;
use log::kv::{Error, Key, Value, VisitSource};
use log::{LevelFilter, Log, Metadata, Record};

use crate::session::secrets::Secrets;
use crate::syntax::printable::printable;

/// Writes lines to stderr, without these secrets.
struct Lines(Secrets);

impl Log for Lines {
    fn enabled(&self, metadata: &Metadata) -> bool {
        metadata.target().starts_with(env!("CARGO_CRATE_NAME"))
    }

    fn log(&self, record: &Record) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let (level, target, message) = (record.level(), record.target(), record.args());
        let mut line = format!("{:.6} {level:>5} {target}: {message}", Timestamp::now());
        // A text takes every field.
        let _ = record.key_values().visit(&mut Fields(&mut line));
        // What comes from outside neither ends a line nor tells a terminal what to do.
        let line = printable(&self.0.hidden_in(&line)) + "\n";
        let _ = io::stderr().write_all(line.as_bytes());
    }

    fn flush(&self) {}
}

/// Adds the fields of an event to its line, texts quoted.
struct Fields<'l>(&'l mut String);

impl<'kvs> VisitSource<'kvs> for Fields<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        match value.to_borrowed_str() {
            Some(text) => write!(self.0, " {key}={text:?}")?,
            None => write!(self.0, " {key}={value}")?,
        }
        Ok(())
    }
}

/// Writes the events of this program to stderr from now on, without these secrets.
pub(crate) fn log_to_stderr(secrets: Secrets) {
    // A log that is there already is as good.
    if log::set_boxed_logger(Box::new(Lines(secrets))).is_ok() {
        log::set_max_level(LevelFilter::Debug);
    }
}
