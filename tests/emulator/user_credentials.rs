//! Passwords, second factors and other user credentials over HTTP.

use std::time::Duration;

use axum_clerk::api::{
    CodeType, CreateUser, OptionalPaging, RemovePassword, SetPasswordCompromised, User,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{START, api, delete, emulator, get, id, patch, post, rejection};

/// The secret of RFC 6238's test vectors.
const TOTP_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

#[tokio::test]
async fn password_is_verified_changed_and_removed() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default().username("ada").password("correct horse"));
    let path = format!("/users/{}", ada.id);
    let verify = format!("{path}/verify_password");
    let with_password = |password: &str| json!({ "password": password });
    assert_eq!(
        post(&clerk, &verify, with_password("correct horse")).await,
        json!({ "verified": true })
    );
    assert_eq!(
        rejection(&clerk, Method::POST, &verify, with_password("wrong")).await.code,
        "incorrect_password"
    );
    assert_eq!(
        rejection(&clerk, Method::POST, &verify, json!({})).await.code,
        "form_param_missing"
    );

    clerk.clock().advance(Duration::from_secs(1));
    let changed = patch(&clerk, &path, with_password("battery staple")).await;
    assert_eq!(changed["password_last_updated_at"], START * 1000 + 1000);
    assert_eq!(
        rejection(&clerk, Method::POST, &verify, with_password("correct horse")).await.status,
        422
    );
    post(&clerk, &verify, with_password("battery staple")).await;

    let session = clerk.sign_in(&ada.id);
    let removed = post(&clerk, &format!("{path}/remove_password"), Value::Null).await;
    assert_eq!(removed["password_enabled"], false);
    assert_eq!(get(&clerk, &path).await, removed);
    let rejected = rejection(&clerk, Method::POST, &verify, with_password("battery staple")).await;
    assert_eq!(rejected.status_and_code(), (400, "no_password_set"));
    let status =
        async || get(&clerk, &format!("/sessions/{}", session.id())).await["status"].clone();
    assert_eq!(status().await, "active", "sessions stay active by default");
    let body = json!({ "sign_out_of_other_sessions": true });
    post(&clerk, &format!("{path}/remove_password"), body).await;
    assert_eq!(status().await, "revoked");

    let unknown_user = "/users/user_none/verify_password";
    assert_eq!(
        rejection(&clerk, Method::POST, unknown_user, with_password("correct horse")).await.status,
        404
    );
}

#[tokio::test]
async fn passwords_are_checked_unless_checks_are_skipped() {
    let clerk = emulator().await;
    for (body, code, param) in [
        (json!({ "password": "short" }), "form_password_length_too_short", "password"),
        (json!({ "password": "x".repeat(73) }), "form_password_length_too_long", "password"),
        (
            json!({ "password_digest": "$2a$10$x" }),
            "form_conditional_param_missing",
            "password_hasher",
        ),
        (
            json!({ "password_digest": "$2a$10$x", "password_hasher": "rot13" }),
            "form_param_value_invalid",
            "password_hasher",
        ),
        (json!({ "totp_secret": "1!" }), "invalid_totp_secret_code", "totp_secret"),
        (json!({ "backup_codes": [1] }), "form_param_format_invalid", "backup_codes"),
    ] {
        let rejected = rejection(&clerk, Method::POST, "/users", body.clone()).await;
        assert_eq!(rejected.parts(), (422, code, param), "{body}");
    }
    post(&clerk, "/users", json!({ "password": "short", "skip_password_checks": true })).await;
    let body = json!({ "password_digest": "$2a$10$x", "password_hasher": "bcrypt" });
    let user = post(&clerk, "/users", body).await;
    assert_eq!(user["password_enabled"], true);
    let verify = format!("/users/{}/verify_password", id(&user));
    let rejected = rejection(&clerk, Method::POST, &verify, json!({ "password": "x" })).await;
    assert_eq!(rejected.status, 422, "the emulator does not support foreign digests");

    let path = format!("/users/{}", id(&user));
    let rejected =
        rejection(&clerk, Method::PATCH, &path, json!({ "sign_out_of_other_sessions": true }))
            .await;
    assert_eq!(
        (rejected.code.as_str(), rejected.param.as_str()),
        ("form_conditional_param_missing", "password")
    );
}

