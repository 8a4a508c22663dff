//! 我的信息: an overview, who looked, messages and which of them are sent, one's data as a file, closing the account.

use super::facts;
use crate::client::Client;
use crate::error::Result;
use crate::forms::{AGAIN, Asked, Form, Posted};
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::session::{SignedIn, end};
use crate::view::{Frame, page, page_with, see_other};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use yinxin_app::account::{self, Again};
use yinxin_app::closing;
use yinxin_app::error::{Error, Kind};
use yinxin_app::inbox::{self, Entry, Read};
use yinxin_app::limits::Way;
use yinxin_app::my_data::{self, Export, Line, Looked, Overview};
use yinxin_app::session::Session;
use yinxin_model::states::MessageKind;
use yinxin_model::{Day, Id};
use yinxin_words::{Lang, Value, say};

pub const ROUTES: &[Route] = &[
    Route { method: Method::GET, path: "/me", who: Who::Agreed, handler: || get(overview) },
    Route { method: Method::GET, path: "/me/access", who: Who::Agreed, handler: || get(access) },
    Route { method: Method::GET, path: "/me/inbox", who: Who::Agreed, handler: || get(messages) },
    Route { method: Method::POST, path: "/me/inbox/read", who: Who::Agreed, handler: || post(mark_read) },
    Route { method: Method::GET, path: "/me/settings", who: Who::Agreed, handler: || get(settings) },
    Route { method: Method::POST, path: "/me/settings", who: Who::Agreed, handler: || post(choose) },
    Route { method: Method::GET, path: "/me/export", who: Who::Agreed, handler: || get(ask_export) },
    Route { method: Method::POST, path: "/me/export", who: Who::Agreed, handler: || post(export) },
    Route { method: Method::GET, path: "/me/close", who: Who::Agreed, handler: || get(ask_close) },
    Route { method: Method::POST, path: "/me/close", who: Who::Agreed, handler: || post(close) },
    Route { method: Method::GET, path: CLOSED, who: Who::Anybody, handler: || get(closed) },
];

/// Where one is after closing his account: nobody any more.
const CLOSED: &str = "/closed";

// ---- overview ------------------------------------------------------------------------------------------------------

#[derive(Template)]
#[template(path = "mine/overview.html")]
struct OverviewPage {
    frame: Frame,
    own: Overview,
    document: String,
}

async fn overview(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
) -> Result<Response> {
    let own = my_data::overview(&portal.system, &session.subject).await?;
    let kind = frame.t(&format!("document-type-{}", own.document_type.code()));
    Ok(page(&OverviewPage { document: format!("{kind} {}", own.document), frame, own }))
}

// ---- who looked ----------------------------------------------------------------------------------------------------

#[derive(Template)]
#[template(path = "mine/access.html")]
struct AccessPage {
    frame: Frame,
    days: Vec<LookedOn>,
    older: Option<Day>,
    later: bool,
}

/// What happened on one day.
struct LookedOn {
    day: Day,
    rows: Vec<Looking>,
}

struct Looking {
    certificate: Id,
    name: String,
    what: String,
    outcome: String,
    /// Of staff.
    organisation: Option<String>,
    count: u64,
}

async fn access(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Asked(asked): Asked,
) -> Result<Response> {
    let before: Option<Day> = asked.value("before").parse().ok();
    let Looked { lines, older } = my_data::looked(&portal.system, &session.subject, before).await?;
    let mut days: Vec<LookedOn> = Vec::new();
    for line in lines {
        let day = line.day;
        let row = looking(&portal, &frame, line);
        match days.last_mut() {
            Some(last) if last.day == day => last.rows.push(row),
            _ => days.push(LookedOn { day, rows: vec![row] }),
        }
    }
    Ok(page(&AccessPage { frame, days, older, later: before.is_some() }))
}

fn looking(portal: &Portal, frame: &Frame, line: Line) -> Looking {
    let catalogue = &portal.system.catalogue;
    let qualification = facts::qualification(frame, catalogue, &line.qualification, &line.qualification_name);
    let staff = line.organisation.is_some();
    let (what, outcome) = if staff {
        (frame.t(&format!("web-mine-staff-{}", line.outcome)), String::new())
    } else {
        (
            frame.t(&format!("web-mine-way-{}", line.way)),
            frame.t(&format!("web-mine-verdict-{}", line.outcome)),
        )
    };
    Looking {
        certificate: line.certificate,
        name: facts::with_level(frame, qualification, &frame.level(&line.level, &line.level_name)),
        what,
        outcome,
        organisation: line.organisation,
        count: line.count,
    }
}

// ---- inbox ---------------------------------------------------------------------------------------------------------

#[derive(Template)]
#[template(path = "mine/inbox.html")]
struct InboxPage {
    frame: Frame,
    rows: Vec<Letter>,
    unread: u64,
    newest: Option<Id>,
    older: Option<Id>,
    later: bool,
}

/// A message as it is shown.
struct Letter {
    entry: Entry,
    title: String,
    text: String,
    /// Where more of it is, and how that is called.
    more: Option<(String, String)>,
}

