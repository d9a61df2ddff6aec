//! Files that are read and written.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::network::{Place, STS, TOKEN};
use crate::aws::Aws;
use crate::fault::Fault;
use crate::plants::{ROLE, ROLE_GOOD, SSO_TOKEN, SSO_TOKEN_GOOD};
use crate::server::Server;
use crate::stage::{Stage, wait_until};

/// More than is read of any file.
const ENDLESS: u64 = 1 << 30;

/// The configuration file, from which the role of a profile comes.
pub fn config(fault: Option<Fault>) -> Stage {
    let (server, aws) = well(STS);
    let path = aws.home().join(".aws/config");
    let cut = "[profile r]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = keys\n[profile ";
    spoil(&path, fault, cut);
    Stage::new(limited(aws, fault)).asks(server, fault)
}

/// The cached credentials of a role.
pub fn cached_role(fault: Option<Fault>) -> Stage {
    let (server, aws) = well(STS);
    let aws = aws.file(ROLE, ROLE_GOOD);
    spoil(&aws.home().join(ROLE), fault, &ROLE_GOOD[..ROLE_GOOD.len() / 2]);
    Stage::new(limited(aws, fault)).asks(server, fault)
}

/// A token that another process renews: it has locked the folder of the cache.
pub fn locked_token(fault: Option<Fault>) -> Stage {
    let (server, aws) = well(TOKEN);
    let path = aws.home().join(SSO_TOKEN);
    let folder = File::open(path.parent().expect("a folder")).expect("the cache");
    folder.lock().expect("a lock");
    let waits = move |pid: u32| wait_until("it waits for the lock", || waits_for_lock(pid));
    let stage = Stage::new(aws).asks(server, None);
    let stage = stage.meanwhile(move |run| waits(run.pid));
    if fault.and_then(Fault::signal).is_some() {
        return stage.keeps(folder);
    }
    stage.then(move |_| {
        fs::write(&path, SSO_TOKEN_GOOD).expect("a new token");
        drop(folder);
    })
}

/// A new role that is kept for the next run.
pub fn new_role(fault: Option<Fault>) -> Stage {
    let (server, aws) = well(STS);
    let folder = aws.home().join(".aws/cli/cache");
    let aws = match fault {
        Some(Fault::Refused) => aws.file(".aws/cli/cache", ""),
        // Neither root nor anybody else writes there.
        Some(Fault::ReadOnly) => {
            fs::create_dir_all(folder.parent().expect("a folder")).expect("a folder");
            symlink("/sys/kernel", &folder).expect("a link");
            aws
        }
        Some(Fault::FullDisk) => aws.after("ulimit -f 0"),
        _ => aws,
    };
    Stage::new(aws).asks(server, fault)
}

/// The same, while the system takes its time to write it.
pub fn slowly_kept_role(fault: Option<Fault>) -> Stage {
    let (server, aws) = well(STS);
    let stage = Stage::new(slow_to_write(aws)).asks(server, None);
    if !fault.is_some_and(Fault::is_signal) {
        return stage;
    }
    stage.meanwhile(|run| {
        let folder = run.home.join(".aws/cli/cache");
        wait_until("a draft is written", || drafts(&folder).iter().any(|draft| has_content(draft)));
    })
}

/// Whether there is a tracer that can make a system call take its time.
pub fn can_slow_down() -> bool {
    let traced =
        Command::new("strace").args(["-qq", "-o", "/dev/null", "-e", "trace=fsync", "true"]).status();
    traced.is_ok_and(|status| status.success())
}

fn slow_to_write(aws: Aws) -> Aws {
    // A second, for which the signal waits if it is not the last one.
    let tracer = "strace -D -qq -o /dev/null -e trace=fsync -e inject=fsync:delay_enter=1000000";
    // What the tracer says is not for the program's stderr.
    let program = "sh -c 'exec \"$0\" \"$@\" 2>&3 3>&-' \"$0\" \"$@\"";
    aws.after(&format!("exec 3>&2; exec {tracer} {program} 2>/dev/null"))
}

/// The drafts of cached files.
fn drafts(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "tmp")).collect()
}

fn has_content(path: &Path) -> bool {
    path.metadata().is_ok_and(|data| data.len() > 0)
}

/// A place at a server where nothing goes wrong.
fn well(place: Place) -> (Server, Aws) {
    super::network::set_up(place, None)
}

/// Puts something else in the place of a file.
fn spoil(path: &Path, fault: Option<Fault>, cut: &str) {
    let remove = || fs::remove_file(path).expect("a file");
    match fault {
        Some(Fault::Refused) => {
            remove();
            fs::create_dir(path).expect("a folder");
        }
        Some(Fault::Slow) => {
            remove();
            let made = Command::new("mkfifo").arg(path).status();
            assert!(made.is_ok_and(|status| status.success()));
        }
        Some(Fault::CutShort) => fs::write(path, cut).expect("a file"),
        Some(Fault::Garbage) => fs::write(path, b"\0\xffhunter2-MisPlaced-hunter2\n\xfe=").expect("a file"),
        Some(Fault::Endless) => {
            File::create(path).and_then(|file| file.set_len(ENDLESS)).expect("a file with a hole");
        }
        Some(Fault::ReadOnly) => {
            fs::set_permissions(path, fs::Permissions::from_mode(0o400)).expect("permissions");
        }
        _ => {}
    }
}

fn limited(aws: Aws, fault: Option<Fault>) -> Aws {
    if fault == Some(Fault::Endless) { aws.with_address_space(600_000) } else { aws }
}

/// Whether a process waits for a lock, as `/proc/locks` tells.
fn waits_for_lock(pid: u32) -> bool {
    let locks = fs::read_to_string("/proc/locks").expect("the locks");
    locks
        .lines()
        .any(|line| line.contains("->") && line.split_whitespace().any(|word| word == pid.to_string()))
}
