//! The global options: those that every command of the reference takes.

use super::words::{Given, OptionSpec, Takes};
use crate::output::color::Color;
use crate::output::error_format::ErrorFormat;

/// What the global options say. An option that was not given is `None` (or `false`), so that `settings` can
/// ask the environment and the profile next.
#[derive(Debug, Default)]
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
    pub(crate) ca_bundle: Option<String>,
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

/// A global option: its field, its words and what it takes.
pub(crate) struct Global {
    /// Which one it is.
    pub(crate) id: Id,
    /// The name with its dashes.
    pub(crate) name: &'static str,
    /// What it takes.
    pub(crate) takes: Takes,
    /// The word for its value in help; empty for a flag.
    pub(crate) value_name: &'static str,
    /// What it is for.
    pub(crate) doc: &'static str,
}

/// The global options by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Id {
    Debug,
    EndpointUrl,
    NoVerifySsl,
    NoPaginate,
    Output,
    Query,
    Profile,
    Region,
    Version,
    Color,
    NoSignRequest,
    CaBundle,
    CliReadTimeout,
    CliConnectTimeout,
    CliBinaryFormat,
    NoCliPager,
    CliAutoPrompt,
    NoCliAutoPrompt,
    CliErrorFormat,
}

const OUTPUTS: &[&str] = &["json", "text", "table", "yaml", "yaml-stream", "off"];
const COLORS: &[&str] = &["on", "off", "auto"];
/// How binary values can be written.
pub(crate) const BINARY_FORMATS: &[&str] = &["base64", "raw-in-base64-out"];
const ERROR_FORMATS: &[&str] = &["legacy", "json", "yaml", "text", "table", "enhanced"];

const fn flag(id: Id, name: &'static str, doc: &'static str) -> Global {
    Global { id, name, takes: Takes::Nothing, value_name: "", doc }
}

const fn value(id: Id, name: &'static str, value_name: &'static str, doc: &'static str) -> Global {
    Global { id, name, takes: Takes::Value, value_name, doc }
}

