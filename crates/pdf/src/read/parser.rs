//! Bytes to values: lexing and parsing in one pass, without recursion beyond `Limits::depth`.

use std::ops::Range;

use super::Error;
use super::limits::{Budget, Limits};
use super::object::{Dict, Name, Object, ObjectId, StringValue};

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte)
}

/// The first place of `needle` in `bytes` at or after `from`. The caller pays for the way.
pub(super) fn find(bytes: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let first = *needle.first()?;
    let mut at = from;
    loop {
        let rest = bytes.get(at..)?;
        at += rest.iter().position(|byte| *byte == first)?;
        if bytes.get(at..)?.starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
}

pub(super) struct Parser<'a> {
    bytes: &'a [u8],
    pos: usize,
    /// A comment was passed over.
    commented: bool,
    limits: &'a Limits,
    budget: &'a Budget,
}

/// What precedes a stream's data and where the data begins.
pub(super) struct Header {
    pub(super) id: ObjectId,
    pub(super) value: Object,
    /// First byte after the end-of-line that follows `stream`.
    pub(super) data: Option<usize>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(bytes: &'a [u8], pos: usize, limits: &'a Limits, budget: &'a Budget) -> Self {
        Self { bytes, pos, commented: false, limits, budget }
    }

    pub(super) fn pos(&self) -> usize {
        self.pos
    }

    pub(super) fn commented(&self) -> bool {
        self.commented
    }

