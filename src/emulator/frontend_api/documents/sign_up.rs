//! Sign-ups.

use serde_json::{Value, json};

use crate::emulator::store::{Requirement, SignUp, Store};

pub(in crate::emulator) fn sign_up(store: &Store, sign_up: &SignUp) -> Value {
    let now = store.now();
    let status = store.sign_up_status(sign_up);
    let is_complete = status == "complete";
    let (missing, unverified) = if is_complete {
        (Vec::new(), Vec::new())
    } else {
        (store.missing_fields(sign_up), store.unverified_fields(sign_up))
    };
    let mut document = json!({
        "object": "sign_up_attempt",
        "id": sign_up.id,
        "status": status,
        "required_fields": store.sign_up_fields(Requirement::Required),
        "optional_fields": store.sign_up_fields(Requirement::Optional),
        "missing_fields": missing,
        "unverified_fields": unverified,
        "verifications": {
            "email_address": sign_up.verification(
                "email_address",
                store.user_settings.email_strategies(),
                now,
            ),
            "phone_number": sign_up.verification("phone_number", &["phone_code"], now),
            "web3_wallet": null,
            "external_account": sign_up.account_document(),
        },
        "web3_wallet": null,
        "password_enabled": is_complete || sign_up.field("password").is_some(),
        "custom_action": false,
        "external_id": null,
        "created_session_id": sign_up.created_session_id,
        "created_user_id": sign_up.created_user_id,
        "abandon_at": sign_up.abandon_at(),
        "legal_accepted_at": null,
    });
    for name in ["username", "email_address", "phone_number", "first_name", "last_name"] {
        document[name] = json!(sign_up.field(name));
    }
    for name in ["unsafe_metadata", "public_metadata"] {
        document[name] = sign_up.field(name).cloned().unwrap_or_else(|| json!({}));
    }
    document
}
