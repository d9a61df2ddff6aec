//! Reads the XML of a reply as the reference does: elements by their names, without name spaces and attributes.

use roxmltree::{Document, Node, ParsingOptions};

use super::{Map, Value};

/// How deep elements may be nested; what is deeper is left out. Replies of AWS have three levels.
const MAX_DEPTH: usize = 50;

/// The most elements and texts, and the most quotes around values of attributes. Replies of AWS have a few dozen; the
/// time for more would grow with the square of their number.
const MOST_PARTS: u32 = 10_000;

/// A text that is no XML document. None of it is kept: it may be a reply with credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}: line {line}, column {column}")]
pub struct XmlError {
    /// What is wrong, in expat's words.
    problem: &'static str,
    /// The line of the place, from 1.
    line: u32,
    /// The column of the place, from 0.
    column: u32,
}

impl XmlError {
    fn at_start(problem: &'static str) -> XmlError {
        XmlError { problem, line: 1, column: 0 }
    }
}

const INVALID_TOKEN: &str = "not well-formed (invalid token)";
const TOO_MANY: &str = "too many elements or attributes";

/// Reads a document: its root as a mapping of its children, each a mapping or, without children, a text. Of elements
/// with the same name and parent the first counts.
///
/// # Errors
/// It is no well-formed document in UTF-8.
pub fn parse(bytes: &[u8]) -> Result<Value, XmlError> {
    let text = std::str::from_utf8(bytes).map_err(|_| XmlError::at_start(INVALID_TOKEN))?;
    if text.trim().is_empty() {
        return Err(XmlError::at_start("no element found"));
    }
    if text.bytes().filter(|byte| matches!(byte, b'"' | b'\'')).nth(MOST_PARTS as usize).is_some() {
        return Err(XmlError::at_start(TOO_MANY));
    }
    let options = ParsingOptions { nodes_limit: MOST_PARTS, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| {
        if let roxmltree::Error::NodesLimitReached = error {
            return XmlError::at_start(TOO_MANY);
        }
        let position = error.pos();
        let begins =
            text.trim_start().starts_with(|c: char| c == '<' || c.is_alphanumeric() || c == '_' || c == ':');
        let problem = if begins { "syntax error" } else { INVALID_TOKEN };
        XmlError { problem, line: position.row, column: position.col.saturating_sub(1) }
    })?;
    let root = document.root_element();
    Ok(match element(root, 0) {
        Value::Map(map) => Value::Map(map),
        _ => Value::Map(Map::new().into()),
    })
}

fn element(node: Node, depth: usize) -> Value {
    let mut children = Map::new();
    for child in node.children().filter(Node::is_element).take_while(|_| depth < MAX_DEPTH) {
        let name = child.tag_name().name();
        if !children.contains_key(name) {
            children.insert(name, element(child, depth + 1));
        }
    }
    if !children.is_empty() {
        return Value::Map(children.into());
    }
    let texts = node.children().filter(Node::is_text).filter_map(|text| text.text());
    Value::string(texts.collect::<String>())
}

/// The element `Error` of an error reply, which may stand in another, `Errors`.
pub fn error(document: &Value) -> Option<&Map> {
    let root = document.as_map()?;
    root.get("Error").or_else(|| root.get("Errors")?.as_map()?.get("Error"))?.as_map()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match parse(text.as_bytes()) {
            Ok(value) => format!("{value:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn elements_become_members_without_their_name_spaces() {
        assert_eq!(
            read(
                "<?xml version='1.0'?><R xmlns='u' a='b'><x:A xmlns:x='v'><B>1 &amp; <![CDATA[<2>]]></B></x:A><C/></R>"
            ),
            "{'A': {'B': '1 & <2>'}, 'C': ''}"
        );
        assert_eq!(read("<R><A>1<!-- c -->2</A><A>3</A></R>"), "{'A': '12'}");
        assert_eq!(read("<R>text</R>"), "{}");
    }

    #[test]
    fn what_is_no_document_is_told_by_its_place_alone() {
        assert_eq!(read(""), "no element found: line 1, column 0");
        assert_eq!(read("{}"), "not well-formed (invalid token): line 1, column 0");
        assert_eq!(read("x"), "syntax error: line 1, column 0");
        for text in
            ["<R><SecretAccessKey>hush</R>", "<R><A>hush", "<!DOCTYPE R [<!ENTITY hush 'x'>]><R>&hush;</R>"]
        {
            let message = read(text);
            assert!(message.starts_with("syntax error: line 1") && !message.contains("hush"), "{message}");
        }
        assert!(parse(b"<R>\xff</R>").is_err());
    }

    #[test]
    fn deep_nesting_ends() {
        let deep = format!("{}{}", "<a>".repeat(5_000), "</a>".repeat(5_000));
        assert!(read(&deep).len() < 1_000);
    }

    #[test]
    fn what_would_take_for_ever_is_refused() {
        let many = |part: fn(usize) -> String| (0..200_000).map(part).collect::<String>();
        for text in [
            format!("<R>{}</R>", many(|number| format!("<a{number}/>"))),
            format!("<R {}/>", many(|number| format!("a{number}='' "))),
            format!("<R {}/>", many(|number| format!("xmlns:a{number}=\"u{number}\" "))),
            "<a>".repeat(200_000),
        ] {
            assert_eq!(read(&text), "too many elements or attributes: line 1, column 0");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[<>/a&;'\"= !\\[\\]CDATA?-]{0,60}") {
            let _ = parse(text.as_bytes());
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..60)) {
            let _ = parse(&bytes);
        }
    }
}
