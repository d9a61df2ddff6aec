//! The configuration file and the credentials file, which together define profiles, and the file of aliases.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use crate::cli::alias::Aliases;
use crate::environment::Environment;
use crate::environment::expand::{expanduser, expandvars};
use crate::session::error::SessionError;
use crate::syntax::ini::{self, Section, Sections};
use crate::syntax::shell_words;
use crate::transport::runtime::LARGEST_FILE;

/// Sections by their names, without what is before the name in the header.
type Named = BTreeMap<String, Section>;

#[derive(Debug, Default)]
pub(crate) struct ConfigFiles {
    pub(crate) config: Named,
    pub(crate) credentials: Named,
    pub(crate) services: Named,
    pub(crate) sso_sessions: Named,
}

impl ConfigFiles {
    /// Reads both files. One that is absent, unreadable or not a regular file is empty.
    ///
    /// # Errors
    /// A file that cannot be parsed, even if nothing in it is needed.
    pub(crate) fn load(environment: &Environment) -> Result<ConfigFiles, SessionError> {
        let config = read("AWS_CONFIG_FILE", "~/.aws/config", environment)?;
        let credentials = read("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", environment)?;
        Ok(ConfigFiles::new(config, credentials))
    }

    /// `[default]`, `[profile NAME]`, `[services NAME]` and `[sso-session NAME]` count; of a name that comes
    /// twice, the later section does.
    pub(crate) fn new(config: Sections, credentials: Sections) -> ConfigFiles {
        let (mut profiles, mut services, mut sso_sessions) = (Vec::new(), Vec::new(), Vec::new());
        for (header, section) in config {
            let (target, name) = match header.as_str() {
                "default" => (&mut profiles, Some(header)),
                text if text.starts_with("profile") => (&mut profiles, second_of_two(text)),
                text if text.starts_with("services") => (&mut services, second_of_two(text)),
                text if text.starts_with("sso-session") => (&mut sso_sessions, second_of_two(text)),
                _ => continue,
            };
            target.extend(name.map(|name| (name, section)));
        }
        // A map is made of thousands of profiles much faster than they are put into it one by one.
        let [config, credentials, services, sso_sessions] =
            [profiles, credentials, services, sso_sessions].map(Named::from_iter);
        ConfigFiles { config, credentials, services, sso_sessions }
    }

    /// Files of these texts.
    #[cfg(test)]
    pub(crate) fn of_texts(config: &str, credentials: &str) -> ConfigFiles {
        let sections = |text: &str| ini::parse(text.as_bytes()).expect("the text is of the syntax");
        ConfigFiles::new(sections(config), sections(credentials))
    }

    /// The profile of both files; what the credentials file says wins.
    pub(crate) fn profile(&self, name: &str) -> Option<Section> {
        match (self.config.get(name), self.credentials.get(name)) {
            (Some(config), Some(credentials)) => {
                let mut profile = config.clone();
                profile.update(credentials);
                Some(profile)
            }
            (config, credentials) => config.or(credentials).cloned(),
        }
    }

    /// The values that must never be shown.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.sections().flat_map(Section::secrets)
    }

    /// The values that should be URLs.
    pub(crate) fn urls(&self) -> impl Iterator<Item = &str> {
        self.sections().flat_map(Section::urls)
    }

    fn sections(&self) -> impl Iterator<Item = &Section> {
        let ConfigFiles { config, credentials, services, sso_sessions } = self;
        [config, credentials, services, sso_sessions].into_iter().flatten().map(|(_, section)| section)
    }

    /// The names of all profiles.
    pub(crate) fn profile_names(&self) -> impl Iterator<Item = &str> {
        self.config.iter().chain(&self.credentials).map(|(name, _)| name.as_str())
    }
}

/// The second word of a header of two words.
fn second_of_two(header: &str) -> Option<String> {
    let [_kind, name] = <[String; 2]>::try_from(shell_words::split(header).ok()?).ok()?;
    Some(name)
}

/// The user's aliases. The reference reads them for every command. A file that is absent or unreadable has none.
///
/// # Errors
/// A file that cannot be parsed or is too large, or something else than a file.
pub(crate) fn aliases(environment: &Environment) -> Result<Aliases, SessionError> {
    let path = PathBuf::from(expanduser("~/.aws/cli/alias", environment));
    match path.metadata() {
        Ok(data) if data.is_file() && data.len() > LARGEST_FILE => {
            return Err(SessionError::TooLarge { path });
        }
        Ok(data) if data.is_file() => {}
        Ok(_) => return Err(SessionError::NotAFile { path }),
        Err(_) => return Ok(Aliases::default()),
    }
    let Ok(bytes) = std::fs::read(&path) else { return Ok(Aliases::default()) };
    match ini::parse_flat(&bytes) {
        Ok(sections) => Ok(Aliases::new(sections)),
        Err(syntax) => Err(SessionError::Unparsable { path, syntax }),
    }
}

fn read(variable: &str, usual: &str, environment: &Environment) -> Result<Sections, SessionError> {
    let path = environment.get_os(variable).map_or_else(|| OsString::from(usual), OsString::from);
    Ok(sections(path, environment)?.unwrap_or_default())
}

/// The sections of a file, with `~` and variables in its path. `None` if it is absent, unreadable or not a
/// regular file.
///
/// # Errors
/// A file that cannot be parsed or is too large.
pub(crate) fn sections(
    path: impl AsRef<OsStr>,
    environment: &Environment,
) -> Result<Option<Sections>, SessionError> {
    // In this order, unlike the paths of parameter files: a `~` that comes out of a variable counts.
    let path = PathBuf::from(expanduser(expandvars(path, environment), environment));
    match path.metadata() {
        Ok(found) if found.is_file() && found.len() > LARGEST_FILE => {
            return Err(SessionError::TooLarge { path });
        }
        Ok(found) if found.is_file() => {}
        // A pipe is not even opened: nobody may ever write to it.
        _ => return Ok(None),
    }
    match std::fs::read(&path) {
        Ok(bytes) => ini::parse(&bytes).map(Some).map_err(|syntax| SessionError::Unparsable { path, syntax }),
        Err(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_name_that_comes_twice_the_later_section_counts() {
        let files = ConfigFiles::of_texts(
            "[profile \"a\"]\nregion=one\n[profile b]\n[profile a]\nregion=two\n[profile \"b\"]\nregion=three\n",
            "",
        );
        let region = |name| files.profile(name).and_then(|profile| profile.text("region").map(str::to_owned));
        assert_eq!(region("a").as_deref(), Some("two"));
        assert_eq!(region("b").as_deref(), Some("three"));
    }
}
