//! The connection states of a custom key store, and what is possible in each.
//!
//! Sources: the KMS service model (kms-2014-11-01) and the KMS Developer Guide.

/// The states (`ConnectionState`) in the order of a store's life, each with what it means.
pub(crate) static STATES: &[(&str, &str)] = &[
    (
        "DISCONNECTED",
        "Its keys cannot be used. Everything can change, and the store can be connected or deleted.",
    ),
    (
        "CONNECTING",
        "On the way to CONNECTED or FAILED: some minutes, for CloudHSM up to 20. Its keys cannot be used, and nothing can \
         change.",
    ),
    (
        "CONNECTED",
        "Its keys can be used. The name can change, and of an external key store the URI path and the credential of the \
         proxy; all else only while it is DISCONNECTED.",
    ),
    ("DISCONNECTING", "On the way to DISCONNECTED. Its keys cannot be used, and nothing can change."),
    (
        "FAILED",
        "The connection has failed; ConnectionErrorCode says why. Its keys cannot be used. The store has to be disconnected \
         before it can change or be connected again.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_states_are_those_of_kms() {
        let mut known: Vec<&str> = STATES.iter().map(|(state, _)| *state).collect();
        known.sort_unstable();
        assert_eq!(known, aws_sdk_kms::types::ConnectionStateType::values());
    }
}
