//! Why there is no TLS session, and the reference's words for it.

use super::bundle::BundleError;

/// Why there is no TLS session. The words are those of Python's `ssl` module, which users and their scripts
/// know from the reference; the file and line in them belong to its build of CPython 3.11.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TlsFailure {
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The certificate of the server is not accepted.
    #[error("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {0} (_ssl.c:1006)")]
    Untrusted(#[from] Distrust),
    /// The certificate of the server is valid, but for other hosts: these names, in its order.
    #[error("{}", wrong_host(.host, .names))]
    WrongHost { host: String, names: Vec<String> },
    /// The reply is not TLS, usually plain HTTP.
    #[error("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)")]
    NotTls,
    #[error("[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol (_ssl.c:1006)")]
    EndOfStream,
    #[error("{}", alert(*.0))]
    Alert(u8),
    #[error("[SSL] the server wants a form of TLS that this program does not have (_ssl.c:1006)")]
    Incompatible,
    #[error("[SSL] the server does not keep to TLS (_ssl.c:1006)")]
    Broken,
}

/// Why a certificate is not accepted: OpenSSL's words for its verification results, and our own for what it accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Distrust {
    #[error("unable to get local issuer certificate")]
    UnknownIssuer,
    /// The CA bundle contains an authority between the certificate and a root, but not the root.
    #[error("unable to get issuer certificate")]
    RootNotInBundle,
    #[error("self-signed certificate")]
    SelfSigned,
    #[error("self-signed certificate in certificate chain")]
    SelfSignedInChain,
    #[error("certificate has expired")]
    Expired,
    #[error("certificate is not yet valid")]
    NotYetValid,
    #[error("unsuitable certificate purpose")]
    Purpose,
    #[error("certificate signature failure")]
    Signature,
    #[error("invalid CA certificate")]
    NoAuthority,
    #[error("path length constraint exceeded")]
    PathTooLong,
    #[error("certificate chain too long")]
    ChainTooLong,
    #[error("permitted subtree violation")]
    NameConstraint,
    #[error("unhandled critical extension")]
    CriticalExtension,
    #[error("certificate key too weak")]
    WeakKey,
    #[error("a certificate of the server or of an authority is not well formed")]
    Malformed,
    #[error(
        "a certificate of the server or of an authority has critical policies, which this program does not take"
    )]
    CriticalPolicies,
    #[error("the server's certificate has version 1, which this program does not take")]
    Version1,
    #[error(
        "a certificate of the server or of an authority is signed in a way that this program does not take, such as \
         with SHA-1 or P-521"
    )]
    SignatureAlgorithm,
}

impl TlsFailure {
    /// What to do about it. The reference has no such line.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            TlsFailure::Bundle(_) => Some(
                "The CA bundle comes from --ca-bundle, AWS_CA_BUNDLE, ca_bundle in the profile or REQUESTS_CA_BUNDLE. \
                 It must be a file of PEM certificates.",
            ),
            TlsFailure::Untrusted(distrust) => distrust.hint(),
            TlsFailure::WrongHost { .. } => {
                Some("The host of the endpoint URL must be one of the certificate's names.")
            }
            TlsFailure::NotTls => {
                Some("If this endpoint speaks plain HTTP, its URL must start with http://.")
            }
            // bad certificate, certificate required
            TlsFailure::Alert(42 | 116) => {
                Some("The server may want a client certificate, which this program cannot show.")
            }
            // handshake failure, protocol version, insufficient security
            TlsFailure::Alert(40 | 70 | 71) | TlsFailure::Incompatible => Some(
                "The server may want what this program does not have. It speaks TLS 1.2 and 1.3 with ECDHE and AES-GCM or \
                 ChaCha20 (not CBC), and takes server keys of RSA (not RSA-PSS) with 2048 bits or more, P-256, P-384 \
                 (not P-521) and Ed25519.",
            ),
            TlsFailure::EndOfStream | TlsFailure::Alert(_) | TlsFailure::Broken => None,
        }
    }
}

impl Distrust {
    /// Whether others may accept the certificate: it is of a form that this program does not take.
    pub(crate) fn is_ours(self) -> bool {
        matches!(self, Distrust::CriticalPolicies | Distrust::Version1 | Distrust::SignatureAlgorithm)
    }

    fn hint(self) -> Option<&'static str> {
        match self {
            Distrust::UnknownIssuer | Distrust::SelfSigned | Distrust::SelfSignedInChain => Some(
                "If you trust this server, name the PEM file of its certificate authority with --ca-bundle, \
                 AWS_CA_BUNDLE or ca_bundle in the profile.",
            ),
            Distrust::RootNotInBundle => Some(
                "The CA bundle holds an intermediate authority of this server, but not the root above it. Add the root.",
            ),
            Distrust::Expired | Distrust::NotYetValid => Some(
                "Check the clock of this machine and the dates of the server's certificate and its authorities.",
            ),
            Distrust::NoAuthority => Some(
                "A certificate of a CA bundle counts for other servers only if it is an authority's: CA:TRUE, and \
                 keyCertSign where it has a key usage.",
            ),
            Distrust::WeakKey => Some("RSA keys must have 2048 bits or more."),
            Distrust::CriticalPolicies => {
                Some("Policies that are not critical are taken: ask the authority for such a certificate.")
            }
            Distrust::Version1 => {
                Some("Give the server a certificate of version 3 with its host in subjectAltName.")
            }
            Distrust::SignatureAlgorithm => Some(
                "Signatures of RSA keys with 2048 bits or more, P-256, P-384 and Ed25519 with SHA-256 or better are taken.",
            ),
            _ => None,
        }
    }
}

/// OpenSSL's words for the alerts that servers send.
fn alert(number: u8) -> String {
    let name = match number {
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
        _ => return format!("[SSL] the server ended the session with alert {number} (_ssl.c:1006)"),
    };
    format!("[SSL: {}] {name} (_ssl.c:1006)", name.replace(' ', "_").to_ascii_uppercase())
}

/// urllib3's words, which depend on how many names the certificate has.
fn wrong_host(host: &str, names: &[String]) -> String {
    match names {
        [] => "no appropriate subjectAltName fields were found".to_owned(),
        [name] => format!("hostname '{host}' doesn't match '{name}'"),
        _ => format!("hostname '{host}' doesn't match either of '{}'", names.join("', '")),
    }
}
