//! The little that an operator's text can be: paragraphs, headings, lists, links to pages of the portal, and values of the
//! installation in braces. No HTML comes of it, and no address leads outside.

/// Blocks in the order of reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    pub blocks: Vec<Block>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Heading(String),
    Paragraph(Vec<Span>),
    List { numbered: bool, items: Vec<Vec<Span>> },
}

/// Words, and where they lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub words: String,
    /// A path of the portal.
    pub href: Option<String>,
}

impl Text {
    /// The words alone, for messages and searches.
    pub fn plain(&self) -> String {
        let line = |spans: &[Span]| spans.iter().map(|span| span.words.as_str()).collect::<String>();
        let block = |block: &Block| match block {
            Block::Heading(words) => words.clone(),
            Block::Paragraph(spans) => line(spans),
            Block::List { items, .. } => items.iter().map(|item| line(item)).collect::<Vec<_>>().join("\n"),
        };
        self.blocks.iter().map(block).collect::<Vec<_>>().join("\n")
    }
}

/// What is wrong is told with the words it is wrong about.
pub(super) fn parse(text: &str, values: &[(&'static str, String)]) -> Result<Text, String> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut paragraph = String::new();
    for line in text.lines().map(str::trim).chain([""]) {
        let item = item(line);
        let ends = line.is_empty() || item.is_some() || line.starts_with("## ");
        if ends && !paragraph.is_empty() {
            blocks.push(Block::Paragraph(spans(&fill(&paragraph, values)?)?));
            paragraph.clear();
        }
        if let Some(heading) = line.strip_prefix("## ") {
            blocks.push(Block::Heading(fill(heading.trim(), values)?));
        } else if let Some((of_numbers, words)) = item {
            let read = spans(&fill(words, values)?)?;
            match blocks.last_mut() {
                Some(Block::List { numbered, items }) if *numbered == of_numbers => items.push(read),
                _ => blocks.push(Block::List { numbered: of_numbers, items: vec![read] }),
            }
        } else if !line.is_empty() {
            // Chinese has no space between words, so that none comes of a new line.
            if paragraph.chars().last().is_some_and(|c| c.is_ascii()) {
                paragraph.push(' ');
            }
            paragraph.push_str(line);
        }
    }
    Ok(Text { blocks })
}

/// Puts values in place of `{name}`.
pub(super) fn fill(text: &str, values: &[(&'static str, String)]) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, then) = after.split_once('}').ok_or_else(|| format!("`{{{after}` has no end"))?;
        let value = values.iter().find(|(known, _)| *known == name);
        let (_, value) = value.ok_or_else(|| format!("`{{{name}}}` stands for nothing"))?;
        filled.push_str(before);
        filled.push_str(value);
        rest = then;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// Whether the list has numbers, and the item's words.
fn item(line: &str) -> Option<(bool, &str)> {
    if let Some(words) = line.strip_prefix("- ") {
        return Some((false, words));
    }
    let (number, words) = line.split_once(". ")?;
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some((true, words))
}

fn spans(text: &str) -> Result<Vec<Span>, String> {
    let mut spans = Vec::new();
    let mut rest = text;
    let words = |words: &str| Span { words: words.to_owned(), href: None };
    while let Some((before, (label, path), after)) = link(rest) {
        // `//host` would lead outside.
        if !path.starts_with('/') || path.starts_with("//") || path.contains(['\\', ' ', '"']) {
            return Err(format!("`{path}` is not a page of the portal: /…"));
        }
        if !before.is_empty() {
            spans.push(words(before));
        }
        spans.push(Span { words: label.to_owned(), href: Some(path.to_owned()) });
        rest = after;
    }
    if !rest.is_empty() {
        spans.push(words(rest));
    }
    Ok(spans)
}

/// The first `[label](path)`: what is before it, itself, what is after it.
fn link(text: &str) -> Option<(&str, (&str, &str), &str)> {
    let (head, tail) = text.split_once("](")?;
    let (before, label) = head.rsplit_once('[')?;
    let (path, after) = tail.split_once(')')?;
    Some((before, (label, path), after))
}
