//! What a program gets that verifies: the command line's contract, remembered for a moment and never beyond a change.

use crate::certificates::{publish, row};
use crate::site::{Page, Site, tick};
use axum::Router;
use serde_json::Value;
use yinxin_app::change::{self, Change, Decision};
use yinxin_app::query_number;
use yinxin_testkit::people::People;
use yinxin_web::{Front, Portal};

async fn asked(settings: &str, seed: u64) -> (Site, String, String, String) {
    let mut site = Site::with_settings(settings).await;
    let person = People::new(seed).next().unwrap();
    let rows = [row(&person, 7)];
    publish(&site, "mohrss", &rows).await;
    site.router = Router::new().fallback_service(Front::new(Portal::new(site.system.clone(), tick)));
    site.headers.push(("accept", "application/json".into()));
    let (number, clerk) = (rows[0].management_number.clone(), site.system.staff("clerk").await.unwrap());
    let made = query_number::make(&site.system, &clerk, number.as_str(), 7, None).await.unwrap();
    (site, person.name, number, made.query_number)
}

async fn ask(site: &mut Site, name: &str, number: &str) -> Page {
    site.post_bare("/verify/number", &[("name", name), ("query-number", number)]).await
}

fn read(page: &Page) -> Value {
    serde_json::from_str(&page.text).unwrap()
}

const WITHOUT_PROOF: &str = "[pow]\nrequired = false\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_program_reads_the_contract_until_something_changes() {
    let (mut site, name, number, query) = asked(WITHOUT_PROOF, 91).await;
    let first = ask(&mut site, &name, &query).await;
    first.is(200);
    assert_eq!(
        (first.header("content-type"), first.header("cache-control")),
        ("application/json", "no-store")
    );
    assert!(first.headers.get("set-cookie").is_none() && !first.text.contains(&name));
    let answer = read(&first);
    let keys: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 6, "{keys:?}");
    assert_eq!((&answer["verdict"], &answer["register"]), (&"valid".into(), &"pass".into()));
    assert_eq!(answer["certificate"]["management_number"], number);
    assert_eq!(answer["checked_at"], "2026-03-01T09:00:00+08:00");
    // The clock stands: the second asker is told what the first was, however he writes it.
    assert_eq!(ask(&mut site, &name, &query.to_lowercase()).await.text, first.text);
    let miss = ask(&mut site, "王小明", &query).await;
    assert_eq!(read(&miss)["verdict"], "no_match");
    assert_eq!(ask(&mut site, &name, "ZZZZ00000000").await.text, miss.text);

    let (clerk, approver) =
        (site.system.staff("clerk").await.unwrap(), site.system.staff("approver").await.unwrap());
    let revocation = Change::Revocation { reason: "fraud".into(), basis: "测试".into(), on: None };
    let request = change::request(&site.system, &clerk, &number, revocation).await.unwrap().request;
    assert_eq!(read(&ask(&mut site, &name, &query).await)["verdict"], "valid");
    change::decide(&site.system, &approver, request, Decision::Approve).await.unwrap();
    let revoked = read(&ask(&mut site, &name, &query).await);
    assert_eq!(
        (&revoked["verdict"], &revoked["certificate"]["state"]),
        (&"revoked".into(), &"revoked".into())
    );
    let reinstatement = Change::Reinstatement { basis: "复核".into() };
    let request = change::request(&site.system, &clerk, &number, reinstatement).await.unwrap().request;
    change::decide(&site.system, &approver, request, Decision::Approve).await.unwrap();
    assert_eq!(ask(&mut site, &name, &query).await.text, first.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_program_is_refused_as_a_problem() {
    let (mut site, name, _, query) = asked("[limits]\ncodes = 50\nquery_numbers = 50\n", 92).await;
    let told = |page: &Page, status: u16, code: &str| {
        page.is(status);
        assert_eq!(page.header("content-type"), "application/problem+json");
        let problem = read(page);
        assert_eq!(
            (&problem["code"], &problem["request_id"]),
            (&code.into(), &page.header("x-request-id").into())
        );
    };
    told(&ask(&mut site, &name, &query).await, 422, "proof_missing");
    told(&ask(&mut site, "", &query).await, 422, "field_missing");
    let twice = [("name", "a"), ("name", "b")];
    told(&site.post_bare("/verify/number", &twice).await, 422, "field_twice");
    let long = "x".repeat(70_000);
    told(&site.post_bare("/verify/number", &[("name", &long)]).await, 422, "too_large");
    for _ in 0..5 {
        let unknown = site.get("/v/0123456789ABCDEFGHJKMNPQRS").await;
        assert_eq!(read(&unknown)["verdict"], "no_match");
    }
    told(&site.get("/v/0123456789ABCDEFGHJKMNPQRS").await, 429, "rate_limited");
    // Whoever does not ask for data gets the page.
    site.headers.clear();
    let page = site.get("/verify/number").await;
    assert!(page.header("content-type").starts_with("text/html"));
}
