//! The secrets in the environment, the configuration files and the command line: no message contains one of them.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::config_file::ConfigFiles;
use crate::cli::mask::Masked;
use crate::cli::words::Word;
use crate::environment::Environment;
use crate::secret::{text_without, urls, with_token};
use crate::transport::proxy::Proxies;

/// The fewest characters of a key or a token that is looked for. A shorter one may be a word that messages need, such as
/// `secret` in a test; the keys of AWS have 40 characters, and its tokens more.
const SHORTEST: usize = 12;

const VARIABLES: [&str; 4] =
    ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"];

/// Parts of the names of AWS's variables whose values are URLs.
const URLS: [&str; 3] = ["ENDPOINT", "_URI", "_URL"];

/// The last check of everything that is written to stderr. Errors and log events contain no secrets where that is clear
/// when they are made; but a setting may contain one by mistake, and a service or a proxy may repeat what it received.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Arc<[SecretString]>);

impl Secrets {
    pub(crate) fn of(environment: &Environment, files: &ConfigFiles) -> Secrets {
        let variables = VARIABLES.iter().filter_map(|name| environment.get(name));
        let variables = variables.flat_map(|value| with_token(&value).map(SecretString::from));
        let keys_of_files = files.secrets().map(SecretString::from);
        let proxies = Proxies::from_environment(environment);
        let keys = variables.chain(keys_of_files).filter(|key| key.expose_secret().len() >= SHORTEST);
        let is_url = |name: &str| name.starts_with("AWS_") && URLS.iter().any(|part| name.contains(part));
        let urls = environment.iter().filter(|(name, _)| name.to_str().is_some_and(is_url));
        let urls: Vec<String> = urls.map(|(_, url)| url.to_string_lossy().into_owned()).collect();
        let in_urls = urls.iter().map(String::as_str).chain(files.urls()).flat_map(urls::secrets);
        let in_urls = in_urls.map(SecretString::from);
        // People choose the passwords of proxies and endpoints, and choose short ones.
        Secrets(keys.chain(proxies.secrets()).chain(in_urls).collect())
    }

    /// Adds the secrets of the command line, among them those in the URL of an endpoint.
    pub(crate) fn and_of(&self, words: &[Word]) -> Secrets {
        Secrets(self.0.iter().cloned().chain(Masked::new(words).secrets()).collect())
    }

    /// The text with `****` in place of each secret.
    pub(crate) fn hidden_in(&self, text: &str) -> String {
        let secrets: Vec<&str> = self.0.iter().map(ExposeSecret::expose_secret).collect();
        text_without(text, &secrets)
    }
}
