//! The verification of webhooks.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue};
use secrecy::ExposeSecret;

use super::{
    error::{InvalidSecret, WebhookError},
    event::WebhookEvent,
    signature::SigningKey,
};
use crate::{clock::Clock, config::ClerkConfig};

/// The headers that Clerk sends: the ID, the timestamp and the signatures.
const SVIX_HEADERS: [&str; 3] = ["svix-id", "svix-timestamp", "svix-signature"];

/// The same headers as Standard Webhooks names them.
const STANDARD_HEADERS: [&str; 3] = ["webhook-id", "webhook-timestamp", "webhook-signature"];

/// The maximum age of a webhook in seconds, and the maximum time that it may lie in the future.
const TOLERANCE: u64 = 5 * 60;

/// Verifies that Clerk sent a webhook, recently and unchanged.
///
/// Clerk signs with HMAC-SHA256, as [Standard Webhooks](https://www.standardwebhooks.com) describes.
/// Both the `svix-*` headers and the `webhook-*` headers of that standard are supported. Cheap to
/// clone.
///
/// ```
/// use axum_clerk::webhooks::{Verifier, WebhookError};
/// use http::HeaderMap;
///
/// let verifier = Verifier::new(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])?;
/// let error = verifier.verify(&HeaderMap::new(), b"{}").unwrap_err();
/// assert!(matches!(error, WebhookError::MissingHeader("svix-id")));
/// # Ok::<_, axum_clerk::webhooks::InvalidSecret>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    keys: Arc<[SigningKey]>,
    clock: Clock,
}

impl Verifier {
    /// Creates a verifier from signing secrets, `whsec_…`: usually one, and several while one is
    /// being rotated. Without any, no webhook is valid.
    ///
    /// # Errors
    ///
    /// If a secret is malformed.
    pub fn new<S: AsRef<str>>(secrets: impl IntoIterator<Item = S>) -> Result<Self, InvalidSecret> {
        let keys = secrets.into_iter().map(|secret| SigningKey::new(secret.as_ref()));
        Ok(Self { keys: keys.collect::<Result<_, _>>()?, clock: Clock::system() })
    }

    /// Creates a verifier with the secrets and the clock of a configuration.
    ///
    /// # Errors
    ///
    /// [`WebhookError::MissingSecret`] if none is configured.
    pub fn from_config(config: &ClerkConfig) -> Result<Self, WebhookError> {
        let secrets = config.webhook_signing_secrets().iter().map(ExposeSecret::expose_secret);
        // The configuration contains no malformed secrets.
        match Self::new(secrets) {
            Ok(verifier) if !verifier.keys.is_empty() => {
                Ok(verifier.with_clock(config.clock().clone()))
            }
            _ => Err(WebhookError::MissingSecret),
        }
    }

    /// Sets the clock; the system clock by default.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Verifies a webhook and parses its event. `body` is the raw body of the request.
    ///
    /// # Errors
    ///
    /// The reason why the webhook is invalid.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<WebhookEvent, WebhookError> {
        self.verify_signature(headers, body)?;
        Ok(WebhookEvent::from_slice(body)?)
    }

    /// Verifies a webhook without parsing its event, and returns its ID. The same event has the same
    /// ID each time it is delivered.
    ///
    /// # Errors
    ///
    /// The reason why the webhook is invalid.
    pub fn verify_signature<'h>(
        &self,
        headers: &'h HeaderMap,
        body: &[u8],
    ) -> Result<&'h str, WebhookError> {
        let [id, timestamp, signatures] = signed_headers(headers)?;
        self.check_timestamp(timestamp)?;
        let is_valid = |key: &SigningKey| {
            key.verify(signatures.as_bytes(), id.as_bytes(), timestamp.as_bytes(), body)
        };
        if !self.keys.iter().any(is_valid) {
            return Err(WebhookError::InvalidSignature);
        }
        id.to_str().map_err(|_| WebhookError::InvalidSignature)
    }

    /// Checks what can be checked without the body.
    #[cfg(feature = "axum")]
    pub(super) fn check_headers(&self, headers: &HeaderMap) -> Result<(), WebhookError> {
        let [_, timestamp, _] = signed_headers(headers)?;
        self.check_timestamp(timestamp)
    }

    fn check_timestamp(&self, timestamp: &HeaderValue) -> Result<(), WebhookError> {
        let seconds: i64 = timestamp
            .to_str()
            .ok()
            .and_then(|text| text.parse().ok())
            .ok_or(WebhookError::MalformedTimestamp)?;
        match self.clock.unix_millis().div_euclid(1000).abs_diff(seconds) {
            0..=TOLERANCE => Ok(()),
            difference => Err(WebhookError::TimestampOutOfRange(difference)),
        }
    }
}

/// Returns the ID, the timestamp and the signatures, all from headers of the same naming.
fn signed_headers(headers: &HeaderMap) -> Result<[&HeaderValue; 3], WebhookError> {
    let find = |names: [&'static str; 3]| {
        names.map(|name| headers.get(name).filter(|value| !value.is_empty()).ok_or(name))
    };
    let (svix, standard) = (find(SVIX_HEADERS), find(STANDARD_HEADERS));
    let is_standard = svix.iter().all(Result::is_err) && standard.iter().any(Result::is_ok);
    let [id, timestamp, signatures] = if is_standard { standard } else { svix };
    let missing = WebhookError::MissingHeader;
    Ok([id.map_err(missing)?, timestamp.map_err(missing)?, signatures.map_err(missing)?])
}
