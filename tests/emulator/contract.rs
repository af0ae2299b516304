//! Operations that the other tests call only with the typed client, called over plain HTTP so that
//! their responses are recorded for `tests/emulator/contract.py`.

use axum_clerk::{
    api::{CreateOrganization, CreateUser},
    emulator::ClerkEmulator,
};
use http::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::support::{call, call_ok, delete, emulator, get, id, patch, post, send};

/// Uploads an image.
async fn upload(clerk: &ClerkEmulator, method: Method, path: &str) -> Value {
    let form = Form::new()
        .part("file", Part::bytes(b"\x89PNG\r\n\x1a\n".as_slice()).file_name("image.png"));
    let (status, response) =
        send(clerk.secret_key(), clerk, method, path, |request| request.multipart(form)).await;
    assert_eq!(status, 200, "{path}: {response}");
    response
}

#[tokio::test]
async fn images_and_metadata_are_updated() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let (user, organization) =
        (format!("/users/{}", ada.id), format!("/organizations/{}", acme.id));
    let image = upload(&clerk, Method::POST, &format!("{user}/profile_image")).await;
    assert_eq!(image["has_image"], true);
    delete(&clerk, &format!("{user}/profile_image")).await;
    let logo = upload(&clerk, Method::PUT, &format!("{organization}/logo")).await;
    assert_eq!(logo["has_image"], true);
    delete(&clerk, &format!("{organization}/logo")).await;

    let metadata = json!({ "public_metadata": { "plan": "pro" } });
    let membership = format!("{organization}/memberships/{}/metadata", ada.id);
    for (method, path) in [
        (Method::PATCH, format!("{organization}/metadata")),
        (Method::PUT, format!("{organization}/metadata")),
        (Method::PATCH, membership),
    ] {
        let updated = call_ok(&clerk, method, &path, metadata.clone()).await;
        assert_eq!(updated["public_metadata"], metadata["public_metadata"], "{path}");
    }
}

#[tokio::test]
async fn organization_roles_invitations_and_domains_are_updated() {
    let clerk = emulator().await;
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    let organization = format!("/organizations/{}", acme.id);
    let id = |resource: &Value| id(resource).to_owned();

    let role = json!({ "name": "Accountant", "key": "org:accountant" });
    let role =
        format!("/organization_roles/{}", id(&post(&clerk, "/organization_roles", role).await));
    assert_eq!(get(&clerk, &role).await["permissions"], json!([]));
    let permission = json!({ "name": "Read invoices", "key": "org:invoices:read" });
    let permission = id(&post(&clerk, "/organization_permissions", permission).await);
    let path = format!("/organization_permissions/{permission}");
    patch(&clerk, &path, json!({ "name": "See invoices" })).await;
    assert_eq!(get(&clerk, &path).await["name"], "See invoices");
    let path = format!("{role}/permissions/{permission}");
    assert_eq!(post(&clerk, &path, Value::Null).await["permissions"][0]["name"], "See invoices");
    let role_without_permission = delete(&clerk, &path).await;
    assert_eq!(role_without_permission["permissions"], json!([]));

    let invitations = json!([{ "email_address": "grace@example.com", "role": "org:member" }]);
    let invited = post(&clerk, &format!("{organization}/invitations/bulk"), invitations).await;
    assert_eq!(invited["total_count"], 1);

    let domain = json!({ "name": "acme.example", "verified": false });
    let domain = id(&post(&clerk, &format!("{organization}/domains"), domain).await);
    let domain = format!("{organization}/domains/{domain}");
    patch(&clerk, &domain, json!({ "enrollment_mode": "automatic_suggestion" })).await;
    let verified_domain = post(&clerk, &format!("{domain}/verify_ownership"), Value::Null).await;
    assert_eq!(verified_domain["enrollment_mode"], "automatic_suggestion");
    assert_eq!(delete(&clerk, &domain).await["deleted"], true);
}

#[tokio::test]
async fn oauth_logo_is_uploaded_and_token_is_revoked() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let wiki = post(&clerk, "/oauth_applications", json!({ "name": "Wiki" })).await;
    let token = clerk
        .create_oauth_access_token(&ada.id)
        .client_id(wiki["client_id"].as_str().unwrap())
        .token();
    let id = id(&wiki);
    upload(&clerk, Method::PUT, &format!("/oauth_applications/{id}/logo")).await;
    let path = format!("/oauth_applications/{id}/revoke_token");
    assert_eq!(call(&clerk, Method::POST, &path, json!({ "token": token })).await.0, 204);
}
