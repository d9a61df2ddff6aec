//! A tour: starts the emulator, looks at a store, changes it and shows what has become of it. Then it plans a change that
//! needs a disconnect, carries it out, and tries another one that fails and is taken back.
//!
//! `cargo run --example tour`
//!
//! The program `aws` is this very file, run again with a variable that says so: everything is compiled once.

#![allow(clippy::print_stdout, reason = "a tour is there to be read")]

use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use aws_kms_cli::Environment;
use kms_emulator::{AccessKey, Emulator};
use serde_json::{Value, json};

/// The variable that makes this file the program `aws`.
const IS_AWS: &str = "AWS_KMS_CLI_TOUR";

/// What is changed, as a reply of the service has it.
const CHANGED: [&str; 3] =
    ["CustomKeyStoreName", "XksProxyConfiguration.AccessKeyId", "XksProxyConfiguration.UriPath"];

fn main() -> Result<ExitCode, Box<dyn Error>> {
    if std::env::var_os(IS_AWS).is_some() {
        let environment = Environment::of_process();
        return Ok(aws_kms_cli::run(std::env::args_os().skip(1).collect(), &environment).into());
    }
    let emulator = Emulator::builder().seed(40).transition(Duration::from_secs(1)).start()?;
    let id = store_of(&emulator, "EXTERNAL_KEY_STORE", "DISCONNECTED", "CustomKeyStoreId")?;
    let connected = store_of(&emulator, "AWS_CLOUDHSM", "CONNECTED", "CustomKeyStoreName")?;
    let home = tempfile::tempdir()?;
    std::fs::write(home.path().join("secret.txt"), "DXjSUawnel2fr6SKC7G25CNxTyWKE5PF9XX6HDu9pSo=")?;
    let document = format!("CustomKeyStoreId: {id}\nXksProxyUriPath: /tour/kms/xks/v1\n");
    std::fs::write(home.path().join("update.yaml"), document)?;
    let tour = Tour { emulator, id, home: home.path() };

    println!("An emulator of KMS's custom key stores runs at {}.", tour.emulator.endpoint());
    tour.describe("A store")?;
    let before = tour.store()?;
    tour.update("A new name", &["--new-custom-key-store-name", "TourKeys"])?;
    tour.update(
        "A new credential of its proxy: shorthand, the secret from a file",
        &[
            "--xks-proxy-authentication-credential",
            "AccessKeyId=ABCDEFGHIJKLMNOPQ234,RawSecretAccessKey@=file://secret.txt",
        ],
    )?;
    tour.run(
        "A new path: a YAML document",
        &["update-custom-key-store", "--cli-input-yaml", "file://update.yaml"],
    )?;
    tour.update(
        "An update that the service refuses: this store has no cluster",
        &["--cloud-hsm-cluster-id", "cluster-2a34b5cdefg"],
    )?;
    show_changes(&before, &tour.store()?);
    tour.change_safely(&connected)?;
    println!(
        "\n# Go on by hand\n\
         $ cargo run --locked -p kms-emulator -- --seed 40 --port 8099\n\
         and in another terminal:\n\
         $ export AWS_ENDPOINT_URL=http://127.0.0.1:8099 AWS_DEFAULT_REGION=us-east-1\n\
         $ export AWS_ACCESS_KEY_ID={} AWS_SECRET_ACCESS_KEY={}\n\
         $ cargo run --locked --bin aws -- cks status",
        AccessKey::DEFAULT_ID,
        AccessKey::DEFAULT_SECRET
    );
    Ok(ExitCode::SUCCESS)
}

struct Tour<'a> {
    emulator: Emulator,
    id: String,
    home: &'a Path,
}

impl Tour<'_> {
    fn update(&self, title: &str, words: &[&str]) -> Result<(), Box<dyn Error>> {
        self.run(title, &[&["update-custom-key-store", "--custom-key-store-id", &self.id], words].concat())
    }

    fn describe(&self, title: &str) -> Result<(), Box<dyn Error>> {
        self.run(
            title,
            &["describe-custom-key-stores", "--custom-key-store-id", &self.id, "--output", "table"],
        )
    }

    /// A change across a disconnect, and one that fails.
    fn change_safely(&self, store: &str) -> Result<(), Box<dyn Error>> {
        let change = ["--cloud-hsm-cluster-id", "cluster-7e6d5c4b3a2"];
        self.cks(
            "What would a change do that needs a disconnect?",
            &[&["plan", store], &change[..]].concat(),
        )?;
        let apply = ["apply", store, "--yes", "--interval", "200ms"];
        self.cks("The change, step by step", &[&apply, &change[..]].concat())?;
        let fails = json!({"operation": "ConnectCustomKeyStore",
            "effect": {"fail_connection": {"code": "INSUFFICIENT_CLOUDHSM_HSMS"}}});
        self.emulator.inject(serde_json::from_value(fails)?);
        let change = ["--cloud-hsm-cluster-id", "cluster-2b3c4d5e6f7"];
        self.cks("A cluster that does not work: the change is taken back", &[&apply, &change[..]].concat())?;
        self.cks("The store is as it was", &["status", store])
    }

    fn run(&self, title: &str, words: &[&str]) -> Result<(), Box<dyn Error>> {
        self.show(title, &[&["kms"], words].concat())
    }

    fn cks(&self, title: &str, words: &[&str]) -> Result<(), Box<dyn Error>> {
        self.show(title, &[&["cks"], words].concat())
    }

    fn show(&self, title: &str, words: &[&str]) -> Result<(), Box<dyn Error>> {
        println!("\n# {title}\n$ aws {}", words.join(" "));
        let status = self.aws(words)?.status()?;
        println!("exit code {}", status.code().unwrap_or(-1));
        Ok(())
    }

    /// The store as the program prints it.
    fn store(&self) -> Result<Value, Box<dyn Error>> {
        let words = [
            "kms",
            "describe-custom-key-stores",
            "--custom-key-store-id",
            &self.id,
            "--query",
            "CustomKeyStores[0]",
        ];
        Ok(serde_json::from_slice(&self.aws(&words)?.output()?.stdout)?)
    }

    fn aws(&self, words: &[&str]) -> Result<Command, Box<dyn Error>> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(words)
            .current_dir(self.home)
            .env_clear()
            .env(IS_AWS, "")
            .env("HOME", self.home)
            .env("TZ", "UTC")
            .env("AWS_ACCESS_KEY_ID", AccessKey::DEFAULT_ID)
            .env("AWS_SECRET_ACCESS_KEY", AccessKey::DEFAULT_SECRET)
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_ENDPOINT_URL", self.emulator.endpoint())
            .env("AWS_PAGER", "");
        Ok(command)
    }
}

/// A member of a seeded store of this type and state.
fn store_of(emulator: &Emulator, kind: &str, state: &str, member: &str) -> Result<String, Box<dyn Error>> {
    let stores = emulator.stores();
    let fits = |store: &&Value| store["CustomKeyStoreType"] == kind && store["ConnectionState"] == state;
    let store = stores.iter().find(fits).ok_or("the emulator has no such store")?;
    Ok(store[member].as_str().unwrap_or_default().to_owned())
}

fn show_changes(before: &Value, after: &Value) {
    println!("\n# What has changed");
    for name in CHANGED {
        let pointer = format!("/{}", name.replace('.', "/"));
        let text = |store: &Value| store.pointer(&pointer).and_then(Value::as_str).unwrap_or("-").to_owned();
        println!("{name:<33}  {} → {}", text(before), text(after));
    }
}
