//! `bench http`: the portal as `serve` runs it, on one thread, and on the same thread bare axum that hands out the same bytes;
//! asked in turn by another thread over loopback. The server's thread should be busy all the time (`server_busy`), or the figure
//! is the asker's.

mod load;
mod rush;

use super::Plot;
use super::meter::{Figure, Pair, median, summary};
use crate::world::tick;
use load::{Asked, Line, Manner, Questions, ask};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use yinxin_app::bench::{Question, Roster};
use yinxin_app::error::{Error, Result, io};
use yinxin_app::home::Home;
use yinxin_app::system::{System, World};
use yinxin_web::{Options, Same, bare, serve};

/// Slices of a figure, each of the portal and of the other in turn.
const SLICES: usize = 7;
const CONNECTIONS: usize = 32;
/// Query numbers asked for in turn: more than are ever known at once.
const NUMBERS: usize = 20_000;
/// What many ask for at the same time.
const HOT: usize = 200;
/// Copies asked for by their token.
const COPIES: usize = 1_000;
/// People who apply at once.
const HOLDERS: usize = 50;

pub async fn figures(plot: &Plot, roster: &Roster, world: &World, seconds: f64) -> Result<Vec<Figure>> {
    let ground = &plot.ground;
    let numbers: Vec<_> = ground.questions(roster, NUMBERS).await?.iter().map(by_number).collect();
    let numbers: Questions = Arc::new(numbers);
    let hot = Arc::new(numbers.iter().take(HOT).cloned().collect());
    let unknown = Arc::new((0..NUMBERS).map(nobodys).collect());
    let tokens = Arc::new(ground.tokens(roster, COPIES).await?.iter().map(|token| by_token(token)).collect());
    let all_known = ground.visitors(roster, COPIES..COPIES + rush::LOG_INS + HOLDERS).await?;
    ground.unlimited()?;
    let url = plot.schema.as_ref().map(|schema| schema.url.clone());
    let server = Server::start(ground.system.home.clone(), url, world.clone()).await?;
    let target = if plot.schema.is_some() { 0.25 } else { 0.45 };

    let mut figures = Vec::new();
    for (name, questions, target) in [
        ("http_by_query_number", &numbers, Some(target)),
        ("http_by_query_number_hot", &hot, Some(0.7)),
        ("http_by_token", &tokens, None),
    ] {
        server.like_portal(questions).await?;
        let measured = server.beside_bare(questions, seconds).await?;
        figures.push(Figure::of(name, measured.rates, "bare_axum", target));
        figures.push(Figure::plain("server_busy", measured.busy, "share"));
        figures.push(Figure::each("server_time", measured.times, "bare_axum"));
    }
    let measured = in_turn(&server, [(server.portal, &unknown), (server.portal, &numbers)], seconds).await?;
    figures.push(Figure::of("http_unknown_number", measured.rates, "http_by_query_number", Some(1.0)));
    let full = ask(server.portal, &numbers, CONNECTIONS, seconds, server.asker).await?;
    figures.extend(percentiles(["http_by_query_number_p50", "http_by_query_number_p95"], &full));
    let (holders, visitors) = all_known.split_at(HOLDERS.min(all_known.len()));
    figures.extend(rush::endorse(&server, holders).await?);
    figures.extend(rush::log_in(&server, visitors, &numbers).await?);
    server.stop()?;
    Ok(figures)
}

