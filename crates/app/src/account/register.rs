//! Registering, step by step: who, a code to the contact, a password, the proof. Until the last there is no account.

use super::code::{self, Payload, Pending, Sent};
use super::{Admission, Notice, admit, attempt, new_session, password};
use crate::certificate;
use crate::config::IdentityKind;
use crate::contact::Contact;
use crate::error::{Error, Result};
use crate::identity::Proved;
use crate::oidc::{self, Errand, Return};
use crate::session::{self, Session, SessionToken};
use crate::system::System;
use serde::{Deserialize, Serialize};
use yinxin_model::person::typed_name;
use yinxin_model::{DocumentNumber, DocumentType, Id, Identity, Instant, PersonName, Subject};
use yinxin_store::credential::{self, Registration};
use yinxin_store::session::Owner;

const PURPOSE: &str = "register";

/// What somebody says of himself.
pub struct Begin {
    pub name: String,
    pub document_type: String,
    pub document: String,
    /// Mobile telephone or e-mail address.
    pub contact: String,
}

/// How far a registration has come.
#[derive(Clone, Debug)]
pub struct Registering {
    /// As it was given, but for what sets it apart: which of both the register has is not told.
    pub name: String,
    pub document_type: DocumentType,
    /// Masked.
    pub document: String,
    /// Masked.
    pub contact: String,
    pub has_password: bool,
    /// Forgotten then.
    pub expires_at: Instant,
}

/// What came of a proof.
pub enum Proof {
    /// There is an account now, and its session. `renamed`: the same document is registered under another name, as
    /// after a correction; that account sees nothing any more.
    Admitted { token: SessionToken, renamed: bool },
    /// Name, number and telephone do not belong together, says who was asked.
    NotMatched,
}

#[derive(Serialize, Deserialize)]
struct Secret {
    contact: String,
    password: Option<String>,
}

impl Begin {
    /// Everything that is wrong with it, so that it can be said at once.
    pub fn problems(&self, system: &System) -> Vec<Error> {
        let name = PersonName::parse(&self.name).map_err(|e| Error::invalid(e.rule()).with("reason", &e));
        let contact = Contact::parse(&self.contact);
        // With a name that is good by itself: what is wrong then is the document.
        let document = identities(system, "某", &self.document_type, &self.document);
        [name.err(), document.err(), contact.err()].into_iter().flatten().collect()
    }
}

/// Looks at what was said and sends a code to the contact, whether or not the identity is registered.
pub async fn begin(system: &System, request: Begin) -> Result<Sent> {
    let meant = identities(system, &request.name, &request.document_type, &request.document)?;
    let identity = certificate::likeliest(system, meant, certificate::by_certificates).await?;
    let contact = Contact::parse(&request.contact)?.stored();
    let payload = Payload {
        pace: contact.clone(),
        contact: Some(contact),
        told: true,
        account: None,
        identity: Some(parts(&identity)),
        changed_at: None,
        shown: None,
    };
    code::begin(system, PURPOSE, payload, true).await
}

pub async fn pending(system: &System, challenge: &Id) -> Result<Option<Pending>> {
    code::pending(system, PURPOSE, challenge).await
}

pub async fn resend(system: &System, challenge: &Id) -> Result<()> {
    code::resend(system, PURPOSE, challenge, true).await
}

