//! Sends a change, and finds out what became of it.

use std::time::Instant;

use super::{Halt, HaltKind, Journey};
use crate::cks::change::{self, Sent};
use crate::cks::plan::Step;
use crate::cks::store::Store;
use crate::client::error::{ClientError, Effect};
use crate::input::validate;
use crate::model::send::Call;
use crate::operations::remedies;
use crate::reply::error::ServiceError;
use crate::value::Map;

impl Journey<'_> {
    pub(super) fn send(
        &mut self,
        step: Step,
        call: &'static Call,
        request: Map,
        began: Instant,
        happened: impl Fn(&Store) -> Option<bool>,
    ) -> Result<(), Halt> {
        let parameters = validate::validate(request, call.operation.input, true);
        let parameters = parameters.map_err(|error| self.failed(step, error.into(), began))?;
        let (client, id) = (self.context.client, self.store.id.clone());
        self.under_way = Some(step);
        let sent = change::send(client, call, &parameters, &id, self.limits, &happened);
        if let Ok(Sent::Done | Sent::Refused { .. } | Sent::Ended(_)) = sent {
            self.under_way = None;
        }
        match sent {
            Ok(Sent::Done) => Ok(()),
            Ok(Sent::Refused { error, store }) => {
                let before = self.store.state.clone();
                store.into_iter().for_each(|store| self.see(*store));
                let kind = match is_of_change(&error) {
                    _ if self.store.state != before => HaltKind::ChangedByOthers,
                    true => HaltKind::NotPossible,
                    false => HaltKind::Stopped,
                };
                let remedy = error.service().and_then(|error| remedies::of_exception(&error.code));
                Err(self.halted(step, kind, error.to_string(), remedy, began))
            }
            Ok(Sent::Unknown(error)) => {
                let reason = format!(
                    "It is not known whether KMS has made the change, which it does not show. {error}"
                );
                Err(self.halted(step, HaltKind::Unknown, reason, None, began))
            }
            Ok(Sent::Ended(error)) | Err(error) => Err(self.failed(step, error, began)),
        }
    }

    /// The store as it is now; `None` where it cannot be read.
    pub(super) fn look(&mut self, step: Step, began: Instant) -> Result<Option<Store>, Halt> {
        match change::look_patiently(self.context.client, &self.store.id, self.limits) {
            Ok(store) => Ok(Some(store)),
            Err(error) if error.is_interrupt() => Err(self.failed(step, error, began)),
            Err(_) => Ok(None),
        }
    }
}

/// Whether KMS refuses the change itself, and not for its load or the credentials: with those nothing could be put back.
fn is_of_change(error: &ClientError) -> bool {
    const CREDENTIALS: [&str; 6] = [
        "ExpiredTokenException",
        "IncompleteSignatureException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "UnrecognizedClientException",
    ];
    let is_of_service = |error: &ServiceError| !CREDENTIALS.contains(&error.code.as_str());
    error.effect() != Effect::NotYet && error.service().is_some_and(is_of_service)
}
