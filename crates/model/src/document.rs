//! Identity documents: types by GB/T 36903-style codes, numbers by each type's own rules.

use crate::calendar::Day;
use crate::number::mask;
use crate::person::half_width;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What kind of document proves who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentType {
    ResidentId,
    OfficerCard,
    Passport,
    TaiwanTravelPermit,
    HkMacaoTravelPermit,
    PermanentResidence,
    ResidencePermit,
}

impl DocumentType {
    pub const ALL: [Self; 7] = [
        Self::ResidentId,
        Self::OfficerCard,
        Self::Passport,
        Self::TaiwanTravelPermit,
        Self::HkMacaoTravelPermit,
        Self::PermanentResidence,
        Self::ResidencePermit,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::ResidentId => "111",
            Self::OfficerCard => "114",
            Self::Passport => "414",
            Self::TaiwanTravelPermit => "511",
            Self::HkMacaoTravelPermit => "516",
            Self::PermanentResidence => "553",
            Self::ResidencePermit => "830",
        }
    }

    /// The name screens and certificates show.
    pub fn name(self) -> &'static str {
        self.names().first().copied().unwrap_or_default()
    }

    /// The Chinese name, other names in use, and the English ones.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::ResidentId => &[
                "居民身份证",
                "身份证",
                "二代身份证",
                "中华人民共和国居民身份证",
                "resident_id",
                "resident id",
                "id card",
            ],
            Self::OfficerCard => &["军官证", "中国人民解放军军官证", "officer_card", "officer's card"],
            Self::Passport => &["护照", "外国人护照", "普通护照", "passport"],
            Self::TaiwanTravelPermit => {
                &["台湾居民来往大陆通行证", "台胞证", "taiwan_travel_permit", "taiwan travel permit"]
            }
            Self::HkMacaoTravelPermit => &[
                "港澳居民来往内地通行证",
                "回乡证",
                "港澳通行证",
                "hk_macao_travel_permit",
                "hk/macao travel permit",
            ],
            Self::PermanentResidence => {
                &["外国人永久居留身份证", "外国人永久居留证", "permanent_residence", "permanent residence"]
            }
            Self::ResidencePermit => &["港澳台居民居住证", "居住证", "residence_permit", "residence permit"],
        }
    }

    /// By code, name or alias.
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.trim().chars().map(half_width).collect::<String>().to_lowercase();
        Self::ALL.into_iter().find(|t| t.code() == text || t.names().contains(&text.as_str()))
    }

    /// `111 居民身份证, 114 军官证, …` for messages.
    pub fn accepted() -> String {
        let all: Vec<String> = Self::ALL.iter().map(|t| format!("{} {}", t.code(), t.name())).collect();
        all.join(", ")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Male,
    Female,
}

impl Sex {
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_lowercase().as_str() {
            "男" | "男性" | "male" | "m" | "1" => Some(Self::Male),
            "女" | "女性" | "female" | "f" | "2" => Some(Self::Female),
            _ => None,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }

    pub fn chinese(self) -> &'static str {
        match self {
            Self::Male => "男",
            Self::Female => "女",
        }
    }
}

/// A document's number in its canonical form: trimmed, half-width, upper-case, 15-digit numbers expanded.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DocumentNumber {
    kind: DocumentType,
    number: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadDocument {
    #[error("the document number is empty")]
    Empty,
    #[error("{expected} are expected for this document type, not {found} characters")]
    Length { expected: &'static str, found: usize },
    #[error("the document number contains a character that this document type does not have")]
    Character,
    #[error("the check digit is wrong")]
    Checksum,
    #[error("the birth date in the number does not exist")]
    BirthDate,
    #[error("the birth date in the number lies in the future")]
    FutureBirth,
    #[error("a number that begins like this belongs to a document of type {belongs}")]
    WrongType { belongs: &'static str },
    #[error("the form is not that of this document type: {expected}")]
    Form { expected: &'static str },
}

impl BadDocument {
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Empty => "document_number_empty",
            Self::Length { .. } => "document_number_length",
            Self::Character => "document_number_character",
            Self::Checksum => "document_number_checksum",
            Self::BirthDate => "document_number_birth_date",
            Self::FutureBirth => "document_number_future_birth",
            Self::WrongType { .. } => "document_number_wrong_type",
            Self::Form { .. } => "document_number_form",
        }
    }
}

impl DocumentNumber {
    /// Checks `text` by the rules of `kind`; `today` refuses births in the future.
    pub fn parse(kind: DocumentType, text: &str, today: Day) -> Result<Self, BadDocument> {
        let mut number = String::with_capacity(text.len());
        number.extend(text.trim().chars().map(half_width).map(|c| c.to_ascii_uppercase()));
        if number.is_empty() {
            return Err(BadDocument::Empty);
        }
        if number.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(BadDocument::Character);
        }
        let number = match kind {
            DocumentType::ResidentId => resident_id(&number, today)?,
            DocumentType::ResidencePermit => {
                eighteen(&number, today)?;
                if !matches!(number.get(..2), Some("81" | "82" | "83")) {
                    return Err(BadDocument::WrongType { belongs: "111 居民身份证" });
                }
                number
            }
            DocumentType::PermanentResidence => permanent_residence(number, today)?,
            DocumentType::Passport => form(number, "5–20 letters and digits", |n| {
                (5..=20).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_alphanumeric())
            })?,
            DocumentType::HkMacaoTravelPermit => form(number, "H or M and 8 or 10 digits", |n| {
                let digits = n.strip_prefix(['H', 'M']).unwrap_or_default();
                matches!(digits.len(), 8 | 10) && digits.bytes().all(|b| b.is_ascii_digit())
            })?,
            DocumentType::TaiwanTravelPermit => form(number, "8 or 10 digits, optionally a letter", |n| {
                let digits = n.strip_suffix(|c: char| c.is_ascii_uppercase()).unwrap_or(n);
                matches!(digits.len(), 8 | 10) && digits.bytes().all(|b| b.is_ascii_digit())
            })?,
            DocumentType::OfficerCard => form(number, "4–30 letters, digits or Chinese characters", |n| {
                (4..=30).contains(&n.chars().count()) && n.chars().all(|c| c.is_alphanumeric() || c == '-')
            })?,
        };
        Ok(Self { kind, number })
    }

    /// The same of what somebody types: people group long numbers.
    pub fn typed(kind: DocumentType, text: &str, today: Day) -> Result<Self, BadDocument> {
        let together: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        Self::parse(kind, &together, today)
    }

    /// A number that was parsed once and comes back from the register.
    pub fn stored(kind: DocumentType, number: String) -> Self {
        Self { kind, number }
    }

    pub fn kind(&self) -> DocumentType {
        self.kind
    }

    pub fn number(&self) -> &str {
        &self.number
    }

    /// Birth date and sex, where the number tells them.
    pub fn birth_and_sex(&self) -> Option<(Day, Sex)> {
        (self.number.len() == 18 && self.number.is_ascii()).then_some(())?;
        let birth = birth_date(self.number.get(6..14)?)?;
        let order = self.number.get(16..17)?.parse::<u8>().ok()?;
        Some((birth, if order % 2 == 1 { Sex::Male } else { Sex::Female }))
    }

    /// First three and last two characters.
    pub fn masked(&self) -> String {
        mask(&self.number, 3, 2)
    }
}

