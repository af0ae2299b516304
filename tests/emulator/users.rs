//! Users over HTTP.

use std::time::Duration;

use axum_clerk::{
    Timestamp,
    api::{CreateOrganization, CreateUser, User},
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    PNG_URL, START, api, assert_invalid_query, call, emulator, get, id, ids, mislabeled_image,
    patch, png, post, put, rejection,
};

#[tokio::test]
async fn user_is_created_read_updated_and_deleted() {
    let clerk = emulator().await;
    let created = post(
        &clerk,
        "/users",
        json!({
            "first_name": "Ada",
            "email_address": ["Ada@Example.com", "countess@example.com"],
            "phone_number": ["+15555550100"],
            "username": "ada",
            "external_id": "42",
            "public_metadata": { "plan": "free" },
            "created_at": "2001-09-09T01:46:40.5Z",
            "password": "correct horse",
        }),
    )
    .await;
    let path = format!("/users/{}", id(&created));
    assert_eq!(get(&clerk, &path).await, created);
    assert_eq!(created["email_addresses"][0]["email_address"], "ada@example.com");
    assert_eq!(created["primary_email_address_id"], created["email_addresses"][0]["id"]);
    assert_eq!(created["primary_phone_number_id"], created["phone_numbers"][0]["id"]);
    assert_eq!(created["email_addresses"][0]["verification"]["status"], "verified");
    assert_eq!(created["created_at"], 1_000_000_000_500_u64);
    assert_eq!(created["password_enabled"], true);
    assert!(!created.to_string().contains("correct horse"), "the password is not returned");

    clerk.clock().advance(Duration::from_secs(1));
    let second_email = &created["email_addresses"][1]["id"];
    let change =
        json!({ "last_name": "King", "username": null, "primary_email_address_id": second_email });
    let changed = patch(&clerk, &path, change).await;
    assert_eq!(changed["first_name"], "Ada", "omitted fields keep their values");
    assert_eq!(changed["last_name"], "King");
    assert_eq!(changed["username"], Value::Null);
    assert_eq!(&changed["primary_email_address_id"], second_email);
    assert_eq!(changed["updated_at"], START * 1000 + 1000);
    assert_eq!(get(&clerk, &path).await, changed);

    let (status, deleted) = call(&clerk, Method::DELETE, &path, Value::Null).await;
    assert_eq!(
        (status.as_u16(), &deleted["deleted"], &deleted["id"]),
        (200, &json!(true), &created["id"])
    );
    let rejected = rejection(&clerk, Method::GET, &path, Value::Null).await;
    assert_eq!(rejected.status_and_code(), (404, "resource_not_found"));
}

#[tokio::test]
async fn rust_api_and_http_return_the_same_user() {
    let clerk = emulator().await;
    let ada = CreateUser::default()
        .first_name("Ada")
        .email_address(["ada@example.com"])
        .password("correct horse")
        .created_at(Timestamp::from_millis(1_000_000_000_000))
        .public_metadata(json!({ "plan": "free" }));
    let ada = clerk.create_user(ada);
    let over_http = get(&clerk, &format!("/users/{}", ada.id)).await;
    assert_eq!(serde_json::from_value::<User>(over_http).unwrap(), ada);
    assert_eq!(ada.primary_email_address().unwrap().email_address, "ada@example.com");
    assert_eq!(ada.created_at, Timestamp::from_millis(1_000_000_000_000));
    assert_eq!(ada, clerk.user(&ada.id));
}

#[tokio::test]
async fn user_has_all_fields_that_clerk_requires() {
    let clerk = emulator().await;
    let user = post(&clerk, "/users", json!({ "email_address": ["ada@example.com"] })).await;
    for name in [
        "id",
        "object",
        "username",
        "first_name",
        "last_name",
        "has_image",
        "primary_email_address_id",
        "primary_phone_number_id",
        "primary_web3_wallet_id",
        "password_enabled",
        "two_factor_enabled",
        "totp_enabled",
        "backup_code_enabled",
        "email_addresses",
        "phone_numbers",
        "web3_wallets",
        "passkeys",
        "external_accounts",
        "saml_accounts",
        "enterprise_accounts",
        "public_metadata",
        "external_id",
        "last_sign_in_at",
        "banned",
        "locked",
        "lockout_expires_in_seconds",
        "verification_attempts_remaining",
        "created_at",
        "updated_at",
        "delete_self_enabled",
        "create_organization_enabled",
        "last_active_at",
        "mfa_enabled_at",
        "mfa_disabled_at",
        "legal_accepted_at",
    ] {
        assert!(user.get(name).is_some(), "{name}");
    }
    for name in [
        "object",
        "email_address",
        "verification",
        "linked_to",
        "reserved",
        "created_at",
        "updated_at",
    ] {
        assert!(user["email_addresses"][0].get(name).is_some(), "{name}");
    }
}

