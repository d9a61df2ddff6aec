//! Skeletons: documents to fill in, for `--generate-cli-skeleton`.

use super::validate;
use crate::input::error::ParameterError;
use crate::model::{Member, Operation, Shape};
use crate::value::Value;
use crate::value::json::write as json;

/// A JSON document with every member of the operation's input: empty texts and first enumeration values.
pub(crate) fn json(operation: &Operation) -> String {
    json::to_string(&structure(operation.input, false))
}

/// What a reply could look like: each text is the name of its member.
///
/// # Errors
/// Where such a name is shorter than the model allows, the reference refuses its own reply. So does this.
pub(crate) fn reply(operation: &Operation) -> Result<Value, ParameterError> {
    let reply = structure(operation.output, true);
    match reply.as_map().map(|reply| validate::violations(reply, operation.output)) {
        Some(violations) if !violations.is_empty() => Err(ParameterError::Validation(violations)),
        _ => Ok(reply),
    }
}

fn structure(members: &[Member], is_reply: bool) -> Value {
    let text = |member: &Member| is_reply.then_some(member.name);
    Value::map(members.iter().map(|member| (member.name, value(member.shape, text(member)))))
}

/// Without `text`, a text is the first value of its enumeration, or empty.
fn value(shape: &Shape, text: Option<&'static str>) -> Value {
    match shape {
        Shape::String(constraints) => {
            Value::string(text.or(constraints.values.first().copied()).unwrap_or_default())
        }
        Shape::Integer { .. } => Value::integer(0),
        Shape::Boolean => Value::Bool(true),
        Shape::Timestamp => Value::string("1970-01-01T00:00:00"),
        Shape::List(element) => Value::list(vec![value(element, text)]),
        Shape::Structure(members) => structure(members, text.is_some()),
    }
}

/// The input skeleton as YAML: a line for each member with what it is for.
pub(crate) fn yaml(operation: &Operation) -> String {
    let mut out = String::new();
    write_yaml(operation.input, "", &mut out);
    out
}

/// The first comment of a mapping stands one blank further right than the others: so it does in the reference.
fn write_yaml(members: &[Member], indent: &str, out: &mut String) {
    for (index, member) in members.iter().enumerate() {
        let gap = if index == 0 { "  " } else { " " };
        let (name, comment) = (member.name, comment(member));
        if let Shape::Structure(members) = member.shape {
            out.push_str(&format!("{indent}{name}: # {comment}\n"));
            write_yaml(members, &format!("{indent}  "), out);
            continue;
        }
        let example = match value(member.shape, None) {
            Value::String(text) if text.is_empty() => "''".to_owned(),
            Value::String(text) => text.to_string(),
            other => json::to_compact(&other),
        };
        out.push_str(&format!("{indent}{name}: {example}{gap}# {comment}\n"));
    }
}

fn comment(member: &Member) -> String {
    let required = if member.required { "[REQUIRED] " } else { "" };
    let sentence = member.doc.split_inclusive(". ").next().unwrap_or_default().trim_end();
    let values = match member.shape {
        Shape::String(text) if !text.values.is_empty() => {
            format!(" Valid values are: {}.", text.values.join(", "))
        }
        _ => String::new(),
    };
    format!("{required}{sentence}{values}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations;

    #[test]
    fn the_yaml_skeleton_reads_back_as_the_json_one() {
        for operation in operations::operations() {
            let from_yaml = crate::value::yaml::parse(&yaml(operation)).expect("valid YAML");
            let from_json = crate::value::json::parse(&json(operation)).expect("valid JSON");
            assert_eq!(format!("{from_yaml:?}"), format!("{from_json:?}"), "{operation:?}");
        }
    }

    #[test]
    fn comments_say_what_is_required_and_possible() {
        let update =
            operations::operations().find(|o| o.name == "UpdateCustomKeyStore").expect("the operation");
        let skeleton = yaml(update);
        assert!(skeleton.starts_with("CustomKeyStoreId: ''  # [REQUIRED] The identifier"), "{skeleton}");
        assert!(skeleton.contains("XksProxyConnectivity: PUBLIC_ENDPOINT # How KMS reaches the proxy. Valid values are: PUBLIC_ENDPOINT, VPC_ENDPOINT_SERVICE.\n"));
    }
}
