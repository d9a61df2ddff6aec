//! Tells the program which compiler builds it.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RUSTC");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output =
        Command::new(rustc).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    let line = String::from_utf8_lossy(&output);
    let version = line.split_whitespace().nth(1).unwrap_or("unknown");
    println!("cargo::rustc-env=AWS_KMS_CLI_RUSTC={version}");
}
