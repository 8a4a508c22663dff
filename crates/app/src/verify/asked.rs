//! Look-ups for programs, who ask often and for the same: what was told is remembered for a moment as it went out.

use super::{Verification, by_folded_number, by_scanned_token, count_told, scanned};
use crate::known::{AsOf, Told};
use crate::system::System;
use crate::token;
use bytes::Bytes;
use yinxin_model::finding::Verdict;
use yinxin_model::person::{name_key, typed_name};
use yinxin_model::states::EndorsementView;

/// What a program has before it.
#[derive(Clone, Copy, Debug)]
pub enum Question<'a> {
    /// Name and 查询编号.
    QueryNumber { name: &'a str, number: &'a str },
    /// What a scanner gives.
    Token(&'a str),
}

/// The verification as [`super::by_query_number`] and [`super::by_token`] make it, in the form in which `write` puts it: within the second that it
/// states itself, and until this process changes any certificate or endorsement, the same question is given the same bytes.
/// `form` tells forms apart.
pub async fn answer(
    system: &System,
    question: Question<'_>,
    form: &'static str,
    write: impl FnOnce(&Verification) -> Vec<u8>,
) -> Bytes {
    let (now, folded) = (system.now(), question.folded());
    // Before the register is asked: what changes from here on outdates the answer.
    let as_of = AsOf::new(now, system.db.answers_changed());
    let asked = folded.asked(system, form);
    if let Some(told) = system.known.get(&asked, as_of) {
        count_told(system, folded.way(), &told, now);
        return told.body;
    }
    let verification = match &folded {
        Folded::QueryNumber { key, code } => by_folded_number(system, key, code, now).await,
        Folded::Token(token) => by_scanned_token(system, token, now).await,
    };
    let body = Bytes::from(write(&verification));
    if verification.may_be_known() {
        let (verdict, certificate) = (verification.verdict.as_str(), verification.found);
        system.known.put(asked, as_of, Told { body: body.clone(), verdict, certificate });
    }
    body
}

/// The same however it is written, for the answer is.
enum Folded {
    QueryNumber { key: String, code: String },
    Token(String),
}

impl Question<'_> {
    fn folded(&self) -> Folded {
        match self {
            Self::QueryNumber { name, number } => {
                Folded::QueryNumber { key: name_key(&typed_name(name)), code: token::folded(number) }
            }
            Self::Token(text) => Folded::Token(scanned(text)),
        }
    }
}

impl Folded {
    fn way(&self) -> &'static str {
        match self {
            Self::QueryNumber { .. } => "query_number",
            Self::Token(_) => "token",
        }
    }

    fn asked(&self, system: &System, form: &str) -> crate::known::Asked {
        match self {
            Self::QueryNumber { key, code } => system.vault.mark(&["answer", form, "number", code, key]),
            Self::Token(token) => system.vault.mark(&["answer", form, "token", token]),
        }
    }
}

impl Verification {
    /// Only of what is there, and stays so unless the register says that it changed: a copy in the making will soon be ready, and a
    /// miss is quickly looked up.
    fn may_be_known(&self) -> bool {
        let making = self.endorsement.as_ref().is_some_and(|own| own.state == EndorsementView::Granted);
        self.certificate.is_some() && !making && self.verdict != Verdict::CannotCheck
    }
}
