//! From what was given to the parameters of a request: the second step of the line.

pub(crate) mod bind;
pub(crate) mod document;
pub(crate) mod error;
pub(crate) mod folder;
pub(crate) mod paramfile;
pub(crate) mod prompt;
pub(crate) mod shorthand;
pub(crate) mod skeleton;
pub(crate) mod sources;
pub(crate) mod validate;
