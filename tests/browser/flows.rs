//! Flows with one app and its instance.

use std::time::Duration;

use axum_clerk::{
    Clerk,
    InstanceType::{Development, Production},
    api::{CreateUser, ListUsers},
    emulator::ClerkEmulator,
};
use url::Url;

use crate::{
    app,
    browser::Browser,
    support::{
        INSTANCE_TYPES, Scenario, assert_signed_in, assert_signed_out, create_ada, emulator,
        expire_session_tokens, sign_in,
    },
};

const HANDSHAKE: &str = "/v1/client/handshake";

#[tokio::test]
async fn development_browser_needs_handshakes_around_sign_in() {
    let Scenario { clerk: _running, ada, mut browser, app } =
        Scenario::start_with(emulator(Development), "localhost", ClerkEmulator::config).await;

    let home = browser.open(format!("{app}/?tab=1")).await;
    assert_signed_out(&home);
    assert_eq!(home.redirects(), ["/", HANDSHAKE, "/"], "a new browser gets a dev browser token");
    assert_eq!(home.url.as_str(), format!("{app}/?tab=1"));
    let dev_browser = browser.cookie(&app, "__clerk_db_jwt").unwrap();

    let home = sign_in(&mut browser, &home, &ada).await;
    assert_signed_in(&home, &ada);
    assert_eq!(home.redirects(), ["/sign-in", "/", HANDSHAKE, "/"]);
    assert_eq!(home.url.as_str(), format!("{app}/?tab=1"));
    assert_eq!(browser.cookie(&app, "__clerk_db_jwt").unwrap(), dev_browser);

    let home = browser.open(&app).await;
    assert_signed_in(&home, &ada);
    assert!(home.redirects().is_empty(), "no other handshake is needed");
}

#[tokio::test]
async fn production_browser_gets_a_handshake_only_after_sign_in() {
    let Scenario { clerk: _running, ada, mut browser, app } =
        Scenario::start(emulator(Production)).await;

    let home = browser.open(&app).await;
    assert_signed_out(&home);
    assert!(
        home.redirects().is_empty(),
        "a browser without cookies is signed out without a handshake"
    );

    let home = sign_in(&mut browser, &home, &ada).await;
    assert_signed_in(&home, &ada);
    assert_eq!(home.redirects(), ["/sign-in", "/", HANDSHAKE]);
    assert_eq!(
        home.url.as_str(),
        format!("{app}/"),
        "handshake parameters are removed from the URL"
    );
    assert_eq!(browser.cookie(&app, "__clerk_handshake_nonce"), None);

    let home = browser.open(&app).await;
    assert_signed_in(&home, &ada);
    assert!(home.redirects().is_empty(), "no other handshake is needed");
}

#[tokio::test]
async fn expired_session_token_is_refreshed_without_redirects() {
    for instance_type in INSTANCE_TYPES {
        let Scenario { clerk, ada, mut browser, app } =
            Scenario::signed_in(emulator(instance_type)).await;
        let token = browser.cookie(&app, "__session").unwrap();

        expire_session_tokens(&clerk);
        let home = browser.open(&app).await;
        assert_signed_in(&home, &ada);
        assert!(home.redirects().is_empty(), "{instance_type:?}: {home:?}");
        assert_ne!(browser.cookie(&app, "__session").unwrap(), token);

        let refreshed = browser.cookie(&app, "__session").unwrap();
        assert_signed_in(&browser.open(&app).await, &ada);
        assert_eq!(
            browser.cookie(&app, "__session").unwrap(),
            refreshed,
            "a valid token is not refreshed"
        );
    }
}

#[tokio::test]
async fn expired_token_without_refresh_token_causes_a_handshake() {
    for instance_type in INSTANCE_TYPES {
        let Scenario { clerk, ada, mut browser, app } =
            Scenario::signed_in(emulator(instance_type)).await;
        let suffix = clerk.config().publishable_key().unwrap().cookie_suffix().to_owned();

        expire_session_tokens(&clerk);
        browser.delete_cookie(&format!("__refresh_{suffix}"));
        let home = browser.open(&app).await;
        assert_signed_in(&home, &ada);
        assert!(home.redirects().contains(&HANDSHAKE), "{instance_type:?}: {home:?}");
    }
}

