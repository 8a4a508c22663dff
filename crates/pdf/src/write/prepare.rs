//! One copy: what differs, appended to the plate's head, hashed, and later signed.

use std::ops::Range;

use yinxin_page::GlyphPool;
use yinxin_page::draw::Page;

use super::canvas::{Canvas, Drawn};
use super::emit;
use super::font::FontObjects;
use super::form::{self, Space};
use super::plate::{Objects, TREE_ROOT, name_object, number};
use super::structure::{self, Read};
use super::xmp;
use super::{Error, PdfDate, Plate, picture};
use crate::layout;

/// What makes a copy this copy.
#[derive(Clone, Copy, Debug)]
pub struct CopySpec<'a> {
    /// What differs; drawn over the plate's page.
    pub page: &'a Page,
    /// Behind the plate's title prefix.
    pub title: &'a str,
    pub subject: &'a str,
    pub document_id: [u8; 16],
    /// When the copy was made, which is also the signing time it claims.
    pub created: PdfDate,
    pub signer_name: &'a str,
    pub reason: &'a str,
    pub location: &'a str,
}

/// A file that lacks nothing but its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    bytes: Vec<u8>,
    /// The value of /Contents, with its brackets.
    gap: Range<usize>,
    digest: [u8; 32],
}

impl Prepared {
    /// SHA-256 over all but the value of /Contents: what the signature's message digest must be.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Bytes of the finished file.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Bytes kept for the signature.
    pub fn room(&self) -> usize {
        self.gap.len().saturating_sub(2) / 2
    }

    /// Puts the CMS value in; the rest of its room stays zero.
    pub fn finish(mut self, cms: &[u8]) -> Result<Vec<u8>, Error> {
        let too_large = Error::SignatureTooLarge { size: cms.len(), room: self.room() };
        let start = self.gap.start + 1;
        let slot = self.bytes.get_mut(start..start + 2 * cms.len());
        let slot = slot.filter(|_| cms.len() <= self.gap.len().saturating_sub(2) / 2).ok_or(too_large)?;
        emit::hex_into(slot, cms);
        Ok(self.bytes)
    }
}

/// Beyond the head: fonts, content, a photograph.
const USUAL_COPY: usize = 48 << 10;

impl Plate {
    /// Writes one copy up to its signature. The same inputs give the same bytes. `pool` is the one that the
    /// plate was compiled with.
    pub fn prepare(&self, copy: &CopySpec, pool: &GlyphPool) -> Result<Prepared, Error> {
        copy.created.check()?;
        let mut canvas = Canvas::own(pool, self.height, &self.shared, self.mark_count);
        canvas.draw(copy.page)?;

        let mut out = Vec::with_capacity(self.head.len() + USUAL_COPY + 2 * self.capacity);
        out.extend_from_slice(&self.head);
        let mut objects = Objects::new(out, self.fixed.metadata);
        self.put_metadata(&mut objects, copy);
        put_stream(&mut objects, self.fixed.under, &canvas.under);
        put_stream(&mut objects, self.fixed.over, &canvas.over);
        let mut next = self.fixed.end();
        self.put_resources(&mut objects, &canvas, pool, &mut next)?;
        self.put_structure(&mut objects, &canvas, &mut next)?;
        self.put_signature(objects, copy, next)
    }

    fn put_metadata(&self, objects: &mut Objects, copy: &CopySpec) {
        let mut packet = Vec::with_capacity(1600);
        let description = xmp::Packet {
            title: [&self.title_prefix, copy.title],
            subject: copy.subject,
            author: &self.author,
            producer: &self.producer,
            language: &self.language,
            created: copy.created,
            document_id: copy.document_id,
        };
        xmp::push(&mut packet, &description);
        objects.begin(self.fixed.metadata);
        form::push_stream(&mut objects.out, b"/Type/Metadata/Subtype/XML", &packet, false);
        objects.end();
    }

    /// Fonts, pictures and forms of the copy, and the names of these and of the plate's.
    fn put_resources(
        &self,
        objects: &mut Objects,
        canvas: &Canvas,
        pool: &GlyphPool,
        next: &mut u32,
    ) -> Result<(), Error> {
        let mut fonts = self.named.fonts.clone();
        if !canvas.used.is_empty() {
            let font = FontObjects::from(*next);
            *next = font.end();
            let bodies = canvas.used.bodies(pool, &font, 1, false)?;
            for (number, body) in font.numbers().into_iter().zip(bodies) {
                objects.put(number, &body);
            }
            fonts.extend_from_slice(b"/F1 ");
            emit::reference(&mut fonts, font.font);
        }
        let mut xobjects = self.named.xobjects.clone();
        for (index, drawn) in canvas.objects.iter().enumerate() {
            match drawn {
                Drawn::Image(image) => {
                    objects.begin(*next);
                    picture::push_image(&mut objects.out, image)?;
                    objects.end();
                }
                Drawn::Qr(matrix) => objects.put(*next, &picture::qr(matrix)?),
                Drawn::Form(form) => objects.put(*next, &self.form(form)?),
            }
            name_object(&mut xobjects, b"Y", index, *next);
            *next += 1;
        }
        objects.begin(self.fixed.resources);
        let out = &mut objects.out;
        out.extend_from_slice(b"<</Font<<");
        out.extend_from_slice(&fonts);
        out.extend_from_slice(b">>/XObject<<");
        out.extend_from_slice(&xobjects);
        out.extend_from_slice(b">>>>");
        objects.end();
        Ok(())
    }

