//! A Clerk instance that signs tokens.

use std::{cell::RefCell, collections::HashMap};

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

/// The maximum number of tokens in an input. A request needs three at most: a handshake, a session
/// token in it, and another one.
const MAX_TOKENS: usize = 4;

/// The maximum number of cached signatures.
const CACHE_CAPACITY: usize = 1000;

pub(super) struct Instance {
    key: RsaKeyPair,
    /// Tokens by their signed part. Most mutations of an input leave its tokens unchanged.
    cache: RefCell<HashMap<String, String>>,
}

/// A token that the instance has signed.
pub(super) struct SignedToken {
    pub(super) text: String,
    pub(super) header: Vec<u8>,
    pub(super) claims: Vec<u8>,
}

impl Instance {
    pub(super) fn generate() -> Self {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        Self { key, cache: RefCell::default() }
    }

    /// Returns the public key in PEM.
    pub(super) fn pem(&self) -> String {
        let der: PublicKeyX509Der<'_> = self.key.public_key().as_der().expect("a public key");
        let body = STANDARD.encode(der.as_ref());
        format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
    }

    /// Returns the modulus of the public key in the encoding of a JWK.
    pub(super) fn modulus(&self) -> String {
        let modulus = self.key.public_key().modulus();
        URL_SAFE_NO_PAD.encode(modulus.big_endian_without_leading_zero())
    }

    pub(super) fn sign(&self, header: &[u8], claims: &[u8]) -> String {
        let message =
            format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let mut cache = self.cache.borrow_mut();
        if let Some(token) = cache.get(&message) {
            return token.clone();
        }
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .expect("a signature");
        let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
        if cache.len() >= CACHE_CAPACITY {
            cache.clear();
        }
        cache.insert(message, token.clone());
        token
    }

    /// Replaces every `<<{HEADER}.{CLAIMS}>>` with a signed token, the inner ones first: a handshake
    /// token contains a session token.
    pub(super) fn expand(&self, input: &[u8]) -> (Vec<u8>, Vec<SignedToken>) {
        let mut text = input.to_vec();
        let mut tokens = Vec::new();
        let mut end = text.len();
        while tokens.len() < MAX_TOKENS
            && let Some(start) = text[..end].windows(2).rposition(|window| window == b"<<")
        {
            end = start;
            let Some(length) = find(&text[start..], b">>") else { continue };
            let inside = &text[start + 2..start + length];
            let Some(middle) = find(inside, b"}.{") else { continue };
            let (header, claims) = (inside[..=middle].to_vec(), inside[middle + 2..].to_vec());
            let token = self.sign(&header, &claims);
            text.splice(start..start + length + 2, token.bytes());
            tokens.push(SignedToken { text: token, header, claims });
        }
        (text, tokens)
    }
}

fn find(text: &[u8], pattern: &[u8]) -> Option<usize> {
    text.windows(pattern.len()).position(|window| window == pattern)
}
