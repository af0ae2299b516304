//! A client that behaves like clerk-js in a browser.

use axum_clerk::{
    Clerk, SessionClaims,
    api::{CreateUser, User},
    emulator::{ClerkEmulator, SentMessage},
};
use http::{HeaderMap, Method};
use reqwest::{RequestBuilder, multipart};
use serde_json::Value;
use url::form_urlencoded::Serializer;

use crate::support::{HTTP, record};

/// The origin of the app whose page has loaded clerk-js.
pub(super) const ORIGIN: &str = "http://localhost:5173";

pub(super) const EMAIL: &str = "ada@example.com";
pub(super) const PASSWORD: &str = "correct horse";

/// The code of all messages.
pub(super) const CODE: &str = "424242";

/// clerk-js in a browser.
pub(super) struct ClerkJs<'a> {
    pub(super) clerk: &'a ClerkEmulator,
    /// The dev browser token, which clerk-js keeps in a cookie of the app.
    pub(super) dev_browser: String,
    /// The session that clerk-js has activated.
    pub(super) session_id: String,
}

/// A response of the Frontend API.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

impl Answer {
    /// The resource, without the envelope.
    pub(super) fn resource(mut self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.body);
        if self.body.get("response").is_some() { self.body["response"].take() } else { self.body }
    }

    /// The status, the code of the first error and the parameter that it names, if any.
    pub(super) fn error(&self) -> (u16, &str, &str) {
        let error = &self.body["errors"][0];
        assert!(error["message"].is_string() && error["long_message"].is_string(), "{}", self.body);
        let param = error["meta"]["param_name"].as_str().unwrap_or_default();
        (self.status, error["code"].as_str().unwrap(), param)
    }

    pub(super) fn status_and_code(&self) -> (u16, &str) {
        let (status, code, _) = self.error();
        (status, code)
    }
}

impl<'a> ClerkJs<'a> {
    /// Loads a page with clerk-js in a new browser.
    pub(super) async fn load(clerk: &'a ClerkEmulator) -> Self {
        let mut new = Self { clerk, dev_browser: String::new(), session_id: String::new() };
        let answer = new.send(Method::POST, "/dev_browser", |request| request).await;
        assert_eq!(answer.headers["clerk-db-jwt"], answer.body["id"].as_str().unwrap());
        new.dev_browser = answer.body["id"].as_str().unwrap().to_owned();
        new
    }

    /// Loads a page in a new browser and signs in with a password.
    pub(super) async fn signed_in(clerk: &'a ClerkEmulator, email_address: &str) -> Self {
        let mut new = Self::load(clerk).await;
        let sign_in = new
            .post(
                "/client/sign_ins",
                &[("strategy", "password"), ("identifier", email_address), ("password", PASSWORD)],
            )
            .await;
        assert_eq!(sign_in["status"], "complete", "{sign_in}");
        new.session_id = text(&sign_in, "created_session_id");
        new
    }

