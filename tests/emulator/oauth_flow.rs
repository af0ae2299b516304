//! Authorization requests, and the pages that users see.

use axum_clerk::api::{CreateOrganization, CreateUser};
use http::Method;
use serde_json::{Value, json};

use crate::{
    oauth_support::{
        Application, Browser, REDIRECT_URI, authorize_url, recorded, redirect_param, tokens,
        user_info, with,
    },
    support::{emulator, patch, visit},
};

#[tokio::test]
async fn signed_out_user_signs_in_and_consents() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default().first_name("Ada"));
    let app = Application::create(&clerk, &json!({})).await;
    let url = authorize_url(&clerk, &app.request());
    let response = visit(&clerk, &url[clerk.url().len()..]).await;
    assert_eq!(response.status(), 303);
    let sign_in = response.headers()["location"].to_str().unwrap().to_owned();
    assert!(sign_in.starts_with(&format!("{}/sign-in?", clerk.url())), "{sign_in}");
    let response =
        crate::support::submit_form(&clerk, &sign_in[clerk.url().len()..], &[("user_id", &ada.id)])
            .await;
    let back = response.headers()["location"].to_str().unwrap().to_owned();
    assert!(back.starts_with(&format!("{}/oauth/authorize?", clerk.url())), "{back}");

    let browser = Browser::signed_in(&clerk, &ada.id).await;
    let page = browser.get(&back).await.text().await.unwrap();
    for shown in ["Authorize Wiki", "You are signed in as Ada.", "wiki.example", "See your email"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains("__clerk_db_jwt"), "{page}");
    let denied = browser.consent(&page, &[("consented", "false")]).await;
    assert_eq!(redirect_param(&denied, "error").as_deref(), Some("access_denied"));
    let granted = browser.consent(&page, &[("consented", "true")]).await;
    let location = granted.headers()["location"].to_str().unwrap();
    assert!(location.starts_with(&format!("{REDIRECT_URI}&code=")), "{location}");
    assert_eq!(redirect_param(&granted, "state").as_deref(), Some("12345678"));

    // The user is not asked again, except for further scopes.
    let again = browser.authorize(&app.request()).await;
    assert!(redirect_param(&again, "code").is_some());
    for change in [("scope", "openid"), ("prompt", "consent")] {
        let response = browser.authorize(&with(&app.request(), &[change])).await;
        assert_eq!(response.status(), 200, "{change:?}");
    }
}

#[tokio::test]
async fn users_of_public_clients_are_always_asked() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let app = Application::create(&clerk, &json!({ "public": true })).await;
    let browser = Browser::signed_in(&clerk, &ada.id).await;
    let code = browser.code(&app.request()).await;
    tokens(&clerk, &with(&app.exchange(&code), &[("client_secret", "")])).await;
    assert_eq!(browser.authorize(&app.request()).await.status(), 200);
    let silent = browser.authorize(&with(&app.request(), &[("prompt", "none")])).await;
    assert_eq!(redirect_param(&silent, "error").as_deref(), Some("consent_required"));
}

#[tokio::test]
async fn errors_are_not_redirected_to_unknown_uris() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let app = Application::create(&clerk, &json!({})).await;
    let browser = Browser::signed_in(&clerk, &ada.id).await;
    for (change, status) in [
        (("client_id", ""), 400),
        (("client_id", "unknown"), 401),
        (("redirect_uri", "https://wiki.example/callback"), 400),
        (("redirect_uri", "https://wiki.example/callback?from=clerk&"), 400),
        (("redirect_uri", "https://evil.example/"), 400),
        (("redirect_uri", "nowhere"), 400),
        (("response_mode", "fragment"), 400),
    ] {
        let response = browser.authorize(&with(&app.request(), &[change])).await;
        assert_eq!(response.status(), status, "{change:?}");
        assert_eq!(response.headers().get("location"), None, "{change:?}");
    }
    let twice = [&app.request()[..], &[("redirect_uri", REDIRECT_URI)]].concat();
    assert_eq!(browser.authorize(&twice).await.status(), 400);
    let omitted = browser.authorize(&with(&app.request(), &[("redirect_uri", "")])).await;
    assert_eq!(omitted.status(), 200, "the only redirect URI is the default");
    let path = format!("/oauth_applications/{}", app.id);
    patch(&clerk, &path, json!({ "redirect_uris": [REDIRECT_URI, "b://b"] })).await;
    let omitted = browser.authorize(&with(&app.request(), &[("redirect_uri", "")])).await;
    assert_eq!(omitted.status(), 400);
}

