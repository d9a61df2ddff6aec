//! What the candidates come from, beside the tables: files, profiles, aliases, and KMS.

use std::cell::OnceCell;
use std::path::{MAIN_SEPARATOR, Path};

use super::candidates::Candidate;
use super::stores;
use crate::cli::alias::Aliases;
use crate::cli::foreign::program;
use crate::cli::globals::Globals;
use crate::environment::Environment;
use crate::environment::expand;
use crate::input;
use crate::session::config_file::{self, ConfigFiles};

/// The most files of a folder that are offered.
const MOST_FILES: usize = 10_000;

/// A store that is known.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Known {
    pub(crate) id: String,
    pub(crate) name: String,
    /// As people say it.
    pub(crate) kind: String,
    pub(crate) state: String,
}

/// The sources of a run.
pub(crate) struct World<'e> {
    environment: &'e Environment,
    aliases: OnceCell<Aliases>,
}

/// Where candidates come from. Nothing here fails: what cannot be read has no candidates.
pub(crate) trait Sources {
    fn aliases(&self) -> &Aliases;
    /// Whether there is a full AWS CLI.
    fn has_other_program(&self) -> bool;
    fn profiles(&self) -> Vec<String>;
    /// The files whose paths begin with this. Folders are open.
    fn files(&self, path: &str) -> Vec<Candidate>;
    /// The stores of the account and Region that the options lead to.
    fn stores(&self, globals: Globals) -> Vec<Known>;
}

impl<'e> World<'e> {
    pub(crate) fn new(environment: &'e Environment) -> World<'e> {
        World { environment, aliases: OnceCell::new() }
    }
}

impl Sources for World<'_> {
    fn aliases(&self) -> &Aliases {
        self.aliases.get_or_init(|| config_file::aliases(self.environment).unwrap_or_default())
    }

    fn has_other_program(&self) -> bool {
        program::is_there(self.environment)
    }

    fn profiles(&self) -> Vec<String> {
        let files = ConfigFiles::load(self.environment).unwrap_or_default();
        let mut names: Vec<String> = files.profile_names().map(str::to_owned).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn files(&self, path: &str) -> Vec<Candidate> {
        let folder = &path[..path.rfind(std::path::is_separator).map_or(0, |at| at + 1)];
        let shown =
            if folder.is_empty() { Path::new(".").into() } else { expand::expand(folder, self.environment) };
        let file = |(name, is_folder): (String, bool)| {
            let end = if is_folder { MAIN_SEPARATOR.to_string() } else { String::new() };
            Candidate { value: format!("{folder}{name}{end}"), about: String::new(), is_open: is_folder }
        };
        let names = input::folder::names(Path::new(&shown)).into_iter().take(MOST_FILES).map(file);
        let mut files: Vec<Candidate> = names.filter(|file| file.value.starts_with(path)).collect();
        files.sort_unstable_by(|one, other| one.value.cmp(&other.value));
        files
    }

    fn stores(&self, globals: Globals) -> Vec<Known> {
        stores::known(globals, self.environment)
    }
}
