//! `serve`: the portal, until somebody ends it.

use super::Context;
use crate::args::Serve;
use crate::output::{Answer, print};
use crate::world::tick;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use yinxin_app::error::{Error, Result};
use yinxin_web::{Listening, Options};
use yinxin_words::say;

pub async fn serve(context: &Context, args: Serve) -> Result<Answer> {
    let signals = |kind| signal(kind).map_err(|error| Error::internal("internal").because(error));
    let (mut end, mut interrupt) = (signals(SignalKind::terminate())?, signals(SignalKind::interrupt())?);
    let system = context.open().await?;
    let (json, lang) = (context.global.json, context.lang);
    let demo = system.instance.demo;
    let ready = move |listening: Listening| {
        let portal = format!("http://{}", listening.portal);
        let metrics = listening.metrics.map(|address| format!("http://{address}"));
        if json {
            print(&json!({ "listening": portal, "metrics": metrics, "demo": demo }).to_string());
        } else {
            print(&say(lang, "cli-serving", &[("address", portal.as_str().into())]));
        }
    };
    let stop = async move {
        tokio::select! {
            _ = end.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    let options = Options {
        listen: args.listen,
        metrics_listen: args.metrics_listen,
        tick,
        ready: Box::new(ready),
        stop: Box::pin(stop),
    };
    yinxin_web::serve(system, options).await?;
    Ok(Answer::done(json!({ "stopped": true })))
}
