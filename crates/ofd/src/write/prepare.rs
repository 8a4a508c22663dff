//! One copy: what differs, added to the plate's parts, digested, and later signed.

use std::sync::Arc;

use yinxin_page::GlyphPool;
use yinxin_page::draw::{Layer, Page};

use super::canvas::Canvas;
use super::document::{self, CustomData};
use super::series::Series;
use super::signature::CivilTime;
use super::zip::Archive;
use super::{Error, Plate};
use crate::layout;

/// What makes a copy this copy.
#[derive(Clone, Copy, Debug)]
pub struct CopySpec<'a> {
    /// What the copy shares with others of its series, drawn with the plate's page, sheet by sheet. The same `Arc`
    /// for the same page is what makes it quick.
    pub series: &'a Arc<Page>,
    /// What is its own, drawn over all else.
    pub page: &'a Page,
    pub title: &'a str,
    pub subject: &'a str,
    pub document_id: [u8; 16],
    /// The day of making that the document tells, in the issuer's own time zone; its hours are not told.
    pub created: CivilTime,
    /// The signing time that `Signature.xml` claims, in UTC; what counts is the one in the signature's value.
    pub signed_at: CivilTime,
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
    pub fn finish(self, signed_value: &[u8]) -> Result<Vec<u8>, Error> {
        self.finish_with(|out| {
            out.extend_from_slice(signed_value);
            Ok(())
        })
    }

    /// The same, where `write` appends the value: it is a sixth of a package, and copied for nothing otherwise.
    pub fn finish_with<E: From<Error>>(
        mut self,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<Vec<u8>, E> {
        let (open, out) = self.archive.begin(layout::SIGNED_VALUE)?;
        write(out)?;
        self.archive.end_unlisted(layout::SIGNED_VALUE, &open)?;
        Ok(self.archive.finish()?)
    }
}

/// What packages mostly stay below, and their tags.
const USUAL_PACKAGE: usize = 96 << 10;
const USUAL_FIELDS: usize = 3 << 10;

impl Plate {
    /// Writes one copy up to its signature's value. The same inputs give the same bytes. `pool` is the one that
    /// the plate was compiled with.
    pub fn prepare(&self, copy: &CopySpec, pool: &GlyphPool) -> Result<Prepared, Error> {
        copy.created.check()?;
        copy.signed_at.check()?;
        let series = self.series(copy.series, pool)?;
        let mut canvas = Canvas::new(pool, Some(&self.shared), self.ink, Self::copy_numbers());
        canvas.draw(copy.page, Layer::Under)?;
        canvas.draw(copy.page, Layer::Over)?;
        canvas.check_numbers()?;

        let mut archive = Archive::with_room(USUAL_PACKAGE);
        let (open, out) = archive.begin_with(layout::ENTRANCE, &self.entrance_head)?;
        document::push_entrance(out, &self.origin, copy)?;
        archive.end(layout::ENTRANCE, &open)?;
        archive.add(&series.document)?;
        self.shared_parts.iter().chain(&series.parts).try_for_each(|part| archive.add(part))?;
        archive.add_listed(&series.alike(layout::DOCUMENT_RES, canvas.resources_part(None)?)?.part)?;
        put_files(&mut archive, &canvas, pool)?;
        let (open, out) = archive.begin_with(layout::PAGE, &series.page_head)?;
        // All of it lies above what is shared.
        for bytes in [canvas.under.as_slice(), &canvas.over, document::PAGE_TAIL] {
            out.extend_from_slice(bytes);
        }
        archive.end(layout::PAGE, &open)?;
        let mut fields = Vec::with_capacity(USUAL_FIELDS);
        document::push_fields(&mut fields, &self.fields_head, &series.fields, &canvas)?;
        archive.add_listed(&series.alike(layout::FIELDS, fields)?.part)?;
        archive.add(&self.signatures)?;
        let data_hash = self.put_signature(&mut archive, &series, copy.signed_at)?;
        Ok(Prepared { archive, data_hash })
    }

    /// `Signature.xml`, which covers every part before it: first those that the series shares, then the copy's own.
    fn put_signature(
        &self,
        archive: &mut Archive,
        series: &Series,
        time: CivilTime,
    ) -> Result<[u8; 32], Error> {
        let opening = series.opening(&self.frame, time);
        let references = archive.take_references();
        let (open, out) = archive.begin_with(layout::SIGNATURE, &opening)?;
        out.extend_from_slice(&references);
        out.extend_from_slice(self.frame.behind());
        let digest = archive.digest(&open);
        archive.end_unlisted(layout::SIGNATURE, &open)?;
        Ok(digest)
    }
}

/// The copy's own fonts and pictures.
fn put_files(archive: &mut Archive, canvas: &Canvas, pool: &GlyphPool) -> Result<(), Error> {
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
