//! What stands in the way of a change.

use serde_json::json;

use super::{
    CREDENTIAL, NEW_ENDPOINT, PASSWORD, SECRET, SERVICE, data, emulator, has_problem, line, plan, shows,
};
use crate::aws::Aws;

#[test]
fn a_vpc_endpoint_service_needs_its_name() {
    let words = [&NEW_ENDPOINT[..], &["--xks-proxy-connectivity", "VPC_ENDPOINT_SERVICE"]].concat();
    shows(
        plan("CONNECTED", "prod-xks", &words),
        1,
        "\
prod-xks (cks-1234567890abcdef0), external, CONNECTED

  XksProxyUriEndpoint   https://old.example.com → https://new.example.com
                        needs DISCONNECTED
  XksProxyConnectivity  PUBLIC_ENDPOINT → VPC_ENDPOINT_SERVICE
                        needs DISCONNECTED

✗ XksProxyVpcEndpointServiceName is missing: VPC_ENDPOINT_SERVICE needs it and
  an endpoint.

Steps: check the proxy · disconnect · update · connect · compare
",
    );
}

#[test]
fn a_public_store_takes_nothing_of_a_vpc_endpoint_service() {
    let words = ["--xks-proxy-vpc-endpoint-service-name", &SERVICE.replace("0123", "4567")];
    let problem = "XksProxyVpcEndpointServiceName is for the connectivity VPC_ENDPOINT_SERVICE, not for PUBLIC_ENDPOINT.";
    has_problem(plan("DISCONNECTED", "prod-xks", &words), problem);
    let words = ["--xks-proxy-vpc-endpoint-service-owner", "123456789012"];
    let problem = "XksProxyVpcEndpointServiceOwner is for the connectivity VPC_ENDPOINT_SERVICE, not for PUBLIC_ENDPOINT.";
    has_problem(plan("DISCONNECTED", "prod-xks", &words), problem);
}

#[test]
fn members_of_the_other_type_are_problems() {
    let run = plan("DISCONNECTED", "hsm-eu", &["--xks-proxy-uri-path", "/kms/xks/v1"]);
    has_problem(run, "XksProxyUriPath is for external key stores, and hsm-eu is a CloudHSM key store.");
    let run = plan("DISCONNECTED", "prod-xks", &["--key-store-password", PASSWORD]);
    has_problem(run, "KeyStorePassword is for CloudHSM key stores, and prod-xks is an external key store.");
}

#[test]
fn the_character_that_breaks_a_pattern_is_named() {
    for (option, value, problem) in [
        (
            "--xks-proxy-uri-endpoint",
            "https://new.example.com:443",
            "XksProxyUriEndpoint must be https:// and a host name, without port and path: ':', its character 24, does not fit.",
        ),
        (
            "--xks-proxy-uri-path",
            "/my proxy/kms/xks/v1",
            "XksProxyUriPath must be /kms/xks/v and one or two digits, perhaps with a prefix such as /example: ' ', its character 4, does not fit.",
        ),
        (
            "--xks-proxy-uri-path",
            "/kms/xks/v1/keys",
            "XksProxyUriPath must be /kms/xks/v and one or two digits, perhaps with a prefix such as /example: its end does not fit.",
        ),
    ] {
        has_problem(plan("CONNECTED", "prod-xks", &[option, value]), problem);
    }
    let run = plan("CONNECTED", "hsm-eu", &["--cloud-hsm-cluster-id", "cluster-1a34b5cdefg"]);
    has_problem(
        run,
        "CloudHsmClusterId must be cluster- and 11 to 16 letters or digits from 2 to 7: '1', its character 9, does not fit.",
    );
}

#[test]
fn the_identifier_of_the_developer_guide_s_example_is_refused_with_its_character() {
    let credential = format!("AccessKeyId=ABCDE12345670EXAMPLE,RawSecretAccessKey={SECRET}");
    has_problem(
        plan("CONNECTED", "prod-xks", &[CREDENTIAL, &credential]),
        "AccessKeyId must be of capital letters and the digits from 2 to 7: '1', its character 6, does not fit.",
    );
}

