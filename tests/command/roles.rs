//! Roles that a profile takes with other credentials: requests to STS, the cache, errors.

use kms_emulator::{AccessKey, Emulator};

use crate::aws::{Aws, Run};
use crate::endpoint::{Endpoint, typed};

/// The secret of all keys here.
pub const SECRET: &str = "hush-hush-hush-hush";

/// The token of all roles here.
pub const TOKEN: &str = "role-token-hunter2";

const ROLE: &str = "[profile r]\nrole_arn = arn:aws:iam::111122223333:role/r\nrole_session_name = sess\n";

const SOURCE: &str =
    "[profile src]\naws_access_key_id = AKIDSOURCE\naws_secret_access_key = hush-hush-hush-hush\n";

/// The file of the role in the cache: the reference's name for it.
const CACHED: &str = ".aws/cli/cache/c17dd3982480a22b2bac0c0af227a16354a7fe45.json";

/// The reply of STS to an operation that takes a role, with a key of this identifier.
pub fn role(operation: &str, key: &str, expiration: &str) -> Vec<u8> {
    let xml = format!(
        "<{operation}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{operation}Result><AssumedRoleUser>\
         <AssumedRoleId>AROA:s</AssumedRoleId><Arn>arn:aws:sts::111122223333:assumed-role/r/s</Arn></AssumedRoleUser>\
         <Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>{TOKEN}\
         </SessionToken><Expiration>{expiration}</Expiration></Credentials></{operation}Result><ResponseMetadata>\
         <RequestId>r-1</RequestId></ResponseMetadata></{operation}Response>"
    );
    typed(200, "text/xml", xml)
}

pub fn taken(key: &str) -> Vec<u8> {
    role("AssumeRole", key, "2099-01-01T00:00:00Z")
}

/// An error of STS.
pub fn refused(status: u16, code: &str) -> Vec<u8> {
    let xml = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>No.</Message></Error></ErrorResponse>"
    );
    typed(status, "text/xml", xml)
}

/// An emulator that knows the role's key alone.
pub fn emulator(key: &str) -> Emulator {
    let key = AccessKey::new(key, SECRET).with_session_token(TOKEN);
    Emulator::builder().access_key(key).start().expect("an emulator")
}

/// A command that is signed with what the profile gives. `config` is the configuration file.
pub fn describe(profile: &str, config: &str) -> Aws {
    let words =
        ["kms", "describe-custom-key-stores", "--query", "length(CustomKeyStores)", "--profile", profile];
    Aws::new(words).file(".aws/config", config)
}

fn with_role(more: &str) -> Aws {
    describe("r", &format!("{ROLE}source_profile = src\n{more}{SOURCE}"))
}

/// Runs a command whose role cannot be taken, for a reply of STS.
fn failing(reply: Vec<u8>) -> Run {
    let sts = Endpoint::start([reply]);
    with_role("").env("AWS_ENDPOINT_URL_STS", sts.url()).run()
}

/// The key that signed a request.
fn signed_by(head: &str) -> &str {
    head.split("Credential=").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or("nobody")
}

#[test]
fn a_role_is_taken_once_and_its_credentials_are_cached_for_their_owner_alone() {
    let (kms, sts) = (emulator("ASIAROLE"), Endpoint::start([taken("ASIAROLE")]));
    let aws =
        || with_role("external_id = a b\nduration_seconds = 900\n").env("AWS_ENDPOINT_URL_STS", sts.url());
    let (run, home) = aws().to(&kms).run_and_keep_home();
    run.prints("0\n");
    assert_eq!(signed_by(&sts.heads()[0]), "AKIDSOURCE");
    let sent = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fr&\
                RoleSessionName=sess&DurationSeconds=900&ExternalId=a%20b";
    assert_eq!(sts.bodies(), [sent]);
    let folder = home.path().join(".aws/cli/cache");
    let files: Vec<_> = std::fs::read_dir(&folder).expect("a folder").flatten().collect();
    assert_eq!(files.len(), 1);
    let content = std::fs::read_to_string(files[0].path()).expect("a file");
    let document = format!(
        "{{\"Credentials\": {{\"AccessKeyId\": \"ASIAROLE\", \"SecretAccessKey\": \"{SECRET}\", \"SessionToken\": \
         \"{TOKEN}\", \"Expiration\": \"2099-01-01T00:00:00UTC\", \"AccountId\": \"111122223333\"}}, \
         \"AssumedRoleUser\": {{\"AssumedRoleId\": \"AROA:s\", \"Arn\": \
         \"arn:aws:sts::111122223333:assumed-role/r/s\"}}}}"
    );
    assert_eq!(content, document);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &std::path::Path| {
            std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
        };
        assert_eq!((mode(&folder), mode(&files[0].path())), (0o700, 0o600));
    }
    let name = format!(".aws/cli/cache/{}", files[0].file_name().to_string_lossy());
    aws().file(&name, content).to(&kms).run().prints("0\n");
    assert_eq!(sts.requests().len(), 1, "the second run takes them from the cache");
}

