//! Rejections: the formats of their responses, and custom responses.

use axum::{
    Router,
    http::request::Parts,
    response::{Html, IntoResponse, Response},
    routing,
};
use axum_clerk::{
    AuthRejection, ClerkAuth, ClerkConfig, ClerkLayer, RejectionKind, ResponseFormat,
    Reverification, SignedIn, guard, require_auth, require_reverification,
};
use http::{HeaderValue, Method};
use tower::{Service, ServiceBuilder, ServiceExt, service_fn};
use tower_http::set_header::SetResponseHeaderLayer;
use url::Url;

use super::support::{TestRequest, TestResponse, get, header_only, post, shared_emulator, sign_in};

async fn ok() -> &'static str {
    "ok"
}

/// Returns a configuration with a sign-in page of another origin.
async fn config() -> ClerkConfig {
    let builder = shared_emulator().await.config_builder();
    builder.sign_in_url("https://accounts.example.com/sign-in?a=b").build().unwrap()
}

/// Returns an app whose routes reject unauthenticated requests in every possible way, and the
/// routes' paths.
fn app(config: ClerkConfig) -> (Router, [&'static str; 4]) {
    let required = async |auth: ClerkAuth| -> Result<&str, AuthRejection> {
        auth.require_signed_in()?;
        Ok("ok")
    };
    let admin_only = async |auth: ClerkAuth| -> axum_clerk::Result<&str> {
        auth.require(guard::role("org:admin"))?;
        Ok("ok")
    };
    let router = Router::new()
        .route("/guarded", routing::any(ok).layer(require_auth()))
        .route("/signed-in", routing::any(async |_: SignedIn| "ok"))
        .route("/required", routing::any(required))
        .route("/admin-only", routing::any(admin_only))
        .layer(ClerkLayer::new(config));
    (router, ["/guarded", "/signed-in", "/required", "/admin-only"])
}

/// Returns the URL that a sign-in page redirects back to.
fn redirect_url(sign_in_url: &str) -> String {
    let url = Url::parse(sign_in_url).unwrap();
    assert_eq!(url.host_str(), Some("accounts.example.com"));
    let mut query = url.query_pairs().filter(|(name, _)| name == "redirect_url");
    query.next().unwrap().1.into_owned()
}

#[tokio::test]
async fn page_request_is_redirected_to_sign_in_and_back() {
    let (app, paths) = app(config().await);
    for path in paths {
        for request in [
            get(&format!("{path}?tab=1&x=%2F")).page().cookies("__clerk_db_jwt=dvb_1"),
            get(&format!("{path}?tab=1&x=%2F"))
                .header("sec-fetch-dest", "document")
                .bearer("invalid"),
        ] {
            let response = request.header("x-forwarded-proto", "https").send(&app).await;
            assert_eq!((response.status.as_u16(), response.body.as_str()), (303, ""));
            assert_eq!(response.header("cache-control"), "no-store");
            let original_url = format!("https://app.example.com{path}?tab=1&x=%2F");
            assert_eq!(redirect_url(response.header("location")), original_url);
        }
        for request in [
            get(path).page().method(Method::POST),
            get(path).header("accept", "application/json"),
            get(path).header("accept", "*/*"),
            get(path).page().header("sec-fetch-dest", "empty"),
            get(path),
        ] {
            let response = request.bearer("invalid").send(&app).await;
            assert_eq!((response.status.as_u16(), response.header("location")), (401, ""));
        }
    }
}

#[tokio::test]
async fn page_request_without_sign_in_url_receives_a_page() {
    let (app, paths) = app(header_only(shared_emulator().await).build().unwrap());
    for path in paths {
        let response = get(path).page().send(&app).await;
        assert_page(&response, 401, "Please sign in.");
        assert_eq!(response.header("www-authenticate"), "Bearer");
    }
}

fn assert_page(response: &TestResponse, status: u16, text: &str) {
    assert_eq!((response.status.as_u16(), response.header("location")), (status, ""));
    assert_eq!(response.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(response.header("cache-control"), "no-store");
    assert!(response.body.starts_with("<!DOCTYPE html>"), "{}", response.body);
    assert!(response.body.contains(text), "{}", response.body);
}

#[tokio::test]
async fn browser_without_access_receives_a_page() {
    let clerk = shared_emulator().await;
    let token = sign_in(clerk).factor_verification_age(2000, -1).token();
    let app = Router::new()
        .route("/admin", routing::any(ok).layer(guard::require(guard::role("org:admin"))))
        .route("/account", routing::any(ok).layer(require_reverification(Reverification::LAX)))
        .layer(guard::same_origin().only(["/post"]))
        .route("/post", routing::any(ok).layer(guard::same_origin()))
        .layer(ClerkLayer::new(clerk.config()));
    for (path, text) in [
        ("/admin", "You do not have access to this page."),
        ("/account", "Please verify your identity again."),
    ] {
        for method in [Method::GET, Method::POST] {
            let response = get(path).method(method).page().bearer(&token).send(&app).await;
            assert_page(&response, 403, text);
            assert!(!response.body.contains("org:admin"), "{}", response.body);
        }
        let response = get(path).bearer(&token).send(&app).await;
        assert_eq!(
            (response.status.as_u16(), response.header("content-type")),
            (403, "application/json")
        );
    }
    let forged = post("/post").page().header("sec-fetch-site", "cross-site");
    assert_page(&forged.send(&app).await, 403, "Requests from other origins are not allowed.");
}

#[tokio::test]
async fn api_guard_never_redirects_and_page_guard_always_does() {
    let app = Router::new()
        .route("/api", routing::any(ok).layer(require_auth().api()))
        .route("/page", routing::any(ok).layer(require_auth().page()))
        .layer(ClerkLayer::new(config().await));
    for request in [get("/api").page(), get("/api").header("hx-request", "true"), get("/api")] {
        let response = request.bearer("invalid").send(&app).await;
        assert_eq!((response.status.as_u16(), response.code().as_str()), (401, "token-invalid"));
        assert_eq!((response.header("location"), response.header("hx-redirect")), ("", ""));
    }
    for request in [get("/page").page(), get("/page"), post("/page")] {
        let response = request.bearer("invalid").send(&app).await;
        assert_eq!(response.status, 303);
        assert_eq!(redirect_url(response.header("location")), "http://app.example.com/page");
    }
}

#[tokio::test]
async fn htmx_is_redirected_by_header_to_its_page() {
    let (app, paths) = app(config().await);
    for path in paths {
        for (page, back) in [
            (Some("http://app.example.com/cart?item=1"), "http://app.example.com/cart?item=1"),
            (Some("https://evil.example/"), "http://app.example.com"),
            (Some("not a URL"), "http://app.example.com"),
            (None, "http://app.example.com"),
        ] {
            let mut request = post(path).page().header("hx-request", "true").bearer("invalid");
            if let Some(page) = page {
                request = request.header("hx-current-url", page);
            }
            let response = request.send(&app).await;
            assert_eq!((response.status.as_u16(), response.header("location")), (401, ""));
            assert_eq!((response.header("hx-reswap"), response.header("hx-retarget")), ("", ""));
            let back = if back.ends_with(".com") { format!("{back}{path}") } else { back.into() };
            assert_eq!(redirect_url(response.header("hx-redirect")), back);
            assert_eq!(response.code(), "token-invalid");
        }
    }
    let (app, paths) = self::app(header_only(shared_emulator().await).build().unwrap());
    let response = get(paths[0]).header("hx-request", "true").send(&app).await;
    assert_eq!((response.status.as_u16(), response.header("hx-redirect")), (401, ""));
}

/// The requirement of the routes in the tests about gRPC.
fn grpc_guard() -> guard::Guard {
    guard::require(guard::role("org:admin"))
}

fn grpc(request: TestRequest) -> TestRequest {
    request.header("content-type", "application/grpc+proto")
}

#[tokio::test]
async fn grpc_call_is_rejected_with_a_grpc_status() {
    let clerk = shared_emulator().await;
    let token = sign_in(clerk).token();
    let app = Router::new().fallback(ok).layer(grpc_guard());
    let without_layer = app.clone();
    let app = app.layer(ClerkLayer::new(clerk.config()));
    for (app, token, status, message) in [
        (&app, "invalid", "16", "Please sign in."),
        (&app, &token, "7", "This requires the role org:admin."),
        (&without_layer, "", "13", "Something went wrong."),
    ] {
        let response = grpc(post("/package.Service/Method")).bearer(token).send(app).await;
        assert_eq!((response.status.as_u16(), response.body.as_str()), (200, ""));
        assert_eq!(response.header("content-type"), "application/grpc");
        assert_eq!(
            (response.header("grpc-status"), response.header("grpc-message")),
            (status, message)
        );
    }
}

/// A body like that of tonic, which cannot be created from a string.
#[derive(Debug, Default)]
struct Opaque;

#[tokio::test]
async fn grpc_guard_serves_any_body() {
    let clerk = shared_emulator().await;
    let mut service = ServiceBuilder::new()
        .layer(ClerkLayer::new(clerk.config()))
        .layer(grpc_guard().grpc())
        .service(service_fn(async |_: http::Request<Opaque>| {
            Ok::<_, std::convert::Infallible>(http::Response::new(Opaque))
        }));
    let request = http::Request::builder().header("authorization", "Bearer invalid");
    let request = request.body(Opaque).unwrap();
    let response = service.ready().await.unwrap().call(request).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["grpc-status"]),
        (200, &HeaderValue::from(16))
    );
}