    fn put_structure(&self, objects: &mut Objects, canvas: &Canvas, next: &mut u32) -> Result<(), Error> {
        let space = Space { bottom: self.height, digits: 2 };
        let first = *next;
        let mut reading = Vec::with_capacity(canvas.marks.len());
        for (index, mark) in canvas.marks.iter().enumerate() {
            let mcid = self.mark_count + index;
            objects.begin(*next);
            structure::element(&mut objects.out, mark, mcid, &self.element_place, space)?;
            objects.end();
            reading.push(Read { order: mark.order, object: *next });
            *next += 1;
        }
        number(*next as usize)?;
        reading.sort_by_key(|read| read.order);
        objects.begin(self.fixed.document);
        structure::document(&mut objects.out, TREE_ROOT, &self.reading, &reading);
        objects.end();
        objects.begin(self.fixed.parent_tree);
        structure::parent_tree(&mut objects.out, &self.marks, first..*next, self.seal_element);
        objects.end();
        Ok(())
    }

    /// The signature dictionary, last; then the table and the trailer; then the byte range, which is only
    /// known now, and the digest.
    fn put_signature(&self, mut objects: Objects, copy: &CopySpec, next: u32) -> Result<Prepared, Error> {
        objects.begin(self.fixed.signature);
        let out = &mut objects.out;
        out.extend_from_slice(b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/");
        out.extend_from_slice(layout::SUB_FILTER.as_bytes());
        out.extend_from_slice(b"/M");
        copy.created.push_pdf(out);
        for (key, text) in
            [("/Name", copy.signer_name), ("/Reason", copy.reason), ("/Location", copy.location)]
        {
            if !text.is_empty() {
                out.extend_from_slice(key.as_bytes());
                emit::text_string(out, text);
            }
        }
        out.extend_from_slice(
            b"/Reference[<</Type/SigRef/TransformMethod/DocMDP\
              /TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]",
        );
        let range_at = out.len() + layout::BYTE_RANGE.len();
        let range_len = 3 * layout::BYTE_RANGE_DIGITS + 2;
        out.extend_from_slice(layout::BYTE_RANGE);
        out.resize(range_at + range_len, b' ');
        out.extend_from_slice(layout::CONTENTS);
        let start = out.len();
        out.push(b'<');
        out.resize(start + 1 + 2 * self.capacity, b'0');
        out.push(b'>');
        let gap = start..out.len();

        let mut lines =
            Vec::with_capacity(usize::try_from(next).unwrap_or(0).saturating_mul(layout::XREF_LINE));
        objects.push_lines(&mut lines);
        let mut bytes = objects.out;
        bytes.extend_from_slice(layout::AFTER_CONTENTS);
        let xref = bytes.len() - b"xref\n0 ".len();
        emit::int(&mut bytes, next);
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.xref);
        bytes.extend_from_slice(&lines);
        bytes.extend_from_slice(b"trailer\n<</Size ");
        emit::int(&mut bytes, next);
        bytes.extend_from_slice(b"/Root 1 0 R/ID[<");
        emit::hex(&mut bytes, &copy.document_id);
        bytes.extend_from_slice(b"><");
        emit::hex(&mut bytes, &copy.document_id);
        bytes.extend_from_slice(b">]>>\nstartxref\n");
        emit::size(&mut bytes, xref);
        bytes.extend_from_slice(b"\n%%EOF\n");
        self.seal_up(bytes, gap, range_at)
    }

    fn seal_up(&self, mut bytes: Vec<u8>, gap: Range<usize>, range_at: usize) -> Result<Prepared, Error> {
        // The byte range has ten digits a number, and so has the cross-reference table.
        const MAX: usize = 999_999_999;
        if bytes.len() > MAX {
            return Err(Error::TooMany { what: "bytes", max: MAX });
        }
        let mut range = Vec::with_capacity(32);
        for (index, value) in [gap.start, gap.end, bytes.len() - gap.end].into_iter().enumerate() {
            if index > 0 {
                range.push(b' ');
            }
            layout::push_fixed(&mut range, value, layout::BYTE_RANGE_DIGITS);
        }
        if let Some(slot) = bytes.get_mut(range_at..range_at + range.len()) {
            slot.copy_from_slice(&range);
        }
        let mut state = self.head_state.clone();
        state.update(bytes.get(self.head.len()..gap.start).unwrap_or_default());
        state.update(bytes.get(gap.end..).unwrap_or_default());
        Ok(Prepared { bytes, gap, digest: state.finish() })
    }
}

fn put_stream(objects: &mut Objects, number: u32, data: &[u8]) {
    objects.begin(number);
    form::push_stream(&mut objects.out, b"", data, false);
    objects.end();
}
