//! The public keys that verify signatures.

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm,
    jwk::{self, AlgorithmParameters, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse},
};
use rustls_pki_types::{SubjectPublicKeyInfoDer, pem::PemObject};

use super::error::TokenError;

/// A parsed RSA public key for one algorithm.
pub(crate) struct VerifyingKey {
    kid: Option<String>,
    algorithm: Algorithm,
    key: ParsedPublicKey,
    withdrawn: AtomicBool,
}

impl VerifyingKey {
    /// Reads a key of a JWKS. Returns `None` if it is not a key that signs Clerk's tokens.
    pub(crate) fn from_jwk(jwk: &Jwk) -> Option<Self> {
        let jwk::CommonParameters { public_key_use, key_operations, .. } = &jwk.common;
        if public_key_use.as_ref().is_some_and(|usage| *usage != PublicKeyUse::Signature)
            || key_operations.as_ref().is_some_and(|list| !list.contains(&KeyOperations::Verify))
        {
            return None;
        }
        let algorithm = match jwk.common.key_algorithm {
            None | Some(KeyAlgorithm::RS256) => Algorithm::RS256,
            Some(KeyAlgorithm::RS384) => Algorithm::RS384,
            Some(KeyAlgorithm::RS512) => Algorithm::RS512,
            Some(_) => return None,
        };
        let AlgorithmParameters::RSA(rsa) = &jwk.algorithm else { return None };
        let components = RsaPublicKeyComponents {
            n: URL_SAFE_NO_PAD.decode(&rsa.n).ok()?,
            e: URL_SAFE_NO_PAD.decode(&rsa.e).ok()?,
        };
        let key = components.to_parsed_public_key(parameters(algorithm)?).ok()?;
        Some(Self {
            kid: jwk.common.key_id.clone(),
            algorithm,
            key,
            withdrawn: AtomicBool::new(false),
        })
    }

    /// Reads a key in PEM, as the Clerk Dashboard shows it under "JWT public key". The armor and
    /// the line breaks may be missing, since environment variables often lose them.
    pub(crate) fn from_pem(pem: &str) -> Result<Self, &'static str> {
        const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
        const END: &str = "-----END PUBLIC KEY-----";
        let pem = pem.replace("\\n", "\n");
        let body = pem.trim().trim_start_matches(BEGIN).trim_end_matches(END);
        let body: String = body.split_whitespace().collect();
        let der =
            SubjectPublicKeyInfoDer::from_pem_slice(format!("{BEGIN}\n{body}\n{END}\n").as_bytes())
                .map_err(|_| "it is not a PEM-encoded public key")?;
        let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &der)
            .map_err(|_| "it is not a PEM-encoded RSA public key")?;
        Ok(Self { kid: None, algorithm: Algorithm::RS256, key, withdrawn: AtomicBool::new(false) })
    }

    pub(crate) fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Returns whether both have the same key, algorithm and `kid`.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        self.kid == other.kid
            && self.algorithm == other.algorithm
            && self.key.as_ref() == other.key.as_ref()
    }

    /// Marks the key as withdrawn; tokens it signed become invalid.
    pub(crate) fn withdraw(&self) {
        self.withdrawn.store(true, Ordering::Release);
    }

    pub(crate) fn is_withdrawn(&self) -> bool {
        self.withdrawn.load(Ordering::Acquire)
    }

    pub(crate) fn verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), TokenError> {
        if algorithm != self.algorithm {
            return Err(TokenError::AlgorithmMismatch);
        }
        self.key.verify_sig(message, signature).map_err(|_| TokenError::InvalidSignature)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .finish()
    }
}

fn parameters(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    match algorithm {
        Algorithm::RS256 => Some(&RSA_PKCS1_2048_8192_SHA256),
        Algorithm::RS384 => Some(&RSA_PKCS1_2048_8192_SHA384),
        Algorithm::RS512 => Some(&RSA_PKCS1_2048_8192_SHA512),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{
        rsa::{KeyPair, KeySize, PublicKey},
        signature::KeyPair as _,
    };
    use serde_json::json;

    use super::*;

    fn key(public_key: &PublicKey, kid: &str, algorithm: &str) -> VerifyingKey {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let jwk = json!({
            "kty": "RSA", "use": "sig", "kid": kid, "alg": algorithm,
            "n": encode(public_key.modulus().big_endian_without_leading_zero()),
            "e": encode(public_key.exponent().big_endian_without_leading_zero()),
        });
        let jwk = serde_json::from_value(jwk).expect("a JWK");
        VerifyingKey::from_jwk(&jwk).expect("a key")
    }

    #[test]
    fn same_keys_have_equal_ids_algorithms_and_moduli() {
        let pairs = [(); 2].map(|()| KeyPair::generate(KeySize::Rsa2048).expect("a key pair"));
        let [one, other] = pairs.each_ref().map(KeyPair::public_key);
        let known = key(one, "ins_1", "RS256");
        assert!(known.is_same_as(&key(one, "ins_1", "RS256")));
        for different in
            [key(one, "ins_2", "RS256"), key(one, "ins_1", "RS512"), key(other, "ins_1", "RS256")]
        {
            assert!(!known.is_same_as(&different), "{different:?}");
        }
    }
}
