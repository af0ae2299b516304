//! Guards: which requests they let through, and how they reject the others.

use axum::{Router, body::Body, http::request::Parts, response::IntoResponse, routing};
use axum_clerk::{
    ActiveOrganization, AuthRejection, Clerk, ClerkAuth, ClerkConfig, ClerkLayer, Principal,
    Reverification, ReverificationLevel, SignedIn, TokenType,
    api::{CreateOrganization, CreateUser},
    emulator::{ClerkEmulator, EmulatedSession},
    guard::{self, Guard, RejectionResponse},
    require_auth, require_reverification,
};
use http::{Method, StatusCode};
use serde_json::json;
use tower::ServiceBuilder;
use url::Url;

use super::support::{capture_log, get, post, shared_emulator, sign_in};

async fn ok() -> &'static str {
    "ok"
}

/// Returns an app with the guard on all of its routes.
fn guarded_app<R>(config: ClerkConfig, guard: Guard<R>) -> Router
where
    R: RejectionResponse<Body> + Clone + Send + Sync + 'static,
{
    Router::new().fallback(ok).layer(guard).layer(ClerkLayer::new(config))
}

/// Creates a member of a new organization and returns a session that has it active.
fn member(clerk: &ClerkEmulator, role: &str, permissions: &[&str]) -> EmulatedSession {
    let user = clerk.create_user(CreateUser::default());
    let slug = user.id.replace('_', "-").to_lowercase();
    let organization = clerk.create_organization(CreateOrganization::new("Acme").slug(slug));
    clerk.add_member(&organization.id, &user.id, role, permissions.iter().copied());
    clerk.sign_in(&user.id).organization(&organization.id)
}

#[tokio::test]
async fn guard_can_be_added_at_every_level() {
    let clerk = shared_emulator().await;
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
    let partly_guarded = Router::new()
        .route("/a", routing::get(ok).layer(require_auth()).post(ok))
        .route("/b", routing::get(ok))
        .layer(layer());
    assert_eq!(get("/a").send(&partly_guarded).await.status, 401);
    assert_eq!(
        post("/a").send(&partly_guarded).await.status,
        200,
        "a method added after the guard is not guarded"
    );
    assert_eq!(get("/b").send(&partly_guarded).await.status, 200);
}

#[tokio::test]
async fn unauthenticated_request_is_rejected_with_401() {
    let clerk = shared_emulator().await;
    for guard in [
        require_auth(),
        guard::require(guard::role("org:admin")),
        require_reverification(Reverification::LAX),
    ] {
        let app = guarded_app(clerk.config(), guard);
        for (request, code) in
            [(post("/"), "dev-browser-missing"), (get("/").bearer("invalid"), "token-invalid")]
        {
            let response = request.send(&app).await;
            assert_eq!(
                (response.status.as_u16(), response.header("www-authenticate")),
                (401, "Bearer")
            );
            assert_eq!(response.code(), code);
            assert_eq!(response.reason(), code, "the layer adds its headers");
        }
    }
}

#[tokio::test]
async fn guard_checks_roles_permissions_features_and_plans() {
    let clerk = shared_emulator().await;
    let admin = member(clerk, "org:admin", &["org:billing:read", "org:teams:manage"]);
    let admin = admin.features(["o:chat", "u:export"]).plans(["o:team", "u:pro"]);
    let non_member = sign_in(clerk);
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
        let app = guarded_app(clerk.config(), guard::require(met.clone()));
        assert_eq!(get("/").bearer(admin.token()).send(&app).await.status, 200, "{met}");
        let response = get("/").bearer(non_member.token()).send(&app).await;
        assert_eq!(
            (response.status.as_u16(), response.code().as_str()),
            (403, "forbidden"),
            "{met}"
        );
        assert_eq!((response.header("www-authenticate"), response.reason()), ("", ""));

        let app = guarded_app(clerk.config(), guard::require(unmet.clone()));
        assert_eq!(get("/").bearer(admin.token()).send(&app).await.status, 403, "{unmet}");
    }
}

#[tokio::test]
async fn rejection_names_the_missing_permission() {
    let clerk = shared_emulator().await;
    let app = guarded_app(clerk.config(), guard::require(guard::permission("org:billing:read")));
    let response = get("/").bearer(sign_in(clerk).token()).send(&app).await;
    assert_eq!(
        response.json(),
        json!({ "errors": [{
            "code": "forbidden",
            "message": "This requires the permission org:billing:read.",
        }] })
    );
}

#[tokio::test]
async fn reverification_presets_enforce_factor_ages() {
    use Reverification as R;
    let clerk = shared_emulator().await;
    let first_factor = R::new(ReverificationLevel::FirstFactor, 5);
    let presets = [R::STRICT_MFA, R::STRICT, R::MODERATE, R::LAX, first_factor];
    let apps = presets.map(|preset| guarded_app(clerk.config(), require_reverification(preset)));
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
            let response = get("/").bearer(&token).send(app).await;
            assert_eq!(
                response.status.as_u16(),
                expected,
                "{preset}, {first} and {second} minutes ago"
            );
        }
    }
}

