//! The factors that a user signs in with: a password, an authenticator app, backup codes.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2;
use totp_rs::{Builder, Secret, Totp};

use crate::api::PasswordHasher;
use crate::emulator::{
    http::{ClerkError, Params, Result, fields},
    tokens::random_id,
};

/// The factors that a user signs in with.
#[derive(Clone, Default)]
pub(in crate::emulator) struct SignInFactors {
    pub(in crate::emulator::store) password: Option<Password>,
    /// Whether the password is compromised, so that the user must change it.
    pub(in crate::emulator::store) is_compromised: bool,
    pub(in crate::emulator::store) totp: Option<Totp>,
    /// A new authenticator app, before its first code is verified.
    pub(in crate::emulator::store) unverified_totp: Option<Totp>,
    pub(in crate::emulator::store) backup_codes: Vec<Hash>,
}

#[derive(Clone)]
pub(in crate::emulator::store) enum Password {
    Hashed(Hash),
    /// Imported as a digest, which the emulator cannot verify.
    DigestOnly,
}

/// The second factors to delete.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::emulator) enum SecondFactor {
    Totp,
    BackupCodes,
    All,
}

impl SignInFactors {
    /// Takes the factors out of the parameters and returns whether there is a new password.
    pub(in crate::emulator) fn take(&mut self, params: &mut Params) -> Result<bool> {
        let checked = fields::take_flag(params, "skip_password_checks")? != Some(true);
        let password = fields::take_string(params, "password")?;
        let digest = fields::take_string(params, "password_digest")?;
        let hasher = fields::take_string(params, "password_hasher")?;
        let is_new = password.is_some() || digest.is_some();
        if digest.is_some() && hasher.is_none() {
            return Err(ClerkError::missing_conditional_param(
                "password_hasher",
                "password_digest",
            ));
        }
        if let Some(PasswordHasher::Other(_)) = hasher.map(|hasher| hasher.as_str().into()) {
            return Err(ClerkError::invalid_value(
                "password_hasher",
                "a hasher that Clerk supports",
            ));
        }
        if is_new {
            self.is_compromised = false;
            self.password = Some(Password::DigestOnly);
        }
        if let Some(password) = password {
            if checked {
                fields::password("password", &password)?;
            }
            self.password = Some(Password::Hashed(Hash::new(&password)));
        }
        if let Some(secret) = fields::take_string(params, "totp_secret")? {
            self.totp = Some(totp(&secret)?);
        }
        if params.contains_key("backup_codes") {
            let codes = fields::take_strings(params, "backup_codes")?;
            self.backup_codes = codes.iter().map(|code| Hash::new(code)).collect();
        }
        Ok(is_new)
    }
}

/// Builds the generator of TOTP codes: six digits, SHA-1, 30 seconds per code. The preceding and
/// the following code are accepted too.
pub(in crate::emulator::store) fn totp(secret: &str) -> Result<Totp> {
    match Secret::try_from_base32(secret.trim_end_matches('=')) {
        Ok(secret) if !secret.as_bytes().is_empty() => {
            Ok(Builder::new().with_secret(secret).build_noncompliant())
        }
        _ => {
            let message = "totp_secret must be encoded as Base32.";
            Err(ClerkError::param("invalid_totp_secret_code", "totp_secret", message))
        }
    }
}

/// A salted hash, which keeps secrets out of memory dumps. Speed matters more here than resistance
/// to brute force.
#[derive(Clone)]
pub(in crate::emulator::store) struct Hash {
    salt: String,
    hash: [u8; 32],
}

impl Hash {
    const ALGORITHM: pbkdf2::Algorithm = pbkdf2::PBKDF2_HMAC_SHA256;
    const ITERATIONS: NonZeroU32 = NonZeroU32::new(100).unwrap();

    pub(in crate::emulator::store) fn new(text: &str) -> Self {
        let (salt, mut hash) = (random_id(16), [0; 32]);
        pbkdf2::derive(
            Self::ALGORITHM,
            Self::ITERATIONS,
            salt.as_bytes(),
            text.as_bytes(),
            &mut hash,
        );
        Self { salt, hash }
    }

    pub(in crate::emulator::store) fn matches(&self, text: &str) -> bool {
        let salt = self.salt.as_bytes();
        pbkdf2::verify(Self::ALGORITHM, Self::ITERATIONS, salt, text.as_bytes(), &self.hash).is_ok()
    }
}
