//! What the error codes of KMS about custom key stores mean, and what helps: the one place for hints, pages, states and plans.
//!
//! Sources: the KMS service model (kms-2014-11-01) and the KMS Developer Guide, "Troubleshooting" of both types of store.

/// A code, its meaning and its remedy.
pub(crate) struct Remedy {
    pub(crate) code: &'static str,
    /// A sentence without its full stop and without the code.
    pub(crate) meaning: &'static str,
    /// What to do, in sentences.
    pub(crate) remedy: &'static str,
    /// The commands of `aws cks` that do it, each with `STORE` for the store. None where nothing here does.
    pub(crate) commands: &'static [&'static str],
}

/// The codes of a connection that FAILED (`ConnectionErrorCode`).
pub(crate) static CONNECTION_ERRORS: &[Remedy] = &[Remedy {
    code: "INTERNAL_ERROR",
    meaning: "KMS could not complete the request because of an error of its own",
    remedy: "Disconnect the store and connect it again.",
    commands: &["disconnect STORE", "connect STORE"],
}];

/// The exceptions of KMS that operators meet.
pub(crate) static EXCEPTIONS: &[Remedy] = &[];

/// What is known about a `ConnectionErrorCode`.
pub(crate) fn of_connection_error(code: &str) -> Option<&'static Remedy> {
    CONNECTION_ERRORS.iter().find(|remedy| remedy.code == code)
}

/// What is known about an exception.
pub(crate) fn of_exception(code: &str) -> Option<&'static Remedy> {
    EXCEPTIONS.iter().find(|remedy| remedy.code == code)
}