#[tokio::test]
async fn invalid_users_are_rejected() {
    let clerk = emulator().await;
    post(
        &clerk,
        "/users",
        json!({ "email_address": ["ada@example.com"], "username": "ada", "external_id": "1" }),
    )
    .await;
    for (body, code, param) in [
        (
            json!({ "email_address": ["ADA@example.com"] }),
            "form_identifier_exists",
            "email_address",
        ),
        (json!({ "email_address": ["a@b", "a@b"] }), "form_identifier_exists", "email_address"),
        (json!({ "email_address": ["nobody"] }), "form_param_format_invalid", "email_address"),
        (json!({ "email_address": "a@b" }), "form_param_format_invalid", "email_address"),
        (json!({ "phone_number": ["555"] }), "form_param_format_invalid", "phone_number"),
        (json!({ "username": "Ada" }), "form_identifier_exists", "username"),
        (json!({ "username": "a b" }), "form_username_invalid_character", "username"),
        (json!({ "external_id": "1" }), "form_identifier_exists", "external_id"),
        (json!({ "first_name": 1 }), "form_param_format_invalid", "first_name"),
        (json!({ "public_metadata": [] }), "form_param_format_invalid", "public_metadata"),
        (json!({ "created_at": "yesterday" }), "form_param_format_invalid", "created_at"),
        (json!({ "password": "short" }), "form_password_length_too_short", "password"),
        (json!({ "shoe_size": 39 }), "form_param_unknown", "shoe_size"),
        (
            json!({ "primary_email_address_id": "idn_1" }),
            "form_param_unknown",
            "primary_email_address_id",
        ),
    ] {
        let rejected = rejection(&clerk, Method::POST, "/users", body.clone()).await;
        assert_eq!(rejected.parts(), (422, code, param), "{body}");
    }
    assert_eq!(
        get(&clerk, "/users/count").await["total_count"],
        1,
        "rejected users are not created"
    );
}

#[tokio::test]
async fn rejected_updates_change_nothing() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default().first_name("Ada"));
    let path = format!("/users/{}", ada.id);
    for change in
        [json!({ "first_name": "Grace", "shoe_size": 39 }), json!({ "public_metadata": {} })]
    {
        let rejected = rejection(&clerk, Method::PATCH, &path, change).await;
        assert_eq!(rejected.status_and_code(), (422, "form_param_unknown"));
    }
    assert_eq!(clerk.user(&ada.id), ada);
}

#[tokio::test]
async fn users_are_filtered() {
    let clerk = emulator().await;
    let new = CreateUser::default;
    let ada = clerk
        .create_user(new().first_name("Ada").username("ada").email_address(["ada@example.com"]));
    let grace = clerk
        .create_user(new().first_name("Grace").last_name("Hopper").external_id("7").banned(true));
    clerk.clock().advance(Duration::from_secs(10));
    let alan = clerk.create_user(new().first_name("Alan").phone_number(["+15555550100"]));
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let _ = clerk.sign_in(&alan.id);

    let (ada, grace, alan) = (ada.id.as_str(), grace.id.as_str(), alan.id.as_str());
    let now = (START + 10) * 1000;
    for (query, expected) in [
        (String::new(), vec![alan, grace, ada]),
        ("email_address=ADA@example.com&email_address=none@example.com".into(), vec![ada]),
        ("phone_number=%2B15555550100".into(), vec![alan]),
        ("username=ada".into(), vec![ada]),
        ("external_id=7".into(), vec![grace]),
        ("external_id=-7".into(), vec![alan, ada]),
        (format!("user_id={ada}&user_id=%2B{alan}&user_id=user_none"), vec![alan, ada]),
        (format!("user_id=-{ada}"), vec![alan, grace]),
        (format!("organization_id={}", acme.id), vec![ada]),
        (format!("organization_id=-{}", acme.id), vec![alan, grace]),
        ("query=HOPP".into(), vec![grace]),
        ("query=example.com".into(), vec![ada]),
        ("name_query=ce%20hop".into(), vec![grace]),
        ("email_address_query=EXAMPLE".into(), vec![ada]),
        ("phone_number_query=5550100".into(), vec![alan]),
        ("username_query=AD".into(), vec![ada]),
        ("banned=true".into(), vec![grace]),
        ("banned=false".into(), vec![alan, ada]),
        (format!("created_at_before={now}"), vec![grace, ada]),
        (format!("created_at_after={}", now - 1), vec![alan]),
        (format!("last_sign_in_at_after={}", now - 1), vec![alan]),
        ("provider=oauth_google&provider_user_id=1".into(), vec![]),
        ("username=ada&banned=true".into(), vec![]),
    ] {
        assert_eq!(ids(&get(&clerk, &format!("/users?{query}")).await), expected, "{query}");
        let count = get(&clerk, &format!("/users/count?{query}")).await;
        assert_eq!(
            count,
            json!({ "object": "total_count", "total_count": expected.len() }),
            "{query}"
        );
    }
}

