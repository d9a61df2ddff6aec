//! Paths over certificates that webpki does not take.

use rcgen::ExtendedKeyUsagePurpose::ClientAuth;
use rcgen::KeyUsagePurpose::CrlSign;
use rcgen::{BasicConstraints, CertificateParams, GeneralSubtree, IsCa, NameConstraints};

use super::authorities::{Change, critical, expired, nothing, verdict};
use super::certificates::*;
use super::server::ok;
use super::*;
use crate::transport::tls::error::{Distrust, TlsFailure};

fn with_policies(critical: bool) -> impl Fn(&mut CertificateParams) {
    move |params| {
        let mut any =
            super::authorities::critical(&[2, 5, 29, 32], vec![0x30, 8, 0x30, 6, 6, 4, 0x55, 0x1d, 0x20, 0]);
        any.set_criticality(critical);
        params.custom_extensions = vec![any];
    }
}

/// As proxies that inspect TLS have them.
#[test]
fn authorities_may_have_policies_that_are_critical() {
    for critical in [true, false] {
        let root = authority("root", None, with_policies(critical));
        let first = authority("first", Some(&root), with_policies(critical));
        let second = authority("second", Some(&first), nothing);
        let third = authority("third", Some(&second), with_policies(critical));
        for (server, above) in [
            (leaf(&root), vec![]),
            (leaf(&first), vec![&first]),
            (leaf(&second), vec![&second, &first]),
            (leaf(&third), vec![&third, &second, &first]),
        ] {
            let shown: Vec<&Link> = [&server].into_iter().chain(above.iter().copied()).collect();
            assert_eq!(verdict(&[&root], &shown), Ok(()), "{critical}");
            let trusted: Vec<&Link> = above.iter().copied().chain([&root]).collect();
            assert_eq!(verdict(&trusted, &[&server]), Ok(()), "{critical}");
        }
        assert_eq!(verdict(&[&first], &[&leaf(&first)]), Err(Distrust::RootNotInBundle));
        assert_eq!(verdict(&[&root], &[&leaf(&second), &second]), Err(Distrust::UnknownIssuer));
    }
}

#[test]
fn what_is_no_good_authority_is_none_with_critical_policies_either() {
    let changes: [(Change, Distrust); 6] = [
        (|params| params.is_ca = IsCa::ExplicitNoCa, Distrust::NoAuthority),
        (|params| params.key_usages = vec![CrlSign], Distrust::NoAuthority),
        (expired, Distrust::Expired),
        (|params| params.extended_key_usages = vec![ClientAuth], Distrust::Purpose),
        (
            |params| params.custom_extensions.push(critical(&[1, 2, 3, 4], vec![5, 0])),
            Distrust::CriticalExtension,
        ),
        (|params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)), Distrust::PathTooLong),
    ];
    for (index, (change, distrust)) in changes.into_iter().enumerate() {
        let bad = |params: &mut CertificateParams| {
            with_policies(true)(params);
            change(params);
        };
        let root = authority("root", None, nothing);
        let first = authority("first", Some(&root), bad);
        let second = authority("second", Some(&first), with_policies(true));
        assert_eq!(verdict(&[&root], &[&leaf(&second), &second, &first]), Err(distrust), "first {index}");
        let root = authority("root", None, bad);
        let first = authority("first", Some(&root), with_policies(true));
        assert_eq!(verdict(&[&root], &[&leaf(&first), &first]), Err(distrust), "root {index}");
        if distrust != Distrust::PathTooLong {
            let root = authority("root", None, nothing);
            let first = authority("first", Some(&root), bad);
            assert_eq!(verdict(&[&root], &[&leaf(&first), &first]), Err(distrust), "only {index}");
        }
    }
    // A forgery: the issuer's name, and another key.
    let (root, forger) = (authority("root", None, nothing), authority("root", None, nothing));
    let first = authority("first", Some(&forger), with_policies(true));
    assert_eq!(verdict(&[&root], &[&leaf(&first), &first]), Err(Distrust::Signature));
    // Nobody would compare the names of a server with what the root allows.
    let localhost = vec![GeneralSubtree::DnsName("localhost".to_owned())];
    let root = authority("root", None, |params| {
        params.name_constraints =
            Some(NameConstraints { permitted_subtrees: localhost, excluded_subtrees: Vec::new() });
    });
    let first = authority("first", Some(&root), with_policies(true));
    assert_eq!(verdict(&[&root], &[&leaf(&first), &first]), Err(Distrust::NameConstraint));
}

#[test]
fn an_authority_may_be_a_server_too() {
    let is_ca: Change = |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = authority("root", None, nothing);
    let between = authority("between", Some(&root), nothing);
    let server = link("server", &["localhost"], key(), Some(&between), is_ca);
    assert_eq!(verdict(&[&root], &[&server, &between]), Ok(()));
    assert_eq!(verdict(&[&root, &between], &[&server]), Ok(()));
    assert_eq!(verdict(&[&root], &[&server]), Err(Distrust::UnknownIssuer));
    let (forger, other) = (authority("root", None, nothing), authority("other", None, nothing));
    let forged = link("server", &["localhost"], key(), Some(&forger), is_ca);
    assert_eq!(verdict(&[&root], &[&forged]), Err(Distrust::Signature));
    assert_eq!(verdict(&[&other], &[&forged]), Err(Distrust::UnknownIssuer));
    let short = authority("short", None, |params| params.is_ca = IsCa::ExplicitNoCa);
    let below = link("server", &["localhost"], key(), Some(&short), is_ca);
    assert_eq!(verdict(&[&short], &[&below]), Err(Distrust::NoAuthority));
    let elsewhere = link("server", &["example.com"], key(), Some(&root), is_ca);
    let server = Server::start_tls(&[ok()], chain(&[&elsewhere]).server_config());
    let bundle = bundle(&[&root]);
    let connection =
        ConnectionSettings { tls: Tls::new(true, Some(bundle.path().to_owned())), ..connection() };
    let url = format!("https://localhost:{}", server.port);
    let error = failure(&ClientSettings { connection, ..settings(&url) });
    assert!(matches!(error, TransportError::Tls { failure: TlsFailure::WrongHost { .. }, .. }), "{error}");
}

/// A server may send as many certificates as it likes that all could have issued each other.
#[test]
fn a_maze_of_certificates_has_an_end() {
    let root = authority("root", None, nothing);
    let maze: Vec<Link> = {
        let key = key();
        (0..60)
            .map(|_| {
                let issuer = authority("maze", None, nothing);
                link("maze", &[], copy(&key), Some(&issuer), |params| {
                    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
                    with_policies(true)(params);
                })
            })
            .collect()
    };
    let server = leaf(&maze[0]);
    let shown: Vec<&Link> = [&server].into_iter().chain(&maze).collect();
    let began = std::time::Instant::now();
    assert!(verdict(&[&root], &shown).is_err());
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}
