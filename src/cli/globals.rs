//! The global options: those that every command of the reference takes.

use crate::error::report::ErrorFormat;

/// What the global options say. An option that was not given is `None` (or `false`), so that `settings` can
/// ask the environment and the profile next.
#[derive(Debug, Default)]
pub struct Globals {
    /// `--debug`: log on stderr what is being done.
    pub debug: bool,
    /// `--endpoint-url`, known to have a scheme.
    pub endpoint_url: Option<String>,
    /// `--no-verify-ssl`.
    pub no_verify_ssl: bool,
    /// `--no-paginate`.
    pub no_paginate: bool,
    /// `--output`.
    pub output: Option<String>,
    /// `--query`, known to compile.
    pub query: Option<String>,
    /// `--profile`; an empty one counts as not given.
    pub profile: Option<String>,
    /// `--region`; an empty one counts.
    pub region: Option<String>,
    /// `--color`.
    pub color: Color,
    /// `--no-sign-request`.
    pub no_sign_request: bool,
    /// `--ca-bundle`.
    pub ca_bundle: Option<String>,
    /// `--cli-read-timeout` in seconds; 0 is no limit; a negative one is refused when the client is built.
    pub read_timeout: Option<i64>,
    /// `--cli-connect-timeout` in seconds, as above.
    pub connect_timeout: Option<i64>,
    /// `--no-cli-pager`.
    pub no_cli_pager: bool,
    /// `--cli-auto-prompt`.
    pub cli_auto_prompt: bool,
    /// `--no-cli-auto-prompt`.
    pub no_cli_auto_prompt: bool,
    /// `--cli-error-format`.
    pub error_format: Option<ErrorFormat>,
}

/// When tables are coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// Always.
    On,
    /// Never.
    Off,
    /// When stdout is a terminal.
    #[default]
    Auto,
}