#[tokio::test]
async fn invalid_requests_are_reported_to_the_application() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let app = Application::create(&clerk, &json!({})).await;
    let browser = Browser::signed_in(&clerk, &ada.id).await;
    let without_pkce = [("code_challenge", ""), ("code_challenge_method", "")];
    for (changes, error) in [
        (&[("response_type", "")][..], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("state", "short")], "invalid_request"),
        (&[without_pkce[0], without_pkce[1], ("state", "")], "invalid_request"),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("code_challenge", "short")], "invalid_request"),
        (&[("scope", "private_metadata")], "invalid_scope"),
        (&[("scope", "root")], "invalid_scope"),
        (&[("resource", "relative")], "invalid_target"),
        (&[("resource", "https://a.example/#b")], "invalid_target"),
        (&[("prompt", "select_account")], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
    ] {
        let response = browser.authorize(&with(&app.request(), changes)).await;
        assert_eq!(response.status(), 303, "{changes:?}");
        assert_eq!(redirect_param(&response, "error").as_deref(), Some(error), "{changes:?}");
    }
    assert_eq!(browser.authorize(&with(&app.request(), &[("state", "")])).await.status(), 200);

    let path = format!("/oauth_applications/{}", app.id);
    patch(&clerk, &path, json!({ "pkce_required": true })).await;
    let response = browser.authorize(&with(&app.request(), &without_pkce)).await;
    assert_eq!(redirect_param(&response, "error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn prompts_are_respected() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let app = Application::create(&clerk, &json!({ "consent_screen_enabled": false })).await;
    let url = authorize_url(&clerk, &with(&app.request(), &[("prompt", "none")]));
    let response = visit(&clerk, &url[clerk.url().len()..]).await;
    assert_eq!(redirect_param(&response, "error").as_deref(), Some("login_required"));

    let browser = Browser::signed_in(&clerk, &ada.id).await;
    let response = browser.get(&url).await;
    assert!(redirect_param(&response, "code").is_some());
    let response = browser.authorize(&with(&app.request(), &[("prompt", "login")])).await;
    let location = response.headers()["location"].to_str().unwrap();
    assert!(location.starts_with(&format!("{}/reverify?", clerk.url())), "{location}");
    assert!(!location.contains("login"), "the user is prompted once: {location}");
}

#[tokio::test]
async fn response_can_be_posted() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let app = Application::create(&clerk, &json!({ "consent_screen_enabled": false })).await;
    let browser = Browser::signed_in(&clerk, &ada.id).await;
    let request = with(&app.request(), &[("response_mode", "form_post"), ("state", "<script>1")]);
    let response = browser.authorize(&request).await;
    assert_eq!(response.status(), 200);
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'sha256-"), "{policy}");
    let page = response.text().await.unwrap();
    assert!(page.contains(&format!("action=\"{REDIRECT_URI}\"")), "{page}");
    assert!(page.contains("name=\"code\"") && page.contains("value=\"&lt;script&gt;1\""), "{page}");
}

#[tokio::test]
async fn consent_is_described_and_given_by_other_front_ends() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let app = Application::create(&clerk, &json!({})).await;
    let browser = Browser::signed_in(&clerk, &ada.id).await;
    let path =
        format!("/v1/me/oauth/consent/{}?scope=email&redirect_uri={}", app.client_id, REDIRECT_URI);
    let signed_out = visit(&clerk, &path).await;
    assert_eq!(recorded(&Method::GET, &path, signed_out).await.0, 401);
    let response = browser.get(&format!("{}{path}", clerk.url())).await;
    let (status, body) = recorded(&Method::GET, &path, response).await;
    assert_eq!(status, 200);
    assert_eq!(body["oauth_application_name"], "Wiki");
    assert_eq!(body["redirect_domain"], "wiki.example");
    assert_eq!(body["scopes"].as_array().unwrap().len(), 1);
    let unknown = format!("{}/v1/me/oauth/consent/unknown", clerk.url());
    assert_eq!(browser.get(&unknown).await.status(), 404);

    let page = browser.authorize(&app.request()).await.text().await.unwrap();
    assert_eq!(browser.consent(&page, &[]).await.status(), 422, "a decision is required");
    let other = [("consented", "true"), ("organization_id", "org_other")];
    assert_eq!(browser.consent(&page, &other).await.status(), 422, "not a member");
    let mismatch = page.replace(&format!("consent/{}", app.client_id), "consent/unknown");
    assert_eq!(browser.consent(&mismatch, &[("consented", "true")]).await.status(), 404);
}

#[tokio::test]
async fn user_chooses_an_organization_for_the_application() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let app = Application::create(&clerk, &json!({})).await;
    let browser = Browser::signed_in(&clerk, &ada.id).await;
    let request = with(&app.request(), &[("scope", "user:org:read openid")]);
    let page = browser.authorize(&request).await.text().await.unwrap();
    assert!(page.contains(">Acme</option>"), "{page}");
    let fields = [("consented", "true"), ("organization_id", acme.id.as_str())];
    let response = browser.consent(&page, &fields).await;
    let code = redirect_param(&response, "code").unwrap();
    let issued = tokens(&clerk, &app.exchange(&code)).await;
    let (_, info) = user_info(&clerk, issued["access_token"].as_str().unwrap()).await;
    assert_eq!((&info["org_id"], &info["org_name"]), (&json!(acme.id), &json!("Acme")));
    assert_eq!(info["email"], Value::Null);

    crate::support::delete(&clerk, &format!("/organizations/{}", acme.id)).await;
    let (_, info) = user_info(&clerk, issued["access_token"].as_str().unwrap()).await;
    assert_eq!(info["org_id"], Value::Null);
}
