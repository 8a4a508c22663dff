//! `import`: a roster becomes a batch of drafts, wholly or not at all.
//!
//! Reading and checking is pure ([`crate::roster`]); only a roster without any error is stored. While rows are
//! loaded the batch is `importing`; a crash leaves it so, and the next start rolls it back ([`crate::recover`]).

use crate::blobs::Kind;
use crate::error::{Error, Result};
use crate::home;
use crate::photos::Photos;
use crate::roster::{self, Limits, Placed, RowNote, Rules};
use crate::system::{System, require};
use std::collections::HashSet;
use std::sync::Arc;
use yinxin_model::catalogue::{Catalogue, Organisation};
use yinxin_model::licence::LicenceIdentifier;
use yinxin_model::states::{BatchState, Role};
use yinxin_model::{Id, Subject};
use yinxin_store::Vault;
use yinxin_store::batch::{self, Begun, NewBatch};
use yinxin_store::certificate::{self, SealedDraft};

/// Rows in one transaction: large enough that sorted inserts visit each page of an index once, small enough that
/// other writers wait for tenths of a second at most.
pub(crate) const CHUNK: usize = 20_000;
/// Rows of one look-up in the register.
const LOOK_UP: usize = 5_000;

pub struct Request {
    pub bytes: Vec<u8>,
    pub file_name: String,
    /// Code, name or alias of the importing organisation.
    pub organisation: String,
    /// A zip of photos.
    pub photos: Option<Vec<u8>>,
    pub dry_run: bool,
}

#[derive(Debug, Default)]
pub struct Imported {
    /// `None` where nothing was stored.
    pub batch: Option<Id>,
    pub state: Option<BatchState>,
    /// Rows with data in the file.
    pub rows: u64,
    /// Rows taken in; in a dry run those that would be.
    pub accepted: u64,
    /// The same file was imported before: `batch` is that one.
    pub repeated: bool,
    pub dry_run: bool,
    pub errors: Vec<RowNote>,
    pub errors_total: u64,
    pub warnings: Vec<RowNote>,
    pub warnings_total: u64,
    pub notes: Vec<RowNote>,
}

/// Tells how many rows are done, of how many.
pub type Report<'a> = &'a (dyn Fn(u64, u64) + Sync);

pub async fn import(system: &System, by: &Subject, request: Request, report: Report<'_>) -> Result<Imported> {
    require(by, Role::Clerk)?;
    let importer = importer(system, by, &request.organisation)?;
    let digest = yinxin_seal::sha256(&request.bytes);
    // Held until the rows are in: whoever else gets it knows that an `importing` batch is a dead one.
    let _lock = if request.dry_run { None } else { Some(lock(system)?) };
    if let Some(earlier) = repeated(system, &importer.code, &digest).await? {
        return Ok(Imported { dry_run: request.dry_run, ..earlier });
    }

    let rules = Rules {
        catalogue: &system.catalogue,
        importer,
        today: system.today(),
        entropy: system.entropy(),
        limits: Limits::default(),
    };
    let read = roster::read(&request.bytes, &request.file_name, &rules).map_err(unreadable)?;
    let mut outcome = Imported {
        rows: read.rows,
        dry_run: request.dry_run,
        errors: read.errors,
        errors_total: read.errors_total,
        warnings: read.warnings,
        warnings_total: read.warnings_total,
        notes: read.notes,
        ..Imported::default()
    };
    let mut photos = request.photos.as_deref().map(Photos::open).transpose()?;
    if outcome.errors_total == 0 {
        compare_with_register(system, &read.drafts, &mut outcome).await?;
        check_photos(&read.drafts, photos.as_mut(), &mut outcome);
    }
    if outcome.errors_total > 0 {
        return Ok(outcome);
    }
    outcome.accepted = outcome.rows;
    if !request.dry_run {
        let loading = Loading { system, by, importer, report };
        let batch = loading.load(&request, digest, read.drafts, photos).await?;
        outcome.batch = Some(batch);
        outcome.state = Some(BatchState::Checked);
    }
    Ok(outcome)
}

/// The organisation, which staff of an institution can only be if it is their own.
fn importer<'a>(system: &'a System, by: &Subject, text: &str) -> Result<&'a Organisation> {
    let unknown = || Error::invalid("organisation_unknown").with("organisation", text);
    let found = system.catalogue.find_organisation(text).ok_or_else(unknown)?;
    if let Subject::Staff { organisation: Some(own), .. } = by
        && *own != found.code
    {
        return Err(Error::forbidden("organisation_may_not_import").with("organisation", &found.code));
    }
    if found.imports_for.is_empty() {
        return Err(Error::forbidden("organisation_may_not_import").with("organisation", &found.code));
    }
    Ok(found)
}

