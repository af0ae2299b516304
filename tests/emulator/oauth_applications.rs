//! OAuth applications and their access tokens over HTTP.

use std::time::Duration;

use axum_clerk::api::{
    CreateOAuthApplication, CreateUser, ListOAuthApplications, OAuthAccessTokenVerification,
    UpdateOAuthApplication, UploadLogo, VerifyOAuthAccessToken,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    PNG_URL, START, api, assert_invalid_query, call, delete, emulator, get, id, ids,
    mislabeled_image, patch, png, post, rejection,
};

#[tokio::test]
async fn application_is_created_updated_and_deleted() {
    let clerk = emulator().await;
    let body = json!({
        "name": "Wiki", "redirect_uris": ["https://a.example/cb", "wiki://cb"], "scopes": "email",
    });
    let mut created = post(&clerk, "/oauth_applications", body).await;
    let secret = created.as_object_mut().unwrap().remove("client_secret").unwrap();
    assert!(!secret.as_str().unwrap().is_empty());
    let path = format!("/oauth_applications/{}", id(&created));
    assert_eq!(get(&clerk, &path).await, created, "the secret is shown only once");
    assert_eq!(created["callback_url"], "https://a.example/cb");
    for (name, expected) in
        [("consent_screen_enabled", true), ("pkce_required", false), ("public", false)]
    {
        assert_eq!(created[name], expected, "{name}");
    }
    assert_eq!(created["authorize_url"], format!("{}/oauth/authorize", clerk.url()));

    clerk.clock().advance(Duration::from_secs(1));
    let change = json!({
        "name": null, "public": true, "consent_screen_enabled": false, "callback_url": "b://b",
    });
    let changed = patch(&clerk, &path, change).await;
    assert_eq!((&changed["name"], &changed["redirect_uris"]), (&json!("Wiki"), &json!(["b://b"])));
    assert_eq!(
        (&changed["pkce_required"], &changed["consent_screen_enabled"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(changed["updated_at"], (START + 1) * 1000);
    assert_eq!(get(&clerk, &path).await, changed);
    let rotated = post(&clerk, &format!("{path}/rotate_secret"), Value::Null).await;
    assert_eq!(rotated["client_secret"], "", "public clients have no secret");
    patch(&clerk, &path, json!({ "public": false, "pkce_required": false })).await;
    let rotated = post(&clerk, &format!("{path}/rotate_secret"), Value::Null).await;
    assert!(
        !rotated["client_secret"].as_str().unwrap().is_empty()
            && rotated["client_secret"] != secret
    );

    let deleted = delete(&clerk, &path).await;
    assert_eq!(deleted["deleted"], true);
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::PATCH, path.clone()),
        (Method::DELETE, path.clone()),
        (Method::POST, format!("{path}/rotate_secret")),
    ] {
        let rejected = rejection(&clerk, method, &path, Value::Null).await;
        assert_eq!(rejected.status_and_code(), (404, "resource_not_found"), "{path}");
    }
}

#[tokio::test]
async fn applications_are_filtered_ordered_and_paged() {
    let clerk = emulator().await;
    let mut created = Vec::new();
    for name in ["Wiki", "blog", "Wikidata"] {
        clerk.clock().advance(Duration::from_secs(1));
        created.push(post(&clerk, "/oauth_applications", json!({ "name": name })).await);
    }
    let [wiki, blog, data] = [0, 1, 2].map(|n: usize| id(&created[n]));
    for (query, expected) in [
        (String::new(), vec![data, blog, wiki]),
        ("order_by=%2Bcreated_at".into(), vec![wiki, blog, data]),
        ("order_by=name".into(), vec![blog, wiki, data]),
        ("order_by=-name&limit=1".into(), vec![data]),
        ("name_query=WIKI".into(), vec![data, wiki]),
        (format!("name_query={}", created[1]["client_id"].as_str().unwrap()), vec![blog]),
        ("name_query=none".into(), vec![]),
    ] {
        let page = get(&clerk, &format!("/oauth_applications?{query}")).await;
        assert_eq!(ids(&page["data"]), expected, "{query}");
    }
    assert_invalid_query(&clerk, "/oauth_applications?order_by=scopes", 422, "order_by").await;
}

#[tokio::test]
async fn invalid_applications_are_rejected() {
    let clerk = emulator().await;
    for (body, status, code, param) in [
        (json!({}), 422, "form_param_missing", "name"),
        (json!({ "name": "" }), 422, "form_param_missing", "name"),
        (json!({ "name": "x".repeat(257) }), 422, "form_param_max_length_exceeded", "name"),
        (
            json!({ "name": "Wiki", "redirect_uris": ["nowhere"] }),
            422,
            "form_param_format_invalid",
            "redirect_uris",
        ),
        (
            json!({ "name": "Wiki", "callback_url": "nowhere" }),
            422,
            "form_param_format_invalid",
            "callback_url",
        ),
        (
            json!({ "name": "Wiki", "callback_url": "a://a", "redirect_uris": ["b://b"] }),
            422,
            "form_param_value_conflict",
            "callback_url",
        ),
        (
            json!({ "name": "Wiki", "redirect_uris": ["a://a", "a://a"] }),
            400,
            "duplicate_record",
            "",
        ),
        (
            json!({ "name": "Wiki", "scopes": "x".repeat(1025) }),
            422,
            "form_param_max_length_exceeded",
            "scopes",
        ),
        (
            json!({ "name": "Wiki", "public": true, "pkce_required": false }),
            422,
            "form_public_client_requires_pkce",
            "pkce_required",
        ),
        (json!({ "name": "Wiki", "shoe_size": 39 }), 422, "form_param_unknown", "shoe_size"),
    ] {
        let rejected = rejection(&clerk, Method::POST, "/oauth_applications", body.clone()).await;
        assert_eq!(rejected.parts(), (status, code, param), "{body}");
    }
    assert_eq!(get(&clerk, "/oauth_applications").await["total_count"], 0);
}

#[tokio::test]
async fn revocation_and_deletion_invalidate_access_tokens() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let wiki = post(&clerk, "/oauth_applications", json!({ "name": "Wiki" })).await;
    let blog = post(&clerk, "/oauth_applications", json!({ "name": "blog" })).await;
    let [wiki_path, blog_path] =
        [&wiki, &blog].map(|app| format!("/oauth_applications/{}", id(app)));
    let create_token =
        || clerk.create_oauth_access_token(&ada.id).client_id(wiki["client_id"].as_str().unwrap());
    let (first, second) = (create_token(), create_token());
    let verify = async |token: &str| {
        let path = "/oauth_applications/access_tokens/verify";
        call(&clerk, Method::POST, path, json!({ "access_token": token })).await.0.as_u16()
    };

    let revoke = json!({ "token": first.token() });
    let rejected =
        rejection(&clerk, Method::POST, &format!("{blog_path}/revoke_token"), revoke.clone()).await;
    assert_eq!(rejected.status, 404, "another application cannot revoke the token");
    assert_eq!(verify(&first.token()).await, 200);

    let request =
        reqwest::Client::new().post(format!("{}/v1{wiki_path}/revoke_token", clerk.url()));
    let response = request.bearer_auth(clerk.secret_key()).json(&revoke).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.text().await.unwrap().as_str()), (204, ""));
    assert_eq!((verify(&first.token()).await, verify(&second.token()).await), (404, 200));
    assert_eq!(verify(&first.jwt()).await, 200, "JWTs cannot be revoked");

    delete(&clerk, &wiki_path).await;
    assert_eq!(verify(&second.token()).await, 404);
}

