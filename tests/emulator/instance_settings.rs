//! The instance and its settings over HTTP.

use axum_clerk::api::{
    CreateOrganization, CreateUser, EnrollmentMode, Patch, UpdateInstance,
    UpdateInstanceAuthConfig, UpdateInstanceCommunication, UpdateInstanceProtect,
    UpdateInstanceRestrictions, UpdateOAuthApplicationSettings, UpdateOrganizationSettings,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{api, call, emulator, get, ids, patch, post, production_emulator, rejection};

#[tokio::test]
async fn instance_shows_its_environment_type() {
    for (clerk, environment_type) in
        [(emulator().await, "development"), (production_emulator().await, "production")]
    {
        let instance = get(&clerk, "/instance").await;
        assert_eq!(
            (&instance["id"], &instance["environment_type"]),
            (&json!("ins_emulator0000000000000000000"), &json!(environment_type))
        );
        assert_eq!(instance["allowed_origins"], Value::Null);
    }
}

#[tokio::test]
async fn updated_settings_are_returned() {
    let clerk = emulator().await;
    let change = json!({
        "allowed_origins": [
            "http://localhost:3000",
            "chrome-extension://abc",
            "capacitor://localhost",
        ],
        "development_origin": "http://localhost:3000",
        "support_email": "help@example.com",
        "test_mode": true,
        "preferred_sign_in_strategy_when_password_required": "",
    });
    let (status, _) = call(&clerk, Method::PATCH, "/instance", change.clone()).await;
    assert_eq!(status, 204);
    assert_eq!(get(&clerk, "/instance").await["allowed_origins"], change["allowed_origins"]);
    let origin = &get(&clerk, "/domains").await["data"][0]["development_origin"];
    assert_eq!(origin, "http://localhost:3000");

    for (path, change) in [
        ("/instance/communication", json!({ "blocked_country_codes": ["RU", "KP"] })),
        (
            "/instance/oauth_application_settings",
            json!({ "default_scopes": ["openid", "email"], "oauth_jwt_access_tokens": true }),
        ),
        ("/instance/protect", json!({ "rules_enabled": true })),
        (
            "/instance/organization_settings",
            json!({
                "max_allowed_memberships": 7, "slug_disabled": true, "admin_delete_enabled": false,
                "domains_enrollment_modes": ["automatic_invitation"],
            }),
        ),
    ] {
        let before = get(&clerk, path).await;
        let changed = patch(&clerk, path, change.clone()).await;
        assert_eq!(get(&clerk, path).await, changed);
        for (name, value) in changed.as_object().unwrap() {
            assert_eq!(value, change.get(name).unwrap_or(&before[name]), "{path} {name}");
        }
    }
    let reset =
        patch(&clerk, "/instance/oauth_application_settings", json!({ "default_scopes": null }))
            .await;
    assert_eq!(
        (&reset["default_scopes"], &reset["oauth_jwt_access_tokens"]),
        (&Value::Null, &json!(true))
    );
    let unchanged = patch(&clerk, "/instance/protect", json!({ "rules_enabled": null })).await;
    assert_eq!(unchanged["rules_enabled"], true, "null leaves a flag unchanged");
}

#[tokio::test]
async fn both_allowlist_settings_stay_in_sync() {
    let clerk = emulator().await;
    let path = "/beta_features/instance_settings";
    let settings = patch(&clerk, path, json!({ "restricted_to_allowlist": true })).await;
    assert_eq!(settings["restricted_to_allowlist"], true);
    let restrictions = patch(&clerk, "/instance/restrictions", json!({})).await;
    assert_eq!(
        (&restrictions["allowlist"], &restrictions["blocklist"]),
        (&json!(true), &json!(false))
    );
    patch(&clerk, "/instance/restrictions", json!({ "allowlist": false })).await;
    let settings = patch(&clerk, path, json!({ "from_email_address": "hello" })).await;
    assert_eq!(settings["restricted_to_allowlist"], false);
    assert_eq!(settings["from_email_address"], "hello");
}

#[tokio::test]
async fn invalid_settings_are_rejected_and_change_nothing() {
    let clerk = emulator().await;
    let paths = [
        "/instance",
        "/instance/communication",
        "/instance/oauth_application_settings",
        "/instance/protect",
        "/instance/organization_settings",
    ];
    let mut before = Vec::new();
    for path in paths {
        before.push(get(&clerk, path).await);
    }
    for (path, body, code) in [
        ("/instance", json!({ "allowed_origins": ["http://a.test", "b"] }), "form_invalid_origin"),
        ("/instance", json!({ "allowed_origins": ["http://a.test/path"] }), "form_invalid_origin"),
        (
            "/instance",
            json!({ "allowed_origins": ["http://a.test"], "support_email": "b" }),
            "form_param_format_invalid",
        ),
        (
            "/instance",
            json!({ "preferred_sign_in_strategy_when_password_required": "x" }),
            "form_param_format_invalid",
        ),
        ("/instance", json!({ "shoe_size": 39 }), "form_param_unknown"),
        (
            "/instance/communication",
            json!({ "blocked_country_codes": ["de"] }),
            "form_param_format_invalid",
        ),
        (
            "/instance/communication",
            json!({ "blocked_country_codes": ["DE", "DE"] }),
            "form_param_duplicate",
        ),
        (
            "/instance/communication",
            json!({ "blocked_country_codes": vec!["DE"; 251] }),
            "form_param_array_size_exceeded",
        ),
        (
            "/instance/oauth_application_settings",
            json!({ "oauth_jwt_access_tokens": true, "default_scopes": [] }),
            "form_param_value_invalid",
        ),
        (
            "/instance/oauth_application_settings",
            json!({ "oauth_jwt_access_tokens": true, "object": "x" }),
            "form_param_unknown",
        ),
        ("/instance/protect", json!({ "checks_bypassed": true }), "form_param_unknown"),
        (
            "/instance/protect",
            json!({ "rules_enabled": true, "specter_enabled": "yes" }),
            "form_param_format_invalid",
        ),
        ("/instance/restrictions", json!({ "shoe_size": true }), "form_param_unknown"),
        (
            "/instance/organization_settings",
            json!({ "enabled": false, "max_allowed_memberships": -1 }),
            "form_param_format_invalid",
        ),
        (
            "/instance/organization_settings",
            json!({ "enabled": false, "domains_enrollment_modes": ["x"] }),
            "form_param_value_invalid",
        ),
        (
            "/instance/organization_settings",
            json!({ "enabled": false, "creator_role": "org:x" }),
            "form_param_unknown",
        ),
        (
            "/beta_features/instance_settings",
            json!({ "from_email_address": "a@b" }),
            "form_param_format_invalid",
        ),
    ] {
        let rejected = rejection(&clerk, Method::PATCH, path, body.clone()).await;
        assert_eq!(rejected.status_and_code(), (422, code), "{path} {body}");
    }
    let unknown_role = json!({ "enabled": false, "creator_role_id": "role_none" });
    let rejected =
        rejection(&clerk, Method::PATCH, "/instance/organization_settings", unknown_role).await;
    assert_eq!(rejected.status_and_code(), (404, "resource_not_found"));
    for (path, before) in paths.into_iter().zip(before) {
        assert_eq!(get(&clerk, path).await, before);
    }
}

#[tokio::test]
async fn typed_client_parses_instance_settings() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let api = api(&clerk);
    let settings = api.instance_settings();
    settings.update(&UpdateInstance::default().allowed_origins(["http://a.test"])).await?;
    assert_eq!(settings.get().await?.allowed_origins, Some(vec!["http://a.test".to_owned()]));
    let changed = settings
        .update_communication(&UpdateInstanceCommunication::default().blocked_country_codes(["DE"]))
        .await?;
    assert_eq!(settings.get_communication().await?, changed);
    let change = UpdateOAuthApplicationSettings::default().default_scopes(Patch::Clear);
    let changed = settings.update_oauth_application_settings(&change).await?;
    assert_eq!(settings.get_oauth_application_settings().await?, changed);
    let change = UpdateOrganizationSettings::default()
        .domains_enrollment_modes([EnrollmentMode::AutomaticSuggestion]);
    let changed = settings.update_organization_settings(&change).await?;
    assert_eq!(settings.get_organization_settings().await?, changed);
    let changed =
        settings.update_protect(&UpdateInstanceProtect::default().specter_enabled(true)).await?;
    assert_eq!(settings.get_protect().await?, changed);
    assert!(
        settings
            .update_restrictions(&UpdateInstanceRestrictions::default().allowlist(true))
            .await?
            .allowlist
    );
    let change = UpdateInstanceAuthConfig::default().progressive_sign_up(false);
    let changed = api.beta_features().update_instance_settings(&change).await?;
    assert!(changed.restricted_to_allowlist && !changed.progressive_sign_up);
    Ok(())
}