#[tokio::test]
async fn custom_session_token_lifetime_applies_to_refreshes() {
    let Scenario { clerk, ada, mut browser, app } =
        Scenario::signed_in(emulator(Development).session_token_lifetime(Duration::from_secs(2)))
            .await;
    let token = browser.cookie(&app, "__session").unwrap();
    clerk.clock().advance(Duration::from_secs(8));
    assert_signed_in(&browser.open(&app).await, &ada);
    assert_ne!(browser.cookie(&app, "__session").unwrap(), token);
}

#[tokio::test]
async fn reverification_resets_the_factor_ages() {
    for instance_type in INSTANCE_TYPES {
        let Scenario { clerk, ada, mut browser, app } =
            Scenario::signed_in(emulator(instance_type)).await;

        clerk.clock().advance(Duration::from_secs(15 * 60));
        let home = browser.open(&app).await;
        assert!(home.body.contains("fva: [15,-1]"), "{}", home.body);
        let portal = browser.click(&home, "reverify").await;
        assert!(portal.body.contains("You are signed in as Ada."), "{}", portal.body);
        let home = browser.submit(&portal, &[]).await;
        assert_signed_in(&home, &ada);
        assert!(home.body.contains("fva: [0,-1]"), "{instance_type:?}: {}", home.body);
    }
}

#[tokio::test]
async fn sign_out_needs_confirmation_on_the_portal() {
    for instance_type in INSTANCE_TYPES {
        let mut scenario = Scenario::start(emulator(instance_type)).await;
        let home = scenario.sign_in().await;
        let Scenario { clerk: _running, ada, mut browser, app } = scenario;

        let portal = browser.click(&home, "sign-out").await;
        assert_signed_in(&browser.open(&app).await, &ada);
        let home = browser.submit(&portal, &[]).await;
        assert_signed_out(&home);
        assert_eq!(browser.cookie(&app, "__session").filter(|token| !token.is_empty()), None);
        assert_eq!(browser.cookie(&app, "__client_uat").as_deref(), Some("0"));
        assert_signed_out(&browser.open(&app).await);
    }
}

#[tokio::test]
async fn revoked_session_ends_when_its_token_expires() {
    for instance_type in INSTANCE_TYPES {
        let Scenario { clerk, ada, mut browser, app } =
            Scenario::signed_in(emulator(instance_type)).await;

        let api = Clerk::new(clerk.config());
        let session = api.sessions().list(&Default::default()).await.unwrap().remove(0);
        api.sessions().revoke(&session.id).await.unwrap();
        assert_signed_in(&browser.open(&app).await, &ada);
        expire_session_tokens(&clerk);
        assert_signed_out(&browser.open(&app).await);
    }
}

#[tokio::test]
async fn pending_session_is_signed_in_after_its_tasks() {
    for instance_type in INSTANCE_TYPES {
        let Scenario { clerk, ada, mut browser, app } =
            Scenario::signed_in(emulator(instance_type)).await;
        let token = browser.cookie(&app, "__session").unwrap();
        let session = Clerk::new(clerk.config()).verify_token(&token).await.unwrap();
        let _ = clerk.session(session.claims().session_id().unwrap()).status("pending");

        expire_session_tokens(&clerk);
        let home = browser.open(&app).await;
        assert_signed_out(&home);
        let portal = browser.click(&home, "sign-in").await;
        assert_eq!(portal.url.path(), "/sign-in/tasks");
        assert_signed_in(&browser.submit(&portal, &[]).await, &ada);
    }
}

#[tokio::test]
async fn new_user_can_sign_up() {
    for instance_type in INSTANCE_TYPES {
        let clerk = emulator(instance_type).start().await.unwrap();
        let mut browser = Browser::new(clerk.clock());
        let app = app::serve("127.0.0.1", clerk.config()).await;
        let home = browser.open(&app).await;
        let portal = browser.click(&home, "sign-up").await;
        let fields = [
            ("email_address", "grace@example.com"),
            ("first_name", "Grace"),
            ("last_name", "Hopper"),
        ];
        let home = browser.submit(&portal, &fields).await;
        let api = Clerk::new(clerk.config());
        let users = api.users().list(&ListUsers::default()).await.unwrap();
        assert_eq!(users.len(), 1);
        assert_eq!(users[0].last_name.as_deref(), Some("Hopper"));
        assert_signed_in(&home, &users[0]);
    }
}

