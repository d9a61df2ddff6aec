//! Questions on the terminal: the hidden ones, and the form.

use super::network::{Place, UPDATE, set_up};
use crate::aws::Aws;
use crate::fault::Fault;
use crate::server::{At, Server};
use crate::stage::Stage;

use rustix::process::Signal;

/// A change of a credential, whose secret is asked for.
const PLAN: Place = Place {
    words: &[
        "cks",
        "plan",
        "prod-xks",
        "--xks-proxy-authentication-credential",
        "AccessKeyId=ABCDE23456723EXAMPLE,RawSecretAccessKey=prompt://",
    ],
    ..UPDATE
};

/// The form of an update, for which the stores are fetched.
const FORM: Place =
    Place { at: At::Body, words: &["kms", "update-custom-key-store", "--cli-auto-prompt"], ..UPDATE };

/// The code of a role's MFA device.
pub fn mfa(fault: Option<Fault>) -> Stage {
    let (server, aws) = set_up(UPDATE, None);
    let aws = aws.word("--profile").word("mfa");
    question(
        server,
        aws,
        fault,
        "Enter MFA code for arn:aws:iam::111122223333:mfa/u: ",
        "hunter2-mfa-hunter2",
    )
}

/// The secret of a credential.
pub fn secret(fault: Option<Fault>) -> Stage {
    let (server, aws) = set_up(PLAN, None);
    let secret = "hunter2+xks+key+of+43+characters+or+more+hunter2";
    question(server, aws, fault, "Raw secret access key of the proxy for prod-xks: ", secret)
}

fn question(
    server: Server,
    aws: Aws,
    fault: Option<Fault>,
    question: &'static str,
    answer: &'static str,
) -> Stage {
    let without_terminal = |aws: Aws, stdin: &str| {
        let aws = aws.file("typed", format!("{answer}\n")).after(&format!("exec < {stdin}"));
        aws.without_terminal()
    };
    let aws = match fault {
        Some(Fault::Refused) => without_terminal(aws, "typed"),
        Some(Fault::ClosedPipe) => without_terminal(aws, "/dev/null"),
        _ => aws,
    };
    let stage = Stage::new(aws).asks(server, None);
    if matches!(fault, Some(Fault::Refused | Fault::ClosedPipe)) {
        return stage;
    }
    let mut keys = match fault {
        // The terminal keeps as much of a line as it does.
        Some(Fault::Endless) => answer.repeat(300).into_bytes(),
        Some(Fault::CutShort) => b"\x04".to_vec(),
        Some(Fault::Garbage) => b"\xff\xfe".to_vec(),
        _ => answer.into(),
    };
    if fault != Some(Fault::CutShort) {
        keys.push(b'\n');
    }
    let stage = Stage { stop: Signal::TSTP, ..stage.on_terminal() };
    let stage = stage.meanwhile(move |run| {
        run.screen.shows(question);
        crate::stage::wait_until("nothing shows what is typed", || !run.screen.shows_typing());
    });
    if fault.is_some_and(|fault| fault.signal().is_some()) {
        return stage;
    }
    stage.then(move |run| {
        if fault == Some(Fault::Slow) {
            std::thread::sleep(std::time::Duration::from_millis(1500));
        }
        run.screen.press(&keys);
    })
}

/// The form, which is left once it shows this.
pub fn form(fault: Option<Fault>) -> Stage {
    let (server, aws) = set_up(FORM, fault.filter(|fault| !fault.is_signal()));
    let shown = match fault {
        None
        | Some(Fault::Interrupt | Fault::Termination | Fault::HangUp | Fault::Killed | Fault::Stopped) => {
            "prod-xks"
        }
        Some(_) => "The stores cannot",
    };
    let stage = Stage::new(aws.env("TERM", "xterm")).asks(server, None).on_terminal();
    let stage = stage.meanwhile(move |run| run.screen.shows(shown));
    if fault.is_some_and(|fault| fault.signal().is_some()) {
        return stage;
    }
    stage.then(|run| run.screen.press(b"\x03"))
}
