//! Cookies as they come and go. Values are ours: letters, digits, `-` and `_`.

use axum::http::{HeaderMap, HeaderValue, header};

/// The first cookie called `name`. A second one of that name is another's doing and not read.
pub fn get<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let texts = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}

/// Scripts never see it, other sites never send it but by a link. `age`: seconds to be kept; `None` ends with the
/// browser, 0 takes it back.
pub fn set(name: &str, value: &str, secure: bool, age: Option<u32>) -> Option<HeaderValue> {
    let age = age.map(|age| format!("; Max-Age={age}")).unwrap_or_default();
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::try_from(format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")).ok()
}
