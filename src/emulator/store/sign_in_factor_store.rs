//! What users sign in with, which their documents do not show: passwords, authenticator apps, backup codes.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret, Totp};

use super::{
    super::{
        error::{ClerkError, Result},
        id::random_id,
    },
    PHONE_NUMBER, Params, SessionStatus, Store, fields,
    identification::list,
};
use crate::api::PasswordHasher;

/// What a user signs in with.
#[derive(Clone, Default)]
pub(super) struct Factors {
    password: Option<Password>,
    /// Whether others know the password, so that the user has to change it.
    is_compromised: bool,
    totp: Option<Totp>,
    backup_codes: Vec<Hash>,
}

#[derive(Clone)]
enum Password {
    Known(Hash),
    /// Known elsewhere, where a digest was made of it.
    Elsewhere,
}

/// Which second factor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecondFactor {
    Totp,
    BackupCodes,
    All,
}

impl Factors {
    /// Takes what the parameters have of all this, and tells whether there is a new password.
    pub(super) fn take(&mut self, params: &mut Params) -> Result<bool> {
        let checked = fields::take_flag(params, "skip_password_checks")? != Some(true);
        let password = fields::take_text(params, "password")?;
        let digest = fields::take_text(params, "password_digest")?;
        let hasher = fields::take_text(params, "password_hasher")?;
        let is_new = password.is_some() || digest.is_some();
        if digest.is_some() && hasher.is_none() {
            return Err(ClerkError::missing_beside("password_hasher", "password_digest"));
        }
        if let Some(PasswordHasher::Other(_)) = hasher.map(|hasher| hasher.as_str().into()) {
            return Err(ClerkError::value("password_hasher", "one that Clerk knows"));
        }
        if is_new {
            self.is_compromised = false;
            self.password = Some(Password::Elsewhere);
        }
        if let Some(password) = password {
            if checked {
                check_password(&password)?;
            }
            self.password = Some(Password::Known(Hash::new(&password)));
        }
        if let Some(secret) = fields::take_text(params, "totp_secret")? {
            self.totp = Some(totp(&secret)?);
        }
        if params.contains_key("backup_codes") {
            let codes = fields::take_texts(params, "backup_codes")?;
            self.backup_codes = codes.iter().map(|code| Hash::new(code)).collect();
        }
        Ok(is_new)
    }
}

impl Store {
    pub(super) fn factors(&self, user_id: &str) -> Factors {
        self.factors.get(user_id).cloned().unwrap_or_default()
    }

    /// Makes a user's document tell what the user signs in with. Without a second factor there are no backup codes.
    pub(super) fn settle_factors(&mut self, user: &mut Value) {
        let now = self.now();
        let factors =
            self.factors.entry(user["id"].as_str().unwrap_or_default().to_owned()).or_default();
        let phones = user[PHONE_NUMBER.list].as_array_mut();
        settle_default_phone(phones.map(Vec::as_mut_slice).unwrap_or_default());
        let has_phone =
            list(user, &PHONE_NUMBER).any(|phone| phone["reserved_for_second_factor"] == true);
        let enabled = has_phone || factors.totp.is_some();
        if user["two_factor_enabled"] != enabled {
            user["two_factor_enabled"] = json!(enabled);
            user[if enabled { "mfa_enabled_at" } else { "mfa_disabled_at" }] = json!(now);
            if !enabled {
                factors.backup_codes.clear();
            }
        }
        user["password_enabled"] = json!(factors.password.is_some());
        user["totp_enabled"] = json!(factors.totp.is_some());
        user["backup_code_enabled"] = json!(!factors.backup_codes.is_empty());
    }

    pub(crate) fn verify_password(&self, user_id: &str, password: &str) -> Result<()> {
        self.user(user_id)?;
        match self.factors(user_id).password {
            None => Err(no_password()),
            Some(Password::Known(hash)) if hash.is_of(password) => Ok(()),
            Some(Password::Known(_)) => Err(ClerkError::unprocessable(
                "incorrect_password",
                "That is not the user's password.",
            )),
            Some(Password::Elsewhere) => Err(ClerkError::unchecked(
                "The emulator cannot check passwords that it has a digest of.",
            )),
        }
    }

