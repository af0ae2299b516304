//! Sign-ins.

use serde_json::{Value, json};

use super::pick::pick;
use crate::emulator::store::{FactorLevel, Requirement, SignIn, Store};

pub(in crate::emulator) fn sign_in(store: &Store, sign_in: &SignIn) -> Value {
    let now = store.now();
    let status = store.sign_in_status(sign_in);
    let user = sign_in.user_id.as_ref().and_then(|id| store.user(id).ok());
    let factors = |level| user.map(|user| store.factors_of(user, level));
    let second_factors = factors(FactorLevel::Second).filter(|_| status == "needs_second_factor");
    let identifiers = store.user_settings.attributes().into_iter().filter(|(name, requirement)| {
        *requirement != Requirement::Off
            && matches!(*name, "email_address" | "phone_number" | "username")
    });
    json!({
        "object": "sign_in_attempt",
        "id": sign_in.id,
        "status": status,
        "supported_identifiers": identifiers.map(|(name, _)| name).collect::<Vec<_>>(),
        "supported_first_factors": factors(FactorLevel::First),
        "supported_second_factors": second_factors,
        "first_factor_verification": sign_in.first_factor.as_ref().map(|own| own.document(now)),
        "second_factor_verification": sign_in.second_factor.as_ref().map(|own| own.document(now)),
        "identifier": sign_in.identifier,
        "user_data": user.map(|user| {
            pick(user, &["first_name", "last_name", "image_url", "has_image", "profile_image_url"])
        }),
        "created_session_id": sign_in.created_session_id,
        "abandon_at": sign_in.abandon_at(),
    })
}