#[test]
fn cached_credentials_do_for_fifteen_minutes_at_least() {
    let document = |expiration: &str| {
        format!(
            "{{\"Credentials\": {{\"AccessKeyId\": \"ASIACACHED\", \"SecretAccessKey\": \"{SECRET}\", \
             \"SessionToken\": \"{TOKEN}\", \"Expiration\": \"{expiration}\"}}}}"
        )
    };
    let (cached, new) = (emulator("ASIACACHED"), emulator("ASIAROLE"));
    let sts = Endpoint::start([taken("ASIAROLE")]);
    let aws =
        |expiration| with_role("").env("AWS_ENDPOINT_URL_STS", sts.url()).file(CACHED, document(expiration));
    for expiration in ["2099-01-01T00:00:00UTC", "2099-01-01T00:00:00Z", "2099-01-01T00:00:00+00:00"] {
        aws(expiration).to(&cached).run().prints("0\n");
    }
    assert_eq!(sts.requests(), [""; 0]);
    aws("2001-01-01T00:00:00Z").to(&new).run().prints("0\n");
    assert_eq!(sts.requests().len(), 1);
}

#[test]
fn a_cached_file_that_cannot_be_used_is_told_by_its_name() {
    let key = "c17dd3982480a22b2bac0c0af227a16354a7fe45";
    let run = |content: &str| with_role("").file(CACHED, content).run();
    for content in ["{oops", "[]", "", "\u{feff}{}"] {
        run(content).fails(255, &format!("aws: [ERROR]: '{key}'\nhint: ")).fails(255, "Delete the file");
    }
    let missing = "cannot be used: a member is missing (line 1, column ";
    run("{}").fails(255, &format!("'{key}'\nhint: ")).fails(255, missing);
    let token = r#"{"Credentials": {"SessionToken": "tok-hunter2", "Expiration": "2099-01-01T00:00:00Z"}}"#;
    run(token).fails(255, missing).hides("hunter2");
    run(r#"{"Credentials": {"Expiration": 5}}"#).fails(255, "cannot be used: a value has the wrong type");
    let expiring = |expiration| {
        let keys =
            r#""AccessKeyId": "A", "SecretAccessKey": "hush-hush-hush", "SessionToken": "tok-hunter2""#;
        run(&format!(r#"{{"Credentials": {{{keys}, "Expiration": "{expiration}"}}}}"#))
    };
    expiring("soon").fails(255, "Unknown string format: soon").hides("hunter2");
    expiring("2099-01-01T00:00:00").fails(255, "no time zone").hides("hunter2");
}

#[test]
fn credentials_that_cannot_be_kept_are_used_all_the_same() {
    let emulator = emulator("ASIAROLE");
    for (file, reason) in [
        (".aws/cli/cache".to_owned(), "[Errno 17] File exists: '"),
        (format!("{CACHED}/x"), "[Errno 21] Is a directory: '"),
    ] {
        let sts = Endpoint::start([taken("ASIAROLE")]);
        let aws =
            || with_role("").env("AWS_ENDPOINT_URL_STS", sts.url()).to(&emulator).file(&file, "in its place");
        let run = aws().run();
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), "0\n"), "{}", run.stderr);
        let hint = format!("hint: The new credentials cannot be kept for the next command: {reason}");
        assert!(run.stderr.starts_with(&hint) && run.stderr.lines().count() == 1, "{}", run.stderr);
        run.hides(TOKEN);
        run.hides(SECRET);
        let sts = Endpoint::start([taken("ASIAROLE")]);
        let quiet = aws().env("AWS_ENDPOINT_URL_STS", sts.url()).env("AWS_KMS_CLI_HINTS", "off");
        quiet.run().prints("0\n");
    }
}

