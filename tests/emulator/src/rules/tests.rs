//! The rules of members, states and uniqueness, on stores in memory.

use std::time::SystemTime;

use serde_json::{Value, json};

use super::*;
use crate::operations::Operation;
use crate::state::{Connection, ConnectionErrorCode};
use crate::store::{Owner, Stores};
use crate::validation::check;

const ACCOUNT: &str = "111122223333";
const SERVICE: &str = "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718";
const OTHER_SERVICE: &str = "com.amazonaws.vpce.us-east-1.vpce-svc-1a1b2c3d4e5f60718";

fn owner(account: &str, region: &str) -> Owner {
    Owner { account: account.into(), region: region.into() }
}

fn credential() -> Value {
    json!({"AccessKeyId": "ABCDEFGHIJKLMNOPQRST", "RawSecretAccessKey": "s".repeat(43)})
}

fn public_input() -> Value {
    json!({
        "CustomKeyStoreName": "xks",
        "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
        "XksProxyConnectivity": PUBLIC,
        "XksProxyUriEndpoint": "https://xks.example.com",
        "XksProxyUriPath": "/kms/xks/v1",
        "XksProxyAuthenticationCredential": credential(),
    })
}

fn vpc_input() -> Value {
    let mut input = public_input();
    input["XksProxyConnectivity"] = json!(VPC);
    input["XksProxyVpcEndpointServiceName"] = json!(SERVICE);
    input
}

fn cloud_hsm_input() -> Value {
    json!({
        "CustomKeyStoreName": "hsm",
        "CloudHsmClusterId": "cluster-2a23b4cdefgh",
        "TrustAnchorCertificate": "PEM",
        "KeyStorePassword": "kmsuser-password",
    })
}

fn input(operation: Operation, body: &Value) -> Input {
    check(operation.input(), body.as_object().unwrap()).unwrap()
}

fn create(body: &Value) -> Result<Backing, ServiceError> {
    created(&input(Operation::CreateCustomKeyStore, body), ACCOUNT)
}

fn store(name: &str, owner: &Owner, backing: Backing) -> CustomKeyStore {
    Stores::default().draft(owner, name, backing, SystemTime::UNIX_EPOCH)
}

fn public_store() -> CustomKeyStore {
    store("xks", &owner(ACCOUNT, "us-east-1"), create(&public_input()).unwrap())
}

fn vpc_store() -> CustomKeyStore {
    store("xks", &owner(ACCOUNT, "us-east-1"), create(&vpc_input()).unwrap())
}

fn update(store: &CustomKeyStore, mut body: Value) -> Result<CustomKeyStore, ServiceError> {
    body["CustomKeyStoreId"] = json!(store.id);
    updated(store, &input(Operation::UpdateCustomKeyStore, &body))
}

fn words<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> String {
    let error = result.unwrap_err();
    format!("{}: {error}", error.code())
}

/// The code of the error, or "ok", when `candidate` joins `kept`.
fn joins(kept: CustomKeyStore, candidate: CustomKeyStore) -> String {
    let candidate = CustomKeyStore { sequence: kept.sequence + 1, ..candidate };
    match check_unique(&[kept], &candidate) {
        Ok(()) => "ok".into(),
        Err(error) => error.code().into(),
    }
}

fn with_proxy(mut store: CustomKeyStore, change: impl FnOnce(&mut XksProxy)) -> CustomKeyStore {
    store.name.push('2');
    let Backing::External(proxy) = &mut store.backing else { unreachable!("an external store") };
    change(proxy);
    store
}

#[test]
fn each_type_of_store_demands_its_own_members() {
    for (body, member) in [
        (cloud_hsm_input(), "CloudHsmClusterId"),
        (cloud_hsm_input(), "TrustAnchorCertificate"),
        (cloud_hsm_input(), "KeyStorePassword"),
        (public_input(), "XksProxyConnectivity"),
        (public_input(), "XksProxyUriEndpoint"),
        (public_input(), "XksProxyUriPath"),
        (public_input(), "XksProxyAuthenticationCredential"),
        (vpc_input(), "XksProxyVpcEndpointServiceName"),
    ] {
        assert!(create(&body).is_ok());
        let mut body = body;
        body[member] = Value::Null;
        let message = words(create(&body));
        assert!(message.starts_with(&format!("ValidationException: {member} is required")), "{message}");
    }
}

#[test]
fn a_member_of_the_other_type_is_refused() {
    let mut body = cloud_hsm_input();
    body["XksProxyUriPath"] = json!("/kms/xks/v1");
    assert_eq!(
        words(create(&body)),
        "ValidationException: XksProxyUriPath is not valid for a custom key store with a CustomKeyStoreType of \
         AWS_CLOUDHSM."
    );
    let message = words(update(&public_store(), json!({"KeyStorePassword": "kmsuser-password"})));
    assert_eq!(
        message,
        "ValidationException: KeyStorePassword is not valid for a custom key store with a CustomKeyStoreType of \
         EXTERNAL_KEY_STORE."
    );
}

