//! Redis does not have to be trusted: reading it reveals nothing, and writing to it forges nothing.

use axum_clerk::api::UpdateUser;
use redis::Cmd;

use crate::{
    redis_server::RedisServer,
    support::{emulator, eventually, fleet, sign_in},
};

/// Returns every key with its value.
fn contents(redis: &RedisServer) -> Vec<(String, Vec<u8>)> {
    let keys: Vec<String> = redis.send(redis::cmd("KEYS").arg("*"));
    keys.into_iter()
        .map(|key| {
            let value: Option<Vec<u8>> = match redis.send::<String>(redis::cmd("TYPE").arg(&key)) {
                kind if kind == "zset" => {
                    redis.send::<Vec<Vec<u8>>>(&Cmd::zrange(&key, 0, -1)).into_iter().next()
                }
                _ => redis.send(&Cmd::get(&key)),
            };
            (key, value.unwrap())
        })
        .collect()
}

#[tokio::test]
async fn stored_keys_and_values_reveal_nothing() {
    let Some(redis) = RedisServer::start() else { return };
    let emulator = emulator().await;
    let machines = fleet(&emulator, 1, || redis.cache());
    let (user, session, token) = sign_in(&emulator);
    let change = UpdateUser::default().first_name("Confidential");
    machines[0].clerk.users().update(&user, &change).await.unwrap();
    assert!(machines[0].accepts(&token).await);
    machines[0].clerk.user(&user).await.unwrap();
    machines[0].clerk.mark_session_revoked(&session).await;
    let contents = contents(&redis);
    assert!(contents.len() >= 3, "{contents:?}");
    let secrets =
        [&user, &session, &token, emulator.secret_key(), "Confidential", "RSA", "first_name"];
    for (key, value) in contents {
        assert!(key.starts_with("axum-clerk:") && key.is_ascii() && key.len() <= 200, "{key}");
        let stored = String::from_utf8_lossy(&value);
        for secret in secrets {
            assert!(!key.contains(secret) && !stored.contains(secret), "{secret} in {key}");
        }
    }
}

#[tokio::test]
async fn forged_and_swapped_values_count_as_absent() {
    let Some(redis) = RedisServer::start() else { return };
    let emulator = emulator().await;
    let cache = || redis.cache();
    let (ada, _, token) = sign_in(&emulator);
    let (eve, _, _) = sign_in(&emulator);
    let first = fleet(&emulator, 1, cache);
    assert!(first[0].accepts(&token).await);
    for user in [&ada, &eve] {
        first[0].clerk.user(user).await.unwrap();
    }
    let contents = contents(&redis);
    let values: Vec<_> = contents.iter().map(|(_, value)| value.clone()).collect();
    let forgeries = [vec![], b"{}".to_vec(), vec![1; 29], vec![0; 1000]];
    for forgery in values.into_iter().chain(forgeries) {
        for (key, own) in contents.iter().filter(|(_, own)| *own != forgery) {
            assert_ne!(own, &forgery);
            redis.send::<()>(&Cmd::set(key, &forgery));
        }
        let machine = &fleet(&emulator, 1, cache)[0];
        assert!(machine.accepts(&token).await);
        for user in [&ada, &eve] {
            assert_eq!(machine.clerk.user(user).await.unwrap().id, *user);
        }
    }
}

#[tokio::test]
async fn forged_messages_revoke_nothing() {
    let Some(redis) = RedisServer::start() else { return };
    let emulator = emulator().await;
    let machines = fleet(&emulator, 1, || redis.cache());
    let (_, session, token) = sign_in(&emulator);
    let (_, other_session, other_token) = sign_in(&emulator);
    assert!(machines[0].accepts(&token).await);
    machines[0].clerk.mark_session_revoked(&other_session).await;
    eventually(async || {
        let channels: Vec<String> = redis.send(redis::cmd("PUBSUB").arg("CHANNELS"));
        for channel in &channels {
            let forgery = format!(r#"{{"Revoke":{{"revocation":{{"Session":"{session}"}}}}}}"#);
            redis.send::<()>(&Cmd::publish(channel, forgery));
        }
        !channels.is_empty()
    })
    .await;
    assert!(machines[0].accepts(&token).await && !machines[0].accepts(&other_token).await);
}
