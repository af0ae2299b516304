//! Reasons for rejecting a token.

/// The reason why a token was rejected. [`reason`](Self::reason) returns Clerk's code for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The text is not three parts of base64url with JSON objects in the first two.
    #[error("the token is not a JWT")]
    Malformed,
    /// A session token was expected, but this is a machine token or was created from a JWT
    /// template.
    #[error("the token is not a session token")]
    TypeMismatch,
    /// The `cat` header names another class of token.
    #[error("the JWT belongs to another class of token")]
    WrongCategory,
    /// The `typ` header has an unexpected value.
    #[error("the JWT has an unexpected `typ` header")]
    WrongType,
    /// The `alg` header is not RS256, RS384 or RS512.
    #[error("the JWT's algorithm is not RS256, RS384 or RS512")]
    UnsupportedAlgorithm,
    /// The `alg` header differs from the algorithm of the key.
    #[error("the JWT's algorithm does not match its key")]
    AlgorithmMismatch,
    /// The signature does not match the header, the claims and the key.
    #[error("the JWT's signature is invalid")]
    InvalidSignature,
    /// A claim is missing or has an invalid type or value.
    #[error("the JWT's `{0}` claim is missing or invalid")]
    InvalidClaim(&'static str),
    /// The `azp` claim is not one of the configured authorized parties.
    #[error("the JWT's `azp` claim is not an authorized party")]
    UnauthorizedParty,
    /// The time in the `exp` claim has passed.
    #[error("the JWT has expired")]
    Expired,
    /// The time in the `nbf` claim is in the future.
    #[error("the JWT is not active yet")]
    NotActiveYet,
    /// The time in the `iat` claim is in the future.
    #[error("the JWT was issued in the future")]
    IssuedInTheFuture,
    /// The session was [revoked](crate::Clerk::revoke_session).
    #[error("the session was revoked")]
    SessionRevoked,
    /// None of the instance's keys has the `kid` in the header.
    #[error("the JWT was not signed by any of the instance's keys")]
    UnknownKey,
    /// The instance's keys could not be fetched.
    #[error("the instance's keys could not be fetched")]
    KeysUnavailable,
    /// Clerk rejected the secret key when the instance's keys were fetched.
    #[error("Clerk rejected the secret key")]
    InvalidSecretKey,
    /// Neither a secret key nor a JWT key is configured.
    #[error("no key to verify tokens with: set CLERK_SECRET_KEY or CLERK_JWT_KEY")]
    NoKey,
}

impl TokenError {
    /// Returns the reason as Clerk's SDKs spell it, such as `token-expired`. The reason
    /// `session-revoked` is specific to this crate.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Malformed | Self::WrongCategory | Self::WrongType => "token-invalid",
            Self::TypeMismatch => "token-type-mismatch",
            Self::UnsupportedAlgorithm => "token-invalid-algorithm",
            Self::InvalidSignature => "token-invalid-signature",
            Self::AlgorithmMismatch | Self::InvalidClaim(_) => "token-verification-failed",
            Self::UnauthorizedParty => "token-invalid-authorized-parties",
            Self::Expired => "token-expired",
            Self::NotActiveYet => "token-not-active-yet",
            Self::IssuedInTheFuture => "token-iat-in-the-future",
            Self::SessionRevoked => "session-revoked",
            Self::UnknownKey => "jwk-kid-mismatch",
            Self::KeysUnavailable => "jwk-remote-failed-to-load",
            Self::InvalidSecretKey => "secret-key-invalid",
            Self::NoKey => "jwk-failed-to-resolve",
        }
    }

    /// Returns whether the token could not be checked because no keys are available. It may be
    /// valid.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::KeysUnavailable | Self::InvalidSecretKey | Self::NoKey)
    }
}

/// The reason why verification produced no token.
#[derive(Debug)]
pub(crate) enum VerifyError {
    /// The token is invalid.
    Invalid(TokenError),
    /// The keys, or the revocations, are being fetched. Verify again once
    /// [`Verifier::keys_ready`] returns.
    ///
    /// [`Verifier::keys_ready`]: super::Verifier::keys_ready
    KeysPending,
}

impl From<TokenError> for VerifyError {
    fn from(error: TokenError) -> Self {
        Self::Invalid(error)
    }
}
