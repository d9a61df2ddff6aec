//! How each place is set up.

pub mod cks;
pub mod files;
pub mod names;
pub mod network;
pub mod programs;
pub mod questions;

use std::ffi::OsStr;

use crate::aws::Aws;
use crate::plants;

/// A line in a place full of secrets, all of whose services are at this host.
pub fn planted<W: AsRef<OsStr>>(words: impl IntoIterator<Item = W>, host: &str) -> Aws {
    let put = |text: &str| text.replace(plants::SERVER, host);
    let aws = Aws::new(words).env("AWS_MAX_ATTEMPTS", "2");
    let aws = plants::VARIABLES.iter().fold(aws, |aws, (name, value)| aws.env(name, put(value)));
    plants::FILES.iter().fold(aws, |aws, (name, content)| aws.file(name, put(content)))
}

/// The words of an update full of secrets.
pub fn update() -> Vec<&'static str> {
    plants::UPDATE.to_vec()
}
