//! What the portal says about its service: hotline, hours, questions and answers, privacy, accessibility, notices.
//!
//! Data of the operator, in `DATA/portal.toml`: read again when the file changes, and its seed where there is none. A file
//! that cannot be read takes nothing away: what was said before is said on, and `doctor` tells what is wrong.
//! It must not know HTML: texts are blocks, lists and links to pages of the portal.

mod markup;

pub use markup::{Block, Span, Text};

use crate::error::{Error, Result, io};
use crate::home::{self, Home, Secrecy};
use crate::system::System;
use serde::Deserialize;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;
use yinxin_model::Day;

/// What a new installation says.
pub const SEED: &str = include_str!("../seed/portal.toml");
/// More is no text for a page, but a mistake.
const MOST_BYTES: u64 = 1 << 20;

/// Everything, in both languages.
#[derive(Debug)]
pub struct Texts {
    /// Empty: none.
    pub hotline: String,
    pub email: String,
    /// 备案号; empty: none.
    pub record: String,
    chinese: Told,
    english: Told,
}

/// What is told in one language.
#[derive(Debug)]
pub struct Told {
    /// Who runs the service; empty: not said.
    pub operator: String,
    pub hours: String,
    pub questions: Vec<Question>,
    /// The operator's own, newest first.
    pub notices: Vec<Notice>,
    pub privacy: Document,
    pub accessibility: Document,
}

#[derive(Clone, Debug)]
pub struct Question {
    /// Stands in addresses: `/help#log-in`.
    pub id: String,
    pub title: String,
    pub text: Text,
}

#[derive(Clone, Debug)]
pub struct Notice {
    pub on: Day,
    pub title: String,
    pub text: Text,
}

#[derive(Clone, Debug)]
pub struct Document {
    pub title: String,
    pub text: Text,
}

impl Texts {
    /// `tag`: of a language (BCP 47); any but English is answered in Chinese.
    pub fn in_language(&self, tag: &str) -> &Told {
        if tag.starts_with("en") { &self.english } else { &self.chinese }
    }
}

/// The texts as they stand in the file now.
pub fn texts(system: &System) -> Arc<Texts> {
    let path = system.home.portal_texts();
    let stamp = stamp(&path);
    if let Some(kept) = system.portal_texts.get().filter(|kept| kept.stamp == stamp) {
        return kept.texts;
    }
    let before = system.portal_texts.get().map(|kept| kept.texts);
    let texts = load(system).map(Arc::new).unwrap_or_else(|error| {
        tracing::warn!(code = error.code, reason = ?error.details.get("reason"), "portal.toml cannot be used");
        before.unwrap_or_else(|| Arc::new(seed(system)))
    });
    system.portal_texts.put(Kept { stamp, texts: texts.clone() });
    texts
}

/// Why `DATA/portal.toml` cannot be used.
pub fn check(system: &System) -> Result<()> {
    load(system).map(|_| ())
}

/// Puts the seed into a new data directory.
pub(crate) fn write_seed(home: &Home) -> Result<()> {
    let path = home.portal_texts();
    if path.exists() { Ok(()) } else { home::write_new(&path, SEED.as_bytes(), Secrecy::Public) }
}

/// What was read last. Empty until somebody asks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory(Arc<RwLock<Option<Kept>>>);

#[derive(Clone, Debug)]
struct Kept {
    stamp: Option<(SystemTime, u64)>,
    texts: Arc<Texts>,
}

impl Memory {
    fn get(&self) -> Option<Kept> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, kept: Kept) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(kept);
    }
}

/// By which a change is noticed; `None` where there is no file.
fn stamp(path: &std::path::Path) -> Option<(SystemTime, u64)> {
    let found = std::fs::metadata(path).ok()?;
    Some((found.modified().ok()?, found.len()))
}

fn load(system: &System) -> Result<Texts> {
    let path = system.home.portal_texts();
    let named = |e: Error| e.with("path", path.display());
    match std::fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(seed(system)),
        Ok(found) if found.len() > MOST_BYTES => return Err(named(bad("the file is larger than 1 MiB"))),
        _ => {}
    }
    let text = std::fs::read_to_string(&path).map_err(|e| io("read", &path, e))?;
    parse(&text, &values(system)).map_err(named)
}

/// A test sees to it that the seed can be used.
fn seed(system: &System) -> Texts {
    let values = values(system);
    parse(SEED, &values).unwrap_or_else(|_| Texts {
        hotline: String::new(),
        email: String::new(),
        record: String::new(),
        chinese: Told::empty(),
        english: Told::empty(),
    })
}

