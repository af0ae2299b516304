//! Responds to every request with its authentication state as JSON, to debug cookies and tokens.
//!
//! ```sh
//! export CLERK_SECRET_KEY=sk_test_… CLERK_PUBLISHABLE_KEY=pk_test_…
//! PORT=3000 cargo run --example inspect
//! ```
//!
//! ```sh
//! curl -H 'Authorization: Bearer eyJ…' -H 'x-inspect-has: [{"role":"org:admin"}]' \
//!     http://127.0.0.1:3000/
//! ```
//!
//! The optional header `x-inspect-has` is a JSON array of checks. Each is an object with any of
//! `role`, `permission`, `feature`, `plan` and `reverification` (the name of a preset, or
//! `{"level": …, "afterMinutes": …}`). The response's `has` lists which of them are met.

use axum::{Json, Router, http::HeaderMap};
use axum_clerk::{
    ClerkAuth, ClerkConfig, ClerkLayer, MachineToken, Requirement, Reverification, StatusClaim,
    TokenType, guard,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .init();
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".into()).parse::<u16>()?;
    let app = Router::new().fallback(inspect).layer(ClerkLayer::new(ClerkConfig::from_env()?));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("Serving http://{}/", listener.local_addr()?);
    axum::serve(listener, app)
        .with_graceful_shutdown(async { drop(tokio::signal::ctrl_c().await) })
        .await?;
    Ok(())
}

async fn inspect(auth: ClerkAuth, headers: HeaderMap) -> Json<Value> {
    let mut response = json!({
        "is_authenticated": auth.is_authenticated(),
        "token_type": auth.token_type().map(TokenType::as_str),
    });
    let details = match auth.token_type() {
        Some(TokenType::SessionToken) => session(&auth, &headers),
        Some(_) => machine(auth.machine_token()),
        None => json!({}),
    };
    if let (Value::Object(response), Value::Object(details)) = (&mut response, details) {
        response.extend(details);
    }
    Json(response)
}

fn session(auth: &ClerkAuth, headers: &HeaderMap) -> Value {
    let has: Vec<bool> = checks(headers).iter().map(|check| is_met(auth, check)).collect();
    json!({
        "user_id": auth.user_id(),
        "session_id": auth.session_id(),
        "session_status": auth.session_status().as_ref().map(StatusClaim::as_str),
        "actor": auth.actor(),
        "org_id": auth.organization_id(),
        "org_slug": auth.organization_slug(),
        "org_role": auth.organization_role(),
        "org_permissions": auth.organization_permissions(),
        "has": has,
    })
}

fn machine(token: Option<&MachineToken>) -> Value {
    json!({
        "id": token.map(|token| &token.id),
        "subject": token.map(|token| &token.subject),
        "scopes": token.map(|token| &token.scopes),
        "claims": token.map(|token| &token.claims),
        "name": token.map(|token| &token.name),
        "user_id": token.and_then(MachineToken::user_id),
        "org_id": token.and_then(MachineToken::organization_id),
        "machine_id": token.and_then(MachineToken::machine_id),
        "client_id": token.map(|token| &token.client_id),
    })
}

fn checks(headers: &HeaderMap) -> Vec<Value> {
    headers
        .get("x-inspect-has")
        .and_then(|json| serde_json::from_slice(json.as_bytes()).ok())
        .unwrap_or_default()
}

/// A check of a session. Every field is optional, but unknown fields and values are errors.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    role: Option<String>,
    permission: Option<String>,
    feature: Option<String>,
    plan: Option<String>,
    reverification: Option<ReverificationCheck>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ReverificationCheck {
    Preset(Preset),
    Custom(Reverification),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Preset {
    StrictMfa,
    Strict,
    Moderate,
    Lax,
}

impl From<ReverificationCheck> for Requirement {
    fn from(check: ReverificationCheck) -> Self {
        let reverification = match check {
            ReverificationCheck::Preset(Preset::StrictMfa) => Reverification::STRICT_MFA,
            ReverificationCheck::Preset(Preset::Strict) => Reverification::STRICT,
            ReverificationCheck::Preset(Preset::Moderate) => Reverification::MODERATE,
            ReverificationCheck::Preset(Preset::Lax) => Reverification::LAX,
            ReverificationCheck::Custom(reverification) => reverification,
        };
        reverification.into()
    }
}

/// Returns whether the session meets the check. Empty and invalid checks are not met.
fn is_met(auth: &ClerkAuth, check: &Value) -> bool {
    let Ok(check) = Check::deserialize(check) else { return false };
    let requirement = [
        check.role.map(guard::role),
        check.permission.map(guard::permission),
        check.feature.map(guard::feature),
        check.plan.map(guard::plan),
        check.reverification.map(Requirement::from),
    ]
    .into_iter()
    .flatten()
    .reduce(Requirement::and);
    requirement.is_some_and(|requirement| auth.has(requirement))
}
