//! CloudHSM clusters that a test describes.

use kms_emulator::{Cluster, ClusterState, Emulator, SeedStore};
use serde_json::{Value, json};

use crate::client::{Client, cloud_hsm, plain};

const CLUSTER: &str = "cluster-2a23b4cdefgh";
const OTHER: &str = "cluster-3a23b4cdefgh";

/// A store with the password of [`cloud_hsm`], and what happens when it connects and disconnects.
struct Store {
    client: Client,
    id: Value,
}

impl Store {
    fn create(client: &Client) -> Self {
        let id = client.output("CreateCustomKeyStore", cloud_hsm("hsm"))["CustomKeyStoreId"].clone();
        Self { client: client.clone(), id }
    }

    fn input(&self) -> Value {
        json!({"CustomKeyStoreId": self.id})
    }

    /// Connects and disconnects; the state in between, or its error code.
    fn outcome(&self) -> String {
        self.client.output("ConnectCustomKeyStore", self.input());
        let store = self.client.described(self.id.as_str().unwrap());
        self.client.output("DisconnectCustomKeyStore", self.input());
        let code = store.get("ConnectionErrorCode").unwrap_or(&store["ConnectionState"]);
        code.as_str().unwrap().to_owned()
    }

    fn update(&self, member: &str, value: &str) {
        let mut input = self.input();
        input[member] = json!(value);
        self.client.output("UpdateCustomKeyStore", input);
    }
}

#[test]
fn kms_needs_the_password_that_the_cluster_has() {
    let emulator =
        Emulator::builder().cluster(Cluster::new(CLUSTER).password("another-one")).start().unwrap();
    let store = Store::create(&Client::new(&emulator));
    assert_eq!(store.outcome(), "INVALID_CREDENTIALS");
    store.update("KeyStorePassword", "another-one");
    assert_eq!([store.outcome(), store.outcome()], ["CONNECTED", "CONNECTED"]);
}

#[test]
fn kms_changes_the_password_at_every_connect() {
    let emulator =
        Emulator::builder().cluster(Cluster::new(CLUSTER).password("kmsuser-password")).start().unwrap();
    let store = Store::create(&Client::new(&emulator));
    assert_eq!(store.outcome(), "CONNECTED");
    store.update("KeyStorePassword", "kmsuser-password");
    assert_eq!(store.outcome(), "INVALID_CREDENTIALS");
    emulator.set_cluster(Cluster::new(CLUSTER).password("kmsuser-password"));
    assert_eq!(store.outcome(), "CONNECTED");
}

#[test]
fn five_wrong_passwords_lock_kmsuser_out_until_the_password_is_changed() {
    let emulator =
        Emulator::builder().cluster(Cluster::new(CLUSTER).password("another-one")).start().unwrap();
    let store = Store::create(&Client::new(&emulator));
    for _ in 0..4 {
        assert_eq!(store.outcome(), "INVALID_CREDENTIALS");
    }
    assert_eq!(store.outcome(), "USER_LOCKED_OUT");
    store.update("KeyStorePassword", "another-one");
    assert_eq!(store.outcome(), "USER_LOCKED_OUT");
    emulator.set_cluster(Cluster::new(CLUSTER).password("another-one"));
    assert_eq!(store.outcome(), "CONNECTED");
}

#[test]
fn a_cluster_that_is_not_ready_is_refused_with_its_exception() {
    let emulator = Emulator::builder().start().unwrap();
    let client = Client::new(&emulator);
    for (state, code) in [
        (ClusterState::NotFound, "CloudHsmClusterNotFoundException"),
        (ClusterState::NotActive, "CloudHsmClusterNotActiveException"),
        (ClusterState::InvalidConfiguration, "CloudHsmClusterInvalidConfigurationException"),
    ] {
        emulator.set_cluster(Cluster::new(CLUSTER).state(state));
        assert_eq!(client.refusal("CreateCustomKeyStore", cloud_hsm("a")), code);
        assert_eq!(emulator.stores().len(), 0);
    }
    emulator.set_cluster(Cluster::new(CLUSTER));
    let store = Store::create(&client);
    let before = emulator.stores();
    let update = json!({"CustomKeyStoreId": store.id, "CloudHsmClusterId": OTHER});
    for (state, code) in [
        (ClusterState::NotFound, "CloudHsmClusterNotFoundException"),
        (ClusterState::NotRelated, "CloudHsmClusterNotRelatedException"),
    ] {
        emulator.set_cluster(Cluster::new(OTHER).state(state));
        assert_eq!(client.refusal("UpdateCustomKeyStore", update.clone()), code);
        assert_eq!(emulator.stores(), before);
    }
    store.update("NewCustomKeyStoreName", "new");
}

#[test]
fn a_connect_is_refused_at_once_or_fails_in_the_end() {
    let emulator = Emulator::builder().start().unwrap();
    let client = Client::new(&emulator);
    let store = Store::create(&client);
    let control = |state: &str| {
        let body = json!({"ClusterId": CLUSTER, "State": state}).to_string();
        plain(emulator.endpoint(), "POST /_emulator/clusters HTTP/1.1", "", &body).status
    };
    assert_eq!(control("NOT_ACTIVE"), 200);
    assert_eq!(client.refusal("ConnectCustomKeyStore", store.input()), "CloudHsmClusterNotActiveException");
    assert_eq!(emulator.stores()[0]["ConnectionState"], "DISCONNECTED");
    assert_eq!(control("NOT_FOUND"), 200);
    assert_eq!(store.outcome(), "CLUSTER_NOT_FOUND");
    assert_eq!(control("GONE"), 400);
}

#[test]
fn a_seeded_store_knows_the_password_unless_it_has_one() {
    for (password, outcome) in [(None, "CONNECTED"), (Some("wrong-password"), "INVALID_CREDENTIALS")] {
        let seed = json!([{
            "CustomKeyStoreName": "a", "CustomKeyStoreId": "cks-1", "CloudHsmClusterId": CLUSTER,
            "KeyStorePassword": password,
        }]);
        let emulator = Emulator::builder()
            .seed_stores(SeedStore::read(&seed.to_string()).unwrap())
            .cluster(Cluster::new(CLUSTER).password("another-one"))
            .start()
            .unwrap();
        assert_eq!(Store { client: Client::new(&emulator), id: json!("cks-1") }.outcome(), outcome);
        assert!(!format!("{emulator:?}").contains("-password"));
    }
}
