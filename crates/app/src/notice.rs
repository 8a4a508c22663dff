//! 服务须知: the newest text, and who has agreed to which version, when, from where.

use crate::error::{Error, Result};
use crate::system::System;
use yinxin_model::Subject;
pub use yinxin_store::catalogue::Notice;
use yinxin_store::{IdentityIndex, account, catalogue};

/// Longer is no service notice.
const LONGEST: usize = 20_000;

/// The version in force.
pub async fn current(system: &System) -> Result<Notice> {
    let found = system.db.read(|tx| Box::pin(async move { catalogue::current_notice(tx).await })).await?;
    found.ok_or_else(|| Error::internal("internal"))
}

/// The holder agrees to the version that he was shown. Another one that was made meanwhile is to be read first.
/// `origin`: from where, e.g. an address; kept sealed.
pub async fn agree(system: &System, by: &Subject, version: u32, origin: &str) -> Result<()> {
    let index = holder(by)?;
    let (vault, act, origin) = (system.vault.clone(), system.act(by), origin.to_owned());
    system
        .transact(move |tx| {
            Box::pin(async move {
                let newest = catalogue::current_notice(tx).await?.map(|notice| notice.version);
                if newest != Some(version) {
                    return Ok(Err(Error::conflict("service_notice_changed")));
                }
                account::agree(tx, &vault, &act, &index, version, &origin).await?;
                Ok(Ok(()))
            })
        })
        .await
}

/// The operator puts another text in force: everybody is asked again.
pub async fn change(system: &System, by: &Subject, text: &str) -> Result<u32> {
    crate::system::require(by, yinxin_model::states::Role::Operator)?;
    let text = text.trim().to_owned();
    if text.is_empty() || text.len() > LONGEST {
        return Err(Error::invalid("service_notice_length").with("longest", LONGEST));
    }
    let act = system.act(by);
    Ok(system
        .db
        .write(move |tx| Box::pin(async move { catalogue::add_notice(tx, &act, &text).await }))
        .await?)
}

/// The account of a proved holder.
pub(crate) fn holder(by: &Subject) -> Result<IdentityIndex> {
    let found = match by {
        Subject::Holder { identity_index } => IdentityIndex::from_bytes(identity_index),
        _ => None,
    };
    found.ok_or_else(|| Error::forbidden("not_yours"))
}
