//! Endpoints for the instance's organization settings.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::get};
use serde_json::{Value, json};

use super::instance_settings::set_flags;
use crate::emulator::{
    http::{Body, ClerkError, JsonResult, Params, Result, fields},
    store::{EmulatorState, Instance, Store},
};

const ENROLLMENT_MODES: [&str; 3] =
    ["manual_invitation", "automatic_invitation", "automatic_suggestion"];

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/instance/organization_settings", get(retrieve).patch(update))
}

async fn retrieve(State(instance): EmulatorState) -> Json<Value> {
    Json(instance.store().settings.organizations.clone())
}

async fn update(State(instance): EmulatorState, Body(mut params): Body) -> JsonResult {
    let mut store = instance.store();
    let mut changed = store.settings.organizations.clone();
    let count = params.remove("max_allowed_memberships").unwrap_or_default();
    if let count @ Value::Number(_) = fields::count("max_allowed_memberships", count)? {
        changed["max_allowed_memberships"] = count;
    }
    if params.contains_key("domains_enrollment_modes") {
        let modes = fields::take_strings(&mut params, "domains_enrollment_modes")?;
        fields::check_unique("domains_enrollment_modes", &modes)?;
        if !modes.iter().all(|mode| ENROLLMENT_MODES.contains(&mode.as_str())) {
            let expected = format!("a list of {}", ENROLLMENT_MODES.join(", "));
            return Err(ClerkError::invalid_value("domains_enrollment_modes", &expected));
        }
        changed["domains_enrollment_modes"] = json!(modes);
    }
    if let Some(role) = take_role(&store, &mut params, "creator_role_id")? {
        if role["is_creator_eligible"] == false {
            return Err(ClerkError::creator_role_ineligible());
        }
        changed["creator_role"] = role["key"].clone();
    }
    if let Some(role) = take_role(&store, &mut params, "domains_default_role_id")? {
        changed["domains_default_role"] = role["key"].clone();
    }
    set_flags(&mut changed, params)?;
    store.settings.organizations = changed.clone();
    Ok(Json(changed))
}

/// Takes a role, given by its ID, out of the parameters.
fn take_role(store: &Store, params: &mut Params, name: &str) -> Result<Option<Value>> {
    let id = fields::take_string(params, name)?;
    id.map(|id| store.roles.get(&id).map(|role| store.role_document(role))).transpose()
}
