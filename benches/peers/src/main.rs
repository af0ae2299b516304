//! `axum-clerk` compared with its peers:
//! `cargo run --release --manifest-path benches/peers/Cargo.toml`.
//!
//! Every benchmark sends the same request through the same router, with a bearer token that the
//! layer has seen before. To compare layers, subtract the bare router. All of them have fetched
//! their keys from a JWKS on 127.0.0.1 and use their default configuration: the peers verify the
//! signature on every request, each with its own cryptography.
//!
//! - `clerk-rs` 0.5 rejects requests without a valid token.
//! - `dioxus-clerk` 0.8 forwards them, like `axum-clerk`.
//! - `jwt-authorizer` 0.15 supports any JWKS, not Clerk in particular. It needs Axum 0.7, whose
//!   bare router has its own benchmark. Its claims are deserialized as a JSON value.

#[path = "../../fixture/mod.rs"]
mod fixture;

use std::sync::LazyLock;

use axum::{Router, extract::Request, http::StatusCode, routing::get};
use axum_clerk::{ClerkConfig, ClerkLayer, SignedIn};
use clerk_rs::{
    ClerkConfiguration,
    clerk::Clerk,
    validators::{axum::ClerkLayer as ClerkRsLayer, jwks::MemoryCacheJwksProvider},
};
use dioxus_clerk::server::{ClerkAuth, ClerkAuthLayer, ClerkAuthLayerConfig};
use divan::Bencher;
use futures_util::FutureExt;
use jwt_authorizer::{IntoLayer, JwtAuthorizer};
use serde_json::Value;
use tokio::runtime::Runtime;
use tower::ServiceExt;

use self::fixture::{Instance, PUBLISHABLE_KEY, SECRET_KEY, api_request, app, call};

static INSTANCE: LazyLock<Instance> = LazyLock::new(Instance::new);
static TOKEN: LazyLock<String> = LazyLock::new(|| INSTANCE.session_token());
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

/// The URL of the Backend API.
static API: LazyLock<String> =
    LazyLock::new(|| format!("http://{}", RUNTIME.block_on(INSTANCE.serve_jwks())));

fn main() {
    divan::Divan::from_args().run_benches();
}

/// Sends the first request, which fetches the keys.
fn assert_ok(app: &Router) {
    let Ok(response) = RUNTIME.block_on(app.clone().oneshot(request()));
    assert_eq!(response.status(), StatusCode::OK);
}

fn bench(bencher: Bencher<'_, '_>, app: &Router) {
    assert_ok(app);
    bencher.with_inputs(request).bench_values(|request| call(app, request));
}

fn request() -> Request {
    api_request(Some(&TOKEN))
}

#[divan::bench_group(sample_count = 500, sample_size = 20)]
mod axum_0_8 {
    use super::*;

    #[divan::bench]
    fn bare(bencher: Bencher<'_, '_>) {
        bench(bencher, &app());
    }

    #[divan::bench]
    fn axum_clerk(bencher: Bencher<'_, '_>) {
        let config = ClerkConfig::builder()
            .secret_key(SECRET_KEY)
            .publishable_key(PUBLISHABLE_KEY)
            .api_url(&*API);
        let layer = ClerkLayer::new(config.build().expect("a configuration"));
        assert_ok(&Router::new().route("/", get(async |_: SignedIn| ())).layer(layer.clone()));
        bench(bencher, &app().layer(layer));
    }

    #[divan::bench]
    fn clerk_rs(bencher: Bencher<'_, '_>) {
        let configuration =
            ClerkConfiguration::new(SECRET_KEY).with_base_path(format!("{}/v1", *API));
        let keys = MemoryCacheJwksProvider::new(Clerk::new(configuration));
        bench(bencher, &app().layer(ClerkRsLayer::new(keys, None, true)));
    }

    #[divan::bench]
    fn dioxus_clerk(bencher: Bencher<'_, '_>) {
        let config = ClerkAuthLayerConfig::new(SECRET_KEY)
            .with_insecure_backend_api_base_url(format!("{}/v1", *API));
        let layer = ClerkAuthLayer::from_config(config).expect("a configuration");
        assert_ok(&Router::new().route("/", get(async |_: ClerkAuth| ())).layer(layer.clone()));
        bench(bencher, &app().layer(layer));
    }
}

#[divan::bench_group(sample_count = 500, sample_size = 20)]
mod axum_0_7 {
    use ::axum_0_7::{Router, body::Body, routing::get};

    use super::*;

    fn app() -> Router {
        Router::new().route("/", get(|| async { "hello" }))
    }

    fn request() -> Request<Body> {
        super::request().map(|_| Body::empty())
    }

    fn bench(bencher: Bencher<'_, '_>, app: &Router) {
        let Ok(response) = RUNTIME.block_on(app.clone().oneshot(request()));
        assert_eq!(response.status(), StatusCode::OK);
        bencher.with_inputs(request).bench_values(|request| {
            app.clone().oneshot(request).now_or_never().expect("an immediate response")
        });
    }

    #[divan::bench]
    fn bare(bencher: Bencher<'_, '_>) {
        bench(bencher, &app());
    }

    #[divan::bench]
    fn jwt_authorizer(bencher: Bencher<'_, '_>) {
        let authorizer = JwtAuthorizer::<Value>::from_jwks_url(&format!("{}/v1/jwks", *API));
        let layer = RUNTIME.block_on(authorizer.build()).expect("a configuration").into_layer();
        bench(bencher, &app().layer(layer));
    }
}
