//! Extractors, and the responses for errors that handlers return.

use std::time::Duration;

use axum::{
    Json, Router,
    extract::{FromRef, State},
    routing,
};
use axum_clerk::{
    ActiveOrganization, Clerk, ClerkAuth, ClerkLayer, Result, Reverification, SignedIn,
    api::{CreateOrganization, CreateUser, RetryPolicy, UpdateOrganization, UpdateUser, User},
    guard,
};
use serde_json::{Value, json};

use super::support::{emulator, get, shared_emulator, sign_in};

#[tokio::test]
async fn clerk_auth_exposes_the_token_claims() {
    let clerk = shared_emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    clerk.add_member(&acme.id, &ada.id, "org:admin", ["org:billing:read"]);
    let session = clerk
        .sign_in(&ada.id)
        .organization(&acme.id)
        .actor("user_support")
        .claim("tier", "gold")
        .factor_verification_age(3, -1);
    let describe = async |auth: ClerkAuth| {
        Json(json!({
            "signed_in": auth.is_signed_in(),
            "user": auth.user_id(),
            "session": auth.session_id(),
            "status": auth.session_status().map(|status| status.as_str().to_owned()),
            "actor": auth.actor(),
            "organization": [
                auth.organization_id(),
                auth.organization_slug(),
                auth.organization_role(),
            ],
            "permissions": auth.organization_permissions(),
            "tier": auth.claims().and_then(|claims| claims.get("tier")),
            "has": [auth.has(guard::role("org:admin")), auth.has(guard::role("org:member"))],
            "reason": auth.reason().map(ToString::to_string),
            "token_type": auth.token_type().map(|token_type| token_type.as_str()),
            "has_token": auth.token().is_some(),
        }))
    };
    let app = Router::new().fallback(describe).layer(ClerkLayer::new(clerk.config()));
    let signed_in = json!({
        "signed_in": true,
        "user": ada.id,
        "session": session.id(),
        "status": "active",
        "actor": { "sub": "user_support" },
        "organization": [acme.id, acme.slug, "org:admin"],
        "permissions": ["org:billing:read"],
        "tier": "gold",
        "has": [true, false],
        "reason": null,
        "token_type": "session_token",
        "has_token": true,
    });
    assert_eq!(get("/").bearer(session.token()).send(&app).await.json(), signed_in);
    assert_eq!(get("/").cookies(session.cookies()).send(&app).await.json(), signed_in);
    let signed_out = json!({
        "signed_in": false,
        "user": null,
        "session": null,
        "status": null,
        "actor": null,
        "organization": [null, null, null],
        "permissions": null,
        "tier": null,
        "has": [false, false],
        "reason": "token-invalid",
        "token_type": "session_token",
        "has_token": false,
    });
    assert_eq!(get("/").bearer("invalid").send(&app).await.json(), signed_out);
}

#[tokio::test]
async fn signed_in_exposes_ids_without_options() {
    let clerk = shared_emulator().await;
    let describe = async |session: SignedIn| {
        format!("{} {} {}", session.user_id(), session.session_id().unwrap(), session.token())
    };
    let app = Router::new().fallback(describe).layer(ClerkLayer::new(clerk.config()));
    let session = sign_in(clerk);
    let token = session.token();
    let response = get("/").bearer(&token).send(&app).await;
    assert_eq!(response.body, format!("{} {} {token}", session.user_id(), session.id()));
    assert_eq!(get("/").send(&app).await.status, 401);
}

#[tokio::test]
async fn only_signed_in_users_with_old_factors_must_reverify() {
    let clerk = shared_emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let describe = async |auth: ClerkAuth| {
        let [strict, lax] = [Reverification::STRICT, Reverification::LAX];
        Json(json!({
            "reverified": [auth.reverified(strict), auth.reverified(lax)],
            "needed": [auth.needs_reverification(strict), auth.needs_reverification(lax)],
            "required": [
                auth.require_reverification(strict).is_err(),
                auth.require_reverification(lax).is_err(),
            ],
        }))
    };
    let app = Router::new().fallback(describe).layer(ClerkLayer::new(clerk.config()));
    for (age, needed) in [(9, [false, false]), (10, [true, false]), (1440, [true, true])] {
        let token = clerk.sign_in(&ada.id).factor_verification_age(age, -1).token();
        let expected = json!({
            "reverified": needed.map(|needed| !needed),
            "needed": needed,
            "required": needed,
        });
        assert_eq!(get("/").bearer(token).send(&app).await.json(), expected, "{age} minutes");
    }
    let signed_out = json!({
        "reverified": [false, false],
        "needed": [false, false],
        "required": [true, true],
    });
    assert_eq!(get("/").send(&app).await.json(), signed_out);
}

