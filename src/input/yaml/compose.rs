//! From the parser's events to values: anchors, merge keys, duplicate keys and tags of collections.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};

use super::construct::{self, CORE};
use super::{Reason, Version, YamlError};
use crate::value::scalar::{Kind, kind};
use crate::value::{Map, Other, Value, python};

/// How deep lists and mappings may be nested.
const MAX_DEPTH: usize = 250;

/// How many nodes a document may have when each alias counts as what it stands for.
const MAX_NODES: usize = 500_000;

/// A node that an alias can stand for.
enum Anchor {
    /// Its beginning was read, but not its end.
    Open { is_list: bool },
    /// The value and the number of its nodes.
    Done(Value, usize),
}

struct Composer<'a> {
    parser: Parser<'a, StrInput<'a>>,
    version: Version,
    anchors: HashMap<usize, Anchor>,
    nodes: usize,
    /// Where the document ends without a line feed, in characters.
    cut_off: Option<usize>,
    /// The places of texts in quotes and of blocks, in characters.
    verbatim: Vec<Range<usize>>,
    /// The first value that does not exist. A broken document is reported before it.
    no_value: Option<YamlError>,
}

/// A key and a value of a mapping.
type Entry = (Value, Value);

/// An entry and the place of its key.
type Placed = (Entry, Span);

/// Reads the one document of a text.
pub(super) fn document(text: &str, version: Version) -> Result<Value, YamlError> {
    let parser = Parser::new_from_str(text);
    let mut composer = Composer {
        parser,
        version,
        anchors: HashMap::new(),
        nodes: 0,
        cut_off: last_line_is_open(text).then(|| text.chars().count()),
        verbatim: Vec::new(),
        no_value: None,
    };
    let mut value = Value::Null;
    let mut documents = 0;
    loop {
        let (event, span) = composer.next()?;
        match event {
            Event::StreamEnd => break,
            Event::Nothing | Event::StreamStart | Event::DocumentEnd => {}
            Event::DocumentStart(_) if documents > 0 => return Err(error(Reason::SecondDocument, span)),
            Event::DocumentStart(_) => documents += 1,
            event => value = composer.node(event, span, 0)?,
        }
    }
    check_tabs(text, &composer.verbatim)?;
    composer.no_value.map_or(Ok(value), Err)
}

/// Whether the last line has something on it but no line feed.
fn last_line_is_open(text: &str) -> bool {
    text.rsplit('\n').next().is_some_and(|line| !line.trim().is_empty())
}

/// Refuses tabs outside of texts in quotes, blocks and comments, as the reference does.
fn check_tabs(text: &str, verbatim: &[Range<usize>]) -> Result<(), YamlError> {
    let mut in_comment = false;
    let mut before = '\n';
    for (index, (at, c)) in text.char_indices().enumerate() {
        let is_verbatim = verbatim.iter().any(|range| range.contains(&index));
        in_comment = c != '\n' && !is_verbatim && (in_comment || (c == '#' && before.is_whitespace()));
        if c == '\t' && !in_comment && !is_verbatim {
            return Err(super::error_at(text, at, Reason::Character));
        }
        before = c;
    }
    Ok(())
}

pub(super) fn error(reason: Reason, span: Span) -> YamlError {
    YamlError { reason, line: span.start.line(), column: span.start.col() + 1 }
}

