//! The URL of a proxy: where to connect, the credentials for it, and what of it may be shown.
//!
//! The rules are those of urllib3, which takes much for a URL, and of Python's `urllib` for the user.

use std::net::Ipv6Addr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::secret::urls;
use crate::transport::default_port;
use crate::transport::proxy::error::BadProxyUrl;

/// A proxy to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proxy {
    /// Whether the connection to the proxy itself uses TLS.
    pub(crate) is_secure: bool,
    /// Without brackets.
    pub(crate) host: String,
    /// 80 or 443 by default.
    pub(crate) port: u16,
    /// The value of `Proxy-Authorization`. It is a secret, and marked as such.
    pub(crate) authorization: Option<HeaderValue>,
    /// The URL as it may be shown.
    pub(crate) shown: String,
}

impl Proxy {
    /// Reads a URL that begins with `http:` or `https:`. Path, query and fragment are ignored.
    pub(crate) fn parse(url: &str) -> Result<Proxy, BadProxyUrl> {
        let is_secure = url.starts_with("https:");
        let rest = url.split_once(':').and_then(|(_scheme, rest)| rest.strip_prefix("//"));
        let rest = rest.ok_or(BadProxyUrl::NoUrl)?;
        let authority = rest.split(['\\', '/', '?', '#']).next().unwrap_or_default();
        let (authorization, server) = match authority.rsplit_once('@') {
            Some((user, server)) => (authorization(user)?, server),
            None => (None, authority),
        };
        let (host, port) = host_and_port(server).ok_or(BadProxyUrl::NoUrl)?;
        let port = if port == 0 { default_port(is_secure) } else { port };
        Ok(Proxy { is_secure, host: host.to_lowercase(), port, authorization, shown: urls::shown_proxy(url) })
    }
}

/// The secrets in the text of a proxy's URL: the password as it is and decoded, and user and password as they are in the
/// header.
pub(crate) fn secrets(url: &str) -> Vec<SecretString> {
    let header = urls::user(url).and_then(|user| authorization(user).ok()?);
    let pair =
        header.as_ref().and_then(|value| Some(value.to_str().ok()?.strip_prefix("Basic ")?.to_owned()));
    let texts = urls::secrets(url);
    let decoded = texts.iter().map(|text| String::from_utf8_lossy(&percent_decoded(text)).into_owned());
    let texts = texts.iter().map(|text| (*text).to_owned()).chain(decoded).chain(pair);
    texts.map(SecretString::from).collect()
}

/// The URL of a proxy with the scheme that it gets if it has none.
pub(crate) fn with_scheme(url: &str) -> String {
    if url.starts_with("http:") || url.starts_with("https:") {
        url.to_owned()
    } else {
        format!("http://{}", url.strip_prefix("//").unwrap_or(url))
    }
}

/// The header for `user:password`, if both are present.
fn authorization(user: &str) -> Result<Option<HeaderValue>, BadProxyUrl> {
    let Some((user, password)) = user.split_once(':') else { return Ok(None) };
    if user.is_empty() || password.is_empty() {
        return Ok(None);
    }
    let pair = Zeroizing::new([&percent_decoded(user)[..], b":", &percent_decoded(password)[..]].concat());
    if !pair.is_ascii() {
        return Err(BadProxyUrl::NotAscii);
    }
    let value = Zeroizing::new(format!("Basic {}", STANDARD.encode(&*pair)));
    let mut value = HeaderValue::try_from(value.as_str()).map_err(|_| BadProxyUrl::NoUrl)?;
    value.set_sensitive(true);
    Ok(Some(value))
}

/// A `%` without two digits stands for itself.
fn percent_decoded(text: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(percent_decode_str(text).collect())
}

/// Host and port of a text such as `host:80` or `[::1]`. A port that is missing or empty is 0.
fn host_and_port(server: &str) -> Option<(String, u16)> {
    if let Some(rest) = server.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let port = if port.is_empty() { 0 } else { number(port.strip_prefix(':')?)? };
        return Some((address.parse::<Ipv6Addr>().ok()?.to_string(), port));
    }
    let (host, port) = match server.split_once(':') {
        Some((host, port)) => (host, number(port)?),
        None => (server, 0),
    };
    let is_excluded = |c: char| c <= ' ' || matches!(c, '[' | ']' | '\x7f');
    let is_name = !host.contains(is_excluded) && host.split('%').skip(1).all(starts_with_byte);
    (is_name && !host.is_empty()).then(|| (host.to_owned(), port))
}

