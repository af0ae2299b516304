//! One app and its instance.

use std::time::Duration;

use axum_clerk::{
    InstanceType::{Development, Production},
    api::{CreateUser, ListUsers},
    emulator::ClerkEmulator,
};
use url::Url;

use super::{
    BOTH, Browser, Walk, ada, app, assert_signed_in, assert_signed_out, emulator, pass_a_minute,
    sign_in, signed_in,
};

const HANDSHAKE: &str = "/v1/client/handshake";

#[tokio::test]
async fn a_development_browser_is_known_after_a_handshake_and_signed_in_after_another() {
    let clerk = emulator(Development).start().await.unwrap();
    let (ada, mut browser) = (ada(&clerk), Browser::new(clerk.clock()));
    let app = app::serve("localhost", clerk.config()).await;

    let home = browser.open(format!("{app}/?tab=1")).await;
    assert_signed_out(&home);
    assert_eq!(home.way(), ["/", HANDSHAKE, "/"], "a new browser gets a dev browser token");
    assert_eq!(home.url.as_str(), format!("{app}/?tab=1"));
    let dev_browser = browser.cookie(&app, "__clerk_db_jwt").unwrap();

    let home = sign_in(&mut browser, &home, &ada).await;
    assert_signed_in(&home, &ada);
    assert_eq!(home.way(), ["/sign-in", "/", HANDSHAKE, "/"]);
    assert_eq!(home.url.as_str(), format!("{app}/?tab=1"));
    assert_eq!(browser.cookie(&app, "__clerk_db_jwt").unwrap(), dev_browser);

    let home = browser.open(&app).await;
    assert_signed_in(&home, &ada);
    assert!(home.way().is_empty(), "no handshake is needed any more");
}

#[tokio::test]
async fn a_production_browser_is_known_by_its_cookies_alone() {
    let clerk = emulator(Production).start().await.unwrap();
    let (ada, mut browser) = (ada(&clerk), Browser::new(clerk.clock()));
    let app = app::serve("127.0.0.1", clerk.config()).await;

    let home = browser.open(&app).await;
    assert_signed_out(&home);
    assert!(home.way().is_empty(), "a browser without cookies is nobody's");

    let home = sign_in(&mut browser, &home, &ada).await;
    assert_signed_in(&home, &ada);
    assert_eq!(home.way(), ["/sign-in", "/", HANDSHAKE]);
    assert_eq!(home.url.as_str(), format!("{app}/"), "nothing of a handshake is in the URL");
    assert_eq!(browser.cookie(&app, "__clerk_handshake_nonce"), None);

    let home = browser.open(&app).await;
    assert_signed_in(&home, &ada);
    assert!(home.way().is_empty(), "no handshake is needed any more");
}

#[tokio::test]
async fn an_expired_session_token_is_refreshed_without_the_browser_noticing() {
    for instance_type in BOTH {
        let Walk { clerk, ada, mut browser, app, .. } = signed_in(emulator(instance_type)).await;
        let token = browser.cookie(&app, "__session").unwrap();

        pass_a_minute(&clerk);
        let home = browser.open(&app).await;
        assert_signed_in(&home, &ada);
        assert!(home.way().is_empty(), "{instance_type:?}: {home:?}");
        assert_ne!(browser.cookie(&app, "__session").unwrap(), token);

        let refreshed = browser.cookie(&app, "__session").unwrap();
        assert_signed_in(&browser.open(&app).await, &ada);
        assert_eq!(
            browser.cookie(&app, "__session").unwrap(),
            refreshed,
            "one refresh a minute is enough"
        );
    }
}

#[tokio::test]
async fn without_a_refresh_token_an_expired_session_token_ends_in_a_handshake() {
    for instance_type in BOTH {
        let Walk { clerk, ada, mut browser, app, .. } = signed_in(emulator(instance_type)).await;
        let suffix = clerk.config().publishable_key().unwrap().cookie_suffix().to_owned();

        pass_a_minute(&clerk);
        browser.forget_cookie(&format!("__refresh_{suffix}"));
        let home = browser.open(&app).await;
        assert_signed_in(&home, &ada);
        assert!(home.way().contains(&HANDSHAKE), "{instance_type:?}: {home:?}");
    }
}

#[tokio::test]
async fn a_short_lifetime_of_session_tokens_makes_refreshing_visible() {
    let Walk { clerk, ada, mut browser, app, .. } =
        signed_in(emulator(Development).session_token_lifetime(Duration::from_secs(2))).await;
    let token = browser.cookie(&app, "__session").unwrap();
    clerk.clock().advance(Duration::from_secs(8));
    assert_signed_in(&browser.open(&app).await, &ada);
    assert_ne!(browser.cookie(&app, "__session").unwrap(), token);
}

