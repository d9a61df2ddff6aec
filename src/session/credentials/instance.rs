//! The metadata service of an EC2 instance: credentials of its role, and its region.

use std::time::Duration;

use aws_credential_types::Credentials;
use http::Method;
use jiff::civil::DateTime;
use serde::de::IgnoredAny;

use super::document::CredentialsDocument;
use super::expiration::{self, ADVISORY, Remaining};
use crate::session::endpoint;
use crate::session::error::SessionError;
use crate::session::settings::Settings;
use crate::transport::error::TransportError;
use crate::transport::fetch::{FetchError, Fetched, Fetcher};
use crate::transport::proxy::Proxies;
use crate::transport::runtime::Runtime;
use crate::transport::user_agent;

const TOKEN: &str = "latest/api/token";
const ROLE: &str = "latest/meta-data/iam/security-credentials/";
const ZONE: &str = "latest/meta-data/placement/availability-zone/";

/// How long a token is to be valid, in seconds.
const TOKEN_LIFE: &str = "21600";

/// How the metadata service is asked.
pub(crate) struct Metadata {
    /// The URL before the path; a slash at its end may be missing.
    base_url: String,
    /// Nobody is asked.
    disabled: bool,
    /// Version 1 of the service, which needs no token, is not to be used.
    v1_disabled: bool,
    /// For connecting and for each read, in seconds. The reference takes any number, and fails with one below 1
    /// when it asks.
    timeout: i64,
    /// How often each request is sent.
    attempts: i64,
    proxies: Proxies,
}

impl Metadata {
    /// Reads the settings.
    ///
    /// # Errors
    /// The first that is not what it should be, used or not.
    pub(crate) fn new(settings: &Settings) -> Result<Metadata, SessionError> {
        let timeout = settings.number("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout")?;
        let attempts =
            settings.number("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts")?;
        let variable = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
        let configured = settings.sole_text(variable, "ec2_metadata_service_endpoint")?;
        let variable = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
        let ipv6 = match settings.sole_text(variable, "ec2_metadata_service_endpoint_mode")? {
            None => settings.boolean("AWS_IMDS_USE_IPV6", "imds_use_ipv6"),
            Some(mode) => match mode.to_lowercase().as_str() {
                "ipv4" => false,
                "ipv6" => true,
                _ => return Err(SessionError::MetadataEndpointMode { mode }),
            },
        };
        let base_url = match configured.filter(|url| !url.is_empty()) {
            Some(url) => url,
            None if ipv6 => "http://[fd00:ec2::254]/".to_owned(),
            None => "http://169.254.169.254/".to_owned(),
        };
        // A bad port is only found when the service is asked.
        if let Err(SessionError::InvalidEndpoint { url }) = endpoint::normalized(&base_url) {
            return Err(SessionError::MetadataEndpoint(url));
        }
        let disabled = settings.environment.get("AWS_EC2_METADATA_DISABLED");
        Ok(Metadata {
            base_url,
            disabled: disabled.is_some_and(|value| value.eq_ignore_ascii_case("true")),
            v1_disabled: settings.boolean("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled"),
            timeout: timeout.unwrap_or(1),
            attempts: attempts.unwrap_or(1),
            proxies: Proxies::from_environment(settings.environment),
        })
    }

    /// The credentials of the instance's role; `None` if there is no service, no role, or no credentials for it.
    ///
    /// # Errors
    /// Version 1 would be needed and is disabled; the reply cannot be read; TLS or a proxy fails; an interrupt.
    pub(crate) fn credentials(&self, runtime: &Runtime) -> Result<Option<Credentials>, SessionError> {
        if self.disabled {
            return Ok(None);
        }
        let fetcher = self.fetcher(runtime);
        let token = match self.token(&fetcher) {
            Err(SessionError::MetadataBadRequest) => return Ok(None),
            token => token?,
        };
        let Some(role) = self.get(&fetcher, ROLE, token.as_deref(), |_| true)? else { return Ok(None) };
        let path = format!("{ROLE}{}", text(role)?);
        let is_json = |body: &[u8]| serde_json::from_slice::<IgnoredAny>(body).is_ok();
        let document = self.get(&fetcher, &path, token.as_deref(), is_json).map_err(|error| match error {
            // Without the role, there was nothing wrong with the URL.
            SessionError::NotSent(FetchError::Transport(TransportError::InvalidEndpoint { .. })) => {
                SessionError::MetadataUnreadable
            }
            error => error,
        })?;
        Ok(document.map(|document| read(&document)).transpose()?.flatten())
    }

    /// The region that the instance is in; `None` if there is no service. The zone `eu-west-1b` is in
    /// `eu-west-1`.
    ///
    /// # Errors
    /// As for [`Metadata::credentials`].
    pub(crate) fn region(&self, runtime: &Runtime) -> Result<Option<String>, SessionError> {
        if self.disabled {
            return Ok(None);
        }
        let fetcher = self.fetcher(runtime);
        let token = self.token(&fetcher)?;
        let mut region = self.get(&fetcher, ZONE, token.as_deref(), |_| true)?.map(text).transpose()?;
        region.as_mut().map(String::pop);
        log::debug!(setting = "region", value = region, from = "instance metadata"; "setting");
        Ok(region)
    }

