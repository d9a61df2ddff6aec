use proptest::prelude::*;

use super::*;
use crate::cli::globals::Globals;
use crate::environment::Environment;
use crate::session::config_file::ConfigFiles;

fn metadata(config: &str, variables: &[(&str, &str)]) -> Result<Metadata, String> {
    let files = ConfigFiles::of_texts(config, "");
    let environment: Environment = variables.iter().copied().collect();
    let globals = Globals::default();
    Metadata::new(&Settings::resolve(globals, &files, &environment)).map_err(|error| error.to_string())
}

fn base_url(config: &str, variables: &[(&str, &str)]) -> String {
    metadata(config, variables).map_or_else(|error| error, |metadata| metadata.base_url)
}

/// The key of a document, `skipped`, or the error.
fn found(document: &str) -> String {
    match read(document.as_bytes()) {
        Ok(Some(credentials)) => credentials.access_key_id().to_owned(),
        Ok(None) => "skipped".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_endpoint_is_that_of_the_settings_or_of_the_mode() {
    let (v4, v6) = ("http://169.254.169.254/", "http://[fd00:ec2::254]/");
    let (endpoint, mode) = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
    assert_eq!(base_url("", &[]), v4);
    assert_eq!(base_url("", &[(mode, "IPv6")]), v6);
    assert_eq!(base_url("[default]\nec2_metadata_service_endpoint_mode=ipv6", &[]), v6);
    assert_eq!(base_url("[default]\nimds_use_ipv6=True", &[]), v6);
    assert_eq!(base_url("", &[("AWS_IMDS_USE_IPV6", "true"), (mode, "ipv4")]), v4);
    let config = "[default]\nec2_metadata_service_endpoint=http://a:1";
    assert_eq!(base_url(config, &[(mode, "ipv6")]), "http://a:1");
    assert_eq!(base_url(config, &[(endpoint, "http://b")]), "http://b");
    assert_eq!(base_url(config, &[(endpoint, "")]), v4, "an empty variable hides the profile");
    assert_eq!(base_url("", &[(endpoint, "http://a:port")]), "http://a:port", "ports come later");
    let invalid = |url| format!("Invalid endpoint EC2 Instance Metadata endpoint: {url}");
    assert_eq!(base_url("", &[(endpoint, "foo")]), invalid("foo"));
    assert_eq!(base_url("", &[(endpoint, "http://u:p@a_b/")]), invalid("http://***@a_b/"));
    assert!(base_url("", &[(endpoint, "foo"), (mode, "")]).starts_with("Invalid EC2 Instance Metadata"));
}

#[test]
fn time_out_and_attempts_are_whole_numbers() {
    let numbers = |timeout, attempts| {
        let (seconds, count) = ("AWS_METADATA_SERVICE_TIMEOUT", "AWS_METADATA_SERVICE_NUM_ATTEMPTS");
        metadata("", &[(seconds, timeout), (count, attempts)]).map(|found| (found.timeout, found.attempts))
    };
    assert_eq!(metadata("", &[]).map(|found| (found.timeout, found.attempts)), Ok((1, 1)));
    assert_eq!(numbers(" 5 ", "-1"), Ok((5, -1)));
    let message = |name| Err(format!("The value of {name} must be a whole number, not 'x'."));
    assert_eq!(numbers("x", "x"), message("metadata_service_timeout"));
    assert_eq!(numbers("1", "x"), message("metadata_service_num_attempts"));
}

#[test]
fn a_document_without_all_members_is_skipped() {
    let all = r#"{"AccessKeyId":"A","SecretAccessKey":"S","Token":"T","Expiration":"2099-01-01T00:00:00Z"}"#;
    assert_eq!(found(all), "A");
    for member in ["AccessKeyId", "SecretAccessKey", "Token", "Expiration"] {
        assert_eq!(found(&all.replace(member, "x")), "skipped");
    }
    assert_eq!(found(r#"{"Code":"AssumeRoleUnauthorizedAccess","Message":"no"}"#), "skipped");
    let unreadable = "The answer of the instance's metadata service cannot be read.";
    assert_eq!(found("null"), unreadable);
    assert_eq!(found(&all.replace("\"A\"", "5")), unreadable);
    assert_eq!(found(&all.replace("2099", "x")), "Unknown string format: x-01-01T00:00:00Z");
}

#[test]
fn old_credentials_are_used_for_another_while() {
    let remaining = |text: &str| {
        let document =
            format!(r#"{{"AccessKeyId":"A","SecretAccessKey":"S","Token":"T","Expiration":"{text}"}}"#);
        let credentials = read(document.as_bytes()).ok().flatten();
        credentials.and_then(|credentials| credentials.expiry()).map(Remaining::until)
    };
    assert_eq!(remaining("2001-01-01T00:00:00Z"), Some(Remaining::Enough));
    assert_eq!(remaining("2099-01-01T00:00:00Z"), Some(Remaining::Enough));
    assert_eq!(remaining("2001-01-01T00:00:00+00:00"), Some(Remaining::Expired));
    assert_eq!(remaining("2001-01-01T00:00:00.5Z"), Some(Remaining::Expired));
}

proptest! {
    #[test]
    fn no_document_panics(text in "[0-9TZ:-]{0,24}|.{0,20}", id in "null|\"[a-z]*\"|[0-9]+|\\[\\]") {
        let _ = found(&format!(
            r#"{{"AccessKeyId":{id},"SecretAccessKey":{id},"Token":{id},"Expiration":{text:?}}}"#
        ));
    }
}
