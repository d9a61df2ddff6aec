//! A run of the program: `Aws::new(…).env(…).run()`, then what must be true of it.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use kms_emulator::Emulator;
use tempfile::TempDir;

/// The program under test: the one that Cargo has built, or the file that `AWS_KMS_CLI_TEST_PROGRAM` names when the tests are
/// compiled.
pub const PROGRAM: &str = match option_env!("AWS_KMS_CLI_TEST_PROGRAM") {
    Some(file) => file,
    None => env!("CARGO_BIN_EXE_aws"),
};

/// A command line with a cleared environment and a home directory of its own.
pub struct Aws {
    command: Command,
    stdin: Vec<u8>,
    stdout: Stdio,
    home: TempDir,
}

impl Aws {
    /// The program with these arguments.
    pub fn new<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Aws {
        Aws::of(PROGRAM, arguments)
    }

    /// Another file that is the program.
    pub fn of<A: AsRef<OsStr>>(program: impl AsRef<OsStr>, arguments: impl IntoIterator<Item = A>) -> Aws {
        #[cfg(unix)]
        heed_signals();
        let home = tempfile::tempdir().expect("a temporary directory");
        let mut command = Command::new(program);
        command.args(arguments).env_clear().current_dir(home.path());
        let variables = [
            ("PATH", "/usr/bin:/bin"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE000000000"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_MAX_ATTEMPTS", "1"),
            ("AWS_KMS_CLI_FALLBACK", "off"),
        ];
        command.envs(variables).env("HOME", home.path());
        #[cfg(windows)]
        for (name, value) in [
            ("USERPROFILE", home.path().into()),
            ("SystemRoot", std::env::var_os("SystemRoot").unwrap_or_default()),
        ] {
            command.env(name, value);
        }
        Aws { command, stdin: Vec::new(), stdout: Stdio::piped(), home }
    }

    /// `aws kms update-custom-key-store --custom-key-store-id cks-1234567890abcdef0` and more.
    pub fn update<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Aws {
        let words = ["kms", "update-custom-key-store", "--custom-key-store-id", "cks-1234567890abcdef0"];
        let more = arguments.into_iter().map(|argument| argument.as_ref().to_owned());
        Aws::new(words.iter().map(OsString::from).chain(more))
    }

    /// Sends requests to the emulator.
    pub fn to(self, emulator: &Emulator) -> Aws {
        self.env("AWS_ENDPOINT_URL", emulator.endpoint())
    }

