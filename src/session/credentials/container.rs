//! Credentials of a container: the endpoint that `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `…_FULL_URI` names.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use aws_credential_types::Credentials;
use http::Method;
use secrecy::{ExposeSecret, SecretString};

use super::document::{CredentialsDocument, problem};
use crate::environment::Environment;
use crate::secret::{text_without, urls, with_token};
use crate::session::endpoint;
use crate::session::error::SessionError;
use crate::transport::fetch::{FetchError, Fetched, Fetcher};
use crate::transport::proxy::Proxies;
use crate::transport::runtime::Runtime;
use crate::value::python::HIDDEN;

/// The reference's name for the provider.
const PROVIDER: &str = "container-role";

const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/// Where a relative URI leads to.
const HOST: &str = "169.254.170.2";

/// The hosts beside loopback addresses that are asked without TLS, as the reference lists them.
pub(crate) const ALLOWED_HOSTS: [&str; 4] = [HOST, "169.254.170.23", "fd00:ec2::23", "localhost"];

/// For connecting, and for each read.
const TIMEOUT: Duration = Duration::from_secs(2);

/// How often the endpoint is asked.
const ATTEMPTS: u32 = 3;

/// The pause after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// The most bytes of a token's file that are read; no header could be longer.
const LARGEST_TOKEN: u64 = 1 << 20;

/// Asks the endpoint that the environment names for credentials, three times if need be; `None` if it names none. No
/// proxy has a part in it.
///
/// # Errors
/// A host that is not to be asked, a token that cannot be sent, no reply, or one without credentials; an
/// interrupt.
pub(crate) fn load(
    environment: &Environment,
    runtime: &Runtime,
) -> Result<Option<Credentials>, SessionError> {
    let Some(url) = configured_url(environment) else { return Ok(None) };
    let token = token(environment, runtime)?;
    check_host(&url)?;
    let url = url.replace(['\t', '\r', '\n'], "");
    let url = endpoint::normalized(&url)
        .map_err(|_| SessionError::HttpClient(format!("Failed to parse: {}", urls::shown(&url))))?;
    let fetcher = Fetcher::new(TIMEOUT, Proxies::default(), runtime);
    let token = token.as_ref().map(ExposeSecret::expose_secret);
    let mut headers = vec![("accept", "application/json")];
    headers.extend(token.map(|token| ("authorization", token)));
    let mut attempt = 1;
    loop {
        let result = read(fetcher.fetch(Method::GET, &url, &headers)?, token);
        if attempt == ATTEMPTS || !matches!(result, Err(SessionError::Retrieval { .. })) {
            return result.map(Some);
        }
        log::debug!(provider = PROVIDER, attempt; "no credentials");
        runtime.pause(PAUSE)?;
        attempt += 1;
    }
}

/// The endpoint that the environment names. A relative URI beats a full one.
fn configured_url(environment: &Environment) -> Option<String> {
    let relative = environment.get(RELATIVE).map(|uri| format!("http://{HOST}{uri}"));
    relative.or_else(|| environment.get(FULL))
}

/// What opens the endpoint. A file with a token beats a token.
fn token(environment: &Environment, runtime: &Runtime) -> Result<Option<SecretString>, SessionError> {
    let token = match environment.get_os("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
        None => environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN").map(SecretString::from),
        Some(path) => {
            let unreadable = |reason| {
                let path = path.to_string_lossy().into_owned();
                SessionError::TokenFile { path, reason }
            };
            let bytes = runtime.read_file(Path::new(path), LARGEST_TOKEN)?.map_err(unreadable)?;
            Some(std::str::from_utf8(&bytes).map_err(|_| SessionError::BadToken)?.into())
        }
    };
    match token {
        Some(token) if token.expose_secret().contains(['\r', '\n']) => Err(SessionError::BadToken),
        token => Ok(token),
    }
}

/// Whether the host may be asked: any with TLS, else only those that nobody can pretend to be.
pub(crate) fn check_host(url: &str) -> Result<(), SessionError> {
    let url = url.trim_start_matches(|c: char| c <= ' ');
    let is_https = url.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("https:"));
    let authority = endpoint::parts(url).map(|(_, authority, _)| authority).unwrap_or_default();
    let (host, _) = endpoint::split_port(authority);
    let host = host.trim_start_matches('[').trim_end_matches(']').to_lowercase();
    let allowed = |host: &str| {
        let address = host.split('%').next().unwrap_or_default();
        ALLOWED_HOSTS.contains(&host) || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    };
    if is_https || allowed(&host) {
        return Ok(());
    }
    Err(SessionError::ContainerHost(if host.is_empty() { "None".to_owned() } else { host }))
}

/// The credentials in a reply to a request with this token.
pub(super) fn read(
    reply: Result<Fetched, FetchError>,
    token: Option<&str>,
) -> Result<Credentials, SessionError> {
    let refused = |problem| {
        let problem = format!("Error retrieving metadata: {problem}");
        SessionError::Retrieval { provider: PROVIDER, problem }
    };
    let Fetched { status, body } = reply.map_err(|error| match error {
        FetchError::Transport(error) if error.is_temporary() => {
            let problem = "Received error when attempting to retrieve container metadata";
            refused(format!("{problem}: {error}"))
        }
        error => SessionError::from(error),
    })?;
    if status != 200 {
        let text = String::from_utf8_lossy(&body);
        let token = token.map(with_token).unwrap_or_default();
        let body = if holds_credentials(&text) { HIDDEN.to_owned() } else { text_without(&text, &token) };
        let problem = format!("Received non 200 response {status} from container metadata: {body}");
        return Err(refused(problem));
    }
    let document: CredentialsDocument =
        serde_json::from_slice(&body).map_err(|error| match error.is_data() {
            true => SessionError::ContainerUnusable(problem(&error)),
            false => refused("Unable to parse JSON returned from container metadata services".to_owned()),
        })?;
    match document.missing() {
        Some(member) => {
            let hint = "This member is missing in what the container's endpoint gave.";
            Err(SessionError::Without { member, hint })
        }
        None => document.credentials("Container"),
    }
}

