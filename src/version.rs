//! Versions: of this program, of the reference and of the system.

/// The release of the reference whose behaviour this program has.
pub(crate) const REFERENCE: &str = "2.36.7";

/// The version of this program.
pub(crate) const OWN: &str = env!("CARGO_PKG_VERSION");

/// The compiler that built this program, such as `1.95.0`.
pub(crate) const RUSTC: &str = env!("AWS_KMS_CLI_RUSTC");

/// What `--version` prints: first the reference's name and version, so that scripts that look for version 2 of
/// the AWS CLI go on working.
pub(crate) fn line() -> String {
    let (system, architecture) = (system(), std::env::consts::ARCH);
    format!("aws-cli/{REFERENCE} aws-kms-cli/{OWN} Rust/{RUSTC} {system} {architecture}\n")
}

/// The operating system and its release, such as `Linux/6.1.0`.
#[cfg(unix)]
pub(crate) fn system() -> String {
    let system = rustix::system::uname();
    format!("{}/{}", system.sysname().to_string_lossy(), system.release().to_string_lossy())
}

/// The operating system; its release is not known.
#[cfg(not(unix))]
pub(crate) fn system() -> String {
    format!("{}/unknown", if cfg!(windows) { "Windows" } else { std::env::consts::OS })
}
