//! The builder of the emulator.

use std::{path::PathBuf, time::Duration};

use crate::clock::Clock;
use crate::config::InstanceType;
use crate::emulator::store::{AppOrigin, InstanceOptions};

/// Configures and starts a [`ClerkEmulator`](super::ClerkEmulator).
#[derive(Clone, Debug)]
#[must_use = "the emulator does nothing until it is started"]
pub struct ClerkEmulatorBuilder {
    pub(super) port: u16,
    pub(super) instance: InstanceOptions,
}

impl Default for ClerkEmulatorBuilder {
    fn default() -> Self {
        Self {
            port: 0,
            instance: InstanceOptions {
                clock: Clock::system(),
                instance_type: InstanceType::Development,
                session_token_lifetime: Duration::from_secs(60),
                app_origin: AppOrigin::Default,
                satellites: Vec::new(),
                npm_packages: None,
                rate_limits: false,
            },
        }
    }
}

impl ClerkEmulatorBuilder {
    /// Sets the clock of the emulator; the system clock by default.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.instance.clock = clock;
        self
    }

    /// Sets the port to listen on; 0 by default, which picks any free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets whether the emulator is a development instance, the default, or a production instance.
    ///
    /// A production instance recognizes browsers only by cookies, which the app must share with the
    /// Frontend API. Cookies are shared across the ports of a host, so open the app at 127.0.0.1,
    /// on any port. A development instance serves apps on any host.
    pub fn instance_type(mut self, instance_type: InstanceType) -> Self {
        self.instance.instance_type = instance_type;
        self
    }

    /// Sets the lifetime of the session tokens of new sessions, in whole seconds; 60 seconds by
    /// default, as at Clerk.
    pub fn session_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.instance.session_token_lifetime = lifetime;
        self
    }

    /// Sets the origin of the app, such as `https://app.example.com`, that the tokens of
    /// [sessions](super::EmulatedSession::token) are issued to (the `azp` claim);
    /// `http://localhost:3000` by default. It becomes the only [authorized
    /// party](crate::ClerkConfigBuilder::authorized_parties) of the emulator's
    /// [configuration](super::ClerkEmulator::config_builder), as in production.
    ///
    /// ```
    /// # use axum_clerk::{Clerk, api::CreateUser, emulator::ClerkEmulator};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let clerk = ClerkEmulator::builder().app_origin("https://app.example.com").start().await?;
    /// let ada = clerk.create_user(CreateUser::default());
    /// let session = Clerk::new(clerk.config()).verify_token(&clerk.sign_in(&ada.id).token()).await?;
    /// assert_eq!(session.claims().authorized_party(), Some("https://app.example.com"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn app_origin(mut self, origin: impl Into<String>) -> Self {
        self.instance.app_origin = AppOrigin::Set(origin.into());
        self
    }

    /// Adds a host, such as `localhost`, whose apps are satellites of those at 127.0.0.1. The host
    /// must resolve to 127.0.0.1 too. `POST /domains` adds further satellites at runtime.
    pub fn satellite(mut self, host: impl Into<String>) -> Self {
        self.instance.satellites.push(host.into());
        self
    }

    /// Sets the `node_modules` folder with the npm packages `@clerk/clerk-js` and `@clerk/ui`,
    /// which the emulator serves at the paths of Clerk's script tags, such as
    /// `/npm/@clerk/clerk-js@6/dist/clerk.browser.js`.
    ///
    /// By default, they are searched for in the `node_modules` folders of the working directory and
    /// its parents.
    pub fn npm_packages(mut self, folder: impl Into<PathBuf>) -> Self {
        self.instance.npm_packages = Some(folder.into());
        self
    }

    /// Sets whether requests to the Backend API are limited as at Clerk; `false` by default.
    ///
    /// A development instance accepts 100 requests per 10 seconds and a production instance 1000,
    /// and [some operations](https://clerk.com/docs/guides/how-clerk-works/system-limits) have lower
    /// limits of their own. Other requests are rejected with 429 and a `Retry-After` header. Time is
    /// that of the emulator's [`clock`](Self::clock).
    pub fn rate_limits(mut self, enabled: bool) -> Self {
        self.instance.rate_limits = enabled;
        self
    }
}
