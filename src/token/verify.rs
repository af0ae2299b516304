//! Verification of an instance's JWTs, and the cache of those verified.

use std::{
    fmt,
    hash::{BuildHasher, Hasher},
    sync::Arc,
};

use foldhash::quality::{FoldHasher, RandomState};
use jsonwebtoken::Algorithm;
use moka::sync::Cache;
use serde_json::{Map, Value};

use super::{
    Jwks, Jwt, SessionClaims, TokenError, VerifyingKey,
    jwt::{Marks, TokenClass},
};
use crate::Clock;

/// A day in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// A token whose signature and claims were found good, with what must be looked at again at every use.
pub(crate) struct VerifiedToken {
    text: Arc<str>,
    marks: Marks,
    claims: Arc<SessionClaims>,
    key: Arc<VerifyingKey>,
    times: Times,
}

impl VerifiedToken {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn claims(&self) -> &Arc<SessionClaims> {
        &self.claims
    }
}

impl fmt::Debug for VerifiedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedToken").field("claims", &self.claims).finish_non_exhaustive()
    }
}

/// A token looked into, but not to be trusted yet.
pub(crate) enum Peeked<'a> {
    /// It was verified before, and may have ended since.
    Seen(Arc<VerifiedToken>),
    /// It is new.
    New(Result<Box<Jwt<'a>>, TokenError>),
}

impl Peeked<'_> {
    /// A claim, unverified.
    pub(crate) fn claim(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Seen(token) => token.claims.get(name),
            Self::New(jwt) => jwt.as_ref().ok()?.claims.get(name),
        }
    }

    /// A claim that is a number, unverified.
    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.claim(name)?.as_f64()
    }

    /// Fails where the token says of itself that it is of another class.
    pub(crate) fn check_class(&self, class: TokenClass) -> Result<(), TokenError> {
        match self {
            Self::Seen(token) => class.check(token.marks),
            Self::New(Ok(jwt)) => class.check(jwt.marks()),
            Self::New(Err(error)) => Err(error.clone()),
        }
    }
}

/// Why there is no verified token.
#[derive(Debug)]
pub(crate) enum Unverified {
    /// The token is not good.
    Refused(TokenError),
    /// Keys are being fetched; once [`Verifier::keys_ready`] returns, ask again.
    KeysNeeded,
}

impl From<TokenError> for Unverified {
    fn from(error: TokenError) -> Self {
        Self::Refused(error)
    }
}

/// Where the keys come from.
#[derive(Debug)]
pub(crate) enum KeySource {
    /// One key, from the configuration.
    Local(Arc<VerifyingKey>),
    /// Those that Clerk publishes.
    Remote(Arc<Jwks>),
    /// Nowhere: every token is refused.
    Missing,
}

#[derive(Debug)]
pub(crate) struct VerifierSettings {
    pub(crate) clock: Clock,
    /// Milliseconds.
    pub(crate) clock_skew: i64,
    pub(crate) audiences: Vec<String>,
    pub(crate) authorized_parties: Vec<String>,
    /// How many verified tokens are kept; 0 keeps none.
    pub(crate) cache_capacity: u64,
}

/// Verifies the tokens of one instance.
pub(crate) struct Verifier {
    keys: KeySource,
    settings: VerifierSettings,
    verified: Option<Cache<Arc<str>, Arc<VerifiedToken>, ByTokenEnd>>,
}

impl Verifier {
    pub(crate) fn new(keys: KeySource, settings: VerifierSettings) -> Self {
        let verified = (settings.cache_capacity > 0).then(|| {
            Cache::builder()
                .max_capacity(settings.cache_capacity)
                .build_with_hasher(ByTokenEnd::default())
        });
        Self { keys, settings, verified }
    }

    /// Verifies a token, from the cache where it was seen before. Never waits.
    pub(crate) fn verify(
        &self,
        token: &str,
        class: TokenClass,
    ) -> Result<Arc<VerifiedToken>, Unverified> {
        let now = self.settings.clock.unix_millis();
        match self.seen(token) {
            Some(seen) => self.verify_seen(seen, class, now),
            None => self.verify_new(Jwt::decode(token)?, class, now),
        }
    }