/// The contact is confirmed: the registration begins, and with it the session that alone can go on with it.
pub async fn confirm(system: &System, challenge: &Id, typed: &str, device: &str) -> Result<SessionToken> {
    let payload = code::redeem(system, PURPOSE, challenge, typed).await?;
    let broken = || Error::internal("internal");
    let (kind, number, name) = payload.identity.ok_or_else(broken)?;
    let kind = DocumentType::parse(&kind).ok_or_else(broken)?;
    let name = PersonName::verbatim(&name).map_err(|error| broken().because(error))?;
    let identity = Identity { name, document: DocumentNumber::stored(kind, number) };
    let secret = Secret { contact: payload.contact.ok_or_else(broken)?, password: None };
    let now = system.now();
    let hours = i64::from(system.config.accounts.registration_hours);
    let registration = Registration {
        id: Id::new(now, system.entropy()),
        identity,
        secret: written(&secret)?,
        expires_at: Instant(now.0 + hours * super::HOUR_MS),
    };
    let token = session::token(system);
    let begun = new_session(system, &token, Owner::Registration(registration.id), device);
    let (vault, act) = (system.vault.clone(), system.act(&Subject::Public));
    let made = system.db.write(move |tx| {
        Box::pin(async move {
            credential::register(tx, &vault, &act, &registration).await?;
            yinxin_store::session::begin(tx, &vault, &act, &begun).await
        })
    });
    made.await?;
    Ok(token)
}

/// The registration of a session; `None` where it is over or has become an account.
pub async fn registering(system: &System, own: &Session) -> Result<Option<Registering>> {
    let Some((found, secret)) = open(system, own).await? else { return Ok(None) };
    let contact = Contact::from_stored(&secret.contact).map(|contact| contact.masked());
    Ok(Some(Registering {
        name: typed_name(&found.identity.name.display()).into_owned(),
        document_type: found.identity.document.kind(),
        document: found.identity.document.masked(),
        contact: contact.unwrap_or_default(),
        has_password: secret.password.is_some(),
        expires_at: found.expires_at,
    }))
}

/// The password that the account will have.
pub async fn set_password(system: &System, own: &Session, new: &str) -> Result<()> {
    let (found, secret) = open(system, own).await?.ok_or_else(over)?;
    check_password(new, &found.identity, Contact::from_stored(&secret.contact).as_ref())?;
    let secret = Secret { password: Some(password::hash(system, new).await?), ..secret };
    let (vault, text) = (system.vault.clone(), written(&secret)?);
    let kept = system
        .db
        .write(move |tx| Box::pin(async move { credential::set_secret(tx, &vault, &found.id, &text).await }));
    if kept.await? { Ok(()) } else { Err(over()) }
}

/// Asks the one who proves identities. Matched: there is an account, and its session takes the registration's place.
pub async fn prove(system: &System, own: &Session) -> Result<Proof> {
    let (found, secret) = open(system, own).await?.ok_or_else(over)?;
    let contact = Contact::from_stored(&secret.contact).ok_or_else(|| Error::internal("internal"))?;
    require_password(&secret)?;
    let proof = system.desk.proof(system)?;
    // Where one has to go elsewhere nothing is asked here, and nothing counts.
    if !proved_elsewhere(system) {
        paced(system, &found).await?;
        paced_by_document(system, &found).await?;
    }
    match proof.prove(system, &found.identity, &contact).await? {
        Proved::By(name) => proved(system, own, found, secret, name).await,
        Proved::Not => Ok(Proof::NotMatched),
    }
}

/// Whether identities are proved by an outside identity provider, to which one has to go.
pub fn proved_elsewhere(system: &System) -> bool {
    system.config.identity.kind == Some(IdentityKind::Oidc)
}

/// Comes back from the identity provider: its claims must be what was said here, and what they are is told to nobody.
/// `browser` is the token one left with.
pub async fn prove_elsewhere(
    system: &System,
    own: &Session,
    browser: &SessionToken,
    back: &Return<'_>,
) -> Result<Proof> {
    if !proved_elsewhere(system) {
        return Err(Error::not_found("oidc_not_offered"));
    }
    let (found, secret) = open(system, own).await?.ok_or_else(over)?;
    require_password(&secret)?;
    let (proved_to_be, proved_by) = oidc::identities(system, browser, back, Errand::Proof).await?;
    // The provider says who he is, so that nothing is guessed here: whoever is that person is never kept waiting, nor can
    // others who name his document shut him out.
    if !proved_to_be.iter().any(|identity| identity.is_also(&found.identity)) {
        paced(system, &found).await?;
        return Ok(Proof::NotMatched);
    }
    proved(system, own, found, secret, proved_by).await
}

