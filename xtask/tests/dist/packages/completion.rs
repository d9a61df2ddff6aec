//! Completion for the name that the program has beside another `aws`, by the scripts of the `.deb`.

use std::env;
use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::package;
use crate::stdout;

fn unpacked() -> TempDir {
    let root = tempfile::tempdir().expect("a folder");
    stdout(Command::new("dpkg-deb").arg("--extract").arg(package(".deb")).arg(root.path()));
    root
}

/// What a shell's commands print. None where there is no such shell.
fn in_shell(shell: &[&str], root: &Path, commands: &str) -> Option<String> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [root.join("usr/bin")].into_iter().chain(env::split_paths(&path));
    let path: OsString = env::join_paths(folders).expect("folders");
    let mut command = Command::new(shell[0]);
    command.args(&shell[1..]).arg(commands).env("PATH", path).env("SHARE", root.join("usr/share"));
    match command.output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            _ = writeln!(io::stderr(), "skipped: there is no {}", shell[0]);
            None
        }
        Err(error) => panic!("{}: {error}", shell[0]),
        Ok(output) => {
            assert!(output.stderr.is_empty(), "{output:?}");
            Some(String::from_utf8_lossy(&output.stdout).into_owned())
        }
    }
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn bash_completes_it() {
    let root = unpacked();
    let commands = r#"
        source "$SHARE/bash-completion/completions/aws-kms-cli"
        complete -p aws-kms-cli >/dev/null && ! complete -p aws 2>/dev/null || exit
        COMP_LINE='aws-kms-cli kms update-cus' COMP_POINT=26 COMP_TYPE=9 COMP_WORDS=(aws-kms-cli kms update-cus)
        _aws_kms_cli_complete aws-kms-cli update-cus kms
        echo "${COMPREPLY[@]}"
    "#;
    let Some(shown) = in_shell(&["bash", "--norc", "-c"], root.path(), commands) else { return };
    assert_eq!(shown, "update-custom-key-store\n");
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn zsh_completes_it() {
    let root = unpacked();
    let commands = r"
        fpath=($SHARE/zsh/vendor-completions $fpath)
        autoload -Uz compinit && compinit -u -D
        print $_comps[aws-kms-cli]
        _describe() { print -l -- ${(P)5} }
        words=(aws-kms-cli kms update-cus) CURRENT=3 PREFIX=update-cus
        _aws-kms-cli
    ";
    let Some(shown) = in_shell(&["zsh", "-f", "-c"], root.path(), commands) else { return };
    assert!(shown.starts_with("_aws-kms-cli\nupdate-custom-key-store:"), "{shown}");
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn fish_completes_it() {
    let root = unpacked();
    let commands = r"
        source $SHARE/fish/vendor_completions.d/aws-kms-cli.fish
        complete -C 'aws-kms-cli kms update-cus'
    ";
    let Some(shown) = in_shell(&["fish", "--no-config", "-c"], root.path(), commands) else { return };
    assert!(shown.starts_with("update-custom-key-store\t"), "{shown}");
}
