//! GetHealthStatus of the proxy API: how KMS asks, and what it makes of the answer.
//!
//! Source: the AWS KMS external key store proxy API specification 1.0.3.

use std::time::Duration;

use aws_smithy_types::body::SdkBody;
use http::header::{CONTENT_TYPE, DATE, LOCATION};
use http::{HeaderMap, Method, Request, Response, Version};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use ring::rand::{SystemRandom, generate};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use super::Target;
use super::finding::{Finding, Refusal};
use super::signature::Signed;

/// The most bytes of an answer.
pub(super) const LONGEST_ANSWER: usize = 64 * 1024;

/// How long KMS waits for a connection, TLS and the answer.
const KMS_WAITS: Duration = Duration::from_millis(250);

/// How far the clock of a proxy may be off.
const LARGEST_SKEW: i64 = 5 * 60;

/// The most key managers that an answer may have.
const MOST_MANAGERS: usize = 10;

/// An answer, whole.
pub(super) struct Answer {
    pub(super) response: Response<SdkBody>,
    /// From the request to the last byte.
    pub(super) time: Duration,
    /// The same with the connection and TLS.
    pub(super) whole_time: Duration,
}

/// The health of a proxy.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Health {
    pub(super) xks_proxy_fleet_size: u64,
    xks_proxy_vendor: String,
    xks_proxy_model: String,
    ekm_vendor: String,
    pub(super) ekm_fleet_details: Vec<KeyManager>,
    /// Other members may be there. And only an object has others: no list is taken for one.
    #[serde(flatten)]
    _others: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct KeyManager {
    id: String,
    model: String,
    health_status: Status,
    #[serde(flatten)]
    _others: IgnoredAny,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Active,
    Degraded,
    Unavailable,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody {
    error_name: String,
    error_message: Option<String>,
}

impl Health {
    /// How many of its key managers are ACTIVE.
    pub(super) fn active(&self) -> usize {
        self.ekm_fleet_details.iter().filter(|manager| manager.health_status == Status::Active).count()
    }

    /// # Errors
    /// What is wrong with a body.
    fn read(body: &[u8]) -> Result<Health, String> {
        let health: Health = serde_json::from_slice(body).map_err(|error| {
            let text = error.to_string();
            let text = text.split(" at line ").next().unwrap_or_default();
            if error.is_data() { format!("In its body: {text}") } else { "Its body is not JSON".to_owned() }
        })?;
        match health.ekm_fleet_details.len() {
            _ if health.xks_proxy_fleet_size == 0 => Err("In its body: xksProxyFleetSize is 0".to_owned()),
            1..=MOST_MANAGERS => Ok(health),
            count => Err(format!("In its body: {count} key managers, not 1 to {MOST_MANAGERS}")),
        }
    }

    /// The fleet, and each key manager.
    fn findings(&self, target: &Target, findings: &mut Vec<Finding>) {
        let size = self.xks_proxy_fleet_size;
        let (vendor, model) = (target.shown(&self.xks_proxy_vendor), target.shown(&self.xks_proxy_model));
        let proxies = if size == 1 { "proxy" } else { "proxies" };
        findings.push(Finding::ok("fleet", format!("{size} {proxies}, {model} by {vendor}")));
        let managers = &self.ekm_fleet_details;
        let all_unavailable = managers.iter().all(|manager| manager.health_status == Status::Unavailable);
        for manager in managers {
            let (id, model) = (target.shown(&manager.id), target.shown(&manager.model));
            let name = format!("{id}, {model} by {}", target.shown(&self.ekm_vendor));
            findings.push(match manager.health_status {
                Status::Active => Finding::ok("manager", format!("ACTIVE: {name}")),
                Status::Degraded => Finding::warning(
                    "manager",
                    format!("DEGRADED: {name}"),
                    "It works with less than its full capacity.",
                ),
                Status::Unavailable if all_unavailable => Finding::failed(
                    "manager",
                    format!("UNAVAILABLE: {name}"),
                    "No external key manager of this proxy is available.",
                    Refusal::NOT_REACHABLE,
                ),
                Status::Unavailable => {
                    Finding::warning("manager", format!("UNAVAILABLE: {name}"), "The others do its work.")
                }
            });
        }
    }
}

/// The call, signed if the secret is there. `None` for a credential that no header can hold.
pub(super) fn request(target: &Target, host: &str, region: &str) -> Option<Request<SdkBody>> {
    let id: [u8; 16] = generate(&SystemRandom::new()).ok()?.expose();
    let id = format!("{:032x}", u128::from_be_bytes(id));
    let body = json!({"requestMetadata": {"kmsRequestId": id, "kmsOperation": "KmsHealthCheck"}}).to_string();
    let path = format!("{}/health", target.path);
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(format!("{}{path}", target.endpoint))
        .header(CONTENT_TYPE, "application/json");
    if let Some(secret) = &target.secret {
        let signed = Signed { host, path: &path, body: body.as_bytes(), region };
        for (name, value) in signed.headers(&target.access_key_id, secret.expose_secret(), Timestamp::now()) {
            request = request.header(name, value);
        }
    }
    request.body(SdkBody::from(body)).ok()
}

impl Answer {
    /// What KMS makes of it.
    pub(super) fn judge(&self, target: &Target, findings: &mut Vec<Finding>) -> Option<Health> {
        let status = self.response.status().as_u16();
        if self.response.version() < Version::HTTP_11 {
            let reason = "The proxy API is HTTP/1.1 or later.";
            findings.push(Finding::warning("HTTP", format!("{:?}", self.response.version()), reason));
        }
        match status {
            200 => self.judge_health(target, findings),
            300..=399 => {
                let to = self.header(LOCATION.as_str()).map(|to| format!(" to {}", target.shown(to)));
                let message = format!("{status}: redirects{}", to.unwrap_or_default());
                let reason = "KMS does not follow redirects.";
                findings.push(Finding::failed("HTTP", message, reason, Refusal::RESPONSE).took(self.time));
                None
            }
            401 if target.secret.is_none() => {
                let message = "401 to a call without a signature, as it must be";
                findings.push(self.in_time(Finding::ok("health", message)));
                None
            }
            _ => {
                findings.push(self.judge_error(target).took(self.time));
                None
            }
        }
    }

    fn judge_health(&self, target: &Target, findings: &mut Vec<Finding>) -> Option<Health> {
        let malformed = |reason: String| {
            let message = "200, but not the health of a proxy";
            Finding::failed("health", message, reason, Refusal::RESPONSE).took(self.time)
        };
        if !self.is_json() {
            let given = self
                .header(CONTENT_TYPE.as_str())
                .map_or("no content type".to_owned(), |given| target.shown(given));
            findings.push(malformed(format!("The answer has {given} instead of application/json.")));
            return None;
        }
        match Health::read(self.body()) {
            Err(what) => {
                findings.push(malformed(format!("{}.", target.shown(&what))));
                None
            }
            Ok(health) => {
                findings.push(match &target.secret {
                    Some(_) => {
                        let message = format!("200 to a call signed with {}", target.shown_id());
                        self.in_time(Finding::ok("health", message))
                    }
                    _ => Finding::warning(
                        "health",
                        "200 to a call without a signature",
                        "The proxy does not look at signatures: whoever reaches it can use the keys behind it.",
                    )
                    .took(self.time),
                });
                health.findings(target, findings);
                Some(health)
            }
        }
    }

    /// What a status other than 200 means. The names are those of the specification.
    fn judge_error(&self, target: &Target) -> Finding {
        let status = self.response.status().as_u16();
        let error: ErrorBody = if self.is_json() {
            serde_json::from_slice(self.body()).unwrap_or_default()
        } else {
            ErrorBody::default()
        };
        let name = error.error_name.as_str();
        let (reason, refusal) = match (status, name) {
            (429, _) | (_, "ThrottlingException") => {
                ("The proxy has too many calls to answer.".to_owned(), Refusal::NOT_REACHABLE)
            }
            (503, _) | (_, "DependencyTimeoutException") => (
                "The proxy cannot serve now, or its key manager does not answer.".to_owned(),
                Refusal::NOT_REACHABLE,
            ),
            (_, "AuthenticationFailedException") => (self.why_not_authentic(target), Refusal::CREDENTIAL),
            (_, "AccessDeniedException") => {
                ("The rules of the proxy refuse the call.".to_owned(), Refusal::ACCESS_DENIED)
            }
            (_, "InvalidUriPathException") => (
                format!("The proxy has no key store with the path {}.", target.shown(&target.path)),
                Refusal::PATH,
            ),
            (_, "InternalException") => {
                ("The proxy reports an error of its own or of its key manager.".to_owned(), Refusal::RESPONSE)
            }
            (_, "") => {
                let reason =
                    "The answer is not one of the proxy API: something else may stand before the proxy.";
                (reason.to_owned(), Refusal::RESPONSE)
            }
            _ => ("KMS expects no such answer to a call for the health.".to_owned(), Refusal::RESPONSE),
        };
        let said = error.error_message.map(|message| format!(" The proxy says: {}", target.shown(&message)));
        let said = said.unwrap_or_default();
        let message = format!("{status} {}", target.shown(name)).trim_end().to_owned();
        if target.secret.is_none() && may_differ_with_a_signature(status, name) {
            let reason = "This call had no signature. KMS signs its calls and may get another answer: with the credential that is checked.";
            return Finding::unknown("health", message).because(reason.to_owned() + &said);
        }
        Finding::failed("health", message, reason + &said, refusal)
    }

    fn why_not_authentic(&self, target: &Target) -> String {
        let skew = self.skew().filter(|skew| skew.abs() > LARGEST_SKEW);
        match (&target.secret, skew) {
            (None, _) => "The proxy refuses the call.".to_owned(),
            (_, Some(skew)) => {
                let side = if skew > 0 { "ahead of" } else { "behind" };
                let minutes = skew.abs() / 60;
                format!("The proxy's clock is {minutes} minutes {side} the one here; 5 are allowed.")
            }
            (_, None) => {
                let id = target.shown_id();
                format!("The proxy does not know the credential {id}, or has another secret for it.")
            }
        }
    }

    /// By how many seconds the proxy's clock is ahead of the one here, if it shows the time.
    fn skew(&self) -> Option<i64> {
        let date = rfc2822::DateTimeParser::new().parse_timestamp(self.header(DATE.as_str())?).ok()?;
        Some(date.as_second() - Timestamp::now().as_second())
    }

    /// A finding with the time, which makes it a warning where KMS would not wait so long.
    fn in_time(&self, finding: Finding) -> Finding {
        let finding = finding.took(self.time);
        if self.whole_time <= KMS_WAITS {
            return finding;
        }
        let reason = "KMS waits 250 ms for the connection, TLS and the answer. It may be nearer than this machine, or farther.";
        Finding::warning(finding.check, finding.message, reason).took(self.time)
    }

    fn is_json(&self) -> bool {
        self.header(CONTENT_TYPE.as_str()).is_some_and(|value| value.starts_with("application/json"))
    }

    fn header(&self, name: &str) -> Option<&str> {
        let headers: &HeaderMap = self.response.headers();
        headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn body(&self) -> &[u8] {
        self.response.body().bytes().unwrap_or_default()
    }
}

/// Whether an error may be due to the missing signature: not one that a proxy answers before it looks at that, or for a
/// reason of its own.
fn may_differ_with_a_signature(status: u16, name: &str) -> bool {
    let is_of_the_call = (400..500).contains(&status) && !matches!(status, 404 | 429);
    let is_other = matches!(
        name,
        "InvalidUriPathException"
            | "ThrottlingException"
            | "DependencyTimeoutException"
            | "InternalException"
    );
    is_of_the_call && !is_other
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn any_body_is_read(body in proptest::collection::vec(proptest::num::u8::ANY, 0..64)) {
            let _ = Health::read(&body);
        }
    }
}
