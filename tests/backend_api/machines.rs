//! Machine authentication: API keys, machines and their tokens, agent tasks, OAuth applications.

use axum_clerk::api::*;
use serde_json::json;

use crate::{
    contract::Contract,
    samples::{image, revocation},
};

pub(crate) async fn call_all(contract: &Contract) {
    agent_tasks(contract).await;
    api_keys(contract).await;
    m2m_tokens(contract).await;
    machines(contract).await;
    oauth_applications(contract).await;
}

async fn agent_tasks(contract: &Contract) {
    let tasks = contract.clerk.agent_tasks();
    let user = OnBehalfOf::UserId("user_1".into());
    let minimal = CreateAgentTask::new(
        user,
        AgentTaskPermissions::All,
        "planner",
        "book a train",
        "https://example.com",
    );
    let mut full = minimal.clone().session_max_duration_in_seconds(60);
    full.on_behalf_of = OnBehalfOf::Identifier("ada@example.com".into());
    contract.check("CreateAgentTask", tasks.create(&minimal)).await;
    contract.check("CreateAgentTask", tasks.create(&full)).await;
    contract.check("RevokeAgentTask", tasks.revoke("task_1")).await;
}

async fn api_keys(contract: &Contract) {
    let keys = contract.clerk.api_keys();

    let minimal = ListApiKeys::new("user_1");
    let full = minimal
        .clone()
        .r#type("api_key")
        .include_invalid(true)
        .limit(100)
        .offset(0)
        .query("import");
    contract.check("getApiKeys", keys.list(&minimal)).await;
    contract.check("getApiKeys", keys.list(&full)).await;
    contract.stream("getApiKeys", keys.stream(&full)).await;

    let minimal = CreateApiKey::new("nightly import", "user_1");
    let full = minimal
        .clone()
        .r#type("api_key")
        .description("imports invoices")
        .claims(json!({ "region": "eu" }))
        .scopes(["invoices:write"])
        .created_by("user_1")
        .seconds_until_expiration(3600);
    contract.check("createApiKey", keys.create(&minimal)).await;
    contract.check("createApiKey", keys.create(&full)).await;

    let full = UpdateApiKey::default()
        .claims(json!({ "region": "us" }))
        .scopes(["invoices:read"])
        .description("exports invoices")
        .subject("org_1")
        .seconds_until_expiration(7200);
    let clear =
        UpdateApiKey::default().claims(None).description(None).seconds_until_expiration(None);
    contract.check("updateApiKey", keys.update("ak_1", &UpdateApiKey::default())).await;
    contract.check("updateApiKey", keys.update("ak_1", &full)).await;
    contract.check("updateApiKey", keys.update("ak_1", &clear)).await;

    contract.check("getApiKey", keys.get("ak_1")).await;
    contract.check("getApiKeySecret", keys.get_secret("ak_1")).await;
    contract.check("verifyApiKey", keys.verify("ak_secret")).await;
    contract.check("revokeApiKey", keys.revoke("ak_1", &Revocation::default())).await;
    contract.check("revokeApiKey", keys.revoke("ak_1", &revocation())).await;
    contract.check("deleteApiKey", keys.delete("ak_1")).await;
}

async fn m2m_tokens(contract: &Contract) {
    let m2m = contract.clerk.m2m();

    let minimal = ListM2mTokens::new("mch_1");
    let full = minimal.clone().revoked(true).expired(true).limit(100).offset(0);
    contract.check("getM2MTokens", m2m.list_tokens(&minimal)).await;
    contract.check("getM2MTokens", m2m.list_tokens(&full)).await;
    contract.stream("getM2MTokens", m2m.stream_tokens(&full)).await;

    let full = CreateM2mToken::default()
        .token_format(M2mTokenFormat::Opaque)
        .seconds_until_expiration(60)
        .claims(json!({ "region": "eu" }))
        .min_remaining_ttl_seconds(30);
    contract.check("createM2MToken", m2m.create_token(&CreateM2mToken::default())).await;
    contract.check("createM2MToken", m2m.create_token(&full)).await;

    contract.check("verifyM2MToken", m2m.verify_token("mt_secret")).await;
    contract.check("revokeM2MToken", m2m.revoke_token("mt_1", &Revocation::default())).await;
    contract.check("revokeM2MToken", m2m.revoke_token("mt_1", &revocation())).await;
}

