//! placeholder
use crate::args::Bench;
use crate::commands::Context;
use crate::output::Answer;
use yinxin_app::error::Result;
pub async fn run(_: &Context, _: Bench) -> Result<Answer> {
    Ok(Answer::done(()))
}
