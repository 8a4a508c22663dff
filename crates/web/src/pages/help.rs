//! What the operator tells: questions and answers, contacts, accessibility, personal data.

use crate::error::Result;
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::view::{Frame, page};
use askama::Template;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use axum::routing::get;
use yinxin_app::portal_texts::{self, Document, Question};
use yinxin_model::catalogue::{Organisation, OrganisationKind};

pub const ROUTES: &[Route] = &[
    Route { method: Method::GET, path: "/help", who: Who::Anybody, handler: || get(help) },
    Route { method: Method::GET, path: "/contacts", who: Who::Anybody, handler: || get(contacts) },
    Route { method: Method::GET, path: "/accessibility", who: Who::Anybody, handler: || get(accessibility) },
    Route { method: Method::GET, path: "/privacy", who: Who::Anybody, handler: || get(privacy) },
];

#[derive(Template)]
#[template(path = "home/help.html")]
struct Help {
    frame: Frame,
    questions: Vec<Question>,
}

#[derive(Template)]
#[template(path = "home/document.html")]
struct Page {
    frame: Frame,
    document: Document,
}

#[derive(Template)]
#[template(path = "home/contacts.html")]
struct Contacts {
    frame: Frame,
    operator: String,
    hotline: String,
    hours: String,
    email: String,
    /// Kind, and those of it.
    organisations: Vec<(String, Vec<Organisation>)>,
}

async fn help(State(portal): State<Portal>, frame: Frame) -> Result<Response> {
    let texts = portal_texts::texts(&portal.system);
    let questions = texts.in_language(frame.lang.tag()).questions.clone();
    Ok(page(&Help { frame, questions }))
}

async fn accessibility(State(portal): State<Portal>, frame: Frame) -> Result<Response> {
    let texts = portal_texts::texts(&portal.system);
    let document = texts.in_language(frame.lang.tag()).accessibility.clone();
    Ok(page(&Page { frame, document }))
}

async fn privacy(State(portal): State<Portal>, frame: Frame) -> Result<Response> {
    let texts = portal_texts::texts(&portal.system);
    let document = texts.in_language(frame.lang.tag()).privacy.clone();
    Ok(page(&Page { frame, document }))
}

async fn contacts(State(portal): State<Portal>, frame: Frame) -> Result<Response> {
    let texts = portal_texts::texts(&portal.system);
    let told = texts.in_language(frame.lang.tag());
    let of_kind = |kind: OrganisationKind, words: &str| {
        let all = portal.system.catalogue.organisation.iter();
        (frame.t(words), all.filter(|organisation| organisation.kind == kind).cloned().collect())
    };
    let organisations = vec![
        of_kind(OrganisationKind::Issuer, "web-contacts-issuers"),
        of_kind(OrganisationKind::ExaminationInstitution, "web-contacts-institutions"),
    ];
    Ok(page(&Contacts {
        operator: told.operator.clone(),
        hotline: texts.hotline.clone(),
        hours: told.hours.clone(),
        email: texts.email.clone(),
        organisations,
        frame,
    }))
}
