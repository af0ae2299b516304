//! The authorization endpoint, which asks the user to sign in and to consent.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde_json::Value;
use url::Url;

use super::{
    authorization_request::{AuthorizationRequest, FORWARDED, destination},
    destination::Destination,
};
use crate::emulator::{
    frontend_api::{
        browser::Browser,
        pages,
        responses::{redirect, set_cookies},
    },
    http::{OAuthError, OAuthParams, OAuthResult},
    store::{EmulatorState, Instance, NewGrant, SessionStatus},
};

/// The user who is signed in in the browser.
pub(super) struct SignedIn {
    pub(super) user_id: String,
    pub(super) is_pending: bool,
    pub(super) organization_id: Option<String>,
    pub(super) authenticated_at: i64,
}

impl SignedIn {
    pub(super) fn of_client(instance: &Instance, client: &str) -> Option<Self> {
        instance.with_current_session(client, |session| Self {
            user_id: session.user_id.clone(),
            is_pending: session.status == SessionStatus::Pending,
            organization_id: session.organization_id.clone(),
            authenticated_at: session.verified_at[0].unwrap_or(session.created_at),
        })
    }
}

pub(super) async fn authorize(
    State(instance): EmulatorState,
    browser: Browser,
    params: OAuthResult<OAuthParams>,
) -> Response {
    let client = browser.page_client(&instance);
    let response = match params {
        Ok(_) if browser.is_at_satellite(&instance) => {
            let error = "Apps are authorized at the primary domain only.";
            (StatusCode::FORBIDDEN, pages::authorization_rejected(error)).into_response()
        }
        Ok(params) => respond(&instance, &client, &params).unwrap_or_else(rejected),
        Err(error) => rejected(error),
    };
    (set_cookies([instance.client_cookie(&client)]), response).into_response()
}

#[expect(clippy::needless_pass_by_value, reason = "`unwrap_or_else` passes values")]
fn rejected(error: OAuthError) -> Response {
    (error.status, pages::authorization_rejected(&error.description)).into_response()
}

/// Returns an error only if it cannot be reported to a valid redirect URI.
fn respond(instance: &Instance, client: &str, params: &OAuthParams) -> OAuthResult<Response> {
    let (application, destination) = destination(&instance.store(), params)?;
    let request = match AuthorizationRequest::parse(&application, params) {
        Ok(request) => request,
        Err(error) => return Ok(destination.failure(&error)),
    };
    let interaction =
        |code, description| Ok(destination.failure(&OAuthError::new(code, description)));
    let user = match SignedIn::of_client(instance, client) {
        None if request.prompt.none => {
            return interaction("login_required", "The user is not signed in.");
        }
        None => return Ok(to_portal(instance, "sign-in", params, true)),
        Some(user) if user.is_pending && request.prompt.none => {
            return interaction("interaction_required", "The user must complete a task.");
        }
        Some(user) if user.is_pending => {
            return Ok(to_portal(instance, "sign-in/tasks", params, true));
        }
        Some(_) if request.prompt.login => {
            return Ok(to_portal(instance, "reverify", params, false));
        }
        Some(user) => user,
    };
    if needs_consent(instance, &application, &user, &request) {
        if request.prompt.none {
            return interaction("consent_required", "The user has not consented.");
        }
        return Ok(consent_page(instance, &application, &destination, &user, &request, params));
    }
    let organization_id = user.organization_id.clone();
    Ok(grant(instance, &application, &destination, user, request, organization_id))
}

/// A public client cannot prove its identity, so its users must consent every time.
fn needs_consent(
    instance: &Instance,
    application: &Value,
    user: &SignedIn,
    request: &AuthorizationRequest,
) -> bool {
    let client_id = application["client_id"].as_str().unwrap_or_default();
    application["consent_screen_enabled"] == true
        && (request.prompt.consent
            || application["public"] == true
            || !instance.store().has_consented(&user.user_id, client_id, &request.scopes))
}

/// Grants the authorization and sends its code to the application.
pub(super) fn grant(
    instance: &Instance,
    application: &Value,
    destination: &Destination,
    user: SignedIn,
    request: AuthorizationRequest,
    organization_id: Option<String>,
) -> Response {
    let code = instance.store().authorize_application(NewGrant {
        client_id: application["client_id"].as_str().unwrap_or_default().to_owned(),
        user_id: user.user_id,
        scopes: request.scopes,
        organization_id,
        resources: request.resources,
        nonce: request.nonce,
        authenticated_at: user.authenticated_at,
        redirect_uri: destination.registered.clone(),
        is_redirect_uri_required: request.is_redirect_uri_given,
        code_challenge: request.code_challenge,
    });
    destination.success(&code)
}

fn consent_page(
    instance: &Instance,
    application: &Value,
    destination: &Destination,
    user: &SignedIn,
    request: &AuthorizationRequest,
    params: &OAuthParams,
) -> Response {
    let store = instance.store();
    let Ok(user_document) = store.user(&user.user_id) else {
        return destination
            .failure(&OAuthError::new("access_denied", "The user no longer exists."));
    };
    let asks_for_organization = request.scopes.iter().any(|scope| scope == "user:org:read");
    let memberships = store.memberships.iter().filter(|m| m.user_id == user.user_id);
    let organizations =
        memberships.filter_map(|m| store.organizations.get(&m.organization_id).ok());
    let client_id = application["client_id"].as_str().unwrap_or_default();
    let sign_in_url = portal_url(instance, "sign-in", params, true);
    let page = pages::consent(&pages::Consent {
        application,
        user: user_document,
        host: destination.redirect_uri.host_str().unwrap_or(destination.redirect_uri.scheme()),
        scopes: &request.scopes,
        organizations: organizations.filter(|_| asks_for_organization).collect(),
        active_organization: user.organization_id.as_deref(),
        action: &format!("/v1/me/oauth/consent/{client_id}"),
        fields: params.iter().filter(|(name, _)| FORWARDED.contains(name)).collect(),
        sign_in_url: sign_in_url.as_str(),
    });
    page.into_response()
}

fn to_portal(
    instance: &Instance,
    page: &str,
    params: &OAuthParams,
    keeps_login_prompt: bool,
) -> Response {
    let url = portal_url(instance, page, params, keeps_login_prompt);
    redirect(StatusCode::SEE_OTHER, &url, [])
}

/// Returns the URL of a page that leads back to this authorization request.
fn portal_url(
    instance: &Instance,
    page: &str,
    params: &OAuthParams,
    keeps_login_prompt: bool,
) -> Url {
    let url = |path: &str| {
        Url::parse(&format!("{}/{path}", instance.url))
            .expect("the URLs of the emulator's pages are valid")
    };
    let mut back = url("oauth/authorize");
    for (name, value) in params.iter() {
        if FORWARDED.contains(&name) {
            back.query_pairs_mut().append_pair(name, value);
        } else if name == "prompt" {
            let words =
                value.split_whitespace().filter(|word| *word != "login" || keeps_login_prompt);
            let prompt = words.collect::<Vec<_>>().join(" ");
            back.query_pairs_mut().append_pair(name, &prompt);
        }
    }
    let mut url = url(page);
    url.query_pairs_mut().append_pair("redirect_url", back.as_str());
    url
}
