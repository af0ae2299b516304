//! The passkeys and the trusted devices of users.

use super::{
    clerk_emulator::{ClerkEmulator, read},
    or_panic::or_panic,
};
use crate::api::{DevicePlatform, Passkey, TrustedDevice};

impl ClerkEmulator {
    /// Adds a passkey to a user, as if they had registered it in a browser. It can be shown and
    /// deleted, but nobody can sign in with it.
    ///
    /// # Panics
    ///
    /// If the user does not exist.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "tests add passkeys for the effect")]
    pub fn add_passkey(&self, user_id: &str, name: &str) -> Passkey {
        read(or_panic(self.instance.store().add_passkey(user_id, name)))
    }

    /// Adds a trusted device to a user, as if they had enrolled it in a native app.
    ///
    /// ```
    /// use axum_clerk::{
    ///     api::{CreateUser, DevicePlatform, TrustedDeviceStatus},
    ///     emulator::ClerkEmulator,
    /// };
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let clerk = ClerkEmulator::start().await?;
    /// let ada = clerk.create_user(CreateUser::default());
    /// let phone = clerk.add_trusted_device(&ada.id, &DevicePlatform::Android, "Ada's phone");
    /// assert_eq!(phone.status, TrustedDeviceStatus::Active);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If the user does not exist.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "tests add devices for the effect")]
    pub fn add_trusted_device(
        &self,
        user_id: &str,
        platform: &DevicePlatform,
        name: &str,
    ) -> TrustedDevice {
        read(or_panic(self.instance.store().add_trusted_device(user_id, platform, name)))
    }
}