async fn machines(contract: &Contract) {
    let machines = contract.clerk.machines();

    let full = ListMachines::default().limit(500).offset(0).query("billing").order_by("-name");
    contract.check("ListMachines", machines.list(&ListMachines::default())).await;
    contract.check("ListMachines", machines.list(&full)).await;
    contract.stream("ListMachines", machines.stream(&full)).await;

    let minimal = CreateMachine::new("billing");
    let full = minimal.clone().scoped_machines(["mch_2"]).default_token_ttl(60);
    contract.check("CreateMachine", machines.create(&minimal)).await;
    contract.check("CreateMachine", machines.create(&full)).await;

    let full = UpdateMachine::default().name("billing").default_token_ttl(60);
    contract.check("UpdateMachine", machines.update("mch_1", &UpdateMachine::default())).await;
    contract.check("UpdateMachine", machines.update("mch_1", &full)).await;

    contract.check("GetMachine", machines.get("mch_1")).await;
    contract.check("CreateMachineScope", machines.create_scope("mch_1", "mch_2")).await;
    contract.check("DeleteMachineScope", machines.delete_scope("mch_1", "mch_2")).await;
    contract.check("GetMachineSecretKey", machines.get_secret_key("mch_1")).await;
    contract.check("RotateMachineSecretKey", machines.rotate_secret_key("mch_1", 0)).await;
    contract.check("DeleteMachine", machines.delete("mch_1")).await;
}

async fn oauth_applications(contract: &Contract) {
    let applications = contract.clerk.oauth_applications();

    let full =
        ListOAuthApplications::default().limit(500).offset(0).order_by("-name").name_query("wiki");
    contract
        .check("ListOAuthApplications", applications.list(&ListOAuthApplications::default()))
        .await;
    contract.check("ListOAuthApplications", applications.list(&full)).await;
    contract.stream("ListOAuthApplications", applications.stream(&full)).await;

    let minimal = CreateOAuthApplication::new("wiki");
    let full = minimal
        .clone()
        .redirect_uris(["https://example.com/callback"])
        .callback_url("https://example.com/callback")
        .scopes("profile email")
        .consent_screen_enabled(true)
        .pkce_required(true)
        .public(true);
    contract.check("CreateOAuthApplication", applications.create(&minimal)).await;
    contract.check("CreateOAuthApplication", applications.create(&full)).await;

    let minimal = UpdateOAuthApplication::default();
    let full = minimal
        .clone()
        .name("wiki")
        .redirect_uris(["https://example.com/callback"])
        .callback_url("https://example.com/callback")
        .scopes("profile")
        .consent_screen_enabled(false)
        .pkce_required(false)
        .public(false);
    contract.check("UpdateOAuthApplication", applications.update("oa_1", &minimal)).await;
    contract.check("UpdateOAuthApplication", applications.update("oa_1", &full)).await;

    let (minimal, full) = (UploadLogo::default(), UploadLogo::default().uploader_user_id("user_1"));
    contract
        .check("UploadOAuthApplicationLogo", applications.upload_logo("oa_1", image(), &minimal))
        .await;
    contract
        .check("UploadOAuthApplicationLogo", applications.upload_logo("oa_1", image(), &full))
        .await;

    contract.check("GetOAuthApplication", applications.get("oa_1")).await;
    contract
        .check("RevokeOAuthApplicationToken", applications.revoke_token("oa_1", "oat_secret"))
        .await;
    contract.check("RotateOAuthApplicationSecret", applications.rotate_secret("oa_1")).await;
    contract.check("DeleteOAuthApplication", applications.delete("oa_1")).await;
}
