//! Which requests go through which proxy: the rules of Python's `urllib`, which the reference follows.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::environment::Environment;

/// The proxies of the environment, and the hosts that need none. The default is no proxy at all.
#[derive(Clone, Default)]
pub struct Proxies {
    http: Option<SecretString>,
    https: Option<SecretString>,
    no: Option<SecretString>,
}

impl Proxies {
    /// Reads `http_proxy`, `https_proxy` and `no_proxy`, in any case of letters. A name that ends with `_proxy` in
    /// lower case beats the others, and when it is empty, it takes them away.
    ///
    /// For a CGI script, which `REQUEST_METHOD` tells, `HTTP_PROXY` may be a header of the request that it serves:
    /// then it counts in lower case only.
    pub fn from_environment(environment: &Environment) -> Proxies {
        let mut proxies = Proxies::default();
        let variables =
            || environment.ending_with("_proxy").filter_map(|(name, value)| Some((name.to_str()?, value)));
        let text = |value: &std::ffi::OsStr| SecretString::from(value.to_string_lossy().into_owned());
        for (name, value) in variables().filter(|(_, value)| !value.is_empty()) {
            if let Some(proxy) = proxies.named(name) {
                *proxy = Some(text(value));
            }
        }
        if environment.get_os("REQUEST_METHOD").is_some() {
            proxies.http = None;
        }
        for (name, value) in variables().filter(|(name, _)| name.ends_with("_proxy")) {
            if let Some(proxy) = proxies.named(name) {
                *proxy = Some(text(value)).filter(|_| !value.is_empty());
            }
        }
        proxies
    }

    fn named(&mut self, variable: &str) -> Option<&mut Option<SecretString>> {
        match variable.to_ascii_lowercase().as_str() {
            "http_proxy" => Some(&mut self.http),
            "https_proxy" => Some(&mut self.https),
            "no_proxy" => Some(&mut self.no),
            _ => None,
        }
    }

    /// The URL of the proxy for a scheme and an authority (`host` or `host:port`, as the request's URL has it);
    /// `None` is the direct way. A URL without a scheme gets `http://`.
    pub fn url_for(&self, scheme: &str, authority: &str) -> Option<SecretString> {
        let proxy = match scheme {
            "http" => self.http.as_ref(),
            "https" => self.https.as_ref(),
            _ => None,
        }?;
        if self.no.as_ref().is_some_and(|no| is_in(no.expose_secret(), authority)) {
            return None;
        }
        let url = proxy.expose_secret();
        Some(if url.starts_with("http:") || url.starts_with("https:") {
            proxy.clone()
        } else if url.starts_with("//") {
            format!("http:{url}").into()
        } else {
            format!("http://{url}").into()
        })
    }
}

/// Shows which proxies there are, but not their URLs: these may hold passwords.
impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Proxies { http, https, no } = self;
        f.debug_struct("Proxies").field("http", http).field("https", https).field("no", no).finish()
    }
}

/// Whether a list of `no_proxy` has a host: `*` has all, a name has itself and its subdomains. Names may have a
/// port, dots in front do not count.
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