#[tokio::test]
async fn portal_rejects_invalid_sign_ups_and_sign_ins() {
    let clerk = emulator(Development).start().await.unwrap();
    create_ada(&clerk);
    let alan = clerk.create_user(CreateUser::default().first_name("Alan").banned(true));
    let grace = clerk.create_user(CreateUser::default().first_name("Grace").locked(true));
    let mut browser = Browser::new(clerk.clock());
    let portal = browser.open(format!("{}/sign-in", clerk.url())).await;

    let taken = [("email_address", "ada@example.com"), ("first_name", ""), ("last_name", "")];
    let rejected = browser.submit(&portal, &taken).await;
    assert_eq!(rejected.status, 422);
    assert!(rejected.body.contains("That email address is already taken."), "{}", rejected.body);
    assert_eq!(browser.submit(&portal, &[("user_id", &alan.id)]).await.status, 403);
    assert_eq!(browser.submit(&portal, &[("user_id", &grace.id)]).await.status, 403);
    assert_eq!(browser.submit(&portal, &[("user_id", "user_none")]).await.status, 404);
}

#[tokio::test]
async fn names_are_escaped_on_portal_pages() {
    let clerk = emulator(Development).start().await.unwrap();
    let name = "<script>alert(1)</script>\"'&";
    clerk.create_user(CreateUser::default().first_name(name).username("eve"));
    let mut browser = Browser::new(clerk.clock());
    let portal = browser.open(format!("{}/sign-in", clerk.url())).await;
    assert!(
        !portal.body.contains("<script") && portal.body.contains("&lt;script&gt;alert(1)"),
        "{}",
        portal.body
    );
}

#[tokio::test]
async fn only_absolute_web_urls_are_valid_redirect_targets() {
    for instance_type in INSTANCE_TYPES {
        let clerk = emulator(instance_type).start().await.unwrap();
        let mut browser = Browser::new(clerk.clock());
        for path in ["/sign-in", "/sign-out", "/reverify", HANDSHAKE] {
            for target in [
                "javascript:alert(1)",
                "data:text/html,x",
                "file:///etc/passwd",
                "/home",
                "//example.com",
                "",
            ] {
                let url = format!("{}{path}", clerk.url());
                let url = Url::parse_with_params(&url, [("redirect_url", target)]).unwrap();
                assert_eq!(browser.open(&url).await.status, 422, "{url}");
            }
        }
    }
}

#[tokio::test]
async fn foreign_redirect_targets_are_rejected_in_production() {
    let clerk = emulator(Production).start().await.unwrap();
    let mut browser = Browser::new(clerk.clock());
    for path in ["/sign-in", HANDSHAKE] {
        let rejected = browser
            .open(format!("{}{path}?redirect_url=http://localhost:3000/", clerk.url()))
            .await;
        assert_eq!(rejected.status, 422, "{path}");
        assert!(rejected.body.contains("http://127.0.0.1:PORT"), "{}", rejected.body);
    }
}

#[tokio::test]
async fn mismatched_instance_keys_cause_no_redirect_loop() {
    for instance_type in INSTANCE_TYPES {
        let other = emulator(instance_type).start().await.unwrap();
        // The app redirects browsers to one instance and calls the Backend API of the other.
        let config = |clerk: &ClerkEmulator| {
            let builder = clerk.config_builder().secret_key(other.secret_key());
            builder.api_url(other.url()).build().unwrap()
        };
        let Scenario { clerk: _running, ada, mut browser, app } =
            Scenario::start_with(emulator(instance_type), "127.0.0.1", config).await;
        let home = browser.open(&app).await;
        assert_signed_out(&home);
        let home = sign_in(&mut browser, &home, &ada).await;
        assert_signed_out(&home);
        assert_signed_out(&browser.open(&app).await);
    }
}

#[tokio::test]
async fn key_rotation_signs_no_users_out() {
    for instance_type in INSTANCE_TYPES {
        let mut scenario = Scenario::start(emulator(instance_type)).await;
        assert_signed_in(&scenario.sign_in().await, &scenario.ada);
        let Scenario { clerk, ada, mut browser, app } = scenario;
        clerk.rotate_keys();
        clerk.withdraw_old_keys();
        expire_session_tokens(&clerk);
        assert_signed_in(&browser.open(&app).await, &ada);
    }
}

