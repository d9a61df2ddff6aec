//! How secrets are hidden in what is shown.

use crate::model::{Member, Shape};
use crate::operations::OPERATIONS;
use crate::value::python::HIDDEN;

/// Characters of a masked text that stay, so that its form can still be seen and carets point to the right
/// place.
const KEPT: &str = ",={}[]\"':@";

/// A text that was given for a member, as it may be shown.
///
/// A secret becomes `****`. In the text of a structure that holds secrets every character becomes `*` except
/// white space, `,={}[]"':@` and the names of the structure's members. Other texts stay.
pub fn masked(text: &str, shape: &Shape) -> String {
    match shape {
        Shape::String(string) if string.sensitive => HIDDEN.to_owned(),
        Shape::Structure(members) if shape.holds_secret() => masked_structure(text, members),
        _ => text.to_owned(),
    }
}

/// The name of an unknown member of a structure, as it may be shown. Where the structure holds secrets, a name
/// as long as the shortest of them may be a secret that was given without its name; not so the name of a member
/// that stands elsewhere.
pub fn masked_name(name: &str, members: &[Member]) -> String {
    if OPERATIONS.iter().any(|operation| operation.member(name).is_some()) {
        return name.to_owned();
    }
    let secret_lengths = members.iter().filter_map(|member| match member.shape {
        Shape::String(text) if text.sensitive => text.min,
        _ => None,
    });
    match secret_lengths.min() {
        Some(shortest) if name.chars().count() >= shortest => HIDDEN.to_owned(),
        _ => name.to_owned(),
    }
}

fn masked_structure(text: &str, members: &[Member]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let name = members.iter().map(|member| member.name).find(|name| rest.starts_with(name));
        let taken = name.map_or(c.len_utf8(), str::len);
        match name {
            Some(name) => out.push_str(name),
            None if c.is_whitespace() || KEPT.contains(c) => out.push(c),
            None => out.push('*'),
        }
        rest = &rest[taken..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::shapes;

    #[test]
    fn the_form_of_a_structure_stays_and_its_values_go() {
        let masked = |text| masked(text, &shapes::XKS_PROXY_AUTHENTICATION_CREDENTIAL);
        assert_eq!(
            masked("AccessKeyId=ABC, RawSecretAccessKey='x y é'"),
            "AccessKeyId=***, RawSecretAccessKey='* * *'"
        );
        assert_eq!(masked("[{\"AccessKeyId\":\"A\"}]"), "[{\"AccessKeyId\":\"*\"}]");
        assert_eq!(masked(""), "");
    }

    #[test]
    fn a_long_unknown_name_beside_secrets_may_be_one() {
        let Shape::Structure(members) = &shapes::XKS_PROXY_AUTHENTICATION_CREDENTIAL else {
            panic!("a structure")
        };
        assert_eq!(masked_name("Extra", members), "Extra");
        assert_eq!(masked_name("ABCDEFGHIJKLMNOPQRST", members), "****");
    }
}