    /// Sends a request like clerk-js: other methods than GET as POST, with a form as the body.
    pub(super) async fn call(&self, method: Method, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let sends_form = method != Method::GET;
        self.send(method, path, |request| {
            if !sends_form {
                return request;
            }
            request.header("content-type", "application/x-www-form-urlencoded").body(body)
        })
        .await
    }

    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        with_body: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Answer {
        let mut query = Serializer::new(String::new());
        query.append_pair("__clerk_api_version", "2025-11-10");
        query.append_pair("_clerk_js_version", "5.128.0");
        if !self.dev_browser.is_empty() {
            query.append_pair("__clerk_db_jwt", &self.dev_browser);
        }
        if !self.session_id.is_empty() && !path.starts_with("/client") {
            query.append_pair("_clerk_session_id", &self.session_id);
        }
        let sent_method = if method == Method::GET { Method::GET } else { Method::POST };
        if sent_method != method {
            query.append_pair("_method", method.as_str());
        }
        let separator = if path.contains('?') { '&' } else { '?' };
        let url = format!("{}/v1{path}{separator}{}", self.clerk.url(), query.finish());
        let request = HTTP.request(sent_method, url).header("origin", ORIGIN);
        answer(&method, &format!("/v1{path}"), with_body(request)).await
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path, &[]).await.resource()
    }

    pub(super) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Value {
        self.call(Method::POST, path, fields).await.resource()
    }

    pub(super) async fn patch(&self, path: &str, fields: &[(&str, &str)]) -> Value {
        self.call(Method::PATCH, path, fields).await.resource()
    }

    pub(super) async fn delete(&self, path: &str) -> Value {
        self.call(Method::DELETE, path, &[]).await.resource()
    }

    /// Uploads an image.
    pub(super) async fn upload(&self, method: Method, path: &str, image: &[u8]) -> Answer {
        let part = multipart::Part::bytes(image.to_vec()).file_name("image.png");
        let form = multipart::Form::new().part("file", part);
        self.send(method, path, |request| request.multipart(form)).await
    }

    /// Sends a request of the API keys' endpoints, which a session token authenticates. With a proxy
    /// URL without a path, clerk-js sends it to `//api_keys`.
    pub(super) async fn call_api_keys(
        &self,
        method: Method,
        path: &str,
        body: Value,
        token: &str,
    ) -> Answer {
        let request = HTTP
            .request(method.clone(), format!("{}//api_keys{path}", self.clerk.url()))
            .header("origin", ORIGIN)
            .bearer_auth(token);
        let request = if body.is_null() { request } else { request.json(&body) };
        answer(&method, &format!("/api_keys{path}"), request).await
    }

    pub(super) async fn client(&self) -> Value {
        self.get("/client").await
    }

    /// The active session, as the client contains it.
    pub(super) async fn session(&self) -> Value {
        let client = self.client().await;
        let mut sessions = client["sessions"].as_array().unwrap().iter();
        sessions.find(|session| session["id"] == self.session_id).unwrap().clone()
    }

    /// Requests a session token.
    pub(super) async fn token(&self) -> String {
        let path = format!("/client/sessions/{}/tokens", self.session_id);
        text(&self.post(&path, &[]).await, "jwt")
    }

    /// The claims of a new session token, verified like the app's server does.
    pub(super) async fn claims(&self) -> SessionClaims {
        verify(self.clerk, &self.token().await).await
    }
}

/// Verifies a session token like the app's server.
pub(super) async fn verify(clerk: &ClerkEmulator, token: &str) -> SessionClaims {
    Clerk::new(clerk.config()).verify_token(token).await.unwrap().claims().clone()
}

/// Sends a request, and records the response for `tests/emulator/contract.py`. Scripts must be able
/// to read all responses.
async fn answer(method: &Method, path: &str, request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    assert_eq!(headers["access-control-allow-origin"], ORIGIN, "{method} {path}");
    assert_eq!(headers["access-control-allow-credentials"], "true", "{method} {path}");
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{path}: {status} {text}"));
    record("frontend", method, path, status, &body);
    Answer { status: status.as_u16(), headers, body }
}

/// Creates a user who signs in with [`EMAIL`] and [`PASSWORD`].
pub(super) fn create_ada(clerk: &ClerkEmulator) -> User {
    create_user(clerk, EMAIL)
}

/// Creates a user with an email address and [`PASSWORD`].
pub(super) fn create_user(clerk: &ClerkEmulator, email_address: &str) -> User {
    let name = email_address.split('@').next().unwrap();
    let user = CreateUser::default().email_address([email_address]).password(PASSWORD);
    clerk.create_user(user.first_name(name))
}

/// The last message that was sent.
pub(super) fn last_message(clerk: &ClerkEmulator) -> SentMessage {
    clerk.sent_messages().pop().unwrap()
}

/// A field that contains a string.
pub(super) fn text(resource: &Value, name: &str) -> String {
    resource[name].as_str().unwrap_or_else(|| panic!("no {name} in {resource}")).to_owned()
}

/// The strategies of factors.
pub(super) fn strategies(factors: &Value) -> Vec<&str> {
    factors.as_array().unwrap().iter().map(|factor| factor["strategy"].as_str().unwrap()).collect()
}
