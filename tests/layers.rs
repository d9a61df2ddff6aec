//! The layers of `docs/architecture.md`: an arrow from one module to another goes down.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex_lite::Regex;

/// The folders of the crates that the program is made of.
const ROOTS: [&str; 2] = ["src", "values/src"];

/// The layer of each module, counted from the top: the fenced block that follows the heading "The layers".
fn layers() -> BTreeMap<String, usize> {
    let document = fs::read_to_string("docs/architecture.md").expect("the document");
    let section = document.split_once("## The layers").expect("the heading").1;
    let block = section.split("```").nth(1).expect("a fenced block");
    let rows = block.lines().skip(1).enumerate();
    let modules = rows.flat_map(|(layer, row)| {
        let modules = row.split_once("   ").map_or(row, |(modules, _)| modules);
        modules.split(" · ").map(move |module| (module.trim().to_owned(), layer))
    });
    modules.collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.ends_with("tests") {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            found.push(path);
        }
    }
}

/// The code of a file: no comments, and nothing of the tests at its end.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file");
    let text = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The modules below the root that a file's paths begin with.
fn used(code: &str) -> BTreeSet<String> {
    let path = Regex::new(r"\bcrate::(?:(\w+)|\{)").expect("a pattern");
    let mut modules = BTreeSet::new();
    for found in path.captures_iter(code) {
        match found.get(1) {
            Some(module) => _ = modules.insert(module.as_str().to_owned()),
            None => modules.extend(group(&code[found.get(0).map_or(0, |group| group.end())..])),
        }
    }
    modules
}

/// The first names of the paths in a group, from behind its opening brace.
fn group(text: &str) -> Vec<String> {
    let mut depth = 0;
    let end = text.find(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth < 0
    });
    let mut modules = Vec::new();
    let mut depth = 0;
    for item in text[..end.unwrap_or(text.len())].split_inclusive(['{', '}', ',']) {
        let name = item.trim().split([':', ' ', ',', '}']).next().unwrap_or_default();
        if depth == 0 && !name.is_empty() {
            modules.push(name.to_owned());
        }
        depth += i32::from(item.ends_with('{')) - i32::from(item.ends_with('}'));
    }
    modules
}

#[test]
fn every_arrow_between_modules_goes_down() {
    let layers = layers();
    let layer = |module: &str| *layers.get(module).unwrap_or_else(|| panic!("{module} has no layer"));
    let mut files = Vec::new();
    ROOTS.iter().for_each(|root| sources(Path::new(root), &mut files));
    let mut wrong = BTreeSet::new();
    for file in &files {
        let below = ROOTS.iter().find_map(|root| file.strip_prefix(root).ok()).expect("a path below a root");
        let module = below.components().next().expect("a name").as_os_str().to_string_lossy();
        let module = module.trim_end_matches(".rs");
        for used in used(&code(file)) {
            if used != module && layer(module) >= layer(&used) {
                wrong.insert(format!("{module} -> {used} in {}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that go up or sideways:\n{}", Vec::from_iter(wrong).join("\n"));
}

#[test]
fn the_layers_are_those_of_the_modules() {
    let module = Regex::new(r"(?m)^(?:pub(?:\(crate\))? )?mod (\w+);").expect("a pattern");
    let mut declared = BTreeSet::from(["lib".to_owned(), "main".to_owned()]);
    for root in ROOTS {
        let root = fs::read_to_string(format!("{root}/lib.rs")).expect("the root");
        declared.extend(module.captures_iter(&root).map(|found| found[1].to_owned()));
    }
    assert_eq!(declared, layers().into_keys().collect());
}

#[test]
fn the_modules_of_a_group_are_found() {
    let code = "use crate::{self as root, a::b, c::{d, e::{f}}, g};\nlet x = crate::h::i;";
    assert_eq!(Vec::from_iter(used(code)), ["a", "c", "g", "h", "self"]);
}
