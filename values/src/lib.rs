//! Values: how documents and replies are read, queried and rendered.
//!
//! This is a crate of its own because it is compiled for speed, and everything above it, most of which runs once, for
//! size: see `[profile.release]` in the workspace's `Cargo.toml`. Functions that take a writer or a closure are compiled
//! where they are called; those that matter are therefore called in here, by [`render::write`].

#![forbid(unsafe_code)]

pub mod query;
pub mod render;
pub mod syntax;
pub mod value;
