//! The public pages, and what is around every page.

use crate::site::Site;

#[tokio::test]
async fn the_first_page_has_three_doors_in_both_languages() {
    let mut site = Site::new().await;
    site.get("/")
        .await
        .is(200)
        .says("证书下载")
        .says("证书验证")
        .says("证书查询验证范围")
        .says("lang=\"zh-CN\"");
    site.get("/?lang=en").await.is(200).says("lang=\"en\"");
    // The choice is kept.
    site.get("/").await.says("lang=\"en\"");
    site.get("/?lang=zh-CN").await.says("lang=\"zh-CN\"");
}

#[tokio::test]
async fn large_type_is_chosen_by_a_form_and_kept() {
    let mut site = Site::new().await;
    let page = site.post("/display", &[("size", "elder"), ("back", "/?x=1")]).await;
    assert_eq!(page.location(), "/?x=1");
    site.follow(&page).await.says("class=\"elder\"");
    for back in ["//evil.example/", "/\\evil.example", "https://evil.example", "/a\r\nx: y", ""] {
        let page = site.post("/display", &[("size", "normal"), ("back", back)]).await;
        assert_eq!(page.location(), "/", "{back:?}");
    }
    assert!(!site.get("/").await.text.contains("class=\"elder\""));
}

#[tokio::test]
async fn a_page_that_is_not_there_says_so_with_a_number() {
    let mut site = Site::new().await;
    let page = site.get("/nowhere").await;
    page.is(404).says("没有找到这个页面").says(page.header("x-request-id"));
    // Nothing on a page leads to another site, however it was asked for.
    for odd in ["//evil.example/x", "/.//evil.example", "/..//evil.example/?a=b"] {
        let page = site.get(odd).await;
        assert!(!page.text.contains("//evil.example"), "{odd}: {}", page.text);
    }
    let page = site.get("/login?next=/.//evil.example").await;
    assert!(!page.text.contains("value=\"/.//evil"), "{}", page.text);
    site.headers.push(("accept", "application/json".into()));
    let page = site.get("/nowhere").await;
    page.is(404).says("\"request_id\"");
    assert_eq!(page.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn what_the_operator_tells_is_told_and_follows_the_file() {
    let mut site = Site::new().await;
    let page = site.get("/help").await;
    assert_eq!(page.text.matches("<section class=\"measure question\"").count(), 13);
    site.get("/privacy").await.is(200).says("<h1>");
    site.get("/accessibility").await.is(200).says("<h1>");
    site.get("/contacts").await.is(200).says("人力资源和社会保障部").says("12333");
    site.get("/news").await.is(200).says("暂无公告");
    let path = site.system.home.dir().join("portal.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text.replace("hotline = \"12333\"", "hotline = \"010-<b>\"");
    std::fs::write(&path, text).unwrap();
    site.get("/contacts").await.says("010-&#60;b&#62;");
}

#[tokio::test]
async fn the_scope_is_searched_and_goes_out_as_tables() {
    let mut site = Site::new().await;
    let whole = site.get("/scope").await.text.matches("<tr role=\"row\"><th scope=\"row\"").count();
    assert!(whole > 10, "{whole}");
    let page = site.get("/scope?qualification=constructor&level=1&year=2021").await;
    assert_eq!(page.is(200).text.matches("<tr role=\"row\"><th scope=\"row\"").count(), 1);
    page.says("建造师")
        .says("<option value=\"constructor\" selected>")
        .says("/scope.csv?qualification=constructor");
    site.get("/scope?year=2017&qualification=constructor&level=intermediate")
        .await
        .says("没有符合条件的证书");
    let csv = site.get("/scope.csv?qualification=constructor").await;
    assert!(csv.bytes.starts_with("\u{feff}职业资格,".as_bytes()), "{}", csv.text);
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"scope.csv\"");
    assert_eq!(csv.text.lines().count(), 2);
    assert!(site.get("/scope.xlsx").await.bytes.starts_with(b"PK"));
}

#[tokio::test]
async fn assets_are_kept_for_good_and_change_their_address() {
    let mut site = Site::new().await;
    let home = site.get("/").await.text;
    let (_, rest) = home.split_once("href=\"/assets/portal.").unwrap();
    let path = format!("/assets/portal.{}", rest.split('"').next().unwrap());
    let style = site.get(&path).await;
    assert!(style.is(200).header("cache-control").contains("immutable"));
    assert!(style.header("set-cookie").is_empty());
    site.get("/assets/portal.css").await.is(404);
    site.headers.push(("accept-encoding", "gzip".into()));
    assert_eq!(site.get(&path).await.header("content-encoding"), "gzip");
}
