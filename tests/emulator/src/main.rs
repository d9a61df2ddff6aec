//! `kms-emulator`: the emulator as a program. Prints its URL, then serves until it is killed.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use kms_emulator::{AccessKey, Builder, Emulator, Operation, SeedStore};

fn main() -> ExitCode {
    let arguments = command().get_matches();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            writeln!(io::stderr(), "kms-emulator: {error}").ok();
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &ArgMatches) -> Result<(), Box<dyn std::error::Error>> {
    let emulator = builder(arguments)?.start()?;
    let mut stdout = io::stdout();
    writeln!(stdout, "Listening on {}", emulator.endpoint())?;
    stdout.flush()?;
    if arguments.get_flag("exit-with-stdin") {
        io::copy(&mut io::stdin(), &mut io::sink())?;
        return Ok(());
    }
    loop {
        std::thread::park();
    }
}

fn command() -> Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
    };
    Command::new("kms-emulator")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Serves KMS's custom key store operations, ListKeys and DescribeKey on 127.0.0.1, for tests")
        .arg(
            option("port", "PORT", "The port; 0 takes a free one")
                .default_value("0")
                .value_parser(value_parser!(u16)),
        )
        .arg(
            option("region", "REGION", "The Region of seeded stores and unsigned calls")
                .default_value("us-east-1"),
        )
        .arg(
            option("access-key-id", "ID", "The access key that callers sign with")
                .default_value(AccessKey::DEFAULT_ID),
        )
        .arg(option("secret-access-key", "SECRET", "Its secret").default_value(AccessKey::DEFAULT_SECRET))
        .arg(option("session-token", "TOKEN", "The session token that must come with the access key"))
        .arg(flag("no-signature-check", "Take every call, signed or not"))
        .arg(
            option("transition", "DURATION", "How long connects and disconnects take: 500ms, 2s, 1m")
                .default_value("0s")
                .value_parser(duration),
        )
        .arg(
            option("connect-transition", "DURATION", "How long connects take, when not --transition")
                .value_parser(duration),
        )
        .arg(
            option("disconnect-transition", "DURATION", "How long disconnects take, when not --transition")
                .value_parser(duration),
        )
        .arg(
            option("seed", "N", "Start with N stores of mixed types and states")
                .default_value("0")
                .value_parser(value_parser!(usize)),
        )
        .arg(option("seed-file", "FILE", "Start with the stores of this DescribeCustomKeyStores reply"))
        .arg(
            option("keys", "N", "Start with N keys outside of custom key stores")
                .default_value("0")
                .value_parser(value_parser!(usize)),
        )
        .arg(
            option("store-keys", "STORE=N", "Start with N keys in a seeded store, named by its ID or name")
                .action(ArgAction::Append)
                .value_parser(store_keys),
        )
        .arg(
            option(
                "delay",
                "OPERATION=DURATION",
                "Let each call of this operation take so long: DescribeKey=50ms",
            )
            .action(ArgAction::Append)
            .value_parser(delay),
        )
        .arg(
            option(
                "proxy",
                "NAME=ADDRESS",
                "Ask the external key store proxy of this host name at this address",
            )
            .action(ArgAction::Append)
            .requires("proxy-ca")
            .value_parser(proxy),
        )
        .arg(option("proxy-ca", "FILE", "The authorities of the proxies' certificates, as PEM"))
        .arg(
            option(
                "proxy-client-certificate",
                "FILE",
                "The certificate to show to proxies and its key, as PEM",
            )
            .requires("proxy"),
        )
        .arg(
            option("proxy-time-limit", "DURATION", "How long to wait for a proxy; KMS waits 250ms")
                .requires("proxy")
                .value_parser(duration),
        )
        .arg(
            option("health-checks", "DURATION", "Ask the proxies of connected stores every so often")
                .requires("proxy")
                .value_parser(duration),
        )
        .arg(
            option(
                "credential-propagation",
                "DURATION",
                "How long proxies are asked with a replaced credential",
            )
            .default_value("0s")
            .value_parser(duration),
        )
        .arg(flag("exit-with-stdin", "Stop when stdin ends"))
        .arg(flag("verbose", "Write a line on each call to stderr, without secrets"))
}