#[test]
fn roles_are_taken_one_after_the_other_and_each_is_cached() {
    let role = |name: &str, source: &str| {
        format!(
            "[profile {name}]\nrole_arn = arn:aws:iam::111122223333:role/{name}\nsource_profile = {source}\n"
        )
    };
    let config = [role("r", "m"), role("m", "n"), role("n", "src"), SOURCE.to_owned()].concat();
    let (kms, sts) = (emulator("ASIAR"), Endpoint::start([taken("ASIAN"), taken("ASIAM"), taken("ASIAR")]));
    let aws = describe("r", &config).env("AWS_ENDPOINT_URL_STS", sts.url());
    let (run, home) = aws.to(&kms).run_and_keep_home();
    run.prints("0\n");
    let heads = sts.heads();
    assert_eq!(
        heads.iter().map(|head| signed_by(head)).collect::<Vec<_>>(),
        ["AKIDSOURCE", "ASIAN", "ASIAM"]
    );
    assert!(sts.bodies()[2].contains("role%2Fr&RoleSessionName=botocore-session-"), "{:?}", sts.bodies());
    assert_eq!(std::fs::read_dir(home.path().join(".aws/cli/cache")).expect("a folder").count(), 3);
}

#[test]
fn the_environment_can_be_the_source() {
    let (kms, sts) = (emulator("ASIAROLE"), Endpoint::start([taken("ASIAROLE")]));
    let aws = || describe("r", &format!("{ROLE}credential_source = Environment\n"));
    aws().env("AWS_ENDPOINT_URL_STS", sts.url()).to(&kms).run().prints("0\n");
    assert_eq!(signed_by(&sts.heads()[0]), "AKIDEXAMPLE000000000");
    let message = "Error when retrieving credentials from Environment: No credentials found in credential_source \
                   referenced in profile r";
    aws().without("AWS_ACCESS_KEY_ID").run().fails(255, message);
}

#[test]
fn parameters_of_the_role_are_validated_when_it_is_taken() {
    let config = format!(
        "[profile r]\nrole_arn = x\nsource_profile = src\nrole_session_name = s\nexternal_id = e\n\
         duration_seconds = 1\n{SOURCE}"
    );
    let violations = "Parameter validation failed:\n\
        Invalid length for parameter RoleSessionName, value: 1, valid min length: 2\n\
        Invalid length for parameter ExternalId, value: 1, valid min length: 2\n\
        Invalid value for parameter DurationSeconds, value: 1, valid min value: 900\n\
        Invalid length for parameter RoleArn, value: 1, valid min length: 20\n";
    describe("r", &config).run().fails(252, violations);
    // Those of the command come first.
    let words = ["kms", "describe-custom-key-stores", "--custom-key-store-id", "", "--profile", "r"];
    Aws::new(words).file(".aws/config", &config).run().fails(252, "parameter CustomKeyStoreId, value: 0");
    let words = ["kms", "describe-custom-key-stores", "--profile", "r", "--no-sign-request"];
    let aws = Aws::new(words).file(".aws/config", &config).env("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    aws.run().fails(255, "Could not connect to the endpoint URL");
}

#[test]
fn a_debug_log_shows_no_external_id() {
    let (kms, sts) = (emulator("ASIAROLE"), Endpoint::start([taken("ASIAROLE")]));
    let aws = with_role("external_id = ext-id-hunter2\n").env("AWS_ENDPOINT_URL_STS", sts.url());
    let run = aws.word("--debug").to(&kms).run();
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("operation=\"AssumeRole\""), "{}", run.stderr);
    run.hides("hunter2");
}

#[test]
fn errors_of_sts_are_told_as_those_of_kms() {
    let start = "An error occurred (AccessDenied) when calling the AssumeRole operation (reached max retries: 0): No.\n";
    failing(refused(403, "AccessDenied")).fails(254, start);
    let sts = Endpoint::start([refused(403, "AccessDenied")]);
    let told = |format: &str| {
        let aws = with_role("").env("AWS_ENDPOINT_URL_STS", sts.url());
        let run = aws.env("AWS_CLI_ERROR_FORMAT", format).env("AWS_MAX_ATTEMPTS", "3").run();
        assert_eq!(run.code, Some(254));
        run.stderr
    };
    assert_eq!(told("json"), "{\n    \"Code\": \"AccessDenied\",\n    \"Message\": \"No.\"\n}\n");
    assert_eq!(told("text"), "AccessDenied\tNo.\n");
    let legacy =
        "\naws: [ERROR]: An error occurred (AccessDenied) when calling the AssumeRole operation: No.\n";
    assert_eq!(told("legacy"), legacy);
    failing(typed(503, "text/html", "<html>")).fails(254, "(503) when calling the AssumeRole operation");
    failing(typed(403, "text/xml", "<a/>")).fails(254, "An error occurred (Unknown)");
}

