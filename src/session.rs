//! STUB
pub mod config_file {
    use crate::environment::Environment;
    use crate::error::session::SessionError;
    pub struct ConfigFiles;
    impl ConfigFiles {
        pub fn load(_: &Environment) -> Result<Self, SessionError> {
            Ok(ConfigFiles)
        }
    }
}
pub mod expand;
pub mod settings {
    use super::config_file::ConfigFiles;
    use crate::cli::globals::Globals;
    use crate::environment::Environment;
    use crate::error::report::ErrorFormat;
    pub fn error_format(g: &Globals, _: &ConfigFiles, e: &Environment) -> ErrorFormat {
        g.error_format.unwrap_or_else(|| {
            e.get("AWS_CLI_ERROR_FORMAT").and_then(|f| ErrorFormat::named(&f)).unwrap_or_default()
        })
    }
    pub fn check_auto_prompt(
        _: &Globals,
        _: &ConfigFiles,
        _: &Environment,
    ) -> Result<(), crate::error::Error> {
        Ok(())
    }
}
use crate::transport::*;
pub struct Session {
    pub parameter_validation: bool,
    pub output: String,
    pub c: ClientSettings,
}
impl Session {
    pub fn resolve(
        _: &config_file::ConfigFiles,
        e: &crate::environment::Environment,
        g: &crate::cli::globals::Globals,
    ) -> Result<Session, crate::error::session::SessionError> {
        Ok(Session {
            parameter_validation: true,
            output: g.output.clone().or(e.get("AWS_DEFAULT_OUTPUT")).unwrap_or("json".into()),
            c: ClientSettings {
                region: g.region.clone().or(e.get("AWS_DEFAULT_REGION")).unwrap(),
                endpoint_url: g.endpoint_url.clone().or(e.get("AWS_ENDPOINT_URL")),
                use_fips: false,
                use_dual_stack: false,
                credentials: Some(aws_credential_types::Credentials::new(
                    e.get("AWS_ACCESS_KEY_ID").unwrap(),
                    e.get("AWS_SECRET_ACCESS_KEY").unwrap(),
                    None,
                    None,
                    "env",
                )),
                retry_mode: RetryMode::Standard,
                max_attempts: e.get("AWS_MAX_ATTEMPTS").and_then(|x| x.parse().ok()).unwrap_or(3),
                connect_timeout: None,
                read_timeout: None,
                verify_tls: !g.no_verify_ssl,
                ca_bundle: g.ca_bundle.clone().map(Into::into),
                user_agent: "aws-cli/2.36.7".into(),
            },
        })
    }
    pub fn client_settings(
        &self,
        _: &crate::model::Operation,
    ) -> Result<ClientSettings, crate::error::session::SessionError> {
        Ok(self.c.clone())
    }
}
