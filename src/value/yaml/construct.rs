//! From the graph of nodes to a value: merge keys, duplicate keys, recursion.
//!
//! The order of checks is that of the reference as far as two different refusals can meet in one node.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::rc::Rc;

use super::compose::{Content, Document, MAX_DEPTH, Node, NodeId};
use super::key::Key;
use super::tags::Tag;
use super::{Reason, ValueError, Version, YamlError, scalar, timestamp};
use crate::value::{Other, Value};

/// What a value may weigh, in bytes of text and two for every list or mapping, aliases written out.
const MAX_WEIGHT: u64 = 64 << 20;

/// How many entries all `<<` of a document may bring in.
const MAX_MERGED: usize = 1 << 16;

/// What all keys of a document may weigh.
const MAX_COMPARED: u64 = 8 << 20;

/// A value with what is needed to bound it.
#[derive(Clone)]
struct Built {
    value: Value,
    weight: u64,
    depth: usize,
}

enum State {
    Fresh,
    /// Being built further up: to meet it again is to meet a value inside itself.
    Busy,
    Done(Built),
}

struct Constructor {
    nodes: Vec<Node>,
    states: Vec<State>,
    /// For every node, whether it is a mapping with entries of a `<<`.
    merging: Vec<bool>,
    version: Version,
    merged: usize,
    /// The weight of all keys that were compared.
    compared: u64,
}

/// The elements of a container while they are gathered.
#[derive(Default)]
struct Gathered {
    entries: Vec<(Value, Value)>,
    weight: u64,
    depth: usize,
}

/// Makes the value of a document.
///
/// # Errors
/// Tags that mean nothing or do not fit, keys given twice or that cannot be keys, texts that are not what
/// their tag says, and documents that are too large with all aliases written out.
pub(super) fn value(document: Document, version: Version) -> Result<Value, YamlError> {
    let Some(root) = document.root else { return Ok(Value::Null) };
    let count = document.nodes.len();
    let mut constructor = Constructor {
        nodes: document.nodes,
        states: (0..count).map(|_| State::Fresh).collect(),
        merging: vec![false; count],
        version,
        merged: 0,
        compared: 0,
    };
    Ok(constructor.build(root, 0)?.value)
}

impl Constructor {
    fn build(&mut self, id: NodeId, depth: usize) -> Result<Built, YamlError> {
        match &self.states[id.0] {
            State::Done(built) => return Ok(built.clone()),
            State::Busy => return Ok(Built { value: self.cycle(id), weight: 2, depth: 0 }),
            State::Fresh => self.states[id.0] = State::Busy,
        }
        let built = match self.nodes[id.0].tag {
            Tag::Seq => self.sequence(id, depth),
            Tag::Map => self.mapping(id, depth),
            Tag::Set => self.set(id, depth),
            Tag::OrderedMap => self.pairs(id, depth, true),
            Tag::Pairs => self.pairs(id, depth, false),
            Tag::Merge | Tag::Value | Tag::Unknown => Err(self.invalid(Reason::Tag, id)),
            tag @ (Tag::Str
            | Tag::Int
            | Tag::Float
            | Tag::Bool
            | Tag::Null
            | Tag::Binary
            | Tag::Timestamp) => self.scalar(id, tag),
        }?;
        if depth.max(built.depth) > MAX_DEPTH {
            return Err(self.invalid(Reason::Depth, id));
        }
        if built.weight > MAX_WEIGHT {
            return Err(self.invalid(Reason::Size, id));
        }
        self.states[id.0] = State::Done(built.clone());
        Ok(built)
    }

    /// What stands for a value inside itself.
    fn cycle(&self, id: NodeId) -> Value {
        let list = matches!(self.nodes[id.0].content, Content::Sequence(_));
        Value::Other(Rc::new(if list { Other::ListCycle } else { Other::MapCycle }))
    }

    fn scalar(&self, id: NodeId, tag: Tag) -> Result<Built, YamlError> {
        let invalid = |reason| self.invalid(reason, id);
        let other = |other| Value::Other(Rc::new(other));
        let text = match (&self.nodes[id.0].content, tag) {
            // A timestamp is looked at directly, everything else by way of `=`.
            (Content::Sequence(_) | Content::Mapping(_), Tag::Timestamp) => None,
            (_, _) => self.text(id),
        };
        let text = text.ok_or_else(|| invalid(Reason::Kind))?;
        let value = match tag {
            Tag::Null => Value::Null,
            Tag::Bool => scalar::bool(text)?,
            Tag::Int => scalar::int(text, self.version)?,
            Tag::Float => scalar::float(text, self.version)?,
            Tag::Binary => Value::bytes(scalar::binary(text).ok_or_else(|| invalid(Reason::Base64))?),
            Tag::Timestamp => other(timestamp::parse(text).ok_or_else(|| invalid(Reason::Timestamp))??),
            Tag::Str
            | Tag::Seq
            | Tag::Map
            | Tag::Set
            | Tag::OrderedMap
            | Tag::Pairs
            | Tag::Merge
            | Tag::Value
            | Tag::Unknown => Value::string(text),
        };
        Ok(Built { value, weight: text.len() as u64 + 1, depth: 0 })
    }