impl<'a> Composer<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), YamlError> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(scan)) => {
                let mark = scan.marker();
                Err(YamlError { reason: Reason::Syntax, line: mark.line(), column: mark.col() + 1 })
            }
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Value, YamlError> {
        if depth > MAX_DEPTH {
            return Err(error(Reason::Depth, span));
        }
        self.count(1, span)?;
        let before = self.nodes;
        let (anchor, value) = match event {
            Event::Alias(anchor) => return self.alias(anchor, span),
            Event::Scalar(text, style, anchor, tag) => {
                let text = self.as_written(text, style, span);
                (anchor, self.scalar(&text, style, tag.as_deref(), span)?)
            }
            Event::SequenceStart(anchor, tag) => {
                self.anchors.insert(anchor, Anchor::Open { is_list: true });
                (anchor, self.sequence(tag.as_deref(), span, depth)?)
            }
            Event::MappingStart(anchor, tag) => {
                self.anchors.insert(anchor, Anchor::Open { is_list: false });
                (anchor, self.mapping(tag.as_deref(), span, depth)?)
            }
            _ => return Err(error(Reason::Syntax, span)),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, Anchor::Done(value.clone(), self.nodes - before + 1));
        }
        Ok(value)
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), YamlError> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MAX_NODES { Err(error(Reason::Size, span)) } else { Ok(()) }
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<Value, YamlError> {
        let (value, nodes) = match self.anchors.get(&anchor) {
            Some(Anchor::Done(value, nodes)) => (value.clone(), *nodes),
            Some(Anchor::Open { is_list: true }) => (Value::Other(Rc::new(Other::ListCycle)), 1),
            Some(Anchor::Open { is_list: false }) => (Value::Other(Rc::new(Other::MapCycle)), 1),
            None => return Err(error(Reason::Syntax, span)),
        };
        self.count(nodes, span)?;
        Ok(value)
    }

    /// The text of a scalar. A block that the end of the document cuts off has no line feed at its end.
    fn as_written(&mut self, text: Cow<'a, str>, style: ScalarStyle, span: Span) -> Cow<'a, str> {
        if style == ScalarStyle::Plain {
            return text;
        }
        self.verbatim.push(span.start.index()..span.end.index());
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let is_cut_off = is_block && self.cut_off.is_some_and(|end| span.end.index() >= end);
        match text.strip_suffix('\n') {
            Some(rest) if is_cut_off => Cow::Owned(rest.to_owned()),
            _ => text,
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        span: Span,
    ) -> Result<Value, YamlError> {
        let constructed = match tag.map(tag_name) {
            Some(name) if name != "!" => construct::tagged(text, &name, self.version),
            // `!` alone makes even a quoted scalar count as one without quotes.
            Some(_) => construct::plain(text, self.version),
            None if style == ScalarStyle::Plain => construct::plain(text, self.version),
            None => Ok(Value::string(text)),
        };
        match constructed.map_err(|reason| error(reason, span)) {
            Err(error) if !error.is_invalid() => {
                self.no_value.get_or_insert(error);
                Ok(Value::Null)
            }
            constructed => constructed,
        }
    }

    fn sequence(&mut self, tag: Option<&Tag>, span: Span, depth: usize) -> Result<Value, YamlError> {
        let mut elements = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => break,
                (event, span) => elements.push(self.node(event, span, depth + 1)?),
            }
        }
        match tag.map(tag_name).as_deref().map(core_name) {
            None | Some("!" | "seq") => Ok(Value::list(elements)),
            Some("omap") => match elements.iter().map(single_entry).collect() {
                Some(entries) => Ok(Value::Other(Rc::new(Other::OrderedMap(entries)))),
                None => Err(error(Reason::Tag, span)),
            },
            Some(_) => Err(error(Reason::Tag, span)),
        }
    }

    fn mapping(&mut self, tag: Option<&Tag>, span: Span, depth: usize) -> Result<Value, YamlError> {
        let tag = tag.map(tag_name);
        let tag = tag.as_deref().map(core_name);
        if !matches!(tag, None | Some("!" | "map" | "set")) {
            return Err(error(Reason::Tag, span));
        }
        let (merged, own) = self.entries(depth)?;
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen: HashMap<String, usize> = HashMap::new();
        let merges = !merged.is_empty();
        for ((key, value), span) in merged.into_iter().map(|entry| (entry, span)).chain(own) {
            let key = as_key(key).map_err(|reason| error(reason, span))?;
            match seen.get(&identity(&key)) {
                // With a merge the reference does not look for duplicates.
                Some(&index) if merges => entries[index].1 = value,
                Some(_) => return Err(error(Reason::DuplicateKey, span)),
                None => {
                    seen.insert(identity(&key), entries.len());
                    entries.push((key, value));
                }
            }
        }
        if tag == Some("set") {
            let elements = entries.into_iter().map(|(key, _)| key).collect();
            return Ok(Value::Other(Rc::new(Other::Set(elements))));
        }
        Ok(as_mapping(entries))
    }

    /// The entries that merge keys bring in, and the mapping's own with their places.
    fn entries(&mut self, depth: usize) -> Result<(Vec<Entry>, Vec<Placed>), YamlError> {
        let mut merged: Vec<Entry> = Vec::new();
        let mut own = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if let Event::MappingEnd = event {
                return Ok((merged, own));
            }
            let merges = matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if kind(text) == Kind::Merge);
            let key = match &event {
                Event::Scalar(text, ScalarStyle::Plain, _, None) if merges || kind(text) == Kind::Value => {
                    Value::string(text.as_ref())
                }
                _ => self.node(event, span, depth + 1)?,
            };
            let (event, value_span) = self.next()?;
            let value = self.node(event, value_span, depth + 1)?;
            if !merges {
                own.push(((key, value), span));
                continue;
            }
            if !merged.is_empty() {
                return Err(error(Reason::DuplicateKey, span));
            }
            merged = merge(&value).ok_or_else(|| error(Reason::Merge, value_span))?;
        }
    }
}

