//! Verification by every way, shares, query numbers, limits: what anybody gets, and what he learns by it.

use crate::certificates::{can_seal, endorsed, hidden, holder, log_in, publish, row};
use crate::site::{Page, Site};
use yinxin_app::change::{self, Change, Decision};
use yinxin_app::readers;
use yinxin_testkit::people::{People, Person};

const WITHOUT_PROOF: &str = "[pow]\nrequired = false\n";
/// One empty page, and nobody's signature.
const UNSIGNED: &str = concat!(
    "%PDF-1.4\n",
    "1 0 obj\n",
    "<</Type/Catalog/Pages 2 0 R>>\n",
    "endobj\n",
    "2 0 obj\n",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>\n",
    "endobj\n",
    "3 0 obj\n",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\n",
    "endobj\n",
    "xref\n",
    "0 4\n",
    "0000000000 65535 f \n",
    "0000000009 00000 n \n",
    "0000000054 00000 n \n",
    "0000000105 00000 n \n",
    "trailer\n",
    "<</Size 4/Root 1 0 R>>\n",
    "startxref\n",
    "166\n",
    "%%EOF\n",
);

/// Somebody's certificate is online; nobody has logged in.
async fn public(settings: &str, seed: u64) -> (Site, Person, String) {
    let site = Site::with_settings(settings).await;
    let person = People::new(seed).next().unwrap();
    let rows = [row(&person, 7)];
    publish(&site, "mohrss", &rows).await;
    let number = rows[0].management_number.clone();
    (site, person, number)
}

fn fields<'a>(person: &'a Person, number: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("name", &person.name), ("type", ""), ("document", &person.document_number), ("number", number)]
}