#[test]
fn a_public_store_takes_no_vpc_endpoint_service() {
    let mut body = public_input();
    body["XksProxyVpcEndpointServiceName"] = json!(SERVICE);
    assert!(words(create(&body)).contains("not valid with an XksProxyConnectivity of PUBLIC_ENDPOINT"));
    let message = words(update(&public_store(), json!({"XksProxyVpcEndpointServiceOwner": "444455556666"})));
    assert!(message.starts_with("ValidationException: XksProxyVpcEndpointServiceOwner"), "{message}");
}

#[test]
fn a_vpc_endpoint_service_belongs_to_the_caller_unless_another_owner_is_named() {
    let service_owner = |body: &Value| match create(body) {
        Ok(Backing::External(XksProxy { connectivity: Connectivity::Vpc { service_owner, .. }, .. })) => {
            service_owner
        }
        other => format!("{other:?}"),
    };
    assert_eq!(service_owner(&vpc_input()), ACCOUNT);
    let mut body = vpc_input();
    body["XksProxyVpcEndpointServiceOwner"] = json!("444455556666");
    assert_eq!(service_owner(&body), "444455556666");
}

#[test]
fn each_property_changes_only_in_its_states() {
    let code = ConnectionErrorCode::INTERNAL_ERROR;
    let connections = [
        Connection::Connected,
        Connection::Connecting { until: None, failure: None },
        Connection::Failed(code),
        Connection::Disconnected,
        Connection::Disconnecting { until: None },
    ];
    let allowed = |backing: &Value, change: Value| {
        let backing = create(backing).unwrap();
        connections.map(|connection| {
            let store = store("a", &owner(ACCOUNT, "us-east-1"), backing.clone());
            match update(&CustomKeyStore { connection, ..store }, change.clone()) {
                Ok(_) => true,
                Err(ServiceError::ChangeNeedsState { .. }) => false,
                Err(other) => panic!("{other}"),
            }
        })
    };
    let settled = [true, false, false, true, false];
    let disconnected = [false, false, false, true, false];
    for (backing, change, wanted) in [
        (public_input(), json!({"NewCustomKeyStoreName": "b"}), settled),
        (cloud_hsm_input(), json!({"NewCustomKeyStoreName": "b"}), settled),
        (public_input(), json!({"XksProxyAuthenticationCredential": credential()}), settled),
        (public_input(), json!({"XksProxyUriPath": "/b/kms/xks/v1"}), settled),
        (public_input(), json!({"XksProxyUriEndpoint": "https://b.example.com"}), disconnected),
        (public_input(), json!({"XksProxyConnectivity": PUBLIC}), disconnected),
        (vpc_input(), json!({"XksProxyVpcEndpointServiceName": OTHER_SERVICE}), disconnected),
        (vpc_input(), json!({"XksProxyVpcEndpointServiceOwner": "444455556666"}), disconnected),
        (cloud_hsm_input(), json!({"KeyStorePassword": "new-password"}), disconnected),
        (cloud_hsm_input(), json!({"CloudHsmClusterId": "cluster-3a23b4cdefgh"}), disconnected),
        (
            public_input(),
            json!({"XksProxyUriPath": "/b/kms/xks/v1", "XksProxyConnectivity": PUBLIC}),
            disconnected,
        ),
    ] {
        assert_eq!(allowed(&backing, change.clone()), wanted, "{change}");
    }
}

#[test]
fn an_update_changes_what_it_names_and_keeps_the_rest() {
    let before = vpc_store();
    let body = json!({"NewCustomKeyStoreName": "new", "XksProxyUriPath": "/new/kms/xks/v1"});
    let after = update(&before, body).unwrap();
    let mut wanted = CustomKeyStore { name: "new".into(), ..before };
    if let Backing::External(proxy) = &mut wanted.backing {
        proxy.uri_path = "/new/kms/xks/v1".into();
    }
    assert_eq!(after, wanted);
}

#[test]
fn a_change_to_vpc_needs_an_endpoint_and_a_service_name() {
    let endpoint = "https://private.example.com";
    let without_endpoint = json!({"XksProxyConnectivity": VPC, "XksProxyVpcEndpointServiceName": SERVICE});
    assert_eq!(
        words(update(&public_store(), without_endpoint)),
        "ValidationException: XksProxyUriEndpoint is required to change XksProxyConnectivity to VPC_ENDPOINT_SERVICE."
    );
    let without_service = json!({"XksProxyConnectivity": VPC, "XksProxyUriEndpoint": endpoint});
    assert_eq!(
        words(update(&public_store(), without_service)),
        "ValidationException: XksProxyVpcEndpointServiceName is required with an XksProxyConnectivity of \
         VPC_ENDPOINT_SERVICE."
    );
    let whole = json!({
        "XksProxyConnectivity": VPC, "XksProxyUriEndpoint": endpoint, "XksProxyVpcEndpointServiceName": SERVICE,
    });
    let Ok(Backing::External(proxy)) = update(&public_store(), whole).map(|store| store.backing) else {
        panic!("the change is refused");
    };
    let connectivity = Connectivity::Vpc { service_name: SERVICE.into(), service_owner: ACCOUNT.into() };
    assert_eq!((proxy.connectivity, proxy.uri_endpoint.as_str()), (connectivity, endpoint));
}

