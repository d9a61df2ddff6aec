//! The endpoint URL: which one was configured, and whether a request can go there.

use super::settings::Settings;
use crate::model::Service;
use crate::session::error::SessionError;
use crate::syntax::ini::Setting;

/// The longest host name that the reference sends to.
const MAX_HOST: usize = 255;

/// The URL that was configured for a service, from the first of: environment for the service, environment, the
/// profile's services section, the profile. `None` is the region's own endpoint.
///
/// # Errors
/// A services section that does not exist or is not nested; an option of the profile that is no text.
pub(crate) fn configured(settings: &Settings, service: &Service) -> Result<Option<String>, SessionError> {
    if settings.boolean("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") {
        return Ok(None);
    }
    let variable = |name: &str| settings.environment.get(name).filter(|url| !url.is_empty());
    let of_service = format!("AWS_ENDPOINT_URL_{}", service.key.to_ascii_uppercase());
    if let Some(url) = variable(&of_service).or_else(|| variable("AWS_ENDPOINT_URL")) {
        return Ok(Some(url));
    }
    if let Some(name) = settings.sole_profile_text("services")? {
        let Some(services) = settings.files.services.get(&name).filter(|section| !section.is_empty()) else {
            return Err(SessionError::NoServicesSection { name });
        };
        match services.get(service.key) {
            Some(Setting::Map(options)) => {
                let last = options.iter().rev().find(|(option, _)| option == "endpoint_url");
                if let Some((_, url)) = last.filter(|(_, url)| !url.is_empty()) {
                    return Ok(Some(url.clone()));
                }
            }
            Some(Setting::Text(_)) => {
                return Err(SessionError::ServiceNotNested { service: service.key, name });
            }
            None => {}
        }
    }
    Ok(settings.sole_profile_text("endpoint_url")?.filter(|url| !url.is_empty()))
}

/// The configured URL as requests are sent to it, or `None` for the region's own endpoint.
///
/// # Errors
/// What [`normalized`] refuses; an empty region, which has no endpoint of its own.
pub(crate) fn checked(
    configured: Option<String>,
    service: &Service,
    region: &str,
) -> Result<Option<String>, SessionError> {
    match configured {
        Some(url) => normalized(&url).map(Some),
        None if region.is_empty() => {
            Err(SessionError::InvalidEndpoint { url: format!("https://{}..amazonaws.com", service.host) })
        }
        None => Ok(None),
    }
}

