//! `credential_process`: a program that prints credentials.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

use aws_credential_types::Credentials;
use serde_json::Value;
use zeroize::Zeroizing;

use super::document::{CredentialsDocument, problem};
use crate::core_dump::CoreDumps;
use crate::session::credentials::error::{ProviderError, errno};
use crate::session::error::SessionError;
use crate::syntax::shell_words;
use crate::transport::runtime::{Runtime, Stopped, in_thread};
use crate::value::json;
use crate::value::python::HIDDEN;

/// The one version of the output that there is.
const VERSION: f64 = 1.0;

/// The most bytes of the output, and of what is shown of stderr.
const LONGEST_OUTPUT: usize = 1 << 20;

/// What a command has left behind.
struct Ended {
    status: ExitStatus,
    stdout: Zeroizing<Vec<u8>>,
    stderr: Vec<u8>,
}

/// Runs a command, which no shell sees, and reads the credentials on its stdout. Its stdin is that of this
/// program; its stderr is shown only if it fails.
///
/// # Errors
/// The command does not start, it fails, or its output is not of the form or has no end; an interrupt.
pub(crate) fn load(
    command: &str,
    core_dumps: CoreDumps,
    runtime: &Runtime,
) -> Result<Credentials, SessionError> {
    let Ended { status, stdout, stderr } = run(command, core_dumps, runtime)?;
    if !status.success() {
        let stderr = String::from_utf8_lossy(&stderr).into_owned();
        return Err(ProviderError::ProcessFailed { stderr }.into());
    }
    read(&stdout)
}

fn run(command: &str, core_dumps: CoreDumps, runtime: &Runtime) -> Result<Ended, SessionError> {
    let words = shell_words::split(command).map_err(ProviderError::Unfinished)?;
    let Some((program, arguments)) = words.split_first() else {
        return Err(ProviderError::EmptyCommand.into());
    };
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    let ended = runtime.wait(async {
        let child = core_dumps.restored(|| command.spawn());
        let child = child.map_err(|error| not_started(program, &error))?;
        let ended = in_thread(move || collect(child)).await.flatten().map_err(Stopped::from)?;
        ended.ok_or_else(|| ProviderError::ProcessTooLong { program: program.clone() }.into())
    });
    ended?
}

/// Waits for the end of a command; `None` if its output was too long, for which it is killed.
fn collect(mut child: Child) -> io::Result<Option<Ended>> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let messages = thread::spawn(move || stderr.map_or(Ok(Vec::new()), beginning));
    // All the room at once: growing would leave copies behind that nobody wipes.
    let mut output = Zeroizing::new(Vec::with_capacity(LONGEST_OUTPUT + 1));
    if let Some(stdout) = stdout {
        stdout.take(LONGEST_OUTPUT as u64 + 1).read_to_end(&mut output)?;
    }
    if output.len() > LONGEST_OUTPUT {
        child.kill()?;
        child.wait()?;
        return Ok(None);
    }
    let stderr = messages.join().map_err(|_| io::ErrorKind::Other)??;
    Ok(Some(Ended { status: child.wait()?, stdout: output, stderr }))
}

/// Reads everything, and keeps what is at the beginning.
fn beginning(mut from: impl Read) -> io::Result<Vec<u8>> {
    let mut kept = Vec::new();
    from.by_ref().take(LONGEST_OUTPUT as u64).read_to_end(&mut kept)?;
    io::copy(&mut from, &mut io::sink())?;
    Ok(kept)
}

fn not_started(program: &str, error: &io::Error) -> ProviderError {
    let (errno, reason) = errno(error);
    ProviderError::NotStarted { errno, reason, program: program.to_owned() }
}

fn read(stdout: &[u8]) -> Result<Credentials, SessionError> {
    let document: CredentialsDocument = serde_json::from_slice(stdout).map_err(unreadable(stdout))?;
    check_version(document.version.as_ref())?;
    match document.missing_key() {
        Some(member) => Err(ProviderError::ProcessWithout { member }.into()),
        None => document.credentials("Process"),
    }
}

