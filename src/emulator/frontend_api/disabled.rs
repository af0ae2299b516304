//! Endpoints of features that the emulated instance has disabled. They respond as Clerk does for
//! such an instance.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json, Router,
    extract::Path,
    routing::{delete, get, patch, post},
};
use serde_json::{Value, json};

use super::current_client::{CurrentClient, CurrentSession};
use crate::emulator::{http::ClerkError, store::Instance};

/// Builds the routes below `/v1` whose responses contain the client.
pub(super) fn routes() -> Router<Arc<Instance>> {
    let devices = "/me/trusted_devices";
    let passkey = "/me/passkeys/{passkey_id}";
    let wallets = "/me/web3_wallets";
    Router::new()
        .merge(connection_routes("/me/enterprise_connections"))
        .merge(connection_routes("/organizations/{organization_id}/enterprise_connections"))
        .route("/enterprise_connections/{connection_id}/test_runs/{run_id}", get(no_connection))
        .route(devices, get(no_trusted_devices))
        .route(&format!("{devices}/prepare"), post(no_trusted_devices))
        .route(&format!("{devices}/attempt"), post(no_trusted_devices))
        .route(&format!("{devices}/{{trusted_device_id}}"), delete(no_trusted_devices))
        .route("/client/trusted_devices/validate", post(no_trusted_devices_for_clients))
        .route("/me/passkeys", post(no_passkeys))
        .route(passkey, get(no_passkey).patch(no_passkey).delete(no_passkey))
        .route(&format!("{passkey}/attempt_verification"), post(no_passkey))
        .route(wallets, post(no_wallets))
        .route(&format!("{wallets}/{{web3_wallet_id}}"), get(no_wallet).delete(no_wallet))
        .route(&format!("{wallets}/{{web3_wallet_id}}/prepare_verification"), post(no_wallet))
        .route(&format!("{wallets}/{{web3_wallet_id}}/attempt_verification"), post(no_wallet))
}

/// Builds the routes with which users set up enterprise connections themselves.
fn connection_routes(path: &str) -> Router<Arc<Instance>> {
    let connection = format!("{path}/{{connection_id}}");
    Router::new()
        .route(path, get(list_connections).post(no_connections))
        .route(&connection, patch(no_connection).delete(no_connection))
        .route(&format!("{connection}/test_runs"), get(no_connection).post(no_connection))
}

/// Builds the routes below `/v1` whose responses are plain.
pub(super) fn plain_routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/me/web3_wallets", get(list_wallets))
        .route("/me/tokens", post(no_integration))
}

/// Builds the routes below `/v1` that identity providers call, or that lead to them.
pub(super) fn saml_routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/enterprise_connections/{connection_id}/init_test_run", get(no_test_run_to_start))
        .route("/saml/metadata/{file}", get(no_saml_connection))
        .route("/saml/acs/{saml_connection_id}", post(no_saml_connection))
}

async fn no_trusted_devices(_: CurrentSession) -> ClerkError {
    disabled("trusted_devices_not_enabled", "Trusted devices")
}

async fn no_trusted_devices_for_clients(_: CurrentClient) -> ClerkError {
    disabled("trusted_devices_not_enabled", "Trusted devices")
}

async fn no_passkeys(_: CurrentSession) -> ClerkError {
    disabled("passkeys_not_enabled", "Passkeys")
}

async fn no_passkey(_: CurrentSession, Path(id): Path<String>) -> ClerkError {
    ClerkError::resource_not_found("passkey", &id)
}

async fn no_wallets(_: CurrentSession) -> ClerkError {
    disabled("web3_wallets_not_enabled", "Web3 wallets")
}

async fn no_wallet(_: CurrentSession, Path(id): Path<String>) -> ClerkError {
    ClerkError::resource_not_found("web3 wallet", &id)
}

async fn list_wallets(_: CurrentSession) -> Json<Value> {
    Json(json!([]))
}

async fn list_connections(_: CurrentSession) -> Json<Value> {
    Json(json!([]))
}

async fn no_connections(_: CurrentSession) -> ClerkError {
    disabled("self_serve_sso_not_enabled", "Self-serve enterprise connections")
}

async fn no_connection(_: CurrentSession, Path(path): Path<HashMap<String, String>>) -> ClerkError {
    connection_not_found(&path)
}

async fn no_test_run_to_start(Path(path): Path<HashMap<String, String>>) -> ClerkError {
    connection_not_found(&path)
}

fn connection_not_found(path: &HashMap<String, String>) -> ClerkError {
    let id = path.get("connection_id").map(String::as_str).unwrap_or_default();
    ClerkError::resource_not_found("enterprise connection", id)
}

/// Tokens for other services, such as Firebase.
async fn no_integration(_: CurrentSession) -> ClerkError {
    ClerkError::not_found("integration_not_found", "The instance has no such integration.")
}

async fn no_saml_connection(Path(id): Path<String>) -> ClerkError {
    ClerkError::resource_not_found("SAML connection", id.trim_end_matches(".xml"))
}

fn disabled(code: &'static str, feature: &str) -> ClerkError {
    ClerkError::forbidden(code, format!("{feature} are not enabled for this instance."))
}
