//! The `yinxin` binary: reads the command line, calls one use case, prints its answer.

mod args;
mod bench;
mod commands;
mod output;
mod progress;
mod world;

use args::Cli;
use clap::Parser;
use clap::error::ErrorKind;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;
use tracing_subscriber::filter::{EnvFilter, LevelFilter, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use yinxin_app::config::Config;
use yinxin_app::home::Home;
use yinxin_app::telemetry::{self, Traces};
use yinxin_words::Lang;

/// A copy is made of some hundreds of short-lived pieces: with the C library's allocator a tenth of its time went there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// For what still runs when everything else has ended.
const LAST_WAIT: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let serves = matches!(cli.command, args::Command::Serve(_));
    let lang = language(cli.global.lang.as_deref());
    let json = cli.global.json;
    let home = Home::new(&cli.global.data);
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if !serves {
        // One command has little to do at once; a server takes every core.
        runtime.worker_threads(2);
    }
    let runtime = match runtime.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("yinxin: {error}");
            return ExitCode::from(1);
        }
    };
    // What is wrong with the settings is told when the register is opened.
    let settings = Config::load(home.dir()).ok().filter(|_| serves);
    let traces = settings.map_or(Ok(None), |settings| Traces::begin(&settings.telemetry, runtime.handle()));
    log_to_stderr(serves, traces.as_ref().ok().and_then(Option::as_ref));
    let outcome = runtime.block_on(commands::run(cli, lang));
    match traces {
        Ok(traces) => traces.into_iter().for_each(Traces::end),
        Err(error) => tracing::warn!(code = error.code, error = ?error, "there were no traces"),
    }
    // What a thread still reads of a stranger's file is waited for no longer.
    runtime.shutdown_timeout(LAST_WAIT);
    // Shown with whatever is answered, so that nobody takes a test seal for a real one.
    let demo = home.instance().is_ok_and(|found| found.is_some_and(|instance| instance.demo));
    if demo && !json {
        eprintln!("{}", yinxin_words::say(lang, "cli-demo-mark", &[]));
    }
    match outcome {
        Ok(mut answer) => {
            if let (true, Some(fields)) = (demo, answer.value.as_object_mut()) {
                fields.insert("demo".into(), true.into());
            }
            if json {
                output::print(&format!("{:#}", answer.value));
            } else {
                output::print(&commands::text(&answer.value, lang));
            }
            ExitCode::from(answer.exit)
        }
        Err(error) => {
            tracing::debug!(code = error.code, error = ?error, "refused");
            let refusal = output::refusal(&error, lang);
            if json {
                output::print(&format!("{refusal:#}"));
            } else {
                eprintln!("{}", output::refusal_text(&refusal));
            }
            ExitCode::from(output::exit_code(&error))
        }
    }
}

/// Help and version go to standard output and are no error. With `--json`, wrong usage is told as JSON too.
fn usage(error: &clap::Error) -> ExitCode {
    let fine = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if !fine && std::env::args().any(|a| a == "--json") {
        let message = error.to_string();
        let value =
            serde_json::json!({ "error": { "code": "usage", "message": message.trim_end(), "details": {} } });
        output::print(&format!("{value:#}"));
    } else {
        let _ = error.print();
    }
    ExitCode::from(if fine { 0 } else { 2 })
}

/// `--lang`, else the environment's LANG, else Chinese.
fn language(flag: Option<&str>) -> Lang {
    let named = flag.map(str::to_owned).or_else(|| std::env::var("LANG").ok());
    named.as_deref().and_then(Lang::parse).unwrap_or(Lang::ZhCn)
}

/// Quiet unless YINXIN_LOG asks, e.g. `YINXIN_LOG=debug`; who serves says a line for each request. `YINXIN_LOG_FORMAT=json`
/// makes lines for machines.
fn log_to_stderr(serves: bool, traces: Option<&Traces>) {
    // webauthn_rs_core logs what a stranger sends; what matters of it is said here in our words.
    let usual =
        if serves { "warn,yinxin_web=info,webauthn_rs_core=off" } else { "warn,webauthn_rs_core=off" };
    let filter = EnvFilter::try_from_env("YINXIN_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = if std::env::var("YINXIN_LOG_FORMAT").is_ok_and(|format| format == "json") {
        lines.json().boxed()
    } else {
        lines.with_ansi(std::io::stderr().is_terminal()).boxed()
    };
    let spans = filter_fn(telemetry::is_span).with_max_level_hint(LevelFilter::INFO);
    let traces = traces.map(|traces| traces.layer().with_filter(spans));
    tracing_subscriber::registry().with(traces).with(lines.with_filter(filter)).init();
}
