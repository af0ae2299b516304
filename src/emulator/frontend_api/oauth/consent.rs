//! The endpoints of the consent screen.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use url::{Host, Url};

use super::{
    authorization_request::{AuthorizationRequest, destination},
    authorize::{SignedIn, grant},
};
use crate::emulator::{
    frontend_api::{browser::Browser, pages::scope_description},
    http::{ClerkError, JsonResult, OAuthError, OAuthParams, OAuthResult, Query, Result},
    store::{EmulatorState, Instance},
};

#[derive(Deserialize)]
pub(super) struct ConsentQuery {
    scope: Option<String>,
    redirect_uri: Option<String>,
}

/// Describes an authorization request, for consent screens other than the emulator's.
pub(super) async fn retrieve(
    State(instance): EmulatorState,
    browser: Browser,
    Path(client_id): Path<String>,
    Query(query): Query<ConsentQuery>,
) -> JsonResult {
    signed_in(&instance, &browser)?;
    let application = application(&instance, &client_id)?;
    let registered = application["scopes"].as_str().unwrap_or_default();
    let requested: Option<Vec<&str>> =
        query.scope.as_deref().map(|scope| scope.split_whitespace().collect());
    let scopes: Vec<Value> = registered
        .split_whitespace()
        .filter(|scope| requested.as_ref().is_none_or(|requested| requested.contains(scope)))
        .map(|scope| {
            json!({
                "scope": scope,
                "description": scope_description(scope),
                "requires_consent": scope != "openid" && scope != "offline_access",
            })
        })
        .collect();
    let uris = application["redirect_uris"].as_array();
    let is_registered = |uri: &String| uris.is_some_and(|uris| uris.iter().any(|one| one == uri));
    let domain = query.redirect_uri.filter(is_registered).and_then(|uri| registrable_domain(&uri));
    Ok(Json(json!({
        "oauth_application_name": application["name"],
        "oauth_application_logo_url": application["client_image_url"],
        "oauth_application_url": application["client_uri"],
        "client_id": client_id,
        "redirect_domain": domain,
        "scopes": scopes,
    })))
}

/// Grants or denies an authorization request.
pub(super) async fn submit(
    State(instance): EmulatorState,
    browser: Browser,
    Path(client_id): Path<String>,
    params: OAuthResult<OAuthParams>,
) -> Result<Response> {
    let mut user = signed_in(&instance, &browser)?;
    application(&instance, &client_id)?;
    let params = params.map_err(to_clerk_error)?;
    if params.get("client_id").map_err(to_clerk_error)? != Some(&client_id) {
        return Err(ClerkError::invalid_value("client_id", "the one in the path"));
    }
    let (application, destination) =
        destination(&instance.store(), &params).map_err(to_clerk_error)?;
    let request = match AuthorizationRequest::parse(&application, &params) {
        Ok(request) => request,
        Err(error) => return Ok(destination.failure(&error)),
    };
    let consented = params.get("consented").map_err(to_clerk_error)?;
    if consented.ok_or_else(|| ClerkError::missing_param("consented"))? != "true" {
        let error = OAuthError::new("access_denied", "The user denied the request.");
        return Ok(destination.failure(&error).into_response());
    }
    let organization_id = match params.get("organization_id").map_err(to_clerk_error)? {
        None => user.organization_id.take(),
        Some(id) if instance.store().membership(id, &user.user_id).is_some() => Some(id.to_owned()),
        Some(_) => return Err(ClerkError::referenced_not_found("organization_id")),
    };
    Ok(grant(&instance, &application, &destination, user, request, organization_id))
}

fn signed_in(instance: &Instance, browser: &Browser) -> Result<SignedIn> {
    let client = browser.page_client(instance);
    SignedIn::of_client(instance, &client)
        .filter(|user| !user.is_pending)
        .ok_or_else(ClerkError::signed_out)
}

/// Returns an application that requires consent.
fn application(instance: &Instance, client_id: &str) -> Result<Value> {
    let store = instance.store();
    let application = store
        .oauth_application_of_client(client_id)
        .ok_or_else(|| ClerkError::resource_not_found("OAuth application", client_id))?;
    if application["consent_screen_enabled"] != true {
        let message = "The OAuth application has no consent screen.";
        return Err(ClerkError::forbidden("oauth_consent_screen_disabled", message));
    }
    Ok(application.clone())
}

/// Returns the registrable domain of a host of two labels. Longer ones would require the public
/// suffix list.
fn registrable_domain(uri: &str) -> Option<String> {
    let uri = Url::parse(uri).ok()?;
    match uri.host()? {
        Host::Domain(domain) if domain.split('.').count() == 2 => Some(domain.to_owned()),
        _ => None,
    }
}

fn to_clerk_error(error: OAuthError) -> ClerkError {
    ClerkError::new(error.status, error.code, error.description)
}
