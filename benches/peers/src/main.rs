//! `axum-clerk` compared with its peers:
//! `cargo run --release --manifest-path benches/peers/Cargo.toml`.
//!
//! Every benchmark sends the same requests through the same router, with 64 or 10,000 bearer tokens
//! in turn, which the layer has seen before. To compare layers, subtract the bare router. All of
//! them have fetched their keys from a JWKS on 127.0.0.1 and use their default configuration: the
//! peers verify the signature on every request, each with its own cryptography.
//!
//! - `clerk-rs` 0.5 rejects requests without a valid token.
//! - `dioxus-clerk` 0.8 forwards them, like `axum-clerk`.
//! - `jwt-authorizer` 0.15 supports any JWKS, not Clerk in particular. It needs Axum 0.7, whose
//!   bare router has its own benchmark. Its claims are deserialized as a JSON value.
//!
//! `express` is a server with the official `@clerk/express`, for `benches/load`.

#[path = "../../fixture/mod.rs"]
mod fixture;

use std::sync::{
    LazyLock,
    atomic::{AtomicUsize, Ordering},
};

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

/// The numbers of tokens in use.
const TOKENS: [usize; 2] = [64, 10_000];

static INSTANCE: LazyLock<Instance> = LazyLock::new(Instance::new);
static ALL_TOKENS: LazyLock<Vec<String>> = LazyLock::new(|| INSTANCE.session_tokens(TOKENS[1]));
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

/// The URL of the Backend API.
static API: LazyLock<String> =
    LazyLock::new(|| format!("http://{}", RUNTIME.block_on(INSTANCE.serve_jwks())));

fn main() {
    divan::Divan::from_args().run_benches();
}

/// Sends a request with each token. The first one fetches the keys.
fn assert_ok(app: &Router, tokens: usize) {
    let request = requests(tokens);
    for _ in 0..tokens {
        let Ok(response) = RUNTIME.block_on(app.clone().oneshot(request()));
        assert_eq!(response.status(), StatusCode::OK);
    }
}

fn bench(bencher: Bencher<'_, '_>, tokens: usize, app: &Router) {
    assert_ok(app, tokens);
    bencher.with_inputs(requests(tokens)).bench_values(|request| call(app, request));
}

/// Returns a function that returns a request with the next token on each call.
fn requests(tokens: usize) -> impl Fn() -> Request + Sync {
    /// Coprime to the numbers of tokens, so that every token has its turn, in no simple order.
    const STEP: usize = 6_007;
    let next = AtomicUsize::new(0);
    move || {
        let index = next.fetch_add(STEP, Ordering::Relaxed) % tokens;
        api_request(Some(&ALL_TOKENS[index]))
    }
}

#[divan::bench_group(sample_count = 500, sample_size = 20)]
mod axum_0_8 {
    use super::*;

    #[divan::bench(args = TOKENS)]
    fn bare(bencher: Bencher<'_, '_>, tokens: usize) {
        bench(bencher, tokens, &app());
    }

    #[divan::bench(args = TOKENS)]
    fn axum_clerk(bencher: Bencher<'_, '_>, tokens: usize) {
        let config = ClerkConfig::builder()
            .secret_key(SECRET_KEY)
            .publishable_key(PUBLISHABLE_KEY)
            .api_url(&*API);
        let layer = ClerkLayer::new(config.build().expect("a configuration"));
        assert_ok(&Router::new().route("/", get(async |_: SignedIn| ())).layer(layer.clone()), 1);
        bench(bencher, tokens, &app().layer(layer));
    }

    #[divan::bench(args = TOKENS)]
    fn clerk_rs(bencher: Bencher<'_, '_>, tokens: usize) {
        let configuration =
            ClerkConfiguration::new(SECRET_KEY).with_base_path(format!("{}/v1", *API));
        let keys = MemoryCacheJwksProvider::new(Clerk::new(configuration));
        bench(bencher, tokens, &app().layer(ClerkRsLayer::new(keys, None, true)));
    }

    #[divan::bench(args = TOKENS)]
    fn dioxus_clerk(bencher: Bencher<'_, '_>, tokens: usize) {
        let config = ClerkAuthLayerConfig::new(SECRET_KEY)
            .with_insecure_backend_api_base_url(format!("{}/v1", *API));
        let layer = ClerkAuthLayer::from_config(config).expect("a configuration");
        assert_ok(&Router::new().route("/", get(async |_: ClerkAuth| ())).layer(layer.clone()), 1);
        bench(bencher, tokens, &app().layer(layer));
    }
}

#[divan::bench_group(sample_count = 500, sample_size = 20)]
mod axum_0_7 {
    use ::axum_0_7::{Router, body::Body, routing::get};

    use super::*;

    fn app() -> Router {
        Router::new().route("/", get(|| async { "hello" }))
    }

    fn bench(bencher: Bencher<'_, '_>, tokens: usize, app: &Router) {
        let request = requests(tokens);
        let request = || request().map(|_| Body::empty());
        let Ok(response) = RUNTIME.block_on(app.clone().oneshot(request()));
        assert_eq!(response.status(), StatusCode::OK);
        bencher.with_inputs(request).bench_values(|request| {
            app.clone().oneshot(request).now_or_never().expect("an immediate response")
        });
    }

    #[divan::bench(args = TOKENS)]
    fn bare(bencher: Bencher<'_, '_>, tokens: usize) {
        bench(bencher, tokens, &app());
    }

    #[divan::bench(args = TOKENS)]
    fn jwt_authorizer(bencher: Bencher<'_, '_>, tokens: usize) {
        let authorizer = JwtAuthorizer::<Value>::from_jwks_url(&format!("{}/v1/jwks", *API));
        let layer = RUNTIME.block_on(authorizer.build()).expect("a configuration").into_layer();
        bench(bencher, tokens, &app().layer(layer));
    }
}
