//! What is measured: a list of command lines, each with the exit code that shows it did its work.

use crate::limits::{self, Both};

/// One thing to do, and how each tool is told to do it.
pub struct Scenario {
    /// The name in the report; a filter of the command line looks here.
    pub name: &'static str,
    /// The tools that can do it.
    pub commands: &'static [Command],
    /// The exit code of a run that did what it should.
    pub exit: i32,
    /// What this project's program may use.
    pub limits: Both,
    /// What its cpu time is compared with.
    pub yardstick: Option<Yardstick>,
    /// How many profiles the configuration file has.
    pub profiles: usize,
}

/// Another row of the report: that of this scenario and this tool. It is the same program where the tool is an `aws`.
#[derive(Clone, Copy)]
pub struct Yardstick {
    /// The scenario's name.
    pub scenario: &'static str,
    /// Who does it.
    pub tool: Tool,
}

/// A tool and its command line.
pub struct Command {
    /// Who does it.
    pub tool: Tool,
    /// The words behind the program's name, with spaces between them, in parts that are put one behind the
    /// other. In each word `{HTTP}` and `{HTTPS}` stand for the addresses of the endpoints for updates, `{CA}` for the
    /// file with the certificate of their authority, `{5}`, `{1000}` and `{10000}` for those that have so many stores,
    /// `{CERTIFICATES}` for the one with 10,000 stores that have certificates, and `{KEY}` and `{SECRET}` for the
    /// access key.
    pub line: &'static [&'static str],
}

/// A kind of program; there can be more than one program of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// This project's program and each other `aws`.
    Aws,
    /// This project's program, where no other has the command.
    Ours,
    /// The `aws_completer` that stands beside each `aws`.
    Completer,
    /// `curl`, which can sign a request.
    Curl,
    /// `true`, which does nothing: what the system itself takes to run a process.
    True,
}

