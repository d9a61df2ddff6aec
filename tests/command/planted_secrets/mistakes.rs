//! Thousands of lines with a secret beside a mistake, made up from a fixed seed: names of secrets in every spelling,
//! before values of every kind, in words, documents, shorthand, aliases and URLs.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::aws::PROGRAM;

use super::plants::MARK;

/// How many lines are made up.
const LINES: usize = 5_000;

/// The longest output of a failed check that is told.
const TOLD: usize = 12;

/// The names of secrets that the service has, and others that people use.
const OWN_NAMES: [&str; 4] =
    ["KeyStorePassword", "XksProxyAuthenticationCredential", "RawSecretAccessKey", "AccessKeyId"];
const OTHER_NAMES: [&str; 5] = ["Password", "SecretAccessKey", "SessionToken", "Secret", "Passphrase"];

/// Values. Each piece of one of them that may be told alone has the mark in it.
const VALUES: &[&str] = &[
    "hunter2-Zq7w9-hunter2",
    "-hunter2-S3cretPw1",
    "--hunter2-option",
    "--hunter2=value",
    "hunter2=Zq7=hunter2",
    "hunter2:Zq7:hunter2",
    "hunter2 Zq7 hunter2",
    "hunter2'Zq7\"hunter2",
    "\"hunter2\"",
    "hunter2,x2hunter2,Zhunter2=9",
    "correcthunter2horse",
    "Hunter2Password9",
    "hunter2\u{e9}\u{1f511}hunter2",
    "{hunter2}[hunter2]",
    "\u{2013}hunter2\u{2014}",
    "hunter2\\nhunter2%41hunter2",
    "hunter2\nhunter2",
    "@hunter2/hunter2?#hunter2",
];

