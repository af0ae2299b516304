//! What the attacks of the catalogue are aimed at, and what attackers have.

use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::Router;
use axum_clerk::{
    ClerkConfig, ClerkConfigBuilder, ClerkLayer, InstanceType,
    emulator::{ClerkEmulator, EmulatedSession},
    guard::Guard,
};
use serde_json::json;

use super::support::{
    START, header_only, manual_clock, shared_emulator, token_claims, token_header, with_field,
};

/// Starts a production instance.
pub(crate) async fn production() -> ClerkEmulator {
    let builder = ClerkEmulator::builder().clock(manual_clock());
    builder.instance_type(InstanceType::Production).start().await.unwrap()
}

/// Returns an app that responds to any path.
pub(crate) fn secret() -> Router {
    Router::new().fallback(async || "secret")
}

/// Adds a guard and the layer to an app. `/health` and `/assets/*` are excluded.
pub(crate) async fn guarded(routes: Router, guard: Guard) -> Router {
    authenticated(routes.layer(guard)).await
}

/// Adds the layer to an app. `/health` and `/assets/*` are excluded.
pub(crate) async fn authenticated(routes: Router) -> Router {
    let config = header_only(shared_emulator().await).exclude(["/health", "/assets/*"]);
    routes.layer(ClerkLayer::new(config.build().unwrap()))
}

/// Returns a valid configuration.
pub(crate) fn config() -> ClerkConfigBuilder {
    ClerkConfig::builder().secret_key("sk_test_abc")
}

/// Returns all problems of a configuration.
pub(crate) fn problems(config: ClerkConfigBuilder) -> String {
    config.build().unwrap_err().to_string()
}

pub(crate) fn panic_message<T>(action: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(action)).err().unwrap();
    match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => (*panic.downcast::<&str>().unwrap()).to_owned(),
    }
}

/// Returns the token that ends a handshake, as Clerk issues it for a session.
pub(crate) fn handshake_token(clerk: &ClerkEmulator, session: &EmulatedSession) -> String {
    let directives =
        [format!("__session={}; Path=/", session.token()), format!("__client_uat={START}; Path=/")];
    clerk.sign_token(token_header(clerk), json!({ "handshake": directives }))
}

pub(crate) fn expired_token(clerk: &ClerkEmulator) -> String {
    let claims = with_field(token_claims(clerk), "iat", START - 120);
    clerk.sign_token(token_header(clerk), with_field(claims, "exp", START - 60))
}

/// Returns a request with a token in the header.
pub(crate) fn bearer(path: &str, token: impl AsRef<str>) -> String {
    format!("GET {path} | authorization: Bearer {}", token.as_ref())
}
