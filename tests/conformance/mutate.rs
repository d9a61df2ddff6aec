//! Lines that nobody recorded: recorded ones with a few random changes, run with the program and with the reference.
//!
//! ```text
//! cargo test --test conformance -- --mutate 500 --seed 7 --reference /path/to/aws [FILTER]
//! ```
//!
//! The same seed makes the same lines. Where the two part, the line is shown with what differs; whether that is a
//! fault or a documented difference is for a person to say.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::case::{Bytes, Case};
use crate::judge::{self, Key};
use crate::run::Runner;

/// The most changes to a line.
const CHANGES: usize = 3;

/// Words that the recorded lines have seldom, and characters that mean something somewhere.
const WORDS: [&str; 12] =
    ["", "-", "--", "--=x", "-x", "- x", "help", "null", "file://nope", "{}", "a=b", "--no-such-option"];
const CHARACTERS: [char; 18] =
    ['=', '-', '_', ' ', '\'', '"', '{', '}', '[', ']', ',', ':', '@', '\\', '\n', '0', 'é', 'x'];

/// SplitMix64: the same numbers for the same seed on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// Makes `count` lines out of the cases and runs each with both programs. Prints the lines on which they part, and
/// returns how many there are.
pub fn run(
    cases: &[Case],
    count: usize,
    seed: u64,
    program: &Runner,
    reference: &Runner,
    threads: usize,
) -> usize {
    let words: Vec<&Bytes> = cases.iter().flat_map(|case| &case.argv).collect();
    let lines: Vec<Case> = (0..count)
        .map(|number| {
            let mut random = Random(seed.wrapping_add(number as u64));
            let mut case = random.one_of(cases).clone();
            change_some(&mut case.argv, &words, &mut random);
            case
        })
        .collect();
    let next = AtomicUsize::new(0);
    let parted: Mutex<BTreeMap<String, usize>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(case) = lines.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(keys) = compare(case, program, reference) {
                        *parted.lock().expect("no thread panics with it").entry(keys).or_default() += 1;
                    }
                }
            });
        }
    });
    let parted = parted.into_inner().expect("no thread panicked");
    let total = parted.values().sum();
    println!("{count} lines, {total} differ: {parted:?}");
    total
}

/// Runs one line with both, shows what differs, and returns the names of the parts that do.
fn compare(case: &Case, program: &Runner, reference: &Runner) -> Option<String> {
    let outcomes = reference.run(case).and_then(|want| program.run(case).map(|got| (want, got)));
    let (keys, shown): (Vec<Key>, String) = match &outcomes {
        Ok((want, got)) => {
            let found = judge::judge(case, &judge::comparable(case, want), got);
            (
                found.iter().map(|difference| difference.key).collect(),
                found.iter().map(ToString::to_string).collect(),
            )
        }
        Err(error) => {
            println!("{}: {error}", case.id);
            return None;
        }
    };
    let names = keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    (!keys.is_empty()).then(|| {
        println!("{} {:?}\n{shown}", case.id, case.argv);
        names
    })
}

fn change_some(line: &mut Vec<Bytes>, words: &[&Bytes], random: &mut Random) {
    for _ in 0..=random.below(CHANGES) {
        change(line, words, random);
    }
}

/// Makes one change to a line.
fn change(line: &mut Vec<Bytes>, words: &[&Bytes], random: &mut Random) {
    let another = |random: &mut Random| match random.below(4) {
        0 => Bytes::Text((*random.one_of(&WORDS)).to_owned()),
        _ => (*random.one_of(words)).clone(),
    };
    if line.is_empty() {
        line.push(another(random));
        return;
    }
    let (at, to) = (random.below(line.len()), random.below(line.len()));
    match random.below(9) {
        0 => drop(line.remove(at)),
        1 => line.insert(to, line[at].clone()),
        2 => line.swap(at, to),
        3 => line.insert(at, another(random)),
        4 => line[at] = another(random),
        5 if at + 1 < line.len() => {
            if let (Bytes::Text(name), Bytes::Text(value)) = (&line[at], &line[at + 1]) {
                line[at] = Bytes::Text(format!("{name}={value}"));
                line.remove(at + 1);
            }
        }
        kind => {
            if let Bytes::Text(text) = &mut line[at] {
                *text = changed(text, kind, random);
            }
        }
    }
}

/// A word cut short, or with another character in it or in place of one.
fn changed(word: &str, kind: usize, random: &mut Random) -> String {
    let mut characters: Vec<char> = word.chars().collect();
    let at = random.below(characters.len() + 1);
    match kind {
        6 => characters.truncate(at),
        7 => characters.insert(at, *random.one_of(&CHARACTERS)),
        _ => {
            if let Some(character) = characters.get_mut(at) {
                *character = *random.one_of(&CHARACTERS);
            }
        }
    }
    characters.into_iter().collect()
}

/// The check that a run can be repeated, and that no change fails on any line.
pub fn the_same_seed_makes_the_same_line() {
    let word = |text: &str| Bytes::Text(text.to_owned());
    let words = [word("kms"), word("--profile=é")];
    let words: Vec<&Bytes> = words.iter().collect();
    let line = |seed: u64, length: usize| {
        let mut line = vec![word("--region"); length];
        change_some(&mut line, &words, &mut Random(seed));
        format!("{line:?}")
    };
    let lines: Vec<String> = (0..2000).map(|seed| line(seed, seed as usize % 4)).collect();
    assert_eq!(lines, (0..2000).map(|seed| line(seed, seed as usize % 4)).collect::<Vec<_>>());
    let different: std::collections::BTreeSet<&String> = lines.iter().collect();
    assert!(different.len() > 500, "{}", different.len());
}
