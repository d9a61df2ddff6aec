//! Why a journey does not go on.

use std::time::Instant;

use super::{INDENT, Journey, Taken, line};
use crate::cks::error::CksError;
use crate::cks::failed::Failed;
use crate::cks::plan::Step;
use crate::cks::progress::clock;
use crate::cks::store::{Kind, State};
use crate::cks::view;
use crate::cks::wait::Outcome;
use crate::operations::remedies::{self, Remedy};
use crate::secret;
use crate::session::secrets::Secrets;

/// Why it does not go on.
pub(in crate::cks::apply) struct Halt {
    pub(in crate::cks::apply) step: Step,
    /// Sentences.
    pub(in crate::cks::apply) reason: String,
    pub(in crate::cks::apply) remedy: Option<&'static Remedy>,
    pub(in crate::cks::apply) kind: HaltKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cks::apply) enum HaltKind {
    /// What was asked for does not work: the way back may be open.
    NotPossible,
    /// It is not known whether the step has been taken.
    Unknown,
    /// The store is not as it was left.
    ChangedByOthers,
    /// There is no such store any more.
    Gone,
    Interrupted,
    /// Anything else, such as a service that cannot be reached.
    Stopped,
}

impl Journey<'_> {
    pub(super) fn not_reached(&mut self, step: Step, outcome: Outcome, began: Instant) -> Halt {
        let (kind, reason, remedy) = match outcome {
            Outcome::Reached(store) | Outcome::Elsewhere(store) => {
                let reason = format!("The store is {} now: somebody else has changed it.", store.state);
                self.see(store);
                (HaltKind::ChangedByOthers, reason, None)
            }
            Outcome::Failed(store) => {
                let code = store.error_code.as_deref().unwrap_or_default();
                let remedy = remedies::of_failed(code, store.kind == Kind::External);
                let reason = Failed::of(&store, &self.context.session.settings.globals).reason();
                self.see(store);
                (HaltKind::NotPossible, reason, remedy)
            }
            Outcome::TimedOut(_, error) => {
                let (state, limit) = (&self.store.state, clock(self.limits.timeout));
                match error {
                    // Nothing can be put back where KMS cannot be asked.
                    Some(error) => {
                        let reason =
                            format!("The store was {state}, and KMS cannot be asked any more: {error}");
                        (HaltKind::Stopped, reason, None)
                    }
                    None => {
                        let reason = format!("The store is still {state} after {limit} (--timeout).");
                        (HaltKind::NotPossible, reason, None)
                    }
                }
            }
            Outcome::Gone(error) => (HaltKind::Gone, error.to_string(), None),
        };
        self.halted(step, kind, reason, remedy, began)
    }

    pub(in crate::cks::apply) fn failed(&mut self, step: Step, error: CksError, began: Instant) -> Halt {
        let kind = match &error {
            error if error.is_interrupt() => HaltKind::Interrupted,
            error if error.is_gone() => HaltKind::Gone,
            _ => HaltKind::Stopped,
        };
        self.halted(step, kind, error.to_string(), None, began)
    }

    pub(super) fn halted(
        &mut self,
        step: Step,
        kind: HaltKind,
        reason: String,
        remedy: Option<&'static Remedy>,
        began: Instant,
    ) -> Halt {
        let time = began.elapsed();
        let reason = self.without_secrets(&reason);
        let what = match (step, kind, &self.store.state) {
            // KMS has accepted it.
            (Step::Disconnect, HaltKind::Stopped, State::Disconnecting) => "not seen DISCONNECTED",
            (Step::Connect, HaltKind::Stopped, State::Connecting) => "not seen CONNECTED",
            (Step::Update, HaltKind::Stopped, _) if self.is_returning && self.under_way.is_some() => {
                "not seen put back"
            }
            (Step::Update, HaltKind::Stopped, _)
                if self.is_changed && !self.is_returning && self.under_way.is_none() =>
            {
                "not seen changed"
            }
            _ => failure_of(step),
        };
        if kind != HaltKind::Interrupted {
            self.progress.line(&line('✗', what, time, ""));
            let width = self.context.view.width_of_sentences().saturating_sub(INDENT);
            view::wrapped(&reason, width)
                .lines()
                .for_each(|line| self.progress.line(&format!("{:INDENT$}{line}", "")));
        }
        self.taken.push(Taken { step, outcome: "failed", time, error: Some(reason.clone()) });
        Halt { step, reason, remedy, kind }
    }

    /// A text in which a service may have repeated a secret.
    fn without_secrets(&self, text: &str) -> String {
        let settings = self.context.session.settings;
        let text = Secrets::of(settings.environment, settings.files).hidden_in(text);
        let secrets = secret::long_enough(secret::parameters::secrets(&self.order.changes));
        secret::text_without(&text, &secrets)
    }
}

fn failure_of(step: Step) -> &'static str {
    match step {
        Step::Settle => "the state did not pass",
        Step::CheckProxy => "proxy not ready",
        Step::Disconnect => "did not disconnect",
        Step::Update => "not updated",
        Step::Connect => "did not connect",
        Step::Compare => "not as it should be",
    }
}
