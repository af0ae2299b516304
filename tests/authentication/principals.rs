//! The caller of a request, with any type of token, and the types that a route accepts.

use axum::{Json, Router, routing};
use axum_clerk::{
    ClerkAuth, ClerkConfigBuilder, ClerkLayer, Principal, SignedIn, TokenType, VerifiedApiKey,
    api::{CreateOrganization, CreateUser},
    emulator::ClerkEmulator,
    guard, require_auth,
};
use serde_json::{Value, json};
use url::Url;

use super::support::{emulator, get, sign_in};

/// Returns an app that describes its caller, as the extractor and as [`ClerkAuth`] see it.
fn app(config: ClerkConfigBuilder) -> Router {
    let extracted = async |caller: Principal| {
        Json(json!({
            "type": caller.token_type(),
            "subject": caller.subject(),
            "user": caller.user_id(),
            "organization": caller.organization_id(),
            "machine": caller.machine_id(),
            "scopes": caller.scopes(),
            "session": caller.session().is_some(),
            "scoped": caller.has(guard::scope("read")),
            "admin": caller.has(guard::role("org:admin")),
        }))
    };
    let found = async |auth: ClerkAuth| {
        Json(json!({
            "type": auth.token_type(),
            "subject": auth.subject(),
            "user": auth.user_id(),
            "organization": auth.organization_id(),
            "machine": auth.principal().and_then(|caller| caller.machine_id().map(str::to_owned)),
            "scopes": auth.scopes(),
            "session": auth.is_signed_in(),
            "scoped": auth.has(guard::scope("read")),
            "admin": auth.has(guard::role("org:admin")),
        }))
    };
    Router::new()
        .route("/extracted", routing::get(extracted))
        .route("/found", routing::get(found))
        .layer(ClerkLayer::new(config.build().unwrap()))
}

fn all_tokens(clerk: &ClerkEmulator) -> ClerkConfigBuilder {
    clerk.config_builder().accept_tokens(TokenType::ALL)
}

/// Creates a token of each type, in the order of [`TokenType::ALL`].
fn tokens(clerk: &ClerkEmulator) -> [(TokenType, String); 4] {
    let session = sign_in(clerk);
    let [key, m2m, oauth] = [
        clerk.create_api_key(session.user_id()),
        clerk.create_m2m_token(&clerk.create_machine("jobs")),
        clerk.create_oauth_access_token(session.user_id()),
    ]
    .map(|credential| credential.token());
    let [a, b, c, d] = TokenType::ALL;
    [(a, session.token()), (b, key), (c, m2m), (d, oauth)]
}

#[tokio::test]
async fn caller_is_the_same_for_every_type_of_token() {
    let clerk = emulator().await;
    let app = app(all_tokens(&clerk));
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    clerk.add_member(&acme.id, &ada.id, "org:admin", []);
    let [sender, receiver] = ["sender", "receiver"].map(|name| clerk.create_machine(name));
    let sender = sender.scoped_to(&receiver);
    let m2m = clerk.create_m2m_token(&sender);
    let oauth = clerk.create_oauth_access_token(&ada.id).scopes(["read"]);
    let session = clerk.sign_in(&ada.id).organization(&acme.id);
    let null = Value::Null;
    for (token, kind, subject, user, organization, machine, scopes, scoped, admin) in [
        (
            session.token(),
            "session_token",
            &*ada.id,
            json!(ada.id),
            json!(acme.id),
            null.clone(),
            json!([]),
            false,
            true,
        ),
        (
            clerk.create_api_key(&ada.id).scopes(["read"]).token(),
            "api_key",
            &ada.id,
            json!(ada.id),
            null.clone(),
            null.clone(),
            json!(["read"]),
            true,
            false,
        ),
        (
            clerk.create_api_key(&acme.id).token(),
            "api_key",
            &acme.id,
            null.clone(),
            json!(acme.id),
            null.clone(),
            json!([]),
            false,
            false,
        ),
        (
            m2m.token(),
            "m2m_token",
            sender.id(),
            null.clone(),
            null.clone(),
            json!(sender.id()),
            json!([receiver.id()]),
            false,
            false,
        ),
        (
            oauth.jwt(),
            "oauth_token",
            &ada.id,
            json!(ada.id),
            null.clone(),
            null.clone(),
            json!(["read"]),
            true,
            false,
        ),
    ] {
        let expected = json!({
            "type": kind,
            "subject": subject,
            "user": user,
            "organization": organization,
            "machine": machine,
            "scopes": scopes,
            "session": kind == "session_token",
            "scoped": scoped,
            "admin": admin,
        });
        for path in ["/extracted", "/found"] {
            let found = get(path).bearer(&token).send(&app).await.json();
            assert_eq!(found, expected, "{path}");
        }
    }
}