#[tokio::test]
async fn reverification_rejection_uses_clerks_json_format() {
    let clerk = shared_emulator().await;
    let token = sign_in(clerk).factor_verification_age(2000, -1).token();
    for (reverification, level, minutes) in [
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
        let handler = async move |session: SignedIn| -> axum_clerk::Result<&str> {
            session.require_reverification(reverification)?;
            Ok("ok")
        };
        let by_handler = Router::new().fallback(handler).layer(ClerkLayer::new(clerk.config()));
        for app in [guarded_app(clerk.config(), require_reverification(reverification)), by_handler]
        {
            let response = get("/").bearer(&token).send(&app).await;
            assert_eq!((response.status.as_u16(), response.json()), (403, expected.clone()));
        }
    }
}

#[tokio::test]
async fn missing_role_takes_precedence_over_reverification() {
    let clerk = shared_emulator().await;
    let guard = guard::require(guard::role("org:admin").and(Reverification::STRICT));
    let app = guarded_app(clerk.config(), guard);
    let non_member = sign_in(clerk).factor_verification_age(2000, -1);
    assert_eq!(get("/").bearer(non_member.token()).send(&app).await.code(), "forbidden");
    let admin = member(clerk, "org:admin", &[]).factor_verification_age(2000, -1);
    let response = get("/").bearer(admin.token()).send(&app).await;
    assert_eq!(response.json()["clerk_error"]["reason"], "reverification-error");
    let fresh = admin.factor_verification_age(1, -1);
    assert_eq!(get("/").bearer(fresh.token()).send(&app).await.status, 200);
}

