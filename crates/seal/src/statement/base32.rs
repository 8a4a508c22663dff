//! Five bits a letter, upper case, no padding: what a QR code holds in 5½ bits each. Two alphabets: that of RFC 4648 §6 for the
//! statement, Crockford's for the numbers that people read aloud.

#[derive(Clone, Copy)]
pub(super) struct Alphabet(&'static [u8; 32]);

pub(super) const RFC_4648: Alphabet = Alphabet(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
pub(super) const CROCKFORD: Alphabet = Alphabet(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ");

pub(super) fn encode(bytes: &[u8], alphabet: Alphabet) -> String {
    let mut text = String::with_capacity((bytes.len() * 8).div_ceil(5));
    let (mut pending, mut count) = (0_u32, 0);
    for byte in bytes {
        pending = pending << 8 | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            text.push(alphabet.letter(pending >> count));
        }
    }
    if count > 0 {
        text.push(alphabet.letter(pending << (5 - count)));
    }
    text
}

/// Either case. `None` for any other letter, a length that no bytes have, or bits left over that are not zero.
pub(super) fn decode(text: &str, alphabet: Alphabet) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut pending, mut count) = (0_u32, 0);
    for letter in text.bytes() {
        pending = (pending << 5 | alphabet.value(letter)?) & 0xFFF;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((pending >> count & 0xFF) as u8);
        }
    }
    let left_over = pending & ((1 << count) - 1);
    (count < 5 && left_over == 0).then_some(bytes)
}

impl Alphabet {
    fn letter(self, value: u32) -> char {
        let index = usize::try_from(value & 31).unwrap_or_default();
        self.0.get(index).copied().map_or('0', char::from)
    }

    fn value(self, letter: u8) -> Option<u32> {
        let letter = letter.to_ascii_uppercase();
        self.0.iter().position(|known| *known == letter).and_then(|at| u32::try_from(at).ok())
    }
}
