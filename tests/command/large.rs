//! Inputs far larger than usual ones: the time that they take grows with their size and no faster.

use std::fmt::Write;
use std::time::{Duration, Instant};

use kms_emulator::Emulator;

use crate::aws::{Aws, Run};

const MANY: usize = 20_000;

/// Runs a line that takes a fraction of this if its time grows with its size, and minutes if with the square of it.
#[track_caller]
fn in_time(aws: Aws) -> Run {
    let before = Instant::now();
    let run = aws.run();
    assert!(before.elapsed() < Duration::from_secs(30), "it took {:?}", before.elapsed());
    run
}

fn many(piece: impl Fn(usize) -> String) -> String {
    (0..MANY).fold(String::new(), |mut text, number| {
        let _ = write!(text, "{}", piece(number));
        text
    })
}

#[test]
fn documents_of_many_members_are_read_and_every_one_that_is_unknown_is_told() {
    let json = format!("{{{}\"Last\":1}}", many(|number| format!("\"Key{number}\":{number},")));
    let yaml = many(|number| format!("Key{number}: {number}\n"));
    for (option, document) in [("--cli-input-json", json), ("--cli-input-yaml", yaml)] {
        let run = in_time(Aws::update([option, "file://document"]).file("document", document));
        let lines = run.fails(252, "Unknown parameter in input: \"Key19999\"").stderr;
        assert!(lines.lines().count() > MANY);
    }
}

#[test]
fn shorthand_and_objects_of_many_members_are_read() {
    let credential = "--xks-proxy-authentication-credential";
    let shorthand = format!("{}Last=1", many(|number| format!("Key{number}=v,")));
    let object = format!("{{{}\"Last\":1}}", many(|number| format!("\"Key{number}\":1,")));
    for text in [shorthand, object] {
        let run = in_time(Aws::update([credential, "file://value"]).file("value", text));
        let lines = run.fails(252, "Unknown parameter in XksProxyAuthenticationCredential: \"Last\"").stderr;
        assert!(lines.lines().count() > MANY);
    }
}

#[test]
fn configuration_files_of_many_profiles_options_and_aliases_are_read() {
    let emulator = Emulator::builder().start().expect("an emulator");
    let profile = |number| {
        format!("[profile p{number}]\nregion = eu-west-1\naws_access_key_id = AKIDEXAMPLE{number}\n")
    };
    let config = many(profile) + "[default]\n" + &many(|number| format!("option{number} = {number}\n"));
    let aliases = "[toplevel]\n".to_owned() + &many(|number| format!("alias{number} = kms\n"));
    let aliases = aliases + &many(|number| format!("[command c{number}]\nx = y\n"));
    let with = |words: &[&str]| {
        let aws = Aws::new(words).to(&emulator).without("AWS_DEFAULT_REGION").without("AWS_ACCESS_KEY_ID");
        let aws = aws.without("AWS_SECRET_ACCESS_KEY").file(".aws/config", &config);
        in_time(aws.file(".aws/cli/alias", &aliases))
    };
    let line = [
        "alias19999",
        "delete-custom-key-store",
        "--custom-key-store-id",
        "x",
        "--no-sign-request",
        "--profile",
    ];
    with(&[&line[..], &["p19999"]].concat()).fails(254, "MissingAuthenticationTokenException");
    with(&[&line[..], &["p20000"]].concat()).fails(255, "The config profile (p20000) could not be found");
    with(&["alias20000"]).fails(252, "Found invalid choice 'alias20000'");
}
