//! Keys across the boundary: those of issuers, and virtual keys, whose hashes go out and whose
//! records come in.

use js_sys::Array;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroize;

use super::{parts, push, with, with_gate};
use crate::authn::{Issuer, KeyHash};
use crate::decide::Outcome;
use crate::describe::{Keys, PlatformKey};
use crate::record::word;

/// Pushes the keys that the platform must verify with.
#[wasm_bindgen]
pub fn platform_keys(handle: u32, into: &Array) {
    with_gate(handle, |gate, _| {
        let issuers = gate.pdp.policy().issuers().iter().enumerate();
        let keys = issuers.flat_map(|(number, issuer)| {
            issuer.platform_keys().map(move |key| PlatformKey::of(key, number))
        });
        push(into, &keys.collect::<Vec<_>>());
    });
}

/// Takes an issuer's JWK Set, returns how many of its keys are taken, and pushes the report.
#[wasm_bindgen]
pub fn set_keys(handle: u32, issuer: u32, length: u32, into: &Array) -> u32 {
    with_gate(handle, |gate, input| {
        let [set] = parts(input, [length]);
        let issuer = usize::try_from(issuer).unwrap_or(usize::MAX);
        let report = gate.pdp.replace_keys(issuer, set.unwrap_or_default());
        let keys = gate.pdp.policy().issuers().get(issuer);
        let keys = keys.into_iter().flat_map(Issuer::platform_keys);
        let taken: Vec<_> = keys
            .filter(|key| report.accepted.contains(&key.id()))
            .map(|key| PlatformKey::of(key, issuer))
            .collect();
        let count = word(taken.len());
        push(into, &Keys::of(taken, &report));
        count
    })
}

/// Forgets the keys that an issuer published.
#[wasm_bindgen]
pub fn drop_keys(handle: u32, issuer: u32) {
    let issuer = usize::try_from(issuer).unwrap_or(usize::MAX);
    with_gate(handle, |gate, _| gate.pdp.drop_keys(issuer));
}

/// Goes on with a request whose key was looked up. The record is JSON in the buffer; where its
/// length is that of nothing, there is no such key. Returns as `begin` does.
#[wasm_bindgen]
pub fn finish_key(handle: u32, slot: u32, record: u32, now: f64) -> u32 {
    with(|module| {
        let Some((gate, input, words)) = module.gate(handle) else { return 0 };
        gate.recall(slot);
        let [record] = parts(input, [record]);
        let decision = gate.pdp.finish_key(slot, record, now);
        gate.note(Outcome::Decided(decision), words)
    })
}

/// Puts the hash of the key in the buffer in its place: 64 hexadecimal digits. Returns 0 if the key
/// is longer than the buffer.
#[wasm_bindgen]
pub fn hash_key(length: u32) -> u32 {
    with(|module| {
        let [Some(key)] = parts(&module.input, [length]) else { return 0 };
        let hash = KeyHash::of(key);
        let length = key.len();
        if let Some(key) = module.input.get_mut(..length) {
            key.zeroize();
        }
        match module.input.get_mut(..64) {
            Some(place) => {
                place.copy_from_slice(hash.as_str().as_bytes());
                1
            }
            None => 0,
        }
    })
}
