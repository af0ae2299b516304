//! The allowlist and the blocklist over HTTP, and whom they keep out.

use axum_clerk::{
    api::{CreateAllowlistIdentifier, CreateUser, IdentifierType, OptionalPaging},
    emulator::ClerkEmulator,
};
use http::Method;
use serde_json::{Value, json};

use super::{api, call, emulator, get, ids, post, refusal};

#[tokio::test]
async fn an_identifier_is_listed_by_its_form_until_it_is_deleted() {
    let clerk = emulator().await;
    for list in ["allowlist", "blocklist"] {
        let path = format!("/{list}_identifiers");
        let mut made = Vec::new();
        for (identifier, kind) in [
            ("Ada@Example.com", "email_address"),
            ("*@example.com", "email_address"),
            ("*@*.example.com", "email_address"),
            ("example.com", "email_address"),
            ("+15555550100", "phone_number"),
            ("0x0123456789abcdef0123456789ABCDEF01234567", "web3_wallet"),
        ] {
            let listed = post(&clerk, &path, json!({ "identifier": identifier })).await;
            assert_eq!(listed["identifier"], identifier.to_lowercase());
            assert_eq!(
                (&listed["identifier_type"], &listed["object"]),
                (&json!(kind), &json!(format!("{list}_identifier")))
            );
            made.insert(0, listed["id"].as_str().unwrap().to_owned());
        }
        for (body, status, code) in [
            (json!({}), 422, "form_param_missing"),
            (json!({ "identifier": "ada" }), 422, "form_param_format_invalid"),
            (json!({ "identifier": "ADA@example.com" }), 400, "duplicate_record"),
            (json!({ "identifier": "a@b.c", "shoe_size": 39 }), 422, "form_param_unknown"),
        ] {
            let refused = refusal(&clerk, Method::POST, &path, body.clone()).await;
            assert_eq!((refused.0, refused.1.as_str()), (status, code), "{body}");
        }
        let listed = get(&clerk, &path).await;
        let all = if list == "blocklist" { &listed["data"] } else { &listed };
        assert_eq!(ids(all), made);
        let one = format!("{path}/{}", made[0]);
        assert_eq!(call(&clerk, Method::DELETE, &one, Value::Null).await.1["deleted"], true);
        assert_eq!(refusal(&clerk, Method::DELETE, &one, Value::Null).await.0, 404);
    }
    assert_eq!(
        get(&clerk, "/allowlist_identifiers?limit=2&offset=1").await.as_array().unwrap().len(),
        2
    );
    assert_eq!(get(&clerk, "/blocklist_identifiers").await["total_count"], 5);
}

#[tokio::test]
async fn who_is_notified_of_being_allowed_is_invited() {
    let clerk = emulator().await;
    let body = json!({ "identifier": "ada@example.com", "notify": true });
    let listed = post(&clerk, "/allowlist_identifiers", body).await;
    let invited = get(&clerk, "/invitations").await;
    assert_eq!(listed["invitation_id"], invited[0]["id"]);
    assert_eq!(invited[0]["email_address"], "ada@example.com");

    clerk.create_user(CreateUser::default().email_address(["grace@example.com"]));
    let body = json!({ "identifier": "grace@example.com", "notify": true });
    let refused = refusal(&clerk, Method::POST, "/allowlist_identifiers", body).await;
    assert_eq!((refused.0, refused.1.as_str()), (422, "form_identifier_exists"));
    assert_eq!(get(&clerk, "/allowlist_identifiers").await.as_array().unwrap().len(), 1);
}

/// The status with which the sign-up page answers somebody.
async fn sign_up(clerk: &ClerkEmulator, email_address: &str) -> u16 {
    let form = [("email_address", email_address), ("first_name", ""), ("last_name", "")];
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = reqwest::Client::new().post(format!("{}/sign-up", clerk.url())).body(form);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    request.send().await.unwrap().status().as_u16()
}

