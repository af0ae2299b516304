//! The guard that rejects callers outside the organization in the path.

use axum::{Router, extract::Path, routing};
use axum_clerk::{
    ClerkConfig, ClerkLayer, TokenType,
    api::{CreateOrganization, CreateUser, Organization, User},
    emulator::ClerkEmulator,
    guard,
};

use super::support::{capture_log, emulator, get};

async fn ok() -> &'static str {
    "ok"
}

fn guarded() -> Router {
    Router::new()
        .route("/", routing::get(ok))
        .route("/invoices/{id}", routing::get(ok))
        .layer(guard::organization_in_path("slug"))
}

fn app(clerk: &ClerkEmulator) -> Router {
    let config = clerk.config_builder().accept_tokens(TokenType::ALL).build().unwrap();
    Router::new().nest("/orgs/{slug}", guarded()).layer(ClerkLayer::new(config))
}

/// Creates a user and an organization that the user is a member of.
fn member(clerk: &ClerkEmulator, slug: &str) -> (User, Organization) {
    let user = clerk.create_user(CreateUser::default());
    let organization = clerk.create_organization(CreateOrganization::new(slug).slug(slug));
    clerk.add_member(&organization.id, &user.id, "org:admin", []);
    (user, organization)
}

async fn status(app: &Router, path: &str, token: &str) -> u16 {
    get(path).bearer(token).send(app).await.status.as_u16()
}

#[tokio::test]
async fn only_members_of_the_organization_in_the_path_pass() {
    let clerk = emulator().await;
    let app = app(&clerk);
    let (ada, acme) = member(&clerk, "acme");
    let (_, evil) = member(&clerk, "evil");
    let active = clerk.sign_in(&ada.id).organization(&acme.id).token();
    let personal = clerk.sign_in(&ada.id).token();
    for (path, expected) in [
        ("/orgs/acme".to_owned(), 200),
        ("/orgs/acme/invoices/7".into(), 200),
        (format!("/orgs/{}", acme.id), 200),
        (format!("/orgs/{}/invoices/7", acme.id), 200),
        ("/orgs/evil".into(), 404),
        ("/orgs/evil/invoices/7".into(), 404),
        (format!("/orgs/{}", evil.id), 404),
        ("/orgs/ACME".into(), 404),
        ("/orgs/acm".into(), 404),
        ("/orgs/acme2".into(), 404),
        ("/orgs/unknown".into(), 404),
    ] {
        assert_eq!(status(&app, &path, &active).await, expected, "{path}");
        assert_eq!(status(&app, &path, &personal).await, 404, "{path} without organization");
        assert_eq!(status(&app, &path, "invalid").await, 401, "{path}");
    }
    let response = get("/orgs/evil").bearer(&active).send(&app).await;
    let unknown = get("/orgs/unknown").bearer(&active).send(&app).await;
    assert_eq!(response.code(), "not-found");
    assert_eq!(response.body, unknown.body, "organizations are not revealed");
}

#[tokio::test]
async fn encoded_organizations_are_decoded_as_handlers_see_them() {
    let clerk = emulator().await;
    let (ada, acme) = member(&clerk, "acme");
    let token = clerk.sign_in(&ada.id).organization(&acme.id).token();
    let echo = async |Path(slug): Path<String>| slug;
    let app = Router::new()
        .route("/orgs/{slug}", routing::get(echo).layer(guard::organization_in_path("slug")))
        .route("/deep/{*slug}", routing::get(echo).layer(guard::organization_in_path("slug")))
        .layer(ClerkLayer::new(clerk.config()));
    for path in ["/orgs/%61cme", "/orgs/acm%65", "/deep/acme", "/deep/%61cme"] {
        let response = get(path).bearer(&token).send(&app).await;
        assert_eq!((response.status.as_u16(), &*response.body), (200, "acme"), "{path}");
    }
    for path in [
        "/orgs/%2561cme",
        "/orgs/acme%2F",
        "/orgs/acme%00",
        "/orgs/%FF",
        "/orgs/acme%20",
        "/orgs/acme%2Fevil",
        "/deep/acme/evil",
        "/deep/acme/",
    ] {
        assert_eq!(status(&app, path, &token).await, 404, "{path}");
    }
}

#[tokio::test]
async fn slug_that_looks_like_an_id_is_an_id() {
    let clerk = emulator().await;
    let (ada, acme) = member(&clerk, "acme");
    let (_, evil) = member(&clerk, "evil");
    let session = clerk.sign_in(&ada.id).organization(&acme.id);
    let app = app(&clerk);
    for (slug, expected) in
        [(Some(&*evil.id), 404), (Some("acme"), 404), (Some(""), 404), (None, 404)]
    {
        let claim = serde_json::json!({ "id": acme.id, "rol": "admin", "slg": slug });
        let token = session.clone().claim("o", claim).token();
        assert_eq!(status(&app, &format!("/orgs/{}", evil.id), &token).await, expected);
        assert_eq!(status(&app, &format!("/orgs/{}", acme.id), &token).await, 200);
    }
}

