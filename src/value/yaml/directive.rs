//! The version of a document, which the events of the parser do not tell.

use super::{Position, Reason, ValueError, Version, YamlError};

/// The version that a `%YAML` directive in front of the document asks for.
///
/// # Errors
/// [`Reason::Version`] for another than 1.*, [`ValueError::MinorVersion`] for another than 1.1 and 1.2,
/// [`Reason::Syntax`] for a document that starts with its end.
pub(super) fn version(text: &str) -> Result<Version, YamlError> {
    let mut version = Version::V1_2;
    for (index, line) in text.split(['\n', '\r']).enumerate() {
        let invalid = |reason| YamlError::Invalid { reason, at: Position { line: index + 1, column: 1 } };
        if let Some(parameters) = line.strip_prefix("%YAML").filter(|rest| rest.starts_with([' ', '\t'])) {
            version = number(parameters).ok_or_else(|| invalid(Reason::Version))??;
        } else if line
            .strip_prefix("...")
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
        {
            return Err(invalid(Reason::Syntax("the end of a document without a document".to_owned())));
        } else if !line.starts_with('%') && !is_blank(line) {
            break;
        }
    }
    Ok(version)
}

fn is_blank(line: &str) -> bool {
    let content = line.trim_start_matches(' ');
    content.is_empty() || content.starts_with('#')
}

/// Reads ` 1.2`. `None` is no version at all, the error an unknown one.
fn number(parameters: &str) -> Option<Result<Version, ValueError>> {
    let word = parameters.trim_start_matches(' ').split(' ').next()?;
    let (major, minor) = word.split_once('.')?;
    let digits = |part: &str| {
        Some(part).filter(|p| p.bytes().all(|b| b.is_ascii_digit())).and_then(|p| p.parse::<u32>().ok())
    };
    match (digits(major)?, digits(minor)?) {
        (1, 1) => Some(Ok(Version::V1_1)),
        (1, 2) => Some(Ok(Version::V1_2)),
        (1, minor) => Some(Err(ValueError::MinorVersion { minor })),
        (_, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directive_is_read_from_the_lines_in_front_of_the_document() {
        assert_eq!(version("a: b"), Ok(Version::V1_2));
        assert_eq!(version("%YAML 1.1\n---\na"), Ok(Version::V1_1));
        assert_eq!(version("# c\r\n\r\n%TAG ! tag:x\r\n%YAML   1.1 # c\r\n---\r\n"), Ok(Version::V1_1));
        assert_eq!(version("---\n%YAML 1.1\n"), Ok(Version::V1_2));
        assert_eq!(version("%YAMLY 3.0\n---\n"), Ok(Version::V1_2));
    }

    #[test]
    fn other_versions_are_refused() {
        for text in ["%YAML 3.0\n---\na", "%YAML 1\n---\na", "%YAML x.y", "%YAML \n", "%YAML 1.1.1\n"] {
            let refused = version(text);
            assert!(matches!(refused, Err(YamlError::Invalid { reason: Reason::Version, .. })), "{text}");
        }
        let unknown = version("%YAML 1.3\n---\na").map_err(|error| error.to_string());
        assert_eq!(unknown, Err("version minor part can only be 2 or 1, got (1, 3)".to_owned()));
    }

    #[test]
    fn a_document_cannot_start_with_its_end() {
        assert!(version("# c\n...\na: b").is_err());
        assert!(version("...a: b").is_ok());
    }
}
