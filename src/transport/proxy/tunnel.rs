//! The tunnel through a proxy that `CONNECT` opens.

use std::io;

use http::HeaderValue;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use zeroize::Zeroizing;

use crate::transport::proxy::error::ProxyFailure;
use crate::transport::stream::Stream;

/// The longest answer that is read.
const MAX_ANSWER: usize = 65_536;

/// Asks the proxy at the other end of a stream to connect it to `authority`, which is `host:port`. What follows
/// belongs to that server.
///
/// Only the status 200 opens a tunnel, as in Python's `http.client`. What an answer has after its blank line is
/// dropped: a server of TLS does not speak first.
///
/// # Errors
/// Another status, no answer, or one that is not HTTP.
pub(crate) async fn open(
    stream: &mut Stream,
    authority: &str,
    authorization: Option<&HeaderValue>,
) -> Result<(), ProxyFailure> {
    stream.write_all(&request(authority, authorization)).await.map_err(failure)?;
    stream.flush().await.map_err(failure)?;
    let mut answer = Vec::with_capacity(512);
    while !is_whole(&answer) {
        let is_end = stream.read_buf(&mut answer).await.map_err(failure)? == 0;
        if answer.len() > MAX_ANSWER {
            return Err(ProxyFailure::TunnelClosed);
        }
        if is_end || answer.contains(&b'\n') {
            let status = status(&answer).ok_or(ProxyFailure::TunnelClosed)?;
            if status != 200 {
                return Err(ProxyFailure::Refused { status });
            }
        }
        if is_end {
            break;
        }
    }
    Ok(())
}

fn request(authority: &str, authorization: Option<&HeaderValue>) -> Zeroizing<Vec<u8>> {
    let name = if authorization.is_some() { "\r\nProxy-Authorization: " } else { "" };
    let value = authorization.map(HeaderValue::as_bytes).unwrap_or_default();
    let authority = authority.as_bytes();
    let parts =
        [b"CONNECT ", authority, b" HTTP/1.1\r\nHost: ", authority, name.as_bytes(), value, b"\r\n\r\n"];
    Zeroizing::new(parts.concat())
}

fn failure(error: io::Error) -> ProxyFailure {
    match error.kind() {
        io::ErrorKind::TimedOut => ProxyFailure::TunnelSilent,
        _ => ProxyFailure::TunnelClosed,
    }
}

/// Whether a blank line has come.
fn is_whole(answer: &[u8]) -> bool {
    let mut lines = answer.split_inclusive(|byte| *byte == b'\n');
    lines.any(|line| matches!(line, b"\r\n" | b"\n"))
}

/// The status of an answer that begins as one of HTTP.
fn status(answer: &[u8]) -> Option<u16> {
    let line = answer.split(|byte| *byte == b'\n').next()?;
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    words.next().filter(|version| version.starts_with(b"HTTP/"))?;
    let status = std::str::from_utf8(words.next()?).ok()?.parse().ok()?;
    (100..=999).contains(&status).then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_line_is_read_as_python_reads_it() {
        for (answer, found) in [
            ("HTTP/1.1 200 Connection established\r\n", Some(200)),
            ("HTTP/1.0 407", Some(407)),
            ("HTTP/2 999\n", Some(999)),
            ("HTTP/1.1 1000 x\r\n", None),
            ("HTTP/1.1 99 x\r\n", None),
            ("HTTP/1.1 abc\r\n", None),
            ("HTTP/1.1\r\n200", None),
            ("ICY 200 OK\r\n", None),
            ("SSH-2.0-x\r\n", None),
            ("\r\n", None),
            ("", None),
        ] {
            assert_eq!(status(answer.as_bytes()), found, "{answer:?}");
        }
    }

    #[test]
    fn an_answer_is_whole_at_its_blank_line() {
        for (answer, whole) in [
            ("HTTP/1.1 200 OK\r\nA: b\r\n\r\n", true),
            ("HTTP/1.1 200 OK\n\n", true),
            ("HTTP/1.1 200 OK\r\n\r", false),
            ("HTTP/1.1 200 OK\r\n", false),
            ("", false),
        ] {
            assert_eq!(is_whole(answer.as_bytes()), whole, "{answer:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_answer_is_read(answer in proptest::collection::vec(proptest::num::u8::ANY, 0..64)) {
            let _ = (status(&answer), is_whole(&answer));
        }
    }
}
