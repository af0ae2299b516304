//! Nonces of inline scripts.

use std::fmt;

use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The nonce of a response, used by its policy and its scripts: 128 random bits.
///
/// Create one for each response. It has no characters that HTML or a header would need to escape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    /// Creates a random nonce.
    ///
    /// # Panics
    ///
    /// If the operating system has no random numbers.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "each one is different")]
    pub fn new() -> Self {
        let mut bytes = [0; 16];
        rand::fill(&mut bytes).expect("random numbers are available");
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Returns the nonce as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonces_are_different_and_need_no_escaping() {
        let (one, other) = (Nonce::new(), Nonce::new());
        assert_ne!(one, other);
        assert_eq!(one.as_str().len(), 22);
        assert!(one.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
    }
}
