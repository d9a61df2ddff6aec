//! `credential_process`: what it is run with, how often, and what becomes of its output.
#![cfg(unix)]

use kms_emulator::{AccessKey, Emulator};

use crate::aws::{Aws, Run};

const OUTPUT: &str = r#"{"Version":1,"AccessKeyId":"AKIDPROC","SecretAccessKey":"hush-hush"}"#;

/// Output with an expiration.
fn expiring(expiration: &str) -> String {
    let output = OUTPUT.replace("AKIDPROC", "AKIDTOKEN");
    output.replace('}', &format!(r#","SessionToken":"tok","Expiration":"{expiration}"}}"#))
}

fn emulator() -> Emulator {
    let with_token = AccessKey::new("AKIDTOKEN", "hush-hush").with_session_token("tok");
    let builder = Emulator::builder().access_key(AccessKey::new("AKIDPROC", "hush-hush"));
    let builder = builder.access_key(with_token);
    builder.start().expect("an emulator")
}

/// A command whose credentials come from a script; it writes a line to `ran` each time.
fn with_script(script: &str) -> Aws {
    with_command("sh p.sh").file("p.sh", format!("echo x >> ran\n{script}\n"))
}

fn with_command(command: &str) -> Aws {
    let config = format!("[default]\ncredential_process = {command}\n");
    Aws::new(["kms", "describe-custom-key-stores", "--query", "length(CustomKeyStores)"])
        .without("AWS_ACCESS_KEY_ID")
        .without("AWS_SECRET_ACCESS_KEY")
        .file(".aws/config", config)
}

/// Runs it, and counts how often the script ran.
fn counted(aws: Aws, emulator: &Emulator) -> (Run, usize) {
    let (run, home) = aws.to(emulator).run_and_keep_home();
    let ran = std::fs::read_to_string(home.path().join("ran")).unwrap_or_default();
    (run, ran.lines().count())
}

#[test]
fn the_output_signs_the_request_and_stderr_is_not_shown() {
    let emulator = emulator();
    let twice = OUTPUT.replace("{", r#"{"AccessKeyId":"OLD","#);
    for output in
        [OUTPUT.to_owned(), twice, expiring("2099-01-01T00:00:00Z"), expiring("2099-01-01 00:00:00UTC")]
    {
        let (run, count) = counted(with_script(&format!("echo noise >&2\necho '{output}'")), &emulator);
        assert_eq!((run.code, run.stderr.as_str(), count), (Some(0), "", 1), "{output}");
    }
    assert_eq!(emulator.requests().len(), 4);
}

#[test]
fn credentials_that_expire_soon_are_asked_for_once_more() {
    let emulator = emulator();
    let soon = expiring("$(date -u -d +5min +%FT%TZ)").replace('"', "\\\"");
    let (run, count) = counted(with_script(&format!("echo \"{soon}\"")), &emulator);
    assert_eq!((run.code, count), (Some(0), 2), "{}", run.stderr);
    let past = expiring("2001-01-01T00:00:00Z");
    let (run, count) = counted(with_script(&format!("echo '{past}'")), &emulator);
    run.fails(255, "Credentials were refreshed, but the refreshed credentials are still expired.\n");
    assert_eq!(count, 2);
}

#[test]
fn the_second_answer_counts() {
    let emulator = emulator();
    let (past, later) = (expiring("2001-01-01T00:00:00Z"), expiring("2099-01-01T00:00:00Z"));
    let script = format!("if [ $(wc -l < ran) = 1 ]; then echo '{past}'; else echo '{later}'; fi");
    let (run, _) = counted(with_script(&script), &emulator);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

#[test]
fn expired_credentials_are_told_after_what_is_wrong_with_the_command_line() {
    let past = expiring("2001-01-01T00:00:00Z");
    let run = with_script(&format!("echo '{past}'")).without("AWS_DEFAULT_REGION").run();
    run.fails(253, "You must specify a region.");
    let run = with_script("echo '{\"Version\":2}'").without("AWS_DEFAULT_REGION").run();
    run.fails(255, "Unsupported version '2'");
}

#[test]
fn a_failed_process_is_told_with_its_stderr() {
    let start = "\naws: [ERROR]: Error when retrieving credentials from custom-process:";
    let run = with_script("echo boom >&2; echo out; exit 3").run();
    assert_eq!(run.stderr, format!("{start} boom\n"));
    let run = with_script("kill -TERM $$").run();
    assert_eq!((run.code, run.stderr), (Some(255), format!("{start}\n")));
    let run = with_script("printf 'a\\377b' >&2; exit 1").run();
    run.fails(255, "custom-process: a\u{fffd}b\n");
}

#[test]
fn a_command_that_does_not_start_is_told_by_name() {
    let missing = "[Errno 2] No such file or directory:";
    let folder = tempfile::tempdir().expect("a temporary directory");
    let absent = folder.path().join("no-such-folder/prog").display().to_string();
    with_command(&format!("{absent} --x")).run().fails(255, &format!("{missing} '{absent}'\n"));
    with_command("~/p.sh").run().fails(255, &format!("{missing} '~/p.sh'\n"));
    with_command("no-such-program-anywhere")
        .run()
        .fails(255, &format!("{missing} 'no-such-program-anywhere'"));
    with_command("./p.sh").file("p.sh", "").run().fails(255, "[Errno 13] Permission denied: './p.sh'\n");
    let no_interpreter = with_command("./p.sh");
    crate::aws::script(no_interpreter.home(), "p.sh", "");
    no_interpreter.file("p.sh", "echo x").run().fails(255, "[Errno 8] Exec format error: './p.sh'\n");
    with_command("/").run().fails(255, "[Errno 13] Permission denied: '/'\n");
    with_command("sh 'p.sh").run().fails(255, "No closing quotation\n");
    with_command("").run().fails(255, "The credential_process of the profile names no program.\n");
    with_command("\n  a = b").run().fails(255, "must be a text, not a list of settings.\n");
}

#[test]
fn a_program_is_found_on_the_path_or_from_the_working_folder() {
    let emulator = emulator();
    let aws = with_command("./bin/give 'AKID PROC'").file("out", OUTPUT);
    crate::aws::script(&aws.home().join("bin"), "give", "[ \"$1\" = 'AKID PROC' ] && cat out");
    aws.to(&emulator).run().prints("0\n");
    with_command("cat out").file("out", OUTPUT).to(&emulator).run().prints("0\n");
}

#[test]
fn it_reads_the_stdin_of_the_program() {
    let emulator = emulator();
    with_command("cat").stdin(OUTPUT).to(&emulator).run().prints("0\n");
}

#[test]
fn other_output_is_refused_and_not_shown() {
    for (output, message) in [
        ("hush | cat", "cannot be used: it is not valid JSON (line 1, column 1)."),
        (r#"["hush"]"#, "cannot be used: a value has the wrong type (line 1, column 1)."),
        (r"\377", "cannot be used: it is not valid JSON (line 1, column 1)."),
        (r#"{"Version":1,"AccessKeyId":"A","secretAccessKey":"hush"}"#, "in response: 'SecretAccessKey'"),
        (r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":["hush"]}"#, "a value has the wrong type"),
    ] {
        let run = with_script(&format!("printf '{output}'")).run();
        run.fails(255, message).hides("hush");
    }
}

#[test]
fn keys_before_it_and_unsigned_requests_do_not_need_it() {
    let emulator = Emulator::builder().signature_check(false).start().expect("an emulator");
    let keys = with_script("exit 1").env("AWS_ACCESS_KEY_ID", "A").env("AWS_SECRET_ACCESS_KEY", "B");
    assert_eq!(counted(keys, &emulator).1, 0);
    let unsigned = ["kms", "describe-custom-key-stores", "--no-sign-request", "--query", "Truncated"];
    let unsigned = Aws::new(unsigned)
        .file(".aws/config", "[default]\ncredential_process = sh p.sh\n")
        .file("p.sh", "echo x >> ran");
    let (run, count) = counted(unsigned, &emulator);
    assert_eq!((run.code, count), (Some(0), 0), "{}", run.stderr);
}

#[test]
fn an_interrupt_ends_the_wait_for_it_with_130() {
    let aws = with_script("exec sleep 30");
    let ran = aws.home().join("ran");
    let (mut child, _home) = aws.start();
    while !ran.exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("a signal");
    assert_eq!(child.wait().expect("an ended program").code(), Some(130));
}

#[test]
fn a_wait_that_is_given_up_leaves_no_process_behind() {
    for end in ["exec sleep 600", "sleep 600 & echo $! > pid; wait"] {
        given_up(end);
    }
}

/// Completion waits for a script that writes the process to be looked at into `pid`.
fn given_up(end: &str) {
    // For two seconds.
    let line = "aws cks connect ";
    let aws = Aws::of(env!("CARGO_BIN_EXE_aws_completer"), [""; 0])
        .env("COMP_LINE", line)
        .env("COMP_POINT", line.len().to_string())
        .without("AWS_ACCESS_KEY_ID")
        .without("AWS_SECRET_ACCESS_KEY")
        .file(".aws/config", "[default]\ncredential_process = sh p.sh\n")
        .file("p.sh", format!("echo $$ > pid\n{end}\n"));
    let (run, home) = aws.run_and_keep_home();
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let pid = std::fs::read_to_string(home.path().join("pid")).expect("a process");
    let pid = rustix::process::Pid::from_raw(pid.trim().parse().expect("a number")).expect("a process");
    let began = std::time::Instant::now();
    while is_running(pid) {
        assert!(began.elapsed() < std::time::Duration::from_secs(20), "it runs on: {end}");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// Whether there is such a process, and not only its exit code that nobody asks for.
fn is_running(pid: rustix::process::Pid) -> bool {
    let words = ["-o", "stat=", "-p", &pid.as_raw_pid().to_string()];
    let output = std::process::Command::new("ps").args(words).output().expect("ps");
    let state = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}

#[test]
fn output_without_end_ends_the_process() {
    for endless in ["exec yes", "exec cat /dev/zero", "yes; echo more", "trap '' PIPE TERM; exec yes >&1"] {
        let aws = with_script(&format!("echo $$ > pid\n{endless}"));
        let (run, home) = aws.with_address_space(400_000).run_and_keep_home();
        let words =
            "Error when retrieving credentials from custom-process: The output of 'sh' is longer than 1 MiB";
        run.fails(255, words);
        let pid = std::fs::read_to_string(home.path().join("pid")).expect("a process");
        let pid = rustix::process::Pid::from_raw(pid.trim().parse().expect("a number")).expect("a process");
        assert!(rustix::process::test_kill_process(pid).is_err(), "{endless}");
    }
}

#[test]
fn of_a_long_stderr_the_beginning_is_told_and_the_rest_hinders_nobody() {
    let emulator = emulator();
    let noise = "head -c 3000000 /dev/zero | tr '\\0' x >&2";
    let (run, _) = counted(with_script(&format!("{noise}\necho '{OUTPUT}'")), &emulator);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let run = with_script(&format!("{noise}\nexit 1")).run().fails(255, "custom-process: xxx");
    assert!((1 << 20..(1 << 20) + 200).contains(&run.stderr.len()), "{}", run.stderr.len());
}

#[test]
fn what_comes_from_outside_neither_ends_a_line_of_the_debug_log_nor_tells_a_terminal_what_to_do() {
    let run = Aws::new(["kms", "describe-custom-key-stores", "--debug"])
        .env("AWS_REGION", "us\u{1b}[31mred\nFAKE")
        .run();
    assert_eq!(run.code, Some(255), "{}", run.stderr);
    let log = run.stderr.lines().filter(|line| line.contains("DEBUG")).collect::<Vec<_>>().join("\n");
    assert!(log.contains(r"us\u{1b}[31mred") && !log.contains('\u{1b}'), "{log}");
    assert!(!run.stderr.lines().any(|line| line.starts_with("FAKE\"")), "{}", run.stderr);
}

#[test]
fn nothing_of_it_appears_in_the_debug_log() {
    let emulator = emulator();
    let run = Aws::new(["kms", "describe-custom-key-stores", "--debug"])
        .without("AWS_ACCESS_KEY_ID")
        .file(".aws/config", "[default]\ncredential_process = sh p.sh hunter2\n")
        .file("p.sh", format!("echo '{OUTPUT}'"))
        .to(&emulator)
        .run();
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("custom-process"), "{}", run.stderr);
    run.hides("hush-hush");
    run.hides("hunter2");
}
