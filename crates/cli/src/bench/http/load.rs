//! Who asks: connections that are kept, each with one question after the other, on a thread of their own.
//!
//! As lean as it can be, since it must ask faster than the server answers: no more of HTTP is read than what ends an answer.

use crate::world::tick;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use yinxin_app::error::{Error, Result};

/// Requests as they go over the line.
pub type Questions = Arc<Vec<Vec<u8>>>;

/// Between an answer and the next question of one who is no flood.
const PAUSE: Duration = Duration::from_millis(5);

/// How the thread that asks waits for answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It never sleeps. To wake it would be the server's work, an interrupt of another core with each answer, which a quicker
    /// server is spared because its asker has always something to read. Askers on other machines wake nobody here.
    Awake,
    /// It sleeps where no answer is there: where a database's own server needs the core.
    Asleep,
    /// And it pauses between an answer and the next question.
    Unhurried,
}

/// What came of asking for a while.
pub struct Asked {
    pub per_second: f64,
    /// Microseconds that each answer took, in order.
    pub micros: Vec<u32>,
}

impl Asked {
    /// In milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let at = self.micros.len().saturating_sub(1) * percent / 100;
        self.micros.get(at).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }
}

pub struct Reply {
    pub status: u16,
    pub location: Option<String>,
    pub body: Vec<u8>,
}

/// One connection.
pub struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Line {
    pub async fn open(to: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(to).await.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 << 10) })
    }

    pub async fn ask(&mut self, question: &[u8]) -> Result<Reply> {
        let (head, end) = self.exchange(question).await?;
        let text = String::from_utf8_lossy(self.buffer.get(..head).unwrap_or_default()).into_owned();
        let status = text.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_default();
        let location = header(&text, "location").map(str::to_owned);
        let body = self.buffer.get(head..end).unwrap_or_default().to_vec();
        Ok(Reply { status, location, body })
    }

    /// Whether the answer was 200.
    async fn is_answered(&mut self, question: &[u8]) -> Result<bool> {
        self.exchange(question).await?;
        Ok(self.buffer.get(9..12) == Some(b"200"))
    }

    /// Where head and body of the answer end in the buffer.
    async fn exchange(&mut self, question: &[u8]) -> Result<(usize, usize)> {
        self.stream.write_all(question).await.map_err(failed)?;
        self.buffer.clear();
        let mut ends = None;
        loop {
            if self.stream.read_buf(&mut self.buffer).await.map_err(failed)? == 0 {
                return Err(Error::internal("internal").with("step", "connection closed"));
            }
            if ends.is_none() {
                ends = ends_of(&self.buffer);
            }
            if let Some(ends) = ends.filter(|(_, end)| self.buffer.len() >= *end) {
                return Ok(ends);
            }
        }
    }
}

fn ends_of(answer: &[u8]) -> Option<(usize, usize)> {
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(answer.get(..head)?).ok()?;
    let length: usize =
        header(text, "content-length").and_then(|length| length.parse().ok()).unwrap_or_default();
    Some((head, head + length))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let pairs = head.split("\r\n").filter_map(|line| line.split_once(':'));
    pairs.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// Asks for `seconds` over so many connections at once, on a thread of its own. Only answers with 200 count; any other fails the
/// whole, for it would be a figure of something else.
pub async fn ask(
    to: SocketAddr,
    questions: &Questions,
    connections: usize,
    seconds: f64,
    manner: Manner,
) -> Result<Asked> {
    let questions = questions.clone();
    let asking = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        runtime.block_on(all(to, questions, connections, seconds, manner))
    };
    tokio::task::spawn_blocking(asking).await.map_err(|e| Error::internal("internal").because(e))?
}

async fn all(
    to: SocketAddr,
    questions: Questions,
    connections: usize,
    seconds: f64,
    manner: Manner,
) -> Result<Asked> {
    if manner == Manner::Awake {
        tokio::spawn(stay_awake());
    }
    let begun = tick();
    let end = begun + Duration::from_secs_f64(seconds);
    let tasks: Vec<_> = (0..connections)
        .map(|number| {
            let questions = questions.clone();
            tokio::spawn(async move {
                let mut line = Line::open(to).await?;
                let mut micros = Vec::new();
                // Each begins elsewhere, so that they do not ask for the same in step.
                let from = questions.len() * number / connections;
                for question in questions.iter().cycle().skip(from) {
                    let asked = tick();
                    if asked >= end {
                        break;
                    }
                    if !line.is_answered(question).await? {
                        return Err(Error::internal("internal").with("step", "an answer that is not 200"));
                    }
                    micros.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
                    if manner == Manner::Unhurried {
                        tokio::time::sleep(PAUSE).await;
                    }
                }
                Ok(micros)
            })
        })
        .collect();
    let mut micros = Vec::new();
    for task in tasks {
        micros.extend(task.await.map_err(|e| Error::internal("internal").because(e))??);
    }
    let per_second = micros.len() as f64 / begun.elapsed().as_secs_f64();
    micros.sort_unstable();
    Ok(Asked { per_second, micros })
}

/// Until the runtime ends: with something to do it looks for answers instead of waiting for them.
async fn stay_awake() {
    loop {
        tokio::task::yield_now().await;
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::internal("internal").because(error)
}
