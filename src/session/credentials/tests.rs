use super::*;
use crate::cli::globals::Globals;
use crate::session::config_file::ConfigFiles;

const KEYS: &str = "aws_access_key_id=AKIDKEYS\naws_secret_access_key=hush\n";
const ROLE: &str = "role_arn=arn:aws:iam::111122223333:role/r\n";

/// What is found for a profile that was named on the command line (or for none), as one line.
fn found(profile: Option<&str>, config: &str, credentials: &str, variables: &[(&str, &str)]) -> String {
    let files = ConfigFiles::of_texts(config, credentials);
    // The machine has no part in this.
    let home = tempfile::tempdir().expect("a folder");
    let (boto, home) = (home.path().join("boto").display().to_string(), home.path().display().to_string());
    let usual =
        [("HOME", home.as_str()), ("BOTO_CONFIG", boto.as_str()), ("AWS_EC2_METADATA_DISABLED", "true")];
    let environment: Environment = variables.iter().copied().chain(usual).collect();
    let globals = Globals { profile: profile.map(str::to_owned), ..Globals::default() };
    let settings = Settings::resolve(globals, &files, &environment);
    match find(&settings) {
        Ok(CredentialsSource::Provided(keys, _)) => match keys.session_token() {
            Some(token) => format!("{} {token}", keys.access_key_id()),
            None => keys.access_key_id().to_owned(),
        },
        Ok(source) => source.name().to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_environment_comes_first_unless_a_profile_is_named() {
    let environment = [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "hush")];
    let credentials = format!("[p]\n{KEYS}[default]\n{KEYS}");
    assert_eq!(found(None, "", &credentials, &environment), "AKIDENV");
    assert_eq!(found(Some("p"), "", &credentials, &environment), "AKIDKEYS");
    assert_eq!(found(None, "", &credentials, &[("AWS_SECRET_ACCESS_KEY", "hush")]), "AKIDKEYS");
    let partial = found(None, "", "", &environment[..1]);
    assert_eq!(partial, "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY");
}

#[test]
fn the_older_name_of_the_token_wins_unless_it_is_empty() {
    let keys =
        [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "hush"), ("AWS_SESSION_TOKEN", "new")];
    let with = |security: &'static str| [&keys[..], &[("AWS_SECURITY_TOKEN", security)]].concat();
    assert_eq!(found(None, "", "", &with("old")), "AKIDENV old");
    assert_eq!(found(None, "", "", &with("")), "AKIDENV new");
}

#[test]
fn an_expiration_of_no_form_is_an_error() {
    let with = |expiration: &'static str| {
        let keys = [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "hush")];
        found(None, "", "", &[&keys[..], &[("AWS_CREDENTIAL_EXPIRATION", expiration)]].concat())
    };
    assert_eq!(with("2099-01-01T00:00:00Z"), "AKIDENV");
    assert_eq!(with(""), "AKIDENV");
    assert_eq!(with("garbage"), "Unknown string format: garbage");
    assert_eq!(with("2099-01-01T00:00:00"), SessionError::ExpirationWithoutZone.to_string());
}

#[test]
fn the_credentials_file_comes_before_a_process_and_that_before_the_configuration_file() {
    let process = "credential_process=\n";
    let asked = SessionError::EmptyCommand.to_string();
    let config = format!("[default]\n{process}{KEYS}");
    assert_eq!(found(None, &config, &format!("[default]\n{KEYS}"), &[]), "AKIDKEYS");
    assert_eq!(found(None, &config, "", &[]), asked);
    assert_eq!(found(None, &format!("[default]\n{KEYS}"), "", &[]), "AKIDKEYS");
    assert_eq!(found(None, &format!("[default]\nlogin_session=x\n{process}"), "", &[]), "login");
}

#[test]
fn a_key_without_its_secret_is_an_error_and_a_secret_alone_nothing() {
    let key = "[default]\naws_access_key_id=AKIDKEYS\n";
    let partial =
        |provider| format!("Partial credentials found in {provider}, missing: aws_secret_access_key");
    assert_eq!(found(None, "", key, &[]), partial("shared-credentials-file"));
    assert_eq!(found(None, key, "", &[]), partial("config-file"));
    assert_eq!(found(None, "", "[default]\naws_secret_access_key=hush\n", &[]), "nobody");
    let nested = "[default]\naws_access_key_id=\n  a=b\naws_secret_access_key=hush\n";
    let message = "The value of aws_access_key_id must be a text, not a list of settings.";
    assert_eq!(found(None, "", nested, &[]), message);
}

#[test]
fn a_role_needs_one_source_that_has_credentials() {
    let role = |rest: &str| found(Some("r"), &format!("[profile r]\n{ROLE}{rest}"), "", &[]);
    assert_eq!(role(&format!("source_profile=s\n[profile s]\n{KEYS}")), "assume-role");
    assert_eq!(role(&format!("source_profile=r\n{KEYS}")), "assume-role", "it has its own keys");
    assert_eq!(
        role(
            "source_profile=s\n[profile s]\nsso_role_name=a\nsso_account_id=1\nsso_start_url=u\nsso_region=e"
        ),
        "assume-role"
    );
    assert_eq!(
        role(""),
        "Partial credentials found in assume-role, missing: source_profile or credential_source"
    );
    assert_eq!(
        role("source_profile=s\ncredential_source=Environment\n"),
        "The profile \"r\" contains both source_profile and credential_source."
    );
    assert_eq!(
        role("source_profile=s\n"),
        "The source_profile \"s\" referenced in the profile \"r\" does not exist."
    );
    assert_eq!(
        role("source_profile=s\n[profile s]\nregion=r\n"),
        "The source profile \"s\" must have credentials."
    );
}

