//! Shorthand syntax: `AccessKeyId=…,RawSecretAccessKey=…`.
//!
//! Each function has its line of the grammar above it. The parser works on characters, because its messages
//! count them.

mod error;

use error::Kind;
pub use error::ShorthandError;

use super::paramfile;
use crate::environment::Environment;
use crate::value::python::is_space;
use crate::value::{Map, Value};

/// How deep lists and hashes may be nested.
const MAX_DEPTH: usize = 200;

/// Why a text gives no value.
#[derive(Debug)]
pub enum Failure {
    /// It is not shorthand.
    Syntax(ShorthandError),
    /// A file named in it gives no value.
    File(paramfile::Failure),
}

/// Reads a whole text as shorthand; the result is a mapping.
///
/// # Errors
/// A syntax error with its place, or a file that cannot be read (`key@=file://…`).
pub fn parse(text: &str, environment: &Environment) -> Result<Value, Failure> {
    let input: Vec<char> = text.chars().collect();
    Parser { input: &input, index: 0, environment }.parameter()
}

struct Parser<'a> {
    input: &'a [char],
    index: usize,
    environment: &'a Environment,
}

impl Parser<'_> {
    /// parameter = keyval *( ws "," ws keyval ) END
    fn parameter(mut self) -> Result<Value, Failure> {
        let mut parameters = Map::new();
        let (key, value) = self.keyval()?;
        parameters.insert(key, value);
        while !self.at_end() {
            let last = self.index;
            self.expect(",", true)?;
            let (key, value) = self.keyval()?;
            if parameters.contains_key(&key) {
                self.index = last + 1;
                return Err(self.error(Kind::SecondInstance { key }));
            }
            parameters.insert(key, value);
        }
        Ok(Value::Map(parameters.into()))
    }

    /// keyval = key ws [ "@" ws ] "=" ws values
    fn keyval(&mut self) -> Result<(String, Value), Failure> {
        let (key, names_files) = self.key_and_sign()?;
        let value = self.values()?;
        let value = if names_files { self.with_files(value)? } else { value };
        Ok((key, value))
    }

    /// key ws [ "@" ws ] "=" ws
    fn key_and_sign(&mut self) -> Result<(String, bool), Failure> {
        let key = self.key();
        let names_files = self.expect("@", true).is_ok();
        self.expect("=", true)?;
        Ok((key, names_files))
    }

    /// key = *( letter / digit / "-" / "_" / "." / "#" / "/" / ":" )
    fn key(&mut self) -> String {
        let start = self.index;
        while self.current().is_some_and(|c| c.is_ascii_alphanumeric() || "-_.#/:".contains(c)) {
            self.index += 1;
        }
        self.input[start..self.index].iter().collect()
    }

    /// values = END / list / hash / csv
    fn values(&mut self) -> Result<Value, Failure> {
        match self.current() {
            None => Ok(Value::string("")),
            Some('[') => self.list(0),
            Some('{') => self.hash(0),
            Some(_) => self.csv(),
        }
    }

    /// csv = first ws *( "," ws second ws ), where a further value that turns out to be the next key is left
    fn csv(&mut self) -> Result<Value, Failure> {
        let first = self.first()?;
        self.skip_white_space();
        if self.current() != Some(',') {
            return Ok(first);
        }
        self.expect(",", true)?;
        let mut values = vec![first];
        loop {
            match self.next_of_csv() {
                Ok((value, true)) => {
                    values.push(value);
                    break;
                }
                Ok((value, false)) => values.push(value),
                Err(error) if self.at_end() => return Err(error),
                Err(_) => {
                    self.back_to_comma();
                    break;
                }
            }
        }
        if values.len() > 1 { Ok(Value::list(values)) } else { Ok(values.swap_remove(0)) }
    }

    /// A further value, and whether it is the last of the text.
    fn next_of_csv(&mut self) -> Result<(Value, bool), Failure> {
        let value = self.second()?;
        self.skip_white_space();
        if self.at_end() {
            return Ok((value, true));
        }
        self.expect(",", true)?;
        Ok((value, false))
    }

    fn back_to_comma(&mut self) {
        while self.index > 0 && self.current() != Some(',') {
            self.index -= 1;
        }
    }

    /// list = "[" ws [ item ws *( "," ws item ws ) [ "," ws ] ] "]"
    fn list(&mut self, depth: usize) -> Result<Value, Failure> {
        self.expect("[", true)?;
        let mut elements = Vec::new();
        while self.current() != Some(']') {
            elements.push(self.item(depth)?);
            self.comma_unless(']')?;
        }
        self.expect("]", false)?;
        Ok(Value::list(elements))
    }

    /// hash = "{" ws [ pair ws *( "," ws pair ws ) [ "," ws ] ] "}"; pair = key ws [ "@" ws ] "=" ws item
    fn hash(&mut self, depth: usize) -> Result<Value, Failure> {
        self.expect("{", true)?;
        let mut pairs = Map::new();
        while self.current() != Some('}') {
            let (key, names_files) = self.key_and_sign()?;
            let value = self.item(depth)?;
            let value = if names_files { self.with_files(value)? } else { value };
            self.comma_unless('}')?;
            pairs.insert(key, value);
        }
        self.expect("}", false)?;
        Ok(Value::Map(pairs.into()))
    }

    fn comma_unless(&mut self, close: char) -> Result<(), Failure> {
        self.skip_white_space();
        if self.current() == Some(close) { Ok(()) } else { self.expect(",", true) }
    }

    /// item = list / hash / first
    fn item(&mut self, depth: usize) -> Result<Value, Failure> {
        if depth >= MAX_DEPTH {
            return Err(self.error(Kind::Depth));
        }
        match self.current() {
            Some('[') => self.list(depth + 1),
            Some('{') => self.hash(depth + 1),
            Some(_) | None => self.first(),
        }
    }

    /// first = squoted / dquoted / word1 / ""
    fn first(&mut self) -> Result<Value, Failure> {
        match self.current() {
            Some('\'' | '"') => self.quoted(),
            _ => Ok(self.word("\"',]}").unwrap_or_else(|| Value::string(""))),
        }
    }

    /// second = squoted / dquoted / word2
    fn second(&mut self) -> Result<Value, Failure> {
        match self.current() {
            Some('\'' | '"') => self.quoted(),
            _ => self.word("\"',=").ok_or_else(|| self.expected("<second>", None, true)),
        }
    }

    /// squoted = "'" *( "\'" / any but "'" ) "'"; dquoted likewise
    ///
    /// When the text ends first, the last escaped quote closes after all.
    fn quoted(&mut self) -> Result<Value, Failure> {
        let quote = self.input[self.index];
        let mut at = self.index + 1;
        let mut last_escaped = None;
        let close = loop {
            match (self.input.get(at), self.input.get(at + 1)) {
                (Some('\\'), Some(next)) if *next == quote => {
                    last_escaped = Some(at + 1);
                    at += 2;
                }
                (Some(c), _) if *c == quote => break Some(at),
                (Some(_), _) => at += 1,
                (None, _) => break last_escaped,
            }
        };
        let Some(close) = close else {
            let expected = if quote == '"' { "<double quoted>" } else { "<singled quoted>" };
            return Err(self.expected(expected, None, true));
        };
        let inner: String = self.input[self.index + 1..close].iter().collect();
        self.index = close + 1;
        Ok(Value::string(inner.replace(&format!("\\{quote}"), &quote.to_string()).replace("\\\\", "\\")))
    }

    /// word = ( "\," / start ) *( "\," / follow ), where `excluded` are the characters that cannot follow
    fn word(&mut self, excluded: &str) -> Option<Value> {
        let in_range = |c: char| ('!'..='\u{ffff}').contains(&c);
        let starts = |c: char| in_range(c) && !"\"',=[{".contains(c);
        let follows = |c: char| is_space(c) || (in_range(c) && !excluded.contains(c));
        let mut out = String::new();
        let mut at = self.index;
        while let Some(&c) = self.input.get(at) {
            let first = at == self.index;
            if c == '\\' && self.input.get(at + 1) == Some(&',') {
                out.push(',');
                at += 2;
            } else if if first { starts(c) } else { follows(c) } {
                out.push(c);
                at += 1;
            } else {
                break;
            }
        }
        if at == self.index {
            return None;
        }
        self.index = at;
        Some(Value::string(out.trim_end_matches(is_space)))
    }

    /// The value with every text that names a file replaced by the file's content.
    fn with_files(&self, value: Value) -> Result<Value, Failure> {
        match value {
            Value::String(text) => match paramfile::load(&text, self.environment) {
                Some(content) => content.map_err(Failure::File),
                None => Ok(Value::String(text)),
            },
            Value::List(elements) => {
                let elements = elements.iter().map(|element| self.with_files(element.clone()));
                Ok(Value::list(elements.collect::<Result<_, _>>()?))
            }
            Value::Map(map) => {
                let pairs = map.iter().map(|(key, value)| Ok((key.clone(), self.with_files(value.clone())?)));
                Ok(Value::Map(pairs.collect::<Result<Map, Failure>>()?.into()))
            }
            other => Ok(other),
        }
    }

    fn current(&self) -> Option<char> {
        self.input.get(self.index).copied()
    }

    fn at_end(&self) -> bool {
        self.index >= self.input.len()
    }

    /// ws = *( " " / TAB / LF / CR / VT / FF )
    fn skip_white_space(&mut self) {
        while matches!(self.current(), Some(' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')) {
            self.index += 1;
        }
    }

    /// Takes one character, with the white space around it where that is allowed.
    fn expect(&mut self, wanted: &'static str, white_space: bool) -> Result<(), Failure> {
        if white_space {
            self.skip_white_space();
        }
        match self.current() {
            Some(c) if wanted.starts_with(c) => self.index += 1,
            received => return Err(self.expected(wanted, received, false)),
        }
        if white_space {
            self.skip_white_space();
        }
        Ok(())
    }

    fn expected(&self, expected: &'static str, received: Option<char>, whole_value: bool) -> Failure {
        self.error(Kind::Expected { expected, received, whole_value })
    }

    fn error(&self, kind: Kind) -> Failure {
        Failure::Syntax(ShorthandError { kind, input: self.input.iter().collect(), index: self.index })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::python::repr;

    fn read(text: &str) -> String {
        match parse(text, &Environment::default()) {
            Ok(value) => repr(&value),
            Err(Failure::Syntax(error)) => error.to_string(),
            Err(Failure::File(failure)) => failure.in_shorthand().to_string(),
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
            let value = parse(&format!("key='{text}'"), &Environment::default()).ok();
            let read = value.as_ref().and_then(|v| v.as_map()).and_then(|m| m.get("key")).and_then(Value::as_str);
            proptest::prop_assert_eq!(read, Some(text.as_str()));
        }
    }
}
