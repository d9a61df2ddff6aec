//! What documents are read as. The expectations are those of ruamel.yaml 0.19 in safe and pure mode.

use super::*;
use crate::value::python::repr;

fn read(text: &str) -> String {
    match parse(text) {
        Ok(value) => repr(&value),
        Err(error) if error.is_invalid() => "invalid".to_owned(),
        Err(_) => "no value".to_owned(),
    }
}

#[test]
fn plain_scalars_are_those_of_yaml_1_2() {
    let cases = [
        ("[true, False, TRUE, tRuE, yes, no, on, y]", "[True, False, True, 'tRuE', 'yes', 'no', 'on', 'y']"),
        ("[~, null, Null, NULL, nULL, '']", "[None, None, None, None, 'nULL', '']"),
        ("[007, 0o17, 0x1F, 0b101, 1_000, -12, +3, 089, -0]", "[7, 15, 31, 5, 1000, -12, 3, 89, 0]"),
        ("[1:20, 0o8, 0xZZ, 0b2, _1, 0x, 1.2.3]", "['1:20', '0o8', '0xZZ', '0b2', '_1', '0x', '1.2.3']"),
        ("[1.50, 1e3, .5, 5., 1_0.5, 12e03, 1.e5]", "[1.5, 1000.0, 0.5, 5.0, 10.5, 12000.0, 100000.0]"),
        ("[.inf, -.INF, .NaN, .5e3, .5e+3, +.nan]", "[inf, -inf, nan, '.5e3', 500.0, '+.nan']"),
        ("[2020-01-02, 2020-1-2]", "[datetime.date(2020, 1, 2), '2020-1-2']"),
        ("2020-01-01T23:59:59.9999999", "datetime.datetime(2020, 1, 2, 0, 0)"),
        ("", "None"),
        ("# only a comment", "None"),
    ];
    for (text, want) in cases {
        assert_eq!(read(text), want, "{text:?}");
    }
}

#[test]
fn a_document_may_ask_for_yaml_1_1() {
    let text = "%YAML 1.1\n---\n[yes, N, 010, 1:20, -1:20, 1_000, 0o17]";
    assert_eq!(read(text), "[True, False, 8, 80, -80, 1000, 15]");
    assert_eq!(read("%YAML 1.2\n---\nyes"), "'yes'");
    assert_eq!(read("%YAML 3.0\n---\nyes"), "invalid");
    assert_eq!(read("%YAML 1.3\n---\nyes"), "no value");
}

#[test]
fn tags_decide_on_the_type() {
    let cases = [
        ("[!!str 5, !!int '7', !!float 3, !!bool 'yes', !!null 'x', ! '5']", "['5', 7, 3.0, True, None, 5]"),
        ("!!binary aGVs bG8=", "b'hello'"),
        ("!!binary a", "invalid"),
        ("!!set {a, b}", "{'a', 'b'}"),
        ("!!omap [a: 1, b: 2]", "ordereddict([('a', 1), ('b', 2)])"),
        ("!!timestamp 2020-1-2", "datetime.date(2020, 1, 2)"),
        ("!<tag:yaml.org,2002:int> 5", "5"),
        ("!foo bar", "invalid"),
        ("!!foo bar", "invalid"),
        ("!!str [a]", "invalid"),
        ("!!map [a]", "invalid"),
        ("!!int abc", "no value"),
        ("!!bool foo", "no value"),
        ("!!timestamp abc", "invalid"),
    ];
    for (text, want) in cases {
        assert_eq!(read(text), want, "{text:?}");
    }
}

#[test]
fn times_that_do_not_exist_are_no_value() {
    for text in
        ["2020-02-30", "2020-13-01", "0000-01-01", "2020-01-01T24:00:00Z", "2020-01-01T00:00:00+24:00", "-_"]
    {
        assert_eq!(read(text), "no value", "{text:?}");
    }
}

#[test]
fn anchors_aliases_and_merges() {
    let cases = [
        ("a: &x [1]\nb: *x", "{'a': [1], 'b': [1]}"),
        ("&x [*x]", "[[...]]"),
        ("&x {a: *x}", "{'a': {...}}"),
        ("[&a x, &a y, *a]", "['x', 'y', 'y']"),
        ("b: 1\n<<: {a: 1, b: 2}", "{'a': 1, 'b': 1}"),
        ("{<<: [{a: 1, c: 3}, {a: 2, b: 2}], z: 1}", "{'a': 1, 'b': 2, 'c': 3, 'z': 1}"),
        ("{<<: {a: 1}, b: 1, b: 2}", "{'a': 1, 'b': 2}"),
        ("{<<: {a: 1}, <<: {b: 1}}", "invalid"),
        ("<<: 5", "invalid"),
        ("<<: [5]", "invalid"),
        ("a: <<", "invalid"),
        ("a: =", "invalid"),
        ("*x", "invalid"),
    ];
    for (text, want) in cases {
        assert_eq!(read(text), want, "{text:?}");
    }
}

