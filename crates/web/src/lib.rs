//! The portal: every page over the use cases, and the server that hands them out.
//!
//! The only room that knows inbound HTTP and HTML. It must not know the register, seals or business rules: a handler
//! reads what was sent, calls one use case, and answers with a page or with 303.

mod answers;
mod assets;
mod bare;
mod client;
mod cookies;
mod edge;
mod error;
mod forms;
mod gate;
mod headers;
mod intake;
mod lang;
mod pages;
mod portal;
mod private;
mod program;
mod rounds;
mod routes;
mod server;
mod session;
mod slow;
mod view;

pub use answers::Answer;
pub use bare::{Same, bare};
pub use error::{Result, WebError};
pub use gate::own_path;
pub use portal::{Portal, Tick};
pub use program::Front;
pub use routes::{Route, Who, all as routes, router};
pub use server::{Listening, Options, serve};
