//! `certificate`, `request` and `scope`.

use super::{Context, id, optional_id};
use crate::args::{CertificateVerb, RequestVerb};
use crate::output::Answer;
use serde_json::json;
use yinxin_app::certificate;
use yinxin_app::change::{self, Change, Decision};
use yinxin_app::error::{Error, Result};
use yinxin_model::Day;

pub async fn certificate(context: &Context, verb: CertificateVerb) -> Result<Answer> {
    match verb {
        CertificateVerb::List { document, document_type, name, page } => {
            let system = context.open().await?;
            let subject = context.subject(&system).await?;
            match (document, name) {
                (Some(document), Some(name)) => {
                    let found =
                        certificate::of_person(&system, &subject, &name, document_type.as_deref(), &document)
                            .await?;
                    Ok(Answer::done(found))
                }
                _ => {
                    let after = optional_id(page.after.as_deref())?;
                    let listed = certificate::list(&system, &subject, after, page.limit).await?;
                    Ok(Answer::done(json!({ "certificates": listed })))
                }
            }
        }
        CertificateVerb::Show { number } => {
            let system = context.open().await?;
            let subject = context.subject(&system).await?;
            Ok(Answer::done(certificate::show(&system, &subject, &number).await?))
        }
        CertificateVerb::Correct { number, set, basis } => {
            let fields = set.iter().map(|s| field(s)).collect::<Result<_>>()?;
            request_change(context, &number, Change::Correction { fields, basis }).await
        }
        CertificateVerb::Revoke { number, reason, basis, on } => {
            let on = on.map(|text| day(&text)).transpose()?;
            request_change(context, &number, Change::Revocation { reason, basis, on }).await
        }
        CertificateVerb::Reinstate { number, basis } => {
            request_change(context, &number, Change::Reinstatement { basis }).await
        }
    }
}

pub async fn request(context: &Context, verb: RequestVerb) -> Result<Answer> {
    match verb {
        RequestVerb::List(page) => {
            let system = context.open().await?;
            let subject = context.subject(&system).await?;
            let after = optional_id(page.after.as_deref())?;
            let requests = change::list(&system, &subject, after, page.limit).await?;
            Ok(Answer::done(json!({ "requests": requests })))
        }
        RequestVerb::Show { id: text } => {
            let system = context.open().await?;
            let subject = context.subject(&system).await?;
            Ok(Answer::done(change::show(&system, &subject, id(&text)?).await?))
        }
        RequestVerb::Approve { id } => decide(context, &id, Decision::Approve).await,
        RequestVerb::Reject { id, reason } => decide(context, &id, Decision::Reject { reason }).await,
    }
}

pub async fn scope(context: &Context) -> Result<Answer> {
    let system = context.open().await?;
    Ok(Answer::done(json!({ "scope": yinxin_app::scope::scope(&system).await? })))
}

async fn request_change(context: &Context, number: &str, change: Change) -> Result<Answer> {
    let system = context.open_to_write().await?;
    let subject = context.subject(&system).await?;
    Ok(Answer::done(change::request(&system, &subject, number, change).await?))
}

async fn decide(context: &Context, text: &str, decision: Decision) -> Result<Answer> {
    let system = context.open_to_write().await?;
    let subject = context.subject(&system).await?;
    Ok(Answer::done(change::decide(&system, &subject, id(text)?, decision).await?))
}

/// `FIELD=VALUE`; the value may hold further `=`.
fn field(text: &str) -> Result<(String, String)> {
    let (name, value) =
        text.split_once('=').ok_or_else(|| Error::invalid("field_form").with("value", text))?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

fn day(text: &str) -> Result<Day> {
    text.parse().map_err(|_| Error::invalid("date_form").with("value", text))
}
