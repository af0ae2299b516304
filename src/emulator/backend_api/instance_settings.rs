//! Endpoints for the instance and its settings.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    routing::{get, patch},
};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::api::Patch;
use crate::config::InstanceType;
use crate::emulator::{
    http::{Body, ClerkError, JsonBody, JsonResult, Params, Result, fields},
    store::{DEFAULT_SENDER, EmulatorState, INSTANCE_ID, Instance},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/instance", get(retrieve).patch(update))
        .route("/instance/communication", get(communication).patch(update_communication))
        .route(
            "/instance/oauth_application_settings",
            get(oauth_applications).patch(update_oauth_applications),
        )
        .route("/instance/protect", get(protect).patch(update_protect))
        .route("/instance/restrictions", patch(update_restrictions))
        .route("/beta_features/instance_settings", patch(update_authentication))
}

async fn retrieve(State(instance): EmulatorState) -> Json<Value> {
    Json(json!({
        "object": "instance",
        "id": INSTANCE_ID,
        "environment_type": match instance.instance_type() {
            InstanceType::Development => "development",
            InstanceType::Production => "production",
        },
        "allowed_origins": instance.store().settings.allowed_origins,
        "workspace_id": null,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Update {
    allowed_origins: Option<Vec<String>>,
    #[serde(default)]
    development_origin: Patch<String>,
    support_email: Option<String>,
    // Settings of features that the emulator does not have.
    #[serde(rename = "test_mode")]
    _test_mode: Option<bool>,
    #[serde(rename = "hibp")]
    _hibp: Option<bool>,
    #[serde(rename = "clerk_js_version")]
    _clerk_js_version: Option<String>,
    #[serde(rename = "cookieless_dev")]
    _cookieless_dev: Option<bool>,
    #[serde(rename = "url_based_session_syncing")]
    _url_based_session_syncing: Option<bool>,
    #[serde(rename = "preferred_sign_in_strategy_when_password_required")]
    _preferred_sign_in_strategy: Option<PreferredStrategy>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PreferredStrategy {
    Password,
    Otp,
    #[serde(rename = "")]
    None,
}

async fn update(
    State(instance): EmulatorState,
    JsonBody(update): JsonBody<Update>,
) -> Result<StatusCode> {
    for origin in update.allowed_origins.iter().flatten() {
        check_origin("allowed_origins", origin)?;
    }
    if let Patch::Set(origin) = &update.development_origin {
        check_origin("development_origin", origin)?;
    }
    if let Some(email_address) = update.support_email.filter(|text| !text.is_empty()) {
        fields::email_address("support_email", &email_address)?;
    }
    let settings = &mut instance.store().settings;
    if update.allowed_origins.is_some() {
        settings.allowed_origins = update.allowed_origins;
    }
    match update.development_origin {
        Patch::Keep => {}
        Patch::Clear => settings.development_origin.clear(),
        Patch::Set(origin) => settings.development_origin = origin,
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn communication(State(instance): EmulatorState) -> Json<Value> {
    Json(instance.store().settings.communication.clone())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UpdateCommunication {
    blocked_country_codes: Option<Vec<String>>,
}

async fn update_communication(
    State(instance): EmulatorState,
    JsonBody(update): JsonBody<UpdateCommunication>,
) -> JsonResult {
    const NAME: &str = "blocked_country_codes";
    let settings = &mut instance.store().settings;
    if let Some(codes) = update.blocked_country_codes {
        if codes.len() > 250 {
            return Err(ClerkError::too_many(NAME, 250));
        }
        if !codes.iter().all(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()))
        {
            return Err(ClerkError::invalid_format(
                NAME,
                "a list of codes of two uppercase letters",
            ));
        }
        fields::check_unique(NAME, &codes)?;
        settings.communication[NAME] = json!(codes);
    }
    Ok(Json(settings.communication.clone()))
}

async fn oauth_applications(State(instance): EmulatorState) -> Json<Value> {
    Json(instance.store().settings.oauth_applications.clone())
}

async fn update_oauth_applications(
    State(instance): EmulatorState,
    Body(mut params): Body,
) -> JsonResult {
    let settings = &mut instance.store().settings;
    let mut changed = settings.oauth_applications.clone();
    if params.contains_key("default_scopes") {
        let is_reset = params["default_scopes"].is_null();
        let scopes = fields::take_strings(&mut params, "default_scopes")?;
        fields::check_unique("default_scopes", &scopes)?;
        if scopes.is_empty() && !is_reset {
            return Err(ClerkError::invalid_value(
                "default_scopes",
                "a list of at least one scope, or null",
            ));
        }
        changed["default_scopes"] = if is_reset { Value::Null } else { json!(scopes) };
    }
    set_flags(&mut changed, params)?;
    settings.oauth_applications = changed;
    Ok(Json(settings.oauth_applications.clone()))
}

async fn protect(State(instance): EmulatorState) -> Json<Value> {
    Json(instance.store().settings.protect.clone())
}

async fn update_protect(State(instance): EmulatorState, Body(params): Body) -> JsonResult {
    if params.contains_key("checks_bypassed") {
        return Err(ClerkError::unknown_param("checks_bypassed"));
    }
    let settings = &mut instance.store().settings;
    let mut changed = settings.protect.clone();
    set_flags(&mut changed, params)?;
    settings.protect = changed;
    Ok(Json(settings.protect.clone()))
}

async fn update_restrictions(State(instance): EmulatorState, Body(params): Body) -> JsonResult {
    let settings = &mut instance.store().settings;
    let mut changed = settings.restrictions.clone();
    set_flags(&mut changed, params)?;
    settings.restrictions = changed;
    Ok(Json(settings.restrictions.clone()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UpdateAuthentication {
    restricted_to_allowlist: Option<bool>,
    #[serde(default)]
    from_email_address: Patch<String>,
    progressive_sign_up: Option<bool>,
    /// Affects messages, which are not sent.
    #[serde(rename = "test_mode")]
    _test_mode: Option<bool>,
}

async fn update_authentication(
    State(instance): EmulatorState,
    JsonBody(update): JsonBody<UpdateAuthentication>,
) -> JsonResult {
    let settings = &mut instance.store().settings;
    let sender = match update.from_email_address {
        Patch::Keep => None,
        Patch::Clear => Some(DEFAULT_SENDER.to_owned()),
        Patch::Set(name) if !name.is_empty() && name.chars().all(char::is_alphanumeric) => {
            Some(name)
        }
        Patch::Set(_) => {
            return Err(ClerkError::invalid_format(
                "from_email_address",
                "made up of letters and digits",
            ));
        }
    };
    if let Some(name) = sender {
        settings.authentication["from_email_address"] = json!(name);
    }
    if let Some(on) = update.progressive_sign_up {
        settings.authentication["progressive_sign_up"] = json!(on);
    }
    if let Some(on) = update.restricted_to_allowlist {
        settings.restrictions["allowlist"] = json!(on);
    }
    let mut document = settings.authentication.clone();
    document["restricted_to_allowlist"] = settings.restrictions["allowlist"].clone();
    Ok(Json(document))
}

/// Sets the flags of a document. Null keeps the current value.
pub(super) fn set_flags(document: &mut Value, params: Params) -> Result<()> {
    for (name, value) in params {
        if !document[&name].is_boolean() {
            return Err(ClerkError::unknown_param(&name));
        }
        if let flag @ Value::Bool(_) = fields::flag(&name, value)? {
            document[&name] = flag;
        }
    }
    Ok(())
}

/// Checks that a string is an origin: a scheme and a host, without a trailing slash.
fn check_origin(param: &str, origin: &str) -> Result<()> {
    let is_origin = Url::parse(origin).is_ok_and(|url| {
        url.has_host()
            && matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none()
            && !origin.ends_with('/')
    });
    if is_origin {
        Ok(())
    } else {
        Err(ClerkError::param(
            "form_invalid_origin",
            param,
            format!(
                "{param} must be an origin, such as https://example.com or chrome-extension://ID."
            ),
        ))
    }
}
