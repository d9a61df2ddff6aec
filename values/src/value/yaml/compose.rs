//! From the parser's events to a value, in one pass.

use std::collections::HashMap;
use std::rc::Rc;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag as ParsedTag};

use super::layout::Layout;
use super::scalar::{self, Kind};
use super::{Position, Reason, YamlError};
use crate::value::{Map, Value};

/// How deep values may nest. The reference fails a little later, by Python's recursion limit.
const MAX_DEPTH: usize = 400;

/// What a document may weigh, in bytes of text and two for every list or mapping, aliases written out.
const MAX_WEIGHT: u64 = 64 << 20;

/// How many entries all `<<` of a document may bring in.
const MAX_MERGED: usize = 1 << 16;

/// The tags that `!!` stands for (YAML 1.2, 6.8.2.2).
const CORE: &str = "tag:yaml.org,2002:";

/// Why there is no value.
pub(super) enum Failure {
    /// The parser does not accept the text in this layout.
    Scan(ScanError),
    /// No other layout would help.
    Value(YamlError),
}

/// A complete value with what is needed to bound its aliases.
#[derive(Clone)]
struct Node {
    value: Value,
    weight: u64,
    height: usize,
}

/// A list or mapping that has not ended.
struct Open {
    content: Content,
    /// The parser's number for its anchor, or 0.
    anchor: usize,
    /// What everything before it weighs.
    weight_before: u64,
    height: usize,
    at: Position,
}

enum Content {
    List(Vec<Value>),
    Map { own: Map, key: Option<Key>, merged: Option<Vec<Rc<Map>>> },
}

/// A key that waits for its value.
enum Key {
    Text(Rc<str>),
    /// `<<`
    Merge,
}

struct Composer<'l, 't> {
    layout: &'l Layout<'t>,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    root: Option<Value>,
    weight: u64,
    merged: usize,
}

/// Reads the only document of a text; an empty one is [`Value::Null`].
pub(super) fn value(layout: &Layout<'_>) -> Result<Value, Failure> {
    let mut composer =
        Composer { layout, open: Vec::new(), anchors: HashMap::new(), root: None, weight: 0, merged: 0 };
    for event in Parser::new_from_str(layout.text()) {
        let (event, span) = event.map_err(Failure::Scan)?;
        let at = match (&event, composer.open.last()) {
            (Event::SequenceEnd | Event::MappingEnd, Some(open)) => open.at,
            _ => layout.position(&span.start),
        };
        composer.take(event, &span, at).map_err(|reason| Failure::Value(YamlError { reason, at }))?;
    }
    Ok(composer.root.unwrap_or(Value::Null))
}