/// Returns an app whose handlers call the Backend API on behalf of the session.
pub(crate) fn backend_api_app(config: impl Into<Clerk>) -> Router {
    let me = async |session: SignedIn| -> Result<Json<User>> {
        Ok(Json((*session.user().await?).clone()))
    };
    let organization = async |auth: ClerkAuth| -> Result<String> {
        Ok(auth
            .organization()
            .await?
            .map_or("none".into(), |organization| organization.name.clone()))
    };
    let has_user = async |auth: ClerkAuth| -> Result<String> {
        Ok(format!("{}", auth.user().await?.is_some()))
    };
    let token = async |auth: ClerkAuth| -> Result<String> {
        Ok(auth.token_for_template("reports").await?.expose().to_owned())
    };
    Router::new()
        .route("/me", routing::get(me))
        .route("/organization", routing::get(organization))
        .route("/has-user", routing::get(has_user))
        .route("/token", routing::get(token))
        .layer(ClerkLayer::new(config))
}

#[tokio::test]
async fn user_is_fetched_once_and_cached_for_a_minute() {
    let clerk = emulator().await;
    let handle = Clerk::new(clerk.config());
    let app = backend_api_app(handle.clone());
    let ada = clerk.create_user(CreateUser::default().first_name("Ada"));
    let token = clerk.sign_in(&ada.id).expires_in(Duration::from_secs(600)).token();
    let path = format!("/v1/users/{}", ada.id);

    let me = async || get("/me").bearer(&token).send(&app).await.json();
    for response in futures_util::future::join_all((0..100).map(|_| me())).await {
        assert_eq!(response["first_name"], "Ada");
    }
    assert_eq!(clerk.requests(&path), 1, "concurrent requests share one fetch");

    let elsewhere = Clerk::new(clerk.config());
    let params = UpdateUser::default().first_name("Augusta");
    elsewhere.users().update(&ada.id, &params).await.unwrap();
    let fetches = clerk.requests(&path);
    clerk.clock().advance(Duration::from_millis(59_999));
    assert_eq!(me().await["first_name"], "Ada");
    assert_eq!(clerk.requests(&path), fetches);
    clerk.clock().advance(Duration::from_millis(1));
    assert_eq!(me().await["first_name"], "Augusta");
    assert_eq!(clerk.requests(&path), fetches + 1);

    handle.forget_user(&ada.id).await;
    me().await;
    assert_eq!(clerk.requests(&path), fetches + 2);
}

#[tokio::test]
async fn user_cache_distinguishes_users() {
    let clerk = shared_emulator().await;
    let app = backend_api_app(clerk.config());
    for session in [sign_in(clerk), sign_in(clerk)] {
        assert_eq!(
            get("/me").bearer(session.token()).send(&app).await.json()["id"],
            session.user_id()
        );
    }
}

#[tokio::test]
async fn organization_is_fetched_once_and_cached_for_a_minute() {
    let clerk = emulator().await;
    let handle = Clerk::new(clerk.config());
    let app = backend_api_app(handle.clone());
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let session =
        clerk.sign_in(&ada.id).expires_in(Duration::from_secs(600)).organization(&acme.id);
    let (token, path) = (session.token(), format!("/v1/organizations/{}", acme.id));

    let name = async || get("/organization").bearer(&token).send(&app).await.body;
    for response in futures_util::future::join_all((0..100).map(|_| name())).await {
        assert_eq!(response, "Acme");
    }
    assert_eq!(clerk.requests(&path), 1);
    clerk.clock().advance(Duration::from_secs(60));
    name().await;
    assert_eq!(clerk.requests(&path), 2);
    handle.forget_organization(&acme.id).await;
    name().await;
    assert_eq!(clerk.requests(&path), 3);

    let personal = clerk.sign_in(&ada.id).token();
    assert_eq!(get("/organization").bearer(personal).send(&app).await.body, "none");
    assert_eq!(clerk.requests(&path), 3);
}

