//! Inbox, settings, export, closing.

use crate::account::{PASSWORD, person, registered};
use crate::site::Site;
use yinxin_model::states::MessageKind;

const PAGES: [&str; 7] =
    ["/me", "/me/access", "/me/inbox", "/me/settings", "/me/export", "/me/close", "/closed"];

#[tokio::test]
async fn every_page_says_everything_in_both_languages() {
    let mut site = Site::new().await;
    registered(&mut site, &person(500), "13800000500").await;
    for path in PAGES {
        for lang in ["zh-CN", "en"] {
            let page = site.get(&format!("{path}?lang={lang}")).await;
            page.is(200).says(&format!("lang=\"{lang}\""));
            for wrong in ["⟦", "{$", "{ $"] {
                assert!(!page.text.contains(wrong), "{path} {lang}: {wrong}");
            }
            assert_eq!(page.header("cache-control"), "no-store");
        }
    }
    for kind in MessageKind::ALL {
        let (title, text) = (format!("inbox-title-{}", kind.as_str()), format!("inbox-{}", kind.as_str()));
        assert!(yinxin_words::has(&title) && yinxin_words::has(&text), "{kind:?}");
    }
    // What somebody writes into the address is no page, and no fault.
    for query in ["before=x", "before=9999-99-99", "before=", "before=00000000000000000000000000000000"] {
        site.get(&format!("/me/access?{query}")).await.is(200);
        site.get(&format!("/me/inbox?{query}")).await.is(200);
    }
}

#[tokio::test]
async fn what_is_sent_is_chosen_and_kept() {
    let mut site = Site::new().await;
    registered(&mut site, &person(501), "13800000501").await;
    let checked = |text: &str, kind: &str| text.contains(&format!("name=\"{kind}\" value=\"yes\" checked"));
    let page = site.get("/me/settings").await;
    assert!(checked(&page.text, "new_device") && !checked(&page.text, "share_viewed"));
    let fields = [("share_viewed", "yes"), ("no_such_kind", "yes")];
    let page = site.post("/me/settings", &fields).await;
    let page = site.follow(&page).await;
    page.says("设置已保存");
    assert!(!checked(&page.text, "new_device") && checked(&page.text, "share_viewed"));
    // The device he registered with is in the inbox, and no surprise.
    let page = site.get("/me/inbox").await;
    page.says("在新设备上登录");
    assert!(!page.text.contains("未读"));
}

#[tokio::test]
async fn ones_data_are_a_file_of_his_own() {
    let mut site = Site::new().await;
    let own = person(502);
    registered(&mut site, &own, "13800000502").await;
    for wrong in ["", "wrong"] {
        let page = site.post("/me/export", &[("password", wrong)]).await;
        page.is(422).says("id=\"password-error\"");
    }
    let page = site.post("/me/export", &[("password", PASSWORD)]).await;
    page.is(200);
    assert_eq!(page.header("content-type"), "application/zip");
    assert!(page.header("content-disposition").starts_with("attachment"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.bytes.starts_with(b"PK\x03\x04"));
    let document = unpacked(&page.bytes, "my-data.html");
    // What a code says, and the code.
    assert!(
        document.contains("居民身份证 (111)") && document.contains("在新设备上登录 (new_device)"),
        "{document}"
    );
    assert!(!document.contains('⟦'), "{document}");
    site.post_bare("/me/export", &[]).await.is(403);
}

fn unpacked(zip: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}

#[tokio::test]
async fn an_account_is_closed_by_who_knows_its_password_and_means_it() {
    let mut site = Site::new().await;
    registered(&mut site, &person(503), "13800000503").await;
    site.post("/me/close", &[("password", PASSWORD)]).await.is(422).says("请勾选确认");
    let page = site.post("/me/close", &[("sure", "yes"), ("password", "wrong")]).await;
    page.is(422).says("id=\"password-error\"");
    let page = site.post("/me/close", &[("sure", "yes"), ("password", PASSWORD)]).await;
    assert_eq!(page.location(), "/closed");
    site.follow(&page).await.is(200).says("账号已注销");
    assert!(site.get("/me").await.location().starts_with("/login"));
    // And may come again.
    registered(&mut site, &person(503), "13800000503").await;
    site.get("/me").await.is(200);
}
