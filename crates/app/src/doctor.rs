//! `doctor`: looks at keys, database, fonts, seals, clock, disk and audit, and says what is wrong and what to do.
//!
//! Every finding has a code; `words` says the sentence (`doctor-<code>`). Nothing here changes anything.

use crate::config::{Config, ImprintKind};
use crate::error::Error;
use crate::fonts;
use crate::home::Home;
use crate::keys::KeyFile;
use crate::sealing::{SOON_MS, Sealing};
use crate::seals;
use crate::system::{System, World};
use serde::Serialize;
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use yinxin_model::states::SealState;
use yinxin_model::{Format, Instant, Level};
use yinxin_store::{Engine, catalogue};

#[derive(Debug, Serialize)]
pub struct Finding {
    pub check: &'static str,
    pub state: Health,
    pub code: &'static str,
    pub values: BTreeMap<&'static str, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    Good,
    /// Works, and deserves attention.
    Note,
    Wrong,
}

/// Characters that holders' names have: a common one, extensions A, E and G.
const PROBE: [&str; 4] = ["张", "䶮", "𬱖", "𰻞"];
/// Below this much free space the disk is named.
const LITTLE_SPACE: u64 = 1 << 30;
/// The error where no root certificate is trusted yet.
const NO_ROOT: &str = "trust_missing";

pub async fn doctor(home: &Home, database: Option<&str>, world: &World) -> Vec<Finding> {
    let mut findings = vec![directory(home)];
    findings.extend(key_files(home));
    findings.extend(open_to_others(home));
    match Config::load(home.dir()) {
        Ok(config) => {
            findings.push(good("config", "config_good"));
            findings.extend(font_findings(&config));
        }
        Err(error) => findings.push(wrong("config", "config_wrong").with_error(&error)),
    }
    findings.push(disk(home));
    findings.push(clock(home, world));
    match System::open(home.clone(), database, world.clone()).await {
        Ok(system) => {
            let engine = match system.db.engine() {
                Engine::Sqlite => "SQLite",
                Engine::Postgres => "PostgreSQL",
            };
            findings.push(good("database", "database_good").with("engine", engine));
            findings.push(portal_texts(&system));
            findings.extend(seals(&system).await);
            findings.extend(long_term(&system).await);
            findings.extend(ofd_time_stamps(&system).await);
            findings.extend(statement_key(&system));
            findings.extend(identity_provider(&system).await);
            findings.extend(failed_jobs(&system).await);
            findings.extend(audit(&system).await);
            findings.extend(open_work(&system).await);
            findings.extend(orphans(&system).await);
        }
        Err(error) => findings.push(wrong("database", "database_wrong").with_error(&error)),
    }
    findings
}

/// What of it a process that serves looks at again and again. `seals` asks the database, and devices for their keys.
pub(crate) async fn running(system: &System) -> Vec<Finding> {
    let mut findings = vec![disk(&system.home), clock(&system.home, &system.world)];
    findings.extend(key_files(&system.home));
    findings.extend(seals(system).await);
    findings
}

fn portal_texts(system: &System) -> Finding {
    match crate::portal_texts::check(system) {
        Ok(()) => good("portal_texts", "portal_texts_good"),
        Err(error) => wrong("portal_texts", "portal_texts_wrong").with("reason", "").with_error(&error),
    }
}

fn directory(home: &Home) -> Finding {
    match home.instance() {
        Ok(Some(instance)) if instance.demo => note("directory", "directory_demo"),
        Ok(Some(_)) => good("directory", "directory_good"),
        Ok(None) => wrong("directory", "directory_missing").with("path", home.dir().display()),
        Err(error) => wrong("directory", "directory_wrong").with_error(&error),
    }
}

/// They must be there, readable, and nobody else's.
fn key_files(home: &Home) -> Vec<Finding> {
    let mut findings = Vec::new();
    match KeyFile::read(home) {
        Ok(_) => findings.push(good("keys", "keys_good")),
        Err(error) => findings.push(wrong("keys", "keys_wrong").with_error(&error)),
    }
    let keys = home.dir().join("keys");
    let listed = Home::files(&keys, &["toml", "p8"]).unwrap_or_default();
    for path in listed.iter().chain([&keys]) {
        let mode = std::fs::metadata(path).map(|m| m.permissions().mode() & 0o077).unwrap_or(0);
        if mode != 0 {
            findings.push(wrong("keys", "keys_readable_by_others").with("path", path.display()));
        }
    }
    findings
}

