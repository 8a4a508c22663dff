//! Licence identifiers (证照标识), GB/T 36904: minting, parsing, check character.
//!
//! `1.2.156.3005.2.<type code>.<issuer code>.<serial>.<version, 3 digits>.<check>`, the check character by
//! ISO 7064 MOD 37,36 over type, issuer, serial and version without the dots.

use std::fmt;

/// The object identifier arc under which licence identifiers stand.
pub const ROOT: &str = "1.2.156.3005.2";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenceIdentifier {
    pub type_code: String,
    pub issuer_code: String,
    pub serial: String,
    pub version: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadLicence {
    #[error("a licence identifier is `{ROOT}.type.issuer.serial.version.check`")]
    Form,
    #[error("the part `{0}` has a character other than 0-9 and A-Z")]
    Character(String),
    #[error("the version `{0}` is not three digits from 001 to 999")]
    Version(String),
    #[error("the check character is {found}, but {expected} follows from the other parts")]
    Check { found: char, expected: char },
}

/// ISO 7064 MOD 37,36 over the alphabet 0-9A-Z; `None` where a character is outside of it.
pub fn check_character(payload: &str) -> Option<char> {
    let mut p = 36u32;
    for c in payload.chars() {
        let value = c.to_digit(36).filter(|_| !c.is_ascii_lowercase())?;
        p = (p + value) % 36;
        p = if p == 0 { 36 } else { p };
        p = (2 * p) % 37;
    }
    char::from_digit((37 - p) % 36, 36).map(|c| c.to_ascii_uppercase())
}

impl LicenceIdentifier {
    /// The serial is made of what `number` holds of 0-9A-Z (hyphens dropped, letters upper-cased).
    pub fn mint(type_code: &str, issuer_code: &str, number: &str, version: u16) -> Result<Self, BadLicence> {
        let serial =
            number.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
        let made = Self { type_code: type_code.into(), issuer_code: issuer_code.into(), serial, version };
        made.check().map(|_| made)
    }

    /// The check character of the other parts.
    pub fn check(&self) -> Result<char, BadLicence> {
        if !(1..=999).contains(&self.version) {
            return Err(BadLicence::Version(self.version.to_string()));
        }
        for part in [&self.type_code, &self.issuer_code, &self.serial] {
            if part.is_empty() || check_character(part).is_none() {
                return Err(BadLicence::Character(part.clone()));
            }
        }
        check_character(&self.payload()).ok_or(BadLicence::Form)
    }

    pub fn parse(text: &str) -> Result<Self, BadLicence> {
        let rest = text.strip_prefix(ROOT).and_then(|r| r.strip_prefix('.')).ok_or(BadLicence::Form)?;
        let parts: Vec<&str> = rest.split('.').collect();
        let [type_code, issuer_code, serial, version, check] = parts.as_slice() else {
            return Err(BadLicence::Form);
        };
        let digits = version.len() == 3 && version.bytes().all(|b| b.is_ascii_digit());
        let number = version.parse().ok().filter(|_| digits);
        let read = Self {
            type_code: (*type_code).into(),
            issuer_code: (*issuer_code).into(),
            serial: (*serial).into(),
            version: number.ok_or_else(|| BadLicence::Version((*version).into()))?,
        };
        let expected = read.check()?;
        let mut found = check.chars();
        match (found.next(), found.next()) {
            (Some(found), None) if found == expected => Ok(read),
            (Some(found), None) => Err(BadLicence::Check { found, expected }),
            _ => Err(BadLicence::Form),
        }
    }

    fn payload(&self) -> String {
        format!("{}{}{}{:03}", self.type_code, self.issuer_code, self.serial, self.version)
    }
}

impl fmt::Display for LicenceIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { type_code, issuer_code, serial, version } = self;
        let check = self.check().map_err(|_| fmt::Error)?;
        write!(f, "{ROOT}.{type_code}.{issuer_code}.{serial}.{version:03}.{check}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Four identifiers printed on real licences (DOMAIN §6).
    #[test]
    fn known_good_samples() {
        for (parts, check) in [
            ("11100000000013338W011.11430000006122244L.20230000403.001", 'U'),
            ("11100000MB03271699022.340100.000000016.001", '9'),
            ("11100000000013338W009.11330105002500287C.2025052201.002", '0'),
            ("11100000000013338W032.11220000013544541J.2430599.001", 'F'),
        ] {
            assert_eq!(check_character(&parts.replace('.', "")), Some(check));
            let text = format!("{ROOT}.{parts}.{check}");
            assert_eq!(LicenceIdentifier::parse(&text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let good = format!("{ROOT}.11100000000013338W032.11220000013544541J.2430599.001.F");
        assert!(matches!(
            LicenceIdentifier::parse(&good.replace(".F", ".G")),
            Err(BadLicence::Check { expected: 'F', .. })
        ));
        assert_eq!(LicenceIdentifier::parse("1.2.3"), Err(BadLicence::Form));
        assert!(matches!(
            LicenceIdentifier::parse(&good.replace("W032", "w032")),
            Err(BadLicence::Character(_))
        ));
        assert!(matches!(
            LicenceIdentifier::parse(&good.replace(".001.", ".1.")),
            Err(BadLicence::Version(_))
        ));
    }

    /// MOD 37,36 finds all but 36 of the 22,680 ways in which two neighbours can be swapped, by what stands before them;
    /// those that it misses are of values next to each other. What one character leaves behind is each state that there is.
    #[test]
    fn two_swapped_characters_are_found_but_in_36_of_22_680_ways() {
        let alphabet = ('0'..='9').chain('A'..='Z').enumerate();
        let mut missed = Vec::new();
        for (_, before) in alphabet.clone() {
            for (a, first) in alphabet.clone() {
                for (b, second) in alphabet.clone().filter(|(b, _)| *b > a) {
                    let is_missed = check_character(&format!("{before}{first}{second}"))
                        == check_character(&format!("{before}{second}{first}"));
                    missed.extend(is_missed.then_some(b - a));
                }
            }
        }
        assert_eq!(missed.len(), 36);
        assert!(missed.iter().all(|apart| [1, 35].contains(apart)));
    }

    proptest! {
        #[test]
        fn one_wrong_character_is_found(number in "[0-9A-Z]{6,30}", at in 0usize..30, c in "[0-9A-Z]") {
            let id = LicenceIdentifier::mint("11100000000013338W011", "11430000006122244L", &number, 1).unwrap();
            let at = at % number.len();
            let mut wrong = number.clone();
            wrong.replace_range(at..=at, &c);
            prop_assume!(wrong != number);
            let changed = LicenceIdentifier { serial: wrong, ..id.clone() };
            prop_assert_ne!(changed.check(), id.check());
        }
    }
}
