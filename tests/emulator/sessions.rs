//! Sessions and their tokens over HTTP.

use std::time::Duration;

use axum_clerk::{
    InstanceType,
    api::{
        CreateOrganization, CreateSession, CreateSessionToken, CreateUser, ListSessions,
        SessionStatus,
    },
    emulator::ClerkEmulator,
};
use http::Method;
use jsonwebtoken::{Algorithm, decode};
use serde_json::{Value, json};

use super::{START, any_time, api, call, claims, emulator, get, ids, pem, post, refusal};

#[tokio::test]
async fn signing_in_is_seen_by_the_backend_api() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let grace = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let session = clerk.sign_in(&ada.id).organization(&acme.id);
    let other = clerk.sign_in(&grace.id);

    let document = get(&clerk, &format!("/sessions/{}", session.id())).await;
    assert_eq!(document["user_id"], session.user_id());
    assert_eq!(document["status"], "active");
    assert_eq!(document["last_active_organization_id"], acme.id.as_str());
    assert!(clerk.user(&ada.id).last_sign_in_at.is_some());

    for (query, expected) in [
        (String::new(), vec![other.id(), session.id()]),
        (format!("user_id={}", ada.id), vec![session.id()]),
        (format!("client_id={}", document["client_id"].as_str().unwrap()), vec![session.id()]),
        ("status=revoked".into(), vec![]),
        ("limit=1&offset=1".into(), vec![session.id()]),
    ] {
        assert_eq!(ids(&get(&clerk, &format!("/sessions?{query}")).await), expected, "{query}");
    }
    let page = get(&clerk, "/sessions?paginated=true&limit=1").await;
    assert_eq!((ids(&page["data"]), &page["total_count"]), (vec![other.id()], &json!(2)));
}

#[tokio::test]
async fn a_revoked_session_gets_no_more_tokens() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let path = format!("/sessions/{}", clerk.sign_in(&ada.id).id());
    assert_eq!(post(&clerk, &format!("{path}/revoke"), Value::Null).await["status"], "revoked");
    assert_eq!(get(&clerk, &path).await["status"], "revoked");
    let refused = refusal(&clerk, Method::POST, &format!("{path}/tokens"), Value::Null).await;
    assert_eq!((refused.0, refused.1.as_str()), (404, "resource_not_found"));
}

#[tokio::test]
async fn a_session_expires_after_a_week() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let path = format!("/sessions/{}", clerk.sign_in(&ada.id).id());
    clerk.clock().advance(Duration::from_secs(7 * 24 * 60 * 60));
    assert_eq!(get(&clerk, &path).await["status"], "expired");
}

#[tokio::test]
async fn deleting_a_user_ends_the_sessions() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let session = clerk.sign_in(&ada.id);
    call(&clerk, Method::DELETE, &format!("/users/{}", ada.id), Value::Null).await;
    assert_eq!(get(&clerk, &format!("/sessions/{}", session.id())).await["status"], "removed");
}

#[tokio::test]
async fn the_backend_api_makes_the_same_tokens() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let session = clerk.sign_in(&ada.id).features(["u:export"]).claim("azp", "https://example.com");
    let path = format!("/sessions/{}/tokens", session.id());
    let answer = post(&clerk, &path, json!({ "expires_in_seconds": 120 })).await;
    assert_eq!(answer["object"], "token");

    let mut made = claims(&clerk, answer["jwt"].as_str().unwrap());
    let mut own = claims(&clerk, &session.token());
    assert_eq!(made["exp"], START + 120);
    for claims in [&mut made, &mut own] {
        for differing in ["exp", "jti"] {
            claims.as_object_mut().unwrap().remove(differing);
        }
    }
    assert_eq!(made, own);
    let refused = refusal(&clerk, Method::POST, &path, json!({ "expires_in_seconds": 1 })).await;
    assert_eq!((refused.0, refused.2.as_str()), (422, "expires_in_seconds"));
}

#[tokio::test]
async fn a_template_makes_tokens_of_its_own_claims() {
    let clerk = emulator().await;
    let ada = CreateUser::default().first_name("Ada").email_address(["ada@example.com"]);
    let ada = clerk.create_user(ada.public_metadata(json!({ "plan": "free" })));
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let session = clerk.sign_in(&ada.id).organization(&acme.id);
    clerk.create_jwt_template(
        "hasura",
        json!({
            "aud": "hasura",
            "email": "{{user.primary_email_address}}",
            "plan": "{{user.public_metadata.plan}}",
            "nested": { "roles": ["{{org.role}}", "user"] },
            "missing": "{{user.shoe_size}}",
        }),
    );
    let path = format!("/sessions/{}/tokens", session.id());
    let answer = post(&clerk, &format!("{path}/hasura"), Value::Null).await;
    let token = answer["jwt"].as_str().unwrap();
    let mut validation = any_time(Algorithm::RS256);
    validation.set_audience(&["hasura"]);
    let claims = decode::<Value>(token, &pem(&clerk), &validation).unwrap().claims;
    assert_eq!(claims["sub"], ada.id.as_str());
    assert_eq!(claims["email"], "ada@example.com");
    assert_eq!(claims["plan"], "free");
    assert_eq!(claims["nested"]["roles"], json!(["org:admin", "user"]));
    assert_eq!(claims["missing"], Value::Null);
    assert_eq!(claims.get("sid"), None);

    let refused = refusal(&clerk, Method::POST, &format!("{path}/none"), Value::Null).await;
    assert_eq!((refused.0, refused.1.as_str()), (404, "resource_not_found"));
}

