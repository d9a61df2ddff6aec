//! `aws cks check`: what KMS will find at the proxy of an external key store, before KMS is asked.

mod finding;
mod health;
mod signature;
mod text;
mod walk;

use std::time::Duration;

use aws_smithy_types::body::SdkBody;
use http::Request;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use self::finding::{Finding, Outcome, Refusal, whole_milliseconds};
use self::health::Health;
use self::walk::Walk;
use super::error::CksError;
use super::plan::problems::can_be_access_key_id;
use super::progress::Progress;
use super::store::{self, Store};
use super::{Context, Order};
use crate::client::error::ClientError;
use crate::secret;
use crate::transport::ConnectionSettings;
use crate::transport::probe::Probe;
use crate::value::python::HIDDEN;
use crate::value::{Map, Value};

/// The longest time of each step of a check; the time-outs of the line may be shorter.
const LONGEST_STEP: Duration = Duration::from_secs(5);

/// The most characters of a text from outside: a URL of KMS has 256 and fewer.
const LONGEST_TEXT: usize = 256;

/// A proxy as KMS would ask it.
pub(super) struct Target {
    /// `https://` and a host name.
    pub(super) endpoint: String,
    /// What stands before `/health`.
    pub(super) path: String,
    /// Whether KMS reaches it through a VPC endpoint service.
    pub(super) is_private: bool,
    pub(super) access_key_id: String,
    /// KMS never shows it, so it is known only where it is given.
    pub(super) secret: Option<SecretString>,
}

/// What was found at a proxy.
#[derive(Default)]
pub(super) struct Report {
    pub(super) findings: Vec<Finding>,
    /// How long the answer to the call took, if there was one.
    answered_in: Option<Duration>,
    health: Option<Health>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shown<'r> {
    custom_key_store_id: &'r str,
    endpoint: Option<&'r str>,
    path: Option<&'r str>,
    findings: &'r [Finding],
    result: &'static str,
}

impl Target {
    /// The proxy of a store as it would be with these members of UpdateCustomKeyStore. `None` for a store without a proxy.
    pub(super) fn of(store: &Store, changes: &Map) -> Option<Target> {
        let proxy = store.proxy.as_ref()?;
        let member = |name: &str| changes.get(name).and_then(Value::exposed);
        let new = |name: &str| member(name).or_else(|| store.current(name)).map(str::to_owned);
        let credential = changes.get("XksProxyAuthenticationCredential").and_then(Value::as_map);
        let half = |name: &str| credential.and_then(|map| map.get(name)).and_then(Value::exposed);
        Some(Target {
            endpoint: new("XksProxyUriEndpoint")?,
            path: new("XksProxyUriPath")?,
            is_private: new("XksProxyConnectivity").as_deref() == Some("VPC_ENDPOINT_SERVICE"),
            access_key_id: half("AccessKeyId")
                .or(proxy.access_key_id.as_deref())
                .unwrap_or_default()
                .to_owned(),
            secret: half("RawSecretAccessKey").map(SecretString::from),
        })
    }

    /// The call.
    ///
    /// # Errors
    /// The endpoint, the path or the identifier of the credential is not one that KMS takes.
    fn request(&self, region: &str) -> Result<Request<SdkBody>, Finding> {
        let is_of = |text: &str, others: &str| {
            text.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c)) && !text.is_empty()
        };
        let host = self.endpoint.strip_prefix("https://").filter(|host| is_of(host, ".-"));
        let Some(host) = host.filter(|_| self.path.starts_with('/') && is_of(&self.path, "/_-")) else {
            let reason =
                "An endpoint is https:// and a host name, without a port. A path ends with /kms/xks/v1.";
            let message = format!("not that of a proxy: {}", self.shown_url());
            return Err(Finding::failed("URL", message, reason, Refusal::PARAMETER));
        };
        // A secret key in its place is not to be sent either. What KMS shows is no secret, and is not sent.
        let is_good = self.secret.is_none() || can_be_access_key_id(&self.access_key_id);
        is_good.then(|| health::request(self, host, region)).flatten().ok_or_else(|| {
            let reason = "An AccessKeyId has 20 to 30 characters: A to Z and 2 to 7.";
            Finding::failed("credential", "not an AccessKeyId", reason, Refusal::PARAMETER)
        })
    }

    /// What may be shown of a text from outside: without the secret, on one line, not long, and without what moves a
    /// terminal's cursor.
    fn shown(&self, text: &str) -> String {
        let secrets: Vec<&str> = self.secret.iter().map(ExposeSecret::expose_secret).collect();
        let hidden = secret::text_without(text, &secrets);
        let mut characters = hidden.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c });
        let mut short: String = characters.by_ref().take(LONGEST_TEXT).collect();
        if characters.next().is_some() {
            short.push('…');
        }
        short
    }

    fn shown_url(&self) -> String {
        self.shown(&format!("{}{}", self.endpoint, self.path))
    }

    /// The identifier of the credential, unless it may be the secret.
    fn shown_id(&self) -> &str {
        if can_be_access_key_id(&self.access_key_id) { &self.access_key_id } else { HIDDEN }
    }

    fn unknown_credential(&self) -> Finding {
        let id = self.shown_id();
        let message = format!("not checkable from here: KMS does not show the secret of {id}");
        let reason = format!(
            "To check it: --xks-proxy-authentication-credential AccessKeyId={id},RawSecretAccessKey=prompt://"
        );
        Finding::unknown("credential", message).because(reason)
    }
}