#[test]
fn the_character_that_breaks_a_secret_is_counted_and_not_shown() {
    let credential = format!("AccessKeyId=ABCDEFGHIJKLMNOPQRS7,RawSecretAccessKey={SECRET}-");
    has_problem(
        plan("CONNECTED", "prod-xks", &[CREDENTIAL, &credential]),
        "RawSecretAccessKey must be of letters, digits and the characters / + =: its character 45 does not fit.",
    );
}

#[test]
fn halves_of_a_credential_that_are_exchanged_are_noticed_and_not_shown() {
    let credential = format!("AccessKeyId={SECRET},RawSecretAccessKey={SECRET}");
    has_problem(
        plan("CONNECTED", "prod-xks", &[CREDENTIAL, &credential]),
        "AccessKeyId has 44 characters, and 30 are the most. Are the identifier and the secret key exchanged?",
    );
}

#[test]
fn a_text_that_is_too_long_is_a_problem() {
    let name = "n".repeat(257);
    let run = plan("CONNECTED", "prod-xks", &["--new-custom-key-store-name", &name]);
    has_problem(run, "NewCustomKeyStoreName has 257 characters, and 256 are the most.");
    let words = ["--new-custom-key-store-name", "file://name"];
    let run = super::run("CONNECTED", line("prod-xks", &words).file("name", "n".repeat(10_000_000)));
    assert!(run.stdout.len() < 2000, "{}", run.stdout.len());
    has_problem(run, "NewCustomKeyStoreName has 10000000 characters, and 256 are the most.");
}

#[test]
fn a_value_that_is_none_of_an_enumeration_is_a_problem() {
    let run = plan("CONNECTED", "prod-xks", &["--xks-proxy-connectivity", "PUBLIC"]);
    has_problem(run, "XksProxyConnectivity must be PUBLIC_ENDPOINT or VPC_ENDPOINT_SERVICE, not PUBLIC.");
    let long = "P".repeat(100_000);
    let run = plan("CONNECTED", "prod-xks", &["--xks-proxy-connectivity", &long]);
    assert!(run.code == Some(1) && run.stdout.len() < 2000, "{}", run.stdout.len());
}

#[test]
fn what_another_store_has_is_a_problem() {
    for (store, words, problem) in [
        (
            "prod-xks",
            vec!["--new-custom-key-store-name", "hsm-eu"],
            "hsm-eu is the name of hsm-eu (cks-1234567890abcdef1) already.",
        ),
        (
            "hsm-eu",
            vec!["--cloud-hsm-cluster-id", "cluster-7a34b5cdefg"],
            "cluster-7a34b5cdefg is the cluster of hsm-us (cks-1234567890abcdef3) already.",
        ),
        (
            "prod-xks",
            vec!["--xks-proxy-uri-endpoint", "https://vpc.example.com"],
            "https://vpc.example.com/kms/xks/v1 is the address of the proxy of vpc-xks (cks-1234567890abcdef2) already.",
        ),
        (
            "prod-xks",
            vec![
                "--xks-proxy-uri-endpoint",
                "https://vpc.example.com",
                "--xks-proxy-uri-path",
                "/a/kms/xks/v1",
            ],
            "https://vpc.example.com is the endpoint of vpc-xks (cks-1234567890abcdef2) already, and nothing shares that of vpc-xks with VPC_ENDPOINT_SERVICE.",
        ),
        (
            "prod-xks",
            vec![
                "--xks-proxy-connectivity",
                "VPC_ENDPOINT_SERVICE",
                "--xks-proxy-uri-endpoint",
                "https://private.example.com",
                "--xks-proxy-vpc-endpoint-service-name",
                SERVICE,
            ],
            "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0 is the VPC endpoint service of vpc-xks (cks-1234567890abcdef2) already.",
        ),
    ] {
        has_problem(plan("DISCONNECTED", store, &words), problem);
    }
}

