//! Runs one case: a directory and an environment of its own, a scripted endpoint, the program as a process.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use regex_lite::Regex;
use serde_json::Value;
use tempfile::TempDir;

use crate::case::{Case, Outcome, Request, Text};
use crate::process::{self, Invocation};
use crate::server::Server;
use crate::sigv4;
use crate::tls::Authority;

/// The environment of every case, before `{ENDPOINT}` and the case's own variables. The home directory is set
/// beside these.
const ENVIRONMENT: [(&str, &str); 12] = [
    ("PATH", "/usr/local/bin:/usr/bin:/bin"),
    ("LC_ALL", "C.UTF-8"),
    ("TERM", "xterm"),
    ("AWS_ACCESS_KEY_ID", sigv4::ACCESS_KEY_ID),
    ("AWS_SECRET_ACCESS_KEY", sigv4::SECRET_ACCESS_KEY),
    ("AWS_DEFAULT_REGION", "us-east-1"),
    ("AWS_ENDPOINT_URL", "{ENDPOINT}"),
    ("AWS_EC2_METADATA_DISABLED", "true"),
    ("AWS_MAX_ATTEMPTS", "1"),
    ("AWS_PAGER", ""),
    ("AWS_KMS_CLI_FALLBACK", "off"),
    ("PYTHONWARNINGS", "ignore"),
];

/// Runs cases with one program.
pub struct Runner {
    aws: PathBuf,
    authority: Arc<Authority>,
}

/// What the placeholders of one run stand for.
struct Placeholders {
    endpoint: String,
    host: String,
    port: String,
    home: String,
    ca: String,
    port_alone: Regex,
}

impl Runner {
    /// A runner for the program at `aws`.
    pub fn new(aws: PathBuf, authority: Arc<Authority>) -> Self {
        Runner { aws, authority }
    }

    /// Runs the case; an error says why there is no outcome.
    pub fn run(&self, case: &Case) -> Result<Outcome, String> {
        self.observe(case).map_err(|error| error.to_string())
    }

    fn observe(&self, case: &Case) -> io::Result<Outcome> {
        let home = tempfile::Builder::new().prefix("cf-").rand_bytes(8).tempdir()?;
        let server = Server::start(&case.server, case.tls.then(|| self.authority.config()))?;
        let placeholders =
            Placeholders::new(case.tls, server.port(), home.path(), &self.authority.certificate());
        let fill = |text: &str| placeholders.fill(text);
        for (name, contents) in &case.files {
            let path = home.path().join(name);
            fs::create_dir_all(path.parent().unwrap_or(home.path()))?;
            fs::write(path, contents.filled(fill))?;
        }
        let ended = process::run(&Invocation {
            program: &self.aws,
            arguments: case.argv.iter().map(|argument| argument.argument(fill)).collect(),
            environment: environment(case, &home, fill),
            directory: home.path(),
            stdin: case.stdin.as_deref().unwrap_or_default().as_bytes(),
            terminal: case.tty.then_some(case.winsize.unwrap_or_default()),
        })?;
        Ok(Outcome {
            exit: Some(ended.code),
            stdout: Some(Text(placeholders.normal(&ended.stdout))),
            stderr: Some(Text(placeholders.normal(&ended.stderr))),
            requests: Some(
                server.stop().into_iter().map(|request| placeholders.normal_request(request)).collect(),
            ),
            files: collected(case, home.path(), &placeholders)?,
        })
    }
}

impl Placeholders {
    fn new(tls: bool, port: u16, home: &Path, ca: &Path) -> Self {
        let (scheme, name) = if tls { ("https", "localhost") } else { ("http", "127.0.0.1") };
        Placeholders {
            endpoint: format!("{scheme}://{name}:{port}"),
            host: format!("{name}:{port}"),
            port: port.to_string(),
            home: home.to_string_lossy().into_owned(),
            ca: ca.to_string_lossy().into_owned(),
            port_alone: Regex::new(&format!(r"\b{port}\b")).expect("a number makes a right pattern"),
        }
    }

    /// What a case says, for this run.
    fn fill(&self, text: &str) -> String {
        text.replace("{ENDPOINT}", &self.endpoint)
            .replace("{PORT}", &self.port)
            .replace("{HOME}", &self.home)
            .replace("{CA}", &self.ca)
    }

    /// What a program wrote, as it is the same in every run. Bytes that are not UTF-8 become `\xNN`.
    fn normal(&self, bytes: &[u8]) -> String {
        let mut text = String::new();
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
        }
        let text = text
            .replace(&self.endpoint, "{ENDPOINT}")
            .replace(&self.host, "{HOST}")
            .replace(&self.home, "{HOME}")
            .replace(&self.ca, "{CA}");
        self.port_alone.replace_all(&text, "{PORT}").into_owned()
    }

    fn normal_request(&self, request: Request) -> Request {
        let normal = |value| match value {
            Value::String(text) => Value::String(self.normal(text.as_bytes())),
            other => other,
        };
        request.into_iter().map(|(name, value)| (name, normal(value))).collect()
    }
}

fn environment(case: &Case, home: &TempDir, fill: impl Fn(&str) -> String) -> BTreeMap<String, OsString> {
    let mut environment: BTreeMap<String, OsString> =
        ENVIRONMENT.iter().map(|(name, value)| ((*name).to_owned(), fill(value).into())).collect();
    environment.insert("HOME".into(), home.path().into());
    for name in &case.unset {
        environment.remove(name);
    }
    environment.extend(case.env.iter().map(|(name, value)| (name.clone(), fill(value).into())));
    environment
}

/// The files that match the case's patterns; `None` for a case without patterns.
fn collected(
    case: &Case,
    home: &Path,
    placeholders: &Placeholders,
) -> io::Result<Option<BTreeMap<String, Option<String>>>> {
    if case.collect.is_empty() {
        return Ok(None);
    }
    let mut files = BTreeMap::new();
    for pattern in &case.collect {
        let pattern = format!("{}/{pattern}", glob::Pattern::escape(&placeholders.home));
        for path in glob::glob(&pattern).map_err(io::Error::other)? {
            let path = path.map_err(io::Error::other)?;
            if path.is_file() {
                let text =
                    if case.collect_text { Some(placeholders.normal(&fs::read(&path)?)) } else { None };
                let name = path.strip_prefix(home).unwrap_or(&path).to_string_lossy().into_owned();
                files.insert(name, text);
            }
        }
    }
    Ok(Some(files))
}
