//! The text of pages, as programs that search find it (GB/T 33190, 11.3: `TextCode`).

use super::Error;
use super::archive::Archive;
use super::document::Document;
use super::xml::{self, Flaw, Step};

/// Of each page of each document, its templates first.
pub(super) fn pages(archive: &Archive, documents: &[Document]) -> Result<Vec<String>, Error> {
    let mut pages = Vec::new();
    for document in documents {
        for page in &document.pages {
            let (own, templates) = part(archive, &page.path)?;
            let mut text = String::new();
            for id in templates {
                let template = document.templates.iter().find(|(own, _)| *own == id);
                if let Some((_, path)) = template {
                    text.push_str(&part(archive, path)?.0);
                }
            }
            text.push_str(&own);
            pages.push(text);
        }
    }
    Ok(pages)
}

/// A part's lines, and the templates that it names. What cannot be read has no text; that it cannot is said
/// where it matters.
fn part(archive: &Archive, path: &str) -> Result<(String, Vec<String>), Error> {
    let Some(bytes) = archive.read_xml(path)? else { return Ok(Default::default()) };
    let (mut text, mut templates) = (String::new(), Vec::new());
    let mut open = Vec::new();
    let walked = xml::walk(&bytes, archive, &mut |step| {
        match step {
            Step::Start(element) => {
                if element.name == "Template" {
                    templates.extend(element.attribute("TemplateID").map(str::to_owned));
                }
                open.push(element.name);
            }
            Step::Text(piece) if open.last().is_some_and(|name| name == "TextCode") => {
                archive.budget.spend_text(piece.len())?;
                text.push_str(piece);
            }
            Step::Text(_) => {}
            Step::End => {
                if open.pop().is_some_and(|name| name == "TextObject") {
                    text.push('\n');
                }
            }
        }
        Ok(())
    });
    match walked {
        Err(Flaw::Limit(error)) => Err(error),
        _ => Ok((text, templates)),
    }
}
