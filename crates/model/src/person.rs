//! Names and identities. The original is kept; comparison goes by a key.
//!
//! Key: PUA → standard map (GB 18030-2022), NFC, full-width ASCII → half-width, interpunct variants → U+00B7,
//! trimmed. Not NFKC: compatibility folding would merge characters that people's names keep apart.

use crate::document::DocumentNumber;
use std::borrow::Cow;
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// The most Unicode scalar values a name may have after normalisation.
pub const LONGEST_NAME: usize = 50;

/// Between the parts of a name; others are written for it.
const INTERPUNCT: char = '\u{B7}';

/// A holder's name as it was given (trimmed), with its comparison key.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonName {
    original: String,
    key: String,
}

/// Why a name is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    #[error("the name is empty")]
    Empty,
    #[error("the name has {0} characters; at most {LONGEST_NAME} are allowed")]
    TooLong(usize),
    #[error("the name contains the control, direction or invisible character U+{0:04X}")]
    Invisible(u32),
    #[error(
        "the name contains the private-use character U+{0:04X}, which stands for nothing outside one machine"
    )]
    PrivateUse(u32),
    #[error("the name has no letter of any script")]
    NoLetter,
    #[error("the name begins with `{0}`, which a spreadsheet would run as a formula")]
    Formula(char),
}

impl BadName {
    /// The stable code of the broken rule.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Empty => "name_empty",
            Self::TooLong(_) => "name_too_long",
            Self::Invisible(_) => "name_invisible_character",
            Self::PrivateUse(_) => "name_private_use",
            Self::NoLetter => "name_without_letter",
            Self::Formula(_) => "name_formula",
        }
    }
}

impl PersonName {
    /// A name as it comes in: what sets a short one apart is no part of it, see [`typed_name`].
    pub fn parse(text: &str) -> Result<Self, BadName> {
        visible(text)?;
        Self::verbatim(&typed_name(text))
    }

    /// A name as it stands in the register, where rows of earlier releases have what set a short name apart.
    pub fn verbatim(text: &str) -> Result<Self, BadName> {
        // Looked at before trimming: a leading tab is an attack on spreadsheets, not a slip of the hand.
        visible(text)?;
        let original = text.trim();
        let key = name_key(original);
        let first = key.chars().next().ok_or(BadName::Empty)?;
        if matches!(first, '=' | '+' | '-' | '@') {
            return Err(BadName::Formula(first));
        }
        let length = key.chars().count();
        if length > LONGEST_NAME {
            return Err(BadName::TooLong(length));
        }
        match key.chars().find(|c| private_use(*c)) {
            Some(c) => Err(BadName::PrivateUse(c.into())),
            // Interpuncts and spaces alone are a slip of the hand, and nobody's name.
            None if !key.chars().any(char::is_alphabetic) => Err(BadName::NoLetter),
            None => Ok(Self { original: original.into(), key }),
        }
    }

    /// The names that somebody may mean: as it comes in and, where that is another, as he wrote it, for it may be printed so.
    pub fn meant(text: &str) -> Result<Vec<Self>, BadName> {
        let mut names = vec![Self::parse(text)?];
        let written = Self::verbatim(text)?;
        if names.iter().all(|name| name.key != written.key) {
            names.push(written);
        }
        Ok(names)
    }

    /// As given, for the certificate's face. A PUA code point that has a standard one is given as that, since
    /// fonts draw the standard one only.
    pub fn display(&self) -> String {
        self.original.chars().map(standard_code_point).collect()
    }

    pub fn key(&self) -> &str {
        &self.key
    }

    /// First character, the others as `*` (at most two, so that the length is not told).
    pub fn masked(&self) -> String {
        let mut chars = self.key.chars();
        let first: String = chars.next().into_iter().collect();
        first + if chars.count() > 1 { "**" } else { "*" }
    }
}

/// Never shows the name: a `Debug` that reaches a log must not leak.
impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(…)")
    }
}

/// Who somebody is: document type, document number and name together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub name: PersonName,
    pub document: DocumentNumber,
}

impl Identity {
    /// Whether both are one person, however a short name is set apart.
    pub fn is_also(&self, other: &Self) -> bool {
        self.document == other.document && typed_name(self.name.key()) == typed_name(other.name.key())
    }
}

