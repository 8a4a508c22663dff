//! Text on horizontal lines: measuring, breaking by Chinese rules, and fitting into a box.
//!
//! Breaking follows the habits of GB/T 15834 and W3C CLREQ as far as a certificate needs them: no line begins
//! with closing punctuation or an interpunct, none ends with opening punctuation, Latin words and numbers
//! stay whole. Text that is too long is first set tighter, then smaller, then on more lines, and refused
//! when even that does not help: it is never cut. Lengths are millimetres, letter-spacing is in em.

use std::ops::Range;

use smol_str::SmolStr;

use crate::Error;
use crate::cluster::clusters;
use crate::draw::{Color, GlyphRef, Outline, PlacedGlyph, Point, Rect, Segment, TextRun};
use crate::pool::{GlyphPool, StyleId};

/// How letters look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextStyle {
    pub style: StyleId,
    /// Em size in millimetres.
    pub size: f64,
    /// Space added between letters, in em.
    pub spacing: f64,
    pub color: Color,
}

/// Where lines stand in the width they have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Left,
    Centre,
    Right,
    /// Letters are spread over the full width, but for the last line of several.
    Justify,
    /// Letters are spread over the full width on every line: labels of two and of four characters beside
    /// each other (分散对齐).
    Distribute,
}

/// Where lines stand in the height they have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VerticalAlign {
    Top,
    #[default]
    Middle,
    Bottom,
}

/// A box that text has to fit in, and what may be done to make it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextBox {
    pub rect: Rect,
    pub align: Align,
    pub vertical: VerticalAlign,
    /// Baseline distance as a multiple of the size.
    pub leading: f64,
    pub max_lines: usize,
    /// The smallest size, in millimetres, before the text is refused.
    pub min_size: f64,
    /// The tightest letter-spacing, in em (negative for letters closer than the font sets them).
    pub min_spacing: f64,
}

/// Part of the em above the baseline, for placing a line in a box: the ideographic em box of CJK fonts.
pub const ASCENT: f64 = 0.88;

/// One line is shrunk to this part of its size before a second line is thought of.
const SHRINK_BEFORE_WRAP: f64 = 0.72;
/// Sizes found by search are multiples of this, in millimetres.
const SIZE_STEP: f64 = 0.05;

/// The characters of a text as the glyph pool takes them, a base together with its variation selector.
pub fn letters(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    clusters(text).map_while(move |(_, length)| {
        let (letter, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(letter)
    })
}

/// Width of the text on one line, in millimetres.
///
/// # Errors
/// Those of [`GlyphPool::glyph`].
pub fn measure(pool: &GlyphPool, style: &TextStyle, text: &str) -> Result<f64, Error> {
    let letters = shape(pool, style.style, text)?;
    Ok(width(&letters, style.size, style.spacing))
}

/// Sets text on one line from `left` on, `baseline` being its baseline, aligned in `available` millimetres.
/// It is not made to fit; see [`fit`].
///
/// # Errors
/// Those of [`GlyphPool::glyph`].
pub fn line(
    pool: &GlyphPool,
    style: &TextStyle,
    text: &str,
    left: Point,
    available: f64,
    align: Align,
) -> Result<TextRun, Error> {
    let letters = shape(pool, style.style, text)?;
    Ok(place(text, &letters, style, left, available, align))
}

/// Cuts text into lines no wider than `available`. A word wider than a whole line is cut where it must be.
///
/// # Errors
/// Those of [`GlyphPool::glyph`].
pub fn break_lines<'t>(
    pool: &GlyphPool,
    style: &TextStyle,
    text: &'t str,
    available: f64,
) -> Result<Vec<&'t str>, Error> {
    let letters = shape(pool, style.style, text)?;
    let breaks =
        Breaks { letters: &letters, available, size: style.size, spacing: style.spacing, cut_words: true };
    Ok(breaks
        .lines(usize::MAX)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|range| {
            let line = letters.get(range)?;
            text.get(line.first()?.start..line.last()?.end)
        })
        .collect())
}

