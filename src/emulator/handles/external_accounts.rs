//! The accounts of users at social providers.

use super::{
    clerk_emulator::{ClerkEmulator, read},
    or_panic::or_panic,
};
use crate::api::ExternalAccount;

impl ClerkEmulator {
    /// Connects an account at a social provider, such as `google`, to a user, as if they had signed
    /// in with it. The provider is enabled, and the Backend API returns access tokens for it.
    ///
    /// ```
    /// # use axum_clerk::{api::{Client, CreateUser, OptionalPaging}, emulator::ClerkEmulator};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let clerk = ClerkEmulator::start().await?;
    /// let ada = clerk.create_user(CreateUser::default());
    /// clerk.connect_external_account(&ada.id, "google", "ada@gmail.com");
    ///
    /// let api = Client::new(clerk.secret_key())?.with_base_url(clerk.url().parse()?);
    /// let paging = OptionalPaging::default();
    /// let tokens = api.users().oauth_access_tokens(&ada.id, "google", &paging).await?;
    /// assert_eq!(tokens[0].provider_user_id, "ada@gmail.com");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If the user does not exist, or if the account is connected to another user.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "tests connect accounts for the effect")]
    pub fn connect_external_account(
        &self,
        user_id: &str,
        provider: &str,
        email_address: &str,
    ) -> ExternalAccount {
        let mut store = self.instance.store();
        read(or_panic(store.connect_external_account(user_id, provider, email_address)))
    }
}
