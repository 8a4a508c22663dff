//! One walk over every value of every revision: keys that occur twice, and things that act.

use super::issue::Issues;
use super::object::{Dict, Object, ObjectId};
use super::objects::Store;
use super::{Active, Error, Issue};

pub(super) fn inspect(store: &Store, issues: &mut Issues) -> Result<(), Error> {
    for revision in &store.revisions {
        for loaded in revision.defined.values() {
            let mut kinds = Vec::new();
            walk(store, &loaded.value, loaded.id, &mut kinds, issues)?;
            kinds.sort_unstable();
            kinds.dedup();
            for kind in kinds {
                issues.add(Issue::ActiveContent { kind, object: loaded.id });
            }
        }
    }
    Ok(())
}

/// Depth is bounded by the parser.
fn walk(
    store: &Store,
    value: &Object,
    object: ObjectId,
    kinds: &mut Vec<Active>,
    issues: &mut Issues,
) -> Result<(), Error> {
    store.file.budget.spend(1)?;
    match value {
        Object::Array(items) => {
            for item in items {
                walk(store, item, object, kinds, issues)?;
            }
        }
        Object::Dict(dict) => {
            if let Some(key) = &dict.duplicate {
                let key = String::from_utf8_lossy(key.as_bytes()).into_owned();
                issues.add(Issue::DuplicateKey { object, key, at: dict.at });
            }
            look(dict, kinds);
            for (_, item) in &dict.entries {
                walk(store, item, object, kinds, issues)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn look(dict: &Dict, kinds: &mut Vec<Active>) {
    for (key, value) in &dict.entries {
        let by_key = match key.as_bytes() {
            b"JS" | b"JavaScript" => Some(Active::JavaScript),
            // An array is a place on a page to begin with, which does nothing.
            b"OpenAction" if !matches!(value, Object::Array(_)) => Some(Active::OpenAction),
            b"AA" => Some(Active::AdditionalActions),
            b"EmbeddedFiles" | b"EF" => Some(Active::EmbeddedFile),
            b"XFA" => Some(Active::Xfa),
            b"RichMediaContent" => Some(Active::Media),
            _ => None,
        };
        kinds.extend(by_key);
        let Object::Name(name) = value else { continue };
        let by_name = match (key.as_bytes(), name.as_bytes()) {
            (b"S", b"JavaScript") => Some(Active::JavaScript),
            (b"S", b"Launch") => Some(Active::Launch),
            (b"S", b"SubmitForm" | b"ImportData" | b"GoToR" | b"GoToE") => Some(Active::Remote),
            (b"S", b"Rendition" | b"Movie" | b"Sound") => Some(Active::Media),
            (b"Subtype", b"RichMedia" | b"3D" | b"Screen" | b"Movie" | b"Sound") => Some(Active::Media),
            (b"Type", b"EmbeddedFile") => Some(Active::EmbeddedFile),
            _ => None,
        };
        kinds.extend(by_name);
    }
}
