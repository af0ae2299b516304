//! Requests with the IDs of others, and malformed requests.

use axum_clerk::api::CreateOrganization;
use http::Method;
use serde_json::{Value, json};

use super::clerk_js::{CODE, ClerkJs, EMAIL, PASSWORD, create_ada, create_user, text};
use crate::support::{HTTP, emulator, id};

#[tokio::test]
async fn sessions_of_other_browsers_are_out_of_reach() {
    let clerk = emulator().await;
    create_ada(&clerk);
    create_user(&clerk, "mallory@example.com");
    let victim = ClerkJs::signed_in(&clerk, EMAIL).await;
    let anonymous = ClerkJs::load(&clerk).await;
    let mut mallory = ClerkJs::signed_in(&clerk, "mallory@example.com").await;
    for thief in [&mallory, &anonymous] {
        let path = format!("/client/sessions/{}", victim.session_id);
        for (method, suffix) in [
            (Method::GET, ""),
            (Method::POST, "/touch"),
            (Method::POST, "/tokens"),
            (Method::POST, "/tokens/x"),
            (Method::POST, "/verify"),
            (Method::POST, "/end"),
            (Method::POST, "/remove"),
        ] {
            let path = format!("{path}{suffix}");
            let answer = thief.call(method, &path, &[("level", "first_factor")]).await;
            assert_eq!(answer.status, 404, "{path}: {}", answer.body);
            assert!(!answer.body.to_string().contains(EMAIL), "{}", answer.body);
        }
    }
    mallory.session_id.clone_from(&victim.session_id);
    let me = mallory.call(Method::GET, "/me", &[]).await;
    assert_eq!(me.status_and_code(), (401, "signed_out"));
    assert!(!me.body["errors"].to_string().contains(EMAIL), "{}", me.body);
    assert_eq!(mallory.call(Method::DELETE, "/me", &[]).await.status, 401);
    victim.claims().await;
}

#[tokio::test]
async fn sign_ins_and_sign_ups_belong_to_one_browser() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let (victim, thief) = (ClerkJs::load(&clerk).await, ClerkJs::load(&clerk).await);
    let sign_in = victim.post("/client/sign_ins", &[("identifier", EMAIL)]).await;
    let path = format!("/client/sign_ins/{}", text(&sign_in, "id"));
    let strategy = ("strategy", "email_code");
    victim.post(&format!("{path}/prepare_first_factor"), &[strategy]).await;
    for (method, suffix) in [
        (Method::GET, ""),
        (Method::POST, "/prepare_first_factor"),
        (Method::POST, "/attempt_first_factor"),
        (Method::POST, "/prepare_second_factor"),
        (Method::POST, "/attempt_second_factor"),
        (Method::POST, "/reset_password"),
    ] {
        let fields = [strategy, ("code", CODE), ("password", PASSWORD)];
        let answer = thief.call(method, &format!("{path}{suffix}"), &fields).await;
        assert_eq!(answer.status_and_code(), (404, "resource_not_found"), "{suffix}");
    }
    let fields = [("email_address", "new@example.com"), ("password", PASSWORD)];
    let sign_up = victim.post("/client/sign_ups", &fields).await;
    let path = format!("/client/sign_ups/{}", text(&sign_up, "id"));
    for (method, suffix) in [
        (Method::GET, ""),
        (Method::PATCH, ""),
        (Method::POST, "/prepare_verification"),
        (Method::POST, "/attempt_verification"),
    ] {
        let fields = [strategy, ("code", CODE)];
        let answer = thief.call(method, &format!("{path}{suffix}"), &fields).await;
        assert_eq!(answer.status_and_code(), (404, "resource_not_found"), "{suffix}");
    }
}

#[tokio::test]
async fn identifications_of_others_are_out_of_reach() {
    let clerk = emulator().await;
    let ada = create_ada(&clerk);
    create_user(&clerk, "mallory@example.com");
    let mallory = ClerkJs::signed_in(&clerk, "mallory@example.com").await;
    let address = ada.email_addresses[0].id.as_deref().unwrap();
    let path = format!("/me/email_addresses/{address}");
    for (method, suffix) in [
        (Method::GET, ""),
        (Method::DELETE, ""),
        (Method::POST, "/prepare_verification"),
        (Method::POST, "/attempt_verification"),
    ] {
        let fields = [("code", CODE), ("strategy", "email_code")];
        let answer = mallory.call(method, &format!("{path}{suffix}"), &fields).await;
        assert_eq!(answer.status, 404, "{suffix}");
    }
    let fields = [("primary_email_address_id", address)];
    let stolen = mallory.call(Method::PATCH, "/me", &fields).await;
    assert_eq!(stolen.error(), (422, "form_resource_not_found", "primary_email_address_id"));
}

