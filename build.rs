//! Tells the program which compiler builds it, asks the linker for packed relocations where they can be read, and keeps a
//! static program from loading modules for names.

use std::env;
use std::process::Command;

/// The first glibc that reads packed relocations (RELR).
const PACKED_SINCE: (u32, u32) = (2, 36);

/// What a static program has in front of the C library's functions.
const STATIC_NAMES: &str = "packaging/static-names.c";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RUSTC");
    // The release file is linked by xtask, which sets this to something else where that would make another file.
    println!("cargo::rerun-if-env-changed=AWS_KMS_CLI_LINKER");
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output =
        Command::new(rustc).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    let line = String::from_utf8_lossy(&output);
    let version = line.split_whitespace().nth(1).unwrap_or("unknown");
    println!("cargo::rustc-env=AWS_KMS_CLI_RUSTC={version}");
    // They make the file smaller by 0.4 MB, and each start shorter by 0.2 million instructions. A file for another
    // machine may meet an older library there.
    let of = |name| env::var(name).unwrap_or_default();
    let is_linux_gnu = of("CARGO_CFG_TARGET_OS") == "linux" && of("CARGO_CFG_TARGET_ENV") == "gnu";
    if is_linux_gnu && of("TARGET") == of("HOST") && glibc().is_some_and(|version| version >= PACKED_SINCE) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    let is_static = of("CARGO_CFG_TARGET_FEATURE").split(',').any(|feature| feature == "crt-static");
    if is_linux_gnu && is_static {
        look_names_up_without_modules();
    }
}

/// Links the functions of a static program that stand in front of the C library's.
fn look_names_up_without_modules() {
    println!("cargo::rerun-if-changed={STATIC_NAMES}");
    for object in cc::Build::new().file(STATIC_NAMES).compile_intermediates() {
        println!("cargo::rustc-link-arg-bins={}", object.display());
    }
    for function in ["getaddrinfo", "getpwuid_r"] {
        println!("cargo::rustc-link-arg-bins=-Wl,--wrap={function}");
    }
}

/// The version of the C library of this machine.
fn glibc() -> Option<(u32, u32)> {
    let output = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (major, minor) = text.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}
