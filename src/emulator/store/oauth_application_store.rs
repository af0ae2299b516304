//! OAuth applications, which users sign in to through the instance.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use super::{records::INSTANCE_ID, state::Store};
use crate::emulator::{
    http::{ClerkError, Result, fields},
    tokens::{new_id, random_id},
};

/// The maximum length of a callback URL and of the scopes.
const MAX_LENGTH: usize = 1024;

/// The parameters of a new or updated OAuth application. Missing parameters keep the current value
/// or the default.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::emulator) struct OAuthApplicationChange {
    name: Option<String>,
    redirect_uris: Option<Vec<String>>,
    callback_url: Option<String>,
    scopes: Option<String>,
    consent_screen_enabled: Option<bool>,
    pkce_required: Option<bool>,
    public: Option<bool>,
}

/// The metadata of a client that registers itself (RFC 7591). Unknown metadata is ignored.
#[derive(Deserialize)]
pub(in crate::emulator) struct ClientRegistration {
    pub(in crate::emulator) redirect_uris: Vec<String>,
    pub(in crate::emulator) client_name: Option<String>,
    pub(in crate::emulator) client_uri: Option<String>,
    pub(in crate::emulator) logo_uri: Option<String>,
    pub(in crate::emulator) scope: Option<String>,
    #[serde(default)]
    pub(in crate::emulator) token_endpoint_auth_method: AuthMethod,
}

/// How a client authenticates at the token endpoint.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator) enum AuthMethod {
    #[default]
    ClientSecretBasic,
    ClientSecretPost,
    None,
}

impl Store {
    /// Creates an application. `url` is the base URL of the OAuth endpoints.
    pub(in crate::emulator) fn create_oauth_application(
        &mut self,
        change: OAuthApplicationChange,
        url: &str,
    ) -> Result<Value> {
        if change.name.is_none() {
            return Err(ClerkError::missing_param("name"));
        }
        let application = apply(self.blank_oauth_application(url), change)?;
        Ok(self.oauth_applications.insert(application))
    }

    /// Registers a client that has been checked. `url` is the base URL of the OAuth endpoints.
    pub(in crate::emulator) fn register_oauth_client(
        &mut self,
        registration: &ClientRegistration,
        url: &str,
    ) -> Value {
        let mut application = self.blank_oauth_application(url);
        let name = registration.client_name.as_deref().filter(|name| !name.is_empty());
        application["name"] = name.map_or(application["client_id"].clone(), |name| json!(name));
        application["client_uri"] = json!(registration.client_uri);
        application["client_image_url"] = json!(registration.logo_uri);
        application["dynamically_registered"] = json!(true);
        if let Some(scopes) = &registration.scope {
            application["scopes"] = json!(scopes);
        }
        application["callback_url"] = json!(registration.redirect_uris.first());
        application["redirect_uris"] = json!(registration.redirect_uris);
        let is_public = registration.token_endpoint_auth_method == AuthMethod::None;
        application["public"] = json!(is_public);
        application["pkce_required"] = json!(is_public);
        self.oauth_applications.insert(application)
    }

    /// Creates a new secret for an application, which replaces the previous one. Public clients
    /// have none.
    pub(in crate::emulator) fn rotate_oauth_secret(
        &mut self,
        application: &Value,
    ) -> Option<String> {
        let client_id = application["client_id"].as_str()?.to_owned();
        if application["public"] == true {
            self.oauth_secrets.remove(&client_id);
            return None;
        }
        let secret = random_id(32);
        self.oauth_secrets.insert(client_id, secret.clone());
        Some(secret)
    }

    /// Returns whether this is the secret of a confidential application.
    pub(in crate::emulator) fn is_oauth_secret(&self, client_id: &str, secret: &str) -> bool {
        self.oauth_secrets.get(client_id).is_some_and(|known| known == secret)
    }

