//! Reverifications.

use serde_json::{Value, json};

use super::session::base;
use crate::emulator::{
    http::Result,
    store::{FactorLevel, Store},
};

/// Returns the reverification in progress of a session.
pub(in crate::emulator) fn reverification(store: &Store, session_id: &str) -> Result<Value> {
    let session = store.session(session_id)?;
    let user = store.user(&session.user_id)?;
    let reverification = store.reverification(session_id)?;
    let now = store.now();
    let mut first_factors = store.factors_of(user, FactorLevel::First);
    first_factors.retain(|factor| {
        let strategy = factor["strategy"].as_str().unwrap_or_default();
        strategy != "email_link" && !strategy.starts_with("reset_password")
    });
    let first = reverification.first_factor.as_ref().map(|own| own.document(now));
    let second = reverification.second_factor.as_ref().map(|own| own.document(now));
    Ok(json!({
        "object": "session_reverification",
        "level": reverification.level,
        "status": store.reverification_status(session_id)?,
        "supported_first_factors": first_factors,
        "supported_second_factors": store.factors_of(user, FactorLevel::Second),
        "first_factor_verification": first,
        "second_factor_verification": second,
        "session": base(store, session),
    }))
}
