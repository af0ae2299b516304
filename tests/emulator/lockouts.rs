//! Bans and locks over HTTP.

use std::time::Duration;

use axum_clerk::api::CreateUser;
use http::Method;
use serde_json::{Value, json};

use crate::support::{api, emulator, get, ids, post, rejection};

#[tokio::test]
async fn banned_user_is_signed_out_and_cannot_sign_in() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let session = clerk.sign_in(&ada.id);
    let banned = post(&clerk, &format!("/users/{}/ban", ada.id), Value::Null).await;
    assert_eq!(banned["banned"], true);
    assert_eq!(get(&clerk, &format!("/sessions/{}", session.id())).await["status"], "revoked");
    let body = json!({ "user_id": ada.id });
    let rejected = rejection(&clerk, Method::POST, "/sessions", body.clone()).await;
    assert_eq!(rejected.status_and_code(), (403, "user_banned"));
    assert_eq!(ids(&get(&clerk, "/users?banned=true").await), [&ada.id]);

    let unbanned = post(&clerk, &format!("/users/{}/unban", ada.id), Value::Null).await;
    assert_eq!(unbanned["banned"], false);
    assert_eq!(get(&clerk, &format!("/sessions/{}", session.id())).await["status"], "revoked");
    post(&clerk, "/sessions", body).await;
}

#[tokio::test]
async fn bulk_ban_affects_all_users_or_none() {
    let clerk = emulator().await;
    let create_user = || clerk.create_user(CreateUser::default()).id;
    let (ada, grace) = (create_user(), create_user());
    let session = clerk.sign_in(&grace);
    let unknown = json!({ "user_ids": [ada, "user_none"] });
    assert_eq!(rejection(&clerk, Method::POST, "/users/ban", unknown).await.status, 404);
    for user_ids in [json!([]), json!(vec![&ada; 51])] {
        let rejected =
            rejection(&clerk, Method::POST, "/users/ban", json!({ "user_ids": user_ids })).await;
        assert_eq!(rejected.parts(), (422, "form_param_value_invalid", "user_ids"));
    }
    assert_eq!(get(&clerk, "/users/count?banned=true").await["total_count"], 0);

    let both = json!({ "user_ids": [grace, ada] });
    assert_eq!(ids(&post(&clerk, "/users/ban", both.clone()).await), [&grace, &ada]);
    assert_eq!(get(&clerk, "/users/count?banned=true").await["total_count"], 2);
    assert_eq!(get(&clerk, &format!("/sessions/{}", session.id())).await["status"], "revoked");
    post(&clerk, "/users/unban", both).await;
    assert_eq!(get(&clerk, "/users/count?banned=true").await["total_count"], 0);
}

#[tokio::test]
async fn lock_expires_after_an_hour() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let path = format!("/users/{}", ada.id);
    let lock = |user: &Value| (user["locked"].clone(), user["lockout_expires_in_seconds"].clone());
    let locked = post(&clerk, &format!("{path}/lock"), Value::Null).await;
    assert_eq!(lock(&locked), (json!(true), json!(3600)));
    clerk.clock().advance(Duration::from_secs(3599));
    assert_eq!(lock(&get(&clerk, &path).await), (json!(true), json!(1)));
    assert!(clerk.user(&ada.id).locked);
    clerk.clock().advance(Duration::from_secs(1));
    let unlocked = get(&clerk, &path).await;
    assert_eq!(lock(&unlocked), (json!(false), Value::Null));
    assert_eq!(unlocked["updated_at"], locked["updated_at"]);

    post(&clerk, &format!("{path}/lock"), Value::Null).await;
    let unlocked = post(&clerk, &format!("{path}/unlock"), Value::Null).await;
    assert_eq!(lock(&unlocked), (json!(false), Value::Null));
    let created_locked = post(&clerk, "/users", json!({ "locked": true })).await;
    assert_eq!(lock(&created_locked), (json!(true), json!(3600)));
}

#[tokio::test]
async fn typed_client_bans_and_locks_users() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let api = api(&clerk);
    let id = clerk.create_user(CreateUser::default()).id;
    let users = api.users();
    assert!(users.ban(&id).await?.banned);
    assert!(!users.unban(&id).await?.banned);
    assert!(users.bulk_ban(&[&id]).await?.iter().all(|user| user.banned));
    assert!(users.bulk_unban(&[&id]).await?.iter().all(|user| !user.banned));
    assert_eq!(users.lock(&id).await?.lockout_expires_in_seconds, Some(3600));
    assert!(!users.unlock(&id).await?.locked);
    Ok(())
}