#[tokio::test]
async fn compromised_password_makes_new_sessions_pending() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default().password("correct horse"));
    let path = format!("/users/{}", ada.id);
    let before = clerk.sign_in(&ada.id);
    let status = async |id: &str| get(&clerk, &format!("/sessions/{id}")).await["status"].clone();
    post(&clerk, &format!("{path}/password/set_compromised"), json!({})).await;
    assert_eq!(status(before.id()).await, "active");
    assert_eq!(status(clerk.sign_in(&ada.id).id()).await, "pending");
    post(
        &clerk,
        &format!("{path}/password/set_compromised"),
        json!({ "revoke_all_sessions": true }),
    )
    .await;
    assert_eq!(status(before.id()).await, "revoked");

    post(&clerk, &format!("{path}/password/unset_compromised"), Value::Null).await;
    assert_eq!(status(clerk.sign_in(&ada.id).id()).await, "active");
    post(&clerk, &format!("{path}/password/set_compromised"), json!({})).await;
    patch(&clerk, &path, json!({ "password": "battery staple" })).await;
    assert_eq!(
        status(clerk.sign_in(&ada.id).id()).await,
        "active",
        "changing the password clears the mark"
    );

    post(&clerk, &format!("{path}/remove_password"), Value::Null).await;
    let rejected =
        rejection(&clerk, Method::POST, &format!("{path}/password/set_compromised"), json!({}))
            .await;
    assert_eq!(rejected.status_and_code(), (400, "no_password_set"));
}

#[tokio::test]
async fn totp_and_backup_codes_are_verified() {
    let clerk = emulator().await;
    let ada = clerk.create_user(
        CreateUser::default().totp_secret(TOTP_SECRET).backup_codes(["battery", "staple"]),
    );
    assert!(ada.totp_enabled && ada.two_factor_enabled && ada.backup_code_enabled);
    let verify = format!("/users/{}/verify_totp", ada.id);
    let with_code = |code: &str| json!({ "code": code });
    // RFC 6238, appendix B: 279037 is the code at 2000000000 seconds.
    assert_eq!(
        rejection(&clerk, Method::POST, &verify, with_code("279037")).await.code,
        "totp_incorrect_code"
    );
    clerk.clock().advance(Duration::from_secs(2_000_000_000 - START));
    assert_eq!(
        post(&clerk, &verify, with_code("279037")).await,
        json!({ "verified": true, "code_type": "totp" })
    );
    clerk.clock().advance(Duration::from_secs(60));
    assert_eq!(rejection(&clerk, Method::POST, &verify, with_code("279037")).await.status, 422);

    let used = post(&clerk, &verify, with_code("battery")).await;
    assert_eq!(used, json!({ "verified": true, "code_type": "backup_code" }));
    assert_eq!(
        rejection(&clerk, Method::POST, &verify, with_code("battery")).await.code,
        "totp_incorrect_code"
    );
    post(&clerk, &verify, with_code("staple")).await;
    assert!(!clerk.user(&ada.id).backup_code_enabled, "all backup codes are used");
    assert_eq!(
        rejection(&clerk, Method::POST, &verify, with_code("staples")).await.code,
        "totp_invalid_length"
    );

    let grace = clerk.create_user(CreateUser::default());
    let verify = format!("/users/{}/verify_totp", grace.id);
    let rejected = rejection(&clerk, Method::POST, &verify, with_code("279037")).await;
    assert_eq!(rejected.status_and_code(), (400, "totp_disabled"));
}

#[tokio::test]
async fn second_factors_are_deleted() {
    let clerk = emulator().await;
    let new = || {
        let phone = format!("+1555555{:04}", clerk.requests("/v1/users") + 100);
        let user = CreateUser::default().username(format!("u{}", &phone[9..]));
        user.totp_secret(TOTP_SECRET).backup_codes(["battery"]).phone_number([phone])
    };
    for (factor, expected) in
        [("backup_code", [true, true, false]), ("totp", [false, false, false])]
    {
        let user = clerk.create_user(new().phone_number(Vec::<String>::new()).username(factor));
        let response = delete(&clerk, &format!("/users/{}/{factor}", user.id)).await;
        assert_eq!(response, json!({ "user_id": user.id }));
        assert_eq!(enabled_factors(&clerk.user(&user.id)), expected, "{factor}");
    }

    let user = clerk.create_user(new());
    let phone = user.primary_phone_number_id.clone().unwrap();
    let body = json!({ "reserved_for_second_factor": true });
    patch(&clerk, &format!("/phone_numbers/{phone}"), body).await;
    delete(&clerk, &format!("/users/{}/totp", user.id)).await;
    assert_eq!(
        enabled_factors(&clerk.user(&user.id)),
        [true, false, true],
        "the phone number is still a second factor"
    );
    delete(&clerk, &format!("/users/{}/mfa", user.id)).await;
    assert_eq!(enabled_factors(&clerk.user(&user.id)), [false, false, false]);
    assert_eq!(clerk.user(&user.id).phone_numbers[0].reserved_for_second_factor, Some(false));
    assert!(clerk.user(&user.id).mfa_disabled_at.is_some());
    for factor in ["totp", "mfa", "backup_code"] {
        let path = format!("/users/user_none/{factor}");
        assert_eq!(rejection(&clerk, Method::DELETE, &path, Value::Null).await.status, 404);
    }
}