    fn blank_oauth_application(&self, url: &str) -> Value {
        let now = self.now();
        let defaults = self.settings.oauth_applications["default_scopes"].as_array();
        let defaults = defaults
            .map(|scopes| scopes.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "));
        json!({
            "object": "oauth_application",
            "id": new_id("oa"),
            "instance_id": INSTANCE_ID,
            "client_id": random_id(16),
            "client_uri": null,
            "client_image_url": null,
            "dynamically_registered": false,
            "consent_screen_enabled": true,
            "pkce_required": false,
            "public": false,
            "scopes": defaults.unwrap_or_else(|| "profile email".into()),
            "redirect_uris": [],
            "callback_url": "",
            "authorize_url": format!("{url}/oauth/authorize"),
            "token_fetch_url": format!("{url}/oauth/token"),
            "user_info_url": format!("{url}/oauth/userinfo"),
            "discovery_url": format!("{url}/.well-known/openid-configuration"),
            "token_introspection_url": format!("{url}/oauth/token_info"),
            "created_at": now,
            "updated_at": now,
        })
    }

    pub(in crate::emulator) fn update_oauth_application(
        &mut self,
        id: &str,
        change: OAuthApplicationChange,
    ) -> Result<Value> {
        let now = self.now();
        let application = apply(self.oauth_applications.get(id)?.clone(), change)?;
        Ok(self.oauth_applications.replace(application, now))
    }

    /// Deletes an application and revokes its tokens.
    pub(in crate::emulator) fn delete_oauth_application(&mut self, id: &str) -> Result<Value> {
        let client_id = self.oauth_applications.get(id)?["client_id"].clone();
        self.oauth_grants.retain(|grant| client_id != grant.client_id);
        self.oauth_secrets.remove(client_id.as_str().unwrap_or_default());
        self.revoke_credentials(|credential| client_id == credential.client_id);
        self.oauth_applications.delete(id)
    }
}

fn apply(mut application: Value, change: OAuthApplicationChange) -> Result<Value> {
    if let Some(name) = change.name {
        application["name"] = json!(fields::name("name", name, 256)?);
    }
    if let Some(scopes) = change.scopes {
        application["scopes"] = json!(check_length("scopes", scopes)?);
    }
    if let Some(uris) = redirect_uris(change.redirect_uris, change.callback_url)? {
        application["callback_url"] = json!(uris.first().map_or("", String::as_str));
        application["redirect_uris"] = json!(uris);
    }
    for (name, given) in [
        ("consent_screen_enabled", change.consent_screen_enabled),
        ("pkce_required", change.pkce_required),
        ("public", change.public),
    ] {
        application[name] = given.map_or(application[name].take(), Value::Bool);
    }
    if application["public"] == true {
        if change.pkce_required == Some(false) {
            let message = "pkce_required must be true for public clients.";
            return Err(ClerkError::param(
                "form_public_client_requires_pkce",
                "pkce_required",
                message,
            ));
        }
        application["pkce_required"] = json!(true);
    }
    Ok(application)
}

/// Returns the new redirect URIs, given as a list, as a single callback URL, or both.
fn redirect_uris(
    uris: Option<Vec<String>>,
    callback_url: Option<String>,
) -> Result<Option<Vec<String>>> {
    if let Some(uris) = &uris {
        for (n, uri) in uris.iter().enumerate() {
            check_url("redirect_uris", "a list of URLs", uri)?;
            if uris[..n].contains(uri) {
                let message = format!("The redirect URI {uri} is listed more than once.");
                return Err(ClerkError::bad_request("duplicate_record", message));
            }
        }
    }
    let Some(callback_url) = callback_url else { return Ok(uris) };
    let callback_url = check_length("callback_url", callback_url)?;
    check_url("callback_url", "a URL", &callback_url)?;
    match uris {
        None => Ok(Some(vec![callback_url])),
        Some(uris) if uris.contains(&callback_url) => Ok(Some(uris)),
        Some(_) => {
            let message = "callback_url must be one of redirect_uris.";
            Err(ClerkError::param("form_param_value_conflict", "callback_url", message))
        }
    }
}

fn check_url(param: &str, expected: &str, url: &str) -> Result<()> {
    Url::parse(url).map(drop).map_err(|_| ClerkError::invalid_format(param, expected))
}

fn check_length(param: &str, text: String) -> Result<String> {
    if text.chars().count() > MAX_LENGTH {
        return Err(ClerkError::too_long(param, MAX_LENGTH));
    }
    Ok(text)
}
