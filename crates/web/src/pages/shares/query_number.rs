//! 查询编号: made once for each form, shown to its holder as long as it is valid, listed and ended.

use super::name;
use crate::error::Result;
use crate::forms::{AGAIN, Asked, Form, Posted};
use crate::pages::facts;
use crate::portal::Portal;
use crate::session::SignedIn;
use crate::view::{Frame, page, page_with, see_other};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use yinxin_app::certificate::{self, QueryNumberView};
use yinxin_app::error::{Error, Kind};
use yinxin_app::query_number::{self, LONGEST_DAYS};
use yinxin_model::states::CertificateState;
use yinxin_model::{Day, Id, Subject};

/// What the form begins with.
const DAYS: &str = "7";

/// The holder's certificates, where there are several.
#[derive(Template)]
#[template(path = "shares/query_number_choose.html")]
struct Choose {
    frame: Frame,
    choices: Vec<(Id, String)>,
}

#[derive(Template)]
#[template(path = "shares/query_number.html")]
struct QueryNumbers {
    frame: Frame,
    form: Form,
    id: Id,
    name: String,
    /// New ones can be made: not where the certificate is revoked.
    possible: bool,
    longest: i32,
    /// One submission of this page, however often it is sent.
    submission: Id,
    /// Newest first.
    in_force: Vec<QueryNumberView>,
    ended: bool,
}

#[derive(Template)]
#[template(path = "shares/query_number_made.html")]
struct Made {
    frame: Frame,
    id: Id,
    name: String,
    /// In groups, as it is read to somebody.
    number: String,
    last: Day,
}

impl QueryNumbers {
    async fn of(portal: &Portal, frame: Frame, by: &Subject, id: Id, form: Form) -> Result<Self> {
        let system = &portal.system;
        let view = certificate::show(system, by, id).await?;
        let name = facts::title(&frame, &system.catalogue, &view);
        let possible = view.state == CertificateState::Online;
        let in_force = view.query_numbers.into_iter().rev().collect();
        let submission = form.typed("submission");
        let submission = submission.unwrap_or_else(|| Id::new(system.now(), system.entropy()));
        let longest = LONGEST_DAYS;
        Ok(Self { frame, form, id, name, possible, longest, submission, in_force, ended: false })
    }
}

fn id(text: &str) -> Result<Id> {
    Ok(text.parse().map_err(|_| Error::not_found("certificate_not_found"))?)
}

pub(super) async fn choose(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
) -> Result<Response> {
    let own = query_number::own(&portal.system, &session.subject).await?;
    let choices: Vec<_> =
        own.into_iter().map(|one| (one.certificate, name(&portal, &frame, &one.title))).collect();
    match choices.as_slice() {
        [(only, _)] => Ok(see_other(&format!("/certificates/{only}/query-number"))),
        _ => Ok(page(&Choose { frame, choices })),
    }
}

pub(super) async fn ask(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Path(text): Path<String>,
    Asked(asked): Asked,
) -> Result<Response> {
    let form = Form::of(&[("days", DAYS)]);
    let mut shown = QueryNumbers::of(&portal, frame, &session.subject, id(&text)?, form).await?;
    shown.ended = asked.chosen("ended", "yes");
    Ok(page(&shown))
}

pub(super) async fn make(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Path(text): Path<String>,
    Posted(form): Posted,
) -> Result<Response> {
    let mut asked = QueryNumbers::of(&portal, frame, &session.subject, id(&text)?, form).await?;
    portal.asking.limits.account(&portal.system, &session.subject).map_err(Error::from)?;
    let (id, submission) = (asked.id, asked.submission);
    let refusal = match asked.form.typed("days") {
        Some(days) => {
            match query_number::submit(&portal.system, &session.subject, id, days, submission).await {
                Ok(()) => return Ok(see_other(&format!("/certificates/{id}/query-number/{submission}"))),
                Err(error) if error.kind == Kind::Invalid => asked.frame.says(&error),
                Err(error) => return Err(error.into()),
            }
        }
        None => asked.frame.t1("web-verify-query-days-form", "longest", LONGEST_DAYS),
    };
    asked.form.refuse("days", refusal);
    Ok(page_with(AGAIN, &asked))
}

pub(super) async fn made(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Path((text, submission)): Path<(String, String)>,
) -> Result<Response> {
    let (system, by, id) = (&portal.system, &session.subject, id(&text)?);
    let submission = submission.parse().map_err(|_| Error::not_found("query_number_not_found"))?;
    let made = match query_number::submitted(system, by, id, submission).await {
        // Whoever comes back to it when it is over finds those that are not.
        Err(error) if error.code == "query_number_not_found" => return Ok(see_other(&over(id))),
        made => made?,
    };
    let view = certificate::show(system, by, id).await?;
    let name = facts::title(&frame, &system.catalogue, &view);
    Ok(page(&Made { frame, id, name, number: grouped(&made.query_number), last: made.expires_on }))
}

#[derive(Template)]
#[template(path = "shares/query_number_end.html")]
struct End {
    frame: Frame,
    id: Id,
    name: String,
    one: QueryNumberView,
}

pub(super) async fn ask_end(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Path(text): Path<String>,
    Asked(asked): Asked,
) -> Result<Response> {
    let id = id(&text)?;
    let view = certificate::show(&portal.system, &session.subject, id).await?;
    let name = facts::title(&frame, &portal.system.catalogue, &view);
    match view.query_numbers.into_iter().find(|one| one.reference == asked.value("number")) {
        Some(one) => Ok(page(&End { frame, id, name, one })),
        None => Ok(see_other(&over(id))),
    }
}

pub(super) async fn end(
    State(portal): State<Portal>,
    SignedIn(session): SignedIn,
    Path(text): Path<String>,
    Posted(form): Posted,
) -> Result<Response> {
    let id = id(&text)?;
    query_number::end(&portal.system, &session.subject, id, form.value("number")).await?;
    Ok(see_other(&over(id)))
}

/// The list, which says that the number one came from is none any more.
fn over(certificate: Id) -> String {
    format!("/certificates/{certificate}/query-number?ended=yes")
}

/// A query number in groups of four, as it is read to somebody.
fn grouped(number: &str) -> String {
    let letters: Vec<char> = number.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
