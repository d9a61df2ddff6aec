//! The control endpoint for test programs that do not use the library:
//!
//! | request | does |
//! |---|---|
//! | `POST /_emulator/faults` | adds the fault, or the list of faults, in the body |
//! | `DELETE /_emulator/faults` | forgets all faults |
//! | `POST /_emulator/delays` | lets each call of an operation take longer: `{"operation": …, "delay_ms": …}` |
//! | `GET /_emulator/requests` | lists the calls so far, without secrets |
//!
//! Calls of this endpoint are not signed and not recorded.

use std::time::Duration;

use hyper::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::faults::Fault;
use crate::operations::Operation;
use crate::server::{Service, locked};

/// The paths that belong to this endpoint.
pub(crate) const PREFIX: &str = "/_emulator/";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Delay {
    operation: Operation,
    delay_ms: u64,
}

/// The status and the JSON body of the reply.
pub(crate) fn answer(service: &Service, method: &Method, path: &str, body: &[u8]) -> (u16, String) {
    match (method, path) {
        (&Method::POST, "/_emulator/faults") => match faults(body) {
            Ok(faults) => {
                let mut waiting = locked(&service.faults);
                faults.into_iter().for_each(|fault| waiting.add(fault));
                (200, json!({}).to_string())
            }
            Err(error) => (400, json!({"message": error.to_string()}).to_string()),
        },
        (&Method::DELETE, "/_emulator/faults") => {
            locked(&service.faults).clear();
            (200, json!({}).to_string())
        }
        (&Method::POST, "/_emulator/delays") => match serde_json::from_slice(body) {
            Ok(Delay { operation, delay_ms }) => {
                locked(&service.delays).set(operation, Duration::from_millis(delay_ms));
                (200, json!({}).to_string())
            }
            Err(error) => (400, json!({"message": error.to_string()}).to_string()),
        },
        (&Method::GET, "/_emulator/requests") => {
            let journal = locked(&service.journal);
            let calls = journal.requests.iter();
            let list: Value =
                calls.map(|call| json!({"operation": call.operation.name(), "body": call.shown()})).collect();
            (200, list.to_string())
        }
        _ => (404, json!({"message": format!("{method} {path} does not exist")}).to_string()),
    }
}

fn faults(body: &[u8]) -> Result<Vec<Fault>, serde_json::Error> {
    match serde_json::from_slice(body)? {
        list @ Value::Array(_) => serde_json::from_value(list),
        one => serde_json::from_value(one).map(|fault| vec![fault]),
    }
}
