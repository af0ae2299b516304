//! What a user signs in with: a password, an authenticator app, backup codes.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2;
use totp_rs::{Builder, Secret, Totp};

use crate::api::PasswordHasher;
use crate::emulator::{
    http::{ClerkError, Params, Result, fields},
    tokens::random_id,
};

/// What a user signs in with.
#[derive(Clone, Default)]
pub(in crate::emulator) struct SignInFactors {
    pub(in crate::emulator::store) password: Option<Password>,
    /// Whether others know the password, so that the user has to change it.
    pub(in crate::emulator::store) is_compromised: bool,
    pub(in crate::emulator::store) totp: Option<Totp>,
    pub(in crate::emulator::store) backup_codes: Vec<Hash>,
}

#[derive(Clone)]
pub(in crate::emulator::store) enum Password {
    Hashed(Hash),
    /// Known elsewhere, where a digest was made of it.
    DigestOnly,
}

/// Which second factor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::emulator) enum SecondFactor {
    Totp,
    BackupCodes,
    All,
}

impl SignInFactors {
    /// Takes what the parameters have of all this, and tells whether there is a new password.
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
            return Err(ClerkError::invalid_value("password_hasher", "one that Clerk knows"));
        }
        if is_new {
            self.is_compromised = false;
            self.password = Some(Password::DigestOnly);
        }
        if let Some(password) = password {
            if checked {
                check_password(&password)?;
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

fn check_password(password: &str) -> Result<()> {
    let refused = |code, message| Err(ClerkError::param(code, "password", message));
    match password.chars().count() {
        ..8 => refused(
            "form_password_length_too_short",
            "password must have eight characters or more.",
        ),
        73.. => {
            refused("form_password_length_too_long", "password must have 72 characters or fewer.")
        }
        _ => Ok(()),
    }
}

/// Six digits every thirty seconds, by SHA-1; those just before and after are good, too.
fn totp(secret: &str) -> Result<Totp> {
    match Secret::try_from_base32(secret.trim_end_matches('=')) {
        Ok(secret) if !secret.as_bytes().is_empty() => {
            Ok(Builder::new().with_secret(secret).build_noncompliant())
        }
        _ => {
            let message = "totp_secret must be in base32.";
            Err(ClerkError::param("invalid_totp_secret_code", "totp_secret", message))
        }
    }
}

/// A salted hash. It keeps secrets out of memory dumps; being quick to make matters more here than being slow to guess.
#[derive(Clone)]
pub(in crate::emulator::store) struct Hash {
    salt: String,
    hash: [u8; 32],
}

impl Hash {
    const ALGORITHM: pbkdf2::Algorithm = pbkdf2::PBKDF2_HMAC_SHA256;
    const ITERATIONS: NonZeroU32 = NonZeroU32::new(100).unwrap();

    fn new(text: &str) -> Self {
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