const fn choice(id: Id, name: &'static str, choices: &'static [&'static str], doc: &'static str) -> Global {
    Global { id, name, takes: Takes::Choice(choices), value_name: "CHOICE", doc }
}

/// The global options in the reference's order, which shows in its messages about ambiguous prefixes.
pub(crate) static GLOBALS: &[Global] = &[
    flag(Id::Debug, "--debug", "Log on stderr what is being done. Secrets are never logged."),
    value(
        Id::EndpointUrl,
        "--endpoint-url",
        "URL",
        "Send requests to this URL instead of the usual endpoint.",
    ),
    flag(
        Id::NoVerifySsl,
        "--no-verify-ssl",
        "Do not verify TLS certificates. Anybody on the way can then read along.",
    ),
    flag(
        Id::NoPaginate,
        "--no-paginate",
        "Show one page only, with what the service says about further ones.",
    ),
    choice(
        Id::Output,
        "--output",
        OUTPUTS,
        "The format of what is printed; json unless configured otherwise.",
    ),
    value(Id::Query, "--query", "JMESPATH", "A JMESPath expression that selects what is printed."),
    value(Id::Profile, "--profile", "NAME", "Use this profile of the configuration files."),
    value(Id::Region, "--region", "REGION", "The Region to use instead of the configured one."),
    Global { takes: Takes::NothingAndEnds, ..flag(Id::Version, "--version", "Print the version and exit.") },
    choice(Id::Color, "--color", COLORS, "Whether tables are coloured; auto unless given."),
    flag(Id::NoSignRequest, "--no-sign-request", "Do not sign requests and load no credentials."),
    value(Id::CaBundle, "--ca-bundle", "FILE", "A file of CA certificates (PEM) to verify the service with."),
    value(
        Id::CliReadTimeout,
        "--cli-read-timeout",
        "SECONDS",
        "How long to wait for each read from the service, in seconds: 60 unless given, 0 for ever.",
    ),
    value(
        Id::CliConnectTimeout,
        "--cli-connect-timeout",
        "SECONDS",
        "How long to wait for a connection, in seconds: 60 unless given, 0 for ever.",
    ),
    choice(
        Id::CliBinaryFormat,
        "--cli-binary-format",
        BINARY_FORMATS,
        "How binary values are written. No member of these commands is binary.",
    ),
    flag(Id::NoCliPager, "--no-cli-pager", "Do not show output with a pager."),
    flag(
        Id::CliAutoPrompt,
        "--cli-auto-prompt",
        "Ask for parameters: the line is handed over to the full AWS CLI, for this program has no prompt.",
    ),
    flag(Id::NoCliAutoPrompt, "--no-cli-auto-prompt", "Do not ask for parameters, whatever is configured."),
    choice(
        Id::CliErrorFormat,
        "--cli-error-format",
        ERROR_FORMATS,
        "The format of error messages on stderr; enhanced unless configured otherwise.",
    ),
];

/// The table of the main parser.
pub(crate) fn table() -> Vec<OptionSpec> {
    GLOBALS.iter().map(|global| OptionSpec { name: global.name.to_owned(), takes: global.takes }).collect()
}

/// The table of the first pass, which looks at these two before all else.
pub(crate) fn first_pass_table() -> Vec<OptionSpec> {
    let first = [(Id::Profile, "--profile"), (Id::Debug, "--debug")];
    let takes = |id| if id == Id::Debug { Takes::Nothing } else { Takes::Value };
    first.map(|(id, name)| OptionSpec { name: name.to_owned(), takes: takes(id) }).into()
}

/// Time-outs as they were given: texts that still have to be read as whole numbers.
#[derive(Debug, Default)]
pub(crate) struct TimeoutTexts {
    /// `--cli-read-timeout`.
    pub(crate) read: Option<String>,
    /// `--cli-connect-timeout`.
    pub(crate) connect: Option<String>,
}

/// The global options as they were given, before the reference looks at their values.
#[derive(Debug, Default)]
pub(crate) struct Unchecked {
    /// All that need no further look.
    pub(crate) globals: Globals,
    /// The numbers, still as texts.
    pub(crate) timeouts: TimeoutTexts,
}

impl Globals {
    /// Collects what was given; the last one of a repeated option wins.
    pub(crate) fn collect(options: Vec<(usize, Given)>) -> Unchecked {
        let mut globals = Globals::default();
        let timeouts = globals.update(options);
        Unchecked { globals, timeouts }
    }

    /// Takes over what was given; the last one of a repeated option wins.
    pub(crate) fn update(&mut self, options: Vec<(usize, Given)>) -> TimeoutTexts {
        let mut timeouts = TimeoutTexts::default();
        for (index, given) in options {
            let text = given.text();
            match GLOBALS[index].id {
                Id::Debug => self.debug = true,
                Id::EndpointUrl => self.endpoint_url = text,
                Id::NoVerifySsl => self.no_verify_ssl = true,
                Id::NoPaginate => self.no_paginate = true,
                Id::Output => self.output = text,
                Id::Query => self.query = text,
                Id::Profile => self.profile = text.filter(|name| !name.is_empty()),
                Id::Region => self.region = text,
                Id::Version => {}
                Id::CliBinaryFormat => self.cli_binary_format = true,
                // Decided before: `settings::auto_prompt`.
                Id::CliAutoPrompt | Id::NoCliAutoPrompt => {}
                Id::Color => self.color = text.as_deref().map_or(Color::Auto, Color::named),
                Id::NoSignRequest => self.no_sign_request = true,
                Id::CaBundle => self.ca_bundle = text,
                Id::CliReadTimeout => timeouts.read = text,
                Id::CliConnectTimeout => timeouts.connect = text,
                Id::NoCliPager => self.no_cli_pager = true,
                Id::CliErrorFormat => self.error_format = text.as_deref().and_then(ErrorFormat::named),
            }
        }
        timeouts
    }
}

/// Whether a URL begins with a scheme, by the rule of Python's `urlsplit`: a letter, then letters, digits,
/// `+`, `-` and `.`, then a colon.
pub(crate) fn has_scheme(url: &str) -> bool {
    url.trim_start_matches(|c: char| c <= ' ').split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}
