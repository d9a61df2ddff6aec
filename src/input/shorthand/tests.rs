use super::*;
use crate::environment::Environment;
use crate::value::python::repr;

fn read(text: &str) -> String {
    match parse(text, "--x", &Shape::Boolean, Some(&Sources::files(&Environment::default()))) {
        Ok(value) => repr(&value),
        Err(error) => error.to_string().replace("Error parsing parameter '--x': ", ""),
    }
}

#[test]
fn values_are_scalars_lists_and_hashes() {
    let cases = [
        ("a=b", "{'a': 'b'}"),
        ("a=b,c=d", "{'a': 'b', 'c': 'd'}"),
        ("a = b , c\t=\nd", "{'a': 'b', 'c': 'd'}"),
        ("a=", "{'a': ''}"),
        ("a=,b=c", "{'a': '', 'b': 'c'}"),
        ("a=b,c,d", "{'a': ['b', 'c', 'd']}"),
        ("a=b,c,d=e", "{'a': ['b', 'c'], 'd': 'e'}"),
        ("a=b,,c=d", "{'a': 'b', 'c': 'd'}"),
        ("a=[]", "{'a': []}"),
        ("a=[b,[c],{d=e},]", "{'a': ['b', ['c'], {'d': 'e'}]}"),
        ("a={b=1,b=2}", "{'a': {'b': '2'}}"),
        ("=x", "{'': 'x'}"),
        ("a=b\\,c", "{'a': 'b,c'}"),
        ("a='b\\'c',d=\"e\\\"\"", "{'a': \"b'c\", 'd': 'e\"'}"),
        ("a='b\\'", "{'a': 'b\\\\'}"),
        ("a@=plain", "{'a': 'plain'}"),
    ];
    for (text, want) in cases {
        assert_eq!(read(text), want, "{text:?}");
    }
}

#[test]
fn errors_say_what_was_expected_and_where() {
    let cases = [
        ("", "Expected: '=', received: 'EOF' for input:\n \n^"),
        ("bad", "Expected: '=', received: 'EOF' for input:\n bad\n   ^"),
        ("a='b", "Expected: '<singled quoted>', received: '<none>' for input:\n a='b\n  ^"),
        ("a=b,", "Expected: '<second>', received: '<none>' for input:\n a=b,\n    ^"),
        ("a=[b", "Expected: ',', received: 'EOF' for input:\n a=[b\n    ^"),
        ("a=b=c]", "Expected: ',', received: ']' for input:\n a=b=c]\n     ^"),
        ("a={b}", "Expected: '=', received: '}' for input:\n a={b}\n    ^"),
        ("a=\u{1f511}", "Expected: ',', received: '\u{1f511}' for input:\n a=\u{1f511}\n  ^"),
        ("a\n,b=1\nc=2", "Expected: '=', received: ',' for input:\n a\n,b=1\n^\nc=2"),
    ];
    for (text, want) in cases {
        assert_eq!(read(text), want, "{text:?}");
    }
}

#[test]
fn a_second_instance_of_a_key_is_an_error() {
    let want = "Second instance of key \"a\" encountered for input:\na=b,\n    ^\na=c,\nd=1\nThis is often because \
                there is a preceding \",\" instead of a space.";
    assert_eq!(read("a=b,\na=c,\nd=1"), want);
}

#[test]
fn the_sign_of_a_key_holds_until_the_next_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("f");
    std::fs::write(&file, "read").unwrap();
    let cases = [
        ("a@=F", "{'a': 'read'}"),
        ("a@=[F,'F']", "{'a': ['read', 'read']}"),
        ("a@=F,F,b=F", "{'a': ['read', 'read'], 'b': 'F'}"),
        ("a@={b=F}", "{'a': {'b': 'F'}}"),
        ("a={b@=F}", "{'a': {'b': 'read'}}"),
        ("a@=[F,{b=F},F]", "{'a': ['read', {'b': 'F'}, 'F']}"),
        ("a=[F,{b@=F},F]", "{'a': ['F', {'b': 'read'}, 'read']}"),
        ("a@={b@=F,c={d=F}}", "{'a': {'b': 'read', 'c': {'d': 'F'}}}"),
    ];
    for (text, want) in cases {
        let name = format!("file://{}", file.display());
        assert_eq!(read(&text.replace('F', &name)).replace(&name, "F"), want, "{text}");
    }
}

#[test]
fn a_missing_file_is_told_before_what_follows_it() {
    assert!(read("a@=file://no/such,b").starts_with("Unable to load paramfile file://no/such: "));
    assert!(read("a@=x,file://no/such=y").starts_with("Unable to load paramfile file://no/such: "));
    assert!(read("a@=[{b=file://no/such").starts_with("Expected: ','"));
}

#[test]
fn nesting_has_a_limit() {
    assert!(read(&format!("a={}", "[".repeat(100_000))).starts_with("Lists are nested too deeply"));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        let _ = read(&text);
    }

    #[test]
    fn no_almost_shorthand_makes_it_panic(text in r#"[ab@=,'"\\\[\]{} \n🔑]{0,30}"#) {
        let _ = read(&text);
    }

    #[test]
    fn any_text_can_be_quoted(text in "[^'\\\\]*") {
        let value =
            parse(&format!("key='{text}'"), "--x", &Shape::Boolean, Some(&Sources::files(&Environment::default()))).ok();
        let read = value.as_ref().and_then(|v| v.as_map()).and_then(|m| m.get("key")).and_then(Value::as_str);
        proptest::prop_assert_eq!(read, Some(text.as_str()));
    }
}
