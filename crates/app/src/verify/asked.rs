//! Look-ups for programs, who ask often and for the same: what was told is remembered for a moment as it went out.

use super::{Verification, by_query_number, by_token, count_told, scanned};
use crate::error::Result;
use crate::known::{AsOf, Told};
use crate::system::System;
use crate::token;
use bytes::Bytes;
use yinxin_model::finding::Verdict;
use yinxin_model::person::name_key;

/// What a program has before it.
#[derive(Clone, Copy, Debug)]
pub enum Question<'a> {
    /// Name and 查询编号.
    QueryNumber { name: &'a str, number: &'a str },
    /// What a scanner gives.
    Token(&'a str),
}

/// The verification as [`by_query_number`] and [`by_token`] make it, in the form in which `write` puts it: within the second that it
/// states itself, and until this process changes any certificate or endorsement, the same question is given the same bytes.
/// `form` tells forms apart.
pub async fn answer(
    system: &System,
    question: Question<'_>,
    form: &'static str,
    write: impl FnOnce(&Verification) -> Vec<u8>,
) -> Result<Bytes> {
    // Before the register is asked: what changes from here on outdates the answer.
    let as_of = AsOf::new(system.now(), system.db.answers_changed());
    let asked = question.asked(system, form);
    if let Some(told) = system.known.get(&asked, as_of) {
        count_told(system, question.way(), &told);
        return Ok(told.body);
    }
    let verification = match question {
        Question::QueryNumber { name, number } => by_query_number(system, name, number).await?,
        Question::Token(text) => by_token(system, text).await?,
    };
    let body = Bytes::from(write(&verification));
    if verification.may_be_known() {
        let (verdict, certificate) = (verification.verdict.as_str(), verification.found);
        system.known.put(asked, as_of, Told { body: body.clone(), verdict, certificate });
    }
    Ok(body)
}

impl Question<'_> {
    fn way(&self) -> &'static str {
        match self {
            Self::QueryNumber { .. } => "query_number",
            Self::Token(_) => "token",
        }
    }

    /// The same however it is written, for the answer is.
    fn asked(&self, system: &System, form: &str) -> crate::known::Asked {
        let text = match self {
            Self::QueryNumber { name, number } => {
                format!("{form} number {} {}", token::folded(number), name_key(name))
            }
            Self::Token(text) => format!("{form} token {}", scanned(text)),
        };
        system.vault.code_hash("answer", &text)
    }
}

impl Verification {
    /// Only of what is there, and stays so unless the register says that it changed: a copy in the making will soon be ready, and a
    /// miss is quickly looked up.
    fn may_be_known(&self) -> bool {
        let making = self.endorsement.as_ref().is_some_and(|endorsement| endorsement["state"] == "granted");
        self.certificate.is_some() && !making && self.verdict != Verdict::CannotCheck
    }
}
