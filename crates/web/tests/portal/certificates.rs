//! Certificates, endorsements, copies, viewing: what a holder gets in his browser, and nobody else in his.

use crate::site::{Page, Site};
use axum::body::Body;
use axum::http::Method;
use yinxin_app::account::{self, Proof};
use yinxin_app::batch::{self, Step};
use yinxin_app::change::{self, Change, Decision};
use yinxin_app::{certificate, fonts, import, notice, recover, session};
use yinxin_model::ports::Clock;
use yinxin_model::{Id, Sex};
use yinxin_testkit::judge;
use yinxin_testkit::people::{People, Person};
use yinxin_testkit::roster::{CHINESE_HEADINGS, Encoding, Row, text};

const ANDROID_WECHAT: &str = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger/8.0.49";

/// Rows go online under the ministry's seal or, for auctioneers, the association's.
pub async fn publish(site: &Site, organisation: &str, rows: &[Row]) {
    let (clerk, approver) =
        (site.system.staff("clerk").await.unwrap(), site.system.staff("approver").await.unwrap());
    let request = import::Request {
        bytes: text(&CHINESE_HEADINGS, rows, Encoding::Utf8, b','),
        file_name: "名册.csv".into(),
        organisation: organisation.into(),
        photos: None,
        dry_run: false,
    };
    let imported = import::import(&site.system, &clerk, request, &|_, _| {}).await.unwrap();
    assert_eq!(imported.errors, Vec::new());
    let batch = imported.batch.unwrap();
    batch::step(&site.system, &clerk, batch, Step::Submit).await.unwrap();
    batch::step(&site.system, &approver, batch, Step::Approve).await.unwrap();
    batch::publish(&site.system, &clerk, batch, &|_, _| {}).await.unwrap();
}

pub fn row(person: &Person, number: u32) -> Row {
    Row::of(person, &format!("2021110000{number:06}"), "2021-10-24".parse().unwrap())
}

fn direct_row(person: &Person, number: u32) -> Row {
    Row {
        qualification: "拍卖师".into(),
        level: String::new(),
        speciality: String::new(),
        issuer: "中国拍卖行业协会".into(),
        approval_date: "2019-10-20".into(),
        made_on: "2020-06-01".into(),
        ..row(person, number)
    }
}

/// The browser of somebody who has registered, proved who he is and agreed to the notice.
pub async fn log_in(site: &mut Site, person: &Person) {
    let begin = account::Begin {
        name: person.name.clone(),
        document_type: person.document_type.code().into(),
        document: person.document_number.clone(),
        contact: person.phone.clone(),
    };
    let system = &site.system;
    let sent = account::begin_registration(system, begin).await.unwrap();
    let pending = account::pending_registration(system, &sent.challenge).await.unwrap().unwrap();
    let code = pending.demo_code.unwrap();
    let token = account::confirm_registration(system, &sent.challenge, &code, "Firefox").await.unwrap();
    let own = session::find(system, &token).await.unwrap().unwrap();
    account::set_password(system, &own, "correct horse battery staple").await.unwrap();
    let Proof::Admitted { token, .. } = account::prove(system, &own).await.unwrap() else {
        panic!("not proved")
    };
    let own = session::find(system, &token).await.unwrap().unwrap();
    let newest = notice::current(system).await.unwrap();
    notice::agree(system, &own.subject, newest.version, "127.0.0.1").await.unwrap();
    site.carry(&token);
}

/// Somebody with certificates of these rows, logged in.
pub async fn holder(seed: u64, rows: impl FnOnce(&Person) -> Vec<Row>) -> (Site, Person, Vec<Id>) {
    let mut site = Site::new().await;
    // What every start does, here on the day that the test begins: revocation lists are renewed.
    recover::recover(&site.system).await.unwrap();
    let person = People::new(seed).next().unwrap();
    let rows = rows(&person);
    let (direct, ministry): (Vec<Row>, Vec<Row>) =
        rows.iter().cloned().partition(|row| row.qualification == "拍卖师");
    if !ministry.is_empty() {
        publish(&site, "mohrss", &ministry).await;
    }
    if !direct.is_empty() {
        publish(&site, "caa", &direct).await;
    }
    log_in(&mut site, &person).await;
    let mut ids = Vec::new();
    for row in &rows {
        ids.push(id_of(&site, &row.management_number).await);
    }
    (site, person, ids)
}

