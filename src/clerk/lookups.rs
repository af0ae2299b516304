//! The calls to Clerk's API that authenticating a request requires.

use std::{future::Future, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{Clerk, Lookups, lookup_cache::LookupKey};
use crate::{
    api::{ApiError, Client, Error, RetryPolicy},
    authenticate::{
        HandshakePayload, LookupSource, MachineToken, MachineTokenError, RefreshRequest,
        audience_names,
    },
    config::TokenType,
    timestamp::Timestamp,
};

impl LookupSource for Clerk {
    async fn keys_ready(&self) {
        Self::keys_ready(self).await;
    }

    async fn handshake_payload(&self, nonce: &str) -> HandshakePayload {
        let call = self.shared_or_fetch(
            "handshake",
            nonce,
            |()| HandshakePayload::NotFound,
            |payload| matches!(payload, HandshakePayload::NotFound).then_some(()),
            async {
                let payload = self.fetch_handshake_payload(nonce).await;
                let lifetime = match payload {
                    HandshakePayload::NotFound => self.config().not_found_cache_lifetime(),
                    _ => Duration::ZERO,
                };
                (payload, lifetime)
            },
        );
        let Lookups { handshakes, permits, .. } = self.lookups();
        let key = LookupKey::new(&[nonce]);
        handshakes.get(key, call, permits, HandshakePayload::Unavailable).await
    }

    async fn refresh(&self, request: &RefreshRequest) -> Result<Vec<String>, String> {
        let RefreshRequest { session_id, expired_token, refresh_token, .. } = request;
        let call = async { (self.fetch_refreshed_cookies(request).await, Duration::ZERO) };
        let Lookups { refreshes, permits, .. } = self.lookups();
        let key = LookupKey::new(&[session_id, expired_token, refresh_token]);
        refreshes.get(key, call, permits, Err(FETCH_ERROR.to_owned())).await
    }

    async fn verify_machine_token(
        &self,
        token_type: TokenType,
        token: &str,
    ) -> Result<Arc<MachineToken>, MachineTokenError> {
        let config = self.config();
        let call = self.shared_or_fetch(
            token_type.as_str(),
            token,
            |stored: Option<MachineToken>| stored.map(Arc::new).ok_or(MachineTokenError::Invalid),
            |result| match result {
                Ok(token) => Some(Some(MachineToken::clone(token))),
                Err(MachineTokenError::Invalid) => Some(None),
                Err(_) => None,
            },
            async {
                let result = self.fetch_machine_token(token_type, token).await.map(Arc::new);
                let lifetime = match result {
                    Ok(_) => config.machine_token_cache_lifetime(),
                    Err(MachineTokenError::Invalid) => config.not_found_cache_lifetime(),
                    Err(_) => Duration::ZERO,
                };
                (result, lifetime)
            },
        );
        let Lookups { machine_tokens, permits, .. } = self.lookups();
        let key = LookupKey::new(&[token_type.as_str(), token]);
        let busy = Err(MachineTokenError::Unexpected);
        let verified = machine_tokens.get(key, call, permits, busy).await?;
        let earliest = config.clock().unix_millis().saturating_sub(config.clock_skew_millis());
        if verified.expires_at.is_some_and(|at| at.as_millis() <= earliest) {
            return Err(MachineTokenError::Invalid);
        }
        Ok(verified)
    }
}

/// Clerk's word for a refresh that failed because Clerk could not be reached.
const FETCH_ERROR: &str = "fetch-error";

impl Clerk {
    /// Returns a result from the shared cache, if there is one, or fetches it. The result of
    /// `fetch` is stored for its lifetime, in the form that `store` returns.
    async fn shared_or_fetch<T, S: DeserializeOwned + Serialize>(
        &self,
        kind: &str,
        id: &str,
        restore: impl Fn(S) -> T,
        store: impl Fn(&T) -> Option<S>,
        fetch: impl Future<Output = (T, Duration)>,
    ) -> (T, Duration) {
        let Some(shared) = self.shared() else { return fetch.await };
        if let Some((stored, lifetime)) = shared.get(kind, id).await {
            return (restore(stored), lifetime);
        }
        let (result, lifetime) = fetch.await;
        if let Some(stored) = store(&result).filter(|_| !lifetime.is_zero()) {
            shared.set(kind, id, &stored, lifetime).await;
        }
        (result, lifetime)
    }

    /// Returns a client for calls that a request waits for: without retries, and with a short
    /// timeout.
    fn lookup_client(&self) -> Client {
        self.api().with_retry(RetryPolicy::none()).with_timeout(self.config().lookup_timeout())
    }

    async fn fetch_handshake_payload(&self, nonce: &str) -> HandshakePayload {
        #[derive(Deserialize)]
        struct Payload {
            directives: Vec<String>,
        }
        let client = self.lookup_client();
        let request = client.get("/clients/handshake_payload", []).query(&[("nonce", nonce)]);
        match request.send::<Payload>().await {
            Ok(payload) => HandshakePayload::Directives(payload.directives),
            Err(error) if error.api().is_some_and(ApiError::is_not_found) => {
                tracing::debug!(%error, "Clerk does not recognize a handshake nonce");
                HandshakePayload::NotFound
            }
            Err(error) => {
                tracing::warn!(%error, "a handshake could not be completed");
                HandshakePayload::Unavailable
            }
        }
    }

    async fn fetch_refreshed_cookies(
        &self,
        request: &RefreshRequest,
    ) -> Result<Vec<String>, String> {
        #[derive(Deserialize)]
        struct Refreshed {
            cookies: Vec<String>,
        }
        let suffixed_cookies = [("suffixed_cookies", request.suffixed_cookies)];
        let client = self.lookup_client();
        let call = client.post("/sessions/{session_id}/refresh", [&request.session_id]);
        let refreshed = call.query(&suffixed_cookies).json(request).send::<Refreshed>();
        refreshed.await.map(|refreshed| refreshed.cookies).map_err(|error| match &error {
            Error::Transport(_) => FETCH_ERROR.to_owned(),
            error => {
                let code = error.api().and_then(|error| error.code());
                code.unwrap_or("unexpected-bapi-error").to_owned()
            }
        })
    }

    /// Verifies an opaque machine token.
    async fn fetch_machine_token(
        &self,
        token_type: TokenType,
        token: &str,
    ) -> Result<MachineToken, MachineTokenError> {
        let (path, parameter, api) = match token_type {
            TokenType::SessionToken => return Err(MachineTokenError::Invalid),
            TokenType::ApiKey => ("/api_keys/verify", "secret", self.lookup_client()),
            TokenType::M2mToken => {
                let api = self.lookup_client();
                let api = match self.config().machine_secret_key() {
                    Some(key) => api.with_secret_key(key.clone()),
                    None => api,
                };
                ("/m2m_tokens/verify", "token", api)
            }
            TokenType::OAuthToken => {
                ("/oauth_applications/access_tokens/verify", "access_token", self.lookup_client())
            }
        };
        let request = api.post(path, []).json(&json!({ parameter: token }));
        let verification: Verification = request.send().await.map_err(verify_error)?;
        verification.into_machine_token(token_type, self.config().audiences())
    }
}

/// The result of verifying a machine token of any type, with the fields that authentication needs.
#[derive(Deserialize)]
struct Verification {
    /// `None` if an OAuth access token in the form of a JWT has expired.
    id: Option<String>,
    /// Only present if there is no ID.
    active: Option<bool>,
    name: Option<String>,
    subject: Option<String>,
    scopes: Option<Vec<String>>,
    claims: Option<Value>,
    client_id: Option<String>,
    aud: Option<Value>,
    resource: Option<Value>,
    revoked: Option<bool>,
    expired: Option<bool>,
    expiration: Option<Timestamp>,
}

impl Verification {
    /// Checks the token. `audiences` are those that OAuth access tokens must be intended for.
    fn into_machine_token(
        self,
        token_type: TokenType,
        audiences: &[String],
    ) -> Result<MachineToken, MachineTokenError> {
        let is_oauth = token_type == TokenType::OAuthToken;
        let Some(id) = self.id else {
            let is_inactive = is_oauth && self.active.is_some();
            return Err(if is_inactive {
                MachineTokenError::Invalid
            } else {
                MachineTokenError::Unexpected
            });
        };
        if self.revoked == Some(true) || self.expired == Some(true) {
            return Err(MachineTokenError::Invalid);
        }
        // Clerk always states both.
        if self.revoked.is_none() || self.expired.is_none() {
            return Err(MachineTokenError::Unexpected);
        }
        let subject = self.subject.filter(|subject| !subject.is_empty());
        let subject = subject.ok_or(MachineTokenError::Unexpected)?;
        if is_oauth && !audiences.is_empty() && !names_any(self.aud.as_ref(), audiences) {
            return Err(MachineTokenError::VerificationFailed);
        }
        Ok(MachineToken {
            token_type,
            id,
            name: (token_type == TokenType::ApiKey).then(|| self.name.unwrap_or_default()),
            subject,
            scopes: self.scopes.unwrap_or_default(),
            claims: self.claims.filter(|_| !is_oauth),
            client_id: is_oauth.then(|| self.client_id.unwrap_or_default()),
            expires_at: self.expiration,
            audience: if is_oauth { audience_names(self.aud.as_ref()) } else { None },
            resource: if is_oauth { audience_names(self.resource.as_ref()) } else { None },
        })
    }
}

/// Returns whether an `aud` claim, a string or a list, names any of the audiences.
fn names_any(aud: Option<&Value>, audiences: &[String]) -> bool {
    let is_accepted = |aud: &str| audiences.iter().any(|accepted| accepted == aud);
    match aud {
        Some(Value::String(audience)) => is_accepted(audience),
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).any(is_accepted),
        _ => false,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` passes values")]
fn verify_error(error: Error) -> MachineTokenError {
    match error.api().map(|error| error.status.as_u16()) {
        Some(404) => MachineTokenError::Invalid,
        Some(401) => MachineTokenError::InvalidSecretKey,
        _ => MachineTokenError::Unexpected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verify(token: Value, audiences: &[&str]) -> Result<MachineToken, MachineTokenError> {
        let audiences: Vec<_> = audiences.iter().map(|&audience| audience.to_owned()).collect();
        let verification: Verification = serde_json::from_value(token).expect("a verification");
        verification.into_machine_token(TokenType::OAuthToken, &audiences)
    }

    #[test]
    fn revoked_or_expired_tokens_and_those_without_subject_fail() {
        for (revoked, expired, subject, expected) in [
            (json!(false), json!(false), json!("user_1"), None),
            (json!(true), json!(false), json!("user_1"), Some(MachineTokenError::Invalid)),
            (json!(false), json!(true), json!("user_1"), Some(MachineTokenError::Invalid)),
            (json!(true), json!(true), json!(""), Some(MachineTokenError::Invalid)),
            (json!(false), json!(false), json!(""), Some(MachineTokenError::Unexpected)),
            (json!(false), json!(false), json!(null), Some(MachineTokenError::Unexpected)),
            (json!(null), json!(false), json!("user_1"), Some(MachineTokenError::Unexpected)),
            (json!(false), json!(null), json!("user_1"), Some(MachineTokenError::Unexpected)),
        ] {
            let token =
                json!({ "id": "1", "revoked": revoked, "expired": expired, "subject": subject });
            assert_eq!(verify(token.clone(), &[]).err(), expected, "{token}");
        }
    }

    #[test]
    fn only_inactive_oauth_tokens_may_lack_an_id() {
        for (token_type, token, expected) in [
            (TokenType::OAuthToken, json!({ "active": false }), MachineTokenError::Invalid),
            (TokenType::OAuthToken, json!({}), MachineTokenError::Unexpected),
            (TokenType::ApiKey, json!({ "active": false }), MachineTokenError::Unexpected),
        ] {
            let verification: Verification = serde_json::from_value(token).expect("an object");
            assert_eq!(verification.into_machine_token(token_type, &[]).err(), Some(expected));
        }
    }

    #[test]
    fn only_api_keys_have_a_name() {
        let token = json!({
            "id": "1", "name": "deploy", "subject": "user_1", "revoked": false, "expired": false,
        });
        for (token_type, name) in [
            (TokenType::ApiKey, Some("deploy")),
            (TokenType::M2mToken, None),
            (TokenType::OAuthToken, None),
        ] {
            let verification: Verification =
                serde_json::from_value(token.clone()).expect("an object");
            let token = verification.into_machine_token(token_type, &[]).expect("a token");
            assert_eq!(token.name.as_deref(), name, "{token_type:?}");
        }
    }

    #[test]
    fn opaque_oauth_token_must_name_a_configured_audience() {
        for (audience, is_accepted) in [
            (json!("api"), true),
            (json!(["other", "admin"]), true),
            (json!("other"), false),
            (json!(["other", 1]), false),
            (json!([]), false),
            (json!(null), false),
        ] {
            let token = json!({
                "id": "oat_1", "subject": "user_1", "aud": audience, "revoked": false,
                "expired": false,
            });
            assert_eq!(verify(token.clone(), &["api", "admin"]).is_ok(), is_accepted, "{token}");
            assert!(verify(token, &[]).is_ok(), "{audience}");
        }
    }
}
