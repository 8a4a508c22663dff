//! Where a request came from, as far as it can be known.
//!
//! Only proxies that the settings name are believed about whom they speak for: the address is the rightmost one that
//! is none of theirs. A forged `X-Forwarded-For` stands left of it and counts for nothing.

use crate::portal::Portal;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The other end of the connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub IpAddr);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    pub ip: IpAddr,
    /// The net it belongs to, its own part cleared: IPv4 /24, IPv6 /56. One customer has that much to choose from.
    pub prefix: IpAddr,
}

const FORWARDED: &str = "x-forwarded-for";

impl Client {
    pub(crate) fn of(peer: IpAddr, headers: &HeaderMap, trusted: impl Fn(IpAddr) -> bool) -> Self {
        // A byte that is no letter, put there by whoever asks, must not hide what the proxy has added.
        let texts =
            headers.get_all(FORWARDED).into_iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        let texts: Vec<_> = texts.collect();
        let hops: Vec<&str> = texts.iter().flat_map(|text| text.split(',')).map(str::trim).collect();
        let mut ip = peer.to_canonical();
        for hop in hops.into_iter().rev() {
            // What a proxy of ours says is nonsense ends the way: the last address that is known stands.
            let Some(before) = trusted(ip).then(|| address(hop)).flatten() else { break };
            ip = before;
        }
        Self { ip, prefix: prefix(ip) }
    }
}

fn address(hop: &str) -> Option<IpAddr> {
    let plain = hop.parse::<IpAddr>().or_else(|_| hop.parse::<SocketAddr>().map(|found| found.ip()));
    plain.ok().map(|ip| ip.to_canonical())
}

fn prefix(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(ip) => Ipv4Addr::from_bits(ip.to_bits() & (u32::MAX << 8)).into(),
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 80)).into(),
    }
}

impl FromRequestParts<Portal> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Portal) -> Result<Self, Infallible> {
        // The edge has put it there; without one (a test of one handler) it is this machine.
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        Ok(parts.extensions.get::<Self>().copied().unwrap_or(Self { ip: here, prefix: prefix(here) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED, value.parse().unwrap());
        }
        let trusted = |ip: IpAddr| ip.to_string().starts_with("10.");
        Client::of(peer.parse().unwrap(), &headers, trusted).ip.to_string()
    }

    #[test]
    fn only_proxies_of_ours_are_believed() {
        assert_eq!(client("203.0.113.7", &["1.2.3.4"]), "203.0.113.7");
        assert_eq!(client("10.0.0.1", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(client("10.0.0.1", &["1.2.3.4, 203.0.113.7, 10.0.0.2"]), "203.0.113.7");
        assert_eq!(client("10.0.0.1", &["1.2.3.4", "203.0.113.7"]), "203.0.113.7");
        assert_eq!(client("10.0.0.1", &["203.0.113.7:4711"]), "203.0.113.7");
        assert_eq!(client("::ffff:10.0.0.1", &["[2001:db8::1]:80"]), "2001:db8::1");
    }

    #[test]
    fn nonsense_ends_the_way() {
        assert_eq!(client("10.0.0.1", &["1.2.3.4, unknown"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["unknown, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(client("10.0.0.1", &[""]), "10.0.0.1");
    }
}
