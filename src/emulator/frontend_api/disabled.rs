//! Endpoints of features that the emulated instance has disabled. They respond as Clerk does for
//! such an instance.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::Path,
    routing::{delete, get, post},
};
use serde_json::{Value, json};

use super::current_client::{CurrentClient, CurrentSession};
use crate::emulator::{
    http::{ClerkError, Result},
    store::Instance,
};

/// Builds the routes below `/v1` whose responses contain the client.
pub(super) fn routes() -> Router<Arc<Instance>> {
    let devices = "/me/trusted_devices";
    let passkey = "/me/passkeys/{passkey_id}";
    let wallets = "/me/web3_wallets";
    Router::new()
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

/// Builds the routes below `/v1` whose responses are plain.
pub(super) fn plain_routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/me/web3_wallets", get(list_wallets))
        .route("/me/tokens", post(no_integration))
}

/// Builds the routes below `/v1` that identity providers call.
pub(super) fn saml_routes() -> Router<Arc<Instance>> {
    Router::new()
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

async fn list_wallets(_: CurrentSession) -> Result<Json<Value>> {
    Ok(Json(json!([])))
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
