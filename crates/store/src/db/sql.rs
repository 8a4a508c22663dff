//! Statements, their arguments and rows, in the words that both engines share.
//!
//! Statements are written with PostgreSQL's `$1`. To SQLite a `$1` would be a *named* parameter, numbered by first
//! appearance, so the macro below turns it into `?1` while compiling: the texts have the same length.

use crate::error::{Error, Result};
use yinxin_model::{Day, Id, Instant};

/// One statement, in the text of each engine.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    pub name: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
    /// Written twice because the engines differ. Few; a test counts them.
    pub split: bool,
}

/// A table to load many rows into: `INSERT` on SQLite, `COPY … BINARY` on PostgreSQL.
#[derive(Clone, Copy, Debug)]
pub struct Bulk {
    pub(crate) insert: &'static str,
    pub(crate) copy: &'static str,
    pub(crate) kinds: &'static [Kind],
}

/// Column types of [`Bulk`] tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types, reason = "the macro takes the names as the schema writes them")]
pub(crate) enum Kind {
    int,
    day,
    text,
    blob,
}

/// Declares the statements of one module as constants and lists them, so that a test can prepare each on both
/// engines: `NAME = "SQL";`, `NAME = (const expression);` or `NAME = { sqlite: "SQL", postgres: "SQL" };`
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $body:tt;)*) => {
        $($(#[$doc])* const $name: $crate::db::sql::Sql = $crate::db::sql::sql_of!(concat!(module_path!(), "::", stringify!($name)), $body);)*
        pub(crate) const STATEMENTS: &[$crate::db::sql::Sql] = &[$($name),*];
    };
}

macro_rules! sql_of {
    ($name:expr, { sqlite: $sqlite:expr, postgres: $postgres:expr }) => {
        $crate::db::sql::Sql {
            name: $name,
            sqlite: $crate::db::sql::for_sqlite!($sqlite),
            postgres: $postgres,
            split: true,
        }
    };
    ($name:expr, ($text:expr)) => {
        $crate::db::sql::sql_of!($name, $text)
    };
    ($name:expr, $text:expr) => {
        $crate::db::sql::Sql {
            name: $name,
            sqlite: $crate::db::sql::for_sqlite!($text),
            postgres: $text,
            split: false,
        }
    };
}

macro_rules! for_sqlite {
    ($text:expr) => {{
        const TEXT: &str = $text;
        const BYTES: [u8; TEXT.len()] = $crate::db::sql::question_marks::<{ TEXT.len() }>(TEXT);
        match std::str::from_utf8(&BYTES) {
            Ok(text) => text,
            // One ASCII character was put for another, so this arm is never taken.
            Err(_) => TEXT,
        }
    }};
}

/// Declares a [`Bulk`] from the column list: `NAME: table (id blob, made_on day, …);`
macro_rules! bulk {
    ($($name:ident: $table:ident ($first:ident $first_kind:ident $(, $column:ident $kind:ident)*);)*) => {
        $(const $name: $crate::db::sql::Bulk = $crate::db::sql::Bulk {
            insert: concat!(
                "INSERT INTO ", stringify!($table), " (", stringify!($first) $(, ", ", stringify!($column))*,
                ") VALUES (?" $(, $crate::db::sql::another!($column))*, ")"
            ),
            copy: concat!(
                "COPY ", stringify!($table), " (", stringify!($first) $(, ", ", stringify!($column))*,
                ") FROM STDIN BINARY"
            ),
            kinds: &[$crate::db::sql::Kind::$first_kind $(, $crate::db::sql::Kind::$kind)*],
        };)*
    };
}

macro_rules! another {
    ($column:ident) => {
        ", ?"
    };
}

/// `args![a, b, c]`: a slice of [`Arg`].
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::db::Arg::from($value)),*] };
}

pub(crate) use {another, bulk, for_sqlite, sql_of, statements};

/// `$` → `?`, byte for byte.
pub(crate) const fn question_marks<const N: usize>(text: &str) -> [u8; N] {
    let mut out = [0u8; N];
    let mut from = text.as_bytes();
    let mut to: &mut [u8] = &mut out;
    while let Some((byte, from_rest)) = from.split_first() {
        let here = to;
        let Some((slot, to_rest)) = here.split_first_mut() else { break };
        *slot = if *byte == b'$' { b'?' } else { *byte };
        from = from_rest;
        to = to_rest;
    }
    out
}

