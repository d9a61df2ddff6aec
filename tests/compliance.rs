//! The JMESPath compliance suite, as it ships in the package of the `jmespath` crate.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::PathBuf;
use std::process::Command;

use aws_kms_cli::testing::search;
use serde_json::Value;

/// The folder of the suite: cargo knows where it keeps the package.
fn suite() -> PathBuf {
    // Packages for other platforms were not fetched, and none of them is wanted.
    let rustc = output("RUSTC", "rustc", &["-vV"]);
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let metadata = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host];
    let metadata: serde_json::Value =
        serde_json::from_str(&output("CARGO", "cargo", &metadata)).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let package = packages.iter().find(|package| package["name"] == "jmespath").expect("the package");
    let manifest = PathBuf::from(package["manifest_path"].as_str().expect("a path"));
    manifest.with_file_name("tests").join("compliance")
}

/// What a tool prints. The variable names the tool, if it is set.
fn output(variable: &str, tool: &str, arguments: &[&str]) -> String {
    let tool = std::env::var_os(variable).unwrap_or_else(|| tool.into());
    let output = Command::new(tool).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    String::from_utf8(output.expect("the tool runs").stdout).expect("it prints UTF-8")
}

/// Whether two values are equal for JMESPath, where `1` and `1.0` are.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        (a, b) => a == b,
    }
}

/// What is wrong with the outcome of a case, if anything is.
fn judge(given: &str, case: &Value) -> Option<String> {
    let expression = case["expression"].as_str().expect("an expression");
    let outcome = search(expression, given);
    match (case.get("result"), &outcome) {
        (Some(wanted), Ok(found)) => {
            let found: Value = serde_json::from_str(found).expect("what is found is JSON");
            (!equal(wanted, &found)).then(|| format!("{expression}: wanted {wanted}, got {found}"))
        }
        (None, Err(_)) => None,
        (wanted, got) => Some(format!("{expression}: wanted {wanted:?}, got {got:?}")),
    }
}

#[test]
fn the_whole_suite_passes() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(suite()).expect("the folder of the suite") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a file");
        let groups: Vec<Value> = serde_json::from_str(&text).expect("the suite is a list of groups");
        for group in &groups {
            let given = group["given"].to_string();
            // Cases without an outcome only measure time.
            let cases = group["cases"].as_array().expect("a list of cases").iter();
            for case in cases.filter(|case| case.get("bench").is_none()) {
                count += 1;
                wrong.extend(judge(&given, case));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count > 800, "only {count} cases");
}
