//! The first page, and how pages are shown.

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

pub const ROUTES: &[Route] = &[
    Route { method: Method::GET, path: "/", who: Who::Anybody, handler: || get(home) },
    Route { method: Method::POST, path: "/display", who: Who::Anybody, handler: || post(display) },
];

#[derive(Template)]
#[template(path = "home/home.html")]
struct Home {
    frame: Frame,
}

async fn home(frame: Frame) -> Result<Response> {
    Ok(page(&Home { frame }))
}

/// 长辈版 on and off, and back to the page.
async fn display(State(portal): State<Portal>, Posted(form): Posted) -> Result<Response> {
    let mut response = see_other(own_path(form.value("back")).unwrap_or("/"));
    if let Some(cookie) = choose_elder(form.chosen("size", "elder"), portal.secure) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