/// Nobody asks endlessly who somebody is in one registration.
async fn paced(system: &System, found: &Registration) -> Result<()> {
    let registration = system.vault.code_hash("prove", &found.id.to_string());
    attempt(system, registration, "proof_paused", |count| if count < 5 { 0 } else { 600_000 }).await
}

/// Nor, for one document, in many.
async fn paced_by_document(system: &System, found: &Registration) -> Result<()> {
    let index = system.vault.identity_index(&found.identity);
    let document = system.vault.code_hash("prove document", &crate::hex(&index.document.0));
    attempt(system, document, "proof_paused", |count| if count < 10 { 0 } else { 600_000 }).await
}

fn require_password(secret: &Secret) -> Result<()> {
    secret.password.as_ref().map(|_| ()).ok_or_else(|| Error::conflict("password_missing"))
}

/// The identity is proved: the registration becomes an account.
async fn proved(
    system: &System,
    own: &Session,
    found: Registration,
    secret: Secret,
    proved_by: String,
) -> Result<Proof> {
    let contact = Contact::from_stored(&secret.contact).ok_or_else(|| Error::internal("internal"))?;
    let password = secret.password.ok_or_else(|| Error::conflict("password_missing"))?;
    let new = Admission {
        identity: found.identity.clone(),
        proved_by,
        password,
        contact,
        registration: Some(found.id),
        device: own.device.clone(),
    };
    match admit(system, new).await {
        Ok(admitted) => Ok(Proof::Admitted { token: admitted.token, renamed: admitted.renamed }),
        Err(error) => {
            if error.code == "identity_registered" {
                let (vault, now) = (system.vault.clone(), system.now());
                let index = vault.identity_index(&found.identity);
                let claimed = Notice::IdentityClaimed;
                let told = system
                    .db
                    .write(move |tx| Box::pin(async move { claimed.put_for(tx, &vault, &index, now).await }));
                told.await?;
            }
            Err(error)
        }
    }
}

/// The identities that somebody may mean, by the rules of the document.
pub(super) fn identities(system: &System, name: &str, kind: &str, document: &str) -> Result<Vec<Identity>> {
    let kind = Some(kind).filter(|kind| !kind.trim().is_empty()).unwrap_or("111");
    certificate::identities(system, name, Some(kind), document)
}

/// Type, number, name: what a sealed payload keeps of an identity.
pub(super) fn parts(identity: &Identity) -> (String, String, String) {
    let document = &identity.document;
    (document.kind().code().to_owned(), document.number().to_owned(), identity.name.display())
}

/// No password of what others know of the holder.
pub(super) fn check_password(new: &str, identity: &Identity, contact: Option<&Contact>) -> Result<()> {
    let name = typed_name(&identity.name.display()).into_owned();
    let own = [name.as_str(), identity.document.number(), contact.map_or("", Contact::own_part)];
    let known: Vec<&str> = own.into_iter().filter(|own| !own.is_empty()).collect();
    crate::password::check(new, &known)
}

async fn open(system: &System, own: &Session) -> Result<Option<(Registration, Secret)>> {
    let Owner::Registration(id) = own.owner else { return Ok(None) };
    let (vault, now) = (system.vault.clone(), system.now());
    let read = system
        .db
        .read(move |tx| Box::pin(async move { credential::registration(tx, &vault, &id, now).await }));
    let Some(found) = read.await? else { return Ok(None) };
    let secret =
        serde_json::from_str(&found.secret).map_err(|error| Error::internal("internal").because(error))?;
    Ok(Some((found, secret)))
}

fn written(secret: &Secret) -> Result<String> {
    serde_json::to_string(secret).map_err(|error| Error::internal("internal").because(error))
}

fn over() -> Error {
    Error::conflict("registration_over")
}
