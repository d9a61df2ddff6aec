//! The command line as a tree of `clap`: the one model for the reader of words and for help pages.
//!
//! `clap` does not parse here, since the rules are the reference's: see [`super::words`]. From an option's `Arg` that
//! reader takes its name, whether it takes a value (the action, `num_args`), the values it is limited to and whether it is a whole number (a parser of `i64`). The id of a member's option is the member's
//! name, that of any other its own name without dashes.
//!
//! Most lines need the global options and one operation only. Only [`whole`], which is for pages, has texts, and the
//! values that the service limits members to.

pub(crate) mod cks;

use std::sync::LazyLock;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, value_parser};

use crate::model::{Member, Operation, Shape, cli_name};
use crate::operations;

/// How binary values can be written.
pub(crate) const BINARY_FORMATS: [&str; 2] = ["base64", "raw-in-base64-out"];

/// `aws` with the global options, in the reference's order, which shows in its messages about ambiguous prefixes.
pub(crate) static TOP: LazyLock<Command> =
    LazyLock::new(|| Command::new("aws").subcommand_required(true).args(GLOBALS.iter().map(option)));

/// `aws kms` without its operations.
pub(crate) static KMS: LazyLock<Command> = LazyLock::new(|| Command::new("kms").subcommand_required(true));

/// The name, the word for the value (a flag has none, and `number` is a whole number), and the help of an option.
type Row = (&'static str, &'static str, &'static str);

const GLOBALS: [Row; 19] = [
    ("debug", "", "Log on stderr what is being done. Secrets are never logged."),
    ("endpoint-url", "URL", "Send requests to this URL instead of the usual endpoint."),
    ("no-verify-ssl", "", "Do not verify TLS certificates. Anybody on the way can then read along."),
    ("no-paginate", "", "Show one page only, with what the service says about further ones."),
    ("output", "FORMAT", "The format of what is printed; json unless configured otherwise."),
    ("query", "JMESPATH", "A JMESPath expression that selects what is printed."),
    ("profile", "NAME", "Use this profile of the configuration files."),
    ("region", "REGION", "The Region to use instead of the configured one."),
    ("version", "", "Print the version and exit."),
    ("color", "WHEN", "Whether tables are coloured; auto unless given."),
    ("no-sign-request", "", "Do not sign requests and load no credentials."),
    ("ca-bundle", "FILE", "A file of CA certificates (PEM) to verify the service with."),
    (
        "cli-read-timeout",
        "SECONDS",
        "The longest wait for data from the service; 60 unless given, 0 for ever.",
    ),
    ("cli-connect-timeout", "SECONDS", "The longest wait for a connection; 60 unless given, 0 for ever."),
    ("cli-binary-format", "FORMAT", "How binary values are written. No member of these commands is binary."),
    ("no-cli-pager", "", "Do not show output with a pager."),
    (
        "cli-auto-prompt",
        "",
        "Ask for parameters in a form on the terminal, and run nothing before it is looked over.",
    ),
    ("no-cli-auto-prompt", "", "Do not ask for parameters, whatever is configured."),
    ("cli-error-format", "FORMAT", "The format of error messages; enhanced unless configured otherwise."),
];

const DOCUMENTS: [Row; 3] = [
    ("cli-input-json", "document", "Read the parameters from this JSON document. Options win over it."),
    ("cli-input-yaml", "document", "Read the parameters from this YAML document. Options win over it."),
    (
        "generate-cli-skeleton",
        "kind",
        "Print a document to fill in and send nothing: input (JSON, the default), yaml-input (YAML with comments), or output, \
         which checks the parameters and prints what a reply could look like.",
    ),
];

const PAGING: [Row; 3] = [
    ("starting-token", "token", "Go on where an earlier command has stopped: the NextToken that it printed."),
    ("page-size", "number", "How many elements to ask the service for at a time; all are printed."),
    ("max-items", "number", "How many elements to print; if there are more, a NextToken is printed too."),
];

fn option((name, value_name, _): &Row) -> Arg {
    let option = Arg::new(*name).long(*name);
    let choices: &[&str] = match *name {
        "output" => &["json", "text", "table", "yaml", "yaml-stream", "off"],
        "color" => &["on", "off", "auto"],
        "cli-binary-format" => &BINARY_FORMATS,
        "on-failure" => &["roll-back", "keep"],
        "cli-error-format" => &["legacy", "json", "yaml", "text", "table", "enhanced"],
        "generate-cli-skeleton" => &["input", "yaml-input", "output"],
        _ => &[],
    };
    match (*name, *value_name) {
        ("version", _) => option.action(ArgAction::Version),
        (_, "") => option.action(ArgAction::SetTrue),
        (_, "number") => option.value_parser(value_parser!(i64)),
        _ if choices.is_empty() => option,
        ("generate-cli-skeleton", _) => {
            option.num_args(0..=1).value_parser(PossibleValuesParser::new(choices))
        }
        _ => option.value_parser(PossibleValuesParser::new(choices)),
    }
}

/// The options of all operations, and the global ones.
pub(crate) fn all_options() -> Vec<Arg> {
    let operations = operations::operations().map(operation);
    operations
        .chain([TOP.clone()])
        .flat_map(|level| level.get_arguments().cloned().collect::<Vec<_>>())
        .chain(cks::options())
        .collect()
}

/// The options of the reference's first pass, which looks at these before all else.
pub(crate) fn first_pass() -> Command {
    let option = |id: &&str| TOP.get_arguments().find(|option| option.get_id() == *id).cloned();
    Command::new("aws").args(["profile", "debug"].iter().filter_map(option))
}

/// An operation. Options that ask for one page by hand are hidden, as in the reference.
pub(crate) fn operation(operation: &'static Operation) -> Command {
    let paginator = operation.paginator.as_ref();
    let member = |member: &'static Member| {
        Arg::new(member.name)
            .long(cli_name(member.name))
            .required(member.required)
            .hide(paginator.is_some_and(|paginator| paginator.is_by_hand(member.name)))
    };
    Command::new(operation.command())
        .args(operation.input.iter().map(member))
        .args(DOCUMENTS.iter().chain(paginator.map_or(&[][..], |_| &PAGING)).map(option))
}

