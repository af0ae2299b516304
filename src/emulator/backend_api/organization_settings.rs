//! The instance's settings of organizations over HTTP.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::get};
use serde_json::{Value, json};

use super::{
    super::{
        error::{ClerkError, Result},
        store::{Params, fields},
    },
    Answer, Clerk, Instance,
    instance_settings::set_flags,
    params::Body,
};

const ENROLLMENT_MODES: [&str; 3] = ["manual_invitation", "automatic_invitation", "automatic_suggestion"];

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/instance/organization_settings", get(retrieve).patch(update))
}

async fn retrieve(State(clerk): Clerk) -> Json<Value> {
    Json(clerk.store().settings.organizations.clone())
}

async fn update(State(clerk): Clerk, Body(mut params): Body) -> Answer {
    let settings = &mut clerk.store().settings;
    let mut changed = settings.organizations.clone();
    let count = params.remove("max_allowed_memberships").unwrap_or_default();
    if let count @ Value::Number(_) = fields::count("max_allowed_memberships", count)? {
        changed["max_allowed_memberships"] = count;
    }
    if params.contains_key("domains_enrollment_modes") {
        let modes = fields::take_texts(&mut params, "domains_enrollment_modes")?;
        fields::check_unique("domains_enrollment_modes", &modes)?;
        if !modes.iter().all(|mode| ENROLLMENT_MODES.contains(&mode.as_str())) {
            let expected = format!("of {}", ENROLLMENT_MODES.join(", "));
            return Err(ClerkError::value("domains_enrollment_modes", &expected));
        }
        changed["domains_enrollment_modes"] = json!(modes);
    }
    refuse_roles(&mut params)?;
    set_flags(&mut changed, params)?;
    settings.organizations = changed;
    Ok(Json(settings.organizations.clone()))
}

/// Roles have no ids here that the creator's or the default one could be chosen by.
fn refuse_roles(params: &mut Params) -> Result<()> {
    for name in ["creator_role_id", "domains_default_role_id"] {
        if let Some(id) = fields::take_text(params, name)? {
            return Err(ClerkError::not_found("organization role", &id));
        }
    }
    Ok(())
}