async fn messages(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Asked(asked): Asked,
) -> Result<Response> {
    let before: Option<Id> = asked.value("before").parse().ok();
    let found = inbox::list(&portal.system, &session.subject, before).await?;
    let newest = found.entries.first().map(|entry| entry.id);
    let rows = found.entries.into_iter().map(|entry| letter(&portal, &frame, entry)).collect();
    let (unread, older) = (found.unread, found.older);
    Ok(page(&InboxPage { frame, rows, unread, newest, older, later: before.is_some() }))
}

async fn mark_read(
    State(portal): State<Portal>,
    SignedIn(session): SignedIn,
    Posted(form): Posted,
) -> Result<Response> {
    // What came while he read was not seen.
    if let Ok(newest) = form.value("newest").parse() {
        inbox::mark_read(&portal.system, &session.subject, Read::UpTo(newest)).await?;
    }
    Ok(see_other("/me/inbox"))
}

fn letter(portal: &Portal, frame: &Frame, entry: Entry) -> Letter {
    let code = entry.value("qualification");
    let name = facts::qualification(frame, &portal.system.catalogue, code, &entry.qualification);
    let name = facts::with_level(frame, name, &frame.level(entry.value("level"), &entry.level));
    let on = entry.value("on").parse().map(|day: Day| frame.date(day)).unwrap_or_default();
    let words = Words { lang: frame.lang, certificate: name, on, device: entry.value("device").to_owned() };
    let kind = entry.kind.as_str();
    let more =
        |path: &str, id: &str, key: &str| (!id.is_empty()).then(|| (format!("{path}/{id}"), frame.t(key)));
    let more = match entry.kind {
        MessageKind::EndorsementMade | MessageKind::EndorsementExpiring => {
            more("/endorsements", entry.value("endorsement"), "web-mine-more-endorsement")
        }
        MessageKind::ShareViewed => more("/shares", entry.value("share"), "web-mine-more-share"),
        MessageKind::IdentityCorrected => Some(("/help#corrected".to_owned(), frame.t("web-mine-more-help"))),
        MessageKind::NewDevice => Some(("/me/devices".to_owned(), frame.t("web-mine-more-devices"))),
        MessageKind::ContactChanged
        | MessageKind::PasswordChanged
        | MessageKind::PasskeyAdded
        | MessageKind::PasskeyRemoved
        | MessageKind::PasskeySuspected => {
            Some(("/me/security".to_owned(), frame.t("web-mine-more-security")))
        }
        _ => more("/certificates", entry.value("certificate"), "web-mine-more-certificate"),
    };
    let title = frame.t(&format!("inbox-title-{kind}"));
    Letter { title, text: words.say(&format!("inbox-{kind}")), more, entry }
}

/// What a message's sentence may name.
struct Words {
    lang: Lang,
    certificate: String,
    on: String,
    device: String,
}

impl Words {
    fn say(&self, key: &str) -> String {
        let values = [("certificate", &self.certificate), ("on", &self.on), ("device", &self.device)];
        let values: Vec<(&str, Value)> =
            values.into_iter().map(|(name, value)| (name, Value::from(value.as_str()))).collect();
        say(self.lang, key, &values)
    }
}

// ---- settings ------------------------------------------------------------------------------------------------------

#[derive(Template)]
#[template(path = "mine/settings.html")]
struct SettingsPage {
    frame: Frame,
    form: Form,
    contact: Option<String>,
    /// Name of the field and words.
    kinds: Vec<(&'static str, String)>,
    saved: bool,
}

async fn settings(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Asked(asked): Asked,
) -> Result<Response> {
    let choices = inbox::choices(&portal.system, &session.subject).await?;
    let own = my_data::overview(&portal.system, &session.subject).await?;
    let fields: Vec<(&str, &str)> =
        choices.iter().filter(|choice| choice.sent).map(|choice| (choice.kind.as_str(), "yes")).collect();
    let form = Form::of(&fields);
    let named = |kind: MessageKind| (kind.as_str(), frame.t(&format!("inbox-title-{}", kind.as_str())));
    let kinds = choices.iter().map(|choice| named(choice.kind)).collect();
    let saved = asked.chosen("saved", "yes");
    Ok(page(&SettingsPage { frame, form, contact: own.contact, kinds, saved }))
}

async fn choose(
    State(portal): State<Portal>,
    SignedIn(session): SignedIn,
    Posted(form): Posted,
) -> Result<Response> {
    let chosen = MessageKind::ALL.iter().copied().filter(|kind| form.chosen(kind.as_str(), "yes")).collect();
    inbox::choose(&portal.system, &session.subject, chosen).await?;
    Ok(see_other("/me/settings?saved=yes"))
}

// ---- one's data as a file ------------------------------------------------------------------------------------------

#[derive(Template)]
#[template(path = "mine/export.html")]
struct ExportPage {
    frame: Frame,
    form: Form,
    /// Masked; the name under which a password manager keeps the password.
    document: String,
    /// How the holder shows that it is he: a session that somebody borrowed takes no data away.
    again: Again,
}

async fn ask_export(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
) -> Result<Response> {
    let document = my_data::overview(&portal.system, &session.subject).await?.document;
    let again = account::again(&portal.system, &session).await?;
    Ok(page(&ExportPage { frame, form: Form::default(), document, again }))
}

/// To be read without the portal: a document of its own.
#[derive(Template)]
#[template(path = "mine/data.html")]
struct DataDocument<'a> {
    frame: &'a Frame,
    data: &'a Export,
}

