//! The proxy as a library: a builder with its settings, and a handle on the running server.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::certificates::{Authority, Certificate, CertificateError, TlsSettings, TlsVersions};
use crate::control;
use crate::faults::{Fault, Faults};
use crate::journal::{Journal, Request};
use crate::server::{self, Service, locked};
use crate::settings::{Credential, KeyManager, KeyStoreFile, Settings};

/// The path of the key store when the builder has none.
const DEFAULT_PATH: &str = "/kms/xks/v1";

/// The settings of a proxy.
#[derive(Debug, Default)]
pub struct Builder {
    port: u16,
    control_port: Option<u16>,
    plain_http: bool,
    tls: TlsSettings,
    settings: Settings,
    verbose: bool,
}

/// A running proxy. It stops when it is dropped.
#[derive(Debug)]
pub struct XksProxy {
    address: SocketAddr,
    control: Option<SocketAddr>,
    state: Arc<State>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The service, its authority, and how its certificates are made: what can change at run time.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) service: Arc<Service>,
    authority: Authority,
    tls: Mutex<TlsSettings>,
}

/// Why a proxy did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken, or the system has no resources for a server.
    #[error("cannot serve on 127.0.0.1: {0}")]
    Io(#[from] io::Error),
    /// A host name is not valid.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

impl Builder {
    /// The port on 127.0.0.1; 0, the default, takes a free one.
    pub fn port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// Serves the control paths over plain HTTP on this port of 127.0.0.1, too; 0 takes a free one.
    pub fn control_port(self, port: u16) -> Self {
        Self { control_port: Some(port), ..self }
    }

    /// Serves plain HTTP instead of TLS.
    pub fn plain_http(self) -> Self {
        Self { plain_http: true, ..self }
    }

    /// A name for the certificate, beside `localhost` and `127.0.0.1`.
    pub fn host(mut self, name: impl Into<String>) -> Self {
        self.tls.hosts.push(name.into());
        self
    }

    /// A key store: its XksProxyUriPath, from the first slash to `/kms/xks/v1`, and the credentials that may sign
    /// for it. A path that is already there gets more credentials. Without this call there is one key store with
    /// the path `/kms/xks/v1` and [`Credential::default`].
    pub fn key_store(
        mut self,
        path: impl Into<String>,
        credentials: impl IntoIterator<Item = Credential>,
    ) -> Self {
        self.settings.key_stores.entry(path.into()).or_default().extend(credentials);
        self
    }

    /// A key store from the file that a proxy makes for KMS.
    pub fn key_store_file(self, file: KeyStoreFile) -> Self {
        self.key_store(file.xks_proxy_uri_path, [file.xks_proxy_authentication_credential])
    }

    /// The only Region in whose name requests may be signed. Default: any.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.settings.region = Some(region.into());
        self
    }

    /// The key managers behind the proxy. Default: one, ACTIVE.
    pub fn fleet(mut self, fleet: impl IntoIterator<Item = KeyManager>) -> Self {
        self.settings.fleet = fleet.into_iter().collect();
        self
    }

    /// The certificate that the proxy shows.
    pub fn certificate(mut self, certificate: Certificate) -> Self {
        self.tls.certificate = certificate;
        self
    }

    /// Whether clients must show a certificate from the proxy's own authority. Default: no.
    pub fn client_certificates(mut self, demanded: bool) -> Self {
        self.tls.client_certificates = demanded;
        self
    }

    /// The versions of TLS that the proxy speaks.
    pub fn tls_versions(mut self, versions: TlsVersions) -> Self {
        self.tls.versions = versions;
        self
    }

    /// Writes a line on each request to stderr, without secrets.
    pub fn verbose(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }

    /// Starts the server on a thread of its own. When this returns, the server answers.
    pub fn start(self) -> Result<XksProxy, StartError> {
        let Self { port, control_port, plain_http, mut tls, mut settings, verbose } = self;
        if settings.key_stores.is_empty() {
            settings.key_stores.insert(DEFAULT_PATH.into(), vec![Credential::default()]);
        }
        tls.hosts.extend(["localhost".to_owned(), "127.0.0.1".to_owned()]);
        let authority = Authority::new("XKS proxy for tests CA")?;
        let service = Service {
            settings: Mutex::new(settings),
            tls: if plain_http { None } else { Some(Mutex::new(authority.config(&tls)?)) },
            faults: Mutex::new(Faults::default()),
            journal: Mutex::new(Journal { verbose, ..Journal::default() }),
        };
        let state = Arc::new(State { service: Arc::new(service), authority, tls: Mutex::new(tls) });
        let listener = listen(port)?;
        let control = control_port.map(listen).transpose()?;
        let address = listener.local_addr()?;
        let control_address = control.as_ref().map(TcpListener::local_addr).transpose()?;
        let (stop, stopped) = oneshot::channel();
        let thread = spawn(listener, control, Arc::clone(&state), stopped)?;
        Ok(XksProxy { address, control: control_address, state, stop: Some(stop), thread: Some(thread) })
    }
}