/// The emulator that the arguments describe. Fails when the file of stores cannot be read.
fn builder(arguments: &ArgMatches) -> Result<Builder, Box<dyn std::error::Error>> {
    let text = |name| arguments.get_one::<String>(name).cloned().unwrap_or_default();
    let mut key = AccessKey::new(text("access-key-id"), text("secret-access-key"));
    if let Some(token) = arguments.get_one::<String>("session-token") {
        key = key.with_session_token(token);
    }
    let mut builder = Emulator::builder()
        .port(arguments.get_one("port").copied().unwrap_or_default())
        .region(text("region"))
        .access_key(key)
        .signature_check(!arguments.get_flag("no-signature-check"))
        .transition(arguments.get_one("transition").copied().unwrap_or_default())
        .seed(arguments.get_one("seed").copied().unwrap_or_default())
        .credential_propagation(arguments.get_one("credential-propagation").copied().unwrap_or_default())
        .keys(arguments.get_one("keys").copied().unwrap_or_default())
        .verbose(arguments.get_flag("verbose"));
    if let Some(transition) = arguments.get_one("connect-transition") {
        builder = builder.connect_transition(*transition);
    }
    if let Some(transition) = arguments.get_one("disconnect-transition") {
        builder = builder.disconnect_transition(*transition);
    }
    for (store, count) in arguments.get_many::<(String, usize)>("store-keys").unwrap_or_default() {
        builder = builder.store_keys(store, *count);
    }
    for (operation, delay) in arguments.get_many::<(Operation, Duration)>("delay").unwrap_or_default() {
        builder = builder.delay(*operation, *delay);
    }
    if let Some(stores) = file(arguments, "seed-file")? {
        builder = builder.seed_stores(SeedStore::read(&stores)?);
    }
    if let Some(proxies) = arguments.get_many::<(String, SocketAddr)>("proxy") {
        builder = builder.proxies(proxies.cloned(), file(arguments, "proxy-ca")?.unwrap_or_default());
    }
    if let Some(pem) = file(arguments, "proxy-client-certificate")? {
        builder = builder.proxy_client_certificate(pem);
    }
    if let Some(limit) = arguments.get_one("proxy-time-limit") {
        builder = builder.proxy_time_limit(*limit);
    }
    if let Some(interval) = arguments.get_one("health-checks") {
        builder = builder.health_checks(*interval);
    }
    Ok(builder)
}

/// The text of the file that the option names.
fn file(arguments: &ArgMatches, option: &str) -> Result<Option<String>, String> {
    let Some(file) = arguments.get_one::<String>(option) else { return Ok(None) };
    std::fs::read_to_string(file).map(Some).map_err(|error| format!("cannot read {file}: {error}"))
}

/// A host name and the address that stands for it.
fn proxy(text: &str) -> Result<(String, SocketAddr), String> {
    let (name, address) = text.split_once('=').ok_or_else(|| format!("{text:?} has no ="))?;
    let address = address.parse().map_err(|_| format!("{address:?} is not like 127.0.0.1:49152"))?;
    Ok((name.to_owned(), address))
}

/// A store and a number.
fn store_keys(text: &str) -> Result<(String, usize), String> {
    let (store, count) = text.rsplit_once('=').ok_or_else(|| format!("{text:?} has no ="))?;
    let count = count.parse().map_err(|_| format!("{count:?} is not a number of keys"))?;
    Ok((store.to_owned(), count))
}

/// An operation and a duration.
fn delay(text: &str) -> Result<(Operation, Duration), String> {
    let (name, time) = text.split_once('=').ok_or_else(|| format!("{text:?} has no ="))?;
    let operation = Operation::ALL.into_iter().find(|operation| operation.name() == name);
    Ok((operation.ok_or_else(|| format!("{name:?} is not an operation of the emulator"))?, duration(time)?))
}

/// A whole number with its unit: `500ms`, `2s` or `1m`.
fn duration(text: &str) -> Result<Duration, String> {
    let split = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let number: u64 = number.parse().map_err(|_| format!("{text:?} does not start with a number"))?;
    match unit {
        "ms" => Ok(Duration::from_millis(number)),
        "s" => Ok(Duration::from_secs(number)),
        "m" => Ok(Duration::from_secs(number.saturating_mul(60))),
        _ => Err(format!("{text:?} has no unit: write ms, s or m")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_duration_is_read_as_it_is_written(number in 0..u64::MAX / 1000) {
            prop_assert_eq!(duration(&format!("{number}ms")), Ok(Duration::from_millis(number)));
            prop_assert_eq!(duration(&format!("{number}s")), Ok(Duration::from_secs(number)));
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn what_belongs_to_a_store_or_an_operation_follows_an_equals_sign() {
        assert_eq!(store_keys("a=b=3"), Ok(("a=b".into(), 3)));
        assert_eq!(delay("DescribeKey=50ms"), Ok((Operation::DescribeKey, Duration::from_millis(50))));
        for text in ["a", "a=", "a=-1"] {
            assert!(store_keys(text).is_err(), "{text}");
        }
        for text in ["DescribeKey", "CreateKey=1s", "DescribeKey=1"] {
            assert!(delay(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_proxy_is_a_name_and_an_address() {
        let address = ([127, 0, 0, 1], 8000).into();
        assert_eq!(proxy("xks.example.com=127.0.0.1:8000"), Ok(("xks.example.com".into(), address)));
        for text in ["xks.example.com", "a=127.0.0.1", "a=localhost:8000"] {
            assert!(proxy(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_have_a_number_and_a_unit() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2s"), Ok(Duration::from_secs(2)));
        assert_eq!(duration("1m"), Ok(Duration::from_secs(60)));
        for text in ["", "2", "s", "-1s", "1.5s", "1h", "99999999999999999999s"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
