//! The instance: settings, domains, templates and webhooks.

#![allow(deprecated, reason = "deprecated operations are part of the contract")]

use axum_clerk::api::*;
use serde_json::json;

use crate::{contract::Contract, samples::optional_paging};

pub(crate) async fn call_all(contract: &Contract) {
    beta_features(contract).await;
    domains(contract).await;
    instance_settings(contract).await;
    jwt_templates(contract).await;
    miscellaneous(contract).await;
    proxy_checks(contract).await;
    redirect_urls(contract).await;
    templates(contract).await;
    webhooks(contract).await;
}

async fn beta_features(contract: &Contract) {
    let beta = contract.clerk.beta_features();

    let minimal = UpdateInstanceAuthConfig::default();
    let full = minimal
        .clone()
        .restricted_to_allowlist(true)
        .from_email_address("hello")
        .progressive_sign_up(false)
        .test_mode(true);
    contract.check("UpdateInstanceAuthConfig", beta.update_instance_settings(&minimal)).await;
    contract.check("UpdateInstanceAuthConfig", beta.update_instance_settings(&full)).await;
    contract
        .check(
            "UpdateInstanceAuthConfig",
            beta.update_instance_settings(&minimal.from_email_address(None)),
        )
        .await;

    let operation = "UpdateProductionInstanceDomain";
    contract
        .check(operation, beta.update_production_instance_domain(&ChangeDomain::default()))
        .await;
    contract.check(operation, beta.update_production_instance_domain(&new_domain())).await;
}

async fn domains(contract: &Contract) {
    let domains = contract.clerk.domains();

    let minimal = AddDomain::new("satellite.dev", true);
    contract.check("AddDomain", domains.add(&minimal)).await;
    contract
        .check("AddDomain", domains.add(&minimal.proxy_url("https://satellite.dev/__clerk")))
        .await;

    let minimal = UpdateDomain::default();
    let full = minimal
        .clone()
        .name("satellite.dev")
        .proxy_url("https://satellite.dev/__clerk")
        .is_secondary(true);
    contract.check("UpdateDomain", domains.update("dmn_1", &minimal)).await;
    contract.check("UpdateDomain", domains.update("dmn_1", &full)).await;
    contract.check("UpdateDomain", domains.update("dmn_1", &minimal.proxy_url(None))).await;

    contract.check("ListDomains", domains.list()).await;
    contract.check("DeleteDomain", domains.delete("dmn_1")).await;
}

