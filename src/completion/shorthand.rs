//! Completion in shorthand: `Key=value,Key@=file://path`.

use super::candidates::Candidate;
use crate::model::{Member, Shape};

/// What can follow in a structure with these members. `can_ask` says whether the value of a secret may be asked for.
pub(crate) fn candidates(
    members: &'static [Member],
    partial: &str,
    can_ask: bool,
    files: impl Fn(&str) -> Vec<Candidate>,
) -> Vec<Candidate> {
    if partial.starts_with(['{', '[']) {
        return Vec::new();
    }
    let (before, last) = partial.rsplit_once(',').map_or(("", partial), |(before, last)| (before, last));
    let front = &partial[..partial.len() - last.len()];
    let in_place =
        |candidate: Candidate| Candidate { value: format!("{front}{}", candidate.value), ..candidate };
    let found: Vec<Candidate> = match last.split_once('=') {
        None => keys(members, before),
        Some((key, value)) => match key.strip_suffix('@') {
            Some(_) => {
                let question = Candidate::new(format!("{key}=prompt://"), "Ask for the value.");
                paths(key, value, files).into_iter().chain(can_ask.then_some(question)).collect()
            }
            None => choices(members, key),
        },
    };
    found.into_iter().map(in_place).collect()
}

/// The keys that are not there yet. A secret is rather read from a file.
fn keys(members: &'static [Member], before: &str) -> Vec<Candidate> {
    let is_given = |member: &&Member| {
        let key =
            |part: &str| part.split('=').next().is_some_and(|key| key.trim_end_matches('@') == member.name);
        before.split(',').any(key)
    };
    let new = members.iter().filter(|member| !is_given(member));
    let of_member = |member: &'static Member| {
        let plain = Candidate::new(format!("{}=", member.name), member.doc).open();
        let file = Candidate::new(format!("{}@=", member.name), "Read the value from a file.").open();
        [Some(plain), member.shape.is_secret().then_some(file)].into_iter().flatten()
    };
    new.flat_map(of_member).collect()
}

fn choices(members: &'static [Member], key: &str) -> Vec<Candidate> {
    let member = members.iter().find(|member| member.name == key);
    let values = match member.map(|member| member.shape) {
        Some(Shape::String(text)) => text.values,
        _ => &[],
    };
    values.iter().map(|value| Candidate::new(format!("{key}={value}"), "")).collect()
}

fn paths(key: &str, value: &str, files: impl Fn(&str) -> Vec<Candidate>) -> Vec<Candidate> {
    for prefix in ["file://", "fileb://"] {
        if let Some(path) = value.strip_prefix(prefix) {
            let named =
                |file: Candidate| Candidate { value: format!("{key}={prefix}{}", file.value), ..file };
            return files(path).into_iter().map(named).collect();
        }
    }
    vec![Candidate::new(format!("{key}=file://"), "Read the value from a file.").open()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::UPDATE;

    fn found(partial: &str) -> Vec<String> {
        let credential = UPDATE.operation.input.iter().find(|member| member.name.ends_with("Credential"));
        let Some(Shape::Structure(members)) = credential.map(|member| member.shape) else {
            panic!("a structure")
        };
        let files = |path: &str| vec![Candidate::new(format!("{path}secret.txt"), "")];
        let all = candidates(members, partial, false, files).into_iter().map(|candidate| candidate.value);
        all.filter(|value| value.starts_with(partial)).collect()
    }

    #[test]
    fn keys_that_are_not_there_yet_are_offered() {
        assert_eq!(
            found(""),
            ["AccessKeyId=", "AccessKeyId@=", "RawSecretAccessKey=", "RawSecretAccessKey@="]
        );
        assert_eq!(
            found("AccessKeyId=x,R"),
            ["AccessKeyId=x,RawSecretAccessKey=", "AccessKeyId=x,RawSecretAccessKey@="]
        );
        assert_eq!(found("RawSecretAccessKey@=file://x,").len(), 2);
        assert!(found("AccessKeyId=x").is_empty() && found("{").is_empty());
    }

    #[test]
    fn a_key_with_an_at_sign_takes_a_file() {
        assert_eq!(found("RawSecretAccessKey@="), ["RawSecretAccessKey@=file://"]);
        assert_eq!(
            found("AccessKeyId=x,RawSecretAccessKey@=file://a/"),
            ["AccessKeyId=x,RawSecretAccessKey@=file://a/secret.txt"]
        );
    }
}