/// A region, and whether its endpoints are those with FIPS and with IPv6. The region may be a pseudo region such as
/// `us-west-2-fips`: the reference takes the words out wherever they are.
///
/// # Errors
/// The region has no endpoints with IPv6, and they are wanted.
pub(crate) fn variant(region: &str, settings: &Settings) -> Result<(String, bool, bool), SessionError> {
    let real = region.replace("fips-", "").replace("-fips", "");
    let is_configured = settings.boolean("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
    let fips = is_configured || real != region;
    let dual_stack = settings.boolean("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
    if dual_stack && lacks_dual_stack(&real) {
        return Err(SessionError::NoDualStack { fips });
    }
    Ok((real, fips, dual_stack))
}

/// Whether a region is in a partition (`aws-iso-e`, `aws-iso-f`) whose endpoints with IPv6 the reference does not
/// know. It does not look whether there is an endpoint URL.
fn lacks_dual_stack(region: &str) -> bool {
    let name = region.strip_prefix("eu-isoe-").or_else(|| region.strip_prefix("us-isof-"));
    name.and_then(|name| name.split_once('-')).is_some_and(|(place, number)| {
        !place.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The URL as requests are sent to it: without user information and fragment, the scheme in lower case (`http` if
/// there is none), the port as a number or not at all, and percent-encoded.
///
/// # Errors
/// A URL without host, with a host that is no DNS name or address, or with a bad port.
pub(crate) fn normalized(url: &str) -> Result<String, SessionError> {
    let invalid = || SessionError::InvalidEndpoint { url: url.to_owned() };
    if url.contains(['\t', '\n', '\r']) {
        return Err(invalid());
    }
    let (scheme, authority, path) = parts(url).ok_or_else(invalid)?;
    let (host, port) = split_port(authority);
    if !is_host(host) || !is_scheme(scheme) {
        return Err(invalid());
    }
    let port = port_number(port)?.map(|port| format!(":{port}")).unwrap_or_default();
    let target = path.split('#').next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = percent_encoded(path, b"");
    let query = if query.is_empty() { String::new() } else { format!("?{}", percent_encoded(query, b"?")) };
    Ok(format!("{}://{host}{port}{path}{query}", scheme.to_ascii_lowercase()))
}

/// The scheme of a URL, its authority without user information, and the rest.
pub(super) fn parts(url: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = url.trim_start_matches(|c: char| c <= ' ').split_once("//")?;
    let scheme = if scheme.is_empty() { "http" } else { scheme.strip_suffix(':')? };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    Some((scheme, authority.rsplit_once('@').map_or(authority, |(_, host)| host), path))
}

/// A scheme by RFC 3986, section 3.1.
fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// A path or query with what may not stand there percent-encoded (RFC 3986, section 2), and with the digits of
/// encoded bytes in upper case. A `%` stays when all of them start an encoded byte, as in the reference.
fn percent_encoded(part: &str, also_stay: &[u8]) -> String {
    let bytes = part.as_bytes();
    let starts_byte =
        |at: usize| bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    let is_encoded = bytes.iter().enumerate().all(|(at, byte)| *byte != b'%' || starts_byte(at));
    let is_digit =
        |at: usize| (1..=2).any(|back| at >= back && bytes[at - back] == b'%' && starts_byte(at - back));
    let stays = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || b"-._~!$&'()*+,;=:@/".contains(&byte)
            || also_stay.contains(&byte)
            || (byte == b'%' && is_encoded)
    };
    let mut encoded = String::with_capacity(part.len());
    for (at, byte) in bytes.iter().copied().enumerate() {
        if is_digit(at) {
            encoded.push(char::from(byte.to_ascii_uppercase()));
        } else if stays(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Host and port; an IPv6 address stands in brackets.
pub(super) fn split_port(authority: &str) -> (&str, Option<&str>) {
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

fn port_number(port: Option<&str>) -> Result<Option<u16>, SessionError> {
    match port {
        None | Some("") => Ok(None),
        Some(port) if !port.bytes().all(|byte| byte.is_ascii_digit()) => Err(SessionError::PortIsNoNumber),
        Some(port) => port.parse().map(Some).map_err(|_| SessionError::PortOutOfRange),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::services::KMS;

    fn url(text: &str) -> String {
        normalized(text).unwrap_or_else(|error| error.to_string())
    }

    #[test]
    fn urls_keep_path_and_query_and_lose_the_rest() {
        assert_eq!(url("http://127.0.0.1:8/a/b"), "http://127.0.0.1:8/a/b");
        assert_eq!(url(" HTTPS://u:p@Host.example/?a=b#x"), "https://Host.example/?a=b");
        assert_eq!(url("http://[::1]:8"), "http://[::1]:8");
        assert_eq!(url("http://h/a b\"é?{q}"), "http://h/a%20b%22%C3%A9?%7Bq%7D");
        assert_eq!(url("http://h/%41"), "http://h/%41");
        assert_eq!(url("http://h/%41%zz"), "http://h/%2541%25zz");
        assert_eq!(url("http://h/%2f?a=%zz?%2f#?"), "http://h/%2F?a=%25zz?%252F");
        assert_eq!(url("http://h/?"), "http://h/");
        assert_eq!(url("http://h/a;b"), "http://h/a;b");
        assert_eq!(url("http://h?#x"), "http://h");
        assert_eq!(url("//h:8/x"), "http://h:8/x", "a URL of the environment needs no scheme");
    }

    #[test]
    fn a_port_is_a_number_as_it_is_signed() {
        assert_eq!(url("http://127.0.0.1:"), "http://127.0.0.1");
        assert_eq!(url("http://h:?x"), "http://h?x");
        assert_eq!(url("http://[::1]:/x"), "http://[::1]/x");
        assert_eq!(url("http://h:018559/"), "http://h:18559/");
        assert_eq!(url("http://h:000/"), "http://h:0/");
        assert_eq!(url("http://h:80/"), "http://h:80/");
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
            "\nhttp://h",
            "http:/h",
            "1http://h",
            "h ttp://h",
            "http://é",
            "://h",
        ] {
            assert_eq!(url(text), format!("Invalid endpoint: {text}"));
        }
        assert_eq!(url("http://[::1"), "Invalid endpoint: http://[::1");
        assert_eq!(url("http://h:99999"), "Port out of range 0-65535");
        assert_eq!(url("http://u:pa/ss@h"), "The port of the endpoint URL must be a number.");
        assert_eq!(url("http://u:p@a_b"), "Invalid endpoint: http://***@a_b");
    }

    #[test]
    fn two_partitions_have_no_dual_stack() {
        for region in ["eu-isoe-west-1", "us-isof-south-1", "us-isof-foo-12"] {
            assert!(lacks_dual_stack(region), "{region}");
        }
        for region in ["us-iso-east-1", "us-isob-east-1", "eu-isoe-1", "eu-isoe-a-b-1", "us-isof-x-1x", ""] {
            assert!(!lacks_dual_stack(region), "{region}");
        }
    }

    #[test]
    fn an_empty_region_needs_a_configured_endpoint() {
        let region_only = checked(None, &KMS, "").expect_err("there is no such host");
        assert_eq!(region_only.to_string(), "Invalid endpoint: https://kms..amazonaws.com");
        assert_eq!(checked(None, &KMS, "foo").ok(), Some(None));
        assert_eq!(checked(Some("http://h".into()), &KMS, "").ok(), Some(Some("http://h".into())));
    }

    proptest::proptest! {
        #[test]
        fn what_was_normalized_stays_as_it_is(text in "(https?://)?[a-z@:.\\[\\]%é 0-9-]{0,12}(/[!-~é ]{0,12})?") {
            if let Ok(once) = normalized(&text) {
                proptest::prop_assert_eq!(normalized(&once).ok(), Some(once));
            }
        }
    }
}
