//! Sources that are made up.

use super::candidates::Candidate;
use super::sources::{Known, Sources};
use crate::cli::alias::Aliases;
use crate::cli::globals::Globals;
use crate::syntax::ini;

/// Two stores, three profiles, two files.
pub(super) struct Sample {
    pub(super) aliases: Aliases,
    pub(super) has_other_program: bool,
}

impl Sources for Sample {
    fn aliases(&self) -> &Aliases {
        &self.aliases
    }

    fn has_other_program(&self) -> bool {
        self.has_other_program
    }

    fn profiles(&self) -> Vec<String> {
        ["default", "dev", "prod"].map(str::to_owned).to_vec()
    }

    fn files(&self, path: &str) -> Vec<Candidate> {
        let files = [Candidate::new("certs/", "").open(), Candidate::new("xks cred.json", "")];
        files.into_iter().filter(|file| file.value.starts_with(path)).collect()
    }

    fn stores(&self, globals: Globals) -> Vec<Known> {
        let known = |id: &str, name: &str, kind: &str| Known {
            id: id.to_owned(),
            name: name.to_owned(),
            kind: kind.to_owned(),
            state: globals.region.clone().unwrap_or_else(|| "CONNECTED".to_owned()),
        };
        vec![
            known("cks-1234567890abcdef0", "ExampleExternalStore", "external"),
            known("cks-9876543210fedcba9", "Example HSM store", "CloudHSM"),
        ]
    }
}

pub(super) fn sample() -> Sample {
    let text = "[toplevel]\nks = kms --region eu-west-1\nlist = !ls\n[command kms]\nucks = update-custom-key-store\n";
    let sections = ini::parse_flat(text.as_bytes()).unwrap_or_default();
    Sample { aliases: Aliases::new(sections), has_other_program: false }
}