    pub(crate) fn remove_password(&mut self, user_id: &str, sign_out: bool) -> Result<Value> {
        let mut user = self.user(user_id)?.clone();
        if user["password_enabled"] == true {
            let factors = self.factors.entry(user_id.to_owned()).or_default();
            (factors.password, factors.is_compromised) = (None, false);
            user = self.replace_user(user);
        }
        if sign_out {
            self.end_sessions(SessionStatus::Revoked, |session| session.user_id == user_id);
        }
        Ok(user)
    }

    /// Marks a password as known to others, or takes the mark away.
    pub(crate) fn set_compromised(&mut self, user_id: &str, compromised: bool) -> Result<Value> {
        let user = self.user(user_id)?.clone();
        let factors = self.factors.entry(user_id.to_owned()).or_default();
        if factors.password.is_none() {
            return Err(no_password());
        }
        factors.is_compromised = compromised;
        Ok(self.replace_user(user))
    }

    /// Whether the user has to change the password before doing anything else.
    pub(super) fn must_change_password(&self, user_id: &str) -> bool {
        self.factors.get(user_id).is_some_and(|factors| factors.is_compromised)
    }

    /// Tells what a code is: one of the authenticator app, or a backup code, which is used up.
    pub(crate) fn verify_totp(&mut self, user_id: &str, code: &str) -> Result<&'static str> {
        let user = self.user(user_id)?.clone();
        let now = u64::try_from(self.now().div_euclid(1000)).unwrap_or_default();
        let factors = self.factors.entry(user_id.to_owned()).or_default();
        let Some(totp) = &factors.totp else {
            return Err(ClerkError::bad_request(
                "totp_disabled",
                "The user has no authenticator app.",
            ));
        };
        if totp.check(code, now).is_some() {
            return Ok("totp");
        }
        if let Some(position) = factors.backup_codes.iter().position(|hash| hash.is_of(code)) {
            factors.backup_codes.remove(position);
            self.replace_user(user);
            return Ok("backup_code");
        }
        match factors.backup_codes.is_empty() && code.len() != 6 {
            true => Err(ClerkError::unprocessable(
                "totp_invalid_length",
                "The code must have six digits.",
            )),
            false => Err(ClerkError::unprocessable("totp_incorrect_code", "The code is wrong.")),
        }
    }

    pub(crate) fn delete_second_factor(
        &mut self,
        user_id: &str,
        which: SecondFactor,
    ) -> Result<Value> {
        let mut user = self.user(user_id)?.clone();
        let factors = self.factors.entry(user_id.to_owned()).or_default();
        if which != SecondFactor::BackupCodes {
            factors.totp = None;
        }
        if which != SecondFactor::Totp {
            factors.backup_codes.clear();
        }
        if which == SecondFactor::All {
            for phone in user[PHONE_NUMBER.list].as_array_mut().into_iter().flatten() {
                phone["reserved_for_second_factor"] = json!(false);
            }
        }
        self.replace_user(user);
        Ok(json!({ "user_id": user_id }))
    }
}

/// Exactly one of the phone numbers that are second factors is the default one.
fn settle_default_phone(phones: &mut [Value]) {
    let is_factor = |phone: &Value| phone["reserved_for_second_factor"] == true;
    let default =
        phones.iter().position(|phone| is_factor(phone) && phone["default_second_factor"] == true);
    let default = default.or_else(|| phones.iter().position(is_factor));
    for (n, phone) in phones.iter_mut().enumerate() {
        phone["default_second_factor"] = json!(Some(n) == default);
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

fn no_password() -> ClerkError {
    ClerkError::bad_request("no_password_set", "The user has no password.")
}

/// A salted hash. It keeps secrets out of memory dumps; being quick to make matters more here than being slow to guess.
#[derive(Clone)]
struct Hash {
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

    fn is_of(&self, text: &str) -> bool {
        let salt = self.salt.as_bytes();
        pbkdf2::verify(Self::ALGORITHM, Self::ITERATIONS, salt, text.as_bytes(), &self.hash).is_ok()
    }
}
