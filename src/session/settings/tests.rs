use super::*;
use crate::render::Format;

/// What a look at the settings gives, or the text of its error.
fn settings<T>(
    config: &str,
    variables: &[(&str, &str)],
    look: impl Fn(&Settings) -> Result<T, SessionError>,
) -> Result<T, String> {
    let files = ConfigFiles::of_texts(config, "");
    let environment: Environment = variables.iter().copied().collect();
    let settings = Settings::resolve(Globals::default(), &files, &environment);
    settings.check_profile().and_then(|()| look(&settings)).map_err(|error| error.to_string())
}

#[test]
fn regions_are_checked_by_form_only() {
    for region in ["us-east-1", "", "EU", "mars-north-1", "a1"] {
        assert!(is_region(region), "{region}");
    }
    for region in ["us east", "-a", "a-", "123", "é", "a.b", "file://r"] {
        assert!(!is_region(region), "{region}");
    }
}

#[test]
fn an_empty_variable_hides_the_profile() {
    let region = |variables: &[(&str, &str)]| {
        settings("[default]\nregion=r1\n", variables, |settings| settings.region())
    };
    assert_eq!(region(&[]), Ok(Some("r1".into())));
    assert_eq!(region(&[("AWS_DEFAULT_REGION", "r2")]), Ok(Some("r2".into())));
    assert_eq!(region(&[("AWS_DEFAULT_REGION", "r2"), ("AWS_REGION", "")]), Ok(Some(String::new())));
}

#[test]
fn a_profile_that_was_named_must_exist() {
    let named =
        |variables| settings("[profile a]\n", variables, |settings| Ok(settings.profile_name.clone()));
    assert_eq!(named(&[]), Ok("default".into()));
    assert_eq!(named(&[("AWS_DEFAULT_PROFILE", "a")]), Ok("a".into()));
    let missing = |name: &str| Err(format!("The config profile ({name}) could not be found"));
    assert_eq!(named(&[("AWS_PROFILE", "b"), ("AWS_DEFAULT_PROFILE", "a")]), missing("b"));
    assert_eq!(named(&[("AWS_PROFILE", "")]), missing(""));
    assert_eq!(named(&[("AWS_PROFILE", "default")]), missing("default"));
}

#[test]
fn attempts_are_whole_numbers_from_one_on() {
    let attempts = |variables: &[(&str, &str)]| {
        settings("", variables, |settings| settings.retries()).map(|(_mode, attempts)| attempts)
    };
    let given = |text| attempts(&[("AWS_MAX_ATTEMPTS", text)]);
    assert_eq!(attempts(&[]), Ok(3));
    assert_eq!(given(" 1_0 "), Ok(10));
    assert_eq!(given("99999999999999999999"), Ok(u32::MAX));
    assert_eq!(
        given("-1"),
        Err("Value provided to \"max_attempts\": -1 must be an integer greater than or equal to one.".into())
    );
    assert_eq!(given("abc"), Err("The value of max_attempts must be a whole number, not 'abc'.".into()));
}

#[test]
fn settings_of_metadata_are_checked_even_if_nothing_asks_for_it() {
    let check = |variable, value| {
        let checks = |settings: &Settings| Metadata::new(settings).map(drop);
        settings("", &[(variable, value)], checks).err().unwrap_or_default()
    };
    assert_eq!(check("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"), "");
    assert_eq!(
        check("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "foo"),
        "Invalid EC2 Instance Metadata endpoint mode: foo Valid endpoint modes (case-insensitive): ('ipv4', 'ipv6')."
    );
    assert!(check("AWS_METADATA_SERVICE_TIMEOUT", "x").contains("metadata_service_timeout"));
}

#[test]
fn the_error_format_asks_the_profile_last() {
    let files = ConfigFiles::of_texts("[default]\ncli_error_format=JSON\n", "");
    let format = |variables: &[(&str, &str)]| {
        let environment = variables.iter().copied().collect();
        Settings::resolve(Globals::default(), &files, &environment).error_format()
    };
    assert_eq!(format(&[]), ErrorFormat::Structured(Format::Json));
    assert_eq!(format(&[("AWS_CLI_ERROR_FORMAT", "yaml")]), ErrorFormat::Structured(Format::Yaml));
    assert_eq!(format(&[("AWS_CLI_ERROR_FORMAT", "")]), ErrorFormat::Enhanced);
    assert_eq!(format(&[("AWS_PROFILE", "nope")]), ErrorFormat::Legacy);
    assert_eq!(
        format(&[("AWS_PROFILE", "nope"), ("AWS_CLI_ERROR_FORMAT", "text")]),
        ErrorFormat::Structured(Format::Text)
    );
}
