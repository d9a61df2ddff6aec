//! The syntax of configuration files, as Python's strict `RawConfigParser` reads them.
//!
//! ```text
//! # a comment has a line of its own, and ; starts one too
//! [section name]
//! option = value, to the end of the line # and this belongs to it
//! other: the first of = and : separates
//!   an indented line continues the value
//! services =
//!   nested = an empty value with indented lines is a map, one level deep
//! ```
//!
//! Options are lower-cased and values trimmed. A section or an option that appears twice is an error.

use std::fmt;

use crate::value::python::is_space;

/// The section whose options count in all others.
const DEFAULTS: &str = "DEFAULT";

/// The options whose values must never be shown.
const SECRETS: [&str; 3] = ["aws_secret_access_key", "aws_session_token", "aws_security_token"];

/// The sections of a file in order, with their options.
pub type Sections = Vec<(String, Section)>;

/// The options of one section, in order.
#[derive(Clone, Default)]
pub struct Section {
    options: Vec<(String, Setting)>,
}

/// The value of an option.
#[derive(Clone, PartialEq, Eq)]
pub enum Setting {
    /// A text; the lines of a continued value are joined with `\n`.
    Text(String),
    /// A nested map; its names keep their case.
    Map(Vec<(String, String)>),
}

/// The file is not of this syntax. Where and why is not kept: the reference does not say, and the text of a
/// line may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyntaxError;

impl Section {
    /// The value of an option, named in lower case.
    pub fn get(&self, name: &str) -> Option<&Setting> {
        self.options.iter().find(|(option, _)| option == name).map(|(_, value)| value)
    }

    /// The value of an option if it is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Setting::Text(text)) => Some(text),
            Some(Setting::Map(_)) | None => None,
        }
    }

    /// The options that are texts, in order.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.options.iter().filter_map(|(name, value)| match value {
            Setting::Text(text) => Some((name.as_str(), text.as_str())),
            Setting::Map(_) => None,
        })
    }

    /// Whether it has no options.
    pub fn is_empty(&self) -> bool {
        self.options.is_empty()
    }

    /// Takes over the options of another section, which win.
    pub fn update(&mut self, other: &Section) {
        for (name, value) in &other.options {
            self.set(name.clone(), value.clone());
        }
    }

    fn set(&mut self, name: String, value: Setting) {
        match self.options.iter_mut().find(|(option, _)| *option == name) {
            Some((_, old)) => *old = value,
            None => self.options.push((name, value)),
        }
    }
}

/// Whether the value of this option must never be shown.
pub fn is_secret(option: &str) -> bool {
    SECRETS.contains(&option)
}

/// Shows the names of the options only: values may be secrets.
impl fmt::Debug for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.options.iter().map(|(name, _)| name)).finish()
    }
}

/// Reads a whole file.
///
/// # Errors
/// The first thing that is not of this syntax, or not UTF-8.
pub fn parse(bytes: &[u8]) -> Result<Sections, SyntaxError> {
    let text = std::str::from_utf8(bytes).map_err(|_| SyntaxError)?;
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = Reader::default();
    for line in text.split('\n') {
        reader.line(line)?;
    }
    reader.finish()
}

/// A section while it is being read: each option with its lines.
type OpenSection = (String, Vec<(String, Vec<String>)>);

#[derive(Default)]
struct Reader {
    sections: Vec<OpenSection>,
    in_option: bool,
    indent: usize,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), SyntaxError> {
        let text = line.trim_matches(is_space);
        if text.starts_with(['#', ';']) {
            return Ok(());
        }
        let indent = line.chars().take_while(|c| is_space(*c)).count();
        if text.is_empty() {
            // An empty line belongs to the value, in case more of it follows.
            if let Some(lines) = self.open_option() {
                lines.push(String::new());
            }
            return Ok(());
        }
        let deeper = indent > self.indent;
        if let Some(lines) = self.open_option().filter(|_| deeper) {
            lines.push(text.to_owned());
            return Ok(());
        }
        self.indent = indent;
        match header(text) {
            Some(name) => self.section(name),
            None => self.option(text),
        }
    }

    fn open_option(&mut self) -> Option<&mut Vec<String>> {
        if !self.in_option {
            return None;
        }
        self.sections.last_mut()?.1.last_mut().map(|(_, lines)| lines)
    }

    fn section(&mut self, name: &str) -> Result<(), SyntaxError> {
        self.in_option = false;
        match self.sections.iter().position(|(section, _)| section == name) {
            // The defaults may go on later: the section that is read is always the last.
            Some(index) if name == DEFAULTS => {
                let defaults = self.sections.remove(index);
                self.sections.push(defaults);
            }
            Some(_) => return Err(SyntaxError),
            None => self.sections.push((name.to_owned(), Vec::new())),
        }
        Ok(())
    }

    /// option = name ("=" / ":") value
    fn option(&mut self, text: &str) -> Result<(), SyntaxError> {
        let (_, options) = self.sections.last_mut().ok_or(SyntaxError)?;
        let separator = text.find(['=', ':']).ok_or(SyntaxError)?;
        let name = text[..separator].trim_end_matches(is_space).to_lowercase();
        if name.is_empty() || options.iter().any(|(option, _)| *option == name) {
            return Err(SyntaxError);
        }
        let value = text[separator + 1..].trim_matches(is_space).to_owned();
        options.push((name, vec![value]));
        self.in_option = true;
        Ok(())
    }

    fn finish(self) -> Result<Sections, SyntaxError> {
        let mut defaults = Section::default();
        let mut sections = Sections::new();
        for (name, options) in self.sections {
            let mut section = Section::default();
            for (option, lines) in options {
                section.set(option, setting(&lines)?);
            }
            if name == DEFAULTS {
                defaults.update(&section);
            } else {
                sections.push((name, section));
            }
        }
        for (_, section) in &mut sections {
            let own = std::mem::replace(section, defaults.clone());
            section.update(&own);
        }
        Ok(sections)
    }
}

