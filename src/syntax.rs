//! Small languages and rules of text that several steps know.

pub(crate) mod encoding;
pub(crate) mod expand;
pub(crate) mod filling;
pub(crate) mod ini;
pub(crate) mod near_names;
pub(crate) mod printable;
pub(crate) mod python;
pub(crate) mod shell_words;
#[cfg(any(windows, test))]
pub(crate) mod windows_words;
