//! The cost of authenticating a request: `cargo bench --bench authenticate`.
//!
//! The benchmarks in [`requests`] use the same router and differ in the layer and the request, so
//! the cost of the layer is the difference to `bare_axum`. `idle_layer` shows how much of it Axum
//! takes for any layer, and `floor` how much a layer with a cache takes at least. The numbers beside
//! them are those of the tokens that are in use at the same time. [`signatures`] measures the
//! verification of a signature alone, to compare with `bearer_first_seen`.

mod fixture;
#[path = "fixture/floor.rs"]
mod floor;

use std::sync::{
    LazyLock,
    atomic::{AtomicUsize, Ordering},
};

use axum_clerk::{ClerkConfig, ClerkConfigBuilder, ClerkLayer};
use tokio::runtime::Runtime;

use self::fixture::{Instance, PUBLISHABLE_KEY, SECRET_KEY};

/// The sample count and sample size of the benchmarks that need a new token for each request.
const FIRST_SEEN: (u32, u32) = (500, 8);

static INSTANCE: LazyLock<Instance> = LazyLock::new(Instance::new);

/// The numbers of tokens in use.
const LIVE_TOKENS: [usize; 3] = [64, 10_000, 100_000];

/// Signed before the measurements, because signing would evict the measured code and data from the
/// processor's caches.
static TOKENS: LazyLock<Vec<String>> =
    LazyLock::new(|| (0..=FIRST_SEEN.0 * FIRST_SEEN.1).map(|_| INSTANCE.session_token()).collect());

/// Serves the JWKS.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

fn main() {
    divan::main();
}

/// Returns a function that returns another token on each call.
fn new_tokens() -> impl Fn() -> &'static str + Sync {
    LazyLock::force(&TOKENS);
    let next = AtomicUsize::new(0);
    move || &TOKENS[next.fetch_add(1, Ordering::Relaxed)]
}

/// Returns tokens to send before the measurement, and a function that returns another one of them
/// on each call, in an order that no prefetcher predicts.
fn live_tokens(count: usize) -> (&'static [String], impl Fn() -> &'static str + Sync) {
    static FEW: LazyLock<Vec<String>> = LazyLock::new(|| INSTANCE.session_tokens(LIVE_TOKENS[1]));
    static MANY: LazyLock<Vec<String>> = LazyLock::new(|| INSTANCE.session_tokens(LIVE_TOKENS[2]));
    let tokens = if count <= FEW.len() { &FEW[..count] } else { &MANY[..count] };
    let next = AtomicUsize::new(0);
    (tokens, move || &tokens[next.fetch_add(48_271, Ordering::Relaxed) % count])
}

/// Returns a configuration that verifies tokens without a network, as with `CLERK_JWT_KEY`.
fn with_local_key() -> ClerkConfigBuilder {
    ClerkConfig::builder().publishable_key(PUBLISHABLE_KEY).jwt_key(INSTANCE.pem())
}

fn layer(config: ClerkConfigBuilder) -> ClerkLayer {
    ClerkLayer::new(config.build().expect("a configuration"))
}

/// Requests through one router, which differ in the layer and the request.
#[divan::bench_group(sample_count = 1000, sample_size = 100)]
mod requests {
    use axum::{
        Router,
        body::Body,
        http::{Request, StatusCode},
        routing::get,
    };
    use axum_clerk::{ClerkAuth, ClerkConfig, SignedIn, guard};
    use divan::Bencher;
    use tower::util::MapRequestLayer;

    use super::{
        FIRST_SEEN, INSTANCE, LIVE_TOKENS, RUNTIME, SECRET_KEY,
        fixture::{api_request, app, call, cookies, page_request, suffixed_cookies},
        floor::FloorLayer,
        layer, live_tokens, new_tokens, with_local_key,
    };

