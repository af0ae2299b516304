//! Requirements, their combinations, and the callers that satisfy them.

use axum::{Router, routing};
use axum_clerk::{
    ClerkAuth, ClerkLayer, Permission, Principal, Requirement, Reverification, Role, TokenType,
    api::{CreateOrganization, CreateUser},
    emulator::ClerkEmulator,
    guard,
};
use serde_json::json;

use super::support::{emulator, get, sign_in};

/// Returns an app that guards all of its routes with a requirement.
fn app(clerk: &ClerkEmulator, requirement: impl Into<Requirement>) -> Router {
    let config = clerk.config_builder().accept_tokens(TokenType::ALL).build().unwrap();
    Router::new()
        .fallback(async || "ok")
        .layer(guard::require(requirement))
        .layer(ClerkLayer::new(config))
}

/// Returns the token of a member of a new organization.
fn member(clerk: &ClerkEmulator, role: &str, permissions: &[&str]) -> String {
    let user = clerk.create_user(CreateUser::default());
    let slug = user.id.replace('_', "-").to_lowercase();
    let organization = clerk.create_organization(CreateOrganization::new("Acme").slug(slug));
    clerk.add_member(&organization.id, &user.id, role, permissions.iter().copied());
    clerk.sign_in(&user.id).organization(&organization.id).token()
}

async fn status(app: &Router, token: &str) -> u16 {
    get("/").bearer(token).send(app).await.status.as_u16()
}

#[tokio::test]
async fn requirements_combine() {
    let clerk = emulator().await;
    let admin = member(&clerk, "org:admin", &["org:data:export"]);
    let guest = member(&clerk, "org:guest", &[]);
    let key = |scope| clerk.create_api_key(sign_in(&clerk).user_id()).scopes([scope]).token();
    let (exporter, reader) = (key("export"), key("read"));
    let machine = clerk.create_machine("backup");
    let m2m = clerk.create_m2m_token(&machine).token();
    let export = || guard::permission("org:data:export").or(guard::scope("export"));
    let exports = guard::any([
        guard::permission("org:data:export"),
        guard::scope("export"),
        guard::machine(machine.id()),
    ]);
    for (requirement, expected) in [
        (export(), [200, 403, 200, 403, 403]),
        (exports, [200, 403, 200, 403, 200]),
        (guard::scope("export"), [401, 401, 200, 403, 403]),
        (guard::machine(machine.id()), [401, 401, 401, 401, 200]),
        (guard::machine("mch_other"), [401, 401, 401, 401, 403]),
        (guard::not(guard::role("org:guest")), [200, 403, 401, 401, 401]),
        (guard::not(guard::scope("export")), [401, 401, 403, 200, 200]),
        (guard::active_organization(), [200, 200, 401, 401, 401]),
        (guard::all([guard::role("org:admin"), export()]), [200, 403, 401, 401, 401]),
        (export().and(guard::not(guard::role("org:guest"))), [200, 403, 401, 401, 401]),
        (guard::when(|_: &Principal| true), [200, 200, 200, 200, 200]),
        (guard::when(|_: &Principal| false), [403, 403, 403, 403, 403]),
    ] {
        let app = app(&clerk, requirement.clone());
        let mut found = Vec::new();
        for token in [&admin, &guest, &exporter, &reader, &m2m] {
            found.push(status(&app, token).await);
        }
        assert_eq!(found, expected, "{requirement}");
        for stranger in ["invalid", "ak_unknown", "mt_unknown"] {
            assert_eq!(status(&app, stranger).await, 401, "{stranger} and {requirement}");
        }
    }
}

