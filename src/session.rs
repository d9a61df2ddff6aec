//! Where requests go, what they are signed with, and how often and how long they are tried.

pub(crate) mod config_file;
pub(crate) mod credentials;
pub(crate) mod endpoint;
pub(crate) mod error;
pub(crate) mod regions;
pub(crate) mod secrets;
pub(crate) mod settings;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::environment::Environment;
use crate::environment::expand::expanduser;
use crate::hints::Hints;
use crate::model::Service;
use crate::operations::services::KMS;
use crate::output::pager;
use crate::timestamp::Timestamps;
use crate::transport::proxy::Proxies;
use crate::transport::tls::Tls;
use crate::transport::user_agent::user_agent;
use crate::transport::{ClientSettings, ConnectionSettings};
use credentials::CredentialsSource;
use error::SessionError;
use settings::Settings;

/// The default time-out for connecting and for each read, in seconds.
const DEFAULT_TIMEOUT: i64 = 60;

/// What a command resolves before it sends requests.
pub(crate) struct Session<'s> {
    /// The name of the output format, which is checked when there is something to print.
    pub(crate) output: String,
    /// The command of the pager, unless there is none.
    pub(crate) pager: Option<String>,
    pub(crate) timestamps: Timestamps,
    pub(crate) parameter_validation: bool,
    pub(crate) settings: &'s Settings<'s>,
    pub(crate) hints: &'s Hints,
    pub(crate) credentials: CredentialsSource,
    /// Those of a client of KMS, still without credentials.
    pub(crate) client: ClientSettings,
}

impl<'s> Session<'s> {
    /// Resolves everything for a command of this name, in the order of the reference's checks. Nothing is connected, unless
    /// a provider of credentials has to be asked at once, or an instance for its region.
    ///
    /// # Errors
    /// The first setting that is not valid. Missing credentials are not an error yet.
    pub(crate) fn resolve(
        settings: &'s Settings<'s>,
        hints: &'s Hints,
        command: &str,
    ) -> Result<Session<'s>, SessionError> {
        settings.check_profile()?;
        let environment = settings.environment;
        let timestamps = Timestamps::new(settings.timestamp_format()?, environment);
        let region = settings.region()?;
        let credentials = credentials::find(settings)?;
        let configured_url = match &settings.globals.endpoint_url {
            Some(url) => Some(url.clone()),
            None => endpoint::configured(settings, &KMS)?,
        };
        let no_credentials = matches!(credentials, CredentialsSource::None);
        let region = region.ok_or(SessionError::NoRegion { no_credentials })?;
        let (region, use_fips, use_dual_stack) = endpoint::variant(&region, settings)?;
        let (retry_mode, max_attempts) = settings.retries()?;
        let endpoint_url = endpoint::checked(configured_url, &KMS, &region)?;
        let connection = connection(settings)?;
        let client = ClientSettings {
            region,
            endpoint_url,
            use_fips,
            use_dual_stack,
            credentials: None,
            proof_key: None,
            max_attempts,
            connection,
            user_agent: user_agent(
                &format!("kms.{command}"),
                retry_mode,
                environment.get("AWS_EXECUTION_ENV").as_deref(),
                settings.text("AWS_SDK_UA_APP_ID", "sdk_ua_app_id").as_deref(),
            ),
        };
        log(&client, &credentials);
        // The reference takes this very word only.
        if settings.profile_text("cli_history").as_deref() == Some("enabled") {
            let text = "cli_history is enabled, but this program keeps no history: it would hold secrets.";
            hints.add(text.to_owned());
        }
        let parameter_validation = settings.profile_text("parameter_validation");
        let pager = pager::command(settings.text("AWS_PAGER", "cli_pager"), environment);
        Ok(Session {
            pager: pager.filter(|_| !settings.globals.no_cli_pager),
            output: settings.output()?,
            timestamps,
            parameter_validation: parameter_validation.is_none_or(|value| value.eq_ignore_ascii_case("true")),
            settings,
            hints,
            credentials,
            client,
        })
    }

    /// Whether requests go over TLS to a server that nothing verifies.
    pub(crate) fn is_unverified(&self) -> bool {
        let is_tls = self.client.endpoint_url.as_deref().is_none_or(|url| url.starts_with("https:"));
        is_tls && !self.client.connection.tls.verify
    }

    /// The settings of a client of a service that credentials come from, in this region or in that of the command. The
    /// options for endpoint and trust are not for such clients.
    ///
    /// # Errors
    /// The endpoint or the CA bundle that is configured for it is not valid.
    pub(crate) fn client_settings(
        &self,
        service: &Service,
        region: Option<&str>,
    ) -> Result<ClientSettings, SessionError> {
        let mut client = self.client.clone();
        if let Some(region) = region {
            (client.region, client.use_fips, client.use_dual_stack) =
                endpoint::variant(region, self.settings)?;
        }
        let configured_url = endpoint::configured(self.settings, service)?;
        let ca_bundle = path_of(self.settings.ca_bundle_of_nested(), self.settings.environment)?;
        client.connection.tls = Tls::new(true, ca_bundle);
        client.endpoint_url = endpoint::checked(configured_url, service, &client.region)?;
        Ok(client)
    }
}

/// Leaves out the user agent: it repeats settings, in which there may be a secret by mistake.
fn log(client: &ClientSettings, credentials: &CredentialsSource) {
    log::debug!(region = client.region, endpoint_url:? = client.endpoint_url, use_fips = client.use_fips, use_dual_stack = client.use_dual_stack, max_attempts = client.max_attempts, connection:? = client.connection, credentials:?; "session");
}

/// How connections to the service are made.
fn connection(settings: &Settings) -> Result<ConnectionSettings, SessionError> {
    let globals = &settings.globals;
    let ca_bundle = if globals.no_verify_ssl { None } else { settings.ca_bundle() };
    let tls = Tls::new(!globals.no_verify_ssl, path_of(ca_bundle, settings.environment)?);
    let proxies = Proxies::from_environment(settings.environment);
    let connect_timeout = timeout(globals.connect_timeout, "connect")?;
    let read_timeout = timeout(globals.read_timeout, "read")?;
    Ok(ConnectionSettings { connect_timeout, read_timeout, tls, proxies })
}

fn path_of(ca_bundle: Option<OsString>, environment: &Environment) -> Result<Option<PathBuf>, SessionError> {
    match ca_bundle {
        Some(path) if path.to_str().is_some_and(|path| path.trim().is_empty()) => {
            Err(SessionError::BlankCaBundle)
        }
        Some(path) => Ok(Some(PathBuf::from(expanduser(path, environment)))),
        None => Ok(None),
    }
}

/// A time-out in seconds: 60 unless configured, 0 is no limit.
fn timeout(seconds: Option<i64>, kind: &'static str) -> Result<Option<Duration>, SessionError> {
    let seconds = seconds.unwrap_or(DEFAULT_TIMEOUT);
    match u64::try_from(seconds) {
        Ok(0) => Ok(None),
        Ok(seconds) => Ok(Some(Duration::from_secs(seconds))),
        Err(_) => Err(SessionError::Timeout { kind, seconds }),
    }
}

#[cfg(test)]
mod tests;
