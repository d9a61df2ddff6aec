//! Misbehaviour on request: errors, delays and broken replies for the next calls.

use std::time::Duration;

use serde::{Deserialize, Deserializer};

use crate::operations::Operation;
use crate::state::ConnectionErrorCode;

/// Something to go wrong in the next calls. Faults are used in the order of their arrival.
///
/// As JSON: `{"operation": "UpdateCustomKeyStore", "times": 2, "delay_ms": 100, "effect": "close"}`; all members
/// but `effect` may be left out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The operation to spoil; `None` spoils calls of every operation.
    #[serde(default)]
    pub operation: Option<Operation>,
    /// How many calls to spoil.
    #[serde(default = "once")]
    pub times: u32,
    /// How long to wait before anything else, in milliseconds.
    #[serde(default)]
    pub delay_ms: u64,
    /// What to do after the delay.
    #[serde(default)]
    pub effect: Effect,
}

/// What a fault does to a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// Does the call and answers as always: the delay is the whole fault.
    #[default]
    Answer,
    /// Does nothing and answers with an error. JSON: `{"error": {"type": "ThrottlingException"}}`.
    Error {
        /// The HTTP status, 400 when left out.
        #[serde(default = "bad_request")]
        status: u16,
        /// The error code.
        #[serde(rename = "type")]
        code: String,
        /// The message, empty when left out.
        #[serde(default)]
        message: String,
    },
    /// Does nothing and answers with this body, whatever it is. JSON: `{"body": {"body": "<html>"}}`.
    Body {
        /// The HTTP status, 200 when left out.
        #[serde(default = "ok")]
        status: u16,
        /// The bytes of the body; in JSON a string.
        #[serde(deserialize_with = "bytes_of_string")]
        body: Vec<u8>,
    },
    /// Does nothing and closes the connection without an answer.
    Close,
    /// Does the call, then closes the connection without an answer.
    LoseReply,
    /// Does the call, announces the whole reply, and closes the connection after the first `keep` bytes of the
    /// body. JSON: `{"truncate": {"keep": 1}}`.
    Truncate {
        /// Bytes of the body that are sent.
        keep: usize,
    },
    /// Does the call; if it starts to connect a store, the connection ends FAILED with this code.
    /// JSON: `{"fail_connection": {"code": "XKS_PROXY_TIMED_OUT"}}`.
    FailConnection {
        /// The code that DescribeCustomKeyStores shows afterwards.
        code: ConnectionErrorCode,
    },
}

impl Fault {
    /// A fault for the next call of any operation.
    pub fn once(effect: Effect) -> Self {
        Self { operation: None, times: once(), delay_ms: 0, effect }
    }

    /// KMS's answer to too many calls, for the next call of any operation.
    pub fn throttling() -> Self {
        let (code, message) = ("ThrottlingException".into(), "Rate exceeded".into());
        Self::once(Effect::Error { status: bad_request(), code, message })
    }

    /// The same fault, only for calls of `operation`.
    pub fn of(self, operation: Operation) -> Self {
        Self { operation: Some(operation), ..self }
    }

    /// The same fault for the next `times` calls.
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// The delay as a duration.
    pub(crate) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms)
    }

    fn concerns(&self, operation: Operation) -> bool {
        self.times > 0 && self.operation.is_none_or(|wanted| wanted == operation)
    }
}

/// The faults that are still to come, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// Adds a fault behind those already waiting.
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Forgets all faults.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Uses up one time of the oldest fault that concerns `operation`.
    pub(crate) fn next(&mut self, operation: Operation) -> Option<Fault> {
        let fault = self.0.iter_mut().find(|fault| fault.concerns(operation))?;
        fault.times -= 1;
        let used = fault.clone();
        self.0.retain(|fault| fault.times > 0);
        Some(used)
    }
}

/// How long the calls of each operation take at least.
#[derive(Clone, Debug, Default)]
pub(crate) struct Delays(Vec<(Operation, Duration)>);

impl Delays {
    pub(crate) fn set(&mut self, operation: Operation, delay: Duration) {
        self.0.retain(|(known, _)| *known != operation);
        self.0.push((operation, delay));
    }

    pub(crate) fn of(&self, operation: Operation) -> Duration {
        self.0.iter().find(|(known, _)| *known == operation).map_or(Duration::ZERO, |(_, delay)| *delay)
    }
}

fn once() -> u32 {
    1
}

fn ok() -> u16 {
    200
}

fn bad_request() -> u16 {
    400
}

fn bytes_of_string<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    String::deserialize(deserializer).map(String::into_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_used_as_often_as_it_says_and_only_for_its_operation() {
        let mut faults = Faults::default();
        faults.add(Fault::once(Effect::Close).of(Operation::UpdateCustomKeyStore).times(2));
        faults.add(Fault::once(Effect::LoseReply));
        let mut effect = |operation| faults.next(operation).map(|fault| fault.effect);
        assert_eq!(effect(Operation::UpdateCustomKeyStore), Some(Effect::Close));
        assert_eq!(effect(Operation::DescribeCustomKeyStores), Some(Effect::LoseReply));
        assert_eq!(effect(Operation::DescribeCustomKeyStores), None);
        assert_eq!(effect(Operation::UpdateCustomKeyStore), Some(Effect::Close));
        assert_eq!(effect(Operation::UpdateCustomKeyStore), None);
    }

    #[test]
    fn faults_are_read_from_json() {
        let fault: Fault =
            serde_json::from_str(r#"{"effect": {"error": {"type": "ThrottlingException"}}}"#).unwrap();
        let effect =
            Effect::Error { status: 400, code: "ThrottlingException".into(), message: String::new() };
        assert_eq!(fault, Fault::once(effect));
        let fault: Fault = serde_json::from_str(
            r#"{"operation": "ConnectCustomKeyStore", "times": 3, "effect": {"fail_connection": {"code": "NETWORK_ERRORS"}}}"#,
        )
        .unwrap();
        let code = ConnectionErrorCode::parse("NETWORK_ERRORS").unwrap();
        let wanted =
            Fault::once(Effect::FailConnection { code }).of(Operation::ConnectCustomKeyStore).times(3);
        assert_eq!(fault, wanted);
    }

    #[test]
    fn a_fault_with_an_unknown_member_or_code_is_refused() {
        for text in [
            r#"{"effects": "close"}"#,
            r#"{"effect": {"fail_connection": {"code": "X"}}}"#,
            r#"{"effect": "x"}"#,
        ] {
            assert!(serde_json::from_str::<Fault>(text).is_err(), "{text}");
        }
    }
}
