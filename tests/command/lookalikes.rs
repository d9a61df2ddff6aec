//! Hints on characters that only look right.

use kms_emulator::{Effect, Emulator, Fault};

use crate::aws::Aws;

/// The hints of a line, after it was made sure that they show none of these characters and no secret.
#[track_caller]
fn told(words: &[&str], code: i32) -> Vec<String> {
    let emulator = Emulator::builder().signature_check(false).start().expect("an emulator");
    emulator.inject(Fault::once(Effect::Body { status: 200, body: b"{}".to_vec() }).times(100));
    let run = Aws::new(words).to(&emulator).run();
    assert_eq!(run.code, Some(code), "{words:?}: {}", run.stderr);
    let hints: Vec<String> =
        run.stderr.lines().filter_map(|line| line.strip_prefix("hint: ")).map(str::to_owned).collect();
    assert!(hints.iter().all(|hint| hint.is_ascii() && !hint.contains("hunter2")), "{hints:?}");
    hints.into_iter().filter(|hint| hint.contains("U+")).collect()
}

#[test]
fn dashes_in_names_of_options_and_commands() {
    let dash = |name: &str, dash: &str| [format!("{name} is given with {dash} in place of a hyphen.")];
    let id = "--custom-key-store-id";
    for (word, character) in [
        ("\u{2013}custom-key-store-id", "EN DASH (U+2013)"),
        ("\u{2014}custom-key-store-id", "EM DASH (U+2014)"),
        ("\u{2013}\u{2013}custom-key-store-id", "EN DASH (U+2013)"),
        ("-\u{2011}custom-key-store-id", "NON-BREAKING HYPHEN (U+2011)"),
        ("--custom\u{2212}key-store-id", "MINUS SIGN (U+2212)"),
    ] {
        assert_eq!(told(&["kms", "delete-custom-key-store", word, "cks-1"], 252), dash(id, character));
        assert_eq!(
            told(&["kms", "delete-custom-key-store", &format!("{word}=cks-1")], 252),
            dash(id, character)
        );
    }
    let command = "update\u{2013}custom-key-store";
    assert_eq!(told(&["kms", command, id, "x"], 252), dash("update-custom-key-store", "EN DASH (U+2013)"));
    let region = "\u{2014}region";
    assert_eq!(
        told(&["kms", "describe-custom-key-stores", region, "x"], 252),
        dash("--region", "EM DASH (U+2014)")
    );
}

#[test]
fn spaces_and_invisible_characters() {
    for (character, name) in [
        ('\u{a0}', "NO-BREAK SPACE (U+00A0)"),
        ('\u{200b}', "ZERO WIDTH SPACE (U+200B)"),
        ('\u{feff}', "ZERO WIDTH NO-BREAK SPACE (U+FEFF)"),
        ('\u{85}', "NEXT LINE (U+0085)"),
        ('\u{2028}', "LINE SEPARATOR (U+2028)"),
        ('\u{2029}', "PARAGRAPH SEPARATOR (U+2029)"),
    ] {
        let after = |word: &str| format!("{word}{character}");
        let given = [format!("--custom-key-store-id is given with {name}.")];
        assert_eq!(
            told(&["kms", "delete-custom-key-store", &after("--custom-key-store-id"), "x"], 252),
            given
        );
        assert_eq!(
            told(&[&after("kms"), "delete-custom-key-store"], 252),
            [format!("kms is given with {name}.")]
        );
        let value = |path: &str| [format!("The value of {path} has the character {name}.")];
        assert_eq!(
            told(&["kms", "delete-custom-key-store", "--custom-key-store-id", &after("cks")], 0),
            value("--custom-key-store-id")
        );
        let update = ["kms", "update-custom-key-store", "--custom-key-store-id", "cks-1"];
        let told_of = |more: &[&str]| told(&[&update[..], more].concat(), 0);
        assert_eq!(
            told_of(&["--key-store-password", &after("hunter2-hunter2")]),
            value("--key-store-password")
        );
        assert_eq!(
            told_of(&["--new-custom-key-store-name", &after("n")]),
            value("--new-custom-key-store-name")
        );
        let credential = format!("AccessKeyId=hunter2,RawSecretAccessKey={}", after("hunter2"));
        assert!(
            told(&["kms", "describe-custom-key-stores", "--region", &after("us-east-1")], 255)
                == value("--region")
        );
        // Too short, and perhaps without the space, which shorthand leaves out at the end.
        let hints =
            told(&[&update[..], &["--xks-proxy-authentication-credential", &credential]].concat(), 252);
        assert!(hints.contains(&value("--xks-proxy-authentication-credential")[0]), "{hints:?}");
    }
}

