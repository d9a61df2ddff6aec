//! KMS's custom key store operations, ListKeys and DescribeKey, served over real HTTP/1.1 on a loopback port.
//!
//! The emulator speaks awsJson1.1, checks SigV4 signatures, follows the state machine and the uniqueness rules
//! of custom key stores, and misbehaves when told to. No request leaves the machine: where KMS would ask an
//! external key store proxy, the emulator takes the values as good, or asks a proxy on this machine
//! ([`Builder::proxies`]); where KMS would ask a CloudHSM cluster, it takes the values as good, or looks at a
//! [`Cluster`]. The errors that such a peer would cause are available as [`Fault`]s, too.
//!
//! ```
//! let emulator = kms_emulator::Emulator::builder().seed(3).start()?;
//! println!("{}", emulator.endpoint()); // http://127.0.0.1:49152
//! # Ok::<(), kms_emulator::StartError>(())
//! ```
//!
//! A call takes this way: `server` reads it, `wire` names its operation, `faults` may spoil it, `sigv4`
//! says who calls, `validation` checks its members, one file of `operations` does it with the rules of `state`
//! and `rules` on the data of `store`, and `wire` writes the reply.

mod changes;
mod clusters;
mod control;
mod emulator;
mod error;
mod faults;
mod journal;
mod keys;
mod operations;
mod proxies;
mod rules;
mod seed;
mod server;
mod sigv4;
mod state;
mod store;
mod validation;
mod wire;

pub use changes::{Change, ChangeError};
pub use clusters::{Cluster, ClusterState};
pub use emulator::{Builder, Emulator, StartError};
pub use faults::{Effect, Fault};
pub use journal::Request;
pub use keys::KeyState;
pub use operations::Operation;
pub use proxies::ProxySettingsError;
pub use seed::{SeedError, SeedStore};
pub use sigv4::AccessKey;
pub use state::{ConnectionErrorCode, ConnectionState};
