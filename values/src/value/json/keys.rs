//! The keys of a document.

use std::rc::Rc;

/// How many keys are remembered. Documents about one kind of thing have fewer; looking through more would take
/// longer than a copy.
const LIMIT: usize = 64;

/// The keys so far. A list of like objects holds each key once, as Python's does.
#[derive(Default)]
pub(super) struct Keys {
    /// In the order in which they were met.
    known: Vec<Rc<str>>,
    /// Where the last one was found. The next is most likely the one behind it, as in the object before.
    last: usize,
}

impl Keys {
    /// The key with this text: the one that the objects before have, if any has.
    pub(super) fn shared(&mut self, text: &str) -> Rc<str> {
        let mut places = (self.last..self.known.len()).chain(0..self.last);
        if let Some(place) = places.find(|place| *self.known[*place] == *text) {
            self.last = place;
            return Rc::clone(&self.known[place]);
        }
        let key = Rc::from(text);
        if self.known.len() < LIMIT {
            self.last = self.known.len();
            self.known.push(Rc::clone(&key));
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_keys_are_one_in_whatever_order_they_come() {
        let mut keys = Keys::default();
        let [a, b] = ["a", "b"].map(|text| keys.shared(text));
        for _ in 0..3 {
            assert!(Rc::ptr_eq(&keys.shared("b"), &b));
            assert!(Rc::ptr_eq(&keys.shared("a"), &a));
        }
    }

    #[test]
    fn keys_without_end_are_not_remembered_without_end() {
        let mut keys = Keys::default();
        for number in 0..1000 {
            assert_eq!(*keys.shared(&number.to_string()), *number.to_string());
        }
        assert_eq!(keys.known.len(), LIMIT);
    }
}