impl DataDocument<'_> {
    /// What a code of the data says, and the code, as which it stands in the file beside. `kind`: how its sentences begin.
    fn coded(&self, kind: &str, code: &str) -> String {
        self.said(&format!("{kind}{code}"), code)
    }

    fn way(&self, code: &str) -> String {
        self.said(&format!("web-mine-way-{code}"), code)
    }

    fn verdict(&self, code: &str) -> String {
        self.said(&format!("web-mine-verdict-{code}"), code)
    }

    fn staff(&self, code: &str) -> String {
        self.said(&format!("web-mine-staff-{code}"), code)
    }

    fn share(&self, code: &str) -> String {
        self.said(&format!("web-verify-share-state-{code}"), code)
    }

    fn said(&self, key: &str, code: &str) -> String {
        format!("{} ({code})", self.frame.t(key))
    }
}

async fn export(
    State(portal): State<Portal>,
    client: Client,
    frame: Frame,
    SignedIn(session): SignedIn,
    Posted(mut form): Posted,
) -> Result<Response> {
    let again = account::again(&portal.system, &session).await?;
    if again != Again::LogIn {
        confirm(&portal, &client, &frame, &session, &mut form).await?;
    }
    if again == Again::LogIn || !form.is_good() {
        let document = my_data::overview(&portal.system, &session.subject).await?.document;
        return Ok(page_with(AGAIN, &ExportPage { frame, form, document, again }));
    }
    // A page of everything, and a package of it: the dearest that one holder can ask for.
    portal.asking.limits.account(&portal.system, &session.subject).map_err(Error::from)?;
    let exported = my_data::export(&portal.system, &session.subject).await?;
    let document = DataDocument { frame: &frame, data: &exported.data }.render();
    let document = document.map_err(|e| Error::internal("internal").because(e))?;
    let files = [("my-data.html", document.as_bytes()), ("my-data.json", exported.json.as_slice())];
    let zip = my_data::pack(&files)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"my-data.zip\"")),
    ];
    Ok((headers, zip).into_response())
}

/// Asks whether it is the holder, by his password or his having just logged in; a wrong password is said beside its field.
async fn confirm(
    portal: &Portal,
    client: &Client,
    frame: &Frame,
    own: &Session,
    form: &mut Form,
) -> Result<()> {
    portal.asking.limits.network(&portal.system, Way::LogIn, client.ip).map_err(Error::from)?;
    match account::confirm(&portal.system, own, form.raw("password")).await {
        Err(error) if error.kind == Kind::Invalid => {
            form.refuse("password", frame.says(&error));
            Ok(())
        }
        confirmed => Ok(confirmed?),
    }
}

// ---- closing the account -------------------------------------------------------------------------------------------

#[derive(Template)]
#[template(path = "mine/close.html")]
struct ClosePage {
    frame: Frame,
    form: Form,
    /// Masked; the name under which a password manager keeps the password.
    document: String,
    /// How the holder shows that it is he: a session that somebody borrowed closes no account.
    again: Again,
}

async fn ask_close(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
) -> Result<Response> {
    let document = my_data::overview(&portal.system, &session.subject).await?.document;
    let again = account::again(&portal.system, &session).await?;
    Ok(page(&ClosePage { frame, form: Form::default(), document, again }))
}

async fn close(
    State(portal): State<Portal>,
    client: Client,
    frame: Frame,
    SignedIn(session): SignedIn,
    Posted(mut form): Posted,
) -> Result<Response> {
    let document = my_data::overview(&portal.system, &session.subject).await?.document;
    let again = account::again(&portal.system, &session).await?;
    if again == Again::LogIn {
        return Ok(page_with(AGAIN, &ClosePage { frame, form, document, again }));
    }
    if !form.chosen("sure", "yes") {
        form.refuse("sure", frame.t("web-mine-close-unsure"));
    } else {
        confirm(&portal, &client, &frame, &session, &mut form).await?;
    }
    if !form.is_good() {
        return Ok(page_with(AGAIN, &ClosePage { frame, form, document, again }));
    }
    closing::close(&portal.system, &session.subject).await?;
    let mut response = see_other(CLOSED);
    if let Some(cookie) = end(&portal) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

#[derive(Template)]
#[template(path = "mine/closed.html")]
struct ClosedPage {
    frame: Frame,
}

async fn closed(frame: Frame) -> Result<Response> {
    Ok(page(&ClosedPage { frame }))
}
