//! The waitlist over HTTP.

use axum_clerk::api::CreateUser;
use http::Method;
use serde_json::{Value, json};

use crate::support::{assert_invalid_query, call, delete, emulator, get, id, ids, post, rejection};

#[tokio::test]
async fn entry_is_invited_and_completed() {
    let clerk = emulator().await;
    let entry =
        post(&clerk, "/waitlist_entries", json!({ "email_address": "Ada@example.com" })).await;
    assert_eq!(
        (&entry["status"], &entry["email_address"]),
        (&json!("pending"), &json!("ada@example.com"))
    );
    let again =
        post(&clerk, "/waitlist_entries", json!({ "email_address": "ada@example.com" })).await;
    assert_eq!(again, entry, "an email address has one entry");

    let path = format!("/waitlist_entries/{}", id(&entry));
    let invited = post(&clerk, &format!("{path}/invite"), Value::Null).await;
    assert_eq!(invited["status"], "invited");
    let invitations = get(&clerk, "/invitations").await;
    assert_eq!(ids(&invitations), [id(&invited["invitation"])]);
    let rejected = rejection(&clerk, Method::POST, &format!("{path}/invite"), Value::Null).await;
    assert_eq!(rejected.status_and_code(), (400, "duplicate_record"));
    let again = json!({ "ignore_existing": true });
    post(&clerk, &format!("{path}/invite"), again).await;
    let rejected = rejection(&clerk, Method::DELETE, &path, Value::Null).await;
    assert_eq!(rejected.status, 409, "only pending entries can be deleted");

    clerk.create_user(CreateUser::default().email_address(["ada@example.com"]));
    let listed = get(&clerk, "/waitlist_entries?status=completed").await;
    assert_eq!(ids(&listed["data"]), [id(&entry)]);
    let rejected = rejection(&clerk, Method::POST, &format!("{path}/invite"), Value::Null).await;
    assert_eq!(rejected.parts(), (422, "form_identifier_exists", "email_address"));
    let rejected = rejection(&clerk, Method::POST, &format!("{path}/reject"), Value::Null).await;
    assert_eq!(rejected.status, 409);
}

#[tokio::test]
async fn rejection_revokes_the_invitation() {
    let clerk = emulator().await;
    let entry =
        post(&clerk, "/waitlist_entries", json!({ "email_address": "ada@example.com" })).await;
    let path = format!("/waitlist_entries/{}", id(&entry));
    post(&clerk, &format!("{path}/invite"), Value::Null).await;
    let refused = post(&clerk, &format!("{path}/reject"), Value::Null).await;
    assert_eq!(
        (&refused["status"], &refused["invitation"]["status"]),
        (&json!("rejected"), &json!("revoked"))
    );
    let invited = post(&clerk, &format!("{path}/invite"), Value::Null).await;
    assert_eq!(invited["status"], "invited", "a rejected entry can be invited after all");
}

#[tokio::test]
async fn entries_are_filtered_ordered_and_deleted() {
    let clerk = emulator().await;
    let new = json!([{ "email_address": "a@example.com" }, { "email_address": "b@example.org" }]);
    let created = post(&clerk, "/waitlist_entries/bulk", new).await;
    let [a, b] = [0, 1].map(|n: usize| id(&created[n]));
    for (query, expected) in [
        ("".to_owned(), vec![b, a]),
        ("order_by=email_address".into(), vec![a, b]),
        ("query=example.org".into(), vec![b]),
        (format!("query={a}"), vec![a]),
        ("status=invited".into(), vec![]),
    ] {
        let page = get(&clerk, &format!("/waitlist_entries?{query}")).await;
        assert_eq!(ids(&page["data"]), expected, "{query}");
    }
    assert_invalid_query(&clerk, "/waitlist_entries?order_by=status", 422, "order_by").await;
    assert_eq!(delete(&clerk, &format!("/waitlist_entries/{a}")).await["deleted"], true);
    let rejected =
        rejection(&clerk, Method::DELETE, &format!("/waitlist_entries/{a}"), Value::Null).await;
    assert_eq!(rejected.status, 404);
}

#[tokio::test]
async fn malformed_entries_are_rejected() {
    let clerk = emulator().await;
    for body in [json!({}), json!({ "email_address": "ada" }), json!({ "shoe_size": 39 })] {
        let (status, _) = call(&clerk, Method::POST, "/waitlist_entries", body.clone()).await;
        assert_eq!(status, 422, "{body}");
    }
    let one_malformed = json!([{ "email_address": "a@example.com" }, { "email_address": "b" }]);
    let rejected = rejection(&clerk, Method::POST, "/waitlist_entries/bulk", one_malformed).await;
    assert_eq!(rejected.parts(), (422, "form_param_format_invalid", "email_address"));
    let twice = json!([{ "email_address": "a@example.com" }, { "email_address": "A@example.com" }]);
    let rejected = rejection(&clerk, Method::POST, "/waitlist_entries/bulk", twice).await;
    assert_eq!(rejected.parts(), (422, "form_param_duplicate", "email_address"));
    assert_eq!(get(&clerk, "/waitlist_entries").await["total_count"], 0);
    let many: Vec<_> =
        (0..51).map(|n| json!({ "email_address": format!("{n}@example.com") })).collect();
    let rejected = rejection(&clerk, Method::POST, "/waitlist_entries/bulk", json!(many)).await;
    assert_eq!(rejected.status_and_code(), (400, "bulk_size_exceeded"));
}