#[tokio::test]
async fn missing_data_denies_also_if_negated() {
    let clerk = emulator().await;
    let user = sign_in(&clerk).token();
    let beta = || guard::when(|caller: &Principal| caller.claims()?.get("beta")?.as_bool());
    for missing in [
        guard::role("org:guest"),
        guard::permission("org:data:export"),
        guard::feature("export"),
        guard::plan("pro"),
        guard::scope("export").or(guard::role("org:guest")),
        beta(),
    ] {
        assert_eq!(status(&app(&clerk, missing.clone()), &user).await, 403, "{missing}");
        let negated = guard::not(missing);
        assert_eq!(status(&app(&clerk, negated.clone()), &user).await, 403, "{negated}");
    }
    for (value, met, negated) in [(true, 200, 403), (false, 403, 200)] {
        let token = sign_in(&clerk).claim("beta", value).token();
        assert_eq!(status(&app(&clerk, beta()), &token).await, met);
        assert_eq!(status(&app(&clerk, guard::not(beta())), &token).await, negated);
    }
}

#[tokio::test]
async fn enums_serve_as_permissions_and_roles() {
    #[derive(Clone, Copy)]
    enum May {
        Export,
        Delete,
    }
    impl From<May> for Permission {
        fn from(may: May) -> Self {
            Self::new(match may {
                May::Export => "org:data:export",
                May::Delete => "org:data:delete",
            })
        }
    }
    struct Admin;
    impl From<Admin> for Role {
        fn from(_: Admin) -> Self {
            Self::new("org:admin")
        }
    }
    let clerk = emulator().await;
    let admin = member(&clerk, "org:admin", &["org:data:export"]);
    for (requirement, expected) in [
        (guard::permission(May::Export), 200),
        (guard::permission(May::Delete), 403),
        (guard::role(Admin), 200),
        (guard::role("org:admin".to_owned()), 200),
    ] {
        assert_eq!(status(&app(&clerk, requirement.clone()), &admin).await, expected);
    }
}

#[tokio::test]
async fn rejection_names_what_the_caller_can_satisfy() {
    let clerk = emulator().await;
    let export = || guard::permission("org:data:export").or(guard::scope("export"));
    let app = app(&clerk, export());
    let user = sign_in(&clerk);
    let key = clerk.create_api_key(user.user_id()).token();
    for (token, message) in [
        (user.token(), "This requires the permission org:data:export."),
        (key, "This requires the scope export."),
    ] {
        let response = get("/").bearer(token).send(&app).await;
        assert_eq!(response.json()["errors"][0]["message"], message);
    }
    let combined = guard::not(guard::role("org:guest"));
    let response = get("/").bearer(user.token()).send(&self::app(&clerk, combined)).await;
    assert_eq!(
        response.json(),
        json!({ "errors": [
            { "code": "forbidden", "message": "This requires not role org:guest." },
        ] })
    );
}

#[tokio::test]
async fn reverification_is_required_of_users_but_not_of_keys() {
    let clerk = emulator().await;
    let app = app(&clerk, Requirement::from(Reverification::STRICT).or(guard::scope("delete")));
    let user = sign_in(&clerk);
    let fresh = user.clone().factor_verification_age(1, -1).token();
    assert_eq!(status(&app, &fresh).await, 200);
    let stale = user.factor_verification_age(2000, -1);
    let response = get("/").bearer(stale.token()).send(&app).await;
    assert_eq!(response.json()["clerk_error"]["reason"], "reverification-error");
    let key = clerk.create_api_key(stale.user_id());
    assert_eq!(status(&app, &key.token()).await, 403);
    assert_eq!(status(&app, &key.scopes(["delete"]).token()).await, 200);
}

#[tokio::test]
async fn handlers_check_requirements_of_machines() {
    let clerk = emulator().await;
    let handler = async |auth: ClerkAuth| -> axum_clerk::Result<&str> {
        auth.require(guard::scope("export"))?;
        Ok("ok")
    };
    let config = clerk.config_builder().accept_tokens(TokenType::ALL).build().unwrap();
    let app = Router::new().fallback(routing::any(handler)).layer(ClerkLayer::new(config));
    let user = sign_in(&clerk);
    let key = clerk.create_api_key(user.user_id());
    assert_eq!(status(&app, &key.token()).await, 403);
    let response = get("/").bearer(user.token()).send(&app).await;
    assert_eq!((response.status.as_u16(), &*response.code()), (401, "token-type-mismatch"));
    assert_eq!(status(&app, "invalid").await, 401);
    assert_eq!(status(&app, &key.scopes(["export"]).token()).await, 200);
}
