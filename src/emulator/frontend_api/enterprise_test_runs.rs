//! Test runs of enterprise connections, without an identity provider.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    response::IntoResponse,
    routing::get,
};

use super::pages;
use crate::emulator::{
    http::Result,
    store::{EmulatorState, Instance},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/enterprise_connections/test_runs/{test_run_id}", get(perform))
}

async fn perform(
    State(instance): EmulatorState,
    Path(id): Path<String>,
) -> Result<impl IntoResponse> {
    let is_success = instance.store().perform_enterprise_test_run(&id)?;
    Ok(pages::test_run(is_success))
}
