//! The validation of authorization requests (RFC 6749, 4.1.1).

use serde_json::Value;
use url::Url;

use super::destination::{Destination, ResponseMode};
use crate::emulator::{
    http::{OAuthError, OAuthParams, OAuthResult},
    store::Store,
};

/// The minimum length of the state.
const MIN_STATE_LENGTH: usize = 8;

/// The parameters that the consent page submits again, except `prompt`, because the user has been
/// prompted.
pub(super) const FORWARDED: [&str; 10] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "response_mode",
    "nonce",
    "resource",
];

/// A valid authorization request.
pub(super) struct AuthorizationRequest {
    pub(super) scopes: Vec<String>,
    pub(super) code_challenge: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) resources: Vec<String>,
    pub(super) prompt: Prompt,
    pub(super) is_redirect_uri_given: bool,
}

/// The prompts that an application requests.
#[derive(Default)]
pub(super) struct Prompt {
    pub(super) none: bool,
    pub(super) login: bool,
    pub(super) consent: bool,
}

/// Finds the application and its redirect URI. Until both are known to be valid, errors must not be
/// redirected.
pub(super) fn destination(
    store: &Store,
    params: &OAuthParams,
) -> OAuthResult<(Value, Destination)> {
    let client_id = params.require("client_id")?;
    let application = store
        .oauth_application_of_client(client_id)
        .ok_or_else(OAuthError::invalid_client)?
        .clone();
    let registered = application["redirect_uris"].as_array().map_or(&[][..], Vec::as_slice);
    let redirect_uri = match (params.get("redirect_uri")?, registered) {
        (Some(uri), _) if registered.iter().any(|one| one == uri) => uri,
        (Some(_), _) => {
            return Err(OAuthError::invalid_request(
                "redirect_uri is not exactly one of the registered redirect URIs.",
            ));
        }
        (None, [one]) => one.as_str().unwrap_or_default(),
        (None, _) => {
            return Err(OAuthError::invalid_request(
                "redirect_uri is required, because the application does not have exactly one.",
            ));
        }
    };
    let registered = redirect_uri.to_owned();
    let redirect_uri = Url::parse(redirect_uri)
        .map_err(|_| OAuthError::invalid_request("The redirect URI is not a URL."))?;
    let mode = match params.get("response_mode")? {
        None | Some("query") => ResponseMode::Query,
        Some("form_post") => ResponseMode::FormPost,
        Some(_) => {
            return Err(OAuthError::invalid_request("response_mode must be query or form_post."));
        }
    };
    let state = params.get("state")?.map(str::to_owned);
    Ok((application, Destination { registered, redirect_uri, state, mode }))
}

impl AuthorizationRequest {
    /// Checks the rest of a request. Errors are redirected to the application.
    pub(super) fn parse(application: &Value, params: &OAuthParams) -> OAuthResult<Self> {
        if params.require("response_type")? != "code" {
            return Err(OAuthError::new(
                "unsupported_response_type",
                "response_type must be code.",
            ));
        }
        let code_challenge = code_challenge(application, params)?;
        match params.get("state")? {
            Some(state) if state.chars().count() < MIN_STATE_LENGTH => {
                return Err(OAuthError::invalid_request("state must have at least 8 characters."));
            }
            None if code_challenge.is_none() => {
                return Err(OAuthError::invalid_request("state is required without PKCE."));
            }
            _ => {}
        }
        Ok(Self {
            scopes: scopes(application, params.get("scope")?)?,
            code_challenge,
            nonce: params.get("nonce")?.map(str::to_owned),
            resources: resources(params)?,
            prompt: Prompt::parse(params.get("prompt")?)?,
            is_redirect_uri_given: params.get("redirect_uri")?.is_some(),
        })
    }
}

impl Prompt {
    fn parse(prompt: Option<&str>) -> OAuthResult<Self> {
        let mut parsed = Self::default();
        for word in prompt.unwrap_or_default().split_whitespace() {
            match word {
                "none" => parsed.none = true,
                "login" => parsed.login = true,
                "consent" => parsed.consent = true,
                _ => {
                    return Err(OAuthError::invalid_request(
                        "prompt must consist of none, login and consent.",
                    ));
                }
            }
        }
        if parsed.none && (parsed.login || parsed.consent) {
            return Err(OAuthError::invalid_request("prompt=none must stand alone."));
        }
        Ok(parsed)
    }
}

/// Returns the resources that tokens are requested for (RFC 8707).
pub(super) fn resources(params: &OAuthParams) -> OAuthResult<Vec<String>> {
    let mut resources = Vec::new();
    for resource in params.all("resource") {
        match Url::parse(resource) {
            Ok(url) if url.fragment().is_none() => resources.push(resource.to_owned()),
            _ => {
                return Err(OAuthError::invalid_target(
                    "resource must be an absolute URI without a fragment.",
                ));
            }
        }
    }
    resources.dedup();
    Ok(resources)
}

fn code_challenge(application: &Value, params: &OAuthParams) -> OAuthResult<Option<String>> {
    let method = params.get("code_challenge_method")?;
    match (params.get("code_challenge")?, method) {
        (Some(challenge), Some("S256")) => {
            // A hash of 32 bytes in base64url.
            let is_valid = challenge.len() == 43
                && challenge.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
            if is_valid {
                Ok(Some(challenge.to_owned()))
            } else {
                Err(OAuthError::invalid_request("code_challenge is not a SHA-256 hash."))
            }
        }
        (None, None) if application["pkce_required"] == true || application["public"] == true => {
            Err(OAuthError::invalid_request("The application must use PKCE."))
        }
        (None, None) => Ok(None),
        (None, Some(_)) => Err(OAuthError::invalid_request("code_challenge is required.")),
        (Some(_), _) => Err(OAuthError::invalid_request("code_challenge_method must be S256.")),
    }
}

/// Returns the requested scopes, which the application must be registered for. By default, these
/// are `profile` and `email`, as far as it is registered for them.
fn scopes(application: &Value, requested: Option<&str>) -> OAuthResult<Vec<String>> {
    let registered: Vec<&str> =
        application["scopes"].as_str().unwrap_or_default().split_whitespace().collect();
    // Every application receives refresh tokens, so this scope grants nothing.
    let is_allowed = |scope: &str| scope == "offline_access" || registered.contains(&scope);
    let Some(requested) = requested else {
        let defaults = ["profile", "email"].into_iter().filter(|scope| is_allowed(scope));
        return Ok(defaults.map(str::to_owned).collect());
    };
    let mut scopes: Vec<String> = Vec::new();
    for scope in requested.split_whitespace() {
        if !is_allowed(scope) {
            let message = format!("The application is not registered for the scope {scope}.");
            return Err(OAuthError::invalid_scope(message));
        }
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    Ok(scopes)
}
