//! Which addresses belong to the open internet. Everything that the registries of IANA set apart (RFC 6890 and what came after it) is closed:
//! private networks, this machine, the link, documentation, tests, and every way of writing an IPv4 address inside an IPv6 one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Closed IPv4 networks: first address and length of the prefix.
const CLOSED_V4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),       // this network
    ([10, 0, 0, 0], 8),      // private
    ([100, 64, 0, 0], 10),   // behind a carrier's translation
    ([127, 0, 0, 0], 8),     // this machine
    ([169, 254, 0, 0], 16),  // the link; the clouds' own data too
    ([172, 16, 0, 0], 12),   // private
    ([192, 0, 0, 0], 24),    // assignments of the IETF
    ([192, 0, 2, 0], 24),    // documentation
    ([192, 31, 196, 0], 24), // AS112
    ([192, 52, 193, 0], 24), // AMT
    ([192, 88, 99, 0], 24),  // former relays to IPv6
    ([192, 168, 0, 0], 16),  // private
    ([192, 175, 48, 0], 24), // AS112
    ([198, 18, 0, 0], 15),   // benchmarks
    ([198, 51, 100, 0], 24), // documentation
    ([203, 0, 113, 0], 24),  // documentation
    ([224, 0, 0, 0], 4),     // multicast
    ([240, 0, 0, 0], 4),     // reserved, and broadcast
];

/// Closed networks inside the open part of IPv6, which is 2000::/3 alone.
const CLOSED_V6: &[([u16; 8], u32)] = &[
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),         // protocols: Teredo, benchmarks, ORCHID
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),     // documentation
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),         // 6to4: an IPv4 address inside
    ([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48), // AS112
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),         // documentation
];

/// Open part of IPv6.
const OPEN_V6: ([u16; 8], u32) = ([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// Whether an address is one of the open internet.
pub(super) fn is_open(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_open_v4(address),
        IpAddr::V6(address) => is_open_v6(address),
    }
}

fn is_open_v4(address: Ipv4Addr) -> bool {
    let bits = address.to_bits();
    let is_in = |(first, length): &([u8; 4], u32)| (bits ^ u32::from_be_bytes(*first)) >> (32 - length) == 0;
    !CLOSED_V4.iter().any(is_in)
}

fn is_open_v6(address: Ipv6Addr) -> bool {
    let bits = address.to_bits();
    let is_in = |(first, length): &([u16; 8], u32)| (bits ^ Ipv6Addr::from(*first).to_bits()) >> (128 - length) == 0;
    is_in(&OPEN_V6) && !CLOSED_V6.iter().any(is_in)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str) -> bool {
        is_open(text.parse().expect("an address"))
    }

    #[test]
    fn addresses_of_the_open_internet_are_open() {
        for address in ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0"] {
            assert!(open(address), "{address}");
        }
        for address in
            ["192.0.1.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2001:4860::8888"]
        {
            assert!(open(address), "{address}");
        }
    }

    #[test]
    fn the_first_and_the_last_address_of_each_closed_network_are_closed() {
        for (first, length) in CLOSED_V4 {
            let first = u32::from_be_bytes(*first);
            let last = first | (u32::MAX >> length);
            assert!(!is_open_v4(first.into()) && !is_open_v4(last.into()), "{}", Ipv4Addr::from(first));
        }
        for (first, length) in CLOSED_V6 {
            let first = Ipv6Addr::from(*first).to_bits();
            let last = first | (u128::MAX >> length);
            assert!(!is_open_v6(first.into()) && !is_open_v6(last.into()), "{}", Ipv6Addr::from(first));
        }
    }

    #[test]
    fn an_ipv4_address_inside_an_ipv6_one_is_judged_or_closed() {
        for address in [
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "::10.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::a00:1",
            "2002:a00:1::",
        ] {
            assert!(!open(address), "{address}");
        }
        assert!(open("::ffff:8.8.8.8"));
    }

    #[test]
    fn everything_outside_the_open_part_of_ipv6_is_closed() {
        for address in
            ["::", "::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "100::1", "5f00::1", "4000::1"]
        {
            assert!(!open(address), "{address}");
        }
    }
}
