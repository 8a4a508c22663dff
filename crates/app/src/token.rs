//! Codes that are handed to people: tokens in QR codes, query numbers, copy numbers.
//!
//! Alphabet: Crockford's base32 without I, L, O, U, so that nobody misreads a digit; what is typed back is
//! folded accordingly.

use yinxin_model::ports::{Entropy, random};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 26 characters, 130 bits: unguessable, stands in the QR code.
pub fn qr_token(entropy: &dyn Entropy) -> String {
    code::<26>(entropy)
}

/// Twelve characters, 60 bits: a holder reads it to somebody over the telephone; look-ups are rate-limited and
/// it lives for days only.
pub fn query_number(entropy: &dyn Entropy) -> String {
    code::<12>(entropy)
}

/// The query number that a keyed hash stands for: one character of each octet.
pub fn query_number_of(hash: &[u8; 20]) -> String {
    hash.iter().take(12).map(character).collect()
}

/// 52 characters, 260 bits: stands in the address that a holder hands to one recipient.
pub fn share_token(entropy: &dyn Entropy) -> String {
    code::<52>(entropy)
}

/// Printed on the copy: 16 characters, 80 bits. Names a copy; opens nothing.
pub fn copy_number(entropy: &dyn Entropy) -> String {
    code::<16>(entropy)
}

/// What somebody typed, in the form it was made: upper case, no separators, O as 0, I and L as 1.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().map(yinxin_model::person::half_width).filter(|c| c.is_alphanumeric()) {
        folded.push(match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        });
    }
    folded
}

fn code<const N: usize>(entropy: &dyn Entropy) -> String {
    let noise: [u8; N] = random(entropy);
    noise.iter().map(character).collect()
}

fn character(octet: &u8) -> char {
    ALPHABET.get(usize::from(octet & 31)).copied().map_or('0', char::from)
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_misread_is_folded() {
        assert_eq!(super::folded(" 0o1i-l ｚ"), "00111Z");
    }
}
