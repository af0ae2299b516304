//! Encryption of what is stored in a shared cache.

use std::fmt;

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
};

/// The first byte of a sealed value.
const VERSION: u8 = 1;

/// Encrypts and authenticates values with AES-256-GCM, and with a key that HKDF derives from the
/// secret key for the cache key of the value (RFC 5869).
pub(super) struct Seal(Prk);

/// The length of the output of HKDF, in bytes.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

impl Seal {
    pub(super) fn new(secret: &[u8]) -> Self {
        Self(Salt::new(HKDF_SHA256, b"axum-clerk shared cache").extract(secret))
    }

    /// Returns a name for the instance that does not reveal the secret.
    pub(super) fn namespace(&self) -> String {
        hex(&self.derive::<8>(&[b"namespace"]).unwrap_or_default())
    }

    /// Encrypts a value that is stored under this cache key.
    pub(super) fn seal(&self, cache_key: &str, mut value: Vec<u8>) -> Option<Vec<u8>> {
        let key = self.key(cache_key)?;
        let aad = Aad::from(cache_key.as_bytes());
        let nonce = key.seal_in_place_append_tag(aad, &mut value).ok()?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + value.len());
        sealed.push(VERSION);
        sealed.extend(nonce.as_ref());
        sealed.extend(value);
        Some(sealed)
    }

    /// Decrypts a value. Returns `None` if it was not sealed with the same secret for the same cache
    /// key.
    pub(super) fn open(&self, cache_key: &str, mut sealed: Vec<u8>) -> Option<Vec<u8>> {
        let (header, ciphertext) = sealed.split_at_mut_checked(1 + NONCE_LEN)?;
        let (version, nonce) = header.split_first()?;
        if *version != VERSION {
            return None;
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let aad = Aad::from(cache_key.as_bytes());
        let value = self.key(cache_key)?.open_in_place(nonce, aad, ciphertext).ok()?;
        Some(value.to_vec())
    }

    /// Derives the key for a cache key. A key is safe for about 2^32 random nonces, which a large
    /// fleet could exceed with a single key.
    fn key(&self, cache_key: &str) -> Option<RandomizedNonceKey> {
        let key = self.derive::<32>(&[b"value ", cache_key.as_bytes()])?;
        RandomizedNonceKey::new(&AES_256_GCM, &key).ok()
    }

    fn derive<const N: usize>(&self, info: &[&[u8]]) -> Option<[u8; N]> {
        let mut key = [0; N];
        self.0.expand(info, Length(N)).ok()?.fill(&mut key).ok()?;
        Some(key)
    }
}

/// Encodes bytes in lowercase hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "axum-clerk:1:user:2";

    fn sealed() -> Vec<u8> {
        Seal::new(b"sk_test_1").seal(KEY, b"private".to_vec()).expect("a sealed value")
    }

    #[test]
    fn sealed_values_open_with_the_same_secret_and_key() {
        assert_eq!(Seal::new(b"sk_test_1").open(KEY, sealed()).as_deref(), Some(&b"private"[..]));
        assert_eq!(Seal::new(b"sk_test_2").open(KEY, sealed()), None);
        assert_eq!(Seal::new(b"sk_test_1").open("axum-clerk:1:user:3", sealed()), None);
    }

    #[test]
    fn changed_or_truncated_values_do_not_open() {
        let seal = Seal::new(b"sk_test_1");
        for position in 0..sealed().len() {
            let mut changed = sealed();
            changed[position] ^= 1;
            assert_eq!(seal.open(KEY, changed), None, "byte {position}");
            assert_eq!(seal.open(KEY, sealed()[..position].to_vec()), None, "length {position}");
        }
    }

    #[test]
    fn sealed_values_reveal_neither_content_nor_repetition() {
        let (one, other) = (sealed(), sealed());
        assert_ne!(one, other);
        assert!(!one.windows(7).any(|window| window == b"private"));
    }
}
