//! The parts that say what a package is made of (GB/T 33190, 7): entrance, document, resources, pages, tags.

use yinxin_page::draw::{Color, Page, Point, Role};

use super::canvas::{Canvas, Tagged, push_area};
use super::emit;
use super::{CopySpec, Error};
use crate::layout;

/// Numbers that every document of ours gives to the same things.
pub(super) const PAGE: u32 = 1;
const UNDER: u32 = 2;
const MARK: u32 = 3;
const OVER: u32 = 4;
const LABELS: u32 = 5;
pub(super) const UNDER_LAYER: u32 = 6;
pub(super) const MARK_LAYER: u32 = 7;
pub(super) const OVER_LAYER: u32 = 8;
pub(super) const LABELS_LAYER: u32 = 9;
const PAGE_LAYER: u32 = 10;
/// The drawing parameter of layers of text: the colour that most of it has.
pub(super) const INK: u32 = 11;
pub(super) const FIRST_FREE: u32 = 12;

/// Which templates a series adds to the plate's two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sheets {
    /// Beneath the plate's words: a watermark.
    pub(super) mark: bool,
    /// Above them.
    pub(super) labels: bool,
}

impl Sheets {
    pub(super) fn is_empty(self) -> bool {
        !(self.mark || self.labels)
    }

    /// The page's templates with their names, lowest first.
    fn templates(self) -> impl Iterator<Item = (u32, &'static [u8])> {
        let all: [(u32, &[u8], bool); 4] = [
            (UNDER, b"Under", true),
            (MARK, b"Mark", self.mark),
            (OVER, b"Over", true),
            (LABELS, b"Labels", self.labels),
        ];
        all.into_iter().filter(|(.., there)| *there).map(|(id, name, _)| (id, name))
    }
}

/// One of the facts that a package tells to programs beside the page (GB/T 33190, 7.4: `CustomData`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomData<'a> {
    pub name: &'a str,
    pub value: &'a str,
}

/// What the entrance takes from the plate.
pub(super) struct Origin {
    pub(super) author: String,
    pub(super) creator: String,
    pub(super) creator_version: String,
}

/// `OFD.xml` up to what no two packages share.
pub(super) fn entrance_head() -> Vec<u8> {
    let mut out = Vec::new();
    emit::root(&mut out, "OFD");
    out.extend_from_slice(b" Version=\"1.0\" DocType=\"OFD\"><ofd:DocBody><ofd:DocInfo><ofd:DocID>");
    out
}

/// What follows it. It names the list of signatures, which it is covered by.
pub(super) fn push_entrance(out: &mut Vec<u8>, origin: &Origin, copy: &CopySpec) -> Result<(), Error> {
    push_hex(out, &copy.document_id);
    out.extend_from_slice(b"</ofd:DocID><ofd:Title>");
    emit::text(out, copy.title)?;
    out.extend_from_slice(b"</ofd:Title>");
    for (name, value) in [("Author", origin.author.as_str()), ("Subject", copy.subject)] {
        push_element(out, name, value)?;
    }
    out.extend_from_slice(b"<ofd:CreationDate>");
    copy.created.push_day(out);
    out.extend_from_slice(b"</ofd:CreationDate>");
    for (name, value) in
        [("Creator", origin.creator.as_str()), ("CreatorVersion", origin.creator_version.as_str())]
    {
        push_element(out, name, value)?;
    }
    if !copy.data.is_empty() {
        out.extend_from_slice(b"<ofd:CustomDatas>");
        for CustomData { name, value } in copy.data {
            out.extend_from_slice(b"<ofd:CustomData Name=\"");
            emit::text(out, name)?;
            out.extend_from_slice(b"\">");
            emit::text(out, value)?;
            out.extend_from_slice(b"</ofd:CustomData>");
        }
        out.extend_from_slice(b"</ofd:CustomDatas>");
    }
    out.extend_from_slice(b"</ofd:DocInfo><ofd:DocRoot>");
    out.extend_from_slice(layout::DOCUMENT.as_bytes());
    out.extend_from_slice(b"</ofd:DocRoot><ofd:Signatures>");
    out.extend_from_slice(layout::SIGNATURES.as_bytes());
    out.extend_from_slice(b"</ofd:Signatures></ofd:DocBody></ofd:OFD>");
    Ok(())
}

