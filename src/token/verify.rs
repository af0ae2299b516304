//! Verification of an instance's JWTs.

use std::{fmt, sync::Arc};

use serde_json::Value;

use super::{
    cache::TokenCache,
    claims::SessionClaims,
    error::{TokenError, VerifyError},
    jwks::Jwks,
    jwt::{ClassMarkers, HeaderType, Jwt, TokenClass},
    key::VerifyingKey,
    payload::Payload,
    revocation::Revocations,
    verified_token::{ValidityPeriod, VerifiedToken},
};
use crate::{clock::Clock, metrics};

/// A day in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// A token that was decoded but is not trusted yet.
pub(crate) enum InspectedToken<'a> {
    /// The token was verified before, and may have expired since.
    Cached(Arc<VerifiedToken>),
    /// The token was not seen before.
    Decoded(Result<Box<Jwt<'a>>, TokenError>),
}

impl InspectedToken<'_> {
    /// Returns the unverified claims, unless the token is malformed.
    pub(crate) fn payload(&self) -> Option<&Payload> {
        match self {
            Self::Cached(token) => Some(token.claims.payload()),
            Self::Decoded(jwt) => jwt.as_ref().ok().map(|jwt| &jwt.payload),
        }
    }

    /// Returns the unverified `iat` claim, in seconds.
    pub(crate) fn issued_at(&self) -> Option<f64> {
        self.payload()?.issued.number()
    }

    /// Returns the unverified `exp` claim, in seconds.
    pub(crate) fn expires_at(&self) -> Option<f64> {
        self.payload()?.expires.number()
    }

    /// Returns the parts that state which class of token it is. Fails if the token is malformed.
    pub(crate) fn class_markers(&self) -> Result<ClassMarkers, TokenError> {
        match self {
            Self::Cached(token) => Ok(token.class_markers),
            Self::Decoded(Ok(jwt)) => Ok(jwt.class_markers()),
            Self::Decoded(Err(error)) => Err(error.clone()),
        }
    }

    /// Returns whether the token has a signature, which may be invalid.
    pub(crate) fn has_signature(&self) -> bool {
        match self {
            Self::Cached(_) => true,
            Self::Decoded(jwt) => jwt.as_ref().is_ok_and(|jwt| !jwt.signature.is_empty()),
        }
    }
}

/// The source of the keys.
#[derive(Debug)]
pub(crate) enum KeySource {
    /// A single key from the configuration.
    Local(Arc<VerifyingKey>),
    /// The keys that Clerk publishes for the instance.
    Remote(Arc<Jwks>),
    /// No keys: every token is rejected.
    Missing,
}

#[derive(Debug)]
pub(crate) struct VerifierSettings {
    pub(crate) clock: Clock,
    /// The tolerated clock skew, in milliseconds.
    pub(crate) clock_skew: i64,
    pub(crate) audiences: Vec<String>,
    pub(crate) authorized_parties: Vec<String>,
    /// The maximum number of cached tokens; 0 disables the cache.
    pub(crate) cache_capacity: u64,
    pub(crate) revocations: Arc<Revocations>,
}

/// Verifies the JWTs of one instance.
pub(crate) struct Verifier {
    keys: KeySource,
    settings: VerifierSettings,
    cache: TokenCache,
}

impl Verifier {
    pub(crate) fn new(keys: KeySource, settings: VerifierSettings) -> Self {
        let cache = TokenCache::new(settings.cache_capacity);
        Self { keys, settings, cache }
    }

    /// Verifies a token, using the cache if it was verified before. Never waits.
    pub(crate) fn verify(
        &self,
        token: &[u8],
        class: TokenClass,
    ) -> Result<Arc<VerifiedToken>, VerifyError> {
        self.verify_if_cached(token, class).unwrap_or_else(|| {
            self.verify_new(Jwt::decode(token)?, class, self.settings.clock.unix_millis())
        })
    }

    /// Verifies a token if it was verified before. Returns `None` if it is not cached.
    pub(crate) fn verify_if_cached(
        &self,
        token: &[u8],
        class: TokenClass,
    ) -> Option<Result<Arc<VerifiedToken>, VerifyError>> {
        let cached = self.cache.get(token)?;
        Some(self.verify_cached(cached, class, self.settings.clock.unix_millis()))
    }

