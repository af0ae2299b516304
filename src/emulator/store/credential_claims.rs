//! The claims of machine-to-machine tokens and OAuth access tokens in JWT format.

use serde_json::{Value, json};

use super::records::{Credential, CredentialKind};

/// The lifetime of tokens without an expiration time, in seconds.
const DEFAULT_LIFETIME: i64 = 24 * 60 * 60;

pub(super) fn credential_claims(credential: &Credential, issuer: &str, now: i64) -> Value {
    let now = now.div_euclid(1000);
    let expires = credential.expires_at.map_or(now + DEFAULT_LIFETIME, |at| at.div_euclid(1000));
    let mut claims = json!({
        "iss": issuer,
        "sub": credential.subject,
        "jti": credential.id,
        "iat": now,
        "nbf": now,
        "exp": expires,
    });
    let scopes = credential.scopes.join(" ");
    if credential.kind == CredentialKind::OAuthToken {
        claims["client_id"] = json!(credential.client_id);
        claims["scope"] = json!(scopes);
        match &*credential.resources {
            [] => {}
            [one] => claims["aud"] = json!(one),
            several => claims["aud"] = json!(several),
        }
    } else {
        claims["aud"] = json!(credential.scopes);
        claims["scopes"] = json!(scopes);
        for (name, value) in credential.claims.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
    }
    claims
}
