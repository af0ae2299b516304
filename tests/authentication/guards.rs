//! Guards: whom they let through, and how they answer the others.

use axum::{Router, body::Body, response::Response, routing};
use axum_clerk::{
    Clerk, ClerkConfig, ClerkLayer, Refusal, Reverification, ReverificationLevel, SignedIn,
    api::{CreateOrganization, CreateUser},
    emulator::{ClerkEmulator, EmulatedSession},
    guard::{self, Guard},
    require_auth, require_reverification,
};
use http::{Method, StatusCode};
use serde_json::json;
use tower::ServiceBuilder;
use url::Url;

use super::support::{get, logged, post, shared, sign_in};

async fn ok() -> &'static str {
    "ok"
}

/// An application that is guarded as a whole.
fn guarded(config: ClerkConfig, guard: Guard<Body>) -> Router {
    Router::new().fallback(ok).layer(guard).layer(ClerkLayer::new(config))
}

/// A session in an organization, with that role and these permissions there.
fn member(clerk: &ClerkEmulator, role: &str, permissions: &[&str]) -> EmulatedSession {
    let user = clerk.create_user(CreateUser::default());
    let slug = user.id.replace('_', "-").to_lowercase();
    let organization = clerk.create_organization(CreateOrganization::new("Acme").slug(slug));
    clerk.add_member(&organization.id, &user.id, role, permissions.iter().copied());
    clerk.sign_in(&user.id).organization(&organization.id)
}

#[tokio::test]
async fn a_guard_holds_wherever_it_is_put() {
    let clerk = shared().await;
    let handle = Clerk::new(clerk.config());
    let layer = || ClerkLayer::new(handle.clone());
    let token = sign_in(clerk).token();
    let route = || Router::new().route("/a/b", routing::get(ok));
    for app in [
        route().layer(require_auth()).layer(layer()),
        route().route_layer(require_auth()).layer(layer()),
        Router::new().route("/a/b", routing::get(ok).layer(require_auth())).layer(layer()),
        Router::new().route("/a/b", routing::get(ok).route_layer(require_auth())).layer(layer()),
        Router::new()
            .nest("/a", Router::new().route("/b", routing::get(ok)).layer(require_auth()))
            .layer(layer()),
        Router::new()
            .nest("/a", Router::new().route("/b", routing::get(ok)))
            .layer(require_auth())
            .layer(layer()),
        route().layer(ServiceBuilder::new().layer(layer()).layer(require_auth())),
        Router::new().fallback(ok).layer(require_auth()).layer(layer()),
    ] {
        assert_eq!(get("/a/b").send(&app).await.status, 401);
        assert_eq!(get("/a/b").method(Method::HEAD).send(&app).await.status, 401);
        assert_eq!(get("/a/b").bearer(&token).send(&app).await.body, "ok");
    }
    let one_route = Router::new()
        .route("/a", routing::get(ok).layer(require_auth()).post(ok))
        .route("/b", routing::get(ok))
        .layer(layer());
    assert_eq!(get("/a").send(&one_route).await.status, 401);
    assert_eq!(post("/a").send(&one_route).await.status, 200, "added after the guard");
    assert_eq!(get("/b").send(&one_route).await.status, 200);
}

#[tokio::test]
async fn who_is_signed_out_is_refused_with_401() {
    let clerk = shared().await;
    for guard in [
        require_auth(),
        guard::require(guard::role("org:admin")),
        require_reverification(Reverification::LAX),
    ] {
        let app = guarded(clerk.config(), guard);
        for (call, code) in
            [(post("/"), "dev-browser-missing"), (get("/").bearer("invalid"), "token-invalid")]
        {
            let answer = call.send(&app).await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("www-authenticate")),
                (401, "Bearer")
            );
            assert_eq!(answer.code(), code);
            assert_eq!(answer.reason(), code, "the layer's headers come along");
        }
    }
}

