//! Settings and their precedence: command line, environment, profile, in this order.

use std::ffi::{OsStr, OsString};

use super::config_file::ConfigFiles;
use super::credentials;
use super::credentials::instance::Metadata;
use super::error::SessionError;
use crate::cli::globals::Globals;
use crate::cli::tree::BINARY_FORMATS;
use crate::cli::words::Word;
use crate::environment::Environment;
use crate::output::error_format::ErrorFormat;
use crate::secret::urls;
use crate::syntax::ini::Section;
use crate::syntax::near_names;
use crate::timestamp::TimestampFormat;
use crate::transport::RetryMode;
use crate::transport::runtime::Runtime;
use crate::value::number::{python_int, saturating_i64};

/// The profile that counts when none is named. It need not exist.
const DEFAULT_PROFILE: &str = "default";

/// Everything that settings are looked up in. A value is looked up and checked when a step needs it, so that errors come
/// in the order of the reference.
pub(crate) struct Settings<'a> {
    pub(crate) globals: Globals,
    pub(crate) environment: &'a Environment,
    pub(crate) files: &'a ConfigFiles,
    /// Waits for those who are asked for settings and credentials, and for every service after that.
    pub(crate) runtime: Runtime,
    pub(crate) profile_name: String,
    /// The option or variable that names the profile.
    profile_from: Option<&'static str>,
    /// The section of both files; empty if neither has it.
    pub(crate) profile: Section,
    /// The profile was named and is in neither file.
    lacks_profile: bool,
}

/// Whether the reference would prompt for parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AutoPrompt {
    Off,
    /// Before it does anything.
    On,
    /// Once the command line turns out to be wrong.
    OnPartial,
}

