//! The stores that completion offers: whom it asks, for how long, and what it keeps.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use kms_emulator::{Effect, Emulator, Fault};

use super::{UPDATE, completer, emulator, ids};
use crate::aws::Aws;
use crate::terminal::Terminal;

#[test]
fn the_options_of_the_line_decide_who_is_asked() {
    let emulator = Emulator::builder().region("eu-west-1").seed(1).start().expect("an emulator");
    let line = |region: &str| {
        format!("{UPDATE} --endpoint-url {} {region} --custom-key-store-id ", emulator.endpoint())
    };
    completer(&line(""), None).run().prints("\n");
    let id = ids(&emulator).concat();
    completer(&line("--region eu-west-1"), None).run().prints(&format!("{id}\n"));
}

#[test]
fn stores_are_kept_for_a_minute_for_their_owner_alone() {
    let (emulator, id) = emulator();
    let line = format!("{UPDATE} --custom-key-store-id ");
    let (run, home) = completer(&line, Some(&emulator)).run_and_keep_home();
    run.prints(&format!("{id}\n"));
    let folder = home.path().join(".cache/aws-kms-cli");
    let files: Vec<_> =
        std::fs::read_dir(&folder).expect("a folder").map(|file| file.expect("a file").path()).collect();
    assert_eq!(files.len(), 1);
    let mode = |path: &Path| path.metadata().expect("a file").permissions().mode() & 0o777;
    assert_eq!((mode(&files[0]), mode(&folder)), (0o600, 0o700));
    let text = std::fs::read_to_string(&files[0]).expect("a text");
    assert!(text.contains(&id) && !text.contains("wJalrXUtnFEMI"), "{text}");

    let again = |folder: &Path| {
        let aws = completer(&line, Some(&emulator)).env("HOME", home.path()).env("XDG_CACHE_HOME", folder);
        aws.run().prints(&format!("{id}\n"));
        emulator.requests().len()
    };
    let cache = home.path().join(".cache");
    assert_eq!(again(&cache), 1, "from the file");
    let aws =
        completer(&line, Some(&emulator)).env("HOME", home.path()).env("AWS_KMS_CLI_COMPLETION_CACHE", "Off");
    aws.run().prints(&format!("{id}\n"));
    assert_eq!(emulator.requests().len(), 2, "not from the file");
    std::fs::write(&files[0], text.replace("\"Until\":", "\"Until\":9")).expect("a written file");
    assert_eq!(again(&cache), 3, "one from the future does not count");
    let [old, other] = [format!("{}.json", "0a".repeat(32)), "thesis.txt".to_owned()].map(|name| {
        let path = folder.join(name);
        let file = std::fs::File::create(&path).expect("a file");
        file.set_modified(std::time::SystemTime::now() - Duration::from_secs(90)).expect("a time");
        path
    });
    std::fs::write(&files[0], "{").expect("a written file");
    assert_eq!(again(&cache), 4, "a broken one does not count");
    assert!(!old.exists() && files[0].exists(), "those of before do not stay");
    assert!(other.exists(), "all else does");
}

#[test]
fn nothing_that_goes_wrong_is_shown() {
    // The cursor is far behind the end of the line.
    let run = Aws::new(["cks", "complete", "fish", &usize::MAX.to_string(), "aws", "help", "kms", "x"]).run();
    run.prints("");
    let line = format!("{UPDATE} --custom-key-store-id ");
    let (emulator, _) = emulator();
    completer(&line, None).run().prints("\n");
    completer(&line, Some(&emulator)).without("AWS_DEFAULT_REGION").run().prints("\n");
    completer(&line, Some(&emulator)).without("AWS_ACCESS_KEY_ID").run().prints("\n");
    completer(&line, Some(&emulator)).env("AWS_PROFILE", "nobody").run().prints("\n");
    completer(&line, Some(&emulator)).file(".aws/config", "broken").run().prints("\n");
    completer(&line, Some(&emulator)).file(".aws/cli/alias", "broken").run();
    emulator.inject(Fault::once(Effect::Close));
    let (run, home) = completer(&line, Some(&emulator)).run_and_keep_home();
    run.prints("\n");
    completer(&line, Some(&emulator)).env("HOME", home.path()).run().prints("\n");
    assert_eq!(emulator.requests().len(), 2, "a shell that asks again at once is not made to wait again");
}

#[test]
fn nobody_is_asked_for_an_mfa_code() {
    let (emulator, _) = emulator();
    let config = "[profile mfa]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = default\nmfa_serial = arn:aws:iam::111122223333:mfa/me\n";
    let line = format!("{UPDATE} --profile mfa --custom-key-store-id ");
    let aws = completer(&line, Some(&emulator)).file(".aws/config", config);
    let aws = aws.without("AWS_ACCESS_KEY_ID").without("AWS_SECRET_ACCESS_KEY");
    let aws = aws.file(".aws/credentials", "[default]\naws_access_key_id = x\naws_secret_access_key = y\n");
    assert_eq!(Terminal::start(aws).end(), (Some(0), "\r\n".to_owned()));
}

#[test]
fn a_slow_service_is_not_waited_for() {
    let (emulator, _) = emulator();
    emulator.inject(Fault { delay_ms: 20_000, ..Fault::once(Effect::Answer) });
    let start = Instant::now();
    let line = format!("{UPDATE} --custom-key-store-id ");
    completer(&line, Some(&emulator)).run().prints("\n");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}
