//! The part of CBOR that signed statements need (RFC 8949): unsigned and negative integers, byte and text strings, arrays
//! and maps, in the one deterministic form (§4.2.1). What is written otherwise (longer heads, indefinite lengths, other
//! types) is refused, so that a value has exactly one encoding and a reader never allocates.

use crate::Error;

const WHAT: &str = "CBOR";
const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;
/// Tag 2: an integer beyond 64 bits (§3.4.3).
const BIG: u64 = 2;

/// A data item without items in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    Unsigned(u128),
    /// −1 − n.
    Negative(u64),
    Bytes(&'a [u8]),
    Text(&'a str),
}

pub fn array(out: &mut Vec<u8>, items: u8) {
    head(out, ARRAY, items.into());
}

pub fn map(out: &mut Vec<u8>, pairs: u8) {
    head(out, MAP, pairs.into());
}

pub fn put(out: &mut Vec<u8>, item: Item<'_>) {
    match item {
        Item::Unsigned(value) => match u64::try_from(value) {
            Ok(value) => head(out, UNSIGNED, value),
            Err(_) => {
                head(out, TAG, BIG);
                let octets = value.to_be_bytes();
                put(out, Item::Bytes(crate::asn1::strip_zeros(&octets)));
            }
        },
        Item::Negative(value) => head(out, NEGATIVE, value),
        Item::Bytes(bytes) => string(out, BYTES, bytes),
        Item::Text(text) => string(out, TEXT, text.as_bytes()),
    }
}

/// Reads from the front; what is left is the next item.
#[derive(Clone, Debug)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// How many items follow in the array that starts here.
    pub fn array(&mut self) -> Result<u64, Error> {
        self.expect(ARRAY, "not an array")
    }

    /// How many pairs follow in the map that starts here.
    pub fn map(&mut self) -> Result<u64, Error> {
        self.expect(MAP, "not a map")
    }

    pub fn bytes(&mut self) -> Result<&'a [u8], Error> {
        match self.item()? {
            Item::Bytes(bytes) => Ok(bytes),
            _ => Err(fault("not a byte string")),
        }
    }

    pub fn item(&mut self) -> Result<Item<'a>, Error> {
        let (major, value) = self.head()?;
        match major {
            UNSIGNED => Ok(Item::Unsigned(value.into())),
            NEGATIVE => Ok(Item::Negative(value)),
            BYTES => Ok(Item::Bytes(self.take(value)?)),
            TEXT => {
                let text = std::str::from_utf8(self.take(value)?).map_err(|_| fault("text not in UTF-8"))?;
                Ok(Item::Text(text))
            }
            TAG if value == BIG => {
                let octets = self.bytes()?;
                // Less than 9 bytes, or a leading zero, would have a shorter form.
                if !(9..=16).contains(&octets.len()) || octets.first() == Some(&0) {
                    return Err(fault("an integer that is not in its shortest form"));
                }
                Ok(Item::Unsigned(octets.iter().fold(0, |sum, octet| sum << 8 | u128::from(*octet))))
            }
            _ => Err(fault("an item of a type that has no place here")),
        }
    }

    /// Nothing may follow.
    pub fn finish(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(fault("trailing bytes")) }
    }

    fn expect(&mut self, wanted: u8, why: &'static str) -> Result<u64, Error> {
        let (major, value) = self.head()?;
        if major == wanted { Ok(value) } else { Err(fault(why)) }
    }

    /// Major type and argument, the argument in as few bytes as it takes.
    fn head(&mut self) -> Result<(u8, u64), Error> {
        let first = self.take(1)?.first().copied().ok_or_else(short)?;
        let (major, short_value) = (first >> 5, first & 0x1f);
        let (octets, least): (u64, u64) = match short_value {
            value @ 0..24 => return Ok((major, value.into())),
            24 => (1, 24),
            25 => (2, 1 << 8),
            26 => (4, 1 << 16),
            27 => (8, 1 << 32),
            _ => return Err(fault("an indefinite length")),
        };
        let value = self.take(octets)?.iter().fold(0, |sum, octet| sum << 8 | u64::from(*octet));
        if value < least {
            return Err(fault("an argument that is not in its shortest form"));
        }
        Ok((major, value))
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], Error> {
        let length = usize::try_from(length).map_err(|_| short())?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(short)?;
        self.0 = rest;
        Ok(taken)
    }
}

fn string(out: &mut Vec<u8>, major: u8, bytes: &[u8]) {
    head(out, major, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn head(out: &mut Vec<u8>, major: u8, value: u64) {
    let octets = value.to_be_bytes();
    let (argument, width) = match value {
        0..24 => return out.push(major << 5 | value as u8),
        24..0x100 => (24, 1),
        0x100..0x1_0000 => (25, 2),
        0x1_0000..0x1_0000_0000 => (26, 4),
        _ => (27, 8),
    };
    out.push(major << 5 | argument);
    out.extend(octets.iter().skip(octets.len() - width));
}

fn short() -> Error {
    fault("ends too early")
}

fn fault(why: &'static str) -> Error {
    Error::Encoding { what: WHAT, why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(item: Item<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        put(&mut out, item);
        out
    }

    /// Examples of RFC 8949, appendix A.
    #[test]
    fn examples_of_the_standard() {
        for (value, hex) in [
            (0, "00"),
            (23, "17"),
            (24, "1818"),
            (1000, "1903e8"),
            (1_000_000, "1a000f4240"),
            (1_000_000_000_000, "1b000000e8d4a51000"),
            (u128::from(u64::MAX), "1bffffffffffffffff"),
            (u128::from(u64::MAX) + 1, "c249010000000000000000"),
        ] {
            let bytes = written(Item::Unsigned(value));
            assert_eq!(crate::asn1::hex(&bytes), hex);
            assert_eq!(Reader::new(&bytes).item().unwrap(), Item::Unsigned(value));
        }
        assert_eq!(written(Item::Negative(6)), [0x26]);
        assert_eq!(written(Item::Text("水")), [0x63, 0xe6, 0xb0, 0xb4]);
    }

    #[test]
    fn one_value_has_one_form() {
        for bytes in [
            &[0x18, 0x17][..],
            &[0x19, 0x00, 0xff],
            &[0x5f, 0x41, 0x00, 0xff],
            &[0xc2, 0x48, 1, 0, 0, 0, 0, 0, 0, 0],
            &[0xf6],
            &[0xfb, 0, 0, 0, 0, 0, 0, 0, 0],
            &[0x62, 0xff, 0xff],
            &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[],
        ] {
            assert!(Reader::new(bytes).item().is_err(), "{bytes:02x?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_was_written_so(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut reader = Reader::new(&bytes);
            if let Ok(item) = reader.item() {
                let used = bytes.len() - reader.0.len();
                prop_assert_eq!(&written(item), &bytes[..used]);
            }
        }
    }
}