    /// Looks into a token before it is verified.
    pub(crate) fn peek<'t>(&self, token: &'t str) -> Peeked<'t> {
        match self.seen(token) {
            Some(seen) => Peeked::Seen(seen),
            None => Peeked::New(Jwt::decode(token).map(Box::new)),
        }
    }

    /// As [`verify`](Self::verify), for a token that was looked into.
    pub(crate) fn verify_peeked(
        &self,
        token: Peeked<'_>,
        class: TokenClass,
    ) -> Result<Arc<VerifiedToken>, Unverified> {
        let now = self.settings.clock.unix_millis();
        match token {
            Peeked::Seen(seen) => self.verify_seen(seen, class, now),
            Peeked::New(jwt) => self.verify_new(*jwt?, class, now),
        }
    }

    fn seen(&self, token: &str) -> Option<Arc<VerifiedToken>> {
        self.verified.as_ref()?.get(token)
    }

    fn verify_seen(
        &self,
        seen: Arc<VerifiedToken>,
        class: TokenClass,
        now: i64,
    ) -> Result<Arc<VerifiedToken>, Unverified> {
        class.check(seen.marks)?;
        if !self.key_stands(&seen.key, now) {
            return self.verify_new(Jwt::decode(&seen.text)?, class, now);
        }
        match seen.times.check(now, self.settings.clock_skew) {
            Ok(()) => Ok(seen),
            Err(error) => {
                if let (TokenError::Expired, Some(cache)) = (&error, &self.verified) {
                    cache.invalidate(&seen.text);
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
    ) -> Result<Arc<VerifiedToken>, Unverified> {
        class.check(jwt.marks())?;
        let verified = Arc::new(self.verify_jwt(jwt, class, now, self.settings.clock_skew)?);
        if let Some(cache) = &self.verified {
            cache.insert(Arc::clone(&verified.text), Arc::clone(&verified));
        }
        Ok(verified)
    }

    /// Verifies a session token by a clock that may be a day off, without remembering it.
    pub(crate) fn verify_despite_clock(
        &self,
        token: &str,
    ) -> Result<Arc<VerifiedToken>, Unverified> {
        let jwt = Jwt::decode(token)?;
        TokenClass::Session.check(jwt.marks())?;
        self.verify_jwt(jwt, TokenClass::Session, self.settings.clock.unix_millis(), DAY)
            .map(Arc::new)
    }

    /// Verifies the token that ends a handshake, which has no times, and returns the cookies it sets.
    pub(crate) fn verify_handshake(&self, token: &str) -> Result<Vec<String>, Unverified> {
        let jwt = Jwt::decode(token)?;
        // They are stamped like session tokens. A token made from a template must not set cookies.
        TokenClass::Session.check(jwt.marks()).map_err(|_| TokenError::WrongCategory)?;
        self.verify_signature(&jwt, TokenClass::Session, self.settings.clock.unix_millis())?;
        let directives = jwt.claims.get("handshake").and_then(Value::as_array);
        Ok(directives.into_iter().flatten().filter_map(|d| d.as_str().map(str::to_owned)).collect())
    }

    /// Waits for the fetch that [`Unverified::KeysNeeded`] speaks of.
    pub(crate) async fn keys_ready(&self) {
        if let KeySource::Remote(jwks) = &self.keys {
            jwks.ready().await;
        }
    }

    fn key_stands(&self, key: &VerifyingKey, now: i64) -> bool {
        match &self.keys {
            KeySource::Local(_) => true,
            KeySource::Remote(jwks) => jwks.are_usable(now) && !key.is_withdrawn(),
            KeySource::Missing => false,
        }
    }

    fn verify_jwt(
        &self,
        jwt: Jwt<'_>,
        class: TokenClass,
        now: i64,
        skew: i64,
    ) -> Result<VerifiedToken, Unverified> {
        let key = self.verify_signature(&jwt, class, now)?;
        if !jwt.claims.get("sub").is_some_and(Value::is_string) {
            return Err(TokenError::InvalidClaim("sub").into());
        }
        if !self.accepts_audience(jwt.claims.get("aud"), class) {
            return Err(TokenError::InvalidClaim("aud").into());
        }
        if !self.accepts_party(jwt.claims.get("azp"), class) {
            return Err(TokenError::UnauthorizedParty.into());
        }
        let times = Times::read(&jwt.claims)?;
        times.check(now, skew)?;
        Ok(VerifiedToken {
            text: jwt.text.into(),
            marks: jwt.marks(),
            claims: Arc::new(SessionClaims::new(jwt.claims)),
            key,
            times,
        })
    }

    fn verify_signature(
        &self,
        jwt: &Jwt<'_>,
        class: TokenClass,
        now: i64,
    ) -> Result<Arc<VerifyingKey>, Unverified> {
        let key = match &self.keys {
            KeySource::Local(key) => Arc::clone(key),
            KeySource::Remote(jwks) => jwks.find(jwt.kid().ok_or(TokenError::UnknownKey)?, now)?,
            KeySource::Missing => return Err(TokenError::NoKey.into()),
        };
        // An OAuth access token's `typ` is part of what makes it one.
        if class != TokenClass::OAuth && !jwt.has_plain_type() {
            return Err(TokenError::WrongType.into());
        }
        let algorithm = match jwt.header.get("alg").and_then(Value::as_str) {
            Some("RS256") => Algorithm::RS256,
            Some("RS384") => Algorithm::RS384,
            Some("RS512") => Algorithm::RS512,
            _ => return Err(TokenError::UnsupportedAlgorithm.into()),
        };
        key.verify(algorithm, jwt.message().as_bytes(), &jwt.signature)?;
        Ok(key)
    }

    fn accepts_party(&self, party: Option<&Value>, class: TokenClass) -> bool {
        let parties = &self.settings.authorized_parties;
        let is_machine = matches!(class, TokenClass::M2m | TokenClass::OAuth);
        is_machine
            || parties.is_empty()
            || party
                .and_then(Value::as_str)
                .is_some_and(|party| parties.iter().any(|accepted| accepted == party))
    }

    /// A token without an audience is for everyone, unless it is an OAuth access token.
    fn accepts_audience(&self, audience: Option<&Value>, class: TokenClass) -> bool {
        let accepted = &self.settings.audiences;
        let is_for_all = class != TokenClass::OAuth;
        let is_accepted = |audience: &str| accepted.iter().any(|accepted| accepted == audience);
        accepted.is_empty()
            || match audience {
                None | Some(Value::Null) => is_for_all,
                Some(Value::String(one)) => is_accepted(one) || (is_for_all && one.is_empty()),
                Some(Value::Array(several)) => {
                    let texts = several.iter().map(Value::as_str);
                    let is_list = texts
                        .clone()
                        .all(|text| text.is_some_and(|text| is_for_all || !text.is_empty()));
                    (is_for_all && several.is_empty())
                        || (is_list && texts.flatten().any(is_accepted))
                }
                Some(_) => false,
            }
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

/// `exp`, `nbf` and `iat` in Unix milliseconds.
#[derive(Clone, Copy, Debug)]
struct Times {
    expires: i64,
    not_before: Option<i64>,
    issued: Option<i64>,
}

impl Times {
    fn read(claims: &Map<String, Value>) -> Result<Self, TokenError> {
        let time = |name: &'static str| match claims.get(name) {
            None => Ok(None),
            // The cast saturates, as it should.
            Some(value) => match value.as_f64() {
                Some(seconds) => Ok(Some((seconds.trunc() * 1000.0) as i64)),
                None => Err(TokenError::InvalidClaim(name)),
            },
        };
        Ok(Self {
            expires: time("exp")?.ok_or(TokenError::InvalidClaim("exp"))?,
            not_before: time("nbf")?,
            issued: time("iat")?,
        })
    }

    fn check(self, now: i64, skew: i64) -> Result<(), TokenError> {
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

/// Hashes a token by its end alone: the signature, which no two tokens share. Only verified tokens are kept, so nobody
/// can fill the cache with tokens of the same end.
#[derive(Clone, Default)]
struct ByTokenEnd(RandomState);

impl BuildHasher for ByTokenEnd {
    type Hasher = TokenEndHasher;

    fn build_hasher(&self) -> TokenEndHasher {
        TokenEndHasher(self.0.build_hasher())
    }
}

struct TokenEndHasher(FoldHasher<'static>);

impl Hasher for TokenEndHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.write(&bytes[bytes.len().saturating_sub(64)..]);
    }

    fn finish(&self) -> u64 {
        self.0.finish()
    }
}