#[tokio::test]
async fn strangers_have_no_principal() {
    let clerk = emulator().await;
    let config = all_tokens(&clerk).sign_in_url("https://accounts.example.com/sign-in");
    let app = app(config);
    let found = get("/found").bearer("invalid").send(&app).await.json();
    for field in ["subject", "user", "organization", "machine"] {
        assert_eq!(found[field], Value::Null, "{field}");
    }
    assert_eq!((&found["scoped"], &found["scopes"]), (&json!(false), &json!([])));
    for token in ["invalid", "ak_unknown"] {
        assert_eq!(get("/extracted").bearer(token).send(&app).await.status, 401, "{token}");
    }
    let page = get("/extracted").page().bearer("invalid").send(&app).await;
    let location = Url::parse(page.header("location")).unwrap();
    assert_eq!((page.status.as_u16(), location.path()), (303, "/sign-in"));
    let session = sign_in(&clerk).status("pending");
    let pending = get("/extracted").bearer(session.token()).send(&app).await;
    assert_eq!((pending.status.as_u16(), pending.code().as_str()), (401, "session-pending"));
    clerk.go_down();
    assert_eq!(get("/extracted").bearer("ak_a").send(&app).await.status, 503);
}

#[tokio::test]
async fn user_of_an_api_key_is_fetched() {
    let clerk = emulator().await;
    let handler = async |auth: ClerkAuth| -> axum_clerk::Result<String> {
        let (user, organization) = (auth.user().await?, auth.organization().await?);
        let user = user.map_or("no user".into(), |user| user.id.clone());
        let organization = organization.map_or("none".into(), |found| found.name.clone());
        Ok(format!("{user} {organization}"))
    };
    let layer = ClerkLayer::new(all_tokens(&clerk).build().unwrap());
    let app = Router::new().fallback(handler).layer(layer);
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    for (subject, expected) in
        [(&ada.id, format!("{} none", ada.id)), (&acme.id, "no user Acme".into())]
    {
        let key = clerk.create_api_key(subject).token();
        assert_eq!(get("/").bearer(key).send(&app).await.body, expected);
    }
}

#[tokio::test]
async fn routes_accept_types_of_token() {
    use TokenType::{ApiKey, M2mToken, OAuthToken, SessionToken};
    let clerk = emulator().await;
    let tokens = tokens(&clerk);
    for accepted in [
        &[SessionToken][..],
        &[ApiKey],
        &[M2mToken],
        &[OAuthToken],
        &[SessionToken, ApiKey],
        &[M2mToken, OAuthToken],
        &TokenType::ALL,
    ] {
        let app = Router::new()
            .fallback(async |caller: Principal| caller.token_type().to_string())
            .layer(guard::accept(accepted.iter().copied()))
            .layer(ClerkLayer::new(all_tokens(&clerk).build().unwrap()));
        for (token_type, token) in &tokens {
            let response = get("/").bearer(token).send(&app).await;
            if accepted.contains(token_type) {
                assert_eq!((response.status.as_u16(), &*response.body), (200, token_type.as_str()));
                continue;
            }
            let code = "token-type-mismatch";
            assert_eq!((response.status.as_u16(), &*response.code()), (401, code), "{token_type}");
            assert_eq!(response.reason(), code);
            assert_eq!(response.header("x-clerk-auth-status"), "signed-out");
            assert_eq!(response.header("www-authenticate"), "Bearer");
        }
        for token in ["invalid", "ak_unknown"] {
            assert_eq!(get("/").bearer(token).send(&app).await.status, 401);
        }
        let nothing = get("/").header("accept", "application/json").send(&app).await;
        assert_eq!(nothing.status, 401);
    }
}

#[tokio::test]
async fn configuration_limits_the_types_that_routes_accept() {
    let clerk = emulator().await;
    for configured in TokenType::ALL {
        let app = Router::new()
            .fallback(async |caller: Principal| caller.token_type().to_string())
            .layer(guard::accept(TokenType::ALL))
            .layer(ClerkLayer::new(
                clerk.config_builder().accept_tokens([configured]).build().unwrap(),
            ));
        for (token_type, token) in tokens(&clerk) {
            let expected = if token_type == configured { 200 } else { 401 };
            let status = get("/").bearer(token).send(&app).await.status;
            assert_eq!(status, expected, "{token_type} where only {configured} is configured");
        }
    }
}

#[tokio::test]
async fn signed_in_user_is_not_sent_to_sign_in_for_a_key() {
    let clerk = emulator().await;
    let app = Router::new()
        .route("/key", routing::get(async || "ok").layer(guard::accept([TokenType::ApiKey])))
        .route("/scoped", routing::get(async || "ok").layer(guard::require_scope("read")))
        .route("/extracted", routing::get(async |_: VerifiedApiKey| "ok"))
        .route("/session", routing::get(async |_: SignedIn| "ok").layer(require_auth()))
        .layer(ClerkLayer::new(all_tokens(&clerk).build().unwrap()));
    let cookies = sign_in(&clerk).cookies();
    for path in ["/key", "/scoped", "/extracted"] {
        let response = get(path).page().cookies(&cookies).send(&app).await;
        assert_eq!(response.status, 401, "{path}");
        assert_eq!(response.reason(), "token-type-mismatch", "{path}");
    }
    assert_eq!(get("/session").page().cookies(&cookies).send(&app).await.status, 200);
    let pending = sign_in(&clerk).status("pending");
    let response = get("/key").bearer(pending.token()).send(&app).await;
    assert_eq!(response.code(), "token-type-mismatch", "sessions are not accepted, pending or not");
}

#[test]
#[should_panic(expected = "guard::accept without types")]
fn accepting_no_types_panics_at_startup() {
    let _ = guard::accept([]);
}