    fn fail(&self, expected: &'static str) -> Error {
        Error::Syntax { at: self.pos, expected }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.pos..).unwrap_or_default()
    }

    fn slice(&self, range: Range<usize>) -> &'a [u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// Skips white space and comments.
    pub(super) fn skip_space(&mut self) -> Result<(), Error> {
        let start = self.pos;
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                self.commented = true;
                let end = self.rest().iter().position(|b| matches!(b, 10 | 13));
                self.pos = end.map_or(self.bytes.len(), |len| self.pos + len);
            } else if is_space(byte) {
                self.pos += 1;
            } else {
                break;
            }
        }
        self.budget.spend(self.pos - start)
    }

    /// Skips white space only.
    pub(super) fn skip_white(&mut self) -> Result<(), Error> {
        let len = self.rest().iter().take_while(|byte| is_space(**byte)).count();
        self.pos += len;
        self.budget.spend(len)
    }

    /// Takes `word` if it stands here as a whole word.
    pub(super) fn keyword(&mut self, word: &str) -> bool {
        let whole = self
            .rest()
            .strip_prefix(word.as_bytes())
            .is_some_and(|after| after.first().is_none_or(|byte| !is_regular(*byte)));
        if whole {
            self.pos += word.len();
        }
        whole
    }

    /// An unsigned decimal integer, after white space.
    pub(super) fn unsigned(&mut self) -> Result<u64, Error> {
        self.skip_space()?;
        let digits = self.rest().iter().take(20).take_while(|byte| byte.is_ascii_digit()).count();
        let text = self.slice(self.pos..self.pos + digits);
        let value = text
            .iter()
            .try_fold(0_u64, |value, digit| value.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
        let value = value.filter(|_| digits > 0).ok_or_else(|| self.fail("an integer"))?;
        self.pos += digits;
        self.budget.spend(digits)?;
        Ok(value)
    }

    /// Any value (§7.3), at `depth` levels of nesting.
    pub(super) fn value(&mut self, depth: usize) -> Result<Object, Error> {
        self.skip_space()?;
        self.budget.keep(1)?;
        let byte = self.peek().ok_or_else(|| self.fail("a value"))?;
        match byte {
            b'/' => Ok(Object::Name(self.name()?)),
            b'(' => self.budget.keep(2).and_then(|()| self.literal()),
            b'<' if self.rest().starts_with(b"<<") => self.dict(depth).map(|d| Object::Dict(Box::new(d))),
            b'<' => self.budget.keep(2).and_then(|()| self.hex()),
            b'[' => self.array(depth),
            b'0'..=b'9' | b'+' | b'-' | b'.' => self.number_or_reference(),
            _ if self.keyword("null") => Ok(Object::Null),
            _ if self.keyword("true") => Ok(Object::Bool(true)),
            _ if self.keyword("false") => Ok(Object::Bool(false)),
            _ => Err(self.fail("a value")),
        }
    }

    fn deeper(&self, depth: usize) -> Result<usize, Error> {
        if depth >= self.limits.depth { Err(Error::LimitExceeded { limit: "depth" }) } else { Ok(depth + 1) }
    }

    fn array(&mut self, depth: usize) -> Result<Object, Error> {
        let depth = self.deeper(depth)?;
        self.pos += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space()?;
            if self.peek() == Some(b']') {
                self.pos += 1;
                return Ok(Object::Array(items));
            }
            items.push(self.value(depth)?);
        }
    }

    pub(super) fn dict(&mut self, depth: usize) -> Result<Dict, Error> {
        let depth = self.deeper(depth)?;
        let at = self.pos;
        if !self.rest().starts_with(b"<<") {
            return Err(self.fail("a dictionary"));
        }
        self.pos += 2;
        let mut entries = Vec::new();
        loop {
            self.skip_space()?;
            if self.rest().starts_with(b">>") {
                self.pos += 2;
                self.budget.keep(2)?;
                let duplicate = repeated(&entries);
                return Ok(Dict { entries, at, duplicate });
            }
            let key = self.name()?;
            let value = self.value(depth)?;
            let room = entries.capacity();
            entries.push((key, value));
            self.budget.keep(entries.capacity() - room)?;
        }
    }

    fn name(&mut self) -> Result<Name, Error> {
        if self.peek() != Some(b'/') {
            return Err(self.fail("a name"));
        }
        self.pos += 1;
        let len = self.rest().iter().take_while(|byte| is_regular(**byte)).count();
        self.bounded(len)?;
        let raw = self.slice(self.pos..self.pos + len);
        self.budget.keep_bytes(len)?;
        self.pos += len;
        if !raw.contains(&b'#') {
            return Ok(Name::from(raw));
        }
        let mut out = Vec::with_capacity(raw.len());
        let mut left = raw;
        while let Some((byte, after)) = left.split_first() {
            left = after;
            let escaped = match (byte, after) {
                (b'#', [high, low, ..]) => nibble(*high).zip(nibble(*low)),
                _ => None,
            };
            if let Some((high, low)) = escaped {
                out.push(high << 4 | low);
                left = after.get(2..).unwrap_or_default();
            } else {
                out.push(*byte);
            }
        }
        Ok(Name::from(out.as_slice()))
    }

    /// Pays for a string or name of `len` bytes.
    fn bounded(&self, len: usize) -> Result<(), Error> {
        if len > self.limits.string {
            return Err(Error::LimitExceeded { limit: "string" });
        }
        self.budget.spend(len)
    }

    fn literal(&mut self) -> Result<Object, Error> {
        let start = self.pos;
        self.pos += 1;
        let mut open = 1_usize;
        let mut bytes = Vec::new();
        loop {
            let Some(byte) = self.peek() else {
                self.budget.spend(self.pos - start)?;
                return Err(self.fail("the end of a string"));
            };
            self.pos += 1;
            if self.pos - start > self.limits.string {
                return Err(Error::LimitExceeded { limit: "string" });
            }
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                b'\\' => {
                    bytes.extend(self.escape());
                    continue;
                }
                13 => {
                    // Any end of line inside a string reads as a line feed.
                    if self.peek() == Some(10) {
                        self.pos += 1;
                    }
                    bytes.push(10);
                    continue;
                }
                _ => {}
            }
            if open == 0 {
                self.budget.spend(self.pos - start)?;
                self.budget.keep_bytes(bytes.len())?;
                return Ok(string(bytes, false, start..self.pos));
            }
            bytes.push(byte);
        }
    }

    /// The byte that the escape after a backslash stands for, if it stands for one.
    fn escape(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.pos += 1;
        match byte {
            b'n' => Some(10),
            b'r' => Some(13),
            b't' => Some(9),
            b'b' => Some(8),
            b'f' => Some(12),
            13 => {
                if self.peek() == Some(10) {
                    self.pos += 1;
                }
                None
            }
            10 => None,
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    value = value << 3 | u32::from(digit - b'0');
                    self.pos += 1;
                }
                Some((value & 0xFF) as u8)
            }
            other => Some(other),
        }
    }

    fn hex(&mut self) -> Result<Object, Error> {
        let start = self.pos;
        let mut within = self.rest().iter().take(self.limits.string.saturating_add(1));
        let Some(len) = within.position(|byte| *byte == b'>') else {
            self.budget.spend(self.rest().len())?;
            return Err(self.fail("the end of a hexadecimal string"));
        };
        self.bounded(len)?;
        self.budget.keep_bytes(len / 4)?;
        let mut bytes = Vec::with_capacity(len / 2);
        let mut high = None;
        for byte in self.slice(start + 1..start + len) {
            match (nibble(*byte), high) {
                (Some(digit), None) => high = Some(digit),
                (Some(digit), Some(first)) => {
                    bytes.push(first << 4 | digit);
                    high = None;
                }
                (None, _) if is_space(*byte) => {}
                (None, _) => return Err(self.fail("hexadecimal digits")),
            }
        }
        bytes.extend(high.map(|first| first << 4));
        self.pos = start + len + 1;
        Ok(string(bytes, true, start..self.pos))
    }

    fn number_or_reference(&mut self) -> Result<Object, Error> {
        let len = self.rest().iter().take(64).take_while(|byte| is_regular(**byte)).count();
        let text = self.slice(self.pos..self.pos + len);
        let text = std::str::from_utf8(text).map_err(|_| self.fail("a number"))?;
        self.budget.spend(len)?;
        // `f64::from_str` also takes exponents, `inf` and `nan`, which are not PDF.
        if !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.')) {
            return Err(self.fail("a number"));
        }
        if text.contains('.') {
            let value = if text == "." { 0.0 } else { text.parse().map_err(|_| self.fail("a number"))? };
            self.pos += len;
            return Ok(Object::Real(value));
        }
        let value: i64 = text.parse().map_err(|_| self.fail("a number"))?;
        self.pos += len;
        if text.starts_with(['+', '-']) {
            return Ok(Object::Int(value));
        }
        Ok(self.reference(value)?.unwrap_or(Object::Int(value)))
    }

    /// The rest of `12 0 R` after `12`, or nothing taken.
    fn reference(&mut self, number: i64) -> Result<Option<Object>, Error> {
        let back = self.pos;
        let Ok(number) = u32::try_from(number) else { return Ok(None) };
        self.skip_space()?;
        let generation = match self.peek() {
            Some(b'0'..=b'9') => self.unsigned().ok().and_then(|g| u16::try_from(g).ok()),
            _ => None,
        };
        if let Some(generation) = generation {
            self.skip_space()?;
            if self.keyword("R") {
                return Ok(Some(Object::Reference(ObjectId { number, generation })));
            }
        }
        self.pos = back;
        Ok(None)
    }

    /// `12 0 obj` and its value, up to where a stream's data begins or `endobj` should stand.
    pub(super) fn header(&mut self) -> Result<Header, Error> {
        self.header_with_end().map(|(header, _)| header)
    }

    /// Likewise, with the place behind the value.
    pub(super) fn header_with_end(&mut self) -> Result<(Header, usize), Error> {
        let number = u32::try_from(self.unsigned()?).map_err(|_| self.fail("an object number"))?;
        let generation = u16::try_from(self.unsigned()?).map_err(|_| self.fail("a generation"))?;
        self.skip_space()?;
        if !self.keyword("obj") {
            return Err(self.fail("obj"));
        }
        let value = self.value(0)?;
        let end = self.pos;
        self.skip_space()?;
        let mut data = None;
        if matches!(value, Object::Dict(_)) && self.rest().starts_with(b"stream") {
            self.pos += 6;
            match self.rest() {
                [13, 10, ..] => self.pos += 2,
                [10 | 13, ..] => self.pos += 1,
                _ => return Err(self.fail("a line end after stream")),
            }
            data = Some(self.pos);
        }
        Ok((Header { id: ObjectId { number, generation }, value, data }, end))
    }
}

fn string(bytes: Vec<u8>, hex: bool, span: Range<usize>) -> Object {
    Object::String(Box::new(StringValue { bytes, hex, span }))
}

fn nibble(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// A key that occurs more than once.
fn repeated(entries: &[(Name, Object)]) -> Option<Name> {
    let twice = if entries.len() <= 12 {
        let mut pairs = entries.iter().enumerate();
        pairs
            .find(|(index, (key, _))| entries.iter().skip(index + 1).any(|(other, _)| other == key))
            .map(|(_, (key, _))| key)
    } else {
        let mut keys: Vec<&Name> = entries.iter().map(|(key, _)| key).collect();
        keys.sort_unstable_by_key(|key| key.as_bytes());
        keys.windows(2).find_map(|pair| match pair {
            [a, b] if a == b => Some(*a),
            _ => None,
        })
    };
    twice.cloned()
}
