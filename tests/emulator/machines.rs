//! API keys, machine-to-machine tokens and OAuth access tokens: as a route sees them, and over HTTP.

use std::time::Duration;

use axum_clerk::{
    Clerk, MachineToken, TokenType,
    api::{CreateOrganization, CreateUser},
    emulator::{ClerkEmulator, EmulatedMachine},
};
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use super::{call, emulator, get, post};

/// What a route that takes every type of token makes of one.
async fn authenticate(clerk: &ClerkEmulator, token: &str) -> Option<MachineToken> {
    let config = clerk.config_builder().accept_tokens(TokenType::ALL).build().unwrap();
    let request = Request::builder().header("authorization", format!("Bearer {token}")).body(()).unwrap();
    let state = Clerk::new(config).authenticate(&request.into_parts().0).await;
    let token: &MachineToken = state.machine_token()?;
    Some(token.clone())
}

async fn call_as(machine: &EmulatedMachine, clerk: &ClerkEmulator, path: &str, body: Value) -> (u16, Value) {
    let request = reqwest::Client::new().post(format!("{}/v1{path}", clerk.url()));
    let response = request.bearer_auth(machine.secret_key()).json(&body).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn an_api_key_speaks_for_a_user_or_an_organization() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));

    let key =
        clerk.create_api_key(&ada.id).name("export").scopes(["read:a", "write:a"]).claims(json!({ "x": 1 }));
    let found = authenticate(&clerk, &key.token()).await.unwrap();
    assert_eq!((found.token_type, found.id.as_str()), (TokenType::ApiKey, key.id()));
    assert_eq!((found.user_id(), found.organization_id()), (Some(ada.id.as_str()), None));
    assert_eq!((found.name.as_deref(), found.claims.clone()), (Some("export"), Some(json!({ "x": 1 }))));
    assert!(found.has_scope("write:a") && !found.has_scope("write:b"));

    let key = clerk.create_api_key(&acme.id);
    let found = authenticate(&clerk, &key.token()).await.unwrap();
    assert_eq!((found.user_id(), found.organization_id()), (None, Some(acme.id.as_str())));
}

#[tokio::test]
async fn a_machine_speaks_to_the_machines_that_it_is_scoped_to() {
    let clerk = emulator().await;
    let (alpha, beta) = (clerk.create_machine("alpha"), clerk.create_machine("beta"));
    let gamma = clerk.create_machine("gamma").scoped_to(&alpha);
    let token = clerk.create_m2m_token(&gamma).claims(json!({ "tenant": 7 }));

    for text in [token.token(), token.jwt()] {
        let found = authenticate(&clerk, &text).await.unwrap();
        assert_eq!((found.token_type, found.id.as_str()), (TokenType::M2mToken, token.id()));
        assert_eq!(
            (found.machine_id(), found.scopes.as_slice()),
            (Some(gamma.id()), &[alpha.id().to_owned()][..])
        );
        assert_eq!(found.claims.unwrap()["tenant"], 7);
    }
    let verify = json!({ "token": token.token() });
    assert_eq!(call_as(&alpha, &clerk, "/m2m_tokens/verify", verify.clone()).await.0, 200);
    assert_eq!(call_as(&beta, &clerk, "/m2m_tokens/verify", verify).await.0, 404);
}

#[tokio::test]
async fn a_machine_makes_its_own_tokens_over_http() {
    let clerk = emulator().await;
    let machine = clerk.create_machine("worker");
    for format in ["opaque", "jwt"] {
        let body = json!({ "token_format": format, "seconds_until_expiration": 60, "claims": { "a": 1 } });
        let (status, created) = call_as(&machine, &clerk, "/m2m_tokens", body).await;
        assert_eq!(status, 201, "{created}");
        let found = authenticate(&clerk, created["token"].as_str().unwrap()).await.unwrap();
        assert_eq!(
            (found.machine_id(), found.id.as_str()),
            (Some(machine.id()), created["id"].as_str().unwrap())
        );
    }
    let list = get(&clerk, &format!("/m2m_tokens?subject={}", machine.id())).await;
    assert_eq!(list["total_count"], 1, "of a JWT nothing is kept");

    let (status, _) = call(&clerk, Method::POST, "/m2m_tokens", json!({})).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "only machines make tokens");
    let (status, _) = call_as(&machine, &clerk, "/users", json!({})).await;
    assert_eq!(status, 401, "a machine's key opens nothing else");
}

