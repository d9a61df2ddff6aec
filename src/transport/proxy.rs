//! Which requests go through which proxy: the rules of Python's `urllib`, which the reference follows.

pub(crate) mod error;
pub(crate) mod tunnel;
pub(crate) mod url;

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

use crate::environment::Environment;

/// The proxies of the environment by scheme, and under `no` the hosts that are reached without one. The default is no proxy.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies(BTreeMap<String, SecretString>);

/// The end of the variables' names, in upper or lower case.
const END: &str = "_proxy";

impl Proxies {
    /// Reads `http_proxy`, `https_proxy`, `no_proxy` and their like, in any case of letters. A name that ends with `_proxy` in
    /// lower case overrides the others, and an empty one removes them.
    ///
    /// In a CGI script, which has `REQUEST_METHOD`, `HTTP_PROXY` may be a header of the request that the script serves:
    /// then only the name in lower case counts.
    pub(crate) fn from_environment(environment: &Environment) -> Proxies {
        let mut proxies = BTreeMap::new();
        let variables = || {
            environment.iter().filter_map(|(name, value)| {
                let name = name.to_str()?;
                let (scheme, end) = name.split_at_checked(name.len().checked_sub(END.len())?)?;
                let value = || SecretString::from(value.to_string_lossy().into_owned());
                end.eq_ignore_ascii_case(END).then(|| (name, scheme.to_ascii_lowercase(), value()))
            })
        };
        for (_, scheme, value) in variables().filter(|(.., value)| !value.expose_secret().is_empty()) {
            proxies.insert(scheme, value);
        }
        if environment.get_os("REQUEST_METHOD").is_some() {
            proxies.remove("http");
        }
        for (_, scheme, value) in variables().filter(|(name, ..)| name.ends_with(END)) {
            proxies.insert(scheme, value);
        }
        proxies.retain(|_, value| !value.expose_secret().is_empty());
        Proxies(proxies)
    }

    /// The secrets in the URLs.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = SecretString> {
        self.0.values().flat_map(|url| url::secrets(url.expose_secret()))
    }

    /// The URL of the proxy for `https` or `http` and an authority (`host` or `host:port`, as the request's URL has it);
    /// `None` is no proxy. A URL without a scheme gets `http://`.
    pub(crate) fn url_for(&self, is_secure: bool, authority: &str) -> Option<SecretString> {
        let proxy = self.0.get(if is_secure { "https" } else { "http" })?;
        if self.0.get("no").is_some_and(|no| is_in(no.expose_secret(), authority)) {
            return None;
        }
        Some(url::with_scheme(proxy.expose_secret()).into())
    }
}

