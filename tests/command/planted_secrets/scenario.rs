//! A scenario: a command line, files, variables and replies that end in one error, with secrets planted in all of them.

use std::fs::File;

use crate::aws::{Aws, PROGRAM, Run};
use crate::endpoint::{Endpoint, typed};

use super::plants::{self, SERVER, shown_in};

/// A run that is to end in one error.
#[derive(Clone)]
pub struct Scenario {
    name: String,
    words: Vec<String>,
    variables: Vec<(String, Option<String>)>,
    files: Vec<(String, String)>,
    replies: Vec<Reply>,
    stdin: Option<String>,
    stdout: Option<&'static str>,
    code: i32,
    says: &'static str,
}

/// What the server of a scenario says.
#[derive(Clone)]
pub enum Reply {
    /// These bytes.
    Bytes(Vec<u8>),
    /// An error of a service that speaks JSON: with this status and code, and the whole request as its message.
    Json(u16, &'static str),
    /// The same in XML.
    Xml(u16, &'static str),
    /// The whole request as a plain text.
    Text(u16),
    /// Nothing, for longer than the time-outs of a scenario.
    Silence,
}

impl Scenario {
    /// An update with secrets in its options, of which only the name is given here. It ends with this exit code, and
    /// stderr has this text in it.
    pub fn new(name: impl Into<String>, code: i32, says: &'static str) -> Scenario {
        Scenario {
            name: name.into(),
            words: plants::UPDATE.iter().map(|word| (*word).to_owned()).collect(),
            variables: Vec::new(),
            files: Vec::new(),
            replies: Vec::new(),
            stdin: None,
            stdout: None,
            code,
            says,
        }
    }

    /// Other words.
    pub fn line<W: Into<String>>(mut self, words: impl IntoIterator<Item = W>) -> Scenario {
        self.words = words.into_iter().map(Into::into).collect();
        self
    }

    /// More words.
    pub fn words<W: Into<String>>(mut self, words: impl IntoIterator<Item = W>) -> Scenario {
        self.words.extend(words.into_iter().map(Into::into));
        self
    }

    /// The credentials are those of a profile of [`plants::CONFIG`], and nobody else's.
    pub fn profile(self, name: &str) -> Scenario {
        self.words(["--profile", name])
    }

    pub fn variable(mut self, name: &str, value: impl Into<String>) -> Scenario {
        self.variables.push((name.to_owned(), Some(value.into())));
        self
    }

    pub fn without(mut self, name: &str) -> Scenario {
        self.variables.push((name.to_owned(), None));
        self
    }

    /// A file in place of the one that is there otherwise, if there is.
    pub fn file(mut self, name: &str, content: impl Into<String>) -> Scenario {
        self.files.push((name.to_owned(), content.into()));
        self
    }

    /// The server answers so. The last one repeats.
    pub fn replies(mut self, replies: impl IntoIterator<Item = Reply>) -> Scenario {
        self.replies = replies.into_iter().collect();
        self
    }

    /// This is typed where there is no terminal.
    pub fn typed(mut self, stdin: &str) -> Scenario {
        self.stdin = Some(stdin.to_owned());
        self
    }

    pub fn stdout(mut self, path: &'static str) -> Scenario {
        self.stdout = Some(path);
        self
    }

    /// Whether a text is planted anywhere in it.
    pub fn holds(&self, text: &str) -> bool {
        let bytes = self.replies.iter().any(|reply| match reply {
            Reply::Bytes(bytes) => String::from_utf8_lossy(bytes).contains(text),
            _ => false,
        });
        let variables = self.variables.iter().filter_map(|(_, value)| value.as_ref());
        let mut texts = self
            .words
            .iter()
            .chain(variables)
            .chain(self.files.iter().map(|(_, text)| text))
            .chain(&self.stdin);
        bytes || texts.any(|given| given.contains(text))
    }

    /// Runs it plainly, with `--debug` and with errors in JSON. What is told then is not as it should be: another error,
    /// or a secret.
    pub fn failures(&self) -> Vec<String> {
        let variants: [&[&str]; 3] = [&[], &["--debug"], &["--cli-error-format", "json"]];
        let failure = |more: &&[&str]| {
            let (run, requests) = self.run(more);
            let told = format!("{:?} {more:?}: {run:?}", self.name);
            if run.code != Some(self.code) || (more.len() < 2 && !run.stderr.contains(self.says)) {
                return Some(format!("not {} with {:?} in {told}", self.code, self.says));
            }
            let shown = shown_in(&format!("{}{}", run.stdout, run.stderr), &requests);
            shown.map(|secret| format!("{secret} in {told}"))
        };
        variants.iter().filter_map(failure).collect()
    }

    fn run(&self, more: &[&str]) -> (Run, Vec<String>) {
        let server = self.server();
        (self.aws(more, &server).run(), server.heads())
    }

    /// A server that gives the replies.
    pub fn server(&self) -> Endpoint {
        let replies = self.replies.clone();
        Endpoint::answering(move |number, head, body| match replies.get(number).or(replies.last()) {
            Some(reply) => reply.to(head, body),
            None => Vec::new(),
        })
    }

    /// The program in the place that the scenario describes, with more words.
    pub fn aws(&self, more: &[&str], server: &Endpoint) -> Aws {
        let host = server.url().trim_start_matches("http://");
        let place = |text: &str| text.replace(SERVER, host);
        let words =
            self.words.iter().map(|word| place(word)).chain(more.iter().map(|word| (*word).to_owned()));
        let mut aws = match &self.stdin {
            None => Aws::new(words),
            // A program that no terminal belongs to.
            Some(stdin) => {
                let words = ["--wait".to_owned(), PROGRAM.to_owned()].into_iter().chain(words);
                Aws::of("/usr/bin/setsid", words).stdin(stdin.as_bytes())
            }
        };
        for (name, value) in plants::VARIABLES {
            aws = aws.env(name, place(value));
        }
        for (name, value) in &self.variables {
            aws = match value {
                Some(value) => aws.env(name, place(value)),
                None => aws.without(name),
            };
        }
        let is_replaced = |name: &str| self.files.iter().any(|(own, _)| name.starts_with(own));
        for (name, content) in plants::FILES.iter().filter(|(name, _)| !is_replaced(name)) {
            aws = aws.file(name, place(content));
        }
        for (name, content) in &self.files {
            aws = aws.file(name, place(content));
        }
        if let Some(path) = self.stdout {
            aws = aws.stdout(File::create(path).expect("a file"));
        }
        aws
    }
}

impl Reply {
    /// A whole reply with this status and body.
    pub fn of(status: u16, body: impl AsRef<[u8]>) -> Reply {
        Reply::Bytes(typed(status, "application/json", body))
    }

    fn to(&self, head: &str, body: &str) -> Vec<u8> {
        let sent = format!("{head}{body}");
        match self {
            Reply::Bytes(bytes) => bytes.clone(),
            Reply::Json(status, code) => {
                let sent = serde_json::Value::from(sent);
                typed(
                    *status,
                    "application/json",
                    format!(r#"{{"__type":"x#{code}","message":{sent},"error":{sent}}}"#),
                )
            }
            Reply::Xml(status, code) => {
                let sent = sent.replace('&', "&amp;").replace('<', "&lt;");
                let error = format!("<Error><Code>{code}</Code><Message>{sent}</Message></Error>");
                typed(*status, "text/xml", format!("<ErrorResponse>{error}</ErrorResponse>"))
            }
            Reply::Text(status) => typed(*status, "text/plain", sent),
            Reply::Silence => {
                std::thread::sleep(std::time::Duration::from_secs(60));
                Vec::new()
            }
        }
    }
}
