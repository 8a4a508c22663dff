//! `endorse`, `endorsement`, `copy` and `query-number`.

use super::{Context, id, optional_id};
use crate::args::{CopyOut, Endorse, EndorsementVerb, Format, QueryNumber};
use crate::output::Answer;
use clap::ValueEnum;
use serde_json::json;
use yinxin_app::copy;
use yinxin_app::endorse;
use yinxin_app::error::{Error, Result};
use yinxin_app::home::{Secrecy, replace};

pub async fn endorse(context: &Context, args: Endorse) -> Result<Answer> {
    let system = context.open_to_write().await?;
    let subject = context.subject(&system).await?;
    let request = endorse::Request {
        certificate: (&args.number).into(),
        scenario: args.scenario,
        addition: args.addition,
        days: args.days,
        idempotency_key: args.idempotency_key,
        on_behalf: args.on_behalf,
    };
    Ok(Answer::done(endorse::endorse(&system, &subject, request).await?))
}

pub async fn endorsement(context: &Context, verb: EndorsementVerb) -> Result<Answer> {
    match verb {
        EndorsementVerb::List { number, page } => {
            let system = context.open().await?;
            let subject = context.subject(&system).await?;
            let after = optional_id(page.after.as_deref())?;
            let listed =
                endorse::list(&system, &subject, number.as_ref().map(Into::into), after, page.limit).await?;
            Ok(Answer::done(json!({ "endorsements": listed })))
        }
        EndorsementVerb::Show { id: text } => {
            let system = context.open().await?;
            let subject = context.subject(&system).await?;
            Ok(Answer::done(endorse::show(&system, &subject, id(&text)?).await?))
        }
        EndorsementVerb::Withdraw { id: text, on_behalf } => {
            let system = context.open_to_write().await?;
            let subject = context.subject(&system).await?;
            Ok(Answer::done(endorse::withdraw(&system, &subject, id(&text)?, on_behalf.as_deref()).await?))
        }
    }
}

/// Writes the stored bytes; a file that is there is replaced whole or not at all.
pub async fn copy(context: &Context, args: CopyOut) -> Result<Answer> {
    let format = format(&args)?;
    let system = context.open_to_write().await?;
    let subject = context.subject(&system).await?;
    let copy = copy::copy(&system, &subject, &args.what, format.into()).await?;
    replace(&args.out, &copy.bytes, Secrecy::OwnerOnly)?;
    Ok(Answer::done(json!({
        "endorsement": copy.endorsement,
        "management_number": copy.management_number,
        "copy_number": copy.copy_number,
        "format": copy.format,
        "file": args.out,
        "bytes": copy.bytes.len(),
        "sha256": copy.sha256,
    })))
}

/// The format that was asked for, else the one that the file's name ends in. One must not belie the other: programs open
/// files by their names.
fn format(args: &CopyOut) -> Result<Format> {
    let ending =
        args.out.extension().and_then(|ending| Format::from_str(&ending.to_string_lossy(), true).ok());
    match (args.format, ending) {
        (Some(asked), Some(ending)) if asked != ending => {
            let differs = Error::invalid("copy_format_differs").with("file", args.out.display());
            Err(differs.with("format", yinxin_model::Format::from(asked).as_str()))
        }
        (asked, ending) => Ok(asked.or(ending).unwrap_or(Format::Pdf)),
    }
}

pub async fn query_number(context: &Context, args: QueryNumber) -> Result<Answer> {
    let system = context.open_to_write().await?;
    let subject = context.subject(&system).await?;
    let on_behalf = args.on_behalf.as_deref();
    let made = yinxin_app::query_number::make(&system, &subject, &args.number, args.days, on_behalf).await?;
    Ok(Answer::done(made))
}