/// A value handed to a statement. Integers of every width, days, instants and booleans are `Int`.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Blob(&'a [u8]),
    /// A set for `= ANY($n)` on PostgreSQL and `IN (SELECT value FROM json_each($n))` on SQLite.
    Texts(&'a [&'a str]),
    /// A set of blobs; on SQLite `IN (SELECT unhex(value) FROM json_each($n))`.
    Blobs(&'a [&'a [u8]]),
}

macro_rules! arg_from {
    ($($from:ty => |$value:ident| $arg:expr;)*) => {
        $(impl<'a> From<$from> for Arg<'a> {
            fn from($value: $from) -> Self { $arg }
        })*
    };
}

arg_from! {
    i64 => |v| Self::Int(v);
    i32 => |v| Self::Int(v.into());
    u32 => |v| Self::Int(v.into());
    bool => |v| Self::Int(v.into());
    Day => |v| Self::Int(v.0.into());
    Instant => |v| Self::Int(v.0);
    &'a str => |v| Self::Text(v);
    &'a String => |v| Self::Text(v);
    &'a [u8] => |v| Self::Blob(v);
    &'a Vec<u8> => |v| Self::Blob(v);
    &'a Id => |v| Self::Blob(&v.0);
    &'a [&'a str] => |v| Self::Texts(v);
    &'a [&'a [u8]] => |v| Self::Blobs(v);
}

impl<'a, const N: usize> From<&'a [u8; N]> for Arg<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Self::Blob(value)
    }
}

impl<'a, T> From<Option<T>> for Arg<'a>
where
    Arg<'a>: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Arg::from)
    }
}

/// One value of a row, as either engine gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// A row, detached from its engine.
#[derive(Debug)]
pub struct Row(pub(crate) RowOf);

#[derive(Debug)]
pub(crate) enum RowOf {
    Sqlite(Vec<rusqlite::types::Value>),
    Postgres(tokio_postgres::Row),
}

/// One statement of several that are sent together.
pub type Step<'a> = (Sql, Vec<Arg<'a>>);

/// What a statement gave.
#[derive(Debug)]
pub struct Answer {
    pub rows: Vec<Row>,
    /// How many rows it wrote.
    pub changed: u64,
}

impl Row {
    /// The value in `column`, counted from 0.
    pub fn get<T: FromCell>(&self, column: usize) -> Result<T> {
        read(column, self.cell(column)?)
    }

    /// Reads the columns one after the other.
    pub fn fields(&self) -> Fields<'_> {
        Fields::of(self)
    }
}

/// A row being read from left to right.
pub struct Fields<'r, C: ?Sized = Row> {
    row: &'r C,
    column: usize,
}

/// A row that its engine still holds: nothing of it is copied but what is taken.
pub(crate) type Held<'r> = Fields<'r, dyn Columns + 'r>;

/// What has columns.
pub trait Columns {
    fn cell(&self, column: usize) -> Result<Cell<'_>>;
}

impl<'r, C: Columns + ?Sized> Fields<'r, C> {
    pub(crate) fn of(row: &'r C) -> Self {
        Self { row, column: 0 }
    }

    /// Leaves columns out.
    pub fn skip(&mut self, columns: usize) {
        self.column += columns;
    }

    pub fn take<T: FromCell>(&mut self) -> Result<T> {
        let (column, cell) = self.next()?;
        read(column, cell)
    }

    /// A column of bytes as they lie, for what is opened at once and not kept as it is.
    pub(crate) fn take_with<T>(&mut self, read: impl FnOnce(&[u8]) -> Result<T>) -> Result<T> {
        let (column, cell) = self.next()?;
        read(blob(cell).ok_or(Error::Shape { column, expected: Vec::<u8>::EXPECTED })?)
    }

    fn next(&mut self) -> Result<(usize, Cell<'r>)> {
        let column = self.column;
        self.column += 1;
        Ok((column, self.row.cell(column)?))
    }
}

