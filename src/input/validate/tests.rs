use super::*;
use crate::operations;
use crate::value::json;

fn check(document: &str, strict: bool) -> String {
    let Ok(Value::Map(map)) = json::parse(document) else { panic!("a JSON object: {document}") };
    let update = operations::operations().find(|o| o.name == "UpdateCustomKeyStore").expect("the operation");
    match validate((*map).clone(), update.input, strict) {
        Ok(parameters) => match parameters.body() {
            Some(body) => format!("body {}", body.as_str()),
            None => "typed".to_owned(),
        },
        Err(error) => error.to_string(),
    }
}

#[test]
fn all_errors_come_at_once_and_in_order() {
    let want = "Parameter validation failed:\n\
        Missing required parameter in input: \"CustomKeyStoreId\"\n\
        Invalid length for parameter XksProxyUriPath, value: 1, valid min length: 10\n\
        Missing required parameter in XksProxyAuthenticationCredential: \"RawSecretAccessKey\"\n\
        Unknown parameter in XksProxyAuthenticationCredential: \"Foo\", must be one of: AccessKeyId, \
        RawSecretAccessKey\n\
        Invalid length for parameter XksProxyAuthenticationCredential.AccessKeyId, value: 0, valid min length: 20";
    let document = r#"{"XksProxyUriPath":"/",
        "XksProxyAuthenticationCredential":{"AccessKeyId":"","Foo":1}}"#;
    assert_eq!(check(document, true), want);
}

#[test]
fn lengths_are_those_of_characters() {
    let checked = |path: String, password: Value| {
        let id = Value::string("cks-1");
        let parameters = [
            ("CustomKeyStoreId", id),
            ("XksProxyUriPath", Value::string(path)),
            ("KeyStorePassword", password),
        ];
        let update =
            operations::operations().find(|o| o.name == "UpdateCustomKeyStore").expect("the operation");
        validate(parameters.into_iter().collect(), update.input, true).map(drop).map_err(|e| e.to_string())
    };
    let short = "Parameter validation failed:\n\
        Invalid length for parameter XksProxyUriPath, value: 9, valid min length: 10\n\
        Invalid length for parameter KeyStorePassword, value: 6, valid min length: 7";
    // Of two, three and four bytes.
    for character in ["é", "あ", "\u{1f511}"] {
        for seal in [Value::string, Value::secret] {
            let text = |characters| seal(character.repeat(characters).into());
            assert_eq!(checked(character.repeat(9), text(6)), Err(short.to_owned()), "{character}");
            assert_eq!(checked(character.repeat(10), text(7)), Ok(()), "{character}");
        }
    }
}

#[test]
fn values_of_secrets_are_hidden_and_others_shown() {
    let document = r#"{"CustomKeyStoreId":[1.0,"it's"],"KeyStorePassword":12345678,"CloudHsmClusterId":null,
        "XksProxyAuthenticationCredential":"AccessKeyId=s3cret"}"#;
    let message = check(document, true);
    for part in [
        "value: [1.0, \"it's\"],",
        "KeyStorePassword, value: ****,",
        "value: None,",
        "value: AccessKeyId=******,",
    ] {
        assert!(message.contains(part), "{part} in {message}");
    }
    assert!(!message.contains("12345678") && !message.contains("s3cret"), "{message}");
}

#[test]
fn a_secret_is_hidden_where_it_stands_once_more() {
    let document = r#"{"KeyStorePassword":["Hunter22x"],"CustomKeyStoreId":["Hunter22x","a"],"Hunter22x":1}"#;
    let message = check(document, true);
    assert!(message.contains("value: ['****', 'a']") && !message.contains("Hunter22x"), "{message}");
}

#[test]
fn a_name_may_be_empty_beside_the_value_that_leaves_no_use_for_it() {
    let check = |name: &str, connectivity: &str, strict| {
        let document = format!(
            r#"{{"CustomKeyStoreId":"c","XksProxyVpcEndpointServiceName":{name},"XksProxyConnectivity":{connectivity}}}"#
        );
        check(&document, strict)
    };
    assert_eq!(check(r#""""#, r#""PUBLIC_ENDPOINT""#, true), "typed");
    assert_eq!(check("null", r#""PUBLIC_ENDPOINT""#, true), "typed");
    for connectivity in [r#""VPC_ENDPOINT_SERVICE""#, r#""public_endpoint""#, r#"["PUBLIC_ENDPOINT"]"#] {
        assert!(check(r#""""#, connectivity, true).contains("Invalid length for parameter XksProxyVpc"));
        assert!(check("null", connectivity, true).contains("Invalid type for parameter XksProxyVpc"));
    }
    for name in ["0", "false", "[]", "{}", r#"" ""#, r#""short""#] {
        assert!(check(name, r#""PUBLIC_ENDPOINT""#, true).contains("for parameter XksProxyVpc"), "{name}");
    }
    assert_eq!(check("null", r#""PUBLIC_ENDPOINT""#, false), "typed");
}

#[test]
fn without_validation_only_the_impossible_is_refused() {
    assert_eq!(check(r#"{"CustomKeyStoreId":""}"#, false), "typed");
    assert_eq!(check(r#"{"CustomKeyStoreId":5}"#, false), r#"body {"CustomKeyStoreId": 5}"#);
    assert!(check(r#"{"CustomKeyStoreId":"c","Zed":1}"#, false).contains("Zed"));
}