#[tokio::test]
async fn a_session_is_created_for_a_member_of_the_organization() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let other = clerk.create_organization(CreateOrganization::new("Other"));
    let body =
        |organization: &str| json!({ "user_id": ada.id, "active_organization_id": organization });
    let created = post(&clerk, "/sessions", body(&acme.id)).await;
    assert_eq!(created["last_active_organization_id"], acme.id);
    for (body, status, code) in [
        (json!({}), 422, "form_param_missing"),
        (json!({ "user_id": "user_none" }), 404, "resource_not_found"),
        (body(&other.id), 404, "resource_not_found"),
        (json!({ "user_id": ada.id, "shoe_size": 39 }), 422, "form_param_unknown"),
    ] {
        let refused = refusal(&clerk, Method::POST, "/sessions", body.clone()).await;
        assert_eq!((refused.0, refused.1.as_str()), (status, code), "{body}");
    }
    assert_eq!(get(&clerk, "/sessions?paginated=true").await["total_count"], 1);
    let refused = refusal(&clerk, Method::GET, "/sessions?status=asleep", Value::Null).await;
    assert_eq!((refused.0, refused.2.as_str()), (422, "status"));

    let clerk =
        ClerkEmulator::builder().instance_type(InstanceType::Production).start().await.unwrap();
    let ada = clerk.create_user(CreateUser::default());
    let refused = refusal(&clerk, Method::POST, "/sessions", json!({ "user_id": ada.id })).await;
    assert_eq!((refused.0, refused.1.as_str()), (400, "request_invalid_for_environment"));
}

#[tokio::test]
#[allow(deprecated)]
async fn the_first_version_verifies_a_token_of_the_session() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let (session, other) = (clerk.sign_in(&ada.id), clerk.sign_in(&ada.id));
    let api = api(&clerk);
    let token = session.token();
    assert_eq!(api.sessions().verify(session.id(), &token).await.unwrap().id, session.id());
    let status = |result: axum_clerk::api::Result<_>| match result {
        Err(axum_clerk::api::Error::Api(error)) => error.status.as_u16(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        status(api.sessions().verify(other.id(), &token).await),
        400,
        "it is another session's"
    );
    assert_eq!(status(api.sessions().verify("sess_none", &token).await), 404);
    clerk.clock().advance(Duration::from_secs(60));
    assert_eq!(status(api.sessions().verify(session.id(), &token).await), 400, "it has expired");
    let path = format!("/sessions/{}/verify", session.id());
    assert_eq!(refusal(&clerk, Method::POST, &path, json!({ "token": token })).await.0, 410);
}

#[tokio::test]
async fn the_client_reads_every_answer_about_sessions() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let api = api(&clerk);
    let sessions = api.sessions();
    let created = sessions.create(&CreateSession::new(&ada.id)).await.unwrap();
    assert_eq!(sessions.get(&created.id).await.unwrap(), created);
    let of_ada = ListSessions::default().user_id(&ada.id);
    let active = sessions.list(&of_ada.clone().status(SessionStatus::Active)).await.unwrap();
    assert_eq!(active, std::slice::from_ref(&created));
    sessions.create_token(&created.id, &CreateSessionToken::default()).await.unwrap();
    let revoked = sessions.revoke(&created.id).await.unwrap();
    assert_eq!(revoked.status, SessionStatus::Revoked);
    assert_eq!(sessions.list(&of_ada).await.unwrap(), [revoked]);
}

#[tokio::test]
async fn a_session_is_refreshed_for_the_origin_of_its_token_alone() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let session = clerk.sign_in(&ada.id).claim("azp", "https://a.example");
    let nobodys = clerk.sign_token(
        json!({ "alg": "RS256", "kid": clerk.key_id() }),
        json!({ "exp": START, "sub": ada.id }),
    );
    let path = format!("/sessions/{}/refresh", session.id());
    for (token, origin, code) in [
        (session.token(), "nowhere", "refresh_request_origin_invalid"),
        (session.token(), "https://b.example", "refresh_request_origin_azp_mismatch"),
        (session.token(), "https://a.example", "refresh_token_not_found"),
        (nobodys, "https://a.example", "expired_session_token_missing_sid"),
    ] {
        let body =
            json!({ "expired_token": token, "refresh_token": "none", "request_origin": origin });
        let refused = refusal(&clerk, Method::POST, &path, body).await;
        assert_eq!((refused.0, refused.1.as_str()), (401, code));
    }
    let refused = refusal(&clerk, Method::POST, &path, json!({ "shoe_size": 39 })).await;
    assert_eq!((refused.0, refused.1.as_str()), (422, "form_param_unknown"));
}
