//! What QR codes state: judged with and without the register, found when put together from two copies, and there again
//! after a kill, an upgrade and a lost key.

use std::path::Path;

use yinxin_app::home::Home;
use yinxin_app::verify::{self, Verification};
use yinxin_app::{audit, catalogue, endorse, recover};
use yinxin_model::finding::{Check, Outcome, Verdict};
use yinxin_model::states::EndorsementView;
use yinxin_model::{Id, Subject};
use yinxin_seal::statement::letters;
use yinxin_store::endorsement::{self, Endorsement};
use yinxin_testkit::temp_dir;

use crate::fixture::{House, code, finding};
use crate::interruptions::Obstacle;

async fn stored(house: &House, id: Id) -> Endorsement {
    let vault = house.system.vault.clone();
    let read = house
        .read(move |tx| Box::pin(async move { endorsement::get(tx, &vault, &Subject::System, &id).await }));
    read.await.unwrap()
}

/// Address and statement, as they stand in the code of an endorsement's copy.
async fn code_of(house: &House, id: Id) -> (String, String) {
    let found = stored(house, id).await;
    let address = format!("{}/v/{}", house.system.config.platform.public_url, found.token);
    (address, letters(&found.statement.unwrap()))
}

/// The published part of a data directory, and nothing else.
fn handed_out(home: &Home) -> tempfile::TempDir {
    let dir = temp_dir("trust");
    std::fs::create_dir(dir.path().join("statement")).unwrap();
    std::fs::copy(home.trust().join("root.pem"), dir.path().join("root.pem")).unwrap();
    for entry in std::fs::read_dir(home.trust().join("statement")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), dir.path().join("statement").join(entry.file_name())).unwrap();
    }
    dir
}

fn offline(house: &House, text: &str, trust: &Path) -> Verification {
    verify::qr_offline(text, &Home::new("nowhere"), Some(trust), house.system.now()).unwrap()
}

async fn online(house: &House, text: &str) -> Verification {
    verify::by_qr(&house.system, text, None).await.unwrap()
}

pub async fn a_code_is_judged_with_and_without_the_register(house: House) {
    if !house.can_seal() {
        return;
    }
    let holder = house.holder().await;
    let (id, _) = house.endorsed(&holder.number).await;
    let (address, statement) = code_of(&house, id).await;
    let whole = format!("{address}#{statement}");
    let trust = handed_out(&house.system.home);

    let asked = online(&house, &whole).await;
    assert_eq!((asked.verdict, asked.register), (Verdict::Valid, Outcome::Pass));
    assert_eq!(finding(&asked, Check::Endorsement), (Outcome::Pass, "in_force"), "the register knows better");
    let said = asked.statement.unwrap();
    assert_eq!(said["management_number"], holder.number.as_str());
    assert_eq!(said["holder"], asked.certificate.unwrap().holder, "masked alike");
    assert!(said["qualification_name"].is_string());
    assert!(!said.to_string().contains(&holder.person.name));

    for text in [whole.clone(), whole.to_lowercase(), statement.clone(), format!(" #{statement}\n")] {
        let alone = offline(&house, &text, trust.path());
        assert_eq!((alone.verdict, alone.register), (Verdict::Valid, Outcome::NotChecked), "{text}");
        assert_eq!(finding(&alone, Check::Endorsement), (Outcome::Pass, "stated_in_force"));
        assert_eq!(alone.statement.unwrap()["management_number"], holder.number.as_str());
    }
    let address_alone = offline(&house, &address, trust.path());
    assert_eq!(address_alone.verdict, Verdict::CannotCheck);
    assert_eq!(finding(&address_alone, Check::Intact), (Outcome::NotChecked, "statement_absent"));

    // In the middle of the payload: the form may stay, the signature does not hold.
    let letter = if &statement[60..61] == "A" { "B" } else { "A" };
    let changed = format!("{address}#{}{letter}{}", &statement[..60], &statement[61..]);
    let (alone, asked) = (offline(&house, &changed, trust.path()), online(&house, &changed).await);
    assert_eq!((alone.verdict, asked.verdict), (Verdict::Tampered, Verdict::Tampered));
    assert!(alone.statement.is_none() && asked.statement.is_none() && asked.certificate.is_none());
    assert_eq!(asked.register, Outcome::NotChecked, "the code says enough");

    // Without the key's certificate nobody can tell, and nothing is shown of what it says.
    std::fs::remove_dir_all(trust.path().join("statement")).unwrap();
    let unknown = offline(&house, &whole, trust.path());
    assert_eq!((unknown.verdict, unknown.statement), (Verdict::UnknownIssuer, None));

    let trust = handed_out(&house.system.home);
    endorse::withdraw(&house.system, &house.clerk, id, None).await.unwrap();
    assert_eq!(online(&house, &whole).await.verdict, Verdict::EndorsementWithdrawn);
    assert_eq!(offline(&house, &whole, trust.path()).verdict, Verdict::Valid, "a network would tell");
    house.advance(90).await;
    assert_eq!(offline(&house, &whole, trust.path()).verdict, Verdict::EndorsementExpired);
    house.leave().await;
}

