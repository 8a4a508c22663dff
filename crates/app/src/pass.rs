//! Links that download a copy once, without a session: for whoever is shown his copy inside an app whose browser cannot
//! download, and opens the link in another.

use crate::certificate as certificates;
use crate::copy::{self, CopyOut, What};
use crate::error::{Error, Result};
use crate::system::System;
use yinxin_model::ports::random;
use yinxin_model::{Format, Id, Instant, Subject};
use yinxin_store::pass::{self, Pass};

/// From its making to its end.
const LIFETIME_MS: i64 = 10 * 60_000;

/// A link's secret part, shown once.
#[derive(Debug)]
pub struct Made {
    /// 64 hex digits.
    pub token: String,
    pub format: Format,
    pub expires_at: Instant,
}

/// What an unused link would give.
#[derive(Debug, PartialEq, Eq)]
pub struct Waiting {
    pub format: Format,
    pub expires_at: Instant,
}

/// Makes a link to a copy that `by` may have now.
pub async fn make(system: &System, by: &Subject, what: &What, format: Format) -> Result<Made> {
    let (certificate, endorsement) = match what {
        What::Endorsement(id) => (copy::in_force(system, by, *id).await?.1.id, Some(*id)),
        What::Certificate(which) => (copy::unendorsed(system, by, which.clone()).await?.id, None),
    };
    let token = crate::hex(&random::<32>(system.entropy()));
    let made_at = system.now();
    let expires_at = Instant(made_at.0 + LIFETIME_MS);
    let pass = Pass { certificate, endorsement, format: format.as_str().to_owned(), made_at, expires_at };
    let (act, kept) = (system.act(by), token.clone());
    let put =
        system.db.write(move |tx| Box::pin(async move { pass::put(tx, &act, &kept, &pass).await })).await?;
    if put { Ok(Made { token, format, expires_at }) } else { Err(Error::not_found("certificate_not_found")) }
}

/// What a link that can still be used gives. Looking does not use it up: browsers and apps look at links before people do.
pub async fn find(system: &System, token: &str) -> Result<Waiting> {
    let pass = load(system, token).await?;
    Ok(Waiting { format: format(&pass)?, expires_at: pass.expires_at })
}

/// The copy, once. A link stays unused where there is no copy to be had.
pub async fn redeem(system: &System, token: &str) -> Result<CopyOut> {
    let pass = load(system, token).await?;
    let what = match pass.endorsement {
        Some(id) => What::Endorsement(id),
        None => What::Certificate(pass.certificate.into()),
    };
    let holder = holder(system, pass.certificate).await?;
    let out = copy::copy(system, &holder, what, format(&pass)?).await?;
    let (act, token) = (system.act(&Subject::Public), token.to_owned());
    let used =
        system.db.write(move |tx| Box::pin(async move { pass::consume(tx, &act, &token).await })).await?;
    used.map(|_| out).ok_or_else(gone)
}

async fn load(system: &System, token: &str) -> Result<Pass> {
    let (token, now) = (token.to_owned(), system.now());
    let found = system.db.read(move |tx| Box::pin(async move { pass::find(tx, &token, now).await })).await?;
    found.ok_or_else(gone)
}

/// As whom the copy is asked for: the one whose certificate it is now.
async fn holder(system: &System, certificate: Id) -> Result<Subject> {
    let found = certificates::find(system, &Subject::System, certificate).await?;
    Ok(yinxin_store::account::holder(&found.index))
}

/// Used, expired or never made: nobody learns which.
fn gone() -> Error {
    Error::not_found("pass_gone")
}

fn format(pass: &Pass) -> Result<Format> {
    Format::parse(&pass.format).ok_or_else(|| Error::internal("format_unknown").with("format", &pass.format))
}
