//! Accounts at social providers, and the providers' access tokens.

use std::time::Duration;

use axum_clerk::api::{CreateUser, OptionalPaging};
use http::Method;
use serde_json::{Value, json};

use crate::support::{START, api, assert_invalid_query, delete, emulator, get, rejection};

#[tokio::test]
async fn access_token_of_a_provider_is_renewed() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let account = clerk.connect_external_account(&ada.id, "google", "ada@gmail.com");
    assert_eq!(clerk.user(&ada.id).external_accounts[0].id, account.id);
    let path = format!("/users/{}/oauth_access_tokens/oauth_google", ada.id);
    let tokens = get(&clerk, &path).await;
    let token = &tokens[0];
    assert_eq!(token["external_account_id"], account.id);
    assert_eq!(token["scopes"], json!(["email", "openid", "profile"]));
    assert_eq!(token["expires_at"], (START + 3600) * 1000);
    assert_eq!(get(&clerk, &path).await, tokens, "it is kept until it expires");
    clerk.clock().advance(Duration::from_secs(3600));
    assert_ne!(get(&clerk, &path).await[0]["token"], token["token"]);

    let page = get(&clerk, &format!("{path}?paginated=true&offset=1")).await;
    assert_eq!((&page["data"], &page["total_count"]), (&json!([]), &json!(1)));
    assert_invalid_query(&clerk, &format!("{path}?limit=0"), 422, "limit").await;
    let other = clerk.create_user(CreateUser::default());
    let path = format!("/users/{}/oauth_access_tokens/google", other.id);
    assert_eq!(get(&clerk, &path).await, json!([]), "the user has no account at the provider");
}

#[tokio::test]
async fn deleted_account_has_no_tokens() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let [google, github] = [("google", "ada@gmail.com"), ("github", "ada@github.com")]
        .map(|(provider, email)| clerk.connect_external_account(&ada.id, provider, email).id);
    let path = format!("/users/{}/external_accounts/{google}", ada.id);
    let deleted = delete(&clerk, &path).await;
    assert_eq!(deleted, json!({ "object": "external_account", "id": google, "deleted": true }));
    let rejected = rejection(&clerk, Method::DELETE, &path, Value::Null).await;
    assert_eq!(rejected.status_and_code(), (404, "external_account_not_found"));

    let client = api(&clerk);
    let (users, paging) = (client.users(), OptionalPaging::default());
    assert!(users.oauth_access_tokens(&ada.id, "google", &paging).await?.is_empty());
    assert_eq!(users.oauth_access_tokens(&ada.id, "github", &paging).await?.len(), 1);
    assert!(users.delete_external_account(&ada.id, &github).await?.deleted);
    Ok(())
}