    fn fetcher<'r>(&self, runtime: &'r Runtime) -> Fetcher<'r> {
        let timeout = Duration::from_secs(u64::try_from(self.timeout).unwrap_or_default());
        Fetcher::new(timeout, self.proxies.clone(), runtime)
    }

    /// The token that version 2 of the service needs; `None` if the service does not give any, as version 1 does.
    fn token(&self, fetcher: &Fetcher) -> Result<Option<String>, SessionError> {
        for _ in 0..self.attempts {
            let headers = [("x-aws-ec2-metadata-token-ttl-seconds", TOKEN_LIFE)];
            match self.fetch(fetcher, Method::PUT, TOKEN, &headers)? {
                Ok(Fetched { status: 200, body }) => return Ok(Some(text(body)?)),
                Ok(Fetched { status: 400, .. }) => return Err(SessionError::MetadataBadRequest),
                Ok(Fetched { status: 403..=405, .. }) | Err(TransportError::ReadTimeout { .. }) => break,
                Ok(_) | Err(_) => {}
            }
        }
        Ok(None)
    }

    /// The body of a reply with status 200 that is good, and not empty. An empty token is sent, but does not count as one.
    fn get(
        &self,
        fetcher: &Fetcher,
        path: &str,
        token: Option<&str>,
        is_good: impl Fn(&[u8]) -> bool,
    ) -> Result<Option<Vec<u8>>, SessionError> {
        if self.v1_disabled && token.is_none_or(str::is_empty) {
            return Err(SessionError::MetadataV1Disabled);
        }
        let header = token.map(|token| ("x-aws-ec2-metadata-token", token));
        for _ in 0..self.attempts {
            if let Ok(Fetched { status: 200, body }) =
                self.fetch(fetcher, Method::GET, path, header.as_slice())?
                && !body.is_empty()
                && is_good(&body)
            {
                return Ok(Some(body));
            }
        }
        Ok(None)
    }

    /// A reply, or an error that may be gone the next time. All other errors end the run.
    fn fetch(
        &self,
        fetcher: &Fetcher,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Result<Fetched, TransportError>, SessionError> {
        if self.timeout < 1 {
            let error = SessionError::Timeout { kind: "connect", seconds: self.timeout };
            return Err(SessionError::HttpClient(error.to_string()));
        }
        let base_url = &self.base_url;
        let slash = if base_url.ends_with('/') { "" } else { "/" };
        // Python's `urlsplit` drops these characters, with which the name of a role may end.
        let url = format!("{base_url}{slash}{path}").replace(['\t', '\r', '\n'], "");
        let url = endpoint::normalized(&url).map_err(|_| SessionError::MetadataEndpoint(url))?;
        let user_agent = user_agent::program();
        let headers = [headers, &[("user-agent", user_agent.as_str())]].concat();
        // The role after the path is what the service said, be it what it should not.
        let asked = [TOKEN, ROLE, ZONE].into_iter().find(|known| path.starts_with(known));
        log::debug!(path = asked; "instance metadata");
        match fetcher.fetch(method, &url, &headers)? {
            Ok(reply) => Ok(Ok(reply)),
            Err(FetchError::Transport(error)) if error.is_temporary() => Ok(Err(error)),
            Err(error) => Err(error.into()),
        }
    }
}

fn text(body: Vec<u8>) -> Result<String, SessionError> {
    String::from_utf8(body).map_err(|_| SessionError::MetadataUnreadable)
}

/// The credentials in a document; `None` if it is not JSON or a member is missing, as where the service says what is wrong.
pub(super) fn read(document: &[u8]) -> Result<Option<Credentials>, SessionError> {
    let document: CredentialsDocument = match serde_json::from_slice(document) {
        Ok(document) => document,
        Err(error) if error.is_data() => return Err(SessionError::MetadataUnreadable),
        Err(_) => return Ok(None),
    };
    if document.missing().is_some() {
        return Ok(None);
    }
    // Old credentials mean that the service has a problem: the reference uses them for another while, if their expiration
    // has the form that the service gives it.
    let form_of_service = |text: &String| DateTime::strptime("%Y-%m-%dT%H:%M:%SZ", text).is_ok();
    let has_form_of_service = document.expiration.as_ref().is_some_and(form_of_service);
    let mut credentials = document.credentials("InstanceMetadata")?;
    if let Some(expiry) = credentials.expiry_mut()
        && has_form_of_service
        && Remaining::until(*expiry) != Remaining::Enough
    {
        *expiry = expiration::after(ADVISORY + Duration::from_secs(120));
    }
    Ok(Some(credentials))
}

#[cfg(test)]
mod tests;
