//! What is missing or misspelt before the first request can be sent, and what to do next.

use std::collections::BTreeSet;

use crate::cli::foreign::program;
use crate::client::error::ClientError;
use crate::error::Error;
use crate::hints::Hints;
use crate::session::error::SessionError;
use crate::session::regions;
use crate::session::settings::Settings;
use crate::transport::error::TransportError;

/// How many profiles are named.
const MOST_PROFILES: usize = 8;

pub(super) fn of_error(error: &Error, settings: &Settings, hints: &Hints) {
    match error {
        Error::Session(SessionError::NoCredentials) => missing("aws login", true, settings, hints),
        Error::Session(SessionError::NoRegion { no_credentials }) => {
            missing("aws configure", *no_credentials, settings, hints);
        }
        // Other characters have hints of their own.
        Error::Session(SessionError::BadRegion { region }) if region.is_ascii() => misspelt(region, hints),
        Error::Client(ClientError::Transport(
            TransportError::CouldNotConnect { url, .. } | TransportError::ConnectTimeout { url },
        )) => {
            if let Some(region) = region_of(url) {
                misspelt(region, hints);
            }
        }
        _ => {}
    }
}

/// `advised` is the command that the reference's words advise.
fn missing(advised: &str, lacks_credentials: bool, settings: &Settings, hints: &Hints) {
    let profiles: BTreeSet<&str> = settings.files.profile_names().collect();
    if !profiles.is_empty() && !profiles.contains(settings.profile_name.as_str()) {
        let names: Vec<&str> = profiles.into_iter().take(MOST_PROFILES).collect();
        hints.add(format!("--profile or AWS_PROFILE chooses one of your profiles: {}", names.join(", ")));
    }
    if !program::is_there(settings.environment) {
        hints.add(format!("{advised} is a command of the full AWS CLI, which was not found."));
    }
    if lacks_credentials {
        hints.add(CREDENTIALS.to_owned());
    }
}

/// How to give credentials without `aws login` and `aws configure`.
const CREDENTIALS: &str = "Credentials can be given in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN \
                           with temporary ones), or in ~/.aws/credentials as aws_access_key_id and \
                           aws_secret_access_key of a profile. aws help config-vars lists all settings.";

fn misspelt(region: &str, hints: &Hints) {
    let near = regions::near(region);
    if !near.is_empty() {
        hints.add(format!(
            "No Region that this program knows is named {region}. Maybe you meant: {}",
            near.join(", ")
        ));
    }
}

/// The region in the URL of an endpoint of AWS.
fn region_of(url: &str) -> Option<&str> {
    let host = url.strip_prefix("https://")?.split('/').next()?;
    let mut labels = host.split('.');
    let (_service, region) = (labels.next()?, labels.next()?);
    labels.next()?.starts_with("amazonaws").then_some(region)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::globals::Globals;
    use crate::environment::Environment;
    use crate::session::config_file::ConfigFiles;

    #[test]
    fn a_region_without_a_host_may_be_a_slip() {
        let url = "https://kms.us-eats-1.amazonaws.com/".to_owned();
        let error = TransportError::CouldNotConnect { url, cause: String::new() };
        let hints = Hints::new(true);
        let (files, environment) = (ConfigFiles::default(), Environment::default());
        let settings = Settings::resolve(Globals::default(), &files, &environment);
        of_error(&ClientError::from(error).into(), &settings, &hints);
        let near = "No Region that this program knows is named us-eats-1. Maybe you meant: us-east-1";
        assert!(hints.lines(false).contains(near), "{}", hints.lines(false));
    }

    #[test]
    fn only_urls_of_aws_name_a_region() {
        assert_eq!(region_of("https://kms.us-eats-1.amazonaws.com/"), Some("us-eats-1"));
        assert_eq!(region_of("https://kms.us-eats-1.example.com/"), None);
        assert_eq!(region_of("http://localhost:8080/"), None);
    }
}