#[tokio::test]
async fn a_page_is_redirected_to_sign_in_and_back() {
    let clerk = shared().await;
    let config = clerk
        .config_builder()
        .sign_in_url("https://accounts.example.com/sign-in?a=b")
        .build()
        .unwrap();
    let app = Router::new()
        .route("/guarded", routing::any(ok).layer(require_auth()))
        .route("/signed-in", routing::any(async |_: SignedIn| "ok"))
        .layer(ClerkLayer::new(config));
    for path in ["/guarded", "/signed-in"] {
        for call in [
            get(&format!("{path}?tab=1&x=%2F")).page().cookies("__clerk_db_jwt=dvb_1"),
            get(&format!("{path}?tab=1&x=%2F"))
                .header("sec-fetch-dest", "document")
                .bearer("invalid"),
        ] {
            let answer = call.header("x-forwarded-proto", "https").send(&app).await;
            assert_eq!((answer.status.as_u16(), answer.body.as_str()), (303, ""));
            assert_eq!(answer.header("cache-control"), "no-store");
            let location = Url::parse(answer.header("location")).unwrap();
            assert_eq!(location.host_str(), Some("accounts.example.com"));
            let mut query = location.query_pairs().filter(|(name, _)| name == "redirect_url");
            let back = format!("https://app.example.com{path}?tab=1&x=%2F");
            assert_eq!(query.next().unwrap().1, back);
        }
        for call in [
            get(path).page().method(Method::POST),
            get(path).header("accept", "application/json"),
            get(path).header("accept", "*/*"),
            get(path).page().header("sec-fetch-dest", "empty"),
            get(path),
        ] {
            let answer = call.bearer("invalid").send(&app).await;
            assert_eq!((answer.status.as_u16(), answer.header("location")), (401, ""));
        }
    }
}

#[tokio::test]
async fn a_page_that_may_not_be_seen_is_not_redirected() {
    let clerk = shared().await;
    let app = guarded(clerk.config(), guard::require(guard::role("org:admin")));
    let answer = get("/").page().bearer(sign_in(clerk).token()).send(&app).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "forbidden"));
}

#[tokio::test]
async fn without_a_place_to_sign_in_a_page_is_refused() {
    let clerk = shared().await;
    let app = guarded(super::support::header_only(clerk).build().unwrap(), require_auth());
    assert_eq!(get("/").page().send(&app).await.status, 401);
}

#[tokio::test]
async fn roles_permissions_features_and_plans_are_asked_for() {
    let clerk = shared().await;
    let admin = member(clerk, "org:admin", &["org:billing:read", "org:teams:manage"]);
    let admin = admin.features(["o:chat", "u:export"]).plans(["o:team", "u:pro"]);
    let stranger = sign_in(clerk);
    for (met, unmet) in [
        (guard::role("org:admin"), guard::role("org:member")),
        (guard::permission("org:billing:read"), guard::permission("org:billing:manage")),
        (guard::permission("org:teams:manage"), guard::permission("org:teams:read")),
        (guard::feature("chat"), guard::feature("u:chat")),
        (guard::feature("user:export"), guard::feature("org:export")),
        (guard::plan("org:team"), guard::plan("user:team")),
        (guard::plan("pro"), guard::plan("enterprise")),
        (
            guard::role("org:admin").and(guard::plan("pro")),
            guard::role("org:admin").and(guard::plan("basic")),
        ),
    ] {
        let app = guarded(clerk.config(), guard::require(met.clone()));
        assert_eq!(get("/").bearer(admin.token()).send(&app).await.status, 200, "{met}");
        let answer = get("/").bearer(stranger.token()).send(&app).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "forbidden"), "{met}");
        assert_eq!((answer.header("www-authenticate"), answer.reason()), ("", ""));

        let app = guarded(clerk.config(), guard::require(unmet.clone()));
        assert_eq!(get("/").bearer(admin.token()).send(&app).await.status, 403, "{unmet}");
    }
}

#[tokio::test]
async fn a_refusal_says_what_is_lacking() {
    let clerk = shared().await;
    let app = guarded(clerk.config(), guard::require(guard::permission("org:billing:read")));
    let answer = get("/").bearer(sign_in(clerk).token()).send(&app).await;
    assert_eq!(
        answer.json(),
        json!({ "errors": [{ "code": "forbidden", "message": "This needs the permission org:billing:read." }] })
    );
}

