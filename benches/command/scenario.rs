//! What is measured: a list of command lines, each with the exit code that shows it did its work.

use crate::limits::{self, Limits};

/// One thing to do, and how each tool is told to do it.
pub struct Scenario {
    /// The name in the report; a filter of the command line looks here.
    pub name: &'static str,
    /// The tools that can do it.
    pub commands: &'static [Command],
    /// The exit code of a run that did what it should.
    pub exit: i32,
    /// What this project's program may use.
    pub limits: Limits,
    /// The name of the scenario with a tenth of the work.
    pub tenfold_of: Option<&'static str>,
    /// How many profiles the configuration file has.
    pub profiles: usize,
}

/// A tool and its command line.
pub struct Command {
    /// Who does it.
    pub tool: Tool,
    /// The words behind the program's name, with spaces between them, in parts that are put one behind the
    /// other. In each word `{HTTP}` and `{HTTPS}` stand for the addresses of the endpoints for updates, `{CA}` for the
    /// file with the certificate of their authority, `{1000}` and `{10000}` for those that have so many stores,
    /// `{CERTIFICATES}` for the one with 10,000 stores that have certificates, and `{KEY}` and `{SECRET}` for the
    /// access key.
    pub line: &'static [&'static str],
}

/// A kind of program; there can be more than one program of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// This project's program and each other `aws`.
    Aws,
    /// `curl`, which can sign a request.
    Curl,
    /// `true`, which does nothing: what the system itself takes to run a process.
    True,
}