    /// The text of a scalar; of a mapping, the text under its `=` key (the value type of YAML 1.1).
    fn text(&self, mut id: NodeId) -> Option<&str> {
        for _ in 0..MAX_DEPTH {
            match &self.nodes[id.0].content {
                Content::Scalar(text) => return Some(text),
                Content::Sequence(_) => return None,
                Content::Mapping(entries) => {
                    id = entries.iter().find(|(key, _)| self.nodes[key.0].tag == Tag::Value)?.1;
                }
            }
        }
        None
    }

    fn sequence(&mut self, id: NodeId, depth: usize) -> Result<Built, YamlError> {
        let Content::Sequence(elements) = &self.nodes[id.0].content else {
            return Err(self.invalid(Reason::Kind, id));
        };
        let mut gathered = Gathered::default();
        let mut list = Vec::with_capacity(elements.len());
        for element in elements.clone() {
            let built = self.build(element, depth + 1)?;
            gathered.count(&built);
            list.push(built.value);
        }
        Ok(gathered.into_built(Value::list(list)))
    }

    fn mapping(&mut self, id: NodeId, depth: usize) -> Result<Built, YamlError> {
        let mut gathered = self.entries(id, depth)?;
        let entries = std::mem::take(&mut gathered.entries);
        let texts: Option<Vec<Rc<str>>> = entries
            .iter()
            .map(|(key, _)| match key {
                Value::String(text) => Some(text.clone()),
                _ => None,
            })
            .collect();
        let value = match texts {
            Some(texts) => Value::map(texts.into_iter().zip(entries.into_iter().map(|(_, value)| value))),
            None => Value::Other(Rc::new(Other::Mapping(entries))),
        };
        Ok(gathered.into_built(value))
    }

    fn set(&mut self, id: NodeId, depth: usize) -> Result<Built, YamlError> {
        let mut gathered = self.entries(id, depth)?;
        let elements = std::mem::take(&mut gathered.entries).into_iter().map(|(key, _)| key).collect();
        Ok(gathered.into_built(Value::Other(Rc::new(Other::Set(elements)))))
    }

    /// The entries of a mapping, those of a `<<` first.
    fn entries(&mut self, id: NodeId, depth: usize) -> Result<Gathered, YamlError> {
        self.flatten(id, depth)?;
        let Content::Mapping(entries) = &self.nodes[id.0].content else {
            return Err(self.invalid(Reason::Kind, id));
        };
        let mut gathered = Gathered::default();
        let mut places: HashMap<Key, usize> = HashMap::new();
        for (key_id, value_id) in entries.clone() {
            let key = self.key(key_id, depth)?;
            let value = self.build(value_id, depth + 1)?;
            self.compared = self.compared.saturating_add(key.weight);
            if self.compared > MAX_COMPARED {
                return Err(self.invalid(Reason::Size, key_id));
            }
            match places.entry(Key::of(&key.value)?) {
                // With a `<<` in the mapping the reference does not look for duplicates any more.
                Entry::Occupied(place) if self.merging[id.0] => {
                    gathered.count(&value);
                    gathered.entries[*place.get()].1 = value.value;
                }
                Entry::Occupied(_) => return Err(self.invalid(Reason::DuplicateKey, key_id)),
                Entry::Vacant(place) => {
                    place.insert(gathered.entries.len());
                    gathered.count(&key);
                    gathered.count(&value);
                    gathered.entries.push((key.value, value.value));
                }
            }
        }
        Ok(gathered)
    }

