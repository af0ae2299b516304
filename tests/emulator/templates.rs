//! Templates of emails and text messages over HTTP.

use axum_clerk::api::{OptionalPaging, PreviewTemplate, TemplateType, UpsertTemplate};
use http::Method;
use serde_json::{Value, json};

use crate::support::{api, assert_invalid_query, emulator, get, post, put, rejection};

const PATH: &str = "/templates/email/verification_code";

#[tokio::test]
async fn templates_are_listed_by_type_and_position() {
    let clerk = emulator().await;
    let emails = get(&clerk, "/templates/email?limit=50").await;
    let emails = emails.as_array().unwrap();
    assert!(emails.iter().all(|template| template["template_type"] == "email"));
    assert!(emails.is_sorted_by_key(|template| template["position"].as_i64()));
    let page = get(&clerk, "/templates/sms?paginated=true&limit=1&offset=1").await;
    assert_eq!(page["total_count"], 3);
    assert_eq!(page["data"][0]["slug"], "reset_password_code");
    assert_eq!(page["data"][0]["subject"], Value::Null);
    assert_invalid_query(&clerk, "/templates/sms?limit=0", 422, "limit").await;
    for (path, status, code) in [
        ("/templates/fax", 400, "template_type_unsupported"),
        ("/templates/fax/verification_code", 400, "template_type_unsupported"),
        ("/templates/sms/invitation", 404, "resource_not_found"),
    ] {
        let rejected = rejection(&clerk, Method::GET, path, Value::Null).await;
        assert_eq!(rejected.status_and_code(), (status, code), "{path}");
    }
}

#[tokio::test]
async fn changed_template_is_reverted() {
    let clerk = emulator().await;
    let default = get(&clerk, PATH).await;
    let change = json!({
        "name": "Code",
        "subject": "Your code",
        "body": "It is {{ otp_code }}.",
        "delivered_by_clerk": false,
        "from_email_name": "codes",
    });
    let changed = put(&clerk, PATH, change).await;
    assert_eq!(get(&clerk, PATH).await, changed);
    for (field, expected) in [
        ("name", json!("Code")),
        ("subject", json!("Your code")),
        ("body", json!("It is {{ otp_code }}.")),
        ("delivered_by_clerk", json!(false)),
        ("from_email_name", json!("codes")),
        ("markup", default["markup"].clone()),
        ("resource_type", json!("user")),
        ("can_revert", json!(true)),
    ] {
        assert_eq!(changed[field], expected, "{field}");
    }
    let revert = format!("{PATH}/revert");
    assert_eq!(post(&clerk, &revert, Value::Null).await, default);
    let rejected = rejection(&clerk, Method::POST, &revert, Value::Null).await;
    assert_eq!(rejected.status_and_code(), (400, "template_revert_error"));
}

#[tokio::test]
async fn delivery_is_toggled() {
    let clerk = emulator().await;
    let path = "/templates/sms/verification_code/toggle_delivery";
    for (body, expected) in [
        (json!({ "delivered_by_clerk": false }), false),
        (json!({ "delivered_by_clerk": false }), false),
        (json!({}), true),
    ] {
        let template = post(&clerk, path, body).await;
        assert_eq!(template["delivered_by_clerk"], expected);
    }
}

#[tokio::test]
async fn preview_fills_the_variables_in() {
    let clerk = emulator().await;
    let path = format!("{PATH}/preview");
    let preview = post(&clerk, &path, json!({})).await;
    assert_eq!(preview["subject"], "424242 is your verification code");
    let body = json!({ "body": "{{otp_code}}, {{user.name}}!", "from_email_name": "codes" });
    let preview = post(&clerk, &path, body).await;
    assert_eq!(preview["body"], "424242, !");
    assert_eq!(preview["from_email_address"], "codes@127.0.0.1");
    let path = "/templates/sms/verification_code/preview";
    assert_eq!(post(&clerk, path, json!({})).await["subject"], Value::Null);
}

#[tokio::test]
async fn invalid_templates_are_rejected() {
    let clerk = emulator().await;
    for (body, code, param) in [
        (json!({ "body": "Hello" }), "required_variable_missing", "body"),
        (json!({ "body": "{{otp_code" }), "invalid_template_body", "body"),
        (json!({ "body": "" }), "invalid_template_body", "body"),
        (json!({ "from_email_name": "a@b" }), "form_param_format_invalid", "from_email_name"),
        (
            json!({ "reply_to_email_name": "a b" }),
            "form_param_format_invalid",
            "reply_to_email_name",
        ),
    ] {
        for (method, path) in
            [(Method::PUT, PATH.to_owned()), (Method::POST, format!("{PATH}/preview"))]
        {
            let rejected = rejection(&clerk, method, &path, body.clone()).await;
            assert_eq!(rejected.parts(), (422, code, param), "{path} {body}");
        }
    }
    for (body, param) in [(json!({ "name": "" }), "name"), (json!({ "color": "red" }), "color")] {
        let rejected = rejection(&clerk, Method::PUT, PATH, body.clone()).await;
        assert_eq!(rejected.status_and_param(), (422, param), "{body}");
    }
    assert_eq!(get(&clerk, PATH).await["can_revert"], false, "rejected requests change nothing");
}

#[tokio::test]
#[allow(deprecated, reason = "Clerk has deprecated the operations, but still serves them")]
async fn typed_client_manages_templates() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let client = api(&clerk);
    let (templates, email) = (client.templates(), TemplateType::Email);
    let listed = templates.list(&email, &OptionalPaging::default()).await?;
    assert_eq!(listed.len(), 10, "the default page size");
    let slug = &listed[0].slug;
    let changed = templates.upsert(&email, slug, &UpsertTemplate::default().name("First")).await?;
    assert_eq!(templates.get(&email, slug).await?, changed);
    assert!(!templates.toggle_delivery(&email, slug, false).await?.delivered_by_clerk);
    let preview = templates.preview(&email, slug, &PreviewTemplate::default()).await?;
    assert!(preview["body"].is_string());
    assert_eq!(templates.revert(&email, slug).await?.name, listed[0].name);
    Ok(())
}