#[tokio::test]
async fn handshake_nonce_cannot_be_reused() {
    let mut scenario = Scenario::start(emulator(Development)).await;
    let home = scenario.sign_in().await;
    let with_nonce =
        home.visited.iter().find(|url| url.as_str().contains("__clerk_handshake_nonce")).unwrap();

    let mut other_browser = Browser::new(scenario.clerk.clock());
    assert_signed_out(&other_browser.open(with_nonce).await);
}

#[tokio::test]
async fn apps_of_two_instances_on_one_host_are_independent() {
    for instance_type in INSTANCE_TYPES {
        let first = emulator(instance_type).start().await.unwrap();
        let second = emulator(instance_type).clock(first.clock().clone()).start().await.unwrap();
        let (ada, grace) =
            (create_ada(&first), second.create_user(CreateUser::default().first_name("Grace")));
        let mut browser = Browser::new(first.clock());
        let first_app = app::serve("127.0.0.1", first.config()).await;
        let second_app = app::serve("127.0.0.1", second.config()).await;

        for (app, user) in [(&first_app, &ada), (&second_app, &grace)] {
            let home = browser.open(app).await;
            assert_signed_out(&home);
            assert_signed_in(&sign_in(&mut browser, &home, user).await, user);
        }
        for _ in 0..2 {
            assert_signed_in(&browser.open(&first_app).await, &ada);
            assert_signed_in(&browser.open(&second_app).await, &grace);
            expire_session_tokens(&first);
        }
    }
}

#[tokio::test]
async fn handshake_token_must_be_signed_by_the_instance() {
    for (instance_type, foreign_status) in [(Development, 500), (Production, 200)] {
        let Scenario { clerk, ada, mut browser, app } =
            Scenario::signed_in(emulator(instance_type)).await;
        let handshake = |app: &str| {
            let dev_browser = browser.cookie(app, "__clerk_db_jwt").unwrap_or_default();
            let query = format!("redirect_url={app}/x&__clerk_db_jwt={dev_browser}");
            format!("{}{HANDSHAKE}?{query}", clerk.url())
        };
        let own = handshake(&app);
        let foreign = {
            let other = emulator(instance_type).start().await.unwrap();
            handshake(&app::serve("127.0.0.1", other.config()).await)
        };

        let token = browser.cookie(&app, "__session").unwrap();
        let page = browser.open(own).await;
        assert_signed_in(&page, &ada);
        assert!(
            page.visited.iter().any(|url| url.as_str().contains("__clerk_handshake="))
                == (instance_type == Development)
        );
        assert_ne!(browser.cookie(&app, "__session").unwrap(), token);

        let page = browser.open(foreign).await;
        assert_eq!(page.status, foreign_status, "{page:?}");
        assert!(!page.body.contains(&ada.id));
    }
}

#[tokio::test]
async fn browser_can_sign_in_again_after_an_emulator_restart() {
    for instance_type in INSTANCE_TYPES {
        let clerk = emulator(instance_type).start().await.unwrap();
        let (user, mut browser) = (create_ada(&clerk), Browser::new(clerk.clock()));
        let (clock, port) =
            (clerk.clock().clone(), Url::parse(clerk.url()).unwrap().port().unwrap());
        let app = app::serve("127.0.0.1", clerk.config()).await;
        let home = browser.open(&app).await;
        assert_signed_in(&sign_in(&mut browser, &home, &user).await, &user);

        drop(clerk);
        let clerk = loop {
            match emulator(instance_type).clock(clock.clone()).port(port).start().await {
                Ok(clerk) => break clerk,
                Err(_) => tokio::task::yield_now().await,
            }
        };
        let user = create_ada(&clerk);
        let app = app::serve("127.0.0.1", clerk.config()).await;
        let home = browser.open(&app).await;
        assert_signed_out(&home);
        assert_signed_in(&sign_in(&mut browser, &home, &user).await, &user);
    }
}

#[tokio::test]
async fn session_token_requires_an_authorized_party() {
    let config = |clerk: &ClerkEmulator| {
        clerk.config_builder().authorized_parties(["https://example.com"]).build().unwrap()
    };
    let mut scenario = Scenario::start_with(emulator(Development), "127.0.0.1", config).await;
    assert_signed_out(&scenario.sign_in().await);
}
