//! Addresses and names that lead into this machine or a network around it.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Blocks of IPv4 that are not of the public internet (RFC 6890 and its registry), and those where
/// a cloud answers its machines.
const PRIVATE: [(Ipv4Addr, u32); 17] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Azure answers its machines here.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    // Link-local, and the metadata of most clouds.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
    (Ipv4Addr::BROADCAST, 32),
];

/// Blocks of global unicast in IPv6 that are no addresses of machines, or hold one of IPv4.
const SPECIAL: [(Ipv6Addr, u32); 4] = [
    // Assignments of the IETF: Teredo, benchmarking, ORCHID.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    // Documentation.
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    // 6to4.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    // Documentation (RFC 9637).
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// All of IPv6 that is given to machines of the public internet (RFC 4291 §2.4). Outside are
/// loopback, link-local, unique local, multicast, and IPv4 in all its embeddings but 6to4.
const GLOBAL: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Names that never are of the public internet, with all below them (RFC 6761, RFC 6762, RFC 8375),
/// and those that clouds and networks use for themselves.
const INSIDE: [&str; 9] = [
    "corp",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "lan",
    "local",
    "localdomain",
    "localhost",
];

/// Whether an address is of the public internet.
#[must_use]
pub fn is_public_v4(address: Ipv4Addr) -> bool {
    let bits = u32::from(address);
    !PRIVATE.iter().any(|(block, length)| (bits ^ u32::from(*block)).leading_zeros() >= *length)
}

/// Whether an address is of the public internet.
#[must_use]
pub fn is_public_v6(address: Ipv6Addr) -> bool {
    let bits = u128::from(address);
    let is_in =
        |(block, length): &(Ipv6Addr, u32)| (bits ^ u128::from(*block)).leading_zeros() >= *length;
    is_in(&GLOBAL) && !SPECIAL.iter().any(is_in)
}

/// Whether a name is one that DNS can answer for on the public internet: at least two labels,
/// of lower-case letters, digits, `-` and `_` (RFC 1123 §2.1).
#[must_use]
pub fn is_public_name(name: &str) -> bool {
    let is_legal = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(is_legal)
    };
    let labels = name.split('.').count();
    let last = name.rsplit('.').next().unwrap_or_default();
    name.len() <= 253
        && labels >= 2
        && name.split('.').all(is_label)
        // Something that ends like a number is an address in a spelling of its own.
        && !last.starts_with(|letter: char| letter.is_ascii_digit())
        && !INSIDE.iter().any(|inside| is_below(name, inside) || name == *inside)
}

/// Whether a name lies below another one.
#[must_use]
pub fn is_below(name: &str, above: &str) -> bool {
    name.strip_suffix(above)
        .and_then(|rest| rest.strip_suffix('.'))
        .is_some_and(|rest| !rest.is_empty())
}
