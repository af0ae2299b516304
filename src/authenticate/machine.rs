//! Authentication by machine token: an opaque token or a JWT in the `Authorization` header.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{
    lookup::{Lookup, LookupResults, is_url_safe},
    machine_token::{MachineToken, MachineTokenError, audience_names},
    state::{Reason, RequestState},
};
use crate::{
    config::{ClerkConfig, TokenType},
    timestamp::Timestamp,
    token::{TokenClass, TokenError, Verifier, VerifyError, numeric_date},
};

const MAX_OPAQUE_TOKEN_LENGTH: usize = 512;

/// Returns the type of a machine token, according to its prefix or its unverified JWT. Returns
/// `None` for any other token.
pub(super) fn token_type(token: &str, verifier: &Verifier) -> Option<TokenType> {
    let prefixes =
        [("mt_", TokenType::M2mToken), ("oat_", TokenType::OAuthToken), ("ak_", TokenType::ApiKey)];
    if let Some((_, token_type)) =
        prefixes.into_iter().find(|(prefix, _)| token.starts_with(prefix))
    {
        return Some(token_type);
    }
    let token = verifier.inspect(token.as_bytes());
    let markers = token.class_markers().ok().filter(|_| token.has_signature())?;
    if markers.is_m2m() {
        Some(TokenType::M2mToken)
    } else {
        markers.is_oauth().then_some(TokenType::OAuthToken)
    }
}

/// Authenticates a request by a token of an accepted type.
pub(super) fn authenticate(
    token: &str,
    token_type: TokenType,
    config: &ClerkConfig,
    verifier: &Verifier,
    results: &LookupResults,
) -> Result<RequestState, Lookup> {
    let rejected =
        |reason: Reason| Ok(RequestState::signed_out(reason).with_token_type(Some(token_type)));
    // The scopes of a machine-to-machine token are the machines that it may be sent to.
    let is_for_us = |token: &MachineToken| {
        token_type != TokenType::M2mToken
            || config.machine_id().is_none_or(|machine_id| token.has_scope(machine_id))
    };
    let accepted = |machine_token: Arc<MachineToken>| {
        if is_for_us(&machine_token) {
            Ok(RequestState::Machine { machine_token })
        } else {
            rejected(Reason::MachineToken(MachineTokenError::Invalid))
        }
    };
    if !token.contains('.') {
        return match &results.machine_token {
            // Clerk would not recognize it.
            _ if !is_url_safe(token, MAX_OPAQUE_TOKEN_LENGTH) => {
                rejected(Reason::MachineToken(MachineTokenError::Invalid))
            }
            None => Err(Lookup::MachineToken { token_type, token: token.to_owned() }),
            Some(Ok(machine_token)) => accepted(Arc::clone(machine_token)),
            Some(Err(error)) => rejected(Reason::MachineToken(*error)),
        };
    }
    let is_m2m = token_type == TokenType::M2mToken;
    let class = if is_m2m { TokenClass::M2m } else { TokenClass::OAuth };
    match verifier.verify(token.as_bytes(), class) {
        Ok(verified) => {
            let claims = verified.claims().payload().all();
            accepted(Arc::new(if is_m2m { m2m_token(claims.clone()) } else { oauth_token(claims) }))
        }
        Err(VerifyError::KeysPending) => Err(Lookup::Keys),
        Err(VerifyError::Invalid(error)) => rejected(match error {
            TokenError::Malformed | TokenError::WrongCategory => {
                Reason::MachineToken(MachineTokenError::Invalid)
            }
            error if error.is_unavailable() => Reason::Token(error),
            _ => Reason::MachineToken(MachineTokenError::VerificationFailed),
        }),
    }
}

fn m2m_token(mut claims: Map<String, Value>) -> MachineToken {
    let scopes = match claims.get("scopes").and_then(Value::as_str) {
        Some(scopes) => split_words(scopes),
        None => strings(claims.get("aud")),
    };
    let (id, subject) = (string(&claims, "jti"), string(&claims, "sub"));
    let expires_at = expires_at(&claims);
    claims.retain(|name, _| !["iss", "sub", "exp", "nbf", "iat", "jti"].contains(&name.as_str()));
    MachineToken {
        token_type: TokenType::M2mToken,
        id,
        name: None,
        subject,
        scopes,
        claims: (!claims.is_empty()).then_some(Value::Object(claims)),
        client_id: None,
        expires_at,
        audience: None,
        resource: None,
    }
}

fn oauth_token(claims: &Map<String, Value>) -> MachineToken {
    let scopes = match (claims.get("scp"), claims.get("scope").and_then(Value::as_str)) {
        (Some(list), _) if !list.is_null() => strings(Some(list)),
        (_, scope) => scope.map(split_words).unwrap_or_default(),
    };
    MachineToken {
        token_type: TokenType::OAuthToken,
        id: string(claims, "jti"),
        name: None,
        subject: string(claims, "sub"),
        scopes,
        claims: None,
        client_id: Some(string(claims, "client_id")),
        expires_at: expires_at(claims),
        audience: audience_names(claims.get("aud")),
        resource: audience_names(claims.get("resource")),
    }
}

fn expires_at(claims: &Map<String, Value>) -> Option<Timestamp> {
    claims.get("exp").and_then(Value::as_f64).map(numeric_date)
}

fn string(claims: &Map<String, Value>, name: &str) -> String {
    claims.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn split_words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn strings(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(several)) => {
            several.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).expect("an object")
    }

    #[test]
    fn m2m_jwt_separates_custom_from_standard_claims() {
        let standard = json!({
            "iss": "https://clerk.example.com", "sub": "mch_1", "exp": 60, "nbf": 1, "iat": 2,
            "jti": "mt_1",
        });
        let token = m2m_token(claims(standard.clone()));
        assert_eq!((&*token.id, &*token.subject), ("mt_1", "mch_1"));
        assert_eq!(token.claims, None);
        assert_eq!(token.expires_at, Some(Timestamp::from_millis(60_000)));
        let mut custom = standard;
        custom["region"] = json!("eu");
        assert_eq!(m2m_token(claims(custom)).claims, Some(json!({ "region": "eu" })));
    }

    #[test]
    fn m2m_jwt_lists_machines_in_its_scopes_or_audience() {
        for (name, value, scopes) in [
            ("scopes", json!("mch_2 mch_3"), &["mch_2", "mch_3"][..]),
            ("aud", json!("mch_2"), &["mch_2"]),
            ("aud", json!(["mch_2", 3, "mch_3"]), &["mch_2", "mch_3"]),
            ("aud", json!(3), &[]),
            ("sub", json!("mch_1"), &[]),
        ] {
            assert_eq!(m2m_token(claims(json!({ name: value }))).scopes, scopes, "{name}");
        }
    }

    #[test]
    fn oauth_jwt_lists_its_scopes_in_scp_or_scope() {
        for (value, scopes) in [
            (json!({ "scp": ["email"], "scope": "profile" }), &["email"][..]),
            (json!({ "scp": null, "scope": "email profile" }), &["email", "profile"]),
            (json!({ "scope": "email" }), &["email"]),
            (json!({}), &[]),
        ] {
            assert_eq!(oauth_token(&claims(value.clone())).scopes, scopes, "{value}");
        }
        let token = oauth_token(&claims(
            json!({ "jti": "oat_1", "sub": "user_1", "client_id": "client_1", "exp": 60 }),
        ));
        assert_eq!((&*token.id, &*token.subject), ("oat_1", "user_1"));
        assert_eq!(token.client_id.as_deref(), Some("client_1"));
        assert_eq!(token.expires_at, Some(Timestamp::from_millis(60_000)));
    }
}