/// Directories and the register are made for their owner alone; those of an older release, or that somebody made before, may
/// be open to others. What lies in them is encrypted, but for a demo's messages: a note, no alarm.
fn open_to_others(home: &Home) -> Vec<Finding> {
    let own = [home.dir().to_owned(), home.objects(), home.dir().join("outbox"), home.sqlite()];
    let open = own.into_iter().filter_map(|path| {
        let mode = std::fs::metadata(&path).map(|found| found.permissions().mode() & 0o777).ok()?;
        let found = note("directory", "directory_readable_by_others").with("path", path.display());
        (mode & 0o077 != 0).then(|| found.with("mode", format!("{mode:o}")))
    });
    open.collect()
}

fn font_findings(config: &Config) -> Vec<Finding> {
    let missing = fonts::missing(&config.fonts);
    let mut findings: Vec<Finding> =
        missing.iter().map(|path| note("fonts", "font_missing").with("path", path.display())).collect();
    let pool = fonts::pool(&config.fonts);
    for style in fonts::STYLES {
        let has = |character: &str| pool.style(style).and_then(|id| pool.glyph(id, character)).is_ok();
        let lacking: Vec<&str> = PROBE.into_iter().filter(|character| !has(character)).collect();
        findings.push(match lacking.is_empty() {
            true => good("fonts", "fonts_good").with("style", style),
            false => {
                wrong("fonts", "fonts_lacking").with("style", style).with("characters", lacking.join(" "))
            }
        });
    }
    findings
}

fn disk(home: &Home) -> Finding {
    match fs4::available_space(home.dir()) {
        Ok(free) if free < LITTLE_SPACE => wrong("disk", "disk_little_space").with("megabytes", free >> 20),
        Ok(free) => good("disk", "disk_good").with("megabytes", free >> 20),
        Err(_) => note("disk", "disk_unknown"),
    }
}

/// A clock before the installation was made is certainly wrong.
fn clock(home: &Home, world: &World) -> Finding {
    let now = world.clock.now();
    match home.instance() {
        Ok(Some(instance)) if now < instance.made_at => {
            wrong("clock", "clock_behind").with("now", now.rfc3339())
        }
        _ => good("clock", "clock_good").with("now", now.rfc3339()),
    }
}

async fn seals(system: &System) -> Vec<Finding> {
    let rows = match system.db.read(|tx| Box::pin(async move { catalogue::list_seals(tx).await })).await {
        Ok(rows) => rows,
        Err(error) => return vec![wrong("seals", "seals_wrong").with_error(&error.into())],
    };
    let mut findings = Vec::new();
    let now = system.now();
    for rule in &system.catalogue.seal {
        if !rows.iter().any(|row| row.code == rule.code) {
            findings.push(wrong("seals", "seal_not_registered").with("seal", &rule.code));
        }
    }
    findings.extend(rows.iter().flat_map(|row| terms(row, now)));
    match system.sealing() {
        Ok(sealing) => {
            for row in rows.iter().filter(|row| row.state != SealState::Active) {
                let state = row.state.as_str();
                findings.push(note("seals", "seal_not_active").with("seal", &row.code).with("state", state));
            }
            let active = rows.iter().filter(|row| row.state == SealState::Active);
            for row in active {
                let usable = |format| {
                    seals::require_registered(system, row, format)
                        .and_then(|()| sealing.check_key(&row.code, format))
                };
                findings.push(match usable(Format::Pdf) {
                    Ok(()) => good("seals", "seal_good").with("seal", &row.code),
                    Err(error) => wrong("seals", "seal_key_wrong").with("seal", &row.code).with_error(&error),
                });
                findings.push(national(&row.code, usable(Format::Ofd)));
            }
        }
        // The one cause of all that cannot be looked at, time stamps and the statements' key with it.
        Err(error) if error.code == NO_ROOT => {
            findings.push(wrong("seals", "seals_no_root").with("path", system.home.trust().display()));
        }
        Err(error) => findings.push(wrong("seals", "seals_wrong").with_error(&error)),
    }
    findings
}

