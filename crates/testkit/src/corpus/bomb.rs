//! Compressed data that unpacks to many times its size, put together by hand so that no library's version changes it.

/// Bits of a deflate stream (RFC 1951), least significant first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    filled: u32,
}

impl Bits {
    /// `len` bits of `value`, the lowest first.
    fn put(&mut self, value: u32, len: u32) {
        for bit in 0..len {
            if self.filled.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.last_mut().expect("a byte");
            *last |= ((value >> bit & 1) as u8) << (self.filled % 8);
            self.filled += 1;
        }
    }

    /// A code word, which stands with its highest bit first.
    fn code(&mut self, word: u32, len: u32) {
        self.put(word.reverse_bits() >> (32 - len), len);
    }
}

/// Raw deflate data of spaces: one, and then copies of 258 each. Unpacks to at least `size` bytes; the second value
/// is how many.
pub fn deflate_bomb(size: usize) -> (Vec<u8>, usize) {
    let copies = size.div_ceil(258);
    let mut bits = Bits::default();
    // The last block, with the fixed codes (§3.2.6).
    bits.put(0b011, 3);
    bits.code(0x30 + u32::from(b' '), 8);
    for _ in 0..copies {
        bits.code(0b1100_0101, 8);
        bits.code(0, 5);
    }
    bits.code(0, 7);
    (bits.bytes, 1 + 258 * copies)
}

/// The same as zlib wraps it (RFC 1950).
pub fn zlib_bomb(size: usize) -> Vec<u8> {
    let (deflated, len) = deflate_bomb(size);
    let (mut a, mut b) = (1_u32, 0_u32);
    for _ in 0..len {
        a = (a + u32::from(b' ')) % 65_521;
        b = (b + a) % 65_521;
    }
    [&[0x78, 0xda][..], &deflated, &(b << 16 | a).to_be_bytes()].concat()
}
