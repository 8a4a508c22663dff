//! The first page, and how pages are shown.

use super::news::{Piece, pieces};
use crate::error::Result;
use crate::forms::Posted;
use crate::gate::own_path;
use crate::lang::choose_elder;
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::view::{Frame, page, see_other};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, header};
use axum::response::Response;
use axum::routing::{get, post};
use yinxin_app::portal_texts;

pub const ROUTES: &[Route] = &[
    Route { method: Method::GET, path: "/", who: Who::Anybody, handler: || get(home) },
    Route { method: Method::POST, path: "/display", who: Who::Anybody, handler: || post(display) },
];

/// News and questions on the first page; the rest has pages of its own.
const NEWS: u32 = 4;
const QUESTIONS: usize = 5;

#[derive(Template)]
#[template(path = "home/home.html")]
struct Home {
    frame: Frame,
    news: Vec<Piece>,
    /// Place in `/help`, and what is asked.
    questions: Vec<(String, String)>,
    hotline: String,
    hours: String,
}

async fn home(State(portal): State<Portal>, frame: Frame) -> Result<Response> {
    let texts = portal_texts::texts(&portal.system);
    let told = texts.in_language(frame.lang.tag());
    let questions = told.questions.iter().take(QUESTIONS);
    Ok(page(&Home {
        news: pieces(&portal, &frame, NEWS).await?,
        questions: questions.map(|question| (question.id.clone(), question.title.clone())).collect(),
        hotline: texts.hotline.clone(),
        hours: told.hours.clone(),
        frame,
    }))
}

/// 长辈版 on and off, and back to the page.
async fn display(State(portal): State<Portal>, Posted(form): Posted) -> Result<Response> {
    let mut response = see_other(own_path(form.value("back")).unwrap_or("/"));
    if let Some(cookie) = choose_elder(form.chosen("size", "elder"), portal.secure) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
