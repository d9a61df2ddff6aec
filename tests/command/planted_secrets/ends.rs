//! Runs that somebody ends: Ctrl-C at each thing that is waited for, and a pager that fails.

use std::io::Read;
use std::time::Duration;

use super::plants::SSO_TOKEN;
use super::plants::shown_in;
use super::scenario::{Reply, Scenario};
use crate::terminal::Terminal;

/// Interrupts a run as soon as its server has got a request, and looks at what it has told.
fn interrupted(scenario: &Scenario) {
    let server = scenario.server();
    let (mut child, _home) = scenario.aws(&["--debug"], &server).start();
    while server.requests().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("a signal");
    let mut told = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut told).expect("a text");
    assert_eq!(child.wait().expect("an ended program").code(), Some(130), "{told}");
    assert!(told.contains("start version="), "{told}");
    assert_eq!(shown_in(&told, &server.heads()), None, "{told}");
}

#[test]
fn an_interrupt_while_anybody_is_waited_for() {
    let waits = |name: &str| Scenario::new(name, 130, "").replies([Reply::Silence]);
    let expired = super::plants::SSO_TOKEN_GOOD.replacen("2099", "2001", 1);
    let metadata = waits("instance").without("AWS_ACCESS_KEY_ID").file(".aws/config", "");
    for scenario in [
        waits("KMS"),
        waits("STS").profile("r"),
        waits("STS without a signature").profile("w"),
        waits("the portal").profile("legacy"),
        waits("OIDC").profile("s").file(SSO_TOKEN, expired),
        waits("sign-in").profile("l").file(super::plants::LOGIN, super::files::expired_login()),
        metadata.clone().variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://SERVER:1"),
        waits("a proxy").variable("http_proxy", "http://user:hunter2-proxy-hunter2@SERVER:1"),
    ] {
        interrupted(&scenario);
    }
}

#[test]
fn a_pager_that_fails() {
    for (pager, says) in [
        ("no-such-pager", "Unable to redirect output to pager"),
        ("sh 'open", "No closing quotation"),
        (" ", "The pager's command is blank."),
    ] {
        let scenario = Scenario::new(pager, 255, says).line(["kms", "describe-custom-key-stores"]);
        let scenario = scenario.replies([Reply::of(200, r#"{"CustomKeyStores": []}"#)]);
        for more in [&[][..], &["--debug"]] {
            let server = scenario.server();
            let aws = scenario.aws(more, &server).env("AWS_PAGER", pager);
            let (_, told) = Terminal::start(aws).end();
            assert!(told.contains(says), "{told}");
            assert_eq!(shown_in(&told, &server.heads()), None, "{told}");
        }
    }
}
