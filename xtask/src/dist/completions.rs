//! The completion scripts that the program prints, for the name that it has beside another `aws`.

use std::io;
use std::path::Path;
use std::process::Command;

use crate::workspace::{failed, text};

/// The program's name beside another `aws`.
pub(super) const OWN_NAME: &str = "aws-kms-cli";

/// A shell whose script is shipped, and what in it is said of the program's name. Each must be found.
pub(super) struct Shell {
    pub(super) name: &'static str,
    changes: &'static [(&'static str, &'static str)],
}

pub(super) const BASH: Shell = Shell {
    name: "bash",
    changes: &[
        ("completion for aws.", "completion for aws-kms-cli."),
        ("_aws_complete()", "_aws_kms_cli_complete()"),
        ("-F _aws_complete aws", "-F _aws_kms_cli_complete aws-kms-cli"),
        ("|| program=aws\n", "|| program=aws-kms-cli\n"),
    ],
};

pub(super) const ZSH: Shell = Shell {
    name: "zsh",
    changes: &[
        ("#compdef aws\n", "#compdef aws-kms-cli\n"),
        ("completion for aws.", "completion for aws-kms-cli."),
        ("\n_aws() {", "\n_aws-kms-cli() {"),
        ("|| program=aws\n", "|| program=aws-kms-cli\n"),
        ("== _aws ]]", "== _aws-kms-cli ]]"),
        ("\n    _aws \"$@\"", "\n    _aws-kms-cli \"$@\""),
        ("compdef _aws aws\n", "compdef _aws-kms-cli aws-kms-cli\n"),
    ],
};

pub(super) const FISH: Shell = Shell {
    name: "fish",
    changes: &[
        ("completion for aws.", "completion for aws-kms-cli."),
        ("function __aws_complete\n", "function __aws_kms_cli_complete\n"),
        ("or set program aws\n", "or set program aws-kms-cli\n"),
        ("(__aws_complete)", "(__aws_kms_cli_complete)"),
        ("complete -c aws ", "complete -c aws-kms-cli "),
    ],
};

impl Shell {
    /// The script for the name `aws`, which is on PATH.
    pub(super) fn script(&self, aws: &Path) -> io::Result<String> {
        Ok(text(Command::new(aws).args(["cks", "completion", self.name]))? + "\n")
    }

    /// The script for the name of its own. How to load it is left out: it is in the shell's folder.
    pub(super) fn own_script(&self, aws: &Path) -> io::Result<String> {
        let mut script = self.script(aws)?;
        for (from, to) in self.changes {
            if !script.contains(from) {
                return Err(failed(format!("the script for {} has no {from:?}", self.name)));
            }
            script = script.replace(from, to);
        }
        Ok(script)
    }
}
