//! Agents that sign in on behalf of users.

use std::time::Duration;

use axum_clerk::{
    api::{AgentTaskPermissions, CreateAgentTask, CreateUser, OnBehalfOf},
    emulator::ClerkEmulator,
};
use http::Method;
use jsonwebtoken::{Algorithm, decode};
use reqwest::Response;
use serde_json::{Value, json};
use url::Url;

use crate::support::{
    api, claims, decoding_key, delete, emulator, get, ignoring_expiry, post, production_emulator,
    rejection, visit,
};

fn new_task(on_behalf_of: &Value) -> Value {
    json!({
        "on_behalf_of": on_behalf_of,
        "permissions": "*",
        "agent_name": "bookkeeper",
        "task_description": "download the invoices",
        "redirect_url": "http://localhost:3000/invoices",
    })
}

/// Visits the URL of a task.
async fn accept(clerk: &ClerkEmulator, task: &Value) -> Response {
    visit(clerk, task["url"].as_str().unwrap().strip_prefix(clerk.url()).unwrap()).await
}

async fn accept_error(clerk: &ClerkEmulator, task: &Value) -> (u16, String) {
    let response = accept(clerk, task).await;
    let status = response.status().as_u16();
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    (status, body["errors"][0]["code"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn agent_signs_in_and_returns_to_the_app() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default().email_address(["ada@example.com"]));
    let mut new = new_task(&json!({ "identifier": "Ada@example.com" }));
    new["session_max_duration_in_seconds"] = json!(60);
    let task = post(&clerk, "/agents/tasks", new).await;
    assert_eq!(task["task_id"], task["agent_task_id"]);

    let response = accept(&clerk, &task).await;
    assert_eq!(response.status(), 307);
    let location = Url::parse(response.headers()["location"].to_str().unwrap()).unwrap();
    assert_eq!(location.path(), "/invoices");
    let (_, handshake) =
        location.query_pairs().find(|(key, _)| key == "__clerk_handshake").unwrap();
    let mut validation = ignoring_expiry(Algorithm::RS256);
    validation.required_spec_claims.clear();
    let payload: Value =
        decode(handshake.as_bytes(), &decoding_key(&clerk), &validation).unwrap().claims;
    let directives = payload["handshake"].clone();
    let directives: Vec<String> = serde_json::from_value(directives).unwrap();
    let session_token =
        directives.iter().find_map(|cookie| cookie.strip_prefix("__session=")).unwrap();
    let session = claims(&clerk, session_token.split(';').next().unwrap());
    assert_eq!(session["sub"], ada.id.as_str());

    let path = format!("/sessions/{}", session["sid"].as_str().unwrap());
    assert_eq!(get(&clerk, &path).await["status"], "active");
    clerk.clock().advance(Duration::from_secs(60));
    assert_eq!(get(&clerk, &path).await["status"], "expired", "the session lasts for a minute");
}

#[tokio::test]
async fn agent_has_the_same_id_in_all_of_its_tasks() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let mut new = new_task(&json!({ "user_id": ada.id }));
    let first = post(&clerk, "/agents/tasks", new.clone()).await;
    let second = post(&clerk, "/agents/tasks", new.clone()).await;
    new["agent_name"] = json!("gardener");
    let other = post(&clerk, "/agents/tasks", new).await;
    assert_eq!(first["agent_id"], second["agent_id"]);
    assert_ne!(first["agent_task_id"], second["agent_task_id"]);
    assert_ne!(first["agent_id"], other["agent_id"]);
}

