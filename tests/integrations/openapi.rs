//! OpenAPI documents.

use axum_clerk::{
    Clerk,
    openapi::{BEARER, COOKIE, OAUTH2},
};
use serde_json::{Value, json};

use super::{
    examples::{openapi_aide, openapi_utoipa},
    support::{emulator, get, sign_in},
};

/// Returns the alternative schemes of an operation.
fn security(document: &Value, path: &str, method: &str) -> Vec<String> {
    let requirements = document["paths"][path][method]["security"].as_array();
    let names = |requirement: &Value| {
        let names: Vec<_> = requirement.as_object().unwrap().keys().cloned().collect();
        names.join("+")
    };
    requirements.map(|list| list.iter().map(names).collect()).unwrap_or_default()
}

#[track_caller]
fn assert_rejections(document: &Value, path: &str, method: &str, expected: bool) {
    let responses = &document["paths"][path][method]["responses"];
    for status in ["401", "403"] {
        let schema = &responses[status]["content"]["application/json"]["schema"];
        let is_documented = schema["properties"]["errors"]["type"] == "array";
        assert_eq!(is_documented, expected, "{method} {path}: {responses}");
    }
}

#[track_caller]
fn assert_schemes(document: &Value, url: &str) {
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(schemes[BEARER]["type"], "http");
    assert_eq!(schemes[BEARER]["scheme"], "bearer");
    assert_eq!(schemes[COOKIE]["type"], "apiKey");
    assert_eq!(schemes[COOKIE]["in"], "cookie");
    assert_eq!(schemes[COOKIE]["name"], "__session");
    assert_eq!(schemes[OAUTH2]["type"], "oauth2");
    let flow = &schemes[OAUTH2]["flows"]["authorizationCode"];
    assert_eq!(flow["authorizationUrl"], format!("{url}/oauth/authorize"));
    assert_eq!(flow["tokenUrl"], format!("{url}/oauth/token"));
    assert!(flow["scopes"]["profile"].is_string(), "{flow}");
}

#[tokio::test]
async fn utoipa_documents_security_and_rejections() {
    let emulator = emulator().await;
    let clerk = Clerk::new(emulator.config());
    let app = openapi_utoipa::app(clerk.clone());
    let document = get("/openapi.json").send(&app).await.json();
    assert_schemes(&document, emulator.url());
    for (path, method) in [("/me", "get"), ("/invoices/{id}", "delete")] {
        assert_eq!(security(&document, path, method), [BEARER, COOKIE]);
        assert_rejections(&document, path, method, true);
    }
    assert_eq!(security(&document, "/tools", "get"), [OAUTH2], "its own declaration is kept");
    assert_eq!(security(&document, "/health", "get"), [""; 0]);
    assert_rejections(&document, "/health", "get", false);
    let session = sign_in(&emulator);
    assert_eq!(get("/me").bearer(session.token()).send(&app).await.body, session.user_id());
    assert_eq!(get("/me").send(&app).await.status, 401);
}

#[tokio::test]
async fn aide_documents_security_and_rejections() {
    let emulator = emulator().await;
    let (app, _) = openapi_aide::app(Clerk::new(emulator.config()));
    let document = get("/openapi.json").send(&app).await.json();
    assert_schemes(&document, emulator.url());
    for (path, method) in [("/me", "get"), ("/invoices/{id}", "delete")] {
        assert_eq!(security(&document, path, method), [BEARER, COOKIE]);
        assert_rejections(&document, path, method, true);
    }
    assert_eq!(security(&document, "/tools", "get"), [BEARER, OAUTH2]);
    assert_rejections(&document, "/tools", "get", true);
    assert_eq!(security(&document, "/greet", "get"), ["", BEARER, COOKIE], "optional");
    assert_rejections(&document, "/greet", "get", false);
    assert_eq!(document["paths"]["/health"]["get"]["security"], json!(null));
    assert_eq!(get("/me").send(&app).await.status, 401);
}