#[tokio::test]
async fn reverifying_makes_the_factors_fresh() {
    for instance_type in BOTH {
        let Walk { clerk, ada, mut browser, app, .. } = signed_in(emulator(instance_type)).await;

        clerk.clock().advance(Duration::from_secs(15 * 60));
        let home = browser.open(&app).await;
        assert!(home.body.contains("fva [15,-1]"), "{}", home.body);
        let portal = browser.click(&home, "reverify").await;
        assert!(portal.body.contains("You are Ada."), "{}", portal.body);
        let home = browser.submit(&portal, &[]).await;
        assert_signed_in(&home, &ada);
        assert!(home.body.contains("fva [0,-1]"), "{instance_type:?}: {}", home.body);
    }
}

#[tokio::test]
async fn signing_out_takes_one_click_at_the_portal() {
    for instance_type in BOTH {
        let Walk { clerk: _running, ada, mut browser, app, home } =
            signed_in(emulator(instance_type)).await;

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
async fn a_session_that_the_backend_revokes_is_over_when_its_token_is() {
    for instance_type in BOTH {
        let clerk = emulator(instance_type).start().await.unwrap();
        let (ada, mut browser) = (ada(&clerk), Browser::new(clerk.clock()));
        let config = clerk.config();
        let app = app::serve("127.0.0.1", config.clone()).await;
        let home = browser.open(&app).await;
        sign_in(&mut browser, &home, &ada).await;

        let api = axum_clerk::Clerk::new(config);
        let session = api.sessions().list(&Default::default()).await.unwrap().remove(0);
        api.sessions().revoke(&session.id).await.unwrap();
        assert_signed_in(&browser.open(&app).await, &ada);
        pass_a_minute(&clerk);
        assert_signed_out(&browser.open(&app).await);
    }
}

#[tokio::test]
async fn a_pending_session_is_signed_in_once_its_tasks_are_done() {
    for instance_type in BOTH {
        let Walk { clerk, ada, mut browser, app, .. } = signed_in(emulator(instance_type)).await;
        let token = browser.cookie(&app, "__session").unwrap();
        let claims = axum_clerk::Clerk::new(clerk.config()).verify_token(&token).await.unwrap();
        let _ = clerk.session(claims.session_id().unwrap()).status("pending");

        pass_a_minute(&clerk);
        let home = browser.open(&app).await;
        assert_signed_out(&home);
        let portal = browser.click(&home, "sign-in").await;
        assert_eq!(portal.url.path(), "/sign-in/tasks");
        assert_signed_in(&browser.submit(&portal, &[]).await, &ada);
    }
}

#[tokio::test]
async fn somebody_new_can_sign_up() {
    for instance_type in BOTH {
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
        let api = axum_clerk::Clerk::new(clerk.config());
        let users = api.users().list(&ListUsers::default()).await.unwrap();
        assert_eq!(users.len(), 1);
        assert_eq!(users[0].last_name.as_deref(), Some("Hopper"));
        assert_signed_in(&home, &users[0]);
    }
}

#[tokio::test]
async fn the_portal_refuses_what_clerk_would_refuse() {
    let clerk = emulator(Development).start().await.unwrap();
    ada(&clerk);
    let alan = clerk.create_user(CreateUser::default().first_name("Alan").banned(true));
    let grace = clerk.create_user(CreateUser::default().first_name("Grace").locked(true));
    let mut browser = Browser::new(clerk.clock());
    let portal = browser.open(format!("{}/sign-in", clerk.url())).await;

    let taken = [("email_address", "ada@example.com"), ("first_name", ""), ("last_name", "")];
    let refused = browser.submit(&portal, &taken).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("That email_address is taken."), "{}", refused.body);
    assert_eq!(browser.submit(&portal, &[("user_id", &alan.id)]).await.status, 403);
    assert_eq!(browser.submit(&portal, &[("user_id", &grace.id)]).await.status, 403);
    assert_eq!(browser.submit(&portal, &[("user_id", "user_none")]).await.status, 404);
}

#[tokio::test]
async fn names_are_text_and_no_markup() {
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
async fn browsers_are_sent_to_nothing_but_the_web() {
    for instance_type in BOTH {
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
async fn in_production_browsers_are_sent_to_the_hosts_of_the_instance_alone() {
    let clerk = emulator(Production).start().await.unwrap();
    let mut browser = Browser::new(clerk.clock());
    for path in ["/sign-in", HANDSHAKE] {
        let refused = browser
            .open(format!("{}{path}?redirect_url=http://localhost:3000/", clerk.url()))
            .await;
        assert_eq!(refused.status, 422, "{path}");
        assert!(refused.body.contains("http://127.0.0.1:PORT"), "{}", refused.body);
    }
}

#[tokio::test]
async fn an_instance_of_other_keys_signs_nobody_in_and_sends_nobody_in_circles() {
    for instance_type in BOTH {
        let clerk = emulator(instance_type).start().await.unwrap();
        let other = emulator(instance_type).start().await.unwrap();
        let (ada, mut browser) = (ada(&clerk), Browser::new(clerk.clock()));
        // The browser is sent to one instance, and the app asks the other.
        let config = clerk.config_builder().secret_key(other.secret_key()).api_url(other.url());
        let app = app::serve("127.0.0.1", config.build().unwrap()).await;
        let home = browser.open(&app).await;
        assert_signed_out(&home);
        let home = sign_in(&mut browser, &home, &ada).await;
        assert_signed_out(&home);
        assert_signed_out(&browser.open(&app).await);
    }
}

#[tokio::test]
async fn new_keys_of_the_instance_do_not_sign_anybody_out() {
    for instance_type in BOTH {
        let Walk { clerk, ada, mut browser, app, home } = signed_in(emulator(instance_type)).await;
        assert_signed_in(&home, &ada);
        clerk.rotate_keys();
        clerk.withdraw_old_keys();
        pass_a_minute(&clerk);
        assert_signed_in(&browser.open(&app).await, &ada);
    }
}

#[tokio::test]
async fn a_handshake_that_was_resolved_is_not_resolved_again() {
    let Walk { clerk, home, .. } = signed_in(emulator(Development)).await;
    let back =
        home.trail.iter().find(|url| url.as_str().contains("__clerk_handshake_nonce")).unwrap();

    let mut stranger = Browser::new(clerk.clock());
    assert_signed_out(&stranger.open(back).await);
}

#[tokio::test]
async fn the_apps_of_two_instances_at_one_host_do_not_mix() {
    for instance_type in BOTH {
        let one = emulator(instance_type).start().await.unwrap();
        let two = emulator(instance_type).clock(one.clock().clone()).start().await.unwrap();
        let (ada, grace) = (ada(&one), two.create_user(CreateUser::default().first_name("Grace")));
        let mut browser = Browser::new(one.clock());
        let app_of_one = app::serve("127.0.0.1", one.config()).await;
        let app_of_two = app::serve("127.0.0.1", two.config()).await;

        for (app, user) in [(&app_of_one, &ada), (&app_of_two, &grace)] {
            let home = browser.open(app).await;
            assert_signed_out(&home);
            assert_signed_in(&sign_in(&mut browser, &home, user).await, user);
        }
        for _ in 0..2 {
            assert_signed_in(&browser.open(&app_of_one).await, &ada);
            assert_signed_in(&browser.open(&app_of_two).await, &grace);
            pass_a_minute(&one);
        }
    }
}

#[tokio::test]
async fn a_handshake_can_end_with_a_token_which_only_the_instances_keys_make() {
    for (instance_type, refused) in [(Development, 500), (Production, 200)] {
        let Walk { clerk, ada, mut browser, app, .. } = signed_in(emulator(instance_type)).await;
        let handshake = |clerk: &ClerkEmulator, app: &str| {
            let dev_browser = browser.cookie(app, "__clerk_db_jwt").unwrap_or_default();
            let query = format!("redirect_url={app}/x&__clerk_db_jwt={dev_browser}");
            format!("{}{HANDSHAKE}?{query}", clerk.url())
        };
        let (own, foreign) = (handshake(&clerk, &app), {
            let other = emulator(instance_type).start().await.unwrap();
            let app = app::serve("127.0.0.1", other.config()).await;
            handshake(&clerk, &app)
        });

        let token = browser.cookie(&app, "__session").unwrap();
        let page = browser.open(own).await;
        assert_signed_in(&page, &ada);
        assert!(
            page.trail.iter().any(|url| url.as_str().contains("__clerk_handshake="))
                == (instance_type == Development)
        );
        assert_ne!(browser.cookie(&app, "__session").unwrap(), token);

        let page = browser.open(foreign).await;
        assert_eq!(page.status, refused, "{page:?}");
        assert!(!page.body.contains(&ada.id));
    }
}

#[tokio::test]
async fn a_browser_can_sign_in_again_when_the_emulator_was_restarted() {
    for instance_type in BOTH {
        let clerk = emulator(instance_type).start().await.unwrap();
        let (user, mut browser) = (ada(&clerk), Browser::new(clerk.clock()));
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
        let user = ada(&clerk);
        let app = app::serve("127.0.0.1", clerk.config()).await;
        let home = browser.open(&app).await;
        assert_signed_out(&home);
        assert_signed_in(&sign_in(&mut browser, &home, &user).await, &user);
    }
}

#[tokio::test]
async fn the_session_token_is_for_the_origin_of_the_app() {
    let clerk = emulator(Development).start().await.unwrap();
    let (ada, mut browser) = (ada(&clerk), Browser::new(clerk.clock()));
    let elsewhere =
        clerk.config_builder().authorized_parties(["https://example.com"]).build().unwrap();
    let app = app::serve("127.0.0.1", elsewhere).await;
    let home = browser.open(&app).await;
    assert_signed_out(&sign_in(&mut browser, &home, &ada).await);
}
