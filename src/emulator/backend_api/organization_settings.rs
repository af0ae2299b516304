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
    Json(instance.store().organization_settings_document())
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
    let creator_role = take_role(&store, &mut params, "creator_role_id")?;
    if creator_role.as_ref().is_some_and(|role| role["is_creator_eligible"] == false) {
        return Err(ClerkError::creator_role_ineligible());
    }
    let default_role = take_role(&store, &mut params, "domains_default_role_id")?;
    set_flags(&mut changed, params)?;
    store.settings.organizations = changed;
    for (name, role) in [("creator_role", creator_role), ("default_role", default_role)] {
        if let Some(role) = role {
            store.set_initial_role(name, &role["id"]);
        }
    }
    Ok(Json(store.organization_settings_document()))
}

/// Takes a role, given by its ID, out of the parameters.
fn take_role(store: &Store, params: &mut Params, name: &str) -> Result<Option<Value>> {
    let id = fields::take_string(params, name)?;
    id.map(|id| store.roles.get(&id).map(|role| store.role_document(role))).transpose()
}
