//! `bench`: measures this machine in a demo installation of its own, made in the system's temporary directory (`TMPDIR` names
//! another disk) and removed afterwards. What counts are ratios within one run; `docs/PERFORMANCE.md` explains the figures.

mod http;
mod meter;

use crate::args::{Bench, BenchPart};
use crate::commands::Context;
use crate::output::Answer;
use crate::progress::Progress;
use crate::world::tick;
use meter::{Figure, in_turn, median, rate, summary};
use serde_json::json;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use yinxin_app::bench::{Applications, Copies, Ground, Levels, Load, Roster, Schema};
use yinxin_app::error::{Error, Result, io};
use yinxin_app::system::World;
use yinxin_model::Level;

const ALL: [BenchPart; 7] = [
    BenchPart::Copies,
    BenchPart::Verify,
    BenchPart::Import,
    BenchPart::Storage,
    BenchPart::Grants,
    BenchPart::Lookups,
    BenchPart::Http,
];
/// With time stamps of the demo's authority.
const LEVELS: [(&str, Level); 3] =
    [("copies_b_t", Level::Time), ("copies_b_lt", Level::LongTerm), ("copies_b_lta", Level::Archive)];
/// Imports and loads in turn; each begins with an empty register.
const IMPORT_ROUNDS: usize = 3;
/// Who apply at the same time.
const CALLERS: u32 = 16;
/// What a flush is measured with: as much as a small transaction writes, over a file that does not grow.
const BLOCK: usize = 4096;
const BLOCKS: u64 = 1024;
/// More would only make the preparations longer.
const MOST_ONLINE: u32 = 200_000;

pub async fn run(context: &Context, args: Bench) -> Result<Answer> {
    let postgres = context.database().filter(|url| url.starts_with("postgres"));
    if context.database().is_some() && postgres.is_none() {
        // A file would be somebody's register; SQLite is measured in a file of our own.
        return Err(Error::invalid("usage"));
    }
    let parts = if args.parts.is_empty() { &ALL[..] } else { &args.parts };
    let run =
        Run { world: context.world()?, postgres, rows: args.rows, seconds: args.seconds.clamp(0.1, 600.0) };
    let progress = Progress::new("bench", context.global.json);
    let mut figures = Vec::new();
    let mut done = 0;
    let mut step = || {
        done += 1;
        progress.set(done, 7);
    };
    if wants(parts, &[BenchPart::Import, BenchPart::Storage]) {
        figures.extend(run.import().await?);
    }
    step();
    let shared =
        [BenchPart::Copies, BenchPart::Verify, BenchPart::Grants, BenchPart::Lookups, BenchPart::Http];
    if wants(parts, &shared) {
        let few = !wants(parts, &[BenchPart::Grants, BenchPart::Lookups, BenchPart::Http]);
        let roster = Roster::new(if few { 1_000 } else { run.rows.min(MOST_ONLINE) });
        let plot = run.plot().await?;
        plot.ground.publish(&roster).await?;
        step();
        if wants(parts, &[BenchPart::Copies, BenchPart::Verify]) {
            figures.extend(run.copies(&plot.ground, parts).await?);
        }
        step();
        if wants(parts, &[BenchPart::Lookups]) {
            figures.extend(run.lookups(&plot.ground, &roster).await?);
        }
        step();
        if wants(parts, &[BenchPart::Http]) {
            figures.extend(http::figures(&plot, &roster, &run.world, run.seconds).await?);
        }
        step();
        if wants(parts, &[BenchPart::Grants]) {
            figures.extend(run.grants(&plot).await?);
        }
        step();
        plot.clear().await?;
    }
    let engine = if run.postgres.is_some() { "postgresql" } else { "sqlite" };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    Ok(Answer::done(json!({
        "engine": engine, "cores": cores, "rows": run.rows, "seconds": run.seconds, "figures": figures,
    })))
}

fn wants(parts: &[BenchPart], any: &[BenchPart]) -> bool {
    any.iter().any(|part| parts.contains(part))
}

struct Run<'a> {
    world: World,
    postgres: Option<&'a str>,
    rows: u32,
    seconds: f64,
}

/// An installation with what it stands on; the directory goes when this is dropped.
struct Plot {
    ground: Arc<Ground>,
    schema: Option<Schema>,
    dir: tempfile::TempDir,
}

impl Plot {
    async fn clear(self) -> Result<()> {
        drop(self.ground);
        match self.schema {
            Some(schema) => schema.remove().await,
            None => Ok(()),
        }
    }
}

