//! The emulator over a real socket: as a library with a signing client, and as a program.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to fail")]

mod changes;
mod client;
mod clusters;
mod faults;
mod keys;
mod lifecycle;
mod pages;
mod program;
mod protocol;
mod proxies;
mod signature;
