//! `import` and `batch`.

use super::{Context, id, optional_id};
use crate::args::{BatchVerb, Import};
use crate::output::Answer;
use crate::progress::Progress;
use serde_json::{Value, json};
use yinxin_app::batch::{self, Step};
use yinxin_app::error::{Error, Kind, Result, io};
use yinxin_app::import::{self, Imported};
use yinxin_app::roster::RowNote;
use yinxin_words::{Lang, say};

/// A larger file is refused before it is read.
const LARGEST_FILE: u64 = 1 << 30;

pub async fn import(context: &Context, args: Import) -> Result<Answer> {
    let system = if args.dry_run { context.open().await? } else { context.open_to_write().await? };
    let subject = context.subject(&system).await?;
    let request = import::Request {
        bytes: read_bounded(&args.file)?,
        file_name: args.file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        organisation: args.organisation,
        photos: args.photos.as_deref().map(read_bounded).transpose()?,
        dry_run: args.dry_run,
    };
    let progress = Progress::new("import", context.global.json);
    let imported = import::import(&system, &subject, request, &|done, of| progress.set(done, of)).await;
    drop(progress);
    match imported {
        Ok(imported) => Ok(answer(&imported, context.lang)),
        Err(error) => Err(error),
    }
}

/// `accepted: 0` and exit 1 where a row is wrong; a repeated file is no failure.
fn answer(imported: &Imported, lang: Lang) -> Answer {
    let notes = |list: &[RowNote]| list.iter().map(|note| row_note(note, lang)).collect::<Vec<Value>>();
    let value = json!({
        "batch": imported.batch,
        "state": imported.state,
        "rows": imported.rows,
        "accepted": imported.accepted,
        "repeated": imported.repeated,
        "dry_run": imported.dry_run,
        "errors_total": imported.errors_total,
        "warnings_total": imported.warnings_total,
        "errors": notes(&imported.errors),
        "warnings": notes(&imported.warnings),
        "notes": notes(&imported.notes),
    });
    Answer { value, exit: u8::from(imported.errors_total > 0) }
}

fn row_note(note: &RowNote, lang: Lang) -> Value {
    let values: Vec<(&str, yinxin_words::Value)> =
        note.values.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    let message = say(lang, &format!("rule-{}", note.rule), &values);
    json!({
        "sheet": note.sheet, "row": note.row, "column": note.column, "value": note.value,
        "rule": note.rule, "message": message,
    })
}

pub async fn batch(context: &Context, verb: BatchVerb) -> Result<Answer> {
    match verb {
        BatchVerb::List(page) => {
            let system = context.open().await?;
            let subject = context.subject(&system).await?;
            let after = optional_id(page.after.as_deref())?;
            let batches = batch::list(&system, &subject, after, page.limit).await?;
            Ok(Answer::done(json!({ "batches": batches })))
        }
        BatchVerb::Show { id: text } => {
            let system = context.open().await?;
            let subject = context.subject(&system).await?;
            Ok(Answer::done(batch::show(&system, &subject, id(&text)?).await?))
        }
        BatchVerb::Submit { id } => step(context, &id, Step::Submit).await,
        BatchVerb::Approve { id } => step(context, &id, Step::Approve).await,
        BatchVerb::Reject { id, reason } => step(context, &id, Step::Reject { reason }).await,
        BatchVerb::Cancel { id } => step(context, &id, Step::Cancel).await,
        BatchVerb::Publish { id: text } => {
            let system = context.open_to_write().await?;
            let subject = context.subject(&system).await?;
            let progress = Progress::new("publish", context.global.json);
            let report = |done, of| progress.set(done, of);
            let published = batch::publish(&system, &subject, id(&text)?, &report).await?;
            Ok(Answer::done(published))
        }
    }
}

async fn step(context: &Context, text: &str, step: Step) -> Result<Answer> {
    let system = context.open_to_write().await?;
    let subject = context.subject(&system).await?;
    Ok(Answer::done(batch::step(&system, &subject, id(text)?, step).await?))
}

fn read_bounded(path: &std::path::Path) -> Result<Vec<u8>> {
    let size = std::fs::metadata(path).map_err(|e| io("read", path, e))?;
    if size.is_dir() || size.len() > LARGEST_FILE {
        let code = if size.is_dir() { "file_unreadable" } else { "file_too_large" };
        return Err(Error::new(Kind::Invalid, code).with("path", path.display()));
    }
    std::fs::read(path).map_err(|e| io("read", path, e))
}
