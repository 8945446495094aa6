//! Values by name.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Values by name, looked up in a time that does not grow with their number.
///
/// Names are turned into numbers by one kind of map, whatever the values are: each kind weighs in the
/// module.
#[derive(Clone, Debug)]
pub(crate) struct Table<T> {
    numbers: HashMap<Box<str>, usize, BuildHasherDefault<Fnv>>,
    values: Vec<T>,
}

/// FNV-1a, as quick as a hash of a short name can be. Names are those of the policy and the store:
/// whoever is asked about cannot choose them to collide.
#[derive(Clone, Copy, Debug)]
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { numbers: HashMap::default(), values: Vec::new() }
    }
}

impl<T> Table<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// The number of a name, and so the place of its value.
    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.values.get(self.number(name)?)
    }

    /// The value of a name, which is `make` if it has none yet.
    pub(crate) fn or_insert_with(
        &mut self,
        name: &str,
        make: impl FnOnce() -> T,
    ) -> Option<&mut T> {
        let number = self.number(name).unwrap_or_else(|| {
            self.numbers.insert(name.into(), self.values.len());
            self.values.push(make());
            self.values.len() - 1
        });
        self.values.get_mut(number)
    }

    /// Sets the value of a name.
    pub(crate) fn insert(&mut self, name: &str, value: T) {
        match self.number(name).and_then(|number| self.values.get_mut(number)) {
            Some(old) => *old = value,
            None => {
                self.or_insert_with(name, || value);
            }
        }
    }

    /// The value of a number.
    pub(crate) fn at(&self, number: usize) -> Option<&T> {
        self.values.get(number)
    }

    /// The names, in no order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.numbers.keys().map(|name| &**name)
    }
}
