//! What is true of all plans.

use std::ffi::OsString;

use proptest::prelude::*;

use super::*;
use crate::cli::alias::Aliases;
use crate::cli::cks::Invocation;
use crate::cli::globals::Globals;
use crate::cli::{self, Request, words};
use crate::environment::Environment;
use crate::input::sources::Sources;
use crate::value::json;

const SECRET: &str = "s3cretS3CRET+secret/S3CRET=s3cretS3CRETs3cret43";
const OTHER_SECRET: &str = "kmsuser-passw0rd";
const STATES: [&str; 6] = ["CONNECTED", "CONNECTING", "FAILED", "DISCONNECTED", "DISCONNECTING", "RESTING"];

/// Options of external stores, with a value that the store has and one that it does not have.
const EXTERNAL: [(&str, &str, &str); 6] = [
    ("--new-custom-key-store-name", "prod xks", "new"),
    ("--xks-proxy-uri-endpoint", "https://old.example.com", "https://new.example.com"),
    ("--xks-proxy-uri-path", "/kms/xks/v1", "/other/kms/xks/v1"),
    (
        "--xks-proxy-vpc-endpoint-service-name",
        "com.amazonaws.vpce.us-east-1.vpce-svc-0123",
        "com.amazonaws.vpce.us-east-1.vpce-svc-0124",
    ),
    ("--xks-proxy-connectivity", "VPC_ENDPOINT_SERVICE", "PUBLIC_ENDPOINT"),
    ("--xks-proxy-vpc-endpoint-service-owner", "111122223333", "444455556666"),
];

fn store(state: &str) -> Store {
    let shown = format!(
        r#"{{"CustomKeyStoreId": "cks-1", "CustomKeyStoreName": "prod xks", "ConnectionState": "{state}",
          "CustomKeyStoreType": "EXTERNAL_KEY_STORE", "XksProxyConfiguration": {{
          "Connectivity": "VPC_ENDPOINT_SERVICE", "AccessKeyId": "ABCDEFGHIJKLMNOPQRST",
          "UriEndpoint": "https://old.example.com", "UriPath": "/kms/xks/v1",
          "VpcEndpointServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0123",
          "VpcEndpointServiceOwner": "111122223333"}}}}"#
    );
    Store::of(&json::parse(&shown).expect("JSON")).expect("a store")
}

fn invocation(words: &[&str]) -> Invocation {
    let line = ["cks", "plan", "prod xks"].iter().chain(words).map(OsString::from);
    let aliases = Aliases::default();
    let start = cli::start(&words::words(line), &aliases).unwrap_or_else(|_| panic!("no start: {words:?}"));
    match cli::request(start.line, &aliases, &mut Globals::default()) {
        Ok(Request::Cks(invocation)) => *invocation,
        _ => panic!("not understood: {words:?}"),
    }
}

/// What a plan of such a line is, and what it shows: text, data and command.
fn plan_of(state: &str, words: &[&str]) -> (Plan, [String; 3]) {
    let (invocation, globals) = (invocation(words), Globals::default());
    let environment = Environment::default();
    let changes = asked::read(&invocation, &Sources::files(&environment)).expect("changes");
    let changes = asked::validated(changes).expect("valid changes");
    let order = Order { invocation: &invocation, changes, globals: &globals };
    let plan = make(&order, &[store(state)], 0, None).expect("a plan");
    let data = serde_json::to_string(&plan.report()).expect("JSON");
    let shown = [shown(&plan, &order, 80), data, command(Task::Apply, &plan.store, &order, &[])];
    (plan, shown)
}

fn names(request: &Map) -> Vec<String> {
    request.iter().map(|(name, _)| name.to_string()).collect()
}

