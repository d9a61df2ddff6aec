//! Stores that do not connect with the change, and the way back.

use serde_json::json;

use super::way::{
    CLUSTER, CONNECT, DISCONNECT, NEW, OLD, OTHER_CLUSTER, UPDATE, Way, cloudhsm, endpoint, external, pasted,
    state, store,
};

/// The codes of external stores and of CloudHSM stores; some are of both.
const CODES: [(bool, &str); 21] = [
    (true, "INTERNAL_ERROR"),
    (true, "NETWORK_ERRORS"),
    (true, "INVALID_CREDENTIALS"),
    (true, "XKS_PROXY_ACCESS_DENIED"),
    (true, "XKS_PROXY_INVALID_CONFIGURATION"),
    (true, "XKS_PROXY_INVALID_RESPONSE"),
    (true, "XKS_PROXY_INVALID_TLS_CONFIGURATION"),
    (true, "XKS_PROXY_NOT_REACHABLE"),
    (true, "XKS_PROXY_TIMED_OUT"),
    (true, "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION"),
    (true, "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND"),
    (false, "INTERNAL_ERROR"),
    (false, "NETWORK_ERRORS"),
    (false, "INVALID_CREDENTIALS"),
    (false, "CLUSTER_NOT_FOUND"),
    (false, "INSUFFICIENT_CLOUDHSM_HSMS"),
    (false, "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET"),
    (false, "SUBNET_NOT_FOUND"),
    (false, "USER_LOCKED_OUT"),
    (false, "USER_LOGGED_IN"),
    (false, "USER_NOT_FOUND"),
];

const AND_BACK: &[&str] = &[DISCONNECT, UPDATE, CONNECT, DISCONNECT, UPDATE, CONNECT];

#[test]
fn every_reason_is_explained_and_the_change_is_put_back() {
    for (is_external, code) in CODES {
        let way = match is_external {
            true => Way::to_new(),
            false => Way {
                store: cloudhsm("CONNECTED"),
                options: vec!["--cloud-hsm-cluster-id", OTHER_CLUSTER],
                ..Way::to_new()
            },
        };
        let (emulator, run) = way
            .fails_to_connect(1, code)
            .ends(1, "CONNECTED", AND_BACK)
            .says(&["✗ did not connect", "✓ put back", "To do: "])
            .run();
        assert!(run.stderr.contains(&format!("{code}: ")), "{}", run.stderr);
        let store = store(&emulator);
        assert!(endpoint(&emulator) == OLD || store["CloudHsmClusterId"] == CLUSTER, "{store}");
    }
}

#[test]
fn the_same_command_again_leads_to_the_goal() {
    let (emulator, run) =
        Way::to_new().fails_to_connect(1, "XKS_PROXY_TIMED_OUT").ends(1, "CONNECTED", AND_BACK).run();
    assert_eq!(pasted(&run, "Again:", &emulator).code, Some(0));
    assert_eq!((endpoint(&emulator).as_str(), state(&emulator).as_str()), (NEW, "CONNECTED"));
}

#[test]
fn what_is_to_be_kept_is_kept_and_both_ways_are_shown() {
    let way = || {
        Way::to_new()
            .options(&["--on-failure", "keep"])
            .fails_to_connect(1, "XKS_PROXY_NOT_REACHABLE")
            .ends(1, "FAILED", &[DISCONNECT, UPDATE, CONNECT])
            .says(&["prod-xks is FAILED with the change; its keys cannot be used until it is CONNECTED."])
    };
    let (emulator, run) = way().run();
    assert_eq!(pasted(&run, "Go on:", &emulator).code, Some(0));
    assert_eq!((endpoint(&emulator).as_str(), state(&emulator).as_str()), (NEW, "CONNECTED"));
    let (emulator, run) = way().run();
    assert_eq!(pasted(&run, "Back:", &emulator).code, Some(0));
    assert_eq!((endpoint(&emulator).as_str(), state(&emulator).as_str()), (OLD, "CONNECTED"));
}

#[test]
fn a_secret_cannot_be_put_back() {
    let store = cloudhsm("CONNECTED");
    let options = vec!["--key-store-password", "planted-secret-1"];
    let (_, run) = Way { store, options, ..Way::to_new() }
        .fails_to_connect(1, "INVALID_CREDENTIALS")
        .ends(1, "FAILED", &[DISCONNECT, UPDATE, CONNECT])
        .says(&[
            "INVALID_CREDENTIALS: ",
            "prod-xks is FAILED with the change; its keys cannot be used until it is CONNECTED.",
            "Go on:   aws cks apply prod-xks --key-store-password prompt://",
        ])
        .run();
    run.hides("planted-secret-1");
    assert!(!run.stderr.contains("Back:"), "{}", run.stderr);
}

