use super::*;
use crate::value::python::repr;

fn read(text: &str) -> String {
    match parse(text) {
        Ok(value) => repr(&value),
        Err(error) => error.to_string(),
    }
}

#[test]
fn values_keep_their_kind_and_order() {
    let text = r#" {"b":[1,-0,1.0,1E5,123456789012345678901234567890],"a":{"x":null},"b2":[true,false]} "#;
    let want = "{'b': [1, 0, 1.0, 100000.0, 123456789012345678901234567890], 'a': {'x': None}, \
                'b2': [True, False]}";
    assert_eq!(read(text), want);
    assert_eq!(read("[NaN,Infinity,-Infinity]"), "[nan, inf, -inf]");
    assert_eq!(read(r#""\ud83d\udd11 \u00e9\n\/""#), "'\u{1f511} é\\n/'");
    assert_eq!(read(r#"{"a":1,"a":2}"#), "{'a': 2}");
}

#[test]
fn errors_have_pythons_words_and_places() {
    let cases = [
        ("", "Expecting value: line 1 column 1 (char 0)"),
        ("{\"a\": \n", "Expecting value: line 2 column 1 (char 7)"),
        ("{\"a\":\"b\",}", "Expecting property name enclosed in double quotes: line 1 column 10 (char 9)"),
        ("{'a'", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("{\"a\" 1}", "Expecting ':' delimiter: line 1 column 6 (char 5)"),
        ("[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)"),
        ("{} x", "Extra data: line 1 column 4 (char 3)"),
        ("\"a", "Unterminated string starting at: line 1 column 1 (char 0)"),
        ("\"a\tb\"", "Invalid control character at: line 1 column 3 (char 2)"),
        ("\"a\\qb\"", "Invalid \\escape: line 1 column 3 (char 2)"),
        ("\"\\u12g4\"", "Invalid \\uXXXX escape: line 1 column 4 (char 3)"),
        ("[-]", "Expecting value: line 1 column 2 (char 1)"),
        ("[01]", "Expecting ',' delimiter: line 1 column 3 (char 2)"),
        ("[1.]", "Expecting ',' delimiter: line 1 column 3 (char 2)"),
        ("\u{a0}{}", "Expecting value: line 1 column 1 (char 0)"),
        ("[\"é\u{1f511}\" x", "Expecting ',' delimiter: line 1 column 7 (char 6)"),
    ];
    for (text, want) in cases {
        assert_eq!(read(text), want, "{text:?}");
    }
}

#[test]
fn half_of_a_surrogate_pair_is_refused_in_input_and_kept_as_text_in_replies() {
    assert_eq!(parse(r#""a\ud800""#).unwrap_err().problem, "Half of a surrogate pair in \\uXXXX escape");
    assert_eq!(parse_reply(r#""a\ud800b""#).unwrap().as_str(), Some("a\\ud800b"));
    assert_eq!(parse_reply(r#""\ud800\u0041""#).unwrap().as_str(), Some("\\ud800A"));
}

#[test]
fn nesting_has_a_limit() {
    let deep = "[".repeat(100_000);
    assert_eq!(parse(&deep).unwrap_err().problem, TOO_DEEP);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        let _ = parse(&text);
    }

    #[test]
    fn no_almost_json_makes_it_panic(text in r#"[\[\]{}",:0-9eE.+\\u d8-]{0,40}"#) {
        let _ = parse(&text);
        let _ = parse_reply(&text);
    }
}

#[test]
fn whole_numbers_have_128_bits_and_larger_ones_are_floating_point_numbers() {
    let largest = i128::MAX.to_string();
    assert_eq!(read(&largest), largest);
    assert_eq!(read("170141183460469231731687303715884105728"), "1.7014118346046923e+38");
}
