//! Where a request goes, as whom, and with how much patience: the settings that sending needs.

pub(crate) mod config_file;
pub(crate) mod credentials;
pub(crate) mod endpoint;
pub(crate) mod error;
pub(crate) mod secrets;
pub(crate) mod settings;

use std::path::PathBuf;
use std::time::Duration;

use aws_credential_types::Credentials;
use tokio::runtime::Runtime;

use crate::cli::globals::Globals;
use crate::environment::Environment;
use crate::error::Error;
use crate::hints::Hints;
use crate::model::Operation;
use crate::output::pager;
use crate::session::error::SessionError;
use crate::transport::proxy::Proxies;
use crate::transport::tls::Tls;
use crate::transport::user_agent::user_agent;
use crate::transport::{ClientSettings, ConnectionSettings, RetryMode};
use crate::value::timestamp::Timestamps;
use config_file::ConfigFiles;
use credentials::{Fetcher, Found};
use endpoint::Service;
use settings::Settings;

/// The time-out for connecting and for each read, unless one is given.
const DEFAULT_TIMEOUT: i64 = 60;

/// What was resolved.
pub(crate) struct Session<'s> {
    /// The name of the output format, looked up only when there is something to show.
    pub(crate) output: String,
    /// The command of the pager, unless there is to be none.
    pub(crate) pager: Option<String>,
    /// How timestamps are shown.
    pub(crate) timestamps: Timestamps,
    /// Whether parameters are validated.
    pub(crate) parameter_validation: bool,
    settings: Settings<'s>,
    hints: &'s Hints,
    region: String,
    fips: bool,
    /// Without what a pseudo region adds.
    configured_fips: bool,
    dual_stack: bool,
    endpoint_url: Option<String>,
    credentials: Found,
    retry_mode: RetryMode,
    max_attempts: u32,
    connection: ConnectionSettings,
    execution_environment: Option<String>,
    app_id: Option<String>,
}

