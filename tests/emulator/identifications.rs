//! Email addresses and phone numbers over HTTP.

use std::time::Duration;

use axum_clerk::{
    api::{
        AttemptVerification, CreateEmailAddress, CreatePhoneNumber, CreateUser,
        IdentificationStatus, ReplaceEmailAddress, ReplacePhoneNumber, UpdateEmailAddress,
        UpdatePhoneNumber, UpdateUser, VerificationStatus,
    },
    emulator::ClerkEmulator,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{START, api, delete, emulator, get, id, ids, patch, post, put, rejection};

/// Creates a user with one email address and returns their ID.
fn create_ada(clerk: &ClerkEmulator) -> String {
    clerk.create_user(CreateUser::default().email_address(["ada@example.com"])).id
}

#[tokio::test]
async fn email_address_is_added_read_updated_and_deleted() {
    let clerk = emulator().await;
    let user_id = create_ada(&clerk);
    let user_path = format!("/users/{user_id}");
    let body = json!({ "user_id": user_id, "email_address": "Countess@Example.com" });
    let created = post(&clerk, "/email_addresses", body).await;
    assert_eq!(created["email_address"], "countess@example.com");
    assert_eq!(created["verification"], Value::Null, "unverified by default");
    let path = format!("/email_addresses/{}", id(&created));
    assert_eq!(get(&clerk, &path).await, created);
    let user = get(&clerk, &user_path).await;
    assert_eq!(user["email_addresses"][1], created);
    assert_eq!(user["primary_email_address_id"], user["email_addresses"][0]["id"]);

    clerk.clock().advance(Duration::from_secs(1));
    let changed = patch(&clerk, &path, json!({ "verified": true, "primary": true })).await;
    assert_eq!(changed["verification"]["strategy"], "admin");
    assert_eq!(changed["updated_at"], START * 1000 + 1000);
    let user = get(&clerk, &user_path).await;
    assert_eq!(user["email_addresses"][1], changed);
    assert_eq!(user["primary_email_address_id"], created["id"]);
    assert_eq!(user["updated_at"], START * 1000 + 1000);

    let deleted = delete(&clerk, &path).await;
    let expected = json!({ "object": "email_address", "id": created["id"], "deleted": true });
    assert_eq!(deleted, expected);
    let user = get(&clerk, &user_path).await;
    assert_eq!(ids(&user["email_addresses"]).len(), 1);
    assert_eq!(
        user["primary_email_address_id"], user["email_addresses"][0]["id"],
        "the remaining address becomes primary"
    );
    assert_eq!(rejection(&clerk, Method::GET, &path, Value::Null).await.status, 404);
}

#[tokio::test]
async fn invalid_identification_requests_are_rejected() {
    let clerk = emulator().await;
    let user_id = create_ada(&clerk);
    let other = clerk.create_user(CreateUser::default().username("grace")).id;
    let before = [clerk.user(&user_id), clerk.user(&other)];
    let id = before[0].primary_email_address_id.clone().unwrap();
    let email = |email: &str| json!({ "user_id": other, "email_address": email });
    let phone = |phone: &str| json!({ "user_id": other, "phone_number": phone });
    let with = |mut body: Value, name: &str, value: Value| {
        body[name] = value;
        body
    };
    let (emails, phones) = ("/email_addresses", "/phone_numbers");
    let replace = format!("/users/{other}/email_address");
    let own = format!("/email_addresses/{id}");
    for (method, path, body, status, code, param) in [
        ("POST", emails, json!({}), 422, "form_param_missing", "user_id"),
        ("POST", emails, json!({ "user_id": other }), 422, "form_param_missing", "email_address"),
        ("POST", emails, email("ADA@example.com"), 422, "form_identifier_exists", "email_address"),
        ("POST", emails, email("nobody"), 422, "form_param_format_invalid", "email_address"),
        (
            "POST",
            emails,
            with(email("a@b"), "verified", json!(1)),
            422,
            "form_param_format_invalid",
            "verified",
        ),
        (
            "POST",
            emails,
            with(email("a@b"), "primary", json!(true)),
            422,
            "form_verification_needed",
            "primary",
        ),
        (
            "POST",
            emails,
            with(email("a@b"), "shoe_size", json!(39)),
            422,
            "form_param_unknown",
            "shoe_size",
        ),
        (
            "POST",
            emails,
            with(email("a@b"), "user_id", json!("user_none")),
            404,
            "resource_not_found",
            "",
        ),
        ("POST", phones, phone("555"), 422, "form_param_format_invalid", "phone_number"),
        (
            "POST",
            phones,
            phone("+1234567890123456"),
            422,
            "form_param_format_invalid",
            "phone_number",
        ),
        (
            "POST",
            phones,
            with(phone("+15555550100"), "reserved_for_second_factor", json!(true)),
            400,
            "identification_create_second_factor_unverified",
            "",
        ),
        (
            "POST",
            phones,
            with(phone("+15555550100"), "notify_primary_email_address_changed", json!(true)),
            422,
            "form_param_unknown",
            "notify_primary_email_address_changed",
        ),
        (
            "PATCH",
            &own,
            json!({ "email_address": "a@b" }),
            422,
            "form_param_unknown",
            "email_address",
        ),
        ("PATCH", "/email_addresses/idn_none", json!({}), 404, "resource_not_found", ""),
        ("PATCH", &format!("/phone_numbers/{id}"), json!({}), 404, "resource_not_found", ""),
        ("DELETE", &own, Value::Null, 400, "identification_deletion_failed", ""),
        ("PUT", &replace, json!({}), 422, "form_param_missing", "email_address"),
        (
            "PUT",
            &replace,
            json!({ "email_address": "ada@example.com" }),
            422,
            "form_identifier_exists",
            "email_address",
        ),
        (
            "PUT",
            &replace,
            json!({ "email_address": "a@b", "identification_status": "perhaps" }),
            422,
            "form_param_value_invalid",
            "identification_status",
        ),
        (
            "PUT",
            "/users/user_none/email_address",
            json!({ "email_address": "a@b" }),
            404,
            "resource_not_found",
            "",
        ),
    ] {
        let rejected = rejection(&clerk, method.parse().unwrap(), path, body.clone()).await;
        assert_eq!(rejected.parts(), (status, code, param), "{method} {path} {body}");
    }
    assert_eq!(
        [clerk.user(&user_id), clerk.user(&other)],
        before,
        "rejected requests change nothing"
    );
}

#[tokio::test]
async fn unverified_email_address_is_shared_until_verified() {
    let clerk = emulator().await;
    let first = create_ada(&clerk);
    let second = clerk.create_user(CreateUser::default().username("grace")).id;
    let mut paths = Vec::new();
    for user_id in [&first, &second] {
        let body = json!({ "user_id": user_id, "email_address": "shared@example.com" });
        let created = post(&clerk, "/email_addresses", body).await;
        paths.push(format!("/email_addresses/{}", id(&created)));
    }
    assert!(
        clerk.user(&second).primary_email_address_id.is_none(),
        "an unverified address does not become primary"
    );
    let primary = json!({ "primary_email_address_id": clerk.user(&second).email_addresses[0].id });
    let rejected = rejection(&clerk, Method::PATCH, &format!("/users/{second}"), primary).await;
    assert_eq!(rejected.status_and_code(), (422, "form_verification_needed"));

    patch(&clerk, &paths[1], json!({ "verified": true })).await;
    assert!(
        clerk.user(&second).primary_email_address_id.is_some(),
        "the first verified address becomes primary"
    );
    let rejected = rejection(&clerk, Method::PATCH, &paths[0], json!({ "verified": true })).await;
    assert_eq!(rejected.status_and_code(), (400, "identification_claimed"));
    let prepared = post(&clerk, &format!("{}/prepare_verification", paths[0]), Value::Null).await;
    let attempt = json!({ "verification_id": prepared["id"], "code": "424242" });
    let rejected =
        rejection(&clerk, Method::POST, &format!("{}/attempt_verification", paths[0]), attempt)
            .await;
    assert_eq!(rejected.status_and_code(), (400, "identification_claimed"));
}

#[tokio::test]
async fn identifiers_of_deleted_users_can_be_reused() {
    let clerk = emulator().await;
    let new = || {
        CreateUser::default()
            .email_address(["ada@example.com"])
            .phone_number(["+15555550100"])
            .web3_wallet(["0x1"])
            .username("ada")
            .external_id("1")
    };
    let before = clerk.create_user(new());
    let deleted = delete(&clerk, &format!("/users/{}", before.id)).await;
    assert_eq!(deleted["external_id"], "1");
    let after = clerk.create_user(new());
    assert_ne!(before.id, after.id);
    let old = format!("/email_addresses/{}", before.primary_email_address_id.unwrap());
    assert_eq!(rejection(&clerk, Method::GET, &old, Value::Null).await.status, 404);

    let address = after.primary_email_address_id.unwrap();
    delete(&clerk, &format!("/email_addresses/{address}")).await;
    clerk.create_user(CreateUser::default().email_address(["ada@example.com"]));
}

#[tokio::test]
async fn phone_number_serves_as_second_factor() {
    let clerk = emulator().await;
    let user_id = create_ada(&clerk);
    let user_path = format!("/users/{user_id}");
    let phone = |number: &str, second_factor: bool| {
        json!({
            "user_id": user_id,
            "phone_number": number,
            "verified": true,
            "reserved_for_second_factor": second_factor,
        })
    };
    let first = post(&clerk, "/phone_numbers", phone("+15555550100", true)).await;
    assert_eq!(first["default_second_factor"], true);
    let second = post(&clerk, "/phone_numbers", phone("+15555550101", true)).await;
    assert_eq!(second["default_second_factor"], false, "the first stays the default");
    let user = get(&clerk, &user_path).await;
    assert_eq!(
        (&user["two_factor_enabled"], &user["mfa_enabled_at"]),
        (&json!(true), &json!(START * 1000))
    );

    clerk.clock().advance(Duration::from_secs(1));
    let path = |phone: &Value| format!("/phone_numbers/{}", id(phone));
    let changed =
        patch(&clerk, &path(&first), json!({ "reserved_for_second_factor": false })).await;
    assert_eq!(changed["default_second_factor"], false);
    assert_eq!(
        get(&clerk, &path(&second)).await["default_second_factor"],
        true,
        "the other number becomes the default"
    );
    assert_eq!(get(&clerk, &user_path).await["two_factor_enabled"], true);
    delete(&clerk, &path(&second)).await;
    let user = get(&clerk, &user_path).await;
    assert_eq!(
        (&user["two_factor_enabled"], &user["mfa_enabled_at"]),
        (&json!(false), &json!(START * 1000))
    );
    assert_eq!(user["mfa_disabled_at"], START * 1000 + 1000);

    let body = json!({ "user_id": user_id, "phone_number": "+15555550102" });
    let unverified = post(&clerk, "/phone_numbers", body).await;
    let other_user = clerk.create_user(CreateUser::default().phone_number(["+15555550103"]));
    for (id, code) in [
        (id(&unverified), "identification_update_second_factor_unverified"),
        (other_user.primary_phone_number_id.as_deref().unwrap(), "identification_update_failed"),
    ] {
        let body = json!({ "reserved_for_second_factor": true });
        let rejected =
            rejection(&clerk, Method::PATCH, &format!("/phone_numbers/{id}"), body).await;
        assert_eq!(rejected.status_and_code(), (400, code));
    }
}

#[tokio::test]
async fn replacement_removes_all_other_identifications() {
    let clerk = emulator().await;
    let new = CreateUser::default()
        .email_address(["ada@example.com", "countess@example.com"])
        .phone_number(["+15555550100"])
        .backup_codes(["battery"]);
    let user = clerk.create_user(new);
    let phone = user.primary_phone_number_id.unwrap();
    patch(
        &clerk,
        &format!("/phone_numbers/{phone}"),
        json!({ "reserved_for_second_factor": true }),
    )
    .await;

    for (status, reserved, verified) in
        [("verified", false, true), ("reserved", true, false), ("unverified", false, false)]
    {
        let body =
            json!({ "email_address": "countess@example.com", "identification_status": status });
        let replacement = put(&clerk, &format!("/users/{}/email_address", user.id), body).await;
        assert_eq!(replacement["reserved"], reserved, "{status}");
        assert_eq!(replacement["verification"]["status"] == "verified", verified, "{status}");
        let user = get(&clerk, &format!("/users/{}", user.id)).await;
        assert_eq!(user["email_addresses"], json!([replacement]));
        assert_eq!(user["primary_email_address_id"], replacement["id"]);
    }
    let body = json!({ "phone_number": "+15555550101" });
    let replacement = put(&clerk, &format!("/users/{}/phone_number", user.id), body).await;
    assert_eq!(replacement["reserved_for_second_factor"], false);
    let user = get(&clerk, &format!("/users/{}", user.id)).await;
    assert_eq!(
        (&user["phone_numbers"], &user["two_factor_enabled"]),
        (&json!([replacement]), &json!(false))
    );
    assert_eq!(user["backup_code_enabled"], false);

    // The replaced address can be used again.
    post(&clerk, "/users", json!({ "email_address": ["ada@example.com"] })).await;
}

#[tokio::test]
async fn new_users_can_have_reserved_email_addresses() {
    let clerk = emulator().await;
    let emails = ["ada@example.com", "countess@example.com"];
    let with_statuses = |statuses: Value| {
        let status = "email_address_identification_status";
        json!({ "email_address": emails, status: statuses })
    };
    let user = post(&clerk, "/users", with_statuses(json!(["reserved", "verified"]))).await;
    let [first, second] = [0, 1].map(|n| user["email_addresses"][n].clone());
    assert_eq!((&first["reserved"], &first["verification"]), (&json!(true), &Value::Null));
    assert_eq!(
        (&second["reserved"], &second["verification"]["status"]),
        (&json!(false), &json!("verified"))
    );
    assert_eq!(user["primary_email_address_id"], first["id"], "the first address is primary");
    let other = json!({ "email_address": ["ada@example.com"] });
    assert_eq!(
        rejection(&clerk, Method::POST, "/users", other).await.code,
        "form_identifier_exists"
    );
    for statuses in
        [json!(["reserved"]), json!(["reserved", "perhaps"]), json!(["verified", "unverified"])]
    {
        let rejected =
            rejection(&clerk, Method::POST, "/users", with_statuses(statuses.clone())).await;
        let expected = ("form_param_value_invalid", "email_address_identification_status");
        assert_eq!((rejected.code.as_str(), rejected.param.as_str()), expected, "{statuses}");
    }
}

#[tokio::test]
async fn typed_client_parses_identification_responses() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let api = api(&clerk);
    let user_id = create_ada(&clerk);
    let emails = api.email_addresses();
    let created = emails.create(&CreateEmailAddress::new(&user_id, "new@example.com")).await?;
    let id = created.id.as_deref().unwrap();
    assert_eq!(emails.get(id).await?, created);
    let verification = emails.prepare_verification(id).await?;
    let verified = emails
        .attempt_verification(id, &AttemptVerification::new(verification.id, "424242"))
        .await?;
    assert_eq!(verified.status, VerificationStatus::Verified);
    emails.update(id, &UpdateEmailAddress::default().primary(true)).await?;
    assert_eq!(api.users().get(&user_id).await?.primary_email_address_id.as_deref(), Some(id));
    assert!(emails.delete(id).await?.deleted);
    let replacement = ReplaceEmailAddress::new("only@example.com")
        .identification_status(IdentificationStatus::Reserved);
    assert!(emails.replace_for_user(&user_id, &replacement).await?.reserved);

    let phones = api.phone_numbers();
    let created =
        phones.create(&CreatePhoneNumber::new(&user_id, "+15555550100").verified(true)).await?;
    let id = created.id.as_deref().unwrap();
    assert_eq!(phones.get(id).await?, created);
    let verification = phones.prepare_verification(id).await?;
    assert_eq!(verification.channel.as_deref(), Some("sms"));
    let verified = phones
        .attempt_verification(id, &AttemptVerification::new(verification.id, "424242"))
        .await?;
    assert_eq!(verified.status, VerificationStatus::Verified);
    let changed =
        phones.update(id, &UpdatePhoneNumber::default().reserved_for_second_factor(true)).await?;
    assert_eq!(changed.default_second_factor, Some(true));
    assert!(phones.delete(id).await?.deleted);
    let replacement =
        phones.replace_for_user(&user_id, &ReplacePhoneNumber::new("+15555550101")).await?;
    let update = UpdateUser::default().primary_phone_number_id(replacement.id.unwrap());
    assert_eq!(api.users().update(&user_id, &update).await?.phone_numbers.len(), 1);
    Ok(())
}
