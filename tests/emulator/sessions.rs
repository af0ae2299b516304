//! Sessions and their tokens over HTTP.

use std::time::Duration;

use axum_clerk::api::{
    CreateOrganization, CreateSession, CreateSessionToken, CreateUser, ListSessions, SessionStatus,
};
use http::Method;
use jsonwebtoken::{Algorithm, decode};
use serde_json::{Value, json};

use crate::support::{
    START, api, assert_invalid_query, claims, decoding_key, delete, emulator, get, ids,
    ignoring_expiry, post, production_emulator, rejection,
};

#[tokio::test]
async fn signing_in_creates_a_session_in_the_backend_api() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let grace = clerk.create_user(CreateUser::default());
    let acme = clerk.create_organization(CreateOrganization::new("Acme").created_by(&ada.id));
    let session = clerk.sign_in(&ada.id).organization(&acme.id);
    let other = clerk.sign_in(&grace.id);

    let resource = get(&clerk, &format!("/sessions/{}", session.id())).await;
    assert_eq!(resource["user_id"], session.user_id());
    assert_eq!(resource["status"], "active");
    assert_eq!(resource["last_active_organization_id"], acme.id.as_str());
    assert!(clerk.user(&ada.id).last_sign_in_at.is_some());

    for (query, expected) in [
        (String::new(), vec![other.id(), session.id()]),
        (format!("user_id={}", ada.id), vec![session.id()]),
        (format!("client_id={}", resource["client_id"].as_str().unwrap()), vec![session.id()]),
        ("status=revoked".into(), vec![]),
        ("limit=1&offset=1".into(), vec![session.id()]),
    ] {
        assert_eq!(ids(&get(&clerk, &format!("/sessions?{query}")).await), expected, "{query}");
    }
    let page = get(&clerk, "/sessions?paginated=true&limit=1").await;
    assert_eq!((ids(&page["data"]), &page["total_count"]), (vec![other.id()], &json!(2)));
}

#[tokio::test]
async fn revoked_session_gets_no_tokens() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let path = format!("/sessions/{}", clerk.sign_in(&ada.id).id());
    assert_eq!(post(&clerk, &format!("{path}/revoke"), Value::Null).await["status"], "revoked");
    assert_eq!(get(&clerk, &path).await["status"], "revoked");
    let rejected = rejection(&clerk, Method::POST, &format!("{path}/tokens"), Value::Null).await;
    assert_eq!(rejected.status_and_code(), (404, "resource_not_found"));
}

#[tokio::test]
async fn session_expires_after_a_week() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let path = format!("/sessions/{}", clerk.sign_in(&ada.id).id());
    clerk.clock().advance(Duration::from_secs(7 * 24 * 60 * 60));
    assert_eq!(get(&clerk, &path).await["status"], "expired");
}

#[tokio::test]
async fn deleting_a_user_removes_their_sessions() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let session = clerk.sign_in(&ada.id);
    delete(&clerk, &format!("/users/{}", ada.id)).await;
    assert_eq!(get(&clerk, &format!("/sessions/{}", session.id())).await["status"], "removed");
}

#[tokio::test]
async fn backend_api_creates_equal_session_tokens() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let session = clerk.sign_in(&ada.id).features(["u:export"]).claim("azp", "https://example.com");
    let path = format!("/sessions/{}/tokens", session.id());
    let response = post(&clerk, &path, json!({ "expires_in_seconds": 120 })).await;
    assert_eq!(response["object"], "token");

    let mut api_claims = claims(&clerk, response["jwt"].as_str().unwrap());
    let mut session_claims = claims(&clerk, &session.token());
    assert_eq!(api_claims["exp"], START + 120);
    for claims in [&mut api_claims, &mut session_claims] {
        for differing in ["exp", "jti"] {
            claims.as_object_mut().unwrap().remove(differing);
        }
    }
    assert_eq!(api_claims, session_claims);
    let rejected = rejection(&clerk, Method::POST, &path, json!({ "expires_in_seconds": 1 })).await;
    assert_eq!(rejected.status_and_param(), (422, "expires_in_seconds"));
}

