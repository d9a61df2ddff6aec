//! User and password in texts that should be URLs: the one rule for endpoints and proxies, of whatever form.
//!
//! All between the scheme and the last `@`, which may be percent-encoded, is a user and a password: special characters
//! in them often break a URL. Without an `@`, what stands where a port should be and is no number may be a password.

use std::borrow::Cow;

use super::names;

/// What stands for a user and a password.
const HIDDEN: &str = "***";

/// Schemes that an endpoint or a proxy may have, or that people give it.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks5", "socks5h", "ftp"];

/// The text of a URL, with `***` in place of its user and password.
pub(crate) fn shown(url: &str) -> Cow<'_, str> {
    let (scheme, rest) = after_scheme(url);
    if let Some(end) = end_of_user(rest) {
        return Cow::Owned(format!("{scheme}{HIDDEN}{}", &rest[end..]));
    }
    match no_port(rest) {
        Some((host, port)) => {
            Cow::Owned(format!("{scheme}{host}{HIDDEN}{}", &rest[host.len() + port.len()..]))
        }
        None => Cow::Borrowed(url),
    }
}

/// As [`shown`], in the reference's form for proxies: `http://***:***@host`.
pub(crate) fn shown_proxy(url: &str) -> String {
    let (scheme, rest) = after_scheme(url);
    let Some(end) = end_of_user(rest) else { return shown(url).into_owned() };
    let hidden = |text: &str| if text.is_empty() { "" } else { HIDDEN };
    let user = match rest[..end].split_once(':') {
        Some((user, password)) => format!("{}:{}", hidden(user), hidden(password)),
        None => hidden(&rest[..end]).to_owned(),
    };
    format!("{scheme}{user}{}", &rest[end..])
}

/// The user and the password in the text of a URL, as they stand there.
pub(crate) fn user(url: &str) -> Option<&str> {
    let (_, rest) = after_scheme(url);
    end_of_user(rest).map(|end| &rest[..end])
}

/// What must never be shown of the text of a URL: the password, its pieces, which a parser may take for a host, a path or
/// a fragment, and the values of parameters with the name of a secret.
pub(crate) fn secrets(url: &str) -> Vec<&str> {
    let values = names::values(url).into_iter().map(|value| value.split('&').next().unwrap_or(value));
    let password = match user(url) {
        Some(user) => user.split_once(':').map(|(_, password)| password),
        None => no_port(after_scheme(url).1).map(|(_, port)| port),
    };
    let pieces = password.into_iter().flat_map(|password| password.split(['@', '/', '?', '#']));
    let pieces = pieces.filter(|piece| Some(*piece) != password && !piece.is_empty());
    password.into_iter().chain(pieces).chain(values).collect()
}

/// The scheme with its slashes, and the rest. What has no `//` may have `http:` or `https:` all the same; before a user,
/// another word may be no scheme but a part of it.
fn after_scheme(url: &str) -> (&str, &str) {
    let start = url.len() - url.trim_start_matches(|c: char| c <= ' ').len();
    let is_word = |scheme: &str| scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let is_scheme = |scheme: &str, rest: &str| {
        SCHEMES.contains(&scheme.to_ascii_lowercase().as_str())
            || (is_word(scheme) && rest.starts_with("//") && end_of_user(rest).is_none())
    };
    let scheme = match url[start..].split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme, rest) => scheme.len() + 1,
        _ => 0,
    };
    let rest = url[start + scheme..].trim_start_matches(['/', '\\']);
    url.split_at(url.len() - rest.len())
}

/// Where the user and the password end.
fn end_of_user(rest: &str) -> Option<usize> {
    rest.rfind(['@', '\u{ff20}', '\u{fe6b}']).into_iter().chain(rest.rfind("%40")).max()
}

/// What stands before a port that is no number, and this port.
fn no_port(rest: &str) -> Option<(&str, &str)> {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = &rest[..end];
    let is_address =
        authority.starts_with('[') && authority.chars().all(|c| c.is_ascii_hexdigit() || "[]:.%".contains(c));
    let colon = authority.find(':').filter(|_| !is_address)?;
    let (host, port) = authority.split_at(colon + 1);
    let is_number = port.trim_end().bytes().all(|byte| byte.is_ascii_digit());
    // One sign is a slip, and so is a short text to which there is no user.
    let shortest = if host == ":" { 4 } else { 2 };
    (!is_number && port.chars().count() >= shortest).then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_information_is_hidden_whatever_it_holds() {
        for (url, expected) in [
            ("http://u:p/w?@q#@h:8/x", "http://***@h:8/x"),
            ("//u@h", "//***@h"),
            ("http://u:pw@h", "http://***@h"),
            ("HTTP://u:pw@h", "HTTP://***@h"),
            ("u:pw@127.0.0.1:1", "***@127.0.0.1:1"),
            ("http:/u:pw@x", "http:/***@x"),
            ("http:u:pw@x", "http:***@x"),
            ("http:\\\\u:pw@x", "http:\\\\***@x"),
            ("h ttp://u:pw@x", "***@x"),
            ("foo://user:pw", "foo://user:***"),
            (" http://u:pw@x", " http://***@x"),
            ("http://u:pw%40x", "http://***%40x"),
            ("pw@://", "***@://"),
            ("http://user:pw", "http://user:***"),
            ("user:pw", "user:***"),
            ("http://user:pw/x", "http://user:***/x"),
            ("https:/user:p:w", "https:/user:***"),
            ("socks5://u:pw@h", "socks5://***@h"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }

    #[test]
    fn other_texts_stay() {
        for url in [
            "",
            "http://h/x",
            "http://h:8/x:y",
            "localhost:99",
            "http://h:",
            "http://h:99999",
            "http://h:8\n",
            "http://h:x",
            "http://:bad",
            "http://[::1]:8",
            "http://[::1",
            "http:/h",
            "1http://h",
            "foo bar",
        ] {
            assert_eq!(shown(url), url);
            assert!(secrets(url).is_empty(), "{url}");
        }
    }

    #[test]
    fn of_a_proxy_user_and_password_can_be_told_apart() {
        assert_eq!(shown_proxy("http://u:p@h"), "http://***:***@h");
        assert_eq!(shown_proxy("u@h"), "***@h");
        assert_eq!(shown_proxy("http://:p@h"), "http://:***@h");
        assert_eq!(shown_proxy("http://u:pw"), "http://u:***");
    }

    #[test]
    fn passwords_are_secrets() {
        assert_eq!(secrets("http://u:p/w@h"), ["p/w", "p", "w"]);
        assert_eq!(secrets("http://u:pw@h"), ["pw"]);
        assert_eq!(secrets("u:pw"), ["pw"]);
        assert_eq!(secrets("http://h/?a=b&Access-Token=pw&c=d"), ["pw"]);
        assert!(secrets("http://u@h").is_empty());
    }

    proptest::proptest! {
        #[test]
        fn no_password_is_shown(
            scheme in "(https?:/{0,3}|//|)",
            password in "[!-~é]{0,4}HUNTER[!-~é]{0,4}",
            host in "[a-z]{1,5}(:[0-9]{1,5})?(/[a-z]{0,3})?",
        ) {
            let url = format!("{scheme}user:{password}@{host}");
            proptest::prop_assert!(!shown(&url).contains("HUNTER"), "{}", url);
            proptest::prop_assert!(!shown_proxy(&url).contains("HUNTER"), "{}", url);
        }
    }
}
