use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;

use super::config_file::{self, ConfigFiles};
use super::*;
use crate::cli::globals::Globals;

/// Settings of profiles. `credential_process` is not among them: what it says would be run.
const SETTINGS: [&str; 36] = [
    "region",
    "output",
    "endpoint_url",
    "ignore_configured_endpoint_urls",
    "services",
    "kms",
    "s3",
    "ca_bundle",
    "max_attempts",
    "retry_mode",
    "parameter_validation",
    "cli_pager",
    "cli_timestamp_format",
    "cli_error_format",
    "cli_auto_prompt",
    "use_fips_endpoint",
    "use_dualstack_endpoint",
    "sdk_ua_app_id",
    "account_id_endpoint_mode",
    "request_checksum_calculation",
    "request_min_compression_size_bytes",
    "s3_disable_express_session_auth",
    "metadata_service_timeout",
    "ec2_metadata_service_endpoint_mode",
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "role_arn",
    "source_profile",
    "credential_source",
    "mfa_serial",
    "duration_seconds",
    "web_identity_token_file",
    "sso_session",
    "sso_account_id",
    "login_session",
];

/// Variables of the environment.
const VARIABLES: [&str; 22] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_DEFAULT_OUTPUT",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_KMS",
    "AWS_ENDPOINT_URL_STS",
    "AWS_CA_BUNDLE",
    "AWS_MAX_ATTEMPTS",
    "AWS_RETRY_MODE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CREDENTIAL_FILE",
    "BOTO_CONFIG",
    "HTTPS_PROXY",
];

/// A value that a setting could have, or nearly, or anything.
fn value() -> impl Strategy<Value = String> {
    let known = [
        "",
        "a",
        "b",
        "default",
        "true",
        "standard",
        "adaptive",
        "eu-west-1",
        "us-west-2-fips",
        "fips",
        "-",
        "0",
        "3",
        "99999999999999999999",
        "http://127.0.0.1:9",
        "https://u:p@h:99999/x?y#z",
        "http://[",
        "://",
        "~",
        "$HOME/x",
        "Environment",
        "2099-01-01T00:00:00Z",
        "arn:aws:iam::111122223333:role/r",
        "\n  endpoint_url = http://h",
        "'",
    ];
    prop_oneof![3 => select(known.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,8}", 1 => "[ -~\n\t]{0,12}"]
}

/// A file of profiles.
fn file() -> impl Strategy<Value = String> {
    let header = select(vec![
        "[default]",
        "[profile a]",
        "[profile b]",
        "[a]",
        "[b]",
        "[services a]",
        "[sso-session b]",
        "[toplevel]",
        "[command kms]",
        "[DEFAULT]",
    ]);
    vec((header, btree_map(select(SETTINGS.to_vec()), value(), 0..6)), 0..5).prop_map(|sections| {
        let sections: BTreeMap<_, _> = sections.into_iter().collect();
        let mut file = String::new();
        for (header, settings) in sections {
            file.push_str(&format!("{header}\n"));
            file.extend(settings.iter().map(|(name, value)| format!("{name} = {value}\n")));
        }
        file
    })
}

/// Reads the files and resolves a session; whatever they say, an error has an exit code of its own.
fn resolve(files: [&[u8]; 3], variables: &BTreeMap<&str, String>, globals: Globals) {
    let home = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(home.path().join(".aws/cli")).expect("a folder");
    for (name, content) in [".aws/config", ".aws/credentials", ".aws/cli/alias"].into_iter().zip(files) {
        std::fs::write(home.path().join(name), content).expect("a file");
    }
    let mut all: BTreeMap<&str, String> = [("AWS_EC2_METADATA_DISABLED", "true".to_owned())].into();
    all.extend(variables.iter().map(|(name, value)| (*name, value.clone())));
    all.insert("HOME", home.path().display().to_string());
    let environment: Environment = all.into_iter().collect();
    let resolved =
        config_file::aliases(&environment).and_then(|_| ConfigFiles::load(&environment)).and_then(|files| {
            let settings = Settings::resolve(globals, &files, &environment);
            Session::resolve(&settings, &Hints::new(true), "x").map(drop)
        });
    if let Err(error) = resolved {
        assert!(matches!(error.exit_code(), 252..=255), "{error}");
    }
}

proptest! {
    #[test]
    fn no_bytes_in_the_files_make_it_panic(files in vec(vec(any::<u8>(), 0..60), 3)) {
        resolve([&files[0], &files[1], &files[2]], &BTreeMap::new(), Globals::default());
    }

    #[test]
    fn no_settings_make_it_panic_or_run_for_ever(
        config in file(),
        credentials in file(),
        variables in btree_map(select(VARIABLES.to_vec()), value(), 0..5),
        options in vec(proptest::option::of(value()), 4),
        timeouts in vec(proptest::option::of(any::<i64>()), 2),
        no_sign_request in any::<bool>(),
    ) {
        let [profile, region, endpoint_url, ca_bundle] = <[_; 4]>::try_from(options).expect("four options");
        let ca_bundle = ca_bundle.map(OsString::from);
        let (read_timeout, connect_timeout) = (timeouts[0], timeouts[1]);
        let globals = Globals {
            profile, region, endpoint_url, ca_bundle, read_timeout, connect_timeout, no_sign_request,
            ..Globals::default()
        };
        resolve([config.as_bytes(), credentials.as_bytes(), b""], &variables, globals);
    }
}
