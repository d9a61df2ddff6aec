//! From the parser's events to a graph of nodes.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag as ParsedTag};

use super::layout::{Layout, Verbatim};
use super::tags::Tag;
use super::{Position, Reason, Version, YamlError, resolve};

/// How deep nodes and values may nest. The reference fails a little later, by Python's recursion limit.
pub(super) const MAX_DEPTH: usize = 400;

/// The index of a node in its document. An alias has the index of what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NodeId(pub(super) usize);

/// What the document says at one place.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) tag: Tag,
    pub(super) content: Content,
    pub(super) at: Position,
}

/// The three kinds of nodes.
#[derive(Debug)]
pub(super) enum Content {
    Scalar(String),
    Sequence(Vec<NodeId>),
    Mapping(Vec<(NodeId, NodeId)>),
}

/// A document.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) nodes: Vec<Node>,
    /// `None` if the document is empty.
    pub(super) root: Option<NodeId>,
}

/// Why there is no document.
pub(super) enum Refusal {
    /// The parser does not accept the text in this layout.
    Scan(ScanError),
    /// No other layout would help.
    Final(YamlError),
}

struct Composer<'l, 't> {
    layout: &'l Layout<'t>,
    version: Version,
    nodes: Vec<Node>,
    root: Option<NodeId>,
    /// Sequences and mappings that have not ended, and the key that waits for its value.
    open: Vec<(NodeId, Option<NodeId>)>,
    /// By the parser's number for the anchor.
    anchors: HashMap<usize, NodeId>,
    verbatim: Vec<Verbatim>,
    documents: usize,
}

/// Reads the only document of a text.
///
/// # Errors
/// What the parser does not accept, a second document, nodes nested too deep, tabs where none are allowed.
pub(super) fn document(layout: &Layout<'_>, version: Version) -> Result<Document, Refusal> {
    let mut composer = Composer {
        layout,
        version,
        nodes: Vec::new(),
        root: None,
        open: Vec::new(),
        anchors: HashMap::new(),
        verbatim: Vec::new(),
        documents: 0,
    };
    for event in Parser::new_from_str(layout.text()) {
        let (event, span) = event.map_err(Refusal::Scan)?;
        composer.take(event, &span).map_err(Refusal::Final)?;
    }
    layout.check_tabs(&composer.verbatim).map_err(Refusal::Final)?;
    Ok(Document { nodes: composer.nodes, root: composer.root })
}

impl Composer<'_, '_> {
    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), YamlError> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 { Err(self.invalid(Reason::SeveralDocuments, span)) } else { Ok(()) }
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(id) => {
                    self.attach(*id);
                    Ok(())
                }
                None => Err(self.invalid(Reason::Syntax("an alias without an anchor".to_owned()), span)),
            },
            // In brackets the parser takes these for plain text; YAML has no plain scalar that starts so.
            Event::Scalar(text, ScalarStyle::Plain, ..) if text.starts_with(['|', '>']) => {
                Err(self.invalid(Reason::Syntax("a block scalar in brackets".to_owned()), span))
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style, tag.as_deref(), anchor, span);
                Ok(())
            }
            Event::SequenceStart(anchor, tag) => {
                let tag = explicit(tag.as_deref()).unwrap_or(Tag::Seq);
                self.start(tag, Content::Sequence(Vec::new()), anchor, span)
            }
            Event::MappingStart(anchor, tag) => {
                let tag = explicit(tag.as_deref()).unwrap_or(Tag::Map);
                self.start(tag, Content::Mapping(Vec::new()), anchor, span)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.open.pop();
                Ok(())
            }
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&ParsedTag>,
        anchor: usize,
        span: &Span,
    ) {
        if style != ScalarStyle::Plain {
            self.verbatim.push(Verbatim { range: span.start.index()..span.end.index(), style });
        }
        let text = self.layout.trim_cut_off(text, style, span);
        let tag = match explicit(tag) {
            Some(tag) => tag,
            // The reference resolves a quoted scalar after a lone `!` as if it were plain.
            None if style == ScalarStyle::Plain || tag.is_some() => resolve::plain(text, self.version),
            None => Tag::Str,
        };
        self.add(tag, Content::Scalar(text.to_owned()), anchor, span);
    }

    fn start(&mut self, tag: Tag, content: Content, anchor: usize, span: &Span) -> Result<(), YamlError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.invalid(Reason::Depth, span));
        }
        let id = self.add(tag, content, anchor, span);
        self.open.push((id, None));
        Ok(())
    }

    fn add(&mut self, tag: Tag, content: Content, anchor: usize, span: &Span) -> NodeId {
        let id = NodeId(self.nodes.len());
        self.nodes.push(Node { tag, content, at: self.layout.position(&span.start) });
        // The parser numbers anchors from 1.
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
        self.attach(id);
        id
    }

    /// Makes the node the next element, key or value of what is open, or else the document.
    fn attach(&mut self, id: NodeId) {
        let Some((parent, key)) = self.open.last_mut() else {
            self.root = Some(id);
            return;
        };
        match &mut self.nodes[parent.0].content {
            Content::Scalar(_) => {}
            Content::Sequence(elements) => elements.push(id),
            Content::Mapping(entries) => match key.take() {
                Some(key) => entries.push((key, id)),
                None => *key = Some(id),
            },
        }
    }

    fn invalid(&self, reason: Reason, span: &Span) -> YamlError {
        YamlError::Invalid { reason, at: self.layout.position(&span.start) }
    }
}

/// The tag that the document gives; `None` for none and for the lone `!`, which asks for no tag.
fn explicit(tag: Option<&ParsedTag>) -> Option<Tag> {
    let tag = tag?;
    let uri = format!("{}{}", tag.handle, tag.suffix);
    (uri != "!").then(|| Tag::from_uri(&uri))
}