/// Some of the options, each with one of its two values; perhaps a credential; perhaps what the end shall be.
fn a_line() -> impl Strategy<Value = Vec<&'static str>> {
    let credential = concat_credential();
    let option = |(option, old, new): (&'static str, &'static str, &'static str)| {
        prop::option::of(prop::sample::select(vec![old, new]))
            .prop_map(move |value| value.map(|value| [option, value]))
    };
    let options = EXTERNAL.map(option).to_vec();
    let end = prop::sample::select(vec!["", "--connect", "--leave-disconnected", "--detailed-exitcode"]);
    (options, any::<bool>(), end).prop_filter_map("asks for something", move |(options, rotates, end)| {
        let mut words: Vec<&str> = options.into_iter().flatten().flatten().collect();
        if rotates {
            words.extend(["--xks-proxy-authentication-credential", credential]);
        }
        let asks = !words.is_empty() || end.contains("connect");
        words.extend(Some(end).filter(|end| !end.is_empty()));
        asks.then_some(words)
    })
}

fn concat_credential() -> &'static str {
    "AccessKeyId=ABCDEFGHIJKLMNOPQRS7,RawSecretAccessKey=s3cretS3CRET+secret/S3CRET=s3cretS3CRETs3cret43"
}

/// The state after these steps, by the rules of KMS for states, if it allows them.
fn walked(plan: &Plan) -> Result<&'static str, String> {
    let mut state = match &plan.store.state {
        State::Connecting if plan.steps.first() == Some(&Step::Settle) => "CONNECTED",
        State::Disconnecting if plan.steps.first() == Some(&Step::Settle) => "DISCONNECTED",
        state => STATES.into_iter().find(|known| *known == state.name()).unwrap_or("?"),
    };
    let needs = plan.changes.iter().any(|change| !change.unchanged && change.needs_disconnect);
    for step in &plan.steps {
        state = match (step, state) {
            (Step::Settle | Step::CheckProxy | Step::Compare, state) => state,
            (Step::Disconnect, "CONNECTED" | "FAILED") => "DISCONNECTED",
            (Step::Connect, "DISCONNECTED") => "CONNECTED",
            (Step::Update, "DISCONNECTED") => state,
            (Step::Update, "CONNECTED") if !needs => state,
            (step, state) => return Err(format!("{step:?} in {state}")),
        };
    }
    Ok(state)
}

#[test]
fn the_steps_are_those_of_the_state_it_was_found_in() {
    use Step::{CheckProxy, Compare, Connect, Disconnect, Settle, Update};
    let endpoint = &["--xks-proxy-uri-endpoint", "https://new.example.com"][..];
    let path = &["--xks-proxy-uri-path", "/other/kms/xks/v1"][..];
    let name = &["--new-custom-key-store-name", "new"][..];
    let cases = [
        ("CONNECTED", endpoint, "", &[CheckProxy, Disconnect, Update, Connect, Compare][..]),
        ("CONNECTED", endpoint, "--leave-disconnected", &[CheckProxy, Disconnect, Update, Compare]),
        ("CONNECTED", path, "", &[CheckProxy, Update, Compare]),
        ("CONNECTED", name, "", &[Update, Compare]),
        ("CONNECTED", &[], "--leave-disconnected", &[Disconnect]),
        ("CONNECTED", &[], "--connect", &[]),
        ("CONNECTING", path, "", &[Settle, CheckProxy, Update, Compare]),
        ("CONNECTING", endpoint, "", &[Settle, CheckProxy, Disconnect, Update, Connect, Compare]),
        ("DISCONNECTING", path, "", &[Settle, CheckProxy, Update, Compare]),
        ("DISCONNECTED", endpoint, "", &[CheckProxy, Update, Compare]),
        ("DISCONNECTED", name, "--connect", &[CheckProxy, Update, Connect, Compare]),
        ("DISCONNECTED", &[], "--connect", &[CheckProxy, Connect]),
        ("DISCONNECTED", &[], "--leave-disconnected", &[]),
        ("FAILED", path, "", &[CheckProxy, Disconnect, Update, Compare]),
        ("FAILED", name, "", &[Disconnect, Update, Compare]),
        ("FAILED", &[], "--connect", &[CheckProxy, Disconnect, Connect]),
        ("FAILED", &[], "--leave-disconnected", &[Disconnect]),
        ("RESTING", endpoint, "--connect", &[]),
    ];
    for (state, words, end, steps) in cases {
        let words: Vec<&str> = words.iter().copied().chain(Some(end).filter(|end| !end.is_empty())).collect();
        assert_eq!(plan_of(state, &words).0.steps, steps, "{state} {words:?}");
    }
}

