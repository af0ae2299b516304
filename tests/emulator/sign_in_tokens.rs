//! Sign-in tokens, actor tokens and testing tokens over HTTP.

use axum_clerk::api::{
    CreateActorToken, CreateOrganization, CreateSignInToken, CreateUser, TicketStatus,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{START, api, claims, emulator, id, post, rejection};

#[tokio::test]
async fn sign_in_and_actor_tokens_are_tickets() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let actor = json!({ "sub": "user_support", "ticket": 7 });
    for (path, body, object, lifetime) in [
        ("/sign_in_tokens", json!({ "user_id": ada.id }), "sign_in_token", 30 * 24 * 60 * 60),
        (
            "/sign_in_tokens",
            json!({ "user_id": ada.id, "expires_in_seconds": 9 }),
            "sign_in_token",
            9,
        ),
        ("/actor_tokens", json!({ "user_id": ada.id, "actor": actor }), "actor_token", 60 * 60),
        (
            "/actor_tokens",
            json!({ "user_id": ada.id, "actor": actor, "expires_in_seconds": 9 }),
            "actor_token",
            9,
        ),
    ] {
        let token = post(&clerk, path, body).await;
        let ticket = token["token"].as_str().unwrap();
        let claims = claims(&clerk, ticket);
        assert_eq!((&claims["st"], &claims["sid"]), (&json!(object), &token["id"]));
        assert_eq!(claims["exp"], START + lifetime);
        assert_eq!(token["url"], format!("{}/v1/tickets/accept?ticket={ticket}", clerk.url()));
        assert_eq!((&token["object"], &token["status"]), (&json!(object), &json!("pending")));
        assert_eq!(token.get("actor"), (object == "actor_token").then_some(&actor));
    }
}

#[tokio::test]
async fn only_pending_tokens_can_be_revoked() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    for (resource, other, body) in [
        ("sign_in_tokens", "actor_tokens", json!({ "user_id": ada.id })),
        (
            "actor_tokens",
            "sign_in_tokens",
            json!({ "user_id": ada.id, "actor": { "sub": "user_1" } }),
        ),
    ] {
        let token = post(&clerk, &format!("/{resource}"), body).await;
        let id = id(&token);
        let path = format!("/{resource}/{id}/revoke");
        assert_eq!(
            rejection(&clerk, Method::POST, &format!("/{other}/{id}/revoke"), Value::Null)
                .await
                .status,
            404
        );
        let revoked = post(&clerk, &path, Value::Null).await;
        assert_eq!((&revoked["status"], &revoked["id"]), (&json!("revoked"), &token["id"]));
        let again = rejection(&clerk, Method::POST, &path, Value::Null).await;
        let code = format!("{}_cannot_be_revoked_code", resource.trim_end_matches('s'));
        assert_eq!((again.status, again.code), (400, code));
    }
}

#[tokio::test]
async fn invalid_token_requests_are_rejected() {
    let clerk = emulator().await;
    let user_id = clerk.create_user(CreateUser::default()).id;
    let acme = clerk.create_organization(CreateOrganization::new("Acme")).id;
    let sub = json!({ "sub": "user_1" });
    for (path, body, status, code, param) in [
        ("/sign_in_tokens", json!({}), 422, "form_param_missing", "user_id"),
        ("/sign_in_tokens", json!({ "user_id": "user_none" }), 404, "resource_not_found", ""),
        (
            "/sign_in_tokens",
            json!({ "user_id": user_id, "expires_in_seconds": 0 }),
            422,
            "form_param_value_invalid",
            "expires_in_seconds",
        ),
        (
            "/sign_in_tokens",
            json!({ "user_id": user_id, "org_id": "org_none" }),
            404,
            "resource_not_found",
            "",
        ),
        (
            "/sign_in_tokens",
            json!({ "user_id": user_id, "org_id": acme }),
            403,
            "not_a_member_in_organization",
            "",
        ),
        ("/actor_tokens", json!({ "user_id": user_id }), 422, "form_param_missing", "actor"),
        (
            "/actor_tokens",
            json!({ "user_id": user_id, "actor": {} }),
            422,
            "form_param_missing",
            "actor.sub",
        ),
        (
            "/actor_tokens",
            json!({ "user_id": user_id, "actor": { "sub": 1 } }),
            422,
            "form_param_format_invalid",
            "actor.sub",
        ),
        (
            "/actor_tokens",
            json!({ "user_id": "user_none", "actor": sub }),
            422,
            "form_resource_not_found",
            "user_id",
        ),
        (
            "/actor_tokens",
            json!({ "user_id": user_id, "actor": sub, "expires_in_seconds": -1 }),
            422,
            "form_param_value_invalid",
            "expires_in_seconds",
        ),
        (
            "/actor_tokens",
            json!({ "user_id": user_id, "actor": sub, "session_max_duration_in_seconds": 0 }),
            422,
            "form_param_value_invalid",
            "session_max_duration_in_seconds",
        ),
        (
            "/actor_tokens",
            json!({ "user_id": user_id, "actor": sub, "shoe_size": 39 }),
            422,
            "form_param_unknown",
            "shoe_size",
        ),
    ] {
        let rejected = rejection(&clerk, Method::POST, path, body.clone()).await;
        assert_eq!(rejected.parts(), (status, code, param), "{path} {body}");
    }
}

#[tokio::test]
async fn typed_client_parses_token_responses() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let (api, ada) = (api(&clerk), clerk.create_user(CreateUser::default()));
    let token = api.sign_in_tokens().create(&CreateSignInToken::new(&ada.id)).await?;
    assert_eq!(api.sign_in_tokens().revoke(&token.id).await?.status, TicketStatus::Revoked);
    let new = CreateActorToken::new(&ada.id, json!({ "sub": "user_1" }));
    let token = api.actor_tokens().create(&new).await?;
    assert_eq!(api.actor_tokens().revoke(&token.id).await?.status, TicketStatus::Revoked);
    let testing = api.testing_tokens().create().await?;
    assert!(testing.token.expose().starts_with(&format!("{START}-c_")));
    assert_eq!(post(&clerk, "/testing_tokens", Value::Null).await["expires_at"], START + 3600);
    Ok(())
}
