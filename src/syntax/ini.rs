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

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use thiserror::Error;

use super::encoding::fold_newlines;
use crate::syntax::python::is_space;

/// The section whose options count in all others.
const DEFAULTS: &str = "DEFAULT";

/// The options whose values must never be shown.
const SECRETS: [&str; 3] = ["aws_secret_access_key", "aws_session_token", "aws_security_token"];

/// The fewest characters of a word that may be a secret without a name.
const SHORTEST_KEY: usize = 20;

/// The sections of a file in order, with their options.
pub(crate) type Sections = Vec<(String, Section)>;

/// The options of one section, in order.
#[derive(Clone, Default)]
pub(crate) struct Section {
    options: Vec<(String, Setting)>,
}

/// The value of an option.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Setting {
    /// A text; the lines of a continued value are joined with `\n`.
    Text(String),
    /// A nested map; its names keep their case.
    Map(Vec<(String, String)>),
}

/// The file is not of this syntax. The text of the line is not kept: it may be a secret.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("line {line}: {problem}")]
pub(crate) struct SyntaxError {
    /// The line, from 1.
    pub(crate) line: usize,
    /// What is wrong there.
    pub(crate) problem: &'static str,
}

impl Section {
    /// The value of an option, named in lower case.
    pub(crate) fn get(&self, name: &str) -> Option<&Setting> {
        self.options.iter().find(|(option, _)| option == name).map(|(_, value)| value)
    }

    /// The value of an option if it is a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Setting::Text(text)) => Some(text),
            Some(Setting::Map(_)) | None => None,
        }
    }

    /// The options that are texts, in order.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
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
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.pairs().flat_map(|(name, text)| secrets_in(name, text))
    }

    /// The values that should be URLs.
    pub(crate) fn urls(&self) -> impl Iterator<Item = &str> {
        let is_url = |name: &str| name.ends_with("_url") || name.ends_with("endpoint");
        self.pairs().filter(move |(name, _)| is_url(name)).map(|(_, url)| url)
    }

    /// Whether it has no options.
    pub(crate) fn is_empty(&self) -> bool {
        self.options.is_empty()
    }

    /// Takes over the options of another section, which win.
    pub(crate) fn update(&mut self, other: &Section) {
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
pub(crate) fn is_secret(option: &str) -> bool {
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
pub(crate) fn parse(bytes: &[u8]) -> Result<Sections, SyntaxError> {
    read(bytes, true)
}

/// Reads a whole file without maps: an empty value with indented lines is these lines.
///
/// # Errors
/// As of [`parse`].
pub(crate) fn parse_flat(bytes: &[u8]) -> Result<Sections, SyntaxError> {
    read(bytes, false)
}

fn read(bytes: &[u8], has_maps: bool) -> Result<Sections, SyntaxError> {
    let text = text(bytes)?;
    let mut reader = Reader::default();
    for (index, line) in fold_newlines(text).split('\n').enumerate() {
        reader.line(line, index + 1).map_err(|problem| SyntaxError { line: index + 1, problem })?;
    }
    reader.finish(has_maps)
}

/// The bytes of a file as text.
///
/// # Errors
/// Bytes that are not UTF-8.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, SyntaxError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        SyntaxError {
            line: fold_newlines(&before).split('\n').count(),
            problem: "there are bytes that are not UTF-8",
        }
    })
}

/// A line of a value, trimmed, with its number from 1.
type Line = (usize, String);

/// A section while it is being read: each option with its lines.
type OpenSection = (String, Vec<(String, Vec<Line>)>);

#[derive(Default)]
struct Reader {
    sections: Vec<OpenSection>,
    /// The names of the sections so far, and of the options of the one that is read.
    section_names: BTreeSet<String>,
    option_names: BTreeSet<String>,
    in_option: bool,
    indent: usize,
}

impl Reader {
    fn line(&mut self, line: &str, number: usize) -> Result<(), &'static str> {
        let text = line.trim_matches(is_space);
        if text.starts_with(['#', ';']) {
            return Ok(());
        }
        let indent = line.chars().take_while(|c| is_space(*c)).count();
        if text.is_empty() {
            // An empty line belongs to the value, in case more of it follows.
            if let Some(lines) = self.open_option() {
                lines.push((number, String::new()));
            }
            return Ok(());
        }
        let deeper = indent > self.indent;
        if let Some(lines) = self.open_option().filter(|_| deeper) {
            lines.push((number, text.to_owned()));
            return Ok(());
        }
        self.indent = indent;
        match header(text) {
            Some(name) => self.section(name),
            None => self.option(text, number),
        }
    }

    fn open_option(&mut self) -> Option<&mut Vec<Line>> {
        if !self.in_option {
            return None;
        }
        self.sections.last_mut()?.1.last_mut().map(|(_, lines)| lines)
    }

    fn section(&mut self, name: &str) -> Result<(), &'static str> {
        self.in_option = false;
        self.option_names.clear();
        if self.section_names.insert(name.to_owned()) {
            self.sections.push((name.to_owned(), Vec::new()));
        } else if name == DEFAULTS {
            // The defaults may go on later: the section that is read is always the last.
            let place = self.sections.iter().position(|(section, _)| section == name);
            let defaults = place.map(|place| self.sections.remove(place));
            self.sections.extend(defaults);
            let options = self.sections.last().into_iter().flat_map(|(_, options)| options);
            self.option_names = options.map(|(option, _)| option.clone()).collect();
        } else {
            return Err("a section of this name is there already");
        }
        Ok(())
    }

    /// option = name ("=" / ":") value
    fn option(&mut self, text: &str, number: usize) -> Result<(), &'static str> {
        let Some((_, options)) = self.sections.last_mut() else {
            let is_mark = text.starts_with('\u{feff}');
            return Err(if is_mark {
                "there is a byte order mark at the start of the file, which must go"
            } else {
                "there is text before the first [section]"
            });
        };
        let Some(separator) = text.bytes().position(|byte| matches!(byte, b'=' | b':')) else {
            return Err(if text.starts_with('[') {
                "the name of a section is not closed by a ]"
            } else {
                "there is neither a [section] nor an option with = or :"
            });
        };
        let name = text[..separator].trim_end_matches(is_space).to_lowercase();
        if name.is_empty() {
            return Err("an option has no name");
        }
        if !self.option_names.insert(name.clone()) {
            return Err("the section has this option already");
        }
        let value = text[separator + 1..].trim_matches(is_space).to_owned();
        options.push((name, vec![(number, value)]));
        self.in_option = true;
        Ok(())
    }

    fn finish(self, has_maps: bool) -> Result<Sections, SyntaxError> {
        let mut defaults = Section::default();
        let mut sections = Sections::new();
        for (name, options) in self.sections {
            let setting = |(option, lines): (String, Vec<Line>)| Ok((option, setting(&lines, has_maps)?));
            let section = Section { options: options.into_iter().map(setting).collect::<Result<_, _>>()? };
            if name == DEFAULTS {
                defaults = section;
            } else {
                sections.push((name, section));
            }
        }
        for (_, section) in sections.iter_mut().filter(|_| !defaults.is_empty()) {
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

/// The lines of a value as a text.
fn text_of(lines: &[Line]) -> String {
    if let [(_, line)] = lines {
        return line.clone();
    }
    let lines: Vec<&str> = lines.iter().map(|(_, line)| line.as_str()).collect();
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