fn national(code: &str, usable: Result<(), Error>) -> Finding {
    let found = match usable {
        Ok(()) => good("seals", "seal_national_good"),
        Err(error) if error.code == "seal_not_national" => note("seals", error.code),
        // As the settings want it, and nothing else suffers.
        Err(error) if error.code == "national_unavailable" => note("seals", "seal_national_unavailable"),
        Err(error) => wrong("seals", "seal_national_wrong").with_error(&error),
    };
    found.with("seal", code)
}

/// What of a seal has ended, has not begun, or ends soon. A seal that is out of use is not renewed.
fn terms(seal: &catalogue::Seal, now: Instant) -> Vec<Finding> {
    if seal.state == SealState::Deregistered {
        return Vec::new();
    }
    let all = Format::ALL.into_iter().flat_map(|format| seals::terms(seal, format));
    all.filter_map(|term| {
        let soon = term.until.0 < now.0 + SOON_MS;
        let found = match (term.what, term.holds(now), soon) {
            (_, true, false) => return None,
            (seals::SM2_CERTIFICATE, false, _) => wrong("seals", "sm2_certificate_expired"),
            (seals::SM2_CERTIFICATE, true, true) => note("seals", "sm2_certificate_expires_soon"),
            (seals::ELECTRONIC_SEAL, false, _) => wrong("seals", "electronic_seal_expired"),
            (seals::ELECTRONIC_SEAL, true, true) => note("seals", "electronic_seal_expires_soon"),
            (_, false, _) => wrong("seals", "seal_expired"),
            (_, true, true) => note("seals", "seal_expires_soon"),
        };
        let found = found.with("seal", &seal.code).with("from", term.from.rfc3339());
        Some(found.with("until", term.until.rfc3339()))
    })
    .collect()
}

/// Whether packages get their time stamps, where the settings want any.
async fn ofd_time_stamps(system: &System) -> Option<Finding> {
    let sealing = system.config.signature.ofd_time_stamp.then(|| system.sealing().ok()).flatten()?;
    let codes = ["ofd_time_stamps_good", "ofd_time_stamps_unanswered", "ofd_time_stamp_authority_missing"];
    Some(stamper(system, &sealing, ImprintKind::Sm3, codes).await)
}

