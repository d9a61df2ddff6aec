//! Near names, as Python's `difflib.get_close_matches(word, names, n=3, cutoff=0.8)` finds them.

/// How alike two words must be, from 0 to 1.
const CUTOFF: f64 = 0.8;

/// How many near names are given at the most.
const COUNT: usize = 3;

/// The names most like the word, best first; of equally good ones the later in the alphabet first, which is
/// the order of the reference.
pub fn close_matches<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let typed: Vec<char> = word.chars().collect();
    let mut found: Vec<(f64, &str)> = Vec::new();
    for name in names {
        // A name has no more characters than bytes, and those of AWS's commands have as many.
        let length = if name.is_ascii() { name.len() } else { name.chars().count() };
        let total = length + typed.len();
        let ratio = |matches: usize| if total == 0 { 1.0 } else { 2.0 * matches as f64 / total as f64 };
        // Most names are too long or too short, or have too few of the characters: they cost next to nothing.
        if ratio(length.min(typed.len())) < CUTOFF
            || ratio(name.chars().filter(|c| typed.contains(c)).count()) < CUTOFF
        {
            continue;
        }
        let candidate: Vec<char> = name.chars().collect();
        let likeness = ratio(matching(&candidate, &typed));
        if likeness >= CUTOFF {
            found.push((likeness, name));
        }
    }
    found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| b.1.cmp(a.1)));
    found.into_iter().take(COUNT).map(|(_, name)| name).collect()
}

/// The number of characters in the matching blocks of Ratcliff and Obershelp: the longest common run, then the
/// same on either side of it.
fn matching(a: &[char], b: &[char]) -> usize {
    let (start_a, start_b, length) = longest_run(a, b);
    if length == 0 {
        return 0;
    }
    length + matching(&a[..start_a], &b[..start_b]) + matching(&a[start_a + length..], &b[start_b + length..])
}

/// The longest common run: of equally long ones the first in `a`, then the first in `b`.
fn longest_run(a: &[char], b: &[char]) -> (usize, usize, usize) {
    let mut best = (0, 0, 0);
    let mut lengths = vec![0; b.len() + 1];
    for (i, c) in a.iter().enumerate() {
        for j in (0..b.len()).rev() {
            lengths[j + 1] = if b[j] == *c { lengths[j] + 1 } else { 0 };
        }
        for j in 0..b.len() {
            let length = lengths[j + 1];
            if length > best.2 {
                best = (i + 1 - length, j + 1 - length, length);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 6] = [
        "connect-custom-key-store",
        "create-custom-key-store",
        "delete-custom-key-store",
        "describe-custom-key-stores",
        "update-custom-key-store",
        "help",
    ];

    #[test]
    fn equally_near_names_come_in_descending_order() {
        let want = ["update-custom-key-store", "delete-custom-key-store", "create-custom-key-store"];
        assert_eq!(close_matches("custom-key-store", NAMES), want);
    }

    #[test]
    fn nearer_names_come_first() {
        let want = ["describe-custom-key-stores", "delete-custom-key-store", "create-custom-key-store"];
        assert_eq!(close_matches("describe-custom-key-store", NAMES), want);
    }

    #[test]
    fn far_words_find_nothing() {
        assert!(close_matches("xyzzy", NAMES).is_empty());
        assert!(close_matches("", NAMES).is_empty());
    }
}
