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
use yinxin_app::home::Home;
use yinxin_words::Lang;

/// A copy is made of some hundreds of short-lived pieces: with the C library's allocator a tenth of its time went there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    log_to_stderr();
    let lang = language(cli.global.lang.as_deref());
    let json = cli.global.json;
    let home = Home::new(&cli.global.data);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("yinxin: {error}");
            return ExitCode::from(1);
        }
    };
    let outcome = runtime.block_on(commands::run(cli, lang));
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

/// Quiet unless YINXIN_LOG asks, e.g. `YINXIN_LOG=debug`.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("YINXIN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
}
