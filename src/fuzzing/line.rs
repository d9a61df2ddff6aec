//! Command lines, from their words to what is reported of them; lines that are being typed; and the files that both depend
//! on. Nothing is sent, started or read.

use std::cell::LazyCell;
use std::ffi::OsString;

use super::{PLANT, assert_hidden, choice, names_files, parts};
use crate::advice;
use crate::cks;
use crate::cli::alias::{Aliases, Stop};
use crate::cli::globals::Globals;
use crate::cli::help::page::Look;
use crate::cli::words::{Word, words};
use crate::cli::{self, Request, Skeleton, Start, foreign, help, partial};
use crate::client::pages;
use crate::completion;
use crate::environment::Environment;
use crate::error::Error;
use crate::hints::Hints;
use crate::input::sources::Sources;
use crate::input::{bind, skeleton, validate};
use crate::output::color::Coloring;
use crate::report::{self, Failure};
use crate::session::Session;
use crate::session::config_file::ConfigFiles;
use crate::session::error::SessionError;
use crate::session::secrets::Secrets;
use crate::session::settings::Settings;
use crate::syntax::ini::{self, Section};
use crate::syntax::shell_words;
use crate::value::{Value, json, python};

/// The secret that the settings of a command line have.
const SET: &str = "Jk3rWd8hTz5Nq1Vy6BgXc0Ls";

const ALIASES: &str = "[toplevel]\nks = kms --region eu-west-1\nlist = !ls\n[command kms]\nucks = update-custom-key-store\n\
    pw = update-custom-key-store --key-store-password Jk3rWd8hTz5Nq1Vy6BgXc0Ls\n\
    [command kms update-custom-key-store]\ndev = --custom-key-store-id cks-1\n";

/// What a run is in.
struct World {
    environment: Environment,
    files: ConfigFiles,
    aliases: Aliases,
}

/// The environment of all runs: nobody is asked for anything.
fn variables() -> Vec<(&'static str, String)> {
    [("AWS_EC2_METADATA_DISABLED", "true"), ("HOME", "/nowhere"), ("BOTO_CONFIG", "/nowhere"), ("TZ", "UTC")]
        .map(|(name, value)| (name, value.to_owned()))
        .to_vec()
}

