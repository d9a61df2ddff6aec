//! Misbehaviour on request: the proxy is slow, closes connections, never answers, or answers wrongly.

use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

/// Where a fault happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// After the connection is accepted, before anything is read.
    Accept,
    /// After the client's first TLS message, before the proxy's.
    Handshake,
    /// After the request, before the status line.
    #[default]
    Head,
    /// After the head of the response. A connection that closes or hangs here does so in the middle of the body.
    Body,
}

/// Something to go wrong: once, a number of times, or until it is cleared. Each stage of a connection uses the
/// oldest fault that waits for it.
///
/// As JSON: `{"at": "body", "times": 2, "delay_ms": 300, "effect": "close"}`. All members may be left out: `at`
/// is `head`, `times` is once, and no effect is the usual response after the delay. Effects: `"answer"`,
/// `"close"`, `"hang"`, and, at the head only, `{"error": {"status": 503, "error_name":
/// "DependencyTimeoutException", "error_message": "…"}}` and `{"respond": {"status": 200, "content_type":
/// "text/html", "body": "<html>"}}`. `"times": null` means until it is cleared.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "FaultJson")]
pub struct Fault {
    stage: Stage,
    times: Option<u32>,
    delay: Duration,
    pub(crate) effect: Effect,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Effect {
    #[default]
    Answer,
    Close,
    Hang,
    Respond {
        status: u16,
        content_type: String,
        body: Bytes,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultJson {
    #[serde(default)]
    at: Stage,
    #[serde(default = "once")]
    times: Option<u32>,
    #[serde(default)]
    delay_ms: u64,
    #[serde(default)]
    effect: EffectJson,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum EffectJson {
    #[default]
    Answer,
    Close,
    Hang,
    Error {
        status: u16,
        error_name: Option<String>,
        error_message: Option<String>,
    },
    Respond {
        #[serde(default = "ok")]
        status: u16,
        #[serde(default = "application_json")]
        content_type: String,
        body: String,
    },
}

impl Fault {
    /// The proxy waits at this stage, then goes on.
    pub fn delay(stage: Stage, delay: Duration) -> Self {
        Self { stage, times: once(), delay, effect: Effect::Answer }
    }

    /// The proxy closes the connection.
    pub fn close(stage: Stage) -> Self {
        Self { effect: Effect::Close, ..Self::delay(stage, Duration::ZERO) }
    }

    /// The proxy does nothing more, and keeps the connection open.
    pub fn hang(stage: Stage) -> Self {
        Self { effect: Effect::Hang, ..Self::delay(stage, Duration::ZERO) }
    }

    /// The proxy answers with an error of its API.
    pub fn error(status: u16, error_name: &str) -> Self {
        Self::response(status, "application/json", json!({"errorName": error_name}).to_string())
    }

    /// The proxy answers with this, whatever it is. A status outside 100 to 999 becomes 500.
    pub fn response(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        let effect = Effect::Respond { status, content_type: content_type.into(), body: body.into() };
        Self { effect, ..Self::delay(Stage::Head, Duration::ZERO) }
    }

    /// The same fault `times` times.
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// The same fault until [`crate::XksProxy::clear_faults`].
    pub fn always(self) -> Self {
        Self { times: None, ..self }
    }

    /// The same fault after a delay.
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Waits for the delay, and forever if the fault hangs.
    pub(crate) async fn wait(&self) {
        tokio::time::sleep(self.delay).await;
        if self.effect == Effect::Hang {
            std::future::pending().await
        }
    }
}

impl TryFrom<FaultJson> for Fault {
    type Error = &'static str;

    fn try_from(json: FaultJson) -> Result<Self, Self::Error> {
        let FaultJson { at, times, delay_ms, effect } = json;
        let fault = match effect {
            EffectJson::Answer => Self::delay(at, Duration::ZERO),
            EffectJson::Close => Self::close(at),
            EffectJson::Hang => Self::hang(at),
            EffectJson::Error { .. } | EffectJson::Respond { .. } if at != Stage::Head => {
                return Err("a response takes the place of the proxy's own at the head only");
            }
            EffectJson::Error { status, error_name, error_message } => {
                let members = [("errorName", error_name), ("errorMessage", error_message)];
                let members = members.into_iter().filter_map(|(name, value)| Some((name, value?)));
                let body: serde_json::Map<_, _> =
                    members.map(|(name, value)| (name.to_owned(), json!(value))).collect();
                Self::response(status, "application/json", serde_json::Value::from(body).to_string())
            }
            EffectJson::Respond { status, content_type, body } => Self::response(status, &content_type, body),
        };
        Ok(Self { times, delay: Duration::from_millis(delay_ms), ..fault })
    }
}

/// The faults that are still to come, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Uses up one time of the oldest fault of this stage.
    pub(crate) fn next(&mut self, stage: Stage) -> Option<Fault> {
        let fault = self.0.iter_mut().find(|fault| fault.stage == stage && fault.times != Some(0))?;
        fault.times = fault.times.map(|times| times - 1);
        let used = fault.clone();
        self.0.retain(|fault| fault.times != Some(0));
        Some(used)
    }
}

#[allow(clippy::unnecessary_wraps, reason = "a default of serde")]
fn once() -> Option<u32> {
    Some(1)
}

fn ok() -> u16 {
    200
}

fn application_json() -> String {
    "application/json".into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Fault, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn faults_are_read_from_json() {
        for (text, wanted) in [
            (r#"{"delay_ms": 300}"#, Fault::delay(Stage::Head, Duration::from_millis(300))),
            (r#"{"at": "accept", "effect": "close", "times": 3}"#, Fault::close(Stage::Accept).times(3)),
            (
                r#"{"at": "handshake", "effect": "hang", "times": null}"#,
                Fault::hang(Stage::Handshake).always(),
            ),
            (
                r#"{"effect": {"error": {"status": 429, "error_name": "ThrottlingException"}}}"#,
                Fault::error(429, "ThrottlingException"),
            ),
            (
                r#"{"effect": {"respond": {"body": "<html>", "content_type": "text/html"}}}"#,
                Fault::response(200, "text/html", "<html>"),
            ),
        ] {
            assert_eq!(read(text).unwrap(), wanted, "{text}");
        }
    }

    #[test]
    fn a_fault_that_cannot_be_is_refused() {
        for text in [
            r#"{"effects": "close"}"#,
            r#"{"at": "lunch"}"#,
            r#"{"at": "body", "effect": {"respond": {"body": ""}}}"#,
            r#"{"times": -1}"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_fault_is_used_as_often_as_it_says_and_only_at_its_stage() {
        let mut faults = Faults::default();
        faults.add(Fault::close(Stage::Head).times(2));
        faults.add(Fault::hang(Stage::Body).always());
        let mut used = |stage| faults.next(stage).is_some();
        assert_eq!([used(Stage::Head), used(Stage::Head), used(Stage::Head)], [true, true, false]);
        assert_eq!([used(Stage::Body), used(Stage::Body), used(Stage::Accept)], [true, true, false]);
    }
}