/// One import at a time in a data directory.
pub(crate) fn lock(system: &System) -> Result<std::fs::File> {
    home::lock(&system.home.dir().join("import.lock"), "import_running")
}

/// The same bytes from the same organisation again, unless that batch was cancelled.
async fn repeated(system: &System, organisation: &str, digest: &[u8; 32]) -> Result<Option<Imported>> {
    let (vault, organisation, digest) = (system.vault.clone(), organisation.to_owned(), *digest);
    let found = system
        .db
        .read(move |tx| Box::pin(async move { batch::by_digest(tx, &vault, &organisation, &digest).await }));
    let earlier = found.await?.filter(|b| b.state != BatchState::Importing);
    Ok(earlier.map(|b| Imported {
        batch: Some(b.id),
        state: Some(b.state),
        rows: b.rows,
        repeated: true,
        ..Imported::default()
    }))
}

fn unreadable(error: roster::FileError) -> Error {
    let refused = Error::invalid(error.code()).with("reason", &error);
    refused.because(error)
}

/// Numbers that the register has are errors; the same attainment under another number is a warning.
async fn compare_with_register(system: &System, drafts: &[Placed], outcome: &mut Imported) -> Result<()> {
    for chunk in drafts.chunks(LOOK_UP) {
        let numbers: Vec<String> = chunk.iter().map(|p| p.draft.number.as_str().to_owned()).collect();
        let asked: Vec<_> = chunk
            .iter()
            .map(|p| {
                let index = system.vault.identity_index(&p.draft.holder);
                (index, p.draft.qualification.clone(), p.draft.approved_on)
            })
            .collect();
        let read = system.db.read(move |tx| {
            Box::pin(async move {
                let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
                let asked: Vec<_> = asked.iter().map(|(i, q, day)| (*i, q.as_str(), *day)).collect();
                let existing = certificate::existing(tx, &numbers).await?;
                Ok((existing, certificate::same_attainment(tx, &asked).await?))
            })
        });
        let (existing, same) = read.await?;
        let existing: HashSet<String> = existing.into_iter().collect();
        for (placed, other) in chunk.iter().zip(same) {
            let number = placed.draft.number.as_str();
            if existing.contains(number) {
                let note = note(placed, "管理号", number, "duplicate_in_register");
                add(&mut outcome.errors, &mut outcome.errors_total, note);
            } else if let Some(other) = other {
                let mut note = note(placed, "管理号", number, "same_certificate_other_number");
                note.values.insert("other", other);
                add(&mut outcome.warnings, &mut outcome.warnings_total, note);
            }
        }
    }
    Ok(())
}

fn check_photos(drafts: &[Placed], mut photos: Option<&mut Photos>, outcome: &mut Imported) {
    for placed in drafts {
        let Some(name) = &placed.draft.photo else { continue };
        let Some(photos) = photos.as_deref_mut() else {
            let note = note(placed, "照片", name, "photos_not_given");
            add(&mut outcome.warnings, &mut outcome.warnings_total, note);
            continue;
        };
        if let Err(rule) = photos.check(name) {
            add(&mut outcome.errors, &mut outcome.errors_total, note(placed, "照片", name, rule));
        }
    }
}

fn note(placed: &Placed, column: &str, value: &str, rule: &'static str) -> RowNote {
    RowNote {
        sheet: placed.sheet.to_string(),
        row: placed.row,
        column: column.into(),
        value: value.into(),
        rule,
        values: Default::default(),
    }
}

fn add(list: &mut Vec<RowNote>, total: &mut u64, note: RowNote) {
    *total += 1;
    if list.len() < Limits::default().listed {
        list.push(note);
    }
}

struct Loading<'a> {
    system: &'a System,
    by: &'a Subject,
    importer: &'a Organisation,
    report: Report<'a>,
}

