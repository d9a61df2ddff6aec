//! The way of a request: its server, the proxy before it, and what the request line says to either.

use http::header::{HOST, PROXY_AUTHORIZATION};
use http::uri::{Authority, PathAndQuery, Uri};
use http::{HeaderValue, Request};
use secrecy::ExposeSecret;

use crate::secret::urls;
use crate::transport::default_port;
use crate::transport::error::TransportError;
use crate::transport::proxy::Proxies;
use crate::transport::proxy::error::{ProxyError, ProxyFailure};
use crate::transport::proxy::url::Proxy;

#[derive(Clone, Debug)]
pub(crate) struct Route {
    /// The URL of the request as sent.
    pub(crate) url: String,
    pub(crate) origin: Origin,
    /// The proxy; `None` is the direct way.
    pub(crate) proxy: Option<Proxy>,
    authority: Authority,
}

/// The scheme, host and port of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// Whether the scheme is `https`.
    pub(crate) is_secure: bool,
    /// The host, without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Route {
    /// The way of a request for a URL.
    ///
    /// # Errors
    /// Another scheme, no host, or a proxy that cannot be connected to.
    pub(crate) fn of(uri: &Uri, proxies: &Proxies) -> Result<Route, TransportError> {
        let url = uri.to_string();
        let invalid = || TransportError::InvalidEndpoint { url: url.clone() };
        let is_secure = match uri.scheme_str().ok_or_else(invalid)? {
            "http" => false,
            "https" => true,
            other => return Err(TransportError::UnsupportedScheme { scheme: other.to_owned() }),
        };
        let authority = uri.authority().ok_or_else(invalid)?;
        let host = authority.host();
        // `[::1]` stands in brackets in a URL only.
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let port = authority.port_u16().unwrap_or(default_port(is_secure));
        let origin = Origin { is_secure, host: host.to_owned(), port };
        let proxy = proxies.url_for(is_secure, authority.as_str()).map(|proxy| {
            Proxy::parse(proxy.expose_secret()).map_err(|bad| ProxyError {
                url: url.clone(),
                proxy: urls::shown_proxy(proxy.expose_secret()),
                failure: ProxyFailure::BadUrl(bad),
            })
        });
        let proxy = proxy.transpose()?;
        Ok(Route { url, origin, proxy, authority: authority.clone() })
    }

    /// Whether what the server sends is not readable on its way.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.origin.is_secure || self.proxy.as_ref().is_some_and(|proxy| proxy.is_secure)
    }

    /// The error of a proxy on this way.
    pub(crate) fn proxy_error(&self, proxy: &Proxy, failure: ProxyFailure) -> TransportError {
        TransportError::Proxy(ProxyError { url: self.url.clone(), proxy: proxy.shown.clone(), failure })
    }

    /// The server as `CONNECT` names it: with its port, and in lower case.
    pub(crate) fn tunnel_end(&self) -> String {
        format!("{}:{}", self.authority.host().to_ascii_lowercase(), self.origin.port)
    }

    /// Turns a request for a URL into one for the server or the proxy that takes it: the `Host` header (without a
    /// default port, as it was signed), and as target the path alone for a server, the whole URL for a proxy that
    /// forwards. `None` when that cannot be written.
    pub(crate) fn address<B>(&self, request: &mut Request<B>) -> Option<()> {
        let Route { origin, authority, .. } = self;
        let host = match authority.port_u16() {
            Some(port) if port != default_port(origin.is_secure) => format!("{}:{port}", authority.host()),
            _ => authority.host().to_owned(),
        };
        let target = request.uri().path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
        request.headers_mut().insert(HOST, HeaderValue::try_from(host).ok()?);
        let Some(proxy) = self.proxy.as_ref().filter(|_| !origin.is_secure) else {
            *request.uri_mut() = Uri::from(target);
            return Some(());
        };
        let authority = authority.as_str().to_ascii_lowercase();
        let url = Uri::builder().scheme("http").authority(authority).path_and_query(target);
        *request.uri_mut() = url.build().ok()?;
        if let Some(value) = &proxy.authorization {
            request.headers_mut().insert(PROXY_AUTHORIZATION, value.clone());
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(url: &str, proxy: &str) -> Result<Route, TransportError> {
        let variables = [("http_proxy", proxy), ("https_proxy", proxy)];
        Route::of(&url.parse().expect("a URL"), &Proxies::from_environment(&variables.into_iter().collect()))
    }

    /// The target and the `Host` header of a request.
    fn addressed(url: &str, proxy: &str) -> (String, String) {
        let mut request = Request::post(url).body(()).expect("a request");
        route(url, proxy).expect("a route").address(&mut request).expect("an address");
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        (request.uri().to_string(), host.unwrap_or_default().to_owned())
    }

    fn pair(target: &str, host: &str) -> (String, String) {
        (target.to_owned(), host.to_owned())
    }

    #[test]
    fn a_server_is_told_the_path_and_a_forwarding_proxy_the_url() {
        assert_eq!(addressed("http://h:80", ""), pair("/", "h"));
        assert_eq!(addressed("http://h:8080/a?b", ""), pair("/a?b", "h:8080"));
        assert_eq!(addressed("http://[::1]:8080/a?b", "p"), pair("http://[::1]:8080/a?b", "[::1]:8080"));
        assert_eq!(addressed("http://H/a", "p"), pair("http://h/a", "H"));
        assert_eq!(addressed("https://h/a", "p"), pair("/a", "h"));
    }

    #[test]
    fn the_end_of_a_tunnel_has_a_port() {
        let end = |url| route(url, "p").expect("a route").tunnel_end();
        assert_eq!(end("https://KMS.example/x"), "kms.example:443");
        assert_eq!(end("https://[::1]:8443"), "[::1]:8443");
    }

    #[test]
    fn a_url_without_host_or_with_another_scheme_has_no_route() {
        assert!(matches!(route("/a", "p"), Err(TransportError::InvalidEndpoint { .. })));
        assert!(matches!(route("ftp://h", "p"), Err(TransportError::UnsupportedScheme { .. })));
    }
}