/// The reference's words for what is not JSON.
fn unreadable(stdout: &[u8]) -> impl FnOnce(serde_json::Error) -> ProviderError {
    move |error| match std::str::from_utf8(stdout).map(json::parse) {
        Ok(Err(error)) => ProviderError::ProcessNotJson(error),
        Ok(Ok(_)) | Err(_) => ProviderError::ProcessUnusable { problem: problem(&error) },
    }
}

fn check_version(version: Option<&Value>) -> Result<(), ProviderError> {
    let version = match version {
        None => "<Version key not provided>".to_owned(),
        Some(Value::Number(number)) if number.as_f64() == Some(VERSION) => return Ok(()),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        // A list or an object in its place may be anything.
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => HIDDEN.to_owned(),
    };
    Err(ProviderError::ProcessVersion { version })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The key, the secret and the token of an output, or the error.
    fn found(output: &str) -> String {
        match read(output.as_bytes()) {
            Ok(credentials) => {
                let token = credentials.session_token().unwrap_or("-");
                let expires = if credentials.expiry().is_some() { "expires" } else { "stays" };
                let (id, secret) = (credentials.access_key_id(), credentials.secret_access_key());
                format!("{id} {secret} {token} {expires}")
            }
            Err(error) => error.to_string(),
        }
    }

    fn with(more: &str) -> String {
        found(&format!(r#"{{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"hush"{more}}}"#))
    }

    #[test]
    fn the_output_is_an_object_of_version_1() {
        assert_eq!(with(""), "AKID hush - stays");
        assert_eq!(
            with(r#","SessionToken":"tok","Expiration":"2099-01-01T00:00:00Z""#),
            "AKID hush tok expires"
        );
        assert_eq!(with(r#","SessionToken":null,"Expiration":null,"AccountId":"1""#), "AKID hush - stays");
        assert_eq!(with(r#","SessionToken":"""#), "AKID hush - stays");
    }

    #[test]
    fn other_versions_are_refused() {
        let start = "Error when retrieving credentials from custom-process: Unsupported version";
        let end = "for credential process provider, supported versions: 1";
        for (version, shown) in [("2", "2"), ("\"1\"", "1"), ("1.5", "1.5"), ("[\"hush\"]", "****")] {
            assert_eq!(found(&format!(r#"{{"Version":{version}}}"#)), format!("{start} '{shown}' {end}"));
        }
        assert_eq!(found("{}"), format!("{start} '<Version key not provided>' {end}"));
    }

    #[test]
    fn what_is_missing_is_named() {
        let missing =
            "Error when retrieving credentials from custom-process: Missing required key in response:";
        assert_eq!(found(r#"{"Version":1,"accessKeyId":"x"}"#), format!("{missing} 'AccessKeyId'"));
        assert_eq!(found(r#"{"Version":1,"AccessKeyId":"x"}"#), format!("{missing} 'SecretAccessKey'"));
        assert_eq!(with(r#","Expiration":"garbage""#), "Unknown string format: garbage");
    }

    #[test]
    fn other_outputs_are_refused() {
        assert_eq!(found(""), "Expecting value: line 1 column 1 (char 0)");
        assert_eq!(found("hi | cat"), "Expecting value: line 1 column 1 (char 0)");
        let unusable = |problem| format!("The output of credential_process cannot be used: {problem}.");
        assert_eq!(found("[]"), unusable("a value has the wrong type (line 1, column 2)"));
        assert_eq!(
            found(r#"{"Version":1,"AccessKeyId":5}"#),
            unusable("a value has the wrong type (line 1, column 28)")
        );
        let invalid = read(b"\xff").map(drop).expect_err("no UTF-8").to_string();
        assert_eq!(invalid, unusable("it is not valid JSON (line 1, column 1)"));
    }

    proptest! {
        #[test]
        fn no_output_panics(output in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&output);
        }

        #[test]
        fn no_object_panics(
            version in "1|1.0|true|null|\"1\"|[0-9]{0,30}|\\[1\\]",
            id in "\"[a-z]*\"|null|1e999|\\{\\}",
            expiration in "\"[0-9TZ:. -]{0,30}\"|NaN|\\[\\]",
        ) {
            let _ = found(&format!(
                r#"{{"Version":{version},"AccessKeyId":{id},"SecretAccessKey":{id},"Expiration":{expiration}}}"#
            ));
        }
    }
}