#[tokio::test]
async fn users_are_ordered_and_paged() {
    let clerk = emulator().await;
    let names = ["Ada", "grace", "Alan"].map(|name| {
        clerk.clock().advance(Duration::from_secs(1));
        clerk.create_user(CreateUser::default().first_name(name)).id
    });
    let [ada, grace, alan] = names.each_ref().map(String::as_str);
    for (query, expected) in [
        ("order_by=created_at".to_owned(), vec![ada, grace, alan]),
        ("order_by=-created_at".into(), vec![alan, grace, ada]),
        ("order_by=first_name".into(), vec![ada, alan, grace]),
        ("order_by=%2Bfirst_name".into(), vec![ada, alan, grace]),
        ("order_by=+first_name".into(), vec![ada, alan, grace]),
        ("order_by=-first_name".into(), vec![grace, alan, ada]),
        ("limit=2".into(), vec![alan, grace]),
        ("limit=2&offset=2".into(), vec![ada]),
        ("offset=3".into(), vec![]),
        (format!("limit=1&starting_after={alan}"), vec![grace]),
        (format!("order_by=created_at&starting_after={ada}"), vec![grace, alan]),
    ] {
        assert_eq!(ids(&get(&clerk, &format!("/users?{query}")).await), expected, "{query}");
    }
    for (query, param) in [
        ("limit=0".to_owned(), "limit"),
        ("limit=501".into(), "limit"),
        ("limit=some".into(), "limit"),
        ("order_by=shoe_size".into(), "order_by"),
        ("starting_after=user_none".into(), "starting_after"),
        ("provider=oauth_google".into(), "provider_user_id"),
        ("provider_user_id=1".into(), "provider"),
        ("username=x&".repeat(101), "username"),
        (format!("starting_after={ada}&offset=1"), "offset"),
        (format!("starting_after={ada}&order_by=first_name"), "order_by"),
    ] {
        assert_invalid_query(&clerk, &format!("/users?{query}"), 422, param).await;
    }
}

#[tokio::test]
async fn metadata_is_merged_or_replaced() {
    let clerk = emulator().await;
    let before = json!({ "plan": "free", "limits": { "seats": 3, "days": 1 } });
    let ada = clerk.create_user(
        CreateUser::default().public_metadata(before).private_metadata(json!({ "a": 1 })),
    );
    let path = format!("/users/{}/metadata", ada.id);

    let change = json!({
        "public_metadata": { "plan": null, "limits": { "seats": 5 }, "new": { "x": null } },
    });
    let merged = patch(&clerk, &path, change).await;
    assert_eq!(
        merged["public_metadata"],
        json!({ "limits": { "seats": 5, "days": 1 }, "new": {} })
    );
    assert_eq!(merged["private_metadata"], json!({ "a": 1 }));

    let replaced = put(&clerk, &path, json!({ "public_metadata": { "b": 2 } })).await;
    assert_eq!(replaced["public_metadata"], json!({ "b": 2 }));
    assert_eq!(replaced["private_metadata"], json!({ "a": 1 }));
}

#[tokio::test]
async fn profile_image_is_set_and_deleted() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let api = api(&clerk);
    let ada = clerk.create_user(CreateUser::default());
    let users = api.users();
    let with_image = users.set_profile_image(&ada.id, png(8)).await?;
    assert!(with_image.has_image);
    assert_eq!(with_image.image_url.as_deref(), Some(PNG_URL));
    assert_eq!(clerk.user(&ada.id), with_image);
    let without_image = users.delete_profile_image(&ada.id).await?;
    assert_eq!((without_image.has_image, without_image.image_url), (false, ada.image_url));

    for (result, status, code) in [
        (users.delete_profile_image(&ada.id).await, 404, "image_not_found"),
        (users.set_profile_image(&ada.id, mislabeled_image()).await, 400, "request_body_invalid"),
        (users.set_profile_image(&ada.id, png(10 * 1024 * 1024 + 1)).await, 413, "image_too_large"),
        (users.set_profile_image("user_none", png(8)).await, 404, "resource_not_found"),
    ] {
        let error = result.unwrap_err();
        let error = error.api().unwrap();
        assert_eq!((error.status.as_u16(), error.errors[0].code.as_str()), (status, code));
    }
    assert!(!clerk.user(&ada.id).has_image);
    Ok(())
}
