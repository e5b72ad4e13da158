//! A map that holds so many entries and no more: a new one pushes the oldest out. Not for what must survive.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// The map; the age of an entry is the order in which its key came, and writing to a key again does not make it younger.
#[derive(Debug)]
pub(super) struct Bounded<K, V> {
    by_key: HashMap<K, (u64, V)>,
    by_age: BTreeMap<u64, K>,
    last: u64,
    most: usize,
}

impl<K: Clone + Eq + Hash, V> Bounded<K, V> {
    pub(super) fn new(most: usize) -> Self {
        Self { by_key: HashMap::new(), by_age: BTreeMap::new(), last: 0, most }
    }

    pub(super) fn insert(&mut self, key: K, value: V) {
        if let Some((_, old)) = self.by_key.get_mut(&key) {
            *old = value;
            return;
        }
        if self.by_key.len() >= self.most
            && let Some((_, oldest)) = self.by_age.pop_first()
        {
            self.by_key.remove(&oldest);
        }
        self.last += 1;
        self.by_age.insert(self.last, key.clone());
        self.by_key.insert(key, (self.last, value));
    }

    pub(super) fn clear(&mut self) {
        self.by_key.clear();
        self.by_age.clear();
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.by_key.get(key).map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.by_key.get_mut(key).map(|(_, value)| value)
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        let (age, value) = self.by_key.remove(key)?;
        self.by_age.remove(&age);
        Some(value)
    }

    /// Keeps the entries that `wanted` says; how many went.
    pub(super) fn retain(&mut self, wanted: impl Fn(&K, &V) -> bool) -> usize {
        let before = self.by_key.len();
        self.by_key.retain(|key, (_, value)| wanted(key, value));
        let by_key = &self.by_key;
        self.by_age.retain(|_, key| by_key.contains_key(key));
        before - self.by_key.len()
    }

    /// The entries, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.by_key.iter().map(|(key, (_, value))| (key, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_way() {
        let mut map = Bounded::new(2);
        map.insert("a", 1);
        map.insert("b", 2);
        map.insert("a", 3);
        map.insert("c", 4);
        assert_eq!((map.get(&"a"), map.get(&"b"), map.get(&"c")), (None, Some(&2), Some(&4)));
        assert_eq!((map.remove(&"b"), map.remove(&"b")), (Some(2), None));
        map.insert("d", 5);
        assert_eq!((map.get(&"c"), map.get(&"d")), (Some(&4), Some(&5)));
        assert_eq!(map.retain(|key, _| *key == "d"), 1);
        map.insert("e", 6);
        assert_eq!(map.iter().count(), 2);
    }
}
