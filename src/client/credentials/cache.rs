//! The caches of roles, tokens and logins: one JSON file for each, in the places and forms of the reference, so that
//! both use what the other has cached.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ring::digest;
use ring::rand::{Random, SystemRandom, generate};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::client::credentials::error::CredentialsError;
use crate::environment::Environment;
use crate::environment::expand::{expanduser, expandvars};
use crate::input;
use crate::session::credentials::problem;
use crate::syntax::python::system_words;
use crate::transport::runtime::LARGEST_FILE;
use crate::value::json::write as json;
use crate::value::{Map, Value};

/// The file of a cached document.
pub(crate) struct CacheFile {
    pub(super) folder: PathBuf,
    key: String,
}

impl CacheFile {
    /// Credentials of a role: its key is SHA-1 of its arguments as Python's `json.dumps(arguments, sort_keys=True)`.
    pub(crate) fn of_role(arguments: &Map, environment: &Environment) -> CacheFile {
        CacheFile::new("~/.aws/cli/cache", sha1(&json::to_wire(&sorted(arguments))), environment)
    }

    /// Credentials of a role of IAM Identity Center: as those of other roles, but its key is of JSON without blanks.
    pub(crate) fn of_sso_role(arguments: &Map, environment: &Environment) -> CacheFile {
        CacheFile::new("~/.aws/cli/cache", sha1(&json::to_compact(&sorted(arguments))), environment)
    }

    /// A token of IAM Identity Center: its key is SHA-1 of the session's name, or of the start URL.
    pub(crate) fn of_sso_token(name: &str, environment: &Environment) -> CacheFile {
        CacheFile::new("~/.aws/sso/cache", sha1(name), environment)
    }

    /// A token of `aws login`: its key is SHA-256 of the session. `AWS_LOGIN_CACHE_DIRECTORY` names another folder.
    pub(crate) fn of_login(session: &str, environment: &Environment) -> CacheFile {
        let key = hexadecimal(digest::digest(&digest::SHA256, session.as_bytes()).as_ref());
        match environment.get_os("AWS_LOGIN_CACHE_DIRECTORY") {
            Some(folder) => CacheFile::new(expandvars(folder, environment), key, environment),
            None => CacheFile::new("~/.aws/login/cache", key, environment),
        }
    }

    /// The stores that completion shows: its key is SHA-256 of what they depend on.
    pub(crate) fn of_stores(folder: PathBuf, source: &str) -> CacheFile {
        let key = hexadecimal(digest::digest(&digest::SHA256, source.as_bytes()).as_ref());
        CacheFile { folder, key }
    }

    fn new(folder: impl AsRef<OsStr>, key: String, environment: &Environment) -> CacheFile {
        CacheFile { folder: expanduser(folder, environment).into(), key }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(format!("{}.json", self.key))
    }

    /// The document, if there is a file of it.
    ///
    /// # Errors
    /// The file cannot be read, or is not a JSON object with the right types: the reference fails then, too.
    pub(crate) fn get<T: DeserializeOwned>(&self) -> Result<Option<T>, CredentialsError> {
        let path = self.path();
        let size = match path.metadata() {
            Ok(found) if found.is_file() => found.len(),
            _ => return Ok(None),
        };
        let read =
            if size > LARGEST_FILE { Err(io::ErrorKind::FileTooLarge.into()) } else { fs::read(&path) };
        let document = match read.map(Zeroizing::new) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| problem(&error)),
            Err(error) => Err(system_words(&error)),
        };
        let unreadable = |problem| CredentialsError::CacheUnreadable { key: self.key.clone(), path, problem };
        document.map(Some).map_err(unreadable)
    }

    /// Waits until no other process changes files of the folder. The lock ends with the file that is returned.
    ///
    /// # Errors
    /// There is no such folder, or the system has no such locks.
    pub(crate) fn lock(folder: &Path) -> io::Result<File> {
        let folder = File::open(folder)?;
        folder.lock()?;
        Ok(folder)
    }

    /// Writes a document, at once and for its owner alone: who reads meanwhile gets the old one or the new one. Only where
    /// no new file can take the place of the old one, the old one is written. A missing folder is made, and a link to a
    /// file stays one.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn put(&self, document: &[u8]) -> Result<(), CredentialsError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |reason| CredentialsError::CacheNotWritten { path, reason }
        };
        if !self.folder.is_dir() {
            make_folder(&self.folder).map_err(failed(&self.folder))?;
        }
        let path = self.path();
        let target = fs::canonicalize(&path).ok().filter(|target| target.is_file());
        let written = match (replace(target.as_ref().unwrap_or(&path), document), &target) {
            (Err(error), Some(target)) if is_about_place(&error) => overwrite(target, document),
            (written, _) => written,
        };
        written.map_err(failed(&path))?;
        log::debug!(path:% = path.display(); "cached");
        Ok(())
    }

    /// Removes the stores of other keys that were last written longer ago than `age`. Nothing else: the folder may be a link
    /// to one that has more.
    pub(crate) fn remove_older(&self, age: Duration) {
        remove_old(&self.folder, age, is_stores);
    }

    /// Writes a token, as [`CacheFile::put`] does.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn put_token(&self, token: &impl Serialize) -> Result<(), CredentialsError> {
        // Growing would leave copies behind that nobody wipes.
        let mut document = Zeroizing::new(Vec::with_capacity(LARGEST_TOKEN));
        // Neither writing to memory nor the tokens here can fail.
        let _ = serde_json::to_writer(&mut *document, token);
        self.put(&document)
    }
}

