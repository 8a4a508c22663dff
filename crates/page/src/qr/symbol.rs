//! From data codewords to modules, versions 1 to 10 (ISO/IEC 18004, 7.5 to 7.7). What does not depend on the data is done
//! once: the encoder draws the symbol of nothing but zeros, with its patterns, format and mask, and stays the authority for
//! them; error correction of zeros is zeros, so that a code is that symbol with its bits laid over it.

use std::sync::OnceLock;

use qrcodegen::{Mask, QrCode, Version};

use super::segment::{self, Segment};
use super::{CORRECTIONS, Correction, QrStyle, dark, level};
use crate::draw::QrMatrix;

/// The largest version made here.
pub(super) const VERSIONS: u8 = 10;
const MASKS: usize = 8;

/// All codewords of a version, from version 1 on (table 1).
const CODEWORDS: [usize; VERSIONS as usize] = [26, 44, 70, 100, 134, 172, 196, 242, 292, 346];
/// Error correction codewords of a block, and blocks, by level and version (table 9).
const CORRECTING: [[usize; VERSIONS as usize]; 4] = [
    [7, 10, 15, 20, 26, 18, 20, 24, 30, 18],
    [10, 16, 26, 18, 24, 16, 18, 22, 22, 26],
    [13, 22, 18, 26, 18, 24, 18, 22, 20, 24],
    [17, 28, 22, 16, 22, 28, 26, 26, 24, 28],
];
const BLOCKS: [[usize; VERSIONS as usize]; 4] = [
    [1, 1, 1, 1, 1, 2, 2, 2, 2, 4],
    [1, 1, 1, 2, 2, 4, 4, 4, 5, 5],
    [1, 1, 2, 2, 4, 4, 6, 6, 8, 8],
    [1, 1, 2, 4, 4, 4, 5, 6, 8, 8],
];

static SYMBOLS: [OnceLock<Symbol>; VERSIONS as usize * 4 * MASKS] =
    [const { OnceLock::new() }; VERSIONS as usize * 4 * MASKS];

