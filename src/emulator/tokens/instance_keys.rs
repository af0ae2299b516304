//! The instance's RSA keys: signing, publication and rotation.

use std::sync::{
    Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
};

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
        RsaKeyPair, RsaPublicKeyComponents, UnparsedPublicKey,
    },
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

use super::{
    jwt::{self, UnverifiedJwt},
    random_id::new_id,
};

/// The published keys.
pub(in crate::emulator) struct InstanceKeys {
    /// The last one signs.
    keys: RwLock<Vec<Arc<Key>>>,
    /// The JWKS that is served instead of the current one, if any.
    stale_jwks: Mutex<Option<Value>>,
}

/// An RSA key and its ID, the `kid`.
pub(in crate::emulator) struct Key {
    pub(in crate::emulator) id: String,
    /// Generated when it is first used: that takes longer than everything else at startup, and many
    /// tests never need it.
    pair: OnceLock<RsaKeyPair>,
}

/// The key pairs of emulators that have stopped. Later emulators use them, with new key IDs, so that
/// a test suite generates only as many as it uses at the same time.
static SPARE_PAIRS: Mutex<Vec<RsaKeyPair>> = Mutex::new(Vec::new());

/// A token with a valid signature.
pub(in crate::emulator) struct VerifiedJwt {
    pub(in crate::emulator) header: Value,
    pub(in crate::emulator) claims: Value,
}

impl InstanceKeys {
    pub(in crate::emulator) fn generate() -> Self {
        Self { keys: RwLock::new(vec![Arc::new(Key::generate())]), stale_jwks: Mutex::default() }
    }

    /// Returns the key that signs.
    pub(in crate::emulator) fn current(&self) -> Arc<Key> {
        self.read().last().cloned().expect("there is always a key")
    }

    /// Generates a new key that signs from now on. The previous keys stay published.
    pub(in crate::emulator) fn rotate(&self) {
        let key = Arc::new(Key::generate());
        self.write().push(key);
    }

    /// Unpublishes all keys but the current one.
    pub(in crate::emulator) fn withdraw_old(&self) {
        let mut keys = self.write();
        let current = keys.len() - 1;
        keys.drain(..current);
    }

    /// Signs a token with the current key. `category` is the class of the token, if it has one.
    pub(in crate::emulator) fn sign(
        &self,
        token_type: &str,
        category: Option<&str>,
        claims: &Value,
    ) -> String {
        let key = self.current();
        let mut header = json!({ "alg": "RS256", "kid": key.id, "typ": token_type });
        if let Some(category) = category {
            header["cat"] = json!(category);
        }
        key.sign(&header, claims)
    }

    /// Verifies the signature of a token with the published keys, without checking its expiration.
    pub(in crate::emulator) fn verify(&self, token: &str) -> Option<VerifiedJwt> {
        let jwt = UnverifiedJwt::parse(token)?;
        let kid = jwt.header["kid"].as_str()?;
        let key = self.read().iter().find(|key| key.id == kid).cloned()?;
        if jwt.header["alg"] != "RS256" || !key.verify(jwt.message, &jwt.signature) {
            return None;
        }
        let claims = jwt.claims()?;
        let has_expiry = claims["exp"].as_f64().is_some_and(|exp| exp >= 0.0);
        has_expiry.then_some(VerifiedJwt { header: jwt.header, claims })
    }

    /// Returns the JSON Web Key Set (RFC 7517) to be served.
    pub(in crate::emulator) fn jwks(&self) -> Value {
        self.stale_jwks().clone().unwrap_or_else(|| self.current_jwks())
    }

    /// Lets [`jwks`](Self::jwks) return the current keys, whatever happens to them.
    pub(in crate::emulator) fn freeze_jwks(&self) {
        let jwks = self.current_jwks();
        *self.stale_jwks() = Some(jwks);
    }

    pub(in crate::emulator) fn unfreeze_jwks(&self) {
        *self.stale_jwks() = None;
    }

