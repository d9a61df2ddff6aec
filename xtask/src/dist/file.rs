//! The release file: built for the machine's own target, as `flags` says.

use std::env;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;

use super::PROGRAMS;
use super::flags::{self, Folders};
use super::link;
use crate::workspace::{Workspace, cargo, failed, run, text};

/// Builds `target/dist/aws`, and its completer beside it.
pub(super) fn build(workspace: &Workspace, compiler: &Compiler) -> io::Result<()> {
    let folders = Folders {
        sources: &workspace.root,
        target: &workspace.target,
        cargo: &cargo_home()?,
        library: &compiler.library,
        library_name: &compiler.library_name,
    };
    let mut build = cargo();
    build.args(["build", "--release", "--locked", "--bins", "--target", &compiler.target]);
    build.current_dir(&workspace.root);
    // What the user has set for other builds would make another file.
    build.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", flags::rust(&folders).join("\u{1f}"));
    let target = compiler.target.replace('-', "_");
    build.env(format!("CFLAGS_{target}"), flags::c(&folders)).env("CC_SHELL_ESCAPED_FLAGS", "1");
    build.env(format!("CARGO_TARGET_{}_LINKER", target.to_uppercase()), env::current_exe()?);
    build.env(link::VARIABLE, link::digest());
    run(&mut build)?;
    fs::create_dir_all(workspace.dist())?;
    for program in PROGRAMS {
        fs::copy(compiler.built(workspace).join(program), workspace.dist().join(program))?;
    }
    Ok(())
}

/// The compiler, and where its standard library comes from.
pub(super) struct Compiler {
    pub(super) version: String,
    pub(super) target: String,
    pub(super) sysroot: PathBuf,
    library: PathBuf,
    /// The name that the compiled library has for that folder.
    library_name: String,
}

impl Compiler {
    pub(super) fn find() -> io::Result<Compiler> {
        let rustc = || Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        let about = text(rustc().arg("-vV"))?;
        let line = |name: &str| {
            let value = about.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            value.ok_or_else(|| failed(format!("rustc does not say its {name}")))
        };
        let target = line("host")?;
        if !target.ends_with("-linux-gnu") {
            return Err(failed(format!(
                "the release file is for Linux with the GNU C library, not for {target}"
            )));
        }
        let sysroot = PathBuf::from(text(rustc().args(["--print", "sysroot"]))?);
        Ok(Compiler {
            version: line("release")?.to_owned(),
            target: target.to_owned(),
            library: sysroot.join("lib/rustlib/src/rust"),
            library_name: format!("/rustc/{}", line("commit-hash")?),
            sysroot,
        })
    }

    /// Where cargo puts what it builds for this target.
    pub(super) fn built(&self, workspace: &Workspace) -> PathBuf {
        workspace.target.join(&self.target).join("release")
    }
}

fn cargo_home() -> io::Result<PathBuf> {
    let set = env::var_os("CARGO_HOME").map(PathBuf::from);
    set.or_else(|| Some(env::home_dir()?.join(".cargo"))).ok_or_else(|| failed("there is no CARGO_HOME"))
}
