//! Machine tokens: API keys, machine-to-machine tokens, OAuth access tokens; opaque or JWTs.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Answers, Question, Reason, RequestState};
use crate::{
    TokenError, TokenType,
    timestamp::Timestamp,
    token::{Jwt, TokenClass, Unverified, Verifier},
};

/// A machine token that was verified.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MachineToken {
    /// What it is: an API key, a machine-to-machine token or an OAuth access token.
    pub token_type: TokenType,
    /// The token's ID; empty for a JWT without one.
    pub id: String,
    /// An API key's name.
    pub name: Option<String>,
    /// Whom it speaks for: a user or an organization (API key), a machine (M2M), a user (OAuth).
    pub subject: String,
    /// What it may be used for.
    pub scopes: Vec<String>,
    /// The claims that its creator gave it.
    pub claims: Option<Value>,
    /// The OAuth application that it was issued to.
    pub client_id: Option<String>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

impl MachineToken {
    /// The user it speaks for.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        match self.token_type {
            TokenType::OAuthToken => Some(&self.subject),
            TokenType::ApiKey => {
                Some(&*self.subject).filter(|subject| subject.starts_with("user_"))
            }
            _ => None,
        }
    }

    /// The organization it speaks for.
    #[must_use]
    pub fn organization_id(&self) -> Option<&str> {
        let is_key = self.token_type == TokenType::ApiKey;
        Some(&*self.subject).filter(|subject| is_key && subject.starts_with("org_"))
    }

    /// The machine it speaks for.
    #[must_use]
    pub fn machine_id(&self) -> Option<&str> {
        (self.token_type == TokenType::M2mToken).then_some(&*self.subject)
    }

    /// Whether it may be used for a scope.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|held| held == scope)
    }
}

/// Why a machine token was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MachineTokenError {
    /// Clerk does not know the token, or the JWT is of another class.
    #[error("the machine token is not known")]
    Invalid,
    /// The JWT was refused.
    #[error("the machine token's JWT was refused")]
    VerificationFailed,
    /// Clerk refused the key that the token was to be verified with.
    #[error("Clerk refused the secret key")]
    InvalidSecretKey,
    /// Clerk could not be asked, or answered something else.
    #[error("the machine token could not be verified")]
    Unexpected,
}

impl MachineTokenError {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Invalid => "token-invalid",
            Self::VerificationFailed => "token-verification-failed",
            Self::InvalidSecretKey => "secret-key-invalid",
            Self::Unexpected => "unexpected-error",
        }
    }

    pub(super) fn is_unavailable(self) -> bool {
        matches!(self, Self::InvalidSecretKey | Self::Unexpected)
    }
}

/// The type of a machine token as its prefix or the unverified JWT tells; `None` for any other token.
pub(super) fn token_type(token: &str) -> Option<TokenType> {
    let of_prefix =
        [("mt_", TokenType::M2mToken), ("oat_", TokenType::OAuthToken), ("ak_", TokenType::ApiKey)];
    if let Some((_, token_type)) =
        of_prefix.into_iter().find(|(prefix, _)| token.starts_with(prefix))
    {
        return Some(token_type);
    }
    let marks = Jwt::decode(token).ok().filter(|jwt| !jwt.signature.is_empty())?.marks();
    if marks.is_m2m() {
        Some(TokenType::M2mToken)
    } else {
        marks.is_oauth().then_some(TokenType::OAuthToken)
    }
}

/// Decides about a token of a type that is accepted.
pub(super) fn authenticate(
    token: &str,
    token_type: TokenType,
    verifier: &Verifier,
    answers: &Answers,
) -> Result<RequestState, Question> {
    let verified = if token.contains('.') {
        verify_jwt(token, token_type, verifier)?
    } else {
        match &answers.machine_token {
            Some(answer) => answer.clone().map_err(Reason::MachineToken),
            None => return Err(Question::MachineToken { token_type, token: token.to_owned() }),
        }
    };
    Ok(match verified {
        Ok(machine_token) => RequestState::Machine { machine_token },
        Err(reason) => RequestState::signed_out(reason).of_type(Some(token_type)),
    })
}

fn verify_jwt(
    token: &str,
    token_type: TokenType,
    verifier: &Verifier,
) -> Result<Result<Arc<MachineToken>, Reason>, Question> {
    let class = if token_type == TokenType::M2mToken { TokenClass::M2m } else { TokenClass::OAuth };
    let claims = match verifier.verify(token, class) {
        Ok(verified) => verified.claims().all().clone(),
        Err(Unverified::KeysNeeded) => return Err(Question::Keys),
        Err(Unverified::Refused(error)) => {
            return Ok(Err(match error {
                TokenError::Malformed | TokenError::WrongCategory => {
                    Reason::MachineToken(MachineTokenError::Invalid)
                }
                error if error.is_unavailable() => Reason::Token(error),
                _ => Reason::MachineToken(MachineTokenError::VerificationFailed),
            }));
        }
    };
    let token =
        if token_type == TokenType::M2mToken { m2m_token(claims) } else { oauth_token(&claims) };
    Ok(Ok(Arc::new(token)))
}

fn m2m_token(mut claims: Map<String, Value>) -> MachineToken {
    let scopes = match claims.get("scopes").and_then(Value::as_str) {
        Some(scopes) => words(scopes),
        None => strings(claims.get("aud")),
    };
    let (id, subject, expires_at) =
        (text(&claims, "jti"), text(&claims, "sub"), expires_at(&claims));
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
    }
}

fn oauth_token(claims: &Map<String, Value>) -> MachineToken {
    let scopes = match (claims.get("scp"), claims.get("scope").and_then(Value::as_str)) {
        (Some(list), _) if !list.is_null() => strings(Some(list)),
        (_, scope) => scope.map(words).unwrap_or_default(),
    };
    MachineToken {
        token_type: TokenType::OAuthToken,
        id: text(claims, "jti"),
        name: None,
        subject: text(claims, "sub"),
        scopes,
        claims: None,
        client_id: Some(text(claims, "client_id")),
        expires_at: expires_at(claims),
    }
}

fn expires_at(claims: &Map<String, Value>) -> Option<Timestamp> {
    claims
        .get("exp")
        .and_then(Value::as_f64)
        .map(|seconds| Timestamp::from_millis((seconds * 1000.0) as i64))
}

fn text(claims: &Map<String, Value>, name: &str) -> String {
    claims.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn strings(list: Option<&Value>) -> Vec<String> {
    match list {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(several)) => {
            several.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    }
}
