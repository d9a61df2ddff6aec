//! Which certificates of a CA bundle vouch for which servers.

use rcgen::ExtendedKeyUsagePurpose::{ClientAuth, ServerAuth};
use rcgen::KeyUsagePurpose::{CrlSign, DigitalSignature, KeyCertSign};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, GeneralSubtree, IsCa, NameConstraints,
    date_time_ymd,
};

use super::certificates::*;
use super::server::ok;
use super::*;
use crate::transport::tls::error::{Distrust, TlsFailure};

/// What comes of a request to a server with this identity. What is refused is refused before anything is sent.
pub(crate) fn at(host: &str, bundle: &Bundle, identity: &Identity) -> Result<(), Distrust> {
    let server = Server::start_tls(&[ok()], identity.server_config());
    let tls = Tls::new(true, Some(bundle.path().to_owned()));
    let settings = ClientSettings {
        connection: ConnectionSettings { tls, ..connection() },
        ..settings(&format!("https://{host}:{}", server.port))
    };
    let outcome = send(&settings).0;
    assert_eq!(server.received().len(), usize::from(outcome.is_ok()));
    outcome.map_err(|error| match error {
        TransportError::Tls { failure: TlsFailure::Untrusted(distrust), .. } => distrust,
        other => panic!("not a refusal: {other:?}"),
    })
}

pub(crate) fn with(bundle: &Bundle, identity: &Identity) -> Result<(), Distrust> {
    at("localhost", bundle, identity)
}

pub(crate) fn verdict(trusted: &[&Link], shown: &[&Link]) -> Result<(), Distrust> {
    with(&bundle(trusted), &chain(shown))
}

pub(crate) fn nothing(_: &mut CertificateParams) {}

pub(crate) fn expired(params: &mut CertificateParams) {
    params.not_after = date_time_ymd(2001, 1, 1);
}

pub(crate) fn critical(oid: &[u64], content: Vec<u8>) -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(oid, content);
    extension.set_criticality(true);
    extension
}

pub(crate) type Change = fn(&mut CertificateParams);

#[test]
fn good_authorities_vouch_for_servers() {
    let changes: [Change; 6] = [
        nothing,
        |params| params.key_usages = vec![KeyCertSign, CrlSign],
        |params| params.extended_key_usages = vec![ServerAuth],
        |params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(1)),
        // Policies that are critical.
        |params| {
            params.custom_extensions =
                vec![critical(&[2, 5, 29, 32], vec![0x30, 8, 0x30, 6, 6, 4, 0x55, 0x1d, 0x20, 0])]
        },
        |params| {
            let localhost = vec![GeneralSubtree::DnsName("localhost".to_owned())];
            params.name_constraints =
                Some(NameConstraints { permitted_subtrees: localhost, excluded_subtrees: Vec::new() });
        },
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let root = authority("root", None, change);
        let between = authority("between", Some(&root), nothing);
        assert_eq!(verdict(&[&root], &[&leaf(&root)]), Ok(()), "{index}");
        let server = leaf(&between);
        for (trusted, shown) in [
            (vec![&root], vec![&server, &between]),
            (vec![&root], vec![&server, &between, &root]),
            (vec![&root, &between], vec![&server]),
            (vec![&between, &root], vec![&server]),
        ] {
            assert_eq!(verdict(&trusted, &shown), Ok(()), "{index}");
        }
    }
}

/// Some programs write what DER would leave out.
#[test]
fn extensions_may_be_longer_than_they_have_to_be() {
    let with = |oid: &'static [u64], content: &'static [u8]| {
        move |params: &mut CertificateParams| {
            params.is_ca = IsCa::NoCa;
            let ca = critical(&[2, 5, 29, 19], vec![0x30, 3, 1, 1, 0xff]);
            params.custom_extensions = vec![critical(oid, content.to_vec())];
            if oid != [2, 5, 29, 19] {
                params.custom_extensions.push(ca);
            }
        }
    };
    let (usage, constraints) = (&[2, 5, 29, 15], &[2, 5, 29, 19]);
    for content in [&[3, 2, 1, 6][..], &[3, 2, 0, 6], &[3, 3, 7, 6, 0], &[3, 3, 0, 6, 0]] {
        let root = authority("root", None, with(usage, content));
        assert_eq!(verdict(&[&root], &[&leaf(&root)]), Ok(()), "{content:?}");
    }
    for content in [&[3, 2, 7, 0x80][..], &[3, 2, 0, 0x80], &[3, 1, 0]] {
        let root = authority("root", None, with(usage, content));
        assert_eq!(verdict(&[&root], &[&leaf(&root)]), Err(Distrust::NoAuthority), "{content:?}");
    }
    let root = authority("root", None, with(constraints, &[0x30, 3, 1, 1, 0]));
    assert_eq!(verdict(&[&root], &[&leaf(&root)]), Err(Distrust::NoAuthority));
    let root = authority("root", None, nothing);
    let server = link("server", &["localhost"], key(), Some(&root), with(constraints, &[0x30, 3, 1, 1, 0]));
    assert_eq!(verdict(&[&root], &[&server]), Ok(()));
    let server = link("server", &["localhost"], key(), Some(&root), |params| {
        params.custom_extensions = vec![critical(usage, vec![3, 2, 0, 0xa0])];
    });
    assert_eq!(verdict(&[&root], &[&server]), Ok(()));
}