/// An element of text; nothing where there is none.
fn push_element(out: &mut Vec<u8>, name: &str, value: &str) -> Result<(), Error> {
    if value.is_empty() {
        return Ok(());
    }
    out.extend_from_slice(b"<ofd:");
    out.extend_from_slice(name.as_bytes());
    out.push(b'>');
    emit::text(out, value)?;
    out.extend_from_slice(b"</ofd:");
    out.extend_from_slice(name.as_bytes());
    out.push(b'>');
    Ok(())
}

fn push_hex(out: &mut Vec<u8>, bytes: &[u8]) {
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            out.push(digit + if digit < 10 { b'0' } else { b'a' - 10 });
        }
    }
}

/// `Document.xml` of a series with these sheets.
pub(super) fn document(page: &Page, max_id: u32, sheets: Sheets) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    emit::root(&mut out, "Document");
    out.extend_from_slice(b"><ofd:CommonData><ofd:MaxUnitID>");
    emit::int(&mut out, max_id);
    out.extend_from_slice(b"</ofd:MaxUnitID>");
    push_area(&mut out, "PageArea", size(page))?;
    out.extend_from_slice(b"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>");
    if !sheets.is_empty() {
        out.extend_from_slice(b"<ofd:DocumentRes>SeriesRes.xml</ofd:DocumentRes>");
    }
    out.extend_from_slice(b"<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>");
    for (id, name) in sheets.templates() {
        out.extend_from_slice(b"<ofd:TemplatePage");
        emit::attribute(&mut out, "ID", id);
        out.extend_from_slice(b" BaseLoc=\"Tpls/Tpl_0/");
        out.extend_from_slice(name);
        out.extend_from_slice(b".xml\"/>");
    }
    out.extend_from_slice(b"</ofd:CommonData><ofd:Pages><ofd:Page");
    emit::attribute(&mut out, "ID", PAGE);
    out.extend_from_slice(
        b" BaseLoc=\"Pages/Page_0/Content.xml\"/></ofd:Pages>\
          <ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags></ofd:Document>",
    );
    Ok(out)
}

fn size(page: &Page) -> Point {
    Point { x: page.width, y: page.height }
}

/// A template page of one layer.
pub(super) fn template(
    page: &Page,
    layer: u32,
    ink: Option<Color>,
    objects: &[u8],
) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(objects.len() + 256);
    emit::root(&mut out, "Page");
    out.push(b'>');
    push_area(&mut out, "Area", size(page))?;
    out.extend_from_slice(b"<ofd:Content>");
    push_layer(&mut out, layer, ink);
    out.extend_from_slice(objects);
    out.extend_from_slice(PAGE_TAIL);
    Ok(out)
}

/// The start of a layer of a page, whose text has this colour unless it says another.
pub(super) fn push_layer(out: &mut Vec<u8>, id: u32, ink: Option<Color>) {
    out.extend_from_slice(b"<ofd:Layer");
    emit::attribute(out, "ID", id);
    if ink.is_some() {
        emit::attribute(out, "DrawParam", INK);
    }
    out.push(b'>');
}

/// The page's content up to its objects: the templates that lie beneath them, lowest first.
pub(super) fn page_head(page: &Page, ink: Option<Color>, sheets: Sheets) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    emit::root(&mut out, "Page");
    out.push(b'>');
    for (id, _) in sheets.templates() {
        out.extend_from_slice(b"<ofd:Template");
        emit::attribute(&mut out, "TemplateID", id);
        out.extend_from_slice(b" ZOrder=\"Background\"/>");
    }
    push_area(&mut out, "Area", size(page))?;
    out.extend_from_slice(b"<ofd:Content>");
    push_layer(&mut out, PAGE_LAYER, ink);
    Ok(out)
}

pub(super) const PAGE_TAIL: &[u8] = b"</ofd:Layer></ofd:Content></ofd:Page>";

