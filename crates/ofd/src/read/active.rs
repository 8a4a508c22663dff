//! What in a package does something, or comes from elsewhere (GB/T 33190, 10, 14 and 17): no certificate needs it.

use super::Error;
use super::archive::Archive;
use super::xml::{self, Flaw, Step};

/// Something that is more than a page to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActiveKind {
    /// Jumps, opens an address or plays something.
    Action,
    /// A file that readers offer to open.
    Attachment,
    /// Sound or film.
    SoundOrFilm,
    /// A location outside the package.
    ExternalResource,
}

impl ActiveKind {
    /// The stable name of this kind.
    pub fn name(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Attachment => "attachment",
            Self::SoundOrFilm => "sound_or_film",
            Self::ExternalResource => "external_resource",
        }
    }
}

/// One kind of it in one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Active {
    /// Of the part that says so.
    pub path: String,
    pub kind: ActiveKind,
}

/// Of all parts that are XML by their name, each kind once a part.
pub(super) fn content(archive: &Archive) -> Result<Vec<Active>, Error> {
    let mut found = Vec::new();
    for entry in archive.entries().iter().filter(|entry| entry.path.to_lowercase().ends_with(".xml")) {
        let Some(bytes) = archive.read_xml(&entry.path)? else { continue };
        let mut kinds = Vec::new();
        let mut open = Vec::new();
        let walked = xml::walk(&bytes, archive, &mut |step| {
            match step {
                Step::Start(element) => {
                    let kind = element.attribute("Type").unwrap_or_default();
                    match element.name.as_str() {
                        "Action" => kinds.push(ActiveKind::Action),
                        "Attachment" => kinds.push(ActiveKind::Attachment),
                        "MultiMedia" if !kind.eq_ignore_ascii_case("image") => {
                            kinds.push(ActiveKind::SoundOrFilm);
                        }
                        _ => {}
                    }
                    if element.attribute("BaseLoc").is_some_and(leads_out) {
                        kinds.push(ActiveKind::ExternalResource);
                    }
                    open.push(element.name);
                }
                Step::Text(piece) => {
                    let located = open.last().is_some_and(|name| LOCATIONS.contains(&name.as_str()));
                    if located && leads_out(piece) {
                        kinds.push(ActiveKind::ExternalResource);
                    }
                }
                Step::End => {
                    open.pop();
                }
            }
            Ok(())
        });
        if let Err(Flaw::Limit(error)) = walked {
            return Err(error);
        }
        kinds.sort_unstable();
        kinds.dedup();
        found.extend(kinds.into_iter().map(|kind| Active { path: entry.path.clone(), kind }));
    }
    Ok(found)
}

/// Elements whose text is a location.
const LOCATIONS: [&str; 9] = [
    "FontFile",
    "MediaFile",
    "FileLoc",
    "PublicRes",
    "DocumentRes",
    "PageRes",
    "DocRoot",
    "Annotations",
    "Attachments",
];

fn leads_out(location: &str) -> bool {
    location.contains("://") || location.trim_start().starts_with("\\\\")
}
