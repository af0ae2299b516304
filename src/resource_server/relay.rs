//! Relays the metadata of the authorization server (RFC 8414).

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::Mutex;

use super::metadata::Metadata;
use crate::clerk::{Clerk, fetch_document};

/// The path of the document, at the authorization server and at the application.
pub(super) const AUTHORIZATION_SERVER: &str = "/.well-known/oauth-authorization-server";

/// The time for which the document is served without fetching it again.
const LIFETIME: Duration = Duration::from_secs(60 * 60);

/// The minimum interval between failed fetches, so that requests cannot cause many.
const FAILURE_COOLDOWN: Duration = Duration::from_secs(10);

/// The document of the authorization server, fetched when needed and cached.
pub(super) struct Relay {
    clerk: Clerk,
    authorization_server: String,
    /// Locked during a fetch, so that concurrent requests share it.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    document: Option<Bytes>,
    /// The time of the next fetch, in Unix milliseconds.
    fetch_at: i64,
}

impl Relay {
    pub(super) fn new(metadata: &Metadata) -> Self {
        Self {
            clerk: metadata.clerk.clone(),
            authorization_server: metadata.authorization_server.clone(),
            state: Mutex::default(),
        }
    }

    /// Returns the document, or `None` if it was never fetched successfully.
    pub(super) async fn document(&self) -> Option<Bytes> {
        let mut state = self.state.lock().await;
        let clock = self.clerk.config().clock();
        if clock.unix_millis() >= state.fetch_at {
            let lifetime = match self.fetch().await {
                Ok(document) => {
                    state.document = Some(document);
                    LIFETIME
                }
                Err(error) => {
                    tracing::warn!(
                        error,
                        "the metadata of the authorization server could not be fetched"
                    );
                    FAILURE_COOLDOWN
                }
            };
            state.fetch_at = clock.unix_millis_after(lifetime);
        }
        state.document.clone()
    }

    async fn fetch(&self) -> Result<Bytes, String> {
        let config = self.clerk.config();
        let body = fetch_document(
            config.http_client(),
            &format!("GET {AUTHORIZATION_SERVER}"),
            &format!("{}{AUTHORIZATION_SERVER}", self.authorization_server),
            config.lookup_timeout(),
        )
        .await?;
        let document: Value = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        // Clients must not be sent to another authorization server (RFC 8414, section 3.3).
        let issuer = document.get("issuer").and_then(Value::as_str).unwrap_or_default();
        if issuer.trim_end_matches('/') != self.authorization_server {
            return Err(format!("it belongs to another issuer: {issuer:?}"));
        }
        Ok(body)
    }
}
