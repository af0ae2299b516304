//! Operations that Clerk has deprecated or replaced.

use axum_clerk::api::{
    CancelSubscriptionItem, CreateEmail, CreateSmsMessage, ListBillingPlans, ListSubscriptionItems,
};
use serde_json::json;

use super::server::MockServer;

#[tokio::test]
#[expect(deprecated, reason = "deprecated operations can still be called")]
async fn removed_operations_use_the_first_api_version() {
    let server =
        MockServer::responding_with(json!({ "id": "x_1", "data": [], "object": "x" })).await;
    let client = &server.client;
    client.sessions().verify("sess_1", "jwt").await.unwrap();
    client.users().create_totp("user_1").await.unwrap();
    client
        .emails()
        .create(&CreateEmail::default().email_address_id("idn_1").body("Hello"))
        .await
        .unwrap();
    client.sms_messages().create(&CreateSmsMessage::default().message("Hello")).await.unwrap();
    client.commerce().list_plans(&ListBillingPlans::default()).await.unwrap();
    client.commerce().list_subscription_items(&ListSubscriptionItems::default()).await.unwrap();
    let params = CancelSubscriptionItem::default().end_now(true);
    client.commerce().cancel_subscription_item("item_1", &params).await.unwrap();

    let requests = server.requests();
    let lines = requests
        .iter()
        .map(|request| format!("{} {} {}", request.method, request.target, request.body));
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [
            r#"POST /v1/sessions/sess_1/verify {"token":"jwt"}"#,
            "POST /v1/users/user_1/totp ",
            r#"POST /v1/emails {"email_address_id":"idn_1","body":"Hello"}"#,
            r#"POST /v1/sms_messages {"message":"Hello"}"#,
            "GET /v1/commerce/plans ",
            "GET /v1/commerce/subscription_items ",
            "DELETE /v1/commerce/subscription_items/item_1?end_now=true ",
        ]
    );
    assert!(requests.iter().all(|request| request.headers["clerk-api-version"] == "2021-02-05"));
}

#[tokio::test]
#[expect(deprecated, reason = "deprecated operations can still be called")]
async fn allowlist_is_enabled_by_the_current_operation() {
    let server = MockServer::responding_with(json!({
        "allowlist": true,
        "blocklist": false,
        "allowlist_blocklist_disabled_on_sign_in": false,
        "block_email_subaddresses": false,
        "block_disposable_email_domains": false,
    }))
    .await;
    assert!(server.client.allowlist_identifiers().set_enabled(true).await.unwrap().allowlist);
    let request = server.only_request();
    assert_eq!(
        (request.target.as_str(), request.body.as_str()),
        ("/v1/instance/restrictions", r#"{"allowlist":true}"#)
    );
    assert_eq!(request.headers["clerk-api-version"], "2026-05-12");
}
