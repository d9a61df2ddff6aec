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
    Pipe(Pair),
    /// `left[0]`
    Index(Box<Node>, isize),
    /// `left[start:stop:step]`
    Slice(Box<Node>, Slice),
    /// `left[]`, without what follows.
    Flatten(Box<Node>),
    /// `left.*`, without what follows: the values of a mapping.
    Values(Box<Node>),
    /// `left[?condition]`, without what follows.
    Filter(Pair),
    /// `left[*].each`, and what follows the others that give a list.
    Projection(Pair),
    /// `left == right` and the like.
    Comparison(Operator, Pair),
    /// `left || right`
    Or(Pair),
    /// `left && right`
    And(Pair),
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

type Pair = Box<[Node; 2]>;

/// The start, the stop and the step of a slice, each of which may be missing.
pub(super) type Slice = [Option<isize>; 3];

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Eq,
    Ne,
    Lt,
    Lte,
    Gt,
    Gte,
}

impl Operator {
    /// The operator as it is written.
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Operator::Eq => "==",
            Operator::Ne => "!=",
            Operator::Lt => "<",
            Operator::Lte => "<=",
            Operator::Gt => ">",
            Operator::Gte => ">=",
        }
    }
}

impl Node {
    pub(super) fn new(kind: Kind) -> Node {
        let below = match &kind {
            Kind::Current | Kind::Field(_) | Kind::Literal(_) => 0,
            Kind::MultiSelectList(nodes) | Kind::Function(_, nodes) => highest(nodes),
            Kind::MultiSelectHash(pairs) => highest(pairs.iter().map(|(_, node)| node)),
            Kind::Index(node, _)
            | Kind::Slice(node, _)
            | Kind::Flatten(node)
            | Kind::Values(node)
            | Kind::Not(node)
            | Kind::ExpressionReference(node) => node.height,
            Kind::Pipe(pair)
            | Kind::Filter(pair)
            | Kind::Projection(pair)
            | Kind::Comparison(_, pair)
            | Kind::Or(pair)
            | Kind::And(pair) => highest(&**pair),
        };
        Node { kind, height: below + 1 }
    }
}

fn highest<'n>(nodes: impl IntoIterator<Item = &'n Node>) -> usize {
    nodes.into_iter().map(|node| node.height).max().unwrap_or(0)
}
