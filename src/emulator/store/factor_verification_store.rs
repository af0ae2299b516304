//! The factors that users verify to sign in, and to verify themselves again.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    records::{
        EMAIL_ADDRESS, FactorVerification, IdentificationKind, MAX_FAILED_ATTEMPTS, PHONE_NUMBER,
        find_identification, identifications_of, is_verified, not_prepared,
    },
    state::Store,
};
use crate::emulator::http::{ClerkError, Result};

/// The first or the second factor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::emulator) enum FactorLevel {
    First,
    Second,
}

/// The factor to prepare.
#[derive(Deserialize)]
pub(in crate::emulator) struct FactorPreparation {
    pub(in crate::emulator) strategy: String,
    email_address_id: Option<String>,
    phone_number_id: Option<String>,
    pub(in crate::emulator) redirect_url: Option<String>,
}

impl FactorPreparation {
    /// Prepares a strategy for the user's first suitable identification.
    pub(in crate::emulator) fn new(strategy: String) -> Self {
        Self { strategy, email_address_id: None, phone_number_id: None, redirect_url: None }
    }
}

/// The proof of a factor.
#[derive(Deserialize)]
pub(in crate::emulator) struct FactorAttempt {
    pub(in crate::emulator) strategy: String,
    code: Option<String>,
    password: Option<String>,
}

impl FactorAttempt {
    pub(in crate::emulator) fn password(password: String) -> Self {
        Self { strategy: "password".into(), code: None, password: Some(password) }
    }
}

impl Store {
    /// Returns the factors that a user can verify.
    pub(in crate::emulator) fn factors_of(&self, user: &Value, level: FactorLevel) -> Vec<Value> {
        match level {
            FactorLevel::First => first_factors(user, self.user_settings.email_strategies()),
            FactorLevel::Second => second_factors(user),
        }
    }

    /// Sends the code of a factor.
    pub(super) fn prepare_factor(
        &mut self,
        user_id: &str,
        level: FactorLevel,
        preparation: &FactorPreparation,
    ) -> Result<FactorVerification> {
        let user = self.user(user_id)?;
        let strategy = preparation.strategy.as_str();
        let (kind, id): (&IdentificationKind, _) = match strategy {
            "email_code" | "reset_password_email_code" => {
                (&EMAIL_ADDRESS, &preparation.email_address_id)
            }
            "phone_code" | "reset_password_phone_code" => {
                (&PHONE_NUMBER, &preparation.phone_number_id)
            }
            _ => return Err(strategy_invalid()),
        };
        let id_field = format!("{}_id", kind.name);
        let is_requested = |factor: &&Value| {
            factor["strategy"] == strategy
                && id.as_ref().is_none_or(|id| factor[&id_field] == id.as_str())
        };
        let factors = self.factors_of(user, level);
        let factor = factors.iter().find(is_requested).ok_or_else(strategy_invalid)?;
        let id = factor[&id_field].as_str().unwrap_or_default();
        let to = find_identification(user, kind, id).map(|own| own[kind.name].clone());
        self.send_code(to.as_ref().and_then(Value::as_str).unwrap_or_default());
        Ok(FactorVerification::by_code(strategy, id, self.now()))
    }

    /// Verifies a factor, which must be one of the level. Too many failures lock the user.
    pub(super) fn attempt_factor(
        &mut self,
        user_id: &str,
        level: FactorLevel,
        prepared: &mut Option<FactorVerification>,
        attempt: &FactorAttempt,
    ) -> Result<()> {
        self.check_may_sign_in(user_id)?;
        let strategy = attempt.strategy.as_str();
        let factors = self.factors_of(self.user(user_id)?, level);
        if !factors.iter().any(|factor| factor["strategy"] == strategy) {
            return Err(strategy_invalid());
        }
        let code = || attempt.code.as_deref().ok_or_else(|| ClerkError::missing_param("code"));
        let verified = match strategy {
            "password" => {
                let password = attempt.password.as_deref();
                let password = password.ok_or_else(|| ClerkError::missing_param("password"))?;
                self.check_password(user_id, "password", password)
            }
            "totp" | "backup_code" => {
                let used = self.verify_totp(user_id, code()?);
                match used {
                    Ok(used) if used == strategy => Ok(()),
                    _ => Err(ClerkError::param("form_code_incorrect", "code", "Incorrect code.")),
                }
            }
            _ => {
                let now = self.now();
                let sent = prepared.as_mut().ok_or_else(|| not_prepared(strategy))?;
                sent.verify(strategy, code()?, now)
            }
        };
        if let Err(error) = verified {
            if error.status() == StatusCode::UNPROCESSABLE_ENTITY {
                self.count_failed_attempt(user_id)?;
            }
            return Err(error);
        }
        self.reset_failed_attempts(user_id)?;
        if matches!(strategy, "password" | "totp" | "backup_code") {
            *prepared = Some(FactorVerification::verified(strategy));
        }
        Ok(())
    }

