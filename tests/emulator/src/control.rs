//! The control endpoint for test programs that do not use the library:
//!
//! | request | does |
//! |---|---|
//! | `POST /_emulator/faults` | adds the fault, or the list of faults, in the body |
//! | `DELETE /_emulator/faults` | forgets all faults |
//! | `POST /_emulator/delays` | lets each call of an operation take longer: `{"operation": …, "delay_ms": …}` |
//! | `POST /_emulator/changes` | changes a store as somebody else would, at once or just before a call |
//! | `DELETE /_emulator/changes` | forgets the changes that are still to come |
//! | `POST /_emulator/clusters` | takes the place of the CloudHSM cluster with the same ID |
//! | `GET /_emulator/requests` | lists the calls so far, without secrets |
//!
//! Calls of this endpoint are not signed and not recorded. Where one thing is posted, a list may be posted, too.

use std::time::Duration;

use hyper::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::changes::{Change, ChangeError};
use crate::clusters::Cluster;
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

#[derive(Debug, thiserror::Error)]
enum ControlError {
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Change(#[from] ChangeError),
    #[error("{0} {1} does not exist")]
    NotFound(Method, String),
}

/// The status and the JSON body of the reply.
pub(crate) fn answer(service: &Service, method: &Method, path: &str, body: &[u8]) -> (u16, String) {
    match done(service, method, path, body) {
        Ok(reply) => (200, reply.to_string()),
        Err(error) => {
            let status = if matches!(error, ControlError::NotFound(..)) { 404 } else { 400 };
            (status, json!({"message": error.to_string()}).to_string())
        }
    }
}

fn done(service: &Service, method: &Method, path: &str, body: &[u8]) -> Result<Value, ControlError> {
    match (method.as_str(), path) {
        ("POST", "/_emulator/faults") => {
            list::<Fault>(body)?.into_iter().for_each(|fault| locked(&service.faults).add(fault));
        }
        ("DELETE", "/_emulator/faults") => locked(&service.faults).clear(),
        ("POST", "/_emulator/delays") => {
            for Delay { operation, delay_ms } in list(body)? {
                locked(&service.delays).set(operation, Duration::from_millis(delay_ms));
            }
        }
        ("POST", "/_emulator/changes") => {
            for change in list::<Change>(body)? {
                locked(&service.changes).add(change, &mut locked(&service.stores))?;
            }
        }
        ("DELETE", "/_emulator/changes") => locked(&service.changes).clear(),
        ("POST", "/_emulator/clusters") => {
            list::<Cluster>(body)?.into_iter().for_each(|new| locked(&service.stores).clusters.put(new));
        }
        ("GET", "/_emulator/requests") => {
            let journal = locked(&service.journal);
            let calls = journal.requests.iter();
            return Ok(calls
                .map(|call| json!({"operation": call.operation.name(), "body": call.shown()}))
                .collect());
        }
        _ => return Err(ControlError::NotFound(method.clone(), path.to_owned())),
    }
    Ok(json!({}))
}

/// The list in the body; one thing is a list of one.
fn list<T: DeserializeOwned>(body: &[u8]) -> Result<Vec<T>, serde_json::Error> {
    match serde_json::from_slice(body)? {
        list @ Value::Array(_) => serde_json::from_value(list),
        one => serde_json::from_value(one).map(|one| vec![one]),
    }
}
