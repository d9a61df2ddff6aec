//! The manual pages: one for each page of help, made of the same tree.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use aws_kms_cli::testing::{Manual, Piece, manual_pages};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use crate::workspace::missing;

/// The longest word that is filled into a line.
const LONG_WORD: usize = 60;

pub(crate) fn write_all(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder).map_err(|error| missing(folder, &error))?;
    for page in manual_pages() {
        let mut bytes = Vec::new();
        write(&page, &mut bytes)?;
        let file = folder.join(format!("{}.1", page.name));
        fs::write(&file, bytes).map_err(|error| missing(&file, &error))?;
    }
    Ok(())
}

/// The title, the name, the description and the synopsis come from the command, the rest from the pieces of its page.
fn write(page: &Manual, out: &mut dyn Write) -> io::Result<()> {
    let man =
        Man::new(page.command.clone()).title(page.name.to_uppercase()).manual("AWS KMS custom key stores");
    man.render_title(out)?;
    // Lines are filled, but nothing is hyphenated or stretched: names and patterns stay as they are typed.
    Roff::new().control("nh", []).control("ad", ["l"]).to_writer(out)?;
    man.render_name_section(out)?;
    man.render_description_section(out)?;
    man.render_synopsis_section(out)?;
    let mut roff = Roff::new();
    for piece in &page.pieces {
        add(piece, &mut roff);
    }
    roff.to_writer(out)
}

fn add(piece: &Piece, roff: &mut Roff) {
    match piece {
        Piece::Heading(text) => _ = roff.control("SH", [text.as_str()]),
        Piece::Text(text) => {
            roff.control("PP", []);
            paragraph(text, roff);
        }
        Piece::Lines(lines) => {
            roff.control("PP", []).control("nf", []);
            for line in lines.lines() {
                roff.text([roman(line)]);
            }
            roff.control("fi", []);
        }
        Piece::Term(term) => {
            roff.control("TP", []).text(inlines(term));
        }
        Piece::About(text) => paragraph(text, roff),
        Piece::Indent => _ = roff.control("RS", []),
        Piece::Outdent => _ = roff.control("RE", []),
    }
}

/// Prose, whose lines begin anew.
fn paragraph(text: &str, roff: &mut Roff) {
    for (at, line) in text.lines().enumerate() {
        if at > 0 {
            roff.control("br", []);
        }
        match line.rsplit_once(' ') {
            // A pattern that may be too long for a line, which nothing may divide.
            Some((before, word)) if word.len() > LONG_WORD => {
                roff.text(inlines(before)).control("nf", []).text([roman(word)]).control("fi", []);
            }
            _ => _ = roff.text(inlines(line)),
        }
    }
}

/// A line with the names of its options in bold.
fn inlines(line: &str) -> Vec<Inline> {
    let mut inlines = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find("--") {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let end = rest[at..].find(|c| !is_name(c)).map_or(rest.len(), |length| at + length);
        inlines.extend([roman(&rest[..at]), bold(&rest[at..end])]);
        rest = &rest[end..];
    }
    inlines.push(roman(rest));
    inlines
}