#[test]
fn what_is_no_good_authority_vouches_for_no_other_server() {
    let changes: [(Change, Distrust); 10] = [
        (|params| params.is_ca = IsCa::ExplicitNoCa, Distrust::NoAuthority),
        (|params| params.is_ca = IsCa::NoCa, Distrust::NoAuthority),
        (|params| params.key_usages = vec![CrlSign], Distrust::NoAuthority),
        (|params| params.key_usages = vec![DigitalSignature], Distrust::NoAuthority),
        (
            |params| {
                params.is_ca = IsCa::NoCa;
                params.key_usages = vec![DigitalSignature];
            },
            Distrust::NoAuthority,
        ),
        (expired, Distrust::Expired),
        (|params| params.not_before = date_time_ymd(4001, 1, 1), Distrust::NotYetValid),
        (|params| params.extended_key_usages = vec![ClientAuth], Distrust::Purpose),
        (
            |params| params.custom_extensions = vec![critical(&[1, 2, 3, 4], vec![5, 0])],
            Distrust::CriticalExtension,
        ),
        (
            |params| {
                let elsewhere = vec![GeneralSubtree::DnsName("example.com".to_owned())];
                params.name_constraints =
                    Some(NameConstraints { permitted_subtrees: elsewhere, excluded_subtrees: Vec::new() });
            },
            Distrust::NameConstraint,
        ),
    ];
    for (index, (change, distrust)) in changes.into_iter().enumerate() {
        let root = authority("root", None, change);
        assert_eq!(verdict(&[&root], &[&leaf(&root)]), Err(distrust), "root {index}");
        let root = authority("root", None, nothing);
        let between = authority("between", Some(&root), change);
        let server = leaf(&between);
        assert_eq!(verdict(&[&root], &[&server, &between]), Err(distrust), "sent {index}");
        assert_eq!(verdict(&[&root, &between], &[&server]), Err(distrust), "in the bundle {index}");
    }
}

#[test]
fn the_length_of_a_path_is_kept() {
    let shortest: Change = |params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let root = authority("root", None, shortest);
    assert_eq!(verdict(&[&root], &[&leaf(&root)]), Ok(()));
    let between = authority("between", Some(&root), nothing);
    assert_eq!(verdict(&[&root], &[&leaf(&between), &between]), Err(Distrust::PathTooLong));
    assert_eq!(verdict(&[&root, &between], &[&leaf(&between)]), Err(Distrust::PathTooLong));

    let root = authority("root", None, |params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(1)));
    let first = authority("first", Some(&root), nothing);
    let second = authority("second", Some(&first), nothing);
    assert_eq!(verdict(&[&root], &[&leaf(&first), &first]), Ok(()));
    assert_eq!(verdict(&[&root], &[&leaf(&second), &second, &first]), Err(Distrust::PathTooLong));

    let root = authority("root", None, nothing);
    let first = authority("first", Some(&root), shortest);
    let second = authority("second", Some(&first), nothing);
    assert_eq!(verdict(&[&root], &[&leaf(&second), &second, &first]), Err(Distrust::PathTooLong));
    assert_eq!(verdict(&[&root, &first], &[&leaf(&second), &second]), Err(Distrust::PathTooLong));
}

#[test]
fn roots_of_version_1_are_authorities_and_others_of_version_1_are_not() {
    let root = authority("root", None, nothing);
    let old = Bundle::new(&pem("CERTIFICATE", &version_1(&root, root.key())));
    let between = authority("between", Some(&root), nothing);
    assert_eq!(with(&old, &chain(&[&leaf(&root)])), Ok(()));
    assert_eq!(with(&old, &chain(&[&leaf(&between), &between])), Ok(()));

    let old = version_1(&between, root.key());
    let mut shown = chain(&[&leaf(&between)]);
    let both = Bundle::new(&format!("{}{}", root.pem(), pem("CERTIFICATE", &old)));
    assert_eq!(with(&both, &shown), Err(Distrust::NoAuthority));
    assert_eq!(with(&Bundle::new(&pem("CERTIFICATE", &old)), &shown), Err(Distrust::RootNotInBundle));
    shown.chain.push(old);
    assert_eq!(with(&bundle(&[&root]), &shown), Err(Distrust::NoAuthority));
}

#[test]
fn a_path_ends_at_a_root_of_the_bundle() {
    let root = authority("root", None, nothing);
    let between = authority("between", Some(&root), nothing);
    let (server, other) = (leaf(&between), authority("other", None, nothing));
    for shown in [vec![&server], vec![&server, &between], vec![&server, &between, &root]] {
        assert_eq!(verdict(&[&between], &shown), Err(Distrust::RootNotInBundle));
    }
    assert_eq!(verdict(&[&root], &[&server]), Err(Distrust::UnknownIssuer));
    assert_eq!(verdict(&[&other], &[&server, &between]), Err(Distrust::UnknownIssuer));
    assert_eq!(verdict(&[&other], &[&server, &between, &root]), Err(Distrust::SelfSignedInChain));
}