impl<'s> Session<'s> {
    /// Resolves everything, in the order of the reference's checks. Nothing is connected, unless a provider of credentials
    /// has to be asked at once, or an instance for its region.
    ///
    /// # Errors
    /// The first setting that does not allow to send. That there are no credentials is no error yet.
    pub(crate) fn resolve(
        files: &'s ConfigFiles,
        environment: &'s Environment,
        globals: &'s Globals,
        hints: &'s Hints,
    ) -> Result<Session<'s>, SessionError> {
        let settings = Settings::new(globals, files, environment)?;
        tracing::debug!(
            setting = "profile",
            value = settings.profile_name,
            from = settings.profile_from,
            "setting"
        );
        let timestamp_format = settings::timestamp_format(globals, files, environment)?;
        let region = settings.region()?;
        let credentials = credentials::find(&settings)?;
        let endpoint_url = match &globals.endpoint_url {
            Some(url) => Some(url.clone()),
            None => endpoint::configured(&settings, &endpoint::KMS)?,
        };
        let no_credentials = matches!(credentials, Found::Nothing);
        let region = region.ok_or(SessionError::NoRegion { no_credentials })?;
        let (region, pseudo_fips) = real_region(region);
        let configured_fips = settings.boolean(Some("AWS_USE_FIPS_ENDPOINT"), "use_fips_endpoint");
        let fips = pseudo_fips || configured_fips;
        let dual_stack = settings.boolean(Some("AWS_USE_DUALSTACK_ENDPOINT"), "use_dualstack_endpoint");
        if dual_stack && endpoint::lacks_dual_stack(&region) {
            return Err(SessionError::NoDualStack { fips });
        }
        let max_attempts = settings.max_attempts()?;
        settings.check_others()?;
        let max_attempts = settings::attempts(max_attempts)?;
        let retry_mode = settings.retry_mode()?;
        let endpoint_url = endpoint::checked(endpoint_url, &endpoint::KMS, &region)?;
        let ca_bundle = if globals.no_verify_ssl { None } else { settings.ca_bundle() };
        let tls = Tls::new(!globals.no_verify_ssl, existing(ca_bundle, environment)?);
        let proxies = Proxies::from_environment(environment);
        let connect_timeout = timeout(globals.connect_timeout, "connect")?;
        let read_timeout = timeout(globals.read_timeout, "read")?;
        // The reference takes this very word only.
        if settings.profile_text("cli_history").as_deref() == Some("enabled") {
            hints.add(
                "cli_history is enabled, but this program keeps no history: it would hold secrets."
                    .to_owned(),
            );
        }
        let parameter_validation = settings.profile_text("parameter_validation");
        let pager = pager::command(settings.text(Some("AWS_PAGER"), "cli_pager"), environment);
        let session = Session {
            pager: pager.filter(|_| !globals.no_cli_pager),
            output: settings.output(),
            timestamps: Timestamps::new(timestamp_format, environment),
            parameter_validation: parameter_validation.is_none_or(|value| value.eq_ignore_ascii_case("true")),
            region,
            fips,
            configured_fips,
            dual_stack,
            endpoint_url,
            credentials,
            retry_mode,
            max_attempts,
            connection: ConnectionSettings { connect_timeout, read_timeout, tls, proxies },
            execution_environment: environment.get("AWS_EXECUTION_ENV"),
            app_id: settings.text(Some("AWS_SDK_UA_APP_ID"), "sdk_ua_app_id"),
            settings,
            hints,
        };
        session.log();
        Ok(session)
    }

    /// Says in the log of `--debug` what sending will go by.
    fn log(&self) {
        tracing::debug!(
            region = self.region,
            fips = self.fips,
            dual_stack = self.dual_stack,
            endpoint_url = self.endpoint_url.as_deref().unwrap_or("that of the region"),
            credentials = ?self.credentials,
            retry_mode = ?self.retry_mode,
            max_attempts = self.max_attempts,
            connection = ?self.connection,
            "session"
        );
    }

    /// Keeps a hint for the end of the run.
    fn hint(&self, text: String) {
        self.hints.add(text);
    }

    /// Whether requests go over TLS to a server that nothing verifies.
    pub(crate) fn is_unverified(&self) -> bool {
        let is_tls = self.endpoint_url.as_deref().is_none_or(|url| url.starts_with("https:"));
        is_tls && !self.connection.tls.is_verifying()
    }

    /// The credentials that requests are signed with, and `None` if they are not: fetched now, if they have to be.
    ///
    /// # Errors
    /// There are none, or whoever has them does not give them.
    pub(crate) fn credentials(
        &self,
        operation: &'static Operation,
        runtime: &Runtime,
    ) -> Result<Option<Credentials>, Error> {
        Fetcher { session: self, runtime, operation }.fetch(&self.credentials)
    }

    /// The settings of a client for an operation, which signs with these credentials.
    pub(crate) fn client_settings(
        &self,
        operation: &Operation,
        credentials: Option<Credentials>,
    ) -> ClientSettings {
        ClientSettings {
            region: self.region.clone(),
            endpoint_url: self.endpoint_url.clone(),
            use_fips: self.fips,
            use_dual_stack: self.dual_stack,
            credentials,
            retry_mode: self.retry_mode,
            max_attempts: self.max_attempts,
            connection: self.connection.clone(),
            user_agent: self.user_agent(operation),
        }
    }

    /// The settings of a client of another service, which credentials for an operation come from: in this region,
    /// or in that of the command. The options for endpoint and trust are not for such clients.
    ///
    /// # Errors
    /// The endpoint or the CA bundle that is configured for it cannot be used.
    fn settings_for(
        &self,
        service: &Service,
        region: Option<&str>,
        credentials: Option<Credentials>,
        operation: &Operation,
    ) -> Result<ClientSettings, SessionError> {
        let (region, fips) = match region {
            Some(region) => {
                let (region, pseudo_fips) = real_region(region.to_owned());
                (region, pseudo_fips || self.configured_fips)
            }
            None => (self.region.clone(), self.fips),
        };
        if self.dual_stack && endpoint::lacks_dual_stack(&region) {
            return Err(SessionError::NoDualStack { fips });
        }
        let endpoint_url = endpoint::configured(&self.settings, service)?;
        let ca_bundle = existing(self.settings.ca_bundle_of_nested(), self.settings.environment)?;
        let connection = ConnectionSettings { tls: Tls::new(true, ca_bundle), ..self.connection.clone() };
        Ok(ClientSettings {
            endpoint_url: endpoint::checked(endpoint_url, service, &region)?,
            region,
            use_fips: fips,
            use_dual_stack: self.dual_stack,
            credentials,
            retry_mode: self.retry_mode,
            max_attempts: self.max_attempts,
            connection,
            user_agent: self.user_agent(operation),
        })
    }

    fn user_agent(&self, operation: &Operation) -> String {
        let command = format!("kms.{}", operation.command());
        let (execution_environment, app_id) = (self.execution_environment.as_deref(), self.app_id.as_deref());
        user_agent(&command, self.retry_mode, execution_environment, app_id)
    }
}

/// The path of a CA bundle.
fn existing(ca_bundle: Option<String>, environment: &Environment) -> Result<Option<PathBuf>, SessionError> {
    match ca_bundle {
        Some(path) if path.trim().is_empty() => Err(SessionError::BlankCaBundle),
        Some(path) => Ok(Some(PathBuf::from(crate::syntax::expand::expanduser(path, environment)))),
        None => Ok(None),
    }
}

/// The region that a pseudo region such as `us-west-2-fips` stands for, and whether it was one: the reference
/// takes the words out wherever they stand.
fn real_region(region: String) -> (String, bool) {
    let real = region.replace("fips-", "").replace("-fips", "");
    let is_pseudo = real != region;
    (real, is_pseudo)
}

/// A time-out in seconds: 60 unless given, 0 is no limit.
fn timeout(given: Option<i64>, kind: &'static str) -> Result<Option<Duration>, SessionError> {
    let seconds = given.unwrap_or(DEFAULT_TIMEOUT);
    match u64::try_from(seconds) {
        Ok(0) => Ok(None),
        Ok(seconds) => Ok(Some(Duration::from_secs(seconds))),
        Err(_) => Err(SessionError::NegativeTimeout { kind, seconds }),
    }
}

#[cfg(test)]
mod tests;
