//! Redis is killed, paused, emptied and brought back under load: no valid request is rejected or
//! kept waiting.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use axum_clerk::cache::RedisCache;
use futures_util::future::join;

use crate::{
    redis_server::RedisServer,
    support::{Machine, emulator, eventually, sign_in},
};

/// A request that asks the shared cache waits at most this long for it, in the default configuration.
const CACHE_LIMIT: Duration = Duration::from_millis(50);

/// The time that a busy machine may need for the rest. Without the limit, a request to a paused
/// server would wait for as long as it is paused.
const TOLERANCE: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread")]
async fn no_request_fails_or_waits_while_redis_comes_and_goes() {
    let Some(mut redis) = RedisServer::start() else { return };
    let emulator = emulator().await;
    let url = redis.url();
    let cache = || RedisCache::new(&url).unwrap();
    // Users are not cached in memory for long, so that most requests ask Redis.
    let config = || {
        let config = emulator.config_builder().shared_cache(cache());
        config.resource_cache_lifetime(Duration::from_millis(1))
    };
    let machines = [Machine::new(config()), Machine::new(config())];
    let (user, _, token) = sign_in(&emulator);
    let is_done = AtomicBool::new(false);
    let load = async {
        let (mut requests, mut slowest) = (0, Duration::ZERO);
        while !is_done.load(Ordering::Relaxed) {
            for machine in &machines {
                let start = Instant::now();
                assert!(machine.accepts(&token).await);
                assert_eq!(machine.clerk.user(&user).await.unwrap().id, user);
                slowest = slowest.max(start.elapsed());
                requests += 1;
            }
            // A machine that starts now fetches its keys.
            let start = Instant::now();
            assert!(Machine::new(config()).accepts(&token).await);
            slowest = slowest.max(start.elapsed());
        }
        (requests, slowest)
    };
    let clerk = machines[0].clerk.clone();
    let is_available = |expected: bool| {
        let clerk = &clerk;
        async move { eventually(async || clerk.cache_stats().shared_available == expected).await }
    };
    let outages = async {
        is_available(true).await;
        redis.kill();
        is_available(false).await;
        redis.restart();
        is_available(true).await;
        redis.pause();
        is_available(false).await;
        redis.resume();
        is_available(true).await;
        redis.wipe();
        let hits = clerk.cache_stats().shared.misses;
        eventually(async || clerk.cache_stats().shared.misses > hits + 10).await;
        is_done.store(true, Ordering::Relaxed);
    };
    let ((requests, slowest), ()) = join(load, outages).await;
    println!("{requests} requests, the slowest took {slowest:?}");
    assert!(slowest < CACHE_LIMIT + TOLERANCE, "{slowest:?}");
    assert!(clerk.cache_stats().shared_failures >= 2);
}

#[tokio::test]
async fn machine_starts_without_redis() {
    let emulator = emulator().await;
    let (user, session, token) = sign_in(&emulator);
    let cache = RedisCache::new("redis://127.0.0.1:1/").unwrap();
    let machine = Machine::new(emulator.config_builder().shared_cache(cache));
    assert!(machine.accepts(&token).await);
    assert_eq!(machine.clerk.user(&user).await.unwrap().id, user);
    machine.clerk.revoke_session(&session).await.unwrap();
    assert!(!machine.accepts(&token).await);
    assert!(!machine.clerk.cache_stats().shared_available);
}