async fn id_of(site: &Site, number: &str) -> Id {
    let clerk = site.system.staff("clerk").await.unwrap();
    certificate::show(&site.system, &clerk, number).await.unwrap().id
}

pub fn can_seal(site: &Site) -> bool {
    let there = fonts::missing(&site.system.config.fonts).is_empty();
    if !there {
        judge::skipped("the fonts of the default chain are not installed: no copy was sealed");
    }
    there
}

/// The value of a hidden field.
pub fn hidden<'p>(page: &'p Page, name: &str) -> &'p str {
    let field = format!("name=\"{name}\" value=\"");
    let at = page.text.find(&field).unwrap_or_else(|| panic!("no {name} in {}", page.text)) + field.len();
    page.text[at..].split('"').next().unwrap()
}

/// The page of the last day; its address.
async fn drawn_up(site: &mut Site, certificate: Id) -> String {
    let path = format!("/certificates/{certificate}/endorse/check");
    let page = site.post(&path, &[("scenario", "self"), ("days", "90"), ("until", "")]).await;
    let address = page.is(303).location().to_owned();
    let draft = address.strip_prefix(&format!("{path}?draft=")).unwrap();
    assert!(draft.bytes().all(|b| b.is_ascii_hexdigit()), "{address}");
    address
}

/// The fields that the page of the last day sends.
async fn checked(site: &mut Site, certificate: Id) -> Vec<(String, String)> {
    let address = drawn_up(site, certificate).await;
    let page = site.get(&address).await;
    page.is(200).says("2026年5月29日");
    vec![("draft".to_owned(), hidden(&page, "draft").to_owned())]
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// An endorsement granted through the pages; its address.
pub async fn endorsed(site: &mut Site, certificate: Id) -> String {
    let fields = checked(site, certificate).await;
    let page = site.post(&format!("/certificates/{certificate}/endorse"), &borrowed(&fields)).await;
    page.is(303);
    page.location().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_whole_way_from_the_list_to_the_file() {
    let (mut site, person, ids) = holder(61, |p| vec![row(p, 1)]).await;
    if !can_seal(&site) {
        return;
    }
    let list = site.get("/certificates").await;
    list.is(200).says("我的证书").says("建造师（一级）").says("2021年10月24日").says("人社部专用章");
    list.says(&format!("/certificates/{}/endorse", ids[0]));
    assert!(!list.text.contains(&person.document_number));
    assert_eq!(list.header("cache-control"), "no-store");

    let show = site.get(&format!("/certificates/{}", ids[0])).await;
    show.is(200).says("2021110000000001").says("发证机构").says("还没有申请过加注");

    let form = site.get(&format!("/certificates/{}/endorse", ids[0])).await;
    form.is(200).says("已用 0/3 次").says("value=\"90\"").says("2026年5月29日");
    let address = endorsed(&mut site, ids[0]).await;
    let copy = site.get(&address).await;
    copy.is(200).says("有效至 2026年5月29日").says("本人调用").says("page.png");
    assert!(!copy.text.contains("一次性下载链接"), "only inside apps");

    let pdf = site.get(&format!("{address}/copy.pdf")).await;
    pdf.is(200);
    assert_eq!(pdf.header("content-type"), "application/pdf");
    let disposition = pdf.header("content-disposition");
    assert!(disposition.starts_with("attachment; filename=\"certificate-"), "{disposition}");
    assert!(disposition.contains("filename*=UTF-8''%E5%BB%BA%E9%80%A0%E5%B8%88"), "{disposition}");
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    let head = site.send(Method::HEAD, &format!("{address}/copy.pdf"), None, Body::empty()).await;
    head.is(200);
    assert_eq!((head.bytes.len(), head.header("content-length")), (0, &*pdf.bytes.len().to_string()));
    let ofd = site.get(&format!("{address}/copy.ofd")).await;
    assert!(ofd.bytes.starts_with(b"PK") && ofd.header("content-disposition").contains(".ofd"));
    let png = site.get(&format!("{address}/page.png")).await;
    assert_eq!(png.header("content-type"), "image/png");
    for page in ["view", "print"] {
        site.get(&format!("{address}/{page}")).await.is(200).says("page.png?size=print");
    }

    // In force already, and in the history.
    site.get(&format!("/certificates/{}/endorse", ids[0])).await.says("已有可用的加注件").says("已用 1/3 次");
    for place in ["/certificates".to_owned(), format!("/certificates/{}", ids[0])] {
        site.get(&place).await.says(&address).says("已有有效加注件，至 2026年5月29日");
    }
    let english = site.get(&format!("{address}?lang=en")).await;
    english.is(200).says("valid until 29 May 2026").says("Download PDF");
    english.says("Own use").says("Class 1").says(" · Professional Qualification Certificates</title>");
    assert!(!english.text.contains('⟦'), "{}", english.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_clicks_on_one_form_are_one_endorsement() {
    let (mut site, _, ids) = holder(62, |p| vec![row(p, 2)]).await;
    if !can_seal(&site) {
        return;
    }
    let fields = checked(&mut site, ids[0]).await;
    let path = format!("/certificates/{}/endorse", ids[0]);
    let mut clicks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (mut browser, path, fields) = (site.beside(), path.clone(), fields.clone());
        browser.cookies.clone_from(&site.cookies);
        clicks.spawn(async move {
            let page = browser.post(&path, &borrowed(&fields)).await;
            page.is(303);
            page.location().to_owned()
        });
    }
    let mut led_to = clicks.join_all().await;
    led_to.sort();
    led_to.dedup();
    assert_eq!(led_to.len(), 1, "{led_to:?}");
    site.get(&path).await.says("已用 1/3 次");
    // Back to the page of the last day leads to what was made.
    let back = site.get(&format!("{path}/check?draft={}", fields[0].1)).await;
    assert_eq!(back.is(303).location(), led_to[0]);
    // Without the page of the last day nothing is granted.
    let bare = [("scenario", "self"), ("days", "90"), ("until", "")];
    site.post(&path, &bare).await.is(409).says("确认页已经失效").says("已用 1/3 次");
    site.post_bare(&path, &borrowed(&fields)).await.is(403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_wrong_is_said_and_what_was_filled_in_stays() {
    let (mut site, _, ids) = holder(63, |p| vec![row(p, 3)]).await;
    let place = format!("/certificates/{}/endorse", ids[0]);
    let check = format!("{place}/check");
    for (days, until, said) in [
        ("91", "", "现为 91 天"),
        ("viele", "", "整数"),
        ("", "", "整数"),
        ("90", "2026-02-30", "确实存在"),
        ("０", "", "现为 0 天"),
        ("90", "2026-02-28", "2026年3月1日至2026年5月29日"),
        ("90", "2026-06-01", "2026年3月1日至2026年5月29日"),
    ] {
        let sent = site.post(&check, &[("scenario", "self"), ("days", days), ("until", until)]).await;
        site.follow(&sent).await.is(422).says("请更正以下内容").says(said).says(&format!("value=\"{days}\""));
    }
    let sent = site.post(&check, &[("scenario", "other"), ("days", "90")]).await;
    site.follow(&sent).await.is(422).says("没有这个使用场景");
    let sent = site.post(&check, &[]).await;
    site.follow(&sent).await.is(422).says("请更正以下内容");
    let long = "长".repeat(200);
    let sent = site.post(&check, &[("scenario", "self"), ("days", "90"), ("addition", &long)]).await;
    sent.is(422).says("文字过长");
    // Dates and numbers as people type them.
    for (days, until, said) in [("", "2026年3月31日", ["31 天", "31日"]), ("３０", "", ["30 天", "3月30日"])]
    {
        let sent = site.post(&check, &[("scenario", "self"), ("days", days), ("until", until)]).await;
        site.follow(&sent).await.is(200).says(said[0]).says(said[1]);
        site.follow(&sent).await.is(200);
    }
    let hostile = [("scenario", "self"), ("days", "90"), ("addition", "<script>alert(1)</script>")];
    let sent = site.post(&check, &hostile).await;
    let page = site.follow(&sent).await;
    assert!(!page.text.contains("<script>alert"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_page_of_the_last_day_is_its_holders_for_a_day() {
    let (mut site, person, ids) = holder(69, |p| vec![row(p, 3), row(p, 4)]).await;
    let address = drawn_up(&mut site, ids[0]).await;
    let page = site.get(&address).await;
    page.is(200).says("2026年5月29日").says(&format!("{address}&#38;lang=en"));
    site.get(&format!("{address}&lang=en"))
        .await
        .is(200)
        .says("29 May 2026")
        .says("Own use (<span lang=\"zh-CN\">本人调用</span>)");
    site.get(&format!("{address}&lang=zh-CN")).await.is(200);
    let draft = address.split_once("?draft=").unwrap().1;
    let form = site.get(&format!("/certificates/{}/endorse?draft={draft}", ids[0])).await;
    form.is(200).says("value=\"90\"");
    // Whoever has to log in comes back to it, even where what was added to the purpose is long.
    let mut nobody = site.beside();
    let long = format!("{address}{}", "0".repeat(400));
    for address in [&address, &long] {
        let next: String = form_urlencoded::byte_serialize(address.as_bytes()).collect();
        assert_eq!(nobody.get(address).await.is(303).location(), format!("/login?next={next}"));
    }
    // Elsewhere it says nothing: at another certificate, changed, in another account, on another day.
    let other = format!("/certificates/{}/endorse/check?draft={draft}", ids[1]);
    let changed = format!("{}{}", &address[..address.len() - 1], if address.ends_with('0') { 1 } else { 0 });
    for wrong in [&other, &changed, &long] {
        site.get(wrong).await.is(409).says("确认页已经失效").says("选择用途和有效期");
    }
    site.get(&format!("/certificates/{}/endorse/check", ids[0])).await.is(200).says("选择用途和有效期");
    let mut stranger = site.beside();
    log_in(&mut stranger, &People::new(70).next().unwrap()).await;
    stranger.get(&address).await.is(404);
    site.clock.set(yinxin_testkit::FixedClock::on("2026-03-03").now());
    let own = account::log_in(&site.system, log_in_request(&person)).await.unwrap();
    let account::Step::In(token) = own else { panic!("{own:?}") };
    let mut later = site.beside();
    later.carry(&token);
    later.get(&address).await.is(409).says("确认页已经失效");
    let sent = later.post(&format!("/certificates/{}/endorse", ids[0]), &[("draft", draft)]).await;
    sent.is(409).says("确认页已经失效").says("已用 0/3 次");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn anothers_is_not_there() {
    let (mut site, _, ids) = holder(64, |p| vec![row(p, 4), direct_row(p, 5)]).await;
    if !can_seal(&site) {
        return;
    }
    let endorsement = endorsed(&mut site, ids[0]).await;
    let mut stranger = site.beside();
    log_in(&mut stranger, &People::new(65).next().unwrap()).await;
    let unknown = Id([9; 16]);
    let own = endorsement.rsplit('/').next().unwrap().to_owned();
    let ways = ["", "/endorse", "/copy", "/copy.pdf", "/copy.ofd", "/page.png", "/view", "/print"];
    for way in ways {
        for id in [ids[0], ids[1]] {
            let theirs = stranger.get(&format!("/certificates/{id}{way}")).await;
            let nobodys = stranger.get(&format!("/certificates/{unknown}{way}")).await;
            alike(&theirs, &nobodys, &id.to_string(), &unknown.to_string());
        }
    }
    for way in ["", "/withdraw", "/copy.pdf", "/copy.ofd", "/page.png", "/view", "/print"] {
        let theirs = stranger.get(&format!("/endorsements/{own}{way}")).await;
        let nobodys = stranger.get(&format!("/endorsements/{unknown}{way}")).await;
        alike(&theirs, &nobodys, &own, &unknown.to_string());
        stranger.get(&format!("/endorsements/none{way}")).await.is(404);
    }
    for way in ["/withdraw", "/pass"] {
        stranger.post(&format!("/endorsements/{own}{way}"), &[("format", "pdf")]).await.is(404);
    }
    stranger.post(&format!("/certificates/{}/pass", ids[1]), &[("format", "pdf")]).await.is(404);
    let fields = [("scenario", "self"), ("days", "90"), ("draft", "0123")];
    for way in ["/endorse", "/endorse/check"] {
        stranger.post(&format!("/certificates/{}{way}", ids[0]), &fields).await.is(404);
    }
    stranger.get(&format!("/certificates/{}/endorse/check?draft=0123", ids[0])).await.is(404);
    site.get(&endorsement).await.is(200);
    // Without a session one is sent to the log-in, whatever the id.
    let mut nobody = site.beside();
    let page = nobody.get(&format!("/certificates/{}", ids[0])).await;
    assert!(page.is(303).location().starts_with("/login?next="));
}

/// Two answers of which nobody could say which is which, but for the id that was asked for and the number of the request.
#[track_caller]
fn alike(one: &Page, other: &Page, own: &str, unknown: &str) {
    assert_eq!((one.status.as_u16(), other.status.as_u16()), (404, 404));
    let plain = |page: &Page, id: &str| {
        let number = page.header("x-request-id").to_owned();
        page.text.replace(id, "ID").replace(&number, "NUMBER")
    };
    assert_eq!(plain(one, own), plain(other, unknown));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_has_ended_says_so_and_what_to_do() {
    let (mut site, _, ids) = holder(66, |p| vec![row(p, 6)]).await;
    if !can_seal(&site) {
        return;
    }
    let number = "2021110000000006";
    let again = format!("href=\"/certificates/{}/endorse\"", ids[0]);
    // Withdrawn by its holder, after he was asked.
    let withdrawn = endorsed(&mut site, ids[0]).await;
    site.get(&format!("{withdrawn}/withdraw")).await.is(200).says("确定撤回这份加注件").says("1/3");
    let page = site.post(&format!("{withdrawn}/withdraw"), &[]).await;
    site.follow(&page).await.says("已撤回").says(&again);
    let page = site.get(&format!("{withdrawn}/copy.pdf")).await;
    assert_eq!(page.is(303).location(), withdrawn, "said on its page");
    // Void by a correction.
    let voided = endorsed(&mut site, ids[0]).await;
    let (clerk, approver) =
        (site.system.staff("clerk").await.unwrap(), site.system.staff("approver").await.unwrap());
    let fields = vec![("speciality".to_owned(), "公路工程".to_owned())];
    let correction = Change::Correction { fields, basis: "更正（测试）".into() };
    let asked = change::request(&site.system, &clerk, number, correction).await.unwrap();
    change::decide(&site.system, &approver, asked.request, Decision::Approve).await.unwrap();
    site.get(&voided).await.is(200).says("已作废").says("不占用次数").says(&again);
    site.get(&format!("/certificates/{}", ids[0])).await.says("公路工程").says("曾经更正");
    // Expired.
    let expired = endorsed(&mut site, ids[0]).await;
    site.clock.set(yinxin_testkit::FixedClock::on("2026-05-30").now());
    let mut site = {
        let person = People::new(66).next().unwrap();
        let mut later = site.beside();
        let own = account::log_in(&later.system, log_in_request(&person)).await.unwrap();
        let account::Step::In(token) = own else { panic!("{own:?}") };
        later.carry(&token);
        later
    };
    site.get(&expired).await.is(200).says("已于 2026年5月29日 到期").says(&again);
    for way in ["copy.pdf", "copy.ofd", "view", "print"] {
        assert_eq!(site.get(&format!("{expired}/{way}")).await.is(303).location(), expired);
    }
    site.get(&format!("{expired}/page.png")).await.is(409);
    // Revoked: shown as what it is.
    let revocation =
        Change::Revocation { reason: "misconduct".into(), basis: "（测试）".into(), on: None };
    let asked = change::request(&site.system, &clerk, number, revocation).await.unwrap();
    change::decide(&site.system, &approver, asked.request, Decision::Approve).await.unwrap();
    site.get("/certificates").await.says("已撤销");
    let show = site.get(&format!("/certificates/{}", ids[0])).await;
    show.says("已于 2026年5月30日 撤销").says("考试违纪违规");
    let page = site.get(&format!("/certificates/{}/endorse", ids[0])).await;
    assert_eq!(page.is(303).location(), format!("/certificates/{}", ids[0]));
}

fn log_in_request(person: &Person) -> account::LogIn {
    account::LogIn {
        document_type: person.document_type.code().into(),
        document: person.document_number.clone(),
        password: "correct horse battery staple".to_owned().into(),
        device: "Firefox".into(),
        form: "form".into(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_endorsement_is_asked_for_where_none_is_needed() {
    let (mut site, _, ids) = holder(67, |p| vec![direct_row(p, 7), row(p, 8)]).await;
    if !can_seal(&site) {
        return;
    }
    let base = format!("/certificates/{}", ids[0]);
    assert_eq!(site.get(&format!("{base}/endorse")).await.is(303).location(), format!("{base}/copy"));
    site.get(&format!("{base}/copy")).await.is(200).says("无需加注").says("下载 PDF");
    assert!(site.get(&format!("{base}/copy.pdf")).await.bytes.starts_with(b"%PDF-"));
    assert!(site.get(&format!("{base}/page.png")).await.bytes.starts_with(b"\x89PNG"));
    let other = format!("/certificates/{}", ids[1]);
    assert_eq!(site.get(&format!("{other}/copy")).await.is(303).location(), format!("{other}/endorse"));
    let page = site.get(&format!("{other}/copy.pdf")).await;
    assert_eq!(page.is(303).location(), format!("{other}/copy"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_link_from_an_app_downloads_once_in_another_browser() {
    let (mut site, _, ids) = holder(68, |p| vec![row(p, 9)]).await;
    if !can_seal(&site) {
        return;
    }
    let address = endorsed(&mut site, ids[0]).await;
    site.headers.push(("user-agent", ANDROID_WECHAT.into()));
    site.get(&address).await.is(200).says("这里可能无法下载").says("一次性下载链接");
    let made = site.post(&format!("{address}/pass"), &[("format", "pdf")]).await;
    let link = made.is(303).location().to_owned();
    site.get(&link).await.is(200).says("在浏览器打开").says(&format!("http://127.0.0.1:8080{link}"));

    let mut browser = site.beside();
    browser.get(&link).await.is(200).says("只能下载一次").says("下载 PDF");
    let pdf = browser.post(&link, &[]).await;
    assert!(pdf.is(200).bytes.starts_with(b"%PDF-"));
    browser.post(&link, &[]).await.is(404).says("已经用过");
    browser.get(&link).await.is(404).says("已经用过");
    browser.get("/p/0000").await.is(404).says("已经用过");
    assert!(
        browser.get("/certificates").await.is(303).location().starts_with("/login"),
        "no session came of it"
    );
    // The first of twelve was made above; another holder has his own.
    for _ in 0..11 {
        site.post(&format!("{address}/pass"), &[("format", "pdf")]).await.is(303);
    }
    site.post(&format!("{address}/pass"), &[("format", "pdf")]).await.is(429).says("操作过于频繁");
    log_in(&mut site, &People::new(69).next().unwrap()).await;
    site.post(&format!("{address}/pass"), &[("format", "pdf")]).await.is(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn long_lists_rare_names_and_empty_ones() {
    let mut site = Site::new().await;
    let rare = People::new(69).named("王𰻞𬱖", Sex::Male);
    let rows: Vec<Row> = (0..25)
        .map(|i| Row {
            speciality: ["建筑工程", "公路工程", "水利水电工程", "机电工程", "市政公用工程"][i as usize % 5]
                .into(),
            approval_date: format!("{}-10-24", 2017 + i / 5),
            ..row(&rare, 100 + i)
        })
        .collect();
    publish(&site, "mohrss", &rows).await;
    log_in(&mut site, &rare).await;
    let first = site.get("/certificates").await;
    first.is(200).says("共有 25 本").says("更早的").says("搜索资格");
    assert_eq!(first.text.matches("class=\"card certificate").count(), 20);
    let at = first.text.find("/certificates?after=").unwrap();
    let older = first.text[at..].split('"').next().unwrap().to_owned();
    let second = site.get(&older).await;
    assert_eq!(second.text.matches("class=\"card certificate").count(), 5);
    let found = site.post("/certificates", &[("text", "市政"), ("year", "2021")]).await;
    found.is(200).says("找到 1 本").says("市政公用工程");
    site.post("/certificates", &[("text", "<b>没有"), ("year", "")])
        .await
        .says("没有符合条件")
        .says("&#60;b&#62;");
    let show = format!("/certificates/{}", id_of(&site, "2021110000000100").await);
    site.get(&show).await.says("王𰻞𬱖");

    let mut other = site.beside();
    log_in(&mut other, &People::new(70).next().unwrap()).await;
    let empty = other.get("/certificates").await;
    empty.is(200).says("没有查到您的证书信息").says("有可能").says("已排除").says("/scope").says("/contacts");
    assert!(!empty.text.contains('⟦'), "{}", empty.text);
    let english = other.get("/certificates?lang=en").await;
    english.says("No certificate was found for you");
    assert!(!english.text.contains('⟦'), "{}", english.text);
}
