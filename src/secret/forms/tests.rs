use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use super::*;
use crate::value::Value;
use crate::value::json::write as json;

const SECRETS: [&str; 5] =
    ["Hunter22x", "a b+c/d=e?f", "pass\"word\\", "\u{e9}\u{1f511}-Hunter\u{c9}", "50%41\\x41&amp;"];

fn in_json(text: &str) -> String {
    json::to_compact(&Value::string(text))
}

fn percent_encoded(text: &str, digits: fn(u8) -> String, all: bool) -> String {
    let one = |byte: u8| match byte {
        byte if !all && (byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)) => {
            char::from(byte).to_string()
        }
        byte => format!("%{}", digits(byte)),
    };
    text.bytes().map(one).collect()
}

/// A text in each form.
fn forms(text: &str) -> Vec<String> {
    let (lower, upper) = (|byte| format!("{byte:02x}"), |byte| format!("{byte:02X}"));
    let units: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    let entities: String = text.chars().map(|c| format!("&#{};", u32::from(c))).collect();
    let form = percent_encoded(text, upper, false).replace("%20", "+");
    let base64 = ["", "u", "us", "user"].into_iter().flat_map(|user| {
        let pair = format!("{user}:{text}:more");
        let body = format!("{{\"a\":{}}}", in_json(text));
        [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
            .into_iter()
            .flat_map(move |engine| [engine.encode(&pair), engine.encode(format!("{user}{body}"))])
    });
    let lines = STANDARD.encode(format!("{0}{text}{0}", "x".repeat(60)));
    let lines = lines.as_bytes().chunks(76).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\r\n");
    let once = [
        text.to_owned(),
        text.to_lowercase(),
        in_json(text),
        in_json(&in_json(text)),
        units.clone(),
        in_json(&units),
        percent_encoded(text, upper, false),
        percent_encoded(text, lower, false),
        percent_encoded(text, lower, true),
        percent_encoded(&percent_encoded(text, upper, false), upper, false),
        form,
        entities,
        text.replace('&', "&amp;").replace('"', "&quot;"),
        text.bytes().map(|byte| format!("{byte:02X}")).collect(),
        lines,
    ];
    let once: Vec<String> = once.into_iter().chain(base64).collect();
    let escaped: Vec<String> = once.iter().map(|form| percent_encoded(form, upper, false)).collect();
    once.into_iter().chain(escaped).chain([in_json(&in_json(&in_json(text)))]).collect()
}

#[test]
fn secrets_are_found_in_every_form_and_what_stands_around_them_stays() {
    for secret in SECRETS {
        for form in forms(secret) {
            let shown = hidden(&format!("before, \"{form}\" after"), &SECRETS);
            assert!(shown.starts_with("before, \"") && shown.ends_with("\" after"), "{form}: {shown}");
            assert!(shown.contains(HIDDEN), "{secret} in {form}: {shown}");
            let left = shown.trim_start_matches("before").trim_end_matches("after").replace(HIDDEN, "");
            assert!(left.len() < 60 && left.len() < form.len() + 6, "{form}: {shown}");
        }
    }
}

#[test]
fn other_texts_stay() {
    for text in
        ["", "An error occurred (x): no%20such\\n&amp; aGVsbG8gd29ybGQ=", "\u{e9}\u{1f511}", "%", "\\"]
    {
        assert_eq!(hidden(text, &SECRETS), text);
        assert_eq!(hidden(text, &[]), text);
    }
}

#[test]
fn a_secret_is_found_at_every_place_of_a_long_text() {
    for before in [LONG - 30, LONG - 5, LONG, LONG + 1] {
        for form in ["Hunter22x", "%48unter22x", "SHVudGVyMjJ4"] {
            let text = format!("{} {form} {}", ".".repeat(before), ".".repeat(LONG));
            let shown = hidden(&text, &SECRETS);
            assert!(shown.contains(" **** ") && shown.len() > 2 * LONG - 30, "{before} {form}");
        }
    }
}

#[test]
fn overlapping_secrets_are_hidden_together() {
    assert_eq!(hidden("xabcdefghy", &["abcdef", "cdefgh", "abc"]), "x****y");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(\\\\u|%4|&#|[ab=\\\\%&;+0-9é🔑]|\\PC){0,40}") {
        let _ = hidden(&text, &SECRETS);
    }

    #[test]
    fn no_secret_is_left_in_base64(secret in "[!-~]{8,20}", before in "[ -~]{0,9}", after in "[ -~]{0,9}") {
        let text = STANDARD.encode(format!("{before}{secret}{after}"));
        let shown = hidden(&format!("<{text}>"), &[&secret]);
        proptest::prop_assert_eq!(shown.trim_end_matches(['=', '>']), "<****");
    }
}