#[test]
fn a_change_to_public_needs_an_endpoint_and_no_service_name() {
    let endpoint = "https://public.example.com";
    let without_endpoint = json!({"XksProxyConnectivity": PUBLIC});
    assert!(
        words(update(&vpc_store(), without_endpoint)).contains("XksProxyUriEndpoint is required to change")
    );
    let with_service = json!({
        "XksProxyConnectivity": PUBLIC, "XksProxyUriEndpoint": endpoint, "XksProxyVpcEndpointServiceName": SERVICE,
    });
    assert!(
        words(update(&vpc_store(), with_service))
            .contains("XksProxyVpcEndpointServiceName is not valid with")
    );
    for service_name in [Value::Null, json!("")] {
        let body = json!({
            "XksProxyConnectivity": PUBLIC,
            "XksProxyUriEndpoint": endpoint,
            "XksProxyVpcEndpointServiceName": service_name,
        });
        let Ok(Backing::External(proxy)) = update(&vpc_store(), body).map(|store| store.backing) else {
            panic!("the change is refused");
        };
        assert_eq!(proxy.connectivity, Connectivity::Public);
    }
}

#[test]
fn a_vpc_store_cannot_lose_its_service_name() {
    let message = words(update(&vpc_store(), json!({"XksProxyVpcEndpointServiceName": ""})));
    assert!(message.contains("XksProxyVpcEndpointServiceName is required"), "{message}");
}

#[test]
fn names_and_clusters_are_unique_per_account_and_region() {
    let hsm = |owner: &Owner, name: &str| store(name, owner, create(&cloud_hsm_input()).unwrap());
    let home = owner(ACCOUNT, "us-east-1");
    assert_eq!(joins(public_store(), hsm(&home, "xks")), "CustomKeyStoreNameInUseException");
    assert_eq!(joins(hsm(&home, "a"), hsm(&home, "b")), "CloudHsmClusterInUseException");
    assert_eq!(joins(hsm(&home, "a"), hsm(&owner(ACCOUNT, "eu-west-1"), "a")), "ok");
    assert_eq!(joins(hsm(&home, "a"), hsm(&owner("444455556666", "us-east-1"), "a")), "ok");
}

#[test]
fn public_stores_may_share_an_endpoint_but_not_a_path_on_it() {
    let other_path = with_proxy(public_store(), |proxy| proxy.uri_path = "/b/kms/xks/v1".into());
    assert_eq!(joins(public_store(), other_path), "ok");
    assert_eq!(joins(public_store(), with_proxy(public_store(), |_| {})), "XksProxyUriInUseException");
}

#[test]
fn a_public_store_cannot_use_the_endpoint_of_a_vpc_store_even_of_another_account() {
    let path = |proxy: &mut XksProxy| proxy.uri_path = "/b/kms/xks/v1".into();
    let elsewhere =
        |store: CustomKeyStore, account, region| CustomKeyStore { owner: owner(account, region), ..store };
    let public = || with_proxy(public_store(), path);
    assert_eq!(joins(vpc_store(), public()), "XksProxyUriEndpointInUseException");
    assert_eq!(joins(public_store(), with_proxy(vpc_store(), path)), "XksProxyUriEndpointInUseException");
    let neighbour = elsewhere(vpc_store(), "444455556666", "us-east-1");
    assert_eq!(joins(neighbour, public()), "XksProxyUriEndpointInUseException");
    assert_eq!(joins(elsewhere(vpc_store(), ACCOUNT, "eu-west-1"), public()), "ok");
}

#[test]
fn vpc_stores_share_neither_endpoint_nor_service() {
    let other_service = |proxy: &mut XksProxy| {
        proxy.uri_path = "/b/kms/xks/v1".into();
        proxy.connectivity =
            Connectivity::Vpc { service_name: OTHER_SERVICE.into(), service_owner: ACCOUNT.into() };
    };
    let other_endpoint = |proxy: &mut XksProxy| proxy.uri_endpoint = "https://b.example.com".into();
    let both = |proxy: &mut XksProxy| {
        other_service(proxy);
        other_endpoint(proxy);
    };
    assert_eq!(
        joins(vpc_store(), with_proxy(vpc_store(), other_service)),
        "XksProxyUriEndpointInUseException"
    );
    assert_eq!(
        joins(vpc_store(), with_proxy(vpc_store(), other_endpoint)),
        "XksProxyVpcEndpointServiceInUseException"
    );
    assert_eq!(joins(vpc_store(), with_proxy(vpc_store(), both)), "ok");
}

#[test]
fn a_store_does_not_stand_in_its_own_way() {
    let store = vpc_store();
    assert_eq!(check_unique(std::slice::from_ref(&store), &store), Ok(()));
}