#[test]
fn roles_that_lead_back_to_themselves_are_an_error() {
    let loops = |visited: &str| {
        format!(
            "Infinite loop in credential configuration detected. Attempting to load from profile r which has already \
             been visited. Visited profiles: [{visited}]"
        )
    };
    let own = format!("[profile r]\n{ROLE}source_profile=r\n");
    assert_eq!(found(Some("r"), &own, "", &[]), loops("'r'"));
    let two = format!("[profile r]\n{ROLE}source_profile=m\n[profile m]\n{ROLE}source_profile=r\n");
    assert_eq!(found(Some("r"), &two, "", &[]), loops("'r', 'm'"));
}

#[test]
fn a_chain_of_roles_ends() {
    let chain = |length: usize| {
        let role = |number: usize| format!("[profile p{number}]\n{ROLE}source_profile=p{}\n", number + 1);
        let roles: String = (0..length).map(role).collect();
        found(Some("p0"), &format!("{roles}[profile p{length}]\n{KEYS}"), "", &[])
    };
    assert_eq!(chain(100), "assume-role");
    assert_eq!(chain(5_000), "The profile \"p0\" leads through too many source profiles.");
}

#[test]
fn a_credential_source_is_named_exactly() {
    let source = |name: &str, variables: &[(&str, &str)]| {
        found(Some("r"), &format!("[profile r]\n{ROLE}credential_source={name}\n"), "", variables)
    };
    let keys = [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "hush")];
    assert_eq!(source("Environment", &keys), "assume-role");
    assert_eq!(
        source("Environment", &[]),
        "Error when retrieving credentials from Environment: No credentials found in credential_source referenced in \
         profile r"
    );
    let nothing = "No credentials found in credential_source referenced in profile r";
    assert!(source("Ec2InstanceMetadata", &[]).ends_with(nothing), "it is switched off");
    assert_eq!(
        source("environment", &keys),
        "The credential source \"environment\" referenced in profile \"r\" is not valid."
    );
}

#[test]
fn web_identity_needs_a_role() {
    let token = ("AWS_WEB_IDENTITY_TOKEN_FILE", "/t");
    assert_eq!(found(None, "", "", &[token, ("AWS_ROLE_ARN", "arn")]), "assume-role-with-web-identity");
    assert!(found(None, "", "", &[token]).ends_with("set or the AWS_ROLE_ARN env var is set."));
    assert_eq!(found(None, "", "", &[("AWS_WEB_IDENTITY_TOKEN_FILE", "")]), "nobody");
    let keys = format!("[profile p]\n{KEYS}");
    assert_eq!(found(Some("p"), &keys, "", &[token]), "AKIDKEYS", "--profile takes the environment out");
}

#[test]
fn identity_center_is_checked_before_anybody_is_asked() {
    let sso = |rest: &str| found(Some("s"), &format!("[profile s]\nsso_role_name=A\n{rest}"), "", &[]);
    let missing = |names| {
        format!("The profile \"s\" is configured to use SSO but is missing required configuration: {names}")
    };
    assert_eq!(sso("sso_account_id=1\n"), missing("sso_start_url, sso_region"));
    assert_eq!(sso("sso_start_url=u\nsso_region=e\n"), missing("sso_account_id"));
    let session = "sso_account_id=1\nsso_session=my\n";
    assert_eq!(sso(session), "The specified sso-session does not exist: \"my\"");
    let whole = "[sso-session my]\nsso_start_url=u\nsso_region=us-west-2\n";
    assert_eq!(sso(&format!("{session}{whole}")), "sso");
    assert_eq!(
        sso(&format!("{session}sso_region=eu-west-1\n{whole}")),
        "The value for sso_region is inconsistent between profile (eu-west-1) and sso-session (us-west-2)."
    );
    let secret = sso(&format!("{session}{KEYS}{whole}aws_secret_access_key=hush2\n"));
    assert!(secret.contains("aws_secret_access_key") && !secret.contains("hush"), "{secret}");
}

#[test]
fn the_session_of_a_token_is_checked_even_with_other_credentials() {
    let keys = [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "hush")];
    let token = |session: &str| found(None, &format!("[default]\nsso_session=my\n{session}"), "", &keys);
    assert_eq!(
        token(""),
        "The profile \"default\" is configured to use the SSO token provider but the \"my\" sso_session configuration \
         does not exist."
    );
    assert_eq!(
        token("[sso-session my]\nsso_region=r\n"),
        "The profile \"default\" is configured to use the SSO token provider but is missing the following \
         configuration: ['sso_start_url']."
    );
    assert_eq!(token("[sso-session my]\nsso_region=r\nsso_start_url=u\n"), "AKIDENV");
}