/// The start and the end of a part with resources, whose files lie in `Res`.
pub(super) fn begin_resources(out: &mut Vec<u8>) {
    emit::root(out, "Res");
    out.extend_from_slice(b" BaseLoc=\"Res\">");
}

/// The drawing parameter of layers of text (GB/T 33190, CT_DrawParam).
pub(super) fn push_ink(out: &mut Vec<u8>, ink: Color) {
    out.extend_from_slice(b"<ofd:DrawParams><ofd:DrawParam");
    emit::attribute(out, "ID", INK);
    out.push(b'>');
    emit::color(out, b"FillColor", ink);
    out.extend_from_slice(b"</ofd:DrawParam></ofd:DrawParams>");
}

pub(super) const RESOURCES_TAIL: &[u8] = b"</ofd:Res>";

/// `CustomTags.xml`: one set of tags, which says what the fields of the page are (GB/T 33190, 16).
pub(super) fn custom_tags(namespace: &str) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    emit::root(&mut out, "CustomTags");
    out.extend_from_slice(b"><ofd:CustomTag NameSpace=\"");
    emit::text(&mut out, namespace)?;
    out.extend_from_slice(b"\"><ofd:FileLoc>Fields.xml</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>");
    Ok(out)
}

/// The start of the part with the fields.
pub(super) fn fields_head(namespace: &str) -> Result<Vec<u8>, Error> {
    let mut out = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Fields xmlns=\"".to_vec();
    emit::text(&mut out, namespace)?;
    out.extend_from_slice(b"\" xmlns:ofd=\"");
    out.extend_from_slice(layout::NAMESPACE.as_bytes());
    out.extend_from_slice(b"\">");
    Ok(out)
}

/// A field of the tags, written.
pub(super) struct Field {
    order: u32,
    xml: Vec<u8>,
}

/// What of a canvas the tags tell. Labels are not fields.
fn told<'a>(canvas: &'a Canvas) -> impl Iterator<Item = &'a Tagged<'a>> {
    canvas.tagged.iter().filter(|tagged| tagged.block.role != Role::Label)
}

/// The fields of what a series shares.
pub(super) fn fields(canvas: &Canvas) -> Result<Vec<Field>, Error> {
    let written = told(canvas).map(|tagged| {
        let mut xml = Vec::new();
        push_field(&mut xml, tagged, canvas)?;
        Ok(Field { order: tagged.block.order, xml })
    });
    written.collect()
}

/// Each field with the objects that show it, in reading order.
pub(super) fn push_fields(
    out: &mut Vec<u8>,
    head: &[u8],
    series: &[Field],
    canvas: &Canvas,
) -> Result<(), Error> {
    let mut own: Vec<&Tagged> = told(canvas).collect();
    own.sort_by_key(|tagged| tagged.block.order);
    let mut shared: Vec<&Field> = series.iter().collect();
    shared.sort_by_key(|field| field.order);
    let mut shared = shared.into_iter().peekable();
    out.extend_from_slice(head);
    for tagged in own {
        while let Some(field) = shared.next_if(|field| field.order <= tagged.block.order) {
            out.extend_from_slice(&field.xml);
        }
        push_field(out, tagged, canvas)?;
    }
    for field in shared {
        out.extend_from_slice(&field.xml);
    }
    out.extend_from_slice(b"</Fields>");
    Ok(())
}

fn push_field(out: &mut Vec<u8>, tagged: &Tagged, canvas: &Canvas) -> Result<(), Error> {
    let block = tagged.block;
    out.extend_from_slice(b"<Field Name=\"");
    emit::text(out, &block.id)?;
    if let Role::Figure { alt } = &block.role {
        out.extend_from_slice(b"\" Alt=\"");
        emit::text(out, alt)?;
    }
    out.extend_from_slice(b"\">");
    for object in canvas.objects(tagged) {
        out.extend_from_slice(b"<ofd:ObjectRef");
        emit::attribute(out, "PageRef", PAGE);
        out.push(b'>');
        emit::int(out, *object);
        out.extend_from_slice(b"</ofd:ObjectRef>");
    }
    out.extend_from_slice(b"</Field>");
    Ok(())
}
