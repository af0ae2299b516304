//! What the tokens of machines say, where they are JWTs.

use serde_json::{Value, json};

use super::store::{Credential, CredentialKind};

/// The class of machine-to-machine tokens, as a JOSE header's `cat` names it.
pub(super) const M2M_TOKEN: &str = "cl_B7d4PD333AAA";

/// The claims of machine-to-machine tokens that are not for machines to say.
pub(super) const RESERVED_CLAIMS: [&str; 8] =
    ["aud", "exp", "iat", "iss", "jti", "nbf", "scopes", "sub"];

/// How long a token without an end of its own is good for, in seconds.
const LIFETIME: i64 = 24 * 60 * 60;

pub(super) fn credential_claims(credential: &Credential, issuer: &str, now: i64) -> Value {
    let now = now.div_euclid(1000);
    let expires = credential.expires_at.map_or(now + LIFETIME, |at| at.div_euclid(1000));
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
    } else {
        claims["aud"] = json!(credential.scopes);
        claims["scopes"] = json!(scopes);
        for (name, value) in credential.claims.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
    }
    claims
}

/// What the Backend API shows of an OAuth access token with these claims, if they are such a token's.
pub(super) fn oauth_token_document(claims: &Value, now: i64) -> Option<Value> {
    let text = |name: &str| claims[name].as_str();
    let (id, subject) = (text("jti")?, text("sub")?);
    let (client_id, scopes) = (text("client_id")?, text("scope")?);
    let time = |name: &str| Some(claims[name].as_i64()?.saturating_mul(1000));
    let (issued_at, expiration) = (time("iat")?, time("exp")?);
    if expiration <= now {
        return Some(json!({ "active": false }));
    }
    Some(json!({
        "object": "clerk_idp_oauth_access_token",
        "id": id,
        "client_id": client_id,
        "subject": subject,
        "scopes": scopes.split_whitespace().collect::<Vec<_>>(),
        "revoked": false,
        "revocation_reason": null,
        "expired": false,
        "expiration": expiration,
        "created_at": issued_at,
        "updated_at": issued_at,
    }))
}
