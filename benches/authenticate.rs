//! What authenticating a request costs: `cargo bench --bench authenticate`.
//!
//! The rows of [`requests`] go through the same router and differ by the layer and the request, so the difference to
//! `bare_axum` is what the layer costs; `idle_layer` is the share that Axum takes for a layer that does nothing.
//! [`signatures`] is what verifying the signature of a token alone costs, to compare `bearer_first_seen` with.

mod fixture;

use std::sync::{
    LazyLock,
    atomic::{AtomicUsize, Ordering},
};

use axum_clerk::{ClerkConfig, ClerkConfigBuilder, ClerkLayer};
use tokio::runtime::Runtime;

use self::fixture::{Instance, PUBLISHABLE_KEY, SECRET_KEY};

/// How many tokens a row takes that needs a new one each time: this many samples of this size.
const FIRST_SEEN: (u32, u32) = (500, 8);

static INSTANCE: LazyLock<Instance> = LazyLock::new(Instance::new);

/// Signed before anything is measured, as signing would drive what is measured out of the processor's caches.
static TOKENS: LazyLock<Vec<String>> =
    LazyLock::new(|| (0..=FIRST_SEEN.0 * FIRST_SEEN.1).map(|_| INSTANCE.session_token()).collect());

/// Serves the JWKS.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

fn main() {
    divan::main();
}

/// Another token at each call.
fn new_tokens() -> impl Fn() -> &'static str + Sync {
    LazyLock::force(&TOKENS);
    let next = AtomicUsize::new(0);
    move || &TOKENS[next.fetch_add(1, Ordering::Relaxed)]
}

/// A configuration that needs no network, as with `CLERK_JWT_KEY`.
fn with_local_key() -> ClerkConfigBuilder {
    ClerkConfig::builder().publishable_key(PUBLISHABLE_KEY).jwt_key(INSTANCE.pem())
}

fn layer(config: ClerkConfigBuilder) -> ClerkLayer {
    ClerkLayer::new(config.build().expect("a configuration"))
}

#[divan::bench_group(sample_count = 1000, sample_size = 100)]
mod requests {
    use axum::{
        Router,
        body::Body,
        http::{Request, StatusCode, header},
    };
    use divan::Bencher;
    use tower::util::MapRequestLayer;

    use super::{
        ClerkConfig, FIRST_SEEN, INSTANCE, RUNTIME, SECRET_KEY,
        fixture::{api_request, app, call},
        layer, new_tokens, with_local_key,
    };

    /// Measures a request, having made sure of what becomes of it: `reason` says why it is signed out.
    fn bench(
        bencher: Bencher<'_, '_>,
        app: &Router,
        reason: Option<&str>,
        request: impl Fn() -> Request<Body> + Sync,
    ) {
        let response = call(app, request());
        let told = response
            .headers()
            .get("x-clerk-auth-reason")
            .map(|reason| reason.to_str().expect("text"));
        assert_eq!((response.status(), told), (StatusCode::OK, reason));
        bencher.with_inputs(&request).bench_values(|request| call(app, request));
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

    #[divan::bench]
    fn signed_out(bencher: Bencher<'_, '_>) {
        let app = app().layer(layer(with_local_key()));
        bench(bencher, &app, Some("session-token-and-uat-missing"), || api_request(None));
    }

    #[divan::bench]
    fn bearer_seen_before(bencher: Bencher<'_, '_>) {
        let app = app().layer(layer(with_local_key()));
        let token = INSTANCE.session_token();
        bench(bencher, &app, None, || api_request(Some(&token)));
    }

    /// With keys that came from the Backend API.
    #[divan::bench]
    fn bearer_seen_before_jwks(bencher: Bencher<'_, '_>) {
        let app = RUNTIME.block_on(async {
            let api_url = format!("http://{}", INSTANCE.serve_jwks().await);
            let layer = layer(ClerkConfig::builder().secret_key(SECRET_KEY).api_url(api_url));
            layer.clerk().verify_token(&INSTANCE.session_token()).await.expect("a good token");
            app().layer(layer)
        });
        let token = INSTANCE.session_token();
        bench(bencher, &app, None, || api_request(Some(&token)));
    }

    #[divan::bench]
    fn cookie_seen_before(bencher: Bencher<'_, '_>) {
        let app = app().layer(layer(with_local_key()));
        let token = INSTANCE.session_token();
        let cookies = format!("theme=dark; __client_uat=1700000000; __session={token}");
        bench(bencher, &app, None, || page_request(&cookies));
    }

    /// With each cookie twice, with and without the instance's suffix: what clerk-js sets.
    #[divan::bench]
    fn cookie_seen_before_suffixed(bencher: Bencher<'_, '_>) {
        let layer = layer(with_local_key());
        let token = INSTANCE.session_token();
        let suffix = layer.clerk().config().publishable_key().expect("a key").cookie_suffix();
        let cookies = format!(
            "theme=dark; __client_uat=1700000000; __client_uat_{suffix}=1700000000; __session={token}; __session_{suffix}={token}"
        );
        bench(bencher, &app().layer(layer), None, || page_request(&cookies));
    }

    /// Keeping the token is part of the price, in a cache that is soon full, as that of a busy server.
    #[divan::bench(sample_count = FIRST_SEEN.0, sample_size = FIRST_SEEN.1)]
    fn bearer_first_seen(bencher: Bencher<'_, '_>) {
        let app = app().layer(layer(with_local_key().token_cache_capacity(500)));
        let token = new_tokens();
        bench(bencher, &app, None, || api_request(Some(token())));
    }

    /// What a browser sends to get a page.
    fn page_request(cookies: &str) -> Request<Body> {
        Request::get("/")
            .header(header::HOST, "example.com")
            .header(
                header::USER_AGENT,
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            )
            .header(
                header::ACCEPT,
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            )
            .header("sec-fetch-dest", "document")
            .header(header::COOKIE, cookies)
            .body(Body::empty())
            .expect("a request")
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

    /// The RSA verification and nothing else, with a key that was parsed before.
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
            key.verify_sig(message, signature).expect("a good signature");
        });
    }

    /// `jsonwebtoken` on its own, with the claims as a map.
    #[divan::bench]
    fn jsonwebtoken_decode(bencher: Bencher<'_, '_>) {
        let key = DecodingKey::from_rsa_pem(INSTANCE.pem().as_bytes()).expect("a key");
        let validation = Validation::new(Algorithm::RS256);
        let token = new_tokens();
        bencher.with_inputs(&token).bench_values(|token| {
            decode::<Map<String, Value>>(token, &key, &validation).expect("a good token")
        });
    }
}