#[tokio::test]
async fn an_oauth_access_token_speaks_for_its_user() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let token = clerk.create_oauth_access_token(&ada.id).client_id("app_1").scopes(["profile", "email"]);
    for text in [token.token(), token.jwt()] {
        let found = authenticate(&clerk, &text).await.unwrap();
        assert_eq!((found.token_type, found.id.as_str()), (TokenType::OAuthToken, token.id()));
        assert_eq!((found.user_id(), found.client_id.as_deref()), (Some(ada.id.as_str()), Some("app_1")));
        assert_eq!(found.scopes, ["profile", "email"]);
    }
}

#[tokio::test]
async fn what_is_revoked_expired_or_unknown_is_nobodys() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let machine = clerk.create_machine("worker");
    let credentials = [
        clerk.create_api_key(&ada.id),
        clerk.create_m2m_token(&machine),
        clerk.create_oauth_access_token(&ada.id),
    ];
    for credential in credentials {
        let credential = credential.expires_in(Duration::from_secs(60));
        assert!(authenticate(&clerk, &credential.token()).await.is_some());
        clerk.clock().advance(Duration::from_secs(61));
        assert!(authenticate(&clerk, &credential.token()).await.is_none(), "{credential:?} has expired");

        let credential = credential.expires_in(Duration::from_secs(60));
        assert!(authenticate(&clerk, &credential.token()).await.is_some());
        credential.revoke();
        assert!(authenticate(&clerk, &credential.token()).await.is_none(), "{credential:?} is revoked");
    }
    for token in ["ak_none", "mt_none", "oat_none"] {
        assert!(authenticate(&clerk, token).await.is_none());
    }
}

#[tokio::test]
async fn api_keys_are_created_listed_and_revoked_over_http() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let body =
        json!({ "name": "export", "subject": ada.id, "scopes": ["read:a"], "seconds_until_expiration": 60 });
    let created = post(&clerk, "/api_keys", body).await;
    assert!(authenticate(&clerk, created["secret"].as_str().unwrap()).await.is_some());

    let path = format!("/api_keys/{}", created["id"].as_str().unwrap());
    let shown = get(&clerk, &path).await;
    assert_eq!((&shown["name"], &shown["scopes"]), (&json!("export"), &json!(["read:a"])));
    assert!(shown["last_used_at"].is_i64() && shown.get("secret").is_none(), "{shown}");

    let revoked = post(&clerk, &format!("{path}/revoke"), json!({ "revocation_reason": "leaked" })).await;
    assert_eq!((&revoked["revoked"], &revoked["revocation_reason"]), (&json!(true), &json!("leaked")));
    let list = |more: &str| format!("/api_keys?subject={}{more}", ada.id);
    assert_eq!(get(&clerk, &list("")).await["total_count"], 0);
    assert_eq!(get(&clerk, &list("&include_invalid=true")).await["total_count"], 1);
}

#[tokio::test]
async fn machines_are_created_and_scoped_over_http() {
    let clerk = emulator().await;
    let alpha = post(&clerk, "/machines", json!({ "name": "alpha" })).await;
    let beta = post(&clerk, "/machines", json!({ "name": "beta", "scoped_machines": [alpha["id"]] })).await;
    assert_eq!(beta["scoped_machines"][0]["name"], "alpha");

    let path = format!("/machines/{}", alpha["id"].as_str().unwrap());
    post(&clerk, &format!("{path}/scopes"), json!({ "to_machine_id": beta["id"] })).await;
    assert_eq!(get(&clerk, &path).await["scoped_machines"][0]["name"], "beta");
    assert_eq!(get(&clerk, &format!("{path}/secret_key")).await["secret"], alpha["secret_key"]);
    assert_eq!(get(&clerk, "/machines").await["total_count"], 2);
}
