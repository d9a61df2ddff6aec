//! The version line.

/// The release of the reference whose behaviour this program has.
pub(crate) const REFERENCE: &str = "2.36.7";

/// The version of this program.
pub(crate) const OWN: &str = env!("CARGO_PKG_VERSION");

/// The compiler that built this program, such as `1.95.0`.
pub(crate) const RUSTC: &str = env!("AWS_KMS_CLI_RUSTC");

/// What `--version` prints: first the reference's name and version, so that scripts that look for version 2 of
/// the AWS CLI go on working.
pub(crate) fn line() -> String {
    let os = system();
    format!("aws-cli/{REFERENCE} aws-kms-cli/{OWN} Rust/{RUSTC} {os} {}\n", std::env::consts::ARCH)
}

/// The operating system and its release, such as `Linux/6.1.0`.
pub(crate) fn system() -> String {
    let name = match std::env::consts::OS {
        "linux" => "Linux",
        "macos" => "Darwin",
        "windows" => "Windows",
        other => other,
    };
    let release = release().unwrap_or_else(|| "unknown".to_owned());
    format!("{name}/{release}")
}

#[cfg(target_os = "linux")]
fn release() -> Option<String> {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").ok()?;
    Some(release.trim().to_owned()).filter(|release| !release.is_empty())
}

#[cfg(not(target_os = "linux"))]
fn release() -> Option<String> {
    None
}
