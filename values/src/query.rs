//! `--query`: JMESPath, as jmespath.py 1.0.1 understands it.
//!
//! The grammar and the functions are those of <https://jmespath.org/specification.html>. Where that library
//! is more tolerant than the specification, or counts, compares or names things in Python's way, so does
//! this.

mod allowance;
mod ast;
mod compare;
mod error;
mod evaluate;
mod functions;
mod lexer;
mod parser;
mod token;

pub use error::{CompileError, RuntimeError};

use self::allowance::Allowance;
use self::ast::Node;
use crate::value::Value;

/// A query that is ready to be asked any number of times.
#[derive(Clone, Debug)]
pub struct Expression(Node);

impl Expression {
    /// Reads a query.
    ///
    /// # Errors
    ///
    /// [`CompileError`] when the text is no JMESPath expression. Names of functions and the number of their
    /// arguments are not looked at here: the reference does so when the query is asked.
    pub fn compile(text: &str) -> Result<Expression, CompileError> {
        parser::parse(text).map(Expression)
    }

    /// The part of the value that the query selects, or what it makes of it.
    ///
    /// Lists and mappings that are selected whole are the very ones of `value`, see [`Value::same_object`].
    ///
    /// # Errors
    ///
    /// [`RuntimeError`] when a function is unknown or does not fit its arguments, when things are compared
    /// that have no order, or when it makes very much more than it is asked of.
    pub fn search(&self, value: &Value) -> Result<Value, RuntimeError> {
        evaluate::evaluate(&self.0, value, &Allowance::new(value))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::{json, python};

    /// The answer as Python prints it, or the words of the error.
    fn ask(query: &str, document: &str) -> String {
        let value = json::parse(document).unwrap();
        match Expression::compile(query) {
            Err(error) => error.to_string(),
            Ok(query) => {
                query.search(&value).map_or_else(|error| error.to_string(), |found| python::repr(&found))
            }
        }
    }

    #[test]
    fn the_caret_stands_below_the_place_however_far_that_is() {
        for (end, column) in [("%", 70_000), (".", 70_002), (" b", 70_002)] {
            let error = ask(&format!("{}{end}", "a".repeat(70_000)), "0");
            let caret = error.lines().last().map(|line| (line.trim_start(), line.len() - 1));
            assert_eq!(caret, Some(("^", column)), "{end}");
        }
    }

    #[test]
    fn members_keep_their_order() {
        let document = r#"{"z": {"b": 2}, "a": 1}"#;
        assert_eq!(ask("*", document), "[{'b': 2}, 1]");
        assert_eq!(ask("{y: a, b: z.b}", document), "{'y': 1, 'b': 2}");
        assert_eq!(ask("keys(merge(@, {z: `0`, c: `1`}))", document), "['z', 'a', 'c']");
    }

    #[test]
    fn projections_leave_nulls_out_and_end_at_a_pipe() {
        let document = r#"{"s": [{"n": ["x", "y"]}, {"m": 1}, {"n": ["z"]}]}"#;
        assert_eq!(ask("s[*].n", document), "[['x', 'y'], ['z']]");
        assert_eq!(ask("s[].n[]", document), "['x', 'y', 'z']");
        assert_eq!(ask("s[*].n[0]", document), "['x', 'z']");
        assert_eq!(ask("s[*].n | [0]", document), "['x', 'y']");
        assert_eq!(ask("s[?m].m | [0]", document), "1");
        assert_eq!(ask("s[::-2].n", document), "[['z'], ['x', 'y']]");
    }

    #[test]
    fn a_slice_after_an_index_projects_nothing() {
        assert_eq!(ask("[0][0:1].a", r#"[[{"a": 1}]]"#), "None");
        assert_eq!(ask("[0] | [0:1].a", r#"[[{"a": 1}]]"#), "[1]");
    }

    #[test]
    fn numbers_compare_by_value_and_truth_values_are_no_numbers() {
        assert_eq!(
            ask("[`1`==`1.0`, `0`==`false`, `[0]`==`[false]`, contains(`[1]`, `true`)]", "0"),
            "[True, False, True, True]"
        );
        assert_eq!(ask("[`9007199254740993` > `9007199254740992.0`, `-1` < `-0.5`]", "0"), "[True, True]");
        assert_eq!(ask("['a' < 'b', `1` < `null`, !`0`]", "0"), "[True, None, False]");
    }

    #[test]
    fn whole_numbers_stay_whole() {
        assert_eq!(
            ask("[sum(@), sum([`1.5`, `1`]), avg(@), ceil(`1.2`), floor(`1e20`)]", "[1, 2]"),
            "[3, 2.5, 1.5, 2, 100000000000000000000]"
        );
        assert_eq!(
            ask("[abs(`-5`), max(@), min(`[2, 1.5]`), to_number('1_000')]", "[1, 2]"),
            "[5, 2, 1.5, 1000]"
        );
    }

    #[test]
    fn a_literal_that_is_no_json_is_a_text() {
        assert_eq!(ask("[`foo`, ` bar `, '\\'', `\"\\u00e9\"`, ``]", "0"), "['foo', 'bar ', \"'\", 'é', '']");
    }

    #[test]
    fn missing_commas_are_forgiven_where_the_reference_does() {
        assert_eq!(ask("[{a: `1` b: `2`}, not_null(`null` `3`,)]", "0"), "[{'a': 1, 'b': 2}, 3]");
    }

    #[test]
    fn what_is_selected_is_the_very_same_object() {
        let document = json::parse(r#"{"a": {"b": [1]}}"#).unwrap();
        let list = Expression::compile("a.b").unwrap().search(&document).unwrap();
        let again = Expression::compile("[a.b, a.*[], a.b[:]]").unwrap().search(&document).unwrap();
        let again = again.as_list().unwrap();
        assert!(again[0].same_object(&list));
        assert!(!again[1].same_object(&list) && !again[2].same_object(&list));
        let literal = Expression::compile("map(&`[]`, [`1`, `2`])").unwrap().search(&document).unwrap();
        let literal = literal.as_list().unwrap();
        assert!(literal[0].same_object(&literal[1]));
    }

    #[test]
    fn syntax_errors_point_at_their_place() {
        for (query, want) in [
            ("", "Invalid JMESPath expression: cannot be empty."),
            ("é#", "Bad jmespath expression: Unknown token é:\né#\n^"),
            ("a-b", "Bad jmespath expression: Unknown token '-':\na-b\n ^"),
            ("a='b'", "Bad jmespath expression: Unknown token '=':\na='b'\n ^"),
            ("'é' 'b", "Bad jmespath expression: Unclosed ' delimiter:\n'é' 'b\n    ^"),
            ("`\"a`", "Bad jmespath expression: Bad token \"a:\n`\"a`\n^"),
            ("\"a\\qb\"", "Bad jmespath expression: Invalid \\escape:\n\"a\\qb\"\n^"),
            ("f(a", "Invalid jmespath expression: Incomplete expression:\n\"f(a\"\n    ^"),
        ] {
            assert_eq!(ask(query, "0"), want);
        }
    }

    #[test]
    fn a_token_in_the_wrong_place_is_named() {
        let place = |query: &str, column: usize, token: &str| {
            let caret = " ".repeat(column + 1) + "^";
            format!("Parse error at column {column}, token {token}, for expression:\n\"{query}\"\n{caret}")
        };
        for (query, problem, column, token) in [
            ("a b", "Unexpected token: b", 2, "\"b\" (UNQUOTED_IDENTIFIER)"),
            ("a `[1]`", "Unexpected token: [1]", 2, "\"[1]\" (LITERAL)"),
            ("{a:}", "invalid token", 3, "\"}\" (RBRACE)"),
            ("[a b]", "Expecting: comma, got: unquoted_identifier", 3, "\"b\" (UNQUOTED_IDENTIFIER)"),
            (
                "{1:a}",
                "Expecting: ['quoted_identifier', 'unquoted_identifier'], got: number",
                1,
                "\"1\" (NUMBER)",
            ),
            (
                "a.",
                "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: eof",
                2,
                "\"\" (EOF)",
            ),
            ("a[1:2:3:4]", "syntax error", 7, "\":\" (COLON)"),
            ("a{b:c}", "invalid token", 1, "\"{\" (LBRACE)"),
            ("@(a)", "Invalid function name '@'", 0, "\"@\" (CURRENT)"),
            ("\"f\"(@)", "Quoted identifier not allowed for function names.", 0, "\"(\" (LPAREN)"),
        ] {
            assert_eq!(ask(query, "0"), format!("{problem}: {}", place(query, column, token)));
        }
    }

    #[test]
    fn functions_check_their_arguments_when_they_are_called() {
        for (query, want) in [
            ("nosuch(@)", "Unknown function: nosuch()"),
            ("length()", "Expected 1 argument for function length(), received 0"),
            ("contains(@)", "Expected 2 arguments for function contains(), received 1"),
            ("merge()", "Expected at least 1 argument for function merge(), received 0"),
            (
                "length(`1`)",
                "In function length(), invalid type for value: 1, \
                 expected one of: ['string', 'array', 'object'], received: \"number\"",
            ),
            (
                "join('', `[1]`)",
                "In function join(), invalid type for value: 1, \
                 expected one of: ['array-string'], received: \"int\"",
            ),
            (
                "max(`[\"a\", null]`)",
                "In function max(), invalid type for value: None, \
                 expected one of: ['array-number', 'array-string'], received: \"NoneType\"",
            ),
            (
                "sort_by(`[{\"k\": 1}, {\"k\": \"x\"}]`, &k)",
                "In function sort_by(), invalid type for value: x, \
                 expected one of: ['number'], received: \"string\"",
            ),
            ("`1` < 'a'", "'<' not supported between instances of 'int' and 'str'"),
            ("contains('abc', `1`)", "'in <string>' requires string as left operand, not int"),
            ("`[1]`[::0]", "slice step cannot be zero"),
        ] {
            assert_eq!(ask(query, "0"), want);
        }
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        let nested = |open: &str, close: &str, depth: usize| open.repeat(depth) + "@" + &close.repeat(depth);
        let refused = |query: String| ask(&query, "0") == "Invalid jmespath expression: nested too deeply";
        for (open, close) in
            [("(", ")"), ("[", "]"), ("{a:", "}"), ("!", ""), ("to_array(", ")"), ("a[?", "]"), ("& ", "")]
        {
            assert!(refused(nested(open, close, 100_000)), "{open}");
            assert!(!refused(nested(open, close, 240)), "{open}");
        }
        for link in ["|@", ".a", "||@", "==@", "[0]", "[]", "[*]", ".*", "[?@]"] {
            assert!(refused(format!("@{}", link.repeat(100_000))), "{link}");
            assert!(!refused(format!("@{}", link.repeat(120))), "{link}");
        }
    }

    #[test]
    fn a_short_query_does_not_fill_the_memory() {
        let long = format!("`[{}0]`", "0,".repeat(60));
        for query in [
            format!("`[1]`{}", "[].[@, @][]".repeat(40)),
            format!("@{}", " | [@, @]".repeat(60)),
            format!("@{}", " | {a: @, b: @}".repeat(60)),
            format!("@{}", " | to_string([@])".repeat(60)),
            format!("@{}", " | join('', [@, @])".repeat(60)),
            format!("@{}", " | join(@, ['', '', ''])".repeat(60)),
            format!("map(&map(&map(&map(&@, {long}), {long}), {long}), {long})"),
            format!("{long}[?{long}[?{long}[?{long}[?@]]]]"),
        ] {
            let error = ask(&query, "\"\\\"\"");
            assert_eq!(error, RuntimeError::TooMuch.to_string(), "{query}");
        }
    }

    #[test]
    fn a_large_document_may_be_asked_for_much() {
        let document = format!("[{}0]", r#"{"a": 1, "b": ["x", {"c": 2}]},"#.repeat(20_000));
        let query = "[].[@, {a: a, b: b}, [b[1].c, to_string(@)], b][] | length([])";
        assert_eq!(ask(query, &document), "120003");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC*") {
            let _ = Expression::compile(&text);
        }

        #[test]
        fn no_row_of_tokens_makes_a_query_panic(
            tokens in prop::collection::vec(
                prop::sample::select(vec![
                    "a", "b", "\"q\"", "@", "*", "[]", "[*]", "[0]", "[-1]", "[1:]", "[::-1]", "[?", "[", "]",
                    "{", "}", "(", ")", ".", ",", ":", "|", "||", "&&", "&", "!", "==", "<", "`1`", "`2.5`", "'t'",
                    "`[1,\"a\"]`",
                    "length(", "sort_by(", "map(", "join(", "merge(", "sum(", "max_by(", "{a:", "to_string(",
                ]),
                0..24,
            )
        ) {
            let document = json::parse(r#"{"a": [1, {"b": "x"}], "b": {"a": 2.5, "q": [[0]]}}"#).unwrap();
            if let Ok(query) = Expression::compile(&tokens.concat()) {
                let _ = query.search(&document);
            }
        }
    }
}
