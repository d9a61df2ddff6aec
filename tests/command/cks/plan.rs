//! `aws cks plan`.

mod documents;
mod problems;

use kms_emulator::{Builder, Emulator, SeedStore};
use serde_json::{Value, json};

use super::waiters::operations;
use crate::aws::{Aws, Run};

const SECRET: &str = "pl4ntedSECRETpl4ntedSECRETpl4ntedSECRETpl4nt";
const PASSWORD: &str = "pl4nted-passw0rd";
const SERVICE: &str = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0";
const CREDENTIAL: &str = "--xks-proxy-authentication-credential";
const FILE: &str = "--xks-proxy-configuration-file";
const NEW_ENDPOINT: [&str; 2] = ["--xks-proxy-uri-endpoint", "https://new.example.com"];

/// Four stores: prod-xks in this state, hsm-eu in this state, and the disconnected vpc-xks and hsm-us.
fn seeded(state: &str) -> Builder {
    let mut stores = json!([
        {
            "CustomKeyStoreId": "cks-1234567890abcdef0", "CustomKeyStoreName": "prod-xks", "ConnectionState": state,
            "XksProxyConfiguration": {
                "Connectivity": "PUBLIC_ENDPOINT", "AccessKeyId": "ABCDEFGHIJKLMNOPQRST",
                "UriEndpoint": "https://old.example.com", "UriPath": "/kms/xks/v1",
            },
        },
        {
            "CustomKeyStoreId": "cks-1234567890abcdef1", "CustomKeyStoreName": "hsm-eu", "ConnectionState": state,
            "CloudHsmClusterId": "cluster-2a34b5cdefg",
        },
        {
            "CustomKeyStoreId": "cks-1234567890abcdef2", "CustomKeyStoreName": "vpc-xks",
            "XksProxyConfiguration": {
                "Connectivity": "VPC_ENDPOINT_SERVICE", "AccessKeyId": "ABCDEFGHIJKLMNOPQRST",
                "UriEndpoint": "https://vpc.example.com", "UriPath": "/kms/xks/v1",
                "VpcEndpointServiceName": SERVICE,
            },
        },
        {
            "CustomKeyStoreId": "cks-1234567890abcdef3", "CustomKeyStoreName": "hsm-us",
            "CloudHsmClusterId": "cluster-7a34b5cdefg",
        },
    ]);
    if state == "FAILED" {
        stores[0]["ConnectionErrorCode"] = "XKS_PROXY_TIMED_OUT".into();
        stores[1]["ConnectionErrorCode"] = "INVALID_CREDENTIALS".into();
    }
    Emulator::builder().seed_stores(SeedStore::read(&stores.to_string()).expect("stores"))
}

fn emulator(state: &str) -> Emulator {
    seeded(state).start().expect("an emulator")
}

fn line<'a>(store: &'a str, words: &[&'a str]) -> Aws {
    Aws::new(["cks", "plan", store].iter().chain(words))
}

/// A plan for a store of which two are in this state; nothing but one look is sent, and no secret shown.
fn plan(state: &str, store: &str, words: &[&str]) -> Run {
    run(state, line(store, words))
}

fn run(state: &str, aws: Aws) -> Run {
    let emulator = emulator(state);
    let run = aws.to(&emulator).run();
    run.hides(SECRET);
    run.hides(PASSWORD);
    assert_eq!(operations(&emulator), ["DescribeCustomKeyStores"], "{run:?}");
    run
}

/// A line that is refused before anything is sent.
#[track_caller]
fn refused(aws: Aws, words: &str) {
    let emulator = emulator("CONNECTED");
    let run = aws.to(&emulator).run().fails(252, words);
    run.hides(SECRET);
    run.hides(PASSWORD);
    assert!(emulator.requests().is_empty());
}

/// The data of a plan.
fn data(run: Run) -> Value {
    assert_eq!(run.stderr, "");
    serde_json::from_str(&run.stdout).expect("JSON")
}

#[track_caller]
fn shows(run: Run, code: i32, stdout: &str) {
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(code), stdout, ""));
}