#[tokio::test]
async fn organization_settings_apply_to_organizations() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let settings = "/instance/organization_settings";
    let set = async |change: Value| patch(&clerk, settings, change).await;
    let role = json!({ "name": "Owner", "key": "org:owner" });
    let owner = post(&clerk, "/organization_roles", role).await["id"].clone();
    let rejected =
        rejection(&clerk, Method::PATCH, settings, json!({ "creator_role_id": owner })).await;
    assert_eq!(rejected.status_and_code(), (422, "organization_missing_creator_role_permissions"));
    let permissions = get(&clerk, "/organization_permissions?limit=20").await;
    let change = json!({ "permissions": ids(&permissions["data"]) });
    let path = format!("/organization_roles/{}", owner.as_str().unwrap());
    patch(&clerk, &path, change).await;

    set(json!({
        "creator_role_id": owner,
        "domains_default_role_id": owner,
        "max_allowed_memberships": 3,
    }))
    .await;
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    assert_eq!(acme.max_allowed_memberships, 3);
    let members = get(&clerk, &format!("/organizations/{}/memberships", acme.id)).await;
    assert_eq!(members["data"][0]["role"], "org:owner");
    patch(&clerk, &path, json!({ "key": "org:founder" })).await;
    assert_eq!(
        get(&clerk, settings).await["creator_role"],
        "org:founder",
        "the settings follow the renamed key"
    );

    set(json!({
        "slug_disabled": true,
        "domains_enabled": false,
        "domains_enrollment_modes": ["manual_invitation"],
    }))
    .await;
    let domains = format!("/organizations/{}/domains", acme.id);
    for (path, body, code) in [
        (
            "/organizations",
            json!({ "name": "Slug", "slug": "slug" }),
            "organization_slugs_disabled",
        ),
        (&domains, json!({ "name": "acme.example" }), "organization_domains_not_enabled"),
    ] {
        assert_eq!(rejection(&clerk, Method::POST, path, body).await.code, code, "{path}");
    }
    set(json!({ "domains_enabled": true })).await;
    let automatic = json!({ "name": "acme.example", "enrollment_mode": "automatic_invitation" });
    let rejected = rejection(&clerk, Method::POST, &domains, automatic).await;
    assert_eq!(rejected.code, "organization_domain_enrollment_mode_not_enabled");

    set(json!({ "enabled": false })).await;
    for path in [
        "/organizations",
        "/organization_roles",
        &format!("/users/{}/organization_memberships", ada.id),
    ] {
        let rejected = rejection(&clerk, Method::GET, path, Value::Null).await;
        assert_eq!(
            rejected.status_and_code(),
            (403, "organization_not_enabled_in_instance"),
            "{path}"
        );
    }
}
