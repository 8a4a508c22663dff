//! Text with names in braces, as templates write it: `仅限{purpose}使用`.

use std::borrow::Cow;

use serde::Deserialize;

use crate::fields::{FieldName, Fields, Static};

/// A text with places for fields.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Pattern(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Field(FieldName),
    Platform,
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some((literal, tail)) = rest.split_once('{') {
            let (name, tail) =
                tail.split_once('}').ok_or_else(|| format!("a brace is not closed in {text:?}"))?;
            if !literal.is_empty() {
                parts.push(Part::Literal(literal.to_owned()));
            }
            parts.push(match name {
                "platform" => Part::Platform,
                _ => FieldName::ALL
                    .into_iter()
                    .find(|field| field.as_str() == name)
                    .map(Part::Field)
                    .ok_or_else(|| format!("there is no field {name:?}"))?,
            });
            rest = tail;
        }
        if rest.contains('}') {
            return Err(format!("a brace is closed that was not opened in {text:?}"));
        }
        if !rest.is_empty() || parts.is_empty() {
            parts.push(Part::Literal(rest.to_owned()));
        }
        Ok(Self(parts))
    }
}

impl Pattern {
    /// Whether it can be filled in without a copy.
    pub fn is_static(&self) -> bool {
        self.0
            .iter()
            .all(|part| matches!(part, Part::Literal(_) | Part::Platform | Part::Field(FieldName::Issuer)))
    }

    /// Whether it needs nothing from [`Static`] that a copy does not have.
    pub fn is_of_a_copy(&self) -> bool {
        !self.0.contains(&Part::Platform)
    }

    /// Whether there is nothing to fill in.
    pub fn is_literal(&self) -> bool {
        self.0.iter().all(|part| matches!(part, Part::Literal(_)))
    }

    /// The words that stand in it whatever is filled in.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Literal(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// Filled in from what is static; `None` where something is missing.
    pub fn fill_static<'a>(&'a self, all: &'a Static) -> Option<Cow<'a, str>> {
        self.fill(|part| match part {
            Part::Literal(text) => Some(text.as_str()),
            Part::Platform => Some(all.platform.as_str()),
            Part::Field(FieldName::Issuer) => Some(all.issuer.as_str()),
            Part::Field(_) => None,
        })
    }

    /// Filled in from a copy; `None` where something is missing.
    pub fn fill_copy<'a>(&'a self, fields: &'a Fields) -> Option<Cow<'a, str>> {
        self.fill(|part| match part {
            Part::Literal(text) => Some(text.as_str()),
            Part::Field(field) => field.of(fields),
            Part::Platform => None,
        })
    }

    fn fill<'a>(&'a self, value: impl Fn(&'a Part) -> Option<&'a str>) -> Option<Cow<'a, str>> {
        match self.0.as_slice() {
            [only] => value(only).map(Cow::Borrowed),
            parts => {
                let mut text = String::new();
                for part in parts {
                    text.push_str(value(part)?);
                }
                Some(Cow::Owned(text))
            }
        }
    }
}
