//! The environment variables of the process, read once, and the limit of core files that it was started with.

pub(crate) mod expand;

use std::ffi::{OsStr, OsString};

use crate::core_dump::CoreDumps;
use crate::signals;

/// The environment variables. Names are compared exactly.
#[derive(Clone, Default)]
pub struct Environment {
    variables: Vec<(OsString, OsString)>,
    /// The limit of core files, for programs that are started.
    pub(crate) core_dumps: CoreDumps,
}

/// Shows the names only: values may be secrets.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.variables.iter().map(|(name, _)| name)).finish()
    }
}

impl Environment {
    /// The variables of this process. From now on it writes no core files, and outlives its limit of other files.
    pub fn of_process() -> Environment {
        signals::outlive_limit_of_files();
        Environment { variables: std::env::vars_os().collect(), core_dumps: CoreDumps::off() }
    }

    /// The value of a variable as it is; an empty value is a value.
    pub(crate) fn get_os(&self, name: &str) -> Option<&OsStr> {
        self.variables.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_os_str())
    }

    /// The variables as they are, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// The value of a variable; bytes that are not UTF-8 are replaced.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.get_os(name).map(|value| value.to_string_lossy().into_owned())
    }
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Environment {
        let variables = variables.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        Environment { variables, core_dumps: CoreDumps::default() }
    }
}
