//! The values of ISO 32000-1 §7.3, with the places in the file where signatures need them.

use std::ops::Range;

/// The number and generation of an indirect object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    pub number: u32,
    pub generation: u16,
}

/// A decoded name, without the slash. Nearly all are short, and a file holds thousands: those stay inline.
#[derive(Clone, Debug)]
pub(super) enum Name {
    Short { len: u8, bytes: [u8; 22] },
    Long(Box<[u8]>),
}

impl Name {
    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Name::Short { len, bytes } => bytes.get(..usize::from(*len)).unwrap_or_default(),
            Name::Long(bytes) => bytes,
        }
    }
}

impl From<&[u8]> for Name {
    fn from(name: &[u8]) -> Self {
        let mut bytes = [0; 22];
        match (bytes.get_mut(..name.len()), u8::try_from(name.len())) {
            (Some(slot), Ok(len)) => {
                slot.copy_from_slice(name);
                Name::Short { len, bytes }
            }
            _ => Name::Long(name.into()),
        }
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Name(Name),
    String(Box<StringValue>),
    Array(Vec<Object>),
    Dict(Box<Dict>),
    Reference(ObjectId),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct StringValue {
    pub(super) bytes: Vec<u8>,
    /// Written as `<…>`.
    pub(super) hex: bool,
    /// With its brackets; places in the file, or in the decoded object stream it came from.
    pub(super) span: Range<usize>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Dict {
    pub(super) entries: Vec<(Name, Object)>,
    /// Where `<<` stands.
    pub(super) at: usize,
    /// A key that occurs twice. Programs disagree on which one counts, so that such a file shows
    /// different things to different readers.
    pub(super) duplicate: Option<Name>,
}

impl Dict {
    /// The value of `key`; of several, the last, as most programs do.
    pub(super) fn get(&self, key: &str) -> Option<&Object> {
        self.entries.iter().rev().find(|(name, _)| name.as_bytes() == key.as_bytes()).map(|(_, value)| value)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(super) fn is(&self, key: &str, name: &str) -> bool {
        matches!(self.get(key), Some(Object::Name(value)) if value.as_bytes() == name.as_bytes())
    }

    pub(super) fn int(&self, key: &str) -> Option<i64> {
        self.get(key)?.int()
    }

    pub(super) fn name(&self, key: &str) -> Option<String> {
        match self.get(key)? {
            Object::Name(value) => Some(String::from_utf8_lossy(value.as_bytes()).into_owned()),
            _ => None,
        }
    }
}

impl Object {
    pub(super) fn int(&self) -> Option<i64> {
        match self {
            Object::Int(value) => Some(*value),
            _ => None,
        }
    }

    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Object::Int(value) => Some(*value as f64),
            Object::Real(value) => Some(*value),
            _ => None,
        }
    }

    pub(super) fn dict(&self) -> Option<&Dict> {
        match self {
            Object::Dict(dict) => Some(dict),
            _ => None,
        }
    }
}

/// The text of a text string (§7.9.2.2): UTF-16BE or UTF-8 with their marks, else PDFDocEncoding, of which
/// only the part that is Latin-1 is mapped.
pub(super) fn text(bytes: &[u8]) -> String {
    if let Some(utf16) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        let units = utf16.chunks(2).map(|pair| pair.iter().fold(0_u16, |unit, b| unit << 8 | u16::from(*b)));
        return char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    }
    if let Some(utf8) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return String::from_utf8_lossy(utf8).into_owned();
    }
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
