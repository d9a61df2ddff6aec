//! The Regions that have KMS, as far as this program knows: for near names and completion only, since there are new ones
//! every year.

use crate::syntax::near_names;

/// Each with the name of its place, a tab between them.
pub(crate) static REGIONS: &str = include_str!("regions.txt");

/// The Regions that this one may be a slip for: none if it is one of them.
pub(crate) fn near(region: &str) -> Vec<&'static str> {
    let names = || REGIONS.lines().filter_map(|line| line.split('\t').next());
    if names().any(|name| name == region) { Vec::new() } else { near_names::close_matches(region, names()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_has_near_names_and_a_region_has_none() {
        assert_eq!(near("us-eats-1"), ["us-east-1"]);
        assert_eq!(near("eu-central1")[0], "eu-central-1");
        assert!(near("eu-central-1").is_empty() && near("amazonaws").is_empty());
    }
}
