//! The instance and its settings over HTTP.

use axum_clerk::api::{
    CreateOrganization, CreateUser, EnrollmentMode, Patch, UpdateInstance,
    UpdateInstanceAuthConfig, UpdateInstanceCommunication, UpdateInstanceProtect,
    UpdateInstanceRestrictions, UpdateOAuthApplicationSettings, UpdateOrganizationSettings,
};
use http::Method;
use serde_json::{Value, json};

use super::{api, call, emulator, get, ids, post, production, refusal, succeed};

#[tokio::test]
async fn an_instance_says_what_it_is() {
    for (clerk, kind) in [(emulator().await, "development"), (production().await, "production")] {
        let instance = get(&clerk, "/instance").await;
        assert_eq!(
            (&instance["id"], &instance["environment_type"]),
            (&json!("ins_emulator"), &json!(kind))
        );
        assert_eq!(instance["allowed_origins"], Value::Null);
    }
}

#[tokio::test]
async fn what_is_set_is_shown() {
    let clerk = emulator().await;
    let change = json!({
        "allowed_origins": ["http://localhost:3000", "chrome-extension://abc", "capacitor://localhost"],
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
        let (status, changed) = call(&clerk, Method::PATCH, path, change.clone()).await;
        assert_eq!(status, 200, "{changed}");
        assert_eq!(get(&clerk, path).await, changed);
        for (name, value) in changed.as_object().unwrap() {
            assert_eq!(value, change.get(name).unwrap_or(&before[name]), "{path} {name}");
        }
    }
    let (_, reset) = call(
        &clerk,
        Method::PATCH,
        "/instance/oauth_application_settings",
        json!({ "default_scopes": null }),
    )
    .await;
    assert_eq!(
        (&reset["default_scopes"], &reset["oauth_jwt_access_tokens"]),
        (&Value::Null, &json!(true))
    );
    let (_, unchanged) =
        call(&clerk, Method::PATCH, "/instance/protect", json!({ "rules_enabled": null })).await;
    assert_eq!(unchanged["rules_enabled"], true, "null leaves a flag as it is");
}

#[tokio::test]
async fn the_allowlist_is_on_or_off_in_both_places() {
    let clerk = emulator().await;
    let path = "/beta_features/instance_settings";
    let (_, settings) =
        call(&clerk, Method::PATCH, path, json!({ "restricted_to_allowlist": true })).await;
    assert_eq!(settings["restricted_to_allowlist"], true);
    let (_, restrictions) = call(&clerk, Method::PATCH, "/instance/restrictions", json!({})).await;
    assert_eq!(
        (&restrictions["allowlist"], &restrictions["blocklist"]),
        (&json!(true), &json!(false))
    );
    call(&clerk, Method::PATCH, "/instance/restrictions", json!({ "allowlist": false })).await;
    let (_, settings) =
        call(&clerk, Method::PATCH, path, json!({ "from_email_address": "hello" })).await;
    assert_eq!(settings["restricted_to_allowlist"], false);
    assert_eq!(settings["from_email_address"], "hello");
}

#[tokio::test]
async fn what_clerk_would_refuse_is_refused_and_changes_nothing() {
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
        let refused = refusal(&clerk, Method::PATCH, path, body.clone()).await;
        assert_eq!((refused.0, refused.1.as_str()), (422, code), "{path} {body}");
    }
    let no_role = json!({ "enabled": false, "creator_role_id": "role_none" });
    let refused = refusal(&clerk, Method::PATCH, "/instance/organization_settings", no_role).await;
    assert_eq!((refused.0, refused.1.as_str()), (404, "resource_not_found"));
    for (path, before) in paths.into_iter().zip(before) {
        assert_eq!(get(&clerk, path).await, before);
    }
}

#[tokio::test]
async fn the_typed_client_reads_what_is_answered() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let (api, settings) = (api(&clerk), api(&clerk));
    let settings = settings.instance_settings();
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
async fn the_settings_of_organizations_hold_for_organizations() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let settings = "/instance/organization_settings";
    let set = async |change: Value| succeed(&clerk, Method::PATCH, settings, change).await;
    let role = json!({ "name": "Owner", "key": "org:owner" });
    let owner = post(&clerk, "/organization_roles", role).await["id"].clone();
    let (status, code, _) =
        refusal(&clerk, Method::PATCH, settings, json!({ "creator_role_id": owner })).await;
    assert_eq!((status, code.as_str()), (422, "organization_missing_creator_role_permissions"));
    let permissions = get(&clerk, "/organization_permissions?limit=20").await;
    let change = json!({ "permissions": ids(&permissions["data"]) });
    let path = format!("/organization_roles/{}", owner.as_str().unwrap());
    succeed(&clerk, Method::PATCH, &path, change).await;

    set(json!({ "creator_role_id": owner, "domains_default_role_id": owner, "max_allowed_memberships": 3 }))
        .await;
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    assert_eq!(acme.max_allowed_memberships, 3);
    let members = get(&clerk, &format!("/organizations/{}/memberships", acme.id)).await;
    assert_eq!(members["data"][0]["role"], "org:owner");
    succeed(&clerk, Method::PATCH, &path, json!({ "key": "org:founder" })).await;
    assert_eq!(
        get(&clerk, settings).await["creator_role"],
        "org:founder",
        "the role's key is its key here too"
    );

    set(json!({
        "slug_disabled": true, "domains_enabled": false, "domains_enrollment_modes": ["manual_invitation"],
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
        assert_eq!(refusal(&clerk, Method::POST, path, body).await.1, code, "{path}");
    }
    set(json!({ "domains_enabled": true })).await;
    let by_itself = json!({ "name": "acme.example", "enrollment_mode": "automatic_invitation" });
    let (_, code, _) = refusal(&clerk, Method::POST, &domains, by_itself).await;
    assert_eq!(code, "organization_domain_enrollment_mode_not_enabled");

    set(json!({ "enabled": false })).await;
    for path in [
        "/organizations",
        "/organization_roles",
        &format!("/users/{}/organization_memberships", ada.id),
    ] {
        let (status, code, _) = refusal(&clerk, Method::GET, path, Value::Null).await;
        assert_eq!(
            (status, code.as_str()),
            (403, "organization_not_enabled_in_instance"),
            "{path}"
        );
    }
}
