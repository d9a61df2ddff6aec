//! Shorthand syntax: `AccessKeyId=…,RawSecretAccessKey=…`.
//!
//! Each function has its line of the grammar above it. The parser works on characters, because its messages
//! count them.

mod error;

use error::Kind;
pub(crate) use error::ShorthandError;

use super::paramfile;
use super::sources::Sources;
use crate::input::error::ParameterError;
use crate::model::Shape;
use crate::syntax::python::is_space;
use crate::value::{Map, Value};

/// How deep lists and hashes may be nested.
const MAX_DEPTH: usize = 200;

/// Reads the whole text of an option as shorthand; the result is a mapping. Without sources no file is read: its name stands
/// for its content, and a text that only looks like such a name is null.
///
/// # Errors
/// A syntax error with its place, or a file that cannot be read (`key@=file://…`).
pub(crate) fn parse(
    text: &str,
    option: &str,
    shape: &Shape,
    sources: Option<&Sources>,
) -> Result<Value, ParameterError> {
    let input: Vec<char> = text.chars().collect();
    let mut parser = Parser { input: &input, index: 0, names_files: false, is_secret: false, shape, sources };
    parser.parameter().map_err(|stop| match stop {
        Stop::Syntax(kind) => {
            let error = ShorthandError { kind, input: text.to_owned(), index: parser.index }.masked(shape);
            ParameterError::Shorthand { option: option.to_owned(), error }
        }
        Stop::File(error) => error,
    })
}

/// Why the parser stops, at the place where it stands. The text is not in it: where a further value turns out to be the
/// next key, the parser goes on, and may do so often.
enum Stop {
    Syntax(Kind),
    File(ParameterError),
}

struct Parser<'a> {
    input: &'a [char],
    index: usize,
    /// Whether the sign of the key that was read last says that values may name files.
    names_files: bool,
    /// Whether that key is the name of a secret.
    is_secret: bool,
    shape: &'a Shape,
    sources: Option<&'a Sources<'a>>,
}