#[test]
fn cross_signed_roots_are_reached_over_either_issuer() {
    let (old, new) = (authority("old", None, nothing), authority("new", None, nothing));
    let is_ca: Change = |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let crossed = link("new", &[], copy(new.key()), Some(&old), is_ca);
    let server = leaf(&new);
    for trusted in [vec![&new], vec![&old], vec![&old, &new], vec![&crossed, &old], vec![&new, &crossed]] {
        assert_eq!(verdict(&trusted, &[&server, &crossed]), Ok(()));
    }
    assert_eq!(verdict(&[&crossed, &old], &[&server]), Ok(()));
    assert_eq!(verdict(&[&crossed], &[&server]), Err(Distrust::RootNotInBundle));
}

#[test]
fn of_two_roots_of_one_name_the_good_one_counts() {
    let good = authority("root", None, nothing);
    let same_key = link("root", &[], copy(good.key()), None, |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        expired(params);
    });
    let no_authority = link("root", &[], copy(good.key()), None, |params| params.is_ca = IsCa::ExplicitNoCa);
    let other_key = authority("root", None, expired);
    let server = leaf(&good);
    for bad in [&same_key, &other_key, &no_authority] {
        assert_eq!(verdict(&[bad, &good], &[&server]), Ok(()));
        assert_eq!(verdict(&[&good, bad], &[&server]), Ok(()));
        assert!(verdict(&[bad], &[&server]).is_err());
    }
}

#[test]
fn any_other_certificate_of_the_bundle_vouches_for_itself_alone() {
    let root = authority("root", None, nothing);
    let issued = link("issued", &["localhost"], key(), Some(&root), nothing);
    let own = |change: Change| link("own", &["localhost"], key(), None, change);
    let (plain, no_ca) = (own(nothing), own(|params| params.is_ca = IsCa::ExplicitNoCa));
    for pinned in [&issued, &plain, &no_ca] {
        assert_eq!(verdict(&[pinned], &[pinned]), Ok(()));
        let below = leaf(pinned);
        assert!(verdict(&[pinned], &[&below]).is_err());
        assert!(verdict(&[pinned], &[&below, pinned]).is_err());
        // Another certificate for the same key is another certificate.
        let again = link("own", &["localhost"], copy(pinned.key()), None, nothing);
        assert!(verdict(&[pinned], &[&again]).is_err());
    }
    let below = leaf(&issued);
    assert_eq!(verdict(&[&issued, &root], &[&below]), Err(Distrust::NoAuthority));
}

#[test]
fn a_certificate_that_the_bundle_holds_must_be_one_for_servers_now() {
    let own = |change: Change| link("server", &["localhost"], key(), None, change);
    let changes: [(Change, Result<(), Distrust>); 7] = [
        (|params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained), Ok(())),
        (|params| params.key_usages = vec![KeyCertSign, DigitalSignature], Ok(())),
        (|params| params.key_usages = vec![KeyCertSign, CrlSign], Err(Distrust::Purpose)),
        (|params| params.extended_key_usages = vec![ClientAuth], Err(Distrust::Purpose)),
        (
            |params| {
                params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
                params.extended_key_usages = vec![ClientAuth];
            },
            Err(Distrust::Purpose),
        ),
        (expired, Err(Distrust::Expired)),
        (|params| params.not_before = date_time_ymd(4001, 1, 1), Err(Distrust::NotYetValid)),
    ];
    let root = authority("root", None, nothing);
    for (index, (change, expected)) in changes.into_iter().enumerate() {
        let pinned = own(change);
        assert_eq!(verdict(&[&pinned], &[&pinned]), expected, "{index}");
        assert_eq!(verdict(&[&root], &[&pinned]), Err(Distrust::SelfSigned), "{index}");
        let issued = link("server", &["localhost"], key(), Some(&root), change);
        assert_eq!(verdict(&[&root], &[&issued]), expected, "issued {index}");
    }
}

#[test]
fn without_alternative_names_constraints_of_names_still_count() {
    let elsewhere = vec![GeneralSubtree::DnsName("example.com".to_owned())];
    let root = authority("root", None, |params| {
        params.name_constraints =
            Some(NameConstraints { permitted_subtrees: elsewhere, excluded_subtrees: Vec::new() });
    });
    // A host with a dot that leads to this machine.
    let server = chain(&[&link("127.1", &[], key(), Some(&root), nothing)]);
    assert_eq!(at("127.1", &bundle(&[&root]), &server), Err(Distrust::NameConstraint));
    let root = authority("root", None, nothing);
    let server = chain(&[&link("127.1", &[], key(), Some(&root), nothing)]);
    assert_eq!(at("127.1", &bundle(&[&root]), &server), Ok(()));
}
