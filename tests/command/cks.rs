//! `aws cks` and the waiters of `aws kms wait`, in sentences.

mod apply;
mod check;
mod connect;
mod keys;
mod plan;
mod planted;
mod recipes;
mod secrets;
mod signposts;
mod status;
mod tunnel;
mod usage;
pub mod waiters;
mod watch;