fn starts_with_byte(text: &str) -> bool {
    text.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// A port: any zeros, then up to five digits. None is 0.
fn number(text: &str) -> Option<u16> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    format!("0{text}").parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn proxy(url: &str) -> (String, u16) {
        let proxy = Proxy::parse(url).expect(url);
        assert_eq!(proxy.is_secure, url.starts_with("https"));
        (proxy.host, proxy.port)
    }

    fn authorization(url: &str) -> Option<String> {
        let value = Proxy::parse(url).expect(url).authorization?;
        assert!(value.is_sensitive());
        Some(value.to_str().expect("a text").to_owned())
    }

    #[test]
    fn host_and_port_are_taken_as_urllib3_takes_them() {
        for (url, host, port) in [
            ("http://h", "h", 80),
            ("https://h", "h", 443),
            ("http://H.Example:", "h.example", 80),
            ("http://h:0", "h", 80),
            ("http://h:8080/path?query#fragment", "h", 8080),
            ("http://h:0008080\\x", "h", 8080),
            ("http://h:80\n", "h", 80),
            ("http://u:p@h:81", "h", 81),
            ("http://u:p@x@h", "h", 80),
            ("http://127.1:1", "127.1", 1),
            ("https://[::1]", "::1", 443),
            ("http://[::1]:8", "::1", 8),
            ("http://[FE80::1]:8", "fe80::1", 8),
            ("http://socks5://127.0.0.1:1", "socks5", 80),
            ("http://HTTP://h", "http", 80),
            ("http://a%41", "a%41", 80),
            ("http://ü:1", "ü", 1),
        ] {
            assert_eq!(proxy(url), (host.to_owned(), port), "{url}");
        }
    }

    #[test]
    fn what_is_no_proxy_is_told() {
        for (url, bad) in [
            ("http://:bad", BadProxyUrl::NoUrl),
            ("http://h:99999", BadProxyUrl::NoUrl),
            ("http://h:100000", BadProxyUrl::NoUrl),
            ("http://h:-1", BadProxyUrl::NoUrl),
            ("http://h:+1", BadProxyUrl::NoUrl),
            ("http://h:1 ", BadProxyUrl::NoUrl),
            ("http://h:1:2", BadProxyUrl::NoUrl),
            ("http://h%zz", BadProxyUrl::NoUrl),
            ("http://[h]", BadProxyUrl::NoUrl),
            ("http://[::1]8", BadProxyUrl::NoUrl),
            ("http://[::1%]", BadProxyUrl::NoUrl),
            ("http://[fe80::1%25eth0]", BadProxyUrl::NoUrl),
            ("http://u:pa/ss@h:1", BadProxyUrl::NoUrl),
            ("http://[::1", BadProxyUrl::NoUrl),
            ("http://::1]", BadProxyUrl::NoUrl),
            ("http:", BadProxyUrl::NoUrl),
            ("http:/h", BadProxyUrl::NoUrl),
            ("http:h:1", BadProxyUrl::NoUrl),
            ("https://", BadProxyUrl::NoUrl),
            ("http:///x", BadProxyUrl::NoUrl),
            ("http://:80", BadProxyUrl::NoUrl),
            ("http://u:p@", BadProxyUrl::NoUrl),
            ("http:// ", BadProxyUrl::NoUrl),
            ("http://a b:1", BadProxyUrl::NoUrl),
            ("http://u:%C3%A9@h", BadProxyUrl::NotAscii),
            ("http://é:p@h", BadProxyUrl::NotAscii),
        ] {
            assert_eq!(Proxy::parse(url), Err(bad), "{url}");
        }
    }

    #[test]
    fn user_and_password_are_decoded_and_needed_both() {
        for (url, value) in [
            ("http://u:p@h", Some("Basic dTpw")),
            ("http://us%40er:p%3Aw@h", Some("Basic dXNAZXI6cDp3")),
            ("http://u%zz:p%@h", Some("Basic dSV6ejpwJQ==")),
            ("http://u:p@q@h", Some("Basic dTpwQHE=")),
            ("http://u:p:q@h", Some("Basic dTpwOnE=")),
            ("http://u@h", None),
            ("http://u:@h", None),
            ("http://:p@h", None),
            ("http://h/u:p@x", None),
        ] {
            assert_eq!(authorization(url).as_deref(), value, "{url}");
        }
    }

    #[test]
    fn a_password_is_known_as_it_is_decoded_and_as_it_is_sent() {
        let found = |url: &str| {
            secrets(url).iter().map(|secret| secret.expose_secret().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(found("http://us%40er:p%3Aw@h:1"), ["p%3Aw", "p:w", "dXNAZXI6cDp3"]);
        assert_eq!(found("u:p@q@h"), ["p@q", "p", "q", "p@q", "p", "q", "dTpwQHE="]);
        assert_eq!(found("http://u:p/q@h"), ["p/q", "p", "q", "p/q", "p", "q", "dTpwL3E="]);
        assert_eq!(found("http://u:\u{e9}@h"), ["\u{e9}", "\u{e9}"]);
        for url in ["http://h:1", "http://u@h", ""] {
            assert_eq!(found(url), [""; 0], "{url}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_parsed(text in ".*", scheme in "(https?:(//)?)?") {
            let url = scheme + &text;
            let _ = Proxy::parse(&url);
        }

        #[test]
        fn near_urls_can_be_parsed(url in "https?:/{0,2}[a-z%@:\\[\\]/\\\\?#0-9\n é.]{0,20}") {
            if let Ok(proxy) = Proxy::parse(&url) {
                proptest::prop_assert!(!proxy.host.is_empty() && proxy.port > 0, "{:?}", proxy);
            }
        }

        #[test]
        fn no_password_is_shown(user in "[!-~]*", around in "[!-~]*", server in "[a-z0-9.:/]*") {
            for url in [format!("{user}:{around}SECRET{around}@{server}"), format!("SECRET{user}@{server}")] {
                for scheme in ["http:", "http://", ""] {
                    let shown = urls::shown_proxy(&format!("{scheme}{url}"));
                    proptest::prop_assert!(!shown.contains("SECRET"), "{shown}");
                }
            }
        }
    }
}
