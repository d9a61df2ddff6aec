//! Whole documents, compared with what the reference makes of them.

use super::*;
use crate::syntax::python::repr_str;
use crate::value::python;
use proptest::prelude::*;

/// What Python shows of the value, or why there is none.
fn shown(text: &str) -> String {
    match parse(text) {
        Ok(value) => python::repr(&value),
        Err(YamlError { reason: Reason::Syntax(_), .. }) => "invalid".to_owned(),
        Err(YamlError { reason, .. }) => format!("invalid: {reason:?}"),
    }
}

fn all(cases: &[(&str, &str)]) {
    for (text, want) in cases {
        assert_eq!(shown(text), *want, "{text}");
    }
}

#[test]
fn scalars_are_typed_by_their_text_unless_quoted_or_tagged() {
    all(&[
        ("", "None"),
        ("# c", "None"),
        (
            "a: yes\nb: ~\nc:\nd: 007\ne: 1e3\nf: '1'",
            "{'a': 'yes', 'b': None, 'c': None, 'd': 7, 'e': 1000.0, 'f': '1'}",
        ),
        (
            "[!!str 5, !!int '7', !!float 3, !!bool 'true', !!null '', ! 5, ! '5']",
            "['5', 7, 3.0, True, None, 5, '5']",
        ),
        ("!<tag:yaml.org,2002:int> '5'", "5"),
        (
            "[!!null x, !!bool yes, !!bool 'N', !!bool oFF, !!float 'nan', !!float -inf, !!float 1_0e1]",
            "[None, True, False, False, nan, -inf, 100.0]",
        ),
        ("%TAG !e! tag:yaml.org,2002:\n---\n!e!int '5'", "5"),
        ("%YAML 1.2\n---\n[yes, 010, 1:20, 1_000]", "['yes', 10, '1:20', 1000]"),
        ("[2020-01-02, 2020-02-30T03:04:05]", "['2020-01-02', '2020-02-30T03:04:05']"),
        ("a: http://b.c/d?e=f&g#h", "{'a': 'http://b.c/d?e=f&g#h'}"),
    ]);
}

#[test]
fn tags_that_mean_nothing_or_do_not_fit_are_refused() {
    all(&[
        ("!foo a", "invalid: Tag"),
        ("!!foo a", "invalid: Tag"),
        ("=", "invalid: Tag"),
        ("a: <<", "invalid: Tag"),
        ("!e!int 5", "invalid"),
        ("!!str [a]", "invalid: Tag"),
        ("!!seq {a: b}", "invalid: Tag"),
        ("!!set {a}", "invalid: Tag"),
        ("!!omap [a: 1]", "invalid: Tag"),
        ("!!binary aGVsbG8=", "invalid: Tag"),
        ("!!timestamp 2020-01-02", "invalid: Tag"),
        ("!!int abc", "invalid: Tag"),
        ("!!bool foo", "invalid: Tag"),
        ("!!bool 1", "invalid: Tag"),
        ("!!float x", "invalid: Tag"),
        ("!!int 0b_", "invalid: Number"),
    ]);
}

#[test]
fn keys_are_texts_and_given_once() {
    all(&[
        ("{a: 1, a: 2}", "invalid: DuplicateKey"),
        ("{a: 1, \"a\": 2}", "invalid: DuplicateKey"),
        ("1: a", "invalid: Key"),
        ("~: a", "invalid: Key"),
        ("[a, b]: c", "invalid: Key"),
        ("? {a: b}\n: c", "invalid: Key"),
        ("{'1': a, !!str 2: b, 2020-01-01: c, =: d}", "{'1': 'a', '2': 'b', '2020-01-01': 'c', '=': 'd'}"),
    ]);
}

#[test]
fn aliases_share_what_they_stand_for() {
    all(&[
        ("a: &a [1]\nb: *a", "{'a': [1], 'b': [1]}"),
        ("[&a x, &a y, *a]", "['x', 'y', 'y']"),
        ("&x [*x]", "invalid: Cycle"),
        ("&x {a: *x}", "invalid: Cycle"),
        ("{&a b: c, d: *a, *a : e}", "invalid: DuplicateKey"),
        ("a: *b", "invalid"),
    ]);
    let shared = parse("[&a [1], *a]");
    let elements = shared.as_ref().ok().and_then(Value::as_list).unwrap_or_default();
    assert!(elements.len() == 2 && elements[0].same_object(&elements[1]));
}