impl Parser<'_> {
    /// parameter = keyval *( ws "," ws keyval ) END
    fn parameter(&mut self) -> Result<Value, Stop> {
        let mut parameters = Map::new();
        let (key, value) = self.keyval()?;
        parameters.insert(key, value);
        while !self.at_end() {
            let last = self.index;
            self.expect(",", true)?;
            let (key, value) = self.keyval()?;
            if parameters.contains_key(&key) {
                self.index = last + 1;
                return Err(Stop::Syntax(Kind::SecondInstance { key }));
            }
            parameters.insert(key, value);
        }
        Ok(Value::Map(parameters.into()))
    }

    /// keyval = key ws [ "@" ws ] "=" ws values
    fn keyval(&mut self) -> Result<(String, Value), Stop> {
        let key = self.key_and_sign()?;
        Ok((key, self.values()?))
    }

    /// key ws [ "@" ws ] "=" ws
    ///
    /// The sign holds until the next key, be that inside the value or behind it.
    fn key_and_sign(&mut self) -> Result<String, Stop> {
        let key = self.key();
        self.names_files = self.expect("@", true).is_ok();
        self.is_secret =
            self.names_files && self.shape.member(&key).is_some_and(|member| member.shape.is_secret());
        self.expect("=", true)?;
        Ok(key)
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
    fn values(&mut self) -> Result<Value, Stop> {
        match self.current() {
            None => Ok(Value::string("")),
            Some('[') => self.list(0),
            Some('{') => self.hash(0),
            Some(_) => self.csv(),
        }
    }

    /// csv = first ws *( "," ws second ws ), where a further value that turns out to be the next key is left
    fn csv(&mut self) -> Result<Value, Stop> {
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
                Err(error) if self.at_end() || matches!(error, Stop::File(_)) => return Err(error),
                Err(_) => {
                    self.back_to_comma();
                    break;
                }
            }
        }
        if values.len() > 1 { Ok(Value::list(values)) } else { Ok(values.swap_remove(0)) }
    }

    /// A further value, and whether it is the last of the text.
    fn next_of_csv(&mut self) -> Result<(Value, bool), Stop> {
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
    fn list(&mut self, depth: usize) -> Result<Value, Stop> {
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
    fn hash(&mut self, depth: usize) -> Result<Value, Stop> {
        self.expect("{", true)?;
        let mut pairs = Map::new();
        while self.current() != Some('}') {
            let key = self.key_and_sign()?;
            let value = self.item(depth)?;
            self.comma_unless('}')?;
            pairs.insert(key, value);
        }
        self.expect("}", false)?;
        Ok(Value::Map(pairs.into()))
    }

    fn comma_unless(&mut self, close: char) -> Result<(), Stop> {
        self.skip_white_space();
        if self.current() == Some(close) { Ok(()) } else { self.expect(",", true) }
    }

    /// item = list / hash / first
    fn item(&mut self, depth: usize) -> Result<Value, Stop> {
        if depth >= MAX_DEPTH {
            return Err(Stop::Syntax(Kind::Depth));
        }
        match self.current() {
            Some('[') => self.list(depth + 1),
            Some('{') => self.hash(depth + 1),
            Some(_) | None => self.first(),
        }
    }

    /// first = squoted / dquoted / word1 / ""
    fn first(&mut self) -> Result<Value, Stop> {
        match self.current() {
            Some('\'' | '"') => self.quoted(),
            _ => self.word("\"',]}").unwrap_or_else(|| Ok(Value::string(""))),
        }
    }

    /// second = squoted / dquoted / word2
    fn second(&mut self) -> Result<Value, Stop> {
        match self.current() {
            Some('\'' | '"') => self.quoted(),
            _ => self.word("\"',=").unwrap_or_else(|| Err(expected("<second>", "<none>"))),
        }
    }

    /// squoted = "'" *( "\'" / any but "'" ) "'"; dquoted likewise
    ///
    /// When the text ends first, the last escaped quote closes after all.
    fn quoted(&mut self) -> Result<Value, Stop> {
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
            let wanted = if quote == '"' { "<double quoted>" } else { "<singled quoted>" };
            return Err(expected(wanted, "<none>"));
        };
        let inner: String = self.input[self.index + 1..close].iter().collect();
        self.index = close + 1;
        self.with_file(&inner.replace(&format!("\\{quote}"), &quote.to_string()).replace("\\\\", "\\"))
    }

    /// word = ( "\," / start ) *( "\," / follow ), where `excluded` are the characters that cannot follow
    fn word(&mut self, excluded: &str) -> Option<Result<Value, Stop>> {
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
        Some(self.with_file(out.trim_end_matches(is_space)))
    }

    /// The text as a value, or the content of the file that it names where it may name one.
    fn with_file(&self, text: &str) -> Result<Value, Stop> {
        let content = match (self.sources, self.names_files) {
            (Some(sources), true) => paramfile::load(text, self.is_secret, sources),
            (None, false) if paramfile::is_named(text) => Some(Ok(Value::Null)),
            _ => None,
        };
        match content {
            Some(content) => content.map_err(Stop::File),
            None => Ok(Value::string(text)),
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
    fn expect(&mut self, wanted: &'static str, white_space: bool) -> Result<(), Stop> {
        if white_space {
            self.skip_white_space();
        }
        match self.current() {
            Some(c) if wanted.starts_with(c) => self.index += 1,
            Some(c) => return Err(expected(wanted, c)),
            None => return Err(expected(wanted, "EOF")),
        }
        if white_space {
            self.skip_white_space();
        }
        Ok(())
    }
}

/// Something else than what must stand here.
fn expected(expected: &'static str, received: impl ToString) -> Stop {
    Stop::Syntax(Kind::Expected { expected, received: received.to_string() })
}

#[cfg(test)]
mod tests;
