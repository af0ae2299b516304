//! The instance's RSA keys: signing, publishing, rotating.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaKeyPair,
        RsaPublicKeyComponents,
    },
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

use super::id::new_id;

/// The keys that are published: the last one signs.
pub(super) struct Keys(RwLock<Vec<Arc<Key>>>);

/// One RSA key and its name, the `kid`.
pub(super) struct Key {
    pub(super) id: String,
    pair: RsaKeyPair,
}

impl Keys {
    pub(super) fn generate() -> Self {
        Self(RwLock::new(vec![Arc::new(Key::generate())]))
    }

    /// The key that signs.
    pub(super) fn current(&self) -> Arc<Key> {
        self.read().last().cloned().expect("there is always a key")
    }

    /// Signs with a new key from now on; the ones before stay published.
    pub(super) fn rotate(&self) {
        let key = Arc::new(Key::generate());
        self.write().push(key);
    }

    /// Publishes the current key alone.
    pub(super) fn withdraw_old(&self) {
        let mut keys = self.write();
        let current = keys.len() - 1;
        keys.drain(..current);
    }

    /// The claims of a token that a published key signed, over or not.
    pub(super) fn read_token(&self, token: &str) -> Option<Value> {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.validate_exp = false;
        validation.validate_aud = false;
        let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
        let key = self.read().iter().find(|key| key.id == kid).cloned()?;
        let key = DecodingKey::from_rsa_pem(key.pem().as_bytes()).ok()?;
        jsonwebtoken::decode(token, &key, &validation).ok().map(|token| token.claims)
    }

    /// The JSON Web Key Set (RFC 7517).
    pub(super) fn jwks(&self) -> Value {
        json!({ "keys": self.read().iter().map(|key| key.jwk()).collect::<Vec<_>>() })
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Arc<Key>>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<Arc<Key>>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Key {
    fn generate() -> Self {
        let pair =
            RsaKeyPair::generate(KeySize::Rsa2048).expect("RSA keys of 2048 bits can be made");
        Self { id: new_id("ins"), pair }
    }

    /// A JWT (RFC 7519), signed with RSA and the hash that the header's `alg` names: SHA-256 unless
    /// that is RS384 or RS512.
    pub(super) fn sign(&self, header: &Value, claims: &Value) -> String {
        let padding = match header["alg"].as_str() {
            Some("RS384") => &RSA_PKCS1_SHA384,
            Some("RS512") => &RSA_PKCS1_SHA512,
            _ => &RSA_PKCS1_SHA256,
        };
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(header), encode(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(padding, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .expect("a key of 2048 bits signs every message");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The public key as PEM (SPKI, RFC 7468), which Clerk calls the JWT key.
    pub(super) fn pem(&self) -> String {
        let der = self.pair.public_key().as_der().expect("an RSA key has an encoding");
        let text = STANDARD.encode(der.as_ref());
        let lines: String = text
            .as_bytes()
            .chunks(64)
            .flat_map(|line| [line, b"\n"])
            .flatten()
            .map(|&b| char::from(b))
            .collect();
        format!("-----BEGIN PUBLIC KEY-----\n{lines}-----END PUBLIC KEY-----\n")
    }

    fn jwk(&self) -> Value {
        let public = RsaPublicKeyComponents::<Vec<u8>>::from(self.pair.public_key());
        json!({
            "kid": self.id,
            "kty": "RSA",
            "alg": "RS256",
            "use": "sig",
            "n": URL_SAFE_NO_PAD.encode(public.n),
            "e": URL_SAFE_NO_PAD.encode(public.e),
        })
    }
}
