//! One copy: what differs, appended to the plate's head, hashed, and later signed.

use std::ops::Range;
use std::sync::Arc;

use yinxin_page::GlyphPool;
use yinxin_page::draw::Page;

use super::canvas::Canvas;
use super::emit;
use super::font::FontObjects;
use super::form;
use super::objects::Objects;
use super::series::Series;
use super::xmp;
use super::{Error, PdfDate, Plate};
use crate::layout;

/// What makes a copy this copy.
#[derive(Clone, Copy, Debug)]
pub struct CopySpec<'a> {
    /// What the copy shares with others of its series, drawn with the plate's page, sheet by sheet. The same `Arc` for the same
    /// page is what makes it quick.
    pub series: &'a Arc<Page>,
    /// What is its own, drawn over all else.
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

/// Beyond what is shared: a font, content, a photograph.
const USUAL_COPY: usize = 40 << 10;

impl Plate {
    /// Writes one copy up to its signature. The same inputs give the same bytes. `pool` is the one that the
    /// plate was compiled with.
    pub fn prepare(&self, copy: &CopySpec, pool: &GlyphPool) -> Result<Prepared, Error> {
        copy.created.check()?;
        let mut canvas = Canvas::own(pool, self.height, &self.shared, self.marks.len());
        canvas.draw(copy.page)?;
        let series = self.series(copy.series, &canvas, pool)?;

        let shared = self.head.len() + series.bytes.len();
        let mut out = Vec::with_capacity(shared + USUAL_COPY + 2 * self.capacity);
        out.extend_from_slice(&self.head);
        out.extend_from_slice(&series.bytes);
        self.end_metadata(&mut out, copy);
        let length = out.len() - shared - form::END_STREAM.len() + series.packet;
        let mut objects = Objects::new(out, 0);
        objects.end();
        objects.begin(self.fixed.metadata_length);
        emit::size(&mut objects.out, length);
        objects.end();
        objects.begin(self.fixed.own_over);
        form::push_stream(&mut objects.out, b"", &canvas.over, false);
        objects.end();
        let next = put_own(&mut objects, &canvas, pool, series.end)?;
        self.put_signature(objects, &series, copy, next)
    }

    fn end_metadata(&self, out: &mut Vec<u8>, copy: &CopySpec) {
        let description = xmp::Description {
            title: copy.title,
            subject: copy.subject,
            created: copy.created,
            document_id: copy.document_id,
        };
        xmp::end(out, &description);
        out.extend_from_slice(form::END_STREAM);
    }

    /// The signature dictionary, last; then the table and the trailer; then the byte range, which is only
    /// known now, and the digest.
    fn put_signature(
        &self,
        mut objects: Objects,
        series: &Series,
        copy: &CopySpec,
        next: u32,
    ) -> Result<Prepared, Error> {
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

        let mut early = Vec::with_capacity(3 * layout::XREF_LINE);
        objects.push_lines(&mut early, self.fixed.signature..self.fixed.metadata);
        let mut late = Vec::with_capacity(8 * layout::XREF_LINE);
        objects.push_lines(&mut late, series.end..next);
        let mut bytes = objects.out;
        bytes.extend_from_slice(layout::AFTER_CONTENTS);
        let xref = bytes.len() - b"xref\n0 ".len();
        emit::int(&mut bytes, next);
        bytes.push(b'\n');
        for lines in [&self.xref, &early, &series.lines, &late] {
            bytes.extend_from_slice(lines);
        }
        bytes.extend_from_slice(b"trailer\n<</Size ");
        emit::int(&mut bytes, next);
        bytes.extend_from_slice(b"/Root 1 0 R/ID[<");
        emit::hex(&mut bytes, &copy.document_id);
        bytes.extend_from_slice(b"><");
        emit::hex(&mut bytes, &copy.document_id);
        bytes.extend_from_slice(b">]>>\nstartxref\n");
        emit::size(&mut bytes, xref);
        bytes.extend_from_slice(b"\n%%EOF\n");
        self.seal_up(bytes, series, gap, range_at)
    }

    fn seal_up(
        &self,
        mut bytes: Vec<u8>,
        series: &Series,
        gap: Range<usize>,
        range_at: usize,
    ) -> Result<Prepared, Error> {
        // The byte range has ten digits a number, and so has the cross-reference table.
        const MAX: usize = 999_999_999;
        if bytes.len() > MAX {
            return Err(Error::TooMany { what: "bytes", max: MAX });
        }
        let numbers = [gap.start, gap.end, bytes.len() - gap.end];
        layout::put_byte_range(bytes.get_mut(range_at..).unwrap_or_default(), numbers);
        let mut state = series.state.clone();
        state.update(bytes.get(self.head.len() + series.bytes.len()..gap.start).unwrap_or_default());
        state.update(bytes.get(gap.end..).unwrap_or_default());
        Ok(Prepared { bytes, gap, digest: state.finish() })
    }
}

/// The copy's own font, pictures and forms, numbered from `first` on as its series has them named.
fn put_own(objects: &mut Objects, canvas: &Canvas, pool: &GlyphPool, first: u32) -> Result<u32, Error> {
    let mut next = first;
    if !canvas.used.is_empty() {
        let font = FontObjects::from(next);
        next = font.end();
        canvas.used.put(objects, pool, &font, 2, false)?;
    }
    for drawn in &canvas.objects {
        drawn.put(objects, next)?;
        next += 1;
    }
    Ok(next)
}