#[tokio::test]
async fn presets_ask_for_factors_as_fresh_as_they_say() {
    use Reverification as R;
    let clerk = shared().await;
    let first_factor = R::new(ReverificationLevel::FirstFactor, 5);
    let presets = [R::STRICT_MFA, R::STRICT, R::MODERATE, R::LAX, first_factor];
    let apps = presets.map(|preset| guarded(clerk.config(), require_reverification(preset)));
    for ((first, second), expected) in [
        ((0, -1), [200, 200, 200, 200, 200]),
        ((9, -1), [200, 200, 200, 200, 403]),
        ((10, -1), [403, 403, 200, 200, 403]),
        ((60, -1), [403, 403, 403, 200, 403]),
        ((1440, -1), [403, 403, 403, 403, 403]),
        ((20, 5), [403, 200, 200, 200, 403]),
        ((5, 20), [403, 403, 200, 200, 403]),
        ((3, 5), [200, 200, 200, 200, 200]),
        ((-1, -1), [403, 403, 403, 403, 403]),
    ] {
        let token = sign_in(clerk).factor_verification_age(first, second).token();
        for ((app, preset), expected) in apps.iter().zip(presets).zip(expected) {
            let answer = get("/").bearer(&token).send(app).await;
            assert_eq!(
                answer.status.as_u16(),
                expected,
                "{preset}, {first} and {second} minutes ago"
            );
        }
    }
}

#[tokio::test]
async fn a_reverification_is_refused_as_clerks_browser_libraries_understand() {
    let clerk = shared().await;
    let token = sign_in(clerk).factor_verification_age(2000, -1).token();
    for (asked, level, minutes) in [
        (Reverification::STRICT_MFA, "multi_factor", 10),
        (Reverification::STRICT, "second_factor", 10),
        (Reverification::MODERATE, "second_factor", 60),
        (Reverification::LAX, "second_factor", 1440),
        (Reverification::new(ReverificationLevel::FirstFactor, 5), "first_factor", 5),
    ] {
        let expected = json!({ "clerk_error": {
            "type": "forbidden",
            "reason": "reverification-error",
            "metadata": { "reverification": { "level": level, "afterMinutes": minutes } },
        } });
        let by_handler = async move |session: SignedIn| -> axum_clerk::Result<&str> {
            session.require_reverification(asked)?;
            Ok("ok")
        };
        let by_handler = Router::new().fallback(by_handler).layer(ClerkLayer::new(clerk.config()));
        for app in [guarded(clerk.config(), require_reverification(asked)), by_handler] {
            let answer = get("/").page().bearer(&token).send(&app).await;
            assert_eq!((answer.status.as_u16(), answer.json()), (403, expected.clone()));
        }
    }
}

#[tokio::test]
async fn nobody_verifies_again_for_what_stays_forbidden() {
    let clerk = shared().await;
    let asked = guard::require(guard::role("org:admin").and(Reverification::STRICT));
    let app = guarded(clerk.config(), asked);
    let stranger = sign_in(clerk).factor_verification_age(2000, -1);
    assert_eq!(get("/").bearer(stranger.token()).send(&app).await.code(), "forbidden");
    let admin = member(clerk, "org:admin", &[]).factor_verification_age(2000, -1);
    let answer = get("/").bearer(admin.token()).send(&app).await;
    assert_eq!(answer.json()["clerk_error"]["reason"], "reverification-error");
    let fresh = admin.factor_verification_age(1, -1);
    assert_eq!(get("/").bearer(fresh.token()).send(&app).await.status, 200);
}

