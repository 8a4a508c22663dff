//! Templates: a certificate face as data, so that an organisation can have its own.
//!
//! TOML; lengths in millimetres from the top left corner, boxes as `[x, y, width, height]`, colours as
//! `"#rrggbb"`. An unknown key is an error. What a template can say is documented key by key here, and shown by
//! the two that are shipped. `order` is the place in the reading order, for readers who cannot see the
//! page.

use std::collections::BTreeMap;

use serde::Deserialize;
use yinxin_page::draw::{Color, Rect};
use yinxin_page::qr::{Correction, QrStyle};
use yinxin_page::text::{Align, VerticalAlign};

use crate::Error;
use crate::fields::FieldName;
use crate::pattern::Pattern;

/// A parsed and checked template.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    pub(crate) face: Face,
    source: String,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// [`Error::Syntax`] with line and column, [`Error::Template`] with the place in the template.
    pub fn parse(source: &str) -> Result<Self, Error> {
        let mut face: Face =
            toml::from_str(source).map_err(|error| Error::Syntax { message: error.to_string() })?;
        crate::check::check(&face)?;
        face.bind();
        Ok(Self { face, source: source.to_owned() })
    }

    /// Stable name, e.g. `professional`.
    pub fn id(&self) -> &str {
        &self.face.id
    }

    pub fn version(&self) -> u32 {
        self.face.version
    }

    /// What people call it.
    pub fn title(&self) -> &str {
        &self.face.title
    }

    /// The text it was read from: its digest tells one edition from another.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Names of the glyph pool's styles that it draws with.
    pub fn fonts(&self) -> impl Iterator<Item = &str> {
        self.face.styles.values().map(|style| style.font.as_str())
    }
}

/// A template that is shipped.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    pub id: &'static str,
    pub source: &'static str,
}

/// The shipped templates.
pub fn builtin() -> &'static [Builtin] {
    &[
        Builtin { id: "professional", source: include_str!("../templates/professional.toml") },
        Builtin { id: "association", source: include_str!("../templates/association.toml") },
    ]
}

/// The whole of a template.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Face {
    pub id: String,
    pub version: u32,
    pub title: String,
    pub page: Paper,
    pub styles: BTreeMap<String, Style>,
    #[serde(default)]
    pub panel: Vec<Panel>,
    #[serde(default)]
    pub rosette: Vec<Rosette>,
    #[serde(default)]
    pub band: Vec<Band>,
    #[serde(default)]
    pub frame: Vec<Frame>,
    #[serde(default)]
    pub rule: Vec<Rule>,
    /// Static texts; `{issuer}` and `{platform}` are filled in.
    #[serde(default)]
    pub text: Vec<Text>,
    /// Texts of a copy; any field's name in braces is filled in. Without that field, nothing is drawn.
    #[serde(default)]
    pub value: Vec<Text>,
    #[serde(default)]
    pub grid: Vec<Grid>,
    pub photo: Option<Photo>,
    pub seal: SealPlace,
    pub qr: QrBox,
    pub watermark: Option<Watermark>,
    /// Shown on samples only.
    pub demo: Option<Text>,
}

impl Face {
    /// Does once what every copy would do otherwise: finds styles by name, and what never moves.
    fn bind(&mut self) {
        let names: Vec<&String> = self.styles.keys().collect();
        let find = |style: &mut StyleRef| {
            style.index = names.iter().position(|name| **name == style.name).unwrap_or(usize::MAX);
        };
        for text in self.text.iter_mut().chain(&mut self.value).chain(&mut self.demo) {
            find(&mut text.style);
        }
        for grid in &mut self.grid {
            find(&mut grid.label_style);
            find(&mut grid.small_style);
            find(&mut grid.value_style);
            grid.entry.iter_mut().filter_map(|entry| entry.value_style.as_mut()).for_each(find);
            grid.fixed = crate::grid::fixed(grid);
        }
        self.watermark.iter_mut().for_each(|mark| find(&mut mark.style));
    }
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paper {
    pub width: f64,
    pub height: f64,
    /// A tint under everything; white paper without it.
    pub color: Option<Hex>,
}

/// How letters look, and how far they may be squeezed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Style {
    /// A style of the glyph pool.
    pub font: String,
    /// Em size.
    pub size: f64,
    pub color: Hex,
    /// Letter-spacing in em.
    #[serde(default)]
    pub spacing: f64,
    /// The smallest size; half the size without it.
    pub min_size: Option<f64>,
    /// Baseline distance as a multiple of the size.
    #[serde(default = "default_leading")]
    pub leading: f64,
}

