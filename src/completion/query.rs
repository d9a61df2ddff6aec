//! Completion in `--query`: the members of what the operation returns.

use super::candidates::Candidate;
use crate::model::{Member, Shape};

/// What a part of an expression applies to.
#[derive(Clone, Copy)]
enum Scope {
    Members(&'static [Member]),
    Shape(&'static Shape),
    Unknown,
}

/// What stands in brackets or braces, which is left when they close.
struct Bracket {
    /// What the parts inside apply to.
    inside: Scope,
    /// What follows the closing bracket applies to.
    after: Scope,
}

/// The names that can follow, each behind what is already typed. What they are of is found by reading from the left; where
/// that is not clear, nothing is offered.
pub(crate) fn candidates(output: &'static [Member], partial: &str) -> Vec<Candidate> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let before = partial.trim_end_matches(is_name);
    let name = &partial[before.len()..];
    let members = members(scope(Scope::Members(output), before));
    let of_member = |member: &'static Member| {
        let candidate = Candidate::new(format!("{before}{}", member.name), member.doc);
        let has_parts = matches!(member.shape, Shape::List(_) | Shape::Structure(_));
        if has_parts { candidate.open() } else { candidate }
    };
    members.iter().filter(|member| member.name.starts_with(name)).map(of_member).collect()
}

/// What a name behind this part of an expression would be a member of.
fn scope(root: Scope, expression: &str) -> Scope {
    let (mut base, mut current) = (root, root);
    let mut brackets: Vec<Bracket> = Vec::new();
    let mut rest = expression;
    while let Some(c) = rest.chars().next() {
        let mut used = c.len_utf8();
        match c {
            '.' | ' ' | '*' => {}
            '[' => {
                let inside = &rest[1..];
                let simple = inside.find(|c: char| !(c.is_ascii_digit() || "-:*".contains(c)));
                match simple.map(|at| (at, inside.as_bytes()[at])) {
                    Some((at, b']')) => {
                        used = at + 2;
                        current = element(current);
                    }
                    Some((0, b'?')) => {
                        used = 2;
                        let element = element(current);
                        brackets.push(Bracket { inside: base, after: element });
                        (base, current) = (element, element);
                    }
                    _ => {
                        brackets.push(Bracket { inside: base, after: Scope::Unknown });
                        base = current;
                    }
                }
            }
            '{' | '(' => {
                brackets.push(Bracket { inside: base, after: Scope::Unknown });
                base = current;
            }
            ']' | '}' | ')' => match brackets.pop() {
                Some(bracket) => (base, current) = (bracket.inside, bracket.after),
                None => return Scope::Unknown,
            },
            '|' if rest.starts_with("||") => {
                used = 2;
                current = base;
            }
            // What follows applies to what stands before, and a closed list of results is no longer known.
            '|' => base = current,
            ',' | ':' | '=' | '<' | '>' | '!' | '&' | '@' => current = base,
            '\'' | '`' | '"' => {
                let Some(end) = rest[1..].find(c) else { return Scope::Unknown };
                used = end + 2;
            }
            c if c.is_ascii_alphanumeric() || c == '_' => {
                used = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
                current = if rest[used..].starts_with('(') { base } else { member(current, &rest[..used]) };
            }
            _ => return Scope::Unknown,
        }
        rest = &rest[used..];
    }
    current
}

fn element(of: Scope) -> Scope {
    match of {
        Scope::Shape(Shape::List(element)) => Scope::Shape(element),
        _ => Scope::Unknown,
    }
}

fn member(of: Scope, name: &str) -> Scope {
    let found = members(of).iter().find(|member| member.name == name);
    found.map_or(Scope::Unknown, |member| Scope::Shape(member.shape))
}

fn members(of: Scope) -> &'static [Member] {
    match of {
        Scope::Members(members) => members,
        Scope::Shape(Shape::Structure(members)) => members,
        Scope::Shape(_) | Scope::Unknown => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::DESCRIBE;

    fn found(partial: &str) -> Vec<String> {
        let all = candidates(DESCRIBE.operation.output, partial).into_iter();
        all.map(|candidate| candidate.value).collect()
    }

    #[test]
    fn members_are_offered_a_level_at_a_time() {
        assert_eq!(found(""), ["CustomKeyStores", "NextMarker", "Truncated"]);
        assert_eq!(found("Cus"), ["CustomKeyStores"]);
        for list in
            ["CustomKeyStores[].", "CustomKeyStores[0].", "CustomKeyStores[*].", "CustomKeyStores[1:2]."]
        {
            let value = format!("{list}ConnectionState");
            assert_eq!(found(&format!("{list}ConnectionS")), [value]);
        }
        assert_eq!(
            found("CustomKeyStores[].XksProxyConfiguration.Uri"),
            [
                "CustomKeyStores[].XksProxyConfiguration.UriEndpoint",
                "CustomKeyStores[].XksProxyConfiguration.UriPath"
            ]
        );
    }

    #[test]
    fn selections_filters_and_functions_have_members_too() {
        let stem = "CustomKeyStores[?ConnectionState=='FAILED'].{id:CustomKeyStoreId,name:CustomKeyStoreNa";
        assert_eq!(found(stem), [format!("{stem}me")]);
        for stem in [
            "CustomKeyStores[].[CustomKeyStoreId,CustomKeyStoreNa",
            "CustomKeyStores[?CustomKeyStoreNa",
            "CustomKeyStores[?ConnectionState=='FAILED'&&CustomKeyStoreNa",
            "sort_by(CustomKeyStores,&X) | length(Tr",
        ] {
            let offered = found(stem);
            assert!(offered.len() <= 1 && offered.iter().all(|value| value.starts_with(stem)), "{offered:?}");
        }
        assert_eq!(found("CustomKeyStores[?CustomKeyStoreNa"), ["CustomKeyStores[?CustomKeyStoreName"]);
        assert_eq!(found("length(Cus"), ["length(CustomKeyStores"]);
    }

    #[test]
    fn what_is_not_known_offers_nothing() {
        for partial in
            ["CustomKeyStores.", "Nope.", "CustomKeyStores[].ConnectionState.", "'", "]", "[].{a:b}."]
        {
            assert!(found(partial).is_empty(), "{partial}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_expression_makes_it_panic(partial in "(CustomKeyStores|[\\[\\]{}().,:|&'`?*= @é]){0,12}") {
            let _ = found(&partial);
        }
    }
}