async fn instance_settings(contract: &Contract) {
    let settings = contract.clerk.instance_settings();

    let minimal = UpdateInstance::default();
    let full = minimal
        .clone()
        .test_mode(true)
        .hibp(true)
        .support_email("help@example.com")
        .clerk_js_version("5.0.0")
        .development_origin("http://localhost:3000")
        .allowed_origins(["chrome-extension://x"])
        .cookieless_dev(false)
        .url_based_session_syncing(true)
        .preferred_sign_in_strategy_when_password_required(PreferredSignInStrategy::Otp);
    let clear = minimal
        .clone()
        .support_email(None)
        .clerk_js_version(None)
        .development_origin(None)
        .preferred_sign_in_strategy_when_password_required(PreferredSignInStrategy::Unset);
    contract.check("UpdateInstance", settings.update(&minimal)).await;
    contract.check("UpdateInstance", settings.update(&full)).await;
    contract.check("UpdateInstance", settings.update(&clear)).await;

    contract
        .check("ChangeProductionInstanceDomain", settings.change_domain(&ChangeDomain::default()))
        .await;
    contract.check("ChangeProductionInstanceDomain", settings.change_domain(&new_domain())).await;

    let minimal = UpdateInstanceCommunication::default();
    let full = minimal.clone().blocked_country_codes(["AQ"]);
    contract.check("UpdateInstanceCommunication", settings.update_communication(&minimal)).await;
    contract.check("UpdateInstanceCommunication", settings.update_communication(&full)).await;

    let operation = "UpdateInstanceOAuthApplicationSettings";
    let minimal = UpdateOAuthApplicationSettings::default();
    let full = minimal
        .clone()
        .dynamic_oauth_client_registration(true)
        .default_scopes(vec!["profile".to_owned()])
        .oauth_jwt_access_tokens(true)
        .client_id_metadata_documents_advertised(true)
        .client_id_metadata_documents_only_allow_pre_registered_clients(true)
        .client_id_metadata_documents_block_implicitly_allowed_clients(true);
    contract.check(operation, settings.update_oauth_application_settings(&minimal)).await;
    contract.check(operation, settings.update_oauth_application_settings(&full)).await;
    contract
        .check(operation, settings.update_oauth_application_settings(&minimal.default_scopes(None)))
        .await;

    let operation = "UpdateInstanceOrganizationSettings";
    let minimal = UpdateOrganizationSettings::default();
    let full = minimal
        .clone()
        .enabled(true)
        .max_allowed_memberships(10)
        .admin_delete_enabled(true)
        .domains_enabled(true)
        .slug_disabled(true)
        .domains_enrollment_modes([EnrollmentMode::AutomaticInvitation])
        .creator_role_id("role_1")
        .domains_default_role_id("role_2");
    contract.check(operation, settings.update_organization_settings(&minimal)).await;
    contract.check(operation, settings.update_organization_settings(&full)).await;

    let minimal = UpdateInstanceProtect::default();
    let full = minimal.clone().rules_enabled(true).specter_enabled(true);
    contract.check("UpdateInstanceProtect", settings.update_protect(&minimal)).await;
    contract.check("UpdateInstanceProtect", settings.update_protect(&full)).await;

    let minimal = UpdateInstanceRestrictions::default();
    let full = minimal
        .clone()
        .allowlist(true)
        .blocklist(true)
        .allowlist_blocklist_disabled_on_sign_in(true)
        .block_email_subaddresses(true)
        .block_disposable_email_domains(true);
    contract.check("UpdateInstanceRestrictions", settings.update_restrictions(&minimal)).await;
    contract.check("UpdateInstanceRestrictions", settings.update_restrictions(&full)).await;

    contract.check("GetInstance", settings.get()).await;
    contract.check("GetInstanceCommunication", settings.get_communication()).await;
    contract
        .check("GetInstanceOAuthApplicationSettings", settings.get_oauth_application_settings())
        .await;
    contract.check("GetInstanceOrganizationSettings", settings.get_organization_settings()).await;
    contract.check("GetInstanceProtect", settings.get_protect()).await;
}

async fn jwt_templates(contract: &Contract) {
    let templates = contract.clerk.jwt_templates();

    contract.check("ListJWTTemplates", templates.list(&OptionalPaging::default())).await;
    contract.check("ListJWTTemplates", templates.list(&optional_paging())).await;
    contract.stream("ListJWTTemplates", templates.stream(&optional_paging())).await;

    let minimal = DefineJwtTemplate::new("hasura", json!({ "role": "{{org.role}}" }));
    let full = minimal
        .clone()
        .lifetime(60)
        .allowed_clock_skew(5)
        .custom_signing_key(true)
        .signing_algorithm("HS256")
        .signing_key("secret");
    let clear = minimal
        .clone()
        .lifetime(None)
        .allowed_clock_skew(None)
        .signing_algorithm(None)
        .signing_key(None);
    contract.check("CreateJWTTemplate", templates.create(&minimal)).await;
    contract.check("CreateJWTTemplate", templates.create(&full)).await;
    contract.check("UpdateJWTTemplate", templates.update("jtmp_1", &minimal)).await;
    contract.check("UpdateJWTTemplate", templates.update("jtmp_1", &full)).await;
    contract.check("UpdateJWTTemplate", templates.update("jtmp_1", &clear)).await;

    contract.check("GetJWTTemplate", templates.get("jtmp_1")).await;
    contract.check("DeleteJWTTemplate", templates.delete("jtmp_1")).await;
}

