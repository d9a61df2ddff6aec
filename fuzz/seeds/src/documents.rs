//! Documents that no recorded case has.

use std::error::Error;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};

const HEALTH: &str = r#"{"xksProxyFleetSize": 2, "xksProxyVendor": "Acme", "xksProxyModel": "Hypatia", "ekmVendor": "Thales",
    "ekmFleetDetails": [{"id": "hsm-1", "model": "Luna 5.0", "healthStatus": "DEGRADED"},
    {"id": "hsm-2", "model": "Luna 5.1", "healthStatus": "ACTIVE"}]}"#;

const HEALTH_ERRORS: [&str; 3] = [
    r#"{"errorName": "AuthenticationFailedException", "errorMessage": "no"}"#,
    r#"{"errorName": "InvalidUriPathException"}"#,
    "<html>busy</html>",
];

const SSO_TOKEN: &str = r#"{"startUrl": "https://d.awsapps.com/start", "region": "us-east-1", "accessToken": "token",
    "expiresAt": "2030-01-01T00:00:00Z", "clientId": "id", "clientSecret": "secret", "refreshToken": "refresh",
    "registrationExpiresAt": "2030-01-01T00:00:00Z"}"#;

const LOGIN_TOKEN: &str = r#"{"accessToken": {"accessKeyId": "A", "secretAccessKey": "s", "sessionToken": "t",
    "accountId": "111122223333", "expiresAt": "2030-01-01T00:00:00Z"}, "tokenType": "urn:aws:params:oauth:token-type:access_token_sigv4",
    "clientId": "arn:aws:signin:::devtools/same-device", "refreshToken": "r", "idToken": "i", "dpopKey": "-----BEGIN EC PRIVATE KEY-----\n"}"#;

const PROCESS: &str = r#"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "t", "Token": "t",
    "Expiration": "2030-01-01T00:00:00Z", "Code": "Success", "Type": "AWS-HMAC"}"#;

const STS: &str = "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>\
    <AccessKeyId>A</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
    <Expiration>2030-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";

const STS_ERROR: &str = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error>\
    <RequestId>1</RequestId></ErrorResponse>";

const CKS: [&str; 6] = [
    "cks status",
    "cks plan prod-xks --xks-proxy-uri-endpoint https://new.example.com",
    "cks apply prod-xks --xks-proxy-uri-path /kms/xks/v1 --yes --leave-disconnected",
    "cks check prod-xks",
    "cks keys prod-xks --output json",
    "kms wait custom-key-store-connected --custom-key-store-name prod-xks --timeout 5m",
];

/// Hands all of them over, with their targets.
pub fn add(add: &mut dyn FnMut(&'static str, Vec<u8>)) -> Result<(), Box<dyn Error>> {
    for (status, body) in [(0, HEALTH)].into_iter().chain(HEALTH_ERRORS.map(|body| (3, body))) {
        let headers = "application/json\0https://x.example.com\0Wed, 02 Oct 2030 13:00:00 GMT\0";
        add("health", [&[status, 0][..], headers.as_bytes(), body.as_bytes()].concat());
        add("health", [&[status, 81][..], b"application/json\0\0\0", body.as_bytes()].concat());
    }
    for document in [SSO_TOKEN, LOGIN_TOKEN, PROCESS] {
        add("caches", document.into());
        add("caches", document.replace("\"s\"", "\"\u{1}\"").into());
    }
    for (kind, document) in [(32, STS), (32 + 11, STS_ERROR)] {
        add("xml", document.into());
        add("reply", [&[6, kind][..], b"\0\0", document.as_bytes()].concat());
    }
    for line in CKS {
        add("completion_line", format!("aws {line}").into());
        for kind in [0, 2, 15] {
            add("command_line", [&[kind, 9][..], line.replace(' ', "\0").as_bytes()].concat());
        }
    }
    certificates(add)
}

/// An authority, a server's certificate that it has issued, and both as a bundle.
fn certificates(add: &mut dyn FnMut(&'static str, Vec<u8>)) -> Result<(), Box<dyn Error>> {
    let (key, server_key) = (KeyPair::generate()?, KeyPair::generate()?);
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(1));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority.distinguished_name = DistinguishedName::new();
    authority.distinguished_name.push(DnType::CommonName, "Example CA");
    let root = authority.self_signed(&key)?;
    let mut server = CertificateParams::new(vec!["xks.example.com".to_owned()])?;
    server.use_authority_key_identifier_extension = true;
    let leaf = server.signed_by(&server_key, &Issuer::new(authority, key))?;
    for certificate in [&root, &leaf] {
        add("bundle", certificate.der().to_vec());
        add("bundle", certificate.pem().into());
    }
    let both = format!("# a comment\n{}{}", root.pem(), leaf.pem());
    add("bundle", both.replace("CERTIFICATE", "TRUSTED CERTIFICATE").into());
    add("bundle", both.into());
    Ok(())
}
