use super::*;

fn values() -> Vec<(&'static str, String)> {
    ["platform", "max", "window_days", "longest_days", "keep_copies_days"]
        .into_iter()
        .map(|name| (name, format!("<{name}>")))
        .collect()
}

#[test]
fn the_seed_says_the_same_in_both_languages() {
    let texts = parse(SEED, &values()).unwrap();
    let (chinese, english) = (texts.in_language("zh-CN"), texts.in_language("en"));
    assert_eq!(chinese.questions.len(), 13);
    for (zh, en) in chinese.questions.iter().zip(&english.questions) {
        assert_eq!(zh.id, en.id);
        assert!(!zh.title.is_empty() && !en.title.is_empty());
        assert_eq!(shape(&zh.text), shape(&en.text), "{}", zh.id);
    }
    assert_eq!(shape(&chinese.privacy.text), shape(&english.privacy.text));
    assert_eq!(shape(&chinese.accessibility.text), shape(&english.accessibility.text));
    assert!(chinese.questions.iter().any(|q| q.text.plain().contains("<window_days>日内")));
}

/// Kinds of blocks, items of lists and where links lead.
fn shape(text: &Text) -> Vec<String> {
    let links = |spans: &[Span]| spans.iter().filter_map(|s| s.href.clone()).collect::<Vec<_>>().join(" ");
    let block = |block: &Block| match block {
        Block::Heading(_) => "heading".to_owned(),
        Block::Paragraph(spans) => format!("paragraph {}", links(spans)),
        Block::List { numbered, items } => {
            format!("list {numbered} {}", items.iter().map(|i| links(i)).collect::<Vec<_>>().join(","))
        }
    };
    text.blocks.iter().map(block).collect()
}

#[test]
fn text_is_blocks_and_nothing_else() {
    let read = markup::parse("甲\n乙 <b>\n\n- [去](/scope)看\n- 丙\n1. 丁\n## 戊\nto\nbe", &[]).unwrap();
    let words = |words: &str| Span { words: words.into(), href: None };
    let expected = vec![
        Block::Paragraph(vec![words("甲乙 <b>")]),
        Block::List {
            numbered: false,
            items: vec![
                vec![Span { words: "去".into(), href: Some("/scope".into()) }, words("看")],
                vec![words("丙")],
            ],
        },
        Block::List { numbered: true, items: vec![vec![words("丁")]] },
        Block::Heading("戊".into()),
        Block::Paragraph(vec![words("to be")]),
    ];
    assert_eq!(read.blocks, expected);
}

#[test]
fn mistakes_are_named() {
    let reason = |text: &str| parse(text, &values()).unwrap_err().details["reason"].clone();
    let with = |from: &str, to: &str| reason(&SEED.replacen(from, to, 1));
    assert!(with("[登录](/login)", "[登录](//login.example)").contains("//login.example"));
    assert!(with("热线 {hotline}", "热线 {hotlime}").contains("question `whom-to-ask`: `{hotlime}`"));
    assert!(with("id = \"log-in\"", "id = \"Log in\"").contains("Log in"));
    assert!(with("[service.en]", "[service.fr]").contains("fr"));
    let notice =
        "[[notice]]\non = 2026-12-01T10:00:00Z\n[notice.zh-CN]\ntitle = \"x\"\n[notice.en]\ntitle = \"x\"\n";
    assert!(reason(&format!("{SEED}\n{notice}")).contains("2026-12-01T10:00:00Z"));
}