impl Columns for Row {
    fn cell(&self, column: usize) -> Result<Cell<'_>> {
        use rusqlite::types::Value;
        match &self.0 {
            RowOf::Sqlite(values) => match values.get(column) {
                Some(Value::Null) => Ok(Cell::Null),
                Some(Value::Integer(v)) => Ok(Cell::Int(*v)),
                Some(Value::Text(v)) => Ok(Cell::Text(v)),
                Some(Value::Blob(v)) => Ok(Cell::Blob(v)),
                Some(Value::Real(_)) => Err(Error::Shape { column, expected: "an integer, a text or bytes" }),
                None => Err(Error::Shape { column, expected: "there" }),
            },
            RowOf::Postgres(row) => row
                .try_get::<_, Cell<'_>>(column)
                .map_err(|_| Error::Shape { column, expected: "of a known type" }),
        }
    }
}

impl Columns for rusqlite::Row<'_> {
    fn cell(&self, column: usize) -> Result<Cell<'_>> {
        use rusqlite::types::ValueRef;
        let other = |expected| Error::Shape { column, expected };
        match self.get_ref(column).map_err(|_| other("there"))? {
            ValueRef::Null => Ok(Cell::Null),
            ValueRef::Integer(v) => Ok(Cell::Int(v)),
            ValueRef::Text(v) => std::str::from_utf8(v).map(Cell::Text).map_err(|_| other("UTF-8")),
            ValueRef::Blob(v) => Ok(Cell::Blob(v)),
            ValueRef::Real(_) => Err(other("an integer, a text or bytes")),
        }
    }
}

fn read<T: FromCell>(column: usize, cell: Cell<'_>) -> Result<T> {
    T::from_cell(cell).ok_or(Error::Shape { column, expected: T::EXPECTED })
}

/// A type that a stored value can be read as. `None` = the value is not of that form.
pub trait FromCell: Sized {
    const EXPECTED: &'static str;
    fn from_cell(cell: Cell<'_>) -> Option<Self>;
}

macro_rules! from_cell {
    ($($type:ty, $expected:literal: |$cell:ident| $read:expr;)*) => {
        $(impl FromCell for $type {
            const EXPECTED: &'static str = $expected;
            fn from_cell($cell: Cell<'_>) -> Option<Self> { $read }
        })*
    };
}

fn int(cell: Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Int(v) => Some(v),
        _ => None,
    }
}

fn text(cell: Cell<'_>) -> Option<&str> {
    match cell {
        Cell::Text(v) => Some(v),
        _ => None,
    }
}

fn blob(cell: Cell<'_>) -> Option<&[u8]> {
    match cell {
        Cell::Blob(v) => Some(v),
        _ => None,
    }
}

from_cell! {
    i64, "an integer": |c| int(c);
    i32, "an integer of 32 bits": |c| int(c)?.try_into().ok();
    u32, "an unsigned integer of 32 bits": |c| int(c)?.try_into().ok();
    u64, "an unsigned integer": |c| int(c)?.try_into().ok();
    bool, "0 or 1": |c| match int(c)? { 0 => Some(false), 1 => Some(true), _ => None };
    String, "a text": |c| text(c).map(str::to_owned);
    Vec<u8>, "bytes": |c| blob(c).map(<[u8]>::to_vec);
    Id, "16 bytes": |c| blob(c)?.try_into().ok().map(Id);
    Day, "a day": |c| int(c)?.try_into().ok().map(Day);
    Instant, "an instant": |c| int(c).map(Instant);
}

impl<const N: usize> FromCell for [u8; N] {
    const EXPECTED: &'static str = "bytes of fixed length";
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        blob(cell)?.try_into().ok()
    }
}

impl<T: FromCell> FromCell for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            other => T::from_cell(other).map(Some),
        }
    }
}

/// Lets a state enum of the model be read from its stored name.
macro_rules! stored_names {
    ($($type:ty),* $(,)?) => {
        $(impl FromCell for $type {
            const EXPECTED: &'static str = concat!("a known ", stringify!($type));
            fn from_cell(cell: Cell<'_>) -> Option<Self> { Self::parse(text(cell)?) }
        }
        impl<'a> From<$type> for Arg<'a> {
            fn from(value: $type) -> Self { Self::Text(value.as_str()) }
        })*
    };
}

use yinxin_model::states::{
    Assurance, BatchState, CertificateState, ChangeKind, ChangeState, EndorsementState, IntentState,
    MessageKind, RevocationReason, SealState, VoidReason,
};
stored_names!(
    Assurance,
    BatchState,
    CertificateState,
    ChangeKind,
    ChangeState,
    EndorsementState,
    IntentState,
    MessageKind,
    RevocationReason,
    SealState,
    VoidReason,
);