/// The tree with all operations and texts.
pub(crate) fn whole() -> Command {
    let operations = operations::operations().map(|operation| {
        let members = operation.input.iter();
        let member = |option: &Arg| members.clone().find(|member| option.get_id() == member.name);
        self::operation(operation).about(first_sentence(operation.doc)).long_about(operation.doc).mut_args(
            |option| match member(&option) {
                Some(member) => described_member(option, member),
                None => described(option),
            },
        )
    });
    let kms = KMS
        .clone()
        .about("Create, change, look at and connect custom key stores.")
        .subcommands(operations)
        .subcommand(cks::waiters());
    TOP.clone()
        .about("The AWS CLI's commands for the custom key stores of AWS KMS.")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .mut_args(described)
        .subcommand(kms)
        .subcommand(cks::whole())
}

fn described(option: Arg) -> Arg {
    let sections: [(&str, &[Row]); 4] = [
        ("Global options", &GLOBALS),
        ("Documents", &DOCUMENTS),
        ("Documents", &cks::CONFIGURATION),
        ("Pages", &PAGING),
    ];
    let mut rows = sections.iter().flat_map(|(heading, rows)| rows.iter().map(move |row| (heading, row)));
    match rows.find(|(_, (name, ..))| option.get_id() == *name) {
        Some((heading, (_, "", help))) => option.help_heading(*heading).help(*help),
        Some((heading, (_, value, help))) => option.help_heading(*heading).value_name(*value).help(*help),
        None => option,
    }
}

fn described_member(option: Arg, member: &'static Member) -> Arg {
    let option = option.help_heading("Options").value_name(member.shape.word()).help(member.doc);
    match member.shape {
        Shape::String(text) if !text.values.is_empty() => {
            option.value_parser(PossibleValuesParser::new(text.values))
        }
        _ => option,
    }
}

fn first_sentence(doc: &'static str) -> &'static str {
    doc.find(". ").into_iter().chain(doc.find(".\n")).min().map_or(doc, |dot| &doc[..=dot])
}
