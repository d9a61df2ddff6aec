//! Settings and their precedence: option, environment, profile, in this order, decided here alone.

use super::config_file::ConfigFiles;
use super::credentials::instance::Metadata;
use crate::cli::globals::{BINARY_FORMATS, Globals};
use crate::cli::words::Word;
use crate::environment::Environment;
use crate::input::error::ParameterError;
use crate::output::error_format::ErrorFormat;
use crate::secret::urls;
use crate::session::error::SessionError;
use crate::syntax::ini::Section;
use crate::syntax::near_names;
use crate::transport::RetryMode;
use crate::value::number::{python_int, saturating_i64};
use crate::value::timestamp::TimestampFormat;

/// Everything that settings are looked up in.
pub(crate) struct Settings<'a> {
    /// The options of the command line.
    pub(crate) globals: &'a Globals,
    /// The environment.
    pub(crate) environment: &'a Environment,
    /// The files.
    pub(crate) files: &'a ConfigFiles,
    /// The name of the profile.
    pub(crate) profile_name: String,
    /// The option or variable that names it, or `nothing`.
    pub(crate) profile_from: &'static str,
    /// What both files say of it.
    pub(crate) profile: Section,
}

impl<'a> Settings<'a> {
    /// Finds the profile.
    ///
    /// # Errors
    /// A profile that was named and is in neither file.
    pub(crate) fn new(
        globals: &'a Globals,
        files: &'a ConfigFiles,
        environment: &'a Environment,
    ) -> Result<Settings<'a>, SessionError> {
        let variable = |name| Some((environment.get(name)?, name));
        let named = globals
            .profile
            .clone()
            .map(|name| (name, "--profile"))
            .or_else(|| variable("AWS_PROFILE"))
            .or_else(|| variable("AWS_DEFAULT_PROFILE"));
        let (profile_name, profile_from) = named.clone().unwrap_or_else(|| ("default".to_owned(), "nothing"));
        let profile = match files.profile(&profile_name) {
            Some(profile) => profile,
            None if named.is_none() => Section::default(),
            None => {
                let near = near_names::close_matches(&profile_name, files.profile_names());
                let near = near.into_iter().map(str::to_owned).collect();
                return Err(SessionError::NoProfile { name: profile_name, near });
            }
        };
        Ok(Settings { globals, environment, files, profile_name, profile_from, profile })
    }

    /// The text of an option of the profile. A nested map is none.
    pub(crate) fn profile_text(&self, option: &str) -> Option<String> {
        let value = self.profile.text(option).map(str::to_owned);
        value.inspect(|value| log(option, value, &format!("profile {}", self.profile_name)))
    }

    /// A setting of the environment or the profile; an empty value of the environment is a value.
    pub(crate) fn text(&self, variable: Option<&str>, option: &str) -> Option<String> {
        variable.and_then(|name| self.variable(name, option)).or_else(|| self.profile_text(option))
    }

    /// A setting of the environment.
    fn variable(&self, name: &str, setting: &str) -> Option<String> {
        self.environment.get(name).inspect(|value| log(setting, value, name))
    }

    /// A setting of the command line.
    fn option(&self, given: &Option<String>, name: &str, setting: &str) -> Option<String> {
        given.clone().inspect(|value| log(setting, value, name))
    }

    /// A setting that is on when it is `true` in any case, and off otherwise.
    pub(crate) fn boolean(&self, variable: Option<&str>, option: &str) -> bool {
        self.text(variable, option).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// The region; an empty one is one. The last who is asked is the metadata service of an instance.
    ///
    /// # Errors
    /// One that cannot be a region; what [`Metadata::region`] says.
    pub(crate) fn region(&self) -> Result<Option<String>, SessionError> {
        let region = self
            .option(&self.globals.region, "--region", "region")
            .or_else(|| self.variable("AWS_REGION", "region"))
            .or_else(|| self.text(Some("AWS_DEFAULT_REGION"), "region"));
        let region = match region {
            Some(region) => Some(region),
            None => Metadata::new(self)?.region()?,
        };
        match region {
            Some(region) if !is_region(&region) => Err(SessionError::BadRegion { region }),
            region => Ok(region),
        }
    }

    /// The name of the output format, which nothing has checked yet.
    pub(crate) fn output(&self) -> String {
        self.option(&self.globals.output, "--output", "output")
            .or_else(|| self.text(Some("AWS_DEFAULT_OUTPUT"), "output"))
            .unwrap_or_else(|| "json".to_owned())
    }

    /// How often a request is to be sent at most, if that is configured; [`attempts`] checks the range.
    ///
    /// # Errors
    /// No whole number.
    pub(crate) fn max_attempts(&self) -> Result<Option<i64>, SessionError> {
        self.number("AWS_MAX_ATTEMPTS", "max_attempts")
    }

    /// A setting that must be a whole number; the nearest that fits.
    ///
    /// # Errors
    /// No whole number.
    pub(crate) fn number(&self, variable: &str, setting: &'static str) -> Result<Option<i64>, SessionError> {
        let Some(text) = self.text(Some(variable), setting) else { return Ok(None) };
        match python_int(&text) {
            Some(number) => Ok(Some(saturating_i64(&number))),
            None => Err(SessionError::NotAnInteger { setting, text }),
        }
    }

    /// How retries are paced.
    ///
    /// # Errors
    /// Any other word than `standard` and `adaptive`.
    pub(crate) fn retry_mode(&self) -> Result<RetryMode, SessionError> {
        match self.text(Some("AWS_RETRY_MODE"), "retry_mode").as_deref() {
            None | Some("standard") => Ok(RetryMode::Standard),
            Some("adaptive") => Ok(RetryMode::Adaptive),
            Some(mode) => Err(SessionError::RetryMode { mode: mode.to_owned() }),
        }
    }

    /// The CA bundle as configured; an empty one is one.
    pub(crate) fn ca_bundle(&self) -> Option<String> {
        let option = self.option(&self.globals.ca_bundle, "--ca-bundle", "ca_bundle");
        option.or_else(|| self.ca_bundle_of_nested())
    }

    /// The CA bundle for services that credentials come from: the reference has no option for these.
    pub(crate) fn ca_bundle_of_nested(&self) -> Option<String> {
        self.text(Some("AWS_CA_BUNDLE"), "ca_bundle")
            .or_else(|| self.variable("REQUESTS_CA_BUNDLE", "ca_bundle"))
    }

    /// Checks the settings that these commands do not use but the reference looks at for every client.
    ///
    /// # Errors
    /// The first that is not what it should be.
    pub(crate) fn check_others(&self) -> Result<(), SessionError> {
        self.check_compression()?;
        for name in ["request_checksum_calculation", "response_checksum_validation"] {
            let variable = format!("AWS_{}", name.to_ascii_uppercase());
            let value = self.text(Some(&variable), name).map(|value| value.to_ascii_lowercase());
            if let Some(value) =
                value.filter(|value| !matches!(value.as_str(), "when_supported" | "when_required"))
            {
                return Err(SessionError::Checksum { setting: name, value });
            }
        }
        self.check_account_id_endpoint_mode()?;
        let variable = Some("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH");
        match self.text(variable, "s3_disable_express_session_auth") {
            Some(value) if !matches!(value.to_lowercase().as_str(), "true" | "false") => {
                Err(SessionError::ExpressSessionAuth { value })
            }
            Some(_) | None => Ok(()),
        }
    }

    fn check_account_id_endpoint_mode(&self) -> Result<(), SessionError> {
        let mode = self.text(Some("AWS_ACCOUNT_ID_ENDPOINT_MODE"), "account_id_endpoint_mode");
        let mode = mode.map(|mode| mode.to_lowercase());
        let known = |mode: &str| matches!(mode, "preferred" | "disabled" | "required");
        match mode {
            // Without a signature there is no account, and the reference does not look.
            Some(value) if !self.globals.no_sign_request && !known(&value) => {
                Err(SessionError::AccountIdEndpointMode { value })
            }
            Some(_) | None => Ok(()),
        }
    }

    fn check_compression(&self) -> Result<(), SessionError> {
        let variable = "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES";
        let Some(text) = self.text(Some(variable), "request_min_compression_size_bytes") else {
            return Ok(());
        };
        let Some(number) = python_int(&text).map(|number| saturating_i64(&number)) else {
            return Err(SessionError::CompressionSize { value: text, is_number: false });
        };
        if (1..=1_048_576).contains(&number) {
            return Ok(());
        }
        Err(SessionError::CompressionSize { value: text, is_number: true })
    }
}