impl Report {
    fn of(finding: Finding) -> Report {
        Report { findings: vec![finding], ..Report::default() }
    }

    /// Whether KMS would refuse the proxy.
    pub(super) fn is_failure(&self) -> bool {
        self.failed().is_some()
    }

    /// The first finding for which KMS would refuse the proxy.
    pub(super) fn failed(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.outcome == Outcome::Failed)
    }

    /// The findings as lines for people, of so many columns.
    pub(super) fn lines(&self, width: usize) -> Vec<String> {
        text::lines(&self.findings, width)
    }

    /// The whole in a line, such as `https://xks.example.com answers in 38 ms, fleet of 2, all key managers ACTIVE`.
    pub(super) fn summary(&self, target: &Target) -> String {
        let endpoint = &target.endpoint;
        if let Some(Finding { check, message, .. }) = self.failed() {
            return format!("{endpoint}: {check}: {message}");
        }
        let Some(time) = self.answered_in.map(whole_milliseconds) else {
            return format!("{endpoint} is not checkable from here");
        };
        let Some(health) = &self.health else {
            return format!("{endpoint} answers in {time} ms, its credential is not checkable from here");
        };
        let managers = match (health.active(), health.ekm_fleet_details.len()) {
            (active, all) if active == all => "all key managers ACTIVE".to_owned(),
            (active, all) => format!("{active} of {all} key managers ACTIVE"),
        };
        let size = health.xks_proxy_fleet_size;
        format!("{endpoint} answers in {time} ms, fleet of {size}, {managers}")
    }
}

pub(super) fn run(order: &Order, context: &Context) -> Result<u8, CksError> {
    let stores = store::all(context.client)?;
    let given = order.invocation.stores.first().map(String::as_str).unwrap_or_default();
    let store = &stores[store::find(&stores, given)?];
    let target = Target::of(store, &order.changes);
    let report = match &target {
        Some(target) => {
            let progress = Progress::new();
            progress.moving(&format!("checking {}", target.endpoint));
            proxy(context, target)?
        }
        None => Report::default(),
    };
    show(context, store, target.as_ref(), &report)?;
    Ok(u8::from(report.is_failure()))
}

fn show(context: &Context, store: &Store, target: Option<&Target>, report: &Report) -> Result<(), CksError> {
    if context.view.is_data() {
        return context.view.data(
            "Check",
            &Shown {
                custom_key_store_id: &store.id,
                endpoint: target.map(|target| target.endpoint.as_str()),
                path: target.map(|target| target.path.as_str()),
                findings: &report.findings,
                result: if report.is_failure() { "failed" } else { "ok" },
            },
        );
    }
    let name = &store.name;
    let width = context.view.width();
    let text = match target {
        None => format!("{name} is a {} key store. It has no proxy to check.\n", store.kind.words()),
        Some(target) => {
            let url = target.shown_url();
            let answer = match report.is_failure() {
                true => format!("{name}: KMS would refuse {url}"),
                false if report.health.is_some() => format!("{name}: KMS should accept {url}"),
                // Whether it takes the credential was not seen.
                false if report.answered_in.is_some() => format!("{name}: KMS should reach {url}"),
                false => format!("{name}: {url} is not checkable from here"),
            };
            let lines = text::wrapped(&answer, width).into_iter().chain([String::new()]);
            let lines: Vec<String> = lines.chain(report.lines(width)).collect();
            format!("{}\n", lines.join("\n"))
        }
    };
    context.view.text(&text)
}