/// Sets text into a box: as it is; else tighter; else on several lines of full size, if the box is that high;
/// else smaller; else smaller on several lines.
///
/// # Errors
/// [`Error::DoesNotFit`], and those of [`GlyphPool::glyph`].
pub fn fit(pool: &GlyphPool, style: &TextStyle, text: &str, area: &TextBox) -> Result<Vec<TextRun>, Error> {
    let letters = shape(pool, style.style, text)?;
    if letters.is_empty() {
        return Ok(Vec::new());
    }
    let (style, lines) = settle(&letters, style, area).ok_or(Error::DoesNotFit {
        chars: letters.len(),
        width: area.rect.w,
        height: area.rect.h,
        min_size: area.min_size,
    })?;
    let leading = style.size * area.leading;
    let count = lines.len();
    let height = style.size + leading * (count.saturating_sub(1)) as f64;
    let top = area.rect.y
        + match area.vertical {
            VerticalAlign::Top => 0.0,
            VerticalAlign::Middle => (area.rect.h - height) / 2.0,
            VerticalAlign::Bottom => area.rect.h - height,
        };
    let mut baseline = top + style.size * ASCENT;
    let mut runs = Vec::with_capacity(count);
    for (number, range) in lines.into_iter().enumerate() {
        let align = match area.align {
            Align::Justify if number + 1 == count => Align::Left,
            other => other,
        };
        let origin = Point { x: area.rect.x, y: baseline };
        let line = letters.get(range).unwrap_or_default();
        runs.push(place(text, line, &style, origin, area.rect.w, align));
        baseline += leading;
    }
    Ok(runs)
}

/// The text as one shape in millimetres, from the origin along the baseline: for what is drawn but is not
/// text to a reader (watermark, seal).
///
/// # Errors
/// Those of [`GlyphPool::glyph`].
pub fn outlined(pool: &GlyphPool, style: &TextStyle, text: &str) -> Result<Outline, Error> {
    let mut segments = Vec::new();
    let mut x = 0.0;
    for letter in shape(pool, style.style, text)? {
        let map = |p: Point| Point { x: x + p.x * style.size, y: p.y * style.size };
        segments.extend(pool.outline(letter.glyph).0.iter().map(|s| match *s {
            Segment::Move(p) => Segment::Move(map(p)),
            Segment::Line(p) => Segment::Line(map(p)),
            Segment::Curve(a, b, c) => Segment::Curve(map(a), map(b), map(c)),
            Segment::Close => Segment::Close,
        }));
        x += (letter.advance + style.spacing) * style.size;
    }
    Ok(Outline(segments))
}

/// A cluster with its glyph, before it has a place.
#[derive(Clone, Copy)]
struct Letter {
    glyph: GlyphRef,
    /// In em.
    advance: f64,
    base: char,
    /// Where it is in the text, in bytes.
    start: usize,
    end: usize,
}

impl Letter {
    /// What it stands for in the text that it was shaped from. Nearly always a character, which is written down much faster than
    /// a string of any length.
    #[inline]
    fn text(&self, whole: &str) -> SmolStr {
        if self.end - self.start == self.base.len_utf8() {
            return SmolStr::from(self.base);
        }
        SmolStr::new(whole.get(self.start..self.end).unwrap_or_default())
    }
}

fn shape(pool: &GlyphPool, style: StyleId, text: &str) -> Result<Vec<Letter>, Error> {
    // Most text is Chinese: three bytes a letter.
    let mut letters = Vec::with_capacity(text.len() / 2 + 2);
    let mut end = 0;
    for (cluster, length) in clusters(text) {
        let metrics = pool.metrics(style, cluster)?;
        let start = end;
        end += length;
        letters.push(Letter {
            glyph: metrics.glyph,
            advance: f64::from(metrics.advance) / 1000.0,
            base: cluster.base,
            start,
            end,
        });
    }
    Ok(letters)
}

/// Without the letter-spacing after the last letter.
fn width(letters: &[Letter], size: f64, spacing: f64) -> f64 {
    let advance: f64 = letters.iter().map(|letter| letter.advance).sum();
    (advance + spacing * gaps(letters)) * size
}

fn gaps(letters: &[Letter]) -> f64 {
    letters.len().saturating_sub(1) as f64
}

