//! A tour: builds `aws`, starts the emulator, and looks at a store, changes it and looks again.
//!
//! `cargo run --example tour`

#![allow(clippy::print_stdout, reason = "a tour is there to be read")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use kms_emulator::{AccessKey, Emulator};

fn main() -> Result<(), Box<dyn Error>> {
    let aws = build()?;
    let emulator = Emulator::builder().seed(40).start()?;
    let id = identifier(&emulator)?;
    let home = tempfile::tempdir()?;
    let document = home.path().join("update.yaml");
    std::fs::write(&document, format!("CustomKeyStoreId: {id}\nXksProxyUriPath: /tour/kms/xks/v1\n"))?;
    let document = format!("file://{}", document.display());
    let tour = Tour { aws, emulator, id, home: home.path() };

    tour.show("The store before")?;
    tour.update("A new name", &["--new-custom-key-store-name", "TourKeys"])?;
    tour.update(
        "A new proxy credential, in shorthand",
        &[
            "--xks-proxy-authentication-credential",
            "AccessKeyId=ABCDEFGHIJKLMNOPQ234,RawSecretAccessKey=DXjSUawnel2fr6SKC7G25CNxTyWKE5PF9XX6HDu9pSo=",
        ],
    )?;
    tour.run("A new path, in a YAML document", &["update-custom-key-store", "--cli-input-yaml", &document])?;
    tour.update(
        "A refused update: this store has no cluster",
        &["--cloud-hsm-cluster-id", "cluster-2a34b5cdefg"],
    )?;
    tour.show("The store after")
}

struct Tour<'a> {
    aws: PathBuf,
    emulator: Emulator,
    id: String,
    home: &'a Path,
}

impl Tour<'_> {
    fn update(&self, title: &str, words: &[&str]) -> Result<(), Box<dyn Error>> {
        self.run(title, &[&["update-custom-key-store", "--custom-key-store-id", &self.id], words].concat())
    }

    fn show(&self, title: &str) -> Result<(), Box<dyn Error>> {
        self.run(
            title,
            &["describe-custom-key-stores", "--custom-key-store-id", &self.id, "--output", "table"],
        )
    }

    fn run(&self, title: &str, words: &[&str]) -> Result<(), Box<dyn Error>> {
        println!("\n# {title}\n$ aws kms {}", words.join(" "));
        let status = Command::new(&self.aws)
            .arg("kms")
            .args(words)
            .env_clear()
            .env("HOME", self.home)
            .env("TZ", "UTC")
            .env("AWS_ACCESS_KEY_ID", AccessKey::DEFAULT_ID)
            .env("AWS_SECRET_ACCESS_KEY", AccessKey::DEFAULT_SECRET)
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_ENDPOINT_URL", self.emulator.endpoint())
            .env("AWS_PAGER", "")
            .status()?;
        println!("exit code {}", status.code().unwrap_or(-1));
        Ok(())
    }
}

/// A seeded external key store that is disconnected.
fn identifier(emulator: &Emulator) -> Result<String, Box<dyn Error>> {
    let stores = emulator.stores();
    let fits = |store: &&serde_json::Value| {
        store["CustomKeyStoreType"] == "EXTERNAL_KEY_STORE" && store["ConnectionState"] == "DISCONNECTED"
    };
    let store = stores.iter().find(fits).ok_or("the emulator has no external key store to change")?;
    Ok(store["CustomKeyStoreId"].as_str().unwrap_or_default().to_owned())
}

/// Builds the program with the profile of this example and returns its path.
fn build() -> Result<PathBuf, Box<dyn Error>> {
    let this = std::env::current_exe()?;
    let folder = this.parent().and_then(Path::parent).ok_or("this example is not in a target folder")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--locked", "--bin", "aws"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    if folder.file_name().is_some_and(|name| name == "release") {
        command.arg("--release");
    }
    if !command.status()?.success() {
        return Err("the program could not be built".into());
    }
    Ok(folder.join(format!("aws{}", std::env::consts::EXE_SUFFIX)))
}
