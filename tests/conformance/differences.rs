//! The known differences from the reference, and the cases that wait for something.

use std::collections::BTreeMap;
use std::fs;

use regex_lite::Regex;
use serde::Deserialize;

use crate::case::Case;
use crate::judge::{Difference, Key};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/differences.json");
const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/compatibility.md");

/// `differences.json`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Differences {
    /// By case: in which parts it differs, and why.
    differences: BTreeMap<String, Known>,
    pending: Vec<Pending>,
}

/// A difference that is meant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    keys: Vec<Key>,
    why: String,
}

/// Cases that are skipped until something exists.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pending {
    /// A regular expression that each whole case ID matches.
    cases: String,
    /// "waits for ..."
    why: String,
}

impl Differences {
    /// Reads the file.
    pub fn load() -> Result<Self, String> {
        let text = fs::read_to_string(FILE).map_err(|e| format!("{FILE}: {e}"))?;
        serde_json::from_str(&text).map_err(|e| format!("{FILE}: {e}"))
    }

    /// Whether the case is skipped. `differences.json` tells what it waits for.
    pub fn waits(&self, id: &str) -> bool {
        self.pending.iter().any(|pending| pending.matches(id))
    }

    /// Whether the case differs exactly as it is known to: in nothing, where it is not listed.
    pub fn settle(&self, id: &str, found: &[Difference]) -> Result<(), String> {
        let mut found_keys: Vec<Key> = found.iter().map(|difference| difference.key).collect();
        found_keys.sort_unstable();
        let shown: String = found.iter().map(ToString::to_string).collect();
        match self.differences.get(id) {
            None if found.is_empty() => Ok(()),
            None => Err(shown),
            Some(known) => {
                let mut keys = known.keys.clone();
                keys.sort_unstable();
                if keys == found_keys {
                    return Ok(());
                }
                let [keys, found_keys] = [keys, found_keys].map(|keys| names(&keys));
                Err(format!("  differences.json says {keys}, but the case differs in {found_keys}\n{shown}"))
            }
        }
    }

    /// Checks that each entry stands for a case, and that each difference is told to users: the
    /// document has the case's ID in backticks.
    pub fn check(&self, cases: &[Case]) -> Result<(), String> {
        let document = fs::read_to_string(DOCUMENT).unwrap_or_default();
        let mut faults = Vec::new();
        for (id, known) in &self.differences {
            if !cases.iter().any(|case| case.id == *id) {
                faults.push(format!("{id}: there is no such case"));
            }
            if known.keys.is_empty() || known.why.is_empty() {
                faults.push(format!("{id}: names no part or no reason"));
            }
            if !document.contains(&format!("`{id}`")) {
                faults.push(format!("{id}: docs/compatibility.md does not name it"));
            }
        }
        for pending in &self.pending {
            if !cases.iter().any(|case| pending.matches(&case.id)) {
                faults.push(format!("{}: no case matches", pending.cases));
            }
            if !pending.why.starts_with("waits for ") {
                faults.push(format!("{}: does not say what it waits for", pending.cases));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
    }
}

impl Pending {
    fn matches(&self, id: &str) -> bool {
        Regex::new(&format!("^(?:{})$", self.cases)).is_ok_and(|pattern| pattern.is_match(id))
    }
}

fn names(keys: &[Key]) -> String {
    let names: Vec<String> = keys.iter().map(Key::to_string).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}
