//! Files and codes of which nothing can be said because of what they are. Asking again later would change nothing: the page
//! says what they are not, and what to ask for. While the register is away, it says that instead.

use yinxin_app::verify::Verification;
use yinxin_model::finding::{Check, Verdict};

/// What a file is instead of an electronic certificate: its sentences are named after it.
pub(super) fn file(found: &Verification) -> Option<&'static str> {
    let code = obstacle(found)?;
    let is_unread = code == "truncated" || code.starts_with("pdf_") || code.starts_with("ofd_");
    Some(match code {
        "no_signature" => "unsigned",
        _ if is_unread => "unreadable",
        _ => "strange-signature",
    })
}

/// Whether a QR code is none of ours.
pub(super) fn is_strange_code(found: &Verification) -> bool {
    obstacle(found) == Some("not_our_code")
}

fn obstacle(found: &Verification) -> Option<&'static str> {
    let is_away = found.findings.iter().any(|finding| finding.code == "register_unavailable");
    let intact = found.findings.iter().find(|finding| finding.check == Check::Intact)?;
    (found.verdict == Verdict::CannotCheck && !is_away).then_some(intact.code)
}