async fn miscellaneous(contract: &Contract) {
    let miscellaneous = contract.clerk.miscellaneous();
    let minimal = GetInterstitial::default();
    let full = minimal
        .clone()
        .old_frontend_api("clerk.example.com")
        .frontend_api("clerk.example.com")
        .publishable_key("pk_test_Y2xlcmsuZXhhbXBsZS5jb20k")
        .proxy_url("https://example.com/__clerk")
        .domain("example.com")
        .sign_in_url("https://example.com/sign-in")
        .use_domain_for_script(true);
    for params in [minimal, full] {
        // Clerk's document does not describe the page.
        let page = async { miscellaneous.get_public_interstitial(&params).await.map(drop) };
        contract.check("GetPublicInterstitial", page).await;
    }
}

async fn proxy_checks(contract: &Contract) {
    let checks = contract.clerk.proxy_checks();
    let full = VerifyProxy::default().domain_id("dmn_1").proxy_url("https://example.com/__clerk");
    contract.check("VerifyDomainProxy", checks.verify(&VerifyProxy::default())).await;
    contract.check("VerifyDomainProxy", checks.verify(&full)).await;
}

async fn redirect_urls(contract: &Contract) {
    let urls = contract.clerk.redirect_urls();

    contract.check("ListRedirectURLs", urls.list(&OptionalPaging::default())).await;
    contract.check("ListRedirectURLs", urls.list(&optional_paging())).await;
    contract.stream("ListRedirectURLs", urls.stream(&optional_paging())).await;

    contract.check("CreateRedirectURL", urls.create("my-app://callback")).await;
    contract.check("GetRedirectURL", urls.get("ru_1")).await;
    contract.check("DeleteRedirectURL", urls.delete("ru_1")).await;
}

async fn templates(contract: &Contract) {
    let templates = contract.clerk.templates();
    let (email, sms) = (&TemplateType::Email, &TemplateType::Sms);

    contract.check("GetTemplateList", templates.list(email, &OptionalPaging::default())).await;
    contract.check("GetTemplateList", templates.list(sms, &optional_paging())).await;
    contract.stream("GetTemplateList", templates.stream(email, &optional_paging())).await;

    let minimal = UpsertTemplate::default();
    let full = minimal
        .clone()
        .name("Welcome")
        .subject("Hello")
        .markup("<p>Hello</p>")
        .body("Hello {{user.first_name}}")
        .delivered_by_clerk(true)
        .from_email_name("hello")
        .reply_to_email_name("help");
    contract.check("UpsertTemplate", templates.upsert(email, "welcome", &minimal)).await;
    contract.check("UpsertTemplate", templates.upsert(email, "welcome", &full)).await;
    contract
        .check(
            "UpsertTemplate",
            templates.upsert(sms, "welcome", &minimal.subject(None).markup(None)),
        )
        .await;

    let minimal = PreviewTemplate::default();
    let full = minimal
        .clone()
        .subject("Hello")
        .body("Hello {{user.first_name}}")
        .from_email_name("hello")
        .reply_to_email_name("help");
    contract.check("PreviewTemplate", templates.preview(sms, "welcome", &minimal)).await;
    contract.check("PreviewTemplate", templates.preview(email, "welcome", &full)).await;

    contract.check("GetTemplate", templates.get(email, "welcome")).await;
    contract.check("RevertTemplate", templates.revert(email, "welcome")).await;
    contract
        .check("ToggleTemplateDelivery", templates.toggle_delivery(email, "welcome", false))
        .await;
}

async fn webhooks(contract: &Contract) {
    let webhooks = contract.clerk.webhooks();
    contract.check("CreateSvixApp", webhooks.create_svix_app()).await;
    contract.check("GenerateSvixAuthURL", webhooks.generate_svix_auth_url()).await;
    contract.check("DeleteSvixApp", webhooks.delete_svix_app()).await;
}

fn new_domain() -> ChangeDomain {
    ChangeDomain::default().home_url("https://www.example.com").is_secondary(false)
}