/// The name of a style; parsing a template finds the style's place in the list.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(from = "String")]
pub(crate) struct StyleRef {
    pub name: String,
    pub index: usize,
}

impl From<String> for StyleRef {
    fn from(name: String) -> Self {
        Self { name, index: usize::MAX }
    }
}

/// A filled rectangle.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Panel {
    #[serde(rename = "box")]
    pub area: Area,
    pub color: Hex,
}

/// A closed line around the page, all its sides `inset` from the edge; with `notch`, its corners are
/// hollow quarter circles.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Frame {
    pub inset: f64,
    pub width: f64,
    pub color: Hex,
    #[serde(default)]
    pub notch: f64,
}

/// Interlaced waves along the four sides.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Band {
    /// Of the band's middle line.
    pub inset: f64,
    /// From the middle line to a crest.
    pub amplitude: f64,
    /// Of one wave; stretched a little so that waves meet the corners.
    pub period: f64,
    pub strands: u32,
    pub width: f64,
    pub color: Hex,
    /// How far from the middle lines' crossing the waves begin: room for a corner ornament.
    pub corner: f64,
}

/// Loops turned about a centre.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rosette {
    /// Centres.
    pub at: Vec<[f64; 2]>,
    pub inner: f64,
    pub outer: f64,
    pub petals: u32,
    /// How far a loop leans over its neighbours, as a part of its length.
    #[serde(default = "default_breadth")]
    pub breadth: f64,
    pub width: f64,
    pub color: Hex,
}

/// A horizontal line; with `lozenge`, parted by one of that half-width.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub x: f64,
    pub y: f64,
    pub length: f64,
    pub width: f64,
    pub color: Hex,
    #[serde(default)]
    pub lozenge: f64,
}

/// Text in a box.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Text {
    pub id: String,
    pub text: Pattern,
    pub style: StyleRef,
    #[serde(rename = "box")]
    pub area: Area,
    #[serde(default)]
    pub align: AlignName,
    #[serde(default)]
    pub vertical: VerticalName,
    #[serde(default)]
    pub role: RoleName,
    #[serde(default)]
    pub order: u32,
    #[serde(default = "one")]
    pub lines: usize,
}

