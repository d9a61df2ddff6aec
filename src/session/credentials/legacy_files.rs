//! Credentials in the files of older tools: the EC2 tools' and boto's.

use std::path::PathBuf;

use aws_credential_types::Credentials;

use super::super::config_file;
use super::super::expand::expanduser;
use super::super::ini::{self, SyntaxError, Trouble};
use super::{credentials, from_keys};
use crate::environment::Environment;
use crate::error::session::SessionError;

/// Where boto's file is, unless `BOTO_CONFIG` says it.
const BOTO_FILES: [&str; 2] = ["/etc/boto.cfg", "~/.boto"];

/// What the first of these files has that has an access key.
///
/// # Errors
/// A file that is not of its syntax, or a key without its secret; the file of `AWS_CREDENTIAL_FILE` is absent.
pub fn find(environment: &Environment) -> Result<Option<Credentials>, SessionError> {
    match from_ec2_file(environment)? {
        Some(found) => Ok(Some(found)),
        None => from_boto_file(environment),
    }
}

/// `AWS_CREDENTIAL_FILE`: lines of the form `AWSAccessKeyId=…` and `AWSSecretKey=…`.
fn from_ec2_file(environment: &Environment) -> Result<Option<Credentials>, SessionError> {
    let Some(path) = environment.get_os("AWS_CREDENTIAL_FILE") else { return Ok(None) };
    let path = PathBuf::from(expanduser(path, environment));
    let Ok(bytes) = std::fs::read(&path) else { return Err(SessionError::NotAFile { path }) };
    let pairs = pairs(&bytes).map_err(|syntax| SessionError::Unparsable { path, syntax })?;
    let value = |name| pairs.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let Some(id) = value("AWSAccessKeyId") else { return Ok(None) };
    let (provider, missing) = ("ec2-credentials-file", "AWSSecretKey");
    let secret = value(missing).ok_or(SessionError::PartialCredentials { provider, missing })?;
    Ok(Some(credentials(id, secret, None, "CredentialFile")))
}

fn pairs(bytes: &[u8]) -> Result<Vec<(String, String)>, SyntaxError> {
    let text = ini::text(bytes)?;
    let pair = |(index, line): (usize, &str)| match line.split_once('=') {
        Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
        None => Err(SyntaxError { line: index + 1, trouble: Trouble::NoSeparator }),
    };
    text.lines().enumerate().map(pair).collect()
}

/// `[Credentials]` in boto's file, where only the keys count.
fn from_boto_file(environment: &Environment) -> Result<Option<Credentials>, SessionError> {
    let named = environment.get_os("BOTO_CONFIG");
    let paths = named.map_or_else(|| BOTO_FILES.map(Into::into).to_vec(), |path| vec![path.to_owned()]);
    for path in paths {
        let sections = config_file::sections(path, environment)?.unwrap_or_default();
        let section = sections.iter().find(|(name, _)| name == "Credentials").map(|(_, section)| section);
        if let Some((id, secret)) = from_keys(section, "boto-config")? {
            return Ok(Some(credentials(id, secret, None, "Boto")));
        }
    }
    Ok(None)
}
