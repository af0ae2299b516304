//! The inbox runs a handler once for each webhook.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, routing::post};
use axum_clerk::{
    Clerk, ClerkConfig, Clock,
    cache::MemoryCache,
    webhooks::{Inbox, StateWebhook, Webhook},
};
use http::{HeaderMap, Request, StatusCode};
use tokio::sync::Notify;
use tower::ServiceExt;

use crate::support::{OTHER_SECRET, SECRET, START, header_map, headers, manual_clock, signature};

const BODY: &str = r#"{"object":"event","type":"moon.landed","data":{}}"#;

fn clerk(clock: &Clock, cache: Option<MemoryCache>) -> Clerk {
    let config = ClerkConfig::builder()
        .secret_key("sk_test_abc")
        .webhook_signing_secrets([SECRET])
        .clock(clock.clone());
    let config = match cache {
        Some(cache) => config.shared_cache(cache),
        None => config,
    };
    Clerk::new(config.build().unwrap())
}

/// An app whose handler counts its runs, and returns these statuses and then 204s.
#[derive(Clone)]
struct App {
    router: Router,
    runs: Arc<AtomicUsize>,
}

impl App {
    fn new<const N: usize>(clerk: &Clerk, statuses: [u16; N]) -> Self {
        let runs = Arc::new(AtomicUsize::new(0));
        let statuses = Arc::new(Mutex::new(VecDeque::from(statuses)));
        let handler = {
            let runs = Arc::clone(&runs);
            async move |Webhook(event): Webhook| {
                assert_eq!(event.event_type(), "moon.landed");
                runs.fetch_add(1, Ordering::Relaxed);
                let status = statuses.lock().unwrap().pop_front().unwrap_or(204);
                StatusCode::from_u16(status).unwrap()
            }
        };
        Self { router: Router::new().route("/", post(handler).layer(Inbox::new(clerk))), runs }
    }

    fn runs(&self) -> usize {
        self.runs.load(Ordering::Relaxed)
    }

    async fn deliver(&self, headers: HeaderMap) -> u16 {
        deliver(&self.router, headers).await
    }
}

async fn deliver(router: &Router, headers: HeaderMap) -> u16 {
    let mut request = Request::post("/").body(Body::from(BODY)).unwrap();
    request.headers_mut().extend(headers);
    router.clone().oneshot(request).await.unwrap().status().as_u16()
}

/// Returns the headers of a delivery at this time.
fn delivery(id: &str, seconds: u64) -> HeaderMap {
    let timestamp = seconds.to_string();
    let signature = signature(SECRET, id, &timestamp, BODY);
    header_map([("svix-id", id), ("svix-timestamp", &timestamp), ("svix-signature", &signature)])
}

#[tokio::test]
async fn repeated_deliveries_are_answered_without_the_handler() {
    let app = App::new(&clerk(&manual_clock(), None), []);
    assert_eq!(app.deliver(headers(SECRET, BODY)).await, 204);
    for _ in 0..3 {
        assert_eq!(app.deliver(headers(SECRET, BODY)).await, 200);
    }
    assert_eq!(app.runs(), 1);
    assert_eq!(app.deliver(delivery("msg_2", START)).await, 204);
    assert_eq!(app.runs(), 2);
}

#[tokio::test]
async fn failed_webhook_is_handled_when_it_comes_again() {
    let app = App::new(&clerk(&manual_clock(), None), [500, 404, 200]);
    for status in [500, 404, 200, 200] {
        assert_eq!(app.deliver(headers(SECRET, BODY)).await, status);
    }
    assert_eq!(app.runs(), 3);
}

#[tokio::test]
async fn repetition_on_another_machine_is_recognized() {
    let (clock, cache) = (manual_clock(), MemoryCache::new());
    let machines = [(); 2].map(|()| clerk(&clock, Some(cache.clone())));
    let apps = [App::new(&machines[0], [500]), App::new(&machines[1], [])];
    assert_eq!(apps[0].deliver(headers(SECRET, BODY)).await, 500);
    assert_eq!(apps[1].deliver(headers(SECRET, BODY)).await, 204);
    assert_eq!(apps[0].deliver(headers(SECRET, BODY)).await, 200);
    assert_eq!([apps[0].runs(), apps[1].runs()], [1, 1]);
}

