//! Small languages and rules of text that several steps know.

pub mod encoding;
pub mod filling;
pub mod ini;
pub mod near_names;
pub mod printable;
pub mod python;
pub mod shell_words;
#[cfg(any(windows, test))]
pub mod windows_words;
