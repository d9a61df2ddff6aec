use super::*;

fn show(text: &str) -> Option<String> {
    let shown = |setting: &Setting| match setting {
        Setting::Text(text) => format!("{text:?}"),
        Setting::Map(map) => format!("{map:?}"),
    };
    let sections = parse(text.as_bytes()).ok()?;
    let lines = sections.iter().map(|(name, section)| {
        let options: Vec<String> =
            section.options.iter().map(|(option, setting)| format!("{option}={}", shown(setting))).collect();
        format!("[{name}] {}", options.join(" "))
    });
    Some(lines.collect::<Vec<_>>().join("; "))
}

#[test]
fn options_sections_and_comments_are_told_apart() {
    let text = "# c\n; c\n[a]\nX = 1 # no comment\ny: 2=3\n  # c\n\n[profile \"b c\"] rest\nz=\n";
    let want = "[a] x=\"1 # no comment\" y=\"2=3\"; [profile \"b c\"] z=\"\"";
    assert_eq!(show(text).as_deref(), Some(want));
}

#[test]
fn indented_lines_continue_a_value_or_make_a_map() {
    assert_eq!(show("[a]\nx = 1\n  2\n\n  3\ny=4").as_deref(), Some("[a] x=\"1\\n2\\n\\n3\" y=\"4\""));
    let map = "[a] kms=[(\"endpoint_url\", \"http://x\"), (\"Y\", \"z=1\")]";
    assert_eq!(show("[a]\nkms =\n  endpoint_url = http://x\n  Y=z=1\n").as_deref(), Some(map));
    assert_eq!(show("[a]\nregion =\n  us-west-1\n"), None);
}

#[test]
fn defaults_count_everywhere() {
    assert_eq!(show("[DEFAULT]\nx=1\ny=1\n[a]\ny=2").as_deref(), Some("[a] x=\"1\" y=\"2\""));
    let split = "[DEFAULT]\nx=1\n[a]\ny=2\n[DEFAULT]\nz=3";
    assert_eq!(show(split).as_deref(), Some("[a] x=\"1\" z=\"3\" y=\"2\""));
    assert_eq!(show("[DEFAULT]\nx=1\n[DEFAULT]\nX=2"), None);
}

#[test]
fn without_maps_indented_lines_are_the_value() {
    let sections = parse_flat(b"[a]\nx =\n  !f() {\n\n    y=1; }; f\nz=1").expect("the syntax");
    assert_eq!(sections[0].1.text("x"), Some("\n!f() {\n\ny=1; }; f"));
    assert_eq!(sections[0].1.text("z"), Some("1"));
}

/// What is wrong with a text, and in which line.
fn problem(text: &[u8]) -> Option<(usize, &'static str)> {
    parse(text).err().map(|SyntaxError { line, problem }| (line, problem))
}

#[test]
fn what_is_not_of_the_syntax_is_told_with_its_line() {
    assert_eq!(problem(b"\n# c\nx=1"), Some((3, "there is text before the first [section]")));
    assert_eq!(
        problem("\u{feff}[a]\nx=1".as_bytes()),
        Some((1, "there is a byte order mark at the start of the file, which must go"))
    );
    assert_eq!(problem(b"[a]\nword"), Some((2, "there is neither a [section] nor an option with = or :")));
    assert_eq!(problem(b"[a]\n[b\nx=1"), Some((2, "the name of a section is not closed by a ]")));
    assert_eq!(problem(b"[a]\nx=1\r\n\r\nX=2"), Some((4, "the section has this option already")));
    assert_eq!(problem(b"[a]\r[b]\r[a]"), Some((3, "a section of this name is there already")));
    assert_eq!(problem(b"[a]\n=1"), Some((2, "an option has no name")));
    assert_eq!(
        problem(b"[a]\nx=\n  y=1\n\n  # c\n  z\n"),
        Some((6, "below an option with an empty value, an indented line has no ="))
    );
    assert_eq!(problem(b"[a]\nx=1\ny=\xff"), Some((3, "there are bytes that are not UTF-8")));
    assert_eq!(problem(b"[a]\nx=1\n"), None);
}

#[test]
fn line_ends_of_windows_are_line_ends() {
    assert_eq!(show("[a]\r\nx=1\r\n").as_deref(), Some("[a] x=\"1\""));
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..80)) {
        let _ = (parse(&bytes), parse_flat(&bytes));
    }

    #[test]
    fn no_almost_configuration_makes_it_panic(text in "(\\[|\\]|=|:|a|é| |\n|#){0,40}") {
        let _ = (parse(text.as_bytes()), parse_flat(text.as_bytes()));
    }
}

#[test]
fn secrets_are_found_where_they_belong_and_where_they_do_not() {
    let secrets = |text: &str| {
        let sections = parse(format!("[a]\n{text}").as_bytes()).expect("the text is of the syntax");
        sections[0].1.secrets().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(secrets("aws_secret_access_key = one\n  two\nregion = r"), ["one", "two"]);
    assert_eq!(secrets("region = r\n  AWS_Session_Token: \"one\"\n  output = json"), ["one"]);
    assert_eq!(secrets("region = r aws_security_token=one two"), ["one two"]);
    assert_eq!(secrets("s3 =\n  a = b\n  aws_secret_access_key = one"), ["one"]);
    assert_eq!(secrets("region = r\n  12345678901234567890\n  us-west-2"), ["12345678901234567890"]);
    assert_eq!(
        secrets("region = 12345678901234567890\noutput = a\n  several words on a line of its own"),
        [""; 0]
    );
}
