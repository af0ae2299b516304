//! Metrics and span fields.

use axum::{Router, http::request::Parts, response::IntoResponse, routing};
use axum_clerk::{
    AuthRejection, Clerk, ClerkLayer, SignedIn, TokenType, api::CreateOrganization, guard, metrics,
    require_auth,
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing::{Instrument, field::Empty};

use super::{
    examples,
    support::{capture_log, emulator, get, sign_in},
};

/// Installs the recorder of this process.
fn prometheus() -> PrometheusHandle {
    static RECORDER: std::sync::OnceLock<PrometheusHandle> = std::sync::OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let handle = PrometheusBuilder::new().install_recorder().unwrap();
            metrics::describe();
            handle
        })
        .clone()
}

/// Returns the value of a series, or 0 if it does not exist.
fn value(name: &str, labels: &str) -> f64 {
    let text = prometheus().render();
    let series =
        if labels.is_empty() { format!("{name} ") } else { format!("{name}{{{labels}}} ") };
    let line = text.lines().find_map(|line| line.strip_prefix(&series));
    line.map_or(0.0, |value| value.parse().unwrap())
}

/// All in one test, because other tests of this process use the same recorder.
#[tokio::test]
async fn metrics_count_caches_calls_rejections_and_revocations() {
    prometheus();
    let emulator = emulator().await;
    let clerk =
        Clerk::new(emulator.config_builder().accept_tokens(TokenType::ALL).build().unwrap());
    let handler = async |session: SignedIn| session.user().await.map(|user| user.id.clone());
    let by_hand = guard::require(guard::role("org:admin"))
        .on_rejection(|rejection: &AuthRejection, _: &Parts| rejection.clone().into_response());
    let app = Router::new()
        .route("/", routing::get(handler))
        .route("/admin", routing::get(async || ()).layer(by_hand))
        .route("/guarded", routing::get(async || ()).layer(require_auth()))
        .layer(ClerkLayer::new(clerk.clone()));
    let session = sign_in(&emulator);
    let token = session.token();
    let hits = value(metrics::CACHE_LOOKUPS, r#"cache="tokens",result="hit""#);
    let users = value(metrics::CACHE_LOOKUPS, r#"cache="user",result="hit""#);
    let forbidden = value(metrics::REJECTIONS, r#"reason="forbidden""#);
    let invalid = value(metrics::REJECTIONS, r#"reason="token-invalid""#);
    let revoked = value(metrics::REVOCATIONS, r#"kind="session""#);
    for _ in 0..3 {
        assert_eq!(get("/").bearer(&token).send(&app).await.status, 200);
    }
    assert_eq!(get("/admin").bearer(&token).send(&app).await.status, 403);
    assert_eq!(get("/").bearer("nonsense").send(&app).await.status, 401);
    assert_eq!(get("/guarded").bearer("nonsense").send(&app).await.status, 401);
    clerk.revoke_session(session.id()).await.unwrap();
    // Tests in parallel may add to the counters, so these are lower bounds, except for reasons that
    // no other test has.
    assert!(value(metrics::CACHE_LOOKUPS, r#"cache="tokens",result="hit""#) >= hits + 3.0);
    assert!(value(metrics::CACHE_LOOKUPS, r#"cache="user",result="hit""#) >= users + 2.0);
    assert_eq!(value(metrics::REJECTIONS, r#"reason="forbidden""#), forbidden + 1.0, "once each");
    assert!(value(metrics::REJECTIONS, r#"reason="token-invalid""#) >= invalid + 2.0);
    assert!(value(metrics::REVOCATIONS, r#"kind="session""#) > revoked);
    assert!(value(metrics::CALLS, r#"operation="GET /users/{user_id}",status="200""#) >= 1.0);
    assert!(value(metrics::CALLS, r#"operation="GET /jwks",status="200""#) >= 1.0);
    assert!(value(metrics::JWKS_FETCHED_AT, "") > 1_700_000_000.0);
    assert!(value(metrics::AUTHENTICATIONS, r#"status="signed-in",reason="""#) >= 4.0);
    emulator.go_down();
    let _ = clerk.users().get("user_1").await;
    assert!(value(metrics::CALLS, r#"operation="GET /users/{user_id}",status="error""#) >= 1.0);
}

#[tokio::test]
async fn metrics_example_serves_descriptions() {
    let emulator = emulator().await;
    let app = examples::metrics::app(Clerk::new(emulator.config()), prometheus());
    let session = sign_in(&emulator);
    assert_eq!(get("/").send(&app).await.status, 401);
    assert_eq!(get("/").bearer(session.token()).send(&app).await.status, 200);
    let metrics = get("/metrics").send(&app).await;
    assert_eq!(metrics.status, 200);
    let described = "# HELP axum_clerk_rejections_total Rejected requests by reason";
    assert!(metrics.body.contains(described), "{}", metrics.body);
    for id in [session.user_id(), session.id()] {
        assert!(!metrics.body.contains(id), "labels contain no IDs: {}", metrics.body);
    }
}

#[tokio::test]
async fn declared_span_fields_are_recorded() {
    let emulator = emulator().await;
    let config = emulator.config_builder().accept_tokens(TokenType::ALL).build().unwrap();
    let app = Router::new()
        .route("/", routing::get(async || tracing::info!("handled")))
        .layer(ClerkLayer::new(config));
    let session = sign_in(&emulator);
    let acme = emulator.create_organization(CreateOrganization::new("Acme"));
    emulator.add_member(&acme.id, session.user_id(), "org:member", []);
    let session = session.organization(&acme.id);
    let key = emulator.create_api_key(&acme.id);
    let logged = async |token: &str, declared: bool| {
        let request = get("/").bearer(token);
        let (_, log) = capture_log(async {
            let span = if declared {
                tracing::info_span!(
                    "request",
                    enduser.id = Empty,
                    clerk.organization.id = Empty,
                    clerk.token_type = Empty,
                    clerk.reason = Empty,
                )
            } else {
                tracing::info_span!("request")
            };
            request.send(&app).instrument(span).await
        })
        .await;
        log.lines().find(|line| line.contains("handled")).unwrap().to_owned()
    };
    let (user, organization) = (session.user_id().to_owned(), acme.id.as_str());
    let line = logged(&session.token(), true).await;
    for field in [
        format!("enduser.id=\"{user}\""),
        format!("clerk.organization.id=\"{organization}\""),
        "clerk.token_type=\"session_token\"".to_owned(),
    ] {
        assert!(line.contains(&field), "{field}: {line}");
    }
    let line = logged(&key.token(), true).await;
    assert!(line.contains(&format!("enduser.id=\"{organization}\"")), "{line}");
    assert!(line.contains("clerk.token_type=\"api_key\""), "{line}");
    let line = logged("nonsense", true).await;
    assert!(line.contains("clerk.reason=token-invalid") && !line.contains("enduser"), "{line}");
    let line = logged(&session.token(), false).await;
    assert!(!line.contains(&user), "{line}");
}