fn listen(port: u16) -> io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// The thread that serves until `stopped` says so.
fn spawn(
    listener: TcpListener,
    control: Option<TcpListener>,
    state: Arc<State>,
    stopped: oneshot::Receiver<()>,
) -> io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (listener, control) = {
        let _entered = runtime.enter();
        let control = control.map(tokio::net::TcpListener::from_std).transpose()?;
        (tokio::net::TcpListener::from_std(listener)?, control)
    };
    std::thread::Builder::new().name("xks-proxy".into()).spawn(move || {
        runtime.block_on(async {
            tokio::spawn(server::serve(listener, Arc::clone(&state.service)));
            if let Some(control) = control {
                tokio::spawn(control::serve(control, state));
            }
            // An error means that the handle is gone, which also ends the server.
            stopped.await.ok();
        });
    })
}

impl State {
    /// Changes how certificates are made; the next connection sees the change.
    pub(crate) fn change_tls(&self, change: impl FnOnce(&mut TlsSettings)) -> Result<(), CertificateError> {
        let mut settings = locked(&self.tls);
        let mut changed = settings.clone();
        change(&mut changed);
        if let Some(tls) = &self.service.tls {
            *locked(tls) = self.authority.config(&changed)?;
        }
        *settings = changed;
        Ok(())
    }

    pub(crate) fn ca_pem(&self) -> String {
        self.authority.pem()
    }

    pub(crate) fn client_certificate_pem(&self) -> Result<String, CertificateError> {
        let region = locked(&self.service.settings).region.clone();
        self.authority.client_certificate(region.as_deref().unwrap_or("us-east-1"))
    }
}

impl XksProxy {
    /// A proxy with default settings, to be changed and started.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Where the proxy listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL to call from this machine, without a slash at its end: `https://127.0.0.1:49152`.
    pub fn url(&self) -> String {
        let scheme = if self.state.service.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The URL of the control paths, if there are any: `http://127.0.0.1:49153`.
    pub fn control_url(&self) -> Option<String> {
        self.control.map(|address| format!("http://{address}"))
    }

    /// The certificate of the proxy's authority, as PEM. Each proxy has its own.
    pub fn ca_pem(&self) -> String {
        self.state.ca_pem()
    }

    /// A client certificate that the proxy accepts, with the name that KMS's has, and its private key, as PEM.
    pub fn client_certificate_pem(&self) -> Result<String, CertificateError> {
        self.state.client_certificate_pem()
    }

    /// Replaces the credentials of a key store; no credentials remove the key store.
    pub fn set_credentials(&self, path: &str, credentials: impl IntoIterator<Item = Credential>) {
        let credentials = Vec::from_iter(credentials);
        locked(&self.state.service.settings).set_credentials(path, credentials);
    }

    /// Replaces the key managers.
    pub fn set_fleet(&self, fleet: impl IntoIterator<Item = KeyManager>) {
        locked(&self.state.service.settings).fleet = fleet.into_iter().collect();
    }

    /// Shows this certificate from the next connection on.
    pub fn set_certificate(&self, certificate: Certificate) -> Result<(), CertificateError> {
        self.state.change_tls(|tls| tls.certificate = certificate)
    }

    /// Demands client certificates, or no longer.
    pub fn set_client_certificates(&self, demanded: bool) -> Result<(), CertificateError> {
        self.state.change_tls(|tls| tls.client_certificates = demanded)
    }

    /// Speaks these versions of TLS from the next connection on.
    pub fn set_tls_versions(&self, versions: TlsVersions) -> Result<(), CertificateError> {
        self.state.change_tls(|tls| tls.versions = versions)
    }

    /// Lets something go wrong.
    pub fn inject(&self, fault: Fault) {
        locked(&self.state.service.faults).add(fault);
    }

    /// Forgets the faults that are still to come.
    pub fn clear_faults(&self) {
        locked(&self.state.service.faults).clear();
    }

    /// The requests so far, in their order.
    pub fn requests(&self) -> Vec<Request> {
        locked(&self.state.service.journal).requests.clone()
    }

    /// How many connections were accepted so far, with requests or without.
    pub fn connections(&self) -> usize {
        locked(&self.state.service.journal).connections
    }

    /// Forgets the requests and connections so far.
    pub fn clear_requests(&self) {
        locked(&self.state.service.journal).clear();
    }

    /// Stops the server and closes its connections.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for XksProxy {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).ok();
        }
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}