/// The command that a plan ends with, on one line.
fn command(run: &Run) -> String {
    let (_, command) = run.stdout.split_once("\nDo it:").expect("a command");
    let lines = command.lines().map(|line| line.trim_end_matches('\\').trim());
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// It shows this problem, in however many lines, and no command.
#[track_caller]
fn has_problem(run: Run, problem: &str) {
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""), "{}", run.stdout);
    let text = run.stdout.replace("\n  ", " ");
    assert!(text.contains(&format!("\n✗ {problem}\n")), "{problem:?} in {text}");
    assert!(!text.contains("Do it:"), "{text}");
}

#[test]
fn a_change_that_needs_a_disconnect_says_so_and_what_that_means() {
    let words = [&NEW_ENDPOINT[..], &["--xks-proxy-uri-path", "/kms/xks/v1"]].concat();
    plan("CONNECTED", "prod-xks", &words).prints(
        "\
prod-xks (cks-1234567890abcdef0), external, CONNECTED

  XksProxyUriEndpoint  https://old.example.com → https://new.example.com
                       needs DISCONNECTED
  XksProxyUriPath      /kms/xks/v1   (already so, not sent)

Its keys cannot be used from the disconnect until it is connected again: usually
some minutes for an external store.
The new settings must lead to the same keys: else nothing that was encrypted
under the store's KMS keys can be decrypted.
Steps: check the proxy · disconnect · update · connect · compare
Do it:  aws cks apply prod-xks --xks-proxy-uri-endpoint https://new.example.com
",
    );
}

#[test]
fn a_change_that_needs_no_disconnect_leaves_the_keys_in_reach() {
    plan("CONNECTED", "cks-1234567890abcdef0", &["--new-custom-key-store-name", "new name"]).prints(
        "\
prod-xks (cks-1234567890abcdef0), external, CONNECTED

  NewCustomKeyStoreName  prod-xks → new name

Its keys can be used all the time.
Steps: update · compare
Do it:
  aws cks apply cks-1234567890abcdef0 --new-custom-key-store-name 'new name'
",
    );
}

#[test]
fn a_rotated_credential_shows_its_identifiers_and_never_its_secret() {
    let credential = format!("AccessKeyId=ABCDEFGHIJKLMNOPQRS7,RawSecretAccessKey={SECRET}");
    plan("CONNECTED", "prod-xks", &[CREDENTIAL, &credential]).prints(
        "\
prod-xks (cks-1234567890abcdef0), external, CONNECTED

  XksProxyAuthenticationCredential  AccessKeyId ABCDEFGHIJKLMNOPQRST →
                                    ABCDEFGHIJKLMNOPQRS7, secret key: new value,
                                    cannot be compared

Its keys can be used all the time.
KMS may use the old credential for up to five minutes more: the proxy must
accept both until then.
Steps: check the proxy · update · compare
Do it:
  aws cks apply prod-xks \\
    --xks-proxy-authentication-credential \\
      AccessKeyId=ABCDEFGHIJKLMNOPQRS7,RawSecretAccessKey@=prompt://
",
    );
}

#[test]
fn a_failed_cluster_store_says_why_it_failed_and_is_disconnected_first() {
    plan("FAILED", "hsm-eu", &["--key-store-password", PASSWORD, "--connect"]).prints(
        "\
hsm-eu (cks-1234567890abcdef1), CloudHSM, FAILED
INVALID_CREDENTIALS: KMS does not have the right kmsuser password, or one half
of the proxy credential is wrong.

  KeyStorePassword  new value, cannot be compared   needs DISCONNECTED

Its keys cannot be used until it is CONNECTED: up to 20 minutes for a CloudHSM
store.
This only tells KMS the password: kmsuser must have it in the cluster already.
Steps: disconnect · update · connect · compare
Do it:  aws cks apply hsm-eu --key-store-password prompt:// --connect
",
    );
}

