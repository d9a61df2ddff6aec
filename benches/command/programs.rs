//! The programs that are compared: this project's, and what the PATH has.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::scenario::Tool;
use crate::workbench::Workbench;

/// So many words of a program's version are shown.
const VERSION_WORDS: usize = 4;

/// A program to measure.
#[derive(Clone)]
pub struct Program {
    /// What it can do.
    pub tool: Tool,
    /// Whether it is this project's.
    pub ours: bool,
    /// Its file.
    pub path: PathBuf,
    /// Its name in the report.
    pub name: String,
    /// What it says about its version, without the libraries that curl goes on to tell of.
    pub version: String,
    /// The size of its file in bytes; `None` for a script, whose program is elsewhere.
    pub size: Option<u64>,
}

/// This project's program first, then `curl`, each other `aws` on the PATH and `true`, where they are there.
pub fn find(ours: &Path, workbench: &Workbench) -> Vec<Program> {
    let mut programs = vec![Program::at(ours, Tool::Aws, true, workbench)];
    let first = |name: &str| on_path(name).into_iter().take(1);
    programs.extend(first("curl").map(|path| Program::at(&path, Tool::Curl, false, workbench)));
    let others = on_path("aws").into_iter().filter(|path| path != ours);
    programs.extend(others.map(|path| Program::at(&path, Tool::Aws, false, workbench)));
    programs.extend(first("true").map(|path| Program::at(&path, Tool::True, false, workbench)));
    programs
}

/// What would be measured if it were there.
pub fn missing(programs: &[Program], counter: bool) -> Vec<&'static str> {
    let lacks = |tool: Tool| !programs.iter().any(|program| program.tool == tool && !program.ours);
    let wanted = [
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
    fn at(path: &Path, tool: Tool, ours: bool, workbench: &Workbench) -> Self {
        let output = workbench.command(path).arg("--version").output();
        // The first version of the AWS CLI wrote its version to stderr.
        let text = output.map(|output| [output.stdout, output.stderr].concat()).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let version: Vec<&str> = text.split_whitespace().take(VERSION_WORDS).collect();
        let version = version.join(" ");
        let name = match tool {
            Tool::Aws if ours => "aws, this project".to_owned(),
            Tool::Aws => version.split_whitespace().next().unwrap_or("aws").to_owned(),
            Tool::Curl => "curl".to_owned(),
            Tool::True => "true".to_owned(),
        };
        Program { tool, ours, path: path.to_owned(), name, version, size: size(path) }
    }
}

fn size(path: &Path) -> Option<u64> {
    let script = fs::read(path).ok()?.starts_with(b"#!");
    fs::metadata(path).ok().filter(|_| !script).map(|metadata| metadata.len())
}
