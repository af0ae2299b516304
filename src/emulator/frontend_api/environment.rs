//! The instance's settings, as clerk-js loads them.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::get};
use serde_json::{Map, Value, json};

use crate::config::InstanceType;
use crate::emulator::store::{
    Catalog, EmulatorState, INSTANCE_ID, Instance, PayerKind, Requirement, Settings, UserSettings,
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/environment", get(retrieve).patch(retrieve))
}

/// Returns the settings. clerk-js also sends `PATCH`, with the app's origin as the only change.
async fn retrieve(State(instance): EmulatorState) -> Json<Value> {
    let store = instance.store();
    let (settings, users) = (&store.settings, &store.user_settings);
    Json(json!({
        "auth_config": auth_config(users),
        "display_config": display_config(&instance, users),
        "user_settings": user_settings(settings, users),
        "organization_settings": organization_settings(&store.organization_settings_document()),
        "fraud_settings": {
            "object": "fraud_settings",
            "native": { "device_attestation_mode": "disabled" },
        },
        "commerce_settings": {
            "billing": {
                "stripe_publishable_key": null,
                "free_trial_requires_payment_method": true,
                "user": billing(&store.billing.catalog, PayerKind::User),
                "organization": billing(&store.billing.catalog, PayerKind::Organization),
            },
        },
        "api_keys_settings": {
            "enabled": true,
            "user_api_keys_enabled": true,
            "orgs_api_keys_enabled": true,
        },
        "protect_config": { "loaders": [] },
        "client_debug_mode": false,
        "partitioned_cookies": false,
        "maintenance_mode": false,
    }))
}

fn auth_config(users: &UserSettings) -> Value {
    let mut first_factors = vec!["password", "phone_code", "ticket"];
    first_factors.extend(users.email_strategies());
    let mut document = json!({
        "object": "auth_config",
        "id": INSTANCE_ID.replacen("ins", "aconf", 1),
        "identification_requirements": [],
        "identification_strategies": identifiers(users),
        "first_factors": first_factors,
        "second_factors": ["totp", "phone_code", "backup_code"],
        "email_address_verification_strategies": users.email_strategies(),
        "single_session_mode": !users.multiple_sessions,
        "enhanced_email_deliverability": false,
        "test_mode": true,
        "cookieless_dev": true,
        "url_based_session_syncing": true,
        "claimed_at": null,
        "reverification": true,
        "native_settings": {
            "object": "native_settings",
            "api_enabled": true,
            "trusted_device_sign_in_enabled": false,
            "trusted_device_enrollment_prompt_after_sign_in_enabled": false,
            "trusted_device_enrollment_prompt_after_sign_up_enabled": false,
        },
    });
    for (name, requirement) in users.attributes() {
        document[name] = json!(requirement);
    }
    document
}

fn display_config(instance: &Instance, users: &UserSettings) -> Value {
    let url = |path: &str| format!("{}/{path}", instance.url);
    let home = instance.app_origin.as_str();
    let mut document = json!({
        "object": "display_config",
        "id": INSTANCE_ID.replacen("ins", "display_config", 1),
        "instance_environment_type": match instance.instance_type() {
            InstanceType::Development => "development",
            InstanceType::Production => "production",
        },
        "application_name": users.application_name,
        "theme": {},
        "preferred_sign_in_strategy":
            if users.password == Requirement::Off { "otp" } else { "password" },
        "sign_in_url": url("sign-in"),
        "sign_up_url": url("sign-up"),
        "user_profile_url": url("user"),
        "waitlist_url": url("waitlist"),
        "oauth_consent_url": url("oauth/consent"),
        "organization_profile_url": url("organization"),
        "create_organization_url": url("create-organization"),
        "after_sign_out_one_url": url("sign-in"),
        "after_sign_out_all_url": url("sign-in"),
        "branded": false,
        "experimental_force_oauth_first": false,
        "clerk_js_version": null,
        "show_devmode_warning": false,
        "privacy_policy_url": url("privacy"),
        "terms_url": url("terms"),
        "captcha_oauth_bypass": [],
        "captcha_heartbeat": false,
    });
    for name in [
        "home_url",
        "after_sign_in_url",
        "after_sign_up_url",
        "after_switch_session_url",
        "after_join_waitlist_url",
        "after_leave_organization_url",
        "after_create_organization_url",
        "logo_link_url",
    ] {
        document[name] = json!(home);
    }
    for name in [
        "logo_image_url",
        "favicon_image_url",
        "support_email",
        "google_one_tap_client_id",
        "help_url",
        "logo_url",
        "favicon_url",
        "logo_image",
        "favicon_image",
        "captcha_public_key",
        "captcha_widget_type",
        "captcha_public_key_invisible",
        "captcha_provider",
    ] {
        document[name] = Value::Null;
    }
    document
}

