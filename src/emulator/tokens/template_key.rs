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