/// Whether the list of `no_proxy` contains a host: `*` contains all, a name contains itself and its subdomains. Names may
/// have a port; leading dots are ignored.
fn is_in(no_proxy: &str, authority: &str) -> bool {
    if no_proxy == "*" {
        return true;
    }
    let authority = authority.to_lowercase();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => &authority,
    };
    let names = no_proxy.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| name.trim_start_matches('.').to_lowercase()).any(|name| {
        let has = |host: &str| {
            host.strip_suffix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        has(host) || has(&authority)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)]) -> Proxies {
        Proxies::from_environment(&variables.iter().copied().collect())
    }

    fn url(variables: &[(&str, &str)], scheme: &str, authority: &str) -> Option<String> {
        let url = proxies(variables).url_for(scheme == "https", authority)?;
        Some(url.expose_secret().to_owned())
    }

    fn http(variables: &[(&str, &str)]) -> Option<String> {
        url(variables, "http", "127.0.0.1:80")
    }

    #[test]
    fn each_scheme_has_its_own_proxy() {
        let variables = [("HTTP_PROXY", "http://a"), ("https_proxy", "http://b"), ("ALL_PROXY", "http://c")];
        assert_eq!(url(&variables, "http", "h").as_deref(), Some("http://a"));
        assert_eq!(url(&variables, "https", "h").as_deref(), Some("http://b"));
        assert_eq!(http(&[("ALL_PROXY", "http://c"), ("all_proxy", "http://c")]), None);
        assert!(Proxies::default().url_for(false, "h").is_none());
    }

    #[test]
    fn lower_case_beats_upper_case_and_empty_is_none() {
        let (upper, lower) = (("HTTP_PROXY", "http://upper"), ("http_proxy", "http://lower"));
        for variables in [[upper, lower], [lower, upper]] {
            assert_eq!(http(&variables).as_deref(), Some("http://lower"));
        }
        assert_eq!(http(&[upper, ("http_proxy", "")]), None);
        assert_eq!(http(&[("HTTP_PROXY", ""), lower]).as_deref(), Some("http://lower"));
        assert_eq!(
            http(&[("HTTP_PROXY", ""), ("HTTP_proxy", "http://mixed")]).as_deref(),
            Some("http://mixed")
        );
        assert_eq!(http(&[("Http_Proxy", "http://mixed")]).as_deref(), Some("http://mixed"));
        assert_eq!(http(&[("HTTP_PROXY", "")]), None);
    }

    #[test]
    fn a_script_of_a_web_server_trusts_lower_case_only() {
        let cgi = ("REQUEST_METHOD", "GET");
        assert_eq!(http(&[cgi, ("HTTP_PROXY", "http://client")]), None);
        assert_eq!(http(&[cgi, ("http_proxy", "http://own")]).as_deref(), Some("http://own"));
        let https = url(&[cgi, ("HTTPS_PROXY", "http://own")], "https", "h");
        assert_eq!(https.as_deref(), Some("http://own"));
    }

    #[test]
    fn a_scheme_is_put_in_front() {
        for (given, used) in [
            ("h:1", "http://h:1"),
            ("//h", "http://h"),
            ("u:p@h", "http://u:p@h"),
            ("https://h", "https://h"),
            ("http:h", "http:h"),
            ("HTTP://h", "http://HTTP://h"),
            ("socks5://h", "http://socks5://h"),
        ] {
            assert_eq!(http(&[("http_proxy", given)]).as_deref(), Some(used));
        }
    }

    #[test]
    fn no_proxy_names_hosts_domains_and_ports() {
        for (no_proxy, authority, direct) in [
            ("*", "h", true),
            ("*,x", "h", false),
            (" *", "h", false),
            ("a, Kms.Example ,b", "kms.example", true),
            ("kms.example", "KMS.example:8443", true),
            ("example", "kms.example", true),
            (".example", "kms.example", true),
            (".example", "example", true),
            ("ample", "kms.example", false),
            ("kms.example", "example", false),
            ("*.example", "kms.example", false),
            ("kms.example:443", "kms.example:443", true),
            ("kms.example:443", "kms.example", false),
            ("kms.example:443", "kms.example:8443", false),
            ("example:443", "kms.example:443", true),
            ("127.0.0.1", "127.0.0.1:4566", true),
            ("127.0.0.0/8", "127.0.0.1", false),
            ("[::1]", "[::1]:80", true),
            ("::1", "[::1]:80", false),
            ("", "h", false),
            (",, ,", "h", false),
            (".", "h", false),
        ] {
            let found = url(&[("http_proxy", "p"), ("no_proxy", no_proxy)], "http", authority);
            assert_eq!(found.is_none(), direct, "{no_proxy} {authority}");
        }
        let both = [("http_proxy", "p"), ("no_proxy", "a"), ("NO_PROXY", "b")];
        assert_eq!((url(&both, "http", "a"), url(&both, "http", "b").is_some()), (None, true));
        let emptied = [("http_proxy", "p"), ("no_proxy", ""), ("NO_PROXY", "*")];
        assert!(url(&emptied, "http", "a").is_some());
    }

    #[test]
    fn debug_output_hides_user_and_password() {
        let shown = format!("{:?}", proxies(&[("http_proxy", "http://user:secret@h"), ("NO_PROXY", "x")]));
        let hidden = "SecretBox<str>([REDACTED])";
        assert_eq!(shown, format!(r#"Proxies({{"http": {hidden}, "no": {hidden}}})"#));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_rule(proxy in ".*", no_proxy in ".*", authority in ".*") {
            let variables = [("http_proxy", proxy.as_str()), ("NO_PROXY", no_proxy.as_str())];
            if let Some(url) = url(&variables, "http", &authority) {
                proptest::prop_assert!(url.starts_with("http") && url.ends_with(&proxy), "{}", url);
            }
        }

        #[test]
        fn a_domain_has_itself_and_its_subdomains(
            domain in "[a-z]{1,5}(\\.[a-z]{1,5}){0,2}",
            sub in "[a-z]{1,5}",
            port in 1u16..,
        ) {
            for authority in [domain.clone(), format!("{sub}.{domain}"), format!("{sub}.{domain}:{port}")] {
                proptest::prop_assert!(is_in(&domain, &authority), "{authority}");
            }
            let longer = format!("{sub}{domain}");
            proptest::prop_assert!(!is_in(&domain, &longer), "{}", longer);
        }
    }
}
