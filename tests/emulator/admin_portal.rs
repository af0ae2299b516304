//! Tokens of links to the admin portal.

use std::time::Duration;

use axum_clerk::api::{CreateAdminPortalLinkToken, CreateOrganization, Revocation};
use http::Method;
use serde_json::{Value, json};

use crate::support::{START, api, call, emulator, post, rejection};

const PATH: &str = "/admin_portal_link_tokens";

#[tokio::test]
async fn token_expires_and_is_revoked() {
    let clerk = emulator().await;
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let new = json!({
        "organization_id": acme.id,
        "it_contact_id": "it_1",
        "scopes": ["sso"],
        "seconds_until_expiration": 60,
    });
    let (status, token) = call(&clerk, Method::POST, PATH, new.clone()).await;
    assert_eq!(status, 201);
    assert!(token["token"].is_string());
    assert_eq!(token["expiration"], (START + 60) * 1000);
    assert_eq!(token["expired"], false);
    let again = call(&clerk, Method::POST, PATH, new).await.1;
    assert_eq!(again["admin_portal_link_id"], token["admin_portal_link_id"]);
    let other = call(&clerk, Method::POST, PATH, json!({})).await.1;
    assert_ne!(other["admin_portal_link_id"], token["admin_portal_link_id"]);
    assert_eq!(other["expiration"], (START + 3600) * 1000);

    clerk.clock().advance(Duration::from_secs(60));
    let revoke = format!("{PATH}/{}/revoke", token["id"].as_str().unwrap());
    let revoked = post(&clerk, &revoke, json!({ "revocation_reason": "lost" })).await;
    assert_eq!(
        (&revoked["revoked"], &revoked["revocation_reason"], &revoked["expired"]),
        (&json!(true), &json!("lost"), &json!(true))
    );
    assert_eq!(revoked.get("token"), None);
    let again = post(&clerk, &revoke, json!({})).await;
    assert_eq!(again, revoked, "revoking a token again changes nothing");
}

#[tokio::test]
async fn invalid_tokens_are_rejected() {
    let clerk = emulator().await;
    for (body, param) in [
        (json!({ "organization_id": "org_none" }), "organization_id"),
        (json!({ "it_contact_id": "" }), "it_contact_id"),
        (json!({ "scopes": [""] }), "scopes"),
        (json!({ "seconds_until_expiration": -1 }), "seconds_until_expiration"),
        (json!({ "seconds_until_expiration": 86401 }), "seconds_until_expiration"),
        (json!({ "color": "red" }), "color"),
    ] {
        let rejected = rejection(&clerk, Method::POST, PATH, body.clone()).await;
        assert_eq!(rejected.status_and_param(), (400, param), "{body}");
    }
    let revoke = format!("{PATH}/aplt_none/revoke");
    assert_eq!(rejection(&clerk, Method::POST, &revoke, Value::Null).await.status, 404);
}

#[tokio::test]
async fn typed_client_manages_admin_portal_tokens() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let client = api(&clerk);
    let tokens = client.admin_portal_link_tokens();
    let token = tokens.create(&CreateAdminPortalLinkToken::default().scopes(["sso"])).await?;
    assert!(token.token.is_some());
    let revoked = tokens.revoke(&token.id, &Revocation::default()).await?;
    assert!(revoked.revoked);
    Ok(())
}
