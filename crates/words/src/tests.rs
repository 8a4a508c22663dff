use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

use super::*;

/// key → the variables its sentence uses, read from the syntax tree of every source of `lang`.
fn variables(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for source in bundles::sources(lang) {
        let resource = parser::parse(*source).unwrap_or_else(|(_, errors)| panic!("{lang}: {errors:?}"));
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let mut names = BTreeSet::new();
            let value = message.value.unwrap_or_else(|| panic!("{lang}: {} says nothing", message.id.name));
            walk(&value, &mut names);
            let earlier = found.insert(message.id.name.to_owned(), names);
            assert!(earlier.is_none(), "{lang}: {} is there twice", message.id.name);
        }
    }
    found
}

fn walk(pattern: &Pattern<&str>, names: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        match expression {
            Expression::Inline(inline) => variable(inline, names),
            Expression::Select { selector, variants } => {
                variable(selector, names);
                variants.iter().for_each(|variant| walk(&variant.value, names));
            }
        }
    }
}

fn variable(inline: &InlineExpression<&str>, names: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            names.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => {
            if let Expression::Inline(inner) = expression.as_ref() {
                variable(inner, names);
            }
        }
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        // References would hide variables from this test, and translators have to look them up.
        other => panic!("only variables and literals stand in our sentences, not {other:?}"),
    }
}

#[test]
fn every_key_exists_in_every_language_with_the_same_variables() {
    let source = variables(Lang::ZhCn);
    let beside = variables(Lang::En);
    let keys = |of: &BTreeMap<String, _>| of.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(
        keys(&source).difference(&keys(&beside)).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "not in en"
    );
    assert_eq!(
        keys(&beside).difference(&keys(&source)).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "not in zh-CN"
    );
    for (key, names) in &source {
        assert_eq!(Some(names), beside.get(key), "{key}: the languages use different variables");
    }
}

#[test]
fn every_sentence_can_be_said_with_text_and_with_numbers() {
    for lang in Lang::ALL {
        for (key, names) in variables(lang) {
            for sample in [Value::from("某某"), Value::from(1), Value::from(2_i64)] {
                let args: Vec<_> = names.iter().map(|name| (name.as_str(), sample.clone())).collect();
                let said = say(lang, &key, &args);
                assert!(!said.trim().is_empty(), "{lang}: {key} is empty");
                assert!(!said.contains(['{', '}', '\u{2068}', '\u{2069}', '⟦']), "{lang}: {key}: {said}");
            }
            assert!(
                key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                "{key} is not kebab-case"
            );
        }
    }
}

#[test]
fn keys_are_those_of_the_syntax_tree() {
    for lang in Lang::ALL {
        let tree = variables(lang);
        assert_eq!(bundles::keys(lang), tree.keys().map(String::as_str).collect::<Vec<_>>());
    }
    assert!(keys("verdict_").contains(&"verdict-tampered"));
}

#[test]
fn codes_in_snake_case_find_their_sentence() {
    let args =
        [("used", 3.into()), ("max", 3.into()), ("window_days", 90.into()), ("next_possible_on", "x".into())];
    let said = say(Lang::En, "error-quota_exhausted", &args);
    assert_eq!(said, say(Lang::En, "error-quota-exhausted", &args));
    assert!(has("error-quota_exhausted"));
}

#[test]
fn a_refusal_by_a_rule_is_said_by_the_rule() {
    assert_eq!(say(Lang::En, "error-sex_disagrees", &[]), say(Lang::En, "rule-sex-disagrees", &[]));
    assert!(has("error-sex_disagrees"));
    assert_eq!(
        say(Lang::En, "rule-quota-exhausted", &[]),
        "⟦rule-quota-exhausted⟧",
        "not the other way round"
    );
}

#[test]
fn what_is_unknown_or_missing_is_visible_and_does_not_stop() {
    assert_eq!(say(Lang::ZhCn, "error-nobody-wrote-this", &[]), "⟦error-nobody-wrote-this⟧");
    assert!(!has("error-nobody-wrote-this"));
    assert!(say(Lang::En, "error-quota-exhausted", &[]).contains("{$used}"));
}

#[test]
fn an_argument_is_never_interpreted() {
    let said = say(Lang::ZhCn, "error-staff-unknown", &[("name", "{ $x } {{y}} 阿卜杜拉·买买提".into())]);
    assert!(said.contains("{ $x } {{y}} 阿卜杜拉·买买提"), "{said}");
}

#[test]
fn languages_are_read_from_tags_and_locales() {
    for (tag, lang) in [
        ("zh-CN", Some(Lang::ZhCn)),
        ("zh", Some(Lang::ZhCn)),
        ("ZH_cn.UTF-8", Some(Lang::ZhCn)),
        ("en", Some(Lang::En)),
        ("en_GB.UTF-8", Some(Lang::En)),
        ("C", Some(Lang::En)),
        ("C.UTF-8", Some(Lang::En)),
        ("POSIX", Some(Lang::En)),
        ("fr_FR", None),
        ("", None),
    ] {
        assert_eq!(Lang::parse(tag), lang, "{tag:?}");
    }
}
