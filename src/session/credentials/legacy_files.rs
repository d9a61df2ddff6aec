//! Credentials in the files of older tools: the EC2 tools' and boto's.

use std::io::ErrorKind;
use std::path::PathBuf;

use super::super::config_file;
use super::{CredentialsSource, keys, keys_of};
use crate::environment::Environment;
use crate::environment::expand::expanduser;
use crate::session::error::SessionError;
use crate::syntax::ini;
use crate::syntax::python::is_space;
use crate::transport::runtime::{LARGEST_FILE, Runtime};

/// Where boto's file is, unless `BOTO_CONFIG` says it.
const BOTO_FILES: [&str; 2] = ["/etc/boto.cfg", "~/.boto"];

/// `AWS_CREDENTIAL_FILE`: lines of the form `AWSAccessKeyId=…` and `AWSSecretKey=…`. Lines without `=` are
/// skipped, and the last of two lines with the same name counts.
///
/// # Errors
/// The file is absent or too large, or has a key without its secret; an interrupt.
pub(super) fn from_ec2_file(
    environment: &Environment,
    runtime: &Runtime,
) -> Result<Option<CredentialsSource>, SessionError> {
    let Some(path) = environment.get_os("AWS_CREDENTIAL_FILE") else { return Ok(None) };
    let path = PathBuf::from(expanduser(path, environment));
    let bytes = match runtime.read_file(&path, LARGEST_FILE)? {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::FileTooLarge => return Err(SessionError::TooLarge { path }),
        Err(_) => return Err(SessionError::NotAFile { path }),
    };
    let text = ini::text(&bytes).map_err(|syntax| SessionError::Unparsable { path, syntax })?;
    match (value(text, "AWSAccessKeyId"), value(text, "AWSSecretKey")) {
        (None, _) => Ok(None),
        (Some(_), None) => {
            let hint = "This is missing in the file that AWS_CREDENTIAL_FILE names.";
            Err(SessionError::Without { member: "AWSSecretKey", hint })
        }
        (Some(id), Some(secret)) => {
            Ok(Some(keys(id.to_owned(), secret.to_owned(), None, "ec2-credentials-file")))
        }
    }
}

/// The value of a name in lines of the form `name=value`.
pub(super) fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let pairs = text.split(['\n', '\r']).filter_map(|line| line.split_once('='));
    let mut values = pairs.filter(|(known, _)| known.trim_matches(is_space) == name);
    values.next_back().map(|(_, value)| value.trim_matches(is_space))
}

/// `[Credentials]` in boto's file, where only the keys count.
///
/// # Errors
/// The file is not of its syntax, or has a key without its secret.
pub(super) fn from_boto_file(environment: &Environment) -> Result<Option<CredentialsSource>, SessionError> {
    let named = environment.get_os("BOTO_CONFIG");
    let paths = named.map_or_else(|| BOTO_FILES.map(Into::into).to_vec(), |path| vec![path.to_owned()]);
    for path in paths {
        let sections = config_file::sections(path, environment)?.unwrap_or_default();
        let section = sections.iter().find(|(name, _)| name == "Credentials").map(|(_, section)| section);
        let provider = "boto-config";
        if let Some((id, secret)) = keys_of(section, provider)? {
            return Ok(Some(keys(id, secret, None, provider)));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_after_their_names() {
        let text = "\n# a = b\n AWSAccessKeyId\t=\tA=1 \nnonsense\nAWSSecretKey=s\rAWSSecretKey=t";
        assert_eq!(value(text, "AWSAccessKeyId"), Some("A=1"));
        assert_eq!(value(text, "AWSSecretKey"), Some("t"));
        assert_eq!(value(text, "nonsense"), None);
        assert_eq!(value("AWSSecretKey=", "AWSSecretKey"), Some(""));
    }
}