/// section = "[" name "]", whatever follows the last bracket
fn header(text: &str) -> Option<&str> {
    let name = &text.strip_prefix('[')?[..text.rfind(']')?.checked_sub(1)?];
    (!name.is_empty()).then_some(name)
}

/// Where Python's `str.splitlines` ends a line.
fn is_line_end(character: char) -> bool {
    matches!(character, '\n'..='\r' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The lines of a value as a text, or as a map when the first is empty.
fn setting(lines: &[String]) -> Result<Setting, SyntaxError> {
    let text = lines.join("\n");
    let text = text.trim_end_matches(is_space);
    if !text.starts_with('\n') {
        return Ok(Setting::Text(text.to_owned()));
    }
    let pairs =
        text.split(is_line_end).map(|line| line.trim_matches(is_space)).filter(|line| !line.is_empty());
    let pair = |line: &str| {
        let (name, value) = line.split_once('=').ok_or(SyntaxError)?;
        Ok((name.trim_matches(is_space).to_owned(), value.trim_matches(is_space).to_owned()))
    };
    Ok(Setting::Map(pairs.map(pair).collect::<Result<_, _>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let show = |setting: &Setting| match setting {
            Setting::Text(text) => format!("{text:?}"),
            Setting::Map(map) => format!("{map:?}"),
        };
        let sections = parse(text.as_bytes()).ok()?;
        let lines = sections.iter().map(|(name, section)| {
            let options: Vec<String> = section
                .options
                .iter()
                .map(|(option, setting)| format!("{option}={}", show(setting)))
                .collect();
            format!("[{name}] {}", options.join(" "))
        });
        Some(lines.collect::<Vec<_>>().join("; "))
    }

    #[test]
    fn options_sections_and_comments_are_told_apart() {
        let text = "# c\n; c\n[a]\nX = 1 # no comment\ny: 2=3\n  # c\n\n[profile \"b c\"] rest\nz=\n";
        let want = "[a] x=\"1 # no comment\" y=\"2=3\"; [profile \"b c\"] z=\"\"";
        assert_eq!(read(text).as_deref(), Some(want));
    }

    #[test]
    fn indented_lines_continue_a_value_or_make_a_map() {
        assert_eq!(read("[a]\nx = 1\n  2\n\n  3\ny=4").as_deref(), Some("[a] x=\"1\\n2\\n\\n3\" y=\"4\""));
        let map = "[a] kms=[(\"endpoint_url\", \"http://x\"), (\"Y\", \"z=1\")]";
        assert_eq!(read("[a]\nkms =\n  endpoint_url = http://x\n  Y=z=1\n").as_deref(), Some(map));
        assert_eq!(read("[a]\nregion =\n  us-west-1\n"), None);
    }

    #[test]
    fn defaults_count_everywhere() {
        assert_eq!(read("[DEFAULT]\nx=1\ny=1\n[a]\ny=2").as_deref(), Some("[a] x=\"1\" y=\"2\""));
        let split = "[DEFAULT]\nx=1\n[a]\ny=2\n[DEFAULT]\nz=3";
        assert_eq!(read(split).as_deref(), Some("[a] x=\"1\" z=\"3\" y=\"2\""));
        assert_eq!(read("[DEFAULT]\nx=1\n[DEFAULT]\nX=2"), None);
    }

    #[test]
    fn what_is_not_of_the_syntax_is_an_error() {
        let texts =
            ["x=1", "[a]\nword", "[a\nx=1", "[a]\nx=1\nX=2", "[a]\n[a]", "[a]\n=1", "\u{feff}[a]\nx=1"];
        for text in texts {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert_eq!(parse(b"[a]\nx=\xff").err(), Some(SyntaxError));
        assert_eq!(read("[a]\r\nx=1\r\n").as_deref(), Some("[a] x=\"1\""));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..80)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn no_almost_configuration_makes_it_panic(text in "(\\[|\\]|=|:|a|é| |\n|#){0,40}") {
            let _ = parse(text.as_bytes());
        }
    }
}
