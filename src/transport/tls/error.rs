//! Why there is no TLS session, and the reference's words for it.

use std::error::Error;
use std::fmt;

/// Why there is no TLS session. The words are those of Python's `ssl` module, which users and their scripts
/// know from the reference; the file and line in them belong to its build of CPython 3.11.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TlsFailure {
    /// The CA bundle cannot be read: the number and text of the system's error.
    BundleUnreadable { errno: i32, text: String },
    /// The CA bundle is a device.
    BundleIsDevice,
    /// The CA bundle has more bytes than any has, or is a pipe that does not end.
    BundleTooLarge,
    /// The CA bundle holds no PEM block of a certificate or revocation list.
    BundleWithoutCertificate,
    /// A PEM block of the CA bundle cannot be decoded.
    BundleUndecodable,
    /// The server's certificate is not accepted.
    Untrusted(Distrust),
    /// The server's certificate is sound, but for other hosts.
    WrongHost { host: String, names: Vec<String> },
    /// The server answered with something that is not TLS, usually plain HTTP.
    NotTls,
    /// The server closed the connection in the middle of the handshake.
    EndOfStream,
    /// The server ended the session with an alert: its number.
    Alert(u8),
    /// The server wants a form of TLS that is not known here.
    Incompatible,
    /// The server does not keep to TLS.
    Broken,
}

/// Why a certificate is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Distrust {
    /// No known authority has issued it.
    UnknownIssuer,
    /// The CA bundle holds an authority between it and a root, but not the root.
    RootNotInBundle,
    /// It has issued itself, and the CA bundle does not hold it.
    SelfSigned,
    /// The server sent its own root certificate, which the CA bundle does not hold.
    SelfSignedInChain,
    /// Its time is over, or that of an authority above it.
    Expired,
    /// Its time has not come, or not that of an authority above it.
    NotYetValid,
    /// It is not meant for servers, or an authority above it is not.
    Purpose,
    /// A signature does not fit its issuer.
    Signature,
    /// A certificate above it is not that of an authority, or may not sign certificates.
    NoAuthority,
    /// There are more authorities between it and one above it than that one allows.
    PathTooLong,
    /// There are more authorities above it than anybody needs.
    ChainTooLong,
    /// An authority above it may not issue certificates for such a name.
    NameConstraint,
    /// A certificate demands that something is understood which nobody here knows.
    CriticalExtension,
    /// A key is too short.
    WeakKey,
    /// A certificate cannot be read.
    Malformed,
    /// It is sound, but of a kind that is not known here.
    Unsupported(Unsupported),
}

/// What OpenSSL, and with it the reference, takes in certificates and this program does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unsupported {
    /// The certificate of a server, or an authority that is not below a CA bundle, has critical certificate policies.
    CriticalPolicies,
    /// The certificate of a server has the first version of the form.
    Version1,
    /// An algorithm of a signature, or the key of an authority.
    Signature,
}

impl TlsFailure {
    /// Whether trying again can change nothing: the CA bundle is none.
    pub(crate) fn is_final(&self) -> bool {
        match self {
            TlsFailure::BundleUnreadable { .. }
            | TlsFailure::BundleIsDevice
            | TlsFailure::BundleTooLarge
            | TlsFailure::BundleWithoutCertificate
            | TlsFailure::BundleUndecodable => true,
            TlsFailure::Untrusted(_)
            | TlsFailure::WrongHost { .. }
            | TlsFailure::NotTls
            | TlsFailure::EndOfStream
            | TlsFailure::Alert(_)
            | TlsFailure::Incompatible
            | TlsFailure::Broken => false,
        }
    }

    /// One more line for a person who reads the message. The reference has no such line.
    pub(crate) fn hint(&self) -> Option<String> {
        let hint = match self {
            TlsFailure::BundleUnreadable { .. }
            | TlsFailure::BundleIsDevice
            | TlsFailure::BundleTooLarge
            | TlsFailure::BundleWithoutCertificate
            | TlsFailure::BundleUndecodable => {
                "The CA bundle comes from --ca-bundle, AWS_CA_BUNDLE, ca_bundle in the profile or REQUESTS_CA_BUNDLE. \
                 It must be a file of PEM certificates."
            }
            TlsFailure::Untrusted(distrust) => return distrust.hint().map(str::to_owned),
            TlsFailure::WrongHost { .. } => {
                "The host of the endpoint URL must be one of the certificate's names."
            }
            TlsFailure::NotTls => "If this endpoint speaks plain HTTP, its URL must start with http://.",
            // bad certificate, certificate required
            TlsFailure::Alert(42 | 116) => {
                "The server may want a client certificate, which this program cannot show."
            }
            // handshake failure, protocol version, insufficient security
            TlsFailure::Alert(40 | 70 | 71) | TlsFailure::Incompatible => {
                "The server may want what this program does not have. It speaks TLS 1.2 and 1.3 with ECDHE and AES-GCM or \
                 ChaCha20 (not CBC), and takes server keys of RSA (not RSA-PSS) with 2048 bits or more, P-256, P-384 \
                 (not P-521) and Ed25519."
            }
            TlsFailure::EndOfStream | TlsFailure::Alert(_) | TlsFailure::Broken => return None,
        };
        Some(hint.to_owned())
    }
}

