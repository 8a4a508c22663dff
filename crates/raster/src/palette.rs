//! Few colours instead of many, by median cut: a page is paper, ink and a seal, and what lies between them is soft edges.
//! The same points give the same palette.

use tiny_skia::PremultipliedColorU8;

/// Colours are counted by their five upper bits.
const CELLS: usize = 1 << 15;

/// A palette, and for each cell of colours the entry that stands for it.
pub(crate) struct Palette {
    pub colors: Vec<[u8; 3]>,
    entries: Vec<u8>,
}

/// What falls into one cell.
#[derive(Clone, Copy, Default)]
struct Cell {
    count: u64,
    sums: [u64; 3],
}

impl Palette {
    /// At most `most` colours, no more than 256 of them.
    pub fn of(pixels: &[PremultipliedColorU8], most: usize) -> Self {
        let mut cells = vec![Cell::default(); CELLS];
        for pixel in pixels {
            let channels = [pixel.red(), pixel.green(), pixel.blue()];
            if let Some(cell) = cells.get_mut(cell(channels)) {
                cell.count += 1;
                for (sum, channel) in cell.sums.iter_mut().zip(channels) {
                    *sum += u64::from(channel);
                }
            }
        }
        let used: Vec<usize> =
            cells.iter().enumerate().filter(|(_, cell)| cell.count > 0).map(|(at, _)| at).collect();
        let mut boxes = vec![used];
        while boxes.len() < most.min(256) {
            let Some((at, axis)) = widest(&boxes, &cells) else { break };
            let (low, high) = cut(boxes.swap_remove(at), axis, &cells);
            boxes.extend([low, high]);
        }
        let mut palette = Self { colors: Vec::with_capacity(boxes.len()), entries: vec![0; CELLS] };
        for (entry, members) in (0..=u8::MAX).zip(&boxes) {
            palette.colors.push(mean(members, &cells));
            for member in members {
                if let Some(slot) = palette.entries.get_mut(*member) {
                    *slot = entry;
                }
            }
        }
        palette
    }

    pub fn entry(&self, pixel: &PremultipliedColorU8) -> u8 {
        let at = cell([pixel.red(), pixel.green(), pixel.blue()]);
        self.entries.get(at).copied().unwrap_or_default()
    }
}

fn cell([red, green, blue]: [u8; 3]) -> usize {
    usize::from(red >> 3) << 10 | usize::from(green >> 3) << 5 | usize::from(blue >> 3)
}

fn channel(cell: usize, axis: usize) -> usize {
    cell >> (10 - 5 * axis) & 31
}

/// The box to be cut next, and along which channel: the one in which most points are told apart least. `None` where
/// each has one cell.
fn widest(boxes: &[Vec<usize>], cells: &[Cell]) -> Option<(usize, usize)> {
    let candidates = boxes.iter().enumerate().flat_map(|(at, members)| {
        let count: u64 = members.iter().filter_map(|member| cells.get(*member)).map(|cell| cell.count).sum();
        (0..3).map(move |axis| {
            let values = || members.iter().map(|member| channel(*member, axis));
            let extent = values().max().unwrap_or(0) - values().min().unwrap_or(0);
            // Were it by count alone, paper would take all the colours.
            (extent as f64 * extent as f64 * (count as f64).sqrt(), at, axis)
        })
    });
    let best = candidates.filter(|(weight, ..)| *weight > 0.0).max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, at, axis)| (at, axis))
}

/// Two boxes with half of the points each, as nearly as cells allow; neither is empty.
fn cut(mut members: Vec<usize>, axis: usize, cells: &[Cell]) -> (Vec<usize>, Vec<usize>) {
    members.sort_by_key(|member| (channel(*member, axis), *member));
    let count = |member: &usize| cells.get(*member).map_or(0, |cell| cell.count);
    let all: u64 = members.iter().map(count).sum();
    let mut before = 0;
    let half = members.iter().position(|member| {
        before += count(member);
        before * 2 >= all
    });
    let at = half.map_or(1, |at| at + 1).clamp(1, members.len().saturating_sub(1).max(1));
    let high = members.split_off(at.min(members.len()));
    (members, high)
}

fn mean(members: &[usize], cells: &[Cell]) -> [u8; 3] {
    let (mut count, mut sums) = (0, [0; 3]);
    for cell in members.iter().filter_map(|member| cells.get(*member)) {
        count += cell.count;
        for (sum, add) in sums.iter_mut().zip(cell.sums) {
            *sum += add;
        }
    }
    // A mean of bytes is one.
    sums.map(|sum| ((sum + count / 2) / count.max(1)) as u8)
}