/// Says in the log of `--debug` what a setting is and where that stands. No setting is a secret, but for the user
/// information that a URL may hold.
fn log(setting: &str, value: &str, from: &str) {
    tracing::debug!(setting, value = %urls::shown(value), from, "setting");
}

/// How often a request is sent at most: three times unless configured.
///
/// # Errors
/// A number below 1.
pub(crate) fn attempts(configured: Option<i64>) -> Result<u32, SessionError> {
    match configured {
        None => Ok(3),
        Some(number) if number < 1 => Err(SessionError::MaxAttempts { number }),
        Some(number) => Ok(u32::try_from(number).unwrap_or(u32::MAX)),
    }
}

/// `^(?![0-9]+$)(?!-)[a-zA-Z0-9-]{,63}(?<!-)$`, the reference's idea of a region.
pub(crate) fn is_region(region: &str) -> bool {
    region.is_empty()
        || (region.len() <= 63
            && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !region.starts_with('-')
            && !region.ends_with('-')
            && !region.bytes().all(|byte| byte.is_ascii_digit()))
}

/// How errors are told: `--cli-error-format`, else the environment, else the profile. An unknown or empty name
/// counts as `enhanced`; where it comes to the profile and that does not exist, it is `legacy`, as in the
/// reference.
pub(crate) fn error_format(globals: &Globals, files: &ConfigFiles, environment: &Environment) -> ErrorFormat {
    if let Some(format) = globals.error_format {
        return format;
    }
    match error_format_name(globals, files, environment) {
        Ok(name) => ErrorFormat::named(&name).unwrap_or_default(),
        Err(_) => ErrorFormat::Legacy,
    }
}