/// The age of a draft that nobody writes any more.
const OLD_DRAFT: Duration = Duration::from_secs(10 * 60);

/// The bytes of a token are fewer than these, as a rule.
const LARGEST_TOKEN: usize = 1 << 16;

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Puts a new file in the place of another.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    path.parent().into_iter().for_each(remove_old_drafts);
    let draft = path.with_file_name(draft_name()?);
    let written = write_file(&draft, content).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // The draft may not be there at all.
        let _ = fs::remove_file(&draft);
    }
    written
}

/// Whether a file cannot be replaced because of where it is: in a folder that cannot be written, or mounted by itself, as
/// containers have it.
fn is_about_place(error: &io::Error) -> bool {
    use io::ErrorKind::{CrossesDevices, PermissionDenied, ReadOnlyFilesystem, ResourceBusy};
    matches!(error.kind(), CrossesDevices | PermissionDenied | ReadOnlyFilesystem | ResourceBusy)
}

/// Writes over the content of a file, as the reference does.
fn overwrite(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.write_all(content)?;
    file.set_len(content.len() as u64)?;
    file.sync_all()
}

fn write_file(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file: File = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// A name that no other process has.
fn draft_name() -> io::Result<String> {
    let random: Random<[u8; 8]> = generate(&SystemRandom::new()).map_err(|_| io::ErrorKind::Other)?;
    Ok(format!("tmp{}.tmp", hexadecimal(&random.expose())))
}

/// Whether a file has the name of a draft of this program.
fn is_draft(name: &str) -> bool {
    let random = name.strip_prefix("tmp").and_then(|name| name.strip_suffix(".tmp"));
    random.is_some_and(|name| name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether a file has the name of stores, as [`CacheFile::of_stores`] gives it.
fn is_stores(name: &str) -> bool {
    let key = name.strip_suffix(".json");
    key.is_some_and(|key| key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Removes the drafts that processes have left behind which were killed: they hold tokens.
fn remove_old_drafts(folder: &Path) {
    remove_old(folder, OLD_DRAFT, is_draft);
}

/// Removes the files of these names that were last written longer ago than `age`.
fn remove_old(folder: &Path, age: Duration, is_wanted: impl Fn(&str) -> bool) {
    for (name, _) in input::folder::names(folder).into_iter().filter(|(name, _)| is_wanted(name)) {
        let file = folder.join(name);
        let written = file.metadata().and_then(|found| found.modified()).map(|at| at.elapsed());
        if written.is_ok_and(|written| written.is_ok_and(|written| written > age)) {
            // Another process may have removed it.
            let _ = fs::remove_file(file);
        }
    }
}

fn sorted(arguments: &Map) -> Value {
    let mut entries: Vec<_> = arguments.clone().into_entries().collect();
    entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    Value::map(entries)
}

fn sha1(text: &str) -> String {
    hexadecimal(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()).as_ref())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Document = std::collections::BTreeMap<String, String>;

    #[test]
    fn a_document_is_read_back_and_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = CacheFile { folder: folder.path().join("a/b"), key: "k".to_owned() };
        assert!(cache.get::<Document>().expect("no file").is_none());
        for text in ["one", "two"] {
            let document: Document = [("Token".to_owned(), text.to_owned())].into();
            cache.put_token(&document).expect("a file");
            assert_eq!(cache.get().expect("a document"), Some(document));
        }
        let names = fs::read_dir(folder.path().join("a/b")).expect("a folder").flatten();
        assert_eq!(names.map(|file| file.file_name()).collect::<Vec<_>>(), ["k.json"], "no draft stays");
    }

    /// A file that was last written some minutes ago.
    fn old_file(folder: &Path, name: &str, minutes: u64) -> PathBuf {
        let path = folder.join(name);
        let file = File::create(&path).expect("a file");
        let at = std::time::SystemTime::now() - Duration::from_secs(minutes * 60);
        file.set_modified(at).expect("a time");
        path
    }

    #[test]
    fn old_stores_are_removed_and_no_files_of_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let of = |source| CacheFile::of_stores(folder.path().to_owned(), source);
        let name = |source| format!("{}.json", of(source).key);
        let old = old_file(folder.path(), &name("a"), 2);
        let fresh = name("b");
        let others = [(fresh.as_str(), 0), ("thesis.txt", 120), ("k.json", 120)];
        let others = others.map(|(name, minutes)| old_file(folder.path(), name, minutes));
        of("c").remove_older(Duration::from_secs(60));
        assert!(!old.exists());
        assert!(others.iter().all(|path| path.exists()));
    }

    #[test]
    fn drafts_of_processes_that_were_killed_are_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, minutes: u64| old_file(folder.path(), name, minutes);
        let old = file("tmp0123456789abcdef.tmp", 11);
        let others = [("tmp0123456789abcdee.tmp", 9), ("tmpabc.tmp", 99), ("k.json", 99)];
        let others = others.map(|(name, minutes)| file(name, minutes));
        let cache = CacheFile { folder: folder.path().to_owned(), key: "new".to_owned() };
        cache.put(b"{}").expect("a file");
        assert!(!old.exists());
        assert!(others.iter().all(|path| path.exists()));
    }

    #[test]
    fn folders_are_in_the_home_directory() {
        let environment: Environment =
            [("HOME", "/h"), ("X", "x"), ("AWS_LOGIN_CACHE_DIRECTORY", "~/$X")].into_iter().collect();
        for (file, folder) in [
            (CacheFile::of_role(&Map::new(), &environment), "/h/.aws/cli/cache"),
            (CacheFile::of_sso_role(&Map::new(), &environment), "/h/.aws/cli/cache"),
            (CacheFile::of_sso_token("k", &environment), "/h/.aws/sso/cache"),
            (CacheFile::of_login("k", &environment), "/h/x"),
        ] {
            assert_eq!(file.path(), Path::new(folder).join(format!("{}.json", file.key)));
        }
    }

    #[test]
    fn keys_are_those_of_the_reference() {
        let environment = Environment::default();
        let arguments = |names: [(&str, &str); 3]| -> Map {
            names.into_iter().map(|(name, text)| (name, Value::string(text))).collect()
        };
        let url = "https://d-1.awsapps.com/start";
        let legacy = [("roleName", "Admin"), ("accountId", "111122223333"), ("startUrl", url)];
        assert_eq!(
            CacheFile::of_sso_role(&arguments(legacy), &environment).key,
            "33c2c2ae6532fd46dd47330e56f47d7c5a48444f"
        );
        assert_eq!(
            CacheFile::of_sso_token(url, &environment).key,
            "0c54b6c27e90660baa89eaad85ac1d5dae26cb7d"
        );
        assert_eq!(
            CacheFile::of_login("arn:aws:iam::111122223333:user/u", &environment).key,
            "b5566ca2612c2524aced2e7b9df48e14d22bc287e028ba502bb45ba4198fd52c"
        );
        let role = [("RoleArn", "r"), ("ExternalId", "\u{e9}\u{7f}"), ("RoleSessionName", "s")];
        // SHA-1 of `{"ExternalId": "\u00e9\u007f", "RoleArn": "r", "RoleSessionName": "s"}`.
        assert_eq!(
            CacheFile::of_role(&arguments(role), &environment).key,
            sha1("{\"ExternalId\": \"\\u00e9\\u007f\", \"RoleArn\": \"r\", \"RoleSessionName\": \"s\"}")
        );
    }
}
