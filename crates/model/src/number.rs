//! Management numbers (管理号): printed on the certificate, opaque on import, unique in the register.

use crate::person::half_width;
use crate::ports::{Entropy, random};
use serde::{Deserialize, Serialize};
use std::fmt;

/// 6–40 of `[0-9A-Za-z-]`. Legacy lengths vary; nothing is read out of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ManagementNumber(String);

/// Why a management number is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadNumber {
    #[error("the management number is empty")]
    Empty,
    #[error("the management number has {0} characters; 6 to 40 are allowed")]
    Length(usize),
    #[error("the management number contains `{0}`; only digits, Latin letters and hyphens are allowed")]
    Character(char),
}

impl BadNumber {
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Empty => "management_number_empty",
            Self::Length(_) => "management_number_length",
            Self::Character(_) => "management_number_character",
        }
    }
}

impl ManagementNumber {
    /// Trims, reads full-width forms, keeps case.
    pub fn parse(text: &str) -> Result<Self, BadNumber> {
        let trimmed = text.trim();
        let mut text = String::with_capacity(trimmed.len());
        text.extend(trimmed.chars().map(half_width));
        if text.is_empty() {
            return Err(BadNumber::Empty);
        }
        if let Some(c) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || *c == '-')) {
            return Err(BadNumber::Character(c));
        }
        if (6..=40).contains(&text.len()) { Ok(Self(text)) } else { Err(BadNumber::Length(text.len())) }
    }

    /// A number that no certificate can have, being too short; for look-ups that must take as long as any other.
    pub fn nothing() -> Self {
        Self("-".into())
    }

    /// A new number for an issuer that asks for it, by a grammar of our own (no national one is published):
    /// `YX`, the year, 10 characters of 0-9A-Z from `entropy`, and the check character of ISO 7064 MOD 37,36.
    pub fn mint(year: i32, entropy: &dyn Entropy) -> Self {
        const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let noise: [u8; 16] = random(entropy);
        let mut value = u128::from_be_bytes(noise);
        let mut text = format!("YX{:04}", year.clamp(0, 9999));
        for _ in 0..10 {
            let digit = usize::try_from(value % 36).unwrap_or_default();
            text.push(ALPHABET.get(digit).copied().map_or('0', char::from));
            value /= 36;
        }
        let check = crate::licence::check_character(&text).unwrap_or('0');
        text.push(check);
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Last four characters; for error lists and public pages.
    pub fn masked(&self) -> String {
        mask(&self.0, 2, 4)
    }
}

impl fmt::Display for ManagementNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ManagementNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Keeps `head` characters at the front and `tail` at the end, at most half of all, and hides the others.
pub fn mask(text: &str, head: usize, tail: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let (head, tail) =
        if (head + tail) * 2 > chars.len() { (chars.len() / 4, chars.len() / 4) } else { (head, tail) };
    let hidden = chars.len() - head - tail;
    let front = chars.iter().take(head);
    let back = chars.iter().skip(head + hidden);
    front.copied().chain(std::iter::repeat_n('*', hidden)).chain(back.copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_to_forty_of_the_alphabet() {
        assert_eq!(ManagementNumber::parse(" ２０１９03-Ab ").unwrap().as_str(), "201903-Ab");
        assert_eq!(ManagementNumber::parse("12345"), Err(BadNumber::Length(5)));
        assert_eq!(ManagementNumber::parse(&"9".repeat(41)), Err(BadNumber::Length(41)));
        assert_eq!(ManagementNumber::parse("2019'; DROP"), Err(BadNumber::Character('\'')));
        assert_eq!(ManagementNumber::parse("管理号管理号"), Err(BadNumber::Character('管')));
    }

    #[test]
    fn masks_never_show_more_than_half() {
        assert_eq!(mask("11010119900307888X", 3, 2), "110*************8X");
        assert_eq!(mask("1234", 3, 2), "1**4");
        assert_eq!(mask("", 3, 2), "");
    }
}