/// In the order of the report.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "nothing",
        commands: &[Command { tool: Tool::True, line: &[] }],
        exit: 0,
        limits: limits::NONE,
        tenfold_of: None,
        profiles: 0,
    },
    Scenario {
        name: "--version",
        commands: &[Command { tool: Tool::Aws, line: &["--version"] }],
        exit: 0,
        limits: limits::VERSION,
        tenfold_of: None,
        profiles: 0,
    },
    Scenario {
        name: "skeleton",
        commands: &[Command {
            tool: Tool::Aws,
            line: &["kms create-custom-key-store --generate-cli-skeleton"],
        }],
        exit: 0,
        limits: limits::SKELETON,
        tenfold_of: None,
        profiles: 0,
    },
    Scenario {
        name: "usage error",
        commands: &[Command { tool: Tool::Aws, line: &["kms update-custom-key-store"] }],
        exit: 252,
        limits: limits::USAGE_ERROR,
        tenfold_of: None,
        profiles: 0,
    },
    Scenario {
        name: "update over HTTP",
        commands: &[
            Command { tool: Tool::Aws, line: &[UPDATE, "--endpoint-url {HTTP}"] },
            Command { tool: Tool::Curl, line: &[SIGNED_POST, "{HTTP}"] },
        ],
        exit: 0,
        limits: limits::HTTP,
        tenfold_of: None,
        profiles: 0,
    },
    Scenario {
        name: "update over TLS",
        commands: &[
            Command { tool: Tool::Aws, line: &[UPDATE, "--endpoint-url {HTTPS} --ca-bundle {CA}"] },
            Command { tool: Tool::Curl, line: &[SIGNED_POST, "--cacert {CA} {HTTPS}"] },
        ],
        exit: 0,
        limits: limits::TLS,
        tenfold_of: None,
        profiles: 0,
    },
    Scenario {
        name: "update with 10 profiles",
        commands: &[Command { tool: Tool::Aws, line: &[UPDATE, "--endpoint-url {HTTP}"] }],
        exit: 0,
        limits: limits::NONE,
        tenfold_of: None,
        profiles: 10,
    },
    Scenario {
        name: "update with 5,000 profiles",
        commands: &[Command { tool: Tool::Aws, line: &[UPDATE, "--endpoint-url {HTTP}"] }],
        exit: 0,
        limits: limits::PROFILES,
        tenfold_of: None,
        profiles: 5000,
    },
    Scenario {
        name: "describe 1,000 json",
        commands: &[Command { tool: Tool::Aws, line: &[DESCRIBE, "--endpoint-url {1000} --output json"] }],
        exit: 0,
        limits: limits::NONE,
        tenfold_of: None,
        profiles: 0,
    },
    Scenario {
        name: "describe 10,000 json",
        commands: &[Command { tool: Tool::Aws, line: &[DESCRIBE, "--endpoint-url {10000} --output json"] }],
        exit: 0,
        limits: limits::WHOLE,
        tenfold_of: Some("describe 1,000 json"),
        profiles: 0,
    },
    Scenario {
        name: "describe 1,000 text",
        commands: &[Command { tool: Tool::Aws, line: &[DESCRIBE, "--endpoint-url {1000} --output text"] }],
        exit: 0,
        limits: limits::NONE,
        tenfold_of: None,
        profiles: 0,
    },
    Scenario {
        name: "describe 10,000 text",
        commands: &[Command { tool: Tool::Aws, line: &[DESCRIBE, "--endpoint-url {10000} --output text"] }],
        exit: 0,
        limits: limits::PAGES,
        tenfold_of: Some("describe 1,000 text"),
        profiles: 0,
    },
    Scenario {
        name: "describe 1,000 table",
        commands: &[Command { tool: Tool::Aws, line: &[DESCRIBE, "--endpoint-url {1000} --output table"] }],
        exit: 0,
        limits: limits::NONE,
        tenfold_of: None,
        profiles: 0,
    },
    Scenario {
        name: "describe 10,000 table",
        commands: &[Command { tool: Tool::Aws, line: &[DESCRIBE, "--endpoint-url {10000} --output table"] }],
        exit: 0,
        limits: limits::WHOLE,
        tenfold_of: Some("describe 1,000 table"),
        profiles: 0,
    },
    Scenario {
        name: "describe 1,000 yaml",
        commands: &[Command { tool: Tool::Aws, line: &[DESCRIBE, "--endpoint-url {1000} --output yaml"] }],
        exit: 0,
        limits: limits::NONE,
        tenfold_of: None,
        profiles: 0,
    },
    Scenario {
        name: "describe 10,000 yaml",
        commands: &[Command { tool: Tool::Aws, line: &[DESCRIBE, "--endpoint-url {10000} --output yaml"] }],
        exit: 0,
        limits: limits::WHOLE,
        tenfold_of: Some("describe 1,000 yaml"),
        profiles: 0,
    },
    Scenario {
        name: "describe 1,000 yaml-stream",
        commands: &[Command {
            tool: Tool::Aws,
            line: &[DESCRIBE, "--endpoint-url {1000} --output yaml-stream"],
        }],
        exit: 0,
        limits: limits::NONE,
        tenfold_of: None,
        profiles: 0,
    },
    Scenario {
        name: "describe 10,000 yaml-stream",
        commands: &[Command {
            tool: Tool::Aws,
            line: &[DESCRIBE, "--endpoint-url {10000} --output yaml-stream"],
        }],
        exit: 0,
        limits: limits::PAGES,
        tenfold_of: Some("describe 1,000 yaml-stream"),
        profiles: 0,
    },
    Scenario {
        name: "certificates 10,000 text",
        commands: &[Command {
            tool: Tool::Aws,
            line: &[DESCRIBE, "--endpoint-url {CERTIFICATES} --output text"],
        }],
        exit: 0,
        limits: limits::LARGE_PAGES,
        tenfold_of: None,
        profiles: 0,
    },
    Scenario {
        name: "certificates 10,000 yaml-stream",
        commands: &[Command {
            tool: Tool::Aws,
            line: &[DESCRIBE, "--endpoint-url {CERTIFICATES} --output yaml-stream"],
        }],
        exit: 0,
        limits: limits::LARGE_PAGES,
        tenfold_of: None,
        profiles: 0,
    },
];

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
