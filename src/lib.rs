//! `aws kms` for custom key stores.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod value;
