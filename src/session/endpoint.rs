//! The endpoint URL: which one was configured, and whether a request can go there.

use super::ini::Setting;
use super::settings::Settings;
use crate::error::session::SessionError;

/// The longest host name that the reference sends to.
const MAX_HOST: usize = 255;

/// The URL that was configured, from the first of: option, environment for KMS, environment, the profile's
/// services section, the profile. `None` is the region's own endpoint.
///
/// # Errors
/// A services section that does not exist or is not nested.
pub fn configured(settings: &Settings) -> Result<Option<String>, SessionError> {
    if let Some(url) = &settings.globals.endpoint_url {
        return Ok(Some(url.clone()));
    }
    if settings.boolean(Some("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), "ignore_configured_endpoint_urls") {
        return Ok(None);
    }
    let variable = |name| settings.environment.get(name).filter(|url| !url.is_empty());
    if let Some(url) = variable("AWS_ENDPOINT_URL_KMS").or_else(|| variable("AWS_ENDPOINT_URL")) {
        return Ok(Some(url));
    }
    if let Some(name) = settings.profile_text("services") {
        let Some(services) = settings.files.services(&name).filter(|section| !section.is_empty()) else {
            return Err(SessionError::NoServicesSection { name });
        };
        match services.get("kms") {
            Some(Setting::Map(kms)) => {
                if let Some((_, url)) = kms.iter().find(|(option, _)| option == "endpoint_url") {
                    return Ok(Some(url.clone()));
                }
            }
            Some(Setting::Text(_)) => return Err(SessionError::ServiceNotNested { name }),
            None => {}
        }
    }
    Ok(settings.profile_text("endpoint_url").filter(|url| !url.is_empty()))
}

/// The URL as requests are sent to it: without user information and fragment, the scheme in lower case.
///
/// # Errors
/// A URL without scheme or host, with a host that is no DNS name or address, or with a bad port.
pub fn normalized(url: &str) -> Result<String, SessionError> {
    let invalid = || SessionError::InvalidEndpoint { url: url.to_owned() };
    let trimmed = url.trim_start_matches(|c: char| c <= ' ');
    if trimmed.contains(['\t', '\n', '\r']) {
        return Err(invalid());
    }
    let (scheme, rest) = trimmed.split_once("://").ok_or_else(invalid)?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = split_port(authority);
    if !is_host(host) || scheme.is_empty() {
        return Err(invalid());
    }
    check_port(port)?;
    let path = path.split('#').next().unwrap_or_default().replace(' ', "%20");
    Ok(format!("{}://{authority}{path}", scheme.to_ascii_lowercase()))
}

/// Host and port; an IPv6 address stands in brackets.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    let host_end = authority.rfind(']').map_or(0, |bracket| bracket + 1);
    match authority[host_end..].split_once(':') {
        Some((rest, port)) => (&authority[..host_end + rest.len()], Some(port)),
        None => (authority, None),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= MAX_HOST && host.strip_suffix('.').unwrap_or(host).split('.').all(label)
}

fn check_port(port: Option<&str>) -> Result<(), SessionError> {
    match port {
        None | Some("") => Ok(()),
        Some(port) if !port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(SessionError::PortIsNoNumber { port: port.to_owned() })
        }
        Some(port) if port.parse::<u16>().is_err() => Err(SessionError::PortOutOfRange),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> String {
        normalized(text).unwrap_or_else(|error| error.to_string())
    }

    #[test]
    fn urls_keep_path_and_query_and_lose_the_rest() {
        assert_eq!(url("http://127.0.0.1:8/a/b"), "http://127.0.0.1:8/a/b");
        assert_eq!(url(" HTTPS://u:p@Host.example/?a=b#x"), "https://Host.example/?a=b");
        assert_eq!(url("http://[::1]:8"), "http://[::1]:8");
        assert_eq!(url("http://h/a b"), "http://h/a%20b");
    }

    #[test]
    fn what_no_request_can_go_to_is_an_error() {
        for text in [
            "localhost:99",
            "http://",
            "http://a b",
            "http://a_b",
            "foo bar",
            "http://h\n",
            "http://é",
            "://h",
        ] {
            assert_eq!(url(text), format!("Invalid endpoint: {text}"));
        }
        assert_eq!(url("http://h:99999"), "Port out of range 0-65535");
        assert!(url("http://h:abc").contains("abc"));
    }
}