impl Run<'_> {
    async fn plot(&self) -> Result<Plot> {
        let dir = tempfile::Builder::new().prefix("yinxin-bench-").tempdir();
        let dir = dir.map_err(|e| io("create", &std::env::temp_dir(), e))?;
        let schema = match self.postgres {
            Some(url) => Some(Schema::make(url, &self.world).await?),
            None => None,
        };
        let url = schema.as_ref().map(|schema| schema.url.as_str());
        let ground = Arc::new(Ground::make(&dir.path().join("data"), url, &self.world).await?);
        Ok(Plot { ground, schema, dir })
    }

    /// Sealed copies, and their verification.
    async fn copies(&self, ground: &Ground, parts: &[BenchPart]) -> Result<Vec<Figure>> {
        let mut copies = Copies::new(ground).await?;
        let mut packages = Copies::ofd(ground).await?;
        let mut figures = Vec::new();
        let sizes = [copies.seal(false)?.len(), copies.seal(true)?.len(), packages.seal(false)?.len()];
        if parts.contains(&BenchPart::Copies) {
            for (name, photo) in [("copies_no_photo", false), ("copies_photo_20_kb", true)] {
                figures.push(self.copy_figure(&mut copies, name, photo, false, Some(0.25)).await?);
            }
            let name = "copies_no_photo_self_checked";
            figures.push(self.copy_figure(&mut copies, name, false, true, None).await?);
            for (name, level) in LEVELS {
                figures.push(self.level_figure(ground, name, level).await?);
            }
            for (name, photo, checked, target) in [
                ("copies_ofd", false, false, Some(0.55)),
                ("copies_ofd_photo_20_kb", true, false, None),
                ("copies_ofd_self_checked", false, true, None),
            ] {
                figures.push(self.copy_figure(&mut packages, name, photo, checked, target).await?);
            }
            for (name, size) in
                ["copy_size_no_photo", "copy_size_photo_20_kb", "copy_size_ofd"].into_iter().zip(sizes)
            {
                figures.push(Figure::plain(name, size as f64 / 1000.0, "kb"));
            }
            let mut spans = Vec::new();
            for _ in 0..3 {
                let start = tick();
                copies.compile()?;
                spans.push(start.elapsed().as_secs_f64() * 1000.0);
            }
            let compiled = median(spans.into_iter());
            figures.push(Figure::plain("plate_compiled_with_fonts_read", compiled, "ms"));
        }
        if parts.contains(&BenchPart::Verify) {
            for (name, copies, reference) in [
                ("verifications_of_a_file", &mut copies, "ecdsa_p256_verifications"),
                ("verifications_of_an_ofd", &mut packages, "sm2_verifications"),
            ] {
                let file = copies.seal(false)?;
                let check = async || copies.verify(&file).map(|()| 1);
                let pair =
                    in_turn(self.seconds, check, async || copies.bare_verification().map(|()| 1)).await?;
                figures.push(Figure::of(name, pair, reference, None));
            }
        }
        Ok(figures)
    }

    async fn level_figure(&self, ground: &Ground, name: &'static str, level: Level) -> Result<Figure> {
        let levels = std::cell::RefCell::new(Levels::new(ground, level).await?);
        // The two never run at the same time.
        #[allow(clippy::await_holding_refcell_ref)]
        let make = async || levels.borrow_mut().make().await.map(|_| 1);
        let bare = async || levels.borrow().bare_signatures().map(|()| 1);
        let pair = in_turn(self.seconds, make, bare).await?;
        Ok(Figure::of(name, pair, "all_signatures_of_the_copy", None))
    }

    async fn copy_figure(
        &self,
        copies: &mut Copies,
        name: &'static str,
        photo: bool,
        checked: bool,
        target: Option<f64>,
    ) -> Result<Figure> {
        let reference = copies.reference();
        // Both legs need the workbench; they never run at the same time.
        let shared = std::cell::RefCell::new(copies);
        let make = async || match checked {
            true => shared.borrow_mut().seal(photo).map(|_| 1),
            false => shared.borrow_mut().sign(photo).map(|_| 1),
        };
        let pair = in_turn(self.seconds, make, async || shared.borrow().bare_signature().map(|()| 1)).await?;
        Ok(Figure::of(name, pair, reference, target))
    }

    /// The whole import against the bare load of the same rows, and what the rows take up.
    async fn import(&self) -> Result<Vec<Figure>> {
        let roster = Roster::new(self.rows);
        let mut load: Option<Load> = None;
        let mut pairs = Vec::new();
        let mut growth = 0;
        for _ in 0..IMPORT_ROUNDS {
            let plot = self.plot().await?;
            let before = plot.ground.bytes().await?;
            let start = tick();
            let taken = plot.ground.import(&roster).await?;
            let whole = f64::from(self.rows) / start.elapsed().as_secs_f64();
            taken.ok_or_else(|| Error::internal("internal").with("step", "import"))?;
            growth = plot.ground.bytes().await?.saturating_sub(before);
            if load.is_none() {
                load = Some(Load::prepare(&plot.ground, &roster)?);
            }
            plot.clear().await?;
            if let Some(load) = &load {
                let plot = self.plot().await?;
                let start = tick();
                load.run(&plot.ground).await?;
                pairs.push((whole, load.rows as f64 / start.elapsed().as_secs_f64()));
                plot.clear().await?;
            }
        }
        let target = if self.postgres.is_some() { 0.75 } else { 0.8 };
        let each = growth as f64 / f64::from(self.rows);
        Ok(vec![
            Figure::of("rows_imported", summary(&pairs), "rows_loaded", Some(target)),
            Figure::plain("storage_of_a_certificate", each, "bytes"),
            Figure::plain("storage_of_50_million", each * 50e6 / 1e9, "gb"),
            Figure::plain("storage_of_100_million", each * 100e6 / 1e9, "gb"),
        ])
    }

    async fn lookups(&self, ground: &Ground, roster: &Roster) -> Result<Vec<Figure>> {
        let mut holders = roster.holders.iter().cycle();
        let number = rate(self.seconds, async || match holders.next() {
            Some(holder) => Ok(u64::from(ground.look_up(&holder.number).await?)),
            None => Ok(0),
        });
        let number = number.await?;
        let mut holders = roster.holders.iter().cycle();
        let fields = rate(self.seconds, async || match holders.next() {
            Some(holder) => Ok(u64::from(ground.verify(holder).await?)),
            None => Ok(0),
        });
        let fields = fields.await?;
        Ok(vec![
            Figure::plain("look_ups_by_number", number, "per_second"),
            Figure::plain("verifications_by_fields_counted", fields, "per_second"),
        ])
    }

    /// Durable grants against the disk's flush.
    async fn grants(&self, plot: &Plot) -> Result<Vec<Figure>> {
        let disk = Disk::new(plot.dir.path())?;
        let certificates = (self.seconds * 8_000.0) as usize;
        let ready = Arc::new(Applications::prepare(&plot.ground, certificates).await?);
        let mut figures = Vec::new();
        for (name, callers, target) in [
            ("grants_1_caller", 1, None),
            ("grants_16_callers", CALLERS, (self.postgres.is_none()).then_some(5.0)),
        ] {
            let slice = self.seconds / 10.0;
            let mut pairs = Vec::new();
            for _ in 0..5 {
                let granted = granted(&plot.ground, &ready, callers, slice).await?;
                if ready.left() == 0 {
                    break;
                }
                pairs.push((granted, rate(slice, async || disk.flush().map(|()| 1)).await?));
            }
            figures.push(Figure::of(name, summary(&pairs), "flushes_of_4_kib", target));
        }
        Ok(figures)
    }
}