/// What stands for `{name}` in the texts, but for what the file itself says.
fn values(system: &System) -> Vec<(&'static str, String)> {
    let policy = system.config.policy;
    vec![
        ("platform", system.config.platform.name.clone()),
        ("max", policy.max.to_string()),
        ("window_days", policy.window_days.to_string()),
        ("longest_days", policy.longest_days.to_string()),
        ("keep_copies_days", policy.keep_copies_days.to_string()),
    ]
}

fn bad(reason: impl Into<String>) -> Error {
    Error::invalid("portal_texts_invalid").with("reason", reason.into())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    service: Service,
    #[serde(default)]
    notice: Vec<NoticeEntry>,
    question: Vec<QuestionEntry>,
    privacy: Both<Entry>,
    accessibility: Both<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    #[serde(default)]
    hotline: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    record: String,
    #[serde(rename = "zh-CN")]
    chinese: ServiceWords,
    #[serde(rename = "en")]
    english: ServiceWords,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct ServiceWords {
    operator: String,
    hours: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Both<T> {
    #[serde(rename = "zh-CN")]
    chinese: T,
    #[serde(rename = "en")]
    english: T,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    title: String,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionEntry {
    id: String,
    #[serde(rename = "zh-CN")]
    chinese: Entry,
    #[serde(rename = "en")]
    english: Entry,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoticeEntry {
    on: toml::value::Datetime,
    #[serde(rename = "zh-CN")]
    chinese: Entry,
    #[serde(rename = "en")]
    english: Entry,
}

fn parse(text: &str, values: &[(&'static str, String)]) -> Result<Texts> {
    let file: File = toml::from_str(text).map_err(|e| bad(e.to_string()))?;
    for question in &file.question {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if question.id.is_empty() || !question.id.chars().all(plain) {
            return Err(bad(format!("question id `{}`: a-z, 0-9 and - only", question.id)));
        }
    }
    Ok(Texts {
        chinese: Told::of(&file, Language::Chinese, values)?,
        english: Told::of(&file, Language::English, values)?,
        hotline: file.service.hotline,
        email: file.service.email,
        record: file.service.record,
    })
}

#[derive(Clone, Copy)]
enum Language {
    Chinese,
    English,
}

impl Language {
    fn of<'a, T>(self, chinese: &'a T, english: &'a T) -> &'a T {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }
}

impl Told {
    fn of(file: &File, language: Language, values: &[(&'static str, String)]) -> Result<Self> {
        let service = language.of(&file.service.chinese, &file.service.english);
        let mut values = values.to_vec();
        values.push(("hotline", file.service.hotline.clone()));
        values.push(("hours", service.hours.clone()));
        let read = |place: &str, entry: &Entry| -> Result<Document> {
            let named = |reason: String| bad(format!("{place}: {reason}"));
            let title = markup::fill(entry.title.trim(), &values).map_err(named)?;
            let text = markup::parse(&entry.text, &values).map_err(named)?;
            Ok(Document { title, text })
        };
        let question = |q: &QuestionEntry| {
            let read = read(&format!("question `{}`", q.id), language.of(&q.chinese, &q.english))?;
            Ok(Question { id: q.id.clone(), title: read.title, text: read.text })
        };
        let notice = |n: &NoticeEntry| {
            let read = read(&format!("notice of {}", n.on), language.of(&n.chinese, &n.english))?;
            let on = n.on.to_string().parse().map_err(|_| bad(format!("notice: {} is not a day", n.on)))?;
            Ok(Notice { on, title: read.title, text: read.text })
        };
        let mut notices: Vec<Notice> = file.notice.iter().map(notice).collect::<Result<_>>()?;
        notices.sort_by_key(|notice| std::cmp::Reverse(notice.on));
        Ok(Self {
            operator: service.operator.clone(),
            hours: service.hours.clone(),
            questions: file.question.iter().map(question).collect::<Result<_>>()?,
            notices,
            privacy: read("privacy", language.of(&file.privacy.chinese, &file.privacy.english))?,
            accessibility: read(
                "accessibility",
                language.of(&file.accessibility.chinese, &file.accessibility.english),
            )?,
        })
    }

    fn empty() -> Self {
        let nothing = || Document { title: String::new(), text: Text::default() };
        Self {
            operator: String::new(),
            hours: String::new(),
            questions: Vec::new(),
            notices: Vec::new(),
            privacy: nothing(),
            accessibility: nothing(),
        }
    }
}

#[cfg(test)]
mod tests;
