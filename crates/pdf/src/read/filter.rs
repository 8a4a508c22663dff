//! Decoding of the two kinds of stream that carry structure: cross-reference streams and object streams.
//! Content is never decoded here, so that a picture bomb costs nothing.

use std::io::Read;

use super::Error;
use super::limits::{Budget, Limits};
use super::object::{Dict, Object};

/// Decodes `data`, which begins at `at` in the file (for messages).
pub(super) fn decode(
    dict: &Dict,
    data: &[u8],
    at: usize,
    limits: &Limits,
    budget: &Budget,
) -> Result<Vec<u8>, Error> {
    budget.spend(data.len())?;
    let filter = match dict.get("Filter") {
        Some(Object::Array(list)) if list.len() > 1 => return Err(unsupported(at)),
        Some(Object::Array(list)) => list.first(),
        other => other,
    };
    let parameters = match dict.get("DecodeParms") {
        Some(Object::Array(list)) => list.first(),
        other => other,
    };
    let bytes = match filter {
        None | Some(Object::Null) => {
            if data.len() > limits.stream {
                return Err(Error::LimitExceeded { limit: "stream" });
            }
            budget.spend_inflated(data.len())?;
            data.to_vec()
        }
        Some(Object::Name(name)) if matches!(name.as_bytes(), b"FlateDecode" | b"Fl") => {
            inflate(data, at, limits, budget)?
        }
        Some(_) => return Err(unsupported(at)),
    };
    match parameters {
        Some(Object::Dict(parameters)) => unpredict(parameters, bytes, at),
        _ => Ok(bytes),
    }
}

fn unsupported(at: usize) -> Error {
    Error::Syntax { at, expected: "no filter or FlateDecode" }
}

fn inflate(data: &[u8], at: usize, limits: &Limits, budget: &Budget) -> Result<Vec<u8>, Error> {
    let by_ratio = data.len().saturating_mul(limits.inflate_ratio).saturating_add(1 << 12);
    let caps = [(by_ratio, "inflate_ratio"), (budget.inflatable(), "inflated"), (limits.stream, "stream")];
    let (cap, limit) = caps.into_iter().min_by_key(|(cap, _)| *cap).unwrap_or_default();
    let mut out = Vec::new();
    let mut bounded = flate2::read::ZlibDecoder::new(data).take(cap as u64 + 1);
    bounded.read_to_end(&mut out).map_err(|_| Error::Syntax { at, expected: "deflated data" })?;
    if out.len() > cap {
        return Err(Error::LimitExceeded { limit });
    }
    budget.spend_inflated(out.len())?;
    budget.spend(out.len())?;
    Ok(out)
}

/// Undoes PNG prediction (§7.4.4.4). TIFF prediction is not used for structure.
fn unpredict(parameters: &Dict, bytes: Vec<u8>, at: usize) -> Result<Vec<u8>, Error> {
    let predictor = parameters.int("Predictor").unwrap_or(1);
    if predictor == 1 {
        return Ok(bytes);
    }
    let field = |key, default, max| {
        let value = parameters.int(key).unwrap_or(default);
        usize::try_from(value).ok().filter(|value| (1..=max).contains(value))
    };
    let shape = (field("Columns", 1, 1 << 16), field("Colors", 1, 4), field("BitsPerComponent", 8, 16));
    let ((10..=15), (Some(columns), Some(colors), Some(bits))) = (predictor, shape) else {
        return Err(Error::Syntax { at, expected: "a PNG predictor" });
    };
    let row = (columns * colors * bits).div_ceil(8);
    let pixel = (colors * bits).div_ceil(8);
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut above = vec![0_u8; row];
    for line in bytes.chunks(row + 1) {
        let Some((kind, line)) = line.split_first() else { break };
        let mut current = vec![0_u8; line.len()];
        for (i, byte) in line.iter().enumerate() {
            let left = i.checked_sub(pixel).and_then(|j| current.get(j)).copied().unwrap_or(0);
            let up = above.get(i).copied().unwrap_or(0);
            let corner = i.checked_sub(pixel).and_then(|j| above.get(j)).copied().unwrap_or(0);
            let guess = match kind {
                0 => 0,
                1 => left,
                2 => up,
                3 => ((u16::from(left) + u16::from(up)) / 2) as u8,
                4 => paeth(left, up, corner),
                _ => return Err(Error::Syntax { at, expected: "a PNG row filter" }),
            };
            if let Some(slot) = current.get_mut(i) {
                *slot = byte.wrapping_add(guess);
            }
        }
        out.extend_from_slice(&current);
        current.resize(row, 0);
        above = current;
    }
    Ok(out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let estimate = a + b - c;
    let (from_a, from_b, from_c) = ((estimate - a).abs(), (estimate - b).abs(), (estimate - c).abs());
    if from_a <= from_b && from_a <= from_c {
        left
    } else if from_b <= from_c {
        up
    } else {
        corner
    }
}
