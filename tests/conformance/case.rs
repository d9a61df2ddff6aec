//! The recorded cases: what a program is given, and what the reference program did with it.
//!
//! One file per group, `cases/GROUP.json`, holds a list of cases in the order they run. The placeholders
//! `{ENDPOINT}`, `{PORT}`, `{HOME}` and `{CA}` may stand in `argv`, `env` and `files`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// One request as the scripted server got it: `method`, `path`, `target`, `content_type`, `body`, `scope`,
/// `signature_ok` and `token`, each only where the request has it.
pub type Request = Map<String, Value>;

/// One command line and all that it meets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// `GROUP/NAME`.
    pub id: String,
    pub tier: Tier,
    /// The arguments after the program's name.
    pub argv: Vec<Bytes>,
    /// Variables set over the default environment.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Variables of the default environment that are not there.
    #[serde(default)]
    pub unset: Vec<String>,
    /// Files below the case's directory, which is both the home and the working directory.
    #[serde(default)]
    pub files: BTreeMap<String, Bytes>,
    /// The standard input, or what is typed at the terminal once the program has written something.
    pub stdin: Option<String>,
    /// Whether all three standard streams are a terminal. What was written then counts as `stdout`.
    #[serde(default)]
    pub tty: bool,
    /// The terminal's rows and columns; 0 x 0 where not given.
    pub winsize: Option<(u16, u16)>,
    /// Whether the endpoint speaks HTTPS.
    #[serde(default)]
    pub tls: bool,
    /// The server's replies in order; the last one repeats.
    #[serde(default)]
    pub server: Vec<Reply>,
    /// Patterns below the case's directory; the matching files are looked at after the run.
    #[serde(default)]
    pub collect: Vec<String>,
    /// Whether the collected files' texts count, or their names alone.
    #[serde(default = "yes")]
    pub collect_text: bool,
    /// What is not compared: keys of the outcome or of a request.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// `stderr` is compared up to this text: what follows echoes input that may be secret.
    pub stderr_until: Option<String>,
    pub strip: Option<Strip>,
    /// What the reference did; a new case has none until it is recorded.
    pub expect: Option<Outcome>,
}

/// How likely a script is to meet the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    Core,
    Edge,
}

/// What is taken out of `stdout` before it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strip {
    /// `#` and what follows it on a line.
    YamlComments,
}

/// Text, or bytes that are no text as `{"b64": ...}`.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum Bytes {
    Text(String),
    Encoded { b64: Base64 },
}

/// Bytes written as Base64 (RFC 4648 section 4).
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Base64(pub Vec<u8>);

/// One scripted reply.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reply {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    /// A string is sent as it is, anything else as JSON.
    pub body: Value,
    /// Sent instead of `body`.
    pub body_b64: Option<Base64>,
    /// Seconds before the reply.
    pub delay: f64,
    /// Close the connection instead of replying.
    pub close: bool,
    /// Announce that many bytes more than are sent, then close.
    pub short: usize,
}

/// What a program did. A part that the case ignores is not there.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Outcome {
    /// The exit code, or the signal that ended the program as a negative number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stdout: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stderr: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<Vec<Request>>,
    /// The collected files: path below the case's directory, text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<BTreeMap<String, Option<String>>>,
}

/// Text that is written as a list of lines where it has more than one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text(pub String);

impl Default for Reply {
    fn default() -> Self {
        Reply {
            status: 200,
            headers: BTreeMap::new(),
            body: Value::Object(Map::new()),
            body_b64: None,
            delay: 0.0,
            close: false,
            short: 0,
        }
    }
}

impl Bytes {
    /// The bytes, with placeholders in text replaced by `fill`.
    pub fn filled(&self, fill: impl Fn(&str) -> String) -> Vec<u8> {
        match self {
            Bytes::Text(text) => fill(text).into_bytes(),
            Bytes::Encoded { b64 } => b64.0.clone(),
        }
    }

    /// The same as an argument of a program.
    pub fn argument(&self, fill: impl Fn(&str) -> String) -> OsString {
        OsString::from_vec(self.filled(fill))
    }
}

/// As a string literal, so that a failed case's arguments can be read.
impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bytes::Text(text) => write!(f, "{text:?}"),
            Bytes::Encoded { b64 } => write!(f, "b\"{}\"", b64.0.escape_ascii()),
        }
    }
}

impl TryFrom<String> for Base64 {
    type Error = base64::DecodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        BASE64_STANDARD.decode(text).map(Base64)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Whole(String),
            Lines(Vec<String>),
        }
        Ok(Text(match Written::deserialize(deserializer)? {
            Written::Whole(text) => text,
            Written::Lines(lines) => lines.concat(),
        }))
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let lines: Vec<&str> = self.0.split_inclusive('\n').collect();
        if lines.len() > 1 { lines.serialize(serializer) } else { self.0.serialize(serializer) }
    }
}

/// The file of a group's cases.
pub fn file(group: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/cases"))
        .join(format!("{group}.json"))
}

/// The cases of a group, or what is wrong with its file.
pub fn load(group: &str) -> Result<Vec<Case>, String> {
    let path = file(group);
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))
}

fn yes() -> bool {
    true
}
