//! Words as a program of Windows finds them in its command line. The reference splits `credential_process` this way there.
//!
//! Only double quotes quote. Backslashes count only before one: two are one then, and the last of an odd number makes the
//! quote a character.

use super::shell_words::Unfinished;

/// Splits at blanks and tabs that are not quoted. `""` is a word of its own.
pub fn split(text: &str) -> Result<Vec<String>, Unfinished> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut is_quoted = false;
    let mut backslashes = 0;
    for character in text.chars() {
        if character == '\\' {
            backslashes += 1;
            continue;
        }
        let escaping = std::mem::take(&mut backslashes);
        let kept = if character == '"' { escaping / 2 } else { escaping };
        if kept > 0 {
            word.get_or_insert_default().push_str(&"\\".repeat(kept));
        }
        match character {
            '"' if escaping % 2 == 1 => word.get_or_insert_default().push('"'),
            '"' => {
                is_quoted = !is_quoted;
                // Even an empty quoted part makes a word.
                word.get_or_insert_default();
            }
            ' ' | '\t' if !is_quoted => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    if is_quoted {
        return Err(Unfinished::Quotation);
    }
    if backslashes > 0 {
        word.get_or_insert_default().push_str(&"\\".repeat(backslashes));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_keeps_its_backslashes() {
        let command = r#""C:\Program Files\tool\keys.exe" --profile ann C:\x\"#;
        let expected = [r"C:\Program Files\tool\keys.exe", "--profile", "ann", r"C:\x\"];
        assert_eq!(split(command), Ok(expected.map(str::to_owned).to_vec()));
    }

    #[test]
    fn backslashes_count_before_a_double_quote_only() {
        for (text, word) in [
            (r#"a\\b"#, r"a\\b"),
            (r#""a\\""#, r"a\"),
            (r#"a\"b"#, r#"a"b"#),
            (r#"a\\\"b"#, r#"a\"b"#),
            (r#"a\\"b c""#, r"a\b c"),
            ("'a", "'a"),
            (r#""""#, ""),
        ] {
            assert_eq!(split(text), Ok(vec![word.to_owned()]), "{text}");
        }
    }

    #[test]
    fn blanks_around_words_are_none_and_a_quote_has_to_be_closed() {
        assert_eq!(split(" \t "), Ok(Vec::new()));
        assert_eq!(split(" a\t b "), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(split(r#"a "b"#), Err(Unfinished::Quotation));
        assert_eq!(split(r#"a "b\""#), Err(Unfinished::Quotation));
    }
}
