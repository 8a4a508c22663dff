//! The portal over HTTP: what there is to ask for, who is logged in, and settings under which asking is counted and not stopped.

use super::{Ground, Holder, Roster};
use crate::certificate::identities;
use crate::config;
use crate::endorse;
use crate::error::{Error, Result, io};
use crate::limits::LimitsConfig;
use crate::{account, session, token};
use std::sync::Arc;
use yinxin_model::{Id, Subject};
use yinxin_store::session::Owner;
use yinxin_store::{certificate, credential, endorsement, request};

/// Rows in one transaction.
const CHUNK: usize = 500;
/// A proof of work is work of those who ask.
const SETTINGS: &str = "
[pow]
required = false
[server]
concurrent_requests = 4096
";
/// Of everybody who logs in here.
pub const PASSWORD: &str = "correct horse battery staple";

/// What a program sends to verify by query number.
pub struct Question {
    pub name: String,
    pub query_number: String,
}

/// A holder who has logged in.
pub struct Visitor {
    /// What his cookie holds.
    pub cookie: String,
    /// What his forms carry.
    pub form_token: String,
    pub certificate: Id,
    pub document_type: &'static str,
    pub document: String,
}

/// All who ask come from this machine.
pub(super) fn settings() -> Result<String> {
    let limits =
        toml::to_string(&LimitsConfig::unlimited()).map_err(|e| Error::internal("internal").because(e))?;
    Ok(format!("[limits]\n{limits}{SETTINGS}"))
}

impl Ground {
    /// Opens what asking is limited by, for whoever opens this installation next.
    pub fn unlimited(&self) -> Result<()> {
        let path = self.system.home.dir().join(config::FILE);
        std::fs::write(&path, settings()?).map_err(|e| io("write", &path, e))
    }

    /// A query number for each of up to `most` people of the roster.
    pub async fn questions(&self, roster: &Roster, most: usize) -> Result<Vec<Question>> {
        let system = &self.system;
        let mut questions = Vec::new();
        let holders: Vec<&Holder> = roster.holders.iter().take(most).collect();
        for chunk in holders.chunks(CHUNK) {
            let drawn =
                chunk.iter().map(|holder| (holder.number.clone(), token::query_number(system.entropy())));
            let drawn: Arc<Vec<_>> = Arc::new(drawn.collect());
            let (vault, act, last) =
                (system.vault.clone(), system.act(&Subject::System), system.today().plus(7));
            let put = drawn.clone();
            let written = system.db.write(move |tx| {
                Box::pin(async move {
                    for (number, code) in put.iter() {
                        let found = certificate::by_number(tx, &vault, &Subject::System, number).await?;
                        if let Some(found) = found {
                            request::put_query_number(tx, &vault, &act, &found.id, code, last, None).await?;
                        }
                    }
                    Ok(())
                })
            });
            written.await?;
            let asked = chunk.iter().zip(drawn.iter());
            questions.extend(asked.map(|(holder, (_, query_number))| Question {
                name: holder.name.clone(),
                query_number: query_number.clone(),
            }));
        }
        Ok(questions)
    }

    /// Tokens of sealed copies, one of each of up to `most` people of the roster.
    pub async fn tokens(&self, roster: &Roster, most: usize) -> Result<Vec<String>> {
        let mut tokens = Vec::new();
        for holder in roster.holders.iter().take(most) {
            let request = endorse::Request {
                certificate: holder.number.as_str().into(),
                scenario: "self".into(),
                addition: String::new(),
                days: 90,
                idempotency_key: None,
                on_behalf: None,
            };
            let made = endorse::endorse(&self.system, &self.subject(holder)?, request).await?.endorsement;
            let vault = self.system.vault.clone();
            let read = self.system.db.read(move |tx| {
                Box::pin(async move { endorsement::get(tx, &vault, &Subject::System, &made).await })
            });
            tokens.extend(read.await?.map(|endorsement| endorsement.token));
        }
        Ok(tokens)
    }

    /// Registers and logs in each of these people of the roster.
    pub async fn visitors(&self, roster: &Roster, which: std::ops::Range<usize>) -> Result<Vec<Visitor>> {
        let system = &self.system;
        let password = account::hash_password(system, PASSWORD).await?;
        let mut visitors = Vec::new();
        for holder in roster.holders.iter().skip(which.start).take(which.len()) {
            let identity = self.identity(holder)?;
            let index = system.vault.identity_index(&identity);
            let token = session::token(system);
            let begun = account::new_session(system, &token, Owner::Account(index), "bench");
            let (vault, act) = (system.vault.clone(), system.act(&self.subject(holder)?));
            let (password, number) = (password.clone(), holder.number.clone());
            let registered = system.db.write(move |tx| {
                Box::pin(async move {
                    yinxin_store::account::register(tx, &vault, &act, &identity).await?;
                    yinxin_store::account::prove(tx, &act, &index, "demo").await?;
                    credential::put(tx, &vault, &act, &index, &password, "bench@example.invalid").await?;
                    yinxin_store::account::agree(tx, &vault, &act, &index, 1, "bench").await?;
                    yinxin_store::session::begin(tx, &vault, &act, &begun).await?;
                    certificate::by_number(tx, &vault, &Subject::System, &number).await
                })
            });
            let certificate =
                registered.await?.ok_or_else(|| Error::internal("internal").with("step", "number"))?.id;
            let (cookie, form_token) = (token.to_string(), token.form_token());
            let (document_type, document) = (holder.document_type, holder.document.clone());
            visitors.push(Visitor { cookie, form_token, certificate, document_type, document });
        }
        Ok(visitors)
    }

    fn identity(&self, holder: &Holder) -> Result<yinxin_model::Identity> {
        let found = identities(&self.system, &holder.name, Some(holder.document_type), &holder.document)?;
        found.into_iter().next().ok_or_else(|| Error::internal("internal").with("step", "identity"))
    }

    fn subject(&self, holder: &Holder) -> Result<Subject> {
        let index = self.system.vault.identity_index(&self.identity(holder)?);
        Ok(yinxin_store::account::holder(&index))
    }
}
