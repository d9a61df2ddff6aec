//! The tags of YAML nodes: what a node is, whether its document says so or its text implies it.

/// The prefix of the tags that `!!` stands for (YAML 1.2, 6.8.2.2).
const CORE: &str = "tag:yaml.org,2002:";

/// What a node is. Tags of the reference's safe loader; the rest are all [`Tag::Unknown`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Str,
    Int,
    Float,
    Bool,
    Null,
    Binary,
    Timestamp,
    Seq,
    Map,
    Set,
    OrderedMap,
    Pairs,
    /// The `<<` key.
    Merge,
    /// The `=` of YAML 1.1. As a key it is a text; anywhere else nothing can be made of it.
    Value,
    /// A tag that the reference cannot construct.
    Unknown,
}

impl Tag {
    /// Reads a complete tag, such as `tag:yaml.org,2002:int`.
    pub(super) fn from_uri(uri: &str) -> Tag {
        match uri.strip_prefix(CORE) {
            Some("str") => Tag::Str,
            Some("int") => Tag::Int,
            Some("float") => Tag::Float,
            Some("bool") => Tag::Bool,
            Some("null") => Tag::Null,
            Some("binary") => Tag::Binary,
            Some("timestamp") => Tag::Timestamp,
            Some("seq") => Tag::Seq,
            Some("map") => Tag::Map,
            Some("set") => Tag::Set,
            Some("omap") => Tag::OrderedMap,
            Some("pairs") => Tag::Pairs,
            Some("merge") => Tag::Merge,
            Some("value") => Tag::Value,
            Some(_) | None => Tag::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_complete_core_tags_are_known() {
        assert_eq!(Tag::from_uri("tag:yaml.org,2002:omap"), Tag::OrderedMap);
        assert_eq!(Tag::from_uri("tag:yaml.org,2002:python/object"), Tag::Unknown);
        assert_eq!(Tag::from_uri("!int"), Tag::Unknown);
        assert_eq!(Tag::from_uri("int"), Tag::Unknown);
    }
}