    /// Measures a request after checking its outcome: `reason` is why it is signed out, if it is.
    fn bench(
        bencher: Bencher<'_, '_>,
        app: &Router,
        reason: Option<&str>,
        request: impl Fn() -> Request<Body> + Sync,
    ) {
        let response = call(app, request());
        let actual_reason = response
            .headers()
            .get("x-clerk-auth-reason")
            .map(|reason| reason.to_str().expect("ASCII"));
        assert_eq!((response.status(), actual_reason), (StatusCode::OK, reason));
        bencher.with_inputs(&request).bench_values(|request| call(app, request));
    }

    /// Measures requests with tokens that were seen before, each with another one.
    fn bench_live(
        bencher: Bencher<'_, '_>,
        app: &Router,
        tokens: usize,
        request: impl Fn(&str) -> Request<Body> + Sync,
    ) {
        let (tokens, next) = live_tokens(tokens);
        for token in tokens {
            call(app, request(token));
        }
        bench(bencher, app, None, || request(next()));
    }

    #[divan::bench]
    fn bare_axum(bencher: Bencher<'_, '_>) {
        let token = INSTANCE.session_token();
        bench(bencher, &app(), None, || api_request(Some(&token)));
    }

    #[divan::bench]
    fn idle_layer(bencher: Bencher<'_, '_>) {
        let token = INSTANCE.session_token();
        let app = app().layer(MapRequestLayer::new(|request: Request<Body>| request));
        bench(bencher, &app, None, || api_request(Some(&token)));
    }

    /// As `idle_layer`, with the request of `cookie_seen_before`.
    #[divan::bench]
    fn idle_layer_page(bencher: Bencher<'_, '_>) {
        let token = INSTANCE.session_token();
        let app = app().layer(MapRequestLayer::new(|request: Request<Body>| request));
        bench(bencher, &app, None, || page_request(&cookies(&token)));
    }

    /// What any layer with a cache must do.
    #[divan::bench(args = LIVE_TOKENS)]
    fn floor(bencher: Bencher<'_, '_>, tokens: usize) {
        let app = app().layer(FloorLayer::new(2 * tokens));
        bench_live(bencher, &app, tokens, |token| api_request(Some(token)));
    }

    #[divan::bench(args = LIVE_TOKENS)]
    fn bearer_seen_before(bencher: Bencher<'_, '_>, tokens: usize) {
        let app = app().layer(layer(with_local_key().token_cache_capacity(2 * tokens as u64)));
        bench_live(bencher, &app, tokens, |token| api_request(Some(token)));
    }

    #[divan::bench(args = LIVE_TOKENS)]
    fn cookie_seen_before(bencher: Bencher<'_, '_>, tokens: usize) {
        let app = app().layer(layer(with_local_key().token_cache_capacity(2 * tokens as u64)));
        bench_live(bencher, &app, tokens, |token| page_request(&cookies(token)));
    }

    /// With each cookie both with and without the instance's suffix, as clerk-js sets them.
    #[divan::bench(args = LIVE_TOKENS)]
    fn cookie_seen_before_suffixed(bencher: Bencher<'_, '_>, tokens: usize) {
        let layer = layer(with_local_key().token_cache_capacity(2 * tokens as u64));
        let key = layer.clerk().config().publishable_key().expect("a key").clone();
        let app = app().layer(layer);
        let request = |token: &str| page_request(&suffixed_cookies(token, key.cookie_suffix()));
        bench_live(bencher, &app, tokens, request);
    }

    /// Eight threads at once.
    #[divan::bench(args = LIVE_TOKENS, threads = 8)]
    fn floor_threads(bencher: Bencher<'_, '_>, tokens: usize) {
        floor(bencher, tokens);
    }

    /// Eight threads at once.
    #[divan::bench(args = LIVE_TOKENS, threads = 8)]
    fn bearer_seen_before_threads(bencher: Bencher<'_, '_>, tokens: usize) {
        bearer_seen_before(bencher, tokens);
    }