/// Checks a proxy, as KMS does when a store is updated or connected. Takes half a minute at most.
///
/// # Errors
/// An interrupt.
pub(super) fn proxy(context: &Context, target: &Target) -> Result<Report, CksError> {
    let client = &context.session.client;
    let connection = &client.connection;
    let limits = [connection.connect_timeout, connection.read_timeout];
    let limit = limits.into_iter().flatten().fold(LONGEST_STEP, Duration::min);
    let settings =
        ConnectionSettings { connect_timeout: Some(limit), read_timeout: Some(limit), ..connection.clone() };
    let request = match target.request(&client.region) {
        Ok(request) => request,
        Err(finding) => return Ok(Report::of(finding)),
    };
    let probe = match Probe::new(request.uri(), settings) {
        Ok(probe) => probe,
        // The URL is that of a server of TLS: what is wrong is that of the proxy on the way.
        Err(error) => {
            return Ok(Report::of(
                Finding::unknown("tunnel", "not checkable from here").because(error.to_string()),
            ));
        }
    };
    let mut walk = Walk::new(target, &probe, limit);
    let answered = context.session.settings.runtime.wait(walk.go(request)).map_err(ClientError::from)?;
    let mut findings = walk.findings;
    if answered.is_some() {
        if target.secret.is_none() {
            findings.push(target.unknown_credential());
        }
        findings.push(Finding::unknown(
            "distance",
            "not checkable from here: KMS allows 250 ms from its own Region",
        ));
    }
    let (health, answered_in) = answered.map(|(health, time)| (health, Some(time))).unwrap_or_default();
    Ok(Report { findings, answered_in, health })
}

/// What the targets of fuzzing need of this module.
#[cfg(fuzzing)]
pub(crate) mod fuzzing {
    use http::header::{CONTENT_TYPE, DATE, LOCATION};
    use http::{Response, Version};

    use super::*;

    /// What is shown of an answer: a byte for the status and one for the rest, then three headers and the body, each up to a
    /// zero byte.
    pub(crate) fn health(data: &[u8], secret: &str) -> Vec<String> {
        let [status, kind, data @ ..] = data else { return Vec::new() };
        let status = [200, 200, 401, 403, 404, 429, 500, 503, 302, 418][usize::from(status % 10)];
        let is_old = kind & 1 != 0;
        let mut parts = data.splitn(4, |byte| *byte == 0);
        let mut response = Response::builder().status(status);
        if is_old {
            response = response.version(Version::HTTP_10);
        }
        for name in [CONTENT_TYPE, LOCATION, DATE] {
            response = response.header(name, parts.next().unwrap_or_default());
        }
        let Ok(response) = response.body(SdkBody::from(parts.next().unwrap_or_default())) else {
            return Vec::new();
        };
        let target = Target {
            endpoint: "https://xks.example.com".to_owned(),
            path: "/example/kms/xks/v1".to_owned(),
            is_private: false,
            access_key_id: "ABCDE12345670EXAMPLE".to_owned(),
            secret: (kind & 2 == 0).then(|| SecretString::from(secret)),
        };
        let (time, whole_time) = (Duration::from_millis(30), Duration::from_millis(u64::from(*kind) * 2));
        let mut report = Report { answered_in: Some(time), ..Report::default() };
        let answer = health::Answer { response, time, whole_time };
        report.health = answer.judge(&target, &mut report.findings);
        if target.secret.is_none() {
            return Vec::new();
        }
        let mut shown = report.lines(usize::from(*kind));
        shown.push(report.summary(&target));
        shown.push(serde_json::to_string(&report.findings).unwrap_or_default());
        assert!(!shown.iter().any(|line| line.contains(char::is_control)), "{shown:?}");
        shown
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_is_summed_up_in_a_line() {
        let target = Target {
            endpoint: "https://h".to_owned(),
            path: "/kms/xks/v1".to_owned(),
            is_private: false,
            access_key_id: String::new(),
            secret: None,
        };
        let health = |states: [&str; 2]| {
            let managers = states.map(|state| json!({"id": "a", "model": "b", "healthStatus": state}));
            let health = json!({"xksProxyFleetSize": 3, "xksProxyVendor": "v", "xksProxyModel": "m", "ekmVendor": "e",
                "ekmFleetDetails": managers});
            serde_json::from_value(health).ok()
        };
        let answered_in = Some(Duration::from_millis(38));
        let refused = Finding::failed("health", "404", "No such path.", Refusal::PATH);
        for (report, summary) in [
            (Report::default(), "https://h is not checkable from here"),
            (Report::of(refused), "https://h: health: 404"),
            (
                Report { answered_in, ..Report::default() },
                "https://h answers in 38 ms, its credential is not checkable from here",
            ),
            (
                Report { answered_in, health: health(["ACTIVE", "ACTIVE"]), ..Report::default() },
                "https://h answers in 38 ms, fleet of 3, all key managers ACTIVE",
            ),
            (
                Report { answered_in, health: health(["ACTIVE", "DEGRADED"]), ..Report::default() },
                "https://h answers in 38 ms, fleet of 3, 1 of 2 key managers ACTIVE",
            ),
        ] {
            assert_eq!(report.summary(&target), summary);
        }
    }
}
