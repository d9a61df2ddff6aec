//! The global options: those that every command of the reference takes.

use std::ffi::OsString;

use super::error::Error;
use super::words::Word;
use crate::output::color::Color;
use crate::output::error_format::ErrorFormat;
use crate::query::Expression;
use crate::value::number::{python_int, saturating_i64};

/// What the global options say. An option that was not given is `None` (or `false`), so that `settings` can
/// ask the environment and the profile next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Globals {
    /// `--debug`: log on stderr what is being done.
    pub(crate) debug: bool,
    /// `--endpoint-url`, known to have a scheme.
    pub(crate) endpoint_url: Option<String>,
    /// `--no-verify-ssl`.
    pub(crate) no_verify_ssl: bool,
    /// `--no-paginate`.
    pub(crate) no_paginate: bool,
    /// `--output`.
    pub(crate) output: Option<String>,
    /// `--query`, known to compile.
    pub(crate) query: Option<String>,
    /// `--profile`; an empty one counts as not given.
    pub(crate) profile: Option<String>,
    /// `--region`; an empty one counts.
    pub(crate) region: Option<String>,
    /// `--color`.
    pub(crate) color: Color,
    /// `--no-sign-request`.
    pub(crate) no_sign_request: bool,
    /// `--ca-bundle`.
    pub(crate) ca_bundle: Option<OsString>,
    /// `--cli-read-timeout` in seconds; 0 is no limit; a negative one is refused when the client is built.
    pub(crate) read_timeout: Option<i64>,
    /// `--cli-connect-timeout` in seconds, as above.
    pub(crate) connect_timeout: Option<i64>,
    /// Whether `--cli-binary-format` was given; nothing here depends on which.
    pub(crate) cli_binary_format: bool,
    /// `--no-cli-pager`.
    pub(crate) no_cli_pager: bool,
    /// `--cli-error-format`.
    pub(crate) error_format: Option<ErrorFormat>,
}

impl Globals {
    /// Takes over what was given, the last of a repeated option, and then checks it as the reference does between the main
    /// parser and the operation's.
    ///
    /// # Errors
    /// A value that is not UTF-8, a bad `--query` or `--endpoint-url` (252), a time-out that is not a number (255).
    pub(crate) fn update(&mut self, options: Vec<(&str, Option<Word>)>) -> Result<(), Error> {
        let mut timeouts = [None, None];
        let mut checked = Ok(());
        for (id, value) in options {
            if id == "ca-bundle" {
                self.ca_bundle = value.map(|word| word.as_given().to_owned());
                continue;
            }
            if value.as_ref().is_some_and(|word| word.raw.is_some()) {
                checked = checked.and(Err(Error::NotUtf8 { option: format!("--{id}") }));
                continue;
            }
            let text = value.map(|word| word.text);
            match id {
                "debug" => self.debug = true,
                "endpoint-url" => self.endpoint_url = text,
                "no-verify-ssl" => self.no_verify_ssl = true,
                "no-paginate" => self.no_paginate = true,
                "output" => self.output = text,
                "query" => self.query = text,
                "profile" => self.profile = text.filter(|name| !name.is_empty()),
                "region" => self.region = text,
                "color" => self.color = text.as_deref().map_or(Color::Auto, Color::named),
                "no-sign-request" => self.no_sign_request = true,
                "cli-read-timeout" => timeouts[0] = text,
                "cli-connect-timeout" => timeouts[1] = text,
                "cli-binary-format" => self.cli_binary_format = true,
                "no-cli-pager" => self.no_cli_pager = true,
                "cli-error-format" => self.error_format = text.as_deref().and_then(ErrorFormat::named),
                // `--version` ends the reading, and the prompt is decided on before: `settings::auto_prompt`.
                _ => {}
            }
        }
        checked.and_then(|()| self.check())?;
        let [read, connect] = timeouts;
        self.read_timeout = seconds("--cli-read-timeout", read)?.or(self.read_timeout);
        self.connect_timeout = seconds("--cli-connect-timeout", connect)?.or(self.connect_timeout);
        Ok(())
    }

    /// The words of a line that say the same.
    pub(crate) fn words(&self) -> Vec<String> {
        let timeout = |seconds: Option<i64>| seconds.map(|seconds| seconds.to_string());
        let flags = [
            ("debug", self.debug),
            ("no-verify-ssl", self.no_verify_ssl),
            ("no-paginate", self.no_paginate),
            ("no-sign-request", self.no_sign_request),
            ("no-cli-pager", self.no_cli_pager),
        ];
        let values = [
            ("profile", self.profile.clone()),
            ("region", self.region.clone()),
            ("endpoint-url", self.endpoint_url.clone()),
            ("ca-bundle", self.ca_bundle.as_ref().map(|path| path.to_string_lossy().into_owned())),
            ("output", self.output.clone()),
            ("query", self.query.clone()),
            ("color", self.color.name().map(str::to_owned)),
            ("cli-read-timeout", timeout(self.read_timeout)),
            ("cli-connect-timeout", timeout(self.connect_timeout)),
            ("cli-error-format", self.error_format.map(|format| format.name().to_owned())),
        ];
        let flags = flags.into_iter().filter(|(_, is_given)| *is_given).map(|(name, _)| format!("--{name}"));
        let values = values.into_iter().filter_map(|(name, value)| Some(format!("--{name}={}", value?)));
        flags.chain(values).collect()
    }

    fn check(&self) -> Result<(), Error> {
        if let Some(text) = &self.query {
            Expression::compile(text).map_err(|error| Error::Query { text: text.clone(), error })?;
        }
        match &self.endpoint_url {
            Some(url) if !has_scheme(url) => Err(Error::EndpointWithoutScheme { url: url.clone() }),
            _ => Ok(()),
        }
    }
}

fn seconds(option: &'static str, text: Option<String>) -> Result<Option<i64>, Error> {
    let Some(text) = text else { return Ok(None) };
    match python_int(&text) {
        Some(number) => Ok(Some(saturating_i64(number))),
        None => Err(Error::NotAnInteger { option, text }),
    }
}

/// Whether a URL begins with a scheme, by the rule of Python's `urlsplit`: a letter, then letters, digits,
/// `+`, `-` and `.`, then a colon.
fn has_scheme(url: &str) -> bool {
    url.trim_start_matches(|c: char| c <= ' ').split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}