/// The smallest version with this correction, and then as much correction as it has room for; `None` where none is large
/// enough.
pub(super) fn encode(segments: &[Segment<'_>], correction: Correction, style: &QrStyle) -> Option<QrMatrix> {
    let wanted = CORRECTIONS.iter().position(|level| *level == correction)?;
    let (narrow, wide) = (segment::bits(segments, false), segment::bits(segments, true));
    let fits = |version: u8, level: usize| {
        let bits = if version < 10 { narrow } else { wide };
        Shape::of(version, level).filter(|shape| bits <= shape.data() * 8)
    };
    let version = (1..=style.max_version.min(VERSIONS)).find(|version| fits(*version, wanted).is_some())?;
    let (level, shape) =
        (wanted..CORRECTIONS.len()).rev().find_map(|level| Some((level, fits(version, level)?)))?;
    let slot = (usize::from(version) - 1) * CORRECTIONS.len() * MASKS + level * MASKS;
    let symbol = SYMBOLS.get(slot + usize::from(style.mask))?;
    let symbol = symbol.get_or_init(|| Symbol::new(version, CORRECTIONS.get(level), style.mask, shape));
    Some(symbol.lay(&segment::codewords(segments, version >= 10, shape.data())))
}

/// How the codewords of a version and level are divided.
#[derive(Clone, Copy, Debug)]
struct Shape {
    codewords: usize,
    blocks: usize,
    /// Error correction codewords of a block.
    correcting: usize,
}

impl Shape {
    fn of(version: u8, level: usize) -> Option<Self> {
        let at = usize::from(version).checked_sub(1)?;
        Some(Self {
            codewords: *CODEWORDS.get(at)?,
            blocks: *BLOCKS.get(level)?.get(at)?,
            correcting: *CORRECTING.get(level)?.get(at)?,
        })
    }

    fn data(self) -> usize {
        self.codewords - self.blocks * self.correcting
    }

    /// Data codewords of a block: the last blocks may have one more.
    fn block(self, index: usize) -> usize {
        self.data() / self.blocks + usize::from(index >= self.blocks - self.data() % self.blocks)
    }

    /// Of each codeword, block by block, data first and correction after all data: its place in the symbol (7.6).
    fn interleaved(self) -> Vec<usize> {
        let short = self.data() / self.blocks;
        let longer = self.blocks - self.data() % self.blocks;
        let mut places = Vec::with_capacity(self.codewords);
        for block in 0..self.blocks {
            places.extend((0..self.block(block)).map(|at| match at < short {
                true => at * self.blocks + block,
                false => short * self.blocks + block - longer,
            }));
        }
        for block in 0..self.blocks {
            places.extend((0..self.correcting).map(|at| self.data() + at * self.blocks + block));
        }
        places
    }
}

struct Symbol {
    side: usize,
    shape: Shape,
    /// The code of zeros.
    zeros: Vec<bool>,
    /// Where the bits of each codeword stand, in the order of [`Shape::interleaved`].
    places: Vec<[u16; 8]>,
    /// The generator polynomial times each factor.
    products: Vec<Remainder>,
}

impl Symbol {
    fn new(version: u8, correction: Option<&Correction>, mask: u8, shape: Shape) -> Self {
        let level = level(correction.copied().unwrap_or_default());
        let zeros = vec![0; shape.data()];
        let code = QrCode::encode_codewords(Version::new(version), level, &zeros, Some(Mask::new(mask)));
        let side = usize::try_from(code.size()).unwrap_or_default();
        let free = free_modules(version, side);
        let (bytes, _) = free.as_chunks();
        let places = shape.interleaved().iter().filter_map(|at| bytes.get(*at).copied()).collect();
        let generator = generator(shape.correcting);
        let products = (0..=255).map(|factor| Remainder::of(&generator, factor)).collect();
        Self { side, shape, zeros: dark(&code).collect(), places, products }
    }

    fn lay(&self, data: &[u8]) -> QrMatrix {
        let mut codewords = Vec::with_capacity(self.shape.codewords);
        codewords.extend_from_slice(data);
        let mut rest = data;
        for block in 0..self.shape.blocks {
            let (bytes, after) = rest.split_at_checked(self.shape.block(block)).unwrap_or((rest, &[]));
            rest = after;
            let remainder = bytes.iter().fold(Remainder::default(), |sum, byte| self.divide(sum, *byte));
            codewords.extend(remainder.octets().iter().take(self.shape.correcting));
        }
        let mut dark = self.zeros.clone();
        for (codeword, places) in codewords.iter().zip(&self.places) {
            for (bit, place) in (0..8).rev().zip(places) {
                if let Some(module) = dark.get_mut(usize::from(*place)) {
                    *module ^= codeword >> bit & 1 == 1;
                }
            }
        }
        QrMatrix { side: self.side, dark }
    }

    /// One step of the division by the generator polynomial.
    fn divide(&self, sum: Remainder, byte: u8) -> Remainder {
        let factor = usize::from(sum.first() ^ byte);
        sum.shifted().plus(self.products.get(factor).copied().unwrap_or_default())
    }
}

/// Up to 32 coefficients, the highest first: as many as a block has correction codewords, and zeros after them.
#[derive(Clone, Copy, Default)]
struct Remainder(u128, u128);

impl Remainder {
    fn of(generator: &[u8], factor: u8) -> Self {
        let mut octets = [0; 32];
        for (octet, coefficient) in octets.iter_mut().zip(generator) {
            *octet = times(*coefficient, factor);
        }
        let (high, low) = octets.split_at(16);
        let word = |half: &[u8]| half.iter().fold(0, |sum, octet| sum << 8 | u128::from(*octet));
        Self(word(high), word(low))
    }

    fn first(self) -> u8 {
        self.0.to_be_bytes()[0]
    }

    fn shifted(self) -> Self {
        Self(self.0 << 8 | self.1 >> 120, self.1 << 8)
    }

    fn plus(self, other: Self) -> Self {
        Self(self.0 ^ other.0, self.1 ^ other.1)
    }

    fn octets(self) -> [u8; 32] {
        let mut octets = [0; 32];
        let (high, low) = octets.split_at_mut(16);
        high.copy_from_slice(&self.0.to_be_bytes());
        low.copy_from_slice(&self.1.to_be_bytes());
        octets
    }
}

/// Coefficients of Π (x − 2ⁱ) over GF(256), i below `degree`, without the leading one (7.5.2, annex A).
fn generator(degree: usize) -> Vec<u8> {
    let mut polynomial = vec![1];
    let mut root = 1;
    for _ in 0..degree {
        let shifted = polynomial.iter().copied().chain([0]);
        let scaled = [0].into_iter().chain(polynomial.iter().map(|c| times(*c, root)));
        polynomial = shifted.zip(scaled).map(|(a, b)| a ^ b).collect();
        root = times(root, 2);
    }
    polynomial.split_off(1)
}

/// Multiplication modulo x⁸ + x⁴ + x³ + x² + 1.
fn times(a: u8, b: u8) -> u8 {
    let mut product = 0_u16;
    for bit in (0..8).rev() {
        product = (product << 1) ^ ((product >> 7) * 0x11D);
        product ^= u16::from(b >> bit & 1) * u16::from(a);
    }
    product as u8
}

/// The modules that hold codewords, in the order of 7.7.3: pairs of columns from the right, up and down in turn.
fn free_modules(version: u8, side: usize) -> Vec<u16> {
    let mut free = Vec::with_capacity(side * side);
    let pairs = (7..side).rev().step_by(2).chain((1..6).rev().step_by(2));
    for (pair, right) in pairs.enumerate() {
        for step in 0..side {
            let y = if pair % 2 == 0 { side - 1 - step } else { step };
            let two = [right, right - 1].into_iter().filter(|x| !is_pattern(version, side, *x, y));
            free.extend(two.filter_map(|x| u16::try_from(y * side + x).ok()));
        }
    }
    free
}

/// Finders with format information, timing, alignment, version information (6.3, 7.9, 7.10).
fn is_pattern(version: u8, side: usize, x: usize, y: usize) -> bool {
    let far = side - 8;
    let finder = (x < 9 && (y < 9 || y >= far)) || (x >= far && y < 9);
    let timing = x == 6 || y == 6;
    let information = version >= 7 && ((x < 6 && y >= side - 11) || (y < 6 && x >= side - 11));
    // Centres stand at 6, before the far edge and, from version 7 on, halfway; three of them would lie on finders.
    let last = side - 7;
    let centres = [6, if version >= 7 { (6 + last) / 2 } else { last }, last];
    let near = |at: usize| centres.into_iter().filter(move |centre| at.abs_diff(*centre) <= 2);
    let on_finder = |cx, cy| [(6, 6), (6, last), (last, 6)].contains(&(cx, cy));
    let alignment = near(x).any(|cx| near(y).any(|cy| !on_finder(cx, cy)));
    finder || timing || information || (version >= 2 && alignment)
}