/// The comparison key of a name.
pub fn name_key(text: &str) -> String {
    // Nearly every name is of the basic Han block, which nothing below changes.
    if text.chars().all(|c| matches!(c, '\u{4E00}'..='\u{9FFF}')) {
        return text.to_owned();
    }
    let standard = text.chars().map(standard_code_point).nfc();
    let unified: String = standard.map(half_width).map(interpunct).collect();
    unified.trim().to_owned()
}

/// A name as it is meant by whoever types it: without what is set between two Han characters, since short names are often set
/// apart (`王　伟`) on paper and in tables, or beside an interpunct between such. Other spaces are part of a name.
pub fn typed_name(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_whitespace) {
        return text.into();
    }
    let mut kept = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if !c.is_whitespace() {
            kept.push(c);
            continue;
        }
        let mut space = String::from(c);
        while let Some(more) = chars.next_if(|next| next.is_whitespace()) {
            space.push(more);
        }
        if !kept.chars().next_back().zip(chars.peek().copied()).is_some_and(set_apart) {
            kept.push_str(&space);
        }
    }
    kept.into()
}

/// Whether what stands between the two sets a name apart.
fn set_apart((before, behind): (char, char)) -> bool {
    let in_one = |c| han(c) || interpunct(c) == INTERPUNCT;
    in_one(before) && in_one(behind) && (han(before) || han(behind))
}

fn han(c: char) -> bool {
    matches!(c, '〇' | '\u{2E80}'..='\u{2FDF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
        || private_use(c)
}

/// Full-width ASCII (U+FF01–U+FF5E) and the ideographic space to their half-width forms.
pub fn half_width(c: char) -> char {
    match u32::from(c) {
        n @ 0xFF01..=0xFF5E => char::from_u32(n - 0xFEE0).unwrap_or(c),
        0x3000 => ' ',
        _ => c,
    }
}

fn interpunct(c: char) -> char {
    match c {
        '•' | '‧' | '・' | '･' | '．' | '.' | '·' => INTERPUNCT,
        _ => c,
    }
}

fn visible(text: &str) -> Result<(), BadName> {
    text.chars().find(|c| invisible(*c)).map_or(Ok(()), |c| Err(BadName::Invisible(c.into())))
}

/// Controls, bidi marks, zero-width and other invisible characters that no name has.
fn invisible(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x2028..=0x202E | 0x2060..=0x206F | 0x2800 | 0x3164 | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
            | 0xE0000..=0xE00FF)
        || u32::from(c) & 0xFFFE == 0xFFFE
}

fn private_use(c: char) -> bool {
    matches!(u32::from(c), 0xE000..=0xF8FF | 0xF0000..=0xFFFFD | 0x100000..=0x10FFFD)
}

/// GB 18030 once put characters into the private use area that Unicode has since encoded: rows 0xFE50–0xFEA0
/// of the standard, in order, from U+E815. Decoders differ in which they give; the key must not.
const GB18030_FROM_E815: [u32; 80] = [
    0x2E81, 0x20087, 0x20089, 0x200CC, 0x2E84, 0x3473, 0x3447, 0x2E88, 0x2E8B, 0x9FB4, 0x359E, 0x361A,
    0x360E, 0x2E8C, 0x2E97, 0x396E, 0x3918, 0x9FB5, 0x39CF, 0x39DF, 0x3A73, 0x39D0, 0x9FB6, 0x9FB7, 0x3B4E,
    0x3C6E, 0x3CE0, 0x2EA7, 0x215D7, 0x9FB8, 0x2EAA, 0x4056, 0x415F, 0x2EAE, 0x4337, 0x2EB3, 0x2EB6, 0x2EB7,
    0x2298F, 0x43B1, 0x43AC, 0x2EBB, 0x43DD, 0x44D6, 0x4661, 0x464C, 0x9FB9, 0x4723, 0x4729, 0x477C, 0x478D,
    0x2ECA, 0x4947, 0x497A, 0x497D, 0x4982, 0x4983, 0x4985, 0x4986, 0x499F, 0x499B, 0x49B7, 0x49B6, 0x9FBA,
    0x241FE, 0x4CA3, 0x4C9F, 0x4CA0, 0x4CA1, 0x4C77, 0x4CA2, 0x4D13, 0x4D14, 0x4D15, 0x4D16, 0x4D17, 0x4D18,
    0x4D19, 0x4DAE, 0x9FBB,
];

