//! `credential_process`: a program that prints credentials.

#[cfg(unix)]
mod companion;
#[cfg(not(unix))]
#[path = "process/no_companion.rs"]
mod companion;

use std::io::{self, Read};
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use aws_credential_types::Credentials;
use serde_json::Value;
use zeroize::Zeroizing;

use self::companion::Companion;
use super::document::{CredentialsDocument, problem};
use crate::core_dump::CoreDumps;
use crate::session::error::SessionError;
#[cfg(not(windows))]
use crate::syntax::shell_words::split;
#[cfg(windows)]
use crate::syntax::windows_words::split;
use crate::transport::runtime::{Runtime, Stopped, in_thread};
use crate::value::python::HIDDEN;

/// The one version of the output that there is.
const VERSION: f64 = 1.0;

/// The most bytes of the output, and of what is shown of stderr.
const LONGEST_OUTPUT: usize = 1 << 20;

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
    let words = split(command).map_err(SessionError::Unfinished)?;
    let (program, arguments) = words.split_first().ok_or(SessionError::EmptyCommand)?;
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    let not_started = |reason| SessionError::NotStarted { program: program.clone(), reason };
    let output = runtime.wait(async {
        let mut companion = Companion::expected(&mut command, runtime.asks_nobody());
        let child = core_dumps.restored(|| command.spawn()).map_err(not_started)?;
        companion.is(&child);
        let output = companion.during(in_thread(move || collect(child))).await;
        Ok::<_, SessionError>(output.flatten().map_err(Stopped::from)?)
    });
    let Some(Output { status, stdout, stderr }) = output?? else {
        let problem = format!("The output of '{program}' is longer than 1 MiB; it was ended.");
        return Err(refused(problem));
    };
    let stdout = Zeroizing::new(stdout);
    if status.success() { read(&stdout) } else { Err(refused(String::from_utf8_lossy(&stderr).into())) }
}

fn refused(problem: String) -> SessionError {
    SessionError::Retrieval { provider: "custom-process", problem }
}

/// Waits for the end of a command; `None` if its output was too long, for which it is killed.
fn collect(mut child: Child) -> io::Result<Option<Output>> {
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
    Ok(Some(Output { status: child.wait()?, stdout: std::mem::take(&mut output), stderr }))
}

/// Reads everything, and keeps what is at the beginning.
fn beginning(mut from: impl Read) -> io::Result<Vec<u8>> {
    let mut kept = Vec::new();
    from.by_ref().take(LONGEST_OUTPUT as u64).read_to_end(&mut kept)?;
    io::copy(&mut from, &mut io::sink())?;
    Ok(kept)
}

pub(super) fn read(stdout: &[u8]) -> Result<Credentials, SessionError> {
    let document: CredentialsDocument =
        serde_json::from_slice(stdout).map_err(|error| SessionError::ProcessUnusable(problem(&error)))?;
    check_version(document.version.as_ref())?;
    match document.missing_key() {
        Some(member) => Err(refused(format!("Missing required key in response: '{member}'"))),
        None => document.credentials("Process"),
    }
}

fn check_version(version: Option<&Value>) -> Result<(), SessionError> {
    let version = match version {
        None => "<Version key not provided>".to_owned(),
        Some(Value::Number(number)) if number.as_f64() == Some(VERSION) => return Ok(()),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        // A list or an object in its place may be anything.
        Some(_) => HIDDEN.to_owned(),
    };
    let problem = "for credential process provider, supported versions: 1";
    Err(refused(format!("Unsupported version '{version}' {problem}")))
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
    fn the_last_of_members_with_the_same_name_counts() {
        assert_eq!(with(r#","AccessKeyId":"LAST","Other":1,"Other":{}"#), "LAST hush - stays");
        assert_eq!(with(r#","SessionToken":"a","SessionToken":null,"Version":1.0"#), "AKID hush - stays");
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
        let unusable = |problem| format!("The output of credential_process cannot be used: {problem}.");
        assert_eq!(found(""), unusable("the end is missing (line 1, column 0)"));
        assert_eq!(found("hi | cat"), unusable("it is not valid JSON (line 1, column 1)"));
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
