//! The custom keys of JWT templates.

use std::sync::Arc;

use aws_lc_rs::{
    hmac::{self, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512},
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        EcdsaSigningAlgorithm, Ed25519KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
        RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
    },
};
use rustls_pki_types::{PrivateKeyDer, pem::PemObject};
use serde_json::{Value, json};

use super::jwt;

/// A key that signs the tokens of a JWT template with one algorithm.
#[derive(Clone)]
pub(in crate::emulator) struct TemplateKey {
    /// The `alg` in the headers of the tokens.
    algorithm: String,
    signer: Arc<Signer>,
}

enum Signer {
    Hmac(Box<hmac::Key>),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
}

/// The reason that a key is rejected.
#[derive(Debug)]
pub(in crate::emulator) enum TemplateKeyError {
    /// The algorithm is not supported.
    UnknownAlgorithm,
    /// The key is malformed or of the wrong type for the algorithm.
    InvalidKey,
}

impl TemplateKey {
    /// Parses the key for an algorithm: a shared secret for HMAC, otherwise a private key as PEM
    /// (PKCS #8, or PKCS #1 for RSA).
    pub(in crate::emulator) fn parse(algorithm: &str, key: &str) -> Result<Self, TemplateKeyError> {
        let signer = match algorithm {
            "HS256" => Signer::hmac(HMAC_SHA256, key),
            "HS384" => Signer::hmac(HMAC_SHA384, key),
            "HS512" => Signer::hmac(HMAC_SHA512, key),
            "ES256" => Signer::ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING, key)?,
            "ES384" => Signer::ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING, key)?,
            "EdDSA" => Signer::ed25519(key)?,
            "RS256" => Signer::rsa(&RSA_PKCS1_SHA256, key)?,
            "RS384" => Signer::rsa(&RSA_PKCS1_SHA384, key)?,
            "RS512" => Signer::rsa(&RSA_PKCS1_SHA512, key)?,
            "PS256" => Signer::rsa(&RSA_PSS_SHA256, key)?,
            "PS384" => Signer::rsa(&RSA_PSS_SHA384, key)?,
            "PS512" => Signer::rsa(&RSA_PSS_SHA512, key)?,
            _ => return Err(TemplateKeyError::UnknownAlgorithm),
        };
        Ok(Self { algorithm: algorithm.to_owned(), signer: Arc::new(signer) })
    }

    /// Signs a token with these claims.
    pub(in crate::emulator) fn sign(&self, claims: &Value) -> String {
        let header = json!({ "typ": "JWT", "alg": self.algorithm });
        jwt::encode(&header, claims, |message| self.signer.sign(message))
    }
}

impl Signer {
    fn hmac(algorithm: hmac::Algorithm, secret: &str) -> Self {
        Self::Hmac(Box::new(hmac::Key::new(algorithm, secret.as_bytes())))
    }

    fn ecdsa(
        algorithm: &'static EcdsaSigningAlgorithm,
        pem: &str,
    ) -> Result<Self, TemplateKeyError> {
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8(&private_key(pem)?)?);
        pair.map(Self::Ecdsa).map_err(|_| TemplateKeyError::InvalidKey)
    }

    fn ed25519(pem: &str) -> Result<Self, TemplateKeyError> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8(&private_key(pem)?)?);
        pair.map(Self::Ed25519).map_err(|_| TemplateKeyError::InvalidKey)
    }

    fn rsa(encoding: &'static dyn RsaEncoding, pem: &str) -> Result<Self, TemplateKeyError> {
        let pair = match private_key(pem)? {
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            key => RsaKeyPair::from_pkcs8(pkcs8(&key)?),
        };
        pair.map(|pair| Self::Rsa(pair, encoding)).map_err(|_| TemplateKeyError::InvalidKey)
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Hmac(key) => hmac::sign(key, message).as_ref().to_vec(),
            Self::Ecdsa(pair) => {
                let signature = pair.sign(&random, message);
                signature.expect("an ECDSA key can sign any message").as_ref().to_vec()
            }
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &random, message, &mut signature)
                    .expect("an RSA key can sign any message");
                signature
            }
        }
    }
}

fn private_key(pem: &str) -> Result<PrivateKeyDer<'static>, TemplateKeyError> {
    PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| TemplateKeyError::InvalidKey)
}

fn pkcs8<'a>(key: &'a PrivateKeyDer<'_>) -> Result<&'a [u8], TemplateKeyError> {
    match key {
        PrivateKeyDer::Pkcs8(der) => Ok(der.secret_pkcs8_der()),
        _ => Err(TemplateKeyError::InvalidKey),
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{
        encoding::AsDer,
        rsa::KeySize,
        signature::{
            ECDSA_P384_SHA384_FIXED, ED25519, KeyPair, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey,
            VerificationAlgorithm,
        },
    };
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::{super::jwt::UnverifiedJwt, *};

    fn pem(label: &str, der: &[u8]) -> String {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
    }

    fn check(
        algorithm: &str,
        key: &str,
        verification: &'static dyn VerificationAlgorithm,
        public_key: &[u8],
    ) {
        let token = TemplateKey::parse(algorithm, key).unwrap().sign(&json!({ "role": "reader" }));
        let jwt = UnverifiedJwt::parse(&token).unwrap();
        assert_eq!(jwt.header, json!({ "typ": "JWT", "alg": algorithm }));
        assert_eq!(jwt.claims(), Some(json!({ "role": "reader" })));
        let key = UnparsedPublicKey::new(verification, public_key);
        assert!(key.verify(jwt.message, &jwt.signature).is_ok(), "{algorithm}");
    }

    #[test]
    fn signatures_verify_with_the_public_key() {
        let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
        let der = pair.to_pkcs8v1().unwrap();
        let public_key = pair.public_key().as_ref();
        check("ES384", &pem("PRIVATE KEY", der.as_ref()), &ECDSA_P384_SHA384_FIXED, public_key);

        let pair = Ed25519KeyPair::generate().unwrap();
        let der = pair.to_pkcs8().unwrap();
        check("EdDSA", &pem("PRIVATE KEY", der.as_ref()), &ED25519, pair.public_key().as_ref());

        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let der = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
        let public_key = pair.public_key().as_ref();
        check("PS256", &pem("PRIVATE KEY", der.as_ref()), &RSA_PSS_2048_8192_SHA256, public_key);
        // A PKCS #8 key is a header of 26 bytes followed by the PKCS #1 key.
        let pkcs1 = pem("RSA PRIVATE KEY", &der.as_ref()[26..]);
        check("PS256", &pkcs1, &RSA_PSS_2048_8192_SHA256, public_key);
    }

    #[test]
    fn keys_for_other_algorithms_are_rejected() {
        let pair = Ed25519KeyPair::generate().unwrap();
        let ed25519 = pem("PRIVATE KEY", pair.to_pkcs8().unwrap().as_ref());
        for (algorithm, key) in
            [("ES256", &*ed25519), ("RS256", &ed25519), ("EdDSA", "secret"), ("PS512", "")]
        {
            let rejected = TemplateKey::parse(algorithm, key).map(drop);
            assert!(matches!(rejected, Err(TemplateKeyError::InvalidKey)), "{algorithm}");
        }
        let rejected = TemplateKey::parse("none", "secret").map(drop);
        assert!(matches!(rejected, Err(TemplateKeyError::UnknownAlgorithm)));
    }
}