#[test]
fn merge_keys_come_first_and_lose_against_the_mapping_itself() {
    all(&[
        ("{b: 1, <<: {a: 2, b: 3}}", "{'a': 2, 'b': 1}"),
        ("{<<: [{a: 1, c: 3}, {a: 2, b: 2}], z: 1}", "{'a': 1, 'b': 2, 'c': 3, 'z': 1}"),
        (
            "a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b}",
            "{'a': {'x': 1}, 'b': {'x': 1, 'y': 2}, 'c': {'x': 1, 'y': 2}}",
        ),
        ("{<<: {a: 1}, b: 1, b: 2}", "invalid: DuplicateKey"),
        ("<<: {}", "{}"),
        ("{<<: {a: 1}, <<: {b: 1}}", "invalid: DuplicateKey"),
        ("<<: 5", "invalid: Merge"),
        ("<<: [5]", "invalid: Merge"),
        ("'<<': 5", "{'<<': 5}"),
    ]);
}

#[test]
fn what_the_reference_does_not_accept_is_refused() {
    for text in ["a: b: c", "a: @b", "a: `b", "a: %b\n%", "a: \"\\q\"", "a: [b", "a: 'b", "a: b\nc", "[a]]"] {
        assert!(parse(text).is_err(), "{text}");
    }
    all(&[
        ("a: b\n---\nc: d", "invalid: SeveralDocuments"),
        ("a: \u{1}", "invalid: Character"),
        ("{a: |b}", "invalid"),
        ("[>]", "invalid"),
        ("%YAML 3.0\n---\na", "invalid: Version"),
        ("# c\n\n%YAML 1.1\n---\na", "invalid: Version"),
        ("%YAML\n---\na", "invalid: Version"),
    ]);
}

#[test]
fn tabs_separate_but_do_not_indent() {
    all(&[
        ("a: \"b\tc\" # d\te\nf: 'g\n \th'\n", "{'a': 'b\\tc', 'f': 'g h'}"),
        ("a: | # b\tc\n  \td\te\n#\tf\n", "{'a': '\\td\\te\\n'}"),
        ("a: b\t", "{'a': 'b'}"),
        ("a:\n\tb: c", "invalid"),
        ("a: |\n  b\n\tc: d", "invalid"),
    ]);
}

#[test]
fn lines_in_brackets_and_quotes_may_start_in_any_column() {
    all(&[
        ("a: {\n\"b\": 1\n}\nc: [\nd,\n# e\n]\n", "{'a': {'b': 1}, 'c': ['d']}"),
        ("a:\n  b: \"c\nd\n\n  e\\\nf\"\n  g: 'h\n\ti'\n", "{'a': {'b': 'c d\\nef', 'g': 'h i'}}"),
        ("- - a: [\nb, \"c\nd\"]\n", "[[{'a': ['b', 'c d']}]]"),
        ("a: 'b\n---\nc'", "invalid"),
        ("a: b\nc", "invalid"),
    ]);
}

#[test]
fn a_cut_off_block_scalar_has_no_line_break_at_its_end() {
    all(&[
        ("a: |\n  b", "{'a': 'b'}"),
        ("a: |\n  b\n", "{'a': 'b\\n'}"),
        ("a: |\n  b\n ", "{'a': 'b\\n'}"),
        ("a: |\n  b\n  ", "{'a': 'b\\n'}"),
        ("a: >\n  b\n  ", "{'a': 'b\\n'}"),
        ("a: |+\n  b\n\n  ", "{'a': 'b\\n\\n'}"),
        ("a: |\n  b\n    ", "{'a': 'b\\n  '}"),
        ("a: |-\n  b\n  ", "{'a': 'b'}"),
        ("a: |2\n   b\n  c\n  ", "{'a': ' b\\nc\\n'}"),
        ("a: |+\n  ", "{'a': ''}"),
        ("a: |+\n\n  ", "{'a': '\\n'}"),
        ("--- |\nb\n", "'b\\n'"),
        ("a: !!str |\n  b", "{'a': 'b'}"),
        ("a: >+\n  b\n\n  c", "{'a': 'b\\nc'}"),
        ("a: |-\n  b", "{'a': 'b'}"),
        ("a: |\n  b\n# c", "{'a': 'b\\n'}"),
        ("a: |+\n  b\n\nc: |2-\n    x\n  y\n", "{'a': 'b\\n\\n', 'c': '  x\\ny'}"),
        ("a: |\r\n  b\r\n  c\r\n", "{'a': 'b\\nc\\n'}"),
    ]);
}

#[test]
fn line_ends_of_unicode_are_no_part_of_a_plain_text() {
    all(&[
        ("a: b\u{2028}", "{'a': 'b'}"),
        ("[\u{2029}b \u{85}, '\u{2028}']", "['b', '\\u2028']"),
        ("a\u{2028}: b\u{2028}c", "{'a': 'b\\u2028c'}"),
        ("a: |\n  b\u{2028}\n", "{'a': 'b\\u2028\\n'}"),
    ]);
}

