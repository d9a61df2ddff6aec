//! Configuration files and what they lack: lines of our own below the reference's words.

use kms_emulator::Emulator;

use crate::aws::Aws;

#[test]
fn a_broken_file_is_told_with_its_line_and_never_with_its_text() {
    let broken = "[default]\nregion = us-east-1\naws_secret_access_key hunter2\n";
    for name in [".aws/config", ".aws/credentials"] {
        let aws = Aws::update([""; 0]).file(name, broken);
        let path = aws.home().join(name).display().to_string();
        let words = format!(
            "\naws: [ERROR]: Unable to parse config file: {path}\nhint: In line 3, there is neither a [section] nor \
             an option with = or :.\n"
        );
        aws.run().fails(255, &words).hides("hunter2");
    }
}

#[test]
fn an_unknown_profile_comes_with_near_names() {
    let files = |aws: Aws| {
        aws.file(".aws/config", "[profile development]\n").file(".aws/credentials", "[developer]\n")
    };
    let run = files(Aws::update(["--profile", "develoment"])).run();
    run.fails(
        255,
        "\naws: [ERROR]: The config profile (develoment) could not be found\nhint: Maybe you meant: development\n",
    );
    let run = files(Aws::update(["--profile", "xyz"])).run();
    assert_eq!(run.stderr, "\naws: [ERROR]: The config profile (xyz) could not be found\n");
}

#[test]
fn a_missing_region_says_all_that_is_missing() {
    let no_region = "An error occurred (NoRegion): You must specify a region. You can also configure your region by \
                     running \"aws configure\".\nhint: A region can be given with --region, in AWS_REGION, or as region \
                     in the profile (~/.aws/config).";
    let run = Aws::update([""; 0]).without("AWS_DEFAULT_REGION").run();
    run.fails(253, &format!("{no_region}\n"));
    let run = Aws::update([""; 0]).without("AWS_DEFAULT_REGION").without("AWS_ACCESS_KEY_ID").run();
    run.fails(253, &format!("{no_region} Credentials are missing too.\n"));
}

#[test]
fn where_something_is_missing_the_profiles_that_may_have_it_are_named() {
    let config = "[profile dev]\nregion = eu-west-1\n[profile prod]\nregion = eu-west-1\n";
    let run = |aws: Aws| aws.file(".aws/config", config).without("AWS_DEFAULT_REGION").run();
    let profiles = "\nhint: --profile or AWS_PROFILE chooses one of your profiles: dev, prod\n";
    run(Aws::update([""; 0])).fails(253, profiles);
    let chosen =
        run(Aws::update(["--profile", "dev"]).without("AWS_ACCESS_KEY_ID")).fails(253, "NoCredentials");
    assert!(!chosen.stderr.contains("chooses one"), "{}", chosen.stderr);
}

#[test]
fn indented_settings_where_a_text_belongs_are_refused_before_anything_is_sent() {
    let emulator = Emulator::builder().start().expect("an emulator");
    let nested = |option: &str, url: &str| {
        let config = format!("[default]\n{option} =\n  a = b\n  endpoint_url = {url}\n");
        let aws = Aws::update(["--new-custom-key-store-name", "n"]).without("AWS_MAX_ATTEMPTS");
        aws.file(".aws/config", config)
    };
    for (option, code) in [
        ("output", 255),
        ("sso_session", 255),
        ("retry_mode", 255),
        ("max_attempts", 255),
        ("cli_binary_format", 255),
        ("ec2_metadata_service_endpoint", 255),
        ("ec2_metadata_service_endpoint_mode", 255),
        ("metadata_service_timeout", 255),
        ("cli_timestamp_format", 253),
    ] {
        let words = format!("The value of {option} must be a text, not a list of settings.\n");
        nested(option, "x").to(&emulator).run().fails(code, &words);
    }
    nested("region", "x").without("AWS_DEFAULT_REGION").to(&emulator).run().fails(255, "The value of region");
    // Otherwise the request would go to AWS.
    for option in ["services", "endpoint_url"] {
        nested(option, emulator.endpoint())
            .run()
            .fails(255, &format!("The value of {option} must be a text"));
    }
    assert!(emulator.requests().is_empty());
}

#[test]
fn indented_settings_below_options_that_the_line_or_the_environment_decides_are_passed_over() {
    let emulator = Emulator::builder().start().expect("an emulator");
    let nested = |option: &str| {
        let aws = Aws::new(["kms", "describe-custom-key-stores", "--query", "length(CustomKeyStores)"]);
        aws.file(".aws/config", format!("[default]\n{option} =\n  a = b\n")).to(&emulator)
    };
    for option in ["region", "max_attempts", "services", "endpoint_url", "use_fips_endpoint", "cli_pager"] {
        nested(option).run().prints("0\n");
    }
    nested("output").word("--output").word("json").run().prints("0\n");
}
