//! `aws cks`: lists of KMS, and changes of a store that an emulator has.

use kms_emulator::{Effect, Emulator, Fault as Spoiled, Operation, SeedStore};
use serde_json::json;

use super::network::{Place, UPDATE};
use super::planted;
use crate::answers::Request;
use crate::aws::Aws;
use crate::fault::Fault;
use crate::server::At;
use crate::stage::{Stage, wait_until};

/// The stores, for their states.
pub const STATUS: Place = Place { at: At::Body, words: &["cks", "status"], ..UPDATE };

/// The keys of the account, for those of a store.
pub const KEYS: Place = Place {
    at: At::Body,
    concerns: |request: &Request| request.calls("ListKeys"),
    words: &["cks", "keys", "prod-xks"],
    more: |aws| aws.env("AWS_MAX_ATTEMPTS", "1"),
    ..UPDATE
};

/// A change of a credential: no step of it needs a disconnect.
pub fn apply(fault: Option<Fault>) -> Stage {
    let words = [
        "cks",
        "apply",
        "prod-xks",
        "--no-check",
        "--yes",
        "--interval",
        "20ms",
        "--xks-proxy-authentication-credential",
        "AccessKeyId=ABCDEFGHIJKLMNOPQRST,RawSecretAccessKey=hunter2+xks+key+of+43+characters+or+more+hunter2",
    ];
    change(fault, Operation::UpdateCustomKeyStore, "CONNECTED", planted(words, "127.0.0.1:1"))
}

/// A connection, and the wait for it.
pub fn connect(fault: Option<Fault>) -> Stage {
    let words = ["cks", "connect", "prod-xks", "--interval", "20ms"];
    change(fault, Operation::ConnectCustomKeyStore, "DISCONNECTED", planted(words, "127.0.0.1:1"))
}

fn change(fault: Option<Fault>, spoiled: Operation, state: &str, aws: Aws) -> Stage {
    let store = json!([{
        "CustomKeyStoreId": "cks-1234567890abcdef0", "CustomKeyStoreName": "prod-xks", "ConnectionState": state,
        "XksProxyConfiguration": {
            "Connectivity": "PUBLIC_ENDPOINT", "AccessKeyId": "ABCDEFGHIJKLMNOPQRST",
            "UriEndpoint": "https://xks.example.com", "UriPath": "/kms/xks/v1",
        },
    }]);
    let seed = SeedStore::read(&store.to_string()).expect("stores");
    let emulator = Emulator::builder().seed_stores(seed).signature_check(false).start().expect("an emulator");
    if let Some(effect) = fault.and_then(effect) {
        let delay_ms = if fault.is_some_and(Fault::is_silence) { 2500 } else { 0 };
        emulator.inject(Spoiled { delay_ms, ..Spoiled::once(effect).of(spoiled).times(2) });
    }
    let aws = aws.to(&emulator).without("AWS_SESSION_TOKEN");
    let aws = if fault == Some(Fault::Slow) { aws.word("--cli-read-timeout").word("1") } else { aws };
    let emulator = std::rc::Rc::new(emulator);
    let [counted, watched] = [(); 2].map(|()| std::rc::Rc::clone(&emulator));
    let mut stage = Stage::new(aws);
    stage.requests =
        Box::new(move || counted.requests().iter().filter(|request| request.operation == spoiled).count());
    if fault.is_some_and(Fault::is_signal) {
        let is_called = move || watched.requests().iter().any(|request| request.operation == spoiled);
        stage = stage.meanwhile(move |_| wait_until("the change is sent", is_called));
    }
    stage.keeps(emulator)
}

fn effect(fault: Fault) -> Option<Effect> {
    let error = |status, code: &str| Effect::Error { status, code: code.into(), message: "No.".into() };
    Some(match fault {
        Fault::Reset => Effect::LoseReply,
        Fault::CutShort => Effect::Truncate { keep: 1 },
        Fault::Garbage => {
            Effect::Body { status: 200, body: b"<html>hunter2-reply-key-hunter2</html>".to_vec() }
        }
        Fault::ServerError => error(503, "ServiceUnavailable"),
        Fault::Throttled => error(400, "ThrottlingException"),
        fault if fault.is_silence() => Effect::Answer,
        _ => return None,
    })
}