    /// Checks a password that the Frontend API received as a parameter.
    pub(in crate::emulator) fn check_password(
        &self,
        user_id: &str,
        param: &str,
        password: &str,
    ) -> Result<()> {
        self.verify_password(user_id, password).map_err(|error| match error.code() {
            "incorrect_password" => {
                let message = "Password is incorrect. Try again, or use another method.";
                ClerkError::param("form_password_incorrect", param, message)
            }
            "no_password_set" => strategy_invalid(),
            _ => error,
        })
    }

    fn count_failed_attempt(&mut self, user_id: &str) -> Result<()> {
        let mut user = self.user(user_id)?.clone();
        let remaining = user["verification_attempts_remaining"].as_u64().unwrap_or_default();
        user["verification_attempts_remaining"] = json!(remaining.saturating_sub(1));
        self.replace_user(user);
        if remaining <= 1 {
            self.set_locked(user_id, true)?;
        }
        Ok(())
    }

    fn reset_failed_attempts(&mut self, user_id: &str) -> Result<()> {
        let mut user = self.user(user_id)?.clone();
        if user["verification_attempts_remaining"] != MAX_FAILED_ATTEMPTS {
            user["verification_attempts_remaining"] = json!(MAX_FAILED_ATTEMPTS);
            self.replace_user(user);
        }
        Ok(())
    }
}

/// The user cannot sign in by this strategy.
fn strategy_invalid() -> ClerkError {
    let message = "The verification strategy is not valid for this account.";
    ClerkError::param("strategy_for_user_invalid", "strategy", message)
}

fn first_factors(user: &Value, email_strategies: &[&str]) -> Vec<Value> {
    let mut factors = Vec::new();
    if user["password_enabled"] == true {
        factors.push(json!({ "strategy": "password" }));
    }
    let by_email = email_strategies.iter().map(|strategy| (&EMAIL_ADDRESS, *strategy));
    for (kind, strategy) in by_email.chain([(&PHONE_NUMBER, "phone_code")]) {
        factors.extend(by_code(user, kind, strategy, |own| {
            is_verified(own) && own["reserved_for_second_factor"] != true
        }));
    }
    if user["password_enabled"] == true {
        for (kind, strategy) in [
            (&EMAIL_ADDRESS, "reset_password_email_code"),
            (&PHONE_NUMBER, "reset_password_phone_code"),
        ] {
            factors.extend(by_code(user, kind, strategy, is_verified));
        }
    }
    factors
}

fn second_factors(user: &Value) -> Vec<Value> {
    let mut factors = Vec::new();
    if user["totp_enabled"] == true {
        factors.push(json!({ "strategy": "totp" }));
    }
    factors.extend(by_code(user, &PHONE_NUMBER, "phone_code", |own| {
        own["reserved_for_second_factor"] == true
    }));
    if user["backup_code_enabled"] == true {
        factors.push(json!({ "strategy": "backup_code" }));
    }
    factors
}

/// Returns the factors that verify a code sent to any of a user's identifications of a kind.
fn by_code(
    user: &Value,
    kind: &IdentificationKind,
    strategy: &str,
    is_eligible: impl Fn(&Value) -> bool,
) -> Vec<Value> {
    let eligible = identifications_of(user, kind).filter(|own| is_eligible(own));
    let factor = |own: &Value| {
        let mut factor = json!({
            "strategy": strategy,
            "safe_identifier": own[kind.name],
            "primary": own["id"] == user[kind.primary],
        });
        factor[format!("{}_id", kind.name)] = own["id"].clone();
        factor
    };
    eligible.map(factor).collect()
}