fn world() -> World {
    let config = format!(
        "[default]\nregion = us-east-1\n[profile dev]\nregion = eu-west-1\noutput = table\ncli_error_format = json\n\
         endpoint_url = https://user:{SET}@kms.example.com\n[profile role]\nrole_arn = arn:aws:iam::111122223333:role/r\n\
         source_profile = dev\naws_secret_access_key = {SET}\n[profile sso]\nsso_session = s\nsso_account_id = 111122223333\n\
         sso_role_name = r\n[sso-session s]\nsso_region = us-east-1\nsso_start_url = https://example.com\n"
    );
    let more = [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE".to_owned()), ("AWS_SECRET_ACCESS_KEY", SET.to_owned())];
    let proxy = ("HTTPS_PROXY", format!("http://user:{SET}@proxy.example.com"));
    let sections = |text: &str| ini::parse(text.as_bytes()).unwrap_or_default();
    World {
        environment: variables().into_iter().chain(more).chain([proxy]).collect(),
        files: ConfigFiles::new(
            sections(&config),
            sections("[dev]\naws_access_key_id = a\naws_secret_access_key = b\n"),
        ),
        aliases: Aliases::new(ini::parse_flat(ALIASES.as_bytes()).unwrap_or_default()),
    }
}

/// Ways to write a secret on a line, with two words of the input around it.
fn plant(kind: usize, before: &str, after: &str) -> Vec<String> {
    let words: &[&str] = match kind % 16 {
        0 => &["--key-store-password", "{}"],
        1 => &["--key-store-password={}"],
        2 => &[
            "--xks-proxy-authentication-credential",
            "AccessKeyId=ABCDEFGHIJKLMNOPQRST,RawSecretAccessKey={}",
        ],
        3 => &["--xks-proxy-authentication-credential=RawSecretAccessKey={},AccessKeyId=A"],
        4 => &["--cli-input-json", "{\"KeyStorePassword\":\"{}\"}"],
        5 => &["--cli-input-yaml", "KeyStorePassword: {}"],
        6 => &["--key-store-pass", "{}"],
        7 => &["--endpoint-url", "https://user:{}@kms.example.com"],
        8 => &[
            "--xks-proxy-authentication-credential",
            "{\"RawSecretAccessKey\": \"{}\", \"AccessKeyId\": \"A\"}",
        ],
        9 => &["--xks-proxy-authentication-credential", "<RawSecretAccessKey={}>"],
        10 => &["--xks-proxy-authentication-credential", "RawSecretAccessKey=<{}>"],
        11 => &["--cli-input-json", "<\"RawSecretAccessKey\": \"{}\">"],
        12 => &["--cli-input-yaml", "<KeyStorePassword: {}>"],
        13 => &["--key-store-pasword", "{}"],
        14 => &["--cli-input-json", "{\"KeyStorePassword\":<\"{}\">"],
        _ => &[],
    };
    let fill = |word: &&str| word.replace("{}", PLANT).replace('<', before).replace('>', after);
    words.iter().map(fill).collect()
}

/// A word of any bytes, where the system has such.
fn argument(word: &[u8]) -> OsString {
    #[cfg(unix)]
    return std::os::unix::ffi::OsStringExt::from_vec(word.to_vec());
    #[cfg(not(unix))]
    OsString::from(String::from_utf8_lossy(word).into_owned())
}

/// A command line: how a secret is written, its place, and the words.
pub fn command_line(data: &[u8]) {
    thread_local!(static WORLD: LazyCell<World> = LazyCell::new(world));
    let (kind, data) = choice(data);
    let (place, data) = choice(data);
    let is_there = |secret: &str| data.windows(secret.len()).any(|part| part == secret.as_bytes());
    if names_files(data) || is_there(PLANT) || is_there(SET) {
        return;
    }
    let mut arguments: Vec<OsString> = data.split(|byte| *byte == 0).map(|word| argument(word)).collect();
    let text =
        |at: usize| arguments.get(at).map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
    let last = arguments.len() - 1;
    let planted = plant(kind, &text(last), &text(last.saturating_sub(1)));
    let place = place % (arguments.len() + 1);
    arguments.splice(place..place, planted.into_iter().map(OsString::from));
    WORLD.with(|world| {
        let World { environment, files, aliases } = &**world;
        let words = words(arguments);
        let hints = Hints::new(true);
        let _ = foreign::is_foreign(&words, aliases);
        let _ = (partial::owner(&words, aliases), partial::read(&words, aliases).is_ok());
        let mut settings = Settings::resolve(Globals::default(), files, environment);
        advice::carriage_returns(&words, &hints);
        let done = perform(&words, aliases, &mut settings, &hints);
        let secrets = Secrets::of(environment, files).and_of(&words);
        let mut format = settings.error_format();
        if let Err(failure) = done {
            advice::of_error(&failure.error, &words, &settings, &hints);
            let text = failure.text(&hints, &secrets);
            assert_hidden(&text);
            assert!(!text.contains(SET), "a secret of the settings is shown: {text}");
            format = failure.format();
        }
        let text = report::hints_text(&hints, format, &secrets);
        assert_hidden(&text);
        assert!(!text.contains(SET), "a secret of the settings is shown: {text}");
    });
}

/// What `perform` in the root of the crate does, up to the request.
fn perform(words: &[Word], aliases: &Aliases, settings: &mut Settings, hints: &Hints) -> Result<(), Failure> {
    let Start { globals, checked, line } = match cli::start(words, aliases) {
        Ok(start) => start,
        Err(Stop::Done(request)) => return execute(request, settings, hints).map_err(Failure::plain),
        Err(Stop::Error(error)) => return Err(Failure::early(error, &Globals::default(), settings)),
    };
    checked.map_err(|error| Failure::early(error, &globals, settings))?;
    settings.change_globals(|before| *before = globals);
    let request = settings
        .check_early()
        .map_err(Error::from)
        .and_then(|()| Ok(settings.change_globals(|globals| cli::request(line, aliases, globals))?));
    let coloring = Coloring::new(settings.globals.color, settings.environment);
    request
        .and_then(|request| execute(request, settings, hints))
        .map_err(|error| Failure::new(error, settings, coloring))
}

fn execute(request: Request, settings: &Settings, hints: &Hints) -> Result<(), Error> {
    match request {
        Request::Help(subject) => {
            if let Some(page) = help::page(&subject, None) {
                assert_hidden(&page.text(Look { width: 80, is_bold: false }));
            }
        }
        Request::Cks(invocation) => {
            let order = cks::read(&invocation, settings, hints)?;
            Session::resolve(settings, hints, invocation.task.name())?;
            cks::fuzzing::plan(&order).iter().for_each(|text| assert_hidden(text));
        }
        Request::Invocation(invocation) => {
            return call(&invocation, settings, hints)
                .inspect_err(|error| advice::of_call_error(error, &invocation, settings.environment, hints));
        }
        Request::Wait(waiting) => drop(Session::resolve(settings, hints, waiting.waiter.name())?),
        Request::Version | Request::Shell(_) | Request::Completion(_) => {}
    }
    Ok(())
}

/// What `call` in the root of the crate does, up to the request.
fn call(invocation: &cli::Invocation, settings: &Settings, hints: &Hints) -> Result<(), Error> {
    let (operation, environment, globals) =
        (invocation.call.operation, settings.environment, &settings.globals);
    pages::check(invocation, globals.no_paginate)?;
    let options = bind::options(invocation, &Sources::files(environment))?;
    let starting_token = options.starting_token.clone();
    let mut parameters = bind::bind(invocation, options)?;
    let pages = pages::pages(invocation, starting_token, globals.no_paginate, &mut parameters);
    match invocation.skeleton {
        Some(Skeleton::Input) => return Ok(drop(skeleton::json(operation))),
        Some(Skeleton::YamlInput) => return Ok(drop(skeleton::yaml(operation))),
        Some(Skeleton::Output) => drop(skeleton::reply(operation)?),
        None => advice::of_parameters(invocation, &parameters, hints),
    }
    let session = Session::resolve(settings, hints, &operation.command())?;
    let request = match pages {
        None => parameters.clone(),
        Some(pages) => pages.plan()?.first(&parameters),
    };
    let request = validate::validate(request, operation.input, session.parameter_validation)?;
    // What is sent is what was read, and is shown without its secrets.
    let request = Value::Map(request.as_map().clone().into());
    let sent = json::parse_lenient(&json::write::to_wire(&request))
        .map(|sent| sent.as_map().cloned().unwrap_or_default());
    let sent = sent.map(|sent| python::repr(&Value::Map(bind::sealed(sent, operation.input).into())));
    assert_eq!(sent, Ok(python::repr(&request)));
    advice::of_success(operation, &parameters, hints);
    Ok(())
}

/// The configuration file, the credentials file, the file of aliases, and a line.
pub fn configuration(data: &[u8]) {
    let [config, credentials, aliases, line] = parts(data);
    if names_files(data) || data.windows(PLANT.len()).any(|part| part == PLANT.as_bytes()) {
        return;
    }
    let line = String::from_utf8_lossy(line);
    let arguments = shell_words::split(&line).unwrap_or_default();
    // Words with others are quoted for bash and zsh alone.
    for word in arguments.iter().filter(|word| !word.contains(char::is_control)) {
        assert_eq!(shell_words::split(&shell_words::quoted(word)).as_deref(), Ok(std::slice::from_ref(word)));
    }
    let words = words(arguments.into_iter().map(OsString::from));
    let aliases = match ini::parse_flat(aliases) {
        Ok(sections) => Aliases::new(sections),
        Err(error) => return assert_hidden(&error.to_string()),
    };
    if let Ok(Start { line, mut globals, .. }) = cli::start(&words, &aliases) {
        let _ = cli::request(line, &aliases, &mut globals);
    }
    let planted =
        |text: &[u8]| ini::parse(&[text, format!("\naws_secret_access_key = {PLANT}\n").as_bytes()].concat());
    match (planted(config), planted(credentials)) {
        (Ok(config), Ok(credentials)) => profiles(&ConfigFiles::new(config, credentials)),
        (Err(error), _) | (_, Err(error)) => assert_hidden(&error.to_string()),
    }
}

/// Resolves a session with each of the first profiles.
fn profiles(files: &ConfigFiles) {
    let environment: Environment = variables().into_iter().collect();
    let names: Vec<&str> = files.profile_names().take(4).collect();
    // Commands are not run.
    let starts = |name: &&str| {
        files.profile(name).is_some_and(|profile: Section| profile.get("credential_process").is_some())
    };
    if names.iter().any(starts) || files.profile_names().count() > names.len() {
        return;
    }
    let secrets = Secrets::of(&environment, files);
    let hints = Hints::new(true);
    for name in names {
        let globals = Globals { profile: Some(name.to_owned()), ..Globals::default() };
        let settings = Settings::resolve(globals, files, &environment);
        let _ = (settings.check_early(), settings.retries(), settings.unknown_error_format());
        let shown = |error: SessionError| {
            assert_hidden(&Failure::new(error.into(), &settings, Coloring::default()).text(&hints, &secrets));
        };
        match Session::resolve(&settings, &hints, "describe-custom-key-stores") {
            Ok(session) => drop(
                session.client_settings(&crate::operations::services::KMS, Some("us-east-1")).map_err(shown),
            ),
            Err(error) => shown(error),
        }
    }
}

/// A line that is being typed, with `|` at the cursor.
pub fn completion_line(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        completion::fuzzing::complete(text);
    }
}