/// Never shows the number.
impl fmt::Debug for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DocumentNumber({}, …)", self.kind.code())
    }
}

/// The check character of the first 17 digits (GB 11643: ISO 7064 MOD 11-2).
pub fn resident_check(digits: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    if digits.len() != WEIGHTS.len() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let sum: u32 = digits.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    "10X98765432".chars().nth((sum % 11) as usize)
}

fn birth_date(yyyymmdd: &str) -> Option<Day> {
    let part = |range: std::ops::Range<usize>| yyyymmdd.get(range)?.parse::<u32>().ok();
    Day::new(i32::try_from(part(0..4)?).ok()?, part(4..6)?, part(6..8)?)
}

/// What all 18-character numbers share: form, check digit, a birth date that exists and has come.
fn eighteen(number: &str, today: Day) -> Result<(), BadDocument> {
    let length = number.chars().count();
    if length != 18 {
        return Err(BadDocument::Length { expected: "18 characters", found: length });
    }
    let (digits, check) = number.split_at_checked(17).ok_or(BadDocument::Character)?;
    let expected = resident_check(digits).ok_or(BadDocument::Character)?;
    if !check.bytes().all(|b| b.is_ascii_digit() || b == b'X') {
        return Err(BadDocument::Character);
    }
    let birth = digits.get(6..14).and_then(birth_date).ok_or(BadDocument::BirthDate)?;
    if !check.starts_with(expected) {
        return Err(BadDocument::Checksum);
    }
    if birth > today { Err(BadDocument::FutureBirth) } else { Ok(()) }
}

fn resident_id(number: &str, today: Day) -> Result<String, BadDocument> {
    let length = number.chars().count();
    let full = match length {
        15 => {
            // Legacy numbers have two-digit years of the 1900s and no check digit.
            let (region, rest) = number.split_at_checked(6).ok_or(BadDocument::Character)?;
            let digits = format!("{region}19{rest}");
            let check = resident_check(&digits).ok_or(BadDocument::Character)?;
            format!("{digits}{check}")
        }
        18 => number.to_owned(),
        _ => {
            return Err(BadDocument::Length {
                expected: "18 (or, before 2000, 15) characters",
                found: length,
            });
        }
    };
    eighteen(&full, today)?;
    match full.get(..2) {
        Some("81" | "82" | "83") => Err(BadDocument::WrongType { belongs: "830 港澳台居民居住证" }),
        Some(region) if region.starts_with('9') => {
            Err(BadDocument::WrongType { belongs: "553 外国人永久居留身份证" })
        }
        Some(region) if region.starts_with('0') => {
            Err(BadDocument::Form { expected: "a region code from 11" })
        }
        _ => Ok(full),
    }
}

/// The card of 2023 has 18 characters and begins with 9; the older one has three letters and twelve digits.
fn permanent_residence(number: String, today: Day) -> Result<String, BadDocument> {
    if number.len() == 15 {
        return form(number, "three letters and twelve digits", |n| {
            let (letters, digits) = n.split_at_checked(3).unwrap_or_default();
            letters.bytes().all(|b| b.is_ascii_uppercase()) && digits.bytes().all(|b| b.is_ascii_digit())
        });
    }
    eighteen(&number, today)?;
    form(number, "18 characters beginning with 9", |n| n.starts_with('9'))
}

fn form(number: String, expected: &'static str, good: impl Fn(&str) -> bool) -> Result<String, BadDocument> {
    if good(&number) { Ok(number) } else { Err(BadDocument::Form { expected }) }
}

#[cfg(test)]
mod tests;
