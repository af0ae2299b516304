//! Emulators, and apps with a browser in which a user can sign in.

use std::time::{Duration, SystemTime};

use axum_clerk::{
    ClerkConfig, Clock, InstanceType,
    api::{CreateUser, User},
    emulator::{ClerkEmulator, ClerkEmulatorBuilder},
};

use crate::{
    app,
    browser::{Browser, Page},
};

pub(crate) const INSTANCE_TYPES: [InstanceType; 2] =
    [InstanceType::Development, InstanceType::Production];

/// Configures an emulator on a manual clock.
pub(crate) fn emulator(instance_type: InstanceType) -> ClerkEmulatorBuilder {
    let clock = Clock::manual(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000));
    ClerkEmulator::builder().clock(clock).instance_type(instance_type)
}

pub(crate) fn create_ada(clerk: &ClerkEmulator) -> User {
    clerk.create_user(CreateUser::default().first_name("Ada").email_address(["ada@example.com"]))
}

/// Advances the clock beyond the lifetime of session tokens and the tolerated clock skew.
pub(crate) fn expire_session_tokens(clerk: &ClerkEmulator) {
    clerk.clock().advance(Duration::from_secs(66));
}

/// Follows the sign-in link of an app's page and signs in as the given user.
pub(crate) async fn sign_in(browser: &mut Browser, page: &Page, user: &User) -> Page {
    let portal = browser.click(page, "sign-in").await;
    assert_eq!((portal.status.as_u16(), portal.url.path()), (200, "/sign-in"), "{}", portal.body);
    browser.submit(&portal, &[("user_id", &user.id)]).await
}

/// An app and a browser in which Ada can sign in.
pub(crate) struct Scenario {
    pub(crate) clerk: ClerkEmulator,
    pub(crate) ada: User,
    pub(crate) browser: Browser,
    pub(crate) app: String,
}

impl Scenario {
    /// Starts an emulator and an app at `127.0.0.1` with the emulator's configuration.
    pub(crate) async fn start(emulator: ClerkEmulatorBuilder) -> Self {
        Self::start_with(emulator, "127.0.0.1", ClerkEmulator::config).await
    }

    /// Starts an emulator and an app with the given host and configuration.
    pub(crate) async fn start_with(
        emulator: ClerkEmulatorBuilder,
        host: &str,
        configure: impl FnOnce(&ClerkEmulator) -> ClerkConfig,
    ) -> Self {
        let clerk = emulator.start().await.unwrap();
        Self {
            ada: create_ada(&clerk),
            browser: Browser::new(clerk.clock()),
            app: app::serve(host, configure(&clerk)).await,
            clerk,
        }
    }

    /// Starts a scenario in which Ada has signed in.
    pub(crate) async fn signed_in(emulator: ClerkEmulatorBuilder) -> Self {
        let mut scenario = Self::start(emulator).await;
        scenario.sign_in().await;
        scenario
    }

    /// Opens the app and signs Ada in. Returns the page that the app shows afterwards.
    pub(crate) async fn sign_in(&mut self) -> Page {
        let home = self.browser.open(&self.app).await;
        sign_in(&mut self.browser, &home, &self.ada).await
    }
}

#[track_caller]
pub(crate) fn assert_signed_in(page: &Page, user: &User) {
    assert!(page.body.contains(&format!("user: {}<", user.id)), "{page:?}");
}

/// Asserts that a page shows a signed-in user, and which organization is active.
#[track_caller]
pub(crate) fn assert_signed_in_to(page: &Page, user: &User, organization: &str) {
    assert_signed_in(page, user);
    assert!(page.body.contains(&format!("organization: {organization}<")), "{page:?}");
}

#[track_caller]
pub(crate) fn assert_signed_out(page: &Page) {
    assert_eq!(page.status, 200, "{page:?}");
    assert!(
        page.body.contains("user: none<") && page.body.contains("organization: none<"),
        "{page:?}"
    );
}
