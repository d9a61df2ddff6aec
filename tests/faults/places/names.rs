//! Name look-up: a name server in a network of its own, in which the program runs.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::UdpSocket;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

use super::{planted, update};
use crate::fault::{self, Fault};
use crate::server::{At, Script, Server};
use crate::stage::Stage;

/// The argument with which this test is the name server.
pub const ARGUMENT: &str = "--name-server";

/// What makes the network: an interface for itself, and its name server.
const NETWORK: &str = "ip link set lo up && mount --bind \"$0/resolv.conf\" /etc/resolv.conf && \
    { ! [ -e /etc/nsswitch.conf ] || mount --bind \"$0/nsswitch.conf\" /etc/nsswitch.conf; }";

const UNSHARE: [&str; 4] = ["--map-root-user", "--net", "--mount", "sh"];

/// Whether this machine lets its users make such networks.
pub fn are_possible() -> bool {
    static ARE_POSSIBLE: OnceLock<bool> = OnceLock::new();
    *ARE_POSSIBLE.get_or_init(can_be_made)
}

fn can_be_made() -> bool {
    let folder = files("");
    let mut made = Command::new("unshare");
    made.args(UNSHARE).args(["-c", NETWORK]).arg(folder.path()).stderr(Stdio::null());
    made.status().is_ok_and(|status| status.success())
}

pub fn stage(fault: Option<Fault>) -> Stage {
    // With a signal, the look-up takes as long as the test.
    let options =
        if fault.is_some_and(Fault::is_signal) { "timeout:30 attempts:1" } else { "timeout:1 attempts:1" };
    let network = Rc::new(Network::start(fault, options));
    let asked = Rc::clone(&network);
    let enter =
        format!("exec nsenter -t {} -U -n -m --preserve-credentials \"$0\" \"$@\"", network.child.id());
    let aws = planted(update(), "127.0.0.1:1").env("AWS_ENDPOINT_URL_KMS", &network.url).after(&enter);
    let mut stage = Stage::new(aws);
    stage.requests = Box::new(move || asked.requests());
    if fault.is_some_and(Fault::is_signal) {
        let (waiting, waking) = (Rc::clone(&network), Rc::clone(&network));
        stage = stage.meanwhile(move |_| waiting.waits_for("query"));
        stage = stage.then(move |_| waking.tell("go"));
    }
    stage.keeps(network)
}

/// The files of the network.
fn files(options: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).expect("a file");
    write("resolv.conf", format!("nameserver 127.0.0.1\noptions {options}\n"));
    write("nsswitch.conf", "hosts: dns\n".to_owned());
    folder
}

/// A network, with who serves in it.
struct Network {
    child: Child,
    url: String,
    lines: Receiver<String>,
    _files: tempfile::TempDir,
}

impl Network {
    fn start(fault: Option<Fault>, options: &str) -> Network {
        let folder = files(options);
        let mut command = Command::new("unshare");
        command.args(UNSHARE).arg("-c").arg(format!("{NETWORK} && exec \"$@\"")).arg(folder.path());
        command
            .arg(std::env::current_exe().expect("this test"))
            .arg(ARGUMENT)
            .arg(fault.map_or("none", Fault::name));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a network");
        let (sender, lines) = mpsc::channel();
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut network = Network { child, url: String::new(), lines, _files: folder };
        let host = network.line("ready");
        network.url = format!("http://kms.faults.test:{}", host.rsplit(':').next().expect("a port"));
        network
    }

    fn tell(&self, word: &str) {
        let mut stdin = self.child.stdin.as_ref().expect("a pipe");
        writeln!(stdin, "{word}").expect("a server that reads");
    }

    /// The rest of the next line that begins so.
    fn line(&self, start: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(crate::run::LIMIT).expect("a line");
            if let Some(rest) = line.strip_prefix(start) {
                return rest.trim().to_owned();
            }
        }
    }

    fn waits_for(&self, start: &str) {
        let _ = self.line(start);
    }

    fn requests(&self) -> usize {
        self.tell("count");
        self.line("count").parse().expect("a number")
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves names, and KMS, until stdin ends.
pub fn serve(fault: &str) {
    let known = fault::ALL.into_iter().find(|(_, name)| *name == fault);
    let fault = known.map(|(fault, _)| fault);
    let server = Server::start(Script { fault: None, at: At::Head, concerns: |_| false, tls: None });
    let (go, gone) = mpsc::channel();
    let say = |line: String| writeln!(io::stdout(), "{line}").expect("a reader");
    if fault != Some(Fault::Reset) {
        let socket = UdpSocket::bind("127.0.0.1:53").expect("the port of name servers");
        let gone = Arc::new(Mutex::new(gone));
        thread::spawn(move || answer_all(&socket, fault, &gone));
    }
    say(format!("ready {}", server.host()));
    for line in io::stdin().lines().map_while(Result::ok) {
        match line.as_str() {
            "go" => wake(&go),
            _ => say(format!("count {}", server.seen().heads().len())),
        }
    }
}

fn wake(go: &Sender<()>) {
    // Nobody waits where the look-up was ended.
    let _ = go.send(());
}

fn answer_all(socket: &UdpSocket, fault: Option<Fault>, gone: &Mutex<Receiver<()>>) -> io::Result<()> {
    let mut is_silent = fault.is_some_and(Fault::is_silence);
    let mut query = [0; 512];
    loop {
        let (length, client) = socket.recv_from(&mut query)?;
        writeln!(io::stdout(), "query")?;
        if is_silent {
            if gone.lock().is_ok_and(|gone| gone.recv().is_err()) {
                return Ok(());
            }
            is_silent = false;
        }
        socket.send_to(&reply(&query[..length], fault), client)?;
    }
}

/// The reply to a query.
fn reply(query: &[u8], fault: Option<Fault>) -> Vec<u8> {
    // The name, and behind it type and class.
    let name = query[12..].iter().position(|byte| *byte == 0).unwrap_or(0) + 13;
    let question = &query[12..name + 4];
    let is_of_ipv4 = query[name..name + 2] == [0, 1];
    let record = |kind: u8, data: &[u8]| {
        [&[0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 60, 0, data.len() as u8][..], data].concat()
    };
    let (flags, answer) = match fault {
        Some(Fault::Refused) => ([0x81, 0x83], Vec::new()),
        Some(Fault::ServerError) => ([0x81, 0x82], Vec::new()),
        Some(Fault::CutShort) => ([0x83, 0x80], Vec::new()),
        Some(Fault::Garbage) => return [&query[..2], &[0xff; 60]].concat(),
        // A name that stands for itself.
        Some(Fault::Endless) => ([0x81, 0x80], record(5, &[0xc0, 12])),
        _ if is_of_ipv4 => ([0x81, 0x80], record(1, &[127, 0, 0, 1])),
        _ => ([0x81, 0x80], Vec::new()),
    };
    let count = u8::from(!answer.is_empty());
    [&query[..2], &flags, &[0, 1, 0, count, 0, 0, 0, 0], question, &answer].concat()
}
