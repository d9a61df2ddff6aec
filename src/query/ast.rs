//! A query as a tree.

use std::rc::Rc;

use crate::value::Value;

/// A part of a query, with the number of nodes on the longest way down from it.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) height: usize,
}

/// What a node does with the value it is asked about.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// `@`, and where nothing is written: the value itself.
    Current,
    /// `name`
    Field(Rc<str>),
    /// A backticked or single-quoted literal. It is one object, however often it is asked for.
    Literal(Value),
    /// `left.right` and `left | right`
    Pipe(Box<[Node; 2]>),
    /// `left[0]` and `left[1:2]`
    IndexExpression(Box<[Node; 2]>),
    /// `[0]`
    Index(isize),
    /// `[start:stop:step]`
    Slice(Slice),
    /// `base[]`, without what follows.
    Flatten(Box<Node>),
    /// `base[*].each`, and what follows a slice or a flattened list.
    Projection(Box<[Node; 2]>),
    /// `base.*.each`
    ValueProjection(Box<[Node; 2]>),
    /// `base[?condition].each`
    FilterProjection(Box<[Node; 3]>),
    /// `left == right` and the like.
    Comparison(Operator, Box<[Node; 2]>),
    /// `left || right`
    Or(Box<[Node; 2]>),
    /// `left && right`
    And(Box<[Node; 2]>),
    /// `!operand`
    Not(Box<Node>),
    /// `[a, b]`
    MultiSelectList(Vec<Node>),
    /// `{k: a, l: b}`
    MultiSelectHash(Vec<(Rc<str>, Node)>),
    /// `name(a, b)`
    Function(Rc<str>, Vec<Node>),
    /// `&expression`
    ExpressionReference(Box<Node>),
}

/// The three numbers of a slice, each of which may be missing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slice {
    pub(super) start: Option<isize>,
    pub(super) stop: Option<isize>,
    pub(super) step: Option<isize>,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    /// The operator as it is written.
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Operator::Equal => "==",
            Operator::NotEqual => "!=",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
        }
    }
}

impl Node {
    pub(super) fn new(kind: Kind) -> Node {
        let below = match &kind {
            Kind::Current | Kind::Field(_) | Kind::Literal(_) | Kind::Index(_) | Kind::Slice(_) => 0,
            Kind::MultiSelectList(nodes) | Kind::Function(_, nodes) => highest(nodes),
            Kind::MultiSelectHash(pairs) => highest(pairs.iter().map(|(_, node)| node)),
            Kind::Flatten(node) | Kind::Not(node) | Kind::ExpressionReference(node) => node.height,
            Kind::FilterProjection(parts) => highest(&**parts),
            Kind::Pipe(pair)
            | Kind::IndexExpression(pair)
            | Kind::Projection(pair)
            | Kind::ValueProjection(pair)
            | Kind::Comparison(_, pair)
            | Kind::Or(pair)
            | Kind::And(pair) => highest(&**pair),
        };
        Node { kind, height: below + 1 }
    }

    pub(super) fn current() -> Node {
        Node::new(Kind::Current)
    }

    /// A node of two parts.
    pub(super) fn pair(kind: fn(Box<[Node; 2]>) -> Kind, left: Node, right: Node) -> Node {
        Node::new(kind(Box::new([left, right])))
    }
}

fn highest<'n>(nodes: impl IntoIterator<Item = &'n Node>) -> usize {
    nodes.into_iter().map(|node| node.height).max().unwrap_or(0)
}
