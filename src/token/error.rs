//! Why a token was refused.

/// Why a token was refused; [`reason`](Self::reason) is Clerk's word for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The text is not three parts of base64url with JSON objects in the first two.
    #[error("the token is not a JWT")]
    Malformed,
    /// The token is not a session token, but a machine's or one of a JWT template.
    #[error("the token is not a session token")]
    TypeMismatch,
    /// The header's `cat` names a class of token that no user's token is of.
    #[error("the JWT is of another class")]
    WrongCategory,
    /// The header's `typ` is not the expected one.
    #[error("the JWT's header has an unexpected `typ`")]
    WrongType,
    /// The header's `alg` is not RS256, RS384 or RS512.
    #[error("the JWT's algorithm is not one of RS256, RS384, RS512")]
    UnsupportedAlgorithm,
    /// The header's `alg` is not the one that the key is for.
    #[error("the JWT's algorithm is not the one of its key")]
    AlgorithmMismatch,
    /// The signature does not belong to the header, the claims and the key.
    #[error("the JWT's signature is invalid")]
    InvalidSignature,
    /// A claim is missing or has the wrong type or value.
    #[error("the JWT's claim `{0}` is missing or invalid")]
    InvalidClaim(&'static str),
    /// The claim `azp` is none of the configured authorized parties.
    #[error("the JWT's claim `azp` is none of the authorized parties")]
    UnauthorizedParty,
    /// The claim `exp` is past.
    #[error("the JWT is expired")]
    Expired,
    /// The claim `nbf` is in the future.
    #[error("the JWT is not active yet")]
    NotActiveYet,
    /// The claim `iat` is in the future.
    #[error("the JWT was issued in the future")]
    IssuedInTheFuture,
    /// No key of the instance has the header's `kid`.
    #[error("the JWT was signed by none of the instance's keys")]
    UnknownKey,
    /// The instance's keys could not be fetched.
    #[error("the instance's keys could not be fetched")]
    KeysUnavailable,
    /// Clerk refused the secret key when asked for the instance's keys.
    #[error("Clerk refused the secret key")]
    InvalidSecretKey,
    /// The configuration has neither a secret key nor a JWT key.
    #[error("there is no key to verify with: set CLERK_SECRET_KEY or CLERK_JWT_KEY")]
    NoKey,
}

impl TokenError {
    /// The reason as Clerk's SDKs spell it, such as `token-expired`.
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
            Self::UnknownKey => "jwk-kid-mismatch",
            Self::KeysUnavailable => "jwk-remote-failed-to-load",
            Self::InvalidSecretKey => "secret-key-invalid",
            Self::NoKey => "jwk-failed-to-resolve",
        }
    }

    /// Whether the token could not be judged for want of keys, so that it may be good after all.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::KeysUnavailable | Self::InvalidSecretKey | Self::NoKey)
    }
}