#[tokio::test]
async fn user_changed_through_the_api_is_fetched_again() {
    let clerk = shared_emulator().await;
    let handle = Clerk::new(clerk.config());
    let id = clerk.create_user(CreateUser::default().first_name("Ada")).id;
    let name = async || handle.user(&id).await.unwrap().first_name.clone();
    assert_eq!(name().await.as_deref(), Some("Ada"));
    let params = UpdateUser::default().first_name("Grace");
    Clerk::new(clerk.config()).users().update(&id, &params).await.unwrap();
    assert_eq!(name().await.as_deref(), Some("Ada"), "cached");
    let params = UpdateUser::default().first_name("Joan");
    handle.users().update(&id, &params).await.unwrap();
    assert_eq!(name().await.as_deref(), Some("Joan"));
    handle.with_retry(RetryPolicy::none()).users().delete(&id).await.unwrap();
    assert!(handle.user(&id).await.unwrap_err().api().unwrap().is_not_found());
}

#[tokio::test]
async fn organization_changed_through_the_api_is_fetched_again() {
    let clerk = shared_emulator().await;
    let handle = Clerk::new(clerk.config());
    let id = clerk.create_organization(CreateOrganization::new("Acme")).id;
    assert_eq!(handle.organization(&id).await.unwrap().name, "Acme");
    let params = UpdateOrganization::default().name("Apex");
    handle.organizations().update(&id, &params).await.unwrap();
    assert_eq!(handle.organization(&id).await.unwrap().name, "Apex");
}

#[tokio::test]
async fn signed_out_request_has_no_user() {
    let clerk = shared_emulator().await;
    let app = backend_api_app(clerk.config());
    assert_eq!(get("/has-user").send(&app).await.body, "false");
    assert_eq!(get("/has-user").bearer(sign_in(clerk).token()).send(&app).await.body, "true");
}

#[tokio::test]
async fn token_is_created_from_a_template() {
    let clerk = shared_emulator().await;
    clerk.create_jwt_template("reports", json!({ "role": "reader", "user": "{{user.id}}" }));
    let handle = Clerk::new(clerk.config());
    let (app, session) = (backend_api_app(handle.clone()), sign_in(clerk));
    let token = get("/token").bearer(session.token()).send(&app).await.body;
    let verified = handle.verify_token(&token).await.unwrap();
    let claims = verified.claims();
    assert_eq!(
        (claims.get("role"), claims.get("user")),
        (Some(&json!("reader")), Some(&json!(session.user_id())))
    );

    let response = get("/token").bearer("invalid").send(&app).await;
    assert_eq!((response.status.as_u16(), response.code().as_str()), (401, "token-invalid"));
}

#[tokio::test]
async fn handler_can_read_sign_in_up_and_out_urls() {
    let clerk = shared_emulator().await;
    let config = clerk
        .config_builder()
        .sign_in_url("/sign-in")
        .sign_up_url("/sign-up")
        .sign_out_url("/sign-out");
    let urls = async |auth: ClerkAuth| {
        Json(json!(
            [auth.sign_in_url(), auth.sign_up_url(), auth.sign_out_url()]
                .map(|url| url.map(String::from))
        ))
    };
    let app = Router::new()
        .nest("/nested", Router::new().fallback(urls))
        .route("/redirect", routing::get(async |auth: ClerkAuth| auth.redirect_to_sign_in()))
        .layer(ClerkLayer::new(config.build().unwrap()));
    let return_query = "redirect_url=https%3A%2F%2Fexample.com%2Fnested%2Fa%3Fb%3Dc";
    let expected: Value = ["sign-in", "sign-up", "sign-out"]
        .map(|page| format!("https://example.com/{page}?{return_query}"))
        .to_vec()
        .into();
    let request = get("/nested/a?b=c")
        .header("x-forwarded-host", "example.com")
        .header("x-forwarded-proto", "https");
    assert_eq!(request.send(&app).await.json(), expected);

    let response = get("/redirect").send(&app).await;
    assert_eq!(response.status, 303);
    assert!(
        response.header("location").starts_with("http://app.example.com/sign-in?redirect_url="),
        "{response:?}"
    );
}

