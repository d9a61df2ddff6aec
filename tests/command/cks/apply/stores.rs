//! Changes that work, from each state a store can be in.

use serde_json::json;

use super::way::{
    CLUSTER, CONNECT, DISCONNECT, NEW, OLD, OTHER_CLUSTER, TO_NEW, UPDATE, Way, apply, calls, cloudhsm,
    emulator, endpoint, external, state, store,
};

#[test]
fn a_change_across_a_disconnect_leaves_the_store_connected() {
    let (emulator, run) = Way::to_new().ends(0, "CONNECTED", &[DISCONNECT, UPDATE, CONNECT]).run();
    assert_eq!(endpoint(&emulator), NEW);
    let steps: Vec<&str> = run.stderr.lines().map(|line| line[..30.min(line.len())].trim()).collect();
    assert_eq!(steps, ["✓ disconnected", "✓ updated", "✓ connected", "✓ compared"]);
    assert!(run.stdout.ends_with(
        "Done: prod-xks is CONNECTED with the change; its keys can be used again and were out of reach for 0:00.\n"
    ));
}

#[test]
fn what_can_change_while_connected_needs_no_disconnect() {
    Way { options: vec!["--xks-proxy-uri-path", "/other/kms/xks/v1"], ..Way::to_new() }
        .ends(0, "CONNECTED", &[UPDATE])
        .says(&["Done: prod-xks is CONNECTED with the change; its keys can be used."])
        .run();
}

#[test]
fn a_store_that_is_disconnected_stays_so_unless_it_is_to_be_connected() {
    let store = external("DISCONNECTED");
    Way { store: store.clone(), ..Way::to_new() }.ends(0, "DISCONNECTED", &[UPDATE]).run();
    Way { store, ..Way::to_new() }.options(&["--connect"]).ends(0, "CONNECTED", &[UPDATE, CONNECT]).run();
}

#[test]
fn a_store_that_is_connected_can_be_left_disconnected() {
    Way::to_new()
        .options(&["--leave-disconnected"])
        .ends(0, "DISCONNECTED", &[DISCONNECT, UPDATE])
        .says(&["prod-xks is DISCONNECTED with the change; its keys cannot be used until it is CONNECTED."])
        .run();
}

#[test]
fn a_store_that_has_failed_is_disconnected_first() {
    let mut store = cloudhsm("FAILED");
    store["ConnectionErrorCode"] = json!("INVALID_CREDENTIALS");
    let options = vec!["--key-store-password", "planted-secret-1"];
    let (_, run) = Way { store, options, ..Way::to_new() }
        .options(&["--connect"])
        .ends(0, "CONNECTED", &[DISCONNECT, UPDATE, CONNECT])
        .run();
    run.hides("planted-secret-1");
}

#[test]
fn a_store_that_is_as_it_should_be_is_left_alone() {
    let (emulator, _) = Way { options: vec!["--xks-proxy-uri-endpoint", OLD], ..Way::to_new() }
        .ends(0, "CONNECTED", &[])
        .says(&["There is nothing to do: prod-xks is CONNECTED; its keys can be used."])
        .run();
    assert_eq!(emulator.requests().len(), 1);
}

#[test]
fn another_connectivity_takes_its_companions_with_it() {
    let mut store = external("CONNECTED");
    store["XksProxyConfiguration"]["Connectivity"] = json!("VPC_ENDPOINT_SERVICE");
    let service = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0";
    store["XksProxyConfiguration"]["VpcEndpointServiceName"] = json!(service);
    let options = vec!["--xks-proxy-connectivity", "PUBLIC_ENDPOINT"];
    let (emulator, _) = Way { store, options, ..Way::to_new() }
        .options(TO_NEW)
        .ends(0, "CONNECTED", &[DISCONNECT, UPDATE, CONNECT])
        .run();
    let shown = &super::way::store(&emulator)["XksProxyConfiguration"];
    assert_eq!(shown["Connectivity"], "PUBLIC_ENDPOINT");
    assert_eq!(shown["VpcEndpointServiceName"], json!(null));
}

#[test]
fn the_same_command_again_has_nothing_to_do() {
    let emulator = emulator(&cloudhsm("CONNECTED"));
    let options = ["--cloud-hsm-cluster-id", OTHER_CLUSTER];
    assert_eq!(store(&emulator)["CloudHsmClusterId"], CLUSTER);
    assert_eq!(apply(&emulator, &options).run().code, Some(0));
    let before = calls(&emulator).len();
    let run = apply(&emulator, &options).run();
    assert_eq!((run.code, calls(&emulator).len()), (Some(0), before), "{}", run.stderr);
    assert_eq!(store(&emulator)["CloudHsmClusterId"], OTHER_CLUSTER);
}

#[test]
fn without_a_terminal_and_without_yes_nothing_is_changed() {
    let emulator = emulator(&external("CONNECTED"));
    let line = ["cks", "apply", "prod-xks", "--no-check", "--xks-proxy-uri-endpoint", NEW];
    crate::aws::Aws::new(line).to(&emulator).run().code.filter(|code| *code == 252).expect("252");
    assert_eq!((calls(&emulator).len(), state(&emulator).as_str()), (0, "CONNECTED"));
}

#[test]
fn data_has_the_plan_the_steps_and_the_state() {
    let emulator = emulator(&external("CONNECTED"));
    let run = apply(&emulator, &[TO_NEW, &["--output", "json"]].concat()).run();
    let data: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON on stdout and nothing else");
    assert_eq!(data["Result"], "applied");
    assert_eq!(data["StateNow"], "CONNECTED");
    let steps: Vec<&str> =
        data["Steps"].as_array().expect("steps").iter().filter_map(|s| s["Step"].as_str()).collect();
    assert_eq!(steps, ["disconnect", "update", "connect", "compare"]);
    let run = apply(&emulator, &[TO_NEW, &["--query", "Result", "--output", "text"]].concat()).run();
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "nothing-to-do\n"));
}
