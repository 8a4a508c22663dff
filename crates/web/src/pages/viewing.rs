//! A copy looked at: its page as a picture, enlarged in the viewer of PDF files, and as a sheet to be printed.
//!
//! The viewer shows the very file that is downloaded. Where the browser cannot run it, or the program was built without, a
//! picture is shown and the page says so.

use super::copies::Thing;
use super::facts;
use crate::assets::{self, Viewer};
use crate::error::Result;
use crate::forms::Asked;
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::session::SignedIn;
use crate::view::{Frame, page};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use yinxin_app::certificate;
use yinxin_app::endorse;
use yinxin_app::error::Error;
use yinxin_app::picture::{self, Size};

pub const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/endorsements/{id}/page.png",
        who: Who::Agreed,
        handler: || get(png),
    },
    Route { method: Method::GET, path: "/endorsements/{id}/view", who: Who::Agreed, handler: || get(view) },
    Route { method: Method::GET, path: "/endorsements/{id}/print", who: Who::Agreed, handler: || get(print) },
    Route {
        method: Method::GET,
        path: "/certificates/{id}/page.png",
        who: Who::Agreed,
        handler: || get(png),
    },
    Route { method: Method::GET, path: "/certificates/{id}/view", who: Who::Agreed, handler: || get(view) },
    Route { method: Method::GET, path: "/certificates/{id}/print", who: Who::Agreed, handler: || get(print) },
];

/// What a page leaves room for before the picture is there.
pub(super) struct Picture {
    pub width: u32,
    pub height: u32,
}

impl Picture {
    /// Of a sheet of so many millimetres.
    pub fn of((width, height): (f64, f64)) -> Self {
        Self { width: Size::Screen.points(width), height: Size::Screen.points(height) }
    }

    pub fn landscape(&self) -> bool {
        self.width > self.height
    }
}

async fn png(
    State(portal): State<Portal>,
    SignedIn(session): SignedIn,
    thing: Thing,
    Asked(form): Asked,
) -> Result<Response> {
    let size = match form.value("size") {
        "print" => Size::Print,
        "small" => Size::Small,
        _ => Size::Screen,
    };
    let png = picture::page_png(&portal.system, &session.subject, &thing.what(), size).await?;
    Ok(([(header::CONTENT_TYPE, "image/png")], png).into_response())
}

/// A page that holds nothing but the sheet.
#[derive(Template)]
#[template(path = "copies/print.html")]
struct Print {
    frame: Frame,
    base: String,
    back: String,
    landscape: bool,
}

#[derive(Template)]
#[template(path = "copies/view.html")]
struct View {
    frame: Frame,
    title: String,
    base: String,
    back: String,
    picture: Picture,
    /// `None`: built without.
    viewer: Option<Viewer>,
}

async fn print(portal: State<Portal>, frame: Frame, session: SignedIn, thing: Thing) -> Result<Response> {
    let (base, back) = (thing.base(), thing.page());
    match sheet(&portal, &session, &thing).await {
        Ok(picture) => Ok(page(&Print { frame, base, back, landscape: picture.landscape() })),
        Err(error) => thing.explain(error),
    }
}

async fn view(portal: State<Portal>, frame: Frame, session: SignedIn, thing: Thing) -> Result<Response> {
    let (base, back) = (thing.base(), thing.page());
    let picture = match sheet(&portal, &session, &thing).await {
        Ok(picture) => picture,
        Err(error) => return thing.explain(error),
    };
    let (system, by) = (&portal.system, &session.0.subject);
    let certificate =
        if thing.endorsed { endorse::show(system, by, thing.id).await?.certificate } else { thing.id };
    let shown = certificate::show(system, by, certificate).await?;
    let title = facts::title(&frame, &system.catalogue, &shown);
    Ok(page(&View { frame, title, base, back, picture, viewer: assets::viewer() }))
}

/// Refused where there is no copy to be had.
async fn sheet(
    portal: &Portal,
    SignedIn(session): &SignedIn,
    thing: &Thing,
) -> std::result::Result<Picture, Error> {
    picture::sides_of(&portal.system, &session.subject, &thing.what()).await.map(Picture::of)
}
