//! Lists to choose from: what fits what is typed, the best first.

use nucleo_matcher::{Config, Matcher, Utf32Str};

/// The places of the rows that fit what is typed, the best first: each of its words has its letters, in their order, in one
/// of the row's texts. Letters that start words count more.
pub(super) fn fitting(rows: &[Vec<&str>], typed: &str) -> Vec<usize> {
    let mut config = Config::DEFAULT;
    config.prefer_prefix = true;
    let mut matcher = Matcher::new(config);
    let words = typed.to_lowercase();
    let mut fits = |word: &str, text: &str| {
        let (mut of_text, mut of_word) = (Vec::new(), Vec::new());
        matcher.fuzzy_match(Utf32Str::new(text, &mut of_text), Utf32Str::new(word, &mut of_word))
    };
    let mut score = |row: &[&str]| {
        let scores =
            words.split_whitespace().map(|word| row.iter().filter_map(|text| fits(word, text)).max());
        let score: Option<u32> = scores.map(|score| score.map(u32::from)).sum();
        Some((row.contains(&typed), score?))
    };
    let mut found: Vec<_> =
        rows.iter().enumerate().filter_map(|(place, row)| Some((score(row)?, place))).collect();
    found.sort_unstable_by(|(a, at), (b, beside)| b.cmp(a).then(at.cmp(beside)));
    found.into_iter().map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations;

    fn commands(typed: &str) -> Vec<String> {
        let names: Vec<String> = operations::operations().map(|operation| operation.command()).collect();
        let rows: Vec<Vec<&str>> = names.iter().map(|name| vec![name.as_str()]).collect();
        fitting(&rows, typed).into_iter().map(|place| names[place].clone()).collect()
    }

    #[test]
    fn starts_of_words_come_first() {
        assert_eq!(commands("upcks")[0], "update-custom-key-store");
        assert_eq!(commands("dcks")[0], "delete-custom-key-store");
        assert_eq!(commands("disc")[0], "disconnect-custom-key-store");
        assert_eq!(commands("con")[0], "connect-custom-key-store");
        assert_eq!(commands("").len(), 6);
        assert_eq!(commands("xyz"), Vec::<String>::new());
    }

    #[test]
    fn what_is_the_same_comes_first() {
        let rows = [vec!["prod-xks-2", "cks-2"], vec!["prod-xks", "cks-1"]];
        assert_eq!(fitting(&rows, "prod-xks"), [1, 0]);
        assert_eq!(fitting(&rows, "cks-1"), [1]);
        assert_eq!(fitting(&rows, "2 prod"), [0]);
    }
}
