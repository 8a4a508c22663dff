//! Many at once: holders who apply and fetch their copies, and a rush of log-ins beside those who verify.

use super::load::{Asked, Line, Manner, Questions, ask};
use super::{Server, percentiles, posted};
use crate::bench::meter::Figure;
use crate::world::tick;
use yinxin_app::bench::{PASSWORD, Visitor};
use yinxin_app::error::{Error, Result};

/// Who log in at once.
pub const LOG_INS: usize = 500;
/// Who verify meanwhile, each with a pause between two questions.
const VERIFIERS: usize = 16;
/// Seconds of verifying without a rush, and of it during one.
const WATCHED: f64 = 4.0;
/// A copy that is not there after so many times of asking never comes.
const PATIENCE: usize = 200;

/// From the application to the last byte of the copy.
pub async fn endorse(server: &Server, holders: &[Visitor]) -> Result<Vec<Figure>> {
    let begun = tick();
    let portal = server.portal;
    let tasks: Vec<_> = holders
        .iter()
        .map(|holder| {
            let cookie = format!("yinxin={}", holder.cookie);
            let (token, certificate) = (holder.form_token.clone(), holder.certificate);
            tokio::spawn(async move {
                let mut line = Line::open(portal).await?;
                let begun = tick();
                let (path, own) =
                    (format!("/certificates/{certificate}/endorse"), format!("cookie: {cookie}\r\n"));
                let fields =
                    [("_csrf", token.as_str()), ("scenario", "self"), ("addition", ""), ("days", "90")];
                let drawn_up = line.ask(&posted(&format!("{path}/check"), &fields, &own)).await?.location;
                let draft = drawn_up.as_deref().and_then(|place| place.split_once("?draft="));
                let (_, draft) = draft.ok_or_else(|| unexpected("check"))?;
                let fields = [("_csrf", token.as_str()), ("draft", draft)];
                let granted = line.ask(&posted(&path, &fields, &own)).await?;
                let place = granted
                    .location
                    .filter(|_| granted.status == 303)
                    .ok_or_else(|| unexpected("endorse"))?;
                let asked =
                    format!("GET {place}/copy.pdf HTTP/1.1\r\nhost: bench\r\ncookie: {cookie}\r\n\r\n");
                let copy = line.ask(asked.as_bytes()).await?;
                if copy.status != 200 || !copy.body.starts_with(b"%PDF-") {
                    return Err(unexpected("copy"));
                }
                Ok(u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX))
            })
        })
        .collect();
    let mut micros = Vec::new();
    for task in tasks {
        micros.push(task.await.map_err(|e| Error::internal("internal").because(e))??);
    }
    let per_second = micros.len() as f64 / begun.elapsed().as_secs_f64();
    micros.sort_unstable();
    let asked = Asked { per_second, micros };
    let [half, most] = percentiles(["http_endorse_to_bytes_p50", "http_endorse_to_bytes_p95"], &asked);
    Ok(vec![half, most, Figure::plain("http_endorse_to_bytes", per_second, "per_second")])
}

/// How long verifying takes while many log in, beside how long it takes otherwise.
pub async fn log_in(server: &Server, visitors: &[Visitor], numbers: &Questions) -> Result<Vec<Figure>> {
    let quiet = ask(server.portal, numbers, VERIFIERS, WATCHED, Manner::Unhurried).await?;
    let begun = tick();
    let portal = server.portal;
    let tasks: Vec<_> = visitors
        .iter()
        .map(|visitor| {
            let cookie = format!("cookie: form={}\r\n", visitor.cookie);
            let fields = [
                ("_csrf", visitor.form_token.as_str()),
                ("document_type", visitor.document_type),
                ("document", visitor.document.as_str()),
                ("password", PASSWORD),
            ];
            let question = posted("/login", &fields, &cookie);
            tokio::spawn(async move {
                let mut line = Line::open(portal).await?;
                let mut reply = line.ask(&question).await?;
                for _ in 0..PATIENCE {
                    let queue = reply.location.take_if(|place| place.starts_with("/login/queue"));
                    let Some(queue) = queue else { break };
                    let asked = format!("GET {queue} HTTP/1.1\r\nhost: bench\r\n{cookie}\r\n");
                    reply = line.ask(asked.as_bytes()).await?;
                    if reply.status == 200 {
                        // Still waiting: the page says at which place, and asks again.
                        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
                        reply.location = Some(queue);
                    }
                }
                let inside =
                    reply.status == 303 && reply.location.is_some_and(|to| !to.starts_with("/login"));
                if inside { Ok(begun.elapsed().as_secs_f64()) } else { Err(unexpected("log-in")) }
            })
        })
        .collect();
    let rush = ask(server.portal, numbers, VERIFIERS, WATCHED, Manner::Unhurried).await?;
    let mut last = 0.0_f64;
    for task in tasks {
        last = last.max(task.await.map_err(|e| Error::internal("internal").because(e))??);
    }
    let mut figures = Vec::from(percentiles(["http_quiet_p50", "http_quiet_p95"], &quiet));
    figures.extend(percentiles(["http_in_a_rush_of_log_ins_p50", "http_in_a_rush_of_log_ins_p95"], &rush));
    figures.push(Figure::plain(
        "http_log_ins_at_once",
        visitors.len() as f64 / last.max(f64::EPSILON),
        "per_second",
    ));
    Ok(figures)
}

fn unexpected(step: &'static str) -> Error {
    Error::internal("internal").with("step", step)
}
