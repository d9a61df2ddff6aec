//! The checks of inputs, on the real member tables.

use serde_json::json;

use super::*;
use crate::operations::Operation;

fn input_error(operation: Operation, body: Value) -> String {
    let error = check(operation.input(), body.as_object().unwrap()).unwrap_err();
    format!("{}: {error}", error.code())
}

fn patterns(members: &[Member]) -> Vec<&'static str> {
    members
        .iter()
        .flat_map(|member| match member.shape {
            Shape::Text(text) => text.pattern.into_iter().collect(),
            Shape::Structure(members) => patterns(members),
            Shape::Choice(_) | Shape::Integer { .. } => Vec::new(),
        })
        .collect()
}

#[test]
fn every_pattern_of_the_tables_compiles() {
    let all: Vec<_> = Operation::ALL.iter().flat_map(|operation| patterns(operation.input())).collect();
    assert!(all.len() >= 10, "{all:?}");
    for pattern in all {
        assert!(Regex::new(pattern).is_ok(), "{pattern}");
    }
}

#[test]
fn a_missing_required_member_is_a_null_value() {
    assert_eq!(
        input_error(Operation::ConnectCustomKeyStore, json!({"CustomKeyStoreId": null})),
        "ValidationException: 1 validation error detected: Value null at 'customKeyStoreId' failed to satisfy \
         constraint: Member must not be null"
    );
}

#[test]
fn all_broken_constraints_are_reported_together() {
    assert_eq!(
        input_error(Operation::DescribeCustomKeyStores, json!({"CustomKeyStoreId": "", "Limit": 1001})),
        "ValidationException: 2 validation errors detected: Value '' at 'customKeyStoreId' failed to satisfy \
         constraint: Member must have length greater than or equal to 1; Value '1001' at 'limit' failed to satisfy \
         constraint: Member must have value less than or equal to 1000"
    );
}

#[test]
fn a_value_outside_its_enum_names_the_enum() {
    assert_eq!(
        input_error(
            Operation::UpdateCustomKeyStore,
            json!({"CustomKeyStoreId": "cks-1", "XksProxyConnectivity": "PRIVATE"})
        ),
        "ValidationException: 1 validation error detected: Value 'PRIVATE' at 'xksProxyConnectivity' failed to \
         satisfy constraint: Member must satisfy enum value set: [PUBLIC_ENDPOINT, VPC_ENDPOINT_SERVICE]"
    );
}

#[test]
fn a_sensitive_value_is_never_repeated() {
    let message = input_error(
        Operation::UpdateCustomKeyStore,
        json!({
            "CustomKeyStoreId": "cks-1",
            "KeyStorePassword": "hunter",
            "XksProxyAuthenticationCredential": {"AccessKeyId": "lower-case-access-key", "RawSecretAccessKey": "short"},
        }),
    );
    assert_eq!(
        message,
        "ValidationException: 3 validation errors detected: Value at 'keyStorePassword' failed to satisfy \
         constraint: Member must have length greater than or equal to 7; Value at \
         'xksProxyAuthenticationCredential.accessKeyId' failed to satisfy constraint: Member must satisfy regular \
         expression pattern: ^[A-Z2-7]+$; Value at 'xksProxyAuthenticationCredential.rawSecretAccessKey' failed to \
         satisfy constraint: Member must have length greater than or equal to 43"
    );
}

#[test]
fn a_value_of_the_wrong_type_is_a_serialization_error() {
    let wrong = [
        (json!({"CustomKeyStoreId": 1}), "NUMBER_VALUE can not be converted to a String"),
        (json!({"CustomKeyStoreId": ["x"]}), "LIST_VALUE can not be converted to a String"),
        (json!({"Limit": "1"}), "STRING_VALUE can not be converted to an Integer"),
        (json!({"Limit": true}), "TRUE_VALUE can not be converted to an Integer"),
    ];
    for (body, message) in wrong {
        assert_eq!(
            input_error(Operation::DescribeCustomKeyStores, body),
            format!("SerializationException: {message}")
        );
    }
    let body = json!({"CustomKeyStoreId": "c", "XksProxyAuthenticationCredential": "x"});
    assert_eq!(
        input_error(Operation::UpdateCustomKeyStore, body),
        "SerializationException: STRING_VALUE can not be converted to a Structure"
    );
}

#[test]
fn null_and_unknown_members_are_dropped() {
    let body = json!({"CustomKeyStoreId": "cks-1", "NewCustomKeyStoreName": null, "Colour": "red"});
    let input = check(Operation::UpdateCustomKeyStore.input(), body.as_object().unwrap()).unwrap();
    let had = ["CustomKeyStoreId", "NewCustomKeyStoreName", "Colour"].map(|name| input.has(name));
    assert_eq!(had, [true, false, false]);
}

#[test]
fn only_an_update_may_empty_the_vpc_endpoint_service_name() {
    let update = json!({"CustomKeyStoreId": "cks-1", "XksProxyVpcEndpointServiceName": ""});
    assert!(check(Operation::UpdateCustomKeyStore.input(), update.as_object().unwrap()).is_ok());
    let create = json!({"CustomKeyStoreName": "a", "XksProxyVpcEndpointServiceName": ""});
    assert!(input_error(Operation::CreateCustomKeyStore, create).contains("greater than or equal to 20"));
}

#[test]
fn patterns_match_the_whole_value() {
    for (pattern, good, bad) in [
        ("cluster-[2-7a-zA-Z]{11,16}", "cluster-1a23b4cdefg".replace('1', "2"), "xcluster-2a23b4cdefgh"),
        (r"^https://[a-zA-Z0-9.-]+$", "https://xks.example.com".into(), "https://xks.example.com:443"),
        (r"^(/a/kms/xks/v\d{1,2})$|^(/kms/xks/v\d{1,2})$", "/kms/xks/v1".into(), "/kms/xks/v1\n"),
    ] {
        assert!(matches_whole(pattern, &good), "{good}");
        assert!(!matches_whole(pattern, bad), "{bad}");
    }
}

#[test]
fn a_redacted_body_shows_only_known_members_that_are_not_sensitive() {
    let body = json!({
        "CustomKeyStoreId": "cks-1",
        "KeyStorePassword": "hunter22",
        "keystorepassword": "hunter22",
        "NewCustomKeyStoreName": {"a": "hunter22"},
        "XksProxyAuthenticationCredential": {"AccessKeyId": "A", "RawSecretAccessKey": "B", "Other": "C"},
    });
    assert_eq!(
        Value::Object(redacted(Operation::UpdateCustomKeyStore.input(), body.as_object().unwrap())),
        json!({
            "CustomKeyStoreId": "cks-1",
            "KeyStorePassword": "***",
            "keystorepassword": "***",
            "NewCustomKeyStoreName": "***",
            "XksProxyAuthenticationCredential": {"AccessKeyId": "***", "RawSecretAccessKey": "***", "Other": "***"},
        })
    );
}