/// In the order of the report.
pub const SCENARIOS: &[Scenario] = &[
    Scenario { name: "nothing", commands: &[Command { tool: Tool::True, line: &[] }], ..COMPARED },
    Scenario {
        name: "--version",
        commands: &[Command { tool: Tool::Aws, line: &["--version"] }],
        limits: limits::VERSION,
        yardstick: Some(Yardstick { scenario: "nothing", tool: Tool::True }),
        ..COMPARED
    },
    Scenario {
        name: "skeleton",
        commands: &[Command {
            tool: Tool::Aws,
            line: &["kms create-custom-key-store --generate-cli-skeleton"],
        }],
        limits: limits::SKELETON,
        ..COMPARED
    },
    Scenario {
        name: "usage error",
        commands: &[Command { tool: Tool::Aws, line: &["kms update-custom-key-store"] }],
        exit: 252,
        limits: limits::USAGE_ERROR,
        ..COMPARED
    },
    Scenario {
        name: "help",
        commands: &[Command { tool: Tool::Aws, line: &["kms update-custom-key-store help"] }],
        limits: limits::HELP,
        ..COMPARED
    },
    Scenario {
        name: "completion, aws_completer",
        commands: &[Command { tool: Tool::Completer, line: &["aws --xks-proxy- update-custom-key-store"] }],
        ..COMPARED
    },
    Scenario {
        name: "completion, script",
        commands: &[Command { tool: Tool::Ours, line: &["cks complete bash --xks-proxy-"] }],
        limits: limits::COMPLETION,
        ..COMPARED
    },
    Scenario {
        name: "update over HTTP",
        commands: &[
            Command { tool: Tool::Aws, line: &[UPDATE, "--endpoint-url {HTTP}"] },
            Command { tool: Tool::Curl, line: &[SIGNED_POST, "{HTTP}"] },
        ],
        limits: limits::HTTP,
        yardstick: Some(Yardstick { scenario: "update over HTTP", tool: Tool::Curl }),
        ..COMPARED
    },
    Scenario {
        name: "update over TLS",
        commands: &[
            Command { tool: Tool::Aws, line: &[UPDATE, "--endpoint-url {HTTPS} --ca-bundle {CA}"] },
            Command { tool: Tool::Curl, line: &[SIGNED_POST, "--cacert {CA} {HTTPS}"] },
        ],
        limits: limits::TLS,
        yardstick: Some(Yardstick { scenario: "update over TLS", tool: Tool::Curl }),
        ..COMPARED
    },
    Scenario {
        name: "update with 10 profiles",
        commands: &[Command { tool: Tool::Aws, line: &[UPDATE, "--endpoint-url {HTTP}"] }],
        profiles: 10,
        ..COMPARED
    },
    Scenario {
        name: "update with 5,000 profiles",
        commands: &[Command { tool: Tool::Aws, line: &[UPDATE, "--endpoint-url {HTTP}"] }],
        limits: limits::PROFILES,
        profiles: 5000,
        ..COMPARED
    },
    Scenario {
        name: "cks status, 5 stores",
        commands: &[Command { tool: Tool::Ours, line: &["cks status --endpoint-url {5}"] }],
        limits: limits::STATUS,
        ..COMPARED
    },
    Scenario {
        name: "describe 1,000 json",
        commands: &[Command { tool: Tool::Aws, line: &[DESCRIBE, "--endpoint-url {1000} --output json"] }],
        ..COMPARED
    },
    Scenario {
        name: "describe 10,000 json",
        commands: &[Command { tool: Tool::Aws, line: &[DESCRIBE, "--endpoint-url {10000} --output json"] }],
        limits: limits::WHOLE,
        yardstick: Some(a_tenth("describe 1,000 json")),
        ..COMPARED
    },
    Scenario {
        name: "describe 1,000 text",
        commands: &[Command { tool: Tool::Aws, line: &[DESCRIBE, "--endpoint-url {1000} --output text"] }],
        ..COMPARED
    },
    Scenario {
        name: "describe 10,000 text",
        commands: &[Command { tool: Tool::Aws, line: &[DESCRIBE, "--endpoint-url {10000} --output text"] }],
        limits: limits::PAGES,
        yardstick: Some(a_tenth("describe 1,000 text")),
        ..COMPARED
    },
    Scenario {
        name: "describe 1,000 table",
        commands: &[Command { tool: Tool::Aws, line: &[DESCRIBE, "--endpoint-url {1000} --output table"] }],
        ..COMPARED
    },
    Scenario {
        name: "describe 10,000 table",
        commands: &[Command { tool: Tool::Aws, line: &[DESCRIBE, "--endpoint-url {10000} --output table"] }],
        limits: limits::WHOLE,
        yardstick: Some(a_tenth("describe 1,000 table")),
        ..COMPARED
    },
    Scenario {
        name: "describe 1,000 yaml",
        commands: &[Command { tool: Tool::Aws, line: &[DESCRIBE, "--endpoint-url {1000} --output yaml"] }],
        ..COMPARED
    },
    Scenario {
        name: "describe 10,000 yaml",
        commands: &[Command { tool: Tool::Aws, line: &[DESCRIBE, "--endpoint-url {10000} --output yaml"] }],
        limits: limits::WHOLE,
        yardstick: Some(a_tenth("describe 1,000 yaml")),
        ..COMPARED
    },
    Scenario {
        name: "describe 1,000 yaml-stream",
        commands: &[Command {
            tool: Tool::Aws,
            line: &[DESCRIBE, "--endpoint-url {1000} --output yaml-stream"],
        }],
        ..COMPARED
    },
    Scenario {
        name: "describe 10,000 yaml-stream",
        commands: &[Command {
            tool: Tool::Aws,
            line: &[DESCRIBE, "--endpoint-url {10000} --output yaml-stream"],
        }],
        limits: limits::PAGES,
        yardstick: Some(a_tenth("describe 1,000 yaml-stream")),
        ..COMPARED
    },
    Scenario {
        name: "certificates 10,000 text",
        commands: &[Command {
            tool: Tool::Aws,
            line: &[DESCRIBE, "--endpoint-url {CERTIFICATES} --output text"],
        }],
        limits: limits::LARGE_PAGES,
        ..COMPARED
    },
    Scenario {
        name: "certificates 10,000 yaml-stream",
        commands: &[Command {
            tool: Tool::Aws,
            line: &[DESCRIBE, "--endpoint-url {CERTIFICATES} --output yaml-stream"],
        }],
        limits: limits::LARGE_PAGES,
        ..COMPARED
    },
];

/// What most of them have in common: they end well and have no limits, and the configuration file is empty.
const COMPARED: Scenario =
    Scenario { name: "", commands: &[], exit: 0, limits: limits::NONE, yardstick: None, profiles: 0 };

/// The same program with a tenth of the work.
const fn a_tenth(scenario: &'static str) -> Yardstick {
    Yardstick { scenario, tool: Tool::Aws }
}

/// All stores, page after page.
const DESCRIBE: &str = "kms describe-custom-key-stores";

/// One call with small input and no output.
const UPDATE: &str = "kms update-custom-key-store --custom-key-store-id cks-1234567890abcdef0 \
    --new-custom-key-store-name ProductionKeys";

/// The same call as the request it makes.
const SIGNED_POST: &str = "--disable --silent --fail --aws-sigv4 aws:amz:us-east-1:kms --user {KEY}:{SECRET} \
    --header Content-Type:application/x-amz-json-1.1 \
    --header X-Amz-Target:TrentService.UpdateCustomKeyStore \
    --data {\"CustomKeyStoreId\":\"cks-1234567890abcdef0\",\"NewCustomKeyStoreName\":\"ProductionKeys\"}";