impl Distrust {
    fn hint(self) -> Option<&'static str> {
        Some(match self {
            Distrust::UnknownIssuer | Distrust::SelfSigned | Distrust::SelfSignedInChain => {
                "If you trust this server, name the PEM file of its certificate authority with --ca-bundle, \
                 AWS_CA_BUNDLE or ca_bundle in the profile."
            }
            Distrust::RootNotInBundle => {
                "The CA bundle holds an intermediate authority of this server, but not the root above it. Add the root."
            }
            Distrust::Expired | Distrust::NotYetValid => {
                "Check the clock of this machine and the dates of the server's certificate and its authorities."
            }
            Distrust::NoAuthority => {
                "A certificate of a CA bundle counts for other servers only if it is an authority's: CA:TRUE, and \
                 keyCertSign where it has a key usage."
            }
            Distrust::WeakKey => "RSA keys must have 2048 bits or more.",
            Distrust::Unsupported(Unsupported::CriticalPolicies) => {
                "Policies that are not critical are taken: ask the authority for such a certificate."
            }
            Distrust::Unsupported(Unsupported::Version1) => {
                "Give the server a certificate of version 3 with its host in subjectAltName."
            }
            Distrust::Unsupported(Unsupported::Signature) => {
                "Signatures of RSA keys with 2048 bits or more, P-256, P-384 and Ed25519 with SHA-256 or better are taken."
            }
            Distrust::Purpose
            | Distrust::Signature
            | Distrust::PathTooLong
            | Distrust::ChainTooLong
            | Distrust::NameConstraint
            | Distrust::CriticalExtension
            | Distrust::Malformed => return None,
        })
    }
}

impl fmt::Display for TlsFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TlsFailure::BundleUnreadable { errno, text } => write!(f, "[Errno {errno}] {text}"),
            TlsFailure::BundleIsDevice => f.write_str("The CA bundle is a device, not a file."),
            TlsFailure::BundleTooLarge => f.write_str("The CA bundle is larger than 64 MiB."),
            TlsFailure::BundleWithoutCertificate => {
                f.write_str("[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found (_ssl.c:4154)")
            }
            TlsFailure::BundleUndecodable => f.write_str("[X509] PEM lib (_ssl.c:4154)"),
            TlsFailure::Untrusted(distrust) => write!(
                f,
                "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {distrust} (_ssl.c:1006)"
            ),
            TlsFailure::WrongHost { host, names } => wrong_host(f, host, names),
            TlsFailure::NotTls => {
                f.write_str("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)")
            }
            TlsFailure::EndOfStream => f.write_str(
                "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol (_ssl.c:1006)",
            ),
            TlsFailure::Alert(number) => match alert(*number) {
                Some(name) => {
                    write!(f, "[SSL: {}] {name} (_ssl.c:1006)", name.replace(' ', "_").to_ascii_uppercase())
                }
                None => write!(f, "[SSL] the server ended the session with alert {number} (_ssl.c:1006)"),
            },
            TlsFailure::Incompatible => f.write_str(
                "[SSL] the server wants a form of TLS that this program does not have (_ssl.c:1006)",
            ),
            TlsFailure::Broken => f.write_str("[SSL] the server does not keep to TLS (_ssl.c:1006)"),
        }
    }
}

/// OpenSSL's words for the alerts that servers send.
fn alert(number: u8) -> Option<&'static str> {
    Some(match number {
        40 => "sslv3 alert handshake failure",
        42 => "sslv3 alert bad certificate",
        47 => "sslv3 alert illegal parameter",
        48 => "tlsv1 alert unknown ca",
        49 => "tlsv1 alert access denied",
        70 => "tlsv1 alert protocol version",
        71 => "tlsv1 alert insufficient security",
        80 => "tlsv1 alert internal error",
        112 => "tlsv1 unrecognized name",
        116 => "tlsv13 alert certificate required",
        _ => return None,
    })
}

/// urllib3's words, which depend on how many names the certificate has.
fn wrong_host(f: &mut fmt::Formatter<'_>, host: &str, names: &[String]) -> fmt::Result {
    match names {
        [] => f.write_str("no appropriate subjectAltName fields were found"),
        [name] => write!(f, "hostname '{host}' doesn't match '{name}'"),
        [first, rest @ ..] => {
            write!(f, "hostname '{host}' doesn't match either of '{first}'")?;
            rest.iter().try_for_each(|name| write!(f, ", '{name}'"))
        }
    }
}

impl Error for TlsFailure {}

impl fmt::Display for Distrust {
    /// OpenSSL's words for its verification results, and our own for what it does not refuse.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Distrust::UnknownIssuer => "unable to get local issuer certificate",
            Distrust::RootNotInBundle => "unable to get issuer certificate",
            Distrust::SelfSigned => "self-signed certificate",
            Distrust::SelfSignedInChain => "self-signed certificate in certificate chain",
            Distrust::Expired => "certificate has expired",
            Distrust::NotYetValid => "certificate is not yet valid",
            Distrust::Purpose => "unsuitable certificate purpose",
            Distrust::Signature => "certificate signature failure",
            Distrust::NoAuthority => "invalid CA certificate",
            Distrust::PathTooLong => "path length constraint exceeded",
            Distrust::ChainTooLong => "certificate chain too long",
            Distrust::NameConstraint => "permitted subtree violation",
            Distrust::CriticalExtension => "unhandled critical extension",
            Distrust::WeakKey => "certificate key too weak",
            Distrust::Malformed => "a certificate of the server or of an authority is not well formed",
            Distrust::Unsupported(Unsupported::CriticalPolicies) => {
                "a certificate of the server or of an authority has critical policies, which this program does not take"
            }
            Distrust::Unsupported(Unsupported::Version1) => {
                "the server's certificate has version 1, which this program does not take"
            }
            Distrust::Unsupported(Unsupported::Signature) => {
                "a certificate of the server or of an authority is signed in a way that this program does not take, such \
                 as with SHA-1 or P-521"
            }
        })
    }
}
