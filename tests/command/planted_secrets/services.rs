//! Errors of services that repeat all that they were sent: headers with signatures and tokens, and the body.

use super::plants::{LOGIN, SSO_TOKEN, SSO_TOKEN_GOOD};
use super::scenario::{Reply, Scenario};

pub fn scenarios() -> Vec<Scenario> {
    [kms(), credentials()].into_iter().flatten().collect()
}

fn kms() -> Vec<Scenario> {
    let answers = |code, says, replies: Vec<Reply>| Scenario::new(says, code, says).replies(replies);
    let mut scenarios = Vec::new();
    for profile in ["default", "keys", "q"] {
        let json = answers(254, "(ValidationException)", vec![Reply::Json(400, "ValidationException")]);
        let text = answers(254, "An error occurred (403)", vec![Reply::Text(403)]);
        let unmodelled = answers(254, "(SomethingElse)", vec![Reply::Json(500, "SomethingElse")]);
        scenarios.extend([json, text, unmodelled].map(|scenario| scenario.profile(profile)));
    }
    for format in ["legacy", "yaml", "text", "table", "enhanced"] {
        let scenario = answers(254, "****", vec![Reply::Json(400, "ValidationException")]);
        scenarios.push(scenario.variable("AWS_CLI_ERROR_FORMAT", format));
    }
    // Each attempt is signed anew; the last one is told.
    let retried =
        answers(254, "(SlowDown)", vec![Reply::Json(400, "SlowDown"), Reply::Json(400, "SlowDown")]);
    scenarios.push(retried.variable("AWS_MAX_ATTEMPTS", "2"));
    let describe = ["kms", "describe-custom-key-stores"];
    scenarios.extend([
        answers(255, "is not valid UTF-8", vec![Reply::of(400, b"hunter2-reply-key-hunter2\xff")]),
        answers(255, "where an object belongs", vec![Reply::of(400, r#"["hunter2-reply-key-hunter2"]"#)]),
        answers(
            255,
            "where a list belongs",
            vec![Reply::of(200, r#"{"CustomKeyStores": "hunter2-reply-key-hunter2"}"#)],
        )
        .line(describe),
        answers(255, "is not one of the service", vec![Reply::Text(200)]),
        answers(255, "Unknown output type", vec![Reply::Json(200, "Odd")])
            .words(["--query", "@"])
            .variable("AWS_DEFAULT_OUTPUT", "x"),
    ]);
    scenarios
}

/// The services that credentials come from.
fn credentials() -> Vec<Scenario> {
    let answers = |code, says, profile: &str, reply: Reply| {
        Scenario::new(format!("{profile} {says}"), code, says).profile(profile).replies([reply])
    };
    let sts = |says, reply: fn(&'static str) -> Reply| {
        let mfa = answers(254, says, "mfa", reply("Denied")).typed("hunter2-mfa-hunter2\n");
        [answers(254, says, "r", reply("Denied")), answers(254, says, "w", reply("Denied")), mfa]
    };
    let rest = |says, reply: fn(&'static str) -> Reply, code: &'static str| {
        let (token, login) = (SSO_TOKEN_GOOD.replacen("2099", "2001", 1), super::files::expired_login());
        [
            answers(254, says, "s", reply(code)),
            answers(254, says, "legacy", reply(code)),
            answers(255, "refresh failed", "s", reply(code)).file(SSO_TOKEN, token),
            answers(254, says, "l", reply(code)).file(LOGIN, login),
        ]
    };
    let denied = ["AccessDeniedException"].map(|code| {
        answers(255, "An unspecified error happened", "l", Reply::Json(401, code))
            .file(LOGIN, super::files::expired_login())
    });
    let xml = |code| Reply::Xml(403, code);
    let json = |code| Reply::Json(400, code);
    let text = |_| Reply::Text(418);
    [
        sts("(Denied)", xml).to_vec(),
        vec![answers(255, "Unable to parse response", "r", Reply::Text(403))],
        vec![answers(255, "Unable to parse response", "w", Reply::Json(403, "Denied"))],
        rest("(ResourceNotFoundException)", json, "ResourceNotFoundException").to_vec(),
        rest("(ValidationException)", json, "ValidationException").to_vec(),
        rest("An error occurred (418)", text, "").to_vec(),
        denied.to_vec(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
