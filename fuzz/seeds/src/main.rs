//! Writes what fuzzing begins with: for each target a folder of inputs and a dictionary of their words, both made of the
//! cases in `tests/conformance/cases`, and of a few documents that no case has.

mod documents;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

/// The longest input: what is longer takes time and shows nothing new.
const LONGEST: usize = 4096;

/// The most words of a dictionary.
const MOST_WORDS: usize = 400;

/// The commands in the order in which `reply` chooses them.
const COMMANDS: [&str; 6] = [
    "connect-custom-key-store",
    "create-custom-key-store",
    "delete-custom-key-store",
    "describe-custom-key-stores",
    "disconnect-custom-key-store",
    "update-custom-key-store",
];

/// The statuses that `reply` chooses from, and the first place of each.
const STATUS: [(u64, u8); 10] =
    [(200, 0), (201, 5), (204, 6), (300, 7), (301, 8), (400, 9), (403, 11), (404, 12), (413, 13), (500, 14)];

/// The targets that `repetition` chooses from.
const REPEATED: [&str; 15] = [
    "json",
    "yaml",
    "shorthand",
    "query",
    "xml",
    "configuration",
    "urls",
    "bundle",
    "command_line",
    "completion_line",
    "page_token",
    "pages",
    "reply",
    "health",
    "caches",
];

/// The inputs of each target.
#[derive(Default)]
struct Seeds(BTreeMap<&'static str, BTreeSet<Vec<u8>>>);

impl Seeds {
    fn add(&mut self, target: &'static str, input: impl Into<Vec<u8>>) {
        let input = input.into();
        if !input.is_empty() && input.len() <= LONGEST {
            self.0.entry(target).or_default().insert(input);
        }
    }

    fn add_case(&mut self, case: &Value) {
        let files = files(case);
        let words = words(case, &files);
        self.add_line(&words);
        self.add_files(&files, &words);
        self.add_replies(case, &words);
        for (name, value) in case["env"].as_object().into_iter().flatten() {
            if (name.contains("PROXY") || name.contains("UR"))
                && let Some(url) = value.as_str()
            {
                self.add_url(&with_server(url));
            }
        }
        if words.windows(2).any(|pair| pair[0] == "--output" && pair[1].starts_with("yaml")) {
            self.add("yaml", text(&case["expect"]["stdout"]));
        }
        let parts = |text: &str| text.split('"').map(str::to_owned).collect::<Vec<_>>();
        if let [.., token, _] = &parts(&text(&case["expect"]["stdout"]))[..]
            && token.starts_with("eyJ")
        {
            self.add("page_token", token.as_bytes());
        }
    }

    fn add_line(&mut self, words: &[String]) {
        let count = self.0.get("command_line").map_or(0, BTreeSet::len);
        let start = [(count % 16) as u8, words.len() as u8];
        self.add("command_line", [&start[..], words.join("\0").as_bytes()].concat());
        let quoted: Vec<String> =
            words.iter().map(|word| format!("'{}'", word.replace('\'', "'\\''"))).collect();
        self.add("completion_line", format!("aws {}", quoted.join(" ")));
        self.add("completion_line", format!("aws {}| x", words.join(" ")));
        let pairs = words.windows(2).map(|pair| (pair[0].as_str(), pair[1].as_str()));
        for (name, value) in pairs.chain(words.iter().filter_map(|word| word.split_once('='))) {
            match name {
                "--xks-proxy-authentication-credential" => self.add("shorthand", value),
                "--cli-input-json" => self.add("json", value),
                "--cli-input-yaml" => self.add("yaml", value),
                "--query" => self.add("query", value),
                "--starting-token" => self.add("page_token", value),
                "--endpoint-url" => self.add_url(value),
                _ => {}
            }
        }
    }

    fn add_files(&mut self, files: &BTreeMap<String, Vec<u8>>, words: &[String]) {
        let file = |name: &str| files.get(name).map(Vec::as_slice).unwrap_or_default();
        let parts = [
            file(".aws/config"),
            file(".aws/credentials"),
            file(".aws/cli/alias"),
            words.join(" ").as_bytes(),
        ]
        .join(&0);
        if parts.len() > words.join(" ").len() + 3 {
            self.add("configuration", parts);
        }
        for (name, content) in files {
            let content_text = String::from_utf8_lossy(content);
            if name.contains("/cache/") {
                self.add("caches", content.clone());
            } else if let (Some(start), Some(end)) = (content_text.find('{'), content_text.rfind('}'))
                && start < end
            {
                self.add("json", &content_text.as_bytes()[start..=end]);
                self.add("caches", &content_text.as_bytes()[start..=end]);
            } else if name.ends_with(".yaml") {
                self.add("yaml", content.clone());
            } else if name.ends_with(".pem") || name.ends_with(".crt") {
                self.add("bundle", content.clone());
            }
            content_text.lines().filter_map(|line| line.split_once("endpoint_url")).for_each(|(_, url)| {
                self.add_url(url.trim_start_matches([' ', '=']));
            });
        }
    }

    fn add_replies(&mut self, case: &Value, words: &[String]) {
        let query = words.windows(2).find(|pair| pair[0] == "--query").map_or("", |pair| &pair[1]);
        let command = COMMANDS.iter().position(|command| words.iter().any(|word| word == command));
        let mut bodies = Vec::new();
        for reply in case["server"].as_array().into_iter().flatten() {
            let body = match &reply["body"] {
                Value::Null => continue,
                Value::String(body) => body.clone(),
                body => body.to_string(),
            };
            let is_xml = body.trim_start().starts_with('<');
            self.add(if is_xml { "xml" } else { "json" }, body.as_str());
            if body.contains("AccessKeyId") || body.contains("expiration") {
                self.add("caches", body.as_str());
            }
            let status = reply["status"].as_u64().unwrap_or(200);
            let status =
                STATUS.iter().rev().find(|(known, _)| status >= *known).map_or(0, |(_, place)| *place);
            let code = reply["headers"]["x-amzn-errortype"].as_str().unwrap_or_default();
            let operation = if is_xml { 6 } else { command.unwrap_or_default() as u8 };
            let start = [operation, status + if is_xml { 32 } else { 0 }];
            self.add(
                "reply",
                [&start[..], code.as_bytes(), b"\0", query.as_bytes(), b"\0", body.as_bytes()].concat(),
            );
            if !query.is_empty() && body.len() < 1000 {
                self.add("query", format!("{query}\0{body}"));
            }
            bodies.push(body);
        }
        let value =
            |name| words.windows(2).find(|pair| pair[0] == name).map(|pair| Value::from(pair[1].as_str()));
        let names =
            [("StartingToken", "--starting-token"), ("MaxItems", "--max-items"), ("PageSize", "--page-size")];
        let config =
            names.into_iter().filter_map(|(member, option)| Some((member.to_owned(), value(option)?)));
        let config = Value::Object(config.collect()).to_string();
        if !bodies.is_empty() {
            self.add("pages", [config].into_iter().chain(bodies).collect::<Vec<_>>().join("\0"));
        }
    }

    fn add_url(&mut self, url: &str) {
        let (start, end) = url.rsplit_once('@').unwrap_or(("https://user", url));
        self.add("urls", format!("{start}\0{end}\0example.com,.local"));
        self.add("urls", format!("{url}\0\0*"));
    }

    /// What is repeated: short inputs of the other targets.
    fn add_repetitions(&mut self) {
        for (at, target) in REPEATED.into_iter().enumerate() {
            let inputs: Vec<Vec<u8>> =
                self.0.get(target).into_iter().flatten().filter(|input| input.len() < 48).cloned().collect();
            for input in inputs.into_iter().step_by(4) {
                let input: Vec<u8> = input.into_iter().map(|byte| if byte == 0 { 2 } else { byte }).collect();
                let (start, end) = input.split_at(input.len() / 2);
                for parts in [[&b""[..], &input, b""], [start, end, b""], [b"", start, end]] {
                    self.add("repetition", [&[at as u8][..], &parts.join(&0)].concat());
                }
            }
        }
    }

    fn write(&self, folder: &Path) -> Result<(), Box<dyn Error>> {
        for (target, inputs) in &self.0 {
            let of_target = folder.join(target);
            fs::create_dir_all(&of_target)?;
            for (number, input) in inputs.iter().enumerate() {
                fs::write(of_target.join(format!("seed-{number:04}")), input)?;
            }
            fs::write(folder.join(format!("{target}.dict")), dictionary(inputs))?;
            println!("{target}: {} inputs", inputs.len());
        }
        Ok(())
    }
}

/// The most frequent words, in libFuzzer's form.
fn dictionary(inputs: &BTreeSet<Vec<u8>>) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for input in inputs {
        let text = String::from_utf8_lossy(input).into_owned();
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
        words
            .filter(|word| (2..40).contains(&word.len()))
            .for_each(|word| *counts.entry(word.to_owned()).or_default() += 1);
    }
    let mut words: Vec<(usize, String)> = counts.into_iter().map(|(word, count)| (count, word)).collect();
    words.sort_by(|a, b| b.cmp(a));
    words.into_iter().take(MOST_WORDS).map(|(_, word)| format!("\"{word}\"\n")).collect()
}

