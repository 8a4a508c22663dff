//! Sentences in zh-CN and en (Fluent), keyed by stable codes.
//!
//! The rest of the house speaks in codes (`quota_exhausted`); only this crate knows how they are said.
//! It must not know what a code means, who asks, or where the sentence is shown: HTML escaping, HTTP
//! statuses and terminal colours belong to its callers.
//!
//! A key is a prefix that tells the kind, then the code, in kebab-case: `error-quota-exhausted`,
//! `check-intact-pass`, `rule-document-number-checksum`. `_` and `.` in what callers pass count as `-`,
//! so that `say(lang, &format!("error-{}", error.code()), …)` needs no conversion.

mod bundles;
mod lang;
mod value;

pub use lang::Lang;
pub use value::Value;

use std::borrow::Cow;

/// The sentence for `code` in `lang`, with `args` filled in.
///
/// A rule of a roster that refuses something else (a correction, say) need not be said twice: an `error-…` that
/// has no sentence is said by the `rule-…` of the same code.
///
/// Never fails: an unknown code comes back as itself between `⟦ ⟧`, an argument that the sentence wants
/// and the caller did not give as `{$name}`. Both are visible to whoever reads the screen, and a
/// test of the caller finds them by [`has`].
pub fn say(lang: Lang, code: &str, args: &[(&str, Value)]) -> String {
    let key = key(code);
    let sentence = |key: &str| bundles::of(lang).format(key, args);
    sentence(&key).or_else(|| sentence(&as_rule(&key)?)).unwrap_or_else(|| format!("⟦{code}⟧"))
}

/// Whether `code` has a sentence in every language.
pub fn has(code: &str) -> bool {
    let key = key(code);
    let rule = as_rule(&key);
    Lang::ALL
        .iter()
        .map(|lang| bundles::of(*lang))
        .all(|bundle| bundle.has(&key) || rule.as_ref().is_some_and(|rule| bundle.has(rule)))
}

/// Every key of the source language (zh-CN) that begins with `prefix`, sorted; for lists in documents and
/// for tests that compare them with the codes of the callers.
pub fn keys(prefix: &str) -> Vec<&'static str> {
    let prefix = key(prefix);
    bundles::keys(Lang::ZhCn).into_iter().filter(|key| key.starts_with(prefix.as_ref())).collect()
}

fn as_rule(key: &str) -> Option<String> {
    key.strip_prefix("error-").map(|code| format!("rule-{code}"))
}

fn key(code: &str) -> Cow<'_, str> {
    if code.contains(['_', '.']) { Cow::Owned(code.replace(['_', '.'], "-")) } else { Cow::Borrowed(code) }
}

#[cfg(test)]
mod tests;
