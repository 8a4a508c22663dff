//! What counts as one character to be drawn: a base character, with a variation selector where there is one.
//!
//! There is no shaping here. Chinese, Latin, Greek and Cyrillic need none; scripts that do are refused
//! by name rather than printed wrongly (Unicode Standard, chapters 9, 12, 13 and 16).

use crate::Error;

/// One character to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Cluster {
    pub base: char,
    pub selector: Option<char>,
}

impl Cluster {
    /// Reads a string that holds exactly one cluster.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut chars = text.chars();
        let cluster = match (chars.next(), chars.next(), chars.next()) {
            (Some(base), None, None) => Self { base, selector: None },
            (Some(base), Some(selector), None) if is_variation_selector(selector) => {
                Self { base, selector: Some(selector) }
            }
            _ => {
                return Err(Error::NotOneCharacter { text: text.to_owned() });
            }
        };
        Ok(cluster)
    }

    /// Refuses what has no shape of its own and what would need shaping.
    pub fn check(self) -> Result<(), Error> {
        if is_unprintable(self.base) || is_variation_selector(self.base) {
            return Err(Error::Unprintable { code_points: self.code_points() });
        }
        if needs_shaping(self.base) {
            return Err(Error::NeedsShaping { text: self.base.to_string(), code_points: self.code_points() });
        }
        Ok(())
    }

    /// Private-use code points have no agreed shape: what a font draws there may be somebody else's character.
    pub fn is_private_use(self) -> bool {
        matches!(self.base, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
    }

    /// `U+845B U+E0100`
    pub fn code_points(self) -> String {
        let base = format!("U+{:04X}", u32::from(self.base));
        match self.selector {
            Some(selector) => format!("{base} U+{:04X}", u32::from(selector)),
            None => base,
        }
    }

    /// The text that the cluster was read from.
    pub fn text(self) -> String {
        self.selector.map_or_else(|| self.base.to_string(), |selector| [self.base, selector].iter().collect())
    }
}

/// Cuts text into clusters, each with the bytes it takes. A stray selector is a cluster of its own, which
/// the pool then refuses.
pub(crate) fn clusters(text: &str) -> impl Iterator<Item = (Cluster, usize)> {
    let mut chars = text.chars().peekable();
    std::iter::from_fn(move || {
        let base = chars.next()?;
        let selector = chars.next_if(|next| is_variation_selector(*next));
        let length = base.len_utf8() + selector.map_or(0, char::len_utf8);
        Some((Cluster { base, selector }, length))
    })
}

fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Controls, and format characters that are invisible or reorder what stands around them.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00AD}'
                | '\u{034F}'
                | '\u{061C}'
                | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E00FF}'
        )
}

/// Hebrew to Khmer and Mongolian (left out: Georgian, Ethiopic, Cherokee and the like, which need none),
/// Hangul Jamo, and their presentation forms.
fn needs_shaping(c: char) -> bool {
    matches!(
        c,
        '\u{0590}'..='\u{109F}'
            | '\u{1100}'..='\u{11FF}'
            | '\u{1700}'..='\u{18AF}'
            | '\u{1900}'..='\u{1CFF}'
            | '\u{A800}'..='\u{A8FF}'
            | '\u{A900}'..='\u{ABFF}'
            | '\u{D7B0}'..='\u{D7FF}'
            | '\u{FB1D}'..='\u{FDFF}'
            | '\u{FE70}'..='\u{FEFE}'
            | '\u{10A00}'..='\u{10EFF}'
            | '\u{11000}'..='\u{11FFF}'
            | '\u{1E800}'..='\u{1EEFF}'
    )
}
