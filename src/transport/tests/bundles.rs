//! The forms of CA bundles.

use std::path::Path;

use super::certificates::*;
use super::server::ok;
use super::*;
use crate::transport::tls::bundle::BundleError;
use crate::transport::tls::error::TlsFailure;

/// What the bundle makes of servers with these identities, each of which has its own root.
fn accepted(bundle: &Path, identities: &[&Identity]) -> Vec<Result<(), TlsFailure>> {
    let outcome = |identity: &&Identity| {
        let server = Server::start_tls(&[ok()], identity.server_config());
        let tls = Tls::new(true, Some(bundle.to_owned()));
        let settings = ClientSettings {
            connection: ConnectionSettings { tls, ..connection() },
            ..settings(&format!("https://localhost:{}", server.port))
        };
        send(&settings).0.map_err(|error| match error {
            TransportError::Tls { failure, .. } => failure,
            other => panic!("{other:?}"),
        })
    };
    identities.iter().map(outcome).collect()
}

/// Two authorities and a server of each.
fn two() -> ([Link; 2], [Identity; 2]) {
    let roots = [authority("one", None, |_| {}), authority("two", None, |_| {})];
    let servers = roots.each_ref().map(|root| chain(&[&leaf(root)]));
    (roots, servers)
}

/// What OpenSSL writes behind a trusted certificate: an empty sequence of settings, or a name.
const SETTINGS: [&[u8]; 2] = [&[0x30, 0], &[0x30, 4, 0x0c, 2, b'm', b'e']];

#[test]
fn every_certificate_of_a_bundle_counts_whatever_its_block_is_called() {
    let ([one, two], servers) = two();
    let trusted = |settings: &[u8]| pem("TRUSTED CERTIFICATE", &[one.der().as_ref(), settings].concat());
    let (first, second) = (one.pem(), two.pem());
    for (index, text) in [
        format!("{first}{second}"),
        format!("{}{second}", trusted(SETTINGS[0])),
        format!("{second}{}", trusted(SETTINGS[1])),
        format!("{}{second}", pem("X509 CERTIFICATE", one.der())),
        format!("\u{feff}{first}{second}"),
        format!("\u{feff}{}", [&*first, &*second].concat().replace('\n', "\r\n")),
        format!("words\n{first}more words: é\n{second}end"),
        format!("{first}{}{second}", pem("X509 CRL", &[0x30, 0])),
    ]
    .into_iter()
    .enumerate()
    {
        let outcomes = accepted(Bundle::new(&text).path(), &[&servers[0], &servers[1]]);
        assert_eq!(outcomes, [Ok(()), Ok(())], "{index}");
    }
    // Bytes of another encoding in a comment.
    let latin = Bundle::new("");
    std::fs::write(latin.path(), [b"\xe9\n", first.as_bytes()].concat()).expect("a file");
    assert_eq!(accepted(latin.path(), &[&servers[0]]), [Ok(())]);
}

#[cfg(unix)]
#[test]
fn a_pipe_that_ends_is_a_bundle() {
    let ([one, _], servers) = two();
    let fifo = fifo();
    let path = fifo.path().to_owned();
    let writer = std::thread::spawn(move || std::fs::write(path, one.pem()));
    assert_eq!(accepted(fifo.path(), &[&servers[0]]), [Ok(())]);
    writer.join().expect("no panic").expect("a reader");
}

#[cfg(unix)]
#[test]
fn what_is_too_large_is_told_in_a_sentence() {
    let ([one, _], servers) = two();
    let device = |path: &str| accepted(Path::new(path), &[&servers[0]]);
    assert_eq!(device("/dev/zero"), [Err(TlsFailure::Bundle(BundleError::TooLarge))]);
    assert_eq!(device("/dev/null"), [Err(TlsFailure::Bundle(BundleError::WithoutCertificate))]);

    let large = bundle(&[&one]);
    let file = std::fs::OpenOptions::new().write(true).open(large.path()).expect("a file");
    file.set_len(64 << 20).expect("a file with a hole");
    assert_eq!(accepted(large.path(), &[&servers[0]]), [Ok(())]);
    file.set_len((64 << 20) + 1).expect("a file with a hole");
    assert_eq!(accepted(large.path(), &[&servers[0]]), [Err(TlsFailure::Bundle(BundleError::TooLarge))]);

    let endless = fifo();
    let path = endless.path().to_owned();
    let writer = std::thread::spawn(move || {
        let mut pipe = std::fs::OpenOptions::new().write(true).open(path).expect("a reader");
        while std::io::Write::write_all(&mut pipe, &[b'x'; 65_536]).is_ok() {}
    });
    assert_eq!(accepted(endless.path(), &[&servers[0]]), [Err(TlsFailure::Bundle(BundleError::TooLarge))]);
    writer.join().expect("the writer ends with its reader");
    assert_eq!(TlsFailure::Bundle(BundleError::TooLarge).to_string(), "The CA bundle is larger than 64 MiB.");
}

/// A pipe with a name.
#[cfg(unix)]
fn fifo() -> Bundle {
    let fifo = Bundle::new("");
    std::fs::remove_file(fifo.path()).expect("a file");
    let made = std::process::Command::new("mkfifo").arg(fifo.path()).status();
    assert!(made.is_ok_and(|status| status.success()));
    fifo
}
