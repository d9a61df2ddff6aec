//! Whether a certificate is for a host: its alternative names, or where it has none its common names.

use std::net::Ipv4Addr;

use rustls::pki_types::ServerName;
use webpki::EndEntityCert;

use super::certificate::Certificate;
use crate::transport::tls::error::{Distrust, TlsFailure};

/// The name of a host as rustls has it; `None` for a text that it does not take, such as `127.1`.
pub(crate) fn server_name(host: &str) -> Option<ServerName<'static>> {
    ServerName::try_from(host).ok().map(|name| name.to_owned())
}

/// Stands for a host whose text rustls does not take for a name; OpenSSL takes any text. It is not sent to the
/// server, and only the verifier judges the host.
pub(crate) fn no_host() -> ServerName<'static> {
    ServerName::IpAddress(Ipv4Addr::UNSPECIFIED.into())
}

/// Verifies that a certificate is for the host. The reference still compares common names where there are no
/// alternative names, and hand-made certificates still rely on it; not below an authority that may only name some hosts.
///
/// # Errors
/// It is not.
pub(crate) fn verify(
    certificate: &EndEntityCert<'_>,
    host: &str,
    constrained: bool,
) -> Result<(), TlsFailure> {
    let name = server_name(host);
    let mut names = match certificate.verify_is_valid_for_subject_name(&name.clone().unwrap_or_else(no_host))
    {
        Ok(()) if name.is_some() => return Ok(()),
        Ok(()) => vec!["0.0.0.0".to_owned()],
        Err(webpki::Error::CertNotValidForName(context)) => {
            context.presented.iter().filter_map(|name| shown_name(name)).collect()
        }
        Err(_) => return Err(TlsFailure::Untrusted(Distrust::Malformed)),
    };
    if names.is_empty() && !matches!(name, Some(ServerName::IpAddress(_))) {
        names = Certificate::read(&certificate.der()).map(|read| read.common_names()).unwrap_or_default();
        if names.iter().any(|name| fits(name, host)) {
            // webpki does not compare common names with the constraints, and OpenSSL only those with a dot.
            let unchecked = constrained && host.contains('.');
            return if unchecked { Err(TlsFailure::Untrusted(Distrust::NameConstraint)) } else { Ok(()) };
        }
    }
    Err(TlsFailure::WrongHost { host: host.to_owned(), names })
}

/// Whether a common name stands for the host: the same, whatever the case, or a pattern such as
/// `*.example.com`, whose `*` is one label.
fn fits(name: &str, host: &str) -> bool {
    match (name.strip_prefix("*."), host.split_once('.')) {
        (Some(parent), Some((label, rest))) => !label.is_empty() && parent.eq_ignore_ascii_case(rest),
        (Some(_), None) => false,
        (None, _) => name.eq_ignore_ascii_case(host),
    }
}

/// A name as webpki lists it, `DnsName("localhost")` or `IpAddress(127.0.0.1)`, without its wrapping. Names of
/// other kinds are not host names.
fn shown_name(listed: &str) -> Option<String> {
    let dns = listed.strip_prefix("DnsName(\"").and_then(|rest| rest.strip_suffix("\")"));
    let address = || listed.strip_prefix("IpAddress(").and_then(|rest| rest.strip_suffix(')'));
    dns.or_else(address).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_one_label() {
        assert!(fits("KMS.test", "kms.TEST"));
        assert!(fits("*.test", "kms.test"));
        for (name, host) in
            [("*.test", "a.b.test"), ("*.test", ".test"), ("*.test", "test"), ("k*.test", "k.test")]
        {
            assert!(!fits(name, host), "{name} {host}");
        }
    }
}
