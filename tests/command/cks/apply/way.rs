//! One way that an apply can go: what KMS does meanwhile, and how it must end.

use std::process::Command;
use std::time::Duration;

use kms_emulator::{Change, Emulator, Fault, SeedStore};
use serde_json::{Value, json};

use crate::aws::{Aws, PROGRAM, Run};

pub const OLD: &str = "https://old.example.com";
pub const NEW: &str = "https://new.example.com";
pub const CLUSTER: &str = "cluster-2a3b4c5d6e7";
pub const OTHER_CLUSTER: &str = "cluster-7e6d5c4b3a2";

pub const DISCONNECT: &str = "DisconnectCustomKeyStore";
pub const UPDATE: &str = "UpdateCustomKeyStore";
pub const CONNECT: &str = "ConnectCustomKeyStore";
pub const DESCRIBE: &str = "DescribeCustomKeyStores";

/// The change of most ways: it needs a disconnect, and can be put back.
pub const TO_NEW: &[&str] = &["--xks-proxy-uri-endpoint", NEW];

/// An external key store `prod-xks` in this state.
pub fn external(state: &str) -> Value {
    json!({
        "CustomKeyStoreId": "cks-1234567890abcdef0", "CustomKeyStoreName": "prod-xks", "ConnectionState": state,
        "XksProxyConfiguration": {
            "Connectivity": "PUBLIC_ENDPOINT", "AccessKeyId": "ABCDEFGHIJKLMNOPQRST", "UriEndpoint": OLD,
            "UriPath": "/kms/xks/v1",
        },
    })
}

/// A CloudHSM key store `prod-xks` in this state.
pub fn cloudhsm(state: &str) -> Value {
    json!({
        "CustomKeyStoreId": "cks-1234567890abcdef0", "CustomKeyStoreName": "prod-xks", "ConnectionState": state,
        "CloudHsmClusterId": CLUSTER,
    })
}

pub fn emulator(store: &Value) -> Emulator {
    let seed = SeedStore::read(&json!([store]).to_string()).expect("stores");
    Emulator::builder().seed_stores(seed).start().expect("an emulator")
}

/// An emulator with a store that is CONNECTED, whose changes of the state take these times.
pub fn slow(connect: Duration, disconnect: Duration) -> Emulator {
    let seed = SeedStore::read(&json!([external("CONNECTED")]).to_string()).expect("stores");
    let emulator = Emulator::builder().seed_stores(seed);
    emulator.connect_transition(connect).disconnect_transition(disconnect).start().expect("an emulator")
}

/// Lets something go wrong, as the emulator's faults say it.
pub fn inject(emulator: &Emulator, fault: Value) {
    emulator.inject(serde_json::from_value::<Fault>(fault).expect("a fault"));
}

/// `aws cks apply prod-xks` without a check of the proxy and without a question, and more.
pub fn apply(emulator: &Emulator, more: &[&str]) -> Aws {
    let words = ["cks", "apply", "prod-xks", "--no-check", "--interval", "20ms", "--yes"];
    Aws::new(words.iter().chain(more)).to(emulator).env("TZ", "UTC")
}

/// The operations that were called, but for those that read.
pub fn calls(emulator: &Emulator) -> Vec<&'static str> {
    let all = emulator.requests().into_iter().map(|request| request.operation.name());
    all.filter(|name| *name != DESCRIBE).collect()
}

pub fn store(emulator: &Emulator) -> Value {
    emulator.stores().into_iter().next().unwrap_or_default()
}

pub fn state(emulator: &Emulator) -> String {
    store(emulator)["ConnectionState"].as_str().unwrap_or_default().to_owned()
}

pub fn endpoint(emulator: &Emulator) -> String {
    store(emulator)["XksProxyConfiguration"]["UriEndpoint"].as_str().unwrap_or_default().to_owned()
}