#[test]
fn another_cluster_takes_the_keys_out_of_reach_for_up_to_20_minutes() {
    plan("CONNECTED", "hsm-eu", &["--cloud-hsm-cluster-id", "cluster-5a34b5cdefg"]).prints(
        "\
hsm-eu (cks-1234567890abcdef1), CloudHSM, CONNECTED

  CloudHsmClusterId  cluster-2a34b5cdefg → cluster-5a34b5cdefg
                     needs DISCONNECTED

Its keys cannot be used from the disconnect until it is connected again: up to
20 minutes for a CloudHSM store.
The new settings must lead to the same keys: else nothing that was encrypted
under the store's KMS keys can be decrypted.
Steps: disconnect · update · connect · compare
Do it:  aws cks apply hsm-eu --cloud-hsm-cluster-id cluster-5a34b5cdefg
",
    );
}

#[test]
fn values_that_are_already_so_leave_nothing_to_do() {
    let words = ["--xks-proxy-uri-path", "/kms/xks/v1", "--new-custom-key-store-name", "prod-xks"];
    for more in [&[][..], &["--detailed-exitcode"]] {
        plan("CONNECTED", "prod-xks", &[&words[..], more].concat()).prints(
            "\
prod-xks (cks-1234567890abcdef0), external, CONNECTED

  NewCustomKeyStoreName  prod-xks   (already so, not sent)
  XksProxyUriPath        /kms/xks/v1   (already so, not sent)

Nothing to change: prod-xks is as it shall be, and CONNECTED.
",
        );
    }
}

#[test]
fn a_failed_store_with_nothing_to_change_stays_failed_and_the_plan_says_what_helps() {
    plan("FAILED", "prod-xks", &["--xks-proxy-uri-path", "/kms/xks/v1"]).prints(
        "\
prod-xks (cks-1234567890abcdef0), external, FAILED
XKS_PROXY_TIMED_OUT: the external key store proxy does not answer within the 250
ms that KMS waits.

  XksProxyUriPath  /kms/xks/v1   (already so, not sent)

Nothing to change. prod-xks stays FAILED: with --connect it is disconnected and
connected again.
",
    );
}

#[test]
fn a_connect_alone_is_a_plan() {
    plan("DISCONNECTED", "prod-xks", &["--connect"]).prints(
        "\
prod-xks (cks-1234567890abcdef0), external, DISCONNECTED

Its keys cannot be used until it is CONNECTED: usually some minutes for an
external store.
Steps: check the proxy · connect
Do it:  aws cks apply prod-xks --connect
",
    );
}

#[test]
fn a_store_can_be_left_disconnected() {
    plan("CONNECTED", "prod-xks", &[&NEW_ENDPOINT[..], &["--leave-disconnected"]].concat()).prints(
        "\
prod-xks (cks-1234567890abcdef0), external, CONNECTED

  XksProxyUriEndpoint  https://old.example.com → https://new.example.com
                       needs DISCONNECTED

Its keys cannot be used from the disconnect until it is connected again, which
is not one of the steps.
The new settings must lead to the same keys: else nothing that was encrypted
under the store's KMS keys can be decrypted.
Steps: check the proxy · disconnect · update · compare
Do it:
  aws cks apply prod-xks \\
    --xks-proxy-uri-endpoint https://new.example.com \\
    --leave-disconnected
",
    );
}

#[test]
fn a_state_that_passes_is_waited_for_first() {
    let run = plan("CONNECTING", "prod-xks", &["--new-custom-key-store-name", "new"]);
    assert!(
        run.stdout.contains("\nSteps: wait until the state no longer changes · update · compare\n"),
        "{run:?}"
    );
}

#[test]
fn detailed_exit_codes_tell_a_change_from_none_and_from_a_problem() {
    let code =
        |words: &[&str]| plan("CONNECTED", "prod-xks", &[words, &["--detailed-exitcode"]].concat()).code;
    assert_eq!(code(&NEW_ENDPOINT), Some(2));
    assert_eq!(code(&["--leave-disconnected"]), Some(2));
    assert_eq!(code(&["--connect"]), Some(0));
    assert_eq!(code(&["--xks-proxy-uri-path", "/kms/xks/v1"]), Some(0));
    assert_eq!(code(&["--xks-proxy-uri-path", "/kms/xks/version1"]), Some(1));
}