#[tokio::test]
async fn guard_works_at_every_level() {
    let clerk = emulator().await;
    let (ada, acme) = member(&clerk, "acme");
    let token = clerk.sign_in(&ada.id).organization(&acme.id).token();
    let layer = || ClerkLayer::new(clerk.config());
    let in_path = || guard::organization_in_path("slug");
    let inner = || Router::new().route("/a", routing::get(ok));
    for app in [
        Router::new().nest("/orgs/{slug}", inner().layer(in_path())),
        Router::new().nest("/orgs/{slug}", inner().route_layer(in_path())),
        Router::new().nest("/orgs/{slug}", inner()).layer(in_path()),
        Router::new().route("/orgs/{slug}/a", routing::get(ok).layer(in_path())),
        Router::new().route("/orgs/{slug}/a", routing::get(ok)).layer(in_path()),
        Router::new().nest("/orgs", Router::new().nest("/{slug}", inner().layer(in_path()))),
        Router::new().nest("/{area}", Router::new().nest("/{slug}", inner()).layer(in_path())),
        Router::new().nest("/orgs/{slug}", inner()).layer(in_path().only(["/orgs/{slug}/*"])),
    ] {
        let app = app.layer(layer());
        assert_eq!(status(&app, "/orgs/acme/a", &token).await, 200);
        assert_eq!(status(&app, "/orgs/evil/a", &token).await, 404);
        assert_eq!(get("/orgs/acme/a").send(&app).await.status, 401);
    }
}

#[tokio::test]
async fn missing_or_ambiguous_parameter_rejects_everyone() {
    let clerk = emulator().await;
    let (ada, acme) = member(&clerk, "acme");
    let token = clerk.sign_in(&ada.id).organization(&acme.id).token();
    let in_path = || guard::organization_in_path("slug");
    for app in [
        Router::new().route("/acme", routing::get(ok)).layer(in_path()),
        Router::new().route("/{id}", routing::get(ok)).layer(in_path()),
        Router::new().fallback(ok).layer(in_path()),
    ] {
        let app = app.layer(ClerkLayer::new(clerk.config()));
        let (response, log) = capture_log(get("/acme").bearer(&token).send(&app)).await;
        assert_eq!(response.status, 404);
        assert!(log.contains("WARN") && log.contains("no such path parameter"), "{log}");
    }
    let twice = Router::new()
        .nest("/{slug}", Router::new().route("/{slug}", routing::get(ok)).layer(in_path()))
        .layer(ClerkLayer::new(clerk.config()));
    assert_eq!(status(&twice, "/acme/acme", &token).await, 200);
    assert_eq!(status(&twice, "/acme/evil", &token).await, 404);
    assert_eq!(status(&twice, "/evil/acme", &token).await, 404);
}

#[tokio::test]
async fn machines_belong_to_the_organization_of_their_key() {
    let clerk = emulator().await;
    let app = app(&clerk);
    let (ada, acme) = member(&clerk, "acme");
    let by_id = format!("/orgs/{}", acme.id);
    let key = clerk.create_api_key(&acme.id).token();
    assert_eq!(status(&app, &by_id, &key).await, 200);
    assert_eq!(status(&app, "/orgs/acme", &key).await, 404, "a key does not state the slug");
    let (_, evil) = member(&clerk, "evil");
    assert_eq!(status(&app, &format!("/orgs/{}", evil.id), &key).await, 404);
    assert_eq!(status(&app, &by_id, &clerk.create_api_key(&ada.id).token()).await, 404);
    let machine = clerk.create_m2m_token(&clerk.create_machine("jobs")).token();
    let oauth = clerk.create_oauth_access_token(&ada.id).token();
    for token in [machine, oauth] {
        let response = get(&by_id).bearer(token).send(&app).await;
        assert_eq!((response.status.as_u16(), &*response.code()), (401, "token-type-mismatch"));
    }
}

#[tokio::test]
async fn organization_patterns_do_not_protect_but_the_guard_does() {
    let clerk = emulator().await;
    let (ada, acme) = member(&clerk, "acme");
    member(&clerk, "evil");
    let config = || -> ClerkConfig {
        clerk.config_builder().organization_patterns(["/orgs/:slug/(.*)"]).build().unwrap()
    };
    let session = clerk.sign_in(&ada.id).organization(&acme.id);
    let unguarded =
        Router::new().route("/orgs/{slug}/", routing::get(ok)).layer(ClerkLayer::new(config()));
    let guarded = Router::new()
        .route("/orgs/{slug}/", routing::get(ok).layer(guard::organization_in_path("slug")))
        .layer(ClerkLayer::new(config()));
    let fetch = |path: &str| get(path).header("sec-fetch-dest", "empty").cookies(session.cookies());
    for (app, expected) in [(&unguarded, 200), (&guarded, 404)] {
        assert_eq!(status(app, "/orgs/evil/", &session.token()).await, expected);
        assert_eq!(fetch("/orgs/evil/").send(app).await.status, expected, "a fetch");
        assert_eq!(fetch("/orgs/acme/").send(app).await.status, 200);
    }
}