impl<'a> Settings<'a> {
    /// Finds the profile. That it does not exist is an error of [`Settings::check_profile`].
    pub(crate) fn resolve(
        globals: Globals,
        files: &'a ConfigFiles,
        environment: &'a Environment,
    ) -> Settings<'a> {
        let variable = |name| Some((environment.get(name)?, name));
        let option = globals.profile.clone().map(|name| (name, "--profile"));
        let named = option.or_else(|| variable("AWS_PROFILE")).or_else(|| variable("AWS_DEFAULT_PROFILE"));
        let (profile_name, profile_from) = match named {
            Some((name, from)) => (name, Some(from)),
            None => (DEFAULT_PROFILE.to_owned(), None),
        };
        let profile = files.profile(&profile_name);
        let lacks_profile = profile.is_none() && profile_from.is_some();
        let profile = profile.unwrap_or_default();
        let runtime = Runtime::default();
        Settings { globals, environment, files, runtime, profile_name, profile_from, profile, lacks_profile }
    }

    /// Changes the global options, which may then name another profile.
    pub(crate) fn change_globals<T>(&mut self, change: impl FnOnce(&mut Globals) -> T) -> T {
        let profile = self.globals.profile.clone();
        let result = change(&mut self.globals);
        if self.globals.profile != profile {
            *self = Settings::resolve(std::mem::take(&mut self.globals), self.files, self.environment);
        }
        result
    }

    /// # Errors
    /// The profile was named and is in neither file.
    pub(crate) fn check_profile(&self) -> Result<(), SessionError> {
        let (name, from) = (&self.profile_name, self.profile_from);
        if !self.lacks_profile {
            log::debug!(setting = "profile", value = name, from = from.unwrap_or("nothing"); "setting");
            return Ok(());
        }
        let near = near_names::close_matches(name, self.files.profile_names());
        let near = near.into_iter().map(str::to_owned).collect();
        Err(SessionError::NoProfile { name: name.clone(), near })
    }

    /// An option of the profile. Indented settings in its place count as nothing.
    pub(crate) fn profile_text(&self, option: &str) -> Option<String> {
        let value = self.profile.text(option)?;
        log(option, value, &format!("profile {}", self.profile_name));
        Some(value.to_owned())
    }

    /// A setting of the environment or the profile; an empty value of the environment is a value.
    pub(crate) fn text(&self, variable: &str, option: &str) -> Option<String> {
        self.variable(variable, option).or_else(|| self.profile_text(option))
    }

    /// An option of the profile that is nothing but a text.
    ///
    /// # Errors
    /// Indented settings are in its place.
    pub(crate) fn sole_profile_text(&self, option: &'static str) -> Result<Option<String>, SessionError> {
        credentials::text(&self.profile, option)?;
        Ok(self.profile_text(option))
    }

    /// A setting of the environment, or of the profile, where it is nothing but a text.
    ///
    /// # Errors
    /// Indented settings are in its place.
    pub(crate) fn sole_text(
        &self,
        variable: &str,
        option: &'static str,
    ) -> Result<Option<String>, SessionError> {
        self.variable(variable, option).map_or_else(|| self.sole_profile_text(option), |text| Ok(Some(text)))
    }

    fn variable(&self, name: &str, setting: &str) -> Option<String> {
        self.environment.get(name).inspect(|value| log(setting, value, name))
    }

    /// Whether a setting is `true`, in any case.
    pub(crate) fn boolean(&self, variable: &str, option: &str) -> bool {
        self.text(variable, option).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// A setting that must be a whole number; the nearest one that fits.
    ///
    /// # Errors
    /// It is not a whole number.
    pub(crate) fn number(&self, variable: &str, setting: &'static str) -> Result<Option<i64>, SessionError> {
        let Some(text) = self.sole_text(variable, setting)? else { return Ok(None) };
        match python_int(&text) {
            Some(number) => Ok(Some(saturating_i64(number))),
            None => Err(SessionError::NotAnInteger { setting, text }),
        }
    }

    /// The region, which may be empty. If nothing else has one, the metadata service of the instance is asked.
    ///
    /// # Errors
    /// It has characters that no region has, or is no text; what [`Metadata::region`] says.
    pub(crate) fn region(&self) -> Result<Option<String>, SessionError> {
        let option = self.globals.region.clone().inspect(|region| log("region", region, "--region"));
        let region = match option.or_else(|| self.variable("AWS_REGION", "region")) {
            Some(region) => Some(region),
            None => self.sole_text("AWS_DEFAULT_REGION", "region")?,
        };
        let region = match region {
            Some(region) => Some(region),
            None => Metadata::new(self)?.region(&self.runtime)?,
        };
        match region {
            Some(region) if !is_region(&region) => Err(SessionError::BadRegion { region }),
            region => Ok(region),
        }
    }

    /// The name of the output format, which is checked when there is something to print.
    ///
    /// # Errors
    /// It is no text.
    pub(crate) fn output(&self) -> Result<String, SessionError> {
        let output = match self.globals.output.clone().inspect(|output| log("output", output, "--output")) {
            Some(output) => Some(output),
            None => self.sole_text("AWS_DEFAULT_OUTPUT", "output")?,
        };
        Ok(output.unwrap_or_else(|| "json".to_owned()))
    }

    /// The mode of retries, and how often a request is sent at most: three times unless configured.
    ///
    /// # Errors
    /// The first setting that is not valid.
    pub(crate) fn retries(&self) -> Result<(RetryMode, u32), SessionError> {
        let attempts = self.number("AWS_MAX_ATTEMPTS", "max_attempts")?.unwrap_or(3);
        if attempts < 1 {
            return Err(SessionError::MaxAttempts { number: attempts });
        }
        let mode = match self.sole_text("AWS_RETRY_MODE", "retry_mode")?.as_deref() {
            None | Some("standard") => RetryMode::Standard,
            Some("adaptive") => RetryMode::Adaptive,
            Some(mode) => return Err(SessionError::RetryMode { mode: mode.to_owned() }),
        };
        Ok((mode, u32::try_from(attempts).unwrap_or(u32::MAX)))
    }

    /// The CA bundle; an empty text is a value.
    pub(crate) fn ca_bundle(&self) -> Option<OsString> {
        let option =
            self.globals.ca_bundle.clone().inspect(|path| log_path("ca_bundle", path, "--ca-bundle"));
        option.or_else(|| self.ca_bundle_of_nested())
    }

    /// The CA bundle for the services that credentials come from: in the reference the option is not for these.
    pub(crate) fn ca_bundle_of_nested(&self) -> Option<OsString> {
        let variable = |name| {
            let path = self.environment.get_os(name)?.to_owned();
            log_path("ca_bundle", &path, name);
            Some(path)
        };
        let path = variable("AWS_CA_BUNDLE").or_else(|| self.profile_text("ca_bundle").map(OsString::from));
        path.or_else(|| variable("REQUESTS_CA_BUNDLE"))
    }

    /// The format of errors: `--cli-error-format`, the environment, or the profile. An unknown or empty name stands for
    /// `enhanced`; if it comes to the profile and that does not exist, the format is `legacy`, as in the reference.
    pub(crate) fn error_format(&self) -> ErrorFormat {
        self.globals.error_format.unwrap_or_else(|| match self.error_format_name() {
            Some(name) => ErrorFormat::named(&name).unwrap_or_default(),
            None => ErrorFormat::Legacy,
        })
    }

    /// The configured format of errors, if it is unknown. An empty one is not reported.
    pub(crate) fn unknown_error_format(&self) -> Option<String> {
        let name = self.error_format_name().filter(|name| !name.is_empty())?;
        (self.globals.error_format.is_none() && ErrorFormat::named(&name).is_none()).then_some(name)
    }

    fn error_format_name(&self) -> Option<String> {
        let name = match self.environment.get("AWS_CLI_ERROR_FORMAT") {
            Some(name) => name,
            None if self.lacks_profile => return None,
            None => self.profile_text("cli_error_format").unwrap_or_default(),
        };
        Some(name.to_lowercase())
    }

    /// The format of timestamps.
    ///
    /// # Errors
    /// An unknown or empty name, or no text.
    pub(crate) fn timestamp_format(&self) -> Result<TimestampFormat, SessionError> {
        match self.sole_profile_text("cli_timestamp_format")? {
            None => Ok(TimestampFormat::Iso8601),
            Some(name) => TimestampFormat::named(&name).ok_or(SessionError::TimestampFormat { name }),
        }
    }

    /// Checks what the reference reads before the words of the operation, used or not. That the profile does not exist
    /// is reported later.
    ///
    /// # Errors
    /// The first setting that is not valid.
    pub(crate) fn check_early(&self) -> Result<(), SessionError> {
        self.timestamp_format()?;
        if !self.globals.cli_binary_format
            && let Some(name) = self.sole_profile_text("cli_binary_format")?
            && !BINARY_FORMATS.contains(&name.as_str())
        {
            return Err(SessionError::BinaryFormat { name });
        }
        if self.lacks_profile { Ok(()) } else { Metadata::new(self).map(drop) }
    }

    /// Whether to prompt. The reference decides this before it parses the command line: only these very words count,
    /// wherever they are, and not `--profile`; `--help` and `-h` are ours. A line with both options is an error that is
    /// reported elsewhere.
    pub(crate) fn auto_prompt(&self, words: &[Word]) -> AutoPrompt {
        let has = |name: &str| words.iter().any(|word| word.text == name);
        if ["--no-cli-auto-prompt", "help", "--help", "-h", "--version"].into_iter().any(has) {
            return AutoPrompt::Off;
        }
        if has("--cli-auto-prompt") {
            return AutoPrompt::On;
        }
        let configured = self.environment.get("AWS_CLI_AUTO_PROMPT");
        let configured = configured.or_else(|| self.profile_text("cli_auto_prompt"));
        match configured.unwrap_or_default().to_lowercase().as_str() {
            "on" => AutoPrompt::On,
            "on-partial" => AutoPrompt::OnPartial,
            _ => AutoPrompt::Off,
        }
    }
}

/// Writes a setting and its source to the log of `--debug`. Settings are not secret, except for the user information in
/// a URL.
fn log(setting: &str, value: &str, from: &str) {
    log::debug!(setting, value:% = urls::shown(value), from; "setting");
}

fn log_path(setting: &str, path: &OsStr, from: &str) {
    log(setting, &path.to_string_lossy(), from);
}

/// The reference's pattern for regions: `^(?![0-9]+$)(?!-)[a-zA-Z0-9-]{,63}(?<!-)$`.
pub(crate) fn is_region(region: &str) -> bool {
    region.is_empty()
        || (region.len() <= 63
            && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !region.starts_with('-')
            && !region.ends_with('-')
            && !region.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests;
