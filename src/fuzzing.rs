//! What the targets in `fuzz/` run their inputs through, and what must hold of each. Nothing of it is in a program that is
//! not built to be fuzzed.
//!
//! A part of an input ends at a zero byte. The byte 1 in it stands for [`PLANT`], so that a secret comes to places that
//! nobody has thought of.

mod documents;
mod line;
mod places;
mod repetition;
mod replies;

pub use documents::{json, query, shorthand, xml, yaml};
pub use line::{command_line, completion_line, configuration};
pub use places::{bundle, caches, health, page_token, pages, urls};
pub use repetition::repetition;
pub use replies::reply;

/// A secret, as an input has it.
const PLANT: &str = "Qz7vXp9KwTn4Lm2RbY8dHc5f";

/// The input with the secret where it is planted. `None` if it is there in any case: then it may be shown.
fn planted(data: &[u8]) -> Option<Vec<u8>> {
    let is_there = data.windows(PLANT.len()).any(|bytes| bytes == PLANT.as_bytes());
    let parts: Vec<&[u8]> = data.split(|byte| *byte == 1).collect();
    (!is_there).then(|| parts.join(PLANT.as_bytes()))
}

/// The first parts of an input; one that is missing is empty.
fn parts<const N: usize>(data: &[u8]) -> [&[u8]; N] {
    let mut parts = data.splitn(N, |byte| *byte == 0);
    [(); N].map(|()| parts.next().unwrap_or_default())
}

/// The first byte, which chooses, and the rest.
fn choice(data: &[u8]) -> (usize, &[u8]) {
    data.split_first().map_or((0, data), |(first, rest)| (usize::from(*first), rest))
}

/// Nothing that is reported may have the secret in it.
fn assert_hidden(text: &str) {
    assert!(!text.contains(PLANT), "a secret is shown: {text}");
}

/// Whether a value could be read from elsewhere than the input.
fn names_files(text: &[u8]) -> bool {
    [&b"file://"[..], b"fileb://", b"prompt://"]
        .iter()
        .any(|scheme| text.windows(scheme.len()).any(|part| part == *scheme))
}
