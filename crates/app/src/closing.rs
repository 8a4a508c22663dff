//! Closing an account: who its holder is, how he comes in, what he was told and what he gave to others end at once. His
//! certificates stay in the register; he may register again.

use crate::account::Notice;
use crate::error::{Error, Result};
use crate::inbox::own_index;
use crate::system::System;
use yinxin_model::Subject;
use yinxin_store::{account, message, share};

/// Closes the account of whoever asks. Whether he meant it is the edge's to ask.
pub async fn close(system: &System, by: &Subject) -> Result<()> {
    let (index, act, vault) = (own_index(by)?, system.act(by), system.vault.clone());
    let closed = system.transact(move |tx| {
        Box::pin(async move {
            // Of two at once one closes it, and tells.
            if !account::hold(tx, &index).await? {
                return Ok(Err(Error::not_found("account_not_found")));
            }
            // While it is known where its holder is reached.
            Notice::Closed.put_for(tx, &vault, &index, act.at).await?;
            account::close(tx, &act, &index).await?;
            message::forget(tx, &index).await?;
            // Nobody is left to recall them.
            let mut before = None;
            loop {
                let open = share::list(tx, &vault, &act.by, before, SHARES).await?;
                for share in open.iter().filter(|share| share.recalled_at.is_none()) {
                    share::recall(tx, &act, share).await?;
                }
                before = open.last().map(|share| share.id);
                if open.len() < SHARES as usize {
                    return Ok(Ok(()));
                }
            }
        })
    });
    closed.await
}

/// Read at a time.
const SHARES: u32 = 100;
