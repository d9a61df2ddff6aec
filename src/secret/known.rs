//! The secrets that a run knows from its start: nothing that it tells has one of them in it.

use std::io::{self, Write};
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::{text_without, urls};
use crate::cli::mask::Masked;
use crate::cli::words::Word;
use crate::environment::Environment;
use crate::session::config_file::ConfigFiles;
use crate::transport::proxy::Proxies;

/// The fewest characters of a key or a token that is looked for. A shorter one may be a word that messages need, such as
/// `secret` in a test; the keys of AWS have 40 characters, and its tokens more.
const SHORTEST: usize = 12;

/// The variables whose values must never be shown.
const VARIABLES: [&str; 4] =
    ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"];

/// What is in the names of AWS's variables that have a URL.
const URLS: [&str; 3] = ["ENDPOINT", "_URI", "_URL"];

/// The secrets of the environment and of the configuration files. A copy shares them.
///
/// Errors and the log of `--debug` hold none where that can be told when they are made. But a setting may hold a secret
/// by mistake, and a service or a proxy may repeat what it got: so whatever is told passes here.
#[derive(Clone, Default)]
pub(crate) struct Known {
    secrets: Arc<[SecretString]>,
}

impl Known {
    /// Collects them.
    pub(crate) fn of(environment: &Environment, files: &ConfigFiles) -> Known {
        let variables = VARIABLES.iter().filter_map(|name| environment.get(name)).map(SecretString::from);
        let keys_of_files = files.secrets().map(SecretString::from);
        let proxies = Proxies::from_environment(environment);
        let keys = variables.chain(keys_of_files).filter(|key| key.expose_secret().len() >= SHORTEST);
        let is_url = |name: &str| name.starts_with("AWS_") && URLS.iter().any(|part| name.contains(part));
        let urls = environment.ending_with("").filter(|(name, _)| name.to_str().is_some_and(is_url));
        let urls: Vec<String> = urls.map(|(_, url)| url.to_string_lossy().into_owned()).collect();
        let in_urls = urls.iter().map(String::as_str).chain(files.urls()).flat_map(urls::secrets);
        let in_urls = in_urls.map(SecretString::from);
        // People choose the passwords of proxies and endpoints, and choose short ones.
        Known { secrets: keys.chain(proxies.secrets()).chain(in_urls).collect() }
    }

    /// These and the secrets of a line, among them those of an endpoint's URL.
    pub(crate) fn and_of(&self, words: &[Word]) -> Known {
        let of_words = Masked::new(words).secrets();
        Known { secrets: self.secrets.iter().cloned().chain(of_words).collect() }
    }

    /// A text with `****` in place of each of them.
    pub(crate) fn hidden_in(&self, text: &str) -> String {
        let secrets: Vec<&str> = self.secrets.iter().map(ExposeSecret::expose_secret).collect();
        text_without(text, &secrets)
    }
}

/// Stderr for a log: each write is a whole event.
pub(crate) struct Log {
    known: Known,
}

impl Log {
    /// A log that hides these secrets.
    pub(crate) fn new(known: Known) -> Log {
        Log { known }
    }
}

impl Write for Log {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let event_text = String::from_utf8_lossy(event);
        io::stderr().write_all(self.known.hidden_in(&event_text).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
