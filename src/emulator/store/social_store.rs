//! Signing in and up with an account of a social provider, and connecting one to a user.

use serde_json::{Value, json};

use super::{
    records::{
        EMAIL_ADDRESS, FactorVerification, SignIn, SignUp, SocialAccount, SocialAttempt,
        SocialPurpose, SocialStatus, SocialVerification, has_email_address, is_verified,
        provider_of,
    },
    state::Store,
};
use crate::emulator::{
    http::{ClerkError, Result},
    tokens::random_id,
};

/// How long a visit to a provider can take, in milliseconds.
const LIFETIME: i64 = 10 * 60 * 1000;

impl Store {
    /// Begins a visit to a social provider, and returns its verification. `page` returns the URL of
    /// the provider's page from the `state` parameter.
    pub(in crate::emulator) fn visit_provider(
        &mut self,
        client_token: &str,
        strategy: &str,
        redirect_url: &str,
        purpose: SocialPurpose,
        page: impl Fn(&str) -> String,
    ) -> Result<SocialVerification> {
        let is_enabled =
            self.user_settings.social_providers.iter().any(|name| name == provider_of(strategy));
        if !strategy.starts_with("oauth_") || !is_enabled {
            return Err(ClerkError::invalid_value("strategy", "an enabled strategy"));
        }
        let (state, expire_at) = (random_id(40), self.now() + LIFETIME);
        let attempt = SocialAttempt {
            strategy: strategy.to_owned(),
            purpose,
            client_token: client_token.to_owned(),
            redirect_url: redirect_url.to_owned(),
            chosen: None,
            expire_at,
        };
        self.social_attempts.insert(state.clone(), attempt);
        Ok(SocialVerification {
            strategy: strategy.to_owned(),
            url: Some(page(&state)),
            status: SocialStatus::Unverified,
            expire_at,
        })
    }

    /// Starts a sign-in with a social provider.
    pub(in crate::emulator) fn sign_in_with_provider(
        &mut self,
        client_token: &str,
        strategy: &str,
        redirect_url: &str,
        page: impl Fn(&str) -> String,
    ) -> Result<SignIn> {
        let mut sign_in = self.start_sign_in(client_token, None)?;
        let verification =
            self.visit_provider(client_token, strategy, redirect_url, SocialPurpose::SignIn, page)?;
        sign_in.first_factor = Some(FactorVerification::by_account(verification));
        self.client_mut(client_token)?.sign_in = Some(sign_in.clone());
        Ok(sign_in)
    }

    /// Adds a social provider to a sign-up.
    pub(in crate::emulator) fn sign_up_with_provider(
        &mut self,
        client_token: &str,
        mut sign_up: SignUp,
        strategy: &str,
        redirect_url: &str,
        page: impl Fn(&str) -> String,
    ) -> Result<SignUp> {
        let purpose = SocialPurpose::SignUp;
        let verification =
            self.visit_provider(client_token, strategy, redirect_url, purpose, page)?;
        sign_up.account_verification = Some(verification);
        self.client_mut(client_token)?.sign_up = Some(sign_up.clone());
        Ok(sign_up)
    }

    /// Returns the visit to a provider with this `state`.
    pub(in crate::emulator) fn social_attempt(&self, state: &str) -> Result<&SocialAttempt> {
        let attempt = self.social_attempts.get(state);
        attempt
            .filter(|attempt| self.now() < attempt.expire_at)
            .ok_or_else(|| ClerkError::unknown_token("visit to the provider"))
    }

    /// Returns the accounts at a provider that users have already signed in with.
    pub(in crate::emulator) fn known_accounts(&self, strategy: &str) -> Vec<SocialAccount> {
        let accounts = self.users.iter().flat_map(external_accounts);
        let text =
            |document: &Value, name: &str| document[name].as_str().unwrap_or_default().to_owned();
        accounts
            .filter(|document| document["provider"] == strategy)
            .map(|document| SocialAccount {
                strategy: strategy.to_owned(),
                email_address: text(document, "email_address"),
                first_name: text(document, "first_name"),
                last_name: text(document, "last_name"),
            })
            .collect()
    }

