//! The compiled sentences: one bundle a language, made from the embedded `.ftl` files on first use.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::{Lang, Value};

macro_rules! locale {
    ($tag:literal) => {
        &[
            include_str!(concat!("../locales/", $tag, "/cli.ftl")),
            include_str!(concat!("../locales/", $tag, "/doctor.ftl")),
            include_str!(concat!("../locales/", $tag, "/errors.ftl")),
            include_str!(concat!("../locales/", $tag, "/findings.ftl")),
            include_str!(concat!("../locales/", $tag, "/import.ftl")),
            include_str!(concat!("../locales/", $tag, "/states.ftl")),
            include_str!(concat!("../locales/", $tag, "/verify.ftl")),
            include_str!(concat!("../locales/", $tag, "/web.ftl")),
            include_str!(concat!("../locales/", $tag, "/web-account.ftl")),
            include_str!(concat!("../locales/", $tag, "/web-certificates.ftl")),
            include_str!(concat!("../locales/", $tag, "/web-mine.ftl")),
            include_str!(concat!("../locales/", $tag, "/web-oidc.ftl")),
            include_str!(concat!("../locales/", $tag, "/web-verify.ftl")),
        ]
    };
}

/// The sources, by language. A file that is added to `locales/` is added to the macro above.
pub(crate) fn sources(lang: Lang) -> &'static [&'static str] {
    match lang {
        Lang::ZhCn => locale!("zh-CN"),
        Lang::En => locale!("en"),
    }
}

/// The keys of `lang`, sorted. Read from the text: in Fluent a message begins at the first column.
pub(crate) fn keys(lang: Lang) -> Vec<&'static str> {
    let mut keys: Vec<_> = sources(lang)
        .iter()
        .flat_map(|source| source.lines())
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once('=').map(|(key, _)| key.trim_end()))
        .collect();
    keys.sort_unstable();
    keys
}

pub(crate) fn of(lang: Lang) -> &'static Bundle {
    static ZH_CN: LazyLock<Bundle> = LazyLock::new(|| Bundle::new(Lang::ZhCn));
    static EN: LazyLock<Bundle> = LazyLock::new(|| Bundle::new(Lang::En));
    match lang {
        Lang::ZhCn => &ZH_CN,
        Lang::En => &EN,
    }
}

pub(crate) struct Bundle(FluentBundle<FluentResource>);

impl Bundle {
    /// Mistakes in a source (a syntax error, a key given twice) are left out here, since a sentence must
    /// never stop the work; the tests refuse them.
    fn new(lang: Lang) -> Self {
        let locale: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // The marks that isolate directions would end up in logs, JSON and golden files.
        bundle.set_use_isolating(false);
        for source in sources(lang) {
            let resource =
                FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, _)| resource);
            bundle.add_resource(resource).unwrap_or_default();
        }
        Self(bundle)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.0.get_message(key).is_some_and(|message| message.value().is_some())
    }

    pub(crate) fn format(&self, key: &str, args: &[(&str, Value)]) -> Option<String> {
        let pattern = self.0.get_message(key)?.value()?;
        let args: FluentArgs =
            args.iter().map(|(name, value)| (Cow::Borrowed(*name), fluent(value))).collect();
        let mut errors = Vec::new();
        Some(self.0.format_pattern(pattern, Some(&args), &mut errors).into_owned())
    }
}

fn fluent(value: &Value) -> FluentValue<'_> {
    match value {
        Value::Text(text) => FluentValue::from(text.as_str()),
        Value::Number(number) => FluentValue::from(*number),
    }
}