impl Loading<'_> {
    async fn load(
        &self,
        request: &Request,
        digest: [u8; 32],
        drafts: Vec<Placed>,
        photos: Option<Photos>,
    ) -> Result<Id> {
        let batch = Id::new(self.system.now(), self.system.entropy());
        let roster = format!("rosters/{batch}");
        crate::blobs::put(self.system, Kind::Roster, &roster, &request.bytes).await?;
        self.begin(NewBatch {
            id: batch,
            organisation: self.importer.code.clone(),
            roster_digest: digest,
            file_name: request.file_name.chars().take(200).collect(),
            roster_blob: Some(roster),
        })
        .await?;
        match self.rows(batch, drafts, photos).await {
            Ok(()) => Ok(batch),
            Err(error) => {
                // What cannot be undone now, e.g. on a full disk, the next start undoes.
                if let Err(left) = crate::recover::roll_back(self.system, batch).await {
                    tracing::warn!(%batch, code = left.code, "an interrupted import is left for the next start");
                }
                Err(error)
            }
        }
    }

    async fn begin(&self, new: NewBatch) -> Result<()> {
        let (vault, act) = (self.system.vault.clone(), self.system.act(self.by));
        let begun = self
            .system
            .db
            .write(move |tx| Box::pin(async move { batch::begin(tx, &vault, &act, &new).await }));
        match begun.await? {
            Begun::New => Ok(()),
            Begun::Repeated(_) => Err(Error::unavailable("import_running")),
        }
    }

    /// Seals the next chunk while the present one is written.
    async fn rows(&self, batch: Id, drafts: Vec<Placed>, mut photos: Option<Photos>) -> Result<()> {
        let total = drafts.len() as u64;
        let mut done = 0;
        let mut drafts = drafts.into_iter();
        let mut next = self.seal(&mut drafts, &mut photos).await?;
        while let Some(sealing) = next.take() {
            let sealed = sealing.await.map_err(|e| Error::internal("internal").because(e))??;
            next = self.seal(&mut drafts, &mut photos).await?;
            done += sealed.len() as u64;
            self.write(batch, sealed).await?;
            (self.report)(done, total);
        }
        let act = self.system.act(self.by);
        let finished =
            self.system.db.write(move |tx| Box::pin(async move { batch::finish(tx, &act, &batch).await }));
        if finished.await? { Ok(()) } else { Err(Error::conflict("import_rolled_back")) }
    }

    async fn write(&self, batch: Id, sealed: Vec<SealedDraft>) -> Result<()> {
        let (organisation, now) = (self.importer.code.clone(), self.system.now());
        let written = self.system.db.write(move |tx| {
            Box::pin(async move { certificate::load(tx, &batch, &organisation, &sealed, now).await })
        });
        match written.await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::conflict("import_rolled_back")),
            // Somebody else brought one of the numbers in since we compared.
            Err(yinxin_store::Error::Conflict { .. }) => Err(Error::conflict("duplicate_in_register")),
            Err(error) => Err(error.into()),
        }
    }

    /// Begins to seal the next chunk on another thread; `None` when no draft is left.
    async fn seal(
        &self,
        drafts: &mut std::vec::IntoIter<Placed>,
        photos: &mut Option<Photos>,
    ) -> Result<Option<Sealing>> {
        let chunk: Vec<Placed> = drafts.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            return Ok(None);
        }
        let mut prepared = Vec::with_capacity(chunk.len());
        for placed in chunk {
            let id = Id::new(self.system.now(), self.system.entropy());
            let photo = match (&placed.draft.photo, photos.as_mut()) {
                (Some(name), Some(photos)) => Some(self.store_photo(&id, name, photos).await?),
                _ => None,
            };
            prepared.push((id, placed, photo));
        }
        let (vault, catalogue) = (self.system.vault.clone(), self.system.catalogue.clone());
        Ok(Some(tokio::task::spawn_blocking(move || {
            prepared
                .into_iter()
                .map(|(id, placed, photo)| sealed(&vault, &catalogue, id, placed, photo))
                .collect()
        })))
    }

    async fn store_photo(&self, certificate: &Id, name: &str, photos: &mut Photos) -> Result<String> {
        let bytes = photos.read(name)?;
        let blob = format!("photos/{certificate}");
        crate::blobs::put(self.system, Kind::Photo, &blob, &bytes).await?;
        Ok(blob)
    }
}

type Sealing = tokio::task::JoinHandle<Result<Vec<SealedDraft>>>;

fn sealed(
    vault: &Arc<Vault>,
    catalogue: &Catalogue,
    id: Id,
    placed: Placed,
    photo: Option<String>,
) -> Result<SealedDraft> {
    let licence = licence(
        catalogue,
        &placed.draft.qualification,
        &placed.draft.issuer,
        placed.draft.number.as_str(),
        1,
    );
    Ok(SealedDraft::seal(vault, id, placed.draft, licence, photo)?)
}

/// The licence identifier, where the catalogue has the codes that it is made of.
pub(crate) fn licence(
    catalogue: &Catalogue,
    qualification: &str,
    issuer: &str,
    number: &str,
    version: u16,
) -> Option<String> {
    let type_code = &catalogue.qualification(qualification)?.type_code;
    let issuer_code = &catalogue.organisation(issuer)?.credit_code;
    LicenceIdentifier::mint(type_code, issuer_code, number, version).ok().map(|id| id.to_string())
}
