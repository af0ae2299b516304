//! Passkeys and trusted devices over HTTP.

use std::time::Duration;

use axum_clerk::api::{CreateUser, DevicePlatform, TrustedDeviceStatus};
use http::Method;
use serde_json::{Value, json};

use crate::support::{api, delete, emulator, get, ids, rejection};

#[tokio::test]
async fn passkey_is_shown_and_deleted() {
    let clerk = emulator().await;
    let [ada, grace] = [(); 2].map(|()| clerk.create_user(CreateUser::default()));
    let passkey = clerk.add_passkey(&ada.id, "Laptop").id.unwrap();
    let user = get(&clerk, &format!("/users/{}", ada.id)).await;
    assert_eq!(user["passkeys"][0]["name"], "Laptop");
    let of_other = format!("/users/{}/passkeys/{passkey}", grace.id);
    assert_eq!(rejection(&clerk, Method::DELETE, &of_other, Value::Null).await.status, 404);
    let path = format!("/users/{}/passkeys/{passkey}", ada.id);
    let deleted = delete(&clerk, &path).await;
    assert_eq!(deleted, json!({ "object": "passkey", "id": passkey, "deleted": true }));
    assert!(clerk.user(&ada.id).passkeys.is_empty());
    let rejected = rejection(&clerk, Method::DELETE, &path, Value::Null).await;
    assert_eq!(rejected.status_and_code(), (404, "resource_not_found"));

    let other = clerk.add_passkey(&ada.id, "Phone").id.unwrap();
    assert!(api(&clerk).users().delete_passkey(&ada.id, &other).await.unwrap().deleted);
}

#[tokio::test]
async fn revoked_device_is_no_longer_listed() {
    let clerk = emulator().await;
    let [ada, grace] = [(); 2].map(|()| clerk.create_user(CreateUser::default()));
    let phone = clerk.add_trusted_device(&ada.id, &DevicePlatform::Android, "Phone");
    let tablet = clerk.add_trusted_device(&ada.id, &DevicePlatform::Ios, "Tablet");
    clerk.add_trusted_device(&grace.id, &DevicePlatform::Ios, "Phone");
    let list = format!("/users/{}/trusted_devices", ada.id);
    let listed = get(&clerk, &list).await;
    assert_eq!(ids(&listed["data"]), [&phone.id, &tablet.id]);
    assert_eq!(listed["data"][0]["platform"], "android");

    clerk.clock().advance(Duration::from_secs(1));
    let of_other = format!("/users/{}/trusted_devices/{}", grace.id, phone.id);
    assert_eq!(rejection(&clerk, Method::DELETE, &of_other, Value::Null).await.status, 404);
    let path = format!("{list}/{}", phone.id);
    let revoked = delete(&clerk, &path).await;
    assert_eq!(
        (&revoked["status"], &revoked["revoked_at"]),
        (&json!("revoked"), &revoked["updated_at"])
    );
    assert_eq!(ids(&get(&clerk, &list).await["data"]), [&tablet.id]);
    let rejected = rejection(&clerk, Method::DELETE, &path, Value::Null).await;
    assert_eq!(rejected.status_and_code(), (404, "resource_not_found"), "it is revoked already");

    let users = api(&clerk);
    let revoked = users.users().revoke_trusted_device(&ada.id, &tablet.id).await.unwrap();
    assert_eq!(revoked.status, TrustedDeviceStatus::Revoked);
    assert_eq!(users.users().list_trusted_devices(&ada.id).await.unwrap().total_count, 0);
}