#[test]
fn throttling_and_failures_of_sts_are_tried_again() {
    for trouble in [
        refused(400, "Throttling"),
        refused(500, "InternalFailure"),
        refused(400, "RequestTimeout"),
        typed(502, "text/plain", "no XML"),
    ] {
        let (kms, sts) = (emulator("ASIAROLE"), Endpoint::start([trouble, taken("ASIAROLE")]));
        let aws = with_role("").env("AWS_ENDPOINT_URL_STS", sts.url()).env("AWS_MAX_ATTEMPTS", "2");
        aws.to(&kms).run().prints("0\n");
        assert_eq!(sts.requests().len(), 2);
    }
}

#[test]
fn replies_that_cannot_be_used_are_errors_that_hide_them() {
    let whole = String::from_utf8(taken("ASIAROLE")).expect("a text");
    let xml = whole.split("\r\n\r\n").nth(1).expect("a body");
    let without = |part: &str| typed(200, "text/xml", xml.replace(part, ""));
    let no_secret = format!("<SecretAccessKey>{SECRET}</SecretAccessKey>");
    failing(without(&no_secret))
        .fails(255, "'SecretAccessKey'\nhint: The reply of AssumeRole has no")
        .hides(TOKEN);
    failing(without(SECRET)).fails(255, "'SecretAccessKey'\n").hides(TOKEN);
    failing(typed(200, "text/xml", "<A/>")).fails(255, "'AssumeRoleResult'\n");
    let not_xml = "Unable to parse response (not well-formed (invalid token): line 1, column 0), invalid XML received. \
                   Further retries may succeed:";
    failing(typed(200, "text/xml", format!("{{\"token\": \"{TOKEN}\"}}"))).fails(255, not_xml).hides(TOKEN);
    failing(typed(400, "text/plain", ""))
        .fails(255, "Unable to parse response (no element found: line 1, column 0)");
    for length in [10, 200, 400, xml.len() - 3] {
        failing(typed(200, "text/xml", &xml[..length])).fails(255, "Unable to parse response").hides(TOKEN);
    }
    let garbage = xml.replace("2099-01-01T00:00:00Z", "soon");
    let run = failing(typed(200, "text/xml", garbage));
    run.fails(255, "Unknown string format: soon").hides(TOKEN);
    let expired = role("AssumeRole", "ASIAROLE", "2001-01-01T00:00:00Z");
    failing(expired)
        .fails(255, "Credentials were refreshed, but the refreshed credentials are still expired.");
}

#[test]
fn the_options_for_endpoint_and_trust_are_not_for_sts() {
    let (kms, sts) = (emulator("ASIAROLE"), Endpoint::start([taken("ASIAROLE")]));
    let config = format!(
        "{ROLE}source_profile = src\nservices = s\n[services s]\nsts =\n  endpoint_url = {}/own\n{SOURCE}",
        sts.url()
    );
    let words = ["kms", "describe-custom-key-stores", "--profile", "r", "--query", "length(CustomKeyStores)"];
    let options = ["--endpoint-url", kms.endpoint(), "--region", "us-east-1", "--no-verify-ssl"];
    let aws = || Aws::new(words.iter().chain(&options)).file(".aws/config", &config);
    aws().run().prints("0\n");
    assert_eq!(sts.requests(), ["POST /own"]);
    aws().env("AWS_CA_BUNDLE", " ").run().fails(255, "Invalid CA bundle");
    aws().env("AWS_ENDPOINT_URL_STS", "nowhere").run().fails(255, "Invalid endpoint: nowhere");
}

#[test]
fn a_debug_log_tells_where_credentials_come_from_and_no_secret() {
    let (kms, sts) = (emulator("ASIAROLE"), Endpoint::start([taken("ASIAROLE")]));
    let words = ["kms", "describe-custom-key-stores", "--profile", "r", "--debug", "--output", "off"];
    let aws = Aws::new(words).file(".aws/config", format!("{ROLE}source_profile = src\n{SOURCE}"));
    let run = aws.env("AWS_ENDPOINT_URL_STS", sts.url()).to(&kms).run();
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for part in
        ["operation=\"AssumeRole\"", "source=Role", "arn:aws:iam::111122223333:role/r", CACHED, "2099-01-01"]
    {
        assert!(run.stderr.contains(part), "{part} in {}", run.stderr);
    }
    run.hides(SECRET);
    run.hides(TOKEN);
}
