use super::*;
use crate::view::Frame;
use askama::Template;
use yinxin_words::Lang;

/// Every macro of `templates/forms.html` once.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% import "forms.html" as forms %}
{% call forms::summary(frame, form) %}{% endcall %}
{% call forms::token(frame) %}{% endcall %}
{% call forms::field(form, "name", frame.t("web-login"), hint="as on paper", autocomplete="name") %}{% endcall %}
{% call forms::field(form, "secret", "S", kind="password") %}{% endcall %}
{% call forms::select(form, "type", "T", options) %}{% endcall %}
{% call forms::radios(form, "scenario", "R", options) %}{% endcall %}
{% call forms::confirm(form, "sure", "C") %}{% endcall %}
{% call forms::date(form, "until", "D", max="2026-05-29") %}{% endcall %}
{% call forms::textarea(form, "more", "M") %}{% endcall %}
{% call forms::file(form, "copy", "F", ".pdf,.ofd") %}{% endcall %}
{% call forms::button("Send", kind="quiet") %}{% endcall %}"#
)]
struct Sample {
    frame: Frame,
    form: Form,
    options: Vec<(String, String)>,
}

fn sample(form: Form) -> String {
    let frame = Frame {
        lang: Lang::En,
        elder: false,
        csrf: "token".into(),
        name: None,
        unread: 0,
        demo: true,
        platform: "P".into(),
        request_id: "1".into(),
        path: "/".into(),
    };
    let options = ["a", "b"].map(|value| (value.to_owned(), value.to_uppercase())).to_vec();
    Sample { frame, form, options }.render().unwrap()
}

#[test]
fn what_was_wrong_is_said_above_the_field_and_linked() {
    let mut form =
        Form::of(&[("name", "<b>\"李四"), ("secret", "never shown"), ("type", "b"), ("sure", "yes")]);
    form.refuse("name", "No such name");
    let html = sample(form);
    for part in [
        r##"<a href="#name">No such name</a>"##,
        r#"id="name-error">No such name"#,
        r#"aria-invalid="true" aria-describedby="name-error name-hint""#,
        r#"value="&#60;b&#62;&#34;李四""#,
        r#"<option value="b" selected>"#,
        r#"value="yes" checked"#,
        r#"max="2026-05-29""#,
        r#"name="_csrf" value="token""#,
        r#"class="button quiet""#,
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(!html.contains("never shown"));
}

#[test]
fn a_good_form_has_no_summary() {
    assert!(!sample(Form::default()).contains("summary"));
}

#[test]
fn a_field_that_comes_twice_is_refused() {
    assert_eq!(Form::parse(b"a=1&b=2").unwrap().value("b"), "2");
    assert_eq!(Form::parse(b"a=1&a=2").unwrap_err().refusal().code, "field_twice");
    // What is no UTF-8 is kept visible and stops nothing.
    assert_eq!(Form::parse(b"a=%ff").unwrap().value("a"), "\u{fffd}");
}