/// `text` is what the letters were shaped from.
fn place(
    text: &str,
    letters: &[Letter],
    style: &TextStyle,
    left: Point,
    available: f64,
    align: Align,
) -> TextRun {
    let natural = width(letters, style.size, style.spacing);
    let slack = available - natural;
    let gaps = gaps(letters);
    let (indent, extra) = match align {
        Align::Left => (0.0, 0.0),
        Align::Centre => (slack / 2.0, 0.0),
        Align::Right => (slack, 0.0),
        Align::Justify | Align::Distribute if gaps > 0.0 => (0.0, slack / gaps),
        Align::Justify | Align::Distribute => (slack / 2.0, 0.0),
    };
    let mut x = 0.0;
    let glyphs = letters
        .iter()
        .map(|letter| {
            let placed = PlacedGlyph { glyph: letter.glyph, text: letter.text(text), x };
            x += (letter.advance + style.spacing) * style.size + extra;
            placed
        })
        .collect();
    TextRun { origin: Point { x: left.x + indent, y: left.y }, size: style.size, color: style.color, glyphs }
}

/// Size, spacing and lines with which the letters fit.
fn settle(letters: &[Letter], style: &TextStyle, area: &TextBox) -> Option<(TextStyle, Vec<Range<usize>>)> {
    let one_line = || std::iter::once(0..letters.len()).collect();
    let (w, h) = (area.rect.w, area.rect.h);
    let size = style.size.min(h);
    if width(letters, size, style.spacing) <= w {
        return Some((TextStyle { size, ..*style }, one_line()));
    }
    let tight =
        TextStyle { size, spacing: tighten(letters, size, w, area.min_spacing.min(style.spacing)), ..*style };
    let natural = width(letters, size, tight.spacing);
    if natural > w && area.max_lines > 1 {
        // A box high enough for several lines of full size is meant for them.
        let full = TextBox { min_size: style.size, ..*area };
        let wrapped = (2..=area.max_lines).find_map(|n| wrap(letters, style, &full, n, false));
        if wrapped.is_some() {
            return wrapped;
        }
    }
    let shrunk = if natural <= w { size } else { floor(size * w / natural) };
    let enough = (style.size * SHRINK_BEFORE_WRAP).max(area.min_size);
    if shrunk >= enough || (area.max_lines <= 1 && shrunk >= area.min_size) {
        return Some((TextStyle { size: shrunk, ..tight }, one_line()));
    }
    // More lines, with words whole if they can be; of these the largest size, a single line included.
    let wrapped = [false, true].into_iter().find_map(|cut_words| {
        (2..=area.max_lines)
            .filter_map(|count| wrap(letters, style, area, count, cut_words))
            .reduce(|best, next| if next.0.size > best.0.size { next } else { best })
    });
    match wrapped {
        Some(wrapped) if wrapped.0.size > shrunk => Some(wrapped),
        _ if shrunk >= area.min_size => Some((TextStyle { size: shrunk, ..tight }, one_line())),
        other => other,
    }
}

/// The letter-spacing with which one line just fits, if that is not below the least.
fn tighten(letters: &[Letter], size: f64, available: f64, least: f64) -> f64 {
    let gaps = gaps(letters);
    if gaps == 0.0 {
        return least;
    }
    let needed = (available / size - width(letters, 1.0, 0.0)) / gaps;
    // A hair less, so that rounding cannot make it overflow again.
    (needed - 1e-6).max(least)
}

fn floor(size: f64) -> f64 {
    (size / SIZE_STEP).floor() * SIZE_STEP
}

/// The largest size at which the letters fit on `count` lines.
fn wrap(
    letters: &[Letter],
    style: &TextStyle,
    area: &TextBox,
    count: usize,
    cut_words: bool,
) -> Option<(TextStyle, Vec<Range<usize>>)> {
    let tallest = area.rect.h / (1.0 + area.leading * (count.saturating_sub(1)) as f64);
    let mut size = if style.size <= tallest { style.size } else { floor(tallest) };
    while size >= area.min_size && size > 0.0 {
        // Extra letter-spacing is for text of its full size only.
        let spacing = if size < style.size { style.spacing.min(0.0) } else { style.spacing };
        let breaks = Breaks { letters, available: area.rect.w, size, spacing, cut_words };
        if let Some(lines) = breaks.lines(count) {
            let style = TextStyle { size, spacing, ..*style };
            return Some((style, lines));
        }
        size = floor(size - SIZE_STEP / 2.0);
    }
    None
}

