//! Codes by superposition: error correction, interleaving and mask are affine over GF(2) (ISO/IEC 18004, 7.5 to 7.8), so that a
//! code of one version, correction and mask is the code of zeros with one pattern laid over it for every bit that is set.
//! The patterns are made once by the encoder itself, which stays the only authority. A certificate's code takes a
//! fifth of the time this way.

use std::sync::OnceLock;

use qrcodegen::{Mask, QrCode, Version};

use super::{Correction, QrStyle, dark, level};
use crate::draw::QrMatrix;

const VERSIONS: usize = 10;
const LEVELS: [Correction; 4] = [Correction::Low, Correction::Medium, Correction::Quartile, Correction::High];
const MASKS: usize = 8;

/// Data codewords by level and version, from version 1 on (ISO/IEC 18004, table 7).
const CODEWORDS: [[usize; VERSIONS]; 4] = [
    [19, 34, 55, 80, 108, 136, 156, 194, 232, 274],
    [16, 28, 44, 64, 86, 108, 124, 154, 182, 216],
    [13, 22, 34, 48, 62, 76, 88, 110, 132, 154],
    [9, 16, 26, 36, 46, 60, 66, 86, 100, 122],
];

static BASES: [OnceLock<Basis>; VERSIONS * 4 * MASKS] = [const { OnceLock::new() }; VERSIONS * 4 * MASKS];

/// The code of a text in byte mode that fits version 10; `None` for any other, which the encoder makes by itself.
pub(super) fn encode(text: &str, style: &QrStyle) -> Option<QrMatrix> {
    let shorter_mode = text.bytes().all(|byte| {
        matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b' ' | b'$' | b'%' | b'*' | b'+' | b'-' | b'.' | b'/' | b':')
    });
    if shorter_mode {
        return None;
    }
    let at_least = LEVELS.iter().position(|level| *level == style.correction)?;
    let fits = |level: usize, version: usize| {
        let room = CODEWORDS.get(level).and_then(|versions| versions.get(version))?;
        (text.len() + head_len(version) <= *room).then_some(*room)
    };
    let version =
        (0..usize::from(style.max_version)).take(VERSIONS).find(|v| fits(at_least, *v).is_some())?;
    // More correction where it costs nothing.
    let (level, room) =
        (at_least..LEVELS.len()).rev().find_map(|level| Some((level, fits(level, version)?)))?;
    let slot = (version * LEVELS.len() + level) * MASKS + usize::from(style.mask);
    let basis = BASES.get(slot)?.get_or_init(|| Basis::new(version, LEVELS.get(level), style.mask, room));
    Some(basis.superpose(&codewords(text.as_bytes(), version, room)))
}

/// Whole bytes that mode and count take up, with the terminator's half byte.
fn head_len(version: usize) -> usize {
    if version < 9 { 2 } else { 3 }
}

/// Mode 0100, the count in 8 or 16 bits, the bytes, a terminator, and padding (7.4).
fn codewords(bytes: &[u8], version: usize, room: usize) -> Vec<u8> {
    let [high, low] = u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes();
    let count = if version < 9 { &[low][..] } else { &[high, low] };
    let mut out = Vec::with_capacity(room);
    let mut half = 0b0100;
    for byte in count.iter().chain(bytes) {
        out.push(half << 4 | byte >> 4);
        half = byte & 15;
    }
    out.push(half << 4);
    out.extend([0xEC, 0x11].iter().cycle().take(room.saturating_sub(out.len())));
    out
}

struct Basis {
    side: usize,
    /// The code of zeros, 64 modules a word.
    zeros: Vec<u64>,
    /// What each bit of the data changes, from the first one on.
    patterns: Vec<u64>,
}

impl Basis {
    fn new(version: usize, correction: Option<&Correction>, mask: u8, room: usize) -> Self {
        let version = Version::new(u8::try_from(version + 1).unwrap_or(1));
        let level = level(correction.copied().unwrap_or_default());
        let code = |data: &[u8]| QrCode::encode_codewords(version, level, data, Some(Mask::new(mask)));
        let mut data = vec![0; room];
        let blank = code(&data);
        let zeros = packed(&blank);
        let mut patterns = Vec::with_capacity(room * 8 * zeros.len());
        for at in 0..room {
            for bit in 0..8 {
                data.iter_mut().skip(at).take(1).for_each(|byte| *byte = 0x80 >> bit);
                patterns.extend(packed(&code(&data)).iter().zip(&zeros).map(|(a, b)| a ^ b));
            }
            data.iter_mut().skip(at).take(1).for_each(|byte| *byte = 0);
        }
        Self { side: usize::try_from(blank.size()).unwrap_or_default(), zeros, patterns }
    }

    fn superpose(&self, data: &[u8]) -> QrMatrix {
        let mut sum = self.zeros.clone();
        let mut patterns = self.patterns.chunks_exact(self.zeros.len());
        for byte in data {
            for (bit, pattern) in (0..8).zip(&mut patterns) {
                // All ones or none: a branch would be guessed wrong every other time.
                let keep = 0_u64.wrapping_sub(u64::from(byte << bit >> 7));
                for (word, change) in sum.iter_mut().zip(pattern) {
                    *word ^= change & keep;
                }
            }
        }
        let mut dark = vec![false; self.side * self.side];
        for (modules, word) in dark.chunks_mut(64).zip(&sum) {
            for (bit, module) in modules.iter_mut().enumerate() {
                *module = word >> bit & 1 == 1;
            }
        }
        QrMatrix { side: self.side, dark }
    }
}

fn packed(code: &QrCode) -> Vec<u64> {
    let modules: Vec<bool> = dark(code).collect();
    let words = modules.chunks(64);
    words.map(|word| word.iter().rev().fold(0, |sum, dark| sum << 1 | u64::from(*dark))).collect()
}