#[test]
fn a_cluster_is_put_back() {
    let options = vec!["--cloud-hsm-cluster-id", OTHER_CLUSTER];
    let (emulator, _) = Way { store: cloudhsm("CONNECTED"), options, ..Way::to_new() }
        .fails_to_connect(1, "CLUSTER_NOT_FOUND")
        .ends(1, "CONNECTED", AND_BACK)
        .run();
    assert_eq!(store(&emulator)["CloudHsmClusterId"], CLUSTER);
}

#[test]
fn a_connect_that_is_refused_at_once_is_put_back_too() {
    let options = vec!["--cloud-hsm-cluster-id", OTHER_CLUSTER];
    let (emulator, _) = Way { store: cloudhsm("CONNECTED"), options, ..Way::to_new() }
        .error(CONNECT, 1, 400, "CloudHsmClusterNotActiveException")
        .ends(1, "CONNECTED", &[DISCONNECT, UPDATE, CONNECT, UPDATE, CONNECT])
        .says(&["CloudHsmClusterNotActiveException", "Nothing has changed"])
        .run();
    assert_eq!(store(&emulator)["CloudHsmClusterId"], CLUSTER);
}

#[test]
fn a_name_a_path_and_an_endpoint_are_put_back_together() {
    let more = ["--new-custom-key-store-name", "renamed", "--xks-proxy-uri-path", "/other/kms/xks/v1"];
    let (emulator, _) = Way::to_new()
        .options(&more)
        .fails_to_connect(1, "XKS_PROXY_ACCESS_DENIED")
        .ends(1, "CONNECTED", AND_BACK)
        .run();
    assert_eq!(store(&emulator)["CustomKeyStoreName"], "prod-xks");
    assert_eq!(store(&emulator)["XksProxyConfiguration"]["UriPath"], "/kms/xks/v1");
    assert_eq!(endpoint(&emulator), OLD);
}

#[test]
fn a_connectivity_is_put_back_with_its_companions() {
    let service = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0";
    let options = vec![
        "--xks-proxy-connectivity",
        "VPC_ENDPOINT_SERVICE",
        "--xks-proxy-vpc-endpoint-service-name",
        service,
    ];
    let (emulator, _) = Way { options, ..Way::to_new() }
        .fails_to_connect(1, "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND")
        .ends(1, "CONNECTED", AND_BACK)
        .run();
    let proxy = &store(&emulator)["XksProxyConfiguration"];
    assert_eq!(
        (&proxy["Connectivity"], &proxy["VpcEndpointServiceName"]),
        (&json!("PUBLIC_ENDPOINT"), &json!(null))
    );

    let mut private = external("CONNECTED");
    private["XksProxyConfiguration"]["Connectivity"] = json!("VPC_ENDPOINT_SERVICE");
    private["XksProxyConfiguration"]["VpcEndpointServiceName"] = json!(service);
    let options = vec!["--xks-proxy-connectivity", "PUBLIC_ENDPOINT"];
    let (emulator, _) = Way { store: private, options, ..Way::to_new() }
        .fails_to_connect(1, "XKS_PROXY_NOT_REACHABLE")
        .ends(1, "CONNECTED", AND_BACK)
        .run();
    let proxy = &store(&emulator)["XksProxyConfiguration"];
    assert_eq!(
        (&proxy["Connectivity"], &proxy["VpcEndpointServiceName"]),
        (&json!("VPC_ENDPOINT_SERVICE"), &json!(service))
    );
}

#[test]
fn a_way_back_that_fails_too_says_where_the_store_stands() {
    let (emulator, run) = Way::to_new()
        .fails_to_connect(2, "NETWORK_ERRORS")
        .ends(1, "FAILED", AND_BACK)
        .says(&["prod-xks is FAILED; its keys cannot be used until it is CONNECTED."])
        .run();
    assert_eq!(endpoint(&emulator), OLD);
    assert_eq!(pasted(&run, "Go on:", &emulator).code, Some(0));
    assert_eq!((endpoint(&emulator).as_str(), state(&emulator).as_str()), (NEW, "CONNECTED"));
}

#[test]
fn a_way_back_that_is_refused_says_where_the_store_stands() {
    let (emulator, run) = Way::to_new()
        .fails_to_connect(1, "NETWORK_ERRORS")
        .fault(UPDATE, 1, json!("answer"))
        .error(UPDATE, 1, 400, "AccessDeniedException")
        .ends(1, "DISCONNECTED", &[DISCONNECT, UPDATE, CONNECT, DISCONNECT, UPDATE])
        .says(&["prod-xks is DISCONNECTED with the change; its keys cannot be used until it is CONNECTED."])
        .run();
    assert_eq!(endpoint(&emulator), NEW);
    assert_eq!(pasted(&run, "Back:", &emulator).code, Some(0));
    assert_eq!((endpoint(&emulator).as_str(), state(&emulator).as_str()), (OLD, "CONNECTED"));
}
