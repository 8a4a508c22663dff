//! One copy: what differs, added to the plate's parts, digested, and later signed.

use yinxin_page::GlyphPool;
use yinxin_page::draw::{Layer, Page};

use super::canvas::Canvas;
use super::document::{self, CustomData};
use super::mark::Beneath;
use super::signature::UtcTime;
use super::zip::Archive;
use super::{Error, Plate};
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
    /// The day of making that the document tells, in the issuer's own time zone; its hours are not told.
    pub created: UtcTime,
    /// The signing time that `Signature.xml` claims; what counts is the one in the signature's value.
    pub signed_at: UtcTime,
    /// The fields for programs, in this order.
    pub data: &'a [CustomData<'a>],
}

/// A package that lacks nothing but its signature's value.
#[derive(Clone, PartialEq, Eq)]
pub struct Prepared {
    archive: Archive,
    data_hash: [u8; 32],
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").field("data_hash", &self.data_hash).finish_non_exhaustive()
    }
}

impl Prepared {
    /// SM3 of `Signature.xml`, which holds the digest of every other part: what the seal signature's
    /// `dataHash` must be.
    pub fn data_hash(&self) -> &[u8; 32] {
        &self.data_hash
    }

    /// Where that part lies: what the seal signature's `propertyInfo` must be.
    pub fn signature_path(&self) -> &'static str {
        layout::SIGNATURE_PATH
    }

    /// Puts the signature's value (`SES_Signature`, DER) in, and ends the package.
    pub fn finish(mut self, signed_value: &[u8]) -> Result<Vec<u8>, Error> {
        let (open, out) = self.archive.begin(layout::SIGNED_VALUE)?;
        out.extend_from_slice(signed_value);
        self.archive.end_unlisted(layout::SIGNED_VALUE, &open)?;
        self.archive.finish()
    }
}

/// What packages mostly stay below.
const USUAL_PACKAGE: usize = 96 << 10;

impl Plate {
    /// Writes one copy up to its signature's value. The same inputs give the same bytes. `pool` is the one that
    /// the plate was compiled with.
    pub fn prepare(&self, copy: &CopySpec, pool: &GlyphPool) -> Result<Prepared, Error> {
        copy.created.check()?;
        copy.signed_at.check()?;
        let mut canvas = Canvas::new(pool, Some(&self.shared), self.copy_ids());
        let beneath = Beneath::of(copy.page);
        let marked = !matches!(beneath, Beneath::Nothing);
        if matches!(beneath, Beneath::Anything) {
            canvas.draw(copy.page, Layer::Under)?;
        }
        canvas.draw(copy.page, Layer::Over)?;
        if canvas.pen.ids.next()? > self.end_of_ids() {
            return Err(Error::TooMany { what: "objects", max: self.end_of_ids() as usize });
        }

        let mut archive = Archive::with_room(USUAL_PACKAGE);
        put(&mut archive, layout::ENTRANCE, |out| document::push_entrance(out, &self.origin, copy))?;
        self.add_shared(&mut archive, marked)?;
        match beneath {
            Beneath::Nothing => {}
            Beneath::Mark(draw, form, at) => {
                let mark = self.mark(copy.page, draw, form, at)?;
                archive.add(&mark.resources)?;
                archive.add(&mark.template)?;
            }
            Beneath::Anything => {
                put(&mut archive, layout::MARK_RES, |out| {
                    document::begin_resources(out);
                    out.extend_from_slice(document::RESOURCES_TAIL);
                    Ok(())
                })?;
                let template = document::template(copy.page, document::MARK_LAYER, &canvas.under)?;
                put(&mut archive, layout::MARK, |out| {
                    out.extend_from_slice(&template);
                    Ok(())
                })?;
            }
        }
        put_resources(&mut archive, &canvas, pool)?;
        put(&mut archive, layout::PAGE, |out| {
            let [plain, with_mark] = &self.page_heads;
            out.extend_from_slice(if marked { with_mark } else { plain });
            out.extend_from_slice(&canvas.over);
            out.extend_from_slice(document::PAGE_TAIL);
            Ok(())
        })?;
        put(&mut archive, layout::FIELDS, |out| document::push_fields(out, &self.fields_head, &canvas))?;
        archive.add(&self.signatures)?;
        let data_hash = self.put_signature(&mut archive, copy.signed_at)?;
        Ok(Prepared { archive, data_hash })
    }

    /// `Signature.xml`, which covers every part before it.
    fn put_signature(&self, archive: &mut Archive, time: UtcTime) -> Result<[u8; 32], Error> {
        let references = archive.references().to_vec();
        let (open, out) = archive.begin(layout::SIGNATURE)?;
        self.frame.push(out, time, &references);
        let digest = archive.digest(&open);
        archive.end_unlisted(layout::SIGNATURE, &open)?;
        Ok(digest)
    }
}

/// The copy's own fonts and pictures, and what names them.
fn put_resources(archive: &mut Archive, canvas: &Canvas, pool: &GlyphPool) -> Result<(), Error> {
    put(archive, layout::DOCUMENT_RES, |out| {
        document::begin_resources(out);
        canvas.fonts.push_resources(out, pool)?;
        canvas.push_media(out);
        canvas.pen.push_resources(out)?;
        out.extend_from_slice(document::RESOURCES_TAIL);
        Ok(())
    })?;
    for (path, bytes) in canvas.fonts.files(pool)? {
        put(archive, &path, |out| {
            out.extend_from_slice(&bytes);
            Ok(())
        })?;
    }
    canvas.pictures.iter().try_for_each(|picture| put(archive, &picture.path(), |out| picture.push(out)))
}

/// A part that `write` fills.
fn put(
    archive: &mut Archive,
    path: &str,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), Error>,
) -> Result<(), Error> {
    let (open, out) = archive.begin(path)?;
    write(out)?;
    archive.end(path, &open)
}
