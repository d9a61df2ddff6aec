//! The programs that are compared: this project's, and what the PATH has.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::scenario::Tool;
use crate::workbench::Workbench;

/// So many words of a program's version are shown.
const VERSION_WORDS: usize = 4;

/// How a file of this project comes by the C library.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Linking {
    /// It is in the file: the release file.
    Static,
    /// The system's loader finds it at each start: the file that Cargo builds unless it is told otherwise.
    Dynamic,
}

/// A file of this project to measure.
#[derive(Clone)]
pub struct Own {
    /// Its name in the report, unless its linking says enough.
    pub name: Option<String>,
    /// Where it is.
    pub path: PathBuf,
}

/// A program to measure.
#[derive(Clone)]
pub struct Program {
    /// What it is.
    pub tool: Tool,
    /// How it is linked, if it is this project's.
    pub ours: Option<Linking>,
    /// Its file.
    pub path: PathBuf,
    /// Its name in the report.
    pub name: String,
    /// What it says about its version, without the libraries that curl goes on to tell of.
    pub version: String,
    /// The size of its file in bytes; `None` for a script, whose program is elsewhere.
    pub size: Option<u64>,
}

/// This project's programs first, then `curl`, each other `aws` on the PATH and `true`, where they are there.
pub fn find(own: &[Own], workbench: &Workbench) -> Vec<Program> {
    let mut programs: Vec<Program> = own.iter().map(|own| Program::own(own, workbench)).collect();
    let first = |name: &str| on_path(name).into_iter().take(1);
    let is_own = |path: &PathBuf| own.iter().any(|own| own.path == *path);
    let others = on_path("aws").into_iter().filter(|path| !is_own(path));
    programs.extend(first("curl").map(|path| Program::other(path, Tool::Curl, workbench)));
    programs.extend(others.map(|path| Program::other(path, Tool::Aws, workbench)));
    programs.extend(first("true").map(|path| Program::other(path, Tool::True, workbench)));
    programs
}

/// What would be measured if it were there.
pub fn missing(programs: &[Program], counter: bool) -> Vec<&'static str> {
    let lacks = |tool: Tool| !programs.iter().any(|program| program.tool == tool && program.ours.is_none());
    let own = |is: fn(&Program) -> bool| programs.iter().any(|program| program.ours.is_some() && is(program));
    let wanted = [
        (
            !own(|program| program.ours == Some(Linking::Static)),
            "the release file, which cargo xtask dist builds",
        ),
        (own(|program| program.file(Tool::Completer).is_none()), "an aws_completer beside each file"),
        (!counter, "valgrind: no instructions are counted"),
        (lacks(Tool::Curl), "curl"),
        (lacks(Tool::Aws), "another aws on the PATH"),
        (lacks(Tool::True), "true"),
    ];
    wanted.into_iter().filter_map(|(missing, name)| missing.then_some(name)).collect()
}

/// Each different file of that name in the PATH's directories, in their order, without links.
pub fn on_path(name: &str) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut seen = BTreeSet::new();
    std::env::split_paths(&path)
        .filter_map(|directory| directory.join(name).canonicalize().ok())
        .filter(|file| file.is_file() && seen.insert(file.clone()))
        .collect()
}

impl Program {
    fn own(own: &Own, workbench: &Workbench) -> Self {
        let linking = linking(&own.path);
        let name = own.name.clone().unwrap_or_else(|| match linking {
            Linking::Static => "release file".to_owned(),
            Linking::Dynamic => "dynamic file".to_owned(),
        });
        let version = version(&own.path, workbench);
        Program {
            tool: Tool::Aws,
            ours: Some(linking),
            name,
            version,
            size: size(&own.path),
            path: own.path.clone(),
        }
    }

    fn other(path: PathBuf, tool: Tool, workbench: &Workbench) -> Self {
        let version = version(&path, workbench);
        let name = match tool {
            Tool::Curl => "curl",
            Tool::True => "true",
            _ => version.split_whitespace().next().unwrap_or("aws"),
        };
        Program { tool, ours: None, name: name.to_owned(), size: size(&path), path, version }
    }

    /// The file that does what is asked of a tool, if this program has one.
    pub fn file(&self, tool: Tool) -> Option<PathBuf> {
        match tool {
            Tool::Ours => self.ours.map(|_| self.path.clone()),
            Tool::Completer if self.tool == Tool::Aws => {
                Some(self.path.with_file_name("aws_completer")).filter(|file| file.is_file())
            }
            tool => (tool == self.tool).then(|| self.path.clone()),
        }
    }
}

/// What a program says about its version, in few words.
fn version(path: &Path, workbench: &Workbench) -> String {
    let output = workbench.command(path).arg("--version").output();
    // The first version of the AWS CLI wrote its version to stderr.
    let text = output.map(|output| [output.stdout, output.stderr].concat()).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.split_whitespace().take(VERSION_WORDS).collect::<Vec<_>>().join(" ")
}

fn size(path: &Path) -> Option<u64> {
    let script = fs::read(path).ok()?.starts_with(b"#!");
    fs::metadata(path).ok().filter(|_| !script).map(|metadata| metadata.len())
}

/// A file is linked dynamically where it names the loader that has to start it.
fn linking(path: &Path) -> Linking {
    let names_loader = fs::read(path).ok().and_then(|file| names_loader(&file));
    if names_loader == Some(false) { Linking::Static } else { Linking::Dynamic }
}

/// Whether a program header of an ELF file of 64 bits (little-endian) is `PT_INTERP`. `None` for other files.
fn names_loader(file: &[u8]) -> Option<bool> {
    const PT_INTERP: [u8; 4] = [3, 0, 0, 0];
    file.strip_prefix(b"\x7fELF\x02\x01")?;
    let number = |at: usize, size: usize| {
        let bytes = file.get(at..at + size)?;
        Some(bytes.iter().rev().fold(0, |number, &byte| number << 8 | usize::from(byte)))
    };
    let (start, size, count) = (number(0x20, 8)?, number(0x36, 2)?, number(0x38, 2)?);
    let headers = file.get(start..)?.chunks(size.max(1)).take(count);
    Some(headers.into_iter().any(|header| header.starts_with(&PT_INTERP)))
}
