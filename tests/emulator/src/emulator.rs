//! The emulator as a library: a builder with its settings, and a handle on the running server.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tokio::sync::oneshot;

use crate::changes::{Change, ChangeError, Changes};
use crate::clusters::Cluster;
use crate::faults::{Delays, Fault, Faults};
use crate::journal::{Journal, Request};
use crate::operations::Operation;
use crate::proxies::{ProxySettings, ProxySettingsError};
use crate::seed::{self, SeedError, SeedStore};
use crate::server::{self, Service, locked};
use crate::sigv4::AccessKey;
use crate::store::{Owner, Secret, Stores};

/// The settings of an emulator.
#[derive(Debug)]
pub struct Builder {
    port: u16,
    region: String,
    access_keys: Vec<AccessKey>,
    signature_check: bool,
    connect_transition: Duration,
    disconnect_transition: Duration,
    seed: usize,
    seed_stores: Vec<SeedStore>,
    keys: Vec<(Option<String>, usize)>,
    delays: Delays,
    proxies: Option<ProxySettings>,
    propagation: Duration,
    health_checks: Option<Duration>,
    clusters: Vec<Cluster>,
    verbose: bool,
}

/// A running emulator. It stops when it is dropped.
#[derive(Debug)]
pub struct Emulator {
    endpoint: String,
    service: Arc<Service>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Why an emulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken, or the system has no resources for a server.
    #[error("cannot serve on 127.0.0.1: {0}")]
    Io(#[from] io::Error),
    /// The certificates of the proxies are not valid.
    #[error(transparent)]
    Proxies(#[from] ProxySettingsError),
    /// A seeded store is not possible.
    #[error(transparent)]
    Seed(#[from] SeedError),
}

impl Builder {
    /// The port on 127.0.0.1; 0, the default, takes a free one.
    pub fn port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// The Region of seeded stores, and of unsigned requests when signatures are not checked. Default: us-east-1.
    pub fn region(self, region: impl Into<String>) -> Self {
        Self { region: region.into(), ..self }
    }

    /// Lets callers sign with this key. The first call takes the place of [`AccessKey::default`].
    pub fn access_key(mut self, key: AccessKey) -> Self {
        self.access_keys.push(key);
        self
    }

    /// Whether signatures are checked. Default: yes.
    pub fn signature_check(self, signature_check: bool) -> Self {
        Self { signature_check, ..self }
    }

    /// How long a store is CONNECTING or DISCONNECTING. Default: no time.
    pub fn transition(self, transition: Duration) -> Self {
        Self { connect_transition: transition, disconnect_transition: transition, ..self }
    }

    /// How long a store is CONNECTING, when that is another time than for [`Builder::transition`].
    pub fn connect_transition(self, connect_transition: Duration) -> Self {
        Self { connect_transition, ..self }
    }

    /// How long a store is DISCONNECTING, when that is another time than for [`Builder::transition`].
    pub fn disconnect_transition(self, disconnect_transition: Duration) -> Self {
        Self { disconnect_transition, ..self }
    }

    /// Starts with `count` stores of mixed types and states, the same ones every time, beyond any quota.
    pub fn seed(self, count: usize) -> Self {
        Self { seed: count, ..self }
    }

    /// Starts with these stores, behind those of [`Builder::seed`].
    pub fn seed_stores(mut self, stores: impl IntoIterator<Item = SeedStore>) -> Self {
        self.seed_stores.extend(stores);
        self
    }

    /// Starts with `count` enabled KMS keys that live in no custom key store.
    pub fn keys(mut self, count: usize) -> Self {
        self.keys.push((None, count));
        self
    }

    /// Starts with `count` enabled KMS keys in the seeded store with this ID or name.
    pub fn store_keys(mut self, store: impl Into<String>, count: usize) -> Self {
        self.keys.push((Some(store.into()), count));
        self
    }

    /// How long each call of `operation` takes at least. Default: no time.
    pub fn delay(mut self, operation: Operation, delay: Duration) -> Self {
        self.delays.set(operation, delay);
        self
    }

    /// Asks external key store proxies as KMS does, before CreateCustomKeyStore and UpdateCustomKeyStore are done
    /// and after ConnectCustomKeyStore: each proxy by its host name, at its address on this machine. `ca_pem` has
    /// the certificates of the authorities to trust, one after the other. A host that is not in the list is not
    /// reachable. Default: no proxy is asked, and all are good.
    pub fn proxies<N: Into<String>>(
        mut self,
        addresses: impl IntoIterator<Item = (N, SocketAddr)>,
        ca_pem: impl Into<String>,
    ) -> Self {
        let addresses = addresses.into_iter();
        let settings = self.proxies.get_or_insert_default();
        settings.addresses =
            Some(addresses.map(|(name, at)| (name.into().to_ascii_lowercase(), at)).collect());
        settings.ca_pem = ca_pem.into();
        self
    }

    /// The client certificate and its private key, as PEM, that the emulator shows to proxies. Default: none.
    pub fn proxy_client_certificate(mut self, pem: impl Into<String>) -> Self {
        self.proxies.get_or_insert_default().client_certificate_pem = Some(Secret::new(pem));
        self
    }

    /// How long the emulator waits for a proxy. Default: 250 ms, as KMS; a busy machine may need more.
    pub fn proxy_time_limit(mut self, limit: Duration) -> Self {
        self.proxies.get_or_insert_default().time_limit = limit;
        self
    }

    /// How long a proxy is asked with its old credential after the credential was changed. Only the check before
    /// the change uses the new one at once. Default: no time.
    pub fn credential_propagation(self, propagation: Duration) -> Self {
        Self { propagation, ..self }
    }

    /// Asks the proxies of all CONNECTED stores again and again, as KMS does every few minutes. Default: never.
    pub fn health_checks(self, interval: Duration) -> Self {
        Self { health_checks: Some(interval), ..self }
    }

    /// Describes a CloudHSM cluster. Default: every cluster works, with every password.
    pub fn cluster(mut self, cluster: Cluster) -> Self {
        self.clusters.push(cluster);
        self
    }

    /// Writes a line on each call to stderr, without secrets.
    pub fn verbose(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }

    /// Starts the server on a thread of its own. When this returns, the server answers.
    pub fn start(self) -> Result<Emulator, StartError> {
        let Self { port, region, mut access_keys, signature_check, .. } = self;
        if access_keys.is_empty() {
            access_keys.push(AccessKey::default());
        }
        let owner = Owner { account: AccessKey::DEFAULT_ACCOUNT.into(), region: region.clone() };
        let mut stores = Stores::default();
        seed::generate(&mut stores, &owner, self.seed);
        seed::plant(&mut stores, &owner, self.seed_stores)?;
        for (store, count) in &self.keys {
            seed::add_keys(&mut stores, &owner, store.as_deref(), *count)?;
        }
        self.clusters.into_iter().for_each(|cluster| stores.clusters.put(cluster));
        let proxies = self.proxies.map(ProxySettings::connect).transpose()?.flatten();
        let service = Arc::new(Service {
            access_keys,
            signature_check,
            connect_transition: self.connect_transition,
            disconnect_transition: self.disconnect_transition,
            region,
            propagation: self.propagation,
            proxies,
            changes: Mutex::new(Changes::default()),
            stores: Mutex::new(stores),
            faults: Mutex::new(Faults::default()),
            delays: Mutex::new(self.delays),
            journal: Mutex::new(Journal { requests: Vec::new(), verbose: self.verbose }),
            answered: AtomicU64::new(0),
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        let thread = spawn(listener, Arc::clone(&service), self.health_checks, stopped)?;
        Ok(Emulator { endpoint, service, stop: Some(stop), thread: Some(thread) })
    }
}

/// The thread that serves until `stopped` says so.
fn spawn(
    listener: TcpListener,
    service: Arc<Service>,
    health_checks: Option<Duration>,
    stopped: oneshot::Receiver<()>,
) -> io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = {
        let _entered = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    std::thread::Builder::new().name("kms-emulator".into()).spawn(move || {
        runtime.block_on(async {
            if let Some(interval) = health_checks {
                tokio::spawn(Arc::clone(&service).check_health(interval));
            }
            tokio::spawn(server::serve(listener, service));
            // An error means that the handle is gone, which also ends the server.
            stopped.await.ok();
        });
    })
}

impl Emulator {
    /// An emulator with default settings, to be changed and started.
    pub fn builder() -> Builder {
        Builder {
            port: 0,
            region: "us-east-1".into(),
            access_keys: Vec::new(),
            signature_check: true,
            connect_transition: Duration::ZERO,
            disconnect_transition: Duration::ZERO,
            seed: 0,
            seed_stores: Vec::new(),
            keys: Vec::new(),
            delays: Delays::default(),
            proxies: None,
            propagation: Duration::ZERO,
            health_checks: None,
            clusters: Vec::new(),
            verbose: false,
        }
    }

    /// The URL to call, without a slash at its end: `http://127.0.0.1:49152`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The requests to the operations so far, in their order.
    pub fn requests(&self) -> Vec<Request> {
        locked(&self.service.journal).requests.clone()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        locked(&self.service.journal).requests.clear();
    }

    /// Lets something go wrong in the next calls.
    pub fn inject(&self, fault: Fault) {
        locked(&self.service.faults).add(fault);
    }

    /// Forgets the faults that are still to come.
    pub fn clear_faults(&self) {
        locked(&self.service.faults).clear();
    }

    /// Lets each call of `operation` take at least this time from now on.
    pub fn set_delay(&self, operation: Operation, delay: Duration) {
        locked(&self.service.delays).set(operation, delay);
    }

    /// Changes a store as somebody else would, at once or just before a call. A change that waits and is not
    /// possible then is not made; with [`Builder::verbose`] a line says so.
    pub fn change(&self, change: Change) -> Result<(), ChangeError> {
        let mut changes = locked(&self.service.changes);
        changes.add(change, &mut locked(&self.service.stores))
    }

    /// Forgets the changes that are still to come.
    pub fn clear_changes(&self) {
        locked(&self.service.changes).clear();
    }

    /// Takes the place of the cluster with the same ID; kmsuser is not locked out.
    pub fn set_cluster(&self, cluster: Cluster) {
        locked(&self.service.stores).clusters.put(cluster);
    }

    /// All stores of all accounts and Regions, each as DescribeCustomKeyStores shows it now.
    pub fn stores(&self) -> Vec<Value> {
        let mut stores = locked(&self.service.stores);
        stores.settle(SystemTime::now());
        stores.all().iter().map(|store| store.described()).collect()
    }

    /// Stops the server and closes its connections.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).ok();
        }
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}