fn standard_code_point(c: char) -> char {
    let mapped = u32::from(c).checked_sub(0xE815).and_then(|i| GB18030_FROM_E815.get(i as usize));
    mapped.and_then(|n| char::from_u32(*n)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn seven_interpuncts_are_one() {
        let key = name_key("阿卜杜拉·买买提");
        for dot in ['•', '‧', '・', '･', '．', '.', '·'] {
            assert_eq!(PersonName::parse(&format!(" 阿卜杜拉{dot}买买提　")).unwrap().key(), key);
        }
    }

    #[test]
    fn private_use_and_compatibility_forms_meet_the_standard_ones() {
        assert_eq!(name_key("\u{E863}"), "䶮");
        assert_eq!(name_key("\u{E816}"), "\u{20087}");
        assert_eq!(name_key("\u{F9D0}"), "\u{985E}");
        assert_eq!(PersonName::parse("王\u{E863}").unwrap().display(), "王䶮");
        assert_eq!(PersonName::parse("王\u{F8FF}").unwrap_err().rule(), "name_private_use");
        // Not NFKC: these are different characters in names.
        assert_ne!(name_key("㈱"), name_key("(株)"));
    }

    #[test]
    fn what_sets_a_short_name_apart_is_no_part_of_it() {
        for (typed, meant) in [
            ("王 伟", "王伟"),
            (" 陈\u{3000} 𬱖 ", " 陈𬱖 "),
            ("欧 阳 小 明", "欧阳小明"),
            ("SPECIMEN JAMES", "SPECIMEN JAMES"),
            ("王 James", "王 James"),
            ("阿卜杜拉 · 买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉•\u{3000}买买提", "阿卜杜拉•买买提"),
            ("J. · SPECIMEN", "J. · SPECIMEN"),
            ("ئابدۇللا مۇھەممەت", "ئابدۇللا مۇھەممەت"),
            ("", ""),
        ] {
            assert_eq!(typed_name(typed), meant);
        }
        for (typed, meant) in [
            ("王 伟", vec!["王伟", "王 伟"]),
            ("王\u{3000}\u{3000}伟 ", vec!["王伟", "王  伟"]),
            ("王伟", vec!["王伟"]),
            (" SPECIMEN JAMES", vec!["SPECIMEN JAMES"]),
        ] {
            let names = PersonName::meant(typed).unwrap();
            assert_eq!(names.iter().map(PersonName::key).collect::<Vec<_>>(), meant);
        }
        assert_eq!(PersonName::parse("王　伟").unwrap().display(), "王伟");
        assert_eq!(PersonName::verbatim("王　伟").unwrap().display(), "王　伟");
    }

    #[test]
    fn bad_names_are_refused_by_rule() {
        let rule = |s: &str| PersonName::parse(s).unwrap_err().rule();
        for (name, broken) in [
            ("", "name_empty"),
            (" \u{3000}", "name_empty"),
            ("张\u{202E}三", "name_invisible_character"),
            ("张\u{200B}三", "name_invisible_character"),
            ("张\0三", "name_invisible_character"),
            ("张\r三", "name_invisible_character"),
            ("张\t三", "name_invisible_character"),
            ("\t张三", "name_invisible_character"),
            ("=cmd|'/c calc'!A1", "name_formula"),
            ("＝１＋１", "name_formula"),
            ("·", "name_without_letter"),
            ("１２ ・", "name_without_letter"),
            ("@SUM(A1)", "name_formula"),
        ] {
            assert_eq!(rule(name), broken, "{name:?}");
        }
        assert_eq!(rule(&"龙".repeat(51)), "name_too_long");
        assert!(PersonName::parse(&"𬱖".repeat(50)).is_ok());
        assert!(PersonName::parse("葛\u{E0100}").is_ok(), "an ideographic variation is part of the name");
    }

    #[test]
    fn masks_tell_neither_name_nor_length() {
        assert_eq!(PersonName::parse("张三").unwrap().masked(), "张*");
        assert_eq!(PersonName::parse("欧阳娜娜").unwrap().masked(), "欧**");
        assert_eq!(format!("{:?}", PersonName::parse("张三").unwrap()), "PersonName(…)");
    }

    proptest! {
        #[test]
        fn the_key_is_a_fixed_point(text in "\\PC{1,50}") {
            if let Ok(name) = PersonName::parse(&text) {
                prop_assert_eq!(name_key(name.key()), name.key());
                prop_assert_eq!(name_key(&name.display()), name.key());
                let again = PersonName::parse(&name.display());
                prop_assert_eq!(again.as_ref().map(PersonName::key), Ok(name.key()));
            }
        }
    }
}
