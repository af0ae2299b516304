//! The links in emails that verify an email address.

use std::sync::Arc;

use axum::{Router, extract::State, response::Response, routing::get};
use http::StatusCode;
use serde::Deserialize;

use super::{browser::return_url, responses::redirect};
use crate::authenticate::set_query_parameter;
use crate::emulator::{
    http::{Query, Result},
    store::{EmulatorState, Instance},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/verify", get(verify))
}

#[derive(Deserialize)]
struct Verify {
    token: String,
}

/// Verifies the email address, and redirects to the app. The page that requested the link notices
/// it by itself.
async fn verify(State(instance): EmulatorState, Query(verify): Query<Verify>) -> Result<Response> {
    let link = instance.store().open_email_link(&verify.token)?;
    let mut url = return_url(&instance, &link.redirect_url)?;
    set_query_parameter(&mut url, "__clerk_status", "verified");
    Ok(redirect(StatusCode::SEE_OTHER, &url, []))
}