impl Composer<'_, '_> {
    fn take(&mut self, event: Event<'_>, span: &Span, at: Position) -> Result<(), Reason> {
        match event {
            // Even an empty document has a value.
            Event::DocumentStart(_) if self.root.is_some() => Err(Reason::SeveralDocuments),
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned().ok_or(Reason::Cycle)?;
                self.add_weight(node.weight)?;
                self.attach(node)
            }
            Event::Scalar(text, style, anchor, tag) => {
                let has_properties = tag.is_some() || anchor > 0;
                let text = self.layout.trim_cut_off(&text, style, has_properties, span);
                self.scalar(text, style, tag.as_deref(), anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                check_tag(tag.as_deref(), "seq")?;
                self.start(Content::List(Vec::new()), anchor, at)
            }
            Event::MappingStart(anchor, tag) => {
                check_tag(tag.as_deref(), "map")?;
                self.start(Content::Map { own: Map::new(), key: None, merged: None }, anchor, at)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&ParsedTag>,
        anchor: usize,
    ) -> Result<(), Reason> {
        let is_plain = style == ScalarStyle::Plain;
        // The reference takes these for line ends.
        let text = if is_plain { text.trim_matches(['\u{85}', '\u{2028}', '\u{2029}', ' ']) } else { text };
        // In brackets the parser takes these for plain texts; YAML has no plain scalar that starts so.
        if is_plain && text.starts_with(['|', '>']) {
            return Err(Reason::Syntax("a block scalar in brackets".to_owned()));
        }
        self.add_weight(text.len() as u64 + 1)?;
        let value = match core_tag(tag)? {
            Some(tag) => scalar::tagged(text, tag)?,
            None if !is_plain => Value::string(text),
            None => match (scalar::kind(text), self.place_of_key()) {
                (Kind::Merge, Some(key)) => {
                    *key = Some(Key::Merge);
                    return Ok(());
                }
                (Kind::Value, Some(_)) => Value::string(text),
                (kind, _) => scalar::plain(text, kind)?,
            },
        };
        self.complete(Node { value, weight: text.len() as u64 + 1, height: 0 }, anchor)
    }

    /// Where the next node goes if it is a key.
    fn place_of_key(&mut self) -> Option<&mut Option<Key>> {
        match &mut self.open.last_mut()?.content {
            Content::Map { key: key @ None, .. } => Some(key),
            _ => None,
        }
    }

    fn start(&mut self, content: Content, anchor: usize, at: Position) -> Result<(), Reason> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Reason::Depth);
        }
        let weight_before = self.weight;
        self.add_weight(2)?;
        self.open.push(Open { content, anchor, weight_before, height: 0, at });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Reason> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let value = match open.content {
            Content::List(elements) => Value::list(elements),
            Content::Map { own, merged, .. } => self.merge(merged.unwrap_or_default(), own)?,
        };
        let node = Node { value, weight: self.weight - open.weight_before, height: open.height + 1 };
        self.complete(node, open.anchor)
    }

    /// The entries of a `<<` come first, of a list of mappings those of the last; a mapping's own entries win.
    fn merge(&mut self, sources: Vec<Rc<Map>>, own: Map) -> Result<Value, Reason> {
        if sources.is_empty() {
            return Ok(Value::Map(Rc::new(own)));
        }
        let mut all = Map::new();
        for source in sources.iter().rev() {
            self.merged += source.len();
            if self.merged > MAX_MERGED {
                return Err(Reason::Size);
            }
            source.iter().for_each(|(key, value)| all.insert(Rc::clone(key), value.clone()));
        }
        own.into_entries().for_each(|(key, value)| all.insert(key, value));
        Ok(Value::Map(Rc::new(all)))
    }

    fn complete(&mut self, node: Node, anchor: usize) -> Result<(), Reason> {
        // The parser numbers anchors from 1.
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        self.attach(node)
    }

    /// Makes the node the next element, key or value of what is open, or else the document.
    fn attach(&mut self, node: Node) -> Result<(), Reason> {
        if self.open.len() + node.height > MAX_DEPTH {
            return Err(Reason::Depth);
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node.value);
            return Ok(());
        };
        open.height = open.height.max(node.height);
        match &mut open.content {
            Content::List(elements) => elements.push(node.value),
            Content::Map { own, key, merged } => match key.take() {
                None => {
                    let Value::String(text) = node.value else { return Err(Reason::Key) };
                    if own.contains_key(&text) {
                        return Err(Reason::DuplicateKey);
                    }
                    *key = Some(Key::Text(text));
                }
                Some(Key::Text(key)) => own.insert(key, node.value),
                Some(Key::Merge) if merged.is_some() => return Err(Reason::DuplicateKey),
                Some(Key::Merge) => *merged = Some(sources(node.value)?),
            },
        }
        Ok(())
    }

    fn add_weight(&mut self, weight: u64) -> Result<(), Reason> {
        self.weight = self.weight.saturating_add(weight);
        if self.weight > MAX_WEIGHT { Err(Reason::Size) } else { Ok(()) }
    }
}

/// The mappings that a `<<` brings in.
fn sources(value: Value) -> Result<Vec<Rc<Map>>, Reason> {
    let map = |value: &Value| match value {
        Value::Map(map) => Ok(Rc::clone(map)),
        _ => Err(Reason::Merge),
    };
    match &value {
        Value::List(list) => list.iter().map(map).collect(),
        value => Ok(vec![map(value)?]),
    }
}

/// The name of a tag behind `!!`; `None` for no tag and for the lone `!`, which asks for none.
fn core_tag(tag: Option<&ParsedTag>) -> Result<Option<&str>, Reason> {
    let Some(tag) = tag else { return Ok(None) };
    match (tag.handle.as_str(), tag.suffix.as_str()) {
        ("", "!") => Ok(None),
        (CORE, name) => Ok(Some(name)),
        ("", uri) => uri.strip_prefix(CORE).map(Some).ok_or(Reason::Tag),
        _ => Err(Reason::Tag),
    }
}

fn check_tag(tag: Option<&ParsedTag>, wanted: &str) -> Result<(), Reason> {
    match core_tag(tag)? {
        Some(tag) if tag != wanted => Err(Reason::Tag),
        _ => Ok(()),
    }
}
