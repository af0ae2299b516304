//! What handlers get to know, and what becomes of the errors they return.

use std::time::Duration;

use axum::{Json, Router, routing};
use axum_clerk::{
    Clerk, ClerkAuth, ClerkConfig, ClerkLayer, Error, Result, SignedIn,
    api::{CreateOrganization, CreateUser, GetOrganization, UpdateUser, User},
    guard,
};
use serde_json::{Value, json};

use super::support::{
    emulator, get, logged, post, shared, sign_in, token_claims, token_header, with,
};

#[tokio::test]
async fn clerk_auth_tells_what_the_token_says() {
    let clerk = shared().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    clerk.add_member(&acme.id, &ada.id, "org:admin", ["org:billing:read"]);
    let session = clerk
        .sign_in(&ada.id)
        .organization(&acme.id)
        .actor("user_support")
        .claim("tier", "gold")
        .factor_verification_age(3, -1);
    let tell = async |auth: ClerkAuth| {
        Json(json!({
            "signed_in": auth.is_signed_in(),
            "user": auth.user_id(),
            "session": auth.session_id(),
            "status": auth.session_status().map(|status| status.as_str().to_owned()),
            "actor": auth.actor(),
            "organization": [auth.organization_id(), auth.organization_slug(), auth.organization_role()],
            "permissions": auth.organization_permissions(),
            "tier": auth.claims().and_then(|claims| claims.get("tier")),
            "may": [auth.has(guard::role("org:admin")), auth.has(guard::role("org:member"))],
            "reason": auth.reason().map(ToString::to_string),
            "token_type": auth.token_type().map(|token_type| token_type.as_str()),
            "has_token": auth.token().is_some(),
        }))
    };
    let app = Router::new().fallback(tell).layer(ClerkLayer::new(clerk.config()));
    let signed_in = json!({
        "signed_in": true,
        "user": ada.id,
        "session": session.id(),
        "status": "active",
        "actor": { "sub": "user_support" },
        "organization": [acme.id, acme.slug, "org:admin"],
        "permissions": ["org:billing:read"],
        "tier": "gold",
        "may": [true, false],
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
        "may": [false, false],
        "reason": "token-invalid",
        "token_type": "session_token",
        "has_token": false,
    });
    assert_eq!(get("/").bearer("invalid").send(&app).await.json(), signed_out);
}

#[tokio::test]
async fn signed_in_tells_without_options() {
    let clerk = shared().await;
    let tell = async |session: SignedIn| {
        format!("{} {} {}", session.user_id(), session.session_id().unwrap(), session.token())
    };
    let app = Router::new().fallback(tell).layer(ClerkLayer::new(clerk.config()));
    let session = sign_in(clerk);
    let token = session.token();
    let answer = get("/").bearer(&token).send(&app).await;
    assert_eq!(answer.body, format!("{} {} {token}", session.user_id(), session.id()));
    assert_eq!(get("/").send(&app).await.status, 401);
}

/// An application whose `/me` and `/organization` ask the Backend API.
fn asking(config: impl Into<Clerk>) -> Router {
    let me = async |session: SignedIn| -> Result<Json<User>> {
        Ok(Json((*session.user().await?).clone()))
    };
    let organization = async |auth: ClerkAuth| -> Result<String> {
        Ok(auth
            .organization()
            .await?
            .map_or("none".into(), |organization| organization.name.clone()))
    };
    let maybe = async |auth: ClerkAuth| -> Result<String> {
        Ok(format!("{}", auth.user().await?.is_some()))
    };
    let token = async |auth: ClerkAuth| -> Result<String> {
        Ok(auth.token_for_template("reports").await?.expose().to_owned())
    };
    Router::new()
        .route("/me", routing::get(me))
        .route("/organization", routing::get(organization))
        .route("/maybe", routing::get(maybe))
        .route("/token", routing::get(token))
        .layer(ClerkLayer::new(config))
}

#[tokio::test]
async fn a_user_is_asked_for_once_and_remembered_for_a_minute() {
    let clerk = emulator().await;
    let handle = Clerk::new(clerk.config());
    let app = asking(handle.clone());
    let ada = clerk.create_user(CreateUser::default().first_name("Ada"));
    let token = clerk.sign_in(&ada.id).expires_in(Duration::from_secs(600)).token();
    let path = format!("/v1/users/{}", ada.id);

    let me = async || get("/me").bearer(&token).send(&app).await.json();
    for answer in futures_util::future::join_all((0..100).map(|_| me())).await {
        assert_eq!(answer["first_name"], "Ada");
    }
    assert_eq!(clerk.requests(&path), 1, "one flight for all who wait");

    handle.users().update(&ada.id, &UpdateUser::default().first_name("Augusta")).await.unwrap();
    let updated = clerk.requests(&path);
    clerk.clock().advance(Duration::from_millis(59_999));
    assert_eq!(me().await["first_name"], "Ada");
    assert_eq!(clerk.requests(&path), updated);
    clerk.clock().advance(Duration::from_millis(1));
    assert_eq!(me().await["first_name"], "Augusta");
    assert_eq!(clerk.requests(&path), updated + 1);

    handle.forget_user(&ada.id).await;
    me().await;
    assert_eq!(clerk.requests(&path), updated + 2);
}

#[tokio::test]
async fn users_are_told_apart() {
    let clerk = shared().await;
    let app = asking(clerk.config());
    for session in [sign_in(clerk), sign_in(clerk)] {
        assert_eq!(
            get("/me").bearer(session.token()).send(&app).await.json()["id"],
            session.user_id()
        );
    }
}