/// Whether whoever is to put time stamps of this kind on copies does so now.
async fn stamper(
    system: &System,
    sealing: &Sealing,
    kind: ImprintKind,
    [answered, unanswered, missing]: [&'static str; 3],
) -> Finding {
    let Some(stamper) = sealing.stamper(kind) else { return wrong("time_stamps", missing) };
    let believed = sealing.believed(system);
    match stamper.stamp(&kind.imprint([0; 32]), system, believed.trust()).await {
        Ok(token) => {
            let authority = token.certificate().map_or("", |found| found.subject_name());
            good("time_stamps", answered).with("authority", authority)
        }
        Err(error) => wrong("time_stamps", unanswered).with_error(&error),
    }
}

/// Whether copies can reach the level of the settings: somebody to put time stamps on them, who answers now, and revocation
/// lists that speak of today.
async fn long_term(system: &System) -> Vec<Finding> {
    let level = system.config.signature.level;
    let Ok(sealing) = system.sealing() else { return Vec::new() };
    if level == Level::Basic {
        return vec![good("time_stamps", "time_stamps_not_wanted").with("level", level.as_str())];
    }
    let believed = sealing.believed(system);
    let codes = ["time_stamps_good", "time_stamps_unanswered", "time_stamp_authority_missing"];
    let found = stamper(system, &sealing, ImprintKind::Sha256, codes).await;
    let mut findings = vec![found.with("level", level.as_str())];
    if level >= Level::LongTerm {
        let lists = believed.trust().store().crls();
        let now = system.now();
        let is_stale = |due_ms: Option<i64>| due_ms.is_some_and(|due_ms| due_ms < now.0);
        if lists.is_empty() {
            findings.push(wrong("time_stamps", "revocation_lists_missing"));
        } else if lists.iter().all(|list| is_stale(list.next_update_ms())) {
            findings.push(wrong("time_stamps", "revocation_lists_stale"));
        }
    }
    findings
}

/// Without it copies are as good, but their codes say nothing where there is no network.
fn statement_key(system: &System) -> Option<Finding> {
    let sealing = match system.sealing() {
        Ok(sealing) => sealing,
        Err(error) if error.code == NO_ROOT => return None,
        Err(error) => return Some(wrong("statement_key", "statement_key_wrong").with_error(&error)),
    };
    Some(match sealing.statement_key(system.now()) {
        Ok(key) if key.certificate().not_after_ms() < system.now().0 + SOON_MS => {
            note("statement_key", "statement_key_expires_soon").with("name", key.certificate().subject_name())
        }
        Ok(key) => good("statement_key", "statement_key_good").with("name", key.certificate().subject_name()),
        Err(error) if error.code == "statement_key_missing" => note("statement_key", error.code),
        Err(error) => wrong("statement_key", "statement_key_wrong").with_error(&error),
    })
}

/// Who logs in by it cannot, and everybody else can.
async fn identity_provider(system: &System) -> Option<Finding> {
    let provider = system.oidc.as_ref()?;
    let found = match provider.look(system.now()).await {
        Ok(()) => good("oidc", "oidc_good"),
        Err(reason) => note("oidc", "oidc_unanswered").with("reason", reason),
    };
    Some(found.with("issuer", &system.config.oidc.issuer))
}

/// Each is remembered for a month.
async fn failed_jobs(system: &System) -> Vec<Finding> {
    let failed = system.db.read(|tx| Box::pin(async move { yinxin_store::job::failed(tx).await })).await;
    let tell = |failed: yinxin_store::job::Failed| {
        let found = note("jobs", "jobs_failed").with("kind", failed.kind).with("jobs", failed.count);
        found.with("reason", failed.error.as_deref().unwrap_or("unknown"))
    };
    match failed {
        Ok(failed) => failed.into_iter().map(tell).collect(),
        Err(error) => vec![wrong("jobs", "jobs_wrong").with_error(&error.into())],
    }
}

async fn audit(system: &System) -> Option<Finding> {
    let report =
        system.db.read(|tx| Box::pin(async move { yinxin_store::audit::verify(tx, None).await })).await;
    Some(match report {
        Ok(report) if report.broken.is_none() => good("audit", "audit_good").with("entries", report.entries),
        Ok(_) => wrong("audit", "audit_broken"),
        Err(error) => wrong("audit", "audit_wrong").with_error(&error.into()),
    })
}

async fn open_work(system: &System) -> Option<Finding> {
    let open = crate::recover::pending(system).await;
    Some(match open {
        Ok(0) => good("recovery", "recovery_good"),
        Ok(pending) => note("recovery", "recovery_pending").with("pending", pending),
        Err(error) => wrong("recovery", "recovery_wrong").with_error(&error),
    })
}

/// What a crash left in the object store; none is not worth a word.
async fn orphans(system: &System) -> Option<Finding> {
    match crate::blobs::orphans(system).await {
        Ok(orphans) if orphans.is_empty() => None,
        Ok(orphans) => Some(note("objects", "objects_orphaned").with("objects", orphans.len())),
        Err(error) => Some(wrong("objects", "objects_wrong").with_error(&error)),
    }
}

fn finding(check: &'static str, state: Health, code: &'static str) -> Finding {
    Finding { check, state, code, values: BTreeMap::new() }
}

fn good(check: &'static str, code: &'static str) -> Finding {
    finding(check, Health::Good, code)
}

fn note(check: &'static str, code: &'static str) -> Finding {
    finding(check, Health::Note, code)
}

fn wrong(check: &'static str, code: &'static str) -> Finding {
    finding(check, Health::Wrong, code)
}

impl Finding {
    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.insert(name, value.to_string());
        self
    }

    /// The error's code, and the values that its sentence wants.
    fn with_error(mut self, error: &Error) -> Self {
        for (name, value) in &error.details {
            self.values.insert(name, value.clone());
        }
        self.with("error", error.code)
    }
}