#[test]
fn a_public_store_gets_a_vpc_endpoint_service() {
    let service = SERVICE.replace("0123", "4567");
    let words = [
        "--xks-proxy-connectivity",
        "VPC_ENDPOINT_SERVICE",
        "--xks-proxy-uri-endpoint",
        "https://private.example.com",
        "--xks-proxy-vpc-endpoint-service-name",
        &service,
    ];
    let report = data(plan("CONNECTED", "prod-xks", &[&words[..], &["--output", "json"]].concat()));
    assert_eq!(report["Problems"], json!([]));
    assert_eq!(
        report["Request"],
        json!({
            "CustomKeyStoreId": "cks-1234567890abcdef0", "XksProxyUriEndpoint": "https://private.example.com",
            "XksProxyVpcEndpointServiceName": service, "XksProxyConnectivity": "VPC_ENDPOINT_SERVICE",
        })
    );
}

#[test]
fn a_public_endpoint_takes_the_service_away_and_keeps_the_endpoint_by_itself() {
    plan("CONNECTED", "vpc-xks", &["--xks-proxy-connectivity", "PUBLIC_ENDPOINT"]).prints(
        "\
vpc-xks (cks-1234567890abcdef2), external, DISCONNECTED

  XksProxyUriEndpoint             https://vpc.example.com
                                  (already so, sent beside the connectivity)
  XksProxyVpcEndpointServiceName  com.amazonaws.vpce.us-east-1.vpce-svc-01234567
                                  89abcdef0 → none
  XksProxyConnectivity            VPC_ENDPOINT_SERVICE → PUBLIC_ENDPOINT

! The endpoint stays https://vpc.example.com. By its documentation KMS wants a
  new one with another connectivity, and may refuse this.

Its keys cannot be used until it is connected; --connect adds that to the steps.
The new settings must lead to the same keys: else nothing that was encrypted
under the store's KMS keys can be decrypted.
Steps: check the proxy · update · compare
Do it:  aws cks apply vpc-xks --xks-proxy-connectivity PUBLIC_ENDPOINT
",
    );
}

#[test]
fn an_empty_service_name_may_be_given_beside_a_public_endpoint() {
    let words = ["--xks-proxy-connectivity", "PUBLIC_ENDPOINT", "--xks-proxy-vpc-endpoint-service-name", ""];
    let run = plan("CONNECTED", "prod-xks", &words);
    assert!(run.code == Some(0) && run.stdout.contains("\nNothing to change: "), "{run:?}");
    let run = plan("CONNECTED", "vpc-xks", &words);
    assert!(run.code == Some(0) && run.stdout.contains("89abcdef0 → none"), "{run:?}");
}

#[test]
fn a_plan_is_data_where_output_or_query_ask_for_it() {
    let report = data(plan("CONNECTED", "prod-xks", &[&NEW_ENDPOINT[..], &["--output", "json"]].concat()));
    assert_eq!(
        report,
        json!({
            "CustomKeyStoreId": "cks-1234567890abcdef0",
            "CustomKeyStoreName": "prod-xks",
            "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
            "ConnectionState": "CONNECTED",
            "Changes": [{
                "Member": "XksProxyUriEndpoint", "From": "https://old.example.com", "To": "https://new.example.com",
                "Secret": false, "Unchanged": false, "NeedsDisconnect": true,
            }],
            "KeysOutOfReach": true,
            "Steps": ["check-proxy", "disconnect", "update", "connect", "compare"],
            "Problems": [],
            "Request": {
                "CustomKeyStoreId": "cks-1234567890abcdef0", "XksProxyUriEndpoint": "https://new.example.com",
            },
        })
    );
    let query = ["--query", "Steps[0]", "--output", "text"];
    plan("CONNECTED", "prod-xks", &[&NEW_ENDPOINT[..], &query].concat()).prints("check-proxy\n");
}