fn user_settings(settings: &Settings, users: &UserSettings) -> Value {
    let restrictions = &settings.restrictions;
    let restriction = |name: &str| json!({ "enabled": restrictions[name] });
    json!({
        "attributes": attributes(users),
        "social": social(users),
        "saml": { "enabled": false },
        "enterprise_sso": { "enabled": false },
        "sign_in": { "second_factor": { "required": users.require_second_factor } },
        "sign_up": {
            "captcha_enabled": false,
            "captcha_widget_type": "smart",
            "custom_action_required": false,
            "progressive": true,
            "mode": users.sign_up_mode,
            "legal_consent_enabled": users.legal_consent,
        },
        "restrictions": {
            "allowlist": restriction("allowlist"),
            "blocklist": restriction("blocklist"),
            "allowlist_blocklist_disabled_on_sign_in":
                restriction("allowlist_blocklist_disabled_on_sign_in"),
            "block_email_subaddresses": restriction("block_email_subaddresses"),
            "block_disposable_email_domains": restriction("block_disposable_email_domains"),
        },
        "password_settings": {
            "disable_hibp": true,
            "disable_password_reverification": true,
            "min_length": 8,
            "max_length": 72,
            "require_special_char": false,
            "require_numbers": false,
            "require_uppercase": false,
            "require_lowercase": false,
            "show_zxcvbn": false,
            "min_zxcvbn_strength": 0,
            "enforce_hibp_on_sign_in": false,
            "allowed_special_characters": "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~",
        },
        "username_settings": {
            "min_length": 1,
            "max_length": 64,
            "allow_extended_special_characters": false,
            "allow_numeric_usernames": true,
        },
        "actions": {
            "delete_self": true,
            "create_organization": true,
            "create_organizations_limit": null,
        },
        "attack_protection": {
            "user_lockout": { "enabled": true, "max_attempts": 100, "duration_in_minutes": 60 },
            "pii": { "enabled": true },
            "email_link": { "require_same_client": false },
            "enumeration_protection": { "enabled": false },
        },
        "passkey_settings": {
            "allow_autofill": false,
            "show_sign_in_button": false,
            "satisfies_second_factor": false,
        },
    })
}

fn social(users: &UserSettings) -> Value {
    let provider = |name: &String| {
        let strategy = format!("oauth_{name}");
        let document = json!({
            "enabled": true,
            "required": false,
            "authenticatable": true,
            "block_email_subaddresses": false,
            "strategy": strategy,
            "not_selectable": false,
            "deprecated": false,
            "name": name,
            "logo_url": null,
        });
        (strategy, document)
    };
    users.social_providers.iter().map(provider).collect::<Map<_, _>>().into()
}

fn attributes(users: &UserSettings) -> Value {
    let mut attributes = json!({
        "web3_wallet": attribute(false, false),
        "authenticator_app": attribute(true, false),
        "backup_code": attribute(true, false),
        "ticket": attribute(true, false),
        "passkey": attribute(false, false),
    });
    for (name, requirement) in users.attributes() {
        let is_required = requirement == Requirement::Required;
        let mut attribute = attribute(requirement != Requirement::Off, is_required);
        let strategies = match name {
            "email_address" => json!(users.email_strategies()),
            "phone_number" => json!(["phone_code"]),
            _ => Value::Null,
        };
        if strategies.is_array() && requirement != Requirement::Off {
            attribute["used_for_first_factor"] = json!(true);
            attribute["verify_at_sign_up"] = json!(true);
            attribute["first_factors"] = strategies.clone();
            attribute["verifications"] = strategies;
        }
        attributes[name] = attribute;
    }
    if users.phone_number != Requirement::Off {
        attributes["phone_number"]["used_for_second_factor"] = json!(true);
        attributes["phone_number"]["second_factors"] = json!(["phone_code"]);
    }
    attributes["username"]["used_for_first_factor"] = json!(users.username != Requirement::Off);
    for (name, factor) in [("authenticator_app", "totp"), ("backup_code", "backup_code")] {
        attributes[name]["used_for_second_factor"] = json!(true);
        attributes[name]["second_factors"] = json!([factor]);
    }
    attributes["authenticator_app"]["verifications"] = json!(["totp"]);
    attributes
}

fn attribute(enabled: bool, required: bool) -> Value {
    json!({
        "enabled": enabled,
        "required": required,
        "used_for_first_factor": false,
        "first_factors": [],
        "used_for_second_factor": false,
        "second_factors": [],
        "verifications": [],
        "verify_at_sign_up": false,
        "immutable": false,
    })
}

fn identifiers(users: &UserSettings) -> Vec<&'static str> {
    let all = users.attributes().into_iter();
    all.filter(|(name, requirement)| {
        *requirement != Requirement::Off
            && matches!(*name, "email_address" | "phone_number" | "username")
    })
    .map(|(name, _)| name)
    .collect()
}

/// Billing is enabled for a type of payer as soon as there are plans for it.
fn billing(catalog: &Catalog, payer: PayerKind) -> Value {
    json!({
        "enabled": catalog.default_plan(payer).is_some(),
        "has_paid_plans": catalog.has_paid_plans(payer),
    })
}

fn organization_settings(organizations: &Value) -> Value {
    json!({
        "enabled": organizations["enabled"],
        "max_allowed_memberships": organizations["max_allowed_memberships"],
        "actions": { "admin_delete": organizations["admin_delete_enabled"] },
        "domains": {
            "enabled": organizations["domains_enabled"],
            "enrollment_modes": organizations["domains_enrollment_modes"],
            "default_role": organizations["domains_default_role"],
        },
        "slug": { "disabled": organizations["slug_disabled"] },
        "creator_role": organizations["creator_role"],
    })
}
