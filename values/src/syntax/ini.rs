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

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;

use thiserror::Error;

use super::encoding::fold_newlines;
use crate::syntax::python::is_space;

/// The section whose options count in all others.
const DEFAULTS: &str = "DEFAULT";

/// The options whose values must never be shown.
const SECRETS: [&str; 4] =
    ["aws_secret_access_key", "aws_session_token", "aws_security_token", "external_id"];

/// The fewest characters of a word that may be a secret without a name.
const SHORTEST_KEY: usize = 20;

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

/// The file is not of this syntax. The text of the line is not kept: it may be a secret.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("line {line}: {problem}")]
pub struct SyntaxError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: &'static str,
}

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

    /// All names with their texts, those inside maps too.
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.options.iter().flat_map(|(name, value)| match value {
            Setting::Text(text) => vec![(name.as_str(), text.as_str())],
            Setting::Map(pairs) => pairs.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect(),
        })
    }

    /// What must never be shown of the values: those of secret options, and secrets in the values of others. An indented
    /// line belongs to the value above it, and so does what follows on a line whose end is missing.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.pairs().flat_map(|(name, text)| secrets_in(name, text))
    }

    /// The values that should be URLs.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        let is_url = |name: &str| name.ends_with("_url") || name.ends_with("endpoint");
        self.pairs().filter(move |(name, _)| is_url(name)).map(|(_, url)| url)
    }

    /// Whether it has no options.
    pub fn is_empty(&self) -> bool {
        self.options.is_empty()
    }

    /// Takes over the options of another section, which win.
    pub fn update(&mut self, other: &Section) {
        let places: BTreeMap<String, usize> =
            self.options.iter().enumerate().map(|(place, (name, _))| (name.clone(), place)).collect();
        for (name, value) in &other.options {
            match places.get(name) {
                Some(place) => self.options[*place].1 = value.clone(),
                None => self.options.push((name.clone(), value.clone())),
            }
        }
    }
}

/// Whether the value of this option must never be shown.
pub fn is_secret(option: &str) -> bool {
    SECRETS.contains(&option)
}

/// What must never be shown of the value of an option, a line at a time: all of it; what follows the name of a secret
/// option; a long word on a line that belongs to another value.
fn secrets_in<'a>(option: &str, value: &'a str) -> Vec<&'a str> {
    let is_separator = |c: char| is_space(c) || ['=', ':', '\'', '"'].contains(&c);
    let secret = |(index, line): (usize, &'a str)| {
        let lower = line.to_ascii_lowercase();
        let named = SECRETS.iter().filter_map(|name| Some(lower.find(name)? + name.len())).min();
        match named {
            _ if is_secret(&option.to_ascii_lowercase()) => Some(line),
            Some(end) => Some(line[end..].trim_matches(is_separator)),
            None if index > 0 && line.len() >= SHORTEST_KEY && !line.contains(is_space) => Some(line),
            None => None,
        }
    };
    value.split('\n').enumerate().filter_map(secret).collect()
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
    read(bytes, true)
}

/// Reads a whole file without maps: an empty value with indented lines is these lines.
///
/// # Errors
/// As of [`parse`].
pub fn parse_flat(bytes: &[u8]) -> Result<Sections, SyntaxError> {
    read(bytes, false)
}

fn read(bytes: &[u8], has_maps: bool) -> Result<Sections, SyntaxError> {
    let text = fold_newlines(text(bytes)?);
    let mut reader = Reader { has_maps, ..Reader::default() };
    for (index, line) in text.split('\n').enumerate() {
        reader.line(line, index + 1).map_err(|problem| SyntaxError { line: index + 1, problem })?;
    }
    reader.finish()
}

/// The bytes of a file as text.
///
/// # Errors
/// Bytes that are not UTF-8.
pub fn text(bytes: &[u8]) -> Result<&str, SyntaxError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        SyntaxError {
            line: fold_newlines(&before).split('\n').count(),
            problem: "there are bytes that are not UTF-8",
        }
    })
}

/// A line of a value, trimmed, with its number from 1.
type Line<'t> = (usize, &'t str);

/// Companies generate files with thousands of profiles, which every run reads: only what is kept is copied.
#[derive(Default)]
struct Reader<'t> {
    has_maps: bool,
    sections: Sections,
    defaults: Section,
    section_names: HashSet<&'t str>,
    /// The section that is read: its name, its options, and their names.
    section: Option<&'t str>,
    options: Vec<(String, Setting)>,
    option_names: BTreeSet<Cow<'t, str>>,
    /// The option that is read: its name, and the lines of its value so far. Without lines there is none.
    option: Cow<'t, str>,
    lines: Vec<Line<'t>>,
    indent: usize,
    /// The first map that is none. What is wrong with a line anywhere is told before it.
    broken_map: Option<SyntaxError>,
}