/// Whether any second factor, TOTP and backup codes are enabled.
fn enabled_factors(user: &User) -> [bool; 3] {
    [user.two_factor_enabled, user.totp_enabled, user.backup_code_enabled]
}

#[tokio::test]
async fn wallet_is_deleted_unless_it_is_the_last_identification() {
    let clerk = emulator().await;
    let user = clerk.create_user(CreateUser::default().web3_wallet(["0x1", "0x2"]));
    let [first, second] = [0, 1].map(|n| user.web3_wallets[n].id.clone().unwrap());
    let path = |id: &str| format!("/users/{}/web3_wallets/{id}", user.id);
    assert_eq!(delete(&clerk, &path(&first)).await["object"], "web3_wallet");
    assert_eq!(clerk.user(&user.id).primary_web3_wallet_id.as_deref(), Some(second.as_str()));
    let rejected = rejection(&clerk, Method::DELETE, &path(&second), Value::Null).await;
    assert_eq!(rejected.status_and_code(), (400, "identification_deletion_failed"));
    assert_eq!(rejection(&clerk, Method::DELETE, &path(&first), Value::Null).await.status, 404);
    let other = clerk.create_user(CreateUser::default());
    let path = format!("/users/{}/web3_wallets/{second}", other.id);
    assert_eq!(
        rejection(&clerk, Method::DELETE, &path, Value::Null).await.status,
        404,
        "the wallet belongs to another user"
    );
}

#[tokio::test]
async fn unknown_credentials_are_not_found() {
    let clerk = emulator().await;
    let path = format!("/users/{}", clerk.create_user(CreateUser::default()).id);
    for (method, path, code) in [
        (Method::DELETE, format!("{path}/passkeys/idn_1"), "resource_not_found"),
        (Method::DELETE, format!("{path}/external_accounts/eac_1"), "external_account_not_found"),
        (
            Method::GET,
            format!("{path}/oauth_access_tokens/oauth_google"),
            "oauth_token_provider_not_enabled",
        ),
        (Method::DELETE, format!("{path}/trusted_devices/td_1"), "resource_not_found"),
        (Method::GET, "/users/user_none/trusted_devices".into(), "resource_not_found"),
        (
            Method::GET,
            "/users/user_none/oauth_access_tokens/oauth_google".into(),
            "resource_not_found",
        ),
    ] {
        let rejected = rejection(&clerk, method, &path, Value::Null).await;
        assert_eq!(rejected.status_and_code(), (404, code), "{path}");
    }
    let devices = get(&clerk, &format!("{path}/trusted_devices")).await;
    assert_eq!(devices, json!({ "data": [], "total_count": 0 }));
}

#[tokio::test]
async fn secrets_are_not_returned() {
    let clerk = emulator().await;
    let body = json!({
        "password": "correct horse",
        "totp_secret": TOTP_SECRET,
        "backup_codes": ["battery", "staple"],
    });
    let user = post(&clerk, "/users", body).await.to_string();
    for secret in ["correct horse", TOTP_SECRET, "battery"] {
        assert!(!user.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn typed_client_parses_credential_responses() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let api = api(&clerk);
    let users = api.users();
    let new = CreateUser::default()
        .password("correct horse")
        .totp_secret(TOTP_SECRET)
        .backup_codes(["battery"]);
    let user = users.create(&new.username("ada").web3_wallet(["0x1"])).await?;
    let id = user.id.as_str();
    assert!(users.verify_password(id, "correct horse").await?.verified);
    let error = users.verify_password(id, "wrong").await.unwrap_err();
    assert_eq!(error.api().unwrap().errors[0].code, "incorrect_password");
    assert_eq!(users.verify_totp(id, "battery").await?.code_type, Some(CodeType::BackupCode));
    users.set_password_compromised(id, &SetPasswordCompromised::default()).await?;
    users.unset_password_compromised(id).await?;
    assert!(!users.remove_password(id, &RemovePassword::default()).await?.password_enabled);
    assert_eq!(users.delete_backup_codes(id).await?.user_id, id);
    assert_eq!(users.delete_totp(id).await?.user_id, id);
    assert_eq!(users.disable_mfa(id).await?.user_id, id);
    let wallet = user.primary_web3_wallet_id.as_deref().unwrap();
    assert!(users.delete_web3_wallet(id, wallet).await?.deleted);
    assert_eq!(users.list_trusted_devices(id).await?.total_count, 0);
    for error in [
        users.delete_passkey(id, "idn_1").await.unwrap_err(),
        users.delete_external_account(id, "eac_1").await.unwrap_err(),
        users.revoke_trusted_device(id, "td_1").await.unwrap_err(),
        users
            .oauth_access_tokens(id, "oauth_google", &OptionalPaging::default())
            .await
            .unwrap_err(),
    ] {
        assert_eq!(error.api().unwrap().status, 404);
    }
    Ok(())
}