/// The name that is configured for the format of errors, if it is none; an empty one says nothing.
pub(crate) fn unknown_error_format(
    globals: &Globals,
    files: &ConfigFiles,
    environment: &Environment,
) -> Option<String> {
    let name = error_format_name(globals, files, environment).ok()?;
    let is_unknown =
        globals.error_format.is_none() && !name.is_empty() && ErrorFormat::named(&name).is_none();
    is_unknown.then_some(name)
}

fn error_format_name(
    globals: &Globals,
    files: &ConfigFiles,
    environment: &Environment,
) -> Result<String, SessionError> {
    let name = match environment.get("AWS_CLI_ERROR_FORMAT") {
        Some(name) => Some(name),
        None => Settings::new(globals, files, environment)?.profile_text("cli_error_format"),
    };
    Ok(name.unwrap_or_default().to_lowercase())
}

/// Checks how binary values are written, which no member of these commands is. Where the profile does not exist this is
/// not the place to say so.
///
/// # Errors
/// An unknown or empty name.
pub(crate) fn check_binary_format(
    globals: &Globals,
    files: &ConfigFiles,
    environment: &Environment,
) -> Result<(), ParameterError> {
    if globals.cli_binary_format {
        return Ok(());
    }
    let settings = Settings::new(globals, files, environment);
    match settings.ok().and_then(|settings| settings.profile_text("cli_binary_format")) {
        Some(name) if !BINARY_FORMATS.contains(&name.as_str()) => Err(ParameterError::BinaryFormat { name }),
        Some(_) | None => Ok(()),
    }
}

/// How timestamps are shown. Where the profile does not exist this is not the place to say so.
///
/// # Errors
/// An unknown or empty name.
pub(crate) fn timestamp_format(
    globals: &Globals,
    files: &ConfigFiles,
    environment: &Environment,
) -> Result<TimestampFormat, SessionError> {
    let settings = Settings::new(globals, files, environment);
    match settings.ok().and_then(|settings| settings.profile_text("cli_timestamp_format")) {
        None => Ok(TimestampFormat::Iso8601),
        Some(name) => TimestampFormat::named(&name).ok_or(SessionError::TimestampFormat { name }),
    }
}

/// Checks the settings of instance metadata, which the reference reads before the words of the operation, used or
/// not. Where the profile does not exist this is not the place to say so.
///
/// # Errors
/// The first that is not what it should be.
pub(crate) fn check_metadata_service(
    globals: &Globals,
    files: &ConfigFiles,
    environment: &Environment,
) -> Result<(), SessionError> {
    match Settings::new(globals, files, environment) {
        Ok(settings) => Metadata::new(&settings).map(drop),
        Err(_) => Ok(()),
    }
}

/// Whether the reference would ask for parameters on the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AutoPrompt {
    /// It would not.
    Off,
    /// Before it does anything.
    On,
    /// Once the line turns out to be wrong.
    OnPartial,
}

/// What options, environment and profile say about the prompt.
///
/// The reference asks this before it parses: only these very words count, wherever they stand, and not `--profile`. A line
/// with both options is an error, which is told elsewhere.
pub(crate) fn auto_prompt(words: &[Word], files: &ConfigFiles, environment: &Environment) -> AutoPrompt {
    let has = |name: &str| words.iter().any(|word| word.text == name);
    if has("--no-cli-auto-prompt") || has("help") || has("--version") {
        return AutoPrompt::Off;
    }
    if has("--cli-auto-prompt") {
        return AutoPrompt::On;
    }
    let globals = Globals::default();
    let configured = environment.get("AWS_CLI_AUTO_PROMPT").or_else(|| {
        let settings = Settings::new(&globals, files, environment).ok()?;
        settings.profile_text("cli_auto_prompt")
    });
    match configured.unwrap_or_default().to_lowercase().as_str() {
        "on" => AutoPrompt::On,
        "on-partial" => AutoPrompt::OnPartial,
        _ => AutoPrompt::Off,
    }
}

#[cfg(test)]
mod tests;