    /// One more word at the end of the line.
    pub fn word(mut self, word: impl AsRef<OsStr>) -> Aws {
        self.command.arg(word);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Aws {
        self.command.env(name, value);
        self
    }

    pub fn without(mut self, name: &str) -> Aws {
        self.command.env_remove(name);
        self
    }

    /// Writes a file below the home directory, which is the working directory too.
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Aws {
        let path = self.home.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file below the home directory")).expect("a folder");
        std::fs::write(path, content).expect("a written file");
        self
    }

    /// Gives it so many KiB of address space.
    pub fn with_address_space(self, kib: u32) -> Aws {
        self.after(&format!("ulimit -v {kib}"))
    }

    /// A shell does this first, and becomes the program then.
    pub fn after(self, line: &str) -> Aws {
        let Aws { command, stdin, stdout, home } = self;
        let line = format!("{line}; exec \"$0\" \"$@\"");
        let mut changed = Command::new("/bin/sh");
        changed.arg("-c").arg(line).arg(command.get_program()).args(command.get_args());
        let variables = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
        changed.env_clear().envs(variables).current_dir(home.path());
        Aws { command: changed, stdin, stdout, home }
    }

    /// Nobody may write this file or this folder, not even root.
    #[cfg(target_os = "linux")]
    pub fn without_right_to_write(self, name: &str) -> Aws {
        let line = "[ $(id -u) != 0 ] || exec setpriv --bounding-set=-all \"$0\" \"$@\"";
        self.after(&format!("chmod a-w {name}; {line}"))
    }

    /// Starts it in a session of its own, which has no terminal.
    #[cfg(target_os = "linux")]
    pub fn without_terminal(self) -> Aws {
        let Aws { command, stdin, stdout, home } = self;
        let mut detached = Command::new("/usr/bin/setsid");
        detached.arg("--wait").arg(command.get_program()).args(command.get_args());
        let variables = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
        detached.env_clear().envs(variables).current_dir(home.path());
        Aws { command: detached, stdin, stdout, home }
    }

    pub fn stdin(mut self, content: impl Into<Vec<u8>>) -> Aws {
        self.stdin = content.into();
        self
    }

    pub fn stdout(mut self, target: impl Into<Stdio>) -> Aws {
        self.stdout = target.into();
        self
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Runs it to its end.
    pub fn run(self) -> Run {
        self.run_and_keep_home().0
    }

    /// Runs it to its end and leaves its home directory for a look.
    pub fn run_and_keep_home(mut self) -> (Run, TempDir) {
        let input = std::mem::take(&mut self.stdin);
        let mut child = self.start_piped();
        let mut stdin = child.stdin.take().expect("stdin is a pipe");
        // A program that does not read its input closes it early.
        let _ = stdin.write_all(&input);
        drop(stdin);
        (Run::of(child.wait_with_output().expect("an ended program")), self.home)
    }

    /// Starts it and leaves the rest to the caller; the home directory lives as long as the second value.
    pub fn start(mut self) -> (Child, TempDir) {
        (self.start_piped(), self.home)
    }

    /// What is to be started, and the home directory, for one who starts it on a terminal.
    pub fn into_parts(self) -> (Command, TempDir) {
        (self.command, self.home)
    }

    fn start_piped(&mut self) -> Child {
        let stdout = std::mem::replace(&mut self.stdout, Stdio::null());
        self.command.stdin(Stdio::piped()).stdout(stdout).stderr(Stdio::piped());
        self.command.spawn().expect("a started program")
    }
}

/// The program ignores the signals that are ignored where it is started, as `nohup` and a shell's `&` have it. Those that have
/// a handler here are not.
#[cfg(unix)]
fn heed_signals() {
    use std::sync::atomic::AtomicBool;
    use std::sync::{Arc, Once};

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] {
            let is_default = Arc::new(AtomicBool::new(true));
            signal_hook::flag::register_conditional_default(signal, is_default).expect("a handler");
        }
    });
}

/// What a run did.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    fn of(output: Output) -> Run {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// It succeeded and printed exactly this.
    #[track_caller]
    pub fn prints(self, stdout: &str) {
        assert_eq!((self.code, self.stdout.as_str(), self.stderr.as_str()), (Some(0), stdout, ""));
    }

    /// It ended with this code, printed nothing on stdout, and its stderr has this in it.
    #[track_caller]
    pub fn fails(self, code: i32, stderr: &str) -> Run {
        assert_eq!((self.code, self.stdout.as_str()), (Some(code), ""), "{}", self.stderr);
        assert!(self.stderr.contains(stderr), "{:?} in {}", stderr, self.stderr);
        self
    }

    /// None of its output has this in it.
    #[track_caller]
    pub fn hides(&self, secret: &str) {
        assert!(!self.stdout.contains(secret) && !self.stderr.contains(secret), "{secret:?} in {self:?}");
    }
}

/// Writes an executable shell script and returns its path.
#[cfg(unix)]
pub fn script(folder: &Path, name: &str, text: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join(name);
    std::fs::create_dir_all(folder).expect("a folder");
    // Another process writes it. A program that another test starts meanwhile would hold a file that is open here, and nobody
    // runs a file that somebody may write to.
    let mut writer = Command::new("/bin/sh");
    writer.args(["-c", "cat > \"$0\""]).arg(&path).stdin(Stdio::piped());
    let mut writer = writer.spawn().expect("a shell");
    let text = format!("#!/bin/sh\n{text}\n");
    writer.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("a written script");
    assert!(writer.wait().expect("an end").success());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("an executable script");
    path
}