#[tokio::test]
async fn task_is_used_at_most_once() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let new = new_task(&json!({ "user_id": ada.id }));
    let create = async || post(&clerk, "/agents/tasks", new.clone()).await;
    let [used, revoked, expired] = [create().await, create().await, create().await];
    let revoke =
        |task: &Value| format!("/agents/tasks/{}/revoke", task["agent_task_id"].as_str().unwrap());
    assert_eq!(accept(&clerk, &used).await.status(), 307);
    assert_eq!(accept_error(&clerk, &used).await, (400, "agent_task_already_used".to_owned()));
    let document = post(&clerk, &revoke(&revoked), Value::Null).await;
    assert_eq!(document.get("url"), None);
    assert_eq!(accept_error(&clerk, &revoked).await, (400, "agent_task_revoked".to_owned()));
    for task in [&used, &revoked] {
        let rejected = rejection(&clerk, Method::POST, &revoke(task), Value::Null).await;
        assert_eq!(rejected.status_and_code(), (400, "agent_task_cannot_be_revoked"));
    }
    clerk.clock().advance(Duration::from_secs(60 * 60));
    assert_eq!(accept_error(&clerk, &expired).await, (400, "ticket_expired_code".to_owned()));

    let orphaned = create().await;
    delete(&clerk, &format!("/users/{}", ada.id)).await;
    assert_eq!(
        accept_error(&clerk, &orphaned).await,
        (404, "agent_task_subject_not_found".to_owned())
    );
    let none = rejection(&clerk, Method::POST, "/agents/tasks/none/revoke", Value::Null).await;
    assert_eq!(none.status_and_code(), (404, "agent_task_not_found"));
}

#[tokio::test]
async fn other_tickets_do_not_sign_agents_in() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let token = post(&clerk, "/sign_in_tokens", json!({ "user_id": ada.id })).await;
    let path = format!("/v1/agents/tasks?ticket={}", token["token"].as_str().unwrap());
    assert_eq!(visit(&clerk, &path).await.status(), 400);
    assert_eq!(visit(&clerk, "/v1/agents/tasks?ticket=none").await.status(), 400);
    assert_eq!(visit(&clerk, "/v1/agents/tasks").await.status(), 422);
}

#[tokio::test]
async fn invalid_agent_tasks_are_rejected() {
    let clerk = emulator().await;
    let ada =
        clerk.create_user(CreateUser::default().email_address(["ada@example.com"]).username("ada"));
    let valid = json!({ "user_id": ada.id });
    let with = |name: &str, value: Value| {
        let mut new = new_task(&valid);
        new[name] = value;
        new
    };
    for (body, status, param) in [
        (json!({}), 422, "on_behalf_of"),
        (with("on_behalf_of", json!({})), 422, "on_behalf_of.user_id"),
        (
            with("on_behalf_of", json!({ "user_id": ada.id, "identifier": "ada" })),
            422,
            "on_behalf_of.identifier",
        ),
        (with("on_behalf_of", json!({ "user_id": "user_none" })), 404, ""),
        (with("on_behalf_of", json!({ "identifier": "grace@example.com" })), 404, ""),
        (with("permissions", json!("read")), 422, "permissions"),
        (with("agent_name", json!("")), 422, "agent_name"),
        (with("redirect_url", json!("/invoices")), 422, "redirect_url"),
        (with("redirect_url", json!("ftp://localhost")), 422, "redirect_url"),
        (with("session_max_duration_in_seconds", json!(0)), 422, "session_max_duration_in_seconds"),
        (with("color", json!("red")), 422, "color"),
    ] {
        let rejected = rejection(&clerk, Method::POST, "/agents/tasks", body.clone()).await;
        assert_eq!(rejected.status_and_param(), (status, param), "{body}");
    }
    post(&clerk, "/agents/tasks", new_task(&json!({ "identifier": "ada" }))).await;

    let production = production_emulator().await;
    let ada = production.create_user(CreateUser::default());
    let body = new_task(&json!({ "user_id": ada.id }));
    let rejected = rejection(&production, Method::POST, "/agents/tasks", body).await;
    assert_eq!(rejected.status_and_param(), (422, "redirect_url"), "http is for development");
}

#[tokio::test]
async fn typed_client_manages_agent_tasks() -> axum_clerk::Result<()> {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let tasks = api(&clerk);
    let new = CreateAgentTask::new(
        OnBehalfOf::UserId(ada.id),
        AgentTaskPermissions::All,
        "bookkeeper",
        "download the invoices",
        "https://app.example.com",
    );
    let task = tasks.agent_tasks().create(&new).await?;
    assert!(task.url.unwrap().expose().starts_with(clerk.url()));
    let revoked = tasks.agent_tasks().revoke(&task.agent_task_id).await?;
    assert_eq!(revoked.agent_id, task.agent_id);
    Ok(())
}
