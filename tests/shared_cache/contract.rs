//! The contract of every [`SharedCache`].

use std::{sync::Arc, time::Duration};

use axum_clerk::{
    ClerkConfig,
    cache::{MemoryCache, RedisCache, SharedCache},
};
use futures_util::{StreamExt, future::join_all};

use crate::{
    redis_server::{RedisCluster, RedisServer},
    support::eventually,
};

const MINUTE: Duration = Duration::from_secs(60);

async fn check(cache: impl SharedCache) {
    let cache = Arc::new(cache);
    values_are_kept_until_they_are_removed(&*cache).await;
    values_are_absent_after_their_lifetime(&*cache).await;
    one_of_many_callers_sets_an_absent_value(&*cache).await;
    members_are_kept_for_their_own_lifetime(&*cache).await;
    messages_reach_every_subscriber(&*cache).await;
}

async fn values_are_kept_until_they_are_removed(cache: &impl SharedCache) {
    assert_eq!(cache.get("a").await.unwrap(), None);
    for value in [vec![], vec![0, 255], vec![b'x'; 100_000]] {
        cache.set("a", value.clone(), MINUTE).await.unwrap();
        assert_eq!(cache.get("a").await.unwrap(), Some(value));
    }
    cache.remove("a").await.unwrap();
    cache.remove("a").await.unwrap();
    assert_eq!(cache.get("a").await.unwrap(), None);
}

async fn values_are_absent_after_their_lifetime(cache: &impl SharedCache) {
    cache.set("b", vec![1], Duration::from_millis(10)).await.unwrap();
    eventually(async || cache.get("b").await.unwrap().is_none()).await;
    assert!(cache.set_if_absent("b", vec![2], MINUTE).await.unwrap());
}

async fn one_of_many_callers_sets_an_absent_value(cache: &impl SharedCache) {
    let attempts = (0..100).map(|n| cache.set_if_absent("c", vec![n], MINUTE));
    let successes = join_all(attempts).await.into_iter().map(Result::unwrap);
    let winners: Vec<_> = (0..).zip(successes).filter(|(_, success)| *success).collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(cache.get("c").await.unwrap(), Some(vec![winners[0].0]));
}

async fn members_are_kept_for_their_own_lifetime(cache: &impl SharedCache) {
    assert!(cache.members("d").await.unwrap().is_empty());
    cache.add("d", vec![1], MINUTE).await.unwrap();
    cache.add("d", vec![2], Duration::from_millis(10)).await.unwrap();
    cache.add("d", vec![1], MINUTE).await.unwrap();
    eventually(async || cache.members("d").await.unwrap() == [[1]]).await;
}

async fn messages_reach_every_subscriber(cache: &impl SharedCache) {
    let mut first = cache.subscribe("e").await.unwrap();
    cache.publish("e", b"lost".to_vec()).await.unwrap();
    // The nodes of a cluster pass messages on after `publish` returns.
    assert_eq!(first.next().await.as_deref(), Some(&b"lost"[..]));
    let mut subscribers = join_all((0..3).map(|_| cache.subscribe("e"))).await;
    cache.publish("other", b"other".to_vec()).await.unwrap();
    for message in [b"one", b"two"] {
        cache.publish("e", message.to_vec()).await.unwrap();
        for subscriber in &mut subscribers {
            let received = subscriber.as_mut().unwrap().next().await;
            assert_eq!(received.as_deref(), Some(&message[..]));
        }
    }
}

#[tokio::test]
async fn memory_cache_keeps_the_contract() {
    check(MemoryCache::new()).await;
}

#[tokio::test]
async fn redis_cache_keeps_the_contract() {
    let Some(redis) = RedisServer::start() else { return };
    redis.send::<()>(&redis::cmd("PING"));
    check(redis.cache()).await;
}

#[tokio::test]
async fn redis_cluster_keeps_the_contract() {
    let Some(cluster) = RedisCluster::start() else { return };
    let urls = cluster.urls();
    check(RedisCache::cluster(urls.iter().map(String::as_str)).unwrap()).await;
}

#[tokio::test]
async fn redis_behind_sentinel_keeps_the_contract() {
    let Some(redis) = RedisServer::start() else { return };
    let sentinel = redis.start_sentinel();
    check(RedisCache::sentinel([&*sentinel.url()], "primary").unwrap()).await;
}

#[test]
fn invalid_urls_are_rejected() {
    for url in ["", "redis", "http://127.0.0.1/", "redis://", "127.0.0.1:6379"] {
        assert!(RedisCache::new(url).is_err(), "{url}");
        assert!(RedisCache::cluster([url]).is_err(), "{url}");
        assert!(RedisCache::sentinel([url], "primary").is_err(), "{url}");
    }
    assert!(RedisCache::cluster([]).is_err());
    assert!(RedisCache::sentinel([], "primary").is_err());
}

#[test]
fn debug_output_shows_no_password() {
    let cache = RedisCache::new("redis://user:hidden@127.0.0.1/").unwrap();
    assert!(!format!("{cache:?}").contains("hidden"));
}

#[test]
fn shared_cache_needs_a_secret_key_and_time() {
    let config = || ClerkConfig::builder().shared_cache(MemoryCache::new());
    let error = config().build().unwrap_err().to_string();
    assert!(error.contains("CLERK_SECRET_KEY"), "{error}");
    let config = || config().secret_key("sk_test_abc");
    assert!(config().build().is_ok());
    for config in [
        config().shared_cache_timeout(Duration::ZERO),
        config().revocation_lifetime(Duration::ZERO),
    ] {
        assert!(config.build().unwrap_err().to_string().contains("must be greater than zero"));
    }
}