#[tokio::test]
async fn webhook_is_remembered_for_two_days() {
    let clock = manual_clock();
    let app = App::new(&clerk(&clock, None), []);
    let days = |days: f64| Duration::from_secs_f64(days * 24.0 * 60.0 * 60.0);
    for (advance, seconds, status) in [(0.0, 0, 204), (1.9, 164_160, 200), (0.2, 181_440, 204)] {
        clock.advance(days(advance));
        assert_eq!(app.deliver(delivery("msg_1", START + seconds)).await, status);
    }
}

#[tokio::test]
async fn delivery_is_postponed_while_another_is_handled() {
    let (clock, cache) = (manual_clock(), MemoryCache::new());
    let [first, second] = [(); 2].map(|()| clerk(&clock, Some(cache.clone())));
    let (started, resumed) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let handler = {
        let (started, resumed) = (Arc::clone(&started), Arc::clone(&resumed));
        async move |_: Webhook| {
            started.notify_one();
            resumed.notified().await;
        }
    };
    let slow = Router::new().route("/", post(handler).layer(Inbox::new(&first)));
    let app = App::new(&second, []);

    let handling = tokio::spawn(async move { deliver(&slow, headers(SECRET, BODY)).await });
    started.notified().await;
    assert_eq!(app.deliver(headers(SECRET, BODY)).await, 503);
    resumed.notify_one();
    assert_eq!(handling.await.unwrap(), 200);
    assert_eq!(app.deliver(headers(SECRET, BODY)).await, 200);
    assert_eq!(app.runs(), 0);
}

#[tokio::test]
async fn canceled_webhook_is_handled_when_it_comes_again() {
    let clerk = clerk(&manual_clock(), None);
    let inbox = Inbox::new(&clerk);
    let started = Arc::new(Notify::new());
    let (is_started, runs) = (Arc::clone(&started), Arc::new(AtomicUsize::new(0)));
    let handler = async move |_: Webhook| {
        if runs.fetch_add(1, Ordering::Relaxed) == 0 {
            is_started.notify_one();
            std::future::pending::<()>().await;
        }
    };
    let router = Router::new().route("/", post(handler).layer(inbox));
    let hanging = {
        let router = router.clone();
        tokio::spawn(async move { deliver(&router, headers(SECRET, BODY)).await })
    };
    started.notified().await;
    assert_eq!(deliver(&router, headers(SECRET, BODY)).await, 503);
    hanging.abort();
    assert!(hanging.await.unwrap_err().is_cancelled());
    while deliver(&router, headers(SECRET, BODY)).await == 503 {
        tokio::task::yield_now().await;
    }
    assert_eq!(deliver(&router, headers(SECRET, BODY)).await, 200);
}

#[tokio::test]
async fn unsigned_request_neither_runs_nor_blocks_the_handler() {
    let app = App::new(&clerk(&manual_clock(), None), []);
    assert_eq!(app.deliver(headers(OTHER_SECRET, BODY)).await, 400);
    assert_eq!(app.deliver(HeaderMap::new()).await, 400);
    assert_eq!(app.runs(), 0);
    assert_eq!(app.deliver(headers(SECRET, BODY)).await, 204);
}

#[cfg(feature = "redis")]
#[tokio::test]
async fn memory_takes_over_while_the_shared_cache_fails() {
    let redis = axum_clerk::cache::RedisCache::new("redis://127.0.0.1:1/").unwrap();
    let config = ClerkConfig::builder()
        .secret_key("sk_test_abc")
        .webhook_signing_secrets([SECRET])
        .clock(manual_clock())
        .shared_cache(redis);
    let app = App::new(&Clerk::new(config.build().unwrap()), []);
    assert_eq!(app.deliver(headers(SECRET, BODY)).await, 204);
    assert_eq!(app.deliver(headers(SECRET, BODY)).await, 200);
    assert_eq!(app.runs(), 1);
}

#[tokio::test]
async fn state_extractor_works_behind_the_inbox() {
    let clerk = clerk(&manual_clock(), None);
    let handler = async |StateWebhook(event): StateWebhook| event.event_type().to_owned();
    let route = post(handler).layer(Inbox::new(&clerk));
    let router = Router::new().route("/", route).with_state(clerk);
    assert_eq!(deliver(&router, headers(SECRET, BODY)).await, 200);
}
