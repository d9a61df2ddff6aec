//! The document that the prompt writes.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};

use crate::environment::Environment;
use crate::environment::expand::expand;

/// Writes a new file that only its owner may read. Its name is read as behind `file://`.
///
/// # Errors
/// There is such a file already, or it cannot be written.
pub(super) fn write(file: &str, text: &str, environment: &Environment) -> Result<(), String> {
    let file = expand(file, environment);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&file).and_then(|mut document| {
        // A part of it would keep the next try from writing the whole.
        document.write_all(text.as_bytes()).inspect_err(|_| drop(fs::remove_file(&file)))
    });
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => "there is such a file already".to_owned(),
        io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        kind => kind.to_string(),
    })
}
