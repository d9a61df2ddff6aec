//! What the `aws` program does, told in sentences: a command line, its exit code, stdout, stderr and requests.
//!
//! The cases recorded from the reference are in `tests/conformance`; here stands what is this program's own, and
//! what no recorded case shows.

#![cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, unused_imports, reason = "some tests need Linux or Unix")
)]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod aliases;
mod aws;
mod cks;
mod completion;
mod config;
mod container;
mod core_files;
mod credential_process;
mod describe;
mod endless;
mod endpoint;
mod files;
mod foreign;
mod help;
mod hints;
mod identity_center;
#[cfg(unix)]
mod interrupts;
mod large;
mod login;
mod lookalikes;
mod metadata;
mod mfa;
mod nested;
mod operations;
mod order;
mod pages;
mod planted_secrets;
mod prompt;
mod proxies;
mod replies;
mod roles;
mod secrets;
mod signatures;
mod starting_token;
mod streams;
mod terminal;
mod unsendable;
mod update;
mod web_identity;
