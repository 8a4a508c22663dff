//! From a template's styles and boxes to blocks of text.

use yinxin_page::GlyphPool;
use yinxin_page::draw::{Block, Draw, Layer, Rect, Role};
use yinxin_page::text::{self, Align, TextBox, TextStyle, VerticalAlign};

use crate::Error;
use crate::template::{Face, RoleName, Style, StyleRef, Text};

/// Letters closer than the font sets them, before they are made smaller, in em.
const TIGHTEST: f64 = -0.03;

/// Sets text by the styles of one template with the glyphs of one pool.
pub(crate) struct Typesetter<'a> {
    pub pool: &'a GlyphPool,
    /// In the order of the template's list.
    styles: Vec<(TextStyle, &'a Style)>,
}

/// Where and how a piece of text goes.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub style: &'a StyleRef,
    pub area: Rect,
    pub align: Align,
    pub vertical: VerticalAlign,
    pub lines: usize,
}

impl<'a> Typesetter<'a> {
    /// Finds the template's styles in the pool.
    pub fn new(face: &'a Face, pool: &'a GlyphPool) -> Result<Self, Error> {
        let style = |(name, rules): (&String, &'a Style)| {
            let style = TextStyle {
                style: pool.style(&rules.font).map_err(in_block(name))?,
                size: rules.size,
                spacing: rules.spacing,
                color: rules.color.0,
            };
            Ok((style, rules))
        };
        Ok(Self { pool, styles: face.styles.iter().map(style).collect::<Result<_, _>>()? })
    }

    /// The drawing of a text; `block` is only for the error.
    pub fn draws(&self, block: &str, words: &str, place: Place<'_>) -> Result<Vec<Draw>, Error> {
        let (style, rules) = self.style(block, place.style)?;
        let area = TextBox {
            rect: place.area,
            align: place.align,
            vertical: place.vertical,
            leading: rules.leading,
            max_lines: place.lines,
            min_size: rules.min_size(),
            min_spacing: TIGHTEST,
        };
        let runs = text::fit(self.pool, &style, words, &area).map_err(in_block(block))?;
        Ok(runs.into_iter().map(Draw::Text).collect())
    }

    /// The block of one of the template's texts.
    pub fn block(&self, element: &Text, words: &str) -> Result<Block, Error> {
        let place = Place {
            style: &element.style,
            area: element.area.0,
            align: element.align.into(),
            vertical: element.vertical.into(),
            lines: element.lines,
        };
        Ok(Block {
            role: match element.role {
                RoleName::Title => Role::Title,
                RoleName::Heading => Role::Heading,
                RoleName::Paragraph => Role::Paragraph,
                RoleName::Artifact => Role::Artifact,
            },
            order: reading_order(element.order, 0),
            layer: Layer::Over,
            draws: self.draws(&element.id, words, place)?,
            id: element.id.clone(),
        })
    }

    /// A style as the pool knows it, and the template's rules for it.
    pub fn style(&self, block: &str, style: &StyleRef) -> Result<(TextStyle, &'a Style), Error> {
        self.styles.get(style.index).copied().ok_or_else(|| Error::Template {
            at: block.to_owned(),
            problem: format!("there is no style {:?}", style.name),
        })
    }
}

/// Room for the parts of one element between the numbers that a template gives.
pub(crate) fn reading_order(order: u32, part: u32) -> u32 {
    order.saturating_mul(100).saturating_add(part)
}

/// Names the block in which a failure happened.
pub(crate) fn in_block(block: &str) -> impl FnOnce(yinxin_page::Error) -> Error {
    move |source| Error::Block { block: block.to_owned(), source }
}
