//! Where the measured programs run: a directory and an environment of their own, and an endpoint on loopback.

use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::endpoint::{self, Authority, Service};
use crate::stores::Pages;

/// The key that signs the requests, from the examples of AWS's documentation.
const ACCESS_KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
/// Its secret half, from there too.
const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// The environment of each run. HOME and PATH are set beside these.
const ENVIRONMENT: [(&str, &str); 11] = [
    ("LC_ALL", "C.UTF-8"),
    ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID),
    ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY),
    ("AWS_DEFAULT_REGION", "us-east-1"),
    ("AWS_EC2_METADATA_DISABLED", "true"),
    ("AWS_MAX_ATTEMPTS", "1"),
    ("AWS_PAGER", ""),
    ("AWS_KMS_CLI_FALLBACK", "off"),
    // What bash tells those that it asks for candidates; nothing else reads it.
    ("COMP_LINE", "aws kms update-custom-key-store --xks-proxy-"),
    ("COMP_POINT", "44"),
    ("COMP_TYPE", "9"),
];

/// Lasts as long as the measuring.
pub struct Workbench {
    home: TempDir,
    /// What stands for what in a command line.
    placeholders: [(&'static str, String); 9],
}

impl Workbench {
    /// Makes the directory and starts the endpoints, for updates with TLS and without. Their threads are this process's, and
    /// only child processes are measured.
    pub fn set_up() -> Result<Self, Box<dyn Error>> {
        let home = TempDir::with_prefix("command-bench-")?;
        let authority = Authority::new()?;
        let bundle = home.path().join("ca.pem");
        std::fs::write(&bundle, &authority.certificate)?;
        let http = endpoint::start(Service::Update, None)?;
        let https = endpoint::start(Service::Update, Some(authority.config))?;
        let describe = |pages| endpoint::start(Service::Describe(pages), None);
        let few = describe(Pages::of_all_kinds(5)?)?;
        let fewer = describe(Pages::of_all_kinds(1000)?)?;
        let more = describe(Pages::of_all_kinds(10_000)?)?;
        let certificates = describe(Pages::with_certificates(10_000)?)?;
        let placeholders = [
            ("{HTTP}", format!("http://127.0.0.1:{http}")),
            ("{HTTPS}", format!("https://localhost:{https}")),
            ("{5}", format!("http://127.0.0.1:{few}")),
            ("{1000}", format!("http://127.0.0.1:{fewer}")),
            ("{10000}", format!("http://127.0.0.1:{more}")),
            ("{CERTIFICATES}", format!("http://127.0.0.1:{certificates}")),
            ("{CA}", bundle.to_string_lossy().into_owned()),
            ("{KEY}", ACCESS_KEY_ID.to_owned()),
            ("{SECRET}", SECRET_ACCESS_KEY.to_owned()),
        ];
        Ok(Workbench { home, placeholders })
    }

    /// Writes a configuration file with so many profiles as companies generate them, one for each account.
    pub fn configure(&self, profiles: usize) -> std::io::Result<()> {
        let profile = |number| {
            format!(
                "[profile account-{number:05}-administrator]\nsso_session = company\nsso_account_id = {:012}\n\
                 sso_role_name = Administrator\nregion = eu-west-1\noutput = json\n",
                100_000_000_000_u64 + number
            )
        };
        let text: String = (0..).map(profile).take(profiles).collect();
        std::fs::create_dir_all(self.home().join(".aws"))?;
        std::fs::write(self.home().join(".aws/config"), text)
    }

    /// The directory that the programs run in; it is their HOME too.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The words of a scenario's command line.
    pub fn words(&self, line: &[&str]) -> Vec<String> {
        let fill = |word: &str| {
            self.placeholders.iter().fold(word.to_owned(), |word, (name, value)| word.replace(name, value))
        };
        line.iter().flat_map(|part| part.split_whitespace()).map(fill).collect()
    }

    /// A process in this place, with none of the caller's environment but the PATH, without input.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(ENVIRONMENT)
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home())
            .current_dir(self.home())
            .stdin(Stdio::null());
        command
    }
}