#[test]
fn a_credential_with_the_identifier_of_now_is_a_warning_that_stops_nothing() {
    let credential = format!("AccessKeyId=ABCDEFGHIJKLMNOPQRST,RawSecretAccessKey={SECRET}");
    plan("CONNECTED", "prod-xks", &[CREDENTIAL, &credential]).prints(
        "\
prod-xks (cks-1234567890abcdef0), external, CONNECTED

  XksProxyAuthenticationCredential  AccessKeyId ABCDEFGHIJKLMNOPQRST, secret
                                    key: new value, cannot be compared

! The credential has the AccessKeyId that KMS has now, ABCDEFGHIJKLMNOPQRST.
  That is right only if the proxy has a new secret key for it.

Its keys can be used all the time.
Steps: check the proxy · update · compare
Do it:
  aws cks apply prod-xks \\
    --xks-proxy-authentication-credential \\
      AccessKeyId=ABCDEFGHIJKLMNOPQRST,RawSecretAccessKey@=prompt://
",
    );
}

#[test]
fn problems_are_data_too() {
    let words =
        ["--key-store-password", PASSWORD, "--query", "[Problems, Changes[0], Request]", "--output", "json"];
    let run = plan("CONNECTED", "prod-xks", &words);
    assert_eq!(run.code, Some(1));
    let problem = json!({
        "Member": "KeyStorePassword", "Rule": "type", "Stops": true,
        "Message": "KeyStorePassword is for CloudHSM key stores, and prod-xks is an external key store.",
    });
    let change = json!({
        "Member": "KeyStorePassword", "From": null, "To": null, "Secret": true, "Unchanged": false, "NeedsDisconnect": true,
    });
    let request = json!({"CustomKeyStoreId": "cks-1234567890abcdef0", "KeyStorePassword": "****"});
    assert_eq!(data(run), json!([[problem], change, request]));
}

/// Values of members: none, what the store has, and others.
const CHOICES: [&[&[&str]]; 4] = [
    &[
        &[],
        &["--xks-proxy-uri-endpoint", "https://old.example.com"],
        &["--xks-proxy-uri-endpoint", "https://new.example.com"],
        &["--xks-proxy-uri-endpoint", "https://vpc.example.com"],
        &["--xks-proxy-uri-endpoint", "https://new.example.com:443"],
    ],
    &[&[], &["--xks-proxy-uri-path", "/new/kms/xks/v1"], &["--xks-proxy-uri-path", "/kms/xks/v123"]],
    &[
        &[],
        &["--xks-proxy-connectivity", "VPC_ENDPOINT_SERVICE"],
        &["--xks-proxy-connectivity", "PUBLIC_ENDPOINT"],
        &["--xks-proxy-connectivity", "NONE"],
    ],
    &[
        &[],
        &["--xks-proxy-vpc-endpoint-service-name", SERVICE],
        &["--xks-proxy-vpc-endpoint-service-name", "com.amazonaws.vpce.us-east-1.vpce-svc-4567456789abcdef0"],
        &["--xks-proxy-vpc-endpoint-service-owner", "123456789012"],
        &["--new-custom-key-store-name", "hsm-eu"],
        &["--cloud-hsm-cluster-id", "cluster-5a34b5cdefg"],
    ],
];

#[test]
fn a_plan_sees_a_problem_exactly_where_the_service_refuses_its_request() {
    let combinations = CHOICES.iter().fold(vec![Vec::new()], |lines, choices| {
        let longer = |line: &Vec<&'static str>| {
            choices.iter().map(|words| [line, *words].concat()).collect::<Vec<_>>()
        };
        lines.iter().flat_map(longer).collect()
    });
    let mut seen = [0, 0];
    for (number, words) in combinations.iter().enumerate().skip(1).step_by(5) {
        let store = ["prod-xks", "vpc-xks", "hsm-us"][number % 3];
        let emulator = emulator("DISCONNECTED");
        let aws = Aws::new(["cks", "plan", store, "--output", "json"].iter().chain(words));
        let run = aws.to(&emulator).run();
        let code = run.code;
        let report = data(run);
        let is_nothing = report["Request"].is_null();
        let request = report["Request"].to_string();
        let update = Aws::new(["kms", "update-custom-key-store", "--cli-input-json", &request]);
        let refused = !is_nothing && update.to(&emulator).run().code == Some(254);
        assert_eq!(code, Some(i32::from(refused)), "{store} {words:?}: {report}");
        seen[usize::from(refused)] += 1;
    }
    assert!(seen.iter().all(|times| *times > 3), "{seen:?}");
}
