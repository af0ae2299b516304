//! Browsers and OAuth clients.

use axum_clerk::emulator::ClerkEmulator;
use http::{Method, StatusCode};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use url::{Url, form_urlencoded::Serializer};

use crate::support::{HTTP, patch, post, record, submit_form};

pub(crate) const REDIRECT_URI: &str = "https://wiki.example/callback?from=clerk";

/// The PKCE verifier of RFC 7636, and its challenge.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A browser with a cookie.
pub(crate) struct Browser<'a> {
    clerk: &'a ClerkEmulator,
    cookie: String,
}

impl<'a> Browser<'a> {
    /// Opens a browser and signs a user in.
    pub(crate) async fn signed_in(clerk: &'a ClerkEmulator, user_id: &str) -> Self {
        let response = submit_form(clerk, "/sign-in", &[("user_id", user_id)]).await;
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        Self { clerk, cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    pub(crate) async fn get(&self, url: &str) -> Response {
        HTTP.get(url).header("cookie", &self.cookie).send().await.unwrap()
    }

    /// Sends an authorization request.
    pub(crate) async fn authorize(&self, params: &[(&str, &str)]) -> Response {
        self.get(&authorize_url(self.clerk, params)).await
    }

    /// Submits the form of a consent page.
    pub(crate) async fn consent(&self, page: &str, fields: &[(&str, &str)]) -> Response {
        let action = attribute(page, "<form method=\"post\" action=\"");
        let hidden = page
            .split("<input type=\"hidden\" ")
            .skip(1)
            .map(|input| (attribute(input, "name=\""), attribute(input, "value=\"")));
        let hidden: Vec<_> = hidden.collect();
        let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let fields: Vec<_> = hidden.chain(fields.iter().copied()).collect();
        form(HTTP.post(format!("{}{action}", self.clerk.url())), &fields)
            .header("cookie", &self.cookie)
            .send()
            .await
            .unwrap()
    }

    /// Authorizes an application with consent, and returns the code.
    pub(crate) async fn code(&self, params: &[(&str, &str)]) -> String {
        let page = self.authorize(params).await.text().await.unwrap();
        let response = self.consent(&page, &[("consented", "true")]).await;
        redirect_param(&response, "code").unwrap()
    }
}

pub(crate) fn authorize_url(clerk: &ClerkEmulator, params: &[(&str, &str)]) -> String {
    let query = Serializer::new(String::new()).extend_pairs(params).finish();
    format!("{}/oauth/authorize?{query}", clerk.url())
}

/// Replaces or adds parameters.
pub(crate) fn with<'a>(
    params: &[(&'a str, &'a str)],
    changes: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let unchanged =
        params.iter().filter(|(name, _)| changes.iter().all(|(other, _)| other != name));
    unchanged.chain(changes.iter().filter(|(_, value)| !value.is_empty())).copied().collect()
}

/// Returns the text after a prefix up to the next quotation mark.
fn attribute(html: &str, prefix: &str) -> String {
    let (_, rest) = html.split_once(prefix).unwrap_or_else(|| panic!("no {prefix} in {html}"));
    rest.split('"').next().unwrap().replace("&amp;", "&")
}

/// The value of a query parameter of the URL to which a response redirects.
pub(crate) fn redirect_param(response: &Response, name: &str) -> Option<String> {
    let location = Url::parse(response.headers()["location"].to_str().unwrap()).unwrap();
    location.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn form(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    request.header("content-type", "application/x-www-form-urlencoded").body(body)
}

/// An OAuth application and its secret.
pub(crate) struct Application {
    pub(crate) id: String,
    pub(crate) client_id: String,
    pub(crate) secret: String,
}

impl Application {
    /// Creates an application with a redirect URI and all scopes.
    pub(crate) async fn create(clerk: &ClerkEmulator, more: &Value) -> Self {
        let mut body = json!({
            "name": "Wiki",
            "redirect_uris": [REDIRECT_URI],
            "scopes": "openid profile email public_metadata user:org:read",
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let created = post(clerk, "/oauth_applications", body).await;
        let text = |name: &str| created[name].as_str().unwrap().to_owned();
        Self { id: text("id"), client_id: text("client_id"), secret: text("client_secret") }
    }

    /// The parameters of a valid authorization request.
    pub(crate) fn request(&self) -> [(&str, &str); 6] {
        [
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", REDIRECT_URI),
            ("state", "12345678"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]
    }

    /// The parameters of a valid token request for a code.
    pub(crate) fn exchange<'a>(&'a self, code: &'a str) -> [(&'a str, &'a str); 6] {
        [
            ("grant_type", "authorization_code"),
            ("client_id", &self.client_id),
            ("client_secret", &self.secret),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
        ]
    }

    /// The parameters of a valid token request for a refresh token.
    pub(crate) fn refresh<'a>(&'a self, token: &'a str) -> [(&'a str, &'a str); 4] {
        [
            ("grant_type", "refresh_token"),
            ("client_id", &self.client_id),
            ("client_secret", &self.secret),
            ("refresh_token", token),
        ]
    }
}

/// Submits a form to an OAuth endpoint.
pub(crate) async fn oauth_post(
    clerk: &ClerkEmulator,
    path: &str,
    fields: &[(&str, &str)],
) -> (u16, Value) {
    let response = form(HTTP.post(format!("{}{path}", clerk.url())), fields).send().await.unwrap();
    recorded(&Method::POST, path, response).await
}

/// Requests tokens that must be issued.
pub(crate) async fn tokens(clerk: &ClerkEmulator, fields: &[(&str, &str)]) -> Value {
    let (status, tokens) = oauth_post(clerk, "/oauth/token", fields).await;
    assert_eq!(status, 200, "{tokens}");
    tokens
}

/// Asserts that a token request is rejected.
pub(crate) async fn assert_rejected(
    clerk: &ClerkEmulator,
    fields: &[(&str, &str)],
    status: u16,
    error: &str,
) {
    let (found, body) = oauth_post(clerk, "/oauth/token", fields).await;
    assert_eq!((found, &body["error"]), (status, &json!(error)), "{fields:?}: {body}");
}

/// Requests the user's information.
pub(crate) async fn user_info(clerk: &ClerkEmulator, token: &str) -> (u16, Value) {
    let path = "/oauth/userinfo";
    let request = HTTP.get(format!("{}{path}", clerk.url())).bearer_auth(token);
    recorded(&Method::GET, path, request.send().await.unwrap()).await
}

/// Reads a JSON response, and records it for `tests/emulator/contract.py`.
pub(crate) async fn recorded(method: &Method, path: &str, response: Response) -> (u16, Value) {
    let status = response.status();
    let text = response.text().await.unwrap();
    let body: Value =
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
    // Clerk's description lacks these codes, which the RFCs define.
    let is_described = body["error"] != "invalid_scope" && body["error"] != "invalid_target";
    if is_described && status != StatusCode::NOT_FOUND {
        record("frontend", method, path, status, &body);
    }
    (status.as_u16(), body)
}

/// Changes the settings of all OAuth applications.
pub(crate) async fn set(clerk: &ClerkEmulator, settings: Value) {
    patch(clerk, "/instance/oauth_application_settings", settings).await;
}
