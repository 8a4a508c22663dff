//! What a package says it is: its entrance, documents and pages (GB/T 33190, 7).

use super::archive::Archive;
use super::issue::Issues;
use super::location::locate;
use super::xml::{self, Element};
use super::{Error, Issue};

/// A document of the package; nearly all packages have one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Of `Document.xml`.
    pub path: String,
    pub id: Option<String>,
    pub title: Option<String>,
    pub author: Option<String>,
    pub subject: Option<String>,
    /// The program that made it.
    pub creator: Option<String>,
    pub creation_date: Option<String>,
    /// Facts for programs, name and value.
    pub custom_data: Vec<(String, String)>,
    pub pages: Vec<Page>,
    /// Number and path of each template page.
    pub(super) templates: Vec<(String, String)>,
}

/// A page as its document lists it.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// What stamps refer to.
    pub id: String,
    pub path: String,
}

/// `OFD.xml`.
pub(super) struct Entrance {
    pub(super) bodies: Vec<Body>,
}

/// One document as the entrance names it.
pub(super) struct Body {
    info: Document,
    /// The list of its signatures.
    pub(super) signatures: Option<String>,
}

const ENTRANCE: &str = "/OFD.xml";

pub(super) fn entrance(archive: &Archive, issues: &mut Issues) -> Result<Entrance, Error> {
    if !archive.has(ENTRANCE) {
        return Err(Error::NotOfd { looks_like: "a ZIP archive without OFD.xml, perhaps an Office file" });
    }
    let mut bodies = Vec::new();
    let root = xml::part(archive, ENTRANCE, "OFD", issues)?.unwrap_or_default();
    for body in root.all("DocBody") {
        if bodies.len() >= archive.limits.documents {
            return Err(Error::LimitExceeded { limit: "documents" });
        }
        for element in ["DocInfo", "DocRoot", "Signatures"] {
            once(body, element, ENTRANCE, issues);
        }
        let path = |name| body.text_of(name).map(|location| locate(archive, ENTRANCE, location));
        let empty = Element::default();
        let info = body.first("DocInfo").unwrap_or(&empty);
        let text = |name| info.text_of(name).filter(|text| !text.is_empty()).map(str::to_owned);
        let data = info.all("CustomDatas").flat_map(|data| data.all("CustomData"));
        let custom_data = data
            .map(|one| (one.attribute("Name").unwrap_or_default().to_owned(), one.text.clone()))
            .collect();
        bodies.push(Body {
            info: Document {
                path: path("DocRoot").unwrap_or_default(),
                id: text("DocID"),
                title: text("Title"),
                author: text("Author"),
                subject: text("Subject"),
                creator: text("Creator"),
                creation_date: text("CreationDate"),
                custom_data,
                ..Document::default()
            },
            signatures: path("Signatures"),
        });
    }
    if bodies.len() > 1 {
        issues.add(Issue::ManyDocuments { count: bodies.len() });
    }
    Ok(Entrance { bodies })
}

pub(super) fn documents(
    archive: &Archive,
    entrance: &Entrance,
    issues: &mut Issues,
) -> Result<Vec<Document>, Error> {
    entrance.bodies.iter().map(|body| document(archive, &body.info, issues)).collect()
}

fn document(archive: &Archive, info: &Document, issues: &mut Issues) -> Result<Document, Error> {
    let mut document = info.clone();
    missing(archive, &document.path, ENTRANCE, issues);
    let Some(root) = xml::part(archive, &document.path, "Document", issues)? else { return Ok(document) };
    for element in ["CommonData", "Pages"] {
        once(&root, element, &document.path, issues);
    }
    let from = document.path.clone();
    let place = |element: &Element, issues: &mut Issues| {
        let path = locate(archive, &from, element.attribute("BaseLoc").unwrap_or_default());
        missing(archive, &path, &from, issues);
        (element.attribute("ID").unwrap_or_default().to_owned(), path)
    };
    for page in root.all("Pages").flat_map(|pages| pages.all("Page")) {
        if document.pages.len() >= archive.limits.pages {
            return Err(Error::LimitExceeded { limit: "pages" });
        }
        let (id, path) = place(page, issues);
        document.pages.push(Page { id, path });
    }
    let common = root.first("CommonData").cloned().unwrap_or_default();
    document.templates = common.all("TemplatePage").map(|template| place(template, issues)).collect();
    let resources = common.all("PublicRes").chain(common.all("DocumentRes"));
    let others = ["Annotations", "CustomTags", "Attachments", "Extensions"];
    let others = others.iter().filter_map(|name| root.first(name));
    for location in resources.chain(others) {
        missing(archive, &locate(archive, &document.path, &location.text), &document.path, issues);
    }
    Ok(document)
}

/// Reports a part that is named and not there.
pub(super) fn missing(archive: &Archive, path: &str, from: &str, issues: &mut Issues) {
    if !archive.has(path) {
        issues.add(Issue::PartMissing { path: path.to_owned(), from: from.to_owned() });
    }
}

/// Reports an element that stands more than once.
pub(super) fn once(parent: &Element, element: &'static str, path: &str, issues: &mut Issues) {
    if parent.all(element).nth(1).is_some() {
        issues.add(Issue::RepeatedElement { path: path.to_owned(), element });
    }
}
