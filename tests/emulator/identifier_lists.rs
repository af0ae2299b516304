//! The allowlist and the blocklist over HTTP, and their effect on sign-ups and sign-ins.

use axum_clerk::{
    api::{CreateAllowlistIdentifier, CreateUser, IdentifierType, OptionalPaging},
    emulator::ClerkEmulator,
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{api, delete, emulator, get, id, ids, patch, post, rejection, submit_form};

#[tokio::test]
async fn identifiers_are_added_listed_and_deleted() {
    let clerk = emulator().await;
    for list in ["allowlist", "blocklist"] {
        let path = format!("/{list}_identifiers");
        let mut expected = Vec::new();
        for (identifier, identifier_type) in [
            ("Ada@Example.com", "email_address"),
            ("*@example.com", "email_address"),
            ("*@*.example.com", "email_address"),
            ("example.com", "email_address"),
            ("+15555550100", "phone_number"),
            ("0x0123456789abcdef0123456789ABCDEF01234567", "web3_wallet"),
        ] {
            let added = post(&clerk, &path, json!({ "identifier": identifier })).await;
            assert_eq!(added["identifier"], identifier.to_lowercase());
            assert_eq!(
                (&added["identifier_type"], &added["object"]),
                (&json!(identifier_type), &json!(format!("{list}_identifier")))
            );
            expected.insert(0, id(&added).to_owned());
        }
        for (body, status, code) in [
            (json!({}), 422, "form_param_missing"),
            (json!({ "identifier": "ada" }), 422, "form_param_format_invalid"),
            (json!({ "identifier": "ADA@example.com" }), 400, "duplicate_record"),
            (json!({ "identifier": "a@b.c", "shoe_size": 39 }), 422, "form_param_unknown"),
        ] {
            let rejected = rejection(&clerk, Method::POST, &path, body.clone()).await;
            assert_eq!(rejected.status_and_code(), (status, code), "{body}");
        }
        let response = get(&clerk, &path).await;
        let listed = if list == "blocklist" { &response["data"] } else { &response };
        assert_eq!(ids(listed), expected);
        let newest = format!("{path}/{}", expected[0]);
        assert_eq!(delete(&clerk, &newest).await["deleted"], true);
        assert_eq!(rejection(&clerk, Method::DELETE, &newest, Value::Null).await.status, 404);
    }
    assert_eq!(
        get(&clerk, "/allowlist_identifiers?limit=2&offset=1").await.as_array().unwrap().len(),
        2
    );
    assert_eq!(get(&clerk, "/blocklist_identifiers").await["total_count"], 5);
}

#[tokio::test]
async fn allowlisting_with_notify_sends_an_invitation() {
    let clerk = emulator().await;
    let body = json!({ "identifier": "ada@example.com", "notify": true });
    let allowed = post(&clerk, "/allowlist_identifiers", body).await;
    let invitations = get(&clerk, "/invitations").await;
    assert_eq!(allowed["invitation_id"], invitations[0]["id"]);
    assert_eq!(invitations[0]["email_address"], "ada@example.com");

    clerk.create_user(CreateUser::default().email_address(["grace@example.com"]));
    let body = json!({ "identifier": "grace@example.com", "notify": true });
    let rejected = rejection(&clerk, Method::POST, "/allowlist_identifiers", body).await;
    assert_eq!(rejected.status_and_code(), (422, "form_identifier_exists"));
    assert_eq!(get(&clerk, "/allowlist_identifiers").await.as_array().unwrap().len(), 1);
}

/// Submits the sign-up page and returns the status of the response.
async fn sign_up(clerk: &ClerkEmulator, email_address: &str) -> u16 {
    let fields = [("email_address", email_address), ("first_name", ""), ("last_name", "")];
    submit_form(clerk, "/sign-up", &fields).await.status().as_u16()
}

async fn restrict(clerk: &ClerkEmulator, restrictions: Value) {
    patch(clerk, "/instance/restrictions", restrictions).await;
}

#[tokio::test]
async fn blocked_addresses_cannot_sign_up() {
    let clerk = emulator().await;
    for identifier in
        ["eve@example.com", "evil@gmail.com", "*@evil.example", "*@*.worse.example", "spam.example"]
    {
        post(&clerk, "/blocklist_identifiers", json!({ "identifier": identifier })).await;
    }
    assert_eq!(
        sign_up(&clerk, "mallory@evil.example").await,
        200,
        "the blocklist is disabled by default"
    );
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
    assert_eq!(count["total_count"], 5, "rejected sign-ups create no users");
}

#[tokio::test]
async fn only_allowed_addresses_can_sign_up() {
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
        "the allowlist takes precedence for the same pattern"
    );
    assert_eq!(sign_up(&clerk, "eve@example.com").await, 403);
}

#[tokio::test]
async fn blocked_subaddresses_cannot_sign_up_again() {
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
async fn lists_apply_to_sign_ins_only_if_enabled() {
    let clerk = emulator().await;
    let eve = clerk.create_user(CreateUser::default().email_address(["eve@example.com"]));
    post(&clerk, "/blocklist_identifiers", json!({ "identifier": "eve@example.com" })).await;
    let sign_in =
        async || submit_form(&clerk, "/sign-in", &[("user_id", &eve.id)]).await.status().as_u16();
    restrict(&clerk, json!({ "blocklist": true })).await;
    assert_eq!(sign_in().await, 200);
    restrict(&clerk, json!({ "allowlist_blocklist_disabled_on_sign_in": false })).await;
    assert_eq!(sign_in().await, 403);
}

#[tokio::test]
async fn typed_client_parses_identifier_list_responses() -> axum_clerk::Result<()> {
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
