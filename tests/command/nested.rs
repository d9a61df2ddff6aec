//! Replies that are nested as deep as the reference takes them, and deeper.

use crate::aws::{Aws, Run};
use crate::endpoint::{Endpoint, typed};

const FORMATS: [&str; 6] = ["json", "yaml", "yaml-stream", "text", "table", "off"];

/// A value of so many levels: lists, objects, both, lists of several, objects of several.
fn values(levels: usize) -> [String; 5] {
    let nested = |open: &str, close: &str, levels: usize| {
        format!("{}\"x\"{}", open.repeat(levels), close.repeat(levels))
    };
    [
        nested("[", "]", levels),
        nested("{\"k\":", "}", levels),
        nested("[{\"k\":", "}]", levels / 2),
        nested("[1,[2],", ",{\"k\":3}]", levels),
        nested("{\"a\":1,\"k\":", ",\"z\":[{}]}", levels),
    ]
}

fn described(status: u16, body: &str, words: &[&str]) -> Run {
    let endpoint = Endpoint::start([typed(status, "application/x-amz-json-1.1", body)]);
    let words = ["kms", "describe-custom-key-stores"].iter().chain(words);
    Aws::new(words).env("AWS_ENDPOINT_URL", endpoint.url()).run()
}

fn store(name: &str) -> String {
    format!(r#"{{"CustomKeyStores":[{{"CustomKeyStoreName":{name}}}],"Truncated":false}}"#)
}

fn without_blanks(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn nine_hundred_levels_are_shown_in_every_format() {
    for (index, value) in values(900).iter().enumerate() {
        let body = store(value);
        for format in FORMATS {
            let run = described(200, &body, &["--output", format, "--no-paginate"]);
            if format == "text" && index == 3 {
                assert_eq!(run.code, Some(255), "{}", run.stderr);
                continue;
            }
            assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{format}");
            let shown = without_blanks(&run.stdout);
            match format {
                "off" => assert_eq!(shown, ""),
                "json" => assert_eq!(shown, without_blanks(&body)),
                // A table has no innermost value where lists or mappings have no scalar of their own.
                "table" => assert!(shown.contains("DescribeCustomKeyStores"), "{index}"),
                _ => assert!(shown.contains('x'), "{format} {index}"),
            }
        }
    }
}

#[test]
fn nine_hundred_levels_go_through_a_query() {
    let [list, object, ..] = values(900);
    let body = format!(
        r#"{{"CustomKeyStores":[{{"CustomKeyStoreName":{list}}},{{"CustomKeyStoreName":{object}}}]}}"#
    );
    let name = |index: usize| format!("CustomKeyStores[{index}].CustomKeyStoreName");
    for (query, shown) in [
        (format!("{0} == {0}", name(1)), "true\n".to_owned()),
        (format!("{} == {}", name(0), name(1)), "false\n".to_owned()),
        (format!("to_string({})", name(0)), format!("\"{}\"\n", list.replace('"', "\\\""))),
        (format!("length({})", name(0)), "1\n".to_owned()),
    ] {
        described(200, &body, &["--query", &query]).prints(&shown);
    }
}

#[test]
fn nine_hundred_levels_in_an_error_are_told_in_every_format() {
    for value in values(900) {
        let body = format!(r#"{{"__type":"Odd","message":{value}}}"#);
        for format in ["enhanced", "legacy", "json", "yaml", "text", "table"] {
            let run = described(400, &body, &["--cli-error-format", format]);
            assert_eq!((run.code, run.stdout.as_str()), (Some(254), ""), "{format}");
            assert!(!run.stderr.contains("overflow"), "{format}");
        }
    }
}

#[test]
fn what_is_nested_deeper_is_told_and_not_lost() {
    let told = "\naws: [ERROR]: The reply of the service is nested more than 1000 levels deep.\n";
    for levels in [1010, 100_000] {
        for value in values(levels) {
            for status in [200, 400] {
                assert_eq!(described(status, &store(&value), &[]).fails(255, told).stderr, told);
            }
            let endpoint = Endpoint::start([typed(200, "text/html", &value)]);
            let update =
                Aws::update(["--new-custom-key-store-name", "n"]).env("AWS_ENDPOINT_URL", endpoint.url());
            update.run().fails(255, told);
        }
    }
}