/// The catalogue in force lies beside the roots, from the first day and after each that replaces it.
pub async fn codes_have_names_where_the_trust_folder_has_the_catalogue(house: House) {
    if !house.can_seal() {
        return;
    }
    let holder = house.holder().await;
    let (id, _) = house.endorsed(&holder.number).await;
    let (_, statement) = code_of(&house, id).await;
    let folder = house.system.home.trust();
    let said = |trust: &Path| offline(&house, &statement, trust).statement.unwrap();

    let name = said(&folder)["qualification_name"].as_str().unwrap().to_owned();
    let catalogue = catalogue::show(&house.system).await.unwrap().catalogue;
    let renamed = catalogue.replace(&name, "另一名称");
    catalogue::load(&house.system, &house.clerk, renamed.as_bytes()).await.unwrap();
    assert_eq!(said(&folder)["qualification_name"], "另一名称");

    let bare = handed_out(&house.system.home);
    let unnamed = said(bare.path());
    assert!(unnamed["qualification"].is_string() && unnamed["qualification_name"].is_null(), "{unnamed}");
    house.leave().await;
}

pub async fn a_code_put_together_from_two_is_found(house: House) {
    if !house.can_seal() {
        return;
    }
    let holders = house.holders(2).await;
    let (first, _) = house.endorsed(&holders[0].number).await;
    let (again, _) = house.endorsed(&holders[0].number).await;
    let (other, _) = house.endorsed(&holders[1].number).await;
    let (address, _) = code_of(&house, first).await;
    for id in [again, other] {
        let (_, statement) = code_of(&house, id).await;
        let found = online(&house, &format!("{address}#{statement}")).await;
        assert_eq!(found.verdict, Verdict::Tampered);
        let register: Vec<_> = found.findings.iter().filter(|f| f.check == Check::Register).collect();
        assert!(register.iter().any(|f| f.code == "statement_not_of_copy"), "{register:?}");
    }
    let (_, statement) = code_of(&house, first).await;
    let stranger =
        online(&house, &format!("https://elsewhere.invalid/v/{}#{statement}", "0".repeat(26))).await;
    assert_eq!(stranger.verdict, Verdict::NoMatch);
    house.leave().await;
}

/// The statement is an input of the copy: what was stored is used again, though another key signs by now.
pub async fn a_statement_outlives_a_kill(mut house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let obstacle = Obstacle::put(&house);
    let view = house.endorse(&number, 90).await.unwrap();
    assert_eq!(view.state, EndorsementView::Granted);
    let before = stored(&house, view.endorsement).await.statement;
    assert!(before.is_some());
    obstacle.remove();
    std::fs::remove_file(house.system.home.key("statement")).unwrap();
    house.reopen().await;
    assert_eq!(recover::recover(&house.system).await.unwrap().copies_finished, 1);
    assert_eq!(stored(&house, view.endorsement).await.statement, before);
    let entries = audit::list(&house.system, &house.approver, None, 100).await.unwrap();
    assert!(entries.iter().all(|entry| entry.action != "copy_intent_closed"), "the same bytes were digested");
    let (address, statement) = code_of(&house, view.endorsement).await;
    let found = online(&house, &format!("{address}#{statement}")).await;
    assert_eq!(found.verdict, Verdict::Valid, "by the earlier key, which stays known");
    house.leave().await;
}