    /// Decodes a token without verifying it.
    pub(crate) fn inspect<'t>(&self, token: &'t [u8]) -> InspectedToken<'t> {
        match self.cache.get(token) {
            Some(cached) => InspectedToken::Cached(cached),
            None => InspectedToken::Decoded(Jwt::decode(token).map(Box::new)),
        }
    }

    /// Verifies a token that was [inspected](Self::inspect) before.
    pub(crate) fn verify_inspected(
        &self,
        token: InspectedToken<'_>,
        class: TokenClass,
    ) -> Result<Arc<VerifiedToken>, VerifyError> {
        let now = self.settings.clock.unix_millis();
        match token {
            InspectedToken::Cached(token) => self.verify_cached(token, class, now),
            InspectedToken::Decoded(jwt) => self.verify_new(*jwt?, class, now),
        }
    }

    fn verify_cached(
        &self,
        token: Arc<VerifiedToken>,
        class: TokenClass,
        now: i64,
    ) -> Result<Arc<VerifiedToken>, VerifyError> {
        class.check(token.class_markers)?;
        // What was checked depends on the class, so a token is verified again as another class.
        if token.class != class || !self.is_key_valid(&token.key, now) {
            return self.verify_new(Jwt::decode(token.text.as_bytes())?, class, now);
        }
        match token.validity.check(now, self.settings.clock_skew) {
            Ok(()) => {
                self.check_revocations(&token, now)?;
                metrics::token_cache_hit();
                Ok(token)
            }
            Err(error) => {
                if error == TokenError::Expired {
                    self.cache.remove(&token);
                }
                Err(error.into())
            }
        }
    }

    fn verify_new(
        &self,
        jwt: Jwt<'_>,
        class: TokenClass,
        now: i64,
    ) -> Result<Arc<VerifiedToken>, VerifyError> {
        metrics::cache_lookup("tokens", false);
        class.check(jwt.class_markers())?;
        let verified = Arc::new(self.verify_jwt(jwt, class, now, self.settings.clock_skew)?);
        self.cache.insert(&verified, now);
        Ok(verified)
    }

    /// Verifies a session token with a clock skew of up to a day, without caching it.
    pub(crate) fn verify_despite_clock(
        &self,
        token: &str,
    ) -> Result<Arc<VerifiedToken>, VerifyError> {
        let jwt = Jwt::decode(token.as_bytes())?;
        TokenClass::Session.check(jwt.class_markers())?;
        self.verify_jwt(jwt, TokenClass::Session, self.settings.clock.unix_millis(), DAY)
            .map(Arc::new)
    }

    /// Verifies the token at the end of a handshake, which carries no times, and returns the
    /// `Set-Cookie` values in it.
    pub(crate) fn verify_handshake(&self, token: &str) -> Result<Vec<String>, VerifyError> {
        let jwt = Jwt::decode(token.as_bytes())?;
        // Handshake tokens have the category of session tokens. Tokens created from a template
        // must not be able to set cookies.
        TokenClass::Session.check(jwt.class_markers()).map_err(|_| TokenError::WrongCategory)?;
        self.verify_signature(&jwt, TokenClass::Session, self.settings.clock.unix_millis())?;
        let directives = jwt.payload.get("handshake").and_then(Value::as_array);
        Ok(directives.into_iter().flatten().filter_map(|d| d.as_str().map(str::to_owned)).collect())
    }

    /// Returns the revocations, which are checked at every use of a token.
    pub(crate) fn revocations(&self) -> &Revocations {
        &self.settings.revocations
    }

    /// Waits for the fetch that [`VerifyError::KeysPending`] refers to.
    pub(crate) async fn keys_ready(&self) {
        if let KeySource::Remote(jwks) = &self.keys {
            jwks.ready().await;
        }
    }

    fn is_key_valid(&self, key: &VerifyingKey, now: i64) -> bool {
        match &self.keys {
            KeySource::Local(_) => true,
            KeySource::Remote(jwks) => jwks.refresh_if_due(now) && !key.is_withdrawn(),
            KeySource::Missing => false,
        }
    }

    fn verify_jwt(
        &self,
        jwt: Jwt<'_>,
        class: TokenClass,
        now: i64,
        skew: i64,
    ) -> Result<VerifiedToken, VerifyError> {
        let key = self.verify_signature(&jwt, class, now)?;
        if jwt.payload.subject().is_none_or(str::is_empty) {
            return Err(TokenError::InvalidClaim("sub").into());
        }
        if !self.accepts_audience(&jwt.payload, class) {
            return Err(TokenError::InvalidClaim("aud").into());
        }
        if !self.accepts_party(jwt.payload.authorized_party(), class) {
            tracing::warn!(
                expected = ?self.settings.authorized_parties,
                actual = jwt.payload.authorized_party(),
                "rejected a valid token because its `azp` claim is not an authorized party"
            );
            return Err(TokenError::UnauthorizedParty.into());
        }
        let validity = ValidityPeriod::from_claims(&jwt.payload)?;
        validity.check(now, skew)?;
        let token = VerifiedToken {
            text: jwt.text.into(),
            class,
            class_markers: jwt.class_markers(),
            claims: SessionClaims::new(jwt.payload),
            key,
            validity,
        };
        self.check_revocations(&token, now)?;
        Ok(token)
    }

    /// Fails if the token's session or user was revoked. Machine tokens cannot be revoked this way.
    fn check_revocations(&self, token: &VerifiedToken, now: i64) -> Result<(), VerifyError> {
        match token.class {
            TokenClass::Session | TokenClass::SessionOrTemplate => {
                self.settings.revocations.check(&token.claims, now)
            }
            TokenClass::M2m | TokenClass::OAuth => Ok(()),
        }
    }

    pub(super) fn verify_signature(
        &self,
        jwt: &Jwt<'_>,
        class: TokenClass,
        now: i64,
    ) -> Result<Arc<VerifyingKey>, VerifyError> {
        let key = match &self.keys {
            KeySource::Local(key) => Arc::clone(key),
            KeySource::Remote(jwks) => {
                jwks.find(jwt.header.kid.as_deref().ok_or(TokenError::UnknownKey)?, now)?
            }
            KeySource::Missing => return Err(TokenError::NoKey.into()),
        };
        // Extensions that must be understood (RFC 7515, section 4.1.11) are not supported.
        if jwt.header.has_extensions {
            return Err(TokenError::Malformed.into());
        }
        // The `typ` of an OAuth access token was checked along with its class.
        if class != TokenClass::OAuth
            && !matches!(jwt.header.token_type, HeaderType::Absent | HeaderType::Jwt)
        {
            return Err(TokenError::WrongType.into());
        }
        let algorithm = jwt.header.algorithm.ok_or(TokenError::UnsupportedAlgorithm)?;
        key.verify(algorithm, jwt.message().as_bytes(), &jwt.signature)?;
        Ok(key)
    }

    fn accepts_party(&self, party: Option<&str>, class: TokenClass) -> bool {
        let parties = &self.settings.authorized_parties;
        let is_machine = matches!(class, TokenClass::M2m | TokenClass::OAuth);
        is_machine
            || parties.is_empty()
            || party.is_some_and(|party| parties.iter().any(|accepted| accepted == party))
    }

    /// A token without an audience is accepted by everyone, unless it is an OAuth access token.
    fn accepts_audience(&self, payload: &Payload, class: TokenClass) -> bool {
        let accepted = &self.settings.audiences;
        let is_optional = class != TokenClass::OAuth;
        let is_accepted = |audience: &str| accepted.iter().any(|accepted| accepted == audience);
        accepted.is_empty()
            || payload.with_all(|claims| match claims.get("aud") {
                None | Some(Value::Null) => is_optional,
                Some(Value::String(one)) => is_accepted(one) || (is_optional && one.is_empty()),
                Some(Value::Array(several)) => {
                    let texts = several.iter().map(Value::as_str);
                    let is_list = texts
                        .clone()
                        .all(|text| text.is_some_and(|text| is_optional || !text.is_empty()));
                    (is_optional && several.is_empty())
                        || (is_list && texts.flatten().any(is_accepted))
                }
                Some(_) => false,
            })
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("keys", &self.keys)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
