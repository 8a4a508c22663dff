//! 公告: what went online, and the operator's notices.

use crate::error::Result;
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::view::{Frame, page};
use askama::Template;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use axum::routing::get;
use yinxin_app::news::{self, Told};
use yinxin_app::portal_texts::Text;
use yinxin_model::Day;
use yinxin_words::say;

pub const ROUTES: &[Route] =
    &[Route { method: Method::GET, path: "/news", who: Who::Anybody, handler: || get(all) }];

/// What is older is no news.
const MOST: u32 = 60;

/// One piece of news as it is shown.
pub(crate) struct Piece {
    pub on: Day,
    pub title: String,
    /// Of a notice alone.
    pub text: Option<Text>,
}

#[derive(Template)]
#[template(path = "home/news.html")]
struct News {
    frame: Frame,
    news: Vec<Piece>,
}

async fn all(State(portal): State<Portal>, frame: Frame) -> Result<Response> {
    let news = pieces(&portal, &frame, MOST).await?;
    Ok(page(&News { frame, news }))
}

pub(crate) async fn pieces(portal: &Portal, frame: &Frame, most: u32) -> Result<Vec<Piece>> {
    let found = news::news(&portal.system, frame.lang.tag(), most).await?;
    let piece = |news: news::News| {
        let (title, text) = match news.told {
            Told::Notice { title, text } => (title, Some(text)),
            Told::Release(release) => {
                let level = frame.level(&release.level_code, &release.level);
                let space = if frame.english() && !level.is_empty() { " " } else { "" };
                let what = format!("{}{space}{level}", release.qualification);
                // A year is no count, and is not written as one.
                let values = [("what", what.into()), ("year", release.year.to_string().into())];
                (say(frame.lang, "web-news-release", &values), None)
            }
        };
        Piece { on: news.on, title, text }
    };
    Ok(found.into_iter().map(piece).collect())
}