/// Grants per second by so many callers at once.
async fn granted(ground: &Arc<Ground>, ready: &Arc<Applications>, callers: u32, seconds: f64) -> Result<f64> {
    let start = tick();
    let tasks: Vec<_> = (0..callers)
        .map(|_| {
            let (ground, ready) = (ground.clone(), ready.clone());
            tokio::spawn(async move {
                let mut done = 0_u32;
                while start.elapsed().as_secs_f64() < seconds && ready.grant(&ground).await? {
                    done += 1;
                }
                Ok::<_, Error>(done)
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += task.await.map_err(|e| Error::internal("internal").because(e))??;
    }
    Ok(f64::from(done) / start.elapsed().as_secs_f64())
}

/// The disk beneath the register.
struct Disk {
    file: std::fs::File,
    at: std::cell::Cell<u64>,
}

impl Disk {
    fn new(dir: &Path) -> Result<Self> {
        let path = dir.join("flush");
        let failed = |e| io("write", &path, e);
        let file = std::fs::File::create(&path).map_err(failed)?;
        file.write_all_at(&vec![1; BLOCK * BLOCKS as usize], 0).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        Ok(Self { file, at: std::cell::Cell::new(0) })
    }

    fn flush(&self) -> Result<()> {
        let at = self.at.get() % BLOCKS;
        self.at.set(at + 1);
        let done =
            self.file.write_all_at(&[2; BLOCK], at * BLOCK as u64).and_then(|()| self.file.sync_data());
        done.map_err(|e| io("write", Path::new("flush"), e))
    }
}
