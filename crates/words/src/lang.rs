//! The languages of the house, and how they are asked for.

use std::fmt;

/// A language that every sentence exists in. zh-CN is the source; en stands beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    #[default]
    ZhCn,
    En,
}

impl Lang {
    pub const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// Reads a BCP 47 tag (`zh-CN`, `en`) or a POSIX locale (`zh_CN.UTF-8`, `en_GB`, `C`). Only the language
    /// counts: any `zh` is zh-CN, any `en` and the POSIX locales `C` and `POSIX` are en; others are `None`.
    pub fn parse(tag: &str) -> Option<Self> {
        let language = tag.trim().split(['-', '_', '.', '@']).next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::ZhCn),
            "en" | "c" | "posix" => Some(Self::En),
            _ => None,
        }
    }

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}
