//! Where the keys of a mapping stand.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Value;

/// As many entries are faster looked through than looked up.
const FEW: usize = 32;

/// The places of keys in a list of entries: nothing as long as these are few, so that looking is cheap for them and
/// does not grow with their number for many. Most mappings have few, and should be small: so the places are elsewhere.
#[derive(Clone, Debug, Default)]
pub(super) struct Places(Option<Rc<BTreeMap<Rc<str>, usize>>>);

impl Places {
    /// The place of a key.
    pub(super) fn of(&self, key: &str, entries: &[(Rc<str>, Value)]) -> Option<usize> {
        let known = self.0.as_ref().map_or(0, |places| places.len());
        let found = self.0.as_ref().and_then(|places| places.get(key).copied());
        found.or_else(|| Some(known + entries.get(known..)?.iter().position(|(other, _)| **other == *key)?))
    }

    /// The place of a key, where many may be looked for. Entries must differ, and since the last call have only come
    /// behind those that were there.
    pub(super) fn learn(&mut self, key: &str, entries: &[(Rc<str>, Value)]) -> Option<usize> {
        if entries.len() > FEW {
            let places = Rc::make_mut(self.0.get_or_insert_default());
            for (place, (key, _)) in entries.iter().enumerate().skip(places.len()) {
                places.insert(Rc::clone(key), place);
            }
        }
        self.of(key, entries)
    }

    /// Forgets all places.
    pub(super) fn forget(&mut self) {
        self.0 = None;
    }
}
