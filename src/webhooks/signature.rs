//! The signatures of Standard Webhooks, which Svix makes for Clerk.

use std::fmt;

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    hmac::{Context, HMAC_SHA256, Key, Tag},
};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::error::InvalidSecret;
use crate::config::decode_webhook_secret;

/// The version of symmetric signatures.
const VERSION: &str = "v1,";

/// A key that signs webhooks.
#[derive(Clone)]
pub(crate) struct SigningKey(Key);

impl SigningKey {
    /// Decodes a secret, `whsec_…`.
    pub(crate) fn new(secret: &str) -> Result<Self, InvalidSecret> {
        let key = decode_webhook_secret(secret).map_err(InvalidSecret)?;
        Ok(Self(Key::new(HMAC_SHA256, &key)))
    }

    /// Returns the value of the signature header.
    #[cfg(feature = "emulator")]
    pub(crate) fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> String {
        let tag = self.tag(id.as_bytes(), timestamp.as_bytes(), body);
        format!("{VERSION}{}", STANDARD.encode(tag))
    }

    /// Returns whether one of the signatures in a header, separated by spaces, is valid.
    ///
    /// The body is hashed once, however many signatures there are.
    pub(super) fn verify(
        &self,
        signatures: &[u8],
        id: &[u8],
        timestamp: &[u8],
        body: &[u8],
    ) -> bool {
        let expected = self.tag(id, timestamp, body);
        signatures
            .split(|byte| *byte == b' ')
            .filter_map(|signature| signature.strip_prefix(VERSION.as_bytes()))
            .filter_map(|encoded| STANDARD.decode(encoded).ok())
            .any(|tag| verify_slices_are_equal(&tag, expected.as_ref()).is_ok())
    }

    fn tag(&self, id: &[u8], timestamp: &[u8], body: &[u8]) -> Tag {
        let mut context = Context::with_key(&self.0);
        for part in [id, b".", timestamp, b".", body] {
            context.update(part);
        }
        context.sign()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey")
    }
}
