//! What authenticating a request asks of Clerk's API.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::Clerk;
use crate::{
    MachineToken, MachineTokenError, TokenType, api,
    authenticate::{Network, RefreshRequest},
    timestamp::Timestamp,
};

impl Network for Clerk {
    async fn keys_ready(&self) {
        self.0.verifier.keys_ready().await;
    }

    async fn handshake_payload(&self, nonce: &str) -> Option<Vec<String>> {
        #[derive(Deserialize)]
        struct Payload {
            directives: Vec<String>,
        }
        let request = self.get("/clients/handshake_payload", []).query(&[("nonce", nonce)]);
        match request.send::<Payload>().await {
            Ok(payload) => Some(payload.directives),
            Err(error) => {
                tracing::error!(%error, "a handshake could not be completed");
                None
            }
        }
    }

    async fn refresh(&self, request: &RefreshRequest) -> Result<Vec<String>, String> {
        #[derive(Deserialize)]
        struct Refreshed {
            cookies: Vec<String>,
        }
        let suffixed_cookies = [("suffixed_cookies", request.suffixed_cookies)];
        let call = self.post("/sessions/{session_id}/refresh", [&request.session_id]);
        let refreshed = call.query(&suffixed_cookies).json(request).send::<Refreshed>();
        refreshed.await.map(|refreshed| refreshed.cookies).map_err(|error| match &error {
            api::Error::Transport(_) => "fetch-error".into(),
            error => error
                .api()
                .and_then(|error| error.code())
                .unwrap_or("unexpected-bapi-error")
                .to_owned(),
        })
    }

    async fn verify_machine_token(
        &self,
        token_type: TokenType,
        token: &str,
    ) -> Result<Arc<MachineToken>, MachineTokenError> {
        let fetch = self.ask_about_machine_token(token_type, token);
        let verified =
            self.0.machine_tokens.get_or_fetch(token, fetch).await.map_err(|error| *error)?;
        let earliest =
            self.config().clock().unix_millis().saturating_sub(self.config().clock_skew_millis());
        if verified.expires_at.is_some_and(|at| at.as_millis() <= earliest) {
            return Err(MachineTokenError::Invalid);
        }
        Ok(verified)
    }
}

impl Clerk {
    async fn ask_about_machine_token(
        &self,
        token_type: TokenType,
        token: &str,
    ) -> Result<MachineToken, MachineTokenError> {
        let (path, body) = match token_type {
            TokenType::ApiKey => ("/api_keys/verify", json!({ "secret": token })),
            TokenType::M2mToken => ("/m2m_tokens/verify", json!({ "token": token })),
            TokenType::OAuthToken => {
                ("/oauth_applications/access_tokens/verify", json!({ "access_token": token }))
            }
            TokenType::SessionToken => return Err(MachineTokenError::Invalid),
        };
        let api = match self.config().machine_secret_key() {
            Some(key) if token_type == TokenType::M2mToken => self.with_secret_key(key.clone()),
            _ => self.api().clone(),
        };
        let verified: VerifiedMachineToken =
            api.post(path, []).json(&body).send().await.map_err(|error| {
                match error.api().map(|error| error.status.as_u16()) {
                    Some(404) => MachineTokenError::Invalid,
                    Some(401) => MachineTokenError::InvalidSecretKey,
                    _ => MachineTokenError::Unexpected,
                }
            })?;
        verified.accept(token_type, self.config().audiences())
    }
}

/// What Clerk tells of any opaque machine token.
#[derive(Deserialize)]
struct VerifiedMachineToken {
    /// An OAuth access token that does not count is told by this alone.
    #[serde(default)]
    active: Option<bool>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    scopes: Option<Vec<String>>,
    #[serde(default)]
    claims: Option<Value>,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    expiration: Option<Timestamp>,
    #[serde(default)]
    aud: Option<OneOrSeveral>,
    #[serde(default)]
    revoked: bool,
    #[serde(default)]
    expired: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrSeveral {
    One(String),
    Several(Vec<String>),
}

impl VerifiedMachineToken {
    fn accept(
        self,
        token_type: TokenType,
        audiences: &[String],
    ) -> Result<MachineToken, MachineTokenError> {
        if self.active == Some(false) || self.revoked || self.expired {
            return Err(MachineTokenError::Invalid);
        }
        let (Some(id), Some(subject)) = (self.id, self.subject) else {
            return Err(MachineTokenError::Unexpected);
        };
        if token_type == TokenType::OAuthToken && !audiences.is_empty() {
            let is_accepted = match &self.aud {
                None => false,
                Some(OneOrSeveral::One(audience)) => audiences.contains(audience),
                Some(OneOrSeveral::Several(several)) => {
                    several.iter().any(|audience| audiences.contains(audience))
                }
            };
            if !is_accepted {
                return Err(MachineTokenError::VerificationFailed);
            }
        }
        Ok(MachineToken {
            token_type,
            id,
            name: self.name,
            subject,
            scopes: self.scopes.unwrap_or_default(),
            claims: self.claims,
            client_id: self.client_id,
            expires_at: self.expiration,
        })
    }
}