    /// With keys fetched from the Backend API.
    #[divan::bench]
    fn bearer_seen_before_jwks(bencher: Bencher<'_, '_>) {
        let app = RUNTIME.block_on(async {
            let api_url = format!("http://{}", INSTANCE.serve_jwks().await);
            let layer = layer(ClerkConfig::builder().secret_key(SECRET_KEY).api_url(api_url));
            layer.clerk().verify_token(&INSTANCE.session_token()).await.expect("a valid token");
            app().layer(layer)
        });
        let token = INSTANCE.session_token();
        bench(bencher, &app, None, || api_request(Some(&token)));
    }

    #[divan::bench]
    fn signed_out(bencher: Bencher<'_, '_>) {
        let app = app().layer(layer(with_local_key()));
        bench(bencher, &app, Some("session-token-and-uat-missing"), || api_request(None));
    }

    #[divan::bench]
    fn excluded_route(bencher: Bencher<'_, '_>) {
        let app = app().layer(layer(with_local_key().exclude(["/", "/public/*"])));
        let token = INSTANCE.session_token();
        bench(bencher, &app, None, || api_request(Some(&token)));
    }

    #[divan::bench]
    fn guard_require(bencher: Bencher<'_, '_>) {
        let admin = guard::require(guard::role("org:admin"));
        let app = app().layer(admin).layer(layer(with_local_key()));
        let token = INSTANCE.session_token();
        bench(bencher, &app, None, || api_request(Some(&token)));
    }

    #[divan::bench]
    fn extractor_clerk_auth(bencher: Bencher<'_, '_>) {
        let home = get(async |auth: ClerkAuth| auth.user_id().map_or(0, str::len).to_string());
        let app = Router::new().route("/", home).layer(layer(with_local_key()));
        let token = INSTANCE.session_token();
        bench(bencher, &app, None, || api_request(Some(&token)));
    }

    #[divan::bench]
    fn extractor_signed_in(bencher: Bencher<'_, '_>) {
        let home = get(async |session: SignedIn| session.user_id().len().to_string());
        let app = Router::new().route("/", home).layer(layer(with_local_key()));
        let token = INSTANCE.session_token();
        bench(bencher, &app, None, || api_request(Some(&token)));
    }

    /// Includes the cost of caching the token, in a cache that soon fills up, as on a busy server.
    #[divan::bench(sample_count = FIRST_SEEN.0, sample_size = FIRST_SEEN.1)]
    fn bearer_first_seen(bencher: Bencher<'_, '_>) {
        let app = app().layer(layer(with_local_key().token_cache_capacity(500)));
        let token = new_tokens();
        bench(bencher, &app, None, || api_request(Some(token())));
    }
}

#[divan::bench_group(sample_count = FIRST_SEEN.0, sample_size = FIRST_SEEN.1)]
mod signatures {
    use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use divan::Bencher;
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
    use serde_json::{Map, Value};

    use super::{INSTANCE, new_tokens};

    /// The RSA verification alone, with a parsed key.
    #[divan::bench]
    fn aws_lc_rs_parsed_key(bencher: Bencher<'_, '_>) {
        let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, INSTANCE.public_key())
            .expect("a key");
        let token = new_tokens();
        let message_and_signature = || {
            let (message, signature) = token().rsplit_once('.').expect("a signature");
            (message.as_bytes(), URL_SAFE_NO_PAD.decode(signature).expect("base64"))
        };
        bencher.with_inputs(message_and_signature).bench_refs(|(message, signature)| {
            key.verify_sig(message, signature).expect("a valid signature");
        });
    }

    /// `jsonwebtoken` alone, with the claims as a map.
    #[divan::bench]
    fn jsonwebtoken_decode(bencher: Bencher<'_, '_>) {
        let key = DecodingKey::from_rsa_pem(INSTANCE.pem().as_bytes()).expect("a key");
        let validation = Validation::new(Algorithm::RS256);
        let token = new_tokens();
        bencher.with_inputs(&token).bench_values(|token| {
            decode::<Map<String, Value>>(token, &key, &validation).expect("a valid token")
        });
    }
}