#[tokio::test]
async fn template_tokens_have_the_claims_of_the_template() {
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
    let response = post(&clerk, &format!("{path}/hasura"), Value::Null).await;
    let token = response["jwt"].as_str().unwrap();
    let mut validation = ignoring_expiry(Algorithm::RS256);
    validation.set_audience(&["hasura"]);
    let claims = decode::<Value>(token, &decoding_key(&clerk), &validation).unwrap().claims;
    assert_eq!(claims["sub"], ada.id.as_str());
    assert_eq!(claims["email"], "ada@example.com");
    assert_eq!(claims["plan"], "free");
    assert_eq!(claims["nested"]["roles"], json!(["org:admin", "user"]));
    assert_eq!(claims["missing"], Value::Null);
    assert_eq!(claims.get("sid"), None);

    let rejected = rejection(&clerk, Method::POST, &format!("{path}/none"), Value::Null).await;
    assert_eq!(rejected.status_and_code(), (404, "resource_not_found"));
}

#[tokio::test]
async fn session_is_created_only_for_a_member_of_its_organization() {
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
        let rejected = rejection(&clerk, Method::POST, "/sessions", body.clone()).await;
        assert_eq!(rejected.status_and_code(), (status, code), "{body}");
    }
    assert_eq!(get(&clerk, "/sessions?paginated=true").await["total_count"], 1);
    assert_invalid_query(&clerk, "/sessions?status=asleep", 422, "status").await;

    let clerk = production_emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let rejected = rejection(&clerk, Method::POST, "/sessions", json!({ "user_id": ada.id })).await;
    assert_eq!(rejected.status_and_code(), (400, "request_invalid_for_environment"));
}

#[tokio::test]
#[expect(deprecated, reason = "covers the deprecated `verify`")]
async fn deprecated_endpoint_verifies_session_tokens() {
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
        "the token belongs to another session"
    );
    assert_eq!(status(api.sessions().verify("sess_none", &token).await), 404);
    clerk.clock().advance(Duration::from_secs(60));
    assert_eq!(
        status(api.sessions().verify(session.id(), &token).await),
        400,
        "the token has expired"
    );
    let path = format!("/sessions/{}/verify", session.id());
    assert_eq!(rejection(&clerk, Method::POST, &path, json!({ "token": token })).await.status, 410);
}

#[tokio::test]
async fn typed_client_parses_session_responses() {
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
async fn session_is_refreshed_only_for_the_origin_of_its_token() {
    let clerk = emulator().await;
    let ada = clerk.create_user(CreateUser::default());
    let session = clerk.sign_in(&ada.id).claim("azp", "https://a.example");
    let without_session_id = clerk.sign_token(
        json!({ "alg": "RS256", "kid": clerk.key_id() }),
        json!({ "exp": START, "sub": ada.id }),
    );
    let path = format!("/sessions/{}/refresh", session.id());
    for (token, origin, code) in [
        (session.token(), "nowhere", "refresh_request_origin_invalid"),
        (session.token(), "https://b.example", "refresh_request_origin_azp_mismatch"),
        (session.token(), "https://a.example", "refresh_token_not_found"),
        (without_session_id, "https://a.example", "expired_session_token_missing_sid"),
    ] {
        let body =
            json!({ "expired_token": token, "refresh_token": "none", "request_origin": origin });
        let rejected = rejection(&clerk, Method::POST, &path, body).await;
        assert_eq!(rejected.status_and_code(), (401, code));
    }
    let rejected = rejection(&clerk, Method::POST, &path, json!({ "shoe_size": 39 })).await;
    assert_eq!(rejected.status_and_code(), (422, "form_param_unknown"));
}