async fn restrict(clerk: &ClerkEmulator, restrictions: Value) {
    let (status, _) = call(clerk, Method::PATCH, "/instance/restrictions", restrictions).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn who_is_blocked_cannot_sign_up() {
    let clerk = emulator().await;
    for identifier in
        ["eve@example.com", "evil@gmail.com", "*@evil.example", "*@*.worse.example", "spam.example"]
    {
        post(&clerk, "/blocklist_identifiers", json!({ "identifier": identifier })).await;
    }
    assert_eq!(sign_up(&clerk, "mallory@evil.example").await, 200, "the list is off");
    restrict(&clerk, json!({ "blocklist": true })).await;
    for (email_address, status) in [
        ("Eve@Example.com", 403),
        ("eve+1@example.com", 403),
        ("evil+1@gmail.com", 403),
        ("ev.il@gmail.com", 200),
        ("eva@evil.example", 403),
        ("eva@sub.evil.example", 200),
        ("eva@a.b.worse.example", 403),
        ("eva@worse.example", 200),
        ("eva@spam.example", 403),
        ("eva@example.com", 200),
    ] {
        assert_eq!(sign_up(&clerk, email_address).await, status, "{email_address}");
    }
    let count = get(&clerk, "/users/count").await;
    assert_eq!(count["total_count"], 5, "nobody came of a refusal");
}

#[tokio::test]
async fn who_is_not_allowed_cannot_sign_up() {
    let clerk = emulator().await;
    restrict(&clerk, json!({ "allowlist": true, "blocklist": true })).await;
    assert_eq!(sign_up(&clerk, "ada@example.com").await, 403);
    for (list, identifier) in [
        ("allowlist", "*@example.com"),
        ("blocklist", "*@example.com"),
        ("blocklist", "eve@example.com"),
    ] {
        post(&clerk, &format!("/{list}_identifiers"), json!({ "identifier": identifier })).await;
    }
    assert_eq!(
        sign_up(&clerk, "ada@example.com").await,
        200,
        "on both lists in the same words: allowed"
    );
    assert_eq!(sign_up(&clerk, "eve@example.com").await, 403);
}

#[tokio::test]
async fn an_address_signs_up_once_whatever_its_subaddress() {
    let clerk = emulator().await;
    restrict(&clerk, json!({ "block_email_subaddresses": true })).await;
    for (email_address, status) in [
        ("ada+1@example.com", 200),
        ("ada+2@example.com", 403),
        ("ada@example.com", 403),
        ("a.da@example.com", 200),
        ("al.an@gmail.com", 200),
        ("alan+x@gmail.com", 403),
        ("grace-1@yahoo.com", 200),
        ("grace-2@yahoo.com", 403),
    ] {
        assert_eq!(sign_up(&clerk, email_address).await, status, "{email_address}");
    }
}

#[tokio::test]
async fn the_lists_are_for_signing_in_where_the_instance_says_so() {
    let clerk = emulator().await;
    let eve = clerk.create_user(CreateUser::default().email_address(["eve@example.com"]));
    post(&clerk, "/blocklist_identifiers", json!({ "identifier": "eve@example.com" })).await;
    let sign_in = async || {
        let request = reqwest::Client::new().post(format!("{}/sign-in", clerk.url()));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(format!("user_id={}", eve.id)).send().await.unwrap().status().as_u16()
    };
    restrict(&clerk, json!({ "blocklist": true })).await;
    assert_eq!(sign_in().await, 200);
    restrict(&clerk, json!({ "allowlist_blocklist_disabled_on_sign_in": false })).await;
    assert_eq!(sign_in().await, 403);
}

#[tokio::test]
async fn the_typed_client_reads_what_is_answered() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let api = api(&clerk);
    let allowed =
        api.allowlist_identifiers().create(&CreateAllowlistIdentifier::new("+15555550100")).await?;
    assert_eq!(allowed.identifier_type, IdentifierType::PhoneNumber);
    assert_eq!(
        api.allowlist_identifiers().list(&OptionalPaging::default()).await?,
        std::slice::from_ref(&allowed)
    );
    api.allowlist_identifiers().delete(&allowed.id).await?;
    let blocked = api.blocklist_identifiers().create("example.com").await?;
    assert_eq!(api.blocklist_identifiers().list().await?.data, std::slice::from_ref(&blocked));
    api.blocklist_identifiers().delete(&blocked.id).await?;
    Ok(())
}