impl<'t> Reader<'t> {
    fn line(&mut self, line: &'t str, number: usize) -> Result<(), &'static str> {
        let text = line.trim_matches(is_space);
        if text.starts_with(['#', ';']) {
            return Ok(());
        }
        let indent = line.chars().take_while(|c| is_space(*c)).count();
        // An empty line belongs to the value, in case more of it follows.
        if text.is_empty() || indent > self.indent && !self.lines.is_empty() {
            if !self.lines.is_empty() {
                self.lines.push((number, text));
            }
            return Ok(());
        }
        self.indent = indent;
        self.end_option();
        match header(text) {
            Some(name) => self.section(name),
            None => self.option(text, number),
        }
    }

    fn section(&mut self, name: &'t str) -> Result<(), &'static str> {
        self.end_section();
        if !self.section_names.insert(name) {
            if name != DEFAULTS {
                return Err("a section of this name is there already");
            }
            // The defaults may go on later.
            self.options = std::mem::take(&mut self.defaults.options);
            self.option_names = self.options.iter().map(|(option, _)| option.clone().into()).collect();
        }
        self.section = Some(name);
        Ok(())
    }

    /// option = name ("=" / ":") value
    fn option(&mut self, text: &'t str, number: usize) -> Result<(), &'static str> {
        if self.section.is_none() {
            let is_mark = text.starts_with('\u{feff}');
            return Err(if is_mark {
                "there is a byte order mark at the start of the file, which must go"
            } else {
                "there is text before the first [section]"
            });
        }
        let Some(separator) = text.bytes().position(|byte| matches!(byte, b'=' | b':')) else {
            return Err(if text.starts_with('[') {
                "the name of a section is not closed by a ]"
            } else {
                "there is neither a [section] nor an option with = or :"
            });
        };
        let name = lower_case(text[..separator].trim_end_matches(is_space));
        if name.is_empty() {
            return Err("an option has no name");
        }
        if !self.option_names.insert(name.clone()) {
            return Err("the section has this option already");
        }
        self.option = name;
        self.lines.push((number, text[separator + 1..].trim_matches(is_space)));
        Ok(())
    }

    /// Keeps the option that was read, if there is one.
    fn end_option(&mut self) {
        if self.lines.is_empty() {
            return;
        }
        let setting = setting(&self.lines, self.has_maps).unwrap_or_else(|error| {
            self.broken_map.get_or_insert(error);
            Setting::Text(String::new())
        });
        self.options.push((std::mem::take(&mut self.option).into_owned(), setting));
        self.lines.clear();
    }

    /// Keeps the section that was read, if there is one, in no more memory than it needs.
    fn end_section(&mut self) {
        let section = Section { options: self.options.drain(..).collect() };
        match self.section.take() {
            Some(DEFAULTS) => self.defaults = section,
            Some(name) => self.sections.push((name.to_owned(), section)),
            None => {}
        }
        self.option_names.clear();
    }

    fn finish(mut self) -> Result<Sections, SyntaxError> {
        self.end_option();
        self.end_section();
        for (_, section) in self.sections.iter_mut().filter(|_| !self.defaults.is_empty()) {
            let own = std::mem::replace(section, self.defaults.clone());
            section.update(&own);
        }
        self.broken_map.map_or(Ok(self.sections), Err)
    }
}

/// Most names are in lower case already.
fn lower_case(name: &str) -> Cow<'_, str> {
    let is_lower = name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_lower { name.into() } else { name.to_lowercase().into() }
}

/// section = "[" name "]", whatever follows the last bracket
fn header(text: &str) -> Option<&str> {
    let name = &text.strip_prefix('[')?[..text.rfind(']')?.checked_sub(1)?];
    (!name.is_empty()).then_some(name)
}

/// The lines of a value as a text.
fn text_of(lines: &[Line]) -> String {
    if let [(_, line)] = *lines {
        return line.to_owned();
    }
    let lines: Vec<&str> = lines.iter().map(|(_, line)| *line).collect();
    let mut text = lines.join("\n");
    text.truncate(text.trim_end_matches(is_space).len());
    text
}

/// The lines of a value as a text, or as a map when the first is empty and there may be maps.
fn setting(lines: &[Line], has_maps: bool) -> Result<Setting, SyntaxError> {
    let text = text_of(lines);
    if !has_maps || !text.starts_with('\n') {
        return Ok(Setting::Text(text));
    }
    let mut map = Vec::new();
    for (number, line) in lines.iter().filter(|(_, line)| !line.is_empty()) {
        let Some((name, value)) = line.split_once('=') else {
            return Err(SyntaxError {
                line: *number,
                problem: "below an option with an empty value, an indented line has no =",
            });
        };
        map.push((name.trim_matches(is_space).to_owned(), value.trim_matches(is_space).to_owned()));
    }
    Ok(Setting::Map(map))
}

#[cfg(test)]
mod tests;