#[tokio::test]
async fn an_organization_is_asked_for_once_and_remembered_for_a_minute() {
    let clerk = emulator().await;
    let handle = Clerk::new(clerk.config());
    let app = asking(handle.clone());
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let session =
        clerk.sign_in(&ada.id).expires_in(Duration::from_secs(600)).organization(&acme.id);
    let (token, path) = (session.token(), format!("/v1/organizations/{}", acme.id));

    let name = async || get("/organization").bearer(&token).send(&app).await.body;
    for answer in futures_util::future::join_all((0..100).map(|_| name())).await {
        assert_eq!(answer, "Acme");
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
async fn who_is_signed_out_has_no_user() {
    let clerk = shared().await;
    let app = asking(clerk.config());
    assert_eq!(get("/maybe").send(&app).await.body, "false");
    assert_eq!(get("/maybe").bearer(sign_in(clerk).token()).send(&app).await.body, "true");
}

#[tokio::test]
async fn a_token_is_made_from_a_template() {
    let clerk = shared().await;
    clerk.create_jwt_template("reports", json!({ "role": "reader", "who": "{{user.id}}" }));
    let handle = Clerk::new(clerk.config());
    let (app, session) = (asking(handle.clone()), sign_in(clerk));
    let token = get("/token").bearer(session.token()).send(&app).await.body;
    let claims = handle.verify_token(&token).await.unwrap();
    assert_eq!(
        (claims.get("role"), claims.get("who")),
        (Some(&json!("reader")), Some(&json!(session.user_id())))
    );

    let answer = get("/token").bearer("invalid").send(&app).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (401, "token-invalid"));
}

#[tokio::test]
async fn an_error_of_clerks_api_is_a_502_that_tells_nothing_of_it() {
    let clerk = shared().await;
    let app = asking(clerk.config());
    let unknown =
        clerk.sign_token(token_header(clerk), with(token_claims(clerk), "sub", "user_unheard_of"));
    let (answer, log) = logged(get("/me").bearer(unknown).send(&app)).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (502, "bad-gateway"));
    assert!(
        !answer.body.contains("user_unheard_of") && !answer.body.contains("resource_not_found")
    );
    assert!(
        log.lines().any(|line| line.contains("ERROR") && line.contains("resource_not_found")),
        "{log}"
    );
}

#[tokio::test]
async fn an_api_out_of_reach_is_a_503_that_tells_nothing_of_it() {
    let clerk = emulator().await;
    let app = asking(clerk.config());
    let session = sign_in(&clerk);
    assert_eq!(get("/maybe").bearer("invalid").send(&app).await.status, 200);
    assert_eq!(get("/organization").bearer(session.token()).send(&app).await.status, 200);
    clerk.go_down();
    let calls = (0..3).map(|_| get("/me").bearer(session.token()).send(&app));
    for answer in futures_util::future::join_all(calls).await {
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "service-unavailable"));
        assert!(
            !answer.body.contains("127.0.0.1") && !answer.body.contains("connect"),
            "{}",
            answer.body
        );
    }
    clerk.come_up();
    let answer = get("/me").bearer(session.token()).send(&app).await;
    assert_eq!(answer.status, 200, "failures are not remembered");
}

#[tokio::test]
async fn other_errors_tell_nothing_of_the_inside() {
    let clerk = shared().await;
    let config_error = async || -> Result<()> {
        ClerkConfig::builder().secret_key("not-a-key").build()?;
        Ok(())
    };
    let token_error =
        async |clerk: Clerk| -> Result<()> { clerk.verify_token("invalid").await.map(drop) };
    let request_error = async |clerk: Clerk| -> Result<()> {
        clerk.organizations().get("..", &GetOrganization::default()).await?;
        Ok(())
    };
    let app = Router::new()
        .route("/config", routing::get(config_error))
        .route("/token", routing::get(token_error))
        .route("/request", routing::get(request_error))
        .layer(ClerkLayer::new(clerk.config()));
    for (path, status, body) in [
        ("/config", 500, json!({ "code": "internal-error", "message": "Something went wrong." })),
        ("/request", 500, json!({ "code": "internal-error", "message": "Something went wrong." })),
        ("/token", 401, json!({ "code": "token-invalid", "message": "The token was refused." })),
    ] {
        let answer = get(path).send(&app).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (status, json!({ "errors": [body] })));
    }
}

#[tokio::test]
async fn a_handler_finds_out_where_to_sign_in_up_and_out() {
    let clerk = shared().await;
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
    let back = "redirect_url=https%3A%2F%2Fexample.com%2Fnested%2Fa%3Fb%3Dc";
    let expected: Value = ["sign-in", "sign-up", "sign-out"]
        .map(|page| format!("https://example.com/{page}?{back}"))
        .to_vec()
        .into();
    let call = get("/nested/a?b=c")
        .header("x-forwarded-host", "example.com")
        .header("x-forwarded-proto", "https");
    assert_eq!(call.send(&app).await.json(), expected);

    let answer = get("/redirect").send(&app).await;
    assert_eq!(answer.status, 303);
    assert!(
        answer.header("location").starts_with("http://app.example.com/sign-in?redirect_url="),
        "{answer:?}"
    );
}

#[tokio::test]
async fn errors_reach_the_handler_as_they_are() {
    let clerk = shared().await;
    let handler = async |session: SignedIn| match session.user().await {
        Err(Error::Shared(error)) => error.api().unwrap().code().unwrap().to_owned(),
        Err(error) => error.api().unwrap().code().unwrap().to_owned(),
        Ok(_) => "found".into(),
    };
    let app = Router::new().fallback(handler).layer(ClerkLayer::new(clerk.config()));
    let unknown =
        clerk.sign_token(token_header(clerk), with(token_claims(clerk), "sub", "user_unheard_of"));
    assert_eq!(post("/").bearer(unknown).send(&app).await.body, "resource_not_found");
}
