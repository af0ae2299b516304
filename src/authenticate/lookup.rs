//! Information that authenticating a request may need from the network.

use std::{collections::BTreeMap, future::Future, sync::Arc};

use serde::Serialize;

use super::machine_token::{MachineToken, MachineTokenError};
use crate::config::TokenType;

/// Information that is needed to decide and requires waiting.
pub(crate) enum Lookup {
    /// The instance's keys, which are being fetched.
    Keys,
    /// The cookies that a handshake nonce stands for.
    HandshakePayload { nonce: String },
    /// Fresh cookies for a session whose token has expired.
    Refresh(Box<RefreshRequest>),
    /// The verification of an opaque machine token.
    MachineToken { token_type: TokenType, token: String },
}

/// The results of the lookups so far. A field is `None` until its lookup was resolved.
pub(crate) struct LookupResults {
    pub(crate) handshake_payload: Option<HandshakePayload>,
    /// The `Set-Cookie` values, or Clerk's error code.
    pub(crate) refresh: Option<Result<Vec<String>, String>>,
    pub(crate) machine_token: Option<Result<Arc<MachineToken>, MachineTokenError>>,
}

impl LookupResults {
    /// No lookup was resolved.
    pub(crate) const NONE: Self =
        Self { handshake_payload: None, refresh: None, machine_token: None };
}

/// The result of exchanging a handshake nonce.
#[derive(Clone)]
pub(crate) enum HandshakePayload {
    /// The `Set-Cookie` values.
    Directives(Vec<String>),
    /// Clerk does not recognize the nonce.
    NotFound,
    /// Clerk could not be reached.
    Unavailable,
}

/// The path parameter, query and body of `POST /sessions/{session_id}/refresh`.
#[derive(Serialize)]
pub(crate) struct RefreshRequest {
    #[serde(skip)]
    pub(crate) session_id: String,
    #[serde(skip)]
    pub(crate) suffixed_cookies: bool,
    pub(crate) format: &'static str,
    pub(crate) expired_token: String,
    pub(crate) refresh_token: String,
    pub(crate) request_origin: String,
    pub(crate) request_headers: BTreeMap<String, Vec<String>>,
}

/// The network, as far as authenticating a request needs it.
pub(crate) trait LookupSource: Sync {
    /// Waits until the fetch of the instance's keys has ended.
    fn keys_ready(&self) -> impl Future<Output = ()> + Send;

    /// Exchanges a handshake nonce for the cookies to set.
    fn handshake_payload(&self, nonce: &str) -> impl Future<Output = HandshakePayload> + Send;

    /// Refreshes a session. Returns the `Set-Cookie` values, or Clerk's error code.
    fn refresh(
        &self,
        request: &RefreshRequest,
    ) -> impl Future<Output = Result<Vec<String>, String>> + Send;

    /// Verifies an opaque machine token.
    fn verify_machine_token(
        &self,
        token_type: TokenType,
        token: &str,
    ) -> impl Future<Output = Result<Arc<MachineToken>, MachineTokenError>> + Send;
}

/// Returns whether a value from a request consists of unreserved characters (RFC 3986), as the
/// tokens and nonces of Clerk do. Other values are not worth a call to Clerk.
pub(super) fn is_url_safe(value: &str, max_length: usize) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    !value.is_empty() && value.len() <= max_length && value.bytes().all(is_unreserved)
}

impl LookupResults {
    /// Resolves a lookup and stores its result.
    pub(crate) async fn resolve(&mut self, lookup: Lookup, source: &impl LookupSource) {
        match lookup {
            Lookup::Keys => source.keys_ready().await,
            Lookup::HandshakePayload { nonce } => {
                self.handshake_payload = Some(source.handshake_payload(&nonce).await);
            }
            Lookup::Refresh(request) => self.refresh = Some(source.refresh(&request).await),
            Lookup::MachineToken { token_type, token } => {
                self.machine_token = Some(source.verify_machine_token(token_type, &token).await);
            }
        }
    }
}
