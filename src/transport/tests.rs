//! Real requests to servers on loopback.

mod authorities;
mod bundles;
pub(crate) mod certificates;
mod exchange;
mod headers;
mod limits;
mod paths;
mod proxies;
mod retries;
pub(crate) mod server;
mod trust;

use std::time::Duration;

use aws_credential_types::Credentials;

use super::proxy::Proxies;
use super::recorder::Record;
use super::tls::Tls;
use super::{ClientSettings, ConnectionSettings, clients};
use crate::transport::error::TransportError;
use aws_sdk_kms::error::SdkError;
use server::Server;

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    super::runtime::new()
}

fn outcome<T, E, R>(result: Result<T, SdkError<E, R>>) -> Result<(), TransportError>
where
    E: std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    crate::model::send::outcome(result).map_err(clients::transport_error)
}

fn connection() -> ConnectionSettings {
    ConnectionSettings {
        connect_timeout: Some(Duration::from_secs(60)),
        read_timeout: Some(Duration::from_secs(60)),
        tls: Tls::new(true, None),
        proxies: Proxies::default(),
    }
}

fn settings(url: &str) -> ClientSettings {
    ClientSettings {
        region: "us-east-1".to_owned(),
        endpoint_url: Some(url.to_owned()),
        use_fips: false,
        use_dual_stack: false,
        credentials: Some(Credentials::new("AKID", "secret", None, None, "test")),
        proof_key: None,
        max_attempts: 1,
        connection: connection(),
        user_agent: "aws-cli/2.36.7".to_owned(),
    }
}

/// Sends `requests` requests with one client.
fn send_many(settings: &ClientSettings, requests: usize) -> (Result<(), TransportError>, Record) {
    let record = Record::default();
    let client = clients::kms(settings, &record);
    let requests = async {
        for _ in 0..requests {
            outcome(client.update_custom_key_store().custom_key_store_id("cks-1").send().await)?;
        }
        Ok(())
    };
    (runtime().expect("a runtime").block_on(requests), record)
}

fn send(settings: &ClientSettings) -> (Result<(), TransportError>, Record) {
    send_many(settings, 1)
}

fn failure(settings: &ClientSettings) -> TransportError {
    send(settings).0.expect_err("no reply")
}

fn status(record: &Record) -> Option<u16> {
    record.take_reply().map(|reply| reply.status)
}