#[test]
fn smart_quotes_where_quotes_were_meant() {
    let left = "LEFT DOUBLE QUOTATION MARK (U+201C)";
    let right = "RIGHT DOUBLE QUOTATION MARK (U+201D)";
    let update = ["kms", "update-custom-key-store", "--custom-key-store-id", "cks-1"];
    let name =
        |character: &str| format!("The value of --new-custom-key-store-name has the character {character}.");
    let quoted = [&update[..], &["--new-custom-key-store-name", "\u{201c}n\u{201d}"]].concat();
    assert_eq!(told(&quoted, 0), [name(left), name(right)]);
    let split = [&update[..], &["--new-custom-key-store-name", "\u{201c}my", "store\u{201d}"]].concat();
    let hints = told(&split, 252);
    assert_eq!(hints[0], format!("The value of --new-custom-key-store-name has the character {left}."));
    assert_eq!(hints[1], format!("A word of the command line has the character {right}."));
    for broken in [
        "{\u{201c}CustomKeyStoreId\u{201d}: \u{201c}hunter2\u{201d}}",
        "{\n\u{a0}\"CustomKeyStoreId\": \"hunter2\"}",
    ] {
        let inline = told(&["kms", "update-custom-key-store", "--cli-input-json", broken], 252);
        assert!(
            inline.iter().any(|hint| hint.starts_with("Where the document is broken stands the character ")),
            "{inline:?}"
        );
    }
    let yaml = "\u{201c}CustomKeyStoreId\u{201d}: cks-1";
    let hints = told(&["kms", "update-custom-key-store", "--cli-input-yaml", yaml], 252);
    assert_eq!(hints[0], format!("The name CustomKeyStoreId is given with {left}."));
}

#[test]
fn a_broken_document_in_a_file_is_looked_at_again() {
    let aws = Aws::new(["kms", "update-custom-key-store", "--cli-input-json", "file://d.json"]);
    let run = aws.file("d.json", "{\n  \u{201c}CustomKeyStoreId\": \"hunter2\"\n}").run();
    let hint =
        "\nhint: Where the document is broken stands the character LEFT DOUBLE QUOTATION MARK (U+201C).\n";
    run.fails(252, hint).hides("hunter2");
}

#[test]
fn carriage_returns_at_the_end_of_a_word() {
    let hint = |place: &str| {
        [format!("{place} ends in CARRIAGE RETURN (U+000D), as in a script with line ends of Windows.")]
    };
    let delete = ["kms", "delete-custom-key-store"];
    let told = |more: &[&str], code| told(&[&delete[..], more].concat(), code);
    assert_eq!(told(&["--custom-key-store-id", "cks-1\r"], 0), hint("The value of --custom-key-store-id"));
    assert_eq!(told(&["--custom-key-store-id=cks-1\r"], 0), hint("The value of --custom-key-store-id"));
    assert_eq!(told(&["--custom-key-store-id\r", "cks-1"], 252), hint("--custom-key-store-id"));
    assert_eq!(
        told(&["--custom-key-store-id", "c", "--region", "us-east-1\r"], 255),
        hint("The value of --region")
    );
    assert_eq!(told(&["--custom-key-store-id", "c", "hunter2\r"], 252), hint("A word of the command line"));
    assert_eq!(
        super::lookalikes::told(&["kms", "delete-custom-key-store\r"], 252),
        hint("delete-custom-key-store")
    );
}

#[test]
fn carriage_returns_at_the_end_of_a_variable() {
    let aws = Aws::new(["kms", "describe-custom-key-stores"]);
    let run = aws.env("AWS_DEFAULT_REGION", "us-east-1\r").env("AWS_SECRET_ACCESS_KEY", "hunter2\r").run();
    let hint = |name: &str| {
        format!("\nhint: {name} ends in CARRIAGE RETURN (U+000D), as in a file with line ends of Windows.\n")
    };
    run.fails(255, &hint("AWS_DEFAULT_REGION")).fails(255, &hint("AWS_SECRET_ACCESS_KEY")).hides("hunter2");
}

#[test]
fn one_character_is_told_once() {
    let quote = "The value of --key-store-password has the character LEFT DOUBLE QUOTATION MARK (U+201C).";
    let line = ["kms", "update-custom-key-store", "--custom-key-store-id", "c", "--region", "a b"];
    let quoted = [&line[..], &["--key-store-password", "\u{201c}hunter2-hunter2\u{201c}"]].concat();
    assert_eq!(told(&quoted, 255), [quote]);
}

#[test]
fn ordinary_lines_have_no_such_hint() {
    let update = ["kms", "update-custom-key-store", "--custom-key-store-id", "cks-1"];
    for name in [
        "Prod \u{2013} EU",
        "Martin\u{2019}s \u{201c}red\u{201d} store",
        "\u{1f469}\u{200d}\u{1f4bb}",
        "Stra\u{df}e",
        "a - b",
    ] {
        assert_eq!(
            told(&[&update[..], &["--new-custom-key-store-name", name]].concat(), 0),
            [""; 0],
            "{name}"
        );
        let wrong = [&update[..], &["--new-custom-key-store-name", name, "--nonsense"]].concat();
        assert_eq!(told(&wrong, 252), [""; 0], "{name}");
    }
}
