//! The way to a proxy, step by step, until one of them fails.

use std::fmt::Display;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_smithy_types::body::SdkBody;
use http::Request;

use super::Target;
use super::finding::{Finding, Outcome, Refusal};
use super::health::{Answer, Health, LONGEST_ANSWER};
use crate::syntax::python::system_words;
use crate::transport::probe::{Probe, Unanswered, Wire};
use crate::transport::proxy::error::ProxyFailure;
use crate::transport::tls::error::{Distrust, TlsFailure};
use crate::transport::tls::session::{Demand, Session, Shown};

/// So many days before its end a certificate should have been renewed.
const FEW_DAYS: i64 = 30;

/// The most addresses of a name that are shown.
const MOST_ADDRESSES: usize = 3;

/// A walk, and what was found on it.
pub(super) struct Walk<'t> {
    pub(super) target: &'t Target,
    pub(super) probe: &'t Probe,
    /// The longest time of a step.
    pub(super) limit: Duration,
    pub(super) findings: Vec<Finding>,
    demand: Arc<Demand>,
}

impl<'t> Walk<'t> {
    pub(super) fn new(target: &'t Target, probe: &'t Probe, limit: Duration) -> Walk<'t> {
        Walk { target, probe, limit, findings: Vec::new(), demand: Arc::default() }
    }

    /// Goes as far as the way leads. Returns the health of the proxy and how long its answer took.
    pub(super) async fn go(&mut self, request: Request<SdkBody>) -> Option<(Option<Health>, Duration)> {
        let wire = match timed(self.probe.tunnel()).await {
            (Some(opened), time) => self.judge_tunnel(opened, time)?,
            (None, _) => self.connect().await?,
        };
        let (made, time) = timed(self.probe.secure(wire, &self.demand)).await;
        let wire = self.judge_session(made, time)?;
        let (reply, time) = timed(self.probe.send(wire, request, LONGEST_ANSWER)).await;
        match reply {
            Ok(response) => {
                let before = self.findings.iter().filter(|finding| finding.check != "name");
                let whole_time = before.filter_map(|finding| finding.time).sum::<Duration>() + time;
                let answer = Answer { response, time, whole_time };
                let health = answer.judge(self.target, &mut self.findings);
                Some((health, time))
            }
            Err(unanswered) => {
                let finding = self.unanswered(&unanswered);
                self.findings.push(finding.took(time));
                None
            }
        }
    }

    /// Looks the name up and connects, without a proxy on the way.
    async fn connect(&mut self) -> Option<Wire> {
        let (found, time) = timed(self.probe.look_up()).await;
        let host = self.probe.host();
        let addresses = match found {
            Ok(addresses) if !addresses.is_empty() => addresses,
            Ok(_) => return self.out_of_reach("name", host, &"it has no address", false, time),
            Err(error) => {
                return self.out_of_reach("name", host, &system_words(&error), is_silence(&error), time);
            }
        };
        self.findings.push(self.judge_addresses(&addresses).took(time));
        let (connected, time) = timed(self.probe.connect(&addresses)).await;
        match connected {
            Ok(wire) => {
                self.findings.push(Finding::ok("TCP", "port 443").took(time));
                Some(wire)
            }
            Err(error) => {
                self.out_of_reach("TCP", "port 443", &system_words(&error), is_silence(&error), time)
            }
        }
    }

    fn judge_addresses(&self, addresses: &[SocketAddr]) -> Finding {
        let mut shown: Vec<String> = Vec::new();
        for address in addresses.iter().map(|address| address.ip().to_string()) {
            if !shown.contains(&address) {
                shown.push(address);
            }
        }
        let more = shown.len().saturating_sub(MOST_ADDRESSES);
        shown.truncate(MOST_ADDRESSES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message = format!("{} → {}{more}", self.probe.host(), shown.join(", "));
        let public = addresses.iter().any(|address| is_public(address.ip()));
        if public || self.target.is_private {
            return Finding::ok("name", message);
        }
        let reason = "KMS looks the name up in the public DNS and cannot reach a private address.";
        Finding::warning("name", message, reason)
    }

    /// There is no connection to the proxy: a failure, unless only KMS can reach it.
    fn out_of_reach(
        &mut self,
        check: &'static str,
        what: &str,
        why: &dyn Display,
        is_silence: bool,
        time: Duration,
    ) -> Option<Wire> {
        let message =
            if is_silence { format!("{what}: {}", self.silence()) } else { format!("{what}: {why}") };
        self.findings.push(if self.target.is_private {
            let reason = "KMS reaches this proxy through a VPC endpoint service, which may not be open to this machine.";
            Finding::unknown(check, format!("not checkable from here: {message}")).because(reason).took(time)
        } else {
            let refusal = if is_silence { Refusal::TIMED_OUT } else { Refusal::NOT_REACHABLE };
            let reason = match check {
                "name" => "KMS looks the name up in the public DNS.",
                _ => "Nothing accepts connections there, or a firewall is in the way.",
            };
            Finding::failed(check, message, reason, refusal).took(time)
        });
        None
    }

    fn judge_tunnel(&mut self, opened: Result<Wire, ProxyFailure>, time: Duration) -> Option<Wire> {
        let proxy = self.probe.proxy().unwrap_or_default().to_owned();
        let failure = match opened {
            Ok(wire) => {
                let reason = "It looks up the name and connects; KMS does both itself.";
                let tunnel = Finding::ok("tunnel", format!("through {proxy} (HTTPS_PROXY)"));
                self.findings.push(tunnel.because(reason).took(time));
                return Some(wire);
            }
            Err(failure) => failure,
        };
        let why = match failure {
            ProxyFailure::Refused { status: status @ (502..=504) } => {
                let why = format!("cannot connect to {}: it answers {status}", self.probe.host());
                return self.out_of_reach("tunnel", &format!("{proxy} (HTTPS_PROXY)"), &why, false, time);
            }
            ProxyFailure::Refused { status: 407 } => {
                "It wants a user and a password, or others (407).".to_owned()
            }
            ProxyFailure::Refused { status } => format!("It refuses to connect ({status})."),
            ProxyFailure::BadUrl(_) => "It is no URL of a proxy.".to_owned(),
            ProxyFailure::Unreachable { cause } => format!("The system says: {cause}."),
            ProxyFailure::Tls(failure) => format!("It has no TLS session: {failure}."),
            ProxyFailure::Silent | ProxyFailure::TunnelSilent => "It does not answer.".to_owned(),
            ProxyFailure::TunnelClosed | ProxyFailure::Closed => "It closes the connection.".to_owned(),
        };
        let message = format!("not checkable from here: {proxy} (HTTPS_PROXY) is in the way");
        let reason = format!("{why} NO_PROXY names hosts that need no such proxy.");
        self.findings.push(Finding::unknown("tunnel", message).because(reason).took(time));
        None
    }

    fn judge_session(
        &mut self,
        made: io::Result<Result<(Wire, Session), TlsFailure>>,
        time: Duration,
    ) -> Option<Wire> {
        let (wire, finding) = match made {
            Ok(Ok((wire, session))) => {
                let finding = self.judge_certificate(&session);
                let is_trusted = session.trusted.is_ok();
                (Some(wire).filter(|_| is_trusted && finding.outcome != Outcome::Failed), finding)
            }
            Ok(Err(failure)) => (None, self.no_session(&failure)),
            Err(error) if is_silence(&error) => {
                let reason = "The proxy has accepted the connection, but does not speak TLS in time.";
                (None, Finding::failed("TLS", self.silence(), reason, Refusal::TIMED_OUT))
            }
            Err(_) => (None, self.no_session(&TlsFailure::EndOfStream)),
        };
        self.findings.push(finding.took(time));
        wire
    }

    fn judge_certificate(&self, session: &Session) -> Finding {
        let version = session.version;
        let Some(Shown { subject, issuer, days_left }) = &session.certificate else {
            return Finding::failed("TLS", version, "The certificate cannot be read.", Refusal::TLS);
        };
        let (subject, issuer) = (self.target.shown(subject), self.target.shown(issuer));
        if let Err(failure) = &session.trusted {
            let message = format!("{version}, certificate for {subject} by {issuer}");
            if let TlsFailure::Untrusted(distrust) = failure
                && distrust.is_ours()
            {
                return Finding::unknown("TLS", message)
                    .because(format!("Not checkable from here: {distrust}."));
            }
            let reason = self.distrust(failure, *days_left);
            return Finding::failed("TLS", message, reason, Refusal::TLS);
        }
        let host = self.probe.host();
        let left = days(days_left.unsigned_abs());
        let message = format!("{version}, certificate for {host} by {issuer}, {left} left");
        if !self.probe.verifies() && !session.is_public {
            let message = format!("{version}, certificate for {subject} by {issuer}, not verified");
            let reason = "Leave --no-verify-ssl out to know whether it is one to trust.";
            return Finding::unknown("TLS", message).because(reason);
        }
        if *days_left < FEW_DAYS {
            return Finding::warning(
                "TLS",
                message,
                "Renew it soon: KMS refuses the proxy when it has expired.",
            );
        }
        let finding = Finding::ok("TLS", message);
        if session.is_public {
            return finding;
        }
        finding.because("The CA bundle vouches for it. KMS trusts public authorities only.")
    }

    /// Why a certificate is not accepted, in sentences.
    fn distrust(&self, failure: &TlsFailure, days_left: i64) -> String {
        let host = self.probe.host();
        match failure {
            TlsFailure::WrongHost { names, .. } => {
                let names: Vec<String> = names.iter().take(5).map(|name| self.target.shown(name)).collect();
                match &names[..] {
                    [] => format!("It is not for {host}, nor for any other host."),
                    names => format!("It is not for {host}, but for {}.", names.join(", ")),
                }
            }
            TlsFailure::Untrusted(Distrust::Expired) if days_left < 0 => {
                format!("It expired {} ago.", days(days_left.unsigned_abs()))
            }
            TlsFailure::Untrusted(distrust) => match distrust {
                Distrust::Expired => "An authority above it has expired.".to_owned(),
                Distrust::NotYetValid => "It is not valid yet.".to_owned(),
                Distrust::SelfSigned => "It is self-signed: no authority vouches for it.".to_owned(),
                Distrust::UnknownIssuer | Distrust::RootNotInBundle | Distrust::SelfSignedInChain => {
                    "No authority that is trusted here vouches for it. KMS trusts public authorities only."
                        .to_owned()
                }
                other => format!("It is not accepted: {other}."),
            },
            other => format!("It is not accepted: {other}."),
        }
    }

    fn no_session(&self, failure: &TlsFailure) -> Finding {
        let reason = match failure {
            TlsFailure::Bundle(error) => {
                let message = "not checkable from here: the CA bundle cannot be read";
                return Finding::unknown("TLS", message).because(error.to_string());
            }
            _ if self.demand.was_made() => return wants_certificate(),
            // bad certificate, certificate required
            TlsFailure::Alert(42 | 116) => return wants_certificate(),
            TlsFailure::NotTls => "What answers does not speak TLS.".to_owned(),
            TlsFailure::EndOfStream => {
                let reason = "The connection is closed before there is a TLS session.";
                return Finding::failed("TLS", "closed", reason, Refusal::NOT_REACHABLE);
            }
            // handshake failure, protocol version, insufficient security
            TlsFailure::Alert(40 | 70 | 71) | TlsFailure::Incompatible => {
                "The proxy must speak TLS 1.2 with ECDHE and AES-256-GCM, or 1.3 with AES-256-GCM or ChaCha20.".to_owned()
            }
            TlsFailure::Alert(number) => format!("The proxy ends the handshake with the alert {number}."),
            other => format!("The proxy does not keep to TLS: {other}."),
        };
        Finding::failed("TLS", "no session", reason, Refusal::TLS)
    }

    fn unanswered(&self, unanswered: &Unanswered) -> Finding {
        match unanswered {
            Unanswered::Closed | Unanswered::Tls(_) if self.demand.was_made() => wants_certificate(),
            Unanswered::Tls(failure @ TlsFailure::Alert(42 | 116)) => self.no_session(failure),
            Unanswered::Tls(_) | Unanswered::Closed => {
                let reason = "The proxy closes the connection before it has answered.";
                Finding::failed("HTTP", "closed", reason, Refusal::NOT_REACHABLE)
            }
            Unanswered::Silent => {
                let reason = "KMS waits 250 ms for an answer.";
                Finding::failed("health", self.silence(), reason, Refusal::TIMED_OUT)
            }
            Unanswered::NotHttp => {
                let reason = "What answers does not speak HTTP/1.1.";
                Finding::failed("HTTP", "no answer of HTTP", reason, Refusal::RESPONSE)
            }
            Unanswered::TooLong => {
                let reason = format!("It has more than {} KiB.", LONGEST_ANSWER >> 10);
                Finding::failed("HTTP", "too long an answer", reason, Refusal::RESPONSE)
            }
        }
    }

    fn silence(&self) -> String {
        format!("no answer in {} s", self.limit.as_secs_f64())
    }
}

/// The proxy lets only those in who show a certificate, and only KMS has its own.
fn wants_certificate() -> Finding {
    let message = "not checkable from here: the proxy demands a client certificate";
    Finding::unknown("TLS", message).because("Only KMS can show the one that the proxy wants.")
}

fn days(count: u64) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}

fn is_silence(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::TimedOut
}

/// Whether KMS could reach an address, as far as the address shows it.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_unspecified())
        }
        IpAddr::V6(address) => {
            !(address.is_unique_local()
                || address.is_loopback()
                || address.is_unicast_link_local()
                || address.is_unspecified())
        }
    }
}

/// Waits for a future, and says how long that took.
async fn timed<T>(future: impl Future<Output = T>) -> (T, Duration) {
    let began = Instant::now();
    let done = future.await;
    (done, began.elapsed())
}