#[test]
fn keys_are_unique_as_python_compares_them() {
    for text in ["{a: 1, a: 2}", "{1: x, true: y}", "{1: x, 1.0: y}", "{0: x, false: y}", "{~: x, null: y}"] {
        assert_eq!(read(text), "invalid", "{text:?}");
    }
    assert_eq!(read("{'1': a, 1: b}"), "{'1': 'a', 1: 'b'}");
    assert_eq!(read("? [a, b]\n: c"), "{('a', 'b'): 'c'}");
    assert_eq!(read("? {a: b}\n: c"), "invalid");
}

#[test]
fn broken_documents_are_invalid() {
    let texts = [
        "a: b: c",
        "a: 1\n---\nb: 2",
        "a:\n\tb: 1",
        "@foo",
        "a: `x`",
        "\"\\q\"",
        "[a",
        "{a: b",
        "'a",
        "a\u{0}b",
        "a: \u{1b}[0m",
        "%YAML\n---\na",
        "!e!int 5",
    ];
    for text in texts {
        assert_eq!(read(text), "invalid", "{text:?}");
    }
}

#[test]
fn a_block_at_the_end_of_the_document_ends_where_it_ends() {
    assert_eq!(read("a: |\n  b\n"), "{'a': 'b\\n'}");
    assert_eq!(read("a: |\n  b"), "{'a': 'b'}");
    assert_eq!(read("a: |\n  b\nc: >\n  d"), "{'a': 'b\\n', 'c': 'd'}");
}

#[test]
fn tabs_stand_in_texts_and_comments_only() {
    assert_eq!(read("a: 'b\tc' # d\te\nf: |\n  g\th\n"), "{'a': 'b\\tc', 'f': 'g\\th\\n'}");
    for text in ["a:\tb", "a: b\tc", "a: b\t# c", "\t", "[a,\tb]"] {
        assert_eq!(read(text), "invalid", "{text:?}");
    }
}

#[test]
fn a_broken_document_is_told_before_a_value_that_does_not_exist() {
    assert_eq!(read("a: 2020-02-30\nb: ["), "invalid");
    assert_eq!(read("a: 2020-02-30\nb: c"), "no value");
}

#[test]
fn bytes_are_decoded_by_their_mark() {
    let utf16 = |text: &str| {
        [&[0xff, 0xfe][..], &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat()
    };
    assert_eq!(repr(&parse_bytes(&utf16("é: 1")).unwrap()), "{'é': 1}");
    assert_eq!(repr(&parse_bytes("\u{feff}a: 1".as_bytes()).unwrap()), "{'a': 1}");
    assert_eq!(parse_bytes(b"a: \xff").unwrap_err().reason, Reason::Encoding);
}

#[test]
fn depth_and_size_have_limits() {
    for text in ["[".repeat(100_000), "- ".repeat(5_000), "{a: ".repeat(5_000), "? ".repeat(5_000)] {
        assert!(parse(&text).is_err());
    }
    let mut bomb = "a0: &a0 [x]\n".to_owned();
    for level in 1..40 {
        let before = level - 1;
        bomb.push_str(&format!("a{level}: &a{level} [*a{before}, *a{before}, *a{before}]\n"));
    }
    assert_eq!(parse(&bomb).unwrap_err().reason, Reason::Size);
}

#[test]
fn an_error_never_shows_the_document() {
    for text in ["a: [s3cret", "s3cret: 1\ns3cret: 2", "a: !s3cret x", "*s3cret", "\"s3cret"] {
        assert!(!parse(text).unwrap_err().to_string().contains("s3cret"), "{text:?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        let _ = parse(&text);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..60)) {
        let _ = parse_bytes(&bytes);
    }

    #[test]
    fn no_almost_yaml_makes_it_panic(text in "(\\[|\\]|\\{|\\}|: |, |- |\\? |&a |\\*a|<<: |!!int |!!set |'|\"|\\||>|\n| |a|1|~|2020-01-01|\t|#|%|---\n){0,25}") {
        let _ = parse(&text);
    }

    #[test]
    fn any_text_can_be_quoted(text in "[ -~é\u{1f511}]*") {
        let quoted = format!("'{}'", text.replace('\'', "''"));
        let value = parse(&quoted).ok();
        proptest::prop_assert_eq!(value.as_ref().and_then(Value::as_str), Some(text.as_str()));
    }
}