/// What happens, and what must come of it.
pub struct Way {
    pub store: Value,
    /// Faults of the emulator: the operation, how often, the effect.
    pub faults: Vec<(&'static str, u32, Value)>,
    pub changes: Vec<Change>,
    pub options: Vec<&'static str>,
    pub code: i32,
    /// The state that the store must have in the end.
    pub state: &'static str,
    pub calls: Vec<&'static str>,
    /// What stdout and stderr must say.
    pub says: Vec<&'static str>,
}

impl Way {
    /// A new endpoint for a store that is CONNECTED.
    pub fn to_new() -> Way {
        Way {
            store: external("CONNECTED"),
            faults: Vec::new(),
            changes: Vec::new(),
            options: TO_NEW.to_vec(),
            code: 0,
            state: "CONNECTED",
            calls: Vec::new(),
            says: Vec::new(),
        }
    }

    pub fn fault(mut self, operation: &'static str, times: u32, effect: Value) -> Way {
        self.faults.push((operation, times, effect));
        self
    }

    /// The error that an operation fails with, so many times.
    pub fn error(self, operation: &'static str, times: u32, status: u16, code: &str) -> Way {
        self.fault(operation, times, json!({"error": {"status": status, "type": code, "message": "No."}}))
    }

    /// Connections end FAILED with this code, so many times.
    pub fn fails_to_connect(self, times: u32, code: &str) -> Way {
        self.fault(CONNECT, times, json!({"fail_connection": {"code": code}}))
    }

    pub fn change(mut self, change: Change) -> Way {
        self.changes.push(change);
        self
    }

    pub fn options(mut self, options: &[&'static str]) -> Way {
        self.options.extend(options);
        self
    }

    /// How it must end: the exit code, the state, and the calls that change something.
    pub fn ends(mut self, code: i32, state: &'static str, calls: &[&'static str]) -> Way {
        (self.code, self.state, self.calls) = (code, state, calls.to_vec());
        self
    }

    pub fn says(mut self, words: &[&'static str]) -> Way {
        self.says.extend(words);
        self
    }

    /// Goes it. The emulator is left as it was at its end, without further faults.
    #[track_caller]
    pub fn run(self) -> (Emulator, Run) {
        let emulator = emulator(&self.store);
        for (operation, times, effect) in &self.faults {
            let fault = json!({"operation": operation, "times": times, "effect": effect});
            inject(&emulator, fault);
        }
        for change in &self.changes {
            emulator.change(change.clone()).expect("a change");
        }
        let run = apply(&emulator, &self.options).run();
        let shown = format!("{}\n{}", run.stdout, run.stderr);
        assert_eq!((run.code, state(&emulator).as_str()), (Some(self.code), self.state), "{shown}");
        assert_eq!(calls(&emulator), self.calls, "{shown}");
        for words in &self.says {
            assert!(shown.contains(words), "{words:?} in\n{shown}");
        }
        says_that_keys_are_out_of_reach(&self, &shown);
        emulator.clear_faults();
        emulator.clear_changes();
        (emulator, run)
    }
}

#[track_caller]
fn says_that_keys_are_out_of_reach(way: &Way, shown: &str) {
    if way.state != "CONNECTED" && !way.state.is_empty() && way.code != 0 {
        let is_said =
            ["its keys cannot be used", "It is not known whether"].iter().any(|words| shown.contains(words));
        assert!(is_said, "keys out of reach, and nobody says so:\n{shown}");
    }
}

/// Runs the command that a run has shown behind this label, as it would be pasted into a shell.
#[cfg(unix)]
#[track_caller]
pub fn pasted(run: &Run, label: &str, emulator: &Emulator) -> Run {
    let line = run.stderr.lines().find_map(|line| line.strip_prefix(label));
    let line = line.unwrap_or_else(|| panic!("no {label} in\n{}", run.stderr)).trim();
    let home = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink(PROGRAM, home.path().join("aws")).expect("a link");
    let path = format!("{}:/usr/bin:/bin", home.path().display());
    let output = Command::new("/bin/sh")
        .args(["-c", line])
        .env_clear()
        .envs([
            ("PATH", path.as_str()),
            ("HOME", &home.path().display().to_string()),
            ("AWS_ENDPOINT_URL", emulator.endpoint()),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE000000000"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
        ])
        .output()
        .expect("a shell");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}
