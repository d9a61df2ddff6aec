//! What a page of help is made of, and how it looks on a terminal.

use std::iter;

use crate::syntax::filling::filled;
use crate::syntax::shell_words;

/// How far text stands from the left, and from the text above it that it belongs to, in columns.
const INDENT: usize = 4;

/// Words with this between them stay on one line.
pub(crate) const NO_BREAK_SPACE: &str = "\u{a0}";

/// Narrower terminals than this get lines of this width.
const NARROWEST: usize = 20;

/// A page of help.
#[derive(Debug)]
pub(crate) struct Page {
    /// The words that begin a line with it, such as `aws kms update-custom-key-store`.
    pub(crate) command: String,
    /// What it does or is about, in a line.
    pub(crate) about: String,
    pub(crate) description: Vec<Block>,
    /// The command line, in a line for each option.
    pub(crate) synopsis: Vec<String>,
    pub(crate) sections: Vec<Section>,
}

#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) heading: &'static str,
    pub(crate) blocks: Vec<Block>,
}

#[derive(Debug)]
pub(crate) enum Block {
    /// Prose; each of its lines is a paragraph of its own without space between them.
    Text(String),
    /// Lines that stay as they are.
    Lines(String),
    /// A command line, which is broken so that it can still be pasted.
    Command(String),
    /// A term, and what there is to say about it.
    Item(String, Vec<Block>),
    /// Names, each with a few words.
    Rows(Vec<(String, String)>),
}

/// How a page looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// In columns.
    pub(crate) width: usize,
    /// Whether headings and the names of options are bold.
    pub(crate) is_bold: bool,
}

impl Look {
    fn bold(self, text: &str) -> String {
        if self.is_bold { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// The line with the names of its options in bold.
    fn options(self, line: &str) -> String {
        if !self.is_bold || !line.contains("--") {
            return line.to_owned();
        }
        let word = |word: &str| {
            let Some(at) = word.find("--") else { return word.to_owned() };
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
            let end = word[at..].find(|c| !is_name(c)).map_or(word.len(), |length| at + length);
            format!("{}{}{}", &word[..at], self.bold(&word[at..end]), &word[end..])
        };
        line.split(' ').map(word).collect::<Vec<_>>().join(" ")
    }
}

impl Section {
    pub(crate) fn new(heading: &'static str, blocks: impl IntoIterator<Item = Block>) -> Section {
        Section { heading, blocks: blocks.into_iter().collect() }
    }
}

impl Block {
    pub(crate) fn text(text: impl Into<String>) -> Block {
        Block::Text(text.into())
    }

    pub(crate) fn item(term: impl Into<String>, text: impl Into<String>) -> Block {
        Block::Item(term.into(), vec![Block::text(text)])
    }

    /// Phrases, none of which is broken, with commas between them.
    pub(crate) fn list(phrases: impl IntoIterator<Item = String>) -> Block {
        let phrases = phrases.into_iter().map(|phrase| phrase.replace(' ', NO_BREAK_SPACE));
        Block::Text(phrases.collect::<Vec<_>>().join(", "))
    }

    /// The paragraphs of a text, which blank lines divide.
    pub(crate) fn paragraphs(text: &str) -> Vec<Block> {
        text.split("\n\n").map(Block::text).collect()
    }

    fn write(&self, indent: usize, look: Look, out: &mut String) {
        let width = look.width.max(NARROWEST);
        let mut line = |indent: usize, line: &str| {
            let end = format!("{:indent$}{line}", "");
            out.push_str(end.trim_end());
            out.push('\n');
        };
        let mut prose = |indent: usize, text: &str| {
            let free = width.saturating_sub(indent).max(NARROWEST);
            let text: String = text.split('\n').map(|text| filled(text, free)).collect();
            text.lines().for_each(|text| line(indent, &look.options(&text.replace(NO_BREAK_SPACE, " "))));
        };
        match self {
            Block::Text(text) => prose(indent, text),
            Block::Lines(lines) => lines.lines().for_each(|text| line(indent, text)),
            Block::Command(command) => {
                shell_words::broken(command, indent, width).lines().for_each(|text| line(0, text));
            }
            Block::Item(term, blocks) => {
                prose(indent, term);
                write_all(blocks, indent + INDENT, look, out);
            }
            Block::Rows(rows) => {
                let column = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default() + 2;
                let free = width.saturating_sub(indent + column).max(NARROWEST);
                for (name, text) in rows {
                    let text = filled(text, free);
                    let names = iter::once(name.as_str()).chain(iter::repeat(""));
                    for (name, text) in names.zip(text.lines()) {
                        line(indent, &look.options(&format!("{name:column$}{text}")));
                    }
                }
            }
        }
    }
}

fn write_all(blocks: &[Block], indent: usize, look: Look, out: &mut String) {
    for (at, block) in blocks.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        block.write(indent, look, out);
    }
}

impl Page {
    /// The page as text.
    pub(crate) fn text(&self, look: Look) -> String {
        let mut out = String::new();
        let mut section = |heading: &str, blocks: &[Block]| {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&look.bold(heading));
            out.push('\n');
            write_all(blocks, INDENT, look, &mut out);
        };
        section("NAME", &[Block::Text(format!("{} - {}", self.command, self.about))]);
        if !self.description.is_empty() {
            section("DESCRIPTION", &self.description);
        }
        if !self.synopsis.is_empty() {
            section("SYNOPSIS", &[Block::Text(self.synopsis.join("\n    "))]);
        }
        for Section { heading, blocks } in &self.sections {
            section(heading, blocks);
        }
        out
    }
}