    fn stale_jwks(&self) -> MutexGuard<'_, Option<Value>> {
        self.stale_jwks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn current_jwks(&self) -> Value {
        json!({ "keys": self.read().iter().map(|key| key.jwk()).collect::<Vec<_>>() })
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Arc<Key>>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<Arc<Key>>> {
        self.keys.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InstanceKeys {
    /// Keeps the published pairs for other emulators. Withdrawn ones are gone already, because this
    /// instance must not publish them again.
    fn drop(&mut self) {
        let keys = self.keys.get_mut().unwrap_or_else(PoisonError::into_inner);
        let pairs = keys.drain(..).filter_map(|key| Arc::into_inner(key)?.pair.take());
        SPARE_PAIRS.lock().unwrap_or_else(PoisonError::into_inner).extend(pairs);
    }
}

impl Key {
    fn generate() -> Self {
        Self { id: new_id("ins"), pair: OnceLock::new() }
    }

    fn pair(&self) -> &RsaKeyPair {
        self.pair.get_or_init(|| {
            let spare = SPARE_PAIRS.lock().unwrap_or_else(PoisonError::into_inner).pop();
            spare.unwrap_or_else(|| {
                RsaKeyPair::generate(KeySize::Rsa2048).expect("2048-bit RSA keys can be generated")
            })
        })
    }

    /// Encodes and signs a JWT (RFC 7519). The hash is SHA-256, unless the header's `alg` is RS384
    /// or RS512.
    pub(in crate::emulator) fn sign(&self, header: &Value, claims: &Value) -> String {
        let padding = match header["alg"].as_str() {
            Some("RS384") => &RSA_PKCS1_SHA384,
            Some("RS512") => &RSA_PKCS1_SHA512,
            _ => &RSA_PKCS1_SHA256,
        };
        jwt::encode(header, claims, |message| {
            let mut signature = vec![0; self.pair().public_modulus_len()];
            self.pair()
                .sign(padding, &SystemRandom::new(), message, &mut signature)
                .expect("a 2048-bit RSA key can sign any message");
            signature
        })
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let public_key =
            UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair().public_key());
        public_key.verify(message, signature).is_ok()
    }

    /// Returns the public key as PEM (SPKI, RFC 7468), which Clerk calls the JWT key.
    pub(in crate::emulator) fn pem(&self) -> String {
        let der =
            self.pair().public_key().as_der().expect("an RSA public key can be encoded as DER");
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
        let public = RsaPublicKeyComponents::<Vec<u8>>::from(self.pair().public_key());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_published_keys_verify_tokens() {
        let keys = InstanceKeys::generate();
        let claims = json!({ "sub": "user_1", "exp": 0 });
        let token = keys.sign("JWT", Some("class"), &claims);
        let jwt = keys.verify(&token).unwrap();
        assert_eq!((&jwt.claims, &jwt.header["cat"]), (&claims, &json!("class")));

        assert!(InstanceKeys::generate().verify(&token).is_none());
        keys.rotate();
        assert!(keys.verify(&token).is_some());
        keys.withdraw_old();
        assert!(keys.verify(&token).is_none());
    }

    #[test]
    fn keys_of_stopped_instances_get_new_ids() {
        let keys = InstanceKeys::generate();
        let token = keys.sign("JWT", None, &json!({ "exp": 0 }));
        drop(keys);
        let others: Vec<_> = (0..3).map(|_| InstanceKeys::generate()).collect();
        let modulus = |keys: &InstanceKeys| keys.jwks()["keys"][0]["n"].to_string();
        let moduli: std::collections::HashSet<_> = others.iter().map(modulus).collect();
        assert_eq!(moduli.len(), others.len());
        assert!(others.iter().all(|keys| keys.verify(&token).is_none()));
    }

    #[test]
    fn malformed_tokens_do_not_verify() {
        let keys = InstanceKeys::generate();
        let key = keys.current();
        let header = json!({ "alg": "RS256", "kid": key.id });
        let token = key.sign(&header, &json!({ "exp": 1 }));
        let (message, signature) = token.rsplit_once('.').unwrap();
        let (start, _) = message.rsplit_once('.').unwrap();
        let other_claims = URL_SAFE_NO_PAD.encode(json!({ "exp": 2 }).to_string());
        assert!(keys.verify(&token).is_some());
        for malformed in [
            "",
            "a.b.c",
            message,
            &format!("{message}."),
            &format!("{token}."),
            &format!("{start}.{other_claims}.{signature}"),
            &key.sign(&json!({ "alg": "RS512", "kid": key.id }), &json!({ "exp": 1 })),
            &key.sign(&json!({ "alg": "RS256" }), &json!({ "exp": 1 })),
            &key.sign(&header, &json!({})),
            &key.sign(&header, &json!({ "exp": "1" })),
            &key.sign(&header, &json!([1])),
        ] {
            assert!(keys.verify(malformed).is_none(), "{malformed}");
        }
    }
}
