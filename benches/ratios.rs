//! Ratios between the costs of requests: `cargo bench --bench ratios`.
//!
//! On a shared machine the speed of a core changes from one second to the next, so that rows which
//! are measured one after another cannot be compared. Here they take turns every few hundred
//! microseconds, and the ratios are medians over the rounds.

mod fixture;
#[path = "fixture/floor.rs"]
mod floor;

use std::{hint::black_box, time::Instant};

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use axum::{Router, body::Body, http::Request};
use axum_clerk::{ClerkConfig, ClerkLayer};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use tower::util::MapRequestLayer;

use self::{
    fixture::{Instance, PUBLISHABLE_KEY, api_request, app, call, cookies, page_request},
    floor::FloorLayer,
};

/// The numbers of tokens in use.
const LIVE_TOKENS: [usize; 3] = [64, 10_000, 100_000];
const ROUNDS: usize = 600;
/// The requests of a row in a round; the first ones fill the processor's caches, and do not count.
const REQUESTS: usize = 200;
const WARM_UP: usize = 20;
const FIRST_SEEN_ROUNDS: usize = 300;
const FIRST_SEEN_REQUESTS: usize = 10;

/// Returns the request that sends a token.
type RequestWith<'a> = &'a dyn Fn(&str) -> Request<Body>;

fn main() {
    let instance = Instance::new();
    let tokens = instance.session_tokens(LIVE_TOKENS[2]);
    println!("live tokens   layer over floor   cookie over bearer   ns: floor, bearer, cookie");
    for live in LIVE_TOKENS {
        seen_before(&instance, &tokens[..live]);
    }
    first_seen(&instance);
}

fn layer(instance: &Instance, capacity: u64) -> ClerkLayer {
    let config = ClerkConfig::builder().publishable_key(PUBLISHABLE_KEY).jwt_key(instance.pem());
    ClerkLayer::new(config.token_cache_capacity(capacity).build().expect("a configuration"))
}

/// Returns the app with a layer that does nothing.
fn idle_app() -> Router {
    app().layer(MapRequestLayer::new(|request: Request<Body>| request))
}

/// Compares tokens that were seen before with the floor, both without what [`idle_app`] takes.
fn seen_before(instance: &Instance, tokens: &[String]) {
    let bearer: RequestWith<'_> = &|token| api_request(Some(token));
    let cookie: RequestWith<'_> = &|token| page_request(&cookies(token));
    let clerk_app = app().layer(layer(instance, 2 * tokens.len() as u64));
    let floor_app = app().layer(FloorLayer::new(2 * tokens.len()));
    let rows = [
        (idle_app(), bearer),
        (floor_app, bearer),
        (clerk_app.clone(), bearer),
        (idle_app(), cookie),
        (clerk_app, cookie),
    ];
    for (app, request) in &rows {
        for token in tokens {
            assert!(call(app, request(token)).status().is_success());
        }
    }
    let mut next = 0;
    // An order that no prefetcher predicts.
    let mut token = || {
        next = (next + 48_271) % tokens.len();
        &tokens[next]
    };
    let rounds: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let [idle, floor, bearer, idle_page, cookie] = rows.each_ref().map(|(app, request)| {
                let requests = (0..REQUESTS).map(|_| request(token())).collect();
                time_requests(app, requests, WARM_UP)
            });
            [floor - idle, bearer - idle, cookie - idle_page]
        })
        .collect();
    let [floor, bearer, cookie] = [0, 1, 2].map(|row| median(rounds.iter().map(|r| r[row])));
    println!(
        "{:11}   {:16.2}   {:18.2}   {floor:9.0} {bearer:7.0} {cookie:7.0}",
        tokens.len(),
        median(rounds.iter().map(|[floor, bearer, _]| bearer / floor)),
        median(rounds.iter().map(|[_, bearer, cookie]| cookie / bearer)),
    );
}

/// Compares tokens that are seen for the first time with the verification of their signature alone.
fn first_seen(instance: &Instance) {
    let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, instance.public_key())
        .expect("a public key");
    let idle_app = idle_app();
    // A cache that soon fills up, as on a busy server.
    let app = app().layer(layer(instance, 500));
    let tokens = instance.session_tokens(FIRST_SEEN_ROUNDS * FIRST_SEEN_REQUESTS);
    let ratios = tokens.chunks(FIRST_SEEN_REQUESTS).map(|tokens| {
        let requests = || tokens.iter().map(|token| api_request(Some(token))).collect();
        let idle = time_requests(&idle_app, requests(), 0);
        let seen = time_requests(&app, requests(), 0);
        let signed: Vec<_> = tokens
            .iter()
            .map(|token| {
                let (message, signature) = token.rsplit_once('.').expect("a signature");
                (message, URL_SAFE_NO_PAD.decode(signature).expect("base64"))
            })
            .collect();
        let start = Instant::now();
        for (message, signature) in &signed {
            key.verify_sig(message.as_bytes(), signature).expect("a valid signature");
        }
        let rsa = start.elapsed().as_nanos() as f64 / tokens.len() as f64;
        (seen - idle) / rsa
    });
    println!("first seen, over the verification of its signature: {:.2}", median(ratios));
}

/// Returns the nanoseconds that a request takes.
fn time_requests(app: &Router, requests: Vec<Request<Body>>, warm_up: usize) -> f64 {
    let mut requests = requests.into_iter();
    for request in requests.by_ref().take(warm_up) {
        black_box(call(app, request));
    }
    let count = requests.len() as f64;
    let start = Instant::now();
    for request in requests {
        black_box(call(app, request));
    }
    start.elapsed().as_nanos() as f64 / count
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
