//! The buffer through which the modules beside the core take their input, and so does lint where it is
//! part of the core's.

#![expect(clippy::must_use_candidate, reason = "the caller is JavaScript")]

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

/// The largest input: a policy, as large as the core takes.
const MAX_INPUT: usize = 16 << 20;

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

pub(crate) fn with_input<T>(work: impl FnOnce(&[u8]) -> T) -> T {
    INPUT.with_borrow(|input| work(input))
}

/// The address of the input buffer, which holds at least `capacity` bytes. 0 if that is too much.
#[wasm_bindgen]
pub fn room(capacity: u32) -> u32 {
    INPUT.with_borrow_mut(|input| {
        let capacity = usize::try_from(capacity).unwrap_or(usize::MAX);
        if capacity > MAX_INPUT {
            return 0;
        }
        if input.len() < capacity {
            *input = vec![0; capacity.next_power_of_two()];
        }
        u32::try_from(input.as_ptr().addr()).unwrap_or(0)
    })
}
