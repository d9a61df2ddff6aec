//! An external key store proxy for tests: GetHealthStatus over TLS or plain HTTP on a loopback port, with SigV4,
//! certificates of its own, and every fault on request. It has no keys.
//!
//! ```
//! use xks_proxy::{Certificate, Credential, HealthStatus, KeyManager, XksProxy};
//!
//! let proxy = XksProxy::builder()
//!     .host("xks.example.com")
//!     .key_store("/prod/kms/xks/v1", [Credential::default()])
//!     .start()?;
//! println!("{}", proxy.url()); // https://127.0.0.1:49152, with a certificate for xks.example.com, too
//! proxy.set_fleet([KeyManager::new("hsm-1", HealthStatus::Unavailable)]);
//! proxy.set_certificate(Certificate::Expired)?;
//! # Ok::<(), xks_proxy::StartError>(())
//! ```
//!
//! A request takes this way: `server` accepts it, `faults` may spoil it at each stage, `signature` says who has
//! signed it, `health` answers it, and `journal` keeps what a test may want to know.

mod certificates;
mod control;
mod faults;
mod health;
mod journal;
mod proxy;
mod server;
mod settings;
mod signature;

pub use certificates::{Certificate, CertificateError, TlsVersions};
pub use faults::{Fault, Stage};
pub use journal::Request;
pub use proxy::{Builder, StartError, XksProxy};
pub use settings::{Credential, HealthStatus, KeyManager, KeyStoreFile};