/// A text that may be given as its lines.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}

fn bytes(value: &Value) -> Vec<u8> {
    match value["b64"].as_str() {
        Some(encoded) => BASE64_STANDARD.decode(encoded).unwrap_or_default(),
        None => text(value).into_bytes(),
    }
}

fn files(case: &Value) -> BTreeMap<String, Vec<u8>> {
    let files = case["files"].as_object().into_iter().flatten();
    files
        .map(|(name, content)| {
            (name.clone(), with_server(&String::from_utf8_lossy(&bytes(content))).into_bytes())
        })
        .collect()
}

/// The words of a line, with the contents of files in place of their names: targets read no files.
fn words(case: &Value, files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let word = |word: &Value| {
        let word = with_server(&String::from_utf8_lossy(&bytes(word)));
        let file =
            word.split_once("file://").or(word.split_once("fileb://")).and_then(|(_, name)| files.get(name));
        file.map_or(word, |content| String::from_utf8_lossy(content).into_owned())
    };
    case["argv"].as_array().into_iter().flatten().map(word).collect()
}

fn with_server(text: &str) -> String {
    text.replace("{ENDPOINT}", "http://127.0.0.1:8080")
        .replace("{PORT}", "8080")
        .replace("{HOME}", "/nowhere")
        .replace("{CA}", "/nowhere")
}

fn main() -> Result<(), Box<dyn Error>> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("no folder")?;
    let mut seeds = Seeds::default();
    for entry in fs::read_dir(fuzz.join("../tests/conformance/cases"))? {
        let cases: Vec<Value> = serde_json::from_slice(&fs::read(entry?.path())?)?;
        cases.iter().for_each(|case| seeds.add_case(case));
    }
    documents::add(&mut |target, input| seeds.add(target, input))?;
    seeds.add_repetitions();
    seeds.write(&fuzz.join("corpus"))
}