/// Register and directory of a release without statements: its copies stay as they are, new ones carry a statement.
pub async fn a_register_of_before_is_brought_up(mut house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let key = house.system.home.key("statement");
    std::fs::remove_file(&key).unwrap();
    std::fs::remove_dir_all(house.system.home.trust().join("statement")).unwrap();
    house.reopen().await;
    let (old, bytes) = house.endorsed(&number).await;
    assert_eq!(stored(&house, old).await.statement, None);
    house
        .tamper(
            "ALTER TABLE endorsement DROP COLUMN statement; ALTER TABLE intent DROP COLUMN statement;
             DELETE FROM migration WHERE number = 2",
        )
        .await;

    house.reopen().await;
    recover::recover(&house.system).await.unwrap();
    assert!(key.exists());
    house.reopen().await;
    assert_eq!(house.copy(old).await.unwrap(), bytes);
    let address =
        format!("{}/v/{}", house.system.config.platform.public_url, stored(&house, old).await.token);
    let plain = online(&house, &address).await;
    assert_eq!(plain.verdict, Verdict::Valid);
    assert_eq!(finding(&plain, Check::Intact), (Outcome::NotChecked, "statement_absent"));
    let (new, _) = house.endorsed(&number).await;
    let (_, statement) = code_of(&house, new).await;
    // A statement of another copy cannot be lent to one that has none.
    assert_eq!(online(&house, &format!("{address}#{statement}")).await.verdict, Verdict::Tampered);
    house.leave().await;
}

/// Neither an error nor a verdict that something is good, whatever a scanner gives.
pub async fn hostile_texts_are_judged(house: House) {
    let trust = handed_out(&house.system.home);
    let long = "A".repeat(100_000);
    let bombs =
        [&[0x9f; 60][..], &[0x84; 150], &[0x84, 0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]];
    let mut texts: Vec<String> = bombs.iter().map(|bytes| format!("#{}", letters(bytes))).collect();
    let plain = [
        "",
        "#",
        "##",
        "/",
        "//#//",
        "\u{0}#\u{202e}",
        "http://#A",
        "javascript:alert(1)#AAAA",
        "'; DROP TABLE copy;--",
        "#印信",
        "#========",
        &long,
    ];
    texts.extend(plain.iter().map(|text| (*text).to_owned()));
    texts.push(format!("https://x.invalid/v/{long}#{long}"));
    for text in texts {
        let shown: String = text.chars().take(40).collect();
        let alone = offline(&house, &text, trust.path());
        assert_eq!((alone.verdict, alone.statement), (Verdict::CannotCheck, None), "{shown:?}");
        let asked = online(&house, &text).await;
        assert!(
            matches!(asked.verdict, Verdict::CannotCheck | Verdict::NoMatch),
            "{shown:?}: {:?}",
            asked.verdict
        );
        assert!(asked.statement.is_none() && asked.certificate.is_none(), "{shown:?}");
    }
    let missing = verify::qr_offline("#AAAA", &Home::new("nowhere"), None, house.system.now());
    assert_eq!(code(missing), "file_not_found", "no roots: said, and nothing judged");
    house.leave().await;
}

/// Somebody was given only what follows the `#`: the register is asked all the same.
pub async fn a_statement_alone_finds_its_copy(house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let (id, _) = house.endorsed(&number).await;
    let (address, statement) = code_of(&house, id).await;
    let asked = online(&house, &statement).await;
    assert_eq!((asked.verdict, asked.register), (Verdict::Valid, Outcome::Pass));
    endorse::withdraw(&house.system, &house.clerk, id, None).await.unwrap();
    for text in [&statement, &format!("#{statement}"), &format!("{address}#{statement}")] {
        assert_eq!(online(&house, text).await.verdict, Verdict::EndorsementWithdrawn, "{text}");
    }
    // The address of another register's copy beside it: what is stated of the endorsement is worth nothing.
    let unknown = online(&house, &format!("{}#{statement}", address.replace("/v/", "/v/X"))).await;
    assert_eq!(unknown.verdict, Verdict::NoMatch);
    assert!(unknown.findings.iter().all(|finding| finding.check != Check::Endorsement));
    for text in ["", "#", "https://u.wechat.com/abcdefg", "http://example.org/"] {
        let stranger = online(&house, text).await;
        assert_eq!(stranger.verdict, Verdict::CannotCheck, "{text}");
        assert_eq!(finding(&stranger, Check::Intact), (Outcome::NotChecked, "not_our_code"), "{text}");
    }
    house.leave().await;
}
