//! The prompt for an MFA code, as Python's `getpass` does it: on the terminal, without showing what is typed.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};

use secrecy::SecretString;
use zeroize::{Zeroize, Zeroizing};

use crate::client::credentials::error::CredentialsError;
use crate::client::error::ClientError;
use crate::transport::runtime::{Runtime, in_thread};

/// The terminal of the process, whatever its streams are.
const TERMINAL: &str = "/dev/tty";

/// Where the code comes from.
enum Input {
    Terminal(File),
    Stdin,
}

/// Asks for the code of a device: on the terminal of the process, or else on stdin and stderr. Where nothing can
/// hide what is typed, stderr says so.
///
/// # Errors
/// The input ends or cannot be read; an interrupt, which leaves the terminal as it was.
pub(super) fn prompt(device: &str, runtime: &Runtime) -> Result<SecretString, ClientError> {
    Ok(runtime.wait(ask(device))??)
}

async fn ask(device: &str) -> Result<SecretString, CredentialsError> {
    let prompt = format!("Enter MFA code for {device}: ");
    let terminal = OpenOptions::new().read(true).write(true).open(TERMINAL);
    let screen = terminal.as_ref().ok().and_then(|terminal| terminal.try_clone().ok());
    let input = terminal.map_or(Input::Stdin, Input::Terminal);
    match (echo::hide(&input), screen) {
        (Some(hidden), Some(screen)) => ask_on(screen, &prompt, input, Some(hidden)).await,
        (Some(hidden), None) => ask_on(io::stderr(), &prompt, input, Some(hidden)).await,
        (None, _) => {
            let prompt = format!("Warning: Password input may be echoed.\n{prompt}");
            ask_on(io::stderr(), &prompt, Input::Stdin, None).await
        }
    }
}

async fn ask_on(
    mut screen: impl Write,
    prompt: &str,
    input: Input,
    hidden: Option<echo::Hidden>,
) -> Result<SecretString, CredentialsError> {
    // Who sees no prompt can still answer it.
    let _ = screen.write_all(prompt.as_bytes()).and_then(|()| screen.flush());
    let code = answer(input).await;
    drop(hidden);
    if code.is_ok() {
        let _ = screen.write_all(b"\n");
    }
    code
}

/// Waits for a line, in a thread of its own, so that Ctrl-C ends the program as it does while a request is sent.
async fn answer(input: Input) -> Result<SecretString, CredentialsError> {
    let line = in_thread(move || match input {
        Input::Terminal(terminal) => read_line(BufReader::new(terminal)),
        Input::Stdin => read_line(io::stdin().lock()),
    });
    match line.await.flatten() {
        Ok(Some(code)) => Ok(code),
        Ok(None) => Err(CredentialsError::NoMfaCode),
        Err(reason) => Err(CredentialsError::MfaCodeUnreadable(reason.kind())),
    }
}

/// A line without its end; `None` at the end of the input.
fn read_line(mut input: impl BufRead) -> io::Result<Option<SecretString>> {
    let mut line = Zeroizing::new(Vec::with_capacity(64));
    if input.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    let text = std::str::from_utf8(&line).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let mut code = text.strip_suffix('\r').unwrap_or(text).to_owned();
    let secret = SecretString::from(code.as_str());
    code.zeroize();
    Ok(Some(secret))
}

#[cfg(unix)]
mod echo {
    use std::io;
    use std::os::fd::{AsFd, OwnedFd};

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    use super::Input;

    /// A terminal that does not show what is typed, until this is dropped.
    pub(crate) struct Hidden {
        terminal: OwnedFd,
        before: Termios,
    }

    /// Hides what is typed; `None` where that is not possible.
    pub(crate) fn hide(input: &Input) -> Option<Hidden> {
        let terminal = match input {
            Input::Terminal(terminal) => terminal.as_fd().try_clone_to_owned(),
            Input::Stdin => io::stdin().as_fd().try_clone_to_owned(),
        };
        let terminal = terminal.ok()?;
        let before = tcgetattr(&terminal).ok()?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&terminal, OptionalActions::Flush, &silent).ok()?;
        Some(Hidden { terminal, before })
    }

    impl Drop for Hidden {
        fn drop(&mut self) {
            // A terminal that has gone has nothing to restore.
            let _ = tcsetattr(&self.terminal, OptionalActions::Flush, &self.before);
        }
    }
}

#[cfg(not(unix))]
mod echo {
    use super::Input;

    /// Nothing: no such terminal is known here.
    pub(crate) struct Hidden;

    /// Never possible here.
    pub(crate) fn hide(_: &Input) -> Option<Hidden> {
        None
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_code_is_a_line_without_its_end() {
        let read = |input: &[u8]| {
            let line = read_line(input).map_err(|error| error.kind())?;
            Ok(line.map(|code| code.expose_secret().to_owned()))
        };
        assert_eq!(read(b"123456\nmore"), Ok(Some("123456".to_owned())));
        assert_eq!(read(b"123456\r\n"), Ok(Some("123456".to_owned())));
        assert_eq!(read(b"123456"), Ok(Some("123456".to_owned())));
        assert_eq!(read(b"\n"), Ok(Some(String::new())));
        assert_eq!(read(b""), Ok(None));
        assert_eq!(read(b"\xff\n"), Err(io::ErrorKind::InvalidData));
    }
}
