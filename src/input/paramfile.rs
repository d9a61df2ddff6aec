//! Values that are read from files: `file://` for text, `fileb://` for bytes.

use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::sources::Sources;
use crate::environment::Environment;
use crate::environment::expand;
use crate::input::error::ParameterError;
use crate::syntax::encoding;
use crate::syntax::python::os_error;
use crate::transport::runtime::{LARGEST_FILE, Runtime, Stopped};
use crate::value::Value;

/// The environment variable that names the encoding of `file://` files.
const FILE_ENCODING: &str = "AWS_CLI_FILE_ENCODING";

/// Why a parameter file gives no value. A path is shown after `~` and variables were replaced.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("Unable to load paramfile {word}: {}", os_error(.reason, .path))]
    Unreadable { word: String, path: String, reason: io::Error },
    /// It is not text in the expected encoding.
    #[error(
        "Unable to load paramfile ({path}), text contents could not be decoded.  If this is a binary file, \
         please use the fileb:// prefix instead of the file:// prefix."
    )]
    Undecodable { path: String },
}

/// Whether a value names a file.
pub(crate) fn is_named(word: &str) -> bool {
    word.starts_with("file://") || word.starts_with("fileb://")
}

/// The content of the file that a value names, or `None` when the value names none.
///
/// `file://` gives text: decoded strictly, with `\r\n` and `\r` turned into `\n`, the last newline kept, unless
/// [`Sources`] has a rule for a secret. `fileb://` gives the bytes. The prefix must be exact; nothing is ever fetched from a
/// network.
///
/// # Errors
/// The file cannot be read, the configured encoding is unknown, or an interrupt.
pub(crate) fn load(word: &str, is_secret: bool, sources: &Sources) -> Option<Result<Value, ParameterError>> {
    let (text, path) = match (word.strip_prefix("file://"), word.strip_prefix("fileb://")) {
        (Some(path), _) => (true, path),
        (None, Some(path)) => (false, path),
        (None, None) => return None,
    };
    let expanded = expand::expand(path, sources.environment);
    let shown = expanded.display().to_string();
    let unreadable = |reason| FileError::Unreadable { word: word.to_owned(), path: shown.clone(), reason };
    let content = sources.stdin(word).unwrap_or_else(|| {
        match Runtime::default().read_file(Path::new(&expanded), LARGEST_FILE) {
            Ok(content) => content.map_err(|reason| unreadable(reason).into()),
            Err(Stopped::Interrupted) => Err(ParameterError::Interrupted),
            Err(Stopped::TimeUp) => Err(unreadable(io::ErrorKind::TimedOut.into()).into()),
            Err(Stopped::Refused(reason)) => Err(unreadable(io::Error::other(reason)).into()),
        }
    });
    Some(content.and_then(|content| {
        if !text {
            return Ok(Value::Bytes(content.as_slice().into()));
        }
        let decoded = decode(&content, sources.environment)?.ok_or(FileError::Undecodable { path: shown })?;
        let folded = Zeroizing::new(encoding::fold_newlines(&decoded).into_owned());
        let value = Value::string(folded.as_str());
        Ok(if is_secret { sources.secret(value, word) } else { value })
    }))
}

/// The bytes as text: UTF-8, or what `AWS_CLI_FILE_ENCODING` names. `None` when they are not that.
fn decode(bytes: &[u8], environment: &Environment) -> Result<Option<Zeroizing<String>>, ParameterError> {
    match environment.get(FILE_ENCODING).filter(|name| !name.is_empty()) {
        None => Ok(encoding::utf8(bytes)),
        Some(name) => match encoding::named(&name) {
            Some(decode) => Ok(decode(bytes)),
            None => Err(ParameterError::UnknownEncoding(name)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_prefixes_name_files() {
        let environment = Environment::default();
        for word in ["", "x", "file:/x", "FILE://x", " file://x", "http://x", "file"] {
            assert!(load(word, false, &Sources::files(&environment)).is_none(), "{word}");
        }
    }

    #[test]
    fn a_missing_file_is_named_as_typed_and_as_expanded() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().display().to_string();
        let environment: Environment = [("FOLDER", folder.as_str())].into_iter().collect();
        let error = load("file://$FOLDER/it's", false, &Sources::files(&environment)).unwrap().unwrap_err();
        let want = format!(
            "Unable to load paramfile file://$FOLDER/it's: [Errno 2] No such file or \
             directory: \"{folder}/it's\""
        );
        assert_eq!(error.to_string(), want);
    }
}