/// What no two pages share.
fn without_request_id(page: &Page) -> String {
    page.text.replace(page.header("x-request-id"), "")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_script_one_waits_and_then_learns_what_holds() {
    let (mut site, person, number) = public("", 71).await;
    for path in ["/verify", "/verify/number", "/verify/file", "/verify/qr", "/verify/fields?lang=en"] {
        site.get(path).await.is(200);
    }
    site.get("/verify?lang=zh-CN").await.says("证书验证").says("查询编号");
    let form = site.get("/verify/fields").await;
    form.is(200).says("data-challenge=").says("PBKDF2/SHA-256");
    let ticket = hidden(&form, "ticket").to_owned();
    let sent = [fields(&person, &number), vec![("ticket", &ticket), ("proof", "")]].concat();
    site.post("/verify/fields", &sent).await.is(422).says("5 秒").says(&person.name);
    site.clock.advance_ms(6_000);
    let found = site.post("/verify/fields", &sent).await;
    found.is(200).says("一致").says("证书有效").says("北京时间").says("建造师").says("2021年10月");
    assert!(!found.text.contains(&person.name) && !found.text.contains(&person.document_number));
    assert_eq!(found.header("cache-control"), "no-store");
    site.post("/verify/fields", &sent).await.is(422).says("已经提交过");
    let broken = [fields(&person, &number), vec![("proof", "{\"challenge\":{}}")]].concat();
    site.post("/verify/fields", &broken).await.is(422).says("请重新提交");
    let empty = site.post("/verify/fields", &[("name", ""), ("document", ""), ("number", "")]).await;
    empty.is(422).says("请填写姓名").says("请填写证件号码").says("请填写管理号");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_miss_is_the_same_page() {
    let (mut site, person, number) = public(WITHOUT_PROOF, 72).await;
    let other = People::new(73).next().unwrap();
    let document = person.document_number.clone();
    let misses = [
        ("王小明", document.as_str(), number.as_str()),
        (&person.name, &other.document_number, &number),
        (&person.name, &document, "20211100009999999"),
        (&person.name, "六个汉字号码", &number),
        ("<script>alert(1)</script>", "'; DROP TABLE share; --", "{{7*7}}"),
        ("=cmd|' /C calc'!A0", "110101199002300018", "../../etc/passwd"),
    ];
    site.get("/").await;
    let mut pages = Vec::new();
    for (name, document, number) in misses {
        let page =
            site.post("/verify/fields", &[("name", name), ("document", document), ("number", number)]).await;
        page.is(200).says("不一致");
        pages.push(without_request_id(&page));
    }
    pages.dedup();
    assert_eq!(pages.len(), 1, "one answer, letter for letter");

    let mut pages = Vec::new();
    for (name, code) in [(person.name.as_str(), "AAAABBBBCCCC"), ("李四", "0"), ("李四", "查询编号")]
    {
        let page = site.post("/verify/number", &[("name", name), ("query-number", code)]).await;
        page.is(200).says("不一致");
        pages.push(without_request_id(&page));
    }
    for token in ["0", "0123456789ABCDEFGHJKMNPQRS", "%F0%9F%98%80", &"Z".repeat(4_000)] {
        let page = site.get(&format!("/v/{token}")).await;
        page.is(200).says("不一致").says("登记中没有这个二维码");
    }
    pages.dedup();
    assert_eq!(pages.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn too_often_is_told_whatever_address_is_forged_and_whatever_is_asked() {
    let settings =
        "[pow]\nrequired = false\n[limits]\nfields = 50\ntarget = 50\nquery_numbers = 1000\ncodes = 50\n";
    let (mut site, person, number) = public(settings, 74).await;
    for turn in 0..7 {
        site.headers = vec![("x-forwarded-for", format!("198.51.{turn}.9"))];
        let page = site.post("/verify/fields", &fields(&person, &number)).await;
        if turn < 5 {
            page.is(200).says("一致");
        } else {
            page.is(429).says("操作过于频繁").says(&person.name);
            assert!(page.header("retry-after").parse::<u32>().unwrap() > 0);
        }
    }
    // Many names at one number; one name with many numbers is many people's, and none of them is kept out.
    for turn in 0..7 {
        let name = format!("王小{}", ["明", "红", "华", "丽", "军", "芳", "伟"][turn]);
        let page = site.post("/verify/number", &[("name", &name), ("query-number", "AAAABBBBCCCC")]).await;
        page.is(if turn < 5 { 200 } else { 429 });
    }
    for turn in 0..9 {
        let code = format!("AAAABBBBCC{turn:02}");
        site.post("/verify/number", &[("name", "王小明"), ("query-number", &code)]).await.is(200);
    }
    for turn in 0..7 {
        let page = site.get(&format!("/v/{turn}")).await;
        page.is(if turn < 5 { 200 } else { 429 });
    }
    site.clock.advance_ms(3_600_000);
    site.post("/verify/fields", &fields(&person, &number)).await.is(200).says("一致");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn files_and_codes_are_judged_by_what_they_are() {
    let (mut site, person, ids) = holder(75, |p| vec![row(p, 1)]).await;
    if !can_seal(&site) {
        return;
    }
    let endorsement = endorsed(&mut site, ids[0]).await;
    let pdf = site.get(&format!("{endorsement}/copy.pdf")).await.bytes;
    let picture = site.get(&format!("{endorsement}/page.png?size=print")).await.bytes;
    let screen = site.get(&format!("{endorsement}/page.png")).await.bytes;
    let carried = std::mem::take(&mut site.cookies);

    let good = site.upload("/verify/file", &[], ("file", "证书.pdf", &pdf)).await;
    good.is(200).says("有效").says("内容完整").says("印章归属").says("证书.pdf").says("加注有效期至");
    assert!(!good.text.contains(&person.name));
    let mut altered = pdf.clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    site.upload("/verify/file", &[], ("file", "a.pdf", &altered))
        .await
        .is(200)
        .says("已被改动")
        .says("请勿采信");
    site.upload("/verify/file", &[], ("file", "证书.png", &picture))
        .await
        .is(422)
        .says("这是一张图片")
        .says("<a href=\"/verify/qr\">识别二维码");
    site.upload("/verify/file", &[], ("file", "a.txt", b"hello")).await.is(422).says("只核验 PDF 和 OFD");
    for (name, bytes, word) in [
        ("a.ofd", &b"PK\x03\x04 nonsense"[..], "无法读取"),
        ("a.pdf", b"%PDF-1.7\n", "无法读取"),
        ("unsigned.pdf", UNSIGNED.as_bytes(), "没有印章"),
        ("signed.ofd", include_bytes!("../../../seal/tests/foreign/signed.ofd"), "不是本系统的印章"),
    ] {
        let page = site.upload("/verify/file", &[], ("file", name, bytes)).await;
        page.is(200).says(word).says("请勿把它当作电子证书采信").says("查询编号");
        assert!(!page.text.contains("稍后再查"), "{name} will be no other file later");
        assert!(!page.text.contains("verdict bad"), "an open question is not red");
    }
    site.upload("/verify/file", &[], ("file", "", b"")).await.is(422).says("请选择要核验的文件");
    site.upload("/verify/file", &[], ("file", "a.pdf", b"")).await.is(422).says("空的");
    let large = vec![b'0'; readers::largest_file() + (1 << 20)];
    site.upload("/verify/file", &[], ("file", "a.pdf", &large))
        .await
        .is(413)
        .says(&format!("不能超过 {} MB", readers::largest_file() >> 20))
        .says("href=\"/verify/file\"");

    // The code on the page, photographed: what it says is signed, and the register knows it.
    let read = site.upload("/verify/qr", &[("text", "")], ("picture", "p.png", &picture)).await;
    read.is(200).says("有效").says("加注有效").says("建造师");
    site.upload("/verify/qr", &[("text", "")], ("picture", "p.gif", b"GIF89a"))
        .await
        .is(422)
        .says("PNG 或 JPEG");
    site.upload("/verify/qr", &[("text", "")], ("picture", "", b"")).await.is(422).says("请选择二维码图片");
    site.upload("/verify/qr", &[("text", "")], ("picture", "p.png", b"")).await.is(422).says("空的");
    site.upload("/verify/qr", &[("text", "")], ("picture", "证书.pdf", &pdf))
        .await
        .is(422)
        .says("这不是图片")
        .says("<a href=\"/verify/file\">上传电子证书");
    let pasted = site.upload("/verify/qr", &[("text", "https://example.org/")], ("picture", "", b"")).await;
    pasted.is(200).says("无法核验").says("这不是本系统证书上的二维码");

    // Scanned: the address of the code. After a withdrawal it says so.
    let codes = yinxin_app::scan::codes(&picture).unwrap();
    assert_eq!(codes, yinxin_app::scan::codes(&screen).unwrap(), "a screenshot is enough");
    let path =
        codes[0].split_once("/v/").map(|(_, rest)| rest.split('#').next().unwrap()).unwrap().to_owned();
    let scanned = site.get(&format!("/v/{path}")).await;
    scanned.is(200).says("有效").says("data-fragment").says("***");
    site.cookies = carried;
    site.post(&format!("{endorsement}/withdraw"), &[]).await;
    site.cookies.clear();
    site.get(&format!("/v/{path}")).await.is(200).says("加注已撤回").says("重新申请加注");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_given_to_one_is_opened_looked_at_taken_and_recalled() {
    let (mut site, person, ids) = holder(76, |p| vec![row(p, 1)]).await;
    if !can_seal(&site) {
        return;
    }
    let endorsement = endorsed(&mut site, ids[0]).await;
    site.get("/shares").await.is(200).says("您还没有分享过");
    site.get("/shares/new").await.is(200).says("建造师").says("/shares/new?endorsement=");
    let id = endorsement.rsplit('/').next().unwrap().to_owned();
    let form = site.get(&format!("/shares/new?endorsement={id}")).await;
    form.is(200).says("给谁看").says("2026-05-29");
    let mut sent = vec![
        ("endorsement", id.as_str()),
        ("recipient", "某某<b>集团"),
        ("purpose", ""),
        ("last-day", "2026-12-31"),
        ("views", "2"),
        ("pin", "yes"),
    ];
    site.post("/shares/new", &sent).await.is(422).says("请填写用途").says("某某&#60;b&#62;集团");
    sent[2].1 = "入职审核";
    site.post("/shares/new", &sent).await.is(422).says("最后一天应在");
    sent[3].1 = "2026-03-10";
    let made = site.post("/shares/new", &sent).await;
    let shown = site.follow(&made).await;
    shown.is(200).says("还没有人打开过").says("查看码");
    let share = made.location().to_owned();
    let link = shown.text.split("/s/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let pin = shown.text.split("mono pin\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    site.get("/shares").await.says("某某").says("已查看 0 次，共可查看 2 次");

    // The recipient, who has no account.
    let carried = std::mem::take(&mut site.cookies);
    let door = format!("/s/{link}");
    let landing = site.get(&door).await;
    landing.is(200).says("入职审核").says("查看码").says("还可以查看的次数");
    assert!(!landing.text.contains(&person.name));
    site.get(&door).await.is(200).says("2</dd>");
    site.post(&door, &[("pin", "  ")]).await.is(422).says("请填写查看码");
    site.post(&door, &[("pin", "0000000")]).await.is(422).says("还可以输入 4 次");
    let opened = site.post(&door, &[("pin", &pin)]).await;
    let inside = opened.location().to_owned();
    site.follow(&opened).await.is(200).says(&person.name).says("请勿转发").says("下载 PDF");
    assert!(site.get(&format!("{inside}/page.png")).await.bytes.starts_with(b"\x89PNG"));
    let pdf = site.get(&format!("{inside}/copy.pdf")).await;
    assert!(
        pdf.bytes.starts_with(b"%PDF") && pdf.header("content-disposition").contains("filename*=UTF-8''")
    );
    let elsewhere = format!("{door}/{id}");
    site.get(&elsewhere).await.is(410).says("本次查看的时间已到");
    for unknown in [format!("/s/{}", &link[1..]), format!("{door}/nonsense"), "/s/0/0/page.png".to_owned()] {
        site.get(&unknown).await.is(404);
    }

    // Another holder has no such share; the owner sees who looked, and recalls.
    let other = People::new(77).next().unwrap();
    crate::certificates::log_in(&mut site, &other).await;
    let not_his = site.get(&share).await;
    let none = site.get("/shares/00000000-0000-7000-8000-000000000000").await;
    not_his.is(404);
    assert_eq!(
        not_his.text.len(),
        none.text.len() + share.len() - "/shares/00000000-0000-7000-8000-000000000000".len()
    );
    site.post(&format!("{share}/recall"), &[]).await.is(404);
    site.cookies = carried;
    site.get(&share).await.is(200).says("已查看").says("下载").says("查看码不正确").says("127.0.0.0/24");
    site.get(&format!("{share}/recall")).await.is(200).says("收回这条分享？");
    let recalled = site.post(&format!("{share}/recall"), &[]).await;
    site.follow(&recalled).await.is(200).says("已收回");
    site.get(&inside).await.is(410).says("持证人已收回这个链接");
    site.get(&format!("{inside}/copy.pdf")).await.is(410);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_query_number_is_made_once_looked_at_again_and_ended() {
    let (mut site, person, ids) = holder(78, |p| vec![row(p, 1)]).await;
    let certificate = format!("/certificates/{}", ids[0]);
    let path = format!("{certificate}/query-number");
    site.get(&certificate).await.is(200).says(&format!("href=\"{path}\""));
    site.get("/shares").await.is(200).says("href=\"/shares/query-number\"");
    assert_eq!(site.get("/shares/query-number").await.is(303).location(), path);
    let form = site.get(&path).await;
    let submission = hidden(form.is(200).says("没有有效的查询编号"), "submission").to_owned();
    site.post(&path, &[("days", "99")]).await.is(422).says("有效天数应为 1 至 30 天，现为 99 天");
    site.post(&path, &[("days", "三")]).await.is(422).says("有效天数应为 1 至 30 的整数");
    // Sent twice, and looked at twice: one number. Full-width digits are digits.
    for _ in 0..2 {
        let sent = site.post(&path, &[("days", "７"), ("submission", &submission)]).await;
        assert_eq!(sent.is(303).location(), format!("{path}/{submission}"));
    }
    let made = site.get(&format!("{path}/{submission}")).await;
    made.is(200).says("2026年3月7日");
    let number = made.text.split("pin big\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    site.get(&format!("{path}/{submission}")).await.says(&number);
    let mut stranger = site.beside();
    log_in(&mut stranger, &People::new(79).next().unwrap()).await;
    stranger.get(&format!("{path}/{submission}")).await.is(404);
    let listed = site.get(&path).await;
    assert_eq!(listed.text.matches("/end-query-number?number=").count(), 1);
    assert!(!listed.text.contains(&number));
    let reference = listed.text.split("?number=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let carried = site.cookies.clone();
    site.cookies.clear();
    let form = site.get("/verify/number").await;
    let ticket = hidden(&form, "ticket").to_owned();
    site.clock.advance_ms(6_000);
    let asked =
        [("name", person.name.as_str()), ("query-number", &number.to_lowercase()), ("ticket", &ticket)];
    site.post("/verify/number", &asked).await.is(200).says("一致").says("建造师");

    site.cookies = carried;
    let fields = [("number", reference.as_str())];
    stranger.post(&format!("{certificate}/end-query-number"), &fields).await.is(404);
    let ask = format!("{certificate}/end-query-number?number={reference}");
    stranger.get(&ask).await.is(404);
    let asked = site.get(&ask).await;
    assert_eq!(hidden(asked.is(200).says("作废这个查询编号？").says("也不能恢复"), "number"), reference);
    // Of a revoked certificate they are listed and ended, and not made.
    let (clerk, approver) =
        (site.system.staff("clerk").await.unwrap(), site.system.staff("approver").await.unwrap());
    let revocation =
        Change::Revocation { reason: "misconduct".into(), basis: "（测试）".into(), on: None };
    let asked = change::request(&site.system, &clerk, "2021110000000001", revocation).await.unwrap();
    change::decide(&site.system, &approver, asked.request, Decision::Approve).await.unwrap();
    site.get(&certificate).await.is(200).says("已撤销").says(&format!("href=\"{path}\""));
    assert_eq!(site.get("/shares/query-number").await.is(303).location(), path);
    let listed = site.get(&path).await;
    listed.is(200).says("不能再生成查询编号").says(&ask);
    assert!(!listed.text.contains("name=\"days\""));
    site.post(&path, &[("days", "7")]).await.is(409);
    for _ in 0..2 {
        let ended = site.post(&format!("{certificate}/end-query-number"), &fields).await;
        site.follow(&ended).await.is(200).says("查询编号已失效").says("没有有效的查询编号");
    }
    let over = site.get(&format!("{path}/{submission}")).await;
    site.follow(&over).await.is(200).says("查询编号已失效");
    let over = site.get(&ask).await;
    site.follow(&over).await.is(200).says("查询编号已失效");
    assert!(!site.get(&certificate).await.text.contains(&path));
    site.get("/shares/query-number").await.is(200).says("没有可以生成查询编号的证书");
}