/// Whether a text has credentials in it, whole or not: what names a secret, or a token before its value.
fn holds_credentials(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let is_name = |rest: &str| rest.trim_start_matches(['\\', '"', '\'', ' ']).starts_with([':', '=', '>']);
    text.contains("secret") || text.split("token").skip(1).any(is_name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn allowed(url: &str) -> bool {
        check_host(url).is_ok()
    }

    fn found(document: &str) -> String {
        let reply = Fetched { status: 200, body: document.into() };
        match read(Ok(reply), None) {
            Ok(credentials) => {
                let token = credentials.session_token().unwrap_or("-");
                format!("{} {} {token}", credentials.access_key_id(), credentials.secret_access_key())
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_relative_uri_beats_a_full_one_and_a_file_a_token() {
        let url = |variables: &[(&str, &str)]| configured_url(&variables.iter().copied().collect());
        let (relative, full) = ((RELATIVE, "/v2/x"), (FULL, "http://localhost/y"));
        assert_eq!(url(&[relative, full]).as_deref(), Some("http://169.254.170.2/v2/x"));
        assert_eq!(url(&[full]).as_deref(), Some("http://localhost/y"));
        assert_eq!(url(&[(RELATIVE, "")]).as_deref(), Some("http://169.254.170.2"), "empty is not absent");
        assert_eq!(url(&[]), None);
        let token = |variables: &[(&str, &str)]| match token(
            &variables.iter().copied().collect(),
            &Runtime::default(),
        ) {
            Ok(token) => token.map(|token| token.expose_secret().to_owned()).unwrap_or_default(),
            Err(error) => error.to_string(),
        };
        let (text, file) = ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
        assert_eq!(token(&[(text, "tok")]), "tok");
        let folder = tempfile::tempdir().expect("a folder");
        let absent = folder.path().join("t").display().to_string();
        assert_eq!(
            token(&[(text, "tok"), (file, &absent)]),
            format!("[Errno 2] No such file or directory: '{absent}'")
        );
        assert_eq!(token(&[(text, "tok\n")]), "Auth token value is not a legal header value");
    }

    #[test]
    fn without_tls_only_hosts_of_the_machine_are_asked() {
        for url in [
            "http://127.0.0.1:8/x",
            "http://127.9.9.9",
            "http://[::1]:8/x",
            "http://[::1%lo]/",
            "http://LOCALHOST?x",
            "http://169.254.170.2/",
            "http://169.254.170.23/",
            "http://[fd00:ec2::23]/",
            "http://user:pass@localhost/",
            " http://localhost/",
            "HTTPS://example.com/",
            "https://",
            "ftp://localhost/",
            "//localhost/",
        ] {
            assert!(allowed(url), "{url}");
        }
        for (url, host) in [
            ("http://example.com/ecs", "example.com"),
            ("http://Example.COM", "example.com"),
            ("http://localhost.evil.com/", "localhost.evil.com"),
            ("http://localhost@evil.com/", "evil.com"),
            ("http://127.1/", "127.1"),
            ("http://169.254.170.2.evil.com/", "169.254.170.2.evil.com"),
            ("http://169.254.169.254/", "169.254.169.254"),
            ("http://[fd00:ec2::24]/", "fd00:ec2::24"),
            ("localhost/ecs", "None"),
            ("http:localhost", "None"),
            ("", "None"),
        ] {
            let message = check_host(url).expect_err(url).to_string();
            assert_eq!(
                message,
                format!(
                    "Unsupported host '{host}'.  Can only retrieve metadata from a loopback address or one of these \
                     hosts: 169.254.170.2, 169.254.170.23, fd00:ec2::23, localhost"
                )
            );
        }
    }

    #[test]
    fn the_reply_has_four_members() {
        let all =
            r#"{"AccessKeyId":"A","SecretAccessKey":"S","Token":"T","Expiration":"2099-01-01T00:00:00Z"}"#;
        assert_eq!(found(all), "A S T");
        assert_eq!(found(&all.replace("\"T\"", "\"\"")), "A S -");
        assert_eq!(found("{}"), "'AccessKeyId'");
        for member in ["SecretAccessKey", "Token", "Expiration"] {
            assert_eq!(found(&all.replace(member, "x")), format!("'{member}'"));
        }
        assert_eq!(
            found(&all.replace("\"S\"", "5")),
            "The reply of the container's endpoint cannot be used: a value has the wrong type (line 1, column 38)."
        );
        assert_eq!(found(&all.replace("2099", "x")), "Unknown string format: x-01-01T00:00:00Z");
    }

    proptest! {
        #[test]
        fn no_url_panics(url in "(https?:)?/{0,2}[\\[\\]@:%a-z0-9.?#/ é]{0,20}") {
            let _ = (allowed(&url), endpoint::normalized(&url));
        }

        #[test]
        fn no_reply_panics(status in 100u16..600, body in proptest::collection::vec(any::<u8>(), 0..100)) {
            let reply = Fetched { status, body };
            let _ = read(Ok(reply), None);
        }
    }
}