/// The entries of a mapping, or of a list of mappings of which the earlier win.
fn merge(value: &Value) -> Option<Vec<Entry>> {
    match value {
        Value::List(list) => {
            let mut entries = Vec::new();
            for value in list.iter().rev() {
                entries.extend(entries_of(value)?);
            }
            Some(entries)
        }
        value => entries_of(value),
    }
}

fn entries_of(value: &Value) -> Option<Vec<Entry>> {
    match value {
        Value::Map(map) => {
            Some(map.iter().map(|(key, value)| (Value::String(key.clone()), value.clone())).collect())
        }
        Value::Other(other) => match &**other {
            Other::Mapping(entries) => Some(entries.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// A mapping with texts as keys, or one of another kind.
fn as_mapping(entries: Vec<Entry>) -> Value {
    if entries.iter().any(|(key, _)| !matches!(key, Value::String(_))) {
        return Value::Other(Rc::new(Other::Mapping(entries)));
    }
    let text = |(key, value): Entry| match key {
        Value::String(key) => Some((key, value)),
        _ => None,
    };
    Value::Map(Rc::new(Map::of_unique(entries.into_iter().filter_map(text))))
}

fn single_entry(value: &Value) -> Option<Entry> {
    let mut entries = entries_of(value)?;
    if entries.len() == 1 { entries.pop() } else { None }
}

/// A value as a key: a list becomes a tuple; a mapping cannot be one.
fn as_key(value: Value) -> Result<Value, Reason> {
    match value {
        Value::List(elements) => {
            let nested = |element: &Value| matches!(element, Value::List(_) | Value::Map(_));
            if elements.iter().any(nested) {
                return Err(Reason::NoSuchValue);
            }
            Ok(Value::Other(Rc::new(Other::Tuple(elements.to_vec()))))
        }
        Value::Map(_) => Err(Reason::Key),
        Value::Other(other) => match &*other {
            Other::Bytes(_) | Other::Date(_) | Other::DateTime(_) | Other::Tuple(_) => {
                Ok(Value::Other(other))
            }
            Other::Set(_) | Other::OrderedMap(_) | Other::Mapping(_) | Other::ListCycle | Other::MapCycle => {
                Err(Reason::Key)
            }
        },
        scalar => Ok(scalar),
    }
}

/// A text that is the same for keys that are equal in Python, where `1`, `1.0` and `true` are.
fn identity(key: &Value) -> String {
    match key {
        Value::Bool(bool) => i32::from(*bool).to_string(),
        Value::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            format!("{number:.0}").replace("-0", "0")
        }
        other => python::repr(other),
    }
}

/// The whole name of a tag.
fn tag_name(tag: &Tag) -> String {
    format!("{}{}", tag.handle, tag.suffix)
}

/// The short name of a core tag; another tag stays as it is.
fn core_name(tag: &str) -> &str {
    tag.strip_prefix(CORE).unwrap_or(tag)
}
