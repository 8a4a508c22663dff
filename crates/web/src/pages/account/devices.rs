//! 登录设备: where one is logged in, ended one by one or all but this.

use crate::error::{Result, WebError};
use crate::forms::{Asked, Posted};
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::session::SignedIn;
use crate::view::{Frame, page, see_other};
use askama::Template;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post};
use yinxin_app::account::{self, Device};
use yinxin_app::error::Error;

const PATH: &str = "/me/devices";

pub const ROUTES: &[Route] = &[
    Route { method: Method::GET, path: PATH, who: Who::Agreed, handler: || get(list) },
    Route { method: Method::POST, path: "/me/devices/end", who: Who::Agreed, handler: || post(end) },
    Route { method: Method::GET, path: "/me/devices/others", who: Who::Agreed, handler: || get(ask_others) },
    Route {
        method: Method::POST,
        path: "/me/devices/others",
        who: Who::Agreed,
        handler: || post(end_others),
    },
];

#[derive(Template)]
#[template(path = "account/devices.html")]
struct DevicesPage {
    frame: Frame,
    devices: Vec<Device>,
    done: bool,
    /// Whether there is another than this one.
    others: bool,
}

#[derive(Template)]
#[template(path = "account/devices-others.html")]
struct OthersPage {
    frame: Frame,
    others: usize,
}

async fn list(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    frame: Frame,
    Asked(asked): Asked,
) -> Result<Response> {
    let devices = account::devices(&portal.system, &own).await?;
    let (done, others) = (asked.chosen("done", "yes"), devices.len() > 1);
    Ok(page(&DevicesPage { frame, devices, done, others }))
}

async fn end(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    Posted(form): Posted,
) -> Result<Response> {
    let unknown = |_| WebError::from(Error::not_found("session_not_found"));
    let id = form.value("id").parse().map_err(unknown)?;
    account::end_device(&portal.system, &own, id).await?;
    Ok(see_other("/me/devices?done=yes"))
}

async fn ask_others(State(portal): State<Portal>, SignedIn(own): SignedIn, frame: Frame) -> Result<Response> {
    let others = account::devices(&portal.system, &own).await?.iter().filter(|device| !device.here).count();
    if others == 0 {
        return Ok(see_other(PATH));
    }
    Ok(page(&OthersPage { frame, others }))
}

async fn end_others(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    Posted(_): Posted,
) -> Result<Response> {
    account::end_other_devices(&portal.system, &own).await?;
    Ok(see_other("/me/devices?done=yes"))
}