    /// A key. Python makes a list a tuple, but can do nothing with a mapping or a set.
    fn key(&mut self, id: NodeId, depth: usize) -> Result<Built, YamlError> {
        let built = self.build(id, depth + 1)?;
        let tuple = match &built.value {
            Value::List(elements) => Other::Tuple(elements.to_vec()),
            Value::Map(_) => return Err(self.invalid(Reason::Key, id)),
            Value::Other(other) => match &**other {
                Other::Mapping(_) | Other::Set(_) | Other::OrderedMap(_) | Other::MapCycle => {
                    return Err(self.invalid(Reason::Key, id));
                }
                Other::Bytes(_)
                | Other::Date(_)
                | Other::DateTime(_)
                | Other::Tuple(_)
                | Other::ListCycle => return Ok(built),
            },
            Value::Null
            | Value::Bool(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::String(_)
            | Value::Secret(_) => return Ok(built),
        };
        Ok(Built { value: Value::Other(Rc::new(tuple)), ..built })
    }

    /// `!!omap` and `!!pairs`: a sequence of mappings with one entry each.
    fn pairs(&mut self, id: NodeId, depth: usize, ordered: bool) -> Result<Built, YamlError> {
        let Content::Sequence(elements) = &self.nodes[id.0].content else {
            return Err(self.invalid(Reason::Kind, id));
        };
        let mut gathered = Gathered::default();
        let mut seen: HashMap<Key, ()> = HashMap::new();
        for element in elements.clone() {
            let (key_id, value_id) = match &self.nodes[element.0].content {
                Content::Mapping(entries) if entries.len() == 1 => entries[0],
                Content::Mapping(_) | Content::Sequence(_) | Content::Scalar(_) => {
                    return Err(self.invalid(Reason::Kind, element));
                }
            };
            let key = self.build(key_id, depth + 1)?;
            if ordered && seen.insert(Key::of(&key.value)?, ()).is_some() {
                return Err(ValueError::DuplicateInOrderedMap.into());
            }
            let value = self.build(value_id, depth + 1)?;
            gathered.count(&key);
            gathered.count(&value);
            gathered.entries.push((key.value, value.value));
        }
        let entries = std::mem::take(&mut gathered.entries);
        let value = if ordered {
            Value::Other(Rc::new(Other::OrderedMap(entries)))
        } else {
            let pair = |(key, value)| Value::Other(Rc::new(Other::Tuple(vec![key, value])));
            Value::list(entries.into_iter().map(pair).collect())
        };
        Ok(gathered.into_built(value))
    }

    /// Puts the entries of a `<<` in front of the mapping's own, and makes a key `=` a text.
    fn flatten(&mut self, id: NodeId, depth: usize) -> Result<(), YamlError> {
        if depth > MAX_DEPTH {
            return Err(self.invalid(Reason::Depth, id));
        }
        let Content::Mapping(entries) = &self.nodes[id.0].content else { return Ok(()) };
        let (merges, own): (Vec<_>, Vec<_>) =
            entries.iter().copied().partition(|(key, _)| self.nodes[key.0].tag == Tag::Merge);
        for (key, _) in &own {
            if self.nodes[key.0].tag == Tag::Value {
                self.nodes[key.0].tag = Tag::Str;
            }
        }
        if merges.is_empty() {
            return Ok(());
        }
        self.nodes[id.0].content = Content::Mapping(own.clone());
        let mut merged = Vec::new();
        for (key, source) in merges {
            if !merged.is_empty() {
                return Err(self.invalid(Reason::DuplicateKey, key));
            }
            merged = self.sources(source, depth + 1)?;
        }
        if !merged.is_empty() {
            self.merging[id.0] = true;
            merged.extend(own);
            self.nodes[id.0].content = Content::Mapping(merged);
        }
        Ok(())
    }

    /// The entries that a `<<` brings in. Of a list the last mapping comes first, so that earlier ones win.
    fn sources(&mut self, source: NodeId, depth: usize) -> Result<Vec<(NodeId, NodeId)>, YamlError> {
        let sources = match &self.nodes[source.0].content {
            Content::Mapping(_) => vec![source],
            Content::Sequence(elements) => elements.clone(),
            Content::Scalar(_) => return Err(self.invalid(Reason::Merge, source)),
        };
        for source in &sources {
            if !matches!(self.nodes[source.0].content, Content::Mapping(_)) {
                return Err(self.invalid(Reason::Merge, *source));
            }
            self.flatten(*source, depth)?;
        }
        let mut merged = Vec::new();
        for source in sources.iter().rev() {
            if let Content::Mapping(entries) = &self.nodes[source.0].content {
                self.merged += entries.len();
                if self.merged > MAX_MERGED {
                    return Err(self.invalid(Reason::Size, *source));
                }
                merged.extend_from_slice(entries);
            }
        }
        Ok(merged)
    }

    fn invalid(&self, reason: Reason, id: NodeId) -> YamlError {
        YamlError::Invalid { reason, at: self.nodes[id.0].at }
    }
}

impl Gathered {
    fn count(&mut self, built: &Built) {
        self.weight = self.weight.saturating_add(built.weight);
        self.depth = self.depth.max(built.depth);
    }

    fn into_built(self, value: Value) -> Built {
        Built { value, weight: self.weight.saturating_add(2), depth: self.depth + 1 }
    }
}
