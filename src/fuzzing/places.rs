//! What comes from other places than the line: caches, tokens, pages, certificates, proxies, URLs.

use secrecy::ExposeSecret;

use super::{PLANT, assert_hidden, parts, planted};
use crate::environment::Environment;
use crate::secret::{text_without, urls as secret_urls};
use crate::session::endpoint;
use crate::transport::proxy::error::BadProxyUrl;
use crate::transport::proxy::{Proxies, url};
use crate::transport::tls::bundle;
use crate::{cks, client, session};

/// The documents of caches and of providers of credentials. What is wrong with one is told without its secrets.
pub fn caches(data: &[u8]) {
    let Some(data) = planted(data) else { return };
    client::credentials::fuzzing::read(&data).iter().for_each(|error| assert_hidden(error));
    session::credentials::fuzzing::read(&data).iter().for_each(|error| assert_hidden(error));
}

/// The options for pages as JSON, and the replies.
pub fn pages(data: &[u8]) {
    client::pages::fuzzing::pages(data);
}

/// The token of a page. What a token says is said again by the token that is made of it.
pub fn page_token(data: &[u8]) {
    if let Ok(token) = std::str::from_utf8(data) {
        client::pages::fuzzing::token(token);
    }
}

/// A CA bundle, or a certificate as it is in one.
pub fn bundle(data: &[u8]) {
    bundle::fuzzing::bundle(data);
}

/// What a proxy answers when it is asked for its health: status, three headers and the body.
pub fn health(data: &[u8]) {
    if let Some(data) = planted(data) {
        cks::fuzzing::health(&data, PLANT).iter().for_each(|text| assert_hidden(text));
    }
}

/// A URL of an endpoint, of a proxy and of a container, with a password in it; and a list of hosts without a proxy.
pub fn urls(data: &[u8]) {
    let Ok(data) = std::str::from_utf8(data) else { return };
    let [start, end, hosts] = parts(data.as_bytes()).map(String::from_utf8_lossy);
    let (plain, with_password) = (format!("{start}{end}"), format!("{start}u:{PLANT}@{end}"));
    if plain.contains(PLANT) {
        return;
    }
    for text in [&plain, &with_password] {
        assert_hidden(&secret_urls::shown(text));
        assert_hidden(&secret_urls::shown_proxy(text));
        match endpoint::normalized(text) {
            Ok(found) => assert_eq!(endpoint::normalized(&found).ok().as_ref(), Some(&found)),
            Err(error) => assert_hidden(&error.to_string()),
        }
        if let Err(error) = session::credentials::container::check_host(text) {
            let _ = error.to_string();
        }
        match url::Proxy::parse(&url::with_scheme(text)) {
            Ok(proxy) => assert_hidden(&proxy.shown),
            Err(BadProxyUrl::NoUrl | BadProxyUrl::NotAscii) => {}
        }
    }
    let secrets = url::secrets(&with_password);
    let secrets: Vec<&str> = secrets.iter().map(ExposeSecret::expose_secret).collect();
    assert_hidden(&text_without(&with_password, &secrets));
    let environment: Environment =
        [("https_proxy", with_password.as_str()), ("NO_PROXY", &hosts)].into_iter().collect();
    let proxies = Proxies::from_environment(&environment);
    assert_hidden(&format!("{proxies:?}"));
    let _ = proxies.url_for(true, &plain);
}
