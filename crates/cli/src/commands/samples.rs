//! `samples`: a folder of sealed copies with what judges need to look at them: roots, revocation lists, and a manifest of
//! what each file should turn out to be.

use super::Context;
use crate::args::Samples;
use crate::output::Answer;
use crate::progress::Progress;
use serde_json::json;
use std::fs;
use std::path::Path;
use yinxin_app::error::{Error, Result, io};
use yinxin_app::home::{self, Home, Secrecy, replace};
use yinxin_app::samples::{self, FORMATS};
use yinxin_model::Format;

const MANIFEST: &str = "manifest.json";

pub async fn samples(context: &Context, args: Samples) -> Result<Answer> {
    let system = context.open_to_write().await?;
    let formats: Vec<Format> = match args.formats.is_empty() {
        true => FORMATS.to_vec(),
        false => args.formats.iter().map(|format| Format::from(*format)).collect(),
    };
    let orders = samples::plan(&system, &formats)?;
    fs::create_dir_all(&args.out).map_err(|e| io("create", &args.out, e))?;
    copy_trust(&system.home, &args.out)?;
    let progress = Progress::new("samples", context.global.json);
    let mut made = Vec::new();
    for (n, order) in orders.iter().enumerate() {
        for sample in order.make(&system).await? {
            // People in samples do not exist, and judges may run as somebody else.
            replace(&args.out.join(&sample.file), &sample.bytes, Secrecy::Public)?;
            made.push(sample);
        }
        progress.set(n as u64 + 1, orders.len() as u64);
    }
    let path = args.out.join(MANIFEST);
    let manifest = json!({ "made_at": system.now().rfc3339(), "samples": made });
    let bytes = serde_json::to_vec_pretty(&manifest).map_err(|e| Error::internal("internal").because(e))?;
    replace(&path, &bytes, Secrecy::Public)?;
    Ok(Answer::done(json!({ "out": args.out, "manifest": path, "formats": formats, "files": made.len() })))
}

/// What the samples are to be trusted by, roots and lists, as `OUT/trust`, which `verify --trust` reads too.
fn copy_trust(home: &Home, out: &Path) -> Result<()> {
    let folder = out.join("trust");
    let beside = ["sm2", "intermediates", "makers", "tsa", "statement"]
        .map(|name| (home.trust().join(name), folder.join(name)));
    let all = [(home.trust(), folder.clone()), (home.crl(), folder)].into_iter().chain(beside);
    for (from, folder) in all.filter(|(from, _)| from.is_dir()) {
        fs::create_dir_all(&folder).map_err(|e| io("create", &folder, e))?;
        for file in Home::files(&from, &["pem", "crt", "cer", "der", "crl"])? {
            if let Some(name) = file.file_name() {
                replace(&folder.join(name), &home::read(&file)?, Secrecy::Public)?;
            }
        }
    }
    Ok(())
}