#[tokio::test]
async fn jwt_access_token_is_valid_until_it_expires() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let token =
        clerk.create_oauth_access_token(&ada.id).client_id("app_1").scopes(["profile", "email"]);
    let token = token.expires_in(Duration::from_secs(60));
    let path = "/oauth_applications/access_tokens/verify";
    let jwt = token.jwt();
    let found = post(&clerk, path, json!({ "access_token": jwt })).await;
    assert_eq!((&found["id"], &found["subject"]), (&json!(token.id()), &json!(ada.id)));
    assert_eq!(
        (&found["client_id"], &found["scopes"]),
        (&json!("app_1"), &json!(["profile", "email"]))
    );
    clerk.clock().advance(Duration::from_secs(60));
    assert_eq!(post(&clerk, path, json!({ "secret": jwt })).await, json!({ "active": false }));

    let session = clerk.sign_in(&ada.id).token();
    for (body, status, param) in
        [(json!({ "access_token": session }), 404, ""), (json!({}), 400, "access_token")]
    {
        let rejected = rejection(&clerk, Method::POST, path, body).await;
        assert_eq!(rejected.status_and_param(), (status, param));
    }
}

#[tokio::test]
async fn typed_client_parses_application_responses() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let api = api(&clerk);
    let applications = api.oauth_applications();
    let created = applications.create(&CreateOAuthApplication::new("Wiki")).await.unwrap();
    let id = created.id.as_str();
    assert!(created.client_secret.is_some());
    let update = UpdateOAuthApplication::default().redirect_uris(["https://a.example"]);
    assert_eq!(
        applications.update(id, &update).await.unwrap().redirect_uris,
        ["https://a.example"]
    );

    let uploader = UploadLogo::default().uploader_user_id(&ada.id);
    let with_logo = applications.upload_logo(id, png(8), &uploader).await.unwrap();
    assert_eq!(with_logo.client_image_url.as_deref(), Some(PNG_URL));
    assert_eq!(applications.get(id).await.unwrap(), with_logo);
    let unknown_user = UploadLogo::default().uploader_user_id("user_none");
    for (logo, uploader, status) in [
        (mislabeled_image(), &uploader, 400),
        (png(10 * 1024 * 1024 + 1), &uploader, 413),
        (png(8), &unknown_user, 404),
    ] {
        let rejected = applications.upload_logo(id, logo, uploader).await.unwrap_err();
        assert_eq!(rejected.api().unwrap().status, status, "{rejected}");
    }
    assert_eq!(applications.get(id).await.unwrap(), with_logo, "rejected uploads change nothing");

    assert_eq!(applications.list(&ListOAuthApplications::default()).await.unwrap().total_count, 1);
    assert!(applications.rotate_secret(id).await.unwrap().client_secret.is_some());
    let token = clerk.create_oauth_access_token(&ada.id).client_id(&created.client_id);
    let verify = VerifyOAuthAccessToken::new(token.token());
    let verified = api.oauth_access_tokens().verify(&verify).await.unwrap();
    assert!(
        matches!(verified, OAuthAccessTokenVerification::Known(known) if known.subject == ada.id)
    );
    applications.revoke_token(id, &token.token()).await.unwrap();
    assert!(api.oauth_access_tokens().verify(&verify).await.is_err());
    assert!(applications.delete(id).await.unwrap().deleted);
}
