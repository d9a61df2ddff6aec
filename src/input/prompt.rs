//! Questions whose answers are secret, as Python's `getpass` asks them: on the terminal, without showing what is typed.

#[cfg(unix)]
mod echo;
#[cfg(windows)]
#[path = "prompt/console_echo.rs"]
mod echo;

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, IsTerminal, Write};

use secrecy::SecretString;
use zeroize::{Zeroize, Zeroizing};

use crate::transport::runtime::{Runtime, Stopped, in_thread};

/// The terminal of the process, whatever its streams are: where is typed, and where is shown.
#[cfg(unix)]
const TERMINAL: (&str, &str) = ("/dev/tty", "/dev/tty");
#[cfg(windows)]
const TERMINAL: (&str, &str) = ("CONIN$", "CONOUT$");

/// Where an answer may be typed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Echo {
    /// Only where nothing shows it.
    Hidden,
    /// Anywhere: where nothing can hide it, stderr says so.
    Possible,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PromptError {
    /// There is no terminal that can hide what is typed.
    #[error("no terminal")]
    NoTerminal,
    /// The input ended before an answer.
    #[error("the end of the input")]
    NoAnswer,
    #[error("{0}")]
    Unreadable(io::ErrorKind),
}

/// Asks for a line: on the terminal of the process, or else on stdin and stderr.
///
/// # Errors
/// An interrupt, which leaves the terminal as it was; inside, why there is no answer.
pub(crate) fn ask(
    question: &str,
    echo: Echo,
    runtime: &Runtime,
) -> Result<Result<SecretString, PromptError>, Stopped> {
    if runtime.asks_nobody() {
        return Ok(Err(PromptError::NoTerminal));
    }
    runtime.wait(answer(question, echo))
}

async fn answer(question: &str, echo: Echo) -> Result<SecretString, PromptError> {
    let mut terminal = terminal();
    let hidden = terminal.as_ref().map_or_else(|| echo::hide(&io::stdin()), |(typed, _)| echo::hide(typed));
    let mut warning = "";
    if hidden.is_none() {
        if echo == Echo::Hidden {
            return Err(PromptError::NoTerminal);
        }
        terminal = None;
        warning = "Warning: Password input may be echoed.\n";
    }
    let (typed, mut screen): (_, Box<dyn Write>) = match terminal {
        // Bytes from a console of Windows are in its code page; the standard library's stdin gets characters.
        Some((_, shown)) if cfg!(windows) && io::stdin().is_terminal() => (None, Box::new(shown)),
        Some((typed, shown)) => (Some(typed), Box::new(shown)),
        None => (None, Box::new(io::stderr())),
    };
    // Who sees no question can still answer it.
    let question = format!("{warning}{question}");
    let mut show = || screen.write_all(question.as_bytes()).and_then(|()| screen.flush());
    let _ = show();
    // In a thread of its own, so that Ctrl-C ends the program as it does while a request is sent.
    let line = in_thread(move || match typed {
        Some(typed) => read_line(BufReader::new(typed)),
        None => read_line(io::stdin().lock()),
    });
    let line = match hidden {
        Some(hidden) => hidden.during(line, || _ = show()).await,
        None => line.await,
    };
    let line = line.flatten();
    let line = line.map_err(|reason| PromptError::Unreadable(reason.kind()))?;
    let line = line.ok_or(PromptError::NoAnswer)?;
    let _ = screen.write_all(b"\n");
    Ok(line)
}

/// The terminal, opened to read and to write.
fn terminal() -> Option<(File, File)> {
    let open = |name| OpenOptions::new().read(true).write(true).open(name).ok();
    let typed = open(TERMINAL.0)?;
    let shown = if TERMINAL.0 == TERMINAL.1 { typed.try_clone().ok() } else { open(TERMINAL.1) };
    Some((typed, shown?))
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
