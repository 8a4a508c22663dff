//! A statement as CBOR (RFC 8949): one map with small integers for keys, in the deterministic encoding. `docs/QR.md` has the
//! CDDL.

use super::base32;
use yinxin_crypto::Error;
use yinxin_crypto::cbor::{self, Item, Reader};
use yinxin_model::statement::Statement;
use yinxin_model::{Day, ManagementNumber};

const HOLDER: u128 = 1;
const MANAGEMENT_NUMBER: u128 = 2;
const QUALIFICATION: u128 = 3;
const LEVEL: u128 = 4;
const SCENARIO: u128 = 5;
const LAST_DAY: u128 = 6;
const COPY_NUMBER: u128 = 7;
const ISSUER: u128 = 8;
/// More than this is nothing of ours.
const MOST_FIELDS: u64 = 23;

pub(super) fn write(statement: &Statement) -> Vec<u8> {
    let level = Some(statement.level.as_str()).filter(|level| !level.is_empty());
    let last_day = statement.last_day.and_then(|day| u128::try_from(day.0).ok());
    let copy_number = octets(&statement.copy_number);
    let fields = [
        Some((HOLDER, Item::Text(&statement.holder))),
        Some((MANAGEMENT_NUMBER, number(&statement.management_number))),
        Some((QUALIFICATION, Item::Text(&statement.qualification))),
        level.map(|code| (LEVEL, Item::Text(code))),
        statement.scenario.as_deref().map(|code| (SCENARIO, Item::Text(code))),
        last_day.map(|day| (LAST_DAY, Item::Unsigned(day))),
        Some((COPY_NUMBER, copy_number.as_deref().map_or(Item::Text(&statement.copy_number), Item::Bytes))),
        statement.issuer.as_deref().map(|code| (ISSUER, Item::Text(code))),
    ];
    let mut out = Vec::with_capacity(96);
    let count = fields.iter().flatten().count();
    cbor::map(&mut out, u8::try_from(count).unwrap_or_default());
    for (key, item) in fields.into_iter().flatten() {
        cbor::put(&mut out, Item::Unsigned(key));
        cbor::put(&mut out, item);
    }
    out
}

/// Keys that are not known are passed over: a later version may add some.
pub(super) fn read(payload: &[u8]) -> Result<Statement, Error> {
    let mut reader = Reader::new(payload);
    let count = reader.map()?;
    if count > MOST_FIELDS {
        return Err(fault("too many fields"));
    }
    let mut found = Statement {
        holder: String::new(),
        management_number: String::new(),
        qualification: String::new(),
        level: String::new(),
        scenario: None,
        last_day: None,
        copy_number: String::new(),
        issuer: None,
    };
    let mut last_key = None;
    for _ in 0..count {
        let Item::Unsigned(key) = reader.item()? else { return Err(fault("a key that is not a number")) };
        if last_key.is_some_and(|last| last >= key) {
            return Err(fault("keys out of order"));
        }
        last_key = Some(key);
        let item = reader.item()?;
        match key {
            HOLDER => found.holder = text(item)?,
            MANAGEMENT_NUMBER => found.management_number = management_number(item)?,
            QUALIFICATION => found.qualification = text(item)?,
            LEVEL => found.level = text(item)?,
            SCENARIO => found.scenario = Some(text(item)?),
            LAST_DAY => found.last_day = Some(day(item)?),
            COPY_NUMBER => found.copy_number = copy_number(item)?,
            ISSUER => found.issuer = Some(text(item)?),
            _ => {}
        }
    }
    reader.finish()?;
    let complete = [&found.holder, &found.management_number, &found.qualification, &found.copy_number];
    if complete.iter().any(|field| field.is_empty()) {
        return Err(fault("a field is missing"));
    }
    Ok(found)
}

/// Digits without a leading zero take half the room as a number.
fn number(text: &str) -> Item<'_> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    let value = if digits { text.parse().ok() } else { None };
    value.map_or(Item::Text(text), Item::Unsigned)
}

fn management_number(item: Item<'_>) -> Result<String, Error> {
    let said = match item {
        Item::Unsigned(value) => value.to_string(),
        other => text(other)?,
    };
    match ManagementNumber::parse(&said) {
        Ok(number) if number.as_str() == said => Ok(said),
        _ => Err(fault("not a management number")),
    }
}

/// Copy numbers of ours are 16 letters of Crockford's alphabet: ten bytes.
fn octets(copy_number: &str) -> Option<Vec<u8>> {
    let octets = base32::decode(copy_number, base32::CROCKFORD)?;
    (base32::encode(&octets, base32::CROCKFORD) == copy_number).then_some(octets)
}

fn copy_number(item: Item<'_>) -> Result<String, Error> {
    match item {
        Item::Bytes(octets) => Ok(base32::encode(octets, base32::CROCKFORD)),
        other => text(other),
    }
}

fn day(item: Item<'_>) -> Result<Day, Error> {
    match item {
        Item::Unsigned(day) => i32::try_from(day).map(Day).map_err(|_| fault("a day out of range")),
        _ => Err(fault("a day that is not a number")),
    }
}

/// Shown to people: nothing that would rewrite a screen.
fn text(item: Item<'_>) -> Result<String, Error> {
    match item {
        Item::Text(text) if !text.is_empty() && !text.chars().any(char::is_control) => Ok(text.to_owned()),
        Item::Text(_) => Err(fault("a text that is empty or has control characters")),
        _ => Err(fault("a field that is not a text")),
    }
}

fn fault(why: &'static str) -> Error {
    Error::Encoding { what: "statement", why }
}