#[tokio::test]
async fn development_urls_carry_the_dev_browser_token() {
    let clerk = shared_emulator().await;
    let config = clerk.config_builder().sign_in_url("https://accounts.example.com/sign-in");
    let url = async |auth: ClerkAuth| String::from(auth.sign_in_url().unwrap());
    let app = Router::new().fallback(url).layer(ClerkLayer::new(config.build().unwrap()));
    let cookies = "__clerk_db_jwt=dvb_cookie";
    let url = get("/").cookies(cookies).send(&app).await.body;
    assert!(url.ends_with("&__clerk_db_jwt=dvb_cookie"), "{url}");
    let url = get("/?__clerk_db_jwt=dvb_query").cookies(cookies).send(&app).await.body;
    assert!(url.ends_with("&__clerk_db_jwt=dvb_query"), "{url}");
    let url = get("/").send(&app).await.body;
    assert!(!url.contains("__clerk_db_jwt"), "{url}");
}

#[tokio::test]
async fn handle_comes_from_the_state_or_from_the_layer() {
    #[derive(Clone)]
    struct AppState {
        clerk: Clerk,
    }
    impl FromRef<AppState> for Clerk {
        fn from_ref(state: &AppState) -> Self {
            state.clerk.clone()
        }
    }
    let clerk = shared_emulator().await;
    let state = AppState { clerk: Clerk::new(clerk.config()) };
    let ada = clerk.create_user(CreateUser::default().first_name("Ada"));
    let from_state = {
        let id = ada.id.clone();
        async move |State(clerk): State<Clerk>| -> Result<String> {
            Ok(clerk.user(&id).await?.first_name.clone().unwrap())
        }
    };
    let from_layer =
        async move |clerk: Clerk| -> Result<String> { Ok(clerk.user(&ada.id).await?.id.clone()) };
    let app = Router::new()
        .route("/layer", routing::get(from_layer))
        .layer(ClerkLayer::new(state.clerk.clone()))
        .route("/state", routing::get(from_state))
        .with_state(state);
    assert_eq!(get("/state").send(&app).await.body, "Ada", "without the layer");
    assert!(get("/layer").send(&app).await.body.starts_with("user_"));
}

#[tokio::test]
async fn active_organization_is_extracted() {
    let clerk = shared_emulator().await;
    let describe = async |organization: ActiveOrganization| {
        format!("{} {}", organization.id(), organization.role().unwrap())
    };
    let optional = async |organization: Option<ActiveOrganization>| {
        organization.map_or("none".into(), |organization| organization.id().to_owned())
    };
    let app = Router::new()
        .route("/", routing::get(describe))
        .route("/optional", routing::get(optional))
        .layer(ClerkLayer::new(clerk.config_builder().sign_in_url("/sign-in").build().unwrap()));
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    clerk.add_member(&acme.id, &ada.id, "org:admin", []);
    let member = clerk.sign_in(&ada.id).organization(&acme.id).token();
    let personal = clerk.sign_in(&ada.id).token();
    let send = async |path: &str, token: &str| get(path).bearer(token).send(&app).await;

    assert_eq!(send("/", &member).await.body, format!("{} org:admin", acme.id));
    let rejected = send("/", &personal).await;
    assert_eq!((rejected.status.as_u16(), rejected.code().as_str()), (403, "forbidden"));
    assert_eq!(rejected.json()["errors"][0]["message"], "This requires an active organization.");
    assert_eq!(send("/", "invalid").await.status, 401);
    assert_eq!(get("/").page().bearer("invalid").send(&app).await.status, 303);

    assert_eq!(send("/optional", &member).await.body, acme.id);
    assert_eq!(send("/optional", &personal).await.body, "none");
    assert_eq!(get("/optional").send(&app).await.body, "none");
    assert_eq!(send("/optional", "invalid").await.status, 401);
}
