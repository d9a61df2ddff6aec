//! The stores of an account and Region, for a while from a file in the user's cache folder, else from one call of KMS.
//! Whatever goes wrong, nobody is told, and nobody is asked: a line is being typed.

use std::fmt::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::sources::Known;
use crate::cks::store;
use crate::cli::globals::Globals;
use crate::client::Client;
use crate::client::credentials::cache::CacheFile;
use crate::environment::Environment;
use crate::hints::Hints;
use crate::session::Session;
use crate::session::config_file::ConfigFiles;
use crate::session::settings::Settings;

/// The environment variable that switches the cache off.
const SWITCH: &str = "AWS_KMS_CLI_COMPLETION_CACHE";

/// How long KMS, and who gives credentials, may take.
const LIMIT: Duration = Duration::from_secs(2);

/// How many seconds stores are kept, and how many that there was no reply: a shell may ask several times for one key.
const KEPT: u64 = 60;
const KEPT_WITHOUT_REPLY: u64 = 5;

/// The variables that decide which account and Region are asked. None of them is a secret.
const VARIABLES: &str = "HOME USERPROFILE AWS_PROFILE AWS_DEFAULT_PROFILE AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE \
AWS_ACCESS_KEY_ID AWS_REGION AWS_DEFAULT_REGION AWS_ENDPOINT_URL AWS_ENDPOINT_URL_KMS AWS_IGNORE_CONFIGURED_ENDPOINT_URLS \
AWS_USE_FIPS_ENDPOINT AWS_USE_DUALSTACK_ENDPOINT AWS_ROLE_ARN";

/// What the file has.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Kept {
    /// Seconds since 1970.
    until: u64,
    stores: Vec<Known>,
}

/// The stores that a line with these global options is about; none, if they cannot be known in time.
pub(crate) fn known(globals: Globals, environment: &Environment) -> Vec<Known> {
    let cache = cache(&globals, environment);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let kept: Option<Kept> = cache.as_ref().and_then(|cache| cache.get().ok().flatten());
    // One from the future was kept by another clock.
    if let Some(kept) = kept.filter(|kept| kept.until > now && kept.until <= now + KEPT) {
        return kept.stores;
    }
    let stores = fetch(globals, environment);
    let seconds = if stores.is_some() { KEPT } else { KEPT_WITHOUT_REPLY };
    let kept = Kept { until: now + seconds, stores: stores.unwrap_or_default() };
    if let Some(cache) = cache
        && let Ok(document) = serde_json::to_vec(&kept)
    {
        // Where it cannot be written, KMS is asked again.
        let _ = cache.put(&document);
        // Other credentials have another file, and new ones come every hour.
        cache.remove_older(Duration::from_secs(KEPT));
    }
    kept.stores
}

/// Asks KMS for one page, once.
fn fetch(globals: Globals, environment: &Environment) -> Option<Vec<Known>> {
    let files = ConfigFiles::load(environment).ok()?;
    let settings = Settings::resolve(globals, &files, environment);
    settings.runtime.ask_nobody();
    let hints = Hints::new(false);
    let stores = settings.runtime.before(Instant::now() + LIMIT, || {
        let mut session = Session::resolve(&settings, &hints, "describe-custom-key-stores").ok()?;
        session.client.max_attempts = 1;
        store::first_page(&Client::new(&session).ok()?).ok()
    })?;
    let known = |store: store::Store| Known {
        kind: store.kind.words().to_owned(),
        state: store.state.name().to_owned(),
        id: store.id,
        name: store.name,
    };
    Some(stores.into_iter().map(known).collect())
}

/// The file for these options and the environment, unless there shall be none.
fn cache(globals: &Globals, environment: &Environment) -> Option<CacheFile> {
    if environment.get_os(SWITCH).is_some_and(|switch| switch.eq_ignore_ascii_case("off")) {
        return None;
    }
    let mut source = String::new();
    let Globals { profile, region, endpoint_url, ca_bundle, .. } = globals;
    // Neither writing to memory nor hashing it fails.
    let _ = write!(
        source,
        "{:?} {} {}",
        (profile, region, endpoint_url, ca_bundle),
        globals.no_sign_request,
        globals.no_verify_ssl
    );
    for name in VARIABLES.split(' ') {
        let _ = write!(source, " {:?}", environment.get_os(name));
    }
    Some(CacheFile::of_stores(folder(environment)?, &source))
}

/// The folder for what can be made again.
fn folder(environment: &Environment) -> Option<PathBuf> {
    let variable = |name| environment.get_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Caches"))
    } else {
        variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")))
    };
    Some(folder?.join("aws-kms-cli"))
}
