//! Faults, to test how an app copes with them.

use std::time::Duration;

use http::StatusCode;

use super::clerk_emulator::ClerkEmulator;
use crate::emulator::http::FaultKind;
use crate::timestamp::millis;

impl ClerkEmulator {
    /// Simulates an outage until [`come_up`](Self::come_up) is called: the port stays open, but
    /// every connection breaks when it is used, so that clients see a transport error. Requests in
    /// progress receive no response.
    pub fn go_down(&self) {
        self.outage.set(true);
    }

    /// Ends the outage that [`go_down`](Self::go_down) started.
    pub fn come_up(&self) {
        self.outage.set(false);
    }

    /// Makes the next `times` requests to a path, such as `/v1/jwks`, fail with a status. They have
    /// no other effect: a request to create a user does not create one.
    pub fn fail(&self, path: &str, status: StatusCode, times: usize) {
        self.instance.faults.add(path, FaultKind::Fail(status), times);
    }

    /// Delays the next `times` requests to a path, such as `/v1/jwks`, in real time, independent of
    /// the emulator's [`clock`](Self::clock).
    pub fn delay(&self, path: &str, delay: Duration, times: usize) {
        self.instance.faults.add(path, FaultKind::Delay(delay), times);
    }

    /// Breaks the connections of the next `times` requests to a path, such as `/v1/users`, instead of
    /// responding. The requests have no other effect.
    pub fn drop_connections(&self, path: &str, times: usize) {
        self.instance.faults.add(path, FaultKind::DropConnection, times);
    }

    /// Serves the current JWKS until [`serve_current_jwks`](Self::serve_current_jwks) is called, like
    /// a cache in between: keys that are [rotated](Self::rotate_keys) are missing, and [withdrawn
    /// ones](Self::withdraw_old_keys) are still listed.
    ///
    /// ```
    /// # use axum_clerk::{Clerk, api::CreateUser, emulator::ClerkEmulator};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let clerk = ClerkEmulator::start().await?;
    /// let ada = clerk.create_user(CreateUser::default().first_name("Ada"));
    /// clerk.serve_stale_jwks();
    /// clerk.rotate_keys();
    /// let auth = Clerk::new(clerk.config());
    /// assert!(auth.verify_token(&clerk.sign_in(&ada.id).token()).await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn serve_stale_jwks(&self) {
        self.instance.keys.freeze_jwks();
    }

    /// Serves the current JWKS again.
    pub fn serve_current_jwks(&self) {
        self.instance.keys.unfreeze_jwks();
    }

    /// Lets Clerk's clock run ahead of the app's [`clock`](Self::clock): tokens are issued in the
    /// app's future. A later call replaces the deviation; `Duration::ZERO` ends it. Webhooks are not
    /// affected.
    pub fn run_ahead(&self, by: Duration) {
        self.instance.clock.set_skew(millis(by));
    }

    /// Like [`run_ahead`](Self::run_ahead), with Clerk's clock behind the app's: tokens expire early.
    pub fn run_behind(&self, by: Duration) {
        self.instance.clock.set_skew(-millis(by));
    }
}
