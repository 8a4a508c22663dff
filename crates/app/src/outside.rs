//! How other systems are asked over HTTP: within a time, nowhere but where they were named, and never over a connection that
//! they may just be closing.

use std::time::Duration;

/// How long an idle connection is kept. Servers close theirs after five seconds and more (Node.js five, balancers sixty); a
/// question that crosses the closing would be lost, and who asked be told that nobody answers.
const KEPT: Duration = Duration::from_secs(2);

/// Redirects are not followed: what answers elsewhere is not who was named, and a secret would go with the question.
pub(crate) fn client(timeout_ms: u64) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .timeout(Duration::from_millis(timeout_ms))
        .pool_idle_timeout(KEPT)
        .redirect(reqwest::redirect::Policy::none())
        .build()
}
