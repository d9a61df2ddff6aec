//! The JMESPath compliance suite, as it ships in the package of the `jmespath` crate.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::PathBuf;
use std::process::Command;

use aws_kms_cli::output::query::Expression;
use aws_kms_cli::value::{Value, json};

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

fn read(text: &str) -> Value {
    json::parse(text).expect("the suite is JSON")
}

/// Whether two values are equal for JMESPath, where `1` and `1.0` are.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Integer(_) | Value::Float(_), Value::Integer(_) | Value::Float(_)) => number(a) == number(b),
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equal(a, b))
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        _ => format!("{a:?}") == format!("{b:?}"),
    }
}

fn number(value: &Value) -> f64 {
    match value {
        Value::Integer(number) => number.to_f64(),
        Value::Float(number) => *number,
        _ => f64::NAN,
    }
}

/// What is wrong with the outcome of a case, if anything is.
fn judge(given: &Value, case: &Value) -> Option<String> {
    let member = |name| case.as_map().and_then(|case| case.get(name));
    let expression = member("expression").and_then(Value::as_str).expect("an expression");
    let outcome = match Expression::compile(expression) {
        Ok(compiled) => compiled.search(given).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match (member("result"), outcome) {
        (Some(wanted), Ok(got)) if equal(wanted, &got) => None,
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
        let groups = read(&std::fs::read_to_string(&path).expect("a file"));
        for group in groups.as_list().expect("a list of groups") {
            let member = |name| group.as_map().and_then(|group| group.get(name)).expect("a member");
            let cases = member("cases").as_list().expect("a list of cases");
            // Cases without an outcome only measure time.
            let judged = |case: &&Value| !case.as_map().is_some_and(|case| case.contains_key("bench"));
            for case in cases.iter().filter(judged) {
                count += 1;
                wrong.extend(judge(member("given"), case));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count > 800, "only {count} cases");
}