#[tokio::test]
async fn guard_can_be_limited_to_paths() {
    let clerk = shared_emulator().await;
    let guard = require_auth().only(["/admin/*", "/orgs/{id}/settings", "/account"]);
    let app = guarded_app(clerk.config(), guard);
    let token = sign_in(clerk).token();
    for path in [
        "/admin",
        "/admin/",
        "/admin/users/7?page=2",
        "/orgs/7/settings",
        "/account",
        // Obfuscated:
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
async fn nested_guard_matches_full_path() {
    let clerk = shared_emulator().await;
    let inner = Router::new()
        .route("/users", routing::get(ok))
        .route("/open", routing::get(ok))
        .layer(require_auth().only(["/admin/users"]));
    let app = Router::new().nest("/admin", inner).layer(ClerkLayer::new(clerk.config()));
    assert_eq!(get("/admin/users").send(&app).await.status, 401);
    assert_eq!(get("/admin/open").send(&app).await.status, 200);
}

#[test]
#[should_panic(expected = "Guard::only: `admin` is not a valid path pattern")]
fn invalid_path_pattern_panics_at_startup() {
    let _ = require_auth().only(["admin"]);
}

#[tokio::test]
async fn application_can_customize_the_rejection_response() {
    let clerk = shared_emulator().await;
    let guard = guard::require(guard::role("org:admin")).on_rejection(
        |rejection: &AuthRejection, _: &Parts| {
            let body = format!("{} {rejection}", rejection.status().as_u16());
            (StatusCode::IM_A_TEAPOT, body).into_response()
        },
    );
    let app = guarded_app(clerk.config(), guard);
    let signed_out = get("/").bearer("invalid").send(&app).await;
    assert_eq!(
        (signed_out.status.as_u16(), signed_out.body.as_str()),
        (418, "401 unauthenticated: token-invalid")
    );
    let forbidden = get("/").bearer(sign_in(clerk).token()).send(&app).await;
    assert_eq!(forbidden.body, "403 the caller lacks the role org:admin");
    let admin = member(clerk, "org:admin", &[]);
    assert_eq!(get("/").bearer(admin.token()).send(&app).await.body, "ok");
}

#[tokio::test]
async fn missing_layer_is_500_and_log_says_what_to_add() {
    let handler = async |_: SignedIn| "ok";
    let wrong_order = ClerkLayer::new(shared_emulator().await.config());
    for app in [
        Router::new().fallback(ok).layer(require_auth()),
        Router::new().fallback(ok).layer(require_auth().only(["/*"])),
        Router::new().fallback(ok).layer(require_reverification(Reverification::LAX)),
        Router::new().fallback(handler),
        Router::new().fallback(async |_: ClerkAuth| "ok"),
        Router::new().fallback(async |_: Principal| "ok"),
        Router::new().fallback(async |_: ActiveOrganization| "ok"),
        Router::new().fallback(async |_: Option<SignedIn>| "ok"),
        Router::new().fallback(async |_: Option<Principal>| "ok"),
        Router::new().fallback(ok).layer(guard::accept(TokenType::ALL).allow_pending()),
        Router::new().fallback(async |_: Clerk| "ok"),
        Router::new().fallback(ok).layer(wrong_order).layer(require_auth()),
    ] {
        let (response, log) = capture_log(get("/").send(&app)).await;
        assert_eq!((response.status.as_u16(), response.code().as_str()), (500, "internal-error"));
        assert!(!response.body.contains("layer"), "{}", response.body);
        let line = log.lines().find(|line| line.contains("ERROR")).unwrap();
        assert!(line.contains(
            "add `.layer(ClerkLayer::new(config))` to the router after its routes and guards"
        ));
    }
}

#[tokio::test]
async fn pending_session_is_signed_out_unless_configured() {
    let clerk = shared_emulator().await;
    let config = clerk.config_builder().sign_in_url("/sign-in");
    let app = guarded_app(config.clone().build().unwrap(), require_auth());
    let session = sign_in(clerk).status("pending");
    let response = get("/").bearer(session.token()).send(&app).await;
    assert_eq!((response.status.as_u16(), response.code().as_str()), (401, "session-pending"));
    let page = get("/").page().cookies(session.cookies()).send(&app).await;
    let location = Url::parse(page.header("location")).unwrap();
    assert_eq!((page.status.as_u16(), location.path()), (303, "/sign-in/tasks"));

    let app = guarded_app(config.pending_is_signed_in(true).build().unwrap(), require_auth());
    assert_eq!(get("/").bearer(session.token()).send(&app).await.status, 200);
}

#[tokio::test]
async fn pending_session_is_let_through_where_allowed() {
    let clerk = shared_emulator().await;
    let status = async |session: SignedIn| session.session_status().unwrap().to_string();
    let allowing = || Router::new().fallback(status).layer(require_auth().allow_pending());
    let layer = || ClerkLayer::new(clerk.config());
    let session = sign_in(clerk).status("pending");
    let send = async |app: Router, token: &str| {
        let response = get("/").bearer(token).send(&app).await;
        (response.status.as_u16(), response.body)
    };
    let pending = session.token();
    assert_eq!(send(allowing().layer(layer()), &pending).await, (200, "pending".into()));
    let active = sign_in(clerk).token();
    assert_eq!(send(allowing().layer(layer()), &active).await, (200, "active".into()));
    assert_eq!(send(allowing().layer(layer()), "invalid").await.0, 401);

    let around = allowing().layer(require_auth()).layer(layer());
    assert_eq!(send(around, &pending).await.0, 401, "the guard around it rejects");
    let behind = Router::new()
        .fallback(status)
        .layer(require_auth())
        .layer(require_auth().allow_pending())
        .layer(layer());
    assert_eq!(send(behind, &pending).await.0, 401, "the guard behind it rejects");
    let elsewhere = Router::new()
        .fallback(status)
        .layer(require_auth().allow_pending().only(["/tasks"]))
        .layer(layer());
    assert_eq!(send(elsewhere, &pending).await.0, 401, "the path is another one");
    let keys_only = Router::new()
        .fallback(ok)
        .layer(guard::accept([TokenType::ApiKey]).allow_pending())
        .layer(layer());
    assert_eq!(send(keys_only, &pending).await.0, 401, "sessions are not accepted at all");
}

#[tokio::test]
async fn pending_session_may_meet_requirements_if_allowed() {
    let clerk = shared_emulator().await;
    let guard = guard::require(guard::role("org:admin")).allow_pending();
    let app = guarded_app(clerk.config(), guard);
    let admin = member(clerk, "org:admin", &[]).status("pending");
    assert_eq!(get("/").bearer(admin.token()).send(&app).await.status, 200);
    let guest = member(clerk, "org:guest", &[]).status("pending");
    assert_eq!(get("/").bearer(guest.token()).send(&app).await.status, 403);
}

#[tokio::test]
async fn pending_session_states_its_reason_in_the_header() {
    let clerk = shared_emulator().await;
    let app = Router::new()
        .route("/guarded", routing::get(ok).layer(require_auth()))
        .route("/signed-in", routing::get(async |_: SignedIn| "ok"))
        .route("/principal", routing::get(async |_: Principal| "ok"))
        .layer(ClerkLayer::new(clerk.config()));
    let session = sign_in(clerk).status("pending");
    for path in ["/guarded", "/signed-in", "/principal"] {
        let response = get(path).bearer(session.token()).send(&app).await;
        assert_eq!((response.status.as_u16(), response.code().as_str()), (401, "session-pending"));
        assert_eq!(response.reason(), "session-pending");
        assert_eq!(response.header("x-clerk-auth-status"), "signed-out");
    }
}

#[tokio::test]
async fn pending_session_meets_no_requirement() {
    let clerk = shared_emulator().await;
    let app = guarded_app(clerk.config(), guard::require(guard::role("org:admin")));
    let session = member(clerk, "org:admin", &[]).status("pending");
    assert_eq!(get("/").bearer(session.token()).send(&app).await.status, 401);
}
