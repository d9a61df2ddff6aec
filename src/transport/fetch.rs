//! Small requests outside the SDK, to those who give credentials over plain HTTP: one at a time, waited for.

use std::time::{Duration, Instant};

use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use http::Method;
use http::header::CONTENT_LENGTH;

use super::clients::transport_error;
use super::connector::{ConnectionSettings, Connector};
use super::proxy::Proxies;
use super::runtime::{Runtime, Stopped};
use super::tls::Tls;
use crate::transport::error::TransportError;

/// The most bytes of a reply; credentials have a few thousand.
const LONGEST_REPLY: usize = 1 << 20;

/// Sends requests over one connection, if the server lets it, and waits for their replies.
pub(crate) struct Fetcher<'r> {
    runtime: &'r Runtime,
    connector: Connector,
}

/// A reply.
pub(crate) struct Fetched {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// Why there is no reply.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("The value of the header {0} cannot be sent.")]
    BadHeader(&'static str),
    /// The request did not get through, or no whole reply came back.
    #[error(transparent)]
    Transport(TransportError),
}

impl<'r> Fetcher<'r> {
    /// Gets ready; nothing is connected.
    /// The time-out is for connecting and for each read.
    pub(crate) fn new(timeout: Duration, proxies: Proxies, runtime: &'r Runtime) -> Fetcher<'r> {
        let (limit, tls) = (Some(timeout), Tls::new(true, None));
        let settings = ConnectionSettings { connect_timeout: limit, read_timeout: limit, tls, proxies };
        Fetcher { runtime, connector: Connector::new(settings, LONGEST_REPLY) }
    }

    /// Sends a request without a body to a URL that is percent-encoded, and returns its reply, whatever that is.
    /// Nobody follows a redirect.
    ///
    /// # Errors
    /// The wait was given up, or there is no whole reply.
    pub(crate) fn fetch(
        &self,
        method: Method,
        url: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Result<Fetched, FetchError>, Stopped> {
        self.runtime.wait(async {
            let request = request(method, url, headers)?;
            let began = Instant::now();
            let elapsed = || format!("{}ms", began.elapsed().as_millis());
            let reply = self.connector.call(request).await.map_err(|error| {
                let error = transport_error(error.into());
                log::debug!(error = error.class().0, elapsed:% = elapsed(); "attempt failed");
                FetchError::Transport(error)
            })?;
            let status = reply.status().as_u16();
            log::debug!(status, elapsed:% = elapsed(); "reply");
            Ok(Fetched { status, body: reply.body().bytes().unwrap_or_default().to_vec() })
        })
    }
}

fn request(method: Method, url: &str, headers: &[(&'static str, &str)]) -> Result<HttpRequest, FetchError> {
    let invalid = || FetchError::Transport(TransportError::InvalidEndpoint { url: url.to_owned() });
    let mut request = HttpRequest::empty();
    if method == Method::PUT {
        request.headers_mut().insert(CONTENT_LENGTH, "0");
    }
    request.set_method(method.as_str()).map_err(|_| invalid())?;
    request.set_uri(url).map_err(|_| invalid())?;
    for (name, value) in headers {
        let inserted = request.headers_mut().try_insert(*name, (*value).to_owned());
        inserted.map_err(|_| FetchError::BadHeader(name))?;
    }
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::tests::server::{Server, Step, header, reply};

    fn fetcher(runtime: &Runtime) -> Fetcher<'_> {
        Fetcher::new(Duration::from_millis(200), Proxies::default(), runtime)
    }

    /// The status and the body of a reply, or the error.
    fn fetched(step: Step) -> String {
        let server = Server::start(&[step]);
        match fetcher(&Runtime::default()).fetch(Method::GET, &server.url(), &[]).expect("no interrupt") {
            Ok(reply) => format!("{} {}", reply.status, String::from_utf8_lossy(&reply.body)),
            Err(FetchError::Transport(error)) => error.to_string().replace(&server.url(), "URL"),
            Err(error) => format!("{error:?}"),
        }
    }

    #[test]
    fn requests_share_a_connection_and_carry_their_headers() {
        let typed = reply(200, "", "one");
        let server = Server::start(&[Step::Send(typed), Step::Send(reply(404, "", ""))]);
        let runtime = Runtime::default();
        let fetcher = fetcher(&runtime);
        let url = format!("{}/a%20b?c=d", server.url());
        let first =
            fetcher.fetch(Method::PUT, &url, &[("x-one", "1")]).expect("no interrupt").expect("a reply");
        assert_eq!((first.status, &first.body[..]), (200, &b"one"[..]));
        let second = fetcher.fetch(Method::GET, &url, &[]).expect("no interrupt").expect("a reply");
        assert_eq!(second.status, 404);
        let received = server.received();
        assert_eq!(received.iter().map(|request| request.connection).collect::<Vec<_>>(), [0, 0]);
        assert!(received[0].head.starts_with("PUT /a%20b?c=d HTTP/1.1\r\n"), "{}", received[0].head);
        assert_eq!(header(&received[0].head, "x-one"), Some("1"));
        assert_eq!(header(&received[0].head, "content-length"), Some("0"));
    }

    #[test]
    fn redirects_are_replies() {
        assert_eq!(fetched(Step::Send(reply(302, "Location: http://127.0.0.1:1/\r\n", "x"))), "302 x");
    }

    #[test]
    fn broken_replies_are_errors() {
        let closed = "Connection was closed before we received a valid response from endpoint URL: \"URL/\".";
        assert_eq!(fetched(Step::SendAndClose(String::new())), closed);
        assert_eq!(fetched(Step::SendAndClose("garbage\r\n\r\n".to_owned())), closed);
        assert_eq!(fetched(Step::SendAndClose(reply(200, "", "whole").replace("whole", "part"))), closed);
        let many = "x: y\r\n".repeat(1000);
        assert_eq!(fetched(Step::SendAndClose(reply(200, &many, "x"))), closed);
        let header = format!("x: {}\r\n", "y".repeat(1 << 20));
        assert_eq!(fetched(Step::SendAndClose(reply(200, &header, "x"))), closed);
        let long = "The reply from the endpoint URL \"URL/\" is longer than 1 MiB.";
        let huge = reply(200, "", &"x".repeat(LONGEST_REPLY + 1));
        assert_eq!(fetched(Step::SendAndHang(huge)), long);
        let endless = format!("HTTP/1.1 200 x\r\n\r\n{}", "x".repeat(LONGEST_REPLY + 1));
        assert_eq!(fetched(Step::SendAndHang(endless)), long);
        assert_eq!(fetched(Step::SendAndHang(String::new())), "Read timeout on endpoint URL: \"URL/\"");
    }

    #[test]
    fn what_cannot_be_sent_is_an_error() {
        let runtime = Runtime::default();
        let error = |url, value: &str| {
            let reply = fetcher(&runtime).fetch(Method::GET, url, &[("x-token", value)]);
            reply.expect("no interrupt").err()
        };
        assert_eq!(error("http://127.0.0.1:1/", "a\nb"), Some(FetchError::BadHeader("x-token")));
        assert!(matches!(
            error("not a url", ""),
            Some(FetchError::Transport(TransportError::InvalidEndpoint { .. }))
        ));
        let scheme = TransportError::UnsupportedScheme { scheme: "ftp".to_owned() };
        assert_eq!(error("ftp://127.0.0.1/", ""), Some(FetchError::Transport(scheme)));
    }
}
