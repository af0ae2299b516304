//! The factors that users sign in with and that their documents do not contain: passwords,
//! authenticator apps and backup codes.

use serde_json::{Value, json};

use super::{
    records::{
        Hash, PHONE_NUMBER, Password, SecondFactor, SessionStatus, SignInFactors,
        identifications_of, not_prepared, totp,
    },
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Result},
    tokens::{random_base32, random_id},
};

impl Store {
    pub(super) fn factors(&self, user_id: &str) -> SignInFactors {
        self.factors.get(user_id).cloned().unwrap_or_default()
    }

    /// Updates the flags about factors in a user's document. Disabling the last second factor
    /// deletes the backup codes.
    pub(super) fn sync_factor_flags(&mut self, user: &mut Value) {
        let now = self.now();
        let factors =
            self.factors.entry(user["id"].as_str().unwrap_or_default().to_owned()).or_default();
        let phones = user[PHONE_NUMBER.list].as_array_mut();
        choose_default_phone(phones.map(Vec::as_mut_slice).unwrap_or_default());
        let has_phone = identifications_of(user, &PHONE_NUMBER)
            .any(|phone| phone["reserved_for_second_factor"] == true);
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

    pub(in crate::emulator) fn verify_password(&self, user_id: &str, password: &str) -> Result<()> {
        self.user(user_id)?;
        match self.factors(user_id).password {
            None => Err(no_password_set()),
            Some(Password::Hashed(hash)) if hash.matches(password) => Ok(()),
            Some(Password::Hashed(_)) => {
                Err(ClerkError::unprocessable("incorrect_password", "The password is incorrect."))
            }
            Some(Password::DigestOnly) => Err(ClerkError::unprocessable(
                "password_digest_not_emulated",
                "The emulator cannot verify passwords that were imported as digests.",
            )),
        }
    }

    pub(in crate::emulator) fn remove_password(
        &mut self,
        user_id: &str,
        sign_out: bool,
    ) -> Result<Value> {
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

    /// Marks the user's password as compromised, or removes the mark.
    pub(in crate::emulator) fn set_compromised(
        &mut self,
        user_id: &str,
        compromised: bool,
    ) -> Result<Value> {
        let user = self.user(user_id)?.clone();
        let factors = self.factors.entry(user_id.to_owned()).or_default();
        if factors.password.is_none() {
            return Err(no_password_set());
        }
        factors.is_compromised = compromised;
        Ok(self.replace_user(user))
    }

    /// Returns whether the user must change the password before doing anything else.
    pub(super) fn must_change_password(&self, user_id: &str) -> bool {
        self.factors.get(user_id).is_some_and(|factors| factors.is_compromised)
    }

    /// Verifies a code of the authenticator app or a backup code, and returns which of them it is.
    /// Backup codes can be used once.
    pub(in crate::emulator) fn verify_totp(
        &mut self,
        user_id: &str,
        code: &str,
    ) -> Result<&'static str> {
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
        if let Some(position) = factors.backup_codes.iter().position(|hash| hash.matches(code)) {
            factors.backup_codes.remove(position);
            self.replace_user(user);
            return Ok("backup_code");
        }
        if factors.backup_codes.is_empty() && code.len() != 6 {
            Err(ClerkError::unprocessable("totp_invalid_length", "The code must have six digits."))
        } else {
            Err(ClerkError::unprocessable("totp_incorrect_code", "The code is incorrect."))
        }
    }

    /// Creates the secret of a new authenticator app, which counts as soon as a code of it is
    /// [verified](Self::verify_authenticator_app).
    pub(in crate::emulator) fn start_authenticator_app(&mut self, user_id: &str) -> Result<String> {
        self.user(user_id)?;
        let factors = self.factors.entry(user_id.to_owned()).or_default();
        if factors.totp.is_some() {
            let message = "The user already has an authenticator app.";
            return Err(ClerkError::bad_request("totp_already_enabled", message));
        }
        let secret = random_base32(32);
        factors.unverified_totp = Some(totp(&secret)?);
        Ok(secret)
    }

    pub(in crate::emulator) fn verify_authenticator_app(
        &mut self,
        user_id: &str,
        code: &str,
    ) -> Result<()> {
        let user = self.user(user_id)?.clone();
        let now = u64::try_from(self.now().div_euclid(1000)).unwrap_or_default();
        let factors = self.factors.entry(user_id.to_owned()).or_default();
        let totp = factors.unverified_totp.clone().ok_or_else(|| not_prepared("totp"))?;
        if totp.check(code, now).is_none() {
            return Err(ClerkError::param("form_code_incorrect", "code", "The code is incorrect."));
        }
        (factors.totp, factors.unverified_totp) = (Some(totp), None);
        self.replace_user(user);
        Ok(())
    }

    /// Replaces the backup codes of a user with a second factor.
    pub(in crate::emulator) fn create_backup_codes(
        &mut self,
        user_id: &str,
    ) -> Result<Vec<String>> {
        let user = self.user(user_id)?.clone();
        if user["two_factor_enabled"] != true {
            let message = "The user has no second factor.";
            return Err(ClerkError::bad_request("backup_codes_not_available", message));
        }
        let codes: Vec<String> = (0..10).map(|_| random_id(8).to_lowercase()).collect();
        let factors = self.factors.entry(user_id.to_owned()).or_default();
        factors.backup_codes = codes.iter().map(|code| Hash::new(code)).collect();
        self.replace_user(user);
        Ok(codes)
    }

    /// Chooses the phone number that receives the codes of the second factor first.
    pub(in crate::emulator) fn set_default_second_factor(
        &mut self,
        user_id: &str,
        phone_number_id: &str,
    ) -> Result<()> {
        let mut user = self.user(user_id)?.clone();
        for phone in user[PHONE_NUMBER.list].as_array_mut().into_iter().flatten() {
            phone["default_second_factor"] = json!(phone["id"] == phone_number_id);
        }
        self.replace_user(user);
        Ok(())
    }

    pub(in crate::emulator) fn delete_second_factor(
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

/// Ensures that exactly one of the second-factor phone numbers is the default one.
fn choose_default_phone(phones: &mut [Value]) {
    let is_factor = |phone: &Value| phone["reserved_for_second_factor"] == true;
    let default =
        phones.iter().position(|phone| is_factor(phone) && phone["default_second_factor"] == true);
    let default = default.or_else(|| phones.iter().position(is_factor));
    for (n, phone) in phones.iter_mut().enumerate() {
        phone["default_second_factor"] = json!(Some(n) == default);
    }
}

fn no_password_set() -> ClerkError {
    ClerkError::bad_request("no_password_set", "The user has no password.")
}
