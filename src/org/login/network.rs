//! Networks as a scenario writes them: `10.0.0.0/8`, one address, or both ends of a range.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A range of addresses, both ends included.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Network {
    first: IpAddr,
    last: IpAddr,
}

/// Text that is no network.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a network like 10.0.0.0/8, ::1 or 10.0.0.1-10.0.0.9")]
pub struct NotANetwork;

impl Network {
    /// Whether the address lies in it. An IPv4 address counts the same when it comes mapped into IPv6.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        // versions do not mix: addresses of different ones never compare as neighbours
        self.first.is_ipv4() == address.is_ipv4() && (self.first..=self.last).contains(&address)
    }

    fn of_prefix(address: IpAddr, bits: u8) -> Result<Self, NotANetwork> {
        match address {
            IpAddr::V4(address) if bits <= 32 => {
                let hosts = u32::MAX.checked_shr(bits.into()).unwrap_or(0);
                let first = address.to_bits() & !hosts;
                Ok(Self { first: Ipv4Addr::from_bits(first).into(), last: Ipv4Addr::from_bits(first | hosts).into() })
            }
            IpAddr::V6(address) if bits <= 128 => {
                let hosts = u128::MAX.checked_shr(bits.into()).unwrap_or(0);
                let first = address.to_bits() & !hosts;
                Ok(Self { first: Ipv6Addr::from_bits(first).into(), last: Ipv6Addr::from_bits(first | hosts).into() })
            }
            _ => Err(NotANetwork),
        }
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let address = |text: &str| text.trim().parse::<IpAddr>().map_err(|_| NotANetwork);
        if let Some((address_of, bits)) = text.split_once('/') {
            return Self::of_prefix(address(address_of)?, bits.parse().map_err(|_| NotANetwork)?);
        }
        let (first, last) = match text.split_once('-') {
            Some((first, last)) => (address(first)?.to_canonical(), address(last)?.to_canonical()),
            None => (address(text)?.to_canonical(), address(text)?.to_canonical()),
        };
        if first.is_ipv4() == last.is_ipv4() && first <= last { Ok(Self { first, last }) } else { Err(NotANetwork) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_the_addresses_that_share_its_bits() {
        for (network, address, held) in [
            ("10.0.0.0/8", "10.200.1.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("::/0", "2001:db8::1", true),
            ("::/0", "203.0.113.9", false),
            ("127.0.0.1", "127.0.0.2", false),
            ("::1", "::1", true),
            ("::ffff:10.0.0.1", "10.0.0.1", true),
            ("10.1.2.3/8", "10.0.0.0", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("10.0.0.5-10.0.1.9", "10.0.0.5", true),
            ("10.0.0.5-10.0.1.9", "10.0.0.200", true),
            ("10.0.0.5-10.0.1.9", "10.0.1.9", true),
            ("10.0.0.5-10.0.1.9", "10.0.1.10", false),
            ("10.0.0.5-10.0.1.9", "::ffff:10.0.0.6", true),
            ("2001:db8::1 - 2001:db8::f", "2001:db8::a", true),
            ("2001:db8::1 - 2001:db8::f", "2001:db8::10", false),
        ] {
            let parsed: Network = network.parse().unwrap();
            assert_eq!(parsed.contains(address.parse().unwrap()), held, "{address} in {network}");
        }
    }

    #[test]
    fn text_that_is_no_network_is_refused() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/",
            "10.0.0/8",
            "all",
            "10.0.0.9-10.0.0.1",
            "10.0.0.1-::1",
            "-",
            "::1-",
        ] {
            assert_eq!(text.parse::<Network>(), Err(NotANetwork), "{text:?}");
        }
    }
}