#[test]
fn a_secret_that_stands_where_an_identifier_should_is_not_shown() {
    for credential in [
        format!("AccessKeyId={SECRET},RawSecretAccessKey={SECRET}"),
        format!("AccessKeyId={SECRET},RawSecretAccessKey={SECRET}!"),
    ] {
        let (plan, shown) = plan_of("CONNECTED", &["--xks-proxy-authentication-credential", &credential]);
        assert!(plan.is_stopped());
        assert!(shown.iter().all(|text| !text.contains(&SECRET[..20])), "{shown:?}");
    }
}

#[test]
fn a_password_is_not_shown() {
    let (plan, shown) = plan_of("CONNECTED", &["--key-store-password", OTHER_SECRET]);
    assert!(plan.is_stopped(), "it is for another type of store");
    assert!(shown.iter().all(|text| !text.contains(OTHER_SECRET)), "{shown:?}");
    assert!(shown[2].ends_with(" --key-store-password prompt://"), "{}", shown[2]);
}

proptest! {
    #[test]
    fn what_is_sent_is_what_changes(state in prop::sample::select(&STATES[..]), line in a_line()) {
        let (plan, _) = plan_of(state, &line);
        let changing = plan.changes.iter().filter(|change| !change.unchanged).map(|change| change.member.name);
        let mut wanted: Vec<String> = changing.map(str::to_owned).collect();
        if wanted.is_empty() {
            prop_assert!(plan.request.is_none());
        } else {
            wanted.insert(0, "CustomKeyStoreId".to_owned());
            prop_assert_eq!(names(&plan.request.expect("a request")), wanted);
        }
        prop_assert!(plan.changes.iter().all(|change| !change.unchanged || change.from == change.to));
    }

    #[test]
    fn the_steps_are_allowed_in_each_state_and_lead_to_the_goal(state in prop::sample::select(&STATES[..]), line in a_line()) {
        let (plan, _) = plan_of(state, &line);
        let end = walked(&plan).map_err(TestCaseError::fail)?;
        if plan.steps.is_empty() {
            prop_assert!(plan.request.is_none() || state == "RESTING");
        } else {
            prop_assert_eq!(end, plan.goal.name());
        }
        prop_assert_eq!(plan.steps.contains(&Step::Update), plan.request.is_some() && state != "RESTING");
        let is_found = plan.goal.name() == state || line.contains(&"--connect") || line.contains(&"--leave-disconnected");
        prop_assert!(is_found || !["CONNECTED", "DISCONNECTED"].contains(&state));
    }

    #[test]
    fn no_secret_is_shown(state in prop::sample::select(&STATES[..]), line in a_line()) {
        let (_, shown) = plan_of(state, &line);
        for text in &shown {
            prop_assert!(!text.contains(SECRET), "{text}");
        }
    }

    #[test]
    fn lines_are_as_wide_as_they_may_be(state in prop::sample::select(&STATES[..]), line in a_line(), width in 60_usize..140) {
        let (plan, _) = plan_of(state, &line);
        for line in text(&plan, width).lines() {
            prop_assert!(line.chars().count() <= width && line.trim_end() == line, "{line:?}");
        }
    }

    #[test]
    fn there_is_a_text_for_every_width(line in a_line(), width in 0_usize..60) {
        prop_assert!(!text(&plan_of("CONNECTED", &line).0, width).is_empty());
    }

    #[test]
    fn the_command_asks_for_the_same_request(state in prop::sample::select(&STATES[..]), line in a_line()) {
        let (plan, [.., command]) = plan_of(state, &line);
        let words = crate::syntax::shell_words::split(&command).expect("words");
        let name = if line.contains(&"new") { "cks-1" } else { "prod xks" };
        prop_assert_eq!(&words[..4], ["aws", "cks", "apply", name]);
        let words: Vec<String> = words[4..].iter().map(|word| word.replace("@=prompt://", &format!("={SECRET}"))).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if !words.is_empty() {
            let (again, _) = plan_of(state, &words);
            prop_assert_eq!(again.request.as_ref().map(names), plan.request.as_ref().map(names));
            prop_assert_eq!(again.steps, plan.steps);
        }
    }
}