#[test]
fn json_documents_are_yaml_even_with_pairs_of_escapes() {
    let text = r#"{
"a": "\u00e9\ud83d\udd11\/\n",
"b": [1, -2.5e3, true, null, {}],
"c":{"d":""}
}"#;
    assert_eq!(shown(text), "{'a': 'é\u{1f511}/\\n', 'b': [1, -2500.0, True, None, {}], 'c': {'d': ''}}");
    assert_eq!(shown(r#""\ud83d""#), "invalid");
}

#[test]
fn an_error_tells_its_place_but_not_the_document() {
    let refused = |text: &str| parse(text).map(|_| ()).map_err(|error| error.to_string());
    let want = "Line 3, column 3: a key that was given before.";
    assert_eq!(refused("a:\n  Secret1: b\n  Secret1: c\n"), Err(want.to_owned()));
    // The second line is moved to be read, and its columns are still those of the document.
    assert_eq!(refused("a: [\n!b c]"), Err("Line 2, column 1: a tag without a meaning here.".to_owned()));
    assert_eq!(refused("a: @Secret"), Err("Line 1, column 4: unexpected character.".to_owned()));
}

#[test]
fn hostile_documents_are_refused() {
    let laughs: String =
        (1..12).map(|i| format!("a{i}: &a{i} [{}]\n", format!("*a{},", i - 1).repeat(9))).collect();
    assert_eq!(shown(&format!("a0: &a0 [x]\n{laughs}")), "invalid: Size");
    let entries: String = (0..1000).map(|i| format!("k{i}: x, ")).collect();
    let merges = format!("- &a {{{entries}}}\n{}", "- {<<: *a}\n".repeat(100));
    assert_eq!(shown(&merges), "invalid: Size");
    let keys = format!("- &a {}\n{}", "x".repeat(100_000), "- {*a : 1}\n".repeat(1_000));
    assert_eq!(shown(&keys), "invalid: Size");
    let chain: String = (1..500).map(|i| format!("- &a{i} [*a{}]\n", i - 1)).collect();
    assert_eq!(shown(&format!("- &a0 []\n{chain}")), "invalid: Depth");
    assert_eq!(shown(&"- ".repeat(100_000)), "invalid: Depth");
    assert_eq!(shown(&"[".repeat(100_000)), "invalid");
    assert_eq!(shown(&"? ".repeat(100_000)), "invalid: Depth");
}

/// Pieces of which documents are made, so that most of the texts get past the first error.
fn pieces() -> impl Strategy<Value = String> {
    let pieces = [
        "a",
        "b: ",
        "- ",
        "? ",
        ": ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "\n",
        "\n  ",
        "\n    ",
        "\"",
        "'",
        "\"q\"",
        "|\n",
        ">-\n",
        "&x ",
        "*x",
        "!!str ",
        "!!set ",
        "!",
        "<<: ",
        "# ",
        "\t",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "\r\n",
        "é",
        "1",
        "~",
        "2020-01-02",
        "\\ud83d\\udd11",
        "=",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_as_its_bytes_are(text in prop_oneof![any::<String>(), pieces()]) {
        let read = |result: Result<Value, YamlError>| result.map(|value| python::repr(&value));
        prop_assert_eq!(read(parse(&text)), read(parse_bytes(text.as_bytes())));
        let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
        let utf16: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
        prop_assert_eq!(read(parse(&text)), read(parse_bytes(&utf16)));
    }

    #[test]
    fn any_bytes_that_are_no_text_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let refused = matches!(parse_bytes(&bytes), Err(YamlError { reason: Reason::Encoding, .. }));
        prop_assert_eq!(refused, crate::syntax::encoding::detected(&bytes).is_none());
    }

    #[test]
    fn a_text_in_single_quotes_reads_back(text in "[ -~\u{a0}-\u{2027}\u{10000}-\u{1ffff}]{0,80}") {
        let value = parse(&format!("a: '{}'", text.replace('\'', "''")));
        let want = format!("{{'a': {}}}", repr_str(&text));
        prop_assert_eq!(value.map(|value| python::repr(&value)), Ok(want));
    }

    #[test]
    fn a_text_in_double_quotes_reads_back(text in any::<String>()) {
        let escaped: String = text.chars().map(|c| format!("\\U{:08X}", u32::from(c))).collect();
        let value = parse(&format!("[\"{escaped}\"]"));
        let want = format!("[{}]", repr_str(&text));
        prop_assert_eq!(value.map(|value| python::repr(&value)), Ok(want));
    }

    #[test]
    fn lines_of_a_block_scalar_read_back(lines in prop::collection::vec("[!-~][ -~\t]{0,20}", 1..5)) {
        let block: String = lines.iter().map(|line| format!("    {line}\n")).collect();
        let value = parse(&format!("a:\n  b: |\n{block}c: 1\n"));
        let block = repr_str(&format!("{}\n", lines.join("\n")));
        let want = format!("{{'a': {{'b': {block}}}, 'c': 1}}");
        prop_assert_eq!(value.map(|value| python::repr(&value)), Ok(want));
    }
}
