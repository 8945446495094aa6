//! Sorting that weighs little.

use std::collections::BinaryHeap;

/// The items in order, each once. A heap takes twice the time of the sort in the standard library
/// and an eighth of its room in the module, for each type that is sorted.
pub(crate) fn sorted<T: Ord>(items: Vec<T>) -> Vec<T> {
    let mut items = BinaryHeap::from(items).into_sorted_vec();
    items.dedup();
    items
}
