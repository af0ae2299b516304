//! A token after its verification.

use std::{fmt, sync::Arc};

use super::{
    claims::SessionClaims,
    error::TokenError,
    jwt::{ClassMarkers, TokenClass},
    key::VerifyingKey,
    payload::{NumberClaim, Payload},
};

/// A token with a valid signature and valid claims, and the parts that have to be checked again
/// at every use.
pub(crate) struct VerifiedToken {
    pub(super) text: Box<str>,
    /// The class that the token was verified as.
    pub(super) class: TokenClass,
    pub(super) class_markers: ClassMarkers,
    pub(super) claims: SessionClaims,
    pub(super) key: Arc<VerifyingKey>,
    pub(super) validity: ValidityPeriod,
}

impl VerifiedToken {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn claims(&self) -> &SessionClaims {
        &self.claims
    }
}

#[cfg(test)]
impl VerifiedToken {
    /// Creates a token that never expires, with a random key for each process.
    pub(crate) fn with_claims(claims: SessionClaims) -> Self {
        use aws_lc_rs::{
            encoding::{AsDer, PublicKeyX509Der},
            rsa::{KeyPair, KeySize},
            signature::KeyPair as _,
        };
        use base64::{Engine, engine::general_purpose::STANDARD};

        static KEY: std::sync::LazyLock<Arc<VerifyingKey>> = std::sync::LazyLock::new(|| {
            let key_pair = KeyPair::generate(KeySize::Rsa2048).expect("a key pair");
            let der: PublicKeyX509Der<'_> = key_pair.public_key().as_der().expect("DER");
            Arc::new(VerifyingKey::from_pem(&STANDARD.encode(der.as_ref())).expect("a key"))
        });
        Self {
            text: "token".into(),
            class: TokenClass::Session,
            class_markers: ClassMarkers::default(),
            claims,
            key: Arc::clone(&KEY),
            validity: ValidityPeriod { expires: i64::MAX, not_before: None, issued: None },
        }
    }
}

impl fmt::Debug for VerifiedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedToken").field("claims", &self.claims).finish_non_exhaustive()
    }
}

/// The claims `exp`, `nbf` and `iat`, in Unix milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct ValidityPeriod {
    expires: i64,
    not_before: Option<i64>,
    issued: Option<i64>,
}

impl ValidityPeriod {
    pub(super) fn from_claims(payload: &Payload) -> Result<Self, TokenError> {
        let time = |name, claim| match claim {
            NumberClaim::Missing => Ok(None),
            // The cast saturates, as intended.
            NumberClaim::Number(seconds) => Ok(Some((seconds.trunc() * 1000.0) as i64)),
            NumberClaim::NotANumber => Err(TokenError::InvalidClaim(name)),
        };
        Ok(Self {
            expires: time("exp", payload.expires)?.ok_or(TokenError::InvalidClaim("exp"))?,
            not_before: time("nbf", payload.not_before)?,
            issued: time("iat", payload.issued)?,
        })
    }

    /// Returns whether the token has expired at the time `now`, without any tolerance.
    pub(super) fn has_expired(self, now: i64) -> bool {
        self.expires <= now
    }

    /// Checks the period against the time `now`, allowing for `skew` milliseconds of clock skew.
    pub(super) fn check(self, now: i64, skew: i64) -> Result<(), TokenError> {
        let latest = now.saturating_add(skew);
        if self.expires <= now.saturating_sub(skew) {
            Err(TokenError::Expired)
        } else if self.not_before.is_some_and(|time| time > latest) {
            Err(TokenError::NotActiveYet)
        } else if self.issued.is_some_and(|time| time > latest) {
            Err(TokenError::IssuedInTheFuture)
        } else {
            Ok(())
        }
    }
}