    /// Chooses the account at a provider, and returns the authorization code for it.
    pub(in crate::emulator) fn choose_account(
        &mut self,
        state: &str,
        account: SocialAccount,
    ) -> Result<String> {
        let mut attempt = self.social_attempt(state)?.clone();
        let code = random_id(40);
        attempt.chosen = Some((code.clone(), account));
        self.social_attempts.insert(state.to_owned(), attempt);
        Ok(code)
    }

    /// Ends a visit to a provider with the account that the user chose there.
    pub(in crate::emulator) fn return_from_provider(
        &mut self,
        state: &str,
        code: &str,
    ) -> Result<SocialAttempt> {
        let attempt = self.social_attempt(state)?.clone();
        let chosen = attempt.chosen.clone().filter(|(issued, _)| issued == code);
        let (_, account) = chosen.ok_or_else(|| {
            ClerkError::bad_request("oauth_callback_invalid", "The authorization code is invalid.")
        })?;
        self.social_attempts.remove(state);
        match &attempt.purpose {
            SocialPurpose::SignIn => self.end_social_sign_in(&attempt, account)?,
            SocialPurpose::SignUp => self.end_social_sign_up(&attempt, account)?,
            SocialPurpose::Connection { user_id } => self.connect_account(user_id, &account)?,
        }
        Ok(attempt)
    }

    /// Signs in with the account that a sign-up found to be a user's.
    pub(in crate::emulator) fn transfer_to_sign_in(
        &mut self,
        client_token: &str,
    ) -> Result<SignIn> {
        let account = self.take_transferable_account(client_token)?;
        let user_id = self.user_with_account(&account).ok_or_else(not_transferable)?;
        let sign_in = self.start_sign_in(client_token, None)?;
        self.sign_in_with_account(client_token, sign_in, &account, user_id)
    }

    /// Fills a sign-up with the account that a sign-in found to be unknown.
    pub(in crate::emulator) fn transfer_to_sign_up(
        &mut self,
        client_token: &str,
    ) -> Result<SignUp> {
        let account = self.take_transferable_account(client_token)?;
        let sign_up = SignUp::new(self.now());
        self.sign_up_with_account(client_token, sign_up, account)
    }

    /// Disconnects an account from a user.
    pub(in crate::emulator) fn delete_external_account(
        &mut self,
        user_id: &str,
        id: &str,
    ) -> Result<Value> {
        let mut user = self.user(user_id)?.clone();
        let accounts = user["external_accounts"].as_array_mut();
        let accounts = accounts.filter(|all| all.iter().any(|account| account["id"] == id));
        let accounts =
            accounts.ok_or_else(|| ClerkError::resource_not_found("external account", id))?;
        accounts.retain(|account| account["id"] != id);
        self.replace_user(user);
        Ok(json!({ "object": "external_account", "id": id, "deleted": true }))
    }

    fn end_social_sign_in(
        &mut self,
        attempt: &SocialAttempt,
        account: SocialAccount,
    ) -> Result<()> {
        let client = self.client_mut(&attempt.client_token)?;
        let mut sign_in = client.sign_in.clone().ok_or_else(not_transferable)?;
        if let Some(user_id) = self.user_with_account(&account) {
            self.sign_in_with_account(&attempt.client_token, sign_in, &account, user_id)?;
            return Ok(());
        }
        let status = SocialStatus::TransferableToSignUp;
        sign_in.first_factor = Some(FactorVerification::by_account(ended(attempt, status)));
        let client = self.client_mut(&attempt.client_token)?;
        client.sign_in = Some(sign_in);
        client.transferable_account = Some(account);
        Ok(())
    }

    fn sign_in_with_account(
        &mut self,
        client_token: &str,
        mut sign_in: SignIn,
        account: &SocialAccount,
        user_id: String,
    ) -> Result<SignIn> {
        self.connect_account(&user_id, account)?;
        sign_in.user_id = Some(user_id);
        sign_in.identifier = Some(account.email_address.clone());
        sign_in.first_factor = Some(FactorVerification::by_account(SocialVerification {
            strategy: account.strategy.clone(),
            url: None,
            status: SocialStatus::Verified,
            expire_at: self.now() + LIFETIME,
        }));
        self.complete_sign_in(client_token, sign_in)
    }

