//! The calls to Clerk's API that authenticating a request requires.

use std::{sync::Arc, time::Duration};

use serde::Deserialize;
use serde_json::Value;

use super::{Clerk, lookup_cache::LookupKey};
use crate::{
    api::{
        ApiError, ApiKey, Client, Error, IssuedOAuthAccessToken, M2mToken,
        OAuthAccessTokenVerification, RetryPolicy, VerifyOAuthAccessToken,
    },
    authenticate::{
        HandshakePayload, LookupSource, MachineToken, MachineTokenError, RefreshRequest,
    },
    config::TokenType,
};

impl LookupSource for Clerk {
    async fn keys_ready(&self) {
        self.verifier().keys_ready().await;
    }

    async fn handshake_payload(&self, nonce: &str) -> HandshakePayload {
        let lifetime = |payload: &HandshakePayload| match payload {
            HandshakePayload::NotFound => self.config().not_found_cache_lifetime(),
            _ => Duration::ZERO,
        };
        self.lookups()
            .handshakes
            .get(
                LookupKey::new(&[nonce]),
                self.fetch_handshake_payload(nonce),
                lifetime,
                &self.lookups().permits,
                HandshakePayload::Unavailable,
            )
            .await
    }

    async fn refresh(&self, request: &RefreshRequest) -> Result<Vec<String>, String> {
        let RefreshRequest { session_id, expired_token, refresh_token, .. } = request;
        let busy = Err(FETCH_ERROR.to_owned());
        self.lookups()
            .refreshes
            .get(
                LookupKey::new(&[session_id, expired_token, refresh_token]),
                self.fetch_refreshed_cookies(request),
                |_| Duration::ZERO,
                &self.lookups().permits,
                busy,
            )
            .await
    }

    async fn verify_machine_token(
        &self,
        token_type: TokenType,
        token: &str,
    ) -> Result<Arc<MachineToken>, MachineTokenError> {
        let config = self.config();
        let lifetime = |result: &Result<_, MachineTokenError>| match result {
            Ok(_) => config.machine_token_cache_lifetime(),
            Err(MachineTokenError::Invalid) => config.not_found_cache_lifetime(),
            Err(_) => Duration::ZERO,
        };
        let verified = self
            .lookups()
            .machine_tokens
            .get(
                LookupKey::new(&[token_type.as_str(), token]),
                async { self.fetch_machine_token(token_type, token).await.map(Arc::new) },
                lifetime,
                &self.lookups().permits,
                Err(MachineTokenError::Unexpected),
            )
            .await?;
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
        let api = self.lookup_client();
        match token_type {
            TokenType::SessionToken => Err(MachineTokenError::Invalid),
            TokenType::ApiKey => {
                from_api_key(api.api_keys().verify(token).await.map_err(verify_error)?)
            }
            TokenType::M2mToken => {
                let api = match self.config().machine_secret_key() {
                    Some(key) => api.with_secret_key(key.clone()),
                    None => api,
                };
                from_m2m_token(api.m2m().verify_token(token).await.map_err(verify_error)?)
            }
            TokenType::OAuthToken => {
                let params = VerifyOAuthAccessToken::new(token);
                match api.oauth_access_tokens().verify(&params).await.map_err(verify_error)? {
                    OAuthAccessTokenVerification::Known(token) => {
                        from_oauth_token(*token, self.config().audiences())
                    }
                    OAuthAccessTokenVerification::Inactive { .. } => {
                        Err(MachineTokenError::Invalid)
                    }
                }
            }
        }
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

fn from_api_key(key: ApiKey) -> Result<MachineToken, MachineTokenError> {
    check(key.revoked, key.expired, &key.subject)?;
    Ok(MachineToken {
        token_type: TokenType::ApiKey,
        id: key.id,
        name: Some(key.name),
        subject: key.subject,
        scopes: key.scopes,
        claims: custom_claims(key.claims),
        client_id: None,
        expires_at: key.expiration,
    })
}

fn from_m2m_token(token: M2mToken) -> Result<MachineToken, MachineTokenError> {
    check(token.revoked, token.expired, &token.subject)?;
    Ok(MachineToken {
        token_type: TokenType::M2mToken,
        id: token.id,
        name: None,
        subject: token.subject,
        scopes: token.scopes,
        claims: custom_claims(token.claims),
        client_id: None,
        expires_at: token.expiration,
    })
}

fn from_oauth_token(
    token: IssuedOAuthAccessToken,
    audiences: &[String],
) -> Result<MachineToken, MachineTokenError> {
    check(token.revoked, token.expired, &token.subject)?;
    let is_accepted = match &token.aud {
        Value::String(audience) => audiences.contains(audience),
        Value::Array(several) => several
            .iter()
            .filter_map(Value::as_str)
            .any(|audience| audiences.iter().any(|accepted| accepted == audience)),
        _ => false,
    };
    if !audiences.is_empty() && !is_accepted {
        return Err(MachineTokenError::VerificationFailed);
    }
    Ok(MachineToken {
        token_type: TokenType::OAuthToken,
        id: token.id,
        name: None,
        subject: token.subject,
        scopes: token.scopes,
        claims: None,
        client_id: Some(token.client_id),
        expires_at: token.expiration,
    })
}

fn check(revoked: bool, expired: bool, subject: &str) -> Result<(), MachineTokenError> {
    if revoked || expired {
        Err(MachineTokenError::Invalid)
    } else if subject.is_empty() {
        Err(MachineTokenError::Unexpected)
    } else {
        Ok(())
    }
}

fn custom_claims(claims: Value) -> Option<Value> {
    (!claims.is_null()).then_some(claims)
}