#[tokio::test]
async fn grpc_message_is_percent_encoded() {
    let clerk = shared_emulator().await;
    let app = Router::new()
        .fallback(ok)
        .layer(guard::require(guard::role("org:100%\nÄ")))
        .layer(ClerkLayer::new(clerk.config()));
    let response = grpc(post("/")).bearer(sign_in(clerk).token()).send(&app).await;
    assert_eq!(response.header("grpc-message"), "This requires the role org:100%25%0A%C3%84.");
}

/// Responds to rejections of pages with a page of the application.
fn custom(rejection: &AuthRejection, request: &Parts) -> Response {
    assert!(request.extensions.get::<ClerkAuth>().is_some());
    match (rejection.kind(), rejection.format()) {
        (RejectionKind::Forbidden(_), ResponseFormat::Page) => {
            let page = format!("{} is not for you", request.uri.path());
            (rejection.status(), [("vary", "cookie")], Html(page)).into_response()
        }
        _ => rejection.to_response(),
    }
}

#[tokio::test]
async fn layer_responds_to_all_rejections_of_the_app() {
    let clerk = shared_emulator().await;
    let by_extractor = async |auth: ClerkAuth| -> axum_clerk::Result<&str> {
        auth.require(guard::role("org:admin"))?;
        Ok("ok")
    };
    let own = guard::require(guard::role("org:admin"))
        .on_rejection(|_: &AuthRejection, _: &Parts| "own".into_response());
    let app = Router::new()
        .route("/guard", routing::any(ok).layer(guard::require(guard::role("org:admin"))))
        .route("/handler", routing::any(by_extractor))
        .route("/own", routing::any(ok).layer(own))
        .route("/signed-in", routing::any(async |_: SignedIn| "ok"))
        .route("/open", routing::any(ok))
        .route("/forbidden", routing::any(async || http::StatusCode::FORBIDDEN))
        .layer(SetResponseHeaderLayer::overriding(
            http::header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("https://example.com"),
        ))
        .layer(ClerkLayer::new(clerk.config()).on_rejection(custom));
    let token = sign_in(clerk).token();
    for path in ["/guard", "/handler"] {
        let response = get(path).page().bearer(&token).send(&app).await;
        assert_eq!(
            (response.status.as_u16(), response.body.as_str()),
            (403, format!("{path} is not for you").as_str())
        );
        assert_eq!(response.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(response.header("vary"), "cookie");
        assert_eq!(response.header("access-control-allow-origin"), "https://example.com");
        let response = get(path).bearer(&token).send(&app).await;
        assert_eq!((response.status.as_u16(), response.code().as_str()), (403, "forbidden"));
    }
    assert_eq!(get("/own").page().bearer(&token).send(&app).await.body, "own");
    for path in ["/signed-in", "/open"] {
        assert_eq!(get(path).bearer(&token).send(&app).await.body, "ok");
    }
    let response = get("/signed-in").bearer("invalid").send(&app).await;
    assert_eq!((response.code().as_str(), response.reason()), ("token-invalid", "token-invalid"));
    assert_eq!(get("/forbidden").bearer(&token).send(&app).await.body, "", "not a rejection");
}

#[tokio::test]
async fn own_extractor_rejects_like_signed_in() {
    struct Accountant;
    impl<S: Sync> axum::extract::FromRequestParts<S> for Accountant {
        type Rejection = AuthRejection;

        async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AuthRejection> {
            let auth = ClerkAuth::from_request_parts(parts, state).await?;
            let session = auth.require_signed_in()?;
            match session.claims().user_id() {
                "user_accountant" => Ok(Self),
                _ => Err(auth.rejection(RejectionKind::UserNotFound)),
            }
        }
    }
    let clerk = shared_emulator().await;
    let app =
        Router::new().fallback(async |_: Accountant| "ok").layer(ClerkLayer::new(config().await));
    let response = get("/").page().bearer("invalid").send(&app).await;
    assert_eq!(response.status, 303);
    let token = sign_in(clerk).token();
    assert_page(&get("/").page().bearer(&token).send(&app).await, 401, "no longer exists");
    assert_eq!(get("/").bearer(&token).send(&app).await.code(), "user-not-found");
}

#[tokio::test]
async fn explicit_redirect_to_sign_in_is_not_a_rejection() {
    let replace = |_: &AuthRejection, _: &Parts| "replaced".into_response();
    let redirect = async |auth: ClerkAuth| auth.redirect_to_sign_in().map(axum::body::Body::from);
    let app = Router::new()
        .fallback(redirect)
        .layer(ClerkLayer::new(config().await).on_rejection(replace));
    let response = get("/").bearer(sign_in(shared_emulator().await).token()).send(&app).await;
    assert_eq!((response.status.as_u16(), response.reason()), (303, ""));
    assert_eq!(redirect_url(response.header("location")), "http://app.example.com/");
}