    fn end_social_sign_up(
        &mut self,
        attempt: &SocialAttempt,
        account: SocialAccount,
    ) -> Result<()> {
        let client = self.client_mut(&attempt.client_token)?;
        let mut sign_up = client.sign_up.clone().ok_or_else(not_transferable)?;
        if self.user_with_account(&account).is_some() {
            let status = SocialStatus::TransferableToSignIn;
            sign_up.account_verification = Some(ended(attempt, status));
            let client = self.client_mut(&attempt.client_token)?;
            client.sign_up = Some(sign_up);
            client.transferable_account = Some(account);
            return Ok(());
        }
        self.sign_up_with_account(&attempt.client_token, sign_up, account).map(drop)
    }

    fn sign_up_with_account(
        &mut self,
        client_token: &str,
        mut sign_up: SignUp,
        account: SocialAccount,
    ) -> Result<SignUp> {
        let fields = [
            ("email_address", &account.email_address),
            ("first_name", &account.first_name),
            ("last_name", &account.last_name),
        ];
        let params = fields.into_iter().filter(|(_, text)| !text.is_empty());
        let params = params.map(|(name, text)| (name.to_owned(), json!(text))).collect();
        sign_up.account_verification = Some(SocialVerification {
            strategy: account.strategy.clone(),
            url: None,
            status: SocialStatus::Verified,
            expire_at: self.now() + LIFETIME,
        });
        sign_up.account = Some(account);
        self.fill_sign_up(client_token, sign_up, params)
    }

    /// Finds the user with an account, or with its email address, which the provider has verified.
    fn user_with_account(&self, account: &SocialAccount) -> Option<String> {
        let has_account =
            |user: &Value| external_accounts(user).any(|document| account.is(document));
        let has_verified_address = |user: &Value| {
            has_email_address(user, &account.email_address)
                && user[EMAIL_ADDRESS.list].as_array().is_some_and(|own| {
                    own.iter().any(|one| {
                        is_verified(one) && one["email_address"] == account.email_address.as_str()
                    })
                })
        };
        let user = self.users.find(has_account).or_else(|| self.users.find(has_verified_address));
        user.and_then(|user| user["id"].as_str()).map(str::to_owned)
    }

    /// Connects an account to a user. An account belongs to one user only.
    pub(super) fn connect_account(&mut self, user_id: &str, account: &SocialAccount) -> Result<()> {
        let is_connected = |user: &Value| external_accounts(user).any(|own| account.is(own));
        if let Some(owner) = self.users.find(is_connected) {
            if owner["id"] == user_id {
                let known = external_accounts(owner).find(|own| account.is(own));
                let id = known.and_then(|own| own["id"].as_str()).unwrap_or_default().to_owned();
                self.provider_tokens.remove(&id);
                return Ok(());
            }
            let message = "The account is already connected to another user.";
            return Err(ClerkError::bad_request("oauth_account_already_connected", message));
        }
        let (mut user, now) = (self.user(user_id)?.clone(), self.now());
        if let Some(accounts) = user["external_accounts"].as_array_mut() {
            accounts.push(account.document(now));
        }
        self.replace_user(user);
        Ok(())
    }

    fn take_transferable_account(&mut self, client_token: &str) -> Result<SocialAccount> {
        self.client_mut(client_token)?.transferable_account.take().ok_or_else(not_transferable)
    }
}

fn external_accounts(user: &Value) -> impl Iterator<Item = &Value> {
    user["external_accounts"].as_array().into_iter().flatten()
}

fn ended(attempt: &SocialAttempt, status: SocialStatus) -> SocialVerification {
    SocialVerification {
        strategy: attempt.strategy.clone(),
        url: None,
        status,
        expire_at: attempt.expire_at,
    }
}

fn not_transferable() -> ClerkError {
    ClerkError::bad_request("account_transfer_invalid", "There is no account to transfer.")
}
