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
    let page = site.post("/display", &[("size", "normal"), ("back", "//evil.example/")]).await;
    assert_eq!(page.location(), "/");
    assert!(!site.get("/").await.text.contains("class=\"elder\""));
}

#[tokio::test]
async fn a_page_that_is_not_there_says_so_with_a_number() {
    let mut site = Site::new().await;
    let page = site.get("/nowhere").await;
    page.is(404).says("没有找到这个页面").says(page.header("x-request-id"));
    site.headers.push(("accept", "application/json".into()));
    let page = site.get("/nowhere").await;
    page.is(404).says("\"request_id\"");
    assert_eq!(page.header("content-type"), "application/problem+json");
}