/// Anyone can add an address that they cannot read. That must not lock out its owner.
#[tokio::test]
async fn unverified_address_of_another_user_does_not_identify() {
    let clerk = emulator().await;
    create_user(&clerk, "mallory@example.com");
    let mallory = ClerkJs::signed_in(&clerk, "mallory@example.com").await;
    let added = mallory.post("/me/email_addresses", &[("email_address", EMAIL)]).await;
    let anonymous = ClerkJs::load(&clerk).await;
    let fields = [("identifier", EMAIL)];
    let rejected = anonymous.call(Method::POST, "/client/sign_ins", &fields).await;
    assert_eq!(rejected.error(), (422, "form_identifier_not_found", "identifier"));
    let ada = create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    assert_eq!(browser.claims().await.user_id(), ada.id);
    let path = format!("/me/email_addresses/{}", id(&added));
    mallory.post(&format!("{path}/prepare_verification"), &[("strategy", "email_code")]).await;
    let attempt = format!("{path}/attempt_verification");
    let late = mallory.call(Method::POST, &attempt, &[("code", CODE)]).await;
    assert_eq!(late.status_and_code(), (400, "identification_claimed"));
}

#[tokio::test]
async fn organizations_of_others_cannot_be_activated_or_told_apart() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let others = clerk.create_organization(CreateOrganization::new("Others"));
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let touch = format!("/client/sessions/{}/touch", browser.session_id);
    for organization in [others.slug.as_deref().unwrap(), others.id.as_str(), "org_none"] {
        let fields = [("active_organization_id", organization)];
        let rejected = browser.call(Method::POST, &touch, &fields).await;
        assert_eq!(rejected.status_and_code(), (404, "resource_not_found"));
        let message = rejected.body["errors"][0]["message"].clone();
        assert_eq!(message, format!("The organization {organization} was not found."));
    }
    assert!(browser.claims().await.organization().is_none());
}

#[tokio::test]
async fn malformed_requests_get_defined_errors() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let paths = [
        "/client/sign_ins",
        "/client/sign_ups",
        "/me/email_addresses",
        "/me/change_password",
        "/me/totp/attempt_verification",
        "/organizations",
        "/waitlist",
        "/me/profile_image",
    ];
    let bodies: [&[u8]; 8] = [
        b"\xff\xfe=\xff&identifier=%ff%fe",
        b"{\"identifier\": 1}",
        b"identifier=a&identifier=b",
        b"&&&===;;;%",
        b"name=\0&slug=\0",
        b"new_password=%00%00%00%00%00%00%00%00",
        b"email_address=%F0%9F%92%A9@%F0%9F%92%A9",
        b"code=-1&strategy=",
    ];
    for path in paths {
        for body in bodies {
            for content_type in [
                "application/x-www-form-urlencoded",
                "application/json",
                "multipart/form-data",
                "x",
            ] {
                let answer = browser
                    .send(Method::POST, path, |request| {
                        request.header("content-type", content_type).body(body)
                    })
                    .await;
                assert!(answer.status < 500, "{path} {body:?}: {}", answer.body);
                if answer.status >= 400 {
                    answer.error();
                }
            }
        }
    }
    for query in
        ["limit=-1", "limit=x", "limit=99999999999999999999", "offset=18446744073709551615"]
    {
        let path = format!("/me/organization_invitations?{query}");
        let answer = browser.call(Method::GET, &path, &[]).await;
        assert!(answer.status < 500, "{query}: {}", answer.body);
    }
    browser.claims().await;
}

#[tokio::test]
async fn strange_client_tokens_identify_nobody() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let long = "x".repeat(6000);
    for token in ["", "dvb_", "__proto__", "../../etc/passwd", "dvb_\u{e9}", "null", &long] {
        let browser =
            ClerkJs { clerk: &clerk, dev_browser: token.to_owned(), session_id: String::new() };
        let answer = browser.call(Method::GET, "/me", &[]).await;
        assert_eq!(answer.status_and_code(), (401, "signed_out"));
        assert_eq!(browser.client().await, Value::Null);
        let cookie = format!("__client={}", token.escape_default());
        let url = format!("{}/v1/me", clerk.url());
        let response = HTTP.get(url).header("cookie", cookie).send().await.unwrap();
        assert_eq!(response.status(), 401);
    }
}

#[tokio::test]
async fn errors_do_not_reveal_passwords_or_tokens() {
    let clerk = emulator().await;
    create_ada(&clerk);
    let browser = ClerkJs::signed_in(&clerk, EMAIL).await;
    let secret = "correct horse battery";
    let current = [("current_password", secret), ("new_password", "other secret")];
    let rejected = browser.call(Method::POST, "/me/change_password", &current).await;
    assert!(!rejected.body.to_string().contains("secret"), "{}", rejected.body);
    assert!(!rejected.body.to_string().contains(secret), "{}", rejected.body);
    let client = browser.client().await.to_string();
    for secret in [PASSWORD, clerk.secret_key(), browser.dev_browser.as_str(), "private_metadata"] {
        assert!(!client.contains(secret), "{secret}");
    }
    assert_eq!(json!(rejected.status), 422);
}
