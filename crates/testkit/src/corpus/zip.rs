//! Archives as our writer lays them out, taken apart and put together otherwise.

use std::io::Read;

use flate2::read::DeflateDecoder;

use super::edit::{find, find_last};

/// One part, packed as it lies in the archive.
#[derive(Clone)]
pub struct Part {
    pub name: String,
    /// The name in the part's own header, where that is another.
    pub local_name: Option<String>,
    pub flags: u16,
    pub method: u8,
    pub crc: u32,
    pub size: u32,
    pub data: Vec<u8>,
}

impl Part {
    /// A part that is not packed.
    pub fn stored(name: &str, data: &[u8]) -> Self {
        let size = u32::try_from(data.len()).expect("a small part");
        let (name, data) = (name.to_owned(), data.to_vec());
        Self { name, local_name: None, flags: 0x0800, method: 0, crc: crc32(&data), size, data }
    }

    pub fn text(&self) -> String {
        if self.method == 0 {
            return String::from_utf8(self.data.clone()).expect("text");
        }
        let mut text = String::new();
        DeflateDecoder::new(self.data.as_slice()).read_to_string(&mut text).expect("packed text");
        text
    }
}

fn number(bytes: &[u8], at: usize, len: usize) -> usize {
    let digits = bytes.get(at..at + len).expect("a header").iter().rev();
    digits.fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// The parts of an archive whose sizes stand in front of them.
pub fn parts(bytes: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut at = 0;
    while bytes.get(at..at + 4) == Some(b"PK\x03\x04") {
        let (packed, name) = (number(bytes, at + 18, 4), number(bytes, at + 26, 2));
        let start = at + 30 + name + number(bytes, at + 28, 2);
        let name = bytes.get(at + 30..at + 30 + name).expect("a name");
        parts.push(Part {
            name: String::from_utf8(name.to_vec()).expect("a name"),
            local_name: None,
            flags: u16::try_from(number(bytes, at + 6, 2)).expect("flags"),
            method: u8::try_from(number(bytes, at + 8, 2)).expect("a method"),
            crc: u32::try_from(number(bytes, at + 14, 4)).expect("a sum"),
            size: u32::try_from(number(bytes, at + 22, 4)).expect("a size"),
            data: bytes.get(start..start + packed).expect("a part").to_vec(),
        });
        at = start + packed;
    }
    parts
}

pub fn packed(parts: &[Part]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    let le = |n: usize, len: usize| n.to_le_bytes().into_iter().take(len).collect::<Vec<u8>>();
    for part in parts {
        let head = |name: &str| {
            let sizes =
                [le(part.crc as usize, 4), le(part.data.len(), 4), le(part.size as usize, 4)].concat();
            let kind = [&[20, 0][..], &part.flags.to_le_bytes(), &[part.method, 0, 0, 0, 0x21, 0]].concat();
            [kind, sizes, le(name.len(), 2), vec![0, 0]].concat()
        };
        let local = part.local_name.as_deref().unwrap_or(&part.name);
        directory
            .extend([&b"PK\x01\x02\x14\x00"[..], &head(&part.name), &[0; 10], &le(out.len(), 4)].concat());
        directory.extend(part.name.bytes());
        out.extend([&b"PK\x03\x04"[..], &head(local), local.as_bytes(), &part.data].concat());
    }
    let count = le(parts.len(), 2);
    let place = [le(directory.len(), 4), le(out.len(), 4)].concat();
    out.extend(directory);
    out.extend([b"PK\x05\x06\0\0\0\0", &count[..], &count, &place, &[0, 0]].concat());
    out
}

/// Bytes put in front of the directory, and nothing else said of them.
pub fn hidden(bytes: &[u8], more: &[u8]) -> Vec<u8> {
    let directory = find(bytes, b"PK\x01\x02");
    let end = find_last(bytes, b"PK\x05\x06");
    let place = u32::try_from(directory + more.len()).expect("a place").to_le_bytes();
    let (front, back) = bytes.split_at(directory);
    let mut out = [front, more, back].concat();
    out.splice(end + more.len() + 16..end + more.len() + 20, place);
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    };
    !bytes.iter().fold(!0, step)
}
