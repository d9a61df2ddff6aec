//! `xks-proxy`: the proxy as a program. Prints its URLs, then serves until it is killed.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use serde::de::DeserializeOwned;
use xks_proxy::{Builder, Certificate, TlsVersions, XksProxy};

fn main() -> ExitCode {
    let arguments = command().get_matches();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            writeln!(io::stderr(), "xks-proxy: {error}").ok();
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &ArgMatches) -> Result<(), Box<dyn std::error::Error>> {
    let proxy = builder(arguments)?.start()?;
    for (option, pem) in
        [("ca-file", proxy.ca_pem()), ("client-certificate-file", proxy.client_certificate_pem()?)]
    {
        if let Some(file) = arguments.get_one::<String>(option) {
            std::fs::write(file, pem).map_err(|error| format!("cannot write {file}: {error}"))?;
        }
    }
    let mut stdout = io::stdout();
    writeln!(stdout, "Listening on {}", proxy.url())?;
    writeln!(stdout, "Control on {}", proxy.control_url().unwrap_or_default())?;
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
    let port = |name: &'static str, help: &'static str| {
        option(name, "PORT", help).default_value("0").value_parser(value_parser!(u16))
    };
    Command::new("xks-proxy")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Serves the health API of an external key store proxy on 127.0.0.1, for tests")
        .arg(port("port", "The port; 0 takes a free one"))
        .arg(port("control-port", "The port of the control paths; 0 takes a free one"))
        .arg(
            option("host", "NAME", "A name for the certificate, beside localhost and 127.0.0.1")
                .action(ArgAction::Append),
        )
        .arg(
            option(
                "key-store",
                "FILE",
                "A key store: an XKS proxy configuration file; one path may have several",
            )
            .action(ArgAction::Append),
        )
        .arg(option("region", "REGION", "The only Region that requests may be signed for"))
        .arg(flag("plain-http", "Serve plain HTTP instead of TLS"))
        .arg(option("certificate", "KIND", "The certificate to show").default_value("valid").value_parser([
            "valid",
            "expired",
            "not_yet_valid",
            "wrong_name",
            "unknown_authority",
        ]))
        .arg(
            option("tls", "VERSION", "The versions of TLS to speak")
                .default_value("both")
                .value_parser(["both", "1.2", "1.3"]),
        )
        .arg(flag("client-certificates", "Demand client certificates from the proxy's own authority"))
        .arg(option("ca-file", "FILE", "Write the authority's certificate to this file"))
        .arg(option("client-certificate-file", "FILE", "Write a client certificate and its key to this file"))
        .arg(flag("exit-with-stdin", "Stop when stdin ends"))
        .arg(flag("verbose", "Write a line on each request to stderr, without secrets"))
}

/// The proxy that the arguments describe. Fails when a file cannot be read.
fn builder(arguments: &ArgMatches) -> Result<Builder, Box<dyn std::error::Error>> {
    let port = |name| arguments.get_one(name).copied().unwrap_or_default();
    let all = |name| arguments.get_many::<String>(name).unwrap_or_default();
    let mut builder = XksProxy::builder()
        .port(port("port"))
        .control_port(port("control-port"))
        .certificate(named::<Certificate>(arguments, "certificate")?)
        .tls_versions(named::<TlsVersions>(arguments, "tls")?)
        .client_certificates(arguments.get_flag("client-certificates"))
        .verbose(arguments.get_flag("verbose"));
    if arguments.get_flag("plain-http") {
        builder = builder.plain_http();
    }
    if let Some(region) = arguments.get_one::<String>("region") {
        builder = builder.region(region);
    }
    for host in all("host") {
        builder = builder.host(host);
    }
    for file in all("key-store") {
        let text = std::fs::read(file).map_err(|error| format!("cannot read {file}: {error}"))?;
        let key_store = serde_json::from_slice(&text).map_err(|error| format!("{file}: {error}"))?;
        builder = builder.key_store_file(key_store);
    }
    Ok(builder)
}

/// The value of an option in the words of the control paths.
fn named<T: DeserializeOwned>(arguments: &ArgMatches, option: &str) -> Result<T, serde_json::Error> {
    let name = arguments.get_one::<String>(option).cloned().unwrap_or_default();
    serde_json::from_value(name.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
        let arguments = command().get_matches_from(["xks-proxy", "--tls", "1.2", "--certificate", "expired"]);
        assert!(builder(&arguments).is_ok());
    }
}