fn percentiles(names: [&'static str; 2], asked: &Asked) -> [Figure; 2] {
    let [half, most] = names;
    [Figure::plain(half, asked.percentile(50), "ms"), Figure::plain(most, asked.percentile(95), "ms")]
}

fn by_number(question: &Question) -> Vec<u8> {
    posted("/verify/number", &[("name", &question.name), ("query-number", &question.query_number)], "")
}

/// A number in form that nobody was given.
fn nobodys(number: usize) -> Vec<u8> {
    posted("/verify/number", &[("name", "王建国"), ("query-number", &format!("ZZZZ{number:08}"))], "")
}

fn by_token(token: &str) -> Vec<u8> {
    format!("GET /v/{token} HTTP/1.1\r\nhost: bench\r\naccept: application/json\r\n\r\n").into_bytes()
}

/// A form as it is sent; `more`: further header lines.
fn posted(path: &str, fields: &[(&str, &str)], more: &str) -> Vec<u8> {
    let fields: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let body = fields.join("&");
    let accept = if more.is_empty() { "application/json" } else { "text/html" };
    format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\naccept: {accept}\r\n{more}content-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn encoded(text: &str) -> String {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.bytes()
        .map(|byte| if safe(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Portal and bare axum on one thread.
struct Server {
    portal: SocketAddr,
    bare: SocketAddr,
    same: Same,
    /// How those who flood wait.
    asker: Manner,
    /// Where the kernel says how long the thread has run.
    schedule: PathBuf,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<Result<()>>,
}

/// What the thread tells once it listens.
type Started = (SocketAddr, SocketAddr, PathBuf);

impl Server {
    async fn start(home: Home, database: Option<String>, world: World) -> Result<Self> {
        let same = Same::default();
        let asker = if database.is_some() { Manner::Asleep } else { Manner::Awake };
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = oneshot::channel();
        let handed_out = same.clone();
        let thread = std::thread::Builder::new().name("served".into()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map_err(failed)?.block_on(serving(home, database, world, handed_out, tell, stopped))
        });
        let thread = thread.map_err(failed)?;
        let Ok((portal, bare, schedule)) = told.await else {
            return Err(ended(thread)
                .err()
                .unwrap_or_else(|| Error::internal("internal").with("step", "serve")));
        };
        Ok(Self { portal, bare, same, asker, schedule, stop, thread })
    }

    /// Lets bare axum hand out what the portal answers to the first of these.
    async fn like_portal(&self, questions: &Questions) -> Result<()> {
        let Some(first) = questions.first() else { return Ok(()) };
        let answered = Line::open(self.portal).await?.ask(first).await?;
        // Of every figure the answer is about as long; the first is kept.
        let _ = self.same.set(answered.body.into());
        Ok(())
    }

    async fn beside_bare(&self, questions: &Questions, seconds: f64) -> Result<Measured> {
        in_turn(self, [(self.portal, questions), (self.bare, questions)], seconds).await
    }

    /// Nanoseconds that the thread has run; 0 where the kernel does not say.
    fn ran(&self) -> f64 {
        let text = std::fs::read_to_string(&self.schedule).unwrap_or_default();
        text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or_default()
    }

    fn stop(self) -> Result<()> {
        let _ = self.stop.send(());
        ended(self.thread)
    }
}

fn ended(thread: JoinHandle<Result<()>>) -> Result<()> {
    thread.join().unwrap_or_else(|_| Err(Error::internal("internal").with("step", "serve")))
}

async fn serving(
    home: Home,
    database: Option<String>,
    world: World,
    same: Same,
    tell: oneshot::Sender<Started>,
    stopped: oneshot::Receiver<()>,
) -> Result<()> {
    let system = System::open(home, database.as_deref(), world).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    tokio::spawn(bare(listener, same));
    let thread = std::fs::read_link("/proc/thread-self").unwrap_or_default();
    let schedule = Path::new("/proc").join(thread).join("schedstat");
    let options = Options {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        metrics_listen: None,
        tick,
        ready: Box::new(move |listening| drop(tell.send((listening.portal, address, schedule)))),
        stop: Box::pin(async move { drop(stopped.await) }),
    };
    serve(system, options).await
}

/// Two servers, asked in turn.
struct Measured {
    /// Answers a second.
    rates: Pair,
    /// Microseconds that the server's thread ran for an answer: says the same as the rates where it is busy all the time, and
    /// holds beside other work of the machine, too.
    times: Pair,
    /// Which share of the time the thread ran.
    busy: f64,
}

async fn in_turn(server: &Server, two: [(SocketAddr, &Questions); 2], seconds: f64) -> Result<Measured> {
    let slice = seconds / (2 * SLICES) as f64;
    let (mut rates, mut times, mut busy) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..SLICES {
        let mut slices = [(0.0, 0.0); 2];
        for (slot, (to, questions)) in slices.iter_mut().zip(two) {
            let (ran, begun) = (server.ran(), tick());
            let asked = ask(to, questions, CONNECTIONS, slice, server.asker).await?;
            let ran = server.ran() - ran;
            *slot = (asked.per_second, ran / 1_000.0 / asked.micros.len().max(1) as f64);
            busy.push(ran / begun.elapsed().as_nanos() as f64);
        }
        let [one, other] = slices;
        rates.push((one.0, other.0));
        times.push((one.1, other.1));
    }
    Ok(Measured { rates: summary(&rates), times: summary(&times), busy: median(busy.into_iter()) })
}

fn failed(error: std::io::Error) -> Error {
    io("serve", Path::new("127.0.0.1"), error)
}
