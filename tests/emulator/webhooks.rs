//! The Svix app and the redirect URLs of native applications over HTTP.

use axum_clerk::api::OptionalPaging;
use http::Method;
use serde_json::{Value, json};

use crate::support::{api, call, delete, emulator, get, id, ids, post, rejection};

#[tokio::test]
async fn at_most_one_svix_app_exists() {
    let clerk = emulator().await;
    for (method, path) in [(Method::DELETE, "/webhooks/svix"), (Method::POST, "/webhooks/svix_url")]
    {
        let rejected = rejection(&clerk, method, path, Value::Null).await;
        assert_eq!(rejected.status_and_code(), (400, "svix_app_missing"));
    }
    let created = post(&clerk, "/webhooks/svix", Value::Null).await;
    assert!(created["svix_url"].as_str().unwrap().starts_with(clerk.url()), "{created}");
    let again = rejection(&clerk, Method::POST, "/webhooks/svix", Value::Null).await;
    assert_eq!(again.status_and_code(), (400, "svix_app_exists"));
    assert_ne!(
        post(&clerk, "/webhooks/svix_url", Value::Null).await,
        created,
        "each request returns a new URL"
    );
    assert_eq!(call(&clerk, Method::DELETE, "/webhooks/svix", Value::Null).await.0, 204);
    post(&clerk, "/webhooks/svix", Value::Null).await;
}

#[tokio::test]
async fn redirect_urls_are_added_listed_and_deleted() {
    let clerk = emulator().await;
    let mut created = Vec::new();
    for url in ["https://example.com/callback", "my-app://callback"] {
        created.push(post(&clerk, "/redirect_urls", json!({ "url": url })).await);
    }
    let [web, app] = [0, 1].map(|n: usize| id(&created[n]));
    assert_eq!(get(&clerk, &format!("/redirect_urls/{app}")).await, created[1]);
    assert_eq!(ids(&get(&clerk, "/redirect_urls").await), [app, web]);
    assert_eq!(get(&clerk, "/redirect_urls?paginated=true&limit=1").await["total_count"], 2);
    for (body, code) in [
        (json!({}), "form_param_missing"),
        (json!({ "url": "callback" }), "form_param_format_invalid"),
        (json!({ "url": "javascript:alert(1)" }), "prohibited_redirect_url"),
        (json!({ "url": "my-app://callback" }), "form_already_exists"),
    ] {
        let rejected = rejection(&clerk, Method::POST, "/redirect_urls", body.clone()).await;
        assert_eq!(rejected.status_and_code(), (422, code), "{body}");
    }
    let path = format!("/redirect_urls/{web}");
    let deleted = delete(&clerk, &path).await;
    assert_eq!(deleted, json!({ "object": "redirect_url", "id": web, "deleted": true }));
    assert_eq!(ids(&get(&clerk, "/redirect_urls").await), [app]);
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(rejection(&clerk, method, &path, Value::Null).await.status, 404);
    }
}

#[tokio::test]
async fn typed_client_parses_webhook_and_redirect_url_responses() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let api = api(&clerk);
    api.webhooks().create_svix_app().await?;
    api.webhooks().generate_svix_auth_url().await?;
    api.webhooks().delete_svix_app().await?;
    let created = api.redirect_urls().create("my-app://callback").await?;
    assert_eq!(api.redirect_urls().get(&created.id).await?, created);
    assert_eq!(
        api.redirect_urls().list(&OptionalPaging::default()).await?,
        std::slice::from_ref(&created)
    );
    assert!(api.redirect_urls().delete(&created.id).await?.deleted);
    Ok(())
}