/// A greedy search for lines.
struct Breaks<'a> {
    letters: &'a [Letter],
    available: f64,
    size: f64,
    spacing: f64,
    /// Whether a word wider than a line is cut, or makes the search fail.
    cut_words: bool,
}

impl Breaks<'_> {
    /// At most `max` lines, or `None`. Spaces at a break belong to no line.
    fn lines(&self, max: usize) -> Option<Vec<Range<usize>>> {
        let mut lines = Vec::new();
        let mut start = self.skip_spaces(0);
        while start < self.letters.len() {
            if lines.len() >= max {
                return None;
            }
            let end = self.line_end(start)?;
            lines.push(start..self.trim_spaces(start, end));
            start = self.skip_spaces(end);
        }
        Some(lines)
    }

    /// Where the line that begins at `start` ends: at the last allowed break before it is full.
    fn line_end(&self, start: usize) -> Option<usize> {
        let mut pen = 0.0;
        let mut last_break = None;
        for (index, letter) in self.letters.iter().enumerate().skip(start) {
            if index > start && self.may_break_before(index) {
                last_break = Some(index);
            }
            let right = (pen + letter.advance) * self.size;
            let full = right > self.available + 1e-9;
            // A space may hang over the edge: it is not printed there.
            if full && letter.base != ' ' {
                let forced = self.cut_words.then_some(index.max(start + 1));
                return last_break.or(forced);
            }
            pen += letter.advance + self.spacing;
        }
        Some(self.letters.len())
    }

    fn may_break_before(&self, index: usize) -> bool {
        let before = index.checked_sub(1).and_then(|i| self.letters.get(i));
        let (Some(before), Some(after)) = (before, self.letters.get(index)) else {
            return false;
        };
        let (before, after) = (before.base, after.base);
        if after == ' ' {
            return false;
        }
        before == ' '
            || !(may_not_begin_a_line(after)
                || may_not_end_a_line(before)
                || (is_word(before) && is_word(after)))
    }

    fn skip_spaces(&self, from: usize) -> usize {
        let spaces = self.letters.iter().skip(from);
        from + spaces.take_while(|letter| letter.base == ' ').count()
    }

    fn trim_spaces(&self, start: usize, end: usize) -> usize {
        let line = self.letters.get(start..end).unwrap_or_default();
        end - line.iter().rev().take_while(|letter| letter.base == ' ').count()
    }
}

/// Latin, Greek and Cyrillic letters, digits, and ASCII punctuation inside numbers and addresses.
fn is_word(c: char) -> bool {
    c.is_ascii_graphic() || (c < '\u{2E80}' && c.is_alphanumeric())
}

fn may_not_begin_a_line(c: char) -> bool {
    matches!(
        c,
        '、' | '。'
            | '，'
            | '．'
            | '；'
            | '：'
            | '？'
            | '！'
            | '）'
            | '］'
            | '｝'
            | '〉'
            | '》'
            | '」'
            | '』'
            | '】'
            | '〕'
            | '〗'
            | '〙'
            | '〛'
            | '\u{2019}'
            | '\u{201D}'
            | '…'
            | '‥'
            | '—'
            | '～'
            | '·'
            | '‧'
            | '•'
            | '・'
            | '％'
            | '‰'
            | '℃'
            | '/'
            | '／'
            | '-'
            | ','
            | '.'
            | ';'
            | ':'
            | '?'
            | '!'
            | ')'
            | ']'
            | '}'
            | '%'
            | 'ー'
            | '々'
            | '〻'
    )
}

fn may_not_end_a_line(c: char) -> bool {
    matches!(
        c,
        '（' | '［'
            | '｛'
            | '〈'
            | '《'
            | '「'
            | '『'
            | '【'
            | '〔'
            | '〖'
            | '〘'
            | '〚'
            | '\u{2018}'
            | '\u{201C}'
            | '('
            | '['
            | '{'
            | '￥'
            | '＄'
            | '$'
            | '№'
            | '＃'
    )
}
