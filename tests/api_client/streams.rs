//! Streams over paginated lists.

use std::collections::HashMap;

use axum::{Json, body::Body, response::IntoResponse};
use axum_clerk::api::{ListSessions, ListUsers, RetryPolicy, User};
use futures_util::{StreamExt, TryStreamExt, stream};
use http::StatusCode;
use serde_json::{Value, json};

use super::server::{MockServer, api_error};

const USERS: u64 = 2_500;

/// Returns the page of the [`USERS`] users that the query selects.
fn users_page(query: &HashMap<String, String>) -> Vec<Value> {
    let number = |name: &str| query[name].parse::<u64>().unwrap();
    let start = number("offset").min(USERS);
    let end = (start + number("limit")).min(USERS);
    (start..end).map(|n| json!({ "id": format!("user_{n}") })).collect()
}

fn ids(users: impl IntoIterator<Item = User>) -> Vec<String> {
    users.into_iter().map(|user| user.id).collect()
}

fn all_ids() -> Vec<String> {
    (0..USERS).map(|n| format!("user_{n}")).collect()
}

#[tokio::test]
async fn stream_yields_every_item_once() {
    let array = |_, query: &_| Json(users_page(query)).into_response();
    let page = |_, query: &_| {
        Json(json!({ "data": users_page(query), "total_count": USERS })).into_response()
    };
    // A full array may not be the last page, so it takes one more request to find out.
    for (server, pages) in [
        (MockServer::start_with_query(array).await, 6),
        (MockServer::start_with_query(page).await, 5),
    ] {
        let params = ListUsers::default().query("a b&c").limit(500);
        let users: Vec<_> = server.client.users().stream(&params).try_collect().await.unwrap();
        assert_eq!(ids(users), all_ids());
        let targets: Vec<_> = server.requests().into_iter().map(|request| request.target).collect();
        assert_eq!(targets.len(), pages);
        assert_eq!(targets[1], "/v1/users?query=a+b%26c&limit=500&offset=500");
    }
}

#[tokio::test]
async fn stream_fetches_pages_lazily_from_the_given_offset() {
    let server =
        MockServer::start_with_query(|_, query| Json(users_page(query)).into_response()).await;
    let users = server.client.users().stream(&ListUsers::default().offset(2_350));
    assert!(server.requests().is_empty());
    let mut users = users.take(100);
    users.by_ref().try_collect::<Vec<_>>().await.unwrap();
    assert_eq!(server.only_request().target, "/v1/users?limit=100&offset=2350");

    let rest = server.client.users().stream(&ListUsers::default().offset(2_350));
    assert_eq!(ids(rest.try_collect::<Vec<_>>().await.unwrap()), all_ids()[2_350..]);
}

#[tokio::test]
async fn stream_resumes_after_transient_errors() {
    // Every third attempt fails: with a rate limit, a server error or a truncated body.
    let server = MockServer::start_with_query(|n, query| match n % 9 {
        1 => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")]).into_response(),
        4 => StatusCode::BAD_GATEWAY.into_response(),
        7 => Body::from_stream(stream::iter([Ok("[{\"id\":"), Err("connection lost")]))
            .into_response(),
        _ => Json(users_page(query)).into_response(),
    })
    .await;
    let params = ListUsers::default().limit(500);
    let users: Vec<_> = server.client.users().stream(&params).try_collect().await.unwrap();
    assert_eq!(ids(users), all_ids());

    let without_retries = server.client.with_retry(RetryPolicy::none());
    let results: Vec<_> = without_retries.users().stream(&params).collect().await;
    let (users, errors): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!(ids(users.into_iter().flatten()), all_ids());
    assert!(errors.len() >= 2);
}

#[tokio::test]
async fn stream_ends_after_a_permanent_error() {
    let server = MockServer::failing(StatusCode::FORBIDDEN).await;
    let mut users = server.client.users().stream(&ListUsers::default());
    assert_eq!(api_error(users.next().await.unwrap()).status, StatusCode::FORBIDDEN);
    assert!(users.next().await.is_none());
    assert!(users.next().await.is_none());
    server.only_request();
}

#[tokio::test]
async fn stream_ends_at_an_empty_page_despite_the_total_count() {
    let server = MockServer::start_with_query(|n, _| {
        let data = if n == 0 { json!([{ "id": "user_1" }]) } else { json!([]) };
        Json(json!({ "data": data, "total_count": 1_000 })).into_response()
    })
    .await;
    let users: Vec<_> =
        server.client.users().stream(&ListUsers::default()).try_collect().await.unwrap();
    assert_eq!((ids(users).len(), server.requests().len()), (1, 2));
    let empty = server.client.users().stream(&ListUsers::default().limit(0).offset(u64::MAX));
    assert_eq!(empty.count().await, 0);
}

#[tokio::test]
async fn stream_requests_pagination_where_it_is_optional() {
    let server =
        MockServer::responding_with(json!({ "data": [{ "id": "sess_1" }], "total_count": 1 }))
            .await;
    let sessions = server.client.sessions().stream(&ListSessions::default().user_id("user_1"));
    assert_eq!(sessions.count().await, 1);
    assert_eq!(
        server.only_request().target,
        "/v1/sessions?user_id=user_1&paginated=true&limit=100&offset=0"
    );
}
