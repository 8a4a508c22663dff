//! `verify`: a file, or a certificate by its data. Anybody may.

use super::Context;
use crate::args::Verify;
use crate::output::Answer;
use serde_json::{Value, json};
use std::io::Read;
use std::path::Path;
use yinxin_app::error::{Error, Kind, Result, io};
use yinxin_app::verify::{self, Fields, Verification};
use yinxin_model::finding::Verdict;
use yinxin_words::{Lang, say};

pub async fn verify(context: &Context, args: Verify) -> Result<Answer> {
    if let Some(text) = &args.qr {
        return Ok(answer(&qr_verification(context, &args, text).await?, context.lang));
    }
    let verification = match (&args.file, &args.token, &args.query_number) {
        (Some(file), ..) => file_verification(context, &args, file).await?,
        (None, Some(token), _) => {
            let system = context.open().await?;
            verify::by_token(&system, token).await?
        }
        (None, None, Some(query)) => {
            let system = context.open().await?;
            verify::by_query_number(&system, args.name.as_deref().unwrap_or_default(), query).await?
        }
        (None, None, None) => {
            let missing =
                || Error::invalid("usage").with("missing", "--document and --number, or --query-number");
            let fields = Fields {
                name: args.name.unwrap_or_default(),
                document_type: args.document_type,
                document: args.document.ok_or_else(missing)?,
                number: args.number.ok_or_else(missing)?,
            };
            let system = context.open().await?;
            verify::by_fields(&system, &fields).await?
        }
    };
    Ok(answer(&verification, context.lang))
}

async fn file_verification(context: &Context, args: &Verify, file: &Path) -> Result<Verification> {
    let bytes = read(file)?;
    let home = context.home();
    if args.offline {
        let clock = context.world()?.clock;
        return verify::offline(&bytes, &home, args.trust.as_deref(), clock.now());
    }
    match context.open().await {
        Ok(system) => verify::by_file(&system, &bytes, args.trust.as_deref()).await,
        Err(error) if is_outage(&error) => {
            tracing::warn!(code = error.code, "the register cannot be asked");
            verify::without_register(&bytes, &home, args.trust.as_deref(), context.world()?.clock.now())
        }
        Err(error) => Err(error),
    }
}

/// A file that somebody hands in: nothing of it costs memory before its size is known. Devices and pipes never end.
fn read(file: &Path) -> Result<Vec<u8>> {
    let found = std::fs::metadata(file).map_err(|e| io("read", file, e))?;
    if !found.is_file() {
        return Err(Error::invalid("not_a_file").with("path", file.display()));
    }
    let too_large = || Error::invalid("file_too_large").with("path", file.display());
    let most = yinxin_seal::largest_file();
    if found.len() > most {
        return Err(too_large());
    }
    // As large as it is: growing while it is read would take twice as much.
    let mut bytes = Vec::new();
    let size = usize::try_from(found.len()).unwrap_or(usize::MAX);
    bytes.try_reserve_exact(size).map_err(|e| io("read", file, std::io::Error::other(e)))?;
    // It may have grown meanwhile.
    let opened = std::fs::File::open(file).and_then(|opened| opened.take(most + 1).read_to_end(&mut bytes));
    opened.map_err(|e| io("read", file, e))?;
    if bytes.len() as u64 > most { Err(too_large()) } else { Ok(bytes) }
}

/// A scanner need not be an installation: with roots named, the statement is judged by itself.
async fn qr_verification(context: &Context, args: &Verify, text: &str) -> Result<Verification> {
    let (home, trust) = (context.home(), args.trust.as_deref());
    if args.offline {
        return verify::qr_offline(text, &home, trust, context.world()?.clock.now());
    }
    match context.open().await {
        Ok(system) => verify::by_qr(&system, text, trust).await,
        Err(error) if error.code == "not_initialised" && trust.is_some() => {
            verify::qr_offline(text, &home, trust, context.world()?.clock.now())
        }
        Err(error) if is_outage(&error) => {
            tracing::warn!(code = error.code, "the register cannot be asked");
            verify::qr_without_register(text, &home, trust, context.world()?.clock.now())
        }
        Err(error) => Err(error),
    }
}

/// An outage: what is at hand can be judged all the same. A wrong setting is none, and is told as such.
fn is_outage(error: &Error) -> bool {
    matches!(error.kind, Kind::Unavailable | Kind::Internal) || error.code == "register_missing"
}

/// `valid` exits 0, every other verdict 1.
fn answer(verification: &Verification, lang: Lang) -> Answer {
    let exit = u8::from(verification.verdict != Verdict::Valid);
    Answer::with_exit(yinxin_web::Answer::new(verification, lang), exit)
}

/// For people: the verdict first, then each check with a mark, and of a package the steps that did not simply pass.
pub fn text(value: &Value, lang: Lang) -> String {
    let string = |v: &Value| crate::output::printable(v.as_str().unwrap_or_default());
    let mut out = format!("{}  [{}]\n", string(&value["message"]), string(&value["verdict"]));
    for finding in value["findings"].as_array().into_iter().flatten() {
        let name = say(lang, &format!("check-{}", string(&finding["check"])), &[]);
        out.push_str(&format!("  {} {name}: {}\n", mark(finding), string(&finding["message"])));
    }
    let steps = value["steps"].as_array().into_iter().flatten().filter(|step| step["outcome"] != "pass");
    for (number, step) in steps.enumerate() {
        if number == 0 {
            out.push_str(&format!("{}:\n", say(lang, "cli-steps", &[])));
        }
        let part = step["part"].as_str().map(|part| format!("  {}", crate::output::printable(part)));
        let (name, message) = (string(&step["step"]), string(&step["message"]));
        out.push_str(&format!("  {} {name}: {message}{}\n", mark(step), part.unwrap_or_default()));
    }
    for part in ["signer", "statement", "certificate", "endorsement"] {
        if let Some(part_value) = value.get(part) {
            out.push_str(&crate::output::text(&json!({ part: part_value })));
            out.push('\n');
        }
    }
    out.push_str(&format!("{}: {}", say(lang, "cli-checked-at", &[]), string(&value["checked_at"])));
    out
}

fn mark(found: &Value) -> &'static str {
    match found["outcome"].as_str() {
        Some("pass") => "✓",
        Some("fail") => "✗",
        Some("warn") => "!",
        _ => "·",
    }
}
