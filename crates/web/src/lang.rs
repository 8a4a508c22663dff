//! In which language and size pages are shown: Chinese unless asked otherwise, kept in two cookies that say nothing
//! about anybody.

use crate::cookies;
use axum::http::{HeaderMap, HeaderValue, Uri};
use yinxin_words::Lang;

const LANG: &str = "lang";
const DISPLAY: &str = "display";
const ELDER: &str = "elder";
/// A year.
const KEPT: Option<u32> = Some(31_536_000);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Display {
    pub lang: Lang,
    /// 长辈版: large letters and targets.
    pub elder: bool,
    /// The language was chosen just now and is still to be kept.
    chosen: bool,
}

impl Display {
    pub fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let asked = pairs.filter(|(name, _)| name == LANG).find_map(|(_, value)| Lang::parse(&value));
        let kept = cookies::get(headers, LANG).and_then(Lang::parse);
        Self {
            lang: asked.or(kept).unwrap_or_default(),
            elder: cookies::get(headers, DISPLAY) == Some(ELDER),
            chosen: asked.is_some() && asked != kept,
        }
    }

    pub fn cookie(self, secure: bool) -> Option<HeaderValue> {
        self.chosen.then(|| cookies::set(LANG, self.lang.tag(), secure, KEPT)).flatten()
    }
}

/// `Set-Cookie` that chooses the size.
pub fn choose_elder(elder: bool, secure: bool) -> Option<HeaderValue> {
    cookies::set(DISPLAY, if elder { ELDER } else { "normal" }, secure, KEPT)
}
