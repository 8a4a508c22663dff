//! What is done behind the requests as long as the process runs: messages and jobs, the chain of the audit, and what
//! another process left half-done. Every part is made to be done on several nodes at once.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use yinxin_app::system::System;
use yinxin_app::{audit, recover, worker};

const ROUND: Duration = Duration::from_secs(1);
/// Recovery after so many rounds: copies that a time stamp authority or a device kept waiting.
const RECOVER: u32 = 15;

pub(crate) async fn run(system: Arc<System>, mut stopped: watch::Receiver<bool>) {
    let mut round = 0_u32;
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return,
            () = tokio::time::sleep(ROUND) => {}
        }
        round = round.wrapping_add(1);
        // What fails now is tried again in a second; nobody waits for it, so that a line in the log is all there is to say.
        if let Err(error) = worker::round(&system).await {
            tracing::warn!(code = error.code, error = ?error, "messages and jobs wait");
        }
        if let Err(error) = audit::chain(&system).await {
            tracing::warn!(code = error.code, error = ?error, "the audit is not chained");
        }
        if round.is_multiple_of(RECOVER)
            && let Err(error) = recover::recover(&system).await
        {
            tracing::warn!(code = error.code, error = ?error, "what was left half-done waits");
        }
    }
}
