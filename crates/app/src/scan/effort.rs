//! A search for codes that ends when it has taken too much work.
//!
//! The decoder knows no bound: of a picture full of what looks like a code's corners it compares every three, each time on a
//! copy of the picture, and it repaints what it has looked at. A drawing of 2 KB kept it busy for minutes. But it asks the picture for each point,
//! so the picture counts, and unwinds to whoever began the search. Work is counted and not time: the same picture is read alike on every machine.

use image::{GenericImage, GenericImageView, Luma};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

/// What one picture may take in all its looks, in points read or written: some three seconds.
const MOST: u64 = 1_200_000_000;
/// A copy of the picture costs this beside its points, of which so many are copied while one is asked for.
const COPY: u64 = 20_000;
const COPIED_AT_ONCE: u64 = 8;

/// What is left for one picture.
pub(super) struct Effort(u64);

/// Unwinds, and is no panic: nothing is wrong and nothing is to be printed.
struct Spent;

/// Grey values; `left` is what may still be done with them.
#[derive(Clone)]
pub(super) struct Counted {
    width: u32,
    height: u32,
    points: Points,
}

struct Points {
    values: Vec<Luma<u8>>,
    left: Rc<Cell<u64>>,
}

impl Effort {
    pub fn new() -> Self {
        Self(MOST)
    }

    #[cfg(test)]
    pub fn of(points: u64) -> Self {
        Self(points)
    }

    /// One look at a picture of this size, which may take half of what is left. `None` where it takes more, or where the decoder breaks over it.
    pub fn look<T>(
        &mut self,
        (width, height): (usize, usize),
        mut value: impl FnMut(usize, usize) -> u8,
        search: impl FnOnce(Counted) -> T,
    ) -> Option<T> {
        let (columns, rows) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
        let whole = self.0 / 2;
        // To level it takes some points for each; what cannot even be levelled is not begun.
        if (width * height) as u64 * 8 > whole {
            return None;
        }
        let mut values = Vec::with_capacity(width * height);
        for y in 0..height {
            values.extend((0..width).map(|x| Luma([value(x, y)])));
        }
        let left = Rc::new(Cell::new(whole));
        let counted = Counted { width: columns, height: rows, points: Points { values, left: left.clone() } };
        let found = catch_unwind(AssertUnwindSafe(|| search(counted)));
        self.0 -= whole - left.get();
        found.map_err(|unwound| tell(unwound.is::<Spent>())).ok()
    }
}

fn tell(spent: bool) {
    let why = if spent { "it takes too much work" } else { "the decoder broke" };
    tracing::info!(why, "a look at a picture was given up");
}

impl Points {
    fn spend(&self, much: u64) {
        match self.left.get().checked_sub(much) {
            Some(left) => self.left.set(left),
            None => {
                self.left.set(0);
                resume_unwind(Box::new(Spent));
            }
        }
    }
}

impl Clone for Points {
    fn clone(&self) -> Self {
        self.spend(COPY + self.values.len() as u64 / COPIED_AT_ONCE);
        Self { values: self.values.clone(), left: self.left.clone() }
    }
}

impl Counted {
    fn at(&self, x: u32, y: u32) -> usize {
        y as usize * self.width as usize + x as usize
    }
}

impl GenericImageView for Counted {
    type Pixel = Luma<u8>;

    /// Counted too: beyond the edge the decoder asks for nothing else, and goes on for long.
    fn dimensions(&self) -> (u32, u32) {
        self.points.spend(1);
        (self.width, self.height)
    }

    fn get_pixel(&self, x: u32, y: u32) -> Luma<u8> {
        self.points.spend(1);
        self.points.values.get(self.at(x, y)).copied().unwrap_or(Luma([0]))
    }
}

impl GenericImage for Counted {
    /// The decoder does not ask for this.
    fn get_pixel_mut(&mut self, x: u32, y: u32) -> &mut Luma<u8> {
        let at = self.at(x, y);
        match self.points.values.get_mut(at) {
            Some(value) => value,
            None => resume_unwind(Box::new(Spent)),
        }
    }

    fn put_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.points.spend(1);
        let at = self.at(x, y);
        if let Some(value) = self.points.values.get_mut(at) {
            *value = pixel;
        }
    }

    fn blend_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.put_pixel(x, y, pixel);
    }
}
