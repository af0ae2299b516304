//! The Svix app, and the URLs that native apps may be sent back to.

use axum_clerk::api::OptionalPaging;
use http::Method;
use serde_json::{Value, json};

use super::{api, call, emulator, get, ids, post, refusal};

#[tokio::test]
async fn there_is_one_svix_app_or_none() {
    let clerk = emulator().await;
    for (method, path) in [(Method::DELETE, "/webhooks/svix"), (Method::POST, "/webhooks/svix_url")]
    {
        let refused = refusal(&clerk, method, path, Value::Null).await;
        assert_eq!((refused.0, refused.1.as_str()), (400, "svix_app_missing"));
    }
    let made = post(&clerk, "/webhooks/svix", Value::Null).await;
    assert!(made["svix_url"].as_str().unwrap().starts_with(clerk.url()), "{made}");
    let again = refusal(&clerk, Method::POST, "/webhooks/svix", Value::Null).await;
    assert_eq!((again.0, again.1.as_str()), (400, "svix_app_exists"));
    assert_ne!(
        post(&clerk, "/webhooks/svix_url", Value::Null).await,
        made,
        "a link is for one use"
    );
    assert_eq!(call(&clerk, Method::DELETE, "/webhooks/svix", Value::Null).await.0, 204);
    post(&clerk, "/webhooks/svix", Value::Null).await;
}

#[tokio::test]
async fn redirect_urls_are_listed_until_they_are_deleted() {
    let clerk = emulator().await;
    let mut made = Vec::new();
    for url in ["https://example.com/callback", "my-app://callback"] {
        made.push(post(&clerk, "/redirect_urls", json!({ "url": url })).await);
    }
    let [web, app] = [0, 1].map(|n: usize| made[n]["id"].as_str().unwrap());
    assert_eq!(get(&clerk, &format!("/redirect_urls/{app}")).await, made[1]);
    assert_eq!(ids(&get(&clerk, "/redirect_urls").await), [app, web]);
    assert_eq!(get(&clerk, "/redirect_urls?paginated=true&limit=1").await["total_count"], 2);
    for (body, code) in [
        (json!({}), "form_param_missing"),
        (json!({ "url": "callback" }), "form_param_format_invalid"),
        (json!({ "url": "javascript:alert(1)" }), "prohibited_redirect_url"),
        (json!({ "url": "my-app://callback" }), "form_already_exists"),
    ] {
        let refused = refusal(&clerk, Method::POST, "/redirect_urls", body.clone()).await;
        assert_eq!((refused.0, refused.1.as_str()), (422, code), "{body}");
    }
    let path = format!("/redirect_urls/{web}");
    let (_, deleted) = call(&clerk, Method::DELETE, &path, Value::Null).await;
    assert_eq!(deleted, json!({ "object": "redirect_url", "id": web, "deleted": true }));
    assert_eq!(ids(&get(&clerk, "/redirect_urls").await), [app]);
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(refusal(&clerk, method, &path, Value::Null).await.0, 404);
    }
}

#[tokio::test]
async fn the_typed_client_reads_what_is_answered() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let api = api(&clerk);
    api.webhooks().create_svix_app().await?;
    api.webhooks().generate_svix_auth_url().await?;
    api.webhooks().delete_svix_app().await?;
    let made = api.redirect_urls().create("my-app://callback").await?;
    assert_eq!(api.redirect_urls().get(&made.id).await?, made);
    assert_eq!(
        api.redirect_urls().list(&OptionalPaging::default()).await?,
        std::slice::from_ref(&made)
    );
    assert!(api.redirect_urls().delete(&made.id).await?.deleted);
    Ok(())
}
