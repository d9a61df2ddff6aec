//! From what was given to the parameters of a request: the second step of the line.

pub mod bind;
pub mod document;
pub mod parameters;
pub mod paramfile;
pub mod shorthand;
pub mod skeleton;
pub mod validate;
pub mod yaml;
