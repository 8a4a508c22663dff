//! A text as segments of bytes and of the 45 alphanumeric characters, which take 5½ bits each instead of 8 (ISO/IEC 18004,
//! 7.4). Digits have no mode of their own here: no text of ours has runs of them that are long enough to matter.

use qrcodegen::QrSegment;

/// In the order of their values (table 5).
const ALPHANUMERIC: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
/// Value by character; `NONE` for those that stand in no alphanumeric segment.
const VALUES: [u8; 256] = values();
const NONE: u8 = u8::MAX;
/// An alphanumeric run saves 2½ bits a character and costs its own head of 15 bits; within bytes it also costs that of the
/// bytes that follow.
const WORTH_AT_AN_END: usize = 7;
const WORTH_WITHIN: usize = 15;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment<'a> {
    alphanumeric: bool,
    bytes: &'a [u8],
}

/// Cuts a text into segments.
pub(super) fn split(text: &str) -> Vec<Segment<'_>> {
    let text = text.as_bytes();
    let mut segments = Vec::with_capacity(4);
    let (mut written, mut at) = (0, 0);
    for run in text.chunk_by(|a, b| is_alphanumeric(*a) == is_alphanumeric(*b)) {
        let (start, end) = (at, at + run.len());
        at = end;
        let edge = start == 0 || end == text.len();
        let worth = if edge { WORTH_AT_AN_END } else { WORTH_WITHIN };
        let alone = run.len() == text.len();
        if run.first().copied().is_some_and(is_alphanumeric) && (alone || run.len() >= worth) {
            segments.extend(bytes(text.get(written..start)));
            segments.push(Segment { alphanumeric: true, bytes: run });
            written = end;
        }
    }
    segments.extend(bytes(text.get(written..)));
    segments
}

/// Bits of all segments, heads included, in a version whose counts are narrow (up to 9) or wide (10).
pub(super) fn bits(segments: &[Segment<'_>], wide: bool) -> usize {
    segments.iter().map(|segment| 4 + segment.count_width(wide) as usize + segment.data_bits()).sum()
}

/// The data codewords: segments, terminator, padding (7.4.9, 7.4.10). The caller knows that they fit.
pub(super) fn codewords(segments: &[Segment<'_>], wide: bool, room: usize) -> Vec<u8> {
    let mut out = Bits { bytes: Vec::with_capacity(room + 8), pending: 0, count: 0 };
    for segment in segments {
        out.push(if segment.alphanumeric { 0b0010 } else { 0b0100 }, 4);
        out.push(segment.len(), segment.count_width(wide));
        if segment.alphanumeric {
            for pair in segment.bytes.chunks(2) {
                match pair {
                    [first, second] => out.push(value(*first) * 45 + value(*second), 11),
                    rest => out.push(rest.first().map_or(0, |only| value(*only)), 6),
                }
            }
        } else {
            segment.bytes.iter().for_each(|byte| out.push(u32::from(*byte), 8));
        }
    }
    out.finish(room)
}

impl Segment<'_> {
    pub fn for_encoder(&self) -> QrSegment {
        match std::str::from_utf8(self.bytes) {
            Ok(text) if self.alphanumeric => QrSegment::make_alphanumeric(text),
            _ => QrSegment::make_bytes(self.bytes),
        }
    }

    fn len(&self) -> u32 {
        u32::try_from(self.bytes.len()).unwrap_or(u32::MAX)
    }

    fn count_width(&self, wide: bool) -> u32 {
        match (self.alphanumeric, wide) {
            (true, false) => 9,
            (true, true) => 11,
            (false, false) => 8,
            (false, true) => 16,
        }
    }

    fn data_bits(&self) -> usize {
        let count = self.bytes.len();
        if self.alphanumeric { count / 2 * 11 + count % 2 * 6 } else { count * 8 }
    }
}

struct Bits {
    bytes: Vec<u8>,
    pending: u64,
    /// Bits in `pending`, less than 32 between pushes.
    count: u32,
}

impl Bits {
    fn push(&mut self, value: u32, width: u32) {
        self.pending = self.pending << width | u64::from(value);
        self.count += width;
        if self.count >= 32 {
            self.count -= 32;
            let word = u32::try_from(self.pending >> self.count & u64::from(u32::MAX)).unwrap_or_default();
            self.bytes.extend_from_slice(&word.to_be_bytes());
        }
    }

    fn finish(mut self, room: usize) -> Vec<u8> {
        // The terminator is cut where there is no room for it.
        let left = (room * 8).saturating_sub(self.bytes.len() * 8 + self.count as usize);
        self.push(0, u32::try_from(left.min(4)).unwrap_or_default());
        self.push(0, self.count.wrapping_neg() % 8);
        while self.count >= 8 {
            self.count -= 8;
            self.bytes.push((self.pending >> self.count & 0xff) as u8);
        }
        let padding = room.saturating_sub(self.bytes.len());
        self.bytes.extend([0xEC, 0x11].iter().cycle().take(padding));
        self.bytes
    }
}

fn bytes(text: Option<&[u8]>) -> Option<Segment<'_>> {
    text.filter(|bytes| !bytes.is_empty()).map(|bytes| Segment { alphanumeric: false, bytes })
}

fn is_alphanumeric(byte: u8) -> bool {
    VALUES.get(usize::from(byte)).is_some_and(|value| *value != NONE)
}

fn value(byte: u8) -> u32 {
    VALUES.get(usize::from(byte)).copied().unwrap_or(NONE).into()
}

#[allow(clippy::indexing_slicing)] // `get` is not const; the indices are bounded by the loop and by a byte.
const fn values() -> [u8; 256] {
    let mut table = [NONE; 256];
    let mut at = 0;
    while at < ALPHANUMERIC.len() {
        table[ALPHANUMERIC[at] as usize] = at as u8;
        at += 1;
    }
    table
}