/// A generator of numbers: xorshift.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }

    fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    /// A name with at most so many letters wrong.
    fn mistyped(&mut self, name: &str, mistakes: usize) -> String {
        let mut letters: Vec<char> = name.chars().collect();
        for _ in 0..self.below(mistakes + 1) {
            let at = 1 + self.below(letters.len() - 2);
            match self.below(4) {
                0 => drop(letters.remove(at)),
                1 => letters.insert(at, letters[at]),
                2 => letters.swap(at, at - 1),
                _ => letters[at] = 'x',
            }
        }
        letters.into_iter().collect()
    }

    /// A name of a secret in some spelling.
    fn name(&mut self) -> String {
        let name = match self.below(3) {
            0 => self.of(&OTHER_NAMES).to_owned(),
            1 => self.of(&OWN_NAMES).to_owned(),
            _ => {
                let name = self.of(&OWN_NAMES);
                self.mistyped(name, 2)
            }
        };
        let joined = |sign: &str| {
            let mut out = String::new();
            for c in name.chars() {
                if c.is_uppercase() && !out.is_empty() {
                    out.push_str(sign);
                }
                out.extend(c.to_lowercase());
            }
            out
        };
        match self.below(8) {
            0 => name.clone(),
            1 => name.to_lowercase(),
            2 => name.to_uppercase(),
            3 => joined("_"),
            4 => joined("_").to_uppercase(),
            5 => joined("\u{2010}"),
            _ => joined("-"),
        }
    }

    /// Words with the name and the value of a secret, in some way.
    fn words(&mut self, value: &str) -> Vec<String> {
        let dashes = self.of(&["--", "--", "--", "-", "", "\u{2013}", "\u{2014}", "\u{2212}\u{2212}"]);
        let name = format!("{dashes}{}", self.name());
        let value = value.to_owned();
        match self.below(9) {
            0 => vec![format!("{name}={value}")],
            1 => vec![format!("{name}:{value}")],
            2 => vec![format!("{name} {value}")],
            3 => vec![format!("{name}{value}")],
            4 => vec![name, "=".to_owned(), value],
            5 => vec![name, "my".to_owned(), value],
            6 => vec![format!("{name}=my"), value],
            7 => vec![name, "my".to_owned(), "x".to_owned(), value, "y".to_owned()],
            _ => vec![name, value],
        }
    }

    /// A document with a secret in it.
    fn document(&mut self, value: &str) -> (String, &'static str) {
        let (json, yaml) = ("--cli-input-json", "--cli-input-yaml");
        let name = self.name();
        let quoted = serde_json::Value::from(value).to_string();
        match self.below(18) {
            0 => (format!(r#"{{"CustomKeyStoreId": 5, "{name}": {quoted}}}"#), json),
            1 => (format!(r#"{{"NewCustomKeyStoreName": {{"{name}": {quoted}}}}}"#), json),
            2 => (format!(r#"{{"NewCustomKeyStoreName": ["{name}", {quoted}, {quoted}]}}"#), json),
            3 => (
                format!(
                    r#"{{"NewCustomKeyStoreName": [["{name}={}"], {quoted}]}}"#,
                    quoted.trim_matches('"')
                ),
                json,
            ),
            4 => (format!(r#"{{"XksProxyAuthenticationCredential": {{"{name}": {quoted}, "X": 1}}}}"#), json),
            5 => (format!(r#"{{"XksProxyAuthenticationCredential": [{{"{name}": {quoted}}}]}}"#), json),
            6 => (format!(r#"{{"{name}{}": 1}}"#, quoted.trim_matches('"')), json),
            7 => (format!(r#"{{"{name}": {{"a": [{quoted}], {quoted}: 1}}, {quoted}: 1}}"#), json),
            8 => (format!(r#"{{"{name}": "{value}""#), json),
            9 => (format!("{{CustomKeyStoreId: cks-1, {name}:{value}}}"), yaml),
            10 => (format!("{{CustomKeyStoreId: cks-1, {name}: {value}}}"), yaml),
            11 => (format!("{{CustomKeyStoreId: cks-1, {name}\":\"{value}\"}}"), yaml),
            12 => (format!("CustomKeyStoreId: cks-1\n{name}:{value}: 1"), yaml),
            13 => (format!("CustomKeyStoreId: [cks-1, {name}: {value}, {quoted}]"), yaml),
            14 => (format!("CustomKeyStoreId:\n  - {name}\n  - {quoted}"), yaml),
            15 => (format!("NewCustomKeyStoreName:\n  {name}: {quoted}\n  {quoted}: 1"), yaml),
            16 => (format!("NewCustomKeyStoreName: {{{name}: a, {value}}}"), yaml),
            _ => (format!("{name}: |\n  {value}\n  {value}\n? [{name}, {quoted}]\n: 1"), yaml),
        }
    }

    /// Shorthand and JSON for the credential.
    fn credential(&mut self, value: &str) -> String {
        let name =
            self.of(&["RawSecretAccessKey", "AccessKeyId", "rawSecretAccessKey", "Raw-Secret-Access-Key"]);
        let quoted = serde_json::Value::from(value).to_string();
        match self.below(10) {
            0 => format!("{name}={value}"),
            1 => format!("{name}:{value}"),
            2 => format!("{name}={value},{value}=x"),
            3 => format!("AccessKeyId=A,{name}=a,{value},X=y"),
            4 => format!("{name}={{a={value}}}"),
            5 => format!("{name}=[{value},{value}],{name}={value}"),
            6 => format!("{name}='{value}"),
            7 => format!("{{\"{name}\": {quoted}, "),
            8 => format!("{{\"{name}\": [{quoted}], \"{name}\\\":\\\"{}\": 1}}", quoted.trim_matches('"')),
            _ => format!("[{{\"{name}\": {quoted}}}]"),
        }
    }

    /// A text that should be a URL, with a user and a password.
    fn url(&mut self, value: &str) -> String {
        let scheme = self.of(&[
            "http://", "https://", "http:/", "http:", "HTTP://", "//", "", "ftp://", "x://", " http://",
        ]);
        match self.below(5) {
            // With an `@` in it, the value would be the host.
            0 if !value.contains('@') => format!("{scheme}user:{value}"),
            0 | 1 => format!("{scheme}user:{value}@"),
            2 => format!("{scheme}:{value}@127.0.0.1:1"),
            3 => format!("{scheme}user:{value}%40127.0.0.1:1/x"),
            _ => format!("{scheme}user:{value}@127.0.0.1:1"),
        }
    }
}

/// A line, the variables and the files that it is run with.
#[derive(Debug)]
struct Line {
    words: Vec<String>,
    variables: Vec<(&'static str, String)>,
    files: Vec<(&'static str, String)>,
}

impl Line {
    fn made_of(dice: &mut Dice) -> Line {
        let value = dice.of(VALUES);
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let update = owned(&["kms", "update-custom-key-store", "--custom-key-store-id", "cks-1"]);
        let mut line = Line { words: update.clone(), variables: Vec::new(), files: Vec::new() };
        match dice.below(12) {
            0..=3 => {
                let at = dice.of(&[[4, 4], [4, 4], [4, 4], [2, 2], [1, 1], [0, 0]].each_ref())[0];
                line.words.splice(at..at, dice.words(value));
                if dice.below(3) == 0 {
                    line.words.extend(owned(&["--regoin", "x", "--bogus"]));
                }
            }
            4..=6 => {
                let (document, option) = dice.document(value);
                line.words = owned(&["kms", "update-custom-key-store", option]);
                if dice.below(4) == 0 {
                    line.words.push("file://document".to_owned());
                    line.files.push(("document", document));
                } else {
                    line.words.push(document);
                }
                if dice.below(4) == 0 {
                    line.words.extend(owned(&["--key-store-password", "password"]));
                }
                if dice.below(4) == 0 {
                    line.files.push((".aws/config", "[default]\nparameter_validation = false\n".to_owned()));
                }
            }
            7 | 8 => {
                let option = dice.of(&["--xks-proxy-authentication-credential", "--xks-proxy-a", "--xks"]);
                line.words.extend([option.to_owned(), dice.credential(value)]);
            }
            9 => {
                let alias: Vec<String> =
                    dice.words(value).iter().map(|word| word.replace('\n', " ")).collect();
                let open = dice.of(&["'", "\"", ""]);
                let value = format!("{} {open}{}", update.join(" "), alias.join(" "));
                line.files.push((".aws/cli/alias", format!("[command kms]\nu = {value}\n")));
                line.words = owned(&["kms", dice.of(&["u", "u", "ux"])]);
            }
            _ => line.give_url(dice, value),
        }
        line
    }

    fn give_url(&mut self, dice: &mut Dice, value: &str) {
        let url = dice.url(value);
        let of_file = url.replace('\n', "");
        match dice.below(7) {
            0 => self.words.extend(["--endpoint-url".to_owned(), url]),
            1 => self.words.push(format!("--endpoint={url}")),
            2 => self.variables.push((dice.of(&["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_KMS"]), url)),
            3 => {
                let text =
                    format!("[default]\nservices = s\n[services s]\nkms =\n  endpoint_url = {of_file}\n");
                let plain = format!("[default]\nendpoint_url = {of_file}\n");
                self.files.push((".aws/config", dice.of(&[text.as_str(), &plain]).to_owned()));
            }
            4 => self.variables.push(("http_proxy", url)),
            5 => self
                .variables
                .extend([("HTTPS_PROXY", url), ("AWS_ENDPOINT_URL", "https://127.0.0.1:1".to_owned())]),
            _ => {
                let metadata = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", url.clone());
                let container = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
                self.variables.push(if dice.below(2) == 0 { metadata } else { container });
                self.variables.push(("AWS_ACCESS_KEY_ID", String::new()));
                self.variables.push(("AWS_EC2_METADATA_DISABLED", "false".to_owned()));
            }
        }
    }

    /// What the program tells, plainly and with `--debug`, where it tells a secret or nothing at all.
    fn failures(&self, home: &Path) -> Vec<String> {
        for (name, content) in &self.files {
            let path = home.join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, content).expect("a written file");
        }
        let mut failures = Vec::new();
        for more in [&[][..], &["--debug"]] {
            let output = Command::new(PROGRAM)
                .args(more)
                .args(&self.words)
                .env_clear()
                .envs([
                    ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE000000000"),
                    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                    ("AWS_REGION", "us-east-1"),
                    ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
                    ("AWS_EC2_METADATA_DISABLED", "true"),
                    ("AWS_MAX_ATTEMPTS", "1"),
                    ("AWS_METADATA_SERVICE_TIMEOUT", "1"),
                    ("AWS_KMS_CLI_FALLBACK", "off"),
                ])
                .envs(self.variables.iter().map(|(name, value)| (*name, value)))
                .env("HOME", home)
                .current_dir(home)
                .stdin(Stdio::null())
                .output()
                .expect("a run");
            let told = [output.stdout, output.stderr].concat();
            let told = String::from_utf8_lossy(&told);
            let is_silent = told.is_empty() || output.status.success();
            if is_silent || told.to_lowercase().contains(MARK) {
                failures.push(format!("{self:?} {more:?} {:?}: {told}", output.status.code()));
            }
        }
        for (name, _) in &self.files {
            std::fs::remove_file(home.join(name)).expect("a removed file");
        }
        failures
    }
}

#[test]
fn no_line_with_a_mistake_tells_a_secret() {
    let mut dice = Dice(0x005e_c2e7_0000_0001);
    let lines: Vec<Line> = (0..LINES).map(|_| Line::made_of(&mut dice)).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let home = tempfile::tempdir().expect("a temporary directory");
        let mine = std::iter::from_fn(|| lines.get(next.fetch_add(1, Ordering::Relaxed)));
        mine.flat_map(|line| line.failures(home.path())).collect::<Vec<String>>()
    };
    let failures: Vec<String> = std::thread::scope(|scope| {
        let workers = [(); 4].map(|()| scope.spawn(work));
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    });
    let told = failures.iter().take(TOLD).cloned().collect::<Vec<_>>().join("\n---\n");
    assert!(failures.is_empty(), "{} failures:\n{told}", failures.len());
}