#[tokio::test]
async fn a_guard_may_be_limited_to_paths() {
    let clerk = shared().await;
    let guard = require_auth().only(["/admin/*", "/orgs/{id}/settings", "/account"]);
    let app = guarded(clerk.config(), guard);
    let token = sign_in(clerk).token();
    for path in [
        "/admin",
        "/admin/",
        "/admin/users/7?page=2",
        "/orgs/7/settings",
        "/account",
        // In disguise:
        "//admin",
        "//admin//users",
        "/%61dmin/x",
        "/admin%2Fx",
        "/x/../admin",
        "/x/%2e%2e/admin",
        "/x/..%2fadmin",
        "/./admin/x",
        "/account/",
        "/account/.",
        "/orgs/a%2Fb/settings",
        "/orgs//x/../7/settings",
    ] {
        assert_eq!(get(path).send(&app).await.status, 401, "{path}");
        assert_eq!(get(path).bearer(&token).send(&app).await.status, 200, "{path}");
    }
    for path in
        ["/", "/administration", "/x/admin", "/orgs/7", "/accounts", "/account/x", "/?/admin"]
    {
        assert_eq!(get(path).send(&app).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn paths_are_whole_within_a_nested_router() {
    let clerk = shared().await;
    let inner = Router::new()
        .route("/users", routing::get(ok))
        .route("/open", routing::get(ok))
        .layer(require_auth().only(["/admin/users"]));
    let app = Router::new().nest("/admin", inner).layer(ClerkLayer::new(clerk.config()));
    assert_eq!(get("/admin/users").send(&app).await.status, 401);
    assert_eq!(get("/admin/open").send(&app).await.status, 200);
}

#[test]
#[should_panic(expected = "Guard::only: `admin` is no path pattern")]
fn a_pattern_that_is_none_shows_at_start() {
    let _ = require_auth::<Body>().only(["admin"]);
}

#[tokio::test]
async fn refused_requests_can_be_answered_by_the_application() {
    let clerk = shared().await;
    let guard = guard::require(guard::role("org:admin")).on_refusal(|refusal: &Refusal| {
        let response = Response::builder().status(StatusCode::IM_A_TEAPOT);
        response.body(Body::from(format!("{} {refusal}", refusal.status().as_u16()))).unwrap()
    });
    let app = guarded(clerk.config(), guard);
    let signed_out = get("/").bearer("invalid").send(&app).await;
    assert_eq!(
        (signed_out.status.as_u16(), signed_out.body.as_str()),
        (418, "401 nobody is signed in: token-invalid")
    );
    let forbidden = get("/").bearer(sign_in(clerk).token()).send(&app).await;
    assert_eq!(forbidden.body, "403 the session lacks role org:admin");
    let admin = member(clerk, "org:admin", &[]);
    assert_eq!(get("/").bearer(admin.token()).send(&app).await.body, "ok");
}

#[tokio::test]
async fn a_missing_layer_is_a_500_and_the_log_says_what_to_add() {
    let handler = async |_: SignedIn| "ok";
    let wrong_order = ClerkLayer::new(shared().await.config());
    for app in [
        Router::new().fallback(ok).layer(require_auth()),
        Router::new().fallback(ok).layer(require_auth().only(["/*"])),
        Router::new().fallback(ok).layer(require_reverification(Reverification::LAX)),
        Router::new().fallback(handler),
        Router::new().fallback(async |_: axum_clerk::ClerkAuth| "ok"),
        Router::new().fallback(async |_: Clerk| "ok"),
        Router::new().fallback(ok).layer(wrong_order).layer(require_auth()),
    ] {
        let (answer, log) = logged(get("/").page().send(&app)).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (500, "internal-error"));
        assert!(!answer.body.contains("layer"), "{}", answer.body);
        let line = log.lines().find(|line| line.contains("ERROR")).unwrap();
        assert!(line.contains(
            "add `.layer(ClerkLayer::new(config))` to the router after its routes and guards"
        ));
    }
    let optional = Router::new()
        .fallback(async |auth: Option<axum_clerk::ClerkAuth>| format!("{}", auth.is_none()));
    assert_eq!(get("/").send(&optional).await.body, "true");
}

#[tokio::test]
async fn a_pending_session_counts_as_signed_out_unless_configured() {
    let clerk = shared().await;
    let config = clerk.config_builder().sign_in_url("/sign-in");
    let app = guarded(config.clone().build().unwrap(), require_auth());
    let session = sign_in(clerk).status("pending");
    let answer = get("/").bearer(session.token()).send(&app).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (401, "session-pending"));
    let page = get("/").page().cookies(session.cookies()).send(&app).await;
    let location = Url::parse(page.header("location")).unwrap();
    assert_eq!((page.status.as_u16(), location.path()), (303, "/sign-in/tasks"));

    let app = guarded(config.pending_is_signed_in(true).build().unwrap(), require_auth());
    assert_eq!(get("/").bearer(session.token()).send(&app).await.status, 200);
}

#[tokio::test]
async fn a_pending_session_satisfies_nothing() {
    let clerk = shared().await;
    let app = guarded(clerk.config(), guard::require(guard::role("org:admin")));
    let session = member(clerk, "org:admin", &[]).status("pending");
    assert_eq!(get("/").bearer(session.token()).send(&app).await.status, 401);
}