/// Label–value pairs that flow into rows. An entry whose field a copy lacks takes no room; one that is left
/// alone in its row gets the whole row.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Grid {
    #[serde(rename = "box")]
    pub area: Area,
    pub columns: usize,
    pub gap: f64,
    pub row: f64,
    /// Width of the labels; with `stacked`, the label's height above its value instead.
    pub label: f64,
    #[serde(default)]
    pub stacked: bool,
    pub label_style: StyleRef,
    /// For the second, smaller label.
    pub small_style: StyleRef,
    pub value_style: StyleRef,
    /// A hairline under each value (between columns, when stacked).
    pub line: Option<Line>,
    pub order: u32,
    pub entry: Vec<Entry>,
    /// Not a key: for each entry, whether it stands at the same place on every copy.
    #[serde(skip)]
    pub fixed: Vec<bool>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    pub width: f64,
    pub color: Hex,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub field: FieldName,
    pub label: String,
    #[serde(default)]
    pub small: String,
    /// Overrides the grid's.
    pub value_style: Option<StyleRef>,
    /// Columns.
    #[serde(default = "one")]
    pub span: usize,
    /// Begins a row.
    #[serde(default)]
    pub first: bool,
    /// Share of the width where a row is not cut into equal columns (stacked grids).
    #[serde(default = "unit")]
    pub weight: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Photo {
    #[serde(rename = "box")]
    pub area: Area,
    /// What a reader who cannot see it is told.
    pub alt: String,
    pub line: Line,
    pub order: u32,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SealPlace {
    #[serde(rename = "box")]
    pub area: Area,
    /// What the picture in an electronic seal is that is drawn for this template: `vector`, sharp at any size, or
    /// `raster`, for readers that know no other.
    #[serde(default)]
    pub picture: PictureKind,
}

/// How a seal's picture is kept where it stands by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureKind {
    #[default]
    Vector,
    Raster,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QrBox {
    /// Square, quiet zone included.
    #[serde(rename = "box")]
    pub area: Area,
    /// In modules; the standard asks for 4.
    #[serde(default = "default_quiet")]
    pub quiet: u32,
    #[serde(default = "default_version")]
    pub max_version: u8,
    #[serde(default)]
    pub correction: CorrectionName,
    pub alt: String,
    pub order: u32,
}

/// Repeated over the box, wholly inside it, turned. Needs an endorsement: its text names the purpose.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Watermark {
    pub text: Pattern,
    pub style: StyleRef,
    #[serde(rename = "box")]
    pub area: Area,
    /// Degrees, anticlockwise.
    pub angle: f64,
    /// The longest it may be; a longer purpose is written smaller.
    pub length: f64,
    /// Distances between places along and across the rows; every other row is shifted by half.
    pub step: [f64; 2],
}

/// A box as templates write it.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(from = "[f64; 4]")]
pub(crate) struct Area(pub Rect);

impl From<[f64; 4]> for Area {
    fn from([x, y, w, h]: [f64; 4]) -> Self {
        Self(Rect { x, y, w, h })
    }
}

/// A colour as templates write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Hex(pub Color);

impl TryFrom<String> for Hex {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = text
            .strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let [_, red, green, blue] =
            digits.ok_or_else(|| format!("{text:?} is not a colour; write \"#rrggbb\""))?.to_be_bytes();
        Ok(Self(Color(red, green, blue)))
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AlignName {
    #[default]
    Left,
    Centre,
    Right,
    Justify,
    Distribute,
}

impl From<AlignName> for Align {
    fn from(name: AlignName) -> Self {
        match name {
            AlignName::Left => Self::Left,
            AlignName::Centre => Self::Centre,
            AlignName::Right => Self::Right,
            AlignName::Justify => Self::Justify,
            AlignName::Distribute => Self::Distribute,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VerticalName {
    Top,
    #[default]
    Middle,
    Bottom,
}

impl From<VerticalName> for VerticalAlign {
    fn from(name: VerticalName) -> Self {
        match name {
            VerticalName::Top => Self::Top,
            VerticalName::Middle => Self::Middle,
            VerticalName::Bottom => Self::Bottom,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RoleName {
    Title,
    Heading,
    #[default]
    Paragraph,
    Artifact,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CorrectionName {
    Low,
    #[default]
    Medium,
    Quartile,
    High,
}

impl QrBox {
    pub fn style(&self) -> QrStyle {
        QrStyle {
            correction: match self.correction {
                CorrectionName::Low => Correction::Low,
                CorrectionName::Medium => Correction::Medium,
                CorrectionName::Quartile => Correction::Quartile,
                CorrectionName::High => Correction::High,
            },
            max_version: self.max_version,
            ..QrStyle::default()
        }
    }
}

impl Style {
    pub fn min_size(&self) -> f64 {
        self.min_size.unwrap_or(self.size / 2.0)
    }
}

fn default_leading() -> f64 {
    1.25
}

fn default_breadth() -> f64 {
    0.35
}

fn default_quiet() -> u32 {
    4
}

fn default_version() -> u8 {
    10
}

fn one() -> usize {
    1
}

fn unit() -> f64 {
    1.0
}
