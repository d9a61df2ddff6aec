//! Streams, signals and poor surroundings.

use std::process::Stdio;

use kms_emulator::{Effect, Emulator, Fault};

use crate::aws::Aws;

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let run = Aws::new(["kms", "help"]).stdout(writer).run();
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let run = Aws::new(["--version"]).stdout(full).run();
    run.fails(255, "Could not write the output: No space left on device.\n");
}

#[test]
fn nothing_assumes_a_home_a_locale_or_a_stdout() {
    let (emulator, id, _) = crate::update::stores();
    let words = [
        "kms",
        "update-custom-key-store",
        "--custom-key-store-id",
        &id,
        "--new-custom-key-store-name",
        "clé",
    ];
    let aws = Aws::new(words).to(&emulator).without("HOME").without("PATH").env("LC_ALL", "C");
    assert_eq!(aws.stdout(Stdio::null()).run().code, Some(0));
    assert!(emulator.stores().iter().any(|store| store["CustomKeyStoreName"] == "clé"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_wait_with_130() {
    let emulator = Emulator::builder().start().expect("an emulator");
    emulator.inject(Fault { delay_ms: 30_000, ..Fault::once(Effect::Answer) });
    let (mut child, _home) = Aws::update(["--new-custom-key-store-name", "n"]).to(&emulator).start();
    while emulator.requests().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("a signal");
    assert_eq!(child.wait().expect("an ended program").code(), Some(130));
}

#[test]
fn a_word_that_is_not_utf8_is_refused_by_name_and_never_sent() {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let emulator = Emulator::builder().start().expect("an emulator");
        let bad = std::ffi::OsStr::from_bytes(b"a\xff");
        let run = Aws::update([std::ffi::OsStr::new("--new-custom-key-store-name"), bad]).to(&emulator).run();
        run.fails(252, "'--new-custom-key-store-name': The value is not valid UTF-8.");
        let name = ["--new-custom-key-store-name", "n"];
        for (option, value) in [
            ("--query", &b"'a\xff'"[..]),
            ("--endpoint-url", b"http://127.0.0.1:1/\xff"),
            ("--region", b"\xff"),
            ("--profile", b"\xff"),
            ("--cli-read-timeout", b"1\xff"),
        ] {
            let value = std::ffi::OsStr::from_bytes(value);
            let glued = [option.as_bytes(), b"=", value.as_bytes()].concat();
            let message = format!("'{option}': The value is not valid UTF-8.");
            Aws::update(name).word(option).word(value).to(&emulator).run().fails(252, &message);
            let glued = Aws::update(name).word(std::ffi::OsStr::from_bytes(&glued));
            glued.to(&emulator).run().fails(252, &message);
        }
        assert!(emulator.requests().is_empty());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_path_of_a_ca_bundle_need_not_be_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let path = std::ffi::OsStr::from_bytes(b"bundle\xff");
    // It accepts connections, and never answers: the bundle comes first.
    let server = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("https://{}", server.local_addr().expect("an address"));
    let update = || {
        let aws = Aws::update(["--endpoint-url", &url]);
        std::fs::write(aws.home().join(path), "no certificate").expect("a file");
        aws
    };
    let glued = std::ffi::OsStr::from_bytes(b"--ca-bundle=bundle\xff");
    for aws in
        [update().word("--ca-bundle").word(path), update().word(glued), update().env("AWS_CA_BUNDLE", path)]
    {
        aws.run().fails(255, "NO_CERTIFICATE");
    }
}

#[cfg(unix)]
#[test]
fn a_lack_of_descriptors_is_an_error_in_the_words_of_the_system() {
    let emulator = Emulator::builder().seed(1).start().expect("an emulator");
    let mut words = Vec::new();
    for most in 4..16 {
        let run = Aws::new(["kms", "describe-custom-key-stores", "--query", "length(CustomKeyStores)"])
            .to(&emulator)
            .after(&format!("ulimit -n {most}"))
            .run();
        match run.code {
            Some(0) => assert_eq!(run.stdout, "1\n"),
            _ => assert_eq!(run.code, Some(255), "{run:?}"),
        }
        words.push(run.stderr);
    }
    // Libraries of C have different words for it.
    let said = ["Too many open files", "No file descriptors available"]
        .map(|reason| format!("The request could not be sent: {reason}."));
    assert!(words.iter().any(|words| said.iter().any(|said| words.contains(said))), "{words:?}");
    assert_eq!(words.last().map(String::as_str), Some(""), "the last has enough");
}
