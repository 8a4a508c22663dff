//! The zip around a workbook: what is in it, which parts are sheets, and what is refused at the door.

use super::super::{FileError, Limits};
use super::damaged;
use super::xml::{Xml, attribute};
use quick_xml::events::Event;
use std::collections::HashMap;
use std::io::Cursor;
use zip::ZipArchive;
use zip::result::ZipError;

/// Parts of an archive; a roster has a dozen.
const MOST_PARTS: usize = 10_000;

const MOST_SHEETS: usize = 256;

/// So much may be unpacked whatever the ratio: small files of much repetition are honest.
const ALWAYS_UNPACKED: u64 = 16 << 20;

/// The number of a part in the archive.
pub(super) type Part = usize;

pub(super) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    /// By path, in lower case with forward slashes: producers differ.
    parts: HashMap<String, Part>,
    /// Bytes that may still be unpacked.
    budget: u64,
    limit: u64,
}

/// What the workbook part says.
pub(super) struct Book {
    /// In order; without a part where it is a chart or a dialog.
    pub(super) sheets: Vec<(String, Option<Part>)>,
    pub(super) shared_strings: Option<Part>,
    pub(super) since_1904: bool,
}

impl<'b> Package<'b> {
    pub(super) fn open(bytes: &'b [u8], limits: &Limits) -> Result<Self, FileError> {
        // Counted before the archive is opened, which makes room for every part it claims.
        if memchr::memmem::find_iter(bytes, b"PK\x01\x02").nth(MOST_PARTS).is_some() {
            return Err(FileError::TooLarge { what: "parts", limit: MOST_PARTS as u64 });
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| refusal(&e))?;
        // Of two parts with one name, other programs may read the other one.
        if archive.has_duplicate_names() || archive.has_overlapping_files().map_err(|e| refusal(&e))? {
            return Err(damaged("parts that stand twice or overlap"));
        }
        let mut parts = HashMap::new();
        for n in 0..archive.len() {
            let Some(Ok(name)) = archive.name_for_index(n) else { return Err(damaged("the name of a part")) };
            parts.insert(name.replace('\\', "/").to_lowercase(), n);
        }
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let limit =
            limits.unpacked_bytes.min(size.saturating_mul(limits.unpacked_ratio).max(ALWAYS_UNPACKED));
        let package = Self { archive, parts, budget: limit, limit };
        package.refuse_others().map(|()| package)
    }

    pub(super) fn part(&mut self, part: Part) -> Result<Xml<'_>, FileError> {
        let file = self.archive.by_index(part).map_err(|e| refusal(&e))?;
        Ok(Xml::new(Box::new(file), &mut self.budget, self.limit))
    }

    /// Follows the relationships from the package to the workbook and from there to its sheets.
    pub(super) fn book(&mut self) -> Result<Book, FileError> {
        let root = self.relations("_rels/.rels", "")?;
        let main = root.into_values().find(|r| r.kind == "officeDocument");
        let main = main.ok_or_else(|| damaged("no workbook in it"))?.path;
        let (folder, name) = main.rsplit_once('/').map_or(("", main.as_str()), |(f, n)| (f, n));
        let slash = if folder.is_empty() { "" } else { "/" };
        let relations = self.relations(&format!("{folder}{slash}_rels/{name}.rels"), folder)?;
        let shared = relations.values().find(|r| r.kind == "sharedStrings");
        let shared_strings = shared.and_then(|r| self.parts.get(&r.path)).copied();
        let part = *self.parts.get(&main).ok_or_else(|| damaged("no workbook in it"))?;

        let (listed, since_1904) = sheet_list(&mut self.part(part)?)?;
        let mut sheets = Vec::new();
        for (name, id) in listed {
            let relation = relations.get(&id).ok_or_else(|| damaged("a sheet that leads nowhere"))?;
            let part = self.parts.get(&relation.path).copied();
            if relation.kind == "worksheet" && part.is_none() {
                return Err(damaged("a sheet that is not there"));
            }
            sheets.push((name, part.filter(|_| relation.kind == "worksheet")));
        }
        Ok(Book { sheets, shared_strings, since_1904 })
    }

    /// The relationships that the part at `path` lists, by id; targets are relative to `folder`.
    fn relations(&mut self, path: &str, folder: &str) -> Result<HashMap<String, Relation>, FileError> {
        let part = *self.parts.get(&path.to_lowercase()).ok_or_else(|| damaged("no relationships in it"))?;
        let mut found = HashMap::new();
        let mut xml = self.part(part)?;
        loop {
            match xml.next()? {
                Event::Start(e) if e.local_name().as_ref() == "Relationship" => {
                    let of = |name| attribute(&e, name).map(Option::unwrap_or_default);
                    let kind = of("Type")?.rsplit('/').next().unwrap_or_default().to_owned();
                    let relation = Relation { kind, path: joined(folder, &of("Target")?) };
                    found.insert(of("Id")?.into_owned(), relation);
                }
                Event::Eof => return Ok(found),
                _ => {}
            }
        }
    }

    fn refuse_others(&self) -> Result<(), FileError> {
        let has = |path: &str| self.parts.contains_key(path);
        let begins = |folder: &str| self.parts.keys().any(|path| path.starts_with(folder));
        if self
            .parts
            .keys()
            .any(|path| path.ends_with("vbaproject.bin") || path.starts_with("xl/macrosheets/"))
        {
            return Err(FileError::Macros);
        }
        let found = if has("xl/workbook.bin") {
            "a binary workbook (.xlsb)"
        } else if begins("word/") {
            "a text document"
        } else if begins("ppt/") {
            "a presentation"
        } else if has("mimetype") {
            "an OpenDocument file or another package"
        } else if has("ofd.xml") {
            "an OFD document"
        } else if !has("[content_types].xml") {
            "an archive"
        } else {
            return Ok(());
        };
        Err(FileError::NotARoster { found })
    }
}

/// Names and relationship ids of the sheets, in order, and whether days are counted from 1904.
fn sheet_list(xml: &mut Xml<'_>) -> Result<(Vec<(String, String)>, bool), FileError> {
    let mut sheets = Vec::new();
    let mut since_1904 = false;
    loop {
        match xml.next()? {
            Event::Start(e) => match e.local_name().as_ref() {
                "workbookPr" => {
                    let flag = attribute(&e, "date1904")?;
                    since_1904 |= matches!(flag.as_deref(), Some("1" | "true"));
                }
                "sheet" if sheets.len() == MOST_SHEETS => {
                    return Err(FileError::TooLarge { what: "sheets", limit: MOST_SHEETS as u64 });
                }
                "sheet" => {
                    let of = |name| attribute(&e, name).map(|value| value.unwrap_or_default().into_owned());
                    sheets.push((of("name")?, of("id")?));
                }
                _ => {}
            },
            Event::Eof => return Ok((sheets, since_1904)),
            _ => {}
        }
    }
}

/// Where a relationship leads.
struct Relation {
    /// The last part of its type, which strict and transitional workbooks share.
    kind: String,
    /// In lower case, from the root of the package.
    path: String,
}

/// `target` as seen from `folder`; one that begins with a slash is seen from the root.
fn joined(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let base = if target.starts_with('/') { "" } else { folder };
    let mut path: Vec<&str> = Vec::new();
    for step in base.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.join("/").to_lowercase()
}

fn refusal(error: &ZipError) -> FileError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => FileError::Encrypted,
        other => FileError::Damaged { detail: super::super::findings::shown(&other.to_string()) },
    }
}
