//! What the completer of the reference offers, this one offers too.

use kms_emulator::{Emulator, SeedStore};

use crate::aws::{Aws, script};

/// Lines with the cursor at `|`, below each what the reference offers.
const RECORDED: &str = include_str!("recorded.txt");

/// The stores of the recording.
const STORES: &str = r#"[
    {"CustomKeyStoreName": "ExampleExternalStore", "CustomKeyStoreId": "cks-1234567890abcdef0",
     "XksProxyConfiguration": {"Connectivity": "PUBLIC_ENDPOINT", "UriEndpoint": "https://xks.example.com",
                               "UriPath": "/kms/xks/v1", "AccessKeyId": "ABCDE23456723EXAMPLE"}},
    {"CustomKeyStoreName": "Example HSM store", "CustomKeyStoreId": "cks-9876543210fedcba9"}
]"#;

/// The lines, each with its candidates.
fn cases() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut cases: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in RECORDED.lines().filter(|line| !line.starts_with('#')) {
        match (line.strip_prefix("  "), cases.last_mut()) {
            (Some(candidate), Some((_, candidates))) => candidates.push(candidate),
            _ => cases.push((line, Vec::new())),
        }
    }
    cases
}

/// What is offered for a line, in the world of the recording.
fn offered(line: &str, emulator: &Emulator) -> Vec<String> {
    let cursor = line.find('|').expect("a cursor");
    let config = "[default]\n[profile dev]\n[profile prod]\n";
    let mut aws = Aws::of(super::program_of_completion(), [""; 0]).to(emulator).file(".aws/config", config);
    for file in ["cred.json", "xks cred.json", "home/certs/customerCA.crt", "certs/x"] {
        aws = aws.file(file, "");
    }
    let other = aws.home().join("other");
    let program = script(&other, "aws", "exit 9");
    let aws = aws.env("COMP_LINE", line.replacen('|', "", 1)).env("COMP_POINT", cursor.to_string());
    let run = aws.env("AWS_KMS_CLI_FALLBACK", program).run();
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{line}");
    run.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn every_candidate_of_the_reference_is_offered() {
    let emulator = Emulator::builder().seed_stores(SeedStore::read(STORES).expect("stores")).start();
    let emulator = emulator.expect("an emulator");
    let cases = cases();
    assert!(cases.len() > 45, "{}", cases.len());
    for (line, candidates) in cases {
        let offered = offered(line, &emulator);
        let missing: Vec<_> =
            candidates.iter().filter(|name| !offered.iter().any(|own| own == *name)).collect();
        assert!(missing.is_empty(), "{line}: {missing:?}");
    }
}
